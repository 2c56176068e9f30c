//! The table of a call that is lent to a caller: what becomes of it when they are connected, or are not.

use super::{CallState, Deed, Step};

impl CallState {
    /// Whoever waited for its far end did not get it.
    pub(super) fn came_back(self, floor_taken: bool) -> Step {
        match self {
            Self::Lent { held: true, .. } => Step::to(Self::Holding, []),
            Self::Lent { held: false, .. } if floor_taken => Step::to(Self::Holding, []),
            Self::Lent { held: false, .. } => Step::to(Self::Resuming, [Deed::TakeFloor]),
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring
            | Self::Parting { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    /// Whoever waited for its far end is with it.
    pub(super) fn joined(self) -> Step {
        match self {
            Self::Lent { .. } => Step::to(Self::Over, [Deed::HangUpSoon]),
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring
            | Self::Parting { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }
}
