//! Texts of the configuration that must have a certain form, parsed once: a value of these types is right.

use std::fmt;
use std::net::SocketAddr;

use axum::http::Uri;
use cordboard_wire::INCOMING_CALLS;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};

/// The WebSocket address of a PBX.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Upstream(Uri);

/// The text is no WebSocket address.
#[derive(Debug)]
pub struct NotUpstream(String);

impl fmt::Display for NotUpstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(
            f,
            "\"{text}\" is no WebSocket address of a PBX; write ws:// or wss:// with host, port and path, \
             such as \"wss://pbx.example.com:8089/ws\""
        )
    }
}

impl TryFrom<String> for Upstream {
    type Error = NotUpstream;

    fn try_from(text: String) -> Result<Self, NotUpstream> {
        match text.parse::<Uri>() {
            Ok(uri) if matches!(uri.scheme_str(), Some("ws" | "wss")) && has_plain_host(&uri) => {
                Ok(Self(uri))
            }
            Ok(_) | Err(_) => Err(NotUpstream(text)),
        }
    }
}

impl Upstream {
    /// The address itself.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A host, and no `user:password@`, which would end up in logs.
fn has_plain_host(uri: &Uri) -> bool {
    uri.host().is_some_and(|host| !host.is_empty())
        && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
}

/// One upstream or a list of them.
pub(super) struct Upstreams(pub(super) Vec<Upstream>);

impl<'de> Deserialize<'de> for Upstreams {
    // By hand and not as an untagged enum, which forgets the line and the reason of what it refuses.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Upstreams;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a WebSocket address of the PBX, or a list of them in order of preference")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Upstreams, E> {
                Upstream::try_from(text.to_owned()).map(|one| Upstreams(vec![one])).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Upstreams, A::Error> {
                let mut upstreams = Vec::new();
                while let Some(upstream) = list.next_element()? {
                    upstreams.push(upstream);
                }
                if upstreams.is_empty() {
                    return Err(A::Error::custom(
                        "the list is empty; name at least one WebSocket address of the PBX",
                    ));
                }
                Ok(Upstreams(upstreams))
            }
        }

        deserializer.deserialize_any(OneOrMore)
    }
}

/// The origin under which browsers see the console: scheme and host, and a port if it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(String);

/// The text is no origin.
#[derive(Debug)]
pub struct NotPublicUrl(String);

impl fmt::Display for NotPublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(
            f,
            "\"{text}\" is no address of a web site without path; write https:// (or http://) and the host, \
             such as \"https://desk.example.com\""
        )
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = NotPublicUrl;

    fn try_from(text: String) -> Result<Self, NotPublicUrl> {
        let usual_port = |uri: &Uri| match uri.scheme_str() {
            Some("https") => Some(443),
            Some("http") => Some(80),
            Some(_) | None => None,
        };
        match text.parse::<Uri>() {
            Ok(uri) if uri.path() == "/" && uri.query().is_none() && has_plain_host(&uri) => {
                let (Some(scheme), Some(host), Some(usual)) =
                    (uri.scheme_str(), uri.host(), usual_port(&uri))
                else {
                    return Err(NotPublicUrl(text));
                };
                // Browsers send origins in lower case and without the usual port (RFC 6454 section 6.2).
                let host = host.to_ascii_lowercase();
                let port = uri.port_u16().filter(|port| *port != usual);
                Ok(Self(port.map_or_else(
                    || format!("{scheme}://{host}"),
                    |port| format!("{scheme}://{host}:{port}"),
                )))
            }
            Ok(_) | Err(_) => Err(NotPublicUrl(text)),
        }
    }
}

impl PublicUrl {
    /// The origin as browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// The name an operator signs in with; large and small letters are the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct UserName(String);

/// The text cannot be a user's name.
#[derive(Debug)]
pub(crate) struct NotUserName;

impl fmt::Display for NotUserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a user's name is 1 to 64 characters without spaces at its ends and without control characters",
        )
    }
}

impl TryFrom<String> for UserName {
    type Error = NotUserName;

    fn try_from(text: String) -> Result<Self, NotUserName> {
        if is_proper_name(&text) { Ok(Self(text.to_lowercase())) } else { Err(NotUserName) }
    }
}

impl UserName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct TeamName(String);

/// The text cannot be a team's name.
#[derive(Debug)]
pub(crate) struct NotTeamName;

impl fmt::Display for NotTeamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a team's name is 1 to 64 characters without spaces at its ends and without control characters; \
             leave it out for somebody who is in none",
        )
    }
}

impl TryFrom<String> for TeamName {
    type Error = NotTeamName;

    fn try_from(text: String) -> Result<Self, NotTeamName> {
        if is_proper_name(&text) { Ok(Self(text)) } else { Err(NotTeamName) }
    }
}

