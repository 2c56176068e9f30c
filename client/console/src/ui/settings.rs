//! Settings of this computer: how the console looks, and what its keys do.

use super::words::say;
use cordboard_desk::{Command, TraceForm};
use leptos::prelude::*;

use super::choice::{ContrastChoice, DensityChoice, LanguageChoice, ReminderChoice, ThemeChoice};
use super::icon::{Icon, Icon as Drawn};
use super::welcome::Keys;
use crate::acts::Acts;
use crate::asked::HANDLER;

mod overflow_rules;

use overflow_rules::OverflowRules;

/// The settings.
#[component]
pub(super) fn Settings() -> impl IntoView {
    let acts: Acts = expect_context();
    view! {
        <section class="settings pane scroll" aria-label=say(|w| w.settings)>
            <div class="bar-row"><h2>{say(|w| w.settings)}</h2><span class="muted">{say(|w| w.settings_this_computer)}</span></div>
            <div class="set">
                <details open>
                    <summary>
                        <Icon name=Drawn::Light size="m" />
                        {say(|w| w.settings_look)}
                        <small>{say(|w| w.settings_look_note)}</small>
                    </summary>
                    <div class="in">
                        <div class="opt-row"><span class="lb">{say(|w| w.language)}</span><LanguageChoice /></div>
                        <div class="opt-row"><span class="lb">{say(|w| w.theme)}</span><ThemeChoice /></div>
                        <div class="opt-row"><span class="lb">{say(|w| w.density)}</span><DensityChoice /></div>
                        <div class="opt-row"><span class="lb">{say(|w| w.contrast)}</span><ContrastChoice /></div>
                    </div>
                </details>
                <details>
                    <summary>
                        <Icon name=Drawn::Incoming size="m" />
                        {say(|w| w.settings_overflow)}
                        <small>{say(|w| w.settings_overflow_note)}</small>
                    </summary>
                    <div class="in"><OverflowRules /></div>
                </details>
                <details open>
                    <summary>
                        <Icon name=Drawn::Bell size="m" />
                        {say(|w| w.settings_sound)}
                        <small>{say(|w| w.settings_sound_note)}</small>
                    </summary>
                    <div class="in">
                        <div class="opt-row"><span class="lb">{say(|w| w.reminder)}</span><ReminderChoice /></div>
                    </div>
                </details>
                <details open>
                    <summary>
                        <Icon name=Drawn::Link size="m" />
                        {say(|w| w.settings_links)}
                        <small>{say(|w| w.settings_links_note)}</small>
                    </summary>
                    <div class="in">
                        <div class="opt-row">
                            <span class="lb">"tel: sip:"</span>
                            <button class="btn" on:click=|_| take_links()>{say(|w| w.take_links)}</button>
                        </div>
                    </div>
                </details>
                <details open>
                    <summary><Icon name=Drawn::Keyboard size="m" />{say(|w| w.settings_keys)}</summary>
                    <div class="in welcome"><Keys /></div>
                </details>
                <details>
                    <summary>
                        <Icon name=Drawn::Export size="m" />
                        {say(|w| w.settings_help)}
                        <small>{say(|w| w.sip_trace_note)}</small>
                    </summary>
                    <div class="in">
                        <div class="opt-row">
                            <span class="lb">{say(|w| w.sip_trace)}</span>
                            <button class="btn" on:click=move |_| acts.command(Command::SaveTrace(TraceForm::Text))>
                                {say(|w| w.save_sip_trace)}
                            </button>
                            <button class="btn" on:click=move |_| acts.command(Command::SaveTrace(TraceForm::Pcap))>
                                {say(|w| w.save_sip_trace_pcap)}
                            </button>
                        </div>
                    </div>
                </details>
            </div>
        </section>
    }
}

/// Asks the browser to open links to numbers with this page. It asks the operator in turn.
fn take_links() {
    let origin = window().location().origin().unwrap_or_default();
    for scheme in ["tel", "sip"] {
        // A browser that refuses leaves links to whom they belonged before.
        let _ = window().navigator().register_protocol_handler(
            scheme,
            &format!("{origin}{HANDLER}"),
            "Cordboard",
        );
    }
}
