//! The harness of the stories: a loopback of their own, a real browser, a real PBX and real telephones.
//!
//! A story is a `#[test]` that calls [`story`]. Everything it starts lives in a network namespace made for it alone,
//! so ports are fixed, stories do not meet, and nothing is left behind.
#![allow(
    clippy::indexing_slicing,
    reason = "a JSON value asked for a key that it lacks is null; a panic fails one story"
)]

pub mod baresip;
pub mod browser;
pub mod console;
pub mod devtools;
pub mod ear;
pub mod gate;
pub mod kamailio;
pub mod keys;
mod namespace;
pub mod office;
pub mod page;
pub mod phone;
pub mod pjsua;
pub mod process;
pub mod relay;
pub mod rtpengine;
pub mod sipp;
pub mod sound;
mod story;
pub mod wait;
pub mod web_telephone;
pub mod wiretap;

pub use story::{Failed, Stage, Told, story};
pub use wait::{SOON, eventually};
