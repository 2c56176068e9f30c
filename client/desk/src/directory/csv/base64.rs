//! Base64 (RFC 4648 §4), for pictures in CSV files.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes as base64 with padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let sextet = (group >> (18 - 6 * position)) & 0x3f;
            let letter = usize::try_from(sextet).ok().and_then(|sextet| ALPHABET.get(sextet));
            match letter {
                Some(&letter) if position <= chunk.len() => out.push(char::from(letter)),
                _ => out.push('='),
            }
        }
    }
    out
}

/// Reads base64, with or without padding; blanks and line ends are skipped. `None` if it is none.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut group = 0u32;
    let mut sextets = 0u32;
    let mut padded = false;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        if byte == b'=' {
            padded = true;
            continue;
        }
        let sextet = sextet(byte).filter(|_| !padded)?;
        group = group << 6 | sextet;
        sextets += 1;
        if sextets == 4 {
            let [_, bytes @ ..] = group.to_be_bytes();
            out.extend(bytes);
            (group, sextets) = (0, 0);
        }
    }
    let [_, first, second, _] = (group << (6 * (4 - sextets))).to_be_bytes();
    match sextets {
        0 => {}
        2 => out.push(first),
        3 => out.extend([first, second]),
        _ => return None,
    }
    Some(out)
}

fn sextet(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_vectors_of_rfc_4648_section_10_hold() {
        let table = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in table {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn line_ends_and_missing_padding_are_fine_and_rubbish_is_not() {
        assert_eq!(decode("Zm9v\r\nYg").as_deref(), Some(&b"foob"[..]));
        for rubbish in ["Z", "Zm9v!", "Zg==Zg==", "Zm9vY"] {
            assert_eq!(decode(rubbish), None, "{rubbish}");
        }
    }
}
