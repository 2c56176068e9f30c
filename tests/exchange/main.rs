//! The client's user agent and the practice exchange with nothing between them but a WebSocket: two implementations meet
//! on every frame.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a story stops where something is not as it should be"
)]

mod calling;
mod console;
mod desk;
mod watching;
