//! Watching others, by the table of [`crate::subscription`]: the acts, and what goes out and comes back.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Agent, Purpose};
use crate::dialog::Dialog;
use crate::message::header::NameAddr;
use crate::message::{Method, Name, Request, Response, StatusCode};
use crate::package::{Memory, Package};
use crate::subscription::turns::Turns;
use crate::subscription::{Did, Event, Stage};
use crate::timer::{T1_64, Timer};
use crate::transaction::{Outgoing, Silence};
use crate::uri::Uri;
use crate::{ActError, Instant, SubscriptionFailure, SubscriptionId, SubscriptionState, Urgency};

/// Seconds that we ask for.
const EXPIRES: u32 = 1_800;
/// The longest that a server that had enough holds up all others.
const MAX_HOLD: Duration = Duration::from_secs(30);
/// The longest that we stay away because a server says so.
const MAX_RETRY_AFTER: u32 = 3_600;
/// Bounds of the pause after a failure: longer than for the registration, since a thousand may fail together.
const BACK_OFF_BASE: Duration = Duration::from_secs(5);
const BACK_OFF_MAX: Duration = Duration::from_secs(300);
/// Who is sent away sooner than this after having been let in does not come back at once.
const AT_ONCE: Duration = Duration::from_secs(30);

/// All subscriptions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Subscriptions {
    last: u32,
    pub(super) all: BTreeMap<SubscriptionId, Box<Subscription>>,
    /// By Call-ID, so that a NOTIFY is matched among thousands.
    pub(super) by_call: BTreeMap<String, SubscriptionId>,
    turns: Turns,
    /// The server wanted peace.
    held: bool,
}

impl Subscriptions {
    fn next_id(&mut self) -> SubscriptionId {
        self.last = self.last.wrapping_add(1);
        SubscriptionId(self.last)
    }
}

/// One subscription and what it is made with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Subscription {
    pub(super) stage: Stage,
    pub(super) package: Package,
    target: Uri,
    urgency: Urgency,
    /// What was told about whom it watches.
    pub(super) memory: Memory,
    /// Of the SUBSCRIBE that began it; empty when there is none.
    call_id: String,
    /// Us, with the tag of that SUBSCRIBE.
    pub(super) from: Option<NameAddr>,
    /// CSeq of the last SUBSCRIBE.
    pub(super) number: u32,
    pub(super) dialog: Option<Dialog>,
    /// A NOTIFY has come in the dialog: it is the one, and no other fork's.
    pub(super) notified: bool,
    /// When it began to stand.
    pub(super) since: Option<Instant>,
    /// When it expires.
    pub(super) until: Instant,
    /// Seconds to ask for, where the server found ours too brief.
    min_expires: Option<u32>,
    /// Somebody has to allow it.
    pub(super) pending: bool,
    /// Failures in a row.
    failures: u32,
    /// How long the server wants to be left alone.
    pub(super) retry_after: Option<u32>,
    retry_at: Option<Instant>,
    /// What went wrong last.
    pub(super) failure: Option<SubscriptionFailure>,
    /// What was told last of its standing.
    told: SubscriptionState,
    /// When the whole state was last asked for because a piece of it was lost.
    pub(super) whole_asked_at: Option<Instant>,
}

impl Subscription {
    fn new(package: Package, target: Uri, urgency: Urgency) -> Self {
        Self {
            stage: Stage::Waiting,
            package,
            target,
            urgency,
            memory: Memory::new(package),
            call_id: String::new(),
            from: None,
            number: 0,
            dialog: None,
            notified: false,
            since: None,
            until: Instant::default(),
            min_expires: None,
            pending: false,
            failures: 0,
            retry_after: None,
            retry_at: None,
            failure: None,
            told: SubscriptionState::Waiting,
            whole_asked_at: None,
        }
    }

    fn asked_expires(&self) -> u32 {
        self.min_expires.unwrap_or(EXPIRES)
    }

    /// It has stood long enough to be trusted.
    pub(super) fn has_lived(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| now.since(since) >= AT_ONCE)
    }

    /// What failed before is long ago.
    pub(super) fn forgive(&mut self, now: Instant) {
        if self.has_lived(now) {
            self.failures = 0;
        }
    }
}

