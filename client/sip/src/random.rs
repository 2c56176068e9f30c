//! Numbers nobody can foretell from the outside: branches, tags, Call-IDs, client nonces, jitter.
//!
//! The caller hands in the seed, from a real source of randomness; this only stretches it. The generator is
//! SplitMix64: eight bytes of state that can be saved, equal seeds give equal runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A stream of pseudo-random numbers. Enough for identifiers and jitter, not for keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Random {
    state: u64,
}

/// Letters that stand unescaped in every place of a SIP message (RFC 3261 §25.1 `token`, `user`, host label).
const LETTERS: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7',
];

impl Random {
    /// The stream that belongs to `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A token of `letters` letters, five bits each.
    pub(crate) fn token(&mut self, letters: usize) -> String {
        let mut token = String::with_capacity(letters);
        let mut bits = 0;
        for place in 0..letters {
            // Twelve letters use up 60 of the 64 bits.
            if place % 12 == 0 {
                bits = self.next();
            }
            // The low five bits always name one of the 32 letters.
            token.extend(LETTERS.get((bits & 31) as usize));
            bits >>= 5;
        }
        token
    }

    /// A whole number from `least` to `most`, both possible.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        let span = most.saturating_sub(least).saturating_add(1);
        least.saturating_add(self.next() % span.max(1))
    }

    /// A span of time from `least` to `most` in steps of 10 ms.
    pub(crate) fn span(&mut self, least: Duration, most: Duration) -> Duration {
        let steps = |wait: Duration| u64::try_from(wait.as_millis() / 10).unwrap_or(u64::MAX);
        Duration::from_millis(self.between(steps(least), steps(most)).saturating_mul(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_tokens_and_others_do_not() {
        assert_eq!(Random::new(7).token(30), Random::new(7).token(30));
        assert_ne!(Random::new(7).token(30), Random::new(8).token(30));
    }

    #[test]
    fn a_span_keeps_its_bounds_and_reaches_both() {
        let mut random = Random::new(1);
        let spans: Vec<_> = (0..2000)
            .map(|_| random.span(Duration::from_millis(100), Duration::from_millis(200)).as_millis())
            .collect();
        assert_eq!(spans.iter().min(), Some(&100));
        assert_eq!(spans.iter().max(), Some(&200));
        assert!(spans.iter().all(|span| span % 10 == 0));
    }
}
