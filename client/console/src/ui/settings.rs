//! Settings of this computer: how the console looks, and what its keys do.

use leptos::prelude::*;

use super::choice::{ContrastChoice, DensityChoice, LanguageChoice, ThemeChoice};
use super::icon::{Icon, Icon as Drawn};
use super::welcome::Keys;
use super::words::use_words;

/// The settings.
#[component]
pub(super) fn Settings() -> impl IntoView {
    let w = use_words();
    view! {
        <section class="settings pane scroll" aria-label=move || w().settings>
            <div class="bar-row"><h2>{move || w().settings}</h2><span class="muted">{move || w().settings_this_computer}</span></div>
            <div class="set">
                <details open>
                    <summary>
                        <Icon name=Drawn::Light size="m" />
                        {move || w().settings_look}
                        <small>{move || w().settings_look_note}</small>
                    </summary>
                    <div class="in">
                        <div class="opt-row"><span class="lb">{move || w().language}</span><LanguageChoice /></div>
                        <div class="opt-row"><span class="lb">{move || w().theme}</span><ThemeChoice /></div>
                        <div class="opt-row"><span class="lb">{move || w().density}</span><DensityChoice /></div>
                        <div class="opt-row"><span class="lb">{move || w().contrast}</span><ContrastChoice /></div>
                    </div>
                </details>
                <details open>
                    <summary><Icon name=Drawn::Keyboard size="m" />{move || w().settings_keys}</summary>
                    <div class="in welcome"><Keys /></div>
                </details>
            </div>
        </section>
    }
}
