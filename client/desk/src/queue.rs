//! Callers who wait on hold for a phone to become free: first come, first served, each sent on by itself.
//!
//! The queue decides who is next and when. Where a call stands is told to it; the desk carries out the transfers.

use std::collections::BTreeSet;
use std::time::Duration;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};

use crate::call::Target;
use crate::{CallId, PhoneId};

/// How long a phone is left alone that looked free and was busy all the same.
pub(crate) const AFTER_BUSY: Duration = Duration::from_secs(30);

/// Where a caller in the queue stands. Whoever is put back or comes back has the old place.
///
/// ```text
///              free for long enough
///   Waiting ──────────────────────────► Sending ──► out of the queue: put through, refused,
///    ▲  ▲ │ taken up                      │                           gone
///    │  │ ▼                               │ busy
///    │ Aside (the operator talks to them) │
///    └────────────────────────────────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// On hold until the phone is free.
    Waiting,
    /// The operator talks to them; they are not sent meanwhile.
    Aside,
    /// Being sent on.
    Sending,
}

/// What happens to a caller in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The operator talks to them.
    TakenUp,
    /// On hold again.
    PutBack,
    /// It is their turn.
    Sent,
    /// The phone was busy after all.
    Busy,
    /// Off to somewhere else, refused, or gone.
    Left,
}

impl Stage {
    /// Where the caller stands then; `None` out of the queue.
    fn step(self, event: Event) -> Option<Self> {
        match (self, event) {
            (_, Event::Left) => None,
            (Self::Waiting | Self::Aside, Event::TakenUp) => Some(Self::Aside),
            (Self::Waiting | Self::Aside, Event::PutBack | Event::Busy) => Some(Self::Waiting),
            (Self::Waiting, Event::Sent) => Some(Self::Sending),
            // Whoever is talked to is not sent.
            (Self::Aside, Event::Sent) => Some(Self::Aside),
            (Self::Sending, Event::Busy | Event::PutBack) => Some(Self::Waiting),
            (Self::Sending, Event::TakenUp) => Some(Self::Aside),
            (Self::Sending, Event::Sent) => Some(Self::Sending),
        }
    }
}

/// One caller who waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiter {
    pub call: CallId,
    /// Whose being free is waited for.
    pub phone: PhoneId,
    /// Where the call goes then.
    pub target: Target,
    /// Since when.
    pub since: Instant,
    pub stage: Stage,
    /// When the phone was last found busy though it looked free.
    refused_at: Option<Instant>,
}

/// Everybody who waits, in the order in which they came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    waiters: Vec<Waiter>,
}

impl Queue {
    /// A caller waits from now on, behind the others; one who waits already waits for this one now.
    pub(crate) fn join(&mut self, now: Instant, call: CallId, phone: PhoneId, target: Target) {
        self.waiters.retain(|waiter| waiter.call != call);
        self.waiters.push(Waiter {
            call,
            phone,
            target,
            since: now,
            stage: Stage::Waiting,
            refused_at: None,
        });
    }

    /// The place of a call in the queue, if it has one.
    pub(crate) fn of(&self, call: CallId) -> Option<&Waiter> {
        self.waiters.iter().find(|waiter| waiter.call == call)
    }

    /// Something happened to a caller.
    pub(crate) fn happened(&mut self, now: Instant, call: CallId, event: Event) {
        self.waiters.retain_mut(|waiter| {
            if waiter.call != call {
                return true;
            }
            if event == Event::Busy {
                waiter.refused_at = Some(now);
            }
            let next = waiter.stage.step(event);
            if let Some(stage) = next {
                waiter.stage = stage;
            }
            next.is_some()
        });
    }

