//! The link to the PBX: the socket, and how far the registration above it has come.

use std::time::Duration;

use cordboard_sip::{Instant, Registration};
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::socket::{Socket, SocketDeed, Stage};
use crate::{LinkState, LinkView, SocketLoss};

/// The link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    socket: Socket,
    /// The operator wants to be registered.
    wanted: bool,
    registration: Registration,
    /// Since when the operator can, or cannot, be called.
    since: Instant,
    /// Nobody needs the socket but for goodbyes, and they have until then.
    closes_at: Option<Instant>,
}

/// How long the telephone system may take over goodbyes. It asks for the password anew within a second, if at all.
const GOODBYES: Duration = Duration::from_secs(4);

impl Link {
    pub(crate) fn new(now: Instant) -> Self {
        let (socket, registration) = (Socket::default(), Registration::Off);
        Self { socket, wanted: false, registration, since: now, closes_at: None }
    }

    /// The operator wants to be registered, or asks to try at once.
    pub(crate) fn want(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        if !self.wanted {
            self.wanted = true;
            self.since = now;
        }
        self.try_again(now, chance)
    }

    /// Somebody needs the socket, whether or not the operator wants to be registered.
    pub(crate) fn try_again(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.socket.want(now, chance)
    }

    /// The engine has begun again: the socket is gone, and the next one waits until somebody is known to be signed in.
    pub(crate) fn begin_again(&mut self, now: Instant) {
        if self.is_registered() {
            self.since = now;
        }
        self.socket.begin_again();
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

    /// Somebody needs the socket.
    pub(crate) fn is_needed(&mut self) {
        self.closes_at = None;
    }

    /// Nobody needs the socket but for goodbyes; true while there is time for them.
    pub(crate) fn has_time_for_goodbyes(&mut self, now: Instant) -> bool {
        self.is_open() && now < *self.closes_at.get_or_insert(now + GOODBYES)
    }

    /// Nobody needs the socket any more.
    pub(crate) fn let_go(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.closes_at = None;
        self.socket.let_go(now, chance)
    }

    /// The socket opened.
    pub(crate) fn opened(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.socket.opened(now, chance)
    }

    /// The socket was lost, or could not be opened.
    pub(crate) fn lost(&mut self, now: Instant, loss: SocketLoss, chance: &mut Chance) -> Option<SocketDeed> {
        self.watched(now, |socket| socket.lost(now, loss, chance))
    }

    /// Looks whether a wait is over.
    pub(crate) fn look_at_clock(&mut self, now: Instant, chance: &mut Chance) -> Option<SocketDeed> {
        self.watched(now, |socket| socket.look_at_clock(now, chance))
    }

    /// Notes when a registration ends with its socket.
    fn watched(
        &mut self,
        now: Instant,
        change: impl FnOnce(&mut Socket) -> Option<SocketDeed>,
    ) -> Option<SocketDeed> {
        let was = self.is_registered();
        let deed = change(&mut self.socket);
        if was && !self.is_registered() {
            self.since = now;
        }
        deed
    }

    /// The registration changed.
    pub(crate) fn registration_changed(&mut self, now: Instant, registration: Registration) {
        let was = self.is_registered();
        self.registration = registration;
        if self.is_registered() {
            self.socket.is_good();
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
        self.socket.is_open()
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.socket.deadline().into_iter().chain(self.closes_at).min()
    }

    /// The link as painted: the lowest layer that is down.
    pub(crate) fn view(&self) -> LinkView {
        if !self.wanted {
            return LinkView { state: LinkState::Off, since: self.since, retry_at: None };
        }
        let (state, retry_at) = match self.socket.stage() {
            Stage::Idle | Stage::Opening { .. } => (LinkState::Connecting, None),
            Stage::Down { loss, retry_at } => (LinkState::SocketDown(loss.clone()), *retry_at),
            Stage::Open => match &self.registration {
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
