//! Asking somebody on behalf of a caller, and connecting two calls: carries out the table of
//! [`crate::consultation`].

use cordboard_sip::Instant;

use super::Desk;
use super::calls::Call;
use crate::call::{Back, CallState, Deed as CallDeed, Event as CallEvent, Place, Saying, Step, Target, Wish};
use crate::can::{Pair, check};
use crate::consultation::{Consultation, Deed, Event, Stage};
use crate::who::called;
use crate::{Addressee, CallFailure, CallId, CallWay, CordView, Notice, WhyNot};

impl Desk {
    /// What a call is linked with, as far as that decides what is possible.
    pub(super) fn pair_of(&self, id: CallId) -> Option<Pair> {
        let consultation = self.consultation_of(id)?;
        let other = self.calls.get(&consultation.other(id))?;
        Some(Pair { stage: consultation.stage, other_waits: other.state.wish(Wish::Resume).is_ok() })
    }

    /// The cord of a call as painted.
    pub(super) fn cord_of(&self, id: CallId) -> Option<CordView> {
        let consultation = self.consultation_of(id)?;
        let other = self.calls.get(&consultation.other(id))?;
        let (call, name) = (other.id, called(&other.who));
        let armed = consultation.stage == Stage::Armed;
        Some(if consultation.caller == id {
            CordView::Asking { call, name, armed }
        } else {
            CordView::For { call, name, armed }
        })
    }

    /// The consultation that a call is in; of several for one caller the last.
    fn consultation_of(&self, id: CallId) -> Option<&Consultation> {
        self.consultations.iter().rev().find(|consultation| consultation.is_about(id))
    }

    /// Somebody is being asked on behalf of this caller, or is to be connected with them.
    pub(super) fn is_asked_for(&self, caller: CallId) -> bool {
        self.consultations.iter().any(|known| known.caller == caller)
    }

    /// Another call that this one could be connected with is up, or else at least being made.
    pub(super) fn company_of(&self, id: CallId) -> crate::can::Company {
        let others = || self.calls.values().filter(|call| call.id != id);
        crate::can::Company {
            up: others().any(|call| call.state.is_up()),
            ringing: others().any(|call| call.state.is_being_made()),
        }
    }

    /// On whose behalf a call is made that the operator dials now: the caller who is spoken to, or who waits for whoever
    /// is. Whoever was called by the operator has asked for nothing.
    pub(super) fn asks_on_behalf_of(&self) -> Option<CallId> {
        let talking = self.floor.and_then(|id| self.calls.get(&id)).filter(|call| call.state.is_up())?;
        let asked = self.consultations.iter().find(|known| known.target == talking.id);
        let caller = || (talking.way == CallWay::Incoming).then_some(talking.id);
        asked.map(|known| known.caller).or_else(caller)
    }

    /// Ties the call `target` to the caller on whose behalf it is made.
    pub(super) fn tie(&mut self, caller: CallId, target: CallId) {
        self.consultations.push(Consultation::new(caller, target));
    }

    /// The caller to be told of when `target` answers, if the operator has promised to connect them.
    pub(super) fn promised_to(&self, target: CallId) -> Option<String> {
        let promised =
            self.consultations.iter().find(|known| known.target == target && known.stage == Stage::Armed)?;
        self.calls.get(&promised.caller).map(|caller| called(&caller.who))
    }

    /// Connects two calls with each other; the operator leaves both.
    pub(super) fn connect(&mut self, now: Instant, one: CallId, other: CallId) -> Result<(), WhyNot> {
        for id in [one, other] {
            let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
            self.allowed(call).connect?;
        }
        if one == other {
            return Err(WhyNot::NobodyToConnect);
        }
        let known = |caller, target| {
            self.consultations.iter().any(|known| known.caller == caller && known.target == target)
        };
        let is_up = |id| self.calls.get(&id).is_some_and(|call: &Call| call.state.is_up());
        // Whoever is up is handed over; whoever was asked stays where they are.
        let (caller, target) = if known(other, one) || !is_up(one) { (other, one) } else { (one, other) };
        let answered = match self.calls.get(&target) {
            Some(call) if call.state.is_up() => true,
            Some(call) if call.state.is_being_made() => false,
            Some(_) | None => return Err(WhyNot::NobodyToConnect),
        };
        let caller_state = self.calls.get(&caller).map(|call| &call.state).ok_or(WhyNot::CallOver)?;
        let place = Place::FarEndOf(target);
        check(
            caller_state,
            &Wish::Transfer(Target { shown: Addressee::default(), place }),
            self.facts_of(caller),
        )?;
        if !known(caller, target) {
            self.tie(caller, target);
        }
        self.cord_moves(now, caller, target, Event::Connect { answered });
        Ok(())
    }

