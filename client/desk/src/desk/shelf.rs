//! The directories on the desk: what the operator does to them, what pages see of them, what is kept.

use cordboard_sip::Instant;
use cordboard_wire::DirectorySeed;
use vecmap::VecSet;

use super::Desk;
use crate::who::number_of;
use crate::{
    ChoiceView, Command, ContactView, ContactsView, Delta, DirectoryError, DirectoryId, DirectoryInfo,
    ImportRefused, Look, Notice, Output, PageId, Refreshed, Scope, SortBy, StoreWrite, Way, WhyNot,
};

/// The directory that every operator has from the start.
const PERSONAL: &str = "Personal";
/// Suggestions shown while somebody types.
const CHOICES: usize = 8;
/// Rows that one page can see at once, at most.
const ROWS: u32 = 1000;

impl Desk {
    /// Takes over what the relay hands out. The operator's own directories are not touched.
    pub(super) fn take_over_directories(&mut self, now: Instant, seeds: &[DirectorySeed]) {
        for seed in seeds {
            match self.directories.refresh(seed) {
                Ok(Refreshed { directory, report, changed }) => {
                    if changed {
                        self.directory_changed(directory);
                    }
                    // What has not changed was complained of before.
                    if changed && !report.bad_rows.is_empty() {
                        let (imported, bad_rows) = (report.imported, report.bad_rows);
                        let (directory, file_name) = (seed.name.clone(), seed.key.clone());
                        self.tell(now, Notice::Imported { directory, file_name, imported, bad_rows });
                    }
                }
                Err(why) => self.tell(now, Notice::ImportRefused { file_name: seed.key.clone(), why }),
            }
        }
        let handed_out: VecSet<_> = seeds.iter().map(|seed| seed.key.as_str()).collect();
        let withdrawn =
            |info: &DirectoryInfo| info.source.as_deref().is_some_and(|key| !handed_out.contains(key));
        let gone: Vec<_> =
            self.directories.iter().filter(|(_, info, _)| withdrawn(info)).map(|(id, _, _)| id).collect();
        for id in gone {
            // It was there a moment ago.
            let _ = self.remove_directory(id);
        }
        if !self.directories.iter().any(|(_, info, _)| info.source.is_none()) {
            // People the operator knows are seldom the company's own: local ones come from the relay.
            self.add_directory(PERSONAL.to_owned(), false);
        }
    }

    fn add_directory(&mut self, name: String, local: bool) {
        let id = self.directories.add(DirectoryInfo { name, local, ..DirectoryInfo::default() });
        self.directory_changed(id);
    }

    fn remove_directory(&mut self, id: DirectoryId) -> Result<(), DirectoryError> {
        self.directories.remove(id)?;
        self.changed.insert(id);
        self.watching.outdated = true;
        self.outputs.push_back(Output::Store(StoreWrite::RemoveDirectory(id)));
        self.name_calls();
        Ok(())
    }

    /// Keeps a directory, and remembers that pages are to see it anew.
    fn directory_changed(&mut self, id: DirectoryId) {
        self.changed.insert(id);
        self.watching.outdated = true;
        if let Some(stored) = self.directories.stored(id) {
            self.outputs.push_back(Output::Store(StoreWrite::PutDirectory(Box::new(stored))));
        }
        self.name_calls();
    }

    fn name_calls(&mut self) {
        self.team.look_again();
        let calls: Vec<_> = self.calls.keys().copied().collect();
        for id in calls {
            self.name_call(id);
        }
    }

    /// The operator does something to the directories.
    pub(super) fn shelf_command(&mut self, now: Instant, page: PageId, command: Command) {
        let done = match command {
            Command::AddDirectory { name, local } => {
                self.add_directory(name, local);
                Ok(())
            }
            Command::RenameDirectory { directory, name } => self.rename_directory(directory, name),
            Command::RemoveDirectory(directory) => self.remove_own_directory(directory),
            Command::ImportCsv { directory, file_name, text } => {
                self.import(now, directory, file_name, &text);
                Ok(())
            }
            Command::UndoImport(directory) => {
                self.change(directory, |desk| desk.directories.undo_import(directory).map(drop))
            }
            Command::ExportCsv(directory) => self.export(page, directory),
            Command::ExportLog(look) => {
                self.export_log(page, &look);
                Ok(())
            }
            Command::AddContact { directory, contact } => {
                self.change(directory, |desk| desk.directories.add_contact(directory, *contact).map(drop))
            }
            Command::EditContact { directory, contact, to } => {
                self.change(directory, |desk| desk.directories.edit_contact(directory, contact, *to))
            }
            Command::RemoveContact { directory, contact } => {
                self.change(directory, |desk| desk.directories.remove_contact(directory, contact).map(drop))
            }
            // Every other command is about calls or the shift; the caller keeps them.
            Command::Answer(_)
            | Command::Decline(_)
            | Command::Hold(_)
            | Command::Resume(_)
            | Command::HangUp(_)
            | Command::Dial { .. }
            | Command::CallContact { .. }
            | Command::SendDigit { .. }
            | Command::TransferBlind { .. }
            | Command::Consult { .. }
            | Command::Connect { .. }
            | Command::Swap(_)
            | Command::BackToCaller(_)
            | Command::Queue { .. }
            | Command::Unqueue(_)
            | Command::Intercept(_)
            | Command::TakeOver(_)
            | Command::Park(_)
            | Command::ToVoicemail(_)
            | Command::SetMuted { .. }
            | Command::AddToConference(_)
            | Command::MuteParty { .. }
            | Command::LeaveConference
            | Command::ReturnToConference
            | Command::EndConference
            | Command::NextCall
            | Command::HangUpActive
            | Command::SetRegistered(_)
            | Command::SetDoNotDisturb(_)
            | Command::SetOverflow(_)
            | Command::TryOverflow { .. }
            | Command::DismissNotice(_)
            | Command::ClearMissed
            | Command::ClearLog
            | Command::LookAtLog(_)
            | Command::SaveTrace(_)
            | Command::Look(_)
            | Command::Suggest { .. } => Ok(()),
        };
        if let Err(error) = done {
            self.tell(now, Notice::NotPossible(why_not(error)));
        }
    }

