//! The header: who I talk with, what I can do with that call, what works, who I am.

use cordboard_desk::CallId;
use leptos::prelude::*;

use super::avatar::Portrait;
use super::icon::{Icon, Icon as Drawn};
use super::screen::{MenuAsked, MenuSubject, use_screen};
use super::words::{say, use_words};
use crate::board::{Board, held};
use call_actions::CallActions;
use lamps::Lamps;
use talking_panel::TalkingPanel;

mod call_actions;
mod lamps;
mod talking_panel;

/// The call that the header is about: the active one; after a hold, that one for as long as it is held and nothing else is
/// active.
#[derive(Clone, Copy)]
pub(super) struct Current(pub Memo<Option<CallId>>);

impl Current {
    /// Follows the calls of this board.
    pub(super) fn of(board: Board) -> Self {
        Self(Memo::new(move |before: Option<&Option<CallId>>| {
            let still_held = |call: &CallId| board.call(*call).is_some_and(|call| call.view.with(held));
            board.active().or_else(|| before.copied().flatten().filter(still_held))
        }))
    }
}

/// The header.
#[component]
pub(super) fn Header() -> impl IntoView {
    view! {
        <header class="ops">
            <h1 class="sr">{say(|w| w.console)}</h1>
            <section class="current-call" aria-label=say(|w| w.current_call)>
                <TalkingPanel />
                <div class="ops-right">
                    <CallActions />
                    <Lamps />
                    <Me />
                </div>
            </section>
        </header>
    }
}

/// Who works here, and the way out.
#[component]
fn Me() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let screen = use_screen();
    let name = Signal::derive(move || board.operator.get().map(|operator| operator.name).unwrap_or_default());
    let desk = move || {
        if board.practice.get() {
            return w().practice.to_owned();
        }
        board.operator.get().map(|operator| operator.desk).unwrap_or_default()
    };
    let open = move |_| {
        let right = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default();
        let asked = MenuAsked { subject: MenuSubject::Operator, left: right - 330.0, top: 76.0 };
        screen.menu.set(Some(asked));
    };
    view! {
        <button class="me" aria-haspopup="menu" title=name on:click=open>
            <span class="sr">{say(|w| w.operator_menu)}</span>
            <Portrait name=name />
            <span class="grow"><b>{name}</b><small>{desk}</small></span>
            <Icon name=Drawn::Down size="s" />
        </button>
    }
}
