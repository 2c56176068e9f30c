//! A SIP user agent without I/O.

mod agent;
mod ascii;
mod auth;
mod dialog;
pub mod digest;
mod event;
mod identity;
mod keep_alive;
pub mod message;
mod random;
mod refer;
mod register;
pub mod sdp;
mod secret;
mod session;
mod table;
mod time;
mod timer;
mod transaction;
pub mod uri;
mod wire;

pub use agent::Agent;
pub use event::*;
pub use secret::Secret;
pub use time::Instant;
