//! Three lamps: the link to the telephone system, the audio, the call. Each has a colour, a drawing and a word.

use cordboard_desk::{Command, LinkState, Standing};
use leptos::prelude::*;

use super::Current;
use crate::acts::use_acts;
use crate::board::{Board, rings};
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::words::use_words;

/// The lamps.
#[component]
pub(super) fn Lamps() -> impl IntoView {
    view! {
        <div class="health">
            <LinkLamp />
            <AudioLamp />
            <CallLamp />
        </div>
    }
}

/// How a lamp burns.
fn burns(state: &LinkState) -> &'static str {
    match state {
        LinkState::Registered => "yes",
        LinkState::Connecting | LinkState::Registering => "mid",
        LinkState::SocketDown(_) | LinkState::RegistrationFailed(_) => "no",
        LinkState::Off => "off",
    }
}

#[component]
fn LinkLamp() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let state = Memo::new(move |_| board.link.get().state);
    let off = move || state.get() == LinkState::Off;
    let words = move || state.with(|state| (w().link)(state));
    // Why stands in a notice; in the lamp it would be cut, and is there to be heard.
    let word = move || match state.with(burns) {
        "yes" | "mid" => words(),
        _ => (w().standing)(Standing::Offline).to_owned(),
    };
    let drawn = Signal::derive(move || match state.with(burns) {
        "yes" => Drawn::Link,
        "mid" => Drawn::Loading,
        _ => Drawn::LinkBroken,
    });
    let act = move || if off() { w().link_toggle_on } else { w().link_toggle_off };
    let toggle = move || acts.command(Command::SetRegistered(state.get_untracked() == LinkState::Off));
    view! {
        <div class="lamp" data-ok=move || state.with(burns) title=words>
            <button
                class="dot"
                aria-label=act
                title=act
                on:dblclick=move |_| toggle()
                on:keydown=move |key| if key.key() == "Enter" { toggle() }
            >
                <Icon name=drawn size="m" />
            </button>
            <span aria-hidden="true">{word}</span>
            <span class="sr" role="status">{words}</span>
        </div>
    }
}

#[component]
fn AudioLamp() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let lost = move || board.audio.with(|audio| audio.lost);
    let host = move || board.audio.with(|audio| audio.host);
    let burning = move || match (lost(), host()) {
        (Some(_), _) => "no",
        (None, Some(host)) if Some(host) == board.page.get() => "yes",
        (None, Some(_)) => "mid",
        (None, None) => "off",
    };
    let word = move || match (lost(), burning()) {
        (Some(why), _) => (w().microphone_lost)(why),
        (None, "yes") => w().audio_on,
        (None, "mid") => w().audio_elsewhere,
        (None, _) => w().audio_off,
    };
    view! {
        <div class="lamp" data-ok=burning>
            <button
                class="dot"
                aria-label=move || (w().headset)(word())
                title=move || if burning() == "yes" { word() } else { w().start_shift }
                on:click=move |_| if burning() != "yes" { acts.start_shift() }
            >
                <Icon name=Drawn::Headphones size="m" />
            </button>
            <span>{word}</span>
        </div>
    }
}

#[component]
fn CallLamp() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let Current(current) = expect_context();
    let ringing = Memo::new(move |_| board.count(rings) > 0);
    let burning = move || match (current.get(), ringing.get()) {
        (Some(_), _) => "yes",
        (None, true) => "no",
        (None, false) => "off",
    };
    let word = move || match burning() {
        "yes" => w().on_a_call,
        "no" => w().call_ringing,
        _ => w().no_call,
    };
    let act = move || match burning() {
        "yes" => w().hang_up,
        _ => w().answer,
    };
    let toggle = move || match untrack(burning) {
        "yes" => acts.command(Command::HangUpActive),
        "no" => acts.command(Command::NextCall),
        _ => {}
    };
    view! {
        <div class="lamp" data-ok=burning>
            <button
                class="dot"
                aria-label=move || format!("{}, {}", word(), act())
                aria-disabled=move || (burning() == "off").then_some("true")
                on:dblclick=move |_| toggle()
            >
                <Icon name=Drawn::Phone size="m" />
            </button>
            <span>{word}</span>
        </div>
    }
}
