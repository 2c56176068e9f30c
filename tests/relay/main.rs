//! Stories about the relay: its door, its tunnel, its files. No browser and no PBX needed.

mod door;
mod files;
mod house;
mod practice;
mod provisions;
mod tunnel;
