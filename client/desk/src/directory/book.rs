//! All directories of a console, and everything that can be done to them.

use std::fmt;
use std::ops::RangeInclusive;

use cordboard_wire::DirectorySeed;

use super::callers::Callers;
use super::csv::{self, CsvColumn, CsvProblem};
use super::order::{Order, SortBy};
use super::slots::Slots;
use super::{DirectoryError, DirectoryId, DirectoryInfo, StoredDirectory};
use crate::contact::{Contact, ContactId, ContactRef, PackedContact};
use crate::number::{CanonicalNumber, Numbering};
use crate::search::SearchIndex;

/// Every directory, in the order of the tabs.
#[derive(Clone, Debug, Default)]
pub struct Directories {
    pub(super) numbering: Numbering,
    pub(super) directories: Vec<Directory>,
    next_directory: u32,
    next_contact: u32,
}

/// One directory with what makes it fast to ask.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    pub(super) id: DirectoryId,
    pub(super) info: DirectoryInfo,
    pub(super) contacts: Slots,
    callers: Callers,
    pub(super) order: Option<Order>,
    pub(super) index: Option<SearchIndex>,
    last_import: Option<RangeInclusive<ContactId>>,
}

/// Who a number belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Identified<'a> {
    /// Where the contact was found.
    pub directory: DirectoryId,
    /// Which contact.
    pub id: ContactId,
    /// The contact.
    pub contact: ContactRef<'a>,
    /// True if the directory is local.
    pub local: bool,
}

/// What became of a CSV file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How many contacts were added.
    pub imported: u32,
    /// The rows that were left out, in the order of the file.
    pub bad_rows: Vec<CsvProblem>,
    /// Columns that the file does not have; those fields are empty.
    pub missing: Vec<CsvColumn>,
}

impl ImportReport {
    fn new(contents: &csv::Contents) -> Self {
        Self {
            imported: u32::try_from(contents.contacts.len()).unwrap_or(u32::MAX),
            bad_rows: contents.bad_rows.clone(),
            missing: contents.missing.clone(),
        }
    }
}

/// What became of a directory that the relay hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// Which directory it is here.
    pub directory: DirectoryId,
    /// What was read.
    pub report: ImportReport,
    /// False if it was here already, just so.
    pub changed: bool,
}

/// Why nothing of a CSV file was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportRefused {
    /// The directory cannot take it.
    Directory(DirectoryError),
    /// The file cannot be read.
    File(CsvProblem),
}

impl fmt::Display for ImportRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(error) => error.fmt(f),
            Self::File(problem) => problem.fmt(f),
        }
    }
}

impl std::error::Error for ImportRefused {}

impl From<DirectoryError> for ImportRefused {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<CsvProblem> for ImportRefused {
    fn from(problem: CsvProblem) -> Self {
        Self::File(problem)
    }
}

impl Directories {
    /// No directories yet.
    pub fn new(numbering: Numbering) -> Self {
        Self { numbering, ..Self::default() }
    }

    /// How numbers are compared.
    pub fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// Compares numbers in another way from now on.
    pub fn set_numbering(&mut self, numbering: Numbering) {
        if self.numbering != numbering {
            self.numbering = numbering;
            for directory in &mut self.directories {
                directory.reindex(&self.numbering);
            }
        }
    }

    /// Every directory with its number of contacts, in the order of the tabs.
    pub fn iter(&self) -> impl Iterator<Item = (DirectoryId, &DirectoryInfo, usize)> {
        self.directories.iter().map(|directory| (directory.id, &directory.info, directory.contacts.len()))
    }

    /// Everything about a directory but its contacts.
    pub fn info(&self, directory: DirectoryId) -> Option<&DirectoryInfo> {
        self.directory(directory).ok().map(|directory| &directory.info)
    }

    /// How many contacts a directory has.
    pub fn count(&self, directory: DirectoryId) -> usize {
        self.directory(directory).map_or(0, |directory| directory.contacts.len())
    }

    /// True if the last import into this directory can be undone.
    pub fn can_undo(&self, directory: DirectoryId) -> bool {
        self.directory(directory).is_ok_and(|directory| directory.last_import.is_some())
    }

    /// Adds an empty directory behind the others.
    pub fn add(&mut self, info: DirectoryInfo) -> DirectoryId {
        let id = DirectoryId(self.next_directory);
        self.next_directory = self.next_directory.saturating_add(1);
        self.directories.push(Directory::new(id, info));
        id
    }

