//! Names that were written as for mail: encoded words (RFC 2047 §2). SIP asks for UTF-8 as it is (RFC 3261 §25.1), but
//! gateways that come from mail write them all the same.

use std::borrow::Cow;

/// The name as people read it. What is no encoded word, or one that we cannot read, stays as it is.
pub(crate) fn decoded(name: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = name;
    let mut after_word = false;
    while let Some((before, tail)) = rest.split_once('=') {
        let word = tail.strip_prefix('?').and_then(word);
        // §6.2: spaces between two encoded words only keep them apart.
        if word.is_none() || !after_word || !before.trim().is_empty() {
            out.push_str(before);
        }
        after_word = word.is_some();
        match word {
            Some((text, after)) => {
                // A line end that came in disguise is still none.
                out.extend(text.chars().filter(|character| !character.is_control()));
                rest = after;
            }
            None => {
                out.push('=');
                rest = tail;
            }
        }
    }
    if out.is_empty() {
        return Cow::Borrowed(rest);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The text of `charset?encoding?text?=`, and what comes after it.
fn word(tail: &str) -> Option<(String, &str)> {
    let (charset, tail) = tail.split_once('?')?;
    let (encoding, tail) = tail.split_once('?')?;
    let (text, after) = tail.split_once('?')?;
    let after = after.strip_prefix('=')?;
    let bytes = match encoding {
        "B" | "b" => of_base64(text)?,
        "Q" | "q" => of_quoted(text),
        _ => return None,
    };
    // A language may follow (RFC 2231 §5).
    let charset = charset.split_once('*').map_or(charset, |(charset, _)| charset);
    let text = if charset.eq_ignore_ascii_case("utf-8") {
        String::from_utf8(bytes).ok()?
    } else if charset.eq_ignore_ascii_case("iso-8859-1") || charset.eq_ignore_ascii_case("us-ascii") {
        bytes.into_iter().map(char::from).collect()
    } else {
        return None;
    };
    Some((text, after))
}

/// RFC 2047 §4.1
fn of_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

/// RFC 2047 §4.2
fn of_quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'_', _) => out.push(b' '),
            (b'=', [high, low, tail @ ..]) => match of_hex(*high, *low) {
                Some(hidden) => {
                    out.push(hidden);
                    rest = tail;
                }
                None => out.push(byte),
            },
            _ => out.push(byte),
        }
    }
    out
}

fn of_hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn both_ways_of_writing_are_read_in_both_character_sets() {
        for (written, name) in [
            ("=?UTF-8?B?SsO8cmdlbiBNw7xsbGVy?=", "Jürgen Müller"),
            ("=?utf-8?Q?J=C3=BCrgen_M=c3=bcller?=", "Jürgen Müller"),
            ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
            ("=?iso-8859-1*de?b?R3L8bg==?=", "Grün"),
            ("=?UTF-8?Q?Ren=C3=A9e?= =?UTF-8?Q?_Dubois?=", "Renée Dubois"),
            ("Dr. =?UTF-8?Q?Ren=C3=A9e?= (x=1)", "Dr. Renée (x=1)"),
            ("=?UTF-8?Q??=Bob", "Bob"),
            ("=?UTF-8?Q?Eve=0D=0AFrom:_x?=", "EveFrom: x"),
        ] {
            assert_eq!(decoded(written), name, "{written}");
        }
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_is() {
        for name in [
            "Jürgen Müller",
            "a = b",
            "=",
            "",
            "=?",
            "=?UTF-8?B?",
            "=?UTF-8?B?SsO8?",
            "=?UTF-8?X?abc?=",
            "=?KOI8-R?B?8A==?=",
            "=?UTF-8?B?***?=",
            "=?UTF-8?Q?=FF?=",
        ] {
            assert_eq!(decoded(name), name);
        }
    }
}
