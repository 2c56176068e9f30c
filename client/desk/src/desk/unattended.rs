//! Calls that are answered by themselves, as the caller's side asks (RFC 5373): where the account allows it, and nobody
//! talks. The operator hears a stroke and reads whom the microphone is open to.

use std::time::Duration;

use cordboard_sip::Instant;

use super::Desk;
use crate::call::Wish;
use crate::who::called;
use crate::{Notice, Output, PageOutput, Ring};

impl Desk {
    /// When a call that has just come in is answered by itself, if so many seconds are asked for.
    pub(super) fn answers_itself_at(&self, now: Instant, after: Option<u32>) -> Option<Instant> {
        let seconds = after.filter(|_| self.shift.as_ref().is_some_and(|shift| shift.answers_itself()))?;
        Some(now + Duration::from_secs(u64::from(seconds)))
    }

    /// Answers what is to be answered by itself now. Whoever finds the operator talking rings on like any other.
    pub(super) fn answer_unattended(&mut self, now: Instant) {
        let due = self.calls.values_mut();
        let due: Vec<_> =
            due.filter_map(|call| call.answers_itself.take_if(|at| *at <= now).map(|_| call.id)).collect();
        for id in due {
            // What rings no more cannot be answered.
            if self.floor.is_some() || self.wish(now, id, Wish::Answer).is_err() {
                continue;
            }
            if let Some(host) = self.pages.host() {
                self.outputs.push_back(Output::Tell(host, PageOutput::Ring(Ring::Answered)));
            }
            if let Some(who) = self.calls.get(&id).map(|call| called(&call.who)) {
                self.tell(now, Notice::AnsweredItself { who });
            }
        }
    }
}