impl Agent {
    /// Watches `target` (an address, a number, or a list of them): now, or as soon as there is a connection and its turn
    /// has come. It goes on until [`Agent::unsubscribe`].
    ///
    /// # Errors
    /// [`ActError::BadTarget`] if that is no address, or the settings name none of ours.
    pub fn subscribe(
        &mut self,
        now: Instant,
        package: Package,
        target: &str,
        urgency: Urgency,
    ) -> Result<SubscriptionId, ActError> {
        let target = super::address::target(target, self.domain())?;
        self.me().ok_or(ActError::BadTarget)?;
        let id = self.subscriptions.next_id();
        self.subscriptions.all.insert(id, Box::new(Subscription::new(package, target, urgency)));
        self.happen_to_subscription(now, id, Event::Wanted);
        Ok(id)
    }

    /// Stops watching; the id is not used again. An id that is over does no harm.
    pub fn unsubscribe(&mut self, now: Instant, subscription: SubscriptionId) {
        self.happen_to_subscription(now, subscription, Event::Unwanted);
    }

    /// Asks for the whole state anew, and again where it was refused: what a person does who does not trust a lamp.
    pub fn resubscribe(&mut self, now: Instant, subscription: SubscriptionId) {
        self.happen_to_subscription(now, subscription, Event::Wanted);
    }

    /// Changes how urgent a subscription is that still waits for its turn.
    pub fn set_urgency(&mut self, subscription: SubscriptionId, urgency: Urgency) {
        if let Some(of) = self.subscriptions.all.get_mut(&subscription) {
            of.urgency = urgency;
            if self.subscriptions.turns.waits(subscription) {
                self.subscriptions.turns.queue(subscription, urgency);
            }
        }
    }

    /// Leaves whom we watch, who is asked about again with the next registration.
    pub(super) fn rest_subscriptions(&mut self, now: Instant) {
        self.happen_to_all_subscriptions(now, Event::Rested);
        self.take_turns(now);
    }

    /// Asks again about those who were left with the last registration.
    pub(super) fn wake_subscriptions(&mut self, now: Instant) {
        let waiting = self.subscriptions.all.iter().filter(|(_, of)| of.stage == Stage::Waiting);
        let ids: Vec<_> = waiting.map(|(id, _)| *id).collect();
        for id in ids {
            self.advance_subscription(now, id, Event::Wanted);
        }
        self.take_turns(now);
    }

    pub(super) fn subscribe_on_new_connection(&mut self, now: Instant) {
        self.subscriptions.held = false;
        self.wire.timers.stop(Timer::TurnsHeld);
        self.happen_to_all_subscriptions(now, Event::Connected);
        self.take_turns(now);
    }

    pub(super) fn stop_subscribing_without_connection(&mut self, now: Instant) {
        self.happen_to_all_subscriptions(now, Event::Disconnected);
    }

    fn happen_to_all_subscriptions(&mut self, now: Instant, event: Event) {
        let ids: Vec<_> = self.subscriptions.all.keys().copied().collect();
        for id in ids {
            self.advance_subscription(now, id, event);
        }
    }

    pub(super) fn handle_subscription_refresh_due(&mut self, now: Instant, id: SubscriptionId) {
        self.happen_to_subscription(now, id, Event::RefreshDue);
    }

    pub(super) fn handle_subscribe_again_due(&mut self, now: Instant, id: SubscriptionId) {
        self.happen_to_subscription(now, id, Event::AgainDue);
    }

    pub(super) fn handle_notify_missing(&mut self, now: Instant, id: SubscriptionId) {
        self.fail_subscription(now, id, SubscriptionFailure::NoNotify, Event::FailedForNow);
    }

    pub(super) fn release_turns(&mut self, now: Instant) {
        self.subscriptions.held = false;
        self.take_turns(now);
    }

    /// Something happens to a subscription, and others may have their turn after it.
    pub(super) fn happen_to_subscription(&mut self, now: Instant, id: SubscriptionId, event: Event) {
        self.advance_subscription(now, id, event);
        self.take_turns(now);
    }

    /// Lets SUBSCRIBEs go out, as many as may, and what we publish. Neither goes before the registration: it brings
    /// the address and the way for them, and telephone systems answer strangers with challenges.
    pub(super) fn take_turns(&mut self, now: Instant) {
        if !self.wire.connected || !self.is_registration_settled() {
            return;
        }
        self.publish_when_reachable(now);
        while !self.subscriptions.held
            && let Some(id) = self.subscriptions.turns.next()
        {
            self.advance_subscription(now, id, Event::Turn);
        }
    }

