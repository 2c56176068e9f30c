//! The INVITE client transaction: RFC 3261 figure 5 with the Accepted state of RFC 6026 §7.2.
//!
//! ```text
//!                       INVITE sent / start B
//!                                |
//!                                v           B fires, transport lost / tell
//!                          +-----------+ ---------------------------------------------+
//!          300-699         |  Calling  |                                              |
//!    +-- / ACK, tell ----- +-----------+ ---- 2xx / tell, start M --+                 |
//!    |                           | 1xx / stop B, tell               |                 |
//!    |                           v                                  |                 |
//!    |     300-699         +------------+ -- 1xx / tell             |                 |
//!    +-- / ACK, tell ----- | Proceeding | ---- 2xx / tell, start M -+                 |
//!    |                     +------------+ ---- transport lost / tell ------------+    |
//!    |                                                              |            |    |
//!    |                                    2xx / tell                v            |    |
//!    |                                        +-----------> +----------+         |    |
//!    |                                        +------------ | Accepted | -- M -+ |    |
//!    v                                                      +----------+       | |    |
//!  (Completed: Timer D is zero on a reliable transport) -----------------+     | |    |
//!                                                                        v     v v    v
//!                                                                      +--------------+
//!                                                                      |  Terminated  |
//!                                                                      +--------------+
//! ```
//!
//! Over a WebSocket nothing is re-sent (Timer A is off) and Completed is passed through at once (Timer D is zero,
//! RFC 3261 §17.1.1.2). A late copy of a final response finds no transaction and is dropped.

use serde::{Deserialize, Serialize};

use super::{Answer, Did, Step, Timer};

/// Where an INVITE of ours stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum InviteClient {
    /// Sent; nothing heard yet. Timer B runs.
    Calling,
    /// A provisional response came; the session decides how long to wait.
    Proceeding,
    /// A 2xx came; more may, from other branches. Timer M runs.
    Accepted,
    /// Done.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A response of this class came.
    Response(Answer),
    /// Timer B: nothing was heard for 64*T1.
    TimerB,
    /// Timer M: no further 2xx will come.
    TimerM,
    /// The connection is gone.
    TransportLost,
}

impl InviteClient {
    /// State and action of a transaction just begun.
    pub(crate) fn start() -> Step<Self> {
        Step::new(Self::Calling, &[Did::Send, Did::Start(Timer::B)])
    }

    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self> {
        match self {
            Self::Calling => match event {
                Event::Response(Answer::Provisional) => {
                    Step::new(Self::Proceeding, &[Did::Stop(Timer::B), Did::TellResponse])
                }
                Event::Response(Answer::Success) => {
                    Step::new(Self::Accepted, &[Did::Stop(Timer::B), Did::TellResponse, Did::Start(Timer::M)])
                }
                // The ACK of a refusal belongs to the transaction, not to the session (§17.1.1.3).
                Event::Response(Answer::Failure) => {
                    Step::new(Self::Terminated, &[Did::Stop(Timer::B), Did::SendAck, Did::TellResponse])
                }
                Event::TimerB => Step::new(Self::Terminated, &[Did::TellTimeout]),
                Event::TransportLost => Step::new(Self::Terminated, &[Did::Stop(Timer::B), Did::TellLost]),
                Event::TimerM => Step::stay(self),
            },
            Self::Proceeding => match event {
                Event::Response(Answer::Provisional) => Step::new(self, &[Did::TellResponse]),
                Event::Response(Answer::Success) => {
                    Step::new(Self::Accepted, &[Did::TellResponse, Did::Start(Timer::M)])
                }
                Event::Response(Answer::Failure) => {
                    Step::new(Self::Terminated, &[Did::SendAck, Did::TellResponse])
                }
                Event::TransportLost => Step::new(Self::Terminated, &[Did::TellLost]),
                Event::TimerB | Event::TimerM => Step::stay(self),
            },
            Self::Accepted => match event {
                // RFC 6026 §7.2: copies and other branches' 2xx go up; the session sends each its ACK.
                Event::Response(Answer::Success) => Step::new(self, &[Did::TellResponse]),
                Event::TimerM => Step::new(Self::Terminated, &[]),
                // The answer is there already; a lost connection takes nothing away from it.
                Event::Response(Answer::Provisional | Answer::Failure)
                | Event::TimerB
                | Event::TransportLost => Step::stay(self),
            },
            Self::Terminated => match event {
                Event::Response(_) | Event::TimerB | Event::TimerM | Event::TransportLost => Step::stay(self),
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
    use Answer::{Failure, Provisional, Success};

    fn run(events: &[Event]) -> (InviteClient, Vec<Did>) {
        let mut step = InviteClient::start();
        let mut all = step.did.to_vec();
        for event in events {
            step = step.state.step(*event);
            all.extend(step.did);
        }
        (step.state, all)
    }

    #[test]
    fn a_call_that_rings_and_is_answered_takes_every_2xx_until_timer_m() {
        let (state, did) = run(&[
            Event::Response(Provisional),
            Event::Response(Provisional),
            Event::Response(Success),
            Event::Response(Success),
        ]);
        assert_eq!(state, InviteClient::Accepted);
        assert_eq!(did.iter().filter(|did| **did == Did::TellResponse).count(), 4);
        assert!(did.contains(&Did::Start(Timer::M)));
        assert_eq!(state.step(Event::TimerM).state, InviteClient::Terminated);
    }

    #[test]
    fn a_refusal_is_acknowledged_by_the_transaction_in_every_state_that_waits() {
        for before in [&[][..], &[Event::Response(Provisional)]] {
            let mut events = before.to_vec();
            events.push(Event::Response(Failure));
            let (state, did) = run(&events);
            assert_eq!(state, InviteClient::Terminated);
            assert!(did.contains(&Did::SendAck));
        }
    }

    #[test]
    fn silence_ends_by_timer_b_but_not_once_it_rings() {
        let (state, did) = run(&[Event::TimerB]);
        assert_eq!(state, InviteClient::Terminated);
        assert!(did.contains(&Did::TellTimeout));
        assert_eq!(run(&[Event::Response(Provisional), Event::TimerB]).0, InviteClient::Proceeding);
    }

    #[test]
    fn a_lost_connection_ends_a_call_that_waits_but_not_one_that_is_answered() {
        assert_eq!(run(&[Event::TransportLost]).0, InviteClient::Terminated);
        let ringing = run(&[Event::Response(Provisional), Event::TransportLost]);
        assert_eq!(ringing.0, InviteClient::Terminated);
        assert!(ringing.1.contains(&Did::TellLost));
        assert_eq!(run(&[Event::Response(Success), Event::TransportLost]).0, InviteClient::Accepted);
    }

    #[test]
    fn after_the_end_nothing_happens() {
        for event in [Event::Response(Success), Event::TimerB, Event::TimerM, Event::TransportLost] {
            let step = InviteClient::Terminated.step(event);
            assert!(step.state.is_over() && step.did.is_empty());
        }
    }
}
