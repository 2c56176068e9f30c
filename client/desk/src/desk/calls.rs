//! Calls on the lists: how they come to be, step, take the floor from one another, and go.

use std::time::Duration;

use cordboard_sip::{ActError, Instant, Invitation, Party, ReferProgress, SessionId};
use cordboard_wire::{INCOMING_CALLS, Line};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::overflowing::Asked;
use super::ringing::HOLD_LIMIT;
use super::shift::Shift;
use super::taking_over::Takes;
use crate::call::{CallState, Deed, Event, Place, Saying, Step, Wish};
use crate::can::{Allowed, Company, Facts, can, check};
use crate::leg::{Leg, LegEvent};
use crate::who::{called, line_of, who};
use crate::{
    CallFailure, CallId, CallStatus, CallView, CallWay, ContactId, CordView, Delta, DirectoryId, Instead,
    LegId, NoSound, Notice, PhoneId, Quality, RingStyle, WhoView, WhyNot,
};

/// Slots of the outgoing list.
const OUTGOING_SLOTS: u8 = 4;
/// How long the far end may take to leave after a transfer that succeeded.
const LEAVING: Duration = Duration::from_secs(2);

/// One call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub id: CallId,
    pub way: CallWay,
    pub slot: u8,
    pub state: CallState,
    /// When it came onto the list.
    pub began: Instant,
    /// Since when the operator sees the status that it has.
    since: Instant,
    /// How long it was on hold, but for the hold that lasts.
    held_for: Duration,
    /// When the state has lasted too long.
    overdue: Option<Instant>,
    /// On hold for longer than [`HOLD_LIMIT`].
    pub forgotten: bool,
    pub answered_at: Option<Instant>,
    /// The far end as the signalling has it.
    pub party: Party,
    /// What an outgoing call is sent to: a number or an address, cleaned.
    pub dialled: String,
    /// The contact that was called by name; it may share its number with others.
    pub contact: Option<(DirectoryId, ContactId)>,
    pub who: WhoView,
    pub line: Option<Line>,
    /// It takes over what rings at this phone; a code dialled for that is nobody's number.
    pub intercepts: Option<PhoneId>,
    /// What it takes over from somebody else of the team, or has taken over.
    pub takes: Option<Takes>,
    pub muted: bool,
    /// A party of the conference whom nobody is to hear.
    pub silenced: bool,
    /// A party of the conference who talks just now, as the page that mixes it hears.
    #[serde(skip)]
    pub talking: bool,
    pub held_by_far_end: bool,
    /// How far the rules have come with it because nobody answers.
    pub asked: Asked,
    /// When it is answered by itself.
    pub answers_itself: Option<Instant>,
    /// How it rings.
    pub ring: RingStyle,
    pub leg: Leg,
    /// How pages were last told that it sounds.
    #[serde(skip)]
    pub quality: Option<Quality>,
}

impl Call {
    /// When something about it waits for time to pass.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.overdue
            .into_iter()
            .chain(self.reminder())
            .chain(self.answers_itself)
            .chain(self.leg.deadline())
            .min()
    }

    /// When the operator is to be reminded of it.
    fn reminder(&self) -> Option<Instant> {
        let waits = matches!(self.state, CallState::Held { .. }) && !self.forgotten;
        waits.then_some(self.since + HOLD_LIMIT)
    }

    /// Since when it has its status.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    /// How long it has been on hold in all.
    pub(super) fn held_until(&self, now: Instant) -> Duration {
        let lasts = matches!(self.state, CallState::Held { .. });
        self.held_for + if lasts { now.since(self.since) } else { Duration::ZERO }
    }

    /// Of ours, and nobody has answered it yet.
    pub(super) fn is_being_put_through(&self) -> bool {
        matches!(self.state, CallState::Calling | CallState::RingingOut)
    }

    /// There is a session behind it.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(self.state, CallState::Failed(_) | CallState::Over)
    }

    pub(super) fn enter(&mut self, now: Instant, state: CallState) {
        if self.state == state {
            return;
        }
        if self.state.status() != state.status() {
            self.held_for = self.held_until(now);
            self.since = now;
            self.forgotten = false;
        }
        self.overdue = state.patience().map(|patience| now + patience);
        self.state = state;
    }

    pub(super) fn view(&self, allowed: Allowed, cord: Option<CordView>) -> Option<CallView> {
        Some(CallView {
            id: self.id,
            way: self.way,
            slot: self.slot,
            // Whoever is taken over is not called: they are there, and about to be talked to.
            status: Some(CallStatus::Answering)
                .filter(|_| self.takes.is_some() && self.state.is_being_made())
                .or(self.state.status())?,
            since: self.since,
            answered_at: self.answered_at,
            who: self.who.clone(),
            line: self.line.clone(),
            muted: self.muted,
            silenced: self.silenced,
            held_by_far_end: self.held_by_far_end,
            cord,
            waits_for: None,
            allowed,
        })
    }
}

