//! Stories of one agent and a far end that says what the story wants, in virtual time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::too_many_lines,
    reason = "a story stops where something is not as it should be"
)]

mod authentication;
mod being_called;
mod calling;
mod cancelling;
mod early_media;
mod far_end;
mod identity;
mod keep_alive;
mod leaving;
mod makes;
mod many_subscriptions;
mod media_change;
mod noise;
mod odd_requests;
mod packages;
mod publishing;
mod races;
mod referred;
mod registration;
mod reliable;
mod replacing;
mod saved_state;
mod servers;
mod session_timer;
mod told_unasked;
mod trace;
mod transfer;
mod turns;
mod two_agents;
mod watching;
mod watching_on;