    /// Gives a directory another name.
    ///
    /// # Errors
    /// If there is no such directory.
    pub fn rename(&mut self, directory: DirectoryId, name: String) -> Result<(), DirectoryError> {
        self.directory_mut(directory)?.info.name = name;
        Ok(())
    }

    /// Changes a directory's line, note, order and so on.
    ///
    /// # Errors
    /// If there is no such directory.
    pub fn set_info(&mut self, directory: DirectoryId, info: DirectoryInfo) -> Result<(), DirectoryError> {
        self.directory_mut(directory)?.info = info;
        Ok(())
    }

    /// Removes a directory with all its contacts.
    ///
    /// # Errors
    /// If there is no such directory.
    pub fn remove(&mut self, directory: DirectoryId) -> Result<(), DirectoryError> {
        self.directory(directory)?;
        self.directories.retain(|other| other.id != directory);
        Ok(())
    }

    /// Removes all contacts of a directory.
    ///
    /// # Errors
    /// If there is no such directory, or it is read-only.
    pub fn clear(&mut self, directory: DirectoryId) -> Result<(), DirectoryError> {
        let cleared = self.writable(directory)?;
        *cleared = Directory::new(cleared.id, std::mem::take(&mut cleared.info));
        Ok(())
    }

    /// One contact of a directory.
    pub fn contact(&self, directory: DirectoryId, contact: ContactId) -> Option<ContactRef<'_>> {
        let directory = self.directory(directory).ok()?;
        let slot = directory.contacts.slot_of(contact)?;
        directory.contacts.get(slot).map(|(_, contact)| contact)
    }

    /// Every contact of a directory, oldest entry first.
    pub fn contacts(&self, directory: DirectoryId) -> impl Iterator<Item = (ContactId, ContactRef<'_>)> {
        self.directory(directory)
            .into_iter()
            .flat_map(|directory| directory.contacts.iter())
            .map(|(_, id, contact)| (id, contact))
    }

    /// Adds a contact.
    ///
    /// # Errors
    /// If there is no such directory, or it is read-only.
    pub fn add_contact(
        &mut self,
        directory: DirectoryId,
        contact: Contact,
    ) -> Result<ContactId, DirectoryError> {
        self.writable(directory)?;
        let id = self.next_contact_id();
        let (directory, numbering) = self.with_numbering(directory)?;
        let slot = directory.contacts.push(id, PackedContact::from(&contact));
        directory.enter(slot, numbering);
        Ok(id)
    }

    /// Changes a contact.
    ///
    /// # Errors
    /// If there is no such directory or contact, or the directory is read-only.
    pub fn edit_contact(
        &mut self,
        directory: DirectoryId,
        contact: ContactId,
        to: Contact,
    ) -> Result<(), DirectoryError> {
        self.writable(directory)?;
        let (directory, numbering) = self.with_numbering(directory)?;
        let slot = directory.contacts.slot_of(contact).ok_or(DirectoryError::NoSuchContact(contact))?;
        directory.leave(slot, numbering);
        directory.contacts.replace(slot, PackedContact::from(&to));
        directory.enter(slot, numbering);
        Ok(())
    }

    /// Removes a contact.
    ///
    /// # Errors
    /// If there is no such directory or contact, or the directory is read-only.
    pub fn remove_contact(
        &mut self,
        directory: DirectoryId,
        contact: ContactId,
    ) -> Result<(), DirectoryError> {
        self.writable(directory)?;
        let (directory, numbering) = self.with_numbering(directory)?;
        let gone = DirectoryError::NoSuchContact(contact);
        let slot = directory.contacts.slot_of(contact).ok_or(gone)?;
        directory.leave(slot, numbering);
        directory.contacts.remove(slot).map(drop).ok_or(gone)
    }

    /// Adds the contacts of a CSV file. A bad row is left out and reported; the others are imported.
    ///
    /// # Errors
    /// If the directory is read-only or gone, or the file as a whole cannot be read. Nothing is changed then.
    pub fn import_csv(&mut self, directory: DirectoryId, text: &[u8]) -> Result<ImportReport, ImportRefused> {
        let local = self.writable(directory)?.info.local;
        let contents = csv::read(text, local)?;
        let report = ImportReport::new(&contents);
        let first = ContactId(self.next_contact);
        let entries: Vec<_> =
            contents.contacts.into_iter().map(|contact| (self.next_contact_id(), contact)).collect();
        let (directory, numbering) = self.with_numbering(directory)?;
        if let Some(&(last, _)) = entries.last() {
            directory.last_import = Some(first..=last);
        }
        for (id, contact) in entries {
            directory.contacts.push(id, contact);
        }
        directory.reindex(numbering);
        Ok(report)
    }

