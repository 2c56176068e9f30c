//! What the operator does. Mouse, key, headset and link end here, and nowhere else.

use std::cmp::Reverse;

use cordboard_sip::{Instant, Party};
use cordboard_wire::Dtmf;

use super::Desk;
use super::shift::Shift;
use crate::call::{CallState, Place, Target, Wish};
use crate::phone::Phone;
use crate::who::{called, number_of, who};
use crate::{
    Addressee, CallId, Command, ContactId, Delta, DirectoryId, MediaAsk, Notice, PageId, Standing, TraceForm,
    TransferTarget, Way, WhyNot,
};

/// Why a command did nothing: a notice for it.
struct Refusal(Notice);

impl From<WhyNot> for Refusal {
    fn from(why: WhyNot) -> Self {
        Self(Notice::NotPossible(why))
    }
}

impl Desk {
    /// Carries out a command, or tells why not.
    pub(super) fn command(&mut self, now: Instant, page: PageId, command: Command) {
        let done = match command {
            Command::Answer(call) => self.wish(now, call, Wish::Answer).map_err(Refusal::from),
            Command::Decline(call) => self.wish(now, call, Wish::Decline).map_err(Refusal::from),
            Command::Hold(call) => self.wish(now, call, Wish::Hold).map_err(Refusal::from),
            Command::Resume(call) => self.wish(now, call, Wish::Resume).map_err(Refusal::from),
            Command::HangUp(call) => self.wish(now, call, Wish::HangUp).map_err(Refusal::from),
            Command::Dial { typed } => self.dial_typed(now, &typed),
            Command::CallContact { directory, contact, way } => self.call_way(now, directory, contact, way),
            Command::SendDigit { call, digit } => self.send_digit(now, call, digit),
            Command::TransferBlind { call, to } => self.transfer(now, call, to),
            Command::Consult { call, to } => self.consult(now, call, to),
            Command::Connect { call, with } => self.connect(now, call, with).map_err(Refusal::from),
            Command::Swap(call) => self.swap(now, call).map_err(Refusal::from),
            Command::BackToCaller(call) => self.back_to_caller(now, call).map_err(Refusal::from),
            Command::Queue { call, to } => self.queue_for(now, call, to),
            Command::Unqueue(call) => self.unqueue(now, call).map_err(Refusal::from),
            Command::Intercept(phone) => self.intercept(now, phone).map_err(Refusal::from),
            Command::TakeOver(call) => self.take_over(now, call).map_err(Refusal::from),
            Command::Park(call) => self.park(now, call).map_err(Refusal::from),
            Command::ToVoicemail(call) => self.send_to_voicemail(now, call).map_err(Refusal::from),
            Command::SetMuted { call, muted } => self.set_muted(call, muted).map_err(Refusal::from),
            Command::AddToConference(call) => self.confer(now, call).map_err(Refusal::from),
            Command::MuteParty { call, muted } => self.mute_party(call, muted).map_err(Refusal::from),
            Command::LeaveConference => self.leave_conference().map_err(Refusal::from),
            Command::ReturnToConference => self.return_to_conference(now).map_err(Refusal::from),
            Command::EndConference => self.end_conference(now).map_err(Refusal::from),
            Command::NextCall => self.next_call(now).map_err(Refusal::from),
            Command::HangUpActive => self.hang_up_active(now).map_err(Refusal::from),
            // What can always be done.
            Command::SetRegistered(registered) => return self.set_registered(now, registered),
            Command::SetDoNotDisturb(on) => return self.do_not_disturb = on,
            Command::SetOverflow(overflow) => return self.set_overflow(*overflow),
            Command::TryOverflow { number } => {
                let verdicts = self.try_overflow(now, &number);
                return self.tell_page(page, Delta::OverflowTried(verdicts));
            }
            Command::DismissNotice(id) => return self.notices.take_down(|notice| notice.id == id),
            Command::ClearMissed => return self.missed = 0,
            Command::ClearLog => return self.clear_log(),
            Command::LookAtLog(look) => return self.look_at_log(page, look),
            Command::Look(look) => return self.look(now, page, look),
            Command::Suggest { typed } => return self.suggest(page, typed),
            Command::SaveTrace(form) => return self.save_trace(page, form),
            Command::AddDirectory { .. }
            | Command::RenameDirectory { .. }
            | Command::RemoveDirectory(_)
            | Command::ImportCsv { .. }
            | Command::UndoImport(_)
            | Command::ExportCsv(_)
            | Command::ExportLog(_)
            | Command::AddContact { .. }
            | Command::EditContact { .. }
            | Command::RemoveContact { .. } => return self.shelf_command(now, page, command),
        };
        if let Err(Refusal(notice)) = done {
            self.tell(now, notice);
        }
    }

