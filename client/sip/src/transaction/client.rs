//! The client transaction of every method but INVITE: RFC 3261 figure 6.
//!
//! ```text
//!                 request sent / start F
//!                          |
//!                          v
//!                     +----------+ --- 200-699 / stop F, tell ---------------------+
//!                     |  Trying  | --- F fires / tell ---------------------------+ |
//!                     +----------+ --- transport lost / stop F, tell ----------+ | |
//!                          | 1xx / tell                                        | | |
//!                          v                                                   v v v
//!                    +------------+ -- 200-699, F, transport lost as above  +------------+
//!                    | Proceeding | --------------------------------------> | Terminated |
//!                    +------------+ -- 1xx / tell                           +------------+
//! ```
//!
//! Over a WebSocket Timer E is off and Timer K is zero, so Completed is passed through at once (§17.1.2.2).

use serde::{Deserialize, Serialize};

use super::{Answer, Did, Step, Timer};

/// Where a request of ours stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Client {
    /// Sent; nothing heard yet. Timer F runs.
    Trying,
    /// A provisional response came. Timer F runs on.
    Proceeding,
    /// Done.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A response of this class came.
    Response(Answer),
    /// Timer F: no final response for 64*T1.
    TimerF,
    /// The connection is gone.
    TransportLost,
}

impl Client {
    /// State and action of a transaction just begun.
    pub(crate) fn start() -> Step<Self> {
        Step::new(Self::Trying, &[Did::Send, Did::Start(Timer::F)])
    }

    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self> {
        match self {
            Self::Trying | Self::Proceeding => match event {
                Event::Response(Answer::Provisional) => Step::new(Self::Proceeding, &[Did::TellResponse]),
                Event::Response(Answer::Success | Answer::Failure) => {
                    Step::new(Self::Terminated, &[Did::Stop(Timer::F), Did::TellResponse])
                }
                Event::TimerF => Step::new(Self::Terminated, &[Did::TellTimeout]),
                Event::TransportLost => Step::new(Self::Terminated, &[Did::Stop(Timer::F), Did::TellLost]),
            },
            Self::Terminated => match event {
                Event::Response(_) | Event::TimerF | Event::TransportLost => Step::stay(self),
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
    fn a_final_response_ends_it_whether_or_not_a_provisional_came_before() {
        let trying = Client::start().state;
        let proceeding = trying.step(Event::Response(Answer::Provisional)).state;
        assert_eq!(proceeding, Client::Proceeding);
        for state in [trying, proceeding] {
            for answer in [Answer::Success, Answer::Failure] {
                let step = state.step(Event::Response(answer));
                assert!(step.state.is_over());
                assert_eq!(step.did, &[Did::Stop(Timer::F), Did::TellResponse]);
            }
        }
    }

    #[test]
    fn timer_f_runs_on_after_a_provisional_response() {
        let step = Client::Proceeding.step(Event::TimerF);
        assert_eq!((step.state, step.did), (Client::Terminated, &[Did::TellTimeout][..]));
    }

    #[test]
    fn a_lost_connection_is_told_once() {
        let step = Client::Trying.step(Event::TransportLost);
        assert!(step.did.contains(&Did::TellLost));
        assert!(step.state.step(Event::TransportLost).did.is_empty());
    }
}