    /// Takes back the last import into a directory, whatever was done to its contacts since. Returns how many were removed.
    ///
    /// # Errors
    /// If there is no such directory or no import to undo, or the directory is read-only.
    pub fn undo_import(&mut self, directory: DirectoryId) -> Result<usize, DirectoryError> {
        let nothing = DirectoryError::NothingToUndo(directory);
        let imported = self.writable(directory)?.last_import.take().ok_or(nothing)?;
        let (directory, numbering) = self.with_numbering(directory)?;
        let before = directory.contacts.len();
        directory.contacts = std::mem::take(&mut directory.contacts).without(&imported);
        directory.reindex(numbering);
        Ok(before - directory.contacts.len())
    }

    /// Writes a directory as a CSV file that [`Directories::import_csv`] reads back into the same contacts.
    ///
    /// # Errors
    /// If there is no such directory.
    pub fn export_csv(&self, directory: DirectoryId) -> Result<String, DirectoryError> {
        let directory = self.directory(directory)?;
        Ok(csv::write(directory.contacts.iter().map(|(_, _, contact)| contact)))
    }

    /// Takes over a directory as the relay hands it out: adds it, or replaces what it held. Contacts that have not changed
    /// keep their ids. Such a directory is read-only here.
    ///
    /// # Errors
    /// If the CSV as a whole cannot be read; the directory stays as it was.
    pub fn refresh(&mut self, seed: &DirectorySeed) -> Result<Refreshed, CsvProblem> {
        let contents = csv::read(seed.csv.as_bytes(), seed.local)?;
        let report = ImportReport::new(&contents);
        let known =
            self.directories.iter().find(|directory| directory.info.source.as_ref() == Some(&seed.key));
        let (id, before) = match known {
            Some(directory) => (directory.id, directory.info.clone()),
            None => (self.add(DirectoryInfo::default()), DirectoryInfo::default()),
        };
        let info = DirectoryInfo {
            name: seed.name.clone(),
            local: seed.local,
            line: Some(seed.line.clone()).filter(|line| !line.is_empty()),
            note: seed.note.clone(),
            read_only: true,
            source: Some(seed.key.clone()),
            ..before.clone()
        };
        let mut changed = info != before;
        let next_contact = &mut self.next_contact;
        if let Some(directory) = self.directories.iter_mut().find(|directory| directory.id == id) {
            directory.info = info;
            let refreshed = directory.contacts.refreshed(contents.contacts, next_contact);
            // Who has kept the id has not changed.
            if !refreshed.ids().eq(directory.contacts.ids()) {
                directory.contacts = refreshed;
                directory.reindex(&self.numbering);
                changed = true;
            }
        }
        Ok(Refreshed { directory: id, report, changed })
    }

    /// A directory as it is kept across restarts.
    pub fn stored(&self, directory: DirectoryId) -> Option<StoredDirectory> {
        let Directory { id, info, contacts, last_import, .. } = self.directory(directory).ok()?;
        Some(StoredDirectory {
            id: *id,
            info: info.clone(),
            contacts: contacts.packed().map(|(id, contact)| (id, contact.clone())).collect(),
            last_import: last_import.as_ref().map(|range| (*range.start(), *range.end())),
            next_contact: ContactId(self.next_contact),
        })
    }

    /// Takes over a directory that was kept, in place of one with the same id.
    pub fn restore(&mut self, stored: StoredDirectory) {
        let StoredDirectory { id, info, mut contacts, last_import, next_contact } = stored;
        let mut directory = Directory::new(id, info);
        contacts.sort_by_key(|&(id, _)| id);
        contacts.dedup_by_key(|&mut (id, _)| id);
        let highest = contacts.last().map_or(0, |(id, _)| id.0.saturating_add(1));
        self.next_contact = self.next_contact.max(next_contact.0).max(highest);
        self.next_directory = self.next_directory.max(id.0.saturating_add(1));
        for (id, contact) in contacts {
            directory.contacts.push(id, contact);
        }
        directory.last_import = last_import.map(|(first, last)| first..=last);
        directory.reindex(&self.numbering);
        match self.directories.iter_mut().find(|other| other.id == id) {
            Some(other) => *other = directory,
            None => self.directories.push(directory),
        }
    }

