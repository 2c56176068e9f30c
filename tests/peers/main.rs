//! Stories with a real PBX and real telephones.

mod calls;
mod company;
mod telephones;
mod trace;
mod web;
