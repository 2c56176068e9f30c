//! All deadlines of the agent in one ordered table: each says what it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::transaction::{self, TransactionId};
use crate::{Instant, SessionId, SubscriptionId};

/// Round-trip estimate that every other time is made of (RFC 3261 §17.1.1.1).
pub(crate) const T1: Duration = Duration::from_millis(500);
/// Longest pause between two copies of a 2xx (RFC 3261 §13.3.1.4).
pub(crate) const T2: Duration = Duration::from_secs(4);
/// How long a transaction lives without an answer: Timers B, F, H, J, L and M.
pub(crate) const T1_64: Duration = Duration::from_secs(32);

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Timer {
    /// A timer of RFC 3261 §17 by its letter.
    Transaction(TransactionId, transaction::Timer),
    /// Send our 2xx once more (RFC 3261 §13.3.1.4).
    AnswerAgain(SessionId),
    /// No ACK came for our 2xx (RFC 3261 §13.3.1.4).
    AckMissing(SessionId),
    /// Our re-INVITE met theirs; try again (RFC 3261 §14.1).
    Glare(SessionId),
    /// A CANCEL brought no final response (RFC 3261 §9.1).
    CancelGivesUp(SessionId),
    /// Tell the caller once more that the phone rings, lest proxies think we are gone (RFC 3261 §13.3.1.1).
    RingAgain(SessionId),
    /// Refresh the session (RFC 4028 §7.4).
    RefreshSession(SessionId),
    /// The session was not refreshed in time (RFC 4028 §10).
    SessionOver(SessionId),
    /// Send our provisional response once more (RFC 3262 §3).
    ReliableAgain(SessionId),
    /// No PRACK came for our provisional response (RFC 3262 §3).
    PrackMissing(SessionId),
    /// The caller's patience is over (RFC 3261 §13.3.1, Expires).
    RingsTooLong(SessionId),
    /// The outcome of a REFER is not known in time.
    ReferSilent(SessionId),
    /// The far end's interest in the call that it asked for by REFER expires.
    ReportExpires(SessionId),
    /// A subscription is to be prolonged.
    SubscriptionRefresh(SubscriptionId),
    /// A subscription is to be tried again.
    SubscribeAgain(SubscriptionId),
    /// No NOTIFY came: Timer N (RFC 6665 §4.1.2.4).
    NotifyMissing(SubscriptionId),
    /// SUBSCRIBEs may go out again after the server wanted peace.
    TurnsHeld,
    /// What we publish is to be prolonged.
    PublicationRefresh,
    /// What we publish is to be tried again.
    PublishAgain,
    /// Go back to the first of several servers.
    ReturnToFirst,
    /// The registration is to be refreshed.
    Refresh,
    /// The registration is to be tried again.
    RegisterAgain,
    /// The connection is to be probed.
    Ping,
    /// The probe was not answered.
    PongMissing,
}

/// Deadlines in the order in which they come due.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "BTreeSet<(Instant, Timer)>", into = "BTreeSet<(Instant, Timer)>")]
pub(crate) struct Timers {
    due: BTreeSet<(Instant, Timer)>,
    /// The same by timer, so that one can be set anew among thousands.
    at: BTreeMap<Timer, Instant>,
}

impl Timers {
    /// Sets `timer` to `at`, in place of what it was set to.
    pub(crate) fn set(&mut self, timer: Timer, at: Instant) {
        self.stop(timer);
        self.due.insert((at, timer));
        self.at.insert(timer, at);
    }

    /// Takes `timer` out, if it runs.
    pub(crate) fn stop(&mut self, timer: Timer) {
        if let Some(at) = self.at.remove(&timer) {
            self.due.remove(&(at, timer));
        }
    }

    /// When `timer` is due, if it runs.
    pub(crate) fn due(&self, timer: Timer) -> Option<Instant> {
        self.at.get(&timer).copied()
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Takes the earliest timer out if it is due at `now`; with it comes when it was due.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<(Instant, Timer)> {
        let (at, timer) = *self.due.first().filter(|(at, _)| *at <= now)?;
        self.stop(timer);
        Some((at, timer))
    }
}

impl From<BTreeSet<(Instant, Timer)>> for Timers {
    fn from(due: BTreeSet<(Instant, Timer)>) -> Self {
        let mut timers = Self::default();
        for (at, timer) in due {
            timers.set(timer, at);
        }
        timers
    }
}

impl From<Timers> for BTreeSet<(Instant, Timer)> {
    fn from(timers: Timers) -> Self {
        timers.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_due_in_order_and_a_new_setting_replaces_the_old() {
        let at = Instant::from_millis;
        let mut timers = Timers::default();
        timers.set(Timer::Ping, at(50));
        timers.set(Timer::Refresh, at(20));
        timers.set(Timer::Ping, at(10));
        timers.set(Timer::RegisterAgain, at(5));
        timers.stop(Timer::RegisterAgain);
        assert_eq!(timers.next(), Some(at(10)));
        assert_eq!(timers.take_due(at(9)), None);
        assert_eq!(timers.take_due(at(30)), Some((at(10), Timer::Ping)));
        assert_eq!(timers.take_due(at(30)), Some((at(20), Timer::Refresh)));
        assert_eq!(timers.take_due(at(30)), None);
        assert_eq!(timers.next(), None);
    }
}
