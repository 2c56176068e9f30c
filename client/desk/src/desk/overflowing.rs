//! Calls that the rules take off the operator's hands, and the dry run that shows what they would do.

use std::time::Duration;

use cordboard_sip::{Instant, Party};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::calls::Call;
use crate::call::{CallState, Wish};
use crate::can::check;
use crate::overflow::Arrival;
use crate::who::who;
use crate::{CallId, CallWay, Instead, Output, Overflow, StoreWrite, Verdict, WhyNot};

/// How far the rules have come with a call that nobody answers.
///
/// ```text
///                 nothing can be done now
///   NotYet ───────────────────────────────► InVain ─┐ the same: asked again
///     │                                     │  ▲    │ whenever anything changes
///     │ a rule decides                      │  └────┘
///     └─────────────► Decided ◄─────────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Asked {
    /// It has not rung for so long.
    NotYet,
    /// What they asked for could not be done, or they asked for nothing; when that was so last.
    InVain(Instant),
    /// One has decided, for good: a call that rings again after that waits for the operator.
    Decided,
}

impl Asked {
    /// The rules have been asked.
    fn step(self, now: Instant, decided: bool) -> Self {
        match (self, decided) {
            (Self::NotYet | Self::InVain(_), false) => Self::InVain(now),
            (Self::NotYet | Self::InVain(_), true) | (Self::Decided, _) => Self::Decided,
        }
    }

    /// They have not been asked since this time, and are to be asked then. Later than that it is not the clock that
    /// makes something possible.
    fn waits_for(self, at: Instant) -> bool {
        match self {
            Self::NotYet => true,
            Self::InVain(last) => last < at,
            Self::Decided => false,
        }
    }
}

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

    /// Asks the rules about a call that rings, and does what they say. True if they said something.
    pub(super) fn overflow(&mut self, now: Instant, id: CallId) -> bool {
        let ringing = self.calls.get(&id).filter(|call| call.state == CallState::Ringing);
        let Some(call) = ringing else { return false };
        let arrival = Arrival {
            anonymous: call.who.anonymous,
            known: call.who.contact.is_some(),
            rung_for: now.since(call.began).as_secs(),
            ..self.arrival(now)
        };
        let decided = self.overflow.decide(arrival, |instead| self.possible(&call.state, instead));
        let wish = decided.and_then(|instead| self.wish_for(&instead).ok());
        wish.is_some_and(|wish| self.wish(now, id, wish).is_ok())
    }

    /// When the rules are to be asked about a call that has rung since `began`.
    fn overflow_at(&self, began: Instant) -> Instant {
        began + Duration::from_secs(self.overflow.after.into())
    }

    /// Asks the rules about calls that have rung for long, as often as something may have become possible.
    pub(super) fn settle_overflow(&mut self, now: Instant) {
        let due: Vec<_> = self
            .unanswered()
            .filter(|call| self.overflow_at(call.began) <= now)
            .map(|call| (call.id, call.asked))
            .collect();
        for (id, asked) in due {
            let decided = self.overflow(now, id);
            if let Some(call) = self.calls.get_mut(&id) {
                call.asked = asked.step(now, decided);
            }
        }
    }

    /// When the rules are to be asked next because time has passed.
    pub(super) fn overflow_deadline(&self) -> Option<Instant> {
        let waiting = self.unanswered().map(|call| (call.asked, self.overflow_at(call.began)));
        waiting.filter(|(asked, at)| asked.waits_for(*at)).map(|(_, at)| at).min()
    }

    /// Calls that a rule may take off the operator's hands because nobody answers them.
    fn unanswered(&self) -> impl Iterator<Item = &Call> {
        let is_set = self.overflow.unanswered != Instead::Ring;
        let rings = |call: &&Call| call.state == CallState::Ringing && call.asked != Asked::Decided;
        self.calls.values().filter(move |call| is_set && rings(call))
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
        let facts = self.facts();
        check(state, &self.wish_for(instead)?, facts)?;
        // An operator is rid of a call whatever the caller hears of it. A rule is there for the caller.
        if facts.connected { Ok(()) } else { Err(WhyNot::NotRegistered) }
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
