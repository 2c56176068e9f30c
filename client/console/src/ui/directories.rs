//! The directories: tabs, toolbar, greeting, contacts, search bar.

use leptos::prelude::*;

use super::screen::use_screen;
use super::start_shift::StartShift;
use super::welcome::Welcome;
use crate::board::Board;
use crate::ui::parts::When;
use contact_list::ContactList;
use search_bar::SearchBar;
use tabs::Tabs;
use toolbar::{GreetingStrip, Toolbar};

mod contact_list;
mod contact_tile;
mod matched;
pub(super) mod search_bar;
mod tabs;
mod toolbar;

/// What stands between tabs and search bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    StartShift,
    Welcome,
    Contacts,
}

/// The workspace while directories are shown.
#[component]
pub(super) fn Directories() -> impl IntoView {
    let board: Board = expect_context();
    let screen = use_screen();
    let shown = Memo::new(move |_| {
        let nobody = board.directories.with(|all| all.iter().all(|directory| directory.count == 0));
        if board.audio.with(|audio| audio.host.is_none()) {
            Shown::StartShift
        } else if nobody {
            Shown::Welcome
        } else {
            Shown::Contacts
        }
    });
    view! {
        <Tabs />
        {move || match shown.get() {
            Shown::StartShift => view! { <StartShift /> }.into_any(),
            Shown::Welcome => view! { <Welcome /> }.into_any(),
            Shown::Contacts => view! {
                <Toolbar />
                <GreetingStrip />
                <ContactList />
            }
            .into_any(),
        }}
        <When is=move || screen.directory.get().is_some()>
            <SearchBar />
        </When>
    }
}
