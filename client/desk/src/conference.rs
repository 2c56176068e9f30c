//! The conference as the operator has it: who may come in, and how it begins and ends.
//!
//! Each party is a call with a table of its own (`call.rs`); of the conference as a whole there is nothing to remember
//! but who is in it and whether the operator is, which follow from those calls and from the floor.

use crate::WhyNot;
use crate::call::CallState;

/// The most that a conference takes, the operator not counted: five with the operator.
pub const PARTIES: u8 = 4;

/// Where the conference stands.
///
/// ```text
///          two calls join             operator leaves, answers or dials
///   None ────────────────► Present ◄──────────────────────────────────► Away
///    ▲                        │              operator comes back          │
///    │ one party is left:     │                     one party is left:    │
///    │ a plain call           │                     on hold               │
///    └────────────────────────┴───────────────────────────────────────────┘
/// ```
/// The floor (the call that microphone and speaker belong to) is at the conference when a party has it; it does not
/// matter which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conference {
    /// There is none.
    None {
        /// A call talks that could be the first party.
        talks: bool,
        /// A call is on hold that could be the second.
        held: bool,
    },
    /// The operator is in it.
    Present {
        /// How many are in it, the operator not counted.
        parties: u8,
    },
    /// The others go on alone.
    Away {
        /// How many are in it.
        parties: u8,
    },
}

impl Conference {
    /// Whether a call in this state finds room and company. The call's own table comes first.
    pub(crate) fn admits(self, state: &CallState) -> Result<(), WhyNot> {
        let talking = *state == CallState::Talking;
        match self {
            Self::None { held, .. } if talking && !held => Err(WhyNot::NobodyToJoin),
            Self::None { talks, .. } if !talking && !talks => Err(WhyNot::NobodyToJoin),
            Self::Present { parties } | Self::Away { parties } if parties >= PARTIES => {
                Err(WhyNot::ConferenceFull)
            }
            Self::None { .. } | Self::Present { .. } | Self::Away { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_party_needs_a_second() {
        let held = CallState::Held { back: None };
        for (talks, on_hold) in [(false, false), (true, false), (false, true), (true, true)] {
            let conference = Conference::None { talks, held: on_hold };
            assert_eq!(conference.admits(&CallState::Talking).is_ok(), on_hold);
            assert_eq!(conference.admits(&held).is_ok(), talks);
        }
    }

    #[test]
    fn the_sixth_finds_it_full_whether_the_operator_is_there_or_not() {
        let held = CallState::Held { back: None };
        for parties in 2..=PARTIES {
            let room = if parties < PARTIES { Ok(()) } else { Err(WhyNot::ConferenceFull) };
            assert_eq!(Conference::Present { parties }.admits(&held), room);
            assert_eq!(Conference::Away { parties }.admits(&CallState::Talking), room);
        }
    }
}