    fn advance_subscription(&mut self, now: Instant, id: SubscriptionId, event: Event) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        let step = of.stage.step(event, self.wire.connected);
        of.stage = step.state;
        for did in step.did {
            self.carry_out_subscription(now, id, *did);
        }
    }

    fn carry_out_subscription(&mut self, now: Instant, id: SubscriptionId, did: Did) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        match did {
            Did::Queue => self.subscriptions.turns.queue(id, of.urgency),
            Did::Unqueue => self.subscriptions.turns.unqueue(id),
            Did::Send => self.send_subscribe(now, id),
            Did::SendLast => self.send_last_subscribe(now, id),
            Did::DropDialog => self.drop_subscription_dialog(id),
            Did::HandOver => self.hand_subscription_dialog_over(now, id),
            Did::StartRefresh => self.start_subscription_refresh(now, id),
            Did::StartBackOff => {
                let doubled = BACK_OFF_BASE.saturating_mul(2_u32.saturating_pow(of.failures.min(16)));
                let bound = doubled.min(BACK_OFF_MAX);
                let asked = of.retry_after.take().unwrap_or(0).min(MAX_RETRY_AFTER);
                of.failures = of.failures.saturating_add(1);
                // Those who were turned away together do not come back together.
                let wait = self.random.span(bound / 2, bound);
                let asked = Duration::from_secs(u64::from(asked));
                let at = now + if asked.is_zero() { wait } else { asked + wait / 2 };
                of.retry_at = Some(at);
                self.wire.timers.set(Timer::SubscribeAgain(id), at);
            }
            Did::StartN => self.wire.timers.set(Timer::NotifyMissing(id), now + T1_64),
            Did::StopN => self.wire.timers.stop(Timer::NotifyMissing(id)),
            Did::StopTimers => {
                self.wire.timers.stop(Timer::NotifyMissing(id));
                self.wire.timers.stop(Timer::SubscriptionRefresh(id));
                self.wire.timers.stop(Timer::SubscribeAgain(id));
            }
            Did::TellWaiting => self.tell_subscription(id, SubscriptionState::Waiting),
            Did::TellStanding => {
                let pending = of.pending;
                self.tell_subscription(
                    id,
                    if pending { SubscriptionState::Pending } else { SubscriptionState::Active },
                );
            }
            Did::TellFailed => {
                let (why, retry_at) = (of.failure.take(), of.retry_at.take());
                let state = match why {
                    // RFC 6665 §4.1.3: the end of the telling, not of the state.
                    Some(SubscriptionFailure::Terminated(crate::TerminationReason::Invariant)) => {
                        SubscriptionState::Settled
                    }
                    Some(why) => SubscriptionState::Failed { why, retry_at },
                    None => return,
                };
                self.tell_subscription(id, state);
            }
            Did::TellEnded => self.tell_subscription(id, SubscriptionState::Ended),
            Did::Forget => {
                self.drop_subscription_dialog(id);
                self.subscriptions.all.remove(&id);
            }
        }
    }

    /// Tells what was not told already.
    fn tell_subscription(&mut self, id: SubscriptionId, state: SubscriptionState) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        if of.told != state {
            of.told = state.clone();
            self.wire.tell(crate::Event::Subscription { subscription: id, state });
        }
    }

    fn drop_subscription_dialog(&mut self, id: SubscriptionId) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        self.subscriptions.by_call.remove(&of.call_id);
        of.call_id.clear();
        of.dialog = None;
        of.from = None;
        of.notified = false;
        of.since = None;
    }

    /// Lets another subscription, of which nobody is told, leave the dialog in its turn: what the server still says in it
    /// is no news of this one, which may begin anew meanwhile.
    fn hand_subscription_dialog_over(&mut self, now: Instant, id: SubscriptionId) {
        let leaver = self.subscriptions.next_id();
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        let left = Subscription {
            stage: Stage::Leaving,
            call_id: std::mem::take(&mut of.call_id),
            from: of.from.take(),
            number: of.number,
            dialog: of.dialog.take(),
            notified: std::mem::take(&mut of.notified),
            until: of.until,
            ..Subscription::new(of.package, of.target.clone(), of.urgency)
        };
        of.since = None;
        self.subscriptions.by_call.insert(left.call_id.clone(), leaver);
        if left.notified {
            self.subscriptions.turns.queue(leaver, left.urgency);
        } else {
            self.wire.timers.set(Timer::NotifyMissing(leaver), now + T1_64);
        }
        self.subscriptions.all.insert(leaver, Box::new(left));
    }

    /// Prolongs before it expires: at some moment in the last part, so that a thousand that began together do not come
    /// together again and again.
    fn start_subscription_refresh(&mut self, now: Instant, id: SubscriptionId) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        of.forgive(now);
        let left = of.until.since(now);
        let floor = Duration::from_secs(5);
        let wait = self.random.span((left * 6 / 10).max(floor), (left * 9 / 10).max(floor));
        self.wire.timers.set(Timer::SubscriptionRefresh(id), now + wait);
    }

    fn send_subscribe(&mut self, now: Instant, id: SubscriptionId) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        let expires = of.asked_expires();
        of.memory.expect_full();
        // What has expired meanwhile is not there any more to be prolonged.
        if of.dialog.is_some() && of.until <= now {
            self.drop_subscription_dialog(id);
        }
        let request = self.next_subscribe(id).or_else(|| self.first_subscribe(id));
        if let Some(request) = request {
            self.complete_subscribe(now, id, request, expires);
        }
    }

    fn send_last_subscribe(&mut self, now: Instant, id: SubscriptionId) {
        if let Some(request) = self.next_subscribe(id) {
            self.complete_subscribe(now, id, request, 0);
        }
    }

    /// A SUBSCRIBE within the dialog.
    fn next_subscribe(&mut self, id: SubscriptionId) -> Option<Request> {
        let of = self.subscriptions.all.get_mut(&id)?;
        let dialog = of.dialog.as_mut()?;
        of.number = dialog.next_number();
        Some(dialog.request(Method::Subscribe, of.number))
    }

    /// A SUBSCRIBE that is to make a dialog (RFC 6665 §4.1.2.1).
    fn first_subscribe(&mut self, id: SubscriptionId) -> Option<Request> {
        self.drop_subscription_dialog(id);
        let me = self.me()?;
        let from = me.with_tag(&self.random.token(12));
        let call_id = self.random.token(24);
        let of = self.subscriptions.all.get_mut(&id)?;
        of.from = Some(from.clone());
        of.number = 1;
        call_id.clone_into(&mut of.call_id);
        let target = of.target.clone();
        self.subscriptions.by_call.insert(call_id.clone(), id);
        let request = self.request(Method::Subscribe, target.clone(), &from, &NameAddr::new(target));
        Some(request.with(Name::CallId, call_id).with(Name::CSeq, "1 SUBSCRIBE"))
    }

    fn complete_subscribe(&mut self, now: Instant, id: SubscriptionId, mut request: Request, expires: u32) {
        let Some(package) = self.subscriptions.all.get(&id).map(|of| of.package) else { return };
        self.introduce(&mut request.headers);
        let request = request
            .with(Name::Event, package.token())
            .with(Name::Accept, package.accept())
            .with(Name::Expires, expires);
        self.subscriptions.turns.sent(id);
        self.send(now, request, Purpose::Subscribe(id));
    }

    /// The CSeq for sending a SUBSCRIBE once more; `None` if it is not the last one.
    pub(super) fn next_subscribe_number(&mut self, id: SubscriptionId, outgoing: &Outgoing) -> Option<u32> {
        let of = self.subscriptions.all.get_mut(&id)?;
        if !is_last(of, outgoing) {
            return None;
        }
        of.number = of.dialog.as_mut().map_or(of.number + 1, Dialog::next_number);
        Some(of.number)
    }

    /// A response to SUBSCRIBE, after challenges.
    pub(super) fn handle_subscribe_response(
        &mut self,
        now: Instant,
        id: SubscriptionId,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        if response.status.is_provisional() {
            return;
        }
        self.subscriptions.turns.answered(id);
        if let Some(of) = self.subscriptions.all.get_mut(&id).filter(|of| is_last(of, outgoing)) {
            if response.status.is_success() {
                take_grant(of, now, outgoing, response);
                self.advance_subscription(now, id, Event::Accepted);
            } else if response.status == StatusCode::INTERVAL_TOO_BRIEF && take_min_expires(of, response) {
                self.send_subscribe(now, id);
            } else if response.status == StatusCode::CALL_DOES_NOT_EXIST && of.dialog.is_some() {
                // RFC 6665 §4.1.2.2
                self.advance_subscription(now, id, Event::Gone);
            } else {
                self.refuse_subscription(now, id, response);
            }
        }
        self.take_turns(now);
    }

    fn refuse_subscription(&mut self, now: Instant, id: SubscriptionId, response: &Response) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        of.retry_after = response.headers.retry_after().ok().flatten();
        if response.status == StatusCode::SERVICE_UNAVAILABLE
            && let Some(seconds) = of.retry_after
        {
            // RFC 3261 §21.5.4: it means the server, not the one who is watched.
            self.subscriptions.held = true;
            let wait = Duration::from_secs(u64::from(seconds)).min(MAX_HOLD);
            self.wire.timers.set(Timer::TurnsHeld, now + wait);
        }
        let event = if is_temporary(response.status) { Event::FailedForNow } else { Event::FailedForGood };
        let why =
            SubscriptionFailure::Refused { status: response.status.code(), reason: response.reason.clone() };
        self.fail_subscription(now, id, why, event);
    }

    /// SUBSCRIBE was not answered.
    pub(super) fn handle_subscribe_silence(
        &mut self,
        now: Instant,
        id: SubscriptionId,
        outgoing: &Outgoing,
        silence: Silence,
    ) {
        self.subscriptions.turns.answered(id);
        let is_last = self.subscriptions.all.get(&id).is_some_and(|of| is_last(of, outgoing));
        match silence {
            Silence::TimedOut if is_last => {
                self.fail_subscription(now, id, SubscriptionFailure::TimedOut, Event::FailedForNow);
            }
            // The connection's end is told by itself.
            Silence::TimedOut | Silence::Lost => self.take_turns(now),
        }
    }

    /// It failed for a reason that is to be told.
    pub(super) fn fail_subscription(
        &mut self,
        now: Instant,
        id: SubscriptionId,
        why: SubscriptionFailure,
        event: Event,
    ) {
        if let Some(of) = self.subscriptions.all.get_mut(&id) {
            of.failure = Some(why);
        }
        self.happen_to_subscription(now, id, event);
    }
}

