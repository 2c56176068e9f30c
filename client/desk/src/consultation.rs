//! An attended transfer: somebody is asked on behalf of a caller who waits on hold, and both are connected.
//!
//! Each of the two calls has its own life in the call table. This table is about the cord between them: it hears what
//! becomes of either, and says what that means for the other. It touches nothing; the desk carries out its [`Deed`]s.

use std::time::Duration;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};

use crate::{CallFailure, CallId};

/// How far it has come.
///
/// ```text
///              the target is dialled
///                      │
///                      ▼  connect while it rings
///          ┌──────── Asking ───────────────────► Armed ── not put through ──► caller is back, labelled
///          │          │ ▲  ◄── caller resumed ──   │
///  either  │  connect │ │ refused                  │ target answers
///  is gone │          ▼ │                          │
///          │         Joining ◄─────────────────────┘
///          │          │   │ the caller's side leaves without a word
///          ▼          │   └───────────► Trusting ── target still there after 4 s ──► target is back
///        apart        ▼                    │ target leaves
///                   joined ◄───────────────┘
/// ```
///
/// A phone that still rings cannot be taken over (RFC 3891 section 3). So connecting early is a promise: the operator is
/// done, and the two are connected in the moment that the target answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// The target rings or talks with the operator.
    Asking,
    /// To be connected as soon as the target answers.
    Armed,
    /// The caller's side was asked to take the operator's place.
    Joining,
    /// The caller's side left and told no outcome: most likely the two are connected.
    Trusting,
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The operator wants the two connected. `answered` when the target is up.
    Connect { answered: bool },
    /// The target answered.
    TargetAnswered,
    /// The target's call is over or was not put through.
    TargetGone(CallFailure),
    /// The caller hung up, or was lost.
    CallerGone,
    /// The operator hung up on the caller, or sent them elsewhere.
    CallerDropped,
    /// The operator talks to the caller again.
    CallerResumed,
    /// The operator is done with the target and goes back to the caller.
    BackOut,
    /// The caller's side told that it is with the target.
    Joined,
    /// The caller's side could not or would not. The caller's own call has come back already.
    Refused,
    /// [`Stage::patience`] has run out.
    Overdue,
}

/// What the desk is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The operator's ear leaves the target, which goes on ringing.
    LeaveTarget,
    /// Ask the caller's side to take the operator's place with the target.
    Join,
    /// The target is with the caller: its old session ends, by itself or by us in a moment.
    ReleaseTarget,
    /// The target is the operator's again.
    TakeTargetBack,
    /// Hang up on the target.
    DropTarget,
    /// The caller is back, with the reason.
    LabelCaller(CallFailure),
    /// Talk to the caller.
    ResumeCaller,
    /// Tell that the caller has left.
    TellCallerLeft,
}

/// How long to wait for the target to leave when nobody told the outcome.
const TRUST: Duration = Duration::from_secs(4);

impl Stage {
    /// What an event leads to: the next stage, `None` when the two have nothing to do with each other any more, and
    /// what is to be done.
    pub(crate) fn step(self, event: Event) -> (Option<Self>, Vec<Deed>) {
        match self {
            Self::Asking => Self::asking(event),
            Self::Armed => Self::armed(event),
            Self::Joining => Self::joining(event),
            Self::Trusting => Self::trusting(&event),
        }
    }

    fn asking(event: Event) -> (Option<Self>, Vec<Deed>) {
        match event {
            Event::Connect { answered: true } => (Some(Self::Joining), vec![Deed::Join]),
            Event::Connect { answered: false } => (Some(Self::Armed), vec![Deed::LeaveTarget]),
            Event::BackOut => (None, vec![Deed::DropTarget, Deed::ResumeCaller]),
            Event::CallerGone => (None, vec![Deed::TellCallerLeft]),
            Event::TargetGone(_) | Event::CallerDropped | Event::Joined => (None, Vec::new()),
            Event::TargetAnswered | Event::CallerResumed | Event::Refused | Event::Overdue => {
                (Some(Self::Asking), Vec::new())
            }
        }
    }

    fn armed(event: Event) -> (Option<Self>, Vec<Deed>) {
        match event {
            Event::TargetAnswered => (Some(Self::Joining), vec![Deed::Join]),
            Event::TargetGone(why) => (None, vec![Deed::LabelCaller(why)]),
            Event::CallerGone => (None, vec![Deed::DropTarget, Deed::TellCallerLeft]),
            Event::CallerDropped => (None, vec![Deed::DropTarget]),
            Event::BackOut => (None, vec![Deed::DropTarget, Deed::ResumeCaller]),
            // Whoever talks to the caller must not lose them in mid-sentence.
            Event::CallerResumed => (Some(Self::Asking), Vec::new()),
            Event::Connect { .. } | Event::Joined | Event::Refused | Event::Overdue => {
                (Some(Self::Armed), Vec::new())
            }
        }
    }

