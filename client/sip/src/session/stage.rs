//! How far a session has come, from INVITE to BYE, both ways (RFC 3261 §9, §13, §15).
//!
//! ```text
//!    ours: INVITE sent                                  theirs: INVITE received
//!          |                                                   |
//!          v           hang up                                 v
//!    +-----------+ ------------> +-------------+         +-----------+ -- CANCEL, BYE / 487 --> Over
//!    |  Calling  |               | HangUpWaits |         |  Ringing  | -- reject, no PRACK / refusal -> Over
//!    +-----------+               +-------------+         +-----------+
//!          | 1xx                     | 1xx / CANCEL            | accept / 2xx, repeat until ACK
//!          v           hang up       v                         v          hang up
//!    +------------+ ---------> +------------+            +-----------+ -------------> +----------+
//!    | Proceeding |   CANCEL   | Cancelling |            | AckWaits  |                | ByeWaits |
//!    +------------+            +------------+            +-----------+                +----------+
//!          | 2xx / ACK            | 2xx / ACK, BYE           | ACK   | no ACK / BYE       | ACK, no ACK
//!          |                      | 487 … --> Over           |       |                    |  / BYE
//!          |                      |                          |       v                    |
//!          |                      +------------------------->|----> +---------+ <---------+
//!          |                                                 |      | Closing | -- BYE answered --> Over
//!          |              +-------------+ <------------------+      +---------+
//!          +------------> | Established | -- hang up / BYE ------------^
//!                         +-------------+ -- BYE received --> Over
//! ```
//!
//! A refusal or a time-out of our INVITE leads to Over from every state on the left; a 2xx or an ACK that lacks the
//! SDP it owes leads to Closing. The desk is told the end as soon as it is decided; what is still to be said to the
//! far end (CANCEL, ACK, BYE) is said after that.

use serde::{Deserialize, Serialize};

use crate::table::Step;

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Our INVITE is sent; nothing was heard.
    Calling,
    /// We hung up before anything was heard: CANCEL has to wait for a provisional response (§9.1).
    HangUpWaits,
    /// Our INVITE is being worked on.
    Proceeding,
    /// CANCEL is sent; the final response of the INVITE is awaited.
    Cancelling,
    /// Their INVITE waits for our answer.
    Ringing,
    /// We accepted; the ACK is awaited.
    AckWaits,
    /// We accepted, then hung up: BYE has to wait for the ACK (§15).
    ByeWaits,
    /// Both sides agree that there is a session.
    Established,
    /// Our BYE is sent; its answer is awaited.
    Closing,
    /// Done.
    Over,
}

/// What happens to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A provisional response to our INVITE.
    Provisional,
    /// The first 2xx to our INVITE.
    Answered,
    /// The far end agreed, but its SDP is missing: there can be no session.
    Spoilt,
    /// A final refusal of our INVITE, after redirects and challenges.
    Refused,
    /// Our INVITE went out once more, with credentials or to another place.
    SentAgain,
    /// Nothing was heard to our INVITE or re-INVITE (408 as well, §12.2.1.2), or nothing final after CANCEL.
    Unanswered,
    /// We take their call.
    Accept,
    /// We refuse their call.
    Reject,
    /// The caller gave up.
    CancelReceived,
    /// Our 2xx was acknowledged.
    Acked,
    /// Our 2xx was never acknowledged.
    AckMissing,
    /// Our provisional response was never confirmed.
    PrackMissing,
    /// We end it, whatever it is.
    HangUp,
    /// The far end ended it.
    ByeReceived,
    /// The far end does not know the session any more (481 to a request of ours, §12.2.1.2).
    Unknown,
    /// Our BYE was answered, or never will be.
    ByeDone,
    /// The connection was lost and it cannot go on without.
    Lost,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Tell the desk of the provisional response.
    TellProgress,
    /// Acknowledge the 2xx.
    SendAck,
    /// Tell the desk of the answer.
    TellAnswered,
    /// Send CANCEL and wait 64*T1 at most.
    SendCancel,
    /// Send BYE.
    SendBye,
    /// Send the 2xx and repeat it until the ACK.
    SendAnswer,
    /// The 2xx need not be repeated any more.
    StopAnswer,
    /// Tell the desk that the call is up.
    TellEstablished,
    /// Refuse their INVITE with the status that was asked for.
    SendRefusal,
    /// Answer their INVITE with 487: the caller gave up.
    SendGivenUp,
    /// Tell the desk that it is over.
    TellEnded(End),
}

