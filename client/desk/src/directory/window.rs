//! What a page shows of the directories: a window on the sorted matches, so that 100,000 contacts are never handed around.

use super::DirectoryId;
use super::book::{Directories, Directory};
use super::order::{Order, SortBy};
use crate::contact::{ContactId, ContactRef};
use crate::number::Numbering;
use crate::search::{Query, SlotSet};

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In this directory.
    One(DirectoryId),
    /// In every directory; matches come directory by directory in the order of the tabs.
    All,
}

/// Which contacts match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// How many there are.
    pub count: usize,
    /// All of them in the order wanted.
    pub ids: Vec<(DirectoryId, ContactId)>,
}

/// Some of the contacts that match.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window<'a> {
    /// How many match in all.
    pub total: usize,
    /// Those that were asked for.
    pub rows: Vec<Row<'a>>,
}

/// One contact that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// The directory it lives in.
    pub directory: DirectoryId,
    /// Which contact.
    pub id: ContactId,
    /// The contact.
    pub contact: ContactRef<'a>,
}

impl Directories {
    /// All contacts that match what was typed; an empty query matches everybody.
    pub fn search(&mut self, scope: Scope, query: &str, sort: SortBy) -> Matches {
        let window = self.window(scope, query, sort, 0, usize::MAX);
        Matches { count: window.total, ids: window.rows.iter().map(|row| (row.directory, row.id)).collect() }
    }

    /// `count` rows from row `first` of the contacts that match.
    pub fn window(
        &mut self,
        scope: Scope,
        query: &str,
        sort: SortBy,
        first: usize,
        count: usize,
    ) -> Window<'_> {
        let query = Query::new(query, &self.numbering);
        let mut window = Window::default();
        for directory in &mut self.directories {
            if scope == Scope::All || scope == Scope::One(directory.id) {
                let skip = first.saturating_sub(window.total);
                let wanted = count - window.rows.len();
                let matches = directory.find(&query, sort, &self.numbering);
                window.total += directory.rows(&matches, skip, wanted, &mut window.rows);
            }
        }
        window
    }

    /// The row at which a contact stands among those that match, so that a page can bring it into view.
    pub fn row_of(&mut self, scope: Scope, query: &str, sort: SortBy, contact: ContactId) -> Option<usize> {
        let query = Query::new(query, &self.numbering);
        let mut rows = 0;
        for directory in &mut self.directories {
            if scope == Scope::All || scope == Scope::One(directory.id) {
                let matches = directory.find(&query, sort, &self.numbering);
                if let Some(wanted) = directory.contacts.slot_of(contact) {
                    let mut sorted = directory.sorted(&matches);
                    return sorted.position(|slot| slot == wanted).map(|row| rows + row);
                }
                rows += matches.len();
            }
        }
        None
    }
}

impl Directory {
    /// Adds the rows wanted and returns how many there are in all.
    fn rows<'a>(&'a self, matches: &SlotSet, skip: usize, wanted: usize, rows: &mut Vec<Row<'a>>) -> usize {
        let directory = self.id;
        let found = self.sorted(matches).skip(skip).take(wanted).filter_map(|slot| self.contacts.get(slot));
        rows.extend(found.map(|(id, contact)| Row { directory, id, contact }));
        matches.len()
    }

    /// The slots that match, in the order prepared.
    fn sorted(&self, matches: &SlotSet) -> impl Iterator<Item = u32> {
        self.order.iter().flat_map(Order::iter).filter(|&slot| matches.contains(slot))
    }

    fn find(&mut self, query: &Query, sort: SortBy, numbering: &Numbering) -> SlotSet {
        self.prepare(sort, numbering);
        let contact = |slot| self.contacts.get(slot).map(|(_, contact)| contact);
        self.index.as_mut().map(|index| index.find(query, numbering, contact)).unwrap_or_default()
    }
}
