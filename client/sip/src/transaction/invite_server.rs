//! The INVITE server transaction: RFC 3261 figure 7 with the Accepted state of RFC 6026 §7.1.
//!
//! ```text
//!                            INVITE / tell, 100
//!                                    |
//!                                    v
//!                             +------------+ -- INVITE / re-send last response
//!        300-699 of ours      | Proceeding | -- 101-199 of ours / send
//!     +--- / send, start H -- +------------+ -- 2xx of ours / send, start L ---+
//!     |                                                                        |
//!     v                                                                        v
//!  +-----------+ -- INVITE / re-send                  INVITE / nothing -- +----------+
//!  | Completed | -- ACK / stop H ---+              2xx of ours / send --- | Accepted |
//!  +-----------+ -- H fires / tell -+                   ACK / tell ------ +----------+
//!                                   |                                          |
//!    (Timer I is zero when reliable)|                                          | L fires
//!                                   v                                          |
//!                             +------------+ <---------------------------------+
//!                             | Terminated |
//!                             +------------+
//! ```
//!
//! Timer G is off: on a reliable transport a refusal is not re-sent by the clock (§17.2.1). A 2xx is, but by the
//! session (§13.3.1.4), so here it is just sent again whenever the session says so.

use serde::{Deserialize, Serialize};

use super::{Answer, Did, Step, Timer};

/// Where an INVITE from the far end stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum InviteServer {
    /// We have not answered finally.
    Proceeding,
    /// We refused; the ACK is awaited. Timer H runs.
    Completed,
    /// We accepted; the session waits for the ACK. Timer L runs.
    Accepted,
    /// Done.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The same INVITE came once more.
    Retransmission,
    /// The session sends a response of this class.
    Respond(Answer),
    /// The ACK of a refusal came: same branch as the INVITE.
    Ack,
    /// Timer H: no ACK for 64*T1.
    TimerH,
    /// Timer L: no copies of the INVITE will come any more.
    TimerL,
}

impl InviteServer {
    /// State and action of a transaction just begun.
    pub(crate) fn start() -> Step<Self> {
        Step::new(Self::Proceeding, &[Did::TellRequest])
    }

    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self> {
        match self {
            Self::Proceeding => match event {
                Event::Retransmission => Step::new(self, &[Did::ResendResponse]),
                Event::Respond(Answer::Provisional) => Step::new(self, &[Did::Send]),
                Event::Respond(Answer::Success) => {
                    Step::new(Self::Accepted, &[Did::Send, Did::Start(Timer::L)])
                }
                Event::Respond(Answer::Failure) => {
                    Step::new(Self::Completed, &[Did::Send, Did::Start(Timer::H)])
                }
                Event::Ack | Event::TimerH | Event::TimerL => Step::stay(self),
            },
            Self::Completed => match event {
                Event::Retransmission => Step::new(self, &[Did::ResendResponse]),
                Event::Ack => Step::new(Self::Terminated, &[Did::Stop(Timer::H)]),
                Event::TimerH => Step::new(Self::Terminated, &[]),
                // One final response is all there is.
                Event::Respond(_) | Event::TimerL => Step::stay(self),
            },
            Self::Accepted => match event {
                // RFC 6026 §7.1: swallowed, since the session re-sends its 2xx anyway.
                Event::Retransmission => Step::stay(self),
                Event::Respond(Answer::Success) => Step::new(self, &[Did::Send]),
                Event::TimerL => Step::new(Self::Terminated, &[]),
                // The ACK of a 2xx has a branch of its own and goes to the session; a sender that kept
                // the branch of its INVITE means the same.
                Event::Ack => Step::new(self, &[Did::TellAck]),
                Event::Respond(Answer::Provisional | Answer::Failure) | Event::TimerH => Step::stay(self),
            },
            Self::Terminated => match event {
                Event::Retransmission | Event::Respond(_) | Event::Ack | Event::TimerH | Event::TimerL => {
                    Step::stay(self)
                }
            },
        }
    }

    /// Nothing can happen any more.
    pub(crate) fn is_over(self) -> bool {
        self == Self::Terminated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_sent_again_for_each_copy_of_the_invite_until_its_ack() {
        let refused = InviteServer::Proceeding.step(Event::Respond(Answer::Failure));
        assert_eq!(refused.did, &[Did::Send, Did::Start(Timer::H)]);
        assert_eq!(refused.state.step(Event::Retransmission).did, &[Did::ResendResponse]);
        let acknowledged = refused.state.step(Event::Ack);
        assert_eq!(
            (acknowledged.state, acknowledged.did),
            (InviteServer::Terminated, &[Did::Stop(Timer::H)][..])
        );
    }

    #[test]
    fn without_an_ack_timer_h_ends_a_refusal() {
        assert!(InviteServer::Completed.step(Event::TimerH).state.is_over());
    }

    #[test]
    fn after_a_2xx_copies_of_the_invite_are_swallowed_and_the_2xx_may_be_sent_again() {
        let accepted = InviteServer::Proceeding.step(Event::Respond(Answer::Success)).state;
        assert!(accepted.step(Event::Retransmission).did.is_empty());
        assert_eq!(accepted.step(Event::Respond(Answer::Success)).did, &[Did::Send]);
        assert!(accepted.step(Event::Respond(Answer::Failure)).did.is_empty());
        assert_eq!(accepted.step(Event::Ack).did, &[Did::TellAck]);
        assert!(accepted.step(Event::TimerL).state.is_over());
    }

    #[test]
    fn while_it_rings_a_copy_gets_the_last_provisional_response() {
        let ringing = InviteServer::Proceeding.step(Event::Respond(Answer::Provisional));
        assert_eq!((ringing.state, ringing.did), (InviteServer::Proceeding, &[Did::Send][..]));
        assert_eq!(ringing.state.step(Event::Retransmission).did, &[Did::ResendResponse]);
    }
}
