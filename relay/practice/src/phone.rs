//! A colleague's own call: with somebody outside, not with an operator. It makes the colleague ring, or busy.

use std::time::Instant;

use crate::identity::Identity;
use crate::ids::CallId;
use crate::tones::Program;

/// How far the call has come.
///
/// ```text
///  Ringing ──picks up──► Talking ──ends, taken──► Over
///     └──ends, taken───────────────────────────────▲
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhoneState {
    Ringing,
    Talking,
    Over,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhoneEvent {
    PicksUp,
    /// Hung up, or given up.
    Ends,
    /// Another phone has picked the call up.
    Taken,
}

impl PhoneState {
    /// The table.
    pub(crate) const fn step(self, event: PhoneEvent) -> Self {
        match (self, event) {
            (Self::Ringing, PhoneEvent::PicksUp) => Self::Talking,
            (Self::Talking, PhoneEvent::PicksUp) => Self::Talking,
            (Self::Ringing | Self::Talking, PhoneEvent::Ends | PhoneEvent::Taken)
            | (Self::Over, PhoneEvent::PicksUp | PhoneEvent::Ends | PhoneEvent::Taken) => Self::Over,
        }
    }
}

/// One call of a colleague.
#[derive(Debug)]
pub(crate) struct PhoneCall {
    pub(crate) call: CallId,
    pub(crate) extension: &'static str,
    /// Who is at the other end.
    pub(crate) with: Identity,
    /// What they say, to whoever picks the call up.
    pub(crate) program: Program,
    /// Written by `Switch::step_phone` alone.
    pub(crate) state: PhoneState,
    pub(crate) since: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_over_stays_over() {
        use PhoneEvent::{Ends, PicksUp};
        assert_eq!(PhoneState::Ringing.step(PicksUp), PhoneState::Talking);
        assert_eq!(PhoneState::Ringing.step(PicksUp).step(Ends).step(PicksUp), PhoneState::Over);
        assert_eq!(PhoneState::Ringing.step(Ends), PhoneState::Over);
        assert_eq!(PhoneState::Ringing.step(PhoneEvent::Taken).step(PicksUp), PhoneState::Over);
    }
}
