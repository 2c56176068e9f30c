//! Stories of an attendant's day: the real desk and its real user agent on one side, SIP text on the other,
//! a clock in between that the story turns.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a story that cannot go on has failed, and says where"
)]

mod account;
mod answering;
mod asleep;
mod conference;
mod consulting;
mod crashes;
mod dialling;
mod directories;
mod handing_on;
mod hold_music;
mod holding;
mod house;
mod intercepting;
mod lamps;
mod link;
mod log;
mod moved;
mod overflow;
mod pages;
mod pbx;
mod places;
mod queueing;
mod random_day;
mod ringing;
mod team;
mod unattended;
mod watching;
