//! The rail: what the workspace shows. It has only the views that there are.

use super::words::say;
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::screen::{View, use_screen};

/// The rail.
#[component]
pub(super) fn Rail() -> impl IntoView {
    view! {
        <nav class="rail" aria-label=say(|w| w.views)>
            <RailButton view=View::Directories drawn=Drawn::Contacts label=say(|w| w.directories) keys="Alt+1" />
            <span class="sp"></span>
            <RailButton view=View::Settings drawn=Drawn::Settings label=say(|w| w.settings) keys="Alt+8" />
        </nav>
    }
}

#[component]
fn RailButton(view: View, drawn: Drawn, label: Signal<&'static str>, keys: &'static str) -> impl IntoView {
    let screen = use_screen();
    view! {
        <button
            aria-current=move || (screen.view.get() == view).then_some("page")
            aria-keyshortcuts=keys
            title=keys
            on:click=move |_| screen.view.set(view)
        >
            <Icon name=drawn />
            {label}
        </button>
    }
}
