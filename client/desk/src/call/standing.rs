//! What a state of a call means to everything around it: to other calls, to media, to the clock, to the screen.

use std::time::Duration;

use super::{CallState, Stage};
use crate::{CallStatus, Direction};

/// How long a call that was not put through stays on the list.
const SHOW_FAILURE: Duration = Duration::from_secs(8);
/// How long a transfer may take. The longest a phone rings is some two minutes.
const TRANSFER: Duration = Duration::from_secs(180);
/// How long to wait for the far end's BYE when the PBX tells no outcome.
const UNTOLD_TRANSFER: Duration = Duration::from_secs(30);

impl CallState {
    /// Both ends have taken it, nobody is handing it on, and it is none of several that hear each other.
    pub(crate) fn is_up(&self) -> bool {
        match self {
            Self::Talking | Self::Holding | Self::Held { .. } | Self::Resuming => true,
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Joining
            | Self::Conferring
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => false,
        }
    }

    /// Outgoing, and not put through yet.
    pub(crate) fn is_being_made(&self) -> bool {
        matches!(self, Self::Calling | Self::RingingOut)
    }

    /// How long this state may last before [`Event::Overdue`]; `None` for as long as it takes.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match self {
            Self::Failed(_) => Some(SHOW_FAILURE),
            Self::Parting { stage: Stage::Asked, .. } => Some(TRANSFER),
            Self::Parting { stage: Stage::Untold, .. } => Some(UNTOLD_TRANSFER),
            Self::Parting { stage: Stage::ToHold, .. }
            | Self::Ringing
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
            | Self::Lent { .. }
            | Self::Over => None,
        }
    }

    /// Which way media should flow, seen from us; `None` while there should be none.
    pub(crate) fn wants(&self) -> Option<Direction> {
        match self {
            Self::Answering { aside: false }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Resuming
            | Self::Joining
            | Self::Conferring
            | Self::Lent { held: false, .. } => Some(Direction::SendRecv),
            Self::Answering { aside: true }
            | Self::Holding
            | Self::Held { .. }
            | Self::Parting { .. }
            | Self::Lent { held: true, .. } => Some(Direction::SendOnly),
            Self::Ringing | Self::Failed(_) | Self::Over => None,
        }
    }

    /// The far end has been answered and waits until somebody talks to it.
    pub(crate) fn waits_on_hold(&self) -> bool {
        match self {
            Self::Holding
            | Self::Held { .. }
            // The operator comes back when both sides have agreed on it, and not before.
            | Self::Resuming
            | Self::Joining
            | Self::Parting { .. }
            | Self::Lent { held: true, .. } => true,
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Conferring
            | Self::Lent { held: false, .. }
            | Self::Failed(_)
            | Self::Over => false,
        }
    }

    /// The state in the operator's words; `None` when the call is off the list.
    pub(crate) fn status(&self) -> Option<CallStatus> {
        Some(match self {
            Self::Ringing => CallStatus::Ringing,
            Self::Answering { .. } | Self::Accepted => CallStatus::Answering,
            Self::Calling => CallStatus::Calling,
            Self::RingingOut => CallStatus::RingingOut,
            Self::Talking => CallStatus::Talking,
            Self::Holding => CallStatus::Changing { to_hold: true },
            Self::Held { back: None } => CallStatus::OnHold,
            Self::Held { back: Some(back) } => {
                CallStatus::BackFrom { target: back.target.clone(), why: back.why.clone() }
            }
            Self::Resuming => CallStatus::Changing { to_hold: false },
            Self::Joining | Self::Conferring => CallStatus::InConference,
            Self::Parting { target, .. } => CallStatus::Transferring { target: target.shown.clone() },
            Self::Lent { to, .. } => CallStatus::Transferring { target: to.clone().into() },
            Self::Failed(why) => CallStatus::Failed(why.clone()),
            Self::Over => return None,
        })
    }
}
