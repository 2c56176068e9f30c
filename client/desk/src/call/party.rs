//! The table of a call as a party of the conference: how it becomes one, and what becomes of the last.

use super::{CallState, Step};
use crate::WhyNot;

impl CallState {
    /// The operator wants it in the conference.
    pub(super) fn join(&self) -> Result<Step, WhyNot> {
        match self {
            Self::Talking => Ok(Step::to(Self::Conferring, [])),
            Self::Held { .. } => Ok(Step::to(Self::Joining, [])),
            Self::Joining | Self::Conferring => Err(WhyNot::InConference),
            Self::Ringing | Self::Calling | Self::RingingOut => Err(WhyNot::NotAnswered),
            Self::Answering { .. } | Self::Accepted | Self::Holding | Self::Resuming => Err(WhyNot::Changing),
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    /// Of a conference only this party is left.
    pub(super) fn left_alone(self, present: bool) -> Step {
        match self {
            Self::Conferring if present => Step::to(Self::Talking, []),
            Self::Joining if present => Step::to(Self::Resuming, []),
            // Whom would they talk with?
            Self::Joining | Self::Conferring => Step::to(Self::Holding, []),
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    /// True for a party of the conference, and for one that is about to be.
    pub(crate) fn is_party(&self) -> bool {
        match self {
            Self::Joining | Self::Conferring => true,
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => false,
        }
    }
}
