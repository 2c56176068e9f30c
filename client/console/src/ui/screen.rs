//! What is selected and what is open on this screen: private to the page, forgotten with it.

use cordboard_desk::{
    CallId, CallWay, Command, Contact, ContactId, ContactView, ContactsView, CordView, DirectoryId,
    DirectoryView, LogEntry, LogLook, Look, SortBy, TeamCallId, Way,
};
use leptos::prelude::*;

use crate::acts::Acts;
use crate::board::Board;

/// The two zones that F5 switches between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// The call lists.
    Calls,
    /// The directory.
    Workspace,
}

/// What the workspace shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// The directories.
    Directories,
    /// The operator's team.
    Team,
    /// The call log.
    Log,
    /// The settings.
    Settings,
}

/// What a menu is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum MenuSubject {
    /// A call.
    Call(CallId),
    /// A contact, as it was when the menu opened.
    Contact(DirectoryId, Box<ContactView>),
    /// A directory.
    Directory(DirectoryId),
    /// The order of the contacts.
    Sort,
    /// A call of the log, as it was when the menu opened.
    Logged(Box<LogEntry>),
    /// A call of somebody else of the team.
    TeamCall(TeamCallId),
    /// The operator.
    Operator,
}

/// Where the workspace begins, so that what belongs to a call can stand beside the lists and never over them.
pub(super) fn beside_calls() -> f64 {
    let work = document().query_selector(".work").ok().flatten();
    work.map_or(0.0, |work| work.get_bounding_client_rect().left() + 15.0)
}

/// A menu that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MenuAsked {
    /// What it is about.
    pub subject: MenuSubject,
    /// Where its corner goes, CSS pixels from the window's left.
    pub left: f64,
    /// Where its corner goes, CSS pixels from the window's top.
    pub top: f64,
}

/// A box that floats above the workspace, one at a time.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Popover {
    /// The transfer box of this call.
    Transfer(CallId),
    /// The keypad.
    Keypad,
    /// A CSV file on its way into this directory.
    Import(DirectoryId),
    /// A contact: a new one, or one that is changed.
    Contact(DirectoryId, Option<Box<ContactView>>),
    /// A new contact with what is known of a caller.
    AddCaller(DirectoryId, Box<Contact>),
    /// A name for a directory: a new one, or one that is renamed.
    DirectoryName(Option<DirectoryId>),
    /// Whether this directory is to be removed.
    RemoveDirectory(DirectoryId),
    /// Whether the call log is to be cleared.
    ClearLog,
    /// What every key does.
    Keys,
    /// Whether this contact is to be removed.
    RemoveContact(DirectoryId, Box<ContactView>),
}

/// What is selected and open. A handle: copies are the same screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    board: Board,
    acts: Acts,
    /// What the workspace shows.
    pub view: RwSignal<View>,
    /// Where the keys go.
    pub zone: RwSignal<Zone>,
    /// The menu that is open.
    pub menu: RwSignal<Option<MenuAsked>>,
    /// The box that is open.
    pub popover: RwSignal<Option<Popover>>,
    /// What is typed in the search bar.
    pub query: RwSignal<String>,
    /// The order of the contacts.
    pub sort: RwSignal<SortBy>,
    /// The selected row of the directory, from 0.
    pub row: RwSignal<Option<u32>>,
    /// The first row wanted, and how many.
    pub window: RwSignal<(u32, u32)>,
    /// How many contacts stand side by side.
    pub columns: RwSignal<u32>,
    /// The browser refused to copy what was asked for.
    pub copy_failed: RwSignal<bool>,
    /// What is wanted of the call log.
    pub log: RwSignal<LogLook>,
    /// The tab that is in front.
    pub directory: Memo<Option<DirectoryId>>,
    /// The selected call.
    pub call: Memo<Option<CallId>>,
    chosen_call: RwSignal<Option<CallId>>,
    chosen_directory: RwSignal<Option<DirectoryId>>,
}

impl Screen {
    /// A screen with nothing open.
    pub(super) fn new(board: Board, acts: Acts) -> Self {
        let chosen_call = RwSignal::new(None);
        let chosen_directory = RwSignal::new(None);
        let selected =
            Memo::new(move |before| selected_call(board, chosen_call.get(), before.copied().flatten()));
        let screen = Self {
            board,
            acts,
            view: RwSignal::new(View::Directories),
            zone: RwSignal::new(Zone::Calls),
            menu: RwSignal::new(None),
            popover: RwSignal::new(None),
            query: RwSignal::new(String::new()),
            sort: RwSignal::new(SortBy::LastName),
            row: RwSignal::new(None),
            window: RwSignal::new((0, 60)),
            columns: RwSignal::new(1),
            copy_failed: RwSignal::new(false),
            log: RwSignal::new(LogLook { count: 60, ..LogLook::default() }),
            directory: Memo::new(move |_| directory_in_front(board, chosen_directory.get())),
            call: Memo::new(move |_| selected.get().map(|(_, call)| call)),
            chosen_call,
            chosen_directory,
        };
        screen.follow();
        screen
    }

