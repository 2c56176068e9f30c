//! Finds the parts of an address without copying any of it.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Parts;
use crate::ascii::{HOST, each_uri_mark, find_any, is};

pub(super) const SIP: u8 = 0;
pub(super) const SIPS: u8 = 1;
pub(super) const TEL: u8 = 2;
pub(super) const OTHER: u8 = 3;

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriError {
    /// There is no scheme and colon in front.
    NoScheme,
    /// A `sip:` URI without host.
    NoHost,
    /// The host name has characters that no name has.
    BadHost,
    /// The IPv6 address is none, or its bracket is not closed.
    BadAddress,
    /// The port is no number up to 65535.
    BadPort,
    /// A `tel:` URI without number.
    NoNumber,
    /// A character that may not stand in a URI at all: white space, controls, quotes, angle brackets.
    Forbidden(char),
    /// Longer than any message.
    TooLong,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScheme => f.write_str("URI without scheme"),
            Self::NoHost => f.write_str("URI without host"),
            Self::BadHost => f.write_str("bad host name in URI"),
            Self::BadAddress => f.write_str("bad IPv6 address in URI"),
            Self::BadPort => f.write_str("bad port in URI"),
            Self::NoNumber => f.write_str("tel URI without number"),
            Self::Forbidden(found) => write!(f, "URI with forbidden character {found:?}"),
            Self::TooLong => f.write_str("URI too long"),
        }
    }
}

impl std::error::Error for UriError {}

/// Checks that a text is an address, without keeping it.
pub(crate) fn check(text: &str) -> Result<(), UriError> {
    parts(text).map(|_| ())
}

pub(super) fn parts(text: &str) -> Result<Parts, UriError> {
    let end = u16::try_from(text.len()).map_err(|_| UriError::TooLong)?;
    let start = scheme_end(text)? + 1;
    let scheme = scheme_of(text.get(..start - 1).unwrap_or_default());
    let marks = Marks::find(text, start)?;
    let start = to_u16(start);
    match scheme {
        SIP | SIPS => sip_parts(text, scheme, start, end, marks),
        TEL => tel_parts(start, end, marks),
        _ => Ok(Parts {
            scheme,
            user_start: start,
            user_end: end,
            password_end: end,
            host_start: end,
            host_end: end,
            port: None,
            params_start: end,
            params_end: end,
            headers_start: end,
        }),
    }
}

/// Where the characters are that part a URI, found in one pass.
#[derive(Clone, Copy, Default)]
struct Marks {
    /// The first `@`; it ends the user, which may hold `;` and `?` itself. Elsewhere `@` is escaped.
    at: Option<u16>,
    /// The first `:` before it.
    password: Option<u16>,
    /// The first `;` behind it.
    params: Option<u16>,
    /// The first `?` behind it.
    headers: Option<u16>,
}

impl Marks {
    fn find(text: &str, start: usize) -> Result<Self, UriError> {
        let mut marks = Self::default();
        let mut forbidden = None;
        each_uri_mark(text.get(start..).unwrap_or_default(), |offset, byte| {
            let place = to_u16(start + offset);
            match byte {
                b'@' if marks.at.is_none() => {
                    marks = Self { at: Some(place), password: marks.password, ..Self::default() };
                }
                b':' if marks.at.is_none() => marks.password = marks.password.or(Some(place)),
                b';' => marks.params = marks.params.or(Some(place)),
                b'?' => marks.headers = marks.headers.or(Some(place)),
                b'@' | b':' | b'!' => {}
                _ => forbidden = forbidden.or(Some(byte)),
            }
        });
        forbidden.map_or(Ok(marks), |byte| Err(UriError::Forbidden(char::from(byte))))
    }
}

