//! Is the other end of the socket still there? RFC 5626 §4.4.1 over a WebSocket.
//!
//! ```text
//!               connected / ping at once
//!    +------+ ------------------------------> +---------+ -- heard nothing in time / drop --> Off
//!    | Idle |                                 | Pinging |
//!    +------+ <-- anything heard / start ---- +---------+
//!       |  ^                                      ^
//!       |  +-- anything heard / nothing           |
//!       +---------- pause over / ping ------------+
//! ```
//!
//! A ping is CRLFCRLF, its answer CRLF. A server that never answers the first one on a connection, though it says
//! other things, is taken not to know CRLF keep-alive, and gets OPTIONS instead: browsers cannot send WebSocket pings.
//!
//! The RFC's pause of 25 to 30 s would notice a dead socket after 40 s. Callers who ring an attendant that long are
//! gone, so the pause is 4 to 5 s and the patience 4 s: a dead socket is known within 9 s, at the price of four bytes
//! a ping. Anything that is received proves life as well as the answer does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::table::Step;

/// Shortest and longest pause between the sign of life and the next ping.
const PAUSE: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(5));
/// How long an answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);
/// A timer that comes this late was held up by a sleeping machine: the answer may lie unread before us.
pub(crate) const SLEPT: Duration = Duration::from_secs(2);

/// Where the probing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// There is no connection.
    Off,
    /// The other end lived a moment ago.
    Idle,
    /// A ping is out.
    Pinging,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The socket opened.
    Connected,
    /// The socket closed.
    Disconnected,
    /// Something was received.
    Heard,
    /// It is time for the next ping.
    PauseOver,
    /// The answer is overdue.
    PatienceOver,
    /// The answer is overdue, but there is reason to ask once more: the machine slept, or the server may not know
    /// this kind of ping.
    Doubted,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Send a ping and start waiting.
    Ping,
    /// Start the pause.
    StartPause,
    /// Stop both timers.
    StopTimers,
    /// The connection is dead.
    Drop,
}

impl Stage {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match self {
            Self::Off => match event {
                Event::Connected => Step::new(Self::Pinging, &[Did::Ping]),
                Event::Disconnected
                | Event::Heard
                | Event::PauseOver
                | Event::PatienceOver
                | Event::Doubted => Step::stay(self),
            },
            Self::Idle => match event {
                Event::PauseOver => Step::new(Self::Pinging, &[Did::Ping]),
                Event::Disconnected => Step::new(Self::Off, &[Did::StopTimers]),
                Event::Connected | Event::Heard | Event::PatienceOver | Event::Doubted => Step::stay(self),
            },
            Self::Pinging => match event {
                Event::Heard => Step::new(Self::Idle, &[Did::StopTimers, Did::StartPause]),
                Event::PatienceOver => Step::new(Self::Off, &[Did::StopTimers, Did::Drop]),
                Event::Doubted => Step::new(self, &[Did::Ping]),
                Event::Disconnected => Step::new(Self::Off, &[Did::StopTimers]),
                Event::Connected | Event::PauseOver => Step::stay(self),
            },
        }
    }
}

/// What the server on this connection answers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Probe {
    /// Not known: the first CRLFCRLF of this connection is out.
    #[default]
    Untried,
    /// It answers CRLFCRLF.
    Crlf,
    /// It does not; OPTIONS it is.
    Options,
}

/// The bounds of the pause between pings. `flow_timer` is what the server named (RFC 5626 §4.4): it must hear from us
/// within so many seconds, so a pause is 80 to 100 % of a shorter one, less the time that a ping may take.
pub(crate) fn pause(flow_timer: Option<u32>) -> (Duration, Duration) {
    let (least, most) = PAUSE;
    match flow_timer.filter(|seconds| *seconds > 0) {
        Some(seconds) => {
            let named = Duration::from_secs(u64::from(seconds));
            (least.min(named * 4 / 5), most.min(named))
        }
        None => PAUSE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_socket_is_known_in_under_ten_seconds() {
        assert!(PAUSE.1 + PATIENCE < Duration::from_secs(10));
    }

    #[test]
    fn silence_after_a_ping_drops_the_connection_once() {
        let pinging = Stage::Idle.step(Event::PauseOver);
        assert_eq!(pinging.did, &[Did::Ping]);
        let dropped = pinging.state.step(Event::PatienceOver);
        assert!(dropped.did.contains(&Did::Drop));
        assert!(dropped.state.step(Event::PatienceOver).did.is_empty());
    }

    #[test]
    fn anything_heard_proves_life() {
        let step = Stage::Pinging.step(Event::Heard);
        assert_eq!((step.state, step.did), (Stage::Idle, &[Did::StopTimers, Did::StartPause][..]));
    }

    #[test]
    fn with_doubt_it_asks_again_before_it_gives_up() {
        let step = Stage::Pinging.step(Event::Doubted);
        assert_eq!((step.state, step.did), (Stage::Pinging, &[Did::Ping][..]));
    }

    #[test]
    fn a_shorter_flow_timer_is_honoured() {
        assert_eq!(pause(None), PAUSE);
        assert_eq!(pause(Some(120)), PAUSE);
        assert_eq!(pause(Some(2)), (Duration::from_millis(1600), Duration::from_secs(2)));
    }
}
