//! Reading the texts of RFC 3261 §25.1 piece by piece: tokens, quoted strings, comma lists.

use std::borrow::Cow;

use crate::ascii::{TOKEN, find_any, is};
use crate::header::Problem;

/// True for one or more token characters.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is(byte, TOKEN))
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

/// Without the white space that may stand around the parts of a header value.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_ascii()
}

/// What stands before and behind the first `mark`.
pub(crate) fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let (front, rest) = text.split_at_checked(find_any(text, [mark])?)?;
    Some((front, rest.get(1..)?))
}

/// What stands between commas, where no quote or bracket can hide one.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let (word, behind) = cut(text, b',').map_or((text, None), |(word, behind)| (word, Some(behind)));
        rest = behind;
        Some(word)
    })
}

/// A value and its parameters, which begin with `;` if there are any.
pub(crate) fn cut_params(text: &str) -> (&str, &str) {
    let end = find_any(text, [b';']).unwrap_or(text.len());
    let (value, params) = text.split_at_checked(end).unwrap_or((text, ""));
    (trim(value), trim(params))
}

/// Length of the quoted string that `text` begins with, quotes and all.
pub(crate) fn quoted_len(text: &str) -> Result<usize, Problem> {
    let mut len = 1;
    loop {
        let rest = text.get(len..).ok_or(Problem::OpenQuote)?;
        let step = find_any(rest, [b'"', b'\\']).ok_or(Problem::OpenQuote)?;
        if rest.as_bytes().get(step) == Some(&b'"') {
            return Ok(len + step + 1);
        }
        // What is escaped may be longer than a byte.
        let escaped = rest.get(step + 1..).and_then(|rest| rest.chars().next()).ok_or(Problem::OpenQuote)?;
        len += step + 1 + escaped.len_utf8();
    }
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

/// Writes `text` as a quoted string (RFC 3261 §25.1).
///
/// # Errors
/// What `out` refuses; a `String` refuses nothing.
pub fn push_quoted(out: &mut impl std::fmt::Write, text: &str) -> std::fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(c)?;
    }
    out.write_char('"')
}

/// Where the first comma is that stands in no quotes and no angle brackets.
fn find_comma(text: &str) -> Result<Option<usize>, Problem> {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(step) = find_any(rest, [b',', b'"', b'<']) else { return Ok(None) };
        let rest = rest.get(step..).unwrap_or_default();
        at += step;
        match rest.as_bytes().first() {
            Some(b'"') => at += quoted_len(rest)?,
            Some(b'<') => at += find_any(rest, [b'>']).ok_or(Problem::OpenBracket)? + 1,
            Some(_) | None => return Ok(Some(at)),
        }
    }
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
        // Most lines have no comma at all; whoever reads the value sees whether a quote or bracket is open.
        if find_any(text, [b',']).is_none() {
            return Some(Ok(trim(text)));
        }
        match find_comma(text) {
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
