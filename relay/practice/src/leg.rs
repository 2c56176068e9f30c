//! A leg: one INVITE dialog with a console, from either side, and the table of its states.

use std::time::Instant;

use rsip::Request;

use crate::dialog::Dialog;
use crate::ids::{CallId, ConnId, HuntId, LegId, VoiceId};

/// Where a leg stands.
///
/// ```text
///  the console calls                       we call
///
///  Invited ──answer──► Answered            Calling ──1xx──► Ringing ──hang up──► Cancelling
///     │                 │    │ hang up        │  │ hang up     │ 2xx                 │
///     │ refuse,         │    ▼                │  ▼             │                     │ any final answer
///     │ CANCEL, BYE     │  Leaving            │ Quitting ──────┼──1xx───► Cancelling │ (2xx: ACK, BYE)
///     ▼                 │ACK  │ ACK: BYE      │2xx             ▼                     ▼
///   Gone                └─────┼───────────────┴──────────────► Up ──BYE, hang up──► Gone
///                             └──────────────────────────────────────────────────► Gone
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegState {
    /// The console's INVITE waits for our final answer.
    Invited,
    /// Our 2xx is out, its ACK is not in.
    Answered,
    /// As `Answered`, but the other side has left meanwhile.
    Leaving,
    /// Our INVITE is out.
    Calling,
    /// Our INVITE is being worked on.
    Ringing,
    /// To be cancelled once a provisional answer allows it (RFC 3261 §9.1).
    Quitting,
    /// CANCEL is out.
    Cancelling,
    /// Talking.
    Up,
    /// Over.
    Gone,
}

/// What happens to a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegEvent {
    /// A provisional answer to our INVITE.
    Progress,
    /// A 2xx to our INVITE.
    Accepted,
    /// Any other final answer to our INVITE.
    Refused,
    /// We answer the console's INVITE.
    Answer,
    /// We refuse the console's INVITE, or the console cancelled it.
    Refuse,
    /// The console's ACK.
    Acked,
    /// The console's BYE.
    ByeHeard,
    /// We want it over, whatever stage it is in.
    HangUp,
    /// What was waited for did not come, or the connection is gone.
    GiveUp,
}

/// What has to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegAct {
    Nothing,
    /// Refuse the INVITE that waits.
    Refuse,
    Cancel,
    Bye,
    AckAndBye,
}

impl LegState {
    /// The table.
    pub(crate) fn step(self, event: LegEvent) -> (Self, LegAct) {
        use LegAct::{AckAndBye, Bye, Cancel, Nothing, Refuse};
        use LegEvent as On;
        match self {
            Self::Invited => match event {
                On::Answer => (Self::Answered, Nothing),
                On::Refuse | On::GiveUp => (Self::Gone, Nothing),
                // A caller may BYE the early dialog; its INVITE still wants a final answer (RFC 3261 §15.1.2).
                On::ByeHeard | On::HangUp => (Self::Gone, Refuse),
                On::Progress | On::Accepted | On::Refused | On::Acked => (self, Nothing),
            },
            Self::Answered => match event {
                On::Acked => (Self::Up, Nothing),
                On::ByeHeard => (Self::Gone, Nothing),
                // The one who was called waits for the ACK with its BYE (RFC 3261 §15).
                On::HangUp => (Self::Leaving, Nothing),
                On::GiveUp => (Self::Gone, Bye),
                On::Progress | On::Accepted | On::Refused | On::Answer | On::Refuse => (self, Nothing),
            },
            Self::Leaving => match event {
                On::Acked | On::GiveUp => (Self::Gone, Bye),
                On::ByeHeard => (Self::Gone, Nothing),
                On::Progress | On::Accepted | On::Refused | On::Answer | On::Refuse | On::HangUp => {
                    (self, Nothing)
                }
            },
            Self::Calling => match event {
                On::Progress => (Self::Ringing, Nothing),
                On::Accepted => (Self::Up, Nothing),
                On::Refused | On::ByeHeard | On::GiveUp => (Self::Gone, Nothing),
                On::HangUp => (Self::Quitting, Nothing),
                On::Answer | On::Refuse | On::Acked => (self, Nothing),
            },
            Self::Ringing => match event {
                On::Accepted => (Self::Up, Nothing),
                On::Refused | On::ByeHeard | On::GiveUp => (Self::Gone, Nothing),
                On::HangUp => (Self::Cancelling, Cancel),
                On::Progress | On::Answer | On::Refuse | On::Acked => (self, Nothing),
            },
            Self::Quitting => match event {
                On::Progress => (Self::Cancelling, Cancel),
                On::Accepted => (Self::Gone, AckAndBye),
                On::Refused | On::ByeHeard | On::GiveUp => (Self::Gone, Nothing),
                On::Answer | On::Refuse | On::Acked | On::HangUp => (self, Nothing),
            },
            Self::Cancelling => match event {
                // The CANCEL and the answer crossed: the call is there, and is ended (RFC 3261 §9.1).
                On::Accepted => (Self::Gone, AckAndBye),
                On::Refused | On::ByeHeard | On::GiveUp => (Self::Gone, Nothing),
                On::Progress | On::Answer | On::Refuse | On::Acked | On::HangUp => (self, Nothing),
            },
            Self::Up => match event {
                On::ByeHeard => (Self::Gone, Nothing),
                On::HangUp | On::GiveUp => (Self::Gone, Bye),
                On::Progress | On::Accepted | On::Refused | On::Answer | On::Refuse | On::Acked => {
                    (self, Nothing)
                }
            },
            Self::Gone => (Self::Gone, Nothing),
        }
    }
}

