//! Versions of documents that come in pieces: what is new, what is late, and what was missed
//! (RFC 4235 §4.3, RFC 4575 §4.6, RFC 4662 §5.1).

use serde::{Deserialize, Serialize};

/// The version of what is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Versions {
    last: Option<u32>,
    /// The whole state was asked for: it heals what the rules below got wrong.
    awaits_full: bool,
}

/// What a document is, by its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// To be taken over.
    News,
    /// To be taken over, but something between it and what is known was lost.
    Gap,
    /// Older than what is known.
    Late,
}

impl Versions {
    /// Looks at the next document; `full` if it replaces all that is known. A version that is none says nothing.
    pub(super) fn take(&mut self, version: Option<u32>, full: bool) -> Verdict {
        let verdict = match (self.last, version) {
            (None, _) if !full => Verdict::Gap,
            (None, _) | (Some(_), None) => Verdict::News,
            (Some(_), Some(_)) if full && self.awaits_full => Verdict::News,
            // Some always write the same, and one that began anew begins at zero.
            (Some(last), Some(version)) if full && (version >= last || version == 0) => Verdict::News,
            (Some(last), Some(version)) if full || version <= last => Verdict::Late,
            (Some(last), Some(version)) if version - last == 1 => Verdict::News,
            (Some(_), Some(_)) => Verdict::Gap,
        };
        if verdict != Verdict::Late {
            self.last = version.or(self.last).or(Some(0));
            self.awaits_full &= !full;
        }
        verdict
    }

    /// The whole state is on its way, with whatever version.
    pub(super) fn expect_full(&mut self) {
        self.awaits_full = true;
    }

    /// Nothing was told yet.
    pub(super) fn is_new(self) -> bool {
        self.last.is_none()
    }
}

/// Reads a version.
pub(super) fn version(text: Option<&str>) -> Option<u32> {
    text.and_then(|text| text.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_one_another_and_a_whole_may_leap() {
        let mut versions = Versions::default();
        for (version, full, verdict) in [
            (3, true, Verdict::News),
            (4, false, Verdict::News),
            (4, false, Verdict::Late),
            (6, false, Verdict::Gap),
            (7, false, Verdict::News),
            (5, true, Verdict::Late),
            (9, true, Verdict::News),
            (9, true, Verdict::News),
            (0, true, Verdict::News),
            (1, false, Verdict::News),
        ] {
            assert_eq!(versions.take(Some(version), full), verdict, "{version} {full}");
        }
        assert_eq!(versions.take(None, false), Verdict::News);
    }

    #[test]
    fn a_piece_without_a_whole_before_it_is_not_all() {
        let mut versions = Versions::default();
        assert_eq!(versions.take(Some(1), false), Verdict::Gap);
        assert_eq!(versions.take(Some(2), false), Verdict::News);
        versions.expect_full();
        assert_eq!(versions.take(Some(9), false), Verdict::Gap);
        assert_eq!(versions.take(Some(1), true), Verdict::News);
        assert_eq!(versions.take(Some(1), false), Verdict::Late);
    }
}
