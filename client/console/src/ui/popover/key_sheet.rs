//! Every key on one sheet, one key away: `?`.

use leptos::prelude::*;

use super::Frame;
use crate::ui::welcome::Keys;
use crate::ui::words::{say, use_words};

/// The sheet.
#[component]
pub(super) fn KeySheet() -> impl IntoView {
    let w = use_words();
    let label = Signal::derive(move || w().your_keys.to_owned());
    view! {
        <Frame class="key-sheet" label=label>
            <div class="welcome"><Keys /></div>
            <dl class="letters" aria-label=say(|w| w.your_keys)>
                {(0..w().letter_keys.len()).map(|at| view! {
                    <div>
                        <dt><kbd>{move || w().letter_keys.get(at).map(|(key, _)| *key)}</kbd></dt>
                        <dd>{move || w().letter_keys.get(at).map(|(_, what)| *what)}</dd>
                    </div>
                }).collect_view()}
            </dl>
        </Frame>
    }
}
