//! Numbers: what people type becomes something that can be dialled, and any two ways of writing one number compare equal.
//!
//! Nothing here knows the numbering plans of the world; the company's own country, prefixes and extension length
//! ([`Numbering`]) are enough to tell whether two numbers are the same.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// More digits than any number has: ITU-T E.164 allows 15, and a few prefixes may stand before them.
const MOST_DIGITS: usize = 32;

/// The shortest national number, so that a country code without `+` is told from a local number that starts alike.
const SHORTEST_NATIONAL: usize = 8;

/// How the company's numbers are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    country_code: String,
    trunk_prefix: String,
    international_prefix: String,
    extension_length: usize,
}

impl From<&cordboard_wire::Numbering> for Numbering {
    fn from(wire: &cordboard_wire::Numbering) -> Self {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
        Self {
            country_code: digits(&wire.country_code),
            trunk_prefix: digits(&wire.trunk_prefix),
            international_prefix: digits(&wire.international_prefix),
            extension_length: usize::from(wire.extension_length),
        }
    }
}

/// Something that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dialable {
    /// Digits, `*` and `#`, with a `+` in front if it was typed so.
    Number(String),
    /// A SIP URI with its scheme, without parameters and headers.
    Address(String),
}

impl Dialable {
    /// The number or the URI.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Number(text) | Self::Address(text) => text,
        }
    }
}

impl fmt::Display for Dialable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why something typed cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotDialable {
    /// Nothing was typed, or nothing but separators.
    Empty,
    /// A letter where only digits can be.
    Letter(char),
    /// Another sign that no number has.
    Sign(char),
    /// More digits than any number has.
    TooLong,
    /// A SIP URI without a user or a host.
    BadAddress,
}

/// A number in the one form in which numbers are compared: `+` with country code, or an extension, a service code or a
/// SIP user name as it stands. Empty for a caller that withholds the number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CanonicalNumber(String);

impl CanonicalNumber {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if it is made of digits and not a SIP user name.
    pub(crate) fn is_number(&self) -> bool {
        !self.is_empty() && self.0.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'*' | b'#'))
    }

    /// The canonical text by itself.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// True if there is no number to compare.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for CanonicalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Numbering {
    /// Cleans what people type or paste: separators, brackets, invisible characters and a bracketed trunk prefix go;
    /// `tel:`, `callto:` and `sip:` links are taken apart (RFC 3966 §3, RFC 3261 §19.1.1).
    ///
    /// Parameters and headers of a SIP URI are dropped: a link on a web page must not put its own words into our INVITE.
    ///
    /// # Errors
    /// What stands in the way, so that it can be shown while typing.
    pub fn clean(&self, typed: &str) -> Result<Dialable, NotDialable> {
        let typed = visible(typed);
        let typed = unwrap_brackets(typed.trim());
        if let Some((scheme, rest)) = scheme(typed) {
            return match scheme {
                Scheme::Sip => address("sip:", rest),
                Scheme::Sips => address("sips:", rest),
                Scheme::Tel => number(&percent_decoded(before(rest, &[';', '?']))),
            };
        }
        if typed.contains('@') { address("sip:", typed) } else { number(typed) }
    }

    /// The form in which numbers are compared. Takes numbers and URIs as they come from people, directories and signalling.
    /// Of a SIP URI the user counts, not the host: the same person calls through one proxy and is listed under another.
    pub fn canonical(&self, number: &str) -> CanonicalNumber {
        if number.is_empty() {
            return CanonicalNumber::default();
        }
        let text = visible(number);
        let text = unwrap_brackets(text.trim());
        let user = match scheme(text) {
            Some((_, rest)) => percent_decoded(before(rest, &['@', ';', '?'])).into(),
            None => Cow::from(before(text, &['@'])),
        };
        CanonicalNumber(match digits(&user) {
            Some(digits) => self.canonical_digits(digits),
            // RFC 3323 §4.1.1.2: the user of somebody who withholds the number.
            None if user.eq_ignore_ascii_case("anonymous") => String::new(),
            None => user.trim().to_owned(),
        })
    }

    /// What the beginning of a number stands for, in canonical form, when it is written with a prefix; `None` when the digits
    /// say nothing about it. Used to search while the rest is still being typed.
    pub(crate) fn canonical_beginning(&self, digits: &str) -> Option<String> {
        if let Some(rest) = digits.strip_prefix('+') {
            return Some(self.international(rest));
        }
        let beyond = |prefix: &str| digits.strip_prefix(prefix).filter(|_| !prefix.is_empty());
        if let Some(rest) = beyond(&self.international_prefix) {
            return Some(self.international(rest));
        }
        beyond(&self.trunk_prefix)
            .filter(|_| !self.country_code.is_empty())
            .map(|rest| self.international(&format!("{}{rest}", self.country_code)))
    }

    fn canonical_digits(&self, digits: String) -> String {
        let service_code = digits.contains(['*', '#']);
        let extension = !digits.starts_with('+') && digits.len() <= self.extension_length;
        if service_code || extension {
            return digits;
        }
        if let Some(number) = self.canonical_beginning(&digits) {
            return number;
        }
        if self.country_code.is_empty() {
            return digits;
        }
        let after_country = digits.strip_prefix(&self.country_code).map_or(0, str::len);
        // North American numbers have ten digits and are as often written without the trunk prefix 1 as with it.
        let north_american = self.country_code == "1" && digits.len() == 10;
        if self.trunk_prefix.is_empty() || north_american {
            self.international(&format!("{}{digits}", self.country_code))
        } else if after_country >= SHORTEST_NATIONAL {
            self.international(&digits)
        } else {
            digits
        }
    }

    /// Puts `+` before country code and number. A trunk prefix `0` that was left behind our own country code, as in `+44 020 …`,
    /// is dropped: where numbers are dialled with 0 in front, none begins with it. (Italian ones do; Italy has no trunk prefix.)
    fn international(&self, digits: &str) -> String {
        let national = digits.strip_prefix(&self.country_code);
        match national.filter(|_| self.trunk_prefix == "0" && !self.country_code.is_empty()) {
            Some(national) => format!("+{}{}", self.country_code, national.trim_start_matches('0')),
            None => format!("+{digits}"),
        }
    }
}

