//! What can be done about whoever is on the line: kept as a contact, written about, looked up in the CRM.

use cordboard_desk::{CallId, CallView, Contact, DirectoryId};
use leptos::prelude::*;

use super::MenuItem;
use crate::board::Board;
use crate::ui::calls::who::shown_name;
use crate::ui::icon::Icon as Drawn;
use crate::ui::reason::Reason;
use crate::ui::screen::{Popover, Screen};
use crate::ui::words::Words;

pub(super) fn items(words: &'static Words, board: Board, screen: Screen, call: &CallView) -> Vec<MenuItem> {
    let id = call.id;
    let mail = mail(words, screen, call);
    vec![
        MenuItem::new(Drawn::AddPerson, words.add_caller, move || add_caller(board, screen, id))
            .keys(&["A"], "A")
            .unless(cannot_add(words, board, call)),
        MenuItem::new(Drawn::Mail, words.mail_about, move || {
            // The operating system opens its mail program; the page stays.
            let _ = window().location().set_href(&mail);
        }),
        MenuItem::new(Drawn::Globe, words.open_crm, move || open_crm(board, id))
            .keys(&["R"], "R")
            .unless(cannot_open_crm(words, board, call)),
    ]
}

/// Opens the CRM's page about a caller in a tab of its own.
pub(in crate::ui) fn open_crm(board: Board, id: CallId) {
    let Some(call) = board.view_now(id).filter(|call| !call.who.number.is_empty()) else { return };
    let page = board.crm.get_untracked();
    if !page.is_empty() {
        // The CRM is not to reach back into the console.
        let _ = window().open_with_url_and_target_and_features(&filled(&page, &call), "_blank", "noopener");
    }
}

fn cannot_open_crm(words: &'static Words, board: Board, call: &CallView) -> Reason {
    if board.crm.with_untracked(String::is_empty) {
        Some(words.no_crm)
    } else {
        call.who.number.is_empty().then_some(words.withheld)
    }
}

/// The address with number and name in their places.
fn filled(page: &str, call: &CallView) -> String {
    let (number, name) = (encoded(&call.who.number), encoded(&call.who.name));
    page.replace("{number}", &number).replace("{name}", &name)
}

fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Opens the form of a new contact with what is known of the caller.
pub(in crate::ui) fn add_caller(board: Board, screen: Screen, id: CallId) {
    let Some(call) = board.view_now(id).filter(is_stranger) else { return };
    if let Some(directory) = own_directory(board) {
        let contact = Contact { last_name: call.who.name, phone: call.who.number, ..Contact::default() };
        screen.open(Popover::AddCaller(directory, Box::new(contact)));
    }
}

fn is_stranger(call: &CallView) -> bool {
    call.who.contact.is_none() && !call.who.number.is_empty()
}

fn cannot_add(words: &'static Words, board: Board, call: &CallView) -> Reason {
    if call.who.contact.is_some() {
        Some(words.known_already)
    } else if call.who.number.is_empty() {
        Some(words.withheld)
    } else {
        own_directory(board).is_none().then_some(words.read_only)
    }
}

/// The first directory that takes contacts.
fn own_directory(board: Board) -> Option<DirectoryId> {
    board
        .directories
        .with_untracked(|all| all.iter().find(|directory| !directory.read_only).map(|directory| directory.id))
}

/// A letter about the call, to whoever is selected in the directory.
fn mail(words: &Words, screen: Screen, call: &CallView) -> String {
    let address = untrack(|| screen.selected_contact()).map(|(_, contact)| contact.contact.email);
    let name = shown_name(words, &call.who);
    let line = call.line.as_ref().map(|line| line.name.as_str());
    format!(
        "mailto:{}?subject={}&body={}",
        address.unwrap_or_default(),
        encoded(&(words.mail_subject)(&name)),
        encoded(&(words.mail_body)(&name, &call.who.number, line)),
    )
}