    fn save_trace(&mut self, page: PageId, form: TraceForm) {
        let content = self.line_side.trace(form);
        self.tell_page(page, Delta::Traced { form, content });
    }

    /// What was typed as something that can be called.
    fn cleaned(&self, typed: &str) -> Result<String, Refusal> {
        let dialable = self.directories.numbering().clean(typed);
        let number = dialable.map_err(|_| Refusal(Notice::NotANumber { typed: typed.to_owned() }))?;
        Ok(number.as_str().to_owned())
    }

    fn dial_typed(&mut self, now: Instant, typed: &str) -> Result<(), Refusal> {
        let number = self.cleaned(typed)?;
        Ok(self.dial(now, number, None)?)
    }

    fn call_way(
        &mut self,
        now: Instant,
        directory: DirectoryId,
        contact: ContactId,
        way: Way,
    ) -> Result<(), Refusal> {
        let (number, _) = self.reach(directory, contact, way)?;
        Ok(self.dial(now, number, Some((directory, contact)))?)
    }

    /// The number of a contact, cleaned, and the name to show.
    fn reach(
        &self,
        directory: DirectoryId,
        contact: ContactId,
        way: Way,
    ) -> Result<(String, String), Refusal> {
        let info = self.directories.info(directory).ok_or(WhyNot::NoSuchContact)?;
        let entry = self.directories.contact(directory, contact).ok_or(WhyNot::NoSuchContact)?;
        let name = entry.display_name(info.name_order);
        let number = match (number_of(&entry, way), way) {
            (Some(number), _) => number,
            (None, Way::Voicemail) => {
                let phone = number_of(&entry, Way::Phone).ok_or(WhyNot::NoSuchNumber)?;
                return Ok((self.voicemail_of(&self.cleaned(phone)?)?, name));
            }
            (None, Way::Phone | Way::Mobile | Way::Home) => return Err(WhyNot::NoSuchNumber.into()),
        };
        Ok((self.cleaned(number)?, name))
    }

    fn voicemail_of(&self, number: &str) -> Result<String, WhyNot> {
        let shift = self.shift.as_ref().ok_or(WhyNot::NoVoicemail)?;
        shift.voicemail_box(number).ok_or(WhyNot::NoVoicemail)
    }

    fn send_to_voicemail(&mut self, now: Instant, call: CallId) -> Result<(), WhyNot> {
        let target = self.own_voicemail()?;
        self.wish(now, call, Wish::Transfer(target))
    }

    /// The operator's own voicemail box.
    pub(super) fn own_voicemail(&self) -> Result<Target, WhyNot> {
        let shift = self.shift.as_ref().ok_or(WhyNot::NoVoicemail)?;
        let address = self.voicemail_of(shift.own_number())?;
        let shown = Addressee::voicemail(shift.operator.name.clone());
        Ok(Target { shown, place: Place::Address(address) })
    }

    /// A number or address to send to. One that leads to the voicemail box of somebody known is shown as that.
    pub(super) fn numbered(&self, address: String) -> Target {
        let shown =
            self.whose_voicemail(&address).map_or_else(|| address.clone().into(), Addressee::voicemail);
        Target { shown, place: Place::Address(address) }
    }

    /// Whose voicemail box has this address, by name.
    fn whose_voicemail(&self, address: &str) -> Option<String> {
        let shift = self.shift.as_ref()?;
        let number = shift.in_voicemail_box(address)?;
        if number == shift.own_number() {
            return Some(shift.operator.name.clone());
        }
        let party = Party { number: number.to_owned(), ..Party::default() };
        Some(who(&party, None, &self.directories).name).filter(|name| !name.is_empty())
    }

    /// The first parking place where nobody is known to wait.
    pub(super) fn free_parking(&self) -> Result<String, WhyNot> {
        let places = self.shift.as_ref().map(Shift::parking).unwrap_or_default();
        if places.is_empty() {
            return Err(WhyNot::NoParking);
        }
        let free = |place: &&String| {
            let watched = &self.watching.list;
            let phone = watched.numbered(&self.directories.numbering().canonical(place));
            let standing = phone.and_then(|phone| watched.get(phone)).map(Phone::standing);
            !matches!(standing, Some(Standing::Busy | Standing::Ringing))
        };
        places.iter().find(free).cloned().ok_or(WhyNot::ParkingFull)
    }

