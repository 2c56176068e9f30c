//! How a practice exchange is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::digest::Algorithm;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where consoles connect; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address that voices send and receive sound at. Browsers elsewhere need one that they can reach.
    pub media: IpAddr,
    /// SIP domain, also the realm of the challenges.
    pub domain: String,
    /// Who may register.
    pub operators: Vec<Operator>,
    /// How many telephones stand beside the colleagues', from extension [`Settings::FIRST_TELEPHONE`] on: nobody ever uses
    /// them, but all can be watched.
    pub telephones: u16,
    /// Hashes offered in challenges, the preferred first (RFC 8760 §2.4).
    pub algorithms: Vec<Algorithm>,
    /// Challenge each new call, subscription and publication with 407 too, as most exchanges do.
    pub challenge_calls: bool,
    /// A caller rings all registered operators this often, at once; `None` for never.
    pub ring_every: Option<Duration>,
    /// How long a caller lets it ring, and how long an extension rings before 480.
    pub patience: Duration,
    /// How long a colleague needs to pick up.
    pub pick_up: Duration,
    /// Somebody outside rings one of the colleagues this often, so that their phones ring and are busy by turns;
    /// `None` for never.
    pub stir_every: Option<Duration>,
    /// How long a colleague who is busy by turns stays busy, and then free.
    pub turn: Duration,
    /// How long a call stays parked before it comes back to whoever parked it.
    pub park: Duration,
    /// How long a caller talks before hanging up.
    pub talk: Duration,
    /// How long a call of a console that has lost its connection is kept.
    pub keep_lost: Duration,
}

impl Settings {
    /// The extension of the first of the telephones that nobody uses.
    pub const FIRST_TELEPHONE: u32 = 10_000;

    /// One of the telephones that nobody uses has this extension.
    pub(crate) fn has_telephone(&self, extension: &str) -> bool {
        let number =
            extension.parse::<u32>().ok().and_then(|number| number.checked_sub(Self::FIRST_TELEPHONE));
        number.is_some_and(|number| number < self.telephones.into())
    }
}

/// Somebody who may register.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// User part of the address of record, and digest user.
    pub user: String,
    /// Digest password.
    pub password: String,
    /// Display name that those who are called see.
    pub name: String,
    /// Number by which others reach the operator; the user part works too.
    pub extension: String,
}

// The password must not reach a log through a derived `Debug`.
impl std::fmt::Debug for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operator")
            .field("user", &self.user)
            .field("extension", &self.extension)
            .finish_non_exhaustive()
    }
}

impl Operator {
    /// An operator whose console is reached at `extension`.
    pub fn new(user: &str, password: &str, name: &str, extension: &str) -> Self {
        Self { user: user.into(), password: password.into(), name: name.into(), extension: extension.into() }
    }
}

impl Default for Settings {
    /// A free port on this machine, nobody to register, nobody who rings by himself.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            media: Ipv4Addr::LOCALHOST.into(),
            domain: "practice.invalid".into(),
            operators: Vec::new(),
            telephones: 0,
            algorithms: vec![Algorithm::Sha256, Algorithm::Md5],
            challenge_calls: true,
            ring_every: None,
            patience: Duration::from_secs(30),
            pick_up: Duration::from_secs(2),
            stir_every: None,
            turn: Duration::from_secs(30),
            park: Duration::from_secs(60),
            talk: Duration::from_secs(120),
            keep_lost: Duration::from_secs(60),
        }
    }
}
