//! Parameters behind a header value: `;name=value;flag;text="quoted"` (RFC 3261 §25.1 generic-param).

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::Problem;
use crate::ascii::{TOKEN, find_any, is};
use crate::scan::{push_quoted, quoted_len, unquote};

/// Parameters in their order, kept as text. Names ignore case. Nothing is unquoted before it is asked for.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Params(String);

impl Params {
    /// No parameters.
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// Reads `;a=b;c`. Empty parameters (`;;`), which some peers leave behind, are passed over.
    ///
    /// # Errors
    /// [`Problem`] if a quote is open, or if there is text that is no parameter.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Ok(Self::new());
        }
        if check(text)? {
            return Ok(Self(text.to_owned()));
        }
        // White space or empty parameters: keep the tidy form.
        let mut tidy = String::with_capacity(text.len());
        for (name, value) in Pieces(text) {
            tidy.push(';');
            tidy.push_str(name);
            if let Some(value) = value {
                tidy.push('=');
                tidy.push_str(value);
            }
        }
        Ok(Self(tidy))
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Name and value as written (quotes and all) of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        Pieces(&self.0)
    }

    /// The value without its quotes; empty for a parameter without value, `None` if it is absent.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.raw(name)?;
        match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inside) => Some(unquote(inside)),
            None => Some(Cow::Borrowed(value)),
        }
    }

    /// The value as written, quotes and all; empty for a parameter without value.
    pub fn raw(&self, name: &str) -> Option<&str> {
        let (_, value) = self.iter().find(|(written, _)| written.eq_ignore_ascii_case(name))?;
        Some(value.unwrap_or_default())
    }

    /// True if the parameter is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Sets a parameter, in its old place if it is there. What is no token is quoted; an empty value makes a flag.
    pub fn set(&mut self, name: &str, value: &str) {
        let mut text = String::with_capacity(self.0.len() + name.len() + value.len() + 2);
        let mut done = false;
        for (written, old) in self.iter() {
            if !written.eq_ignore_ascii_case(name) {
                push(&mut text, written, old.unwrap_or_default());
            } else if !done {
                push(&mut text, name, &quoted_if_needed(value));
                done = true;
            }
        }
        if !done {
            push(&mut text, name, &quoted_if_needed(value));
        }
        self.0 = text;
    }

    /// Like [`Self::set`], for building in one expression.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// Drops a parameter.
    pub fn remove(&mut self, name: &str) {
        let mut text = String::with_capacity(self.0.len());
        for (written, value) in self.iter().filter(|(written, _)| !written.eq_ignore_ascii_case(name)) {
            push(&mut text, written, value.unwrap_or_default());
        }
        self.0 = text;
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    text.push(';');
    text.push_str(name);
    if !value.is_empty() {
        text.push('=');
        text.push_str(value);
    }
}

fn quoted_if_needed(value: &str) -> Cow<'_, str> {
    // A value may be a token, a host (with IPv6 brackets) or a quoted string.
    if value.bytes().all(|b| is(b, TOKEN) || b"[]:".contains(&b)) {
        return Cow::Borrowed(value);
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    // Writing into a String does not fail.
    _ = push_quoted(&mut quoted, value);
    Cow::Owned(quoted)
}

/// Checks `text`; true if it is tidy, that is, if it can be kept as it is.
pub(crate) fn check(text: &str) -> Result<bool, Problem> {
    let mut rest = text;
    let mut tidy = true;
    while let Some(after) = rest.strip_prefix(';') {
        let piece;
        (piece, rest) = cut_piece(after)?;
        // Tidy to the letter means: name, `=`, value and nothing between them.
        tidy &= !piece.name.is_empty()
            && piece.len == piece.name.len() + piece.value.map_or(0, |value| value.len() + 1);
        if piece.name.is_empty() && piece.value.is_some() {
            return Err(Problem::Token);
        }
    }
    if rest.is_empty() { Ok(tidy) } else { Err(Problem::Trailing) }
}