    fn park(&mut self, now: Instant, call: CallId) -> Result<(), WhyNot> {
        let address = self.free_parking()?;
        let place = Party { number: address.clone(), ..Party::default() };
        let shown = called(&who(&place, None, &self.directories)).into();
        self.wish(now, call, Wish::Transfer(Target { shown, place: Place::Address(address) }))
    }

    fn consult(&mut self, now: Instant, id: CallId, to: TransferTarget) -> Result<(), Refusal> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        self.allowed(call).consult?;
        let (number, contact) = match to {
            TransferTarget::Number(typed) => (self.cleaned(&typed)?, None),
            TransferTarget::Contact { directory, contact, way } => {
                (self.reach(directory, contact, way)?.0, Some((directory, contact)))
            }
        };
        Ok(self.dial_for(now, number, contact, Some(id))?)
    }

    fn transfer(&mut self, now: Instant, call: CallId, to: TransferTarget) -> Result<(), Refusal> {
        let (target, address) = self.target_of(to)?;
        if let Some(phone) = self.waits_by_itself(call, &address) {
            return Ok(self.queue(now, call, target, phone)?);
        }
        Ok(self.wish(now, call, Wish::Transfer(target))?)
    }

    fn queue_for(&mut self, now: Instant, call: CallId, to: TransferTarget) -> Result<(), Refusal> {
        let (target, address) = self.target_of(to)?;
        let phone = self.phone_numbered(&address).filter(|phone| self.is_phone(*phone));
        let phone = phone.ok_or(WhyNot::NotWatched)?;
        Ok(self.queue(now, call, target, phone)?)
    }

    /// Where to send to, and its number or address.
    fn target_of(&self, to: TransferTarget) -> Result<(Target, String), Refusal> {
        match to {
            TransferTarget::Number(typed) => {
                let address = self.cleaned(&typed)?;
                Ok((self.numbered(address.clone()), address))
            }
            TransferTarget::Contact { directory, contact, way } => {
                let (address, name) = self.reach(directory, contact, way)?;
                let shown = Addressee { name, voicemail: way == Way::Voicemail };
                Ok((Target { shown, place: Place::Address(address.clone()) }, address))
            }
        }
    }

    fn send_digit(&mut self, now: Instant, id: CallId, digit: char) -> Result<(), Refusal> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        self.allowed(call).send_digit?;
        let leg = call.leg.id();
        let digit = digit.to_ascii_uppercase();
        // RFC 4733 section 3.2.
        if !matches!(digit, '0'..='9' | '*' | '#' | 'A'..='D') {
            return Err(Refusal(Notice::NotANumber { typed: digit.to_string() }));
        }
        let by = self.shift.as_ref().map(|shift| shift.dtmf).unwrap_or_default();
        match by {
            Dtmf::Rtp => self.ask_media(MediaAsk::SendDigit { leg, digit }),
            Dtmf::Info => self.line_side.send_digit(now, leg, digit).map_err(|_| WhyNot::NotRegistered)?,
        }
        Ok(())
    }

    fn set_muted(&mut self, id: CallId, muted: bool) -> Result<(), WhyNot> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        self.allowed(call).mute?;
        let all = call.state.is_party();
        for call in self.calls.values_mut().filter(|call| call.id == id || (all && call.state.is_party())) {
            call.muted = muted;
        }
        Ok(())
    }

    /// Whoever rings has waited longest of those who ring; else whoever is on hold longest; else the conference, else the
    /// active call.
    fn next_call(&mut self, now: Instant) -> Result<(), WhyNot> {
        let ringing = |state: &CallState| *state == CallState::Ringing;
        let held = |state: &CallState| matches!(state, CallState::Held { .. });
        if let Some(call) = self.longest(ringing) {
            return self.wish(now, call, Wish::Answer);
        }
        if let Some(call) = self.longest(held) {
            return self.wish(now, call, Wish::Resume);
        }
        if self.comeback().is_ok() && self.floor.is_none() {
            return self.return_to_conference(now);
        }
        if self.is_in_conference() {
            return self.leave_conference();
        }
        self.wish(now, self.floor.ok_or(WhyNot::NoCall)?, Wish::Hold)
    }

    fn longest(&self, which: impl Fn(&CallState) -> bool) -> Option<CallId> {
        let calls = self.calls.values().filter(|call| which(&call.state));
        calls.max_by_key(|call| (Reverse(call.since()), Reverse(call.id))).map(|call| call.id)
    }

    fn hang_up_active(&mut self, now: Instant) -> Result<(), WhyNot> {
        if self.is_in_conference() {
            return self.end_conference(now);
        }
        self.wish(now, self.floor.ok_or(WhyNot::NoCall)?, Wish::HangUp)
    }
}
