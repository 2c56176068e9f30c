//! Chance without a generator of the system's: the caller hands in one seed, everything else follows from it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// SplitMix64 (Steele, Lea and Flood, 2014). Not for secrets: identifiers and jitter only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Between three quarters and five quarters of `wait`, so that a hundred consoles do not knock at once.
    pub(crate) fn around(&mut self, wait: Duration) -> Duration {
        wait * 3 / 4 + wait / 2 * u32::from(self.bits().to_le_bytes()[0]) / 255
    }

    /// A random UUID as a URN (RFC 9562 section 5.4).
    pub(crate) fn uuid_urn(&mut self) -> String {
        let high = self.bits() & !0xF000 | 0x4000;
        let low = self.bits() & !(0b11 << 62) | 0b10 << 62;
        format!(
            "urn:uuid:{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_a_quarter_either_way() {
        let mut chance = Chance::new(7);
        let waits: Vec<_> = (0..1000).map(|_| chance.around(Duration::from_secs(4))).collect();
        assert!(waits.iter().all(|w| (Duration::from_secs(3)..=Duration::from_secs(5)).contains(w)));
        assert!(waits.iter().any(|w| *w < Duration::from_millis(3300)));
        assert!(waits.iter().any(|w| *w > Duration::from_millis(4700)));
    }

    #[test]
    fn an_instance_id_says_version_four_and_its_variant() {
        let urn = Chance::new(1).uuid_urn();
        assert_eq!(urn.len(), "urn:uuid:00000000-0000-0000-0000-000000000000".len());
        assert_eq!(urn.as_bytes()[9 + 14], b'4');
        assert!(b"89ab".contains(&urn.as_bytes()[9 + 19]));
        assert_ne!(urn, Chance::new(2).uuid_urn());
    }
}
