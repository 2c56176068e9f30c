//! The first start: what is ready, what is to do, and the keys.

use cordboard_desk::LinkState;
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::screen::{Popover, use_screen};
use super::words::{NumpadWords, Words, say, use_words};
use crate::board::Board;

/// Stands in the workspace until somebody is in a directory.
#[component]
pub(super) fn Welcome() -> impl IntoView {
    view! {
        <div class="pane scroll">
            <div class="welcome">
                <Ready />
                <Keys />
            </div>
        </div>
    }
}

#[component]
fn Ready() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let screen = use_screen();
    let name = move || board.operator.get().map(|operator| operator.name).unwrap_or_default();
    let registered = Signal::derive(move || board.link.with(|link| link.state == LinkState::Registered));
    let lines = move || u32::try_from(board.lines.with(Vec::len)).unwrap_or(u32::MAX);
    let audio =
        Signal::derive(move || board.audio.with(|audio| audio.host.is_some() && audio.lost.is_none()));
    let own = move || {
        board.directories.with(|all| all.iter().find(|directory| !directory.read_only).map(|found| found.id))
    };
    let import = move |_| screen.open(untrack(own).map_or(Popover::DirectoryName(None), Popover::Import));
    let add = move |_| {
        screen.open(untrack(own).map_or(Popover::DirectoryName(None), |id| Popover::Contact(id, None)))
    };
    view! {
        <div>
            <h2>{move || (w().good_day)(&name())}</h2>
            <p class="lede">{say(|w| w.welcome_lede)}</p>
            <ul class="steps">
                <Step done=registered what=Signal::derive(move || w().step_registered.into()) note=Signal::derive(move || (w().step_registered_lines)(lines())) />
                <Step done=audio what=Signal::derive(move || w().step_audio.into()) note=Signal::derive(move || w().step_audio_note.into()) />
                <Step done=Signal::stored(false) what=Signal::derive(move || w().step_directory.into()) note=Signal::derive(move || w().step_directory_note.into()) />
            </ul>
            <div class="begin">
                <button class="btn primary" on:click=import><Icon name=Drawn::Import size="m" />{say(|w| w.import_csv)}</button>
                <button class="btn" on:click=add><Icon name=Drawn::AddPerson size="m" />{say(|w| w.add_contact)}</button>
            </div>
        </div>
    }
}

#[component]
fn Step(done: Signal<bool>, what: Signal<String>, note: Signal<String>) -> impl IntoView {
    let w = use_words();
    let drawn = Signal::derive(move || if done.get() { Drawn::Checked } else { Drawn::Open });
    view! {
        <li>
            <span class:done=done class:todo=move || !done.get()><Icon name=drawn /></span>
            <span><b>{what}</b><small>{note}</small></span>
            <span class="sr">{move || if done.get() { w().done } else { w().to_do }}</span>
        </li>
    }
}

/// One key of the drawing: class, cap, what it does.
type Key = (&'static str, &'static str, Option<fn(&NumpadWords) -> &'static str>);

/// The numeric keypad, from the top left.
const NUMPAD: [Key; 17] = [
    ("off", "Num", None),
    ("", "/", None),
    ("", "*", None),
    ("", "−", None),
    ("use", "7", Some(|key| key.first)),
    ("use", "8 ↑", Some(|key| key.up)),
    ("use", "9", Some(|key| key.page_up)),
    ("use t2", "+", Some(|key| key.transfer)),
    ("use", "4 ←", Some(|key| key.left)),
    ("use", "5", Some(|key| key.switch)),
    ("use", "6 →", Some(|key| key.right)),
    ("use", "1", Some(|key| key.last)),
    ("use", "2 ↓", Some(|key| key.down)),
    ("use", "3", Some(|key| key.page_down)),
    ("use t2", "Enter", Some(|key| key.confirm)),
    ("use w2", "0 Ins", Some(|key| key.take)),
    ("use", ". Del", Some(|key| key.hang_up)),
];

/// What every key does.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let w = use_words();
    view! {
        <div>
            <h2>{say(|w| w.your_keys)}</h2>
            <p class="lede">{say(|w| w.your_keys_lede)}</p>
            <div class="fkeys">
                {(3..).zip(0..8).map(|(key, at): (u8, usize)| view! {
                    <div><kbd>{format!("F{key}")}</kbd>{move || w().function_keys.get(at).copied()}</div>
                }).collect_view()}
            </div>
            <div class="numpad" role="img" aria-label=say(|w| w.numpad_alt)>
                {NUMPAD.map(|(class, cap, what)| view! {
                    <div class=class>{move || in_words(w(), cap)}{what.map(|what| view! { <small>{move || what(&w().numpad)}</small> })}</div>
                }).collect_view()}
            </div>
        </div>
    }
}

/// The cap as it is printed on this language's keyboards.
fn in_words(words: &Words, cap: &str) -> String {
    cap.replace("Ins", words.key_insert).replace("Del", words.key_delete).replace("Enter", words.key_enter)
}
