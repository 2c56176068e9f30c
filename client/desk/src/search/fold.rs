//! Folds text for comparing: case, accents and the many kinds of blank make no difference to somebody who searches.
//!
//! Each character is folded by itself, so that a match can be traced back to the letters it came from.

/// U+00C0 to U+017F without their accents; `?` stands for what [`pair`] spells with two letters.
const LATIN: &[u8; 192] = b"\
    aaaaaa?ceeeeiiiidnoooooxouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y\
    aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllll\
    lllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// U+1E00 to U+1EFF (Vietnamese and Welsh among others); `?` stands for what has no base letter.
const LATIN_ADDITIONAL: &[u8; 256] = b"\
    aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
    mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
    wwwwwwwwwwxxxxyyzzzzzzhtwy?s????aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
    eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy??????";

/// Adds the folded text to `out`.
pub(crate) fn fold_into(out: &mut String, text: &str) {
    // Most texts are plain, and plain texts can be folded as a whole.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let begin = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(begin..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    for c in text.chars() {
        fold_char(c, |folded| out.push(folded));
    }
}

/// The folded text.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text);
    out
}

/// Hands out what one character folds to: nothing for a combining accent, two letters for a ligature, else one character.
pub(crate) fn fold_char(c: char, mut put: impl FnMut(char)) {
    match c {
        '\0'..=' ' | '\u{7f}' => put(' '),
        '!'..='~' => put(c.to_ascii_lowercase()),
        '\u{300}'..='\u{36f}' => {}
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => put('\''),
        '\u{2010}'..='\u{2015}' => put('-'),
        _ if c.is_whitespace() => put(' '),
        _ => match pair(c) {
            Some(letters) => letters.chars().for_each(put),
            None => match base_letter(c) {
                Some(letter) => put(letter),
                None => c.to_lowercase().for_each(put),
            },
        },
    }
}

fn pair(c: char) -> Option<&'static str> {
    match c {
        'Æ' | 'æ' | 'Ǽ' | 'ǽ' => Some("ae"),
        'Œ' | 'œ' => Some("oe"),
        'ß' | 'ẞ' => Some("ss"),
        'Þ' | 'þ' => Some("th"),
        'Ĳ' | 'ĳ' => Some("ij"),
        _ => None,
    }
}

fn base_letter(c: char) -> Option<char> {
    let code = usize::try_from(u32::from(c)).ok()?;
    let letter = match code {
        0xc0..=0x17f => LATIN.get(code - 0xc0),
        0x1a0..=0x1a1 => Some(&b'o'),
        0x1af..=0x1b0 => Some(&b'u'),
        0x1cd..=0x1dc => b"aaiioouuuuuuuuuu".get(code - 0x1cd),
        0x218..=0x21b => b"sstt".get(code - 0x218),
        0x1e00..=0x1eff => LATIN_ADDITIONAL.get(code - 0x1e00),
        _ => None,
    };
    letter.filter(|&&letter| letter != b'?').map(|&letter| char::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_are_folded() {
        let table = [
            ("Grace OKAFOR", "grace okafor"),
            ("Éloïse Lefèvre-Ñuñez", "eloise lefevre-nunez"),
            ("Straße, STRAẞE", "strasse, strasse"),
            ("Łukasz Ødegård Æsir Œuvre Þór Đorđe", "lukasz odegard aesir oeuvre thor dorde"),
            ("Nguyễn Thị Ngọc Trường", "nguyen thi ngoc truong"),
            ("Ştefan Ţurcanu Șerban Țepeș", "stefan turcanu serban tepes"),
            ("e\u{301}te\u{301}", "ete"),
            ("O\u{2019}Brien", "o'brien"),
            ("a\u{a0}b\tc\r\nd", "a b c  d"),
            ("Жанна ΑΘΗΝΑ 東京", "жанна αθηνα 東京"),
        ];
        for (text, folded) in table {
            assert_eq!(fold(text), folded);
        }
    }
}
