//! What rings at a colleague's phone: told to an operator who wants to know, and taken over. What waits at a parking
//! place: taken back.

use cordboard_sip::message::header::Replaces;
use cordboard_sip::{Instant, Party};

use super::Desk;
use crate::call::CallState;
use crate::leg::Leg;
use crate::phone::rings;
use crate::who::{called, who};
use crate::{CallId, LegId, Notice, PhoneId, WhyNot};

/// How a call that rings elsewhere is taken over.
pub(super) enum WayIn {
    /// By an INVITE that names it (RFC 3891), sent to whoever calls.
    Replaces { target: String, replaces: Replaces },
    /// By a code of the telephone system.
    Code(String),
}

impl Desk {
    /// Takes over what rings at a phone.
    pub(super) fn intercept(&mut self, now: Instant, phone: PhoneId) -> Result<(), WhyNot> {
        let (way, caller) = self.way_to_intercept(now, phone)?;
        let (address, replaces) = match way {
            WayIn::Replaces { target, replaces } => (target, Some(replaces)),
            WayIn::Code(code) => (code, None),
        };
        let leg = self.dial_to_take_over(now, address, phone, caller)?;
        if let (Some(leg), Some(replaces)) = (leg, replaces) {
            self.line_side.take_over_elsewhere(leg, replaces);
        }
        Ok(())
    }

    /// Calls a parking place where somebody waits, whoever has parked them.
    pub(super) fn take_back(
        &mut self,
        now: Instant,
        place: String,
        phone: PhoneId,
        caller: Party,
    ) -> Result<(), WhyNot> {
        self.dial_to_take_over(now, place, phone, Some(caller)).map(drop)
    }

    /// Dials what brings somebody else's caller here. The call is the caller's as far as they are known, and nobody's
    /// consultation, whoever is talked to just now.
    fn dial_to_take_over(
        &mut self,
        now: Instant,
        address: String,
        phone: PhoneId,
        caller: Option<Party>,
    ) -> Result<Option<LegId>, WhyNot> {
        self.dial_for(now, address, None, None)?;
        let Some(call) = self.floor.and_then(|id| self.calls.get_mut(&id)) else { return Ok(None) };
        call.intercepts = Some(phone);
        if let Some(caller) = caller {
            call.party = caller;
        }
        let (id, leg) = (call.id, call.leg.id());
        self.name_call(id);
        Ok(Some(leg))
    }

    /// How what rings longest at a phone is taken over, and who calls there as far as that is told.
    pub(super) fn way_to_intercept(
        &self,
        now: Instant,
        phone: PhoneId,
    ) -> Result<(WayIn, Option<Party>), WhyNot> {
        let watched = self.watching.list.get(phone).ok_or(WhyNot::NotWatched)?;
        let ringing = watched.calls(now).filter(|(dialog, _)| rings(dialog));
        let (dialog, _) = ringing.min_by_key(|(_, since)| *since).ok_or(WhyNot::NothingRings)?;
        let caller = dialog.remote.clone();
        let target = || {
            let number = caller.as_ref().map(|caller| caller.number.clone());
            number.filter(|number| !number.is_empty()).or(dialog.remote_target.clone())
        };
        if let (Some(replaces), Some(target)) = (dialog.replaces(), target()) {
            return Ok((WayIn::Replaces { target, replaces }, caller));
        }
        let code = self.shift.as_ref().and_then(|shift| shift.pickup_code(&watched.address));
        Ok((WayIn::Code(code.ok_or(WhyNot::NoPickUp)?), caller))
    }

    /// Whoever calls there did not let the call be replaced: the telephone system's code takes it over, if it has one and
    /// the phone still rings. True if that is tried now.
    pub(super) fn intercept_by_code(&mut self, now: Instant, id: CallId) -> bool {
        let Some(code) = self.code_instead(now, id) else { return false };
        let leg = Leg::outgoing(self.new_leg_id());
        let Some(call) = self.calls.get_mut(&id) else { return false };
        call.dialled = code;
        let refused = std::mem::replace(&mut call.leg, leg).close();
        call.enter(now, CallState::Calling);
        if let Some(close) = refused {
            self.ask_media(close);
        }
        true
    }

    fn code_instead(&self, now: Instant, id: CallId) -> Option<String> {
        let call = self.calls.get(&id).filter(|call| call.is_being_put_through())?;
        let watched = self.watching.list.get(call.intercepts?)?;
        watched.calls(now).find(|(dialog, _)| rings(dialog))?;
        let code = self.shift.as_ref()?.pickup_code(&watched.address)?;
        (code != call.dialled).then_some(code)
    }

    /// Tells of phones that have begun to ring and whose contact says that the operator wants to know, and takes back
    /// what was told of those that ring no more.
    pub(super) fn tell_of_ringing_phones(&mut self, now: Instant) {
        let ringing: Vec<_> =
            self.watching.list.changed().filter_map(|id| self.wants_help(now, id)).collect();
        for notice in ringing {
            let Notice::PhoneRings { phone, .. } = &notice else { continue };
            let known = |view: &crate::NoticeView| matches!(&view.notice, Notice::PhoneRings { phone: told, .. } if told == phone);
            if !self.notices.iter().any(known) {
                self.tell(now, notice);
            }
        }
        let over = |notice: &Notice| matches!(notice, Notice::PhoneRings { phone, .. } if self.wants_help(now, *phone).is_none());
        let over: Vec<_> =
            self.notices.iter().filter(|view| over(&view.notice)).map(|view| view.id).collect();
        self.notices.take_down(|view| over.contains(&view.id));
    }

    fn wants_help(&self, now: Instant, phone: PhoneId) -> Option<Notice> {
        let watched = self.watching.list.get(phone)?;
        let (dialog, _) = watched.calls(now).find(|(dialog, _)| rings(dialog))?;
        let number = self.watching.list.number(phone)?;
        // The company's entry may be handed out and not to be changed: the operator's own says it as well.
        if !self.directories.known_as(number).any(|known| known.contact.alert.ringing) {
            return None;
        }
        let found = self.directories.identify(number)?;
        let caller = dialog.remote.clone().unwrap_or_default();
        let own = self.shift.as_ref().map(|shift| shift.own_number().to_owned()).unwrap_or_default();
        // The operator's own call rings there.
        if !own.is_empty() && caller.number == own {
            return None;
        }
        let order = self.directories.info(found.directory).map(|info| info.name_order).unwrap_or_default();
        let from = called(&who(&caller, None, &self.directories));
        Some(Notice::PhoneRings { phone, name: found.contact.display_name(order), from })
    }
}
