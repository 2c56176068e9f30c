//! Stories with a real PBX and real telephones.

mod calls;
mod telephones;
mod trace;
