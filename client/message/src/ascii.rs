//! Looking at bytes: which may stand where (RFC 3261 §25.1), and where the next mark is.
//!
//! Reading a message is mostly this, and most bytes are of no interest. So the searches here look at eight bytes at a
//! time, as `memchr` does; values are too short for the set-up that the searches of the standard library do.

/// May stand in a token.
pub(crate) const TOKEN: u8 = 1;
/// May stand in a host name. Underscores are no part of the grammar but of many real names; UTF-8 names come from
/// sloppy gateways.
pub(crate) const HOST: u8 = 1 << 1;
/// May stand bare in any part of a URI (RFC 2396 §2.3).
pub(crate) const UNRESERVED: u8 = 1 << 2;

/// True if `byte` is in the class.
pub(crate) fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// Where the first of `marks` is. Marks are ASCII, so a text may be cut there.
pub(crate) fn find_any<const N: usize>(text: &str, marks: [u8; N]) -> Option<usize> {
    let spread = marks.map(|mark| EACH * u64::from(mark));
    // A byte that equals a mark becomes zero, and zero is below one.
    let hits = |word: u64| spread.iter().fold(0, |hits, mark| hits | below(word ^ mark, 1));
    find(text.as_bytes(), hits, |byte| marks.contains(&byte))
}

/// Where the first control character is.
pub(crate) fn find_control(bytes: &[u8]) -> Option<usize> {
    find(bytes, |word| below(word, b' '), |byte| byte < b' ')
}

/// Shows each byte that parts a URI or may not stand in one, and where it is: `: ; < > ? @`, the quote, white
/// space, controls; and `!`, which means nothing, but is cheaper shown.
pub(crate) fn each_uri_mark(text: &str, mut show: impl FnMut(usize, u8)) {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    // What is missing from the last word is filled with a letter.
    let mut last = [b'a'; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    for index in 0..=words.len() {
        let word = words.get(index).unwrap_or(&last);
        let mut found = uri_marks_of(u64::from_le_bytes(*word));
        while let Some(byte) = word.get(found.trailing_zeros() as usize / 8) {
            show(index * 8 + found.trailing_zeros() as usize / 8, *byte);
            found &= found.wrapping_sub(1);
        }
    }
}

/// The top bit of each byte that is a mark. No byte disturbs another: seven bits and what is added fit into eight.
fn uri_marks_of(word: u64) -> u64 {
    let low = word & (EACH * 0x7f);
    let from = |first: u8| low + EACH * u64::from(0x80 - first);
    let marks = !from(b'#') | (from(b':') & !from(b'=')) | (from(b'>') & !from(b'A')) | from(0x7f);
    marks & !word & (EACH << 7)
}

/// Where the first hit is, by words of eight bytes and then by single bytes. `hits` sets the top bit of each byte
/// that is one; above the lowest it may be wrong.
fn find(bytes: &[u8], hits: impl Fn(u64) -> u64, is_hit: impl Fn(u8) -> bool) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = hits(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| is_hit(*byte)).map(|place| words.len() * 8 + place)
}

/// A one in each of eight bytes.
const EACH: u64 = u64::MAX / 255;

/// The top bit of each byte that is below `limit`, up to the first that is.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(EACH * u64::from(limit)) & !word & (EACH << 7)
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
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => TOKEN | HOST | UNRESERVED,
        b'!' | b'*' | b'\'' | b'~' => TOKEN | UNRESERVED,
        b'%' | b'+' | b'`' => TOKEN,
        b'(' | b')' => UNRESERVED,
        0x80.. => HOST,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        for len in 0..40 {
            for place in 0..len {
                let mut text = "é".repeat(len / 2) + &"x".repeat(len % 2);
                text.truncate(text.floor_char_boundary(place));
                let place = text.len();
                text.push(';');
                text.push_str(&",;:".repeat(4));
                assert_eq!(find_any(&text, [b'"', b';', b',']), Some(place), "{text}");
            }
        }
        assert_eq!(find_any("no mark in here, is there", [b';', b'"']), None);
    }

    #[test]
    fn every_mark_of_a_uri_is_shown_and_nothing_else() {
        for byte in 0..128 {
            let is_mark = byte <= b'"' || b":;<>?@\x7f".contains(&byte);
            for place in 0..20 {
                let text = format!("{}{}{}", "~".repeat(place), char::from(byte), "é".repeat(place));
                let mut shown = Vec::new();
                each_uri_mark(&text, |place, byte| shown.push((place, byte)));
                assert_eq!(shown, Vec::from_iter(is_mark.then_some((place, byte))), "{text}");
            }
        }
    }

    #[test]
    fn every_byte_is_told_from_a_control() {
        for byte in 0..=255 {
            for place in 0..20 {
                let mut bytes = [b'~'; 20];
                bytes[place] = byte;
                assert_eq!(find_control(&bytes), (byte < 32).then_some(place), "{byte}");
            }
        }
    }
}
