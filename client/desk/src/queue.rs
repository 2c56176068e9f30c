//! Callers who wait on hold for a phone to become free: first come, first served, each sent on by itself.
//!
//! The queue decides who is next and when. Where a call stands is told to it; the desk carries out the transfers.

use std::collections::BTreeSet;
use std::time::Duration;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use crate::call::Target;
use crate::{CallId, PhoneId};

/// How long a phone is left alone to which somebody was sent and which looks no different for it.
pub(crate) const AFTER_BUSY: Duration = Duration::from_secs(30);

/// Where a caller in the queue stands. Whoever is put back or comes back has the old place.
///
/// ```text
///              free for long enough, and not only
///              as before somebody was sent to it
///   Waiting ──────────────────────────────────────► Sending ──► out of the queue: put through, refused,
///    ▲  ▲ │ taken up                                  │                           gone
///    │  │ ▼                                           │ busy
///    │ Aside (the operator talks to them, or to       │
///    │        somebody on their behalf)               │
///    └────────────────────────────────────────────────┘
/// ```
///
/// What becomes of a call and what its new phone is seen doing come by different ways. A phone that looks free as it
/// did when somebody was sent to it may be ringing: it has to be seen taken first, or stay as it is for
/// [`AFTER_BUSY`] after the last word about whoever was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// On hold until the phone is free.
    Waiting,
    /// The operator talks to them, or to somebody on their behalf; they are not sent meanwhile.
    Aside,
    /// Being sent on.
    Sending,
}

/// What happens to a caller in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The operator talks to them, or to somebody on their behalf.
    TakenUp,
    /// On hold again, and nobody is asked about them.
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
            // Whoever is talked to or about is not sent.
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
}

/// The last time that somebody was to be sent to a phone.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Try {
    /// When.
    at: Instant,
    /// When there was last word of how it goes.
    heard: Instant,
    /// The phone was busy.
    refused: bool,
}

impl Try {
    /// When the next one may be sent to a phone that has looked free since `free`.
    fn next(self, free: Instant, delay: Duration) -> Instant {
        // A phone that refuses may have rung first, and is free again before the refusal is told: that is not news.
        let seen_taken = free > if self.refused { self.heard } else { self.at };
        if seen_taken { free + delay } else { self.heard + AFTER_BUSY.max(delay) }
    }
}

/// Everybody who waits, in the order in which they came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    waiters: Vec<Waiter>,
    /// The last try of each phone, while it matters.
    tries: VecMap<PhoneId, Try>,
}

impl Queue {
    /// A caller waits from now on, behind the others; one who waits already waits for this one now.
    pub(crate) fn join(&mut self, now: Instant, call: CallId, phone: PhoneId, target: Target) {
        self.waiters.retain(|waiter| waiter.call != call);
        self.waiters.push(Waiter { call, phone, target, since: now, stage: Stage::Waiting });
    }

    /// The place of a call in the queue, if it has one.
    pub(crate) fn of(&self, call: CallId) -> Option<&Waiter> {
        self.waiters.iter().find(|waiter| waiter.call == call)
    }

    /// Something happened to a caller.
    pub(crate) fn happened(&mut self, now: Instant, call: CallId, event: Event) {
        let Some(waiter) = self.waiters.iter_mut().find(|waiter| waiter.call == call) else { return };
        let (phone, before, next) = (waiter.phone, waiter.stage, waiter.stage.step(event));
        match next {
            Some(stage) => waiter.stage = stage,
            None => self.waiters.retain(|waiter| waiter.call != call),
        }
        let was_sent = before == Stage::Sending;
        if was_sent || next == Some(Stage::Sending) || event == Event::Busy {
            let last = self.tries.get(&phone).filter(|_| was_sent);
            let at = last.map_or(now, |last| last.at);
            let awaited = self.awaited();
            self.tries.retain(|phone, last| awaited.contains(phone) || last.heard + AFTER_BUSY > now);
            self.tries.insert(phone, Try { at, heard: now, refused: event == Event::Busy });
        }
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
            let at = self.tries.get(&phone).map_or(since + delay, |last| last.next(since, delay));
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
    fn the_first_is_sent_and_the_second_when_the_phone_has_been_seen_taken_since() {
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
        // It looks as it did before: it may be ringing with the first.
        assert_eq!(queue.next(DELAY, free), [(CallId(2), at(44))]);
        // The first gave up, and its going free was told before that.
        assert_eq!(queue.next(DELAY, |_| Some(at(14))), [(CallId(2), at(17))]);
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
