//! Directories: who the company's people are and who calls them.
//!
//! [`Directories`] owns every directory of the console and whatever makes asking them fast: the search index, the callers'
//! numbers, the sorted rows. It does no I/O; the engine keeps [`StoredDirectory`] for it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contact::{ContactId, NameOrder, PackedContact};

mod book;
mod callers;
mod csv;
mod order;
mod slots;
mod window;

pub(crate) use csv::{guard, write_row};

pub use book::{Directories, Identified, ImportRefused, ImportReport, Refreshed};
pub use csv::{CsvColumn, CsvFault, CsvProblem};
pub use order::SortBy;
pub use window::{Matches, Row, Scope, Window};

/// Names a directory. Never used twice on one console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DirectoryId(pub u32);

/// Everything about a directory but its contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryInfo {
    /// The name on its tab.
    pub name: String,
    /// The company's own people: callers found here are shown bold.
    pub local: bool,
    /// The number of the line it belongs to.
    pub line: Option<String>,
    /// A note for the operator; may be empty.
    pub note: String,
    /// What to say when answering; may be empty.
    pub greeting: String,
    /// Its contacts are kept elsewhere and cannot be changed here.
    pub read_only: bool,
    /// How names are shown.
    pub name_order: NameOrder,
    /// The column it is sorted by.
    pub sort: SortBy,
    /// The relay's name for it, if the relay hands it out.
    pub source: Option<String>,
}

/// A directory as it is kept across restarts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredDirectory {
    /// Which directory.
    pub id: DirectoryId,
    /// Everything but the contacts.
    pub info: DirectoryInfo,
    /// The contacts in ascending order of their ids.
    pub contacts: Vec<(ContactId, PackedContact)>,
    /// First and last contact of an import that can still be undone.
    pub last_import: Option<(ContactId, ContactId)>,
    /// No contact of this console has had this id or a higher one.
    pub next_contact: ContactId,
}

/// Why a directory was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DirectoryError {
    /// There is no such directory; it was removed meanwhile.
    NoSuchDirectory(DirectoryId),
    /// The directory has no such contact; it was removed meanwhile.
    NoSuchContact(ContactId),
    /// The directory is kept elsewhere: change it there.
    ReadOnly(DirectoryId),
    /// The directory has no import that could be undone.
    NothingToUndo(DirectoryId),
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchDirectory(id) => write!(f, "there is no directory {}", id.0),
            Self::NoSuchContact(id) => write!(f, "there is no contact {}", id.0),
            Self::ReadOnly(id) => {
                write!(f, "directory {} is kept elsewhere and cannot be changed here", id.0)
            }
            Self::NothingToUndo(id) => write!(f, "directory {} has no import to undo", id.0),
        }
    }
}

impl std::error::Error for DirectoryError {}

#[cfg(test)]
mod tests;
