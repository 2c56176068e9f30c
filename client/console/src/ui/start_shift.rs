//! The first gesture: one click that gives this page the microphone, the bell and the alerts.

use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::words::{Words, say, use_words};
use crate::acts::use_acts;
use crate::board::Board;

/// Chooses a phrase.
type Phrase = fn(&Words) -> &'static str;

/// What the gesture opens: drawing, what, why.
const STEPS: [(Drawn, Phrase, Phrase); 3] = [
    (Drawn::Microphone, |words| words.shift_microphone, |words| words.shift_microphone_why),
    (Drawn::Volume, |words| words.shift_sound, |words| words.shift_sound_why),
    (Drawn::Bell, |words| words.shift_notifications, |words| words.shift_notifications_why),
];

/// Stands in the workspace until a page carries the operator's calls.
#[component]
pub(super) fn StartShift() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let name = move || board.operator.get().map(|operator| operator.name).unwrap_or_default();
    view! {
        <div class="pane start-shift">
            <h2>{move || (w().good_day)(&name())}</h2>
            <p class="lede">{say(|w| w.shift_lede)}</p>
            <ul class="steps">
                {STEPS.map(|(drawn, what, why)| view! {
                    <li>
                        <span class="todo"><Icon name=drawn /></span>
                        <span><b>{move || what(w())}</b><small>{move || why(w())}</small></span>
                    </li>
                }).collect_view()}
            </ul>
            <button class="btn primary" on:click=move |_| acts.start_shift()>
                <Icon name=Drawn::Headphones size="m" />
                {say(|w| w.start_shift)}
            </button>
        </div>
    }
}
