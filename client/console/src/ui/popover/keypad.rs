//! The keypad: digits into the active call, by click or by the main row of the keyboard.

use cordboard_desk::{CallId, Command};
use leptos::prelude::*;

use super::Frame;
use crate::acts::Acts;
use crate::board::Board;
use crate::ui::calls::who::shown_name;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::reason::reason;
use crate::ui::words::use_words;

/// The keys with their letters (ITU-T E.161).
const KEYS: [(char, &str); 12] = [
    ('1', ""),
    ('2', "ABC"),
    ('3', "DEF"),
    ('4', "GHI"),
    ('5', "JKL"),
    ('6', "MNO"),
    ('7', "PQRS"),
    ('8', "TUV"),
    ('9', "WXYZ"),
    ('*', ""),
    ('0', "+"),
    ('#', ""),
];

/// Digits as they were sent into the call that is active. A handle.
#[derive(Clone, Copy)]
pub(crate) struct Digits {
    sent: RwSignal<(Option<CallId>, String)>,
    board: Board,
    acts: Acts,
}

impl Digits {
    /// Nothing sent yet.
    pub(crate) fn new(board: Board, acts: Acts) -> Self {
        Self { sent: RwSignal::new((None, String::new())), board, acts }
    }

    /// The call that digits go to.
    fn call(self) -> Option<CallId> {
        self.board.active()
    }

    /// Sends a digit into the active call. True if there is one that takes it.
    pub(crate) fn send(self, digit: char) -> bool {
        let Some(call) = untrack(|| self.call()) else { return false };
        if self.board.view_now(call).is_none_or(|view| view.allowed.send_digit.is_err()) {
            return false;
        }
        self.acts.command(Command::SendDigit { call, digit });
        self.sent.update(|(to, digits)| {
            if *to != Some(call) {
                digits.clear();
                *to = Some(call);
            }
            digits.push(digit);
        });
        true
    }

    fn shown(self) -> String {
        let call = self.call();
        self.sent.with(|(to, digits)| if *to == call { digits.clone() } else { String::new() })
    }
}

/// The keypad.
#[component]
pub(crate) fn Keypad() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let digits: Digits = expect_context();
    let who = move || {
        digits
            .call()
            .and_then(|call| board.call(call))
            .map(|call| call.view.with(|view| shown_name(w(), &view.who)))
    };
    let why_not = move || match digits.call().and_then(|call| board.call(call)) {
        Some(call) => reason(w(), call.view.with(|view| view.allowed.send_digit)),
        None => Some((w().why_not)(cordboard_desk::WhyNot::NoCall)),
    };
    let count = move || u32::try_from(digits.shown().chars().count()).unwrap_or(u32::MAX);
    let beside = move || {
        who().map(|who| view! {
        <span class="chip talk"><Icon name=Drawn::Answered size="s" /><span class="trunc">{who}</span></span>
    })
    };
    view! {
        <Frame class="keypad" label=Signal::derive(move || w().keypad.to_owned()) beside=beside>
            <div class="sent num" role="status">
                <span class="grow trunc">{move || digits.shown()}</span>
                <span class="muted">{move || (w().digits_sent)(count())}</span>
            </div>
            <div class="pad">
                {KEYS.map(|(digit, letters)| view! {
                    <button
                        aria-disabled=move || why_not().map(|_| "true")
                        on:click=move |_| { digits.send(digit); }
                    >
                        {digit.to_string()}
                        <small aria-hidden="true">{letters}</small>
                    </button>
                }).collect_view()}
            </div>
            <p class="muted">{move || why_not().unwrap_or_else(|| w().keypad_note)}</p>
        </Frame>
    }
}
