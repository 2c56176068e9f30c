//! The JSON that relay and client speak.
//!
//! One definition of each message, compiled into both sides. Paths are listed in [`path`]; every refusal is a [`Problem`].

use serde::{Deserialize, Serialize};

mod provision;
mod sign_in;
mod team;
mod tunnel;

pub use provision::*;
pub use sign_in::*;
pub use team::*;
pub use tunnel::*;

/// Where each message goes. All paths are relative to the relay's origin.
pub mod path {
    /// `GET` → [`Welcome`](crate::Welcome): what the sign-in page needs to know before anybody is known.
    pub const WELCOME: &str = "/api/welcome";
    /// `POST` [`SignIn`](crate::SignIn) → [`SignedIn`](crate::SignedIn) and a session cookie.
    pub const SIGN_IN: &str = "/api/sign-in";
    /// `POST`, no body → 204; ends the session that the cookie names.
    pub const SIGN_OUT: &str = "/api/sign-out";
    /// `GET` → [`Provision`](crate::Provision) for the signed-in operator, or 401.
    pub const PROVISION: &str = "/api/provision";
    /// `GET` → the sound file for callers on hold, for signed-in operators; 404 if there is none.
    pub const HOLD_MUSIC: &str = "/api/hold-music";
    /// WebSocket, subprotocol `sip`: the tunnel to the PBX; 401 without a session.
    pub const TUNNEL: &str = "/sip";
    /// Names, in the query of [`TUNNEL`], which of the relay's servers is to be tried first.
    const SERVER: &str = "server=";

    /// The tunnel that tries the relay's servers from this one on, counted from 0; beyond the end of the list it begins
    /// anew.
    pub fn tunnel_to(server: u32) -> String {
        if server == 0 { TUNNEL.to_owned() } else { format!("{TUNNEL}?{SERVER}{server}") }
    }

    /// The server that the query of a request for [`TUNNEL`] names; what cannot be read means the first.
    pub fn server_in(query: &str) -> u32 {
        let named = query.split('&').find_map(|piece| piece.strip_prefix(SERVER));
        named.and_then(|server| server.parse().ok()).unwrap_or(0)
    }
    /// WebSocket, JSON as text: [`TeamSaid`](crate::TeamSaid) from the console, [`TeamTold`](crate::TeamTold) to it; 401
    /// without a session, 404 for an operator without a team.
    pub const TEAM: &str = "/api/team";
    /// `GET` → 200 while the relay runs.
    pub const HEALTH: &str = "/healthz";
}

/// Why the relay refused, in a form the client can put into words in the operator's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What went wrong.
    pub code: ProblemCode,
    /// One English sentence for logs and for people who call the API by hand.
    pub message: String,
}

/// The refusals that a client can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// User unknown or password wrong; which of the two is not told.
    WrongPassword,
    /// Too many failures; try again later.
    LockedOut,
    /// No session, or it has expired: sign in again.
    NotSignedIn,
    /// The request came from a page that is not the relay's own.
    ForeignOrigin,
    /// The request could not be read.
    BadRequest,
    /// A fault of the relay's own.
    Internal,
}
