//! Structured header values, one family a file. Each reads what peers write and prints what the RFC asks for.

use std::fmt;

use crate::name::Name;
use crate::uri::UriError;

mod address;
mod auth;
mod content;
mod cseq;
mod event;
mod info;
mod params;
mod reason;
mod replaces;
mod session;
mod via;

pub use address::NameAddr;
pub(super) use address::check as check_address;
pub use auth::{Algorithm, Authorization, Challenge, DigestChallenge, Qop, Quality};
pub use content::MediaType;
pub use cseq::{CSeq, RAck};
pub use event::{Event, SubscriptionState, Substate};
pub use info::Info;
pub use params::Params;
pub use reason::Reason;
pub use replaces::Replaces;
pub use session::{Refresher, SessionExpires};
pub(super) use via::check as check_via;
pub use via::{Transport, Via};

/// A header that is missing or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderError {
    /// Which one.
    pub name: Name<'static>,
    /// What is wrong with it.
    pub problem: Problem,
}

impl HeaderError {
    pub(super) fn new(name: Name<'static>, problem: Problem) -> Self {
        Self { name, problem }
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.problem == Problem::Missing {
            return write!(f, "Missing {}", self.name);
        }
        write!(f, "Bad {}: {}", self.name, self.problem)
    }
}

impl std::error::Error for HeaderError {}

/// What is wrong with a header's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The header is not there.
    Missing,
    /// There are several, saying different things, where one is allowed.
    Contradicted,
    /// The value, or one in its list, is empty.
    Empty,
    /// A quoted string does not end.
    OpenQuote,
    /// An angle bracket does not close.
    OpenBracket,
    /// Something follows the value where nothing or a parameter may.
    Trailing,
    /// A URI with headers or a comma stands without angle brackets (RFC 3261 §20.10).
    NeedsBrackets,
    /// The address is none.
    Uri(UriError),
    /// Not a number, or one beyond what the header allows.
    Number,
    /// A word is missing or has characters that no token has.
    Token,
    /// A parameter that must be there is missing.
    MissingParam(&'static str),
    /// Not a SIP version that we speak.
    Version,
}

impl From<UriError> for Problem {
    fn from(error: UriError) -> Self {
        Self::Uri(error)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Contradicted => f.write_str("several that differ"),
            Self::Empty => f.write_str("empty value"),
            Self::OpenQuote => f.write_str("quote not closed"),
            Self::OpenBracket => f.write_str("bracket not closed"),
            Self::Trailing => f.write_str("unexpected text behind the value"),
            Self::NeedsBrackets => f.write_str("URI needs angle brackets"),
            Self::Uri(error) => error.fmt(f),
            Self::Number => f.write_str("bad number"),
            Self::Token => f.write_str("bad token"),
            Self::MissingParam(name) => write!(f, "parameter {name} missing"),
            Self::Version => f.write_str("bad version"),
        }
    }
}
