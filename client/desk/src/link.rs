//! The link to the PBX: the socket, tried again without end, and how far the registration above it has come.

use std::time::Duration;

use cordboard_sip::{Instant, Registration};
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::{LinkState, LinkView, SocketLoss};

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Socket {
    /// Nobody wants it.
    Idle,
    /// Being opened, until then at the latest.
    Opening { until: Instant },
    /// Frames can go.
    Open,
    /// Lost, or never opened. `retry_at` is `None` when trying again is pointless.
    Down { loss: SocketLoss, retry_at: Option<Instant> },
}

/// What happens to the socket.
enum SocketEvent {
    Wanted,
    Unwanted,
    Opened,
    Lost(SocketLoss),
    TimeCame,
}

/// What is to be done about the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkDeed {
    /// Open it.
    Connect,
    /// Close it.
    Disconnect,
}

/// Pauses between tries, seconds; the last one for ever after.
const PAUSES: [u64; 6] = [1, 2, 4, 8, 16, 30];
/// How long a browser may take to open a socket.
const OPENING: Duration = Duration::from_secs(15);

/// The link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    socket: Socket,
    /// The operator wants to be registered.
    wanted: bool,
    /// Tries since the last registration that succeeded.
    tries: usize,
    registration: Registration,
    /// Since when the operator can, or cannot, be called.
    since: Instant,
}

impl Link {
    pub(crate) fn new(now: Instant) -> Self {
        Self { socket: Socket::Idle, wanted: false, tries: 0, registration: Registration::Off, since: now }
    }

    /// The operator wants to be registered, or asks to try at once.
    pub(crate) fn want(&mut self, now: Instant, chance: &mut Chance) -> Option<LinkDeed> {
        if !self.wanted {
            self.wanted = true;
            self.since = now;
        }
        self.try_again(now, chance)
    }

    /// Somebody needs the socket, whether or not the operator wants to be registered.
    pub(crate) fn try_again(&mut self, now: Instant, chance: &mut Chance) -> Option<LinkDeed> {
        self.step(now, SocketEvent::Wanted, chance)
    }

    /// The engine has begun again: the socket is gone, and the next one waits until somebody is known to be signed in.
    pub(crate) fn begin_again(&mut self, now: Instant) {
        if self.is_registered() {
            self.since = now;
        }
        self.socket = Socket::Down { loss: SocketLoss::NotSignedIn, retry_at: None };
    }

    /// The operator leaves the registration. The socket stays for what is still to be said.
    pub(crate) fn leave(&mut self, now: Instant) {
        if self.wanted {
            self.wanted = false;
            self.since = now;
        }
    }

    /// The operator wants to be registered.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Nobody needs the socket any more.
    pub(crate) fn let_go(&mut self, now: Instant, chance: &mut Chance) -> Option<LinkDeed> {
        self.step(now, SocketEvent::Unwanted, chance)
    }

    /// The socket opened.
    pub(crate) fn opened(&mut self, now: Instant, chance: &mut Chance) -> Option<LinkDeed> {
        self.step(now, SocketEvent::Opened, chance)
    }

    /// The socket was lost, or could not be opened.
    pub(crate) fn lost(&mut self, now: Instant, loss: SocketLoss, chance: &mut Chance) -> Option<LinkDeed> {
        self.step(now, SocketEvent::Lost(loss), chance)
    }

    /// Looks whether a wait is over.
    pub(crate) fn look_at_clock(&mut self, now: Instant, chance: &mut Chance) -> Option<LinkDeed> {
        if self.deadline().is_some_and(|at| at <= now) {
            self.step(now, SocketEvent::TimeCame, chance)
        } else {
            None
        }
    }

    /// The registration changed.
    pub(crate) fn registration_changed(&mut self, now: Instant, registration: Registration) {
        let was = self.is_registered();
        self.registration = registration;
        if self.is_registered() {
            self.tries = 0;
        }
        if was != self.is_registered() {
            self.since = now;
        }
    }

