//! A socket of the relay's, tried again without end: one for SIP and one for the team.

use std::time::Duration;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};

use crate::SocketLoss;
use crate::chance::Chance;

/// Where the socket stands.
///
/// ```text
///             wanted                 opened
///    Idle ───────────► Opening ─────────────────► Open
///     ▲                 │  ▲                       │
///     │ unwanted        │  │ wait is over,         │ lost
///     │ (from anywhere) │  │ or Try now            │
///     └──────┐     lost ▼  │                       │
///            └───────── Down ◄─────────────────────┘
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Nobody wants it.
    #[default]
    Idle,
    /// Being opened, until then at the latest.
    Opening { until: Instant },
    /// Frames can go.
    Open,
    /// Lost, or never opened. `retry_at` is `None` when trying again is pointless.
    Down { loss: SocketLoss, retry_at: Option<Instant> },
}

/// What happens to the socket.
enum Event {
    Wanted,
    Unwanted,
    Opened,
    Lost(SocketLoss),
    TimeCame,
}

/// What is to be done about the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SocketDeed {
    /// Open it.
    Connect,
    /// Close it.
    Disconnect,
}

/// Pauses between tries, seconds; the last one for ever after.
const PAUSES: [u64; 6] = [1, 2, 4, 8, 16, 30];
/// How long a browser may take to open a socket.
const OPENING: Duration = Duration::from_secs(15);

/// The socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Socket {
    stage: Stage,
    /// Tries since it was last of use.
    tries: usize,
}

impl Socket {
    /// Somebody needs it, now.
    pub(crate) fn want(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.step(now, Event::Wanted, chance)
    }

    /// Nobody needs it any more.
    pub(crate) fn let_go(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.step(now, Event::Unwanted, chance)
    }

    /// It opened.
    pub(crate) fn opened(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.step(now, Event::Opened, chance)
    }

    /// It was lost, or could not be opened.
    pub(crate) fn lost(&mut self, now: Instant, loss: SocketLoss, chance: &mut Chance) -> Option<SocketDeed> {
        self.step(now, Event::Lost(loss), chance)
    }

    /// Looks whether a wait is over.
    pub(crate) fn look_at_clock(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        if self.deadline().is_some_and(|at| at <= now) {
            self.step(now, Event::TimeCame, chance)
        } else {
            None
        }
    }

    /// It was of use: should it be lost again, that is a new beginning.
    pub(crate) fn is_good(&mut self) {
        self.tries = 0;
    }

    /// The engine has begun again: the socket is gone, and the next one waits until somebody is known to be signed in.
    pub(crate) fn begin_again(&mut self) {
        self.stage = Stage::Down { loss: SocketLoss::NotSignedIn, retry_at: None };
    }

    /// Frames can go.
    pub(crate) fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// Where it stands.
    pub(crate) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Opening { until } => Some(until),
            Stage::Down { retry_at, .. } => retry_at,
            Stage::Idle | Stage::Open => None,
        }
    }

    fn step(&mut self, now: Instant, event: Event, chance: &mut Chance) -> Option<SocketDeed> {
        match event {
            Event::Wanted => match self.stage {
                Stage::Idle | Stage::Down { .. } => Some(self.open(now)),
                Stage::Opening { .. } | Stage::Open => None,
            },
            Event::Unwanted => match self.stage {
                Stage::Opening { .. } | Stage::Open => {
                    self.stage = Stage::Idle;
                    Some(SocketDeed::Disconnect)
                }
                Stage::Idle | Stage::Down { .. } => {
                    self.stage = Stage::Idle;
                    None
                }
            },
            Event::Opened => match self.stage {
                Stage::Opening { .. } | Stage::Down { .. } | Stage::Open => {
                    self.stage = Stage::Open;
                    None
                }
                // It was let go in the meantime.
                Stage::Idle => Some(SocketDeed::Disconnect),
            },
            Event::Lost(loss) => match self.stage {
                Stage::Opening { .. } | Stage::Open => {
                    self.go_down(now, loss, chance);
                    None
                }
                Stage::Idle | Stage::Down { .. } => None,
            },
            Event::TimeCame => match self.stage {
                Stage::Opening { .. } => {
                    self.go_down(now, SocketLoss::RelayUnreachable, chance);
                    Some(SocketDeed::Disconnect)
                }
                Stage::Down { .. } => Some(self.open(now)),
                Stage::Idle | Stage::Open => None,
            },
        }
    }

    fn open(&mut self, now: Instant) -> SocketDeed {
        self.stage = Stage::Opening { until: now + OPENING };
        SocketDeed::Connect
    }

    fn go_down(&mut self, now: Instant, loss: SocketLoss, chance: &mut Chance) {
        let pause = PAUSES.get(self.tries).or(PAUSES.last()).copied().unwrap_or_default();
        self.tries = self.tries.saturating_add(1);
        let retry_at = match loss {
            // Only the operator can sign in again.
            SocketLoss::NotSignedIn => None,
            SocketLoss::RelayUnreachable | SocketLoss::PbxUnreachable | SocketLoss::Closed { .. } => {
                Some(now + chance.around(Duration::from_secs(pause)))
            }
        };
        self.stage = Stage::Down { loss, retry_at };
    }
}
