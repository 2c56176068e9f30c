//! The server transaction of every method but INVITE: RFC 3261 figure 8.
//!
//! ```text
//!            request / tell
//!                  |
//!                  v
//!             +----------+ -- request / nothing
//!             |  Trying  | -- 200-699 of ours / send, start J --+
//!             +----------+                                      |
//!                  | 1xx of ours / send                         v
//!                  v                                      +-----------+ -- request / re-send
//!            +------------+ -- request / re-send          | Completed | -- J fires --+
//!            | Proceeding | -- 200-699 / send, start J -> +-----------+              |
//!            +------------+                                                          v
//!                                                                             +------------+
//!                                                                             | Terminated |
//!                                                                             +------------+
//! ```
//!
//! Timer J is zero on a reliable transport (§17.2.2). We keep the answer for 64*T1 all the same: a proxy that
//! bridges UDP to our WebSocket may pass copies on, and a request must not be carried out twice.

use serde::{Deserialize, Serialize};

use super::{Answer, Did, Step, Timer};

/// Where a request from the far end stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Server {
    /// Nothing sent yet.
    Trying,
    /// A provisional response was sent.
    Proceeding,
    /// Answered. Timer J runs.
    Completed,
    /// Done.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The same request came once more.
    Retransmission,
    /// We send a response of this class.
    Respond(Answer),
    /// Timer J: no copies of the request will come any more.
    TimerJ,
}

impl Server {
    /// State and action of a transaction just begun.
    pub(crate) fn start() -> Step<Self> {
        Step::new(Self::Trying, &[Did::TellRequest])
    }

    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self> {
        match self {
            Self::Trying => match event {
                Event::Retransmission | Event::TimerJ => Step::stay(self),
                Event::Respond(Answer::Provisional) => Step::new(Self::Proceeding, &[Did::Send]),
                Event::Respond(Answer::Success | Answer::Failure) => {
                    Step::new(Self::Completed, &[Did::Send, Did::Start(Timer::J)])
                }
            },
            Self::Proceeding => match event {
                Event::Retransmission => Step::new(self, &[Did::ResendResponse]),
                Event::Respond(Answer::Provisional) => Step::new(self, &[Did::Send]),
                Event::Respond(Answer::Success | Answer::Failure) => {
                    Step::new(Self::Completed, &[Did::Send, Did::Start(Timer::J)])
                }
                Event::TimerJ => Step::stay(self),
            },
            Self::Completed => match event {
                Event::Retransmission => Step::new(self, &[Did::ResendResponse]),
                Event::TimerJ => Step::new(Self::Terminated, &[]),
                Event::Respond(_) => Step::stay(self),
            },
            Self::Terminated => match event {
                Event::Retransmission | Event::Respond(_) | Event::TimerJ => Step::stay(self),
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
    fn a_copy_gets_the_answer_again_and_a_second_answer_is_not_sent() {
        let answered = Server::Trying.step(Event::Respond(Answer::Success));
        assert_eq!(answered.did, &[Did::Send, Did::Start(Timer::J)]);
        assert_eq!(answered.state.step(Event::Retransmission).did, &[Did::ResendResponse]);
        assert!(answered.state.step(Event::Respond(Answer::Failure)).did.is_empty());
        assert!(answered.state.step(Event::TimerJ).state.is_over());
    }

    #[test]
    fn before_any_answer_a_copy_is_swallowed() {
        assert!(Server::Trying.step(Event::Retransmission).did.is_empty());
        let proceeding = Server::Trying.step(Event::Respond(Answer::Provisional)).state;
        assert_eq!(proceeding.step(Event::Retransmission).did, &[Did::ResendResponse]);
        assert_eq!(proceeding.step(Event::Respond(Answer::Failure)).state, Server::Completed);
    }
}
