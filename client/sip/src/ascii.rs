//! Which byte may stand where (RFC 3261 §25.1), as one table: a message is mostly looking at bytes.

/// May stand in a token.
pub(crate) const TOKEN: u8 = 1;
/// May not stand in a URI: white space, controls, and what only stands around a URI.
pub(crate) const NO_URI: u8 = 1 << 1;
/// May stand in a host name. Underscores are no part of the grammar but of many real names; UTF-8 names come from
/// sloppy gateways.
pub(crate) const HOST: u8 = 1 << 2;
/// Ends a value in a comma list, or begins what may hide a comma.
pub(crate) const LIST_MARK: u8 = 1 << 3;
/// Ends the bare text of a parameter, or begins what may hide its end.
pub(crate) const PARAM_MARK: u8 = 1 << 4;
/// May stand bare in any part of a URI (RFC 2396 §2.3).
pub(crate) const UNRESERVED: u8 = 1 << 5;

/// True if `byte` is in the class.
pub(crate) fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

const CLASSES: [u8; 256] = classes();

#[allow(clippy::indexing_slicing, reason = "runs in the compiler, which checks every index")]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class_of(byte as u8);
        byte += 1;
    }
    table
}

const fn class_of(byte: u8) -> u8 {
    let always = match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => TOKEN | HOST | UNRESERVED,
        b'-' | b'_' | b'.' => TOKEN | HOST | UNRESERVED,
        b'!' | b'*' | b'\'' | b'~' => TOKEN | UNRESERVED,
        b'%' | b'+' | b'`' => TOKEN,
        b'(' | b')' => UNRESERVED,
        b',' => LIST_MARK,
        b'"' => NO_URI | LIST_MARK | PARAM_MARK,
        b'<' => NO_URI | LIST_MARK,
        b'>' | 0x7f => NO_URI,
        b';' | b'=' => PARAM_MARK,
        0x80.. => HOST,
        _ => 0,
    };
    if byte <= b' ' { always | NO_URI | PARAM_MARK } else { always }
}