    /// Makes the search index and the order of rows now, so that the first key pressed need not wait for them.
    ///
    /// # Errors
    /// If there is no such directory.
    pub fn prepare(&mut self, directory: DirectoryId) -> Result<(), DirectoryError> {
        let (directory, numbering) = self.with_numbering(directory)?;
        directory.prepare(directory.info.sort, numbering);
        Ok(())
    }

    /// Who a number belongs to: local directories are asked first, each kind in the order of the tabs.
    pub fn identify(&self, number: &CanonicalNumber) -> Option<Identified<'_>> {
        self.known_as(number).next()
    }

    /// Whom each directory says that a number belongs to, in the order in which they are asked.
    pub(crate) fn known_as(&self, number: &CanonicalNumber) -> impl Iterator<Item = Identified<'_>> {
        let (local, external): (Vec<_>, Vec<_>) =
            self.directories.iter().partition(|directory| directory.info.local);
        local.into_iter().chain(external).filter_map(|directory| {
            let slot = directory.callers.find(number, &directory.contacts, &self.numbering)?;
            let (id, contact) = directory.contacts.get(slot)?;
            Some(Identified { directory: directory.id, id, contact, local: directory.info.local })
        })
    }

    pub(super) fn directory(&self, id: DirectoryId) -> Result<&Directory, DirectoryError> {
        let found = self.directories.iter().find(|directory| directory.id == id);
        found.ok_or(DirectoryError::NoSuchDirectory(id))
    }

    fn directory_mut(&mut self, id: DirectoryId) -> Result<&mut Directory, DirectoryError> {
        self.with_numbering(id).map(|(directory, _)| directory)
    }

    fn writable(&mut self, id: DirectoryId) -> Result<&mut Directory, DirectoryError> {
        let directory = self.directory_mut(id)?;
        if directory.info.read_only { Err(DirectoryError::ReadOnly(id)) } else { Ok(directory) }
    }

    fn with_numbering(&mut self, id: DirectoryId) -> Result<(&mut Directory, &Numbering), DirectoryError> {
        let found = self.directories.iter_mut().find(|directory| directory.id == id);
        found.map(|directory| (directory, &self.numbering)).ok_or(DirectoryError::NoSuchDirectory(id))
    }

    fn next_contact_id(&mut self) -> ContactId {
        let id = ContactId(self.next_contact);
        self.next_contact = self.next_contact.saturating_add(1);
        id
    }
}

impl Directory {
    fn new(id: DirectoryId, info: DirectoryInfo) -> Self {
        Self {
            id,
            info,
            contacts: Slots::default(),
            callers: Callers::default(),
            order: None,
            index: None,
            last_import: None,
        }
    }

    /// Learns everything anew after many contacts have changed.
    fn reindex(&mut self, numbering: &Numbering) {
        self.callers = Callers::new(&self.contacts, numbering);
        self.order = None;
        self.index = None;
    }

    /// Learns a contact that has just come.
    fn enter(&mut self, slot: u32, numbering: &Numbering) {
        let Some((_, contact)) = self.contacts.get(slot) else { return };
        self.callers.insert(slot, &contact, numbering);
        if let Some(order) = &mut self.order {
            order.insert(slot, &self.contacts);
        }
        if let Some(index) = &mut self.index {
            index.touch(slot);
        }
    }

    /// Forgets a contact that is about to go.
    fn leave(&mut self, slot: u32, numbering: &Numbering) {
        let Some((_, contact)) = self.contacts.get(slot) else { return };
        self.callers.remove(slot, &contact, numbering);
        if let Some(order) = &mut self.order {
            order.remove(slot, &self.contacts);
        }
        if let Some(index) = &mut self.index {
            index.touch(slot);
        }
    }

    /// Makes sure of the search index and of the order wanted.
    pub(super) fn prepare(&mut self, by: SortBy, numbering: &Numbering) {
        if self.order.as_ref().is_none_or(|order| order.by() != by) {
            self.order = Some(Order::new(by, &self.contacts));
        }
        if self.index.as_ref().is_none_or(SearchIndex::is_worn) {
            let contacts = self.contacts.iter().map(|(slot, _, contact)| (slot, contact));
            self.index = Some(SearchIndex::new(self.contacts.bound(), contacts, numbering));
        }
    }
}