    /// Asks for what the directory shows whenever that changes, and lets an answered call bring its directory to the front.
    fn follow(self) {
        Effect::new(move || {
            let Some(directory) = self.directory.get() else { return };
            // An engine that took the place of another one has not been asked yet.
            self.board.page.track();
            let (first, count) = self.window.get();
            let look = Look { directory, query: self.query.get(), sort: self.sort.get(), first, count };
            self.acts.command(Command::Look(look));
        });
        Effect::new(move || {
            self.board.page.track();
            if self.view.get() == View::Log {
                self.acts.command(Command::LookAtLog(self.log.get()));
            }
        });
        let front = self.board.front;
        Effect::watch(
            move || front.get(),
            move |front, _, _| {
                if let Some(front) = front {
                    self.open_directory(*front);
                }
            },
            false,
        );
    }

    /// Selects a call.
    pub(super) fn select_call(self, call: CallId) {
        self.zone.set(Zone::Calls);
        self.chosen_call.set(Some(call));
    }

    /// The operator has selected this call: it has not been selected for want of another.
    pub(super) fn is_chosen(self, call: CallId) -> bool {
        self.chosen_call.get_untracked() == Some(call)
    }

    /// Brings a directory to the front.
    pub(super) fn open_directory(self, directory: DirectoryId) {
        self.view.set(View::Directories);
        if self.directory.get_untracked() != Some(directory) {
            self.chosen_directory.set(Some(directory));
            self.show_from_top();
        }
    }

    /// Searches; the first match is selected, so that Enter calls it.
    pub(super) fn search(self, query: String) {
        let first = (!query.is_empty()).then_some(0);
        self.query.set(query);
        self.show_from_top();
        self.row.set(first);
    }

    fn show_from_top(self) {
        let (_, count) = self.window.get_untracked();
        self.row.set(None);
        self.window.set((0, count));
    }

    /// The directory in front.
    pub(super) fn directory_view(self) -> Option<DirectoryView> {
        let front = self.directory.get()?;
        self.board.directories.with(|all| all.iter().find(|directory| directory.id == front).cloned())
    }

    /// What is shown of the directory in front; `None` while the answer is on its way.
    pub(super) fn contacts(self) -> Option<ContactsView> {
        let front = self.directory.get()?;
        self.board.contacts.get().filter(|contacts| contacts.look.directory == front)
    }

    /// The selected contact, if it is among what is shown.
    ///
    /// Nobody while the answer to what was typed last is on its way: Enter must never call somebody of an older answer.
    pub(super) fn selected_contact(self) -> Option<(DirectoryId, ContactView)> {
        let row = self.row.get()?;
        let contacts = self.contacts()?;
        if contacts.look.query != self.query.get() || contacts.look.sort != self.sort.get() {
            return None;
        }
        let at = usize::try_from(row.checked_sub(contacts.look.first)?).ok()?;
        contacts.rows.get(at).map(|contact| (contacts.look.directory, contact.clone()))
    }

    /// Calls a contact.
    pub(super) fn call_contact(self, directory: DirectoryId, contact: ContactId, way: Way) {
        self.acts.command(Command::CallContact { directory, contact, way });
    }

    /// Opens a box above the workspace.
    pub(super) fn open(self, popover: Popover) {
        self.menu.set(None);
        self.popover.set(Some(popover));
    }

    /// Opens the transfer box: of whoever is asked about, where somebody is asked on their behalf.
    pub(super) fn open_transfer(self, call: CallId) {
        let subject = self.board.view_now(call).and_then(|call| match call.cord {
            Some(CordView::For { call, .. }) => Some(call),
            Some(CordView::Asking { .. }) | None => None,
        });
        self.open(Popover::Transfer(subject.unwrap_or(call)));
    }

    /// Closes the innermost thing that is open. True if there was one.
    pub(super) fn close_innermost(self) -> bool {
        if self.menu.get_untracked().is_some() {
            self.menu.set(None);
        } else if self.popover.get_untracked().is_some() {
            self.popover.set(None);
        } else if !self.query.get_untracked().is_empty() {
            self.search(String::new());
        } else {
            return false;
        }
        true
    }
}

/// The screen here.
pub(super) fn use_screen() -> Screen {
    expect_context()
}

/// The chosen directory while it exists, else the first.
fn directory_in_front(board: Board, chosen: Option<DirectoryId>) -> Option<DirectoryId> {
    board.directories.with(|all| {
        let chosen = all.iter().find(|directory| Some(directory.id) == chosen);
        chosen.or(all.first()).map(|directory| directory.id)
    })
}

/// The chosen call while it is there, with its place in the lists; when it ends, the nearest taken slot above it, then
/// below. A new call is selected by itself only when nothing was.
fn selected_call(
    board: Board,
    chosen: Option<CallId>,
    before: Option<(usize, CallId)>,
) -> Option<(usize, CallId)> {
    let ways = [CallWay::Incoming, CallWay::Outgoing].into_iter();
    let all: Vec<_> = ways.flat_map(|way| board.slots(way)).map(|(_, call)| call).enumerate().collect();
    let still_there = |wanted: CallId| all.iter().copied().find(|(_, call)| *call == wanted);
    let above = |place: usize| all.get(place.saturating_sub(1).min(all.len().saturating_sub(1))).copied();
    chosen
        .and_then(still_there)
        .or_else(|| before.and_then(|(_, call)| still_there(call)))
        .or_else(|| above(before.map_or(0, |(place, _)| place)))
}
