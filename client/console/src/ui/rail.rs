//! The rail: what the workspace shows. It has only the views that there are.

use super::words::say;
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::screen::{View, use_screen};
use crate::board::Board;
use crate::ui::parts::When;

/// The rail.
#[component]
pub(super) fn Rail() -> impl IntoView {
    let board: Board = expect_context();
    let has_team = Memo::new(move |_| board.team.with(Option::is_some));
    let waiting = Signal::derive(move || board.waiting_elsewhere());
    view! {
        <nav class="rail" aria-label=say(|w| w.views)>
            <RailButton view=View::Directories drawn=Drawn::Contacts label=say(|w| w.directories) keys="Alt+1" />
            <When is=move || has_team.get()>
                <RailButton view=View::Team drawn=Drawn::Headset label=say(|w| w.team.team) keys="Alt+2" count=waiting quiet=true />
            </When>
            <RailButton view=View::Log drawn=Drawn::History label=say(|w| w.call_log) keys="Alt+3" count=board.missed />
            <span class="sp"></span>
            <RailButton view=View::Settings drawn=Drawn::Settings label=say(|w| w.settings) keys="Alt+8" />
        </nav>
    }
}

#[component]
fn RailButton(
    view: View,
    drawn: Drawn,
    label: Signal<&'static str>,
    keys: &'static str,
    /// How much is new there.
    #[prop(optional, into)]
    count: Signal<u32>,
    /// None of it is for the operator to do at once.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
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
            {move || Some(count.get()).filter(|count| *count > 0).map(|count| view! { <span class="n n-dot" class:ring=!quiet aria-hidden="true">{count}</span> })}
        </button>
    }
}
