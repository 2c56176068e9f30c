//! The team's board in English.

use cordboard_desk::{NotTaken, TeamCallState};

use super::told::failure;
use crate::ui::words::{Said, TeamWords};

pub(super) const TEAM: TeamWords = TeamWords {
    team: "Team",
    calls_of: |name| format!("Calls of {name}"),
    colleagues: |count| match count {
        1 => "1 colleague".into(),
        n => format!("{n} colleagues"),
    },
    waiting: |count| format!("{count} waiting"),
    nobody: "You are the only one here",
    nobody_note: "Colleagues of your team show as soon as they sign in.",
    no_calls: "No calls",
    state: |state| match state {
        TeamCallState::Ringing => "Ringing",
        TeamCallState::Talking => "Talking",
        TeamCallState::Held => "On hold",
        TeamCallState::Queued => "Queued",
        TeamCallState::Taking => "Taking over",
    },
    gone: "Gone",
    longest: "Longest wait",
    since_first_rang: |time| format!("{time} since it first rang"),
    take_over: "Take over",
    take_over_of: |who, from| format!("Take over {who} from {from}"),
};

/// A call of a colleague could not be taken over.
pub(super) fn not_taken_over(who: &str, from: &str, why: &NotTaken) -> Said {
    let happened = format!("{who} could not be taken over");
    let because = match why {
        NotTaken::Answered => format!("{from} has answered meanwhile."),
        NotTaken::Gone => "They have hung up, or are with somebody else by now.".into(),
        NotTaken::Refused(why) => {
            format!("{}. The call is still with {from}: try again, or ask {from}.", failure(why))
        }
    };
    Said { happened, because }
}