/// Which end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// We ended it.
    Local,
    /// The far end ended it.
    Remote,
    /// The caller gave up before we answered.
    GivenUp,
    /// Our INVITE was refused.
    Refused,
    /// Silence.
    TimedOut,
    /// The connection was lost.
    Lost,
}

impl Stage {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match self {
            Self::Calling | Self::Proceeding => self.step_inviting(event),
            Self::HangUpWaits | Self::Cancelling => self.step_taking_back(event),
            Self::Ringing => self.step_ringing(event),
            Self::AckWaits | Self::ByeWaits => self.step_unacknowledged(event),
            Self::Established => self.step_established(event),
            Self::Closing => match event {
                // A BYE that crosses ours ends it as well.
                Event::ByeDone | Event::ByeReceived | Event::Unknown => Step::new(Self::Over, &[]),
                Event::Lost
                | Event::Provisional
                | Event::Answered
                | Event::Spoilt
                | Event::Refused
                | Event::SentAgain
                | Event::Unanswered
                | Event::Accept
                | Event::Reject
                | Event::CancelReceived
                | Event::Acked
                | Event::AckMissing
                | Event::PrackMissing
                | Event::HangUp => Step::stay(self),
            },
            Self::Over => Step::stay(self),
        }
    }

    /// Our INVITE waits for its final response.
    fn step_inviting(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Provisional => Step::new(Self::Proceeding, &[Did::TellProgress]),
            Event::SentAgain => Step::new(Self::Calling, &[]),
            Event::Answered => Step::new(Self::Established, &[Did::SendAck, Did::TellAnswered]),
            Event::Spoilt => {
                Step::new(Self::Closing, &[Did::SendAck, Did::TellEnded(End::Refused), Did::SendBye])
            }
            Event::Refused => Step::new(Self::Over, &[Did::TellEnded(End::Refused)]),
            Event::Unanswered => Step::new(Self::Over, &[Did::TellEnded(End::TimedOut)]),
            Event::Lost => Step::new(Self::Over, &[Did::TellEnded(End::Lost)]),
            // §9.1: no CANCEL before a provisional response.
            Event::HangUp if self == Self::Calling => {
                Step::new(Self::HangUpWaits, &[Did::TellEnded(End::Local)])
            }
            Event::HangUp => Step::new(Self::Cancelling, &[Did::TellEnded(End::Local), Did::SendCancel]),
            // A callee may not send BYE before its 2xx is acknowledged (§15), but some do, and they mean it.
            Event::ByeReceived if self == Self::Calling => {
                Step::new(Self::HangUpWaits, &[Did::TellEnded(End::Remote)])
            }
            Event::ByeReceived => {
                Step::new(Self::Cancelling, &[Did::TellEnded(End::Remote), Did::SendCancel])
            }
            Event::Accept
            | Event::Reject
            | Event::CancelReceived
            | Event::Acked
            | Event::AckMissing
            | Event::PrackMissing
            | Event::Unknown
            | Event::ByeDone => Step::stay(self),
        }
    }

    /// We want our INVITE back; the desk has been told so.
    fn step_taking_back(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Provisional if self == Self::HangUpWaits => {
                Step::new(Self::Cancelling, &[Did::SendCancel])
            }
            // The 200 crossed our CANCEL: it is a session now and has to be ended as one (§9.1).
            Event::Answered | Event::Spoilt => Step::new(Self::Closing, &[Did::SendAck, Did::SendBye]),
            Event::Refused | Event::Unanswered | Event::Lost => Step::new(Self::Over, &[]),
            Event::Provisional
            | Event::SentAgain
            | Event::HangUp
            | Event::ByeReceived
            | Event::Accept
            | Event::Reject
            | Event::CancelReceived
            | Event::Acked
            | Event::AckMissing
            | Event::PrackMissing
            | Event::Unknown
            | Event::ByeDone => Step::stay(self),
        }
    }

    /// Their INVITE waits for us.
    fn step_ringing(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Accept => Step::new(Self::AckWaits, &[Did::SendAnswer]),
            Event::Reject | Event::HangUp => {
                Step::new(Self::Over, &[Did::SendRefusal, Did::TellEnded(End::Local)])
            }
            // §15.1.2: a BYE for a call that still rings ends the INVITE like a CANCEL.
            Event::CancelReceived | Event::ByeReceived => {
                Step::new(Self::Over, &[Did::SendGivenUp, Did::TellEnded(End::GivenUp)])
            }
            Event::Lost => Step::new(Self::Over, &[Did::TellEnded(End::Lost)]),
            Event::PrackMissing => Step::new(Self::Over, &[Did::SendRefusal, Did::TellEnded(End::TimedOut)]),
            Event::Provisional
            | Event::Answered
            | Event::Spoilt
            | Event::Refused
            | Event::SentAgain
            | Event::Unanswered
            | Event::Acked
            | Event::AckMissing
            | Event::Unknown
            | Event::ByeDone => Step::stay(self),
        }
    }

    /// Our 2xx is on its way.
    fn step_unacknowledged(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Acked if self == Self::AckWaits => {
                Step::new(Self::Established, &[Did::StopAnswer, Did::TellEstablished])
            }
            Event::Spoilt if self == Self::AckWaits => {
                Step::new(Self::Closing, &[Did::StopAnswer, Did::TellEnded(End::Refused), Did::SendBye])
            }
            Event::Acked | Event::Spoilt => Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye]),
            // §13.3.1.4: a session that was never acknowledged is ended by BYE.
            Event::AckMissing if self == Self::AckWaits => {
                Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye, Did::TellEnded(End::TimedOut)])
            }
            Event::AckMissing => Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye]),
            Event::HangUp if self == Self::AckWaits => {
                Step::new(Self::ByeWaits, &[Did::TellEnded(End::Local)])
            }
            Event::ByeReceived if self == Self::AckWaits => {
                Step::new(Self::Over, &[Did::StopAnswer, Did::TellEnded(End::Remote)])
            }
            Event::ByeReceived => Step::new(Self::Over, &[Did::StopAnswer]),
            Event::Lost if self == Self::AckWaits => {
                Step::new(Self::Over, &[Did::StopAnswer, Did::TellEnded(End::Lost)])
            }
            Event::Lost => Step::new(Self::Over, &[Did::StopAnswer]),
            // A CANCEL that comes after our 2xx has no effect (§9.2).
            Event::CancelReceived
            | Event::HangUp
            | Event::Provisional
            | Event::Answered
            | Event::Refused
            | Event::SentAgain
            | Event::Unanswered
            | Event::Accept
            | Event::Reject
            | Event::PrackMissing
            | Event::Unknown
            | Event::ByeDone => Step::stay(self),
        }
    }

    /// The session is up.
    fn step_established(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::HangUp => {
                Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye, Did::TellEnded(End::Local)])
            }
            // The 2xx of a re-INVITE was never acknowledged (§14.2).
            Event::AckMissing => {
                Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye, Did::TellEnded(End::TimedOut)])
            }
            Event::ByeReceived => Step::new(Self::Over, &[Did::StopAnswer, Did::TellEnded(End::Remote)]),
            // §12.2.1.2: ended by BYE, for the sake of those who merely say so. Whoever hangs up says BYE himself; this
            // one has lost the call.
            Event::Unknown => {
                Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye, Did::TellEnded(End::Lost)])
            }
            Event::Unanswered => {
                Step::new(Self::Closing, &[Did::StopAnswer, Did::SendBye, Did::TellEnded(End::TimedOut)])
            }
            Event::Lost => Step::new(Self::Over, &[Did::StopAnswer, Did::TellEnded(End::Lost)]),
            // The 2xx of a re-INVITE was acknowledged.
            Event::Acked => Step::new(self, &[Did::StopAnswer]),
            Event::CancelReceived
            | Event::Provisional
            | Event::Answered
            | Event::Spoilt
            | Event::Refused
            | Event::SentAgain
            | Event::Accept
            | Event::Reject
            | Event::PrackMissing
            | Event::ByeDone => Step::stay(self),
        }
    }

    /// The desk knows of this session and may act on it.
    pub(crate) fn is_alive(self) -> bool {
        match self {
            Self::Calling | Self::Proceeding | Self::Ringing | Self::AckWaits | Self::Established => true,
            Self::HangUpWaits | Self::Cancelling | Self::ByeWaits | Self::Closing | Self::Over => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(start: Stage, events: &[Event]) -> (Stage, Vec<Did>) {
        let mut all = Vec::new();
        let state = events.iter().fold(start, |state, event| {
            let step = state.step(*event);
            all.extend(step.did);
            step.state
        });
        (state, all)
    }

    #[test]
    fn cancel_waits_for_a_provisional_response() {
        let (state, did) = run(Stage::Calling, &[Event::HangUp]);
        assert_eq!(did, [Did::TellEnded(End::Local)]);
        assert_eq!(run(state, &[Event::Provisional]), (Stage::Cancelling, vec![Did::SendCancel]));
    }

    #[test]
    fn a_200_that_crosses_the_cancel_is_acknowledged_and_ended() {
        for before in [&[Event::HangUp][..], &[Event::Provisional, Event::HangUp]] {
            let (state, _) = run(Stage::Calling, before);
            assert_eq!(run(state, &[Event::Answered]), (Stage::Closing, vec![Did::SendAck, Did::SendBye]));
        }
    }

    #[test]
    fn hanging_up_before_the_ack_sends_bye_only_after_it() {
        let (state, did) = run(Stage::Ringing, &[Event::Accept, Event::HangUp]);
        assert!(!did.contains(&Did::SendBye));
        for next in [Event::Acked, Event::AckMissing] {
            assert!(run(state, &[next]).1.contains(&Did::SendBye));
        }
    }

    #[test]
    fn a_bye_is_honoured_in_every_stage() {
        for (stage, told) in [
            (Stage::Calling, Some(End::Remote)),
            (Stage::Proceeding, Some(End::Remote)),
            (Stage::Ringing, Some(End::GivenUp)),
            (Stage::AckWaits, Some(End::Remote)),
            (Stage::Established, Some(End::Remote)),
            (Stage::ByeWaits, None),
            (Stage::Closing, None),
        ] {
            let (after, did) = run(stage, &[Event::ByeReceived]);
            assert!(!after.is_alive(), "{stage:?}");
            let ends = [End::Local, End::Remote, End::GivenUp, End::Refused, End::TimedOut, End::Lost];
            let end = ends.into_iter().find(|end| did.contains(&Did::TellEnded(*end)));
            assert_eq!(end, told, "{stage:?}");
        }
    }

    #[test]
    fn the_end_is_told_exactly_once_whatever_happens() {
        let events = [
            Event::Provisional,
            Event::Answered,
            Event::Spoilt,
            Event::Refused,
            Event::SentAgain,
            Event::Unanswered,
            Event::Accept,
            Event::Reject,
            Event::CancelReceived,
            Event::Acked,
            Event::AckMissing,
            Event::PrackMissing,
            Event::HangUp,
            Event::ByeReceived,
            Event::Unknown,
            Event::ByeDone,
            Event::Lost,
        ];
        for start in [Stage::Calling, Stage::Ringing] {
            for first in events {
                for second in events {
                    for third in events {
                        let (state, did) = run(start, &[first, second, third]);
                        let told = did.iter().filter(|did| matches!(did, Did::TellEnded(_))).count();
                        assert_eq!(
                            told,
                            usize::from(!state.is_alive()),
                            "{start:?} {first:?} {second:?} {third:?}"
                        );
                    }
                }
            }
        }
    }
}
