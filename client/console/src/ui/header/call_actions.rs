//! What can be done with the current call, always in the same place.

use cordboard_desk::{Allowed, CallId, CallView, Command, WhyNot};
use leptos::prelude::*;

use super::Current;
use crate::acts::use_acts;
use crate::board::{Board, held};
use crate::ui::icon::Icon as Drawn;
use crate::ui::reason::{Reason, ReasonedButton, reason};
use crate::ui::screen::{Popover, Zone, use_screen};
use crate::ui::words::{say, use_words};

/// The toolbar.
#[component]
pub(super) fn CallActions() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let Current(current) = expect_context();

    let view = move || current.get().and_then(|call| board.call(call)).map(|call| call.view.get());
    let asks = move |ask: fn(&Allowed) -> Result<(), WhyNot>| -> Reason {
        let allowed = view().map_or(Err(WhyNot::NoCall), |view| ask(&view.allowed));
        reason(w(), allowed)
    };
    let on_hold = Memo::new(move |_| view().is_some_and(|view| held(&view)));
    let muted = Memo::new(move |_| view().is_some_and(|view| view.muted));
    // A cap is shown only where its key does exactly this now: F6 to F8 act on the selected call.
    let selected = move || {
        screen.zone.get() == Zone::Calls && current.get().is_some() && screen.call.get() == current.get()
    };
    let cap = move |key: &'static str| Signal::derive(move || selected().then_some(key));
    let hang_up_cap = Signal::derive(move || match (selected(), view()) {
        (true, Some(_)) => Some("F7"),
        (false, Some(view)) if !held(&view) => Some("F10"),
        _ => None,
    });
    let send = move |command: fn(CallId) -> Command| {
        if let Some(call) = current.get_untracked() {
            acts.command(command(call));
        }
    };
    let with_view = move || current.get_untracked().and_then(|call| board.view_now(call));

    view! {
        <div class="tools" role="toolbar" aria-label=say(|w| w.current_call)>
            <ReasonedButton
                class=class("tool")
                icon=Signal::derive(move || if on_hold.get() { Drawn::Play } else { Drawn::Pause })
                label=Signal::derive(move || if on_hold.get() { w().resume } else { w().hold })
                cap=cap("F6")
                why_not=Signal::derive(move || asks(if on_hold.get() { |can| can.resume } else { |can| can.hold }))
                act=move || send(if on_hold.get_untracked() { Command::Resume } else { Command::Hold })
            />
            <ReasonedButton
                class=class("tool")
                icon=Drawn::Forward
                label=say(|w| w.transfer)
                cap=cap("F8")
                why_not=Signal::derive(move || asks(|can| can.transfer))
                act=move || if let Some(call) = current.get_untracked() { screen.open(Popover::Transfer(call)) }
            />
            <ReasonedButton
                class=class("tool opt")
                icon=Drawn::Conference
                label=say(|w| w.conference)
                why_not=Signal::derive(move || Some(w().not_yet))
                act=|| {}
            />
            <ReasonedButton
                class=class("tool opt")
                icon=Drawn::Keypad
                label=say(|w| w.keypad)
                why_not=Signal::derive(move || asks(|can| can.send_digit))
                act=move || screen.open(Popover::Keypad)
            />
            <ReasonedButton
                class=class("tool")
                icon=Signal::derive(move || if muted.get() { Drawn::MicrophoneOff } else { Drawn::Microphone })
                label=say(|w| w.mute)
                pressed=muted
                why_not=Signal::derive(move || asks(|can| can.mute))
                act=move || if let Some(CallView { id, muted, .. }) = with_view() {
                    acts.command(Command::SetMuted { call: id, muted: !muted });
                }
            />
            <ReasonedButton
                class=Signal::derive(move || match asks(|can| can.hang_up) {
                    None => "tool danger-fill".to_owned(),
                    Some(_) => "tool".to_owned(),
                })
                icon=Drawn::HangUp
                label=say(|w| w.hang_up)
                cap=hang_up_cap
                why_not=Signal::derive(move || asks(|can| can.hang_up))
                act=move || send(Command::HangUp)
            />
        </div>
    }
}

fn class(class: &str) -> Signal<String> {
    Signal::stored(class.to_owned())
}
