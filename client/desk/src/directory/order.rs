//! The order of rows: by a column, as a reader would expect it, whatever the case and the accents.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::slots::Slots;
use crate::contact::ContactRef;
use crate::search::fold_into;

/// The column by which contacts are sorted. Within equals the name decides, then the age of the entry.
/// Contacts with nothing in the column come last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SortBy {
    /// Family name, then given name.
    #[default]
    LastName,
    /// Given name, then family name.
    FirstName,
    /// Company.
    Company,
    /// Office.
    Office,
    /// Department.
    Department,
    /// Job title.
    Title,
}

/// The slots of a directory in sorted order.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    by: SortBy,
    slots: Vec<u32>,
}

impl Order {
    pub(crate) fn new(by: SortBy, contacts: &Slots) -> Self {
        let mut keyed: Vec<_> = contacts.iter().map(|(slot, _, contact)| (key(by, &contact), slot)).collect();
        keyed.sort_unstable();
        Self { by, slots: keyed.into_iter().map(|(_, slot)| slot).collect() }
    }

    pub(crate) fn by(&self) -> SortBy {
        self.by
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots.iter().copied()
    }

    /// Takes a contact out. To be called before the slot changes.
    pub(crate) fn remove(&mut self, slot: u32, contacts: &Slots) {
        if let Ok(place) = self.place(slot, contacts) {
            self.slots.remove(place);
        }
    }

    /// Puts a contact where it belongs. To be called after the slot has changed.
    pub(crate) fn insert(&mut self, slot: u32, contacts: &Slots) {
        if let Err(place) = self.place(slot, contacts) {
            self.slots.insert(place, slot);
        }
    }

    fn place(&self, slot: u32, contacts: &Slots) -> Result<usize, usize> {
        let key_of = |slot| contacts.get(slot).map(|(_, contact)| key(self.by, &contact));
        let wanted = (key_of(slot), slot);
        self.slots.binary_search_by(|&other| {
            if other == slot { Ordering::Equal } else { (key_of(other), other).cmp(&wanted) }
        })
    }
}

/// What contacts are compared by: folded texts, `\x01` between them so that a shorter one comes first, an empty column last.
fn key(by: SortBy, contact: &ContactRef<'_>) -> String {
    let ContactRef { last_name, first_name, company, office, department, title, .. } = contact;
    let columns = match by {
        SortBy::LastName => [last_name, first_name, company],
        SortBy::FirstName => [first_name, last_name, company],
        SortBy::Company => [company, last_name, first_name],
        SortBy::Office => [office, last_name, first_name],
        SortBy::Department => [department, last_name, first_name],
        SortBy::Title => [title, last_name, first_name],
    };
    let mut key = String::with_capacity(32);
    for column in columns {
        let before = key.len();
        fold_into(&mut key, column.trim_start());
        key.push(if key.len() == before { char::MAX } else { '\u{1}' });
    }
    key
}
