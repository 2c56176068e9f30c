//! When something is to be done if nothing else happens. Each timer says what it is for.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::ids::{CallId, ConnId, HuntId, LegId, PhoneCallId, TransferId, VoiceId};

/// What a timer is for. Whoever is woken looks first whether there is still anything to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Whoever rings an operator gives up.
    GiveUp(HuntId),
    /// A colleague picks up.
    PickUp(LegId),
    /// An extension that nobody answers stops ringing.
    NoAnswer(LegId),
    /// A caller has said what there was to say.
    HangUp(LegId),
    /// No final answer to a request (RFC 3261 §17.1.1.2 timer B, §17.1.2.2 timer F).
    Unanswered(String),
    /// No ACK to our 2xx (RFC 3261 §13.3.1.4).
    Unacked(LegId),
    /// No answer to a cancelled INVITE (RFC 3261 §9.1).
    Uncancelled(LegId),
    /// A console did not come back.
    Lost(LegId, ConnId),
    /// The colleague to whom a call is transferred picks up, or does not.
    TransferStep(TransferId),
    /// The transferor had its chance to say BYE (RFC 5589 §6.1).
    Release(LegId),
    /// Registrations, subscriptions and publications run out.
    Expire,
    /// Callers ring the operators.
    Round,
    /// A colleague's own call goes on: is picked up, given up or over.
    Phone(PhoneCallId),
    /// The colleague at this extension becomes busy, or free.
    Turn(&'static str),
    /// Somebody outside rings a colleague.
    Stir,
    /// A call has been parked at this place for long.
    ParkedTooLong(&'static str, CallId),
    /// A guest has talked in a mix for long.
    GuestLeaves(VoiceId),
    /// The next one of many callers rings.
    Rush,
}

/// All timers, the next first.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: BTreeMap<(Instant, u64), Timer>,
    set: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Instant, timer: Timer) {
        self.set += 1;
        self.due.insert((at, self.set), timer);
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next timer that is due.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Timer> {
        let first = self.due.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}
