//! Reading the texts of RFC 3261 §25.1 piece by piece: tokens, quoted strings, comma lists.

use std::borrow::Cow;

use super::header::Problem;

/// True for one or more token characters.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}

/// A decimal number; `None` if there is anything but digits, or if it is too large for `u32`.
pub(crate) fn number(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A number of seconds; what is too large or no number means one hour (RFC 3261 §20.10, §20.19).
pub(crate) fn seconds_or_hour(text: &str) -> u32 {
    number(text.trim()).unwrap_or(3600)
}

/// White space that may stand between the parts of a header value.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Length of the quoted string that `text` begins with, quotes and all.
pub(crate) fn quoted_len(text: &str) -> Result<usize, Problem> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Ok(at + 1),
            _ => {}
        }
    }
    Err(Problem::OpenQuote)
}

/// Takes the backslashes out of a quoted string's inside.
pub(crate) fn unquote(inside: &str) -> Cow<'_, str> {
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    Cow::Owned(out)
}

/// Writes `text` as a quoted string.
pub(crate) fn push_quoted(out: &mut impl std::fmt::Write, text: &str) -> std::fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(c)?;
    }
    out.write_char('"')
}

/// Where the first `wanted` byte stands that is in no quotes and no angle brackets.
pub(crate) fn find_bare(text: &str, wanted: u8) -> Result<Option<usize>, Problem> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut in_brackets = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if byte == wanted && !in_brackets => return Ok(Some(at)),
            b'"' if !in_brackets => {
                at += quoted_len(text.get(at..).unwrap_or_default())?;
                continue;
            }
            b'<' => in_brackets = true,
            b'>' => in_brackets = false,
            _ => {}
        }
        at += 1;
    }
    if in_brackets { Err(Problem::OpenBracket) } else { Ok(None) }
}

/// The values of a comma list, trimmed, as written. An empty value is handed out as such.
pub(crate) struct Values<'a> {
    rest: Option<&'a str>,
}

pub(crate) fn values(text: &str) -> Values<'_> {
    Values { rest: Some(text) }
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<&'a str, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest.take()?;
        match find_bare(text, b',') {
            Ok(Some(comma)) => {
                self.rest = text.get(comma + 1..);
                Some(Ok(trim(text.get(..comma).unwrap_or_default())))
            }
            Ok(None) => Some(Ok(trim(text))),
            Err(problem) => Some(Err(problem)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_and_brackets_separate_nothing() {
        let list = r#""a, \"b" <sip:x,y@z>, <sip:c>;p="1,2",d"#;
        let values: Vec<_> = values(list).map(Result::unwrap).collect();
        assert_eq!(values, [r#""a, \"b" <sip:x,y@z>"#, r#"<sip:c>;p="1,2""#, "d"]);
    }

    #[test]
    fn an_open_quote_or_bracket_is_told() {
        assert_eq!(values("\"a, b").next(), Some(Err(Problem::OpenQuote)));
        assert_eq!(values("<sip:a, b").next(), Some(Err(Problem::OpenBracket)));
    }

    #[test]
    fn numbers_are_digits_only() {
        assert_eq!(
            (number("0068"), number("+1"), number(""), number("4294967296")),
            (Some(68), None, None, None)
        );
        assert_eq!(seconds_or_hour("280297596632815"), 3600);
    }
}