/// Who is at the other end of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Far {
    /// Nobody yet, or nobody any more.
    Nobody,
    /// Somebody whose sound the exchange makes.
    Voice(VoiceId),
    /// Another console; the two talk directly.
    Leg(LegId),
}

/// Who takes the answer that comes with an ACK, when the offer was in our 2xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LateAnswer {
    Voice(VoiceId),
    /// The other leg's INVITE with this number waits for its ACK.
    Leg(LegId, u32),
}

/// One leg.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) call: CallId,
    pub(crate) conn: ConnId,
    /// Operator at the console.
    pub(crate) user: String,
    /// The console.
    pub(crate) instance: String,
    pub(crate) dialog: Dialog,
    /// Written by `Switch::step` alone.
    pub(crate) state: LegState,
    pub(crate) far: Far,
    /// The INVITE that opened the leg, from whichever side.
    pub(crate) invite: Request,
    /// Number of the console's last request (RFC 3261 §12.2.2).
    pub(crate) heard_sequence: u32,
    /// The console's re-INVITE that waits for our answer.
    pub(crate) reoffer: Option<Request>,
    /// A re-INVITE of ours waits for the console's answer.
    pub(crate) reinviting: bool,
    pub(crate) late_answer: Option<LateAnswer>,
    pub(crate) held: bool,
    /// The extension of the colleague whose phone rings, or who talks, at the other end.
    pub(crate) reaches: Option<&'static str>,
    /// Whose mailbox takes down what the console says.
    pub(crate) records: Option<String>,
    /// The company's line that was called.
    pub(crate) line: Option<&'static str>,
    /// When it began.
    pub(crate) since: Instant,
    /// The search that this leg is part of.
    pub(crate) hunt: Option<HuntId>,
    /// Why it is cancelled, if that is worth telling (RFC 3326).
    pub(crate) cancel_reason: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(start: LegState, events: &[LegEvent]) -> (LegState, Vec<LegAct>) {
        let mut state = start;
        let mut acts = Vec::new();
        for &event in events {
            let (next, act) = state.step(event);
            state = next;
            if act != LegAct::Nothing {
                acts.push(act);
            }
        }
        (state, acts)
    }

    #[test]
    fn a_cancel_waits_for_a_provisional_answer() {
        assert_eq!(walk(LegState::Calling, &[LegEvent::HangUp]), (LegState::Quitting, vec![]));
        assert_eq!(
            walk(LegState::Calling, &[LegEvent::HangUp, LegEvent::Progress, LegEvent::Refused]),
            (LegState::Gone, vec![LegAct::Cancel])
        );
    }

    #[test]
    fn an_answer_that_crosses_the_cancel_is_acknowledged_and_ended() {
        assert_eq!(
            walk(LegState::Calling, &[LegEvent::Progress, LegEvent::HangUp, LegEvent::Accepted]),
            (LegState::Gone, vec![LegAct::Cancel, LegAct::AckAndBye])
        );
    }

    #[test]
    fn a_goodbye_waits_for_the_ack_of_our_answer() {
        assert_eq!(
            walk(LegState::Invited, &[LegEvent::Answer, LegEvent::HangUp]),
            (LegState::Leaving, vec![])
        );
        assert_eq!(
            walk(LegState::Invited, &[LegEvent::Answer, LegEvent::HangUp, LegEvent::Acked]),
            (LegState::Gone, vec![LegAct::Bye])
        );
    }

    #[test]
    fn what_is_over_stays_over() {
        use LegEvent::{Accepted, Acked, Answer, ByeHeard, GiveUp, HangUp, Progress, Refuse, Refused};
        for event in [Progress, Accepted, Refused, Answer, Refuse, Acked, ByeHeard, HangUp, GiveUp] {
            assert_eq!(LegState::Gone.step(event), (LegState::Gone, LegAct::Nothing));
        }
    }
}
