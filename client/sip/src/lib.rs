//! A SIP user agent without I/O.
//!
//! [`Agent`] is the way in: frames, acts and the time go in, frames, events and the next deadline come out. Messages
//! are read and printed by a crate of their own. The folders are the RFCs: `transaction` matches and times (RFC 3261 §17),
//! `dialog` remembers (§12), `session` agrees (§13-§15, RFC 3264), `register`, `refer`, `subscription`, `publication` and
//! `keep_alive` are what their names say; `package` reads what NOTIFYs tell; `trace` keeps what went over the wire. Each
//! state machine is one table in one file, drawn above its enum; `agent` carries out what they decide.

#![warn(missing_docs)]

mod agent;
mod alert;
mod auth;
mod dialog;
pub mod digest;
mod encoded_word;
mod event;
mod identity;
mod keep_alive;
pub mod package;
mod publication;
mod random;
mod refer;
mod referred;
mod register;
pub mod sdp;
mod secret;
mod servers;
mod session;
mod subscription;
mod table;
mod time;
mod timer;
pub mod trace;
mod transaction;
mod wire;

pub use agent::Agent;
pub use cordboard_message as message;
pub use cordboard_message::uri;
pub use event::*;
pub use secret::Secret;
pub use time::Instant;
