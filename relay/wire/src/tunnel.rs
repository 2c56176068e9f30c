//! Why a tunnel or the channel of a team ended: the WebSocket close codes that the relay uses, so that the console can say
//! it in words.

/// Subprotocol of the tunnel, both sides of the relay (RFC 7118 section 4).
pub const SUBPROTOCOL: &str = "sip";

/// The largest frame or message that a tunnel carries, bytes: as much as the console reads. The state of some hundred
/// colleagues comes in one message (RFC 4662).
pub const MAX_FRAME: usize = 256 * 1024;

/// Why the relay closed a tunnel or a channel. Codes from 4000 are for private use (RFC 6455 section 7.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunnelEnd {
    /// The relay is going down; try again in a moment.
    Stopping,
    /// A message was larger than the relay takes.
    TooBig,
    /// A message was none that a channel carries.
    NotUnderstood,
    /// The session has ended or expired: sign in again.
    SignedOut,
    /// The side that is told so has been silent for too long.
    Silent,
    /// The operator has too many connections open already.
    TooMany,
    /// More was said than anybody could look at.
    TooFast,
    /// No upstream could be reached: the telephone system is down or the relay's configuration is wrong.
    Unreachable,
    /// The telephone system closed the connection, or it broke.
    Dropped,
}

impl TunnelEnd {
    /// Every end, for tables and tests.
    pub const ALL: [Self; 9] = [
        Self::Stopping,
        Self::TooBig,
        Self::NotUnderstood,
        Self::SignedOut,
        Self::Silent,
        Self::TooMany,
        Self::TooFast,
        Self::Unreachable,
        Self::Dropped,
    ];

    /// The WebSocket close code.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            // RFC 6455 section 7.4.1 has words for these two: "going away" and "message too big".
            Self::Stopping => 1001,
            Self::TooBig => 1009,
            // The rest borrow the last digits of the HTTP status that says the same.
            Self::NotUnderstood => 4400,
            Self::SignedOut => 4401,
            Self::Silent => 4408,
            Self::TooFast => 4425,
            Self::TooMany => 4429,
            Self::Unreachable => 4502,
            Self::Dropped => 4503,
        }
    }

    /// The end that a close code stands for, if it is one of the relay's.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }

    /// One English sentence, sent as the close reason (at most 123 bytes, RFC 6455 section 5.5).
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Stopping => "The relay is going down.",
            Self::TooBig => "A message was larger than the relay takes.",
            Self::NotUnderstood => "A message could not be understood.",
            Self::SignedOut => "The session has ended; sign in again.",
            Self::Silent => "Nothing was heard for too long.",
            Self::TooMany => "Too many connections for one operator.",
            Self::TooFast => "Too many messages within a few seconds.",
            Self::Unreachable => "The telephone system cannot be reached.",
            Self::Dropped => "The telephone system closed the connection.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_found_again_by_its_code() {
        for end in TunnelEnd::ALL {
            assert_eq!(TunnelEnd::from_code(end.code()), Some(end));
        }
        assert_eq!(TunnelEnd::from_code(1006), None);
    }

    #[test]
    fn reasons_fit_into_a_close_frame() {
        for end in TunnelEnd::ALL {
            assert!(end.reason().len() <= 123, "{end:?}");
        }
    }
}
