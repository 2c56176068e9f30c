//! One tab a directory, and one to add another.

use crate::ui::words::say;
use cordboard_desk::{DirectoryId, DirectoryView};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::board::Board;
use crate::ui::avatar::LineBadge;
use crate::ui::drag::use_drag;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::Each;
use crate::ui::screen::{Popover, use_screen};

/// The tabs.
#[component]
pub(super) fn Tabs() -> impl IntoView {
    let board: Board = expect_context();
    let screen = use_screen();
    let walk = move |event: KeyboardEvent| {
        let all: Vec<_> =
            board.directories.with_untracked(|all| all.iter().map(|directory| directory.id).collect());
        let at = all.iter().position(|id| Some(*id) == screen.directory.get_untracked()).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => Some(at + 1),
            "Home" => Some(0),
            "End" => all.len().checked_sub(1),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(id) = to.and_then(|to| all.get(to)) {
            screen.open_directory(*id);
            focus(*id);
        }
    };
    view! {
        <div class="tabs">
            <div role="tablist" aria-label=say(|w| w.directories) on:keydown=walk>
                <Each of=move || board.directories.get() key=|directory| (directory.id, directory.name.clone(), directory.count) let(directory)>
                    <Tab directory=directory />
                </Each>
            </div>
            <span class="grow"></span>
            <button
                class="icon-btn"
                aria-label=say(|w| w.add_directory)
                title=say(|w| w.add_directory)
                on:click=move |_| screen.open(Popover::DirectoryName(None))
            >
                <Icon name=Drawn::Add size="m" />
            </button>
        </div>
    }
}

fn tab_id(directory: DirectoryId) -> String {
    format!("tab-{}", directory.0)
}

fn focus(directory: DirectoryId) {
    let tab = document().get_element_by_id(&tab_id(directory));
    if let Some(tab) = tab.and_then(|tab| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tab).ok()) {
        // A tab that is there can be focused.
        let _ = tab.focus();
    }
}

#[component]
fn Tab(directory: DirectoryView) -> impl IntoView {
    let board: Board = expect_context();
    let screen = use_screen();
    let drag = use_drag();
    let DirectoryView { id, name, line, count, local, .. } = directory;
    let front = Memo::new(move |_| screen.directory.get() == Some(id));
    // While searching, the tab in front counts matches; the others keep their size.
    let matches = move || {
        let searching = front.get() && screen.query.with(|query| !query.is_empty());
        if searching { screen.contacts().map(|contacts| contacts.total) } else { None }
    };
    let mark = match line {
        Some(line) => view! { <LineBadge line=line lines=board.lines /> }.into_any(),
        None if local => view! { <Icon name=Drawn::Local size="m" /> }.into_any(),
        None => view! { <Icon name=Drawn::Person size="m" /> }.into_any(),
    };
    view! {
        <button
            role="tab"
            id=tab_id(id)
            class:over=move || drag.over_tab(id)
            data-tab=id.0
            aria-selected=move || front.get().to_string()
            tabindex=move || if front.get() { "0" } else { "-1" }
            on:click=move |_| screen.open_directory(id)
        >
            {mark}
            <span class="trunc">{name}</span>
            <span class="n num" aria-hidden="true" class:found=move || matches().is_some_and(|found| found > 0)>{move || matches().unwrap_or(count)}</span>
        </button>
    }
}
