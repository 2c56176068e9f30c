//! `%`-escapes: which characters may stand bare depends on the part of the URI (RFC 3261 §25.1).

use std::borrow::Cow;

use crate::ascii::{UNRESERVED, is};

/// The parts of a URI, each with its own set of characters that need no escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The user.
    User,
    /// Name or value of a parameter.
    Param,
    /// Name or value of a header.
    Header,
}

/// Escapes what may not stand bare in `part`; UTF-8 goes byte by byte.
pub fn escape(text: &str, part: Part) -> Cow<'_, str> {
    if text.bytes().all(|b| stands_bare(b, part)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 12);
    for byte in text.bytes() {
        if stands_bare(byte, part) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 15));
        }
    }
    Cow::Owned(out)
}

/// Undoes escapes. What is no escape (`%Z%4`) stays as it is; bytes that are no UTF-8 become U+FFFD.
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if let (b'%', [high, low, tail @ ..]) = (byte, tail)
            && let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low))
        {
            out.push(high << 4 | low);
            rest = tail;
            continue;
        }
        out.push(byte);
    }
    Cow::Owned(match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn stands_bare(byte: u8, part: Part) -> bool {
    // `unreserved`, then user-unreserved, param-unreserved, hnv-unreserved.
    is(byte, UNRESERVED)
        || match part {
            Part::User => b"&=+$,;?/".contains(&byte),
            Part::Param => b"[]/:&+$".contains(&byte),
            Part::Header => b"[]/?:+$".contains(&byte),
        }
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaces_value_is_escaped_so_that_it_stays_one_header() {
        let value = "a84b4c76e66710@pc33;to-tag=7;from-tag=8";
        let escaped = escape(value, Part::Header);
        assert_eq!(escaped, "a84b4c76e66710%40pc33%3Bto-tag%3D7%3Bfrom-tag%3D8");
        assert_eq!(unescape(&escaped), value);
    }

    #[test]
    fn each_part_has_its_own_bare_characters() {
        assert_eq!(escape("a;b?c", Part::User), "a;b?c");
        assert_eq!(escape("a;b?c", Part::Param), "a%3Bb%3Fc");
        assert_eq!(escape("a;b?c", Part::Header), "a%3Bb?c");
        assert_eq!(escape("Zoë", Part::User), "Zo%C3%AB");
        assert_eq!(escape("#9", Part::User), "%239");
    }

    #[test]
    fn what_is_no_escape_is_left_alone() {
        assert_eq!(unescape("%Z%45%4"), "%ZE%4");
        assert_eq!(unescape("v%61lue%25%34%31"), "value%41");
        assert_eq!(unescape("%ff"), "\u{fffd}");
    }
}
