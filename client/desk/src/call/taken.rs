//! The table of a call that somebody else of the team takes over.

use super::{CallState, Deed, Saying, Step};

impl CallState {
    /// The session is over, and its far end is with somebody else of the team.
    pub(super) fn taken_by(self, by: String) -> Step {
        match self {
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring
            | Self::Parting { .. } => Step::to(Self::Over, [Deed::Say(Saying::TakenOver(by))]),
            // Nobody can take over what has no far end yet, and whoever waits for a lent one tells of it.
            Self::Calling | Self::RingingOut | Self::Lent { .. } => Step::to(Self::Over, []),
            Self::Failed(_) | Self::Over => Step::to(self, []),
        }
    }
}