    /// Talks to the other one of a consultation.
    pub(super) fn swap(&mut self, now: Instant, id: CallId) -> Result<(), WhyNot> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        self.allowed(call).swap?;
        let consultation = self.consultation_of(id).ok_or(WhyNot::NobodyAsked)?;
        let talks = self.floor.filter(|floor| consultation.is_about(*floor)).unwrap_or(id);
        let other = consultation.other(talks);
        let waits =
            |id: &CallId| self.calls.get(id).is_some_and(|call| call.state.wish(Wish::Resume).is_ok());
        let next = [other, talks].into_iter().find(waits).ok_or(WhyNot::Changing)?;
        self.wish(now, next, Wish::Resume)
    }

    /// Done with whoever is asked, and back with the caller.
    pub(super) fn back_to_caller(&mut self, now: Instant, id: CallId) -> Result<(), WhyNot> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        self.allowed(call).back_to_caller?;
        let consultation = self.consultation_of(id).ok_or(WhyNot::NobodyAsked)?;
        let (caller, target) = (consultation.caller, consultation.target);
        self.cord_moves(now, caller, target, Event::BackOut);
        Ok(())
    }

    /// A call took a step: tells whoever it is linked with.
    pub(super) fn pull_cords(&mut self, now: Instant, id: CallId, before: &CallState, step: &Step) {
        let about: Vec<_> = self
            .consultations
            .iter()
            .filter(|known| known.is_about(id))
            .map(|known| (known.caller, known.target))
            .collect();
        for (caller, target) in about {
            let event =
                if caller == id { caller_moved(before, step, target) } else { target_moved(before, step) };
            if let Some(event) = event {
                self.cord_moves(now, caller, target, event);
            }
        }
    }

    /// Whoever confers is asked on nobody's behalf any more, and waits for nobody.
    pub(super) fn cut_cords(&mut self, id: CallId) {
        self.consultations.retain(|known| !known.is_about(id));
    }

    /// Looks which cords have waited too long.
    pub(super) fn look_at_cords(&mut self, now: Instant) {
        let overdue = self.consultations.iter().filter(|known| known.deadline().is_some_and(|at| at <= now));
        let overdue: Vec<_> = overdue.map(|known| (known.caller, known.target)).collect();
        for (caller, target) in overdue {
            self.cord_moves(now, caller, target, Event::Overdue);
        }
    }

    /// Forgets cords that nobody is left to hold.
    pub(super) fn drop_loose_cords(&mut self) {
        let Self { consultations, calls, .. } = self;
        consultations.retain(|known| match known.stage {
            Stage::Trusting => calls.contains_key(&known.target),
            Stage::Joining => calls.contains_key(&known.caller),
            Stage::Asking | Stage::Armed => {
                calls.contains_key(&known.caller) && calls.contains_key(&known.target)
            }
        });
    }

    fn cord_moves(&mut self, now: Instant, caller: CallId, target: CallId, event: Event) {
        let found =
            self.consultations.iter().position(|known| known.caller == caller && known.target == target);
        let Some(known) = found.and_then(|at| self.consultations.get_mut(at)) else { return };
        let (next, deeds) = known.stage.step(event);
        match next {
            Some(stage) => known.enter(now, stage),
            None => self.consultations.retain(|known| known.caller != caller || known.target != target),
        }
        for deed in deeds {
            self.do_for_cord(now, caller, target, deed);
        }
    }

    fn do_for_cord(&mut self, now: Instant, caller: CallId, target: CallId, deed: Deed) {
        match deed {
            Deed::LeaveTarget => self.carry_out(now, target, CallDeed::LeaveFloor),
            Deed::Join => self.join(now, caller, target),
            Deed::ReleaseTarget => self.happened(now, target, CallEvent::Joined),
            Deed::TakeTargetBack => {
                let floor_taken = self.floor_is_taken(target);
                self.happened(now, target, CallEvent::CameBack { floor_taken });
            }
            Deed::DropTarget => self.step_by_wish(now, target, Wish::HangUp),
            Deed::ResumeCaller => self.step_by_wish(now, caller, Wish::Resume),
            Deed::LabelCaller(why) => {
                if let Some(asked) = self.calls.get(&target) {
                    let back = Back { target: called(&asked.who).into(), why };
                    self.happened(now, caller, CallEvent::AskedInVain(back));
                }
            }
            Deed::TellCallerLeft => {
                if let (Some(caller), Some(target)) = (self.calls.get(&caller), self.calls.get(&target)) {
                    let notice = Notice::CallerLeft { who: called(&caller.who), target: called(&target.who) };
                    self.tell(now, notice);
                }
            }
        }
    }

    fn join(&mut self, now: Instant, caller: CallId, target: CallId) {
        let (Some(from), Some(to)) = (self.calls.get(&caller), self.calls.get(&target)) else { return };
        let (waiting, asked) = (called(&from.who), called(&to.who));
        // A target that answers to a promise is lent already.
        self.step_by_wish(now, target, Wish::Lend(waiting));
        let handed = Target { shown: asked.into(), place: Place::FarEndOf(target) };
        let step = self.calls.get(&caller).map(|call| call.state.wish(Wish::Transfer(handed)));
        match step {
            Some(Ok(step)) => self.take_step(now, caller, step),
            Some(Err(_)) | None => self.cord_moves(now, caller, target, Event::Refused),
        }
    }

    /// What the operator would wish now. Where the table does not have it there is nothing to do.
    fn step_by_wish(&mut self, now: Instant, id: CallId, wish: Wish) {
        if let Some(Ok(step)) = self.calls.get(&id).map(|call| call.state.wish(wish)) {
            self.take_step(now, id, step);
        }
    }
}