/// An older SUBSCRIBE says nothing about what is wanted now.
fn is_last(of: &Subscription, outgoing: &Outgoing) -> bool {
    let headers = &outgoing.request.headers;
    let from = headers.from().ok();
    headers.cseq().is_ok_and(|cseq| cseq.number == of.number)
        && from.as_ref().and_then(NameAddr::tag) == of.from.as_ref().and_then(NameAddr::tag)
}

/// What a 2xx says: the expiry, and where the NOTIFY is not there yet, the dialog that it will probably be.
fn take_grant(of: &mut Subscription, now: Instant, outgoing: &Outgoing, response: &Response) {
    let granted = response.headers.expires().unwrap_or(of.asked_expires());
    of.until = now + Duration::from_secs(u64::from(granted));
    let to = response.headers.to().ok();
    let tag = to.as_ref().and_then(NameAddr::tag);
    match &mut of.dialog {
        Some(dialog) if dialog.is_with(tag) => {
            dialog.refresh_target(&response.headers);
            dialog.complete_routes(response);
        }
        // The NOTIFY came from another fork, and it decides (RFC 6665 §4.1.2.4).
        Some(_) => {}
        None if tag.is_some() => of.dialog = Dialog::calling(&outgoing.request, response).ok(),
        None => {}
    }
}

/// RFC 6665 §4.2.1.1; false if the server names nothing longer than what it refused.
fn take_min_expires(of: &mut Subscription, response: &Response) -> bool {
    let asked = of.asked_expires();
    let named = response.headers.min_expires().ok().flatten().filter(|seconds| *seconds > asked);
    of.min_expires = named.or(of.min_expires);
    named.is_some()
}

/// True if it may be otherwise later. What is not said to be temporary is final for whom it was said of: asking on and
/// on would only fill the server's log.
fn is_temporary(status: StatusCode) -> bool {
    matches!(status.code(), 408 | 429 | 430 | 480 | 481 | 482 | 483 | 486 | 491 | 500 | 502 | 503 | 504 | 600)
}
