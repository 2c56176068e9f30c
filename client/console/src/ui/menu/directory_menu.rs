//! Everything that can be done with a directory, and the orders it can be in.

use cordboard_desk::{Command, DirectoryId, SortBy};
use leptos::prelude::*;

use super::{Menu, MenuItem};
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::icon::Icon as Drawn;
use crate::ui::screen::{Popover, use_screen};
use crate::ui::words::use_tongue;

pub(super) fn menu(id: DirectoryId) -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let directory = board.directories.with_untracked(|all| all.iter().find(|known| known.id == id).cloned());
    let Some(directory) = directory else {
        return Menu {
            drawn: Drawn::Contacts,
            about: String::new(),
            number: String::new(),
            told: None,
            items: Vec::new(),
        };
    };
    let read_only = directory.read_only.then_some(words.read_only);
    let nothing_to_undo =
        (!directory.can_undo).then_some((words.why_not)(cordboard_desk::WhyNot::NothingToUndo));
    let open = move |popover: Popover| move || screen.open(popover.clone());
    let items = vec![
        MenuItem::new(Drawn::AddPerson, words.add_contact, open(Popover::Contact(id, None)))
            .unless(read_only),
        MenuItem::new(Drawn::Import, words.import_csv, open(Popover::Import(id)))
            .unless(read_only)
            .below_a_rule(),
        MenuItem::new(Drawn::Back, words.undo_import, move || acts.command(Command::UndoImport(id)))
            .unless(read_only.or(nothing_to_undo)),
        MenuItem::new(Drawn::Export, words.export_csv, move || acts.command(Command::ExportCsv(id))),
        MenuItem::new(Drawn::Pencil, words.rename_directory, open(Popover::DirectoryName(Some(id))))
            .unless(read_only)
            .below_a_rule(),
        MenuItem::new(Drawn::Add, words.add_directory, open(Popover::DirectoryName(None))),
        MenuItem::new(Drawn::Remove, words.remove_directory, open(Popover::RemoveDirectory(id)))
            .unless(read_only)
            .danger(),
    ];
    Menu {
        drawn: Drawn::Contacts,
        about: directory.name,
        number: directory.count.to_string(),
        told: None,
        items,
    }
}

/// Every order of the contacts.
const ORDERS: [SortBy; 6] =
    [SortBy::LastName, SortBy::FirstName, SortBy::Company, SortBy::Office, SortBy::Department, SortBy::Title];

pub(super) fn sort() -> Menu {
    let words = use_tongue().words_now();
    let screen = use_screen();
    let chosen = screen.sort.get_untracked();
    let item = |by: SortBy| {
        MenuItem::new(Drawn::Sort, (words.sort_by)(by), move || screen.sort.set(by)).checked(by == chosen)
    };
    Menu {
        drawn: Drawn::Sort,
        about: words.sort.to_owned(),
        number: String::new(),
        told: None,
        items: ORDERS.map(item).into(),
    }
}
