//! What the operators of one team tell each other of their calls: SIP alone says neither who is queued for whom nor, at
//! most telephone systems, who is on hold.
//!
//! Each console says all of its calls at once, whenever they change ([`TeamSaid`]); the relay hands that on to the others
//! ([`TeamTold`]) and understands nothing of it. Times are durations: computers' clocks differ.

use serde::{Deserialize, Serialize};

use crate::Operator;

/// The largest message that the relay takes from a console, bytes.
pub const MAX_TEAM_MESSAGE: usize = 32 * 1024;

/// The most calls that a console says.
pub const MAX_TEAM_CALLS: usize = 24;

/// The longest name, number or id of a call that is said, bytes.
pub const MAX_TEAM_TEXT: usize = 512;

/// Messages that a console may say in [`TEAM_SECONDS`].
pub const TEAM_MESSAGES: u32 = 40;

/// See [`TEAM_MESSAGES`].
pub const TEAM_SECONDS: u64 = 4;

/// From a console: all calls that its team is to see, in place of what it said before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamSaid {
    /// The calls, in the order of the console's lists.
    pub calls: Vec<TeamCall>,
}

impl TeamSaid {
    /// True if nothing of it is more or longer than the relay takes.
    #[must_use]
    pub fn is_modest(&self) -> bool {
        self.calls.len() <= MAX_TEAM_CALLS && self.calls.iter().all(TeamCall::is_modest)
    }
}

/// To a console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamTold {
    /// Everybody who is there; comes once, first.
    Here(Vec<TeamMember>),
    /// Somebody came, or their calls changed.
    Member(TeamMember),
    /// The console in this seat has gone.
    Gone {
        /// Which one.
        seat: u32,
    },
}

/// The console of another operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMember {
    /// Its connection to the relay; an operator with two browsers has two.
    pub seat: u32,
    /// Who sits there.
    pub operator: Operator,
    /// For how long their calls have been as they are here, milliseconds.
    pub age_ms: u64,
    /// Their calls.
    pub calls: Vec<TeamCall>,
}

/// A call of an operator, as their team is to see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamCall {
    /// Its number in the console that has it.
    pub id: u32,
    /// What it is doing.
    pub state: TeamCallState,
    /// For how long, milliseconds.
    pub lasts_ms: u64,
    /// For how long the caller has waited and talked since they first rang, milliseconds; `None` if they were called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_ms: Option<u64>,
    /// The far end's name as that console has it; may be empty.
    pub name: String,
    /// The far end's number; empty if withheld.
    pub number: String,
    /// The number of the line that was called; may be empty.
    pub line: String,
    /// Whom the caller is queued for; may be empty.
    pub queued_for: String,
    /// How another console can take it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_in: Option<TeamWayIn>,
    /// The dialog that this call has taken over, or is about to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<TeamDialog>,
}

impl TeamCall {
    fn is_modest(&self) -> bool {
        let targets = self.way_in.iter().map(|way| &way.target);
        let dialogs = self.way_in.iter().map(|way| &way.dialog).chain(&self.takes);
        let tags = dialogs.flat_map(|dialog| [&dialog.call_id, &dialog.owner_tag, &dialog.caller_tag]);
        let texts = [&self.name, &self.number, &self.line, &self.queued_for];
        texts.into_iter().chain(targets).chain(tags).all(|text| text.len() <= MAX_TEAM_TEXT)
    }
}

/// What a call of an operator is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamCallState {
    /// It rings, and nobody has answered.
    Ringing,
    /// Both talk.
    #[default]
    Talking,
    /// On hold.
    Held,
    /// On hold until somebody is free.
    Queued,
    /// About to be taken over from somebody else.
    Taking,
}

/// How another console takes a call over (RFC 3891).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamWayIn {
    /// The address at which the far end is called.
    pub target: String,
    /// What is taken over.
    pub dialog: TeamDialog,
}

/// The ids of a SIP dialog (RFC 3261 section 12).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamDialog {
    /// Shared by both ends.
    pub call_id: String,
    /// The tag of the operator who has the call.
    pub owner_tag: String,
    /// The far end's tag.
    pub caller_tag: String,
}