/// RFC 3261 §25.1: `sip:[user[:password]@]host[:port]*(;param)[?headers]`.
fn sip_parts(text: &str, scheme: u8, start: u16, end: u16, marks: Marks) -> Result<Parts, UriError> {
    let (user_end, password_end, host_start) = match marks.at {
        Some(at) => (marks.password.unwrap_or(at), at, at + 1),
        None => (start, start, start),
    };
    let params_end = marks.headers.unwrap_or(end);
    // A `;` behind the `?` is a header's.
    let params = marks.params.filter(|mark| *mark < params_end);
    let hostport_end = params.unwrap_or(params_end);
    let hostport = text.get(usize::from(host_start)..usize::from(hostport_end)).unwrap_or_default();
    let (host_len, port) = host_and_port(hostport)?;
    Ok(Parts {
        scheme,
        user_start: start,
        user_end,
        password_end,
        host_start,
        host_end: host_start + to_u16(host_len),
        port,
        params_start: params.map_or(params_end, |mark| mark + 1),
        params_end,
        headers_start: (params_end + 1).min(end),
    })
}

fn tel_parts(start: u16, end: u16, marks: Marks) -> Result<Parts, UriError> {
    let number_end = marks.params.unwrap_or(end);
    if number_end == start {
        return Err(UriError::NoNumber);
    }
    Ok(Parts {
        scheme: TEL,
        user_start: start,
        user_end: number_end,
        password_end: number_end,
        host_start: end,
        host_end: end,
        port: None,
        params_start: (number_end + 1).min(end),
        params_end: end,
        headers_start: end,
    })
}

/// Length of the host in `host[:port]`, and the port. Also reads Via's sent-by, where white space may stand around
/// the colon (RFC 3261 §20.42).
pub(crate) fn host_and_port(text: &str) -> Result<(usize, Option<u16>), UriError> {
    let host_len = if text.starts_with('[') {
        let close = find_any(text, [b']']).ok_or(UriError::BadAddress)?;
        ipv6(text.get(..=close).unwrap_or_default()).ok_or(UriError::BadAddress)?;
        close + 1
    } else {
        match text.bytes().position(|byte| !is(byte, HOST)) {
            _ if text.is_empty() || text.starts_with(':') => return Err(UriError::NoHost),
            Some(end) => end,
            None => return Ok((text.len(), None)),
        }
    };
    let tail = text.get(host_len..).unwrap_or_default();
    if tail.is_empty() {
        return Ok((host_len, None));
    }
    let digits = tail.trim_ascii_start().strip_prefix(':').ok_or(UriError::BadHost)?.trim_ascii_start();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UriError::BadPort);
    }
    digits.parse().map(|port| (host_len, Some(port))).map_err(|_| UriError::BadPort)
}

/// Reads `[2001:db8::1]`. A third colon before an IPv4 tail comes from the grammar of RFC 3261 itself and is let
/// pass (RFC 5118 §4.10).
pub(super) fn ipv6(host: &str) -> Option<Ipv6Addr> {
    let address = host.strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(address) = address.parse() {
        return Some(address);
    }
    let (front, tail) = address.split_once(":::")?;
    tail.parse::<Ipv4Addr>().ok()?;
    format!("{front}::{tail}").parse().ok()
}

/// Where the scheme's colon is; RFC 3986 §3.1 says what a scheme may be.
fn scheme_end(text: &str) -> Result<usize, UriError> {
    let end = text.bytes().position(|byte| !is_scheme_byte(byte)).ok_or(UriError::NoScheme)?;
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts_well && text.as_bytes().get(end) == Some(&b':') { Ok(end) } else { Err(UriError::NoScheme) }
}

fn is_scheme_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

fn scheme_of(text: &str) -> u8 {
    if text.eq_ignore_ascii_case("sip") {
        SIP
    } else if text.eq_ignore_ascii_case("sips") {
        SIPS
    } else if text.eq_ignore_ascii_case("tel") {
        TEL
    } else {
        OTHER
    }
}

/// Offsets inside a text whose length was checked to fit.
fn to_u16(offset: usize) -> u16 {
    u16::try_from(offset).unwrap_or(u16::MAX)
}