    fn change(
        &mut self,
        directory: DirectoryId,
        change: impl FnOnce(&mut Self) -> Result<(), DirectoryError>,
    ) -> Result<(), DirectoryError> {
        change(self)?;
        self.directory_changed(directory);
        Ok(())
    }

    fn rename_directory(&mut self, directory: DirectoryId, name: String) -> Result<(), DirectoryError> {
        self.check_own(directory)?;
        self.change(directory, |desk| desk.directories.rename(directory, name))
    }

    fn remove_own_directory(&mut self, directory: DirectoryId) -> Result<(), DirectoryError> {
        self.check_own(directory)?;
        self.remove_directory(directory)
    }

    /// What the relay hands out would come back with the next provision, in its old form.
    fn check_own(&self, directory: DirectoryId) -> Result<(), DirectoryError> {
        let info = self.directories.info(directory).ok_or(DirectoryError::NoSuchDirectory(directory))?;
        if info.source.is_some() { Err(DirectoryError::ReadOnly(directory)) } else { Ok(()) }
    }

    fn import(&mut self, now: Instant, directory: DirectoryId, file_name: String, text: &[u8]) {
        let notice = match self.directories.import_csv(directory, text) {
            Ok(report) => {
                self.directory_changed(directory);
                let name = self.directories.info(directory).map(|info| info.name.clone()).unwrap_or_default();
                Notice::Imported {
                    directory: name,
                    file_name,
                    imported: report.imported,
                    bad_rows: report.bad_rows,
                }
            }
            Err(ImportRefused::File(why)) => Notice::ImportRefused { file_name, why },
            Err(ImportRefused::Directory(error)) => Notice::NotPossible(why_not(error)),
        };
        self.tell(now, notice);
    }

    fn export(&mut self, page: PageId, directory: DirectoryId) -> Result<(), DirectoryError> {
        let csv = self.directories.export_csv(directory)?;
        let name = self.directories.info(directory).map(|info| info.name.clone()).unwrap_or_default();
        self.tell_page(page, Delta::Exported { directory, file_name: file_name(&name), csv });
        Ok(())
    }

    /// A page wants to see this from now on.
    pub(super) fn look(&mut self, now: Instant, page: PageId, look: Look) {
        let look = Look { count: look.count.min(ROWS), ..look };
        let view = self.contacts_view(now, page, &look);
        self.pages.look(page, look);
        self.tell_page(page, Delta::Contacts(Box::new(view)));
    }

    /// Shows pages anew what has changed in the directories that they look at.
    pub(super) fn paint_looks(&mut self, now: Instant) {
        let changed = std::mem::take(&mut self.changed);
        if changed.is_empty() {
            return;
        }
        let looks: Vec<_> =
            self.pages.looks().filter(|(_, look)| changed.contains(&look.directory)).collect();
        let looks: Vec<_> = looks.into_iter().map(|(page, look)| (page, look.clone())).collect();
        for (page, look) in looks {
            let view = self.contacts_view(now, page, &look);
            self.tell_page(page, Delta::Contacts(Box::new(view)));
        }
    }

    fn contacts_view(&mut self, now: Instant, page: PageId, look: &Look) -> ContactsView {
        let index = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let scope = Scope::One(look.directory);
        let window =
            self.directories.window(scope, &look.query, look.sort, index(look.first), index(look.count));
        let rows = window.rows.iter().map(|row| ContactView {
            id: row.id,
            contact: row.contact.to_contact(),
            phone: None,
        });
        let mut view = ContactsView {
            total: u32::try_from(window.total).unwrap_or(u32::MAX),
            rows: rows.collect(),
            look: look.clone(),
        };
        self.watch_rows(now, page, &mut view.rows);
        view
    }

    /// Tells a page who could be meant.
    pub(super) fn suggest(&mut self, page: PageId, typed: String) {
        let mut choices = Vec::new();
        if !typed.trim().is_empty() {
            let window = self.directories.window(Scope::All, &typed, SortBy::LastName, 0, CHOICES);
            let found: Vec<_> =
                window.rows.iter().map(|row| (row.directory, row.id, row.contact.to_contact())).collect();
            for (directory, contact, entry) in found {
                let order = self.directories.info(directory).map(|info| info.name_order).unwrap_or_default();
                for way in [Way::Phone, Way::Mobile, Way::Home, Way::Voicemail] {
                    if let Some(number) = number_of(&entry.borrowed(), way) {
                        let (name, number) = (entry.borrowed().display_name(order), number.to_owned());
                        let phone = self.phone_numbered(&number);
                        choices.push(ChoiceView { directory, contact, way, name, number, phone });
                    }
                }
            }
            choices.truncate(CHOICES);
        }
        self.tell_page(page, Delta::Suggestions { typed, choices });
    }
}

fn why_not(error: DirectoryError) -> WhyNot {
    match error {
        DirectoryError::NoSuchDirectory(_) | DirectoryError::NoSuchContact(_) => WhyNot::NoSuchContact,
        DirectoryError::ReadOnly(_) => WhyNot::ReadOnly,
        DirectoryError::NothingToUndo(_) => WhyNot::NothingToUndo,
    }
}

/// A name that every file system takes.
fn file_name(directory: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_') { c } else { '-' };
    let name: String = directory.chars().map(safe).take(60).collect();
    format!("{}.csv", name.trim())
}
