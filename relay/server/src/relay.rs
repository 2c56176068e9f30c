//! What the parts of the relay share: the configuration, who is signed in, which tunnels and channels are open.

use std::fmt;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use crate::assets::Assets;
use crate::config::{Admission, Config, User, UserName};
use crate::sign_in::{LockOut, PasswordHash, Passwords, Sessions};
use crate::team::Rooms;
use crate::tunnel::{BadAuthority, Dialer, Seats};

/// One running relay.
pub struct Relay {
    pub(crate) config: Config,
    pub(crate) assets: Assets,
    pub(crate) sessions: Sessions,
    pub(crate) lock_out: Mutex<LockOut>,
    pub(crate) passwords: Passwords,
    pub(crate) dialer: Dialer,
    pub(crate) seats: Arc<Seats>,
    pub(crate) team_seats: Arc<Seats>,
    pub(crate) rooms: Arc<Rooms>,
    stopping: watch::Sender<bool>,
}

/// A relay cannot be made of this configuration.
#[derive(Debug)]
pub struct CannotBuild(BadAuthority);

impl fmt::Display for CannotBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for CannotBuild {}

impl Relay {
    /// A relay that serves these files with this configuration.
    ///
    /// # Errors
    /// The certificates of `upstream_ca` cannot be used.
    pub fn new(config: Config, assets: Assets) -> Result<Arc<Self>, CannotBuild> {
        let dialer = Dialer::new(&config).map_err(CannotBuild)?;
        Ok(Arc::new(Self {
            sessions: Sessions::new(config.sessions),
            lock_out: Mutex::new(LockOut::new(config.lock_out)),
            passwords: Passwords::new(config.users.values().find_map(password).cloned()),
            seats: Seats::new(config.tunnels.per_operator),
            team_seats: Seats::new(config.tunnels.per_operator),
            rooms: Arc::default(),
            stopping: watch::Sender::new(false),
            dialer,
            config,
            assets,
        }))
    }

    /// The operator of this name.
    pub(crate) fn user(&self, name: &str) -> Option<&User> {
        self.config.users.get(&UserName::try_from(name.to_owned()).ok()?)
    }

    /// Waits until the relay is told to stop.
    pub(crate) async fn stopping(&self) {
        // An error would mean that the relay is gone, and it is borrowed here.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// Tells all tunnels to end.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

/// The password an operator must show, if any.
pub(crate) fn password(user: &User) -> Option<&PasswordHash> {
    match &user.admission {
        Admission::Password(hash) => Some(hash),
        Admission::OneClick => None,
    }
}