    fn joining(event: Event) -> (Option<Self>, Vec<Deed>) {
        match event {
            Event::Joined => (None, vec![Deed::ReleaseTarget]),
            Event::Refused => (Some(Self::Asking), vec![Deed::TakeTargetBack]),
            Event::CallerGone => (Some(Self::Trusting), Vec::new()),
            Event::CallerDropped => (None, vec![Deed::TakeTargetBack]),
            // Its session may be taken over before anybody tells of it: the caller's side knows.
            Event::TargetGone(_)
            | Event::Connect { .. }
            | Event::TargetAnswered
            | Event::CallerResumed
            | Event::BackOut
            | Event::Overdue => (Some(Self::Joining), Vec::new()),
        }
    }

    fn trusting(event: &Event) -> (Option<Self>, Vec<Deed>) {
        match event {
            Event::TargetGone(_) | Event::Joined => (None, Vec::new()),
            Event::Overdue | Event::Refused | Event::BackOut => (None, vec![Deed::TakeTargetBack]),
            Event::Connect { .. }
            | Event::TargetAnswered
            | Event::CallerGone
            | Event::CallerDropped
            | Event::CallerResumed => (Some(Self::Trusting), Vec::new()),
        }
    }

    /// How long this stage may last before [`Event::Overdue`]; `None` for as long as it takes.
    fn patience(self) -> Option<Duration> {
        match self {
            Self::Trusting => Some(TRUST),
            Self::Asking | Self::Armed | Self::Joining => None,
        }
    }
}

/// Who is asked on whose behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Consultation {
    /// The call that waits.
    pub caller: CallId,
    /// The call with whoever is asked.
    pub target: CallId,
    /// How far it has come.
    pub stage: Stage,
    /// When the stage has lasted too long.
    overdue: Option<Instant>,
}

impl Consultation {
    /// The target is being dialled.
    pub(crate) fn new(caller: CallId, target: CallId) -> Self {
        Self { caller, target, stage: Stage::Asking, overdue: None }
    }

    /// Enters a stage.
    pub(crate) fn enter(&mut self, now: Instant, stage: Stage) {
        if self.stage != stage {
            self.stage = stage;
            self.overdue = stage.patience().map(|patience| now + patience);
        }
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.overdue
    }

    /// True if the call is one of the two.
    pub(crate) fn is_about(&self, call: CallId) -> bool {
        self.caller == call || self.target == call
    }

    /// The one of the two that is not `call`.
    pub(crate) fn other(&self, call: CallId) -> CallId {
        if self.caller == call { self.target } else { self.caller }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [Stage; 4] = [Stage::Asking, Stage::Armed, Stage::Joining, Stage::Trusting];

    #[test]
    fn whoever_backs_out_before_the_two_are_being_joined_is_with_the_caller_again() {
        for stage in [Stage::Asking, Stage::Armed] {
            let (next, deeds) = stage.step(Event::BackOut);
            assert_eq!(next, None);
            assert_eq!(deeds, [Deed::DropTarget, Deed::ResumeCaller]);
        }
    }

    #[test]
    fn a_caller_who_leaves_takes_a_promise_with_them_but_not_a_conversation() {
        let drops = |stage: Stage| stage.step(Event::CallerGone).1.contains(&Deed::DropTarget);
        assert!(drops(Stage::Armed), "nobody would be there to talk to whoever answers");
        assert!(!drops(Stage::Asking), "the operator is still in talk");
    }

    #[test]
    fn only_what_waits_for_time_goes_on_when_it_has_passed() {
        for stage in STAGES {
            let moves = stage.step(Event::Overdue).0 != Some(stage);
            assert_eq!(moves, stage.patience().is_some(), "{stage:?}");
        }
    }

    #[test]
    fn a_target_is_never_hung_up_on_while_the_caller_may_be_with_it() {
        let events = [
            Event::Connect { answered: true },
            Event::TargetAnswered,
            Event::CallerGone,
            Event::CallerDropped,
            Event::CallerResumed,
            Event::BackOut,
            Event::Joined,
            Event::Refused,
            Event::Overdue,
        ];
        for stage in [Stage::Joining, Stage::Trusting] {
            for event in &events {
                assert!(!stage.step(event.clone()).1.contains(&Deed::DropTarget), "{stage:?} {event:?}");
            }
        }
    }
}
