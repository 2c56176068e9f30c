//! A board and its deltas: the same two rules, what has changed and what becomes of it, for both ends of the port.

use vecmap::VecMap;

use crate::{Board, CallView, Delta, PhoneView};

impl Board {
    /// The deltas that make `before` into this board. [`Board::page`] is each page's own and not among them; neither are
    /// [`Board::phones`], of which there may be a thousand: whoever watches them tells which have changed.
    pub fn since(&self, before: &Self) -> Vec<Delta> {
        let mut deltas = Vec::new();
        if let Some(operator) = &self.operator
            && (self.operator != before.operator
                || self.lines != before.lines
                || self.practice != before.practice
                || self.crm != before.crm)
        {
            let (operator, lines, crm) = (operator.clone(), self.lines.clone(), self.crm.clone());
            deltas.push(Delta::Operator { operator, lines, practice: self.practice, crm });
        }
        if self.media != before.media {
            deltas.push(Delta::Media(self.media.clone()));
        }
        if self.directories != before.directories {
            deltas.push(Delta::Directories(self.directories.clone()));
        }
        if self.link != before.link {
            deltas.push(Delta::Link(self.link.clone()));
        }
        if self.audio != before.audio {
            deltas.push(Delta::Audio(self.audio.clone()));
        }
        self.calls_since(before, &mut deltas);
        if self.conference != before.conference {
            deltas.push(Delta::Conference(self.conference));
        }
        self.notices_since(before, &mut deltas);
        if self.do_not_disturb != before.do_not_disturb {
            deltas.push(Delta::DoNotDisturb(self.do_not_disturb));
        }
        if self.overflow != before.overflow {
            deltas.push(Delta::Overflow(Box::new(self.overflow.clone())));
        }
        if self.missed != before.missed {
            deltas.push(Delta::Missed(self.missed));
        }
        if self.dial != before.dial {
            deltas.push(Delta::Dial(self.dial));
        }
        if self.redial != before.redial {
            deltas.push(Delta::Redial(self.redial.clone()));
        }
        if self.voicemail != before.voicemail {
            deltas.push(Delta::Voicemail(self.voicemail.clone()));
        }
        if self.team != before.team {
            deltas.push(Delta::Team(self.team.clone().map(Box::new)));
        }
        deltas
    }

    fn calls_since(&self, before: &Self, deltas: &mut Vec<Delta>) {
        let old: VecMap<_, _> = before.calls.iter().map(|call| (call.id, call)).collect();
        let new: VecMap<_, _> = self.calls.iter().map(|call| (call.id, call)).collect();
        // Slots are freed before they are taken anew.
        deltas.extend(old.keys().filter(|id| !new.contains_key(id)).map(|id| Delta::CallGone(*id)));
        let changed = new.iter().filter(|(id, call)| old.get(id) != Some(call));
        deltas.extend(changed.map(|(_, call)| Delta::Call(Box::new((*call).clone()))));
    }

    fn notices_since(&self, before: &Self, deltas: &mut Vec<Delta>) {
        let gone = before.notices.iter().filter(|old| !self.notices.iter().any(|new| new.id == old.id));
        deltas.extend(gone.map(|old| Delta::NoticeGone(old.id)));
        let come = self.notices.iter().filter(|new| !before.notices.iter().any(|old| old.id == new.id));
        deltas.extend(come.map(|new| Delta::Notice(new.clone())));
    }

    /// Takes a delta in. Answers to one page ([`Delta::Contacts`] and the like) leave the board as it is.
    pub fn apply(&mut self, delta: Delta) {
        match delta {
            Delta::Operator { operator, lines, practice, crm } => {
                self.operator = Some(operator);
                self.lines = lines;
                self.practice = practice;
                self.crm = crm;
            }
            Delta::Media(media) => self.media = media,
            Delta::Link(link) => self.link = link,
            Delta::Audio(audio) => self.audio = audio,
            Delta::Call(call) => self.put_call(*call),
            Delta::CallGone(id) => self.calls.retain(|call| call.id != id),
            Delta::Conference(conference) => self.conference = conference,
            Delta::Directories(directories) => self.directories = directories,
            Delta::Notice(notice) => self.notices.push(notice),
            Delta::NoticeGone(id) => self.notices.retain(|notice| notice.id != id),
            Delta::DoNotDisturb(on) => self.do_not_disturb = on,
            Delta::Overflow(overflow) => self.overflow = *overflow,
            Delta::Missed(count) => self.missed = count,
            Delta::Dial(why_not) => self.dial = why_not,
            Delta::Redial(redial) => self.redial = redial,
            Delta::Phones(phones) => phones.into_iter().for_each(|phone| self.put_phone(phone)),
            Delta::PhonesGone(gone) => self.phones.retain(|phone| !gone.contains(&phone.id)),
            Delta::Voicemail(voicemail) => self.voicemail = voicemail,
            Delta::Team(team) => self.team = team.map(|team| *team),
            Delta::Front(_)
            | Delta::Contacts(_)
            | Delta::Suggestions { .. }
            | Delta::OverflowTried(_)
            | Delta::Talking { .. }
            | Delta::Quality { .. }
            | Delta::Log(_)
            | Delta::Exported { .. }
            | Delta::LogExported { .. }
            | Delta::Traced { .. } => {}
        }
    }

    fn put_phone(&mut self, phone: PhoneView) {
        match self.phones.binary_search_by_key(&phone.id, |known| known.id) {
            Ok(at) => {
                if let Some(known) = self.phones.get_mut(at) {
                    *known = phone;
                }
            }
            Err(at) => self.phones.insert(at, phone),
        }
    }

    fn put_call(&mut self, call: CallView) {
        match self.calls.binary_search_by_key(&call.id, |known| known.id) {
            Ok(at) => {
                if let Some(known) = self.calls.get_mut(at) {
                    *known = call;
                }
            }
            Err(at) => self.calls.insert(at, call),
        }
    }
}
