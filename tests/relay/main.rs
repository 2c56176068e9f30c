//! Stories about the relay: its door, its tunnel, its files. No browser and no PBX needed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what panics here fails one story"
)]

mod authority;
mod door;
mod files;
mod house;
mod log;
mod practice;
mod provisions;
mod team;
mod tunnel;