enum Scheme {
    Sip,
    Sips,
    Tel,
}

/// Splits off a scheme that names a way to call.
fn scheme(text: &str) -> Option<(Scheme, &str)> {
    let (name, rest) = text.split_once(':')?;
    let rest = rest.trim_start_matches('/');
    match name.to_ascii_lowercase().as_str() {
        "sip" => Some((Scheme::Sip, rest)),
        "sips" => Some((Scheme::Sips, rest)),
        "tel" | "callto" => Some((Scheme::Tel, rest)),
        _ => None,
    }
}

/// Reads `user@host` into a SIP URI (RFC 3261 §19.1.1). A number without a host is a number.
fn address(scheme: &str, rest: &str) -> Result<Dialable, NotDialable> {
    let plain = before(rest, &[';', '?']);
    let Some((user, host)) = plain.rsplit_once('@') else {
        return number(&percent_decoded(plain));
    };
    // A password in the user part is as bad an idea as RFC 3261 §19.1.1 says; it is not sent.
    let user = before(user, &[':']);
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"@,".contains(c);
    let host_is_sound =
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
    if user.is_empty() || user.chars().any(odd) || !host_is_sound {
        return Err(NotDialable::BadAddress);
    }
    Ok(Dialable::Address(format!("{scheme}{user}@{host}")))
}

/// Reads a number with its separators.
fn number(text: &str) -> Result<Dialable, NotDialable> {
    let text = without_bracketed_trunk(text);
    let mut number = String::with_capacity(text.len());
    for c in text.chars() {
        match digit(c) {
            Some(digit) => number.push(digit),
            None if matches!(c, '+' | '\u{ff0b}') && number.is_empty() => number.push('+'),
            None if is_separator(c) => {}
            None if c.is_alphabetic() => return Err(NotDialable::Letter(c)),
            None => return Err(NotDialable::Sign(c)),
        }
    }
    match number.len() {
        0 => Err(NotDialable::Empty),
        1 if number == "+" => Err(NotDialable::Empty),
        length if length > MOST_DIGITS => Err(NotDialable::TooLong),
        _ => Ok(Dialable::Number(number)),
    }
}

/// The digits of something written like a number, with a leading `+`; `None` if it is no number.
pub(crate) fn digits(text: &str) -> Option<String> {
    match number(text) {
        Ok(Dialable::Number(digits)) => Some(digits),
        Ok(Dialable::Address(_)) | Err(_) => None,
    }
}

