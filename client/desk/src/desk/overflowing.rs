//! Calls that the rules take off the operator's hands, and the dry run that shows what they would do.

use std::time::Duration;

use cordboard_sip::{Instant, Party};

use super::Desk;
use crate::call::{CallState, Wish};
use crate::can::check;
use crate::overflow::Arrival;
use crate::who::who;
use crate::{CallId, CallWay, Instead, Output, Overflow, StoreWrite, Verdict, WhyNot};

impl Desk {
    /// The operator changed the rules.
    pub(super) fn set_overflow(&mut self, overflow: Overflow) {
        self.outputs.push_back(Output::Store(StoreWrite::PutOverflow(Box::new(overflow.clone()))));
        self.overflow = overflow;
    }

    /// What would happen now to a call from this number; empty for a withheld one.
    pub(super) fn try_overflow(&self, now: Instant, number: &str) -> Vec<Verdict> {
        let anonymous = number.trim().is_empty();
        let party = Party { number: number.trim().to_owned(), anonymous, ..Party::default() };
        let known = who(&party, None, &self.directories).contact.is_some();
        let arrival = Arrival { known, anonymous, calls: self.incoming_calls() + 1, ..self.arrival(now) };
        self.overflow.verdicts(arrival, |instead| self.possible(&CallState::Ringing, instead))
    }

    /// Asks the rules about a call that rings, and does what they say.
    pub(super) fn overflow(&mut self, now: Instant, id: CallId) {
        let Some(call) = self.calls.get(&id).filter(|call| call.state == CallState::Ringing) else { return };
        let arrival = Arrival {
            anonymous: call.who.anonymous,
            known: call.who.contact.is_some(),
            rung_for: now.since(call.began).as_secs(),
            ..self.arrival(now)
        };
        let decided = self.overflow.decide(arrival, |instead| self.possible(&call.state, instead));
        if let Some(wish) = decided.and_then(|instead| self.wish_for(&instead).ok()) {
            // It was possible a moment ago.
            let _ = self.wish(now, id, wish);
        }
    }

    /// When the rules are to be asked about a call that has rung since `began`.
    pub(super) fn overflow_at(&self, began: Instant) -> Instant {
        began + Duration::from_secs(self.overflow.after.into())
    }

    /// Asks the rules about calls that have rung for long.
    pub(super) fn look_at_overflow(&mut self, now: Instant) {
        let due: Vec<_> = self.overflow_deadlines().filter(|(_, at)| *at <= now).map(|(id, _)| id).collect();
        for id in due {
            if let Some(call) = self.calls.get_mut(&id) {
                call.overflowed = true;
            }
            self.overflow(now, id);
        }
    }

    /// Calls that the rules are to be asked about, and when.
    pub(super) fn overflow_deadlines(&self) -> impl Iterator<Item = (CallId, Instant)> {
        let waits = self.overflow.unanswered != Instead::Ring;
        let ringing = self
            .calls
            .values()
            .filter(move |call| waits && call.state == CallState::Ringing && !call.overflowed);
        ringing.map(|call| (call.id, self.overflow_at(call.began)))
    }

    fn arrival(&self, now: Instant) -> Arrival {
        let minute = self.minutes_east.map(|east| {
            let minutes = i64::try_from(now.as_millis() / 60_000).unwrap_or(i64::MAX);
            minutes.saturating_add(east.into())
        });
        Arrival {
            do_not_disturb: self.do_not_disturb,
            minute,
            anonymous: false,
            known: false,
            calls: self.incoming_calls(),
            rung_for: 0,
        }
    }

    fn incoming_calls(&self) -> usize {
        self.calls.values().filter(|call| call.way == CallWay::Incoming && call.is_alive()).count()
    }

    fn possible(&self, state: &CallState, instead: &Instead) -> Result<(), WhyNot> {
        check(state, &self.wish_for(instead)?, self.facts())
    }

    /// The operator's wish that a rule stands for.
    fn wish_for(&self, instead: &Instead) -> Result<Wish, WhyNot> {
        match instead {
            Instead::Ring | Instead::Refuse => Ok(Wish::Decline),
            Instead::AnswerAndHold => Ok(Wish::AnswerAndHold),
            Instead::Voicemail => Ok(Wish::Transfer(self.own_voicemail()?)),
            Instead::SendTo(typed) => {
                let number = self.directories.numbering().clean(typed).map_err(|_| WhyNot::NoSuchNumber)?;
                Ok(Wish::Transfer(self.numbered(number.as_str().to_owned())))
            }
        }
    }
}
