//! Stories with a real PBX and real telephones.

mod calls;
mod colleagues;
mod command_line;
mod company;
mod conference;
mod lines;
mod moved;
mod sessions;
mod softphone;
mod team;
mod telephones;
mod trace;
mod transfers;
mod watching;
mod web;
