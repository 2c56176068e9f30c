//! Via: the way back (RFC 3261 §20.42, RFC 3581, RFC 7118 §4.2).

use std::fmt;

use super::{Params, Problem, params};
use crate::ascii::find_any;
use crate::scan::{cut, cut_params, is_token, trim};
use crate::uri::host_and_port;

/// One hop of the way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// The transport behind `SIP/2.0/`.
    pub transport: Transport,
    /// Host of the sent-by, an IPv6 address with its brackets.
    pub host: String,
    /// Port of the sent-by.
    pub port: Option<u16>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params,
}

/// A transport (RFC 3261 §20.42, RFC 4168, RFC 7118).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `UDP`
    Udp,
    /// `TCP`
    Tcp,
    /// `TLS`
    Tls,
    /// `SCTP`
    Sctp,
    /// `WS`
    Ws,
    /// `WSS`
    Wss,
    /// Any other token.
    Other(Box<str>),
}

/// Every branch made by RFC 3261 begins with this; what does not, comes from RFC 2543 (§8.1.1.7).
const COOKIE: &str = "z9hG4bK";

impl Via {
    /// A Via of our own.
    pub fn new(transport: Transport, host: &str, branch: &str) -> Self {
        Self { transport, host: host.to_owned(), port: None, params: Params::new().with("branch", branch) }
    }

    /// The transaction's branch, if it is one by RFC 3261: the cookie with something behind it (§17.2.3).
    /// A peer of RFC 2543 has none, and its requests are matched the old way.
    pub fn branch(&self) -> Option<&str> {
        let branch = self.params.raw("branch")?;
        (branch.len() > COOKIE.len() && has_cookie(branch)).then_some(branch)
    }

    /// Host and port as the peer claims them.
    pub fn sent_by(&self) -> (&str, Option<u16>) {
        (&self.host, self.port)
    }

    /// Reads one value of a Via header.
    ///
    /// # Errors
    /// [`Problem`] says what keeps it from being one.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pieces = pieces(text)?;
        let (host_len, port) = host_and_port(pieces.sent_by)?;
        let host = pieces.sent_by.get(..host_len).unwrap_or_default().to_owned();
        Ok(Self {
            transport: Transport::read(pieces.transport),
            host,
            port,
            params: Params::parse(pieces.params)?,
        })
    }
}

fn has_cookie(branch: &str) -> bool {
    branch.get(..COOKIE.len()).is_some_and(|front| front.eq_ignore_ascii_case(COOKIE))
}

impl Transport {
    fn read(text: &str) -> Self {
        match text {
            "WSS" => Self::Wss,
            "WS" => Self::Ws,
            "UDP" => Self::Udp,
            "TCP" => Self::Tcp,
            "TLS" => Self::Tls,
            "SCTP" => Self::Sctp,
            other => match other.to_ascii_uppercase() {
                upper if upper == other => Self::Other(upper.into_boxed_str()),
                upper => Self::read(&upper),
            },
        }
    }

    /// The transport as it stands in Via.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Sctp => "SCTP",
            Self::Ws => "WS",
            Self::Wss => "WSS",
            Self::Other(name) => name,
        }
    }
}

struct Pieces<'a> {
    transport: &'a str,
    sent_by: &'a str,
    params: &'a str,
}

/// Checks without keeping anything.
pub(crate) fn check(text: &str) -> Result<(), Problem> {
    let pieces = pieces(text)?;
    host_and_port(pieces.sent_by)?;
    if !pieces.params.is_empty() {
        params::check(pieces.params)?;
    }
    Ok(())
}

/// `SIP / 2.0 / UDP host : port ; params`, with white space at each of these places (RFC 4475 §3.1.1.1).
fn pieces(text: &str) -> Result<Pieces<'_>, Problem> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    // Nearly all hops are written like this, and need no more looking.
    let rest = match text.strip_prefix("SIP/2.0/") {
        Some(rest) => rest,
        None => behind_version(text)?,
    };
    let rest = rest.trim_ascii_start();
    let space = find_any(rest, [b' ', b'\t']).ok_or(Problem::Token)?;
    let (transport, rest) = rest.split_at_checked(space).ok_or(Problem::Token)?;
    if !is_token(transport) {
        return Err(Problem::Token);
    }
    let (sent_by, params) = cut_params(rest);
    Ok(Pieces { transport, sent_by, params })
}

/// Other versions may come in Via of messages that are refused for their version (RFC 4475 §3.1.2.16).
fn behind_version(text: &str) -> Result<&str, Problem> {
    let (protocol, rest) = cut(text, b'/').ok_or(Problem::Version)?;
    let (version, rest) = cut(rest, b'/').ok_or(Problem::Version)?;
    if is_token(trim(protocol)) && is_token(trim(version)) { Ok(rest) } else { Err(Problem::Version) }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIP/2.0/{} {}", self.transport.as_str(), self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        self.params.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hop_of_a_browser_is_read_and_printed() {
        let text = "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks;rport";
        let via = Via::parse(text).unwrap();
        assert_eq!(via.transport, Transport::Wss);
        assert_eq!(via.branch(), Some("z9hG4bK56sdasks"));
        assert!(via.params.has("rport"));
        assert_eq!(via.to_string(), text);
    }

    #[test]
    fn white_space_may_be_everywhere() {
        let via =
            Via::parse("SIP  / 2.0  / TCP     spindle.example.com   ;  branch  =   z9hG4bK9ikj8").unwrap();
        assert_eq!(via.to_string(), "SIP/2.0/TCP spindle.example.com;branch=z9hG4bK9ikj8");
    }

    #[test]
    fn an_ipv6_hop_is_read_with_brackets() {
        let via = Via::parse("SIP/2.0/UDP [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=z9hG4bKas3")
            .unwrap();
        assert_eq!(via.sent_by(), ("[2001:db8::9:1]", Some(6050)));
        assert_eq!(via.params.get("received").as_deref(), Some("[2001:db8::9:255]"));
    }

    #[test]
    fn the_cookie_alone_is_no_branch() {
        for old in ["z9hG4bK", "390skdjuw", ""] {
            let via = Via::parse(&format!("SIP/2.0/UDP a;branch={old}")).unwrap();
            assert_eq!(via.branch(), None, "{old}");
        }
    }

    #[test]
    fn a_broken_hop_is_told() {
        assert_eq!(Via::parse(""), Err(Problem::Empty));
        assert_eq!(Via::parse("UDP a"), Err(Problem::Version));
        assert_eq!(Via::parse("SIP/2.0/UDP"), Err(Problem::Token));
        assert!(matches!(Via::parse("SIP/2.0/UDP ;branch=1"), Err(Problem::Uri(_))));
    }
}