impl Desk {
    /// What calls depend on besides themselves.
    pub(super) fn facts(&self) -> Facts {
        Facts {
            page: self.pages.host().is_some(),
            microphone: self.pages.has_microphone(),
            connected: self.link.is_open(),
            voicemail: self.shift.as_ref().is_some_and(|shift| shift.voicemail_of().is_some()),
            conference: self.conference(),
            no_parking: self.free_parking().err(),
            dial: self.cannot_dial(),
            pair: None,
            company: Company::default(),
        }
    }

    /// What one call depends on besides itself.
    pub(super) fn facts_of(&self, id: CallId) -> Facts {
        Facts { pair: self.pair_of(id), company: self.company_of(id), ..self.facts() }
    }

    /// What is possible with a call now.
    pub(super) fn allowed(&self, call: &Call) -> Allowed {
        can(&call.state, self.facts_of(call.id))
    }

    /// Why nobody can be called now.
    pub(super) fn cannot_dial(&self) -> Option<WhyNot> {
        if !self.link.is_registered() {
            Some(WhyNot::NotRegistered)
        } else if !self.pages.has_microphone() {
            Some(WhyNot::NoAudio)
        } else if self.free_slot(CallWay::Outgoing).is_none() {
            Some(WhyNot::NoFreeSlot)
        } else {
            None
        }
    }

    pub(super) fn free_slot(&self, way: CallWay) -> Option<u8> {
        let slots = match way {
            CallWay::Incoming => self.shift.as_ref().map_or(INCOMING_CALLS, Shift::incoming_slots),
            CallWay::Outgoing => OUTGOING_SLOTS,
        };
        (0..slots).find(|slot| !self.calls.values().any(|call| call.way == way && call.slot == *slot))
    }

    /// A call that the signalling brought.
    pub(super) fn call_came_in(&mut self, now: Instant, session: SessionId, invitation: Invitation) {
        if self.shift.is_none() {
            // Nobody works here any more.
            return self.line_side.refuse(now, session, 480);
        }
        let busy = self.do_not_disturb && self.overflow.do_not_disturb == Instead::Ring;
        let slot = self.free_slot(CallWay::Incoming).filter(|_| !busy);
        let Some(slot) = slot else {
            self.line_side.refuse(now, session, 486);
            self.log_turned_away(now, &invitation);
            return;
        };
        let leg = self.new_leg_id();
        self.line_side.bind(leg, session);
        let lines = self.shift.as_ref().map(|shift| shift.lines.as_slice()).unwrap_or_default();
        let line = line_of(&invitation.called, lines, &self.directories);
        let leg = Leg::incoming(leg, invitation.offer);
        let answers_itself = self.answers_itself_at(now, invitation.answer_after);
        let call = self.put_on_list(now, CallWay::Incoming, slot, leg, invitation.caller);
        call.line = line;
        call.answers_itself = answers_itself;
        call.ring = RingStyle::asked(invitation.ring.as_deref());
        let (id, leg) = (call.id, call.leg.id());
        // It may have given up in the same moment; its end is the next event then.
        let _ = self.line_side.ring(now, leg);
        self.overflow(now, id);
    }

    /// A call that the operator makes. Takes the floor.
    pub(super) fn dial(
        &mut self,
        now: Instant,
        number: String,
        contact: Option<(DirectoryId, ContactId)>,
    ) -> Result<(), WhyNot> {
        if let Some((place, caller)) = self.parked_at(now, &number) {
            return self.take_back(now, number, place, caller);
        }
        let caller = self.asks_on_behalf_of();
        self.dial_for(now, number, contact, caller)
    }

