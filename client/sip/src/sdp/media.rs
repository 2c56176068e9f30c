//! One media section: what it offers and which way it flows.

use super::{Codec, Line, Sdp, attribute, attributes};

/// A media section of a session description.
#[derive(Clone, Copy)]
pub struct Media<'a> {
    pub(super) sdp: &'a Sdp,
    pub(super) index: usize,
}

/// Which way media flows, seen by whoever wrote the description (RFC 3264 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// The writer only sends: it holds the other.
    SendOnly,
    /// The writer only listens: it is held.
    RecvOnly,
    /// Neither way.
    Inactive,
}

impl Direction {
    /// All four.
    pub const ALL: [Self; 4] = [Self::SendRecv, Self::SendOnly, Self::RecvOnly, Self::Inactive];

    /// The attribute's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// The same seen from the other side.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::SendRecv => Self::SendRecv,
            Self::SendOnly => Self::RecvOnly,
            Self::RecvOnly => Self::SendOnly,
            Self::Inactive => Self::Inactive,
        }
    }

    /// True if the writer wants to hear nothing: the other side is on hold.
    pub const fn is_hold(self) -> bool {
        matches!(self, Self::SendOnly | Self::Inactive)
    }

    /// Without the way towards the writer.
    const fn deaf(self) -> Self {
        match self {
            Self::SendRecv | Self::SendOnly => Self::SendOnly,
            Self::RecvOnly | Self::Inactive => Self::Inactive,
        }
    }
}

/// Who opens the DTLS connection (RFC 8842 §5.2, RFC 4145 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// The writer opens.
    Active,
    /// The writer waits.
    Passive,
    /// Either will do; offers only.
    ActPass,
    /// Nobody yet.
    HoldConn,
}

/// A certificate's hash (RFC 8122 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint<'a> {
    /// Hash function, such as `sha-256`.
    pub hash: &'a str,
    /// Hexadecimal bytes parted by colons.
    pub value: &'a str,
}

impl<'a> Media<'a> {
    /// `audio`, `video`, …
    pub fn kind(self) -> &'a str {
        self.word(0)
    }

    /// The port; 0 rejects the section (RFC 3264 §6).
    pub fn port(self) -> u16 {
        self.port_text().split('/').next().and_then(|port| port.parse().ok()).unwrap_or_default()
    }

    /// The protocol, such as `UDP/TLS/RTP/SAVPF`.
    pub fn protocol(self) -> &'a str {
        self.word(2)
    }

    /// The formats: payload types for RTP.
    pub fn formats(self) -> impl Iterator<Item = &'a str> {
        self.m_line().split_ascii_whitespace().skip(3)
    }

    /// True if this section is switched off: port 0 and not merely bundled with another (RFC 8843 §6).
    pub fn is_rejected(self) -> bool {
        self.port() == 0 && self.attribute("bundle-only").is_none()
    }

    /// The codecs in order of preference; formats that nothing explains are left out.
    pub fn codecs(self) -> Vec<Codec> {
        let mapped: Vec<_> = attributes(self.lines(), "rtpmap").filter_map(Codec::from_rtpmap).collect();
        self.formats()
            .filter_map(|format| format.parse().ok())
            .filter_map(|payload| {
                let found = mapped.iter().find(|codec| codec.payload == payload);
                found.cloned().or_else(|| Codec::from_static(payload))
            })
            .collect()
    }

    /// Which way media flows: the section's own word, else the session's, else both ways (RFC 8866 §6.7).
    /// A connection to 0.0.0.0 is the old way to hold (RFC 3264 §8.4), unless ICE decides where media goes:
    /// then every description begins with that address (RFC 8840 §4.1.1).
    pub fn direction(self) -> Direction {
        let stated =
            stated(self.lines()).or_else(|| stated(self.sdp.session_lines())).unwrap_or(Direction::SendRecv);
        let to_nowhere = matches!(self.connection(), Some("0.0.0.0" | "::"));
        if to_nowhere && self.shared_attribute("ice-ufrag").is_none() { stated.deaf() } else { stated }
    }

    /// The certificate's hash, the section's or the session's.
    pub fn fingerprint(self) -> Option<Fingerprint<'a>> {
        let (hash, value) = self.shared_attribute("fingerprint")?.split_once(' ')?;
        Some(Fingerprint { hash, value: value.trim() })
    }

    /// Who opens the DTLS connection, the section's word or the session's.
    pub fn setup(self) -> Option<Setup> {
        match self.shared_attribute("setup")?.trim() {
            "active" => Some(Setup::Active),
            "passive" => Some(Setup::Passive),
            "actpass" => Some(Setup::ActPass),
            "holdconn" => Some(Setup::HoldConn),
            _ => None,
        }
    }

    /// True if RTCP shares the port (RFC 5761).
    pub fn has_rtcp_mux(self) -> bool {
        self.attribute("rtcp-mux").is_some()
    }

    /// The section's name in bundles (RFC 5888).
    pub fn mid(self) -> Option<&'a str> {
        self.attribute("mid").map(str::trim)
    }

    /// The value of an attribute of this section; empty for one without value.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        attribute(self.lines(), name)
    }

    /// The section's attribute, else the session's.
    fn shared_attribute(self, name: &str) -> Option<&'a str> {
        self.attribute(name).or_else(|| attribute(self.sdp.session_lines(), name))
    }

    /// The address of `c=IN IP4 192.0.2.1`, the section's or the session's.
    fn connection(self) -> Option<&'a str> {
        let of = |lines: &'a [Line]| lines.iter().find_map(|line| line.text.strip_prefix("c="));
        of(self.lines()).or_else(|| of(self.sdp.session_lines()))?.split_ascii_whitespace().nth(2)
    }

    /// The port as written, which may be `9/2`.
    pub(super) fn port_text(self) -> &'a str {
        self.word(1)
    }

    fn m_line(self) -> &'a str {
        self.lines().first().and_then(|line| line.text.strip_prefix("m=")).unwrap_or_default()
    }

    fn word(self, index: usize) -> &'a str {
        self.m_line().split_ascii_whitespace().nth(index).unwrap_or_default()
    }

    fn lines(self) -> &'a [Line] {
        self.sdp.section_lines(self.index)
    }
}

fn stated(lines: &[Line]) -> Option<Direction> {
    lines.iter().find_map(direction_of)
}

/// The direction that a line states, if it states one.
pub(super) fn direction_of(line: &Line) -> Option<Direction> {
    let name = line.text.strip_prefix("a=")?.trim_end();
    Direction::ALL.into_iter().find(|direction| direction.as_str() == name)
}
