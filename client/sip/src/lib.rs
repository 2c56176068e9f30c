//! A SIP user agent without I/O.

pub mod agent;
pub mod digest;
pub mod message;
pub mod sdp;
mod secret;
mod time;
pub mod uri;

pub use agent::*;
pub use secret::Secret;
pub use time::Instant;