    /// A call that the operator makes, on behalf of a caller if there is one. Takes the floor.
    pub(super) fn dial_for(
        &mut self,
        now: Instant,
        number: String,
        contact: Option<(DirectoryId, ContactId)>,
        caller: Option<CallId>,
    ) -> Result<(), WhyNot> {
        if let Some(why) = self.cannot_dial() {
            return Err(why);
        }
        let slot = self.free_slot(CallWay::Outgoing).ok_or(WhyNot::NoFreeSlot)?;
        let leg = Leg::outgoing(self.new_leg_id());
        let party = Party { number: number.clone(), ..Party::default() };
        let call = self.put_on_list(now, CallWay::Outgoing, slot, leg, party);
        call.dialled = number;
        call.contact = contact;
        let id = call.id;
        self.name_call(id);
        if let Some(caller) = caller {
            self.tie(caller, id);
        }
        self.carry_out(now, id, Deed::TakeFloor);
        Ok(())
    }

    pub(super) fn put_on_list(
        &mut self,
        now: Instant,
        way: CallWay,
        slot: u8,
        leg: Leg,
        party: Party,
    ) -> &mut Call {
        let id = self.new_call_id();
        let who = who(&party, None, &self.directories);
        let state = match way {
            CallWay::Incoming => CallState::Ringing,
            CallWay::Outgoing => CallState::Calling,
        };
        self.calls.entry(id).or_insert(Call {
            id,
            way,
            slot,
            state,
            began: now,
            since: now,
            held_for: Duration::ZERO,
            overdue: None,
            forgotten: false,
            answered_at: None,
            party,
            dialled: String::new(),
            contact: None,
            who,
            line: None,
            intercepts: None,
            takes: None,
            muted: false,
            silenced: false,
            talking: false,
            held_by_far_end: false,
            asked: Asked::NotYet,
            answers_itself: None,
            ring: RingStyle::default(),
            leg,
            quality: None,
        })
    }

