//! The relay does not answer: says so, and goes on by itself when it does.

use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::words::{say, use_words};
use crate::acts::use_acts;
use crate::clock::use_clock;
use crate::door::Door;

/// Stands where the console will be.
#[component]
pub(super) fn RelayAway() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let now = use_clock();
    let door: Door = expect_context();
    let again = move || {
        let left = door.again_at.get().since(now.now()).as_millis().div_ceil(1000);
        if left > 0 { (w().retry_in)(left) } else { w().link_lost_now.to_owned() }
    };
    view! {
        <main class="arriving">
            <div class="relay-away">
                <Icon name=Drawn::Warning size="xl" />
                <div role="status" aria-labelledby="relay-away">
                    <h1 id="relay-away">{say(|w| w.relay_away)}</h1>
                    <p>{say(|w| w.relay_away_note)}</p>
                </div>
                <p class="num" role="timer">{again}</p>
                <button class="btn primary" on:click=move |_| acts.ask_relay()>{say(|w| w.try_now)}</button>
            </div>
        </main>
    }
}