/// One parameter with the white space around name and value taken off.
struct Piece<'a> {
    name: &'a str,
    value: Option<&'a str>,
    /// Length as written, white space and all.
    len: usize,
}

/// Cuts the first parameter off a text behind its `;`; the rest begins with the next `;`, if there is one.
fn cut_piece(text: &str) -> Result<(Piece<'_>, &str), Problem> {
    let (name, rest) = cut_word(text);
    let (value, rest) = match rest.strip_prefix('=').map(str::trim_ascii_start) {
        None => (None, rest),
        Some(quoted) if quoted.starts_with('"') => {
            let (value, rest) = quoted.split_at_checked(quoted_len(quoted)?).ok_or(Problem::OpenQuote)?;
            (Some(value), rest.trim_ascii_start())
        }
        Some(bare) => {
            // Beyond the grammar, but met: `=`, URIs and other marks in bare values.
            let end = find_any(bare, [b';', b' ', b'\t', b'"']).unwrap_or(bare.len());
            let (value, rest) = bare.split_at_checked(end).unwrap_or((bare, ""));
            (Some(value), rest.trim_ascii_start())
        }
    };
    match rest.as_bytes().first() {
        None | Some(b';') => Ok((Piece { name, value, len: text.len() - rest.len() }, rest)),
        Some(_) if value.is_some_and(|value| value.starts_with('"')) => Err(Problem::Trailing),
        Some(_) => Err(Problem::Token),
    }
}

/// A name, and what follows the white space behind it.
fn cut_word(text: &str) -> (&str, &str) {
    let text = text.trim_ascii_start();
    let end = find_any(text, [b';', b'=', b' ', b'\t', b'"']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (name, rest.trim_ascii_start())
}

/// The parameters of a checked text; empty ones are passed over.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a str, Option<&'a str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (piece, rest) = cut_piece(self.0.strip_prefix(';')?).ok()?;
            self.0 = rest;
            if !piece.name.is_empty() {
                return Some((piece.name, piece.value));
            }
        }
    }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        f.write_str(&self.0)?;
        f.write_char('`')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_without_quotes_and_names_ignore_case() {
        let params = Params::parse(r#";tag=abc;lr;text="a;\"b\"";+sip.instance="<urn:uuid:1>""#).unwrap();
        assert_eq!(params.get("TAG").as_deref(), Some("abc"));
        assert_eq!(params.get("lr").as_deref(), Some(""));
        assert_eq!(params.get("text").as_deref(), Some(r#"a;"b""#));
        assert_eq!(params.get("+sip.instance").as_deref(), Some("<urn:uuid:1>"));
        assert_eq!(params.get("other"), None);
    }

    #[test]
    fn white_space_and_empty_parameters_are_tidied() {
        let params = Params::parse(" ;".trim_start()).unwrap();
        assert!(params.is_empty());
        assert_eq!(Params::parse("; q = 0.33 ;; secondparam ").unwrap().to_string(), ";q=0.33;secondparam");
    }

    #[test]
    fn what_is_no_parameter_is_refused() {
        assert_eq!(Params::parse("x"), Err(Problem::Trailing));
        assert_eq!(Params::parse(";a=\"b"), Err(Problem::OpenQuote));
        assert_eq!(Params::parse(";a=\"b\"c"), Err(Problem::Trailing));
        assert_eq!(Params::parse(";a=b c"), Err(Problem::Token));
        assert_eq!(Params::parse(";=b"), Err(Problem::Token));
    }

    #[test]
    fn setting_keeps_the_place_and_quotes_what_is_no_token() {
        let params =
            Params::parse(";a=1;b=2").unwrap().with("A", "x y").with("c", "").with("d", "[::1]:5060");
        assert_eq!(params.to_string(), r#";A="x y";b=2;c;d=[::1]:5060"#);
        let mut params = params;
        params.remove("b");
        assert_eq!(params.to_string(), r#";A="x y";c;d=[::1]:5060"#);
    }
}