    /// Everybody who waits.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Waiter> {
        self.waiters.iter()
    }

    /// How many wait for this phone.
    pub(crate) fn count(&self, phone: PhoneId) -> u32 {
        let waiting = self.waiters.iter().filter(|waiter| waiter.phone == phone);
        u32::try_from(waiting.count()).unwrap_or(u32::MAX)
    }

    /// The phones that somebody waits for.
    pub(crate) fn awaited(&self) -> BTreeSet<PhoneId> {
        let mut awaited = BTreeSet::new();
        awaited.extend(self.waiters.iter().map(|waiter| waiter.phone));
        awaited
    }

    /// Who is sent next and when, for each phone that is free; `free` tells since when one is.
    pub(crate) fn next(
        &self,
        delay: Duration,
        free: impl Fn(PhoneId) -> Option<Instant>,
    ) -> Vec<(CallId, Instant)> {
        let first = |phone: PhoneId| {
            let mut for_it = self.waiters.iter().filter(move |waiter| waiter.phone == phone);
            // One at a time: the next one's turn comes when it is known what became of this one.
            if for_it.clone().any(|waiter| waiter.stage == Stage::Sending) {
                return None;
            }
            for_it.find(|waiter| waiter.stage == Stage::Waiting)
        };
        let next = self.awaited().into_iter().filter_map(|phone| {
            let since = free(phone)?;
            let waiter = first(phone)?;
            let at = match waiter.refused_at {
                // It has not been seen busy since: what looks free is not.
                Some(refused) if refused >= since => refused + AFTER_BUSY,
                Some(_) | None => since + delay,
            };
            Some((waiter.call, at))
        });
        next.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_secs(3);

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(1_000 * seconds)
    }

    fn target() -> Target {
        Target::number("204".into())
    }

    #[test]
    fn the_first_is_sent_and_the_second_waits_for_what_becomes_of_it() {
        let mut queue = Queue::default();
        queue.join(at(0), CallId(1), PhoneId(9), target());
        queue.join(at(1), CallId(2), PhoneId(9), target());
        assert_eq!((queue.count(PhoneId(9)), queue.count(PhoneId(8))), (2, 0));
        assert!(queue.next(DELAY, |_| None).is_empty());
        let free = |_| Some(at(10));
        assert_eq!(queue.next(DELAY, free), [(CallId(1), at(13))]);
        queue.happened(at(13), CallId(1), Event::Sent);
        assert!(queue.next(DELAY, free).is_empty());
        queue.happened(at(14), CallId(1), Event::Left);
        assert_eq!(queue.next(DELAY, free), [(CallId(2), at(13))]);
    }

    #[test]
    fn whoever_is_talked_to_keeps_the_place_but_lets_the_next_go_first() {
        let mut queue = Queue::default();
        queue.join(at(0), CallId(1), PhoneId(9), target());
        queue.join(at(1), CallId(2), PhoneId(9), target());
        queue.happened(at(2), CallId(1), Event::TakenUp);
        assert_eq!(queue.next(DELAY, |_| Some(at(0))), [(CallId(2), at(3))]);
        queue.happened(at(2), CallId(1), Event::PutBack);
        assert_eq!(queue.next(DELAY, |_| Some(at(0))), [(CallId(1), at(3))]);
    }

    #[test]
    fn whoever_found_the_phone_busy_is_the_first_again_when_it_is_free_again() {
        let mut queue = Queue::default();
        queue.join(at(0), CallId(1), PhoneId(9), target());
        queue.join(at(1), CallId(2), PhoneId(9), target());
        queue.happened(at(5), CallId(1), Event::Sent);
        queue.happened(at(6), CallId(1), Event::Busy);
        // It still looks free: it is left alone for a while.
        assert_eq!(queue.next(DELAY, |_| Some(at(0))), [(CallId(1), at(36))]);
        // It has talked and is free again.
        assert_eq!(queue.next(DELAY, |_| Some(at(60))), [(CallId(1), at(63))]);
    }

    #[test]
    fn every_event_leaves_a_caller_somewhere_sensible() {
        use Event::{Busy, Left, PutBack, Sent, TakenUp};
        use Stage::{Aside, Sending, Waiting};
        let table = [
            (Waiting, [Some(Aside), Some(Waiting), Some(Sending), Some(Waiting), None]),
            (Aside, [Some(Aside), Some(Waiting), Some(Aside), Some(Waiting), None]),
            (Sending, [Some(Aside), Some(Waiting), Some(Sending), Some(Waiting), None]),
        ];
        for (stage, next) in table {
            for (event, next) in [TakenUp, PutBack, Sent, Busy, Left].into_iter().zip(next) {
                assert_eq!(stage.step(event), next, "{stage:?} {event:?}");
            }
        }
    }
}
