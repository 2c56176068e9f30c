//! A SIP status in the operator's words, in one place.

use crate::CallFailure;

impl CallFailure {
    /// What a final status of 300 and above means to an operator (RFC 3261 section 21).
    pub fn from_status(status: u16, reason: &str) -> Self {
        match status {
            486 | 600 => Self::Busy,
            408 | 480 => Self::NoAnswer,
            403 | 603 => Self::Rejected,
            404 | 410 | 484 | 604 => Self::WrongNumber,
            488 | 606 => Self::NoCommonMedia,
            500..=599 => Self::Unreachable,
            _ => Self::Other { status, reason: reason.to_owned() },
        }
    }
}