    /// Looks again who it is, after the directories or the signalling changed.
    pub(super) fn name_call(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.who = who(&call.party, call.contact, &self.directories);
        }
    }

    /// The operator's wish, if it can be had now.
    pub(super) fn wish(&mut self, now: Instant, id: CallId, wish: Wish) -> Result<(), WhyNot> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        check(&call.state, &wish, self.facts_of(id))?;
        let line = call.line.clone().filter(|_| wish == Wish::Answer);
        let step = call.state.wish(wish)?;
        self.take_step(now, id, step);
        if let Some(directory) = line.and_then(|line| self.directory_of(&line)) {
            self.tell_all(Delta::Front(directory));
        }
        Ok(())
    }

    /// Something happened to a call.
    pub(super) fn happened(&mut self, now: Instant, id: CallId, event: Event) {
        if let Some(call) = self.calls.get(&id) {
            let step = call.state.clone().step(event);
            self.take_step(now, id, step);
        }
    }

    pub(super) fn take_step(&mut self, now: Instant, id: CallId, step: Step) {
        self.log_last_step(now, id, &step);
        let present = self.is_in_conference();
        let Some(call) = self.calls.get_mut(&id) else { return };
        let before = call.state.clone();
        call.enter(now, step.state.clone());
        for deed in &step.deeds {
            self.carry_out(now, id, deed.clone());
        }
        if let CallState::Failed(why) = &step.state {
            self.tell_not_taken_over(now, id, why);
        }
        if before.is_party() && !step.state.is_party() {
            self.party_left(now, id, present);
        }
        self.pull_cords(now, id, &before, &step);
    }

    pub(super) fn carry_out(&mut self, now: Instant, id: CallId, deed: Deed) {
        let Some(leg) = self.calls.get(&id).map(|call| call.leg.id()) else { return };
        match deed {
            Deed::TakeFloor => {
                let before = self.floor.replace(id);
                if let Some(before) = before.filter(|before| *before != id) {
                    self.happened(now, before, Event::SteppedAside);
                }
            }
            Deed::LeaveFloor => self.floor = self.floor.filter(|holder| *holder != id),
            Deed::Refuse => {
                let refused = self.line_side.reject(now, leg, 486);
                self.leave_no_ghost(now, leg, refused);
            }
            Deed::Redirect(to) => {
                let redirected = self.line_side.redirect(now, leg, &to);
                self.leave_no_ghost(now, leg, redirected);
            }
            Deed::HangUp => self.line_side.hang_up(now, leg),
            Deed::HangUpSoon => self.line_side.leave_to_far_end(leg, now + LEAVING),
            Deed::Refer(to) => self.refer(now, id, leg, &to),
            Deed::Mute => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.muted = true;
                }
            }
            Deed::Say(saying) => self.say(now, id, saying),
        }
    }

    /// A call that leaves the list may not stay behind as a session that nobody sees.
    fn leave_no_ghost(&mut self, now: Instant, leg: LegId, ended: Result<(), ActError>) {
        if ended.is_err() {
            self.line_side.hang_up(now, leg);
        }
    }

    fn refer(&mut self, now: Instant, id: CallId, leg: LegId, to: &Place) {
        let asked = match to {
            Place::Address(address) => self.line_side.refer(now, leg, address),
            Place::FarEndOf(other) => match self.calls.get(other).map(|call| call.leg.id()) {
                Some(other) => self.line_side.refer_replacing(now, leg, other),
                None => Err(ActError::NoSession),
            },
        };
        if let Err(error) = asked {
            let status = status_of(error);
            let failed = ReferProgress::Failed { status, reason: String::new() };
            self.happened(now, id, Event::Refer(failed));
        }
    }

    fn say(&mut self, now: Instant, id: CallId, saying: Saying) {
        let Some(call) = self.calls.get(&id) else { return };
        let who = called(&call.who);
        let notice = match saying {
            Saying::Missed => {
                self.missed = self.missed.saturating_add(1);
                Notice::Missed { who }
            }
            Saying::TakenElsewhere => Notice::TakenElsewhere { who },
            Saying::TakenOver(by) => Notice::TakenOver { who, by },
            Saying::Transferred(target) => Notice::Transferred { who, target },
            Saying::HandedOver(target) => Notice::HandedOver { who, target },
            Saying::TransferFailed(target, why) => Notice::TransferFailed { who, target, why },
            Saying::HoldRefused => Notice::HoldRefused { who },
            Saying::ResumeRefused => Notice::ResumeRefused { who },
            Saying::CallLost => Notice::CallLost { who },
        };
        self.tell(now, notice);
    }

    /// Another call has the floor, and needs it: a failed one only plays its tone.
    pub(super) fn floor_is_taken(&self, by_other_than: CallId) -> bool {
        let holder =
            self.floor.filter(|holder| *holder != by_other_than).and_then(|holder| self.calls.get(&holder));
        holder.is_some_and(|call| !matches!(call.state, CallState::Failed(_)))
    }

    /// Tells calls that media flow as they want. True if that moved any.
    pub(super) fn settle_directions(&mut self, now: Instant) -> bool {
        let arrived: Vec<_> = self
            .calls
            .values()
            .filter(|call| call.state.wants().is_some_and(|wanted| call.leg.agrees_on(wanted)))
            .map(|call| (call.id, call.state.clone()))
            .collect();
        let mut moved = false;
        for (id, before) in arrived {
            self.happened(now, id, Event::DirectionAgreed);
            moved |= self.calls.get(&id).is_some_and(|call| call.state != before);
        }
        moved
    }

    /// Looks which calls or pages have taken too long.
    pub(super) fn look_at_calls(&mut self, now: Instant) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let overdue: Vec<_> =
            self.calls.values().filter(|call| due(call.overdue)).map(|call| call.id).collect();
        for id in overdue {
            self.happened(now, id, Event::Overdue);
        }
        for call in self.calls.values_mut() {
            call.forgotten |= due(call.reminder());
        }
        let hanging: Vec<_> =
            self.calls.values().filter(|call| call.leg.page_hangs(now)).map(|call| call.id).collect();
        for id in hanging {
            self.leg_happened(now, id, LegEvent::PageFailed(NoSound::PageSilent));
        }
        self.mend_media(now);
    }

    /// Takes calls that are over off the list.
    pub(super) fn bury_calls(&mut self, now: Instant) {
        let over: Vec<_> =
            self.calls.values().filter(|call| call.state == CallState::Over).map(|call| call.id).collect();
        for id in over {
            if let Some(mut call) = self.calls.remove(&id) {
                self.line_side.drop_errand(now, call.leg.id());
                if let Some(ask) = call.leg.close() {
                    self.ask_media(ask);
                }
            }
            self.floor = self.floor.filter(|holder| *holder != id);
            // What a call that is off the list leaves behind may be something to say.
            self.listen_to_line(now);
        }
        self.drop_loose_cords();
    }
}

/// What would have come back, had the act reached the PBX.
pub(super) fn status_of(error: ActError) -> u16 {
    match error {
        ActError::BadTarget => 404,
        ActError::NotConnected => 503,
        ActError::NoSession => 481,
        ActError::WrongState => 500,
    }
}

/// Why a call of ours could not even be tried.
pub(super) fn failure_of(error: ActError) -> CallFailure {
    CallFailure::from_status(status_of(error), "")
}
