//! Stories of a house: the real desk with its real user agent, and a telephone system that has the habits of those
//! in the field. One thread, one clock that the story turns, no sockets.
//!
//! The telephone system reads and builds every frame with rsip, so two implementations of SIP that have no line in
//! common meet on each of them. The page keeps to what a browser's RTCPeerConnection allows. After every step the
//! board that the page has pieced together is compared with the one that a page would be given that opens now, and
//! every story ends with the day: whatever is left behind anywhere fails it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a story that cannot go on has failed, and says where"
)]

mod house;
mod page;
mod pbx;
mod sdp;

mod answering;
mod calling;
mod holding;
mod identity;
mod registration;
mod several_calls;
mod staying_up;
mod transferring;