/// A digit, or a sign that a keypad has, in its ASCII form. Pasted numbers may be full-width or Arabic.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' | '*' | '#' => Some(c),
        '\u{ff10}'..='\u{ff19}' => shifted(c, '\u{ff10}'),
        '\u{660}'..='\u{669}' => shifted(c, '\u{660}'),
        '\u{6f0}'..='\u{6f9}' => shifted(c, '\u{6f0}'),
        _ => None,
    }
}

fn shifted(c: char, zero: char) -> Option<char> {
    char::from_digit(u32::from(c).checked_sub(u32::from(zero))?, 10)
}

/// What people put between digits to read them better.
pub(crate) fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '.' | '-' | '/' | '(' | ')' | '[' | ']' | '·' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Drops the "(0)" of numbers such as `+44 (0)20 7946 0533`, which is dialled only without the country code.
/// Italy dials it always.
fn without_bracketed_trunk(text: &str) -> Cow<'_, str> {
    let Some((country, rest)) = text.split_once("(0)") else { return text.into() };
    let international =
        country.trim_start().starts_with(['+', '\u{ff0b}']) || country.trim_start().starts_with("00");
    let italian = digits(country).is_some_and(|country| country == "+39" || country == "0039");
    if international && !italian { format!("{country} {rest}").into() } else { text.into() }
}

/// Drops what cannot be seen but is pasted along: zero-width and direction marks.
fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}');
    if text.is_ascii() || !text.contains(hidden) {
        return text.into();
    }
    text.chars().filter(|&c| !hidden(c)).collect()
}

/// `<sip:…>` as copied from a message.
fn unwrap_brackets(text: &str) -> &str {
    text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text)
}

/// The text up to the first of these characters.
fn before<'a>(text: &'a str, ends: &[char]) -> &'a str {
    text.split(ends).next().unwrap_or(text)
}