impl TeamName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whoever wrote the one meant the other.
    pub(super) fn is_likely(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

/// Not empty, not long, and nothing in it that cannot be seen.
fn is_proper_name(text: &str) -> bool {
    let proper = text.trim() == text && !text.is_empty() && text.chars().count() <= 64;
    proper && !text.chars().any(char::is_control)
}

/// Where to listen.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Listen(pub(super) SocketAddr);

/// The text is no address with port.
#[derive(Debug)]
pub(super) struct NotListen(String);

impl fmt::Display for NotListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(
            f,
            "\"{text}\" is no IP address with port; write \"127.0.0.1:8080\" for this computer alone, \
             or \"0.0.0.0:8080\" for every computer that reaches this one"
        )
    }
}

impl TryFrom<String> for Listen {
    type Error = NotListen;

    fn try_from(text: String) -> Result<Self, NotListen> {
        text.parse().map(Self).map_err(|_| NotListen(text))
    }
}

/// A count or a time, where none at all would make no sense.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Positive(pub(super) u32);

/// The number is 0.
#[derive(Debug)]
pub(super) struct Zero;

impl fmt::Display for Zero {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0 is too little; write a whole number from 1 up")
    }
}

impl TryFrom<u32> for Positive {
    type Error = Zero;

    fn try_from(number: u32) -> Result<Self, Zero> {
        if number == 0 { Err(Zero) } else { Ok(Self(number)) }
    }
}

/// The page of a CRM about a caller: an address with `{number}` where the number goes, and `{name}` where the name does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CrmPage(String);

/// The text is no such address.
#[derive(Debug)]
pub struct NotCrmPage(String);

impl fmt::Display for NotCrmPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(
            f,
            "\"{text}\" is no address of a CRM's page about a caller; write https:// (or http://), and {{number}} where \
             the number goes, such as \"https://crm.example.com/search?phone={{number}}\""
        )
    }
}

impl TryFrom<String> for CrmPage {
    type Error = NotCrmPage;

    fn try_from(text: String) -> Result<Self, NotCrmPage> {
        let is_web = text.starts_with("https://") || text.starts_with("http://");
        if is_web && text.contains("{number}") { Ok(Self(text)) } else { Err(NotCrmPage(text)) }
    }
}

impl CrmPage {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many incoming calls a console takes at once.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Places(pub(super) u8);

/// More places than a list can be read with.
const MOST_PLACES: u8 = 40;

/// A console cannot have so few or so many.
#[derive(Debug)]
pub(super) struct NoPlaces(u32);

impl fmt::Display for NoPlaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0;
        write!(
            f,
            "a console cannot take {number} calls; write a number from {INCOMING_CALLS} to {MOST_PLACES}"
        )
    }
}

impl TryFrom<u32> for Places {
    type Error = NoPlaces;

    fn try_from(number: u32) -> Result<Self, NoPlaces> {
        let places = u8::try_from(number).ok();
        places
            .filter(|places| (INCOMING_CALLS..=MOST_PLACES).contains(places))
            .map(Self)
            .ok_or(NoPlaces(number))
    }
}

/// An address of record without scheme.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Aor(pub(super) String);

/// The text is no address of record.
#[derive(Debug)]
pub(super) struct NotAor(String);

impl fmt::Display for NotAor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is no SIP address; write user and domain without \"sip:\", such as \"201@example.com\"",
            self.0
        )
    }
}

impl TryFrom<String> for Aor {
    type Error = NotAor;

    fn try_from(text: String) -> Result<Self, NotAor> {
        let proper = |part: &str| !part.is_empty() && !part.contains([' ', '@', '<', '>', ';', '?']);
        match text.split_once('@') {
            Some((user, domain)) if proper(user) && !user.contains(':') && proper(domain) => Ok(Self(text)),
            Some(_) | None => Err(NotAor(text)),
        }
    }
}

impl Aor {
    pub(super) fn user(&self) -> &str {
        self.0.split_once('@').map_or(self.0.as_str(), |(user, _)| user)
    }
}

/// An audio codec, written as SDP names it.
#[derive(Clone, Copy, Deserialize)]
pub(super) enum Codec {
    #[serde(rename = "opus")]
    Opus,
    G722,
    #[serde(rename = "PCMA")]
    Pcma,
    #[serde(rename = "PCMU")]
    Pcmu,
}

impl Codec {
    pub(super) fn sdp_name(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::G722 => "G722",
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        for (written, sent) in [
            ("https://Desk.Example.com", "https://desk.example.com"),
            ("https://desk.example.com:443/", "https://desk.example.com"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(PublicUrl::try_from(written.to_owned()).unwrap().as_str(), sent);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in ["", "desk.example.com", "ftp://x", "https://x/desk", "https://a:b@x", "https://"] {
            assert!(PublicUrl::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn user_names_ignore_case() {
        let name = |text: &str| UserName::try_from(text.to_owned());
        assert_eq!(name("Anna").unwrap(), name("anna").unwrap());
        for text in ["", " anna", "an\nna", &"a".repeat(65)] {
            assert!(name(text).is_err(), "{text:?}");
        }
    }
}
