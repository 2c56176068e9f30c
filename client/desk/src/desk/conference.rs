//! The conference at the desk: joining, leaving, and who hears whom.

use std::cmp::Reverse;

use cordboard_sip::Instant;
use vecmap::VecSet;

use super::Desk;
use super::calls::Call;
use crate::call::{CallState, Deed, Event, Wish};
use crate::can::check;
use crate::conference::Conference;
use crate::leg::Sound;
use crate::{CallId, ConferenceView, Delta, LegId, PageId, WhyNot};

/// Who is heard in the conference.
pub(super) struct Voices {
    /// The operator is in it.
    present: bool,
    /// Parties that the others hear.
    heard: VecSet<LegId>,
}

impl Voices {
    /// What the operator and the others hear of a party, and what it hears of them: everybody but itself.
    pub(super) fn sound_of(&self, call: &Call) -> Sound {
        let mut hears = self.heard.clone();
        hears.remove(&call.leg.id());
        Sound {
            microphone: self.present && !call.muted,
            speaker: self.present && !call.silenced,
            hears,
            ..Sound::default()
        }
    }
}

impl Desk {
    fn parties(&self) -> impl Iterator<Item = &Call> {
        self.calls.values().filter(|call| call.state.is_party())
    }

    /// The operator is in the conference.
    pub(super) fn is_in_conference(&self) -> bool {
        self.floor.and_then(|holder| self.calls.get(&holder)).is_some_and(|call| call.state.is_party())
    }

    /// Where the conference stands.
    pub(super) fn conference(&self) -> Conference {
        let parties = u8::try_from(self.parties().count()).unwrap_or(u8::MAX);
        match parties {
            0 => Conference::None { talks: self.talking().is_some(), held: self.held_last().is_some() },
            parties if self.is_in_conference() => Conference::Present { parties },
            parties => Conference::Away { parties },
        }
    }

    fn talking(&self) -> Option<CallId> {
        self.calls.values().find(|call| call.state == CallState::Talking).map(|call| call.id)
    }

    fn held_last(&self) -> Option<CallId> {
        let held = self.calls.values().filter(|call| matches!(call.state, CallState::Held { .. }));
        held.min_by_key(|call| (Reverse(call.since()), Reverse(call.id))).map(|call| call.id)
    }

    /// The conference as painted.
    pub(super) fn conference_view(&self) -> Option<ConferenceView> {
        let (present, parties) = match self.conference() {
            Conference::None { .. } => return None,
            Conference::Present { parties } => (true, parties),
            Conference::Away { parties } => (false, parties),
        };
        Some(ConferenceView { present, parties, comeback: self.comeback() })
    }

    /// Whether the operator can come back to the conference.
    pub(super) fn comeback(&self) -> Result<(), WhyNot> {
        match self.conference() {
            Conference::None { .. } => Err(WhyNot::NoConference),
            Conference::Present { .. } => Err(WhyNot::InConference),
            Conference::Away { .. } if self.pages.host().is_none() => Err(WhyNot::NoAudio),
            Conference::Away { .. } => Ok(()),
        }
    }

    /// Makes a call a party. The first party brings the second.
    pub(super) fn confer(&mut self, now: Instant, id: CallId) -> Result<(), WhyNot> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        let facts = self.facts_of(id);
        check(&call.state, &Wish::Join, facts)?;
        let other = match facts.conference {
            Conference::None { .. } if call.state == CallState::Talking => self.held_last(),
            Conference::None { .. } => self.talking(),
            Conference::Present { .. } | Conference::Away { .. } => None,
        };
        // Whoever talks is first: the conference has the floor then, and the other one joins it there.
        let talks = |id: &CallId| self.calls.get(id).is_none_or(|call| call.state == CallState::Talking);
        let (mut joining, waiting): (Vec<_>, Vec<_>) = other.into_iter().chain([id]).partition(talks);
        joining.extend(waiting);
        let muted =
            self.parties().next().or_else(|| self.calls.get(joining.first()?)).is_some_and(|call| call.muted);
        for id in joining {
            self.wish(now, id, Wish::Join)?;
            self.cut_cords(id);
            if let Some(call) = self.calls.get_mut(&id) {
                call.muted = muted;
            }
        }
        Ok(())
    }

    /// Lets nobody hear a party, or lets them be heard.
    pub(super) fn mute_party(&mut self, id: CallId, muted: bool) -> Result<(), WhyNot> {
        let call = self.calls.get_mut(&id).ok_or(WhyNot::CallOver)?;
        if !call.state.is_party() {
            return Err(WhyNot::NotInConference);
        }
        call.silenced = muted;
        Ok(())
    }

    /// The operator goes; the others stay together.
    pub(super) fn leave_conference(&mut self) -> Result<(), WhyNot> {
        if !self.is_in_conference() {
            return Err(WhyNot::NoConference);
        }
        self.floor = None;
        Ok(())
    }

    /// The operator is back.
    pub(super) fn return_to_conference(&mut self, now: Instant) -> Result<(), WhyNot> {
        self.comeback()?;
        let any = self.parties().next().map(|call| call.id).ok_or(WhyNot::NoConference)?;
        self.carry_out(now, any, Deed::TakeFloor);
        Ok(())
    }

    /// Hangs up on everybody in it.
    pub(super) fn end_conference(&mut self, now: Instant) -> Result<(), WhyNot> {
        let all: Vec<_> = self.parties().map(|call| call.id).collect();
        if all.is_empty() {
            return Err(WhyNot::NoConference);
        }
        all.into_iter().try_for_each(|id| self.wish(now, id, Wish::HangUp))
    }

    /// A party is none any more. `present` when the operator was in the conference then.
    pub(super) fn party_left(&mut self, now: Instant, id: CallId, present: bool) {
        if let Some(call) = self.calls.get_mut(&id) {
            // Both were about the conference.
            (call.muted, call.silenced, call.talking) = (false, false, false);
        }
        let others: Vec<_> = self.parties().map(|call| call.id).collect();
        // The floor stays with the conference, whoever had it there.
        if present && self.floor.is_none_or(|holder| holder == id) {
            self.floor = others.first().copied().or(self.floor);
        }
        if let [last] = others.as_slice() {
            let muted = self.calls.get(last).is_some_and(|call| call.muted);
            self.happened(now, *last, Event::LeftAlone { present });
            if let Some(call) = self.calls.get_mut(last) {
                call.muted = muted && present;
            }
        }
    }

    /// Who is heard in the conference; `None` if there is none.
    pub(super) fn voices(&self) -> Option<Voices> {
        let conferring = || self.parties().filter(|call| call.state == CallState::Conferring);
        conferring().next()?;
        let heard = conferring().filter(|call| !call.silenced).map(|call| call.leg.id()).collect();
        Some(Voices { present: self.is_in_conference(), heard })
    }

    /// The page that mixes the conference hears a party talk, or fall silent.
    pub(super) fn heard_talking(&mut self, leg: LegId, talking: bool) {
        let Some(call) = self.call_of(leg).and_then(|id| self.calls.get_mut(&id)) else { return };
        let talking = talking && call.state.is_party();
        if call.talking != talking {
            call.talking = talking;
            let call = call.id;
            self.tell_all(Delta::Talking { call, talking });
        }
    }

    /// Who talks is not on the board: a page that has just come is told beside it.
    pub(super) fn tell_who_talks(&mut self, page: PageId) {
        let talking: Vec<_> = self.parties().filter(|call| call.talking).map(|call| call.id).collect();
        for call in talking {
            self.tell_page(page, Delta::Talking { call, talking: true });
        }
    }
}
