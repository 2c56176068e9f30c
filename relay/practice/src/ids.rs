//! Ids, and the random words that SIP needs.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A call as the exchange sees it, from the first ring to the last goodbye; a transfer does not change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(crate) u32);

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "call {}", self.0)
    }
}

/// A WebSocket connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConnId(pub(crate) u32);

/// A dialog with a console, or one in the making.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LegId(pub(crate) u32);

/// Somebody whose sound is made by the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VoiceId(pub(crate) u32);

/// A search for an operator: all consoles ring, one answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HuntId(pub(crate) u32);

/// A transfer that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TransferId(pub(crate) u32);

/// A console's subscription to the state of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SubscriptionId(pub(crate) u32);

/// A colleague's call with somebody outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PhoneCallId(pub(crate) u32);

/// People whose sound is mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MixId(pub(crate) u32);

/// Tags, branches, Call-IDs and nonces: unlike each other and unlike those of the last run.
///
/// Good enough for a place to practise; a PBX would draw its nonces from a secret.
#[derive(Debug)]
pub(crate) struct Tokens {
    seed: RandomState,
    drawn: u64,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self { seed: RandomState::new(), drawn: 0 }
    }

    /// Sixteen hexadecimal digits.
    pub(crate) fn next(&mut self) -> String {
        self.drawn += 1;
        let mut hasher = self.seed.build_hasher();
        hasher.write_u64(self.drawn);
        format!("{:016x}", hasher.finish())
    }

    /// A Via branch, with the mark that RFC 3261 §8.1.1.7 asks for.
    pub(crate) fn branch(&mut self) -> String {
        format!("z9hG4bK{}", self.next())
    }

    /// A number not given before, for an id.
    pub(crate) fn number(&mut self) -> u32 {
        self.drawn += 1;
        u32::try_from(self.drawn).unwrap_or(u32::MAX)
    }
}
