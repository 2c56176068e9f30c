//! The status bar: whether I take calls, what I missed, how much is going on, Num Lock, the time.

use cordboard_desk::{CallView, CallWay, Command, Instant, LogLook};
use leptos::prelude::*;

use super::conferring::{count, next};
use super::drag::ConferenceDrop;
use super::duration::time_of_day;
use super::header::Current;
use super::icon::{Icon, Icon as Drawn};
use super::reason::{fresh_id, reason};
use super::screen::{Popover, View, use_screen};
use super::words::{Words, say, use_words};
use crate::acts::use_acts;
use crate::board::{Board, held, rings};
use crate::clock::use_clock;

/// The status bar.
#[component]
pub(super) fn StatusBar(
    /// Num Lock is on, as far as the last key told.
    num_lock: RwSignal<bool>,
) -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let keypad = move || screen.popover.with(|open| *open == Some(Popover::Keypad));
    let toggle_keypad =
        move |_| screen.popover.set(if untrack(keypad) { None } else { Some(Popover::Keypad) });
    view! {
        <footer>
        <div class="status" role="toolbar" aria-label=say(|w| w.status_bar)>
            <Available />
            <span class="sep"></span>
            <Voicemail />
            <Missed />
            <span class="sep"></span>
            <button class="it" class:open=keypad aria-expanded=move || keypad().to_string() on:click=toggle_keypad>
                <Icon name=Drawn::Keypad size="m" />
                {say(|w| w.keypad)}
            </button>
            <span class="sep"></span>
            <Count drawn=Drawn::BellRinging label=|words| words.ringing counts=rings hot="hot" />
            <Count drawn=Drawn::Pause label=|words| words.on_hold counts=held hot="warm" />
            <Count drawn=Drawn::Incoming label=|words| words.incoming counts=|call| call.way == CallWay::Incoming hot="" />
            <Count drawn=Drawn::Outgoing label=|words| words.outgoing counts=|call| call.way == CallWay::Outgoing hot="" />
            <Conference />
            <span class="grow"></span>
            <span class="it opt" class:warm=num_lock title=move || if num_lock.get() { w().num_lock_on_note } else { w().num_lock_off_note }>
                <Icon name=Drawn::Keyboard size="m" />
                {move || if num_lock.get() { w().num_lock_on } else { w().num_lock_off }}
            </span>
            <span class="sep opt"></span>
            <Time />
        </div>
        </footer>
    }
}

#[component]
fn Available() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let dnd = move || board.do_not_disturb.get();
    view! {
        <button
            class="it"
            class:dnd=dnd
            aria-pressed=move || dnd().to_string()
            title=move || if dnd() { w().to_available } else { w().to_do_not_disturb }
            on:click=move |_| acts.command(Command::SetDoNotDisturb(!untrack(dnd)))
        >
            <span class="switch" class:avail=move || !dnd()></span>
            <b>{move || if dnd() { w().do_not_disturb } else { w().available }}</b>
        </button>
    }
}

/// The voicemail lamp; pressing it calls the box.
#[component]
fn Voicemail() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    move || {
        board.voicemail.get().map(|voicemail| {
            let count = match (voicemail.new, voicemail.waiting) {
                (Some(new), _) => new.to_string(),
                (None, true) => "+".to_owned(),
                (None, false) => "0".to_owned(),
            };
            let told = voicemail.new.or((!voicemail.waiting).then_some(0));
            let waits = told != Some(0);
            let number = voicemail.number;
            let press = move |_| {
                if !number.is_empty() {
                    acts.command(Command::Dial { typed: number.clone() });
                }
            };
            view! {
                <button class="it" class:warm=waits title=say(|w| w.voicemail_call) on:click=press>
                    <Icon name=Drawn::Voicemail size="m" />
                    <span class="sr">{move || (w().voicemail_new)(told)}</span>
                    <span aria-hidden="true">{say(|w| w.voicemail)}</span>
                    <b class="num" aria-hidden="true">{count}</b>
                </button>
                <span class="sep"></span>
            }
        })
    }
}

#[component]
fn Missed() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    view! {
        <button
            class="it"
            title=say(|w| w.missed_list)
            on:click=move |_| {
                screen.log.update(|look| {
                    *look = LogLook { missed_only: true, count: look.count, ..LogLook::default() };
                });
                screen.view.set(View::Log);
                acts.command(Command::ClearMissed);
            }
        >
            <Icon name=Drawn::Missed size="m" />
            <span class="sr">{move || (w().missed_calls)(board.missed.get())}</span>
            <span aria-hidden="true">{say(|w| w.missed)}</span>
            <b class="num" aria-hidden="true">{board.missed}</b>
        </button>
    }
}

/// A word and how many calls it is true of.
#[component]
fn Count(
    drawn: Drawn,
    label: fn(&Words) -> &'static str,
    counts: fn(&CallView) -> bool,
    /// How it looks when there are any.
    hot: &'static str,
) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let count = Memo::new(move |_| board.count(counts));
    let class = move || if count.get() > 0 { format!("it {hot}") } else { "it".to_owned() };
    view! {
        <span class=class>
            <Icon name=drawn size="m" />
            <span>{move || label(w())}<span class="sr">{say(|w| w.colon)}</span></span>
            <b class="num">{count}</b>
        </span>
    }
}

/// How many are in the conference; begins it, leaves it and comes back.
#[component]
fn Conference() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let Current(current) = expect_context();
    let id = fresh_id("conference-why");
    let described = id.clone();
    let confers = Memo::new(move |_| board.confers());
    let act = Memo::new(move |_| {
        if confers.get() {
            return (Some(Command::LeaveConference), Ok(()));
        }
        next(board, current.get().and_then(|call| board.call(call)).map(|call| call.view.get()))
    });
    let why_not = move || reason(w(), act.get().1);
    let what = move || match (confers.get(), board.conference.get()) {
        (true, _) => w().conferring.leave,
        (false, Some(_)) => w().conferring.come_back,
        (false, None) => w().conferring.add,
    };
    let count = move || count(board).map_or(0, |(parties, _)| parties);
    let press = move |_| {
        if let (Some(command), Ok(())) = act.get_untracked() {
            acts.command(command);
        }
    };
    view! {
        <button
            class="it conf"
            class:go=move || board.conference.get().is_some()
            data-conference=""
            aria-pressed=move || confers.get().to_string()
            aria-disabled=move || why_not().map(|_| "true")
            aria-describedby=move || why_not().map(|_| described.clone())
            title=move || why_not().unwrap_or_else(what)
            on:click=press
        >
            <Icon name=Drawn::Conference size="m" />
            {say(|w| w.conference)}
            <b class="num" aria-hidden="true">{count}</b>
            <ConferenceDrop />
        </button>
        <span id=id class="sr" hidden>{why_not}</span>
    }
}

#[component]
fn Time() -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let minute = Memo::new(move |_| now.now().as_millis() / 60_000);
    let shown = move || time_of_day(w().locale, Instant::from_millis(minute.get() * 60_000), false);
    view! { <time class="it num"><b>{shown}</b></time> }
}
