//! Callers who wait for a colleague's phone to become free: carries out what [`crate::queue`] decides.

use cordboard_sip::Instant;

use super::Desk;
use crate::call::{CallState, Target, Wish};
use crate::phone::{Kind, Phone};
use crate::queue::{Event, Stage};
use crate::{CallFailure, CallId, CallStatus, CallView, Freshness, PhoneId, Standing, WhyNot};

impl Desk {
    /// Lets a caller wait until the phone is free.
    pub(super) fn queue(
        &mut self,
        now: Instant,
        id: CallId,
        to: Target,
        phone: PhoneId,
    ) -> Result<(), WhyNot> {
        let call = self.calls.get(&id).ok_or(WhyNot::CallOver)?;
        self.allowed(call).queue?;
        if call.state.wish(Wish::Hold).is_ok() {
            self.wish(now, id, Wish::Hold)?;
        }
        self.queue_changes(|desk| desk.queue.join(now, id, phone, to));
        Ok(())
    }

    /// The caller waits for nobody any more, and is on hold as others are.
    pub(super) fn unqueue(&mut self, now: Instant, id: CallId) -> Result<(), WhyNot> {
        let waiter = self.queue.of(id).ok_or(WhyNot::NotQueued)?;
        if waiter.stage == Stage::Sending {
            return Err(WhyNot::BeingTransferred);
        }
        self.queue_changes(|desk| desk.queue.happened(now, id, Event::Left));
        Ok(())
    }

    /// The phone that a transfer would ring, if that is to wait until it is free.
    pub(super) fn waits_by_itself(&self, id: CallId, address: &str) -> Option<PhoneId> {
        let phone = self.phone_numbered(address).filter(|phone| self.would_queue(*phone))?;
        let call = self.calls.get(&id)?;
        self.allowed(call).queue.is_ok().then_some(phone)
    }

    /// A blind transfer to this phone waits until it is free.
    pub(super) fn would_queue(&self, phone: PhoneId) -> bool {
        let wanted = self.shift.as_ref().is_some_and(|shift| shift.queues_for_busy());
        let standing = self.watching.list.get(phone).map(Phone::standing);
        wanted && self.is_phone(phone) && matches!(standing, Some(Standing::Busy | Standing::Ringing))
    }

    /// It is somebody's, who can be waited for, and no place.
    pub(super) fn is_phone(&self, phone: PhoneId) -> bool {
        self.watching.list.get(phone).is_some_and(|phone| phone.kind == Kind::Phone)
    }

    /// Looks what has become of those who wait, and sends on whoever is next.
    pub(super) fn settle_queue(&mut self, now: Instant) {
        let news: Vec<_> = self
            .queue
            .iter()
            .filter_map(|waiter| {
                let state = self.calls.get(&waiter.call).map(|call| &call.state);
                Some((waiter.call, news(waiter.stage, state, self.is_asked_for(waiter.call))?))
            })
            .collect();
        for (call, event) in news {
            self.queue_changes(|desk| desk.queue.happened(now, call, event));
        }
        for (call, at) in self.next_in_queue() {
            if at <= now {
                self.send_on(now, call);
            }
        }
    }

    fn send_on(&mut self, now: Instant, call: CallId) {
        let Some(target) = self.queue.of(call).map(|waiter| waiter.target.clone()) else { return };
        let sent = match self.wish(now, call, Wish::Transfer(target)) {
            Ok(()) => Event::Sent,
            // Not now; the next time is not at once.
            Err(_) => Event::Busy,
        };
        self.queue_changes(|desk| desk.queue.happened(now, call, sent));
        self.listen_to_line(now);
    }

    /// When somebody is to be sent on.
    pub(super) fn queue_deadline(&self) -> Option<Instant> {
        self.next_in_queue().into_iter().map(|(_, at)| at).min()
    }

    fn next_in_queue(&self) -> Vec<(CallId, Instant)> {
        let delay = self.shift.as_ref().map(|shift| shift.queue_delay()).unwrap_or_default();
        self.queue.next(delay, |phone| {
            let phone = self.watching.list.get(phone)?;
            let free = phone.standing() == Standing::Available && phone.freshness() == Freshness::Known;
            free.then(|| phone.since())
        })
    }

    /// Changes the queue; pages see how many wait for each phone.
    fn queue_changes(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.queue.awaited();
        change(self);
        for phone in before.union(&self.queue.awaited()) {
            self.watching.list.touch(*phone);
        }
    }

    /// A call as painted, with whom it waits for.
    pub(super) fn in_queue(&self, view: CallView) -> CallView {
        let Some(waiter) = self.queue.of(view.id) else { return view };
        let target = waiter.target.shown.name.clone();
        let waits = waiter.stage == Stage::Waiting;
        let held = matches!(
            view.status,
            CallStatus::OnHold | CallStatus::BackFrom { .. } | CallStatus::Changing { to_hold: true }
        );
        if held && waits {
            let status = CallStatus::Queued { target: target.clone() };
            return CallView { status, since: waiter.since, waits_for: Some(target), ..view };
        }
        CallView { waits_for: Some(target), ..view }
    }
}

/// What has happened to a caller, as their call shows it, and whether somebody is asked on their behalf.
fn news(stage: Stage, state: Option<&CallState>, asked_for: bool) -> Option<Event> {
    let Some(state) = state else { return Some(Event::Left) };
    match (state, stage) {
        (CallState::Failed(_) | CallState::Over, _) => Some(Event::Left),
        (CallState::Talking | CallState::Resuming, Stage::Waiting | Stage::Sending) => Some(Event::TakenUp),
        (CallState::Holding | CallState::Held { .. }, Stage::Waiting) if asked_for => Some(Event::TakenUp),
        (CallState::Holding | CallState::Held { .. }, Stage::Aside) if !asked_for => Some(Event::PutBack),
        (CallState::Held { back: Some(back) }, Stage::Sending) if back.why == CallFailure::Busy => {
            Some(Event::Busy)
        }
        (CallState::Held { .. }, Stage::Sending) => Some(Event::Left),
        // The operator sends them somewhere else, connects them, or confers with them.
        (CallState::Joining | CallState::Conferring, _) => Some(Event::Left),
        (CallState::Parting { .. } | CallState::Lent { .. }, Stage::Waiting | Stage::Aside) => {
            Some(Event::Left)
        }
        (
            CallState::Ringing
            | CallState::Answering { .. }
            | CallState::Accepted
            | CallState::Calling
            | CallState::RingingOut
            | CallState::Talking
            | CallState::Holding
            | CallState::Held { .. }
            | CallState::Resuming
            | CallState::Parting { .. }
            | CallState::Lent { .. },
            _,
        ) => None,
    }
}
