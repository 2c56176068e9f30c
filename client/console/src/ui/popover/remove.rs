//! The only questions that the console asks: whether something is really to be removed.

use cordboard_desk::{Command, ContactView, DirectoryId};
use leptos::prelude::*;

use super::Frame;
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::avatar::full_name;
use crate::ui::screen::use_screen;
use crate::ui::words::{say, use_words};

/// Whether a directory is to be removed.
#[component]
pub(super) fn RemoveDirectory(id: DirectoryId) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let known = board.directories.with_untracked(|all| all.iter().find(|known| known.id == id).cloned());
    known.map(|known| {
        let question = Signal::derive(move || (w().remove_directory_ask)(&known.name, known.count));
        let label = Signal::derive(move || w().remove_directory.to_owned());
        view! { <Question label=label question=question command=Command::RemoveDirectory(id) /> }
    })
}

/// Whether a contact is to be removed.
#[component]
pub(super) fn RemoveContact(directory: DirectoryId, contact: Box<ContactView>) -> impl IntoView {
    let w = use_words();
    let command = Command::RemoveContact { directory, contact: contact.id };
    let name = full_name(&contact.contact);
    let question = Signal::derive(move || (w().remove_contact_ask)(&name));
    let label = Signal::derive(move || w().remove_contact.to_owned());
    view! { <Question label=label question=question command=command /> }
}

/// Whether the call log is to be cleared.
#[component]
pub(super) fn ClearLog() -> impl IntoView {
    let w = use_words();
    let label = Signal::derive(move || w().clear_log.to_owned());
    let question = Signal::derive(move || w().clear_log_ask.to_owned());
    view! { <Question label=label question=question command=Command::ClearLog /> }
}

#[component]
fn Question(label: Signal<String>, question: Signal<String>, command: Command) -> impl IntoView {
    let acts = use_acts();
    let screen = use_screen();
    let remove = move |_| {
        screen.popover.set(None);
        acts.command(command.clone());
    };
    view! {
        <Frame class="form" label=label>
            <p>{question}</p>
            <div class="row end">
                <button class="btn" on:click=move |_| screen.popover.set(None)>{say(|w| w.cancel)}</button>
                <button class="btn danger" on:click=remove>{say(|w| w.remove)}</button>
            </div>
        </Frame>
    }
}