    /// The PBX sends calls here.
    pub(crate) fn is_registered(&self) -> bool {
        match self.registration {
            Registration::Registered { .. } => self.is_open(),
            Registration::Off | Registration::Registering | Registration::Failed { .. } => false,
        }
    }

    /// Frames can go.
    pub(crate) fn is_open(&self) -> bool {
        self.socket == Socket::Open
    }

    /// Nothing of the registration is left at the PBX, or nothing can be done about it.
    pub(crate) fn has_left(&self) -> bool {
        match self.registration {
            Registration::Off | Registration::Failed { .. } => true,
            Registration::Registering | Registration::Registered { .. } => !self.is_open(),
        }
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.socket {
            Socket::Opening { until } => Some(until),
            Socket::Down { retry_at, .. } => retry_at,
            Socket::Idle | Socket::Open => None,
        }
    }

    fn step(&mut self, now: Instant, event: SocketEvent, chance: &mut Chance) -> Option<LinkDeed> {
        match event {
            SocketEvent::Wanted => match self.socket {
                Socket::Idle | Socket::Down { .. } => Some(self.open(now)),
                Socket::Opening { .. } | Socket::Open => None,
            },
            SocketEvent::Unwanted => match self.socket {
                Socket::Opening { .. } | Socket::Open => {
                    self.socket = Socket::Idle;
                    Some(LinkDeed::Disconnect)
                }
                Socket::Idle | Socket::Down { .. } => {
                    self.socket = Socket::Idle;
                    None
                }
            },
            SocketEvent::Opened => match self.socket {
                Socket::Opening { .. } | Socket::Down { .. } | Socket::Open => {
                    self.socket = Socket::Open;
                    None
                }
                // It was let go in the meantime.
                Socket::Idle => Some(LinkDeed::Disconnect),
            },
            SocketEvent::Lost(loss) => match self.socket {
                Socket::Opening { .. } | Socket::Open => {
                    self.go_down(now, loss, chance);
                    None
                }
                Socket::Idle | Socket::Down { .. } => None,
            },
            SocketEvent::TimeCame => match self.socket {
                Socket::Opening { .. } => {
                    self.go_down(now, SocketLoss::RelayUnreachable, chance);
                    Some(LinkDeed::Disconnect)
                }
                Socket::Down { .. } => Some(self.open(now)),
                Socket::Idle | Socket::Open => None,
            },
        }
    }

    fn open(&mut self, now: Instant) -> LinkDeed {
        self.socket = Socket::Opening { until: now + OPENING };
        LinkDeed::Connect
    }

    fn go_down(&mut self, now: Instant, loss: SocketLoss, chance: &mut Chance) {
        if self.is_registered() {
            self.since = now;
        }
        let pause = PAUSES.get(self.tries).or(PAUSES.last()).copied().unwrap_or_default();
        self.tries = self.tries.saturating_add(1);
        let retry_at = match loss {
            // Only the operator can sign in again.
            SocketLoss::NotSignedIn => None,
            SocketLoss::RelayUnreachable | SocketLoss::PbxUnreachable | SocketLoss::Closed { .. } => {
                Some(now + chance.around(Duration::from_secs(pause)))
            }
        };
        self.socket = Socket::Down { loss, retry_at };
    }

    /// The link as painted: the lowest layer that is down.
    pub(crate) fn view(&self) -> LinkView {
        if !self.wanted {
            return LinkView { state: LinkState::Off, since: self.since, retry_at: None };
        }
        let (state, retry_at) = match &self.socket {
            Socket::Idle | Socket::Opening { .. } => (LinkState::Connecting, None),
            Socket::Down { loss, retry_at } => (LinkState::SocketDown(loss.clone()), *retry_at),
            Socket::Open => match &self.registration {
                Registration::Off | Registration::Registering => (LinkState::Registering, None),
                Registration::Registered { .. } => (LinkState::Registered, None),
                Registration::Failed { why, retry_at } => {
                    (LinkState::RegistrationFailed(why.clone()), *retry_at)
                }
            },
        };
        LinkView { state, since: self.since, retry_at }
    }
}