/// Undoes `%2B` and the like (RFC 3986 §2.1); what is no valid escape stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = match (byte, after) {
            (b'%', [high, low, after @ ..]) => {
                hex(*high).zip(hex(*low)).map(|(high, low)| (high * 16 + low, after))
            }
            _ => None,
        };
        let (byte, after) = escape.unwrap_or((byte, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbering(country: &str, trunk: &str, international: &str, extension: u8) -> Numbering {
        Numbering::from(&cordboard_wire::Numbering {
            country_code: country.into(),
            trunk_prefix: trunk.into(),
            international_prefix: international.into(),
            extension_length: extension,
        })
    }

    fn british() -> Numbering {
        numbering("44", "0", "00", 4)
    }

    #[test]
    fn what_people_type_becomes_dialable() {
        let table = [
            ("020 7946 0533", "02079460533"),
            (" (020) 7946-0533 ", "02079460533"),
            ("+44 (0)20 7946.0533", "+442079460533"),
            ("0044 (0)20/7946/0533", "00442079460533"),
            ("+39 (0)6 5550 0133", "+390655500133"),
            ("(0)20 7946 0533", "02079460533"),
            ("\u{202a}+33\u{a0}1\u{a0}99\u{a0}00\u{a0}12\u{a0}34\u{202c}", "+33199001234"),
            ("204", "204"),
            ("*43", "*43"),
            ("#31#02079460533", "#31#02079460533"),
            ("tel:+44-20-7946-0533", "+442079460533"),
            ("tel:%2B442079460533;ext=7", "+442079460533"),
            ("callto://+442079460533", "+442079460533"),
            ("TEL:204", "204"),
            ("sip:204", "204"),
            ("０２０ ７９４６ ０５３３", "02079460533"),
            ("020\u{2011}7946\u{2013}0533", "02079460533"),
        ];
        for (typed, number) in table {
            assert_eq!(british().clean(typed), Ok(Dialable::Number(number.into())), "{typed}");
        }
    }

    #[test]
    fn addresses_lose_what_a_link_could_smuggle_in() {
        let table = [
            ("sip:marie@example.com", "sip:marie@example.com"),
            ("SIPS:marie@example.com:5061", "sips:marie@example.com:5061"),
            ("marie@example.com", "sip:marie@example.com"),
            ("<sip:204@pbx.example.com;transport=ws?Replaces=1%3Bto-tag%3D2>", "sip:204@pbx.example.com"),
            ("sip:marie:secret@example.com", "sip:marie@example.com"),
            ("sip:204@[2001:db8::9]", "sip:204@[2001:db8::9]"),
        ];
        for (typed, uri) in table {
            assert_eq!(british().clean(typed), Ok(Dialable::Address(uri.into())), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_dialled_says_why() {
        let table = [
            ("", NotDialable::Empty),
            (" ( ) ", NotDialable::Empty),
            ("+", NotDialable::Empty),
            ("tel:", NotDialable::Empty),
            ("Marie", NotDialable::Letter('M')),
            ("020 7946 x12", NotDialable::Letter('x')),
            ("0800 ÉTÉ", NotDialable::Letter('É')),
            ("020 7946 0533, 204", NotDialable::Sign(',')),
            ("020+7946", NotDialable::Sign('+')),
            ("http://example.com", NotDialable::Letter('h')),
            ("@example.com", NotDialable::BadAddress),
            ("sip:marie@", NotDialable::BadAddress),
            ("sip:ma rie@example.com", NotDialable::BadAddress),
            ("sip:marie@exa\r\nmple.com", NotDialable::BadAddress),
            ("123456789012345678901234567890123", NotDialable::TooLong),
        ];
        for (typed, why) in table {
            assert_eq!(british().clean(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn one_number_compares_equal_however_it_is_written() {
        let table = [
            (
                british(),
                "+442079460533",
                &["020 7946 0533", "0044 20 7946 0533", "+44 (0)20 7946 0533", "+44 020 79460533"][..],
            ),
            (
                british(),
                "+442079460533",
                &["442079460533", "sip:+442079460533@pbx.example.com;user=phone", "tel:+44-20-7946-0533"],
            ),
            (
                british(),
                "+33199001234",
                &["+33 1 99 00 12 34", "0033 1 99 00 12 34", "0033 (0)1 99 00 12 34"],
            ),
            (
                numbering("33", "0", "00", 3),
                "+33199001234",
                &["01 99 00 12 34", "+33 (0)1 99 00 12 34", "33199001234"],
            ),
            (
                numbering("1", "1", "011", 4),
                "+12025550133",
                &["(202) 555-0133", "1-202-555-0133", "+1 202 555 0133"],
            ),
            (numbering("1", "1", "011", 4), "+442079460533", &["011 44 20 7946 0533"]),
            (numbering("45", "", "00", 4), "+4532555001", &["32 55 50 01", "0045 32 55 50 01"]),
            (
                numbering("39", "", "00", 4),
                "+390655500133",
                &["06 5550 0133", "+39 06 5550 0133", "+39 (0)6 5550 0133"],
            ),
            (numbering("49", "0", "00", 4), "+493023125000", &["030 23125 000", "0049 (0)30 23125-000"]),
            (numbering("7", "8", "810", 4), "+74955550133", &["8 495 555 01 33", "+7 495 555 01 33"]),
        ];
        for (numbering, canonical, written) in table {
            for number in written {
                assert_eq!(numbering.canonical(number).as_str(), canonical, "{number}");
            }
        }
    }

    #[test]
    fn extensions_codes_and_user_names_stay_themselves() {
        let table = [
            ("204", "204"),
            ("sip:204@pbx.example.com", "204"),
            ("0044", "0044"),
            ("*43", "*43"),
            ("*21*02079460533#", "*21*02079460533#"),
            ("sip:marie@pbx.example.com", "marie"),
            ("sip:jean%2Dluc@pbx.example.com", "jean-luc"),
            ("marie", "marie"),
            ("7946533", "7946533"),
            ("", ""),
            ("<sip:anonymous@anonymous.invalid>", ""),
        ];
        for (number, canonical) in table {
            assert_eq!(british().canonical(number).as_str(), canonical, "{number}");
        }
    }

    #[test]
    fn without_any_numbering_numbers_are_compared_by_their_digits() {
        assert_eq!(Numbering::default().canonical("020 7946 0533").as_str(), "02079460533");
        assert_eq!(Numbering::default().canonical("+44 20 7946 0533").as_str(), "+442079460533");
    }

    proptest! {
        #[test]
        fn what_is_dialled_is_the_number_that_was_typed(typed in "[+0(]{0,3}(44|33|0)?[0-9 ().-]{0,14}|\\PC{0,12}") {
            let british = british();
            if let Ok(Dialable::Number(number)) = british.clean(&typed) {
                prop_assert_eq!(british.canonical(&number), british.canonical(&typed));
            }
        }

        #[test]
        fn the_canonical_form_is_its_own_canonical_form(number in "[+0]{0,2}(44|33|0)?[0-9]{0,14}") {
            let canonical = british().canonical(&number);
            prop_assert_eq!(&british().canonical(canonical.as_str()), &canonical);
        }
    }
}