/// What a step of the caller's call is to the one who is asked.
fn caller_moved(before: &CallState, step: &Step, target: CallId) -> Option<Event> {
    let joins = |state: &CallState| matches!(state, CallState::Parting { target: to, .. } if to.place == Place::FarEndOf(target));
    let said = |which: fn(&Saying) -> bool| {
        step.deeds.iter().any(|deed| matches!(deed, CallDeed::Say(saying) if which(saying)))
    };
    if joins(before) && said(|saying| matches!(saying, Saying::Transferred(_))) {
        return Some(Event::Joined);
    }
    if joins(before) && said(|saying| matches!(saying, Saying::TransferFailed(..))) {
        return Some(Event::Refused);
    }
    match &step.state {
        CallState::Over if step.deeds.contains(&CallDeed::HangUp) => Some(Event::CallerDropped),
        CallState::Over => Some(Event::CallerGone),
        CallState::Parting { .. } | CallState::Lent { .. } if !joins(&step.state) => {
            Some(Event::CallerDropped)
        }
        CallState::Resuming | CallState::Talking => Some(Event::CallerResumed),
        CallState::Parting { .. }
        | CallState::Lent { .. }
        | CallState::Ringing
        | CallState::Answering { .. }
        | CallState::Accepted
        | CallState::Calling
        | CallState::RingingOut
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Joining
        | CallState::Conferring
        | CallState::Failed(_) => None,
    }
}

/// What a step of the call with whoever is asked is to the caller.
fn target_moved(before: &CallState, step: &Step) -> Option<Event> {
    match &step.state {
        CallState::Failed(why) => Some(Event::TargetGone(why.clone())),
        CallState::Over if matches!(before, CallState::Failed(_)) => None,
        CallState::Over => Some(Event::TargetGone(CallFailure::NoAnswer)),
        // Handed on by itself.
        CallState::Parting { .. } => Some(Event::TargetGone(CallFailure::NoAnswer)),
        after if before.is_being_made() && !after.is_being_made() => Some(Event::TargetAnswered),
        CallState::Ringing
        | CallState::Answering { .. }
        | CallState::Accepted
        | CallState::Calling
        | CallState::RingingOut
        | CallState::Talking
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Resuming
        | CallState::Joining
        | CallState::Conferring
        | CallState::Lent { .. } => None,
    }
}
