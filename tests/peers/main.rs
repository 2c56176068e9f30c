//! Stories with a real PBX and real telephones.

mod telephones;
