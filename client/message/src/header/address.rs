//! `"Name" <uri>;params`: From, To, Contact, Route, Refer-To, P-Asserted-Identity and their kin (RFC 3261 §20.10).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Params, Problem, params};
use crate::ascii::find_any;
use crate::scan::{cut, push_quoted, quoted_len, seconds_or_hour, trim, unquote};
use crate::uri::{self, Uri};

/// An address with the name to show and the header's parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct NameAddr {
    /// The name to show, without quotes and escapes; empty if there is none.
    pub display: String,
    /// The address.
    pub uri: Uri,
    /// Parameters of the header, such as `tag`; those of the URI are in `uri`.
    pub params: Params,
}

impl NameAddr {
    /// An address without name and parameters.
    pub fn new(uri: Uri) -> Self {
        Self { display: String::new(), uri, params: Params::new() }
    }

    /// With a name to show.
    #[must_use]
    pub fn with_display(mut self, display: &str) -> Self {
        display.clone_into(&mut self.display);
        self
    }

    /// With a parameter; an empty value makes a flag.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.set(name, value);
        self
    }

    /// With a tag (RFC 3261 §19.3).
    #[must_use]
    pub fn with_tag(self, tag: &str) -> Self {
        self.with_param("tag", tag)
    }

    /// The tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        self.params.raw("tag").filter(|tag| !tag.is_empty())
    }

    /// A contact's `expires` in seconds; what is no number means one hour (RFC 3261 §20.10).
    pub fn expires(&self) -> Option<u32> {
        self.params.get("expires").map(|seconds| seconds_or_hour(&seconds))
    }

    /// Reads one address, with or without angle brackets.
    ///
    /// # Errors
    /// [`Problem`] says what keeps it from being one.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pieces = pieces(text)?;
        Ok(Self {
            display: pieces.display.into_owned(),
            uri: Uri::parse(pieces.uri)?,
            params: Params::parse(pieces.params)?,
        })
    }
}

struct Pieces<'a> {
    display: Cow<'a, str>,
    uri: &'a str,
    params: &'a str,
}

/// Checks without keeping anything.
pub(crate) fn check(text: &str) -> Result<(), Problem> {
    let pieces = pieces(text)?;
    uri::check(pieces.uri)?;
    if !pieces.params.is_empty() {
        params::check(pieces.params)?;
    }
    Ok(())
}

fn pieces(text: &str) -> Result<Pieces<'_>, Problem> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if text.starts_with('"') {
        let (quoted, rest) = text.split_at_checked(quoted_len(text)?).ok_or(Problem::OpenQuote)?;
        let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        let rest = trim(rest).strip_prefix('<').ok_or(Problem::NeedsBrackets)?;
        return bracketed(unquote(inside), rest);
    }
    match cut(text, b'<') {
        // `Bell, Alexander <sip:…>` lacks quotes, but one name is all it can mean (RFC 4475 §3.1.2.15).
        Some((display, rest)) if !is_bare(display) => bracketed(Cow::Borrowed(trim(display)), rest),
        Some(_) | None => bare(text),
    }
}

/// True if what stands before a `<` is an address whose parameters hold that `<` in a quoted string.
fn is_bare(front: &str) -> bool {
    front.contains('"') && front.contains(';')
}

fn bracketed<'a>(display: Cow<'a, str>, rest: &'a str) -> Result<Pieces<'a>, Problem> {
    let (uri, params) = cut(rest, b'>').ok_or(Problem::OpenBracket)?;
    // Spaces inside the brackets are wrong, but cannot mean anything (RFC 4475 §3.1.2.14).
    Ok(Pieces { display, uri: trim(uri), params: trim(params) })
}

/// Without brackets all parameters are the header's, and some characters may not be in the URI (RFC 3261 §20).
fn bare(text: &str) -> Result<Pieces<'_>, Problem> {
    let end = find_any(text, [b';', b' ', b'\t']).unwrap_or(text.len());
    let (uri, params) = text.split_at_checked(end).unwrap_or((text, ""));
    if find_any(uri, [b'?', b',']).is_some() {
        return Err(Problem::NeedsBrackets);
    }
    Ok(Pieces { display: Cow::Borrowed(""), uri, params: trim(params) })
}

impl fmt::Display for NameAddr {
    /// Always with angle brackets, so that no parameter can change sides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.display.is_empty() {
            push_quoted(f, &self.display)?;
            f.write_str(" ")?;
        }
        write!(f, "<{}>{}", self.uri, self.params)
    }
}

impl fmt::Debug for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Serialize for NameAddr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NameAddr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uri::UriError;

    fn read(text: &str) -> NameAddr {
        NameAddr::parse(text).unwrap()
    }

    #[test]
    fn names_come_quoted_bare_or_not_at_all() {
        for (text, display, uri) in [
            (r#""A. \"Bob\" <x>" <sip:a@b>"#, r#"A. "Bob" <x>"#, "sip:a@b"),
            ("caller<sip:a@b>;tag=1", "caller", "sip:a@b"),
            ("Bell, Alexander <sip:a@b>", "Bell, Alexander", "sip:a@b"),
            (r#""" <sip:a@b>"#, "", "sip:a@b"),
            ("<tel:+441>", "", "tel:+441"),
            ("sip:a@b", "", "sip:a@b"),
            ("\"Watson\" < sip:a@b >", "Watson", "sip:a@b"),
            ("Zoë Ω <sip:a@b>", "Zoë Ω", "sip:a@b"),
        ] {
            let address = read(text);
            assert_eq!((address.display.as_str(), address.uri.as_str()), (display, uri), "{text}");
        }
    }

    #[test]
    fn parameters_belong_to_the_uri_only_inside_brackets() {
        let outside = read("sip:a@b;tag=7");
        assert_eq!((outside.tag(), outside.uri.as_str()), (Some("7"), "sip:a@b"));
        let inside = read("<sip:a@b;tag=7>");
        assert_eq!((inside.tag(), inside.uri.has_param("tag")), (None, true));
        let instance = read(r#"sip:a@b;+sip.instance="<urn:uuid:1>";expires=60"#);
        assert_eq!((instance.uri.as_str(), instance.expires()), ("sip:a@b", Some(60)));
    }

    #[test]
    fn what_is_no_address_is_told() {
        for (text, problem) in [
            ("", Problem::Empty),
            ("\"Joe <sip:a@b>", Problem::OpenQuote),
            ("Joe <sip:a@b", Problem::OpenBracket),
            ("\"Joe\" sip:a@b", Problem::NeedsBrackets),
            ("sip:a@b?Route=x", Problem::NeedsBrackets),
            ("<sip:a@b> x", Problem::Trailing),
            ("<sip:a b>", Problem::Uri(UriError::Forbidden(' '))),
            ("Joe", Problem::Uri(UriError::NoScheme)),
        ] {
            assert_eq!(NameAddr::parse(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn it_is_printed_so_that_it_reads_the_same_again() {
        let address = read(r#""A \\ \"B\"" <sip:a@b;lr>;tag=1;x="y z""#);
        assert_eq!(address.to_string(), r#""A \\ \"B\"" <sip:a@b;lr>;tag=1;x="y z""#);
        assert_eq!(read(&address.to_string()), address);
    }
}
