//! What the relay is to do: read from one TOML file, checked whole before anything is served.
//!
//! `file` is the file as it is written, [`Mistake`] is what can be wrong with it, and [`Config`] is what the rest of the
//! relay works with: texts parsed, files read, references resolved. The practice exchange makes a `Config` of its own.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cordboard_wire::{Account, DirectorySeed, IceServer, Line, Numbering, Operator};

mod file;
mod hold_music;
mod mistake;
mod read;
mod text;

pub use hold_music::{HoldMusic, SoundFile};
pub use mistake::{Mistake, Wrong};
pub use text::{CrmPage, PublicUrl, Upstream};
pub(crate) use text::{TeamName, UserName};

use crate::sign_in::PasswordHash;

/// Everything the relay was told.
pub struct Config {
    /// Where to listen, if the file says so.
    pub listen: Option<SocketAddr>,
    /// The address under which browsers see the console; without it, plain http under whatever host they ask for.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// The company or desk, for the sign-in page.
    pub company: String,
    /// The PBX's WebSockets, tried in this order.
    pub upstreams: Vec<Upstream>,
    /// The only certificates (PEM) that a `wss://` upstream may be signed by; without it, those that browsers know.
    pub(crate) upstream_ca: Option<PathBuf>,
    /// The operators by the name they sign in with.
    pub(crate) users: BTreeMap<UserName, User>,
    /// What callers dial.
    pub lines: Vec<Line>,
    /// How numbers are written.
    pub numbering: Numbering,
    /// Directories for every operator.
    pub directories: Vec<DirectorySeed>,
    /// STUN and TURN servers.
    pub ice_servers: Vec<IceServer>,
    /// How long sessions last.
    pub sessions: SessionTimes,
    /// How many wrong passwords are borne.
    pub(crate) lock_out: LockOutLimits,
    /// How tunnels are kept.
    pub tunnels: TunnelLimits,
    /// True when the far side is the practice exchange.
    pub practice: bool,
    /// What callers hear while they are on hold.
    pub hold_music: HoldMusic,
    /// The page of the CRM about a caller.
    pub crm: Option<CrmPage>,
}

/// One operator.
pub(crate) struct User {
    pub(crate) operator: Operator,
    pub(crate) account: Account,
    pub(crate) admission: Admission,
    /// Whose calls they see, and who see theirs.
    pub(crate) team: Option<TeamName>,
}

/// What an operator must show to be let in.
pub(crate) enum Admission {
    /// The password with this hash.
    Password(PasswordHash),
    /// Nothing: a practice operator.
    OneClick,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct SessionTimes {
    /// Without any request and without an open tunnel.
    pub idle: Duration,
    /// In any case.
    pub absolute: Duration,
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self { idle: Duration::from_secs(60 * 60), absolute: Duration::from_secs(24 * 60 * 60) }
    }
}

/// How many wrong passwords are borne.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LockOutLimits {
    /// For one user, from anywhere.
    pub(crate) per_user: u32,
    /// From one address, for any user.
    pub(crate) per_address: u32,
    /// How long nothing may have been tried before the count is forgotten.
    pub(crate) lock_out: Duration,
}

impl Default for LockOutLimits {
    fn default() -> Self {
        Self { per_user: 5, per_address: 20, lock_out: Duration::from_secs(5 * 60) }
    }
}

/// How tunnels are kept.
#[derive(Clone, Copy, Debug)]
pub struct TunnelLimits {
    /// Open at a time for one operator.
    pub per_operator: u32,
    /// Between two pings, to either side.
    pub ping: Duration,
    /// How long a side may be silent, or refuse to take a frame, before it is given up. Longer than `ping`.
    pub silence: Duration,
    /// How long one upstream may take to accept a connection.
    pub connect: Duration,
}

impl Default for TunnelLimits {
    fn default() -> Self {
        Self {
            per_operator: 4,
            ping: Duration::from_secs(25),
            silence: Duration::from_secs(60),
            connect: Duration::from_secs(5),
        }
    }
}

impl Config {
    /// Reads and checks a configuration file and the files it names, which are relative to its folder.
    ///
    /// # Errors
    /// The first mistake, with file, line, key and what to do.
    pub fn load(path: &Path) -> Result<Self, Mistake> {
        let text = std::fs::read_to_string(path).map_err(|cause| Mistake::unreadable(path, cause))?;
        Self::parse(&text, path)
    }

    /// Checks the text of a configuration file. `path` is named in mistakes, and its folder is where other files are.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, Mistake> {
        read::Reader { text, path }.read()
    }
}

#[cfg(test)]
mod tests;
