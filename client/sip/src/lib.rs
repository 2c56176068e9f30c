//! A SIP user agent without I/O.

pub mod agent;
mod time;

pub use agent::*;
pub use time::Instant;
