//! What a page paints of the operator's team.

use cordboard_sip::Instant;
use cordboard_wire::{Line, TeamCallState};
use serde::{Deserialize, Serialize};

use crate::{CallFailure, CallId, WhoView, WhyNot};

/// The operator's team, the operator left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TeamView {
    /// Its name.
    pub name: String,
    /// Since when the relay tells nothing of it any more; what is painted is as it was then.
    pub unknown_since: Option<Instant>,
    /// Everybody who is there, by name.
    pub members: Vec<TeamMemberView>,
    /// Those of the operator's own calls whose caller has waited longest of all the team's.
    pub longest: Vec<CallId>,
}

/// Somebody else of the team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamMemberView {
    /// The name signed in with.
    pub user: String,
    /// The name to show.
    pub name: String,
    /// The desk; may be empty.
    pub desk: String,
    /// Their calls, of all their browsers.
    pub calls: Vec<TeamCallView>,
}

/// Which call of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TeamCallId {
    /// The console's place at the relay.
    pub seat: u32,
    /// The call's number in that console.
    pub call: u32,
}

/// A call of somebody else of the team, as painted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamCallView {
    /// Which call.
    pub id: TeamCallId,
    /// What it is doing.
    pub state: TeamCallState,
    /// Since when.
    pub since: Instant,
    /// Since when the caller has been there; `None` if they were called.
    pub first_rang: Option<Instant>,
    /// Who is at the far end: by our own directories if they know, else as the other console has it.
    pub who: WhoView,
    /// The line that was called.
    pub line: Option<Line>,
    /// Whom the caller is queued for; may be empty.
    pub queued_for: String,
    /// Nobody of the whole team's callers has waited longer.
    pub longest: bool,
    /// Whether it can be taken over ([`crate::Command::TakeOver`]).
    pub take_over: Result<(), WhyNot>,
}

impl TeamCallView {
    /// Somebody waits here to be talked to.
    pub fn waits(&self) -> bool {
        waits(self.state)
    }
}

/// Somebody waits to be talked to in a call that does this.
pub(crate) fn waits(state: TeamCallState) -> bool {
    match state {
        TeamCallState::Ringing | TeamCallState::Held | TeamCallState::Queued => true,
        TeamCallState::Talking | TeamCallState::Taking => false,
    }
}

/// Why a call of the team was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotTaken {
    /// It was answered meanwhile.
    Answered,
    /// The caller has hung up, or the call is somewhere else by now.
    Gone,
    /// The telephone system or the caller's phone would not.
    Refused(CallFailure),
}
