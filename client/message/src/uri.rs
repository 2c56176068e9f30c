//! Addresses: `sip:`, `sips:`, `tel:` and whatever else a peer may name (RFC 3261 §19.1, RFC 3966, RFC 2396).
//!
//! A [`Uri`] is its own text and the places where its parts begin. What was received is printed back byte for byte;
//! parts are unescaped only when somebody asks for them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod build;
mod compare;
mod escape;
mod parse;

pub use escape::{Part, escape, unescape};
pub use parse::UriError;
pub(crate) use parse::{check, host_and_port};

/// The kind of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
    /// `tel:` (RFC 3966)
    Tel,
    /// Anything else, such as `urn:service:sos`.
    Other,
}

/// An address. Equality is that of the text; for "the same place" by RFC 3261 §19.1.4 see [`Uri::equivalent`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uri {
    text: String,
    parts: Parts,
}

/// Where the parts of a URI's text begin and end, in bytes. No URI is longer than a message may be.
///
/// `scheme : user : password @ host : port ;params ?headers`; of a `tel:` URI the number is the user; of other schemes
/// everything after the colon is the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Parts {
    scheme: u8,
    user_start: u16,
    user_end: u16,
    /// End of the password; equals `user_end` if there is none.
    password_end: u16,
    host_start: u16,
    host_end: u16,
    port: Option<u16>,
    /// Just behind the first `;`, or the end.
    params_start: u16,
    params_end: u16,
    /// Just behind the `?`, or the end.
    headers_start: u16,
}

impl Uri {
    /// Reads an address.
    ///
    /// # Errors
    /// [`UriError`] says what is wrong; nothing is repaired.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let parts = parse::parts(text)?;
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The whole address as received or built.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The kind of address.
    pub fn scheme(&self) -> Scheme {
        match self.parts.scheme {
            parse::SIP => Scheme::Sip,
            parse::SIPS => Scheme::Sips,
            parse::TEL => Scheme::Tel,
            _ => Scheme::Other,
        }
    }

    /// The scheme as written, without its colon.
    pub fn scheme_text(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    /// True for `sip:` and `sips:`, the addresses a request can be sent to.
    pub fn is_sip(&self) -> bool {
        matches!(self.scheme(), Scheme::Sip | Scheme::Sips)
    }

    /// The user, the number of a `tel:` URI or what follows the scheme of another, unescaped. Empty if there is none.
    pub fn user(&self) -> Cow<'_, str> {
        unescape(self.raw_user())
    }

    /// The user as written, escapes and all.
    pub fn raw_user(&self) -> &str {
        self.slice(self.parts.user_start, self.parts.user_end)
    }

    /// The password that should never be in an address (RFC 3261 §19.1.1), as written.
    pub fn raw_password(&self) -> Option<&str> {
        (self.parts.password_end > self.parts.user_end)
            .then(|| self.slice(self.parts.user_end + 1, self.parts.password_end))
    }

    /// Host name or address; an IPv6 address with its brackets. Empty for `tel:` and others.
    pub fn host(&self) -> &str {
        self.slice(self.parts.host_start, self.parts.host_end)
    }

    /// The port, if one is named.
    pub fn port(&self) -> Option<u16> {
        self.parts.port
    }

    /// Each parameter as written: name, and value if it has one.
    pub fn params(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        pieces(self.raw_params(), ';')
    }

    /// The value of a parameter, unescaped; empty for a parameter without value, `None` if it is absent.
    pub fn param(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.params().find(|(written, _)| unescape(written).eq_ignore_ascii_case(name))?;
        Some(unescape(value.unwrap_or_default()))
    }

    /// True if the parameter is there, with or without a value.
    pub fn has_param(&self, name: &str) -> bool {
        self.params().any(|(written, _)| unescape(written).eq_ignore_ascii_case(name))
    }

    /// Each header that the URI asks to be put into the request (`?Replaces=…`), as written.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        pieces(self.raw_headers(), '&').map(|(name, value)| (name, value.unwrap_or_default()))
    }

    /// The unescaped value of a URI header such as `Replaces`.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.headers().find(|(written, _)| unescape(written).eq_ignore_ascii_case(name))?;
        Some(unescape(value))
    }

    fn raw_params(&self) -> &str {
        self.slice(self.parts.params_start, self.parts.params_end)
    }

    fn raw_headers(&self) -> &str {
        self.text.get(usize::from(self.parts.headers_start)..).unwrap_or_default()
    }

    fn slice(&self, start: u16, end: u16) -> &str {
        self.text.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }
}

/// Splits `a=1;b` at `separator`; empty pieces are passed over.
fn pieces(text: &str, separator: char) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split(separator).filter(|piece| !piece.is_empty()).map(|piece| match piece.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (piece, None),
    })
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({})", self.text)
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl Serialize for Uri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Uri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn every_part_of_a_full_uri_is_found() {
        let uri =
            uri("sips:alice:secret@atlanta.com:5061;transport=tcp;lr?subject=project%20x&priority=urgent");
        assert_eq!(uri.scheme(), Scheme::Sips);
        assert_eq!(uri.user(), "alice");
        assert_eq!(uri.raw_password(), Some("secret"));
        assert_eq!(uri.host(), "atlanta.com");
        assert_eq!(uri.port(), Some(5061));
        assert_eq!(uri.param("Transport").as_deref(), Some("tcp"));
        assert!(uri.has_param("lr"));
        assert_eq!(uri.header("Subject").as_deref(), Some("project x"));
        assert_eq!(uri.header("priority").as_deref(), Some("urgent"));
    }

    #[test]
    fn a_user_may_hold_semicolons_and_question_marks() {
        let uri = uri(
            "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
        );
        assert_eq!(uri.user(), "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
        assert_eq!(uri.host(), "example.com");
    }

    #[test]
    fn tel_and_urn_are_addresses_too() {
        let tel = uri("tel:+1-201-555-0123;phone-context=example.com");
        assert_eq!((tel.scheme(), tel.user().as_ref()), (Scheme::Tel, "+1-201-555-0123"));
        assert_eq!(tel.param("phone-context").as_deref(), Some("example.com"));
        let urn = uri("urn:service:sos");
        assert_eq!((urn.scheme(), urn.user().as_ref(), urn.host()), (Scheme::Other, "service:sos", ""));
    }

    #[test]
    fn an_ipv6_host_keeps_its_brackets() {
        let uri = uri("sip:[2001:db8::10]:5070");
        assert_eq!((uri.host(), uri.port(), uri.user().as_ref()), ("[2001:db8::10]", Some(5070), ""));
    }

    #[test]
    fn what_is_no_address_is_named() {
        for (text, error) in [
            ("", UriError::NoScheme),
            ("bob", UriError::NoScheme),
            ("sip:", UriError::NoHost),
            ("sip:bob@", UriError::NoHost),
            ("sip:bob@a b", UriError::Forbidden(' ')),
            ("<sip:bob@a>", UriError::NoScheme),
            ("sip:a:99999", UriError::BadPort),
            ("sip:[::1", UriError::BadAddress),
            ("sip:[::x]", UriError::BadAddress),
            ("sip:a@b_c!d", UriError::BadHost),
            ("tel:", UriError::NoNumber),
        ] {
            assert_eq!(Uri::parse(text), Err(error), "{text}");
        }
    }
}
