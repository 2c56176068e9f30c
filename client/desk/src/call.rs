//! The life of one call as the operator sees it: every state, and what each wish and each event does to it.
//!
//! The table decides; it touches nothing. The desk carries out its [`Deed`]s, and `leg` brings the media to
//! where [`CallState::wants`] says it should be.

use cordboard_sip::{EndCause, ReferProgress};
use serde::{Deserialize, Serialize};

use crate::{CallFailure, WhyNot};

mod lent;
mod party;
mod standing;
mod taken;
mod words;

pub(crate) use words::{Back, Deed, Event, Place, Saying, Step, Target, Wish};

/// Where a call stands.
///
/// ```text
///  incoming             outgoing
///     │                    │
///  Ringing              Calling ──rings──► RingingOut
///     │ Answer             │ answered          │ answered
///  Answering ◄─ page       │                   │        refused ──► Failed ──8 s──► Over
///     │ 200 sent  failed   │                   │
///  Accepted                │                   │
///     │ ACK                ▼                   │
///     └───────────────► Talking ◄──────────────┘
///        stepped aside ┌─┘  ▲ ▲ refused
///          or Hold     ▼    │ │                    Transfer, from Talking, Holding, Resuming
///                    Holding┼─┘                          │
///                      │    │                            ▼
///               agreed ▼    │ agreed              Parting{ToHold}
///                     Held ─┴► Resuming                  │ on hold (or refused)
///                      ▲ ▲        │ refused              ▼
///                      │ └────────┘       Transfer ► Parting{Asked} ──succeeded──► Over
///                      └───────────failed─────────────┘  │ far end gone ─────────► Over
/// ```
/// Hanging up leads from everywhere to `Over`. So does a transfer that succeeds after all when the call is back on hold.
/// A call dialled or answered while another one has the floor goes by `Holding` at once. A call that is up can be `Lent`
/// to a caller who is to be connected with its far end; it is over when they are, and comes back by `Talking` or
/// `Holding` when that fails. Join leads from `Talking` to `Conferring` and from `Held` by `Joining` there, as `Resuming`
/// leads to `Talking`; the last party left alone goes back to `Talking`, or by `Holding` to `Held` if the operator is
/// away (`party.rs`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CallState {
    /// Incoming, not answered.
    Ringing,
    /// The operator answered; the page makes its half of the media. No 200 yet.
    Answering {
        /// Another call has taken the floor since: this one will go to hold.
        aside: bool,
    },
    /// The 200 is out, its ACK is not in.
    Accepted,
    /// Outgoing, nothing heard of the far end's phone yet.
    Calling,
    /// Outgoing, the far end's phone rings or it plays something to us.
    RingingOut,
    /// The operator talks.
    Talking,
    /// On its way to hold. Microphone and speaker are closed already.
    Holding,
    /// On hold.
    Held {
        /// The transfer that it came back from, if it did.
        back: Option<Back>,
    },
    /// On its way back from hold.
    Resuming,
    /// On its way from hold into the conference.
    Joining,
    /// A party of the conference, with or without the operator in it.
    Conferring,
    /// Being handed on without asking.
    Parting {
        /// Whom it goes to.
        target: Target,
        /// How far that is.
        stage: Stage,
    },
    /// Its far end is about to be connected with a caller. The operator is out of it.
    Lent {
        /// The caller's name.
        to: String,
        /// The far end was put on hold before.
        held: bool,
    },
    /// Outgoing and not put through: shown for a moment.
    Failed(CallFailure),
    /// Off the list.
    Over,
}

/// How far a blind transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// The caller is being put on hold first.
    ToHold,
    /// REFER is out; 202 and provisional news change nothing that an operator could use.
    Asked,
    /// The PBX said that it will tell nothing more. Only the far end's BYE can tell now.
    Untold,
}

impl CallState {
    /// What the operator's wish does, or why it cannot be had.
    pub(crate) fn wish(&self, wish: Wish) -> Result<Step, WhyNot> {
        match wish {
            Wish::Answer => self.answer(false),
            Wish::AnswerAndHold => self.answer(true),
            Wish::Decline => self.decline(),
            Wish::Hold => self.hold(),
            Wish::Resume => self.resume(),
            Wish::HangUp => self.hang_up(),
            Wish::Transfer(target) => self.transfer(target),
            Wish::Lend(to) => self.lend(to),
            Wish::Join => self.join(),
        }
    }

    fn answer(&self, aside: bool) -> Result<Step, WhyNot> {
        match self {
            Self::Ringing if aside => Ok(Step::to(Self::Answering { aside }, [])),
            Self::Ringing => Ok(Step::to(Self::Answering { aside }, [Deed::TakeFloor])),
            Self::Answering { .. }
            | Self::Accepted
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring => Err(WhyNot::AlreadyAnswered),
            Self::Calling | Self::RingingOut => Err(WhyNot::Outgoing),
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    fn decline(&self) -> Result<Step, WhyNot> {
        match self {
            Self::Ringing => Ok(Step::to(Self::Over, [Deed::Refuse])),
            Self::Answering { .. }
            | Self::Accepted
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring => Err(WhyNot::AlreadyAnswered),
            Self::Calling | Self::RingingOut => Err(WhyNot::Outgoing),
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    fn hold(&self) -> Result<Step, WhyNot> {
        match self {
            Self::Talking | Self::Conferring => Ok(Step::to(Self::Holding, [Deed::LeaveFloor])),
            Self::Ringing | Self::Calling | Self::RingingOut => Err(WhyNot::NotAnswered),
            Self::Answering { .. } | Self::Accepted | Self::Holding | Self::Resuming | Self::Joining => {
                Err(WhyNot::Changing)
            }
            Self::Held { .. } => Err(WhyNot::AlreadyOnHold),
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    fn resume(&self) -> Result<Step, WhyNot> {
        match self {
            // On its way to hold as well: the operator can change their mind faster than a far end answers.
            Self::Held { .. } | Self::Holding => Ok(Step::to(Self::Resuming, [Deed::TakeFloor])),
            Self::Ringing | Self::Calling | Self::RingingOut => Err(WhyNot::NotAnswered),
            Self::Resuming | Self::Joining => Err(WhyNot::Changing),
            Self::Answering { .. } | Self::Accepted | Self::Talking | Self::Conferring => {
                Err(WhyNot::NotOnHold)
            }
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    fn hang_up(&self) -> Result<Step, WhyNot> {
        match self {
            Self::Ringing => Ok(Step::to(Self::Over, [Deed::Refuse])),
            Self::Answering { .. }
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
            | Self::Lent { .. } => Ok(Step::to(Self::Over, [Deed::HangUp])),
            Self::Failed(_) => Ok(Step::to(Self::Over, [])),
            Self::Over => Err(WhyNot::CallOver),
        }
    }

    fn transfer(&self, target: Target) -> Result<Step, WhyNot> {
        match self {
            // Whether the new phone takes it is between the caller's side and that phone: a 302 is not reported on.
            Self::Ringing => match target.place {
                Place::Address(address) => {
                    let told = Saying::HandedOver(target.shown);
                    Ok(Step::to(Self::Over, [Deed::Redirect(address), Deed::Say(told)]))
                }
                Place::FarEndOf(_) => Err(WhyNot::NotAnswered),
            },
            Self::Talking | Self::Holding | Self::Resuming | Self::Joining | Self::Conferring => {
                Ok(Step::to(Self::Parting { target, stage: Stage::ToHold }, [Deed::LeaveFloor]))
            }
            Self::Held { .. } => {
                let refer = Deed::Refer(target.place.clone());
                Ok(Step::to(Self::Parting { target, stage: Stage::Asked }, [refer]))
            }
            Self::Answering { .. } | Self::Accepted => Err(WhyNot::Changing),
            Self::Calling | Self::RingingOut => Err(WhyNot::NotAnswered),
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    fn lend(&self, to: String) -> Result<Step, WhyNot> {
        match self {
            Self::Talking | Self::Resuming => {
                Ok(Step::to(Self::Lent { to, held: false }, [Deed::LeaveFloor]))
            }
            Self::Holding | Self::Held { .. } => Ok(Step::to(Self::Lent { to, held: true }, [])),
            Self::Ringing | Self::Calling | Self::RingingOut => Err(WhyNot::NotAnswered),
            Self::Answering { .. } | Self::Accepted => Err(WhyNot::Changing),
            // A party is nobody's to be connected with alone.
            Self::Joining | Self::Conferring => Err(WhyNot::InConference),
            Self::Parting { .. } | Self::Lent { .. } => Err(WhyNot::BeingTransferred),
            Self::Failed(_) | Self::Over => Err(WhyNot::CallOver),
        }
    }

    /// What an event does.
    pub(crate) fn step(self, event: Event) -> Step {
        match event {
            Event::SteppedAside => self.stepped_aside(),
            Event::AnswerSent => self.answer_sent(),
            Event::Acknowledged => self.only_from(&Self::Accepted, Self::Talking),
            Event::AnswerFailed => self.answer_failed(),
            Event::FarEndRings => self.only_from(&Self::Calling, Self::RingingOut),
            Event::FarEndAnswered { floor_taken } => self.far_end_answered(floor_taken),
            Event::FarEndAnsweredFor(to) => self.far_end_answered_for(to),
            Event::NotPutThrough(why) => self.not_put_through(why),
            Event::DirectionAgreed => self.direction_agreed(),
            Event::DirectionRefused { floor_taken } => self.direction_refused(floor_taken),
            Event::Refer(progress) => self.referred(progress),
            Event::CameBack { floor_taken } => self.came_back(floor_taken),
            Event::Joined => self.joined(),
            Event::AskedInVain(back) => self.asked_in_vain(back),
            Event::Ended(cause) => self.ended(cause),
            Event::TakenBy(by) => self.taken_by(by),
            Event::LeftAlone { present } => self.left_alone(present),
            Event::Overdue => self.overdue(),
        }
    }

    /// For an event that means something in one state and comes too late in every other.
    fn only_from(self, from: &Self, to: Self) -> Step {
        Step::to(if self == *from { to } else { self }, [])
    }

    fn stepped_aside(self) -> Step {
        match self {
            Self::Answering { .. } => Step::to(Self::Answering { aside: true }, []),
            Self::Accepted | Self::Talking | Self::Resuming => Step::to(Self::Holding, []),
            // A call that is still being put through goes on; whoever answers it will wait on hold. A conference goes
            // on without the operator.
            Self::Ringing
            | Self::Calling
            | Self::RingingOut
            | Self::Joining
            | Self::Conferring
            | Self::Holding
            | Self::Held { .. }
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn answer_sent(self) -> Step {
        match self {
            Self::Answering { aside: false } => Step::to(Self::Accepted, []),
            Self::Answering { aside: true } => Step::to(Self::Holding, []),
            Self::Ringing
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
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn answer_failed(self) -> Step {
        match self {
            // The caller lost nothing: they still hear ringing, and another page or operator may answer.
            Self::Answering { .. } => Step::to(Self::Ringing, [Deed::LeaveFloor]),
            Self::Ringing
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
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn far_end_answered(self, floor_taken: bool) -> Step {
        match self {
            Self::Calling | Self::RingingOut if floor_taken => Step::to(Self::Holding, []),
            Self::Calling | Self::RingingOut => Step::to(Self::Talking, [Deed::TakeFloor]),
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn far_end_answered_for(self, to: String) -> Step {
        if self.is_being_made() { Step::to(Self::Lent { to, held: false }, []) } else { Step::to(self, []) }
    }

    fn not_put_through(self, why: CallFailure) -> Step {
        match self {
            Self::Calling | Self::RingingOut => Step::to(Self::Failed(why), []),
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn direction_agreed(self) -> Step {
        match self {
            Self::Holding => Step::to(Self::Held { back: None }, []),
            Self::Resuming => Step::to(Self::Talking, []),
            Self::Joining => Step::to(Self::Conferring, []),
            Self::Parting { target, stage: Stage::ToHold } => Self::ask_to_take(target),
            Self::Parting { stage: Stage::Asked | Stage::Untold, .. }
            | Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Conferring
            | Self::Held { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn direction_refused(self, floor_taken: bool) -> Step {
        match self {
            // The far end is not on hold, and the screen must not say so. But it was to hear nothing any more,
            // so the microphone stays shut until the operator opens it.
            Self::Holding if !floor_taken => {
                Step::to(Self::Talking, [Deed::TakeFloor, Deed::Mute, Deed::Say(Saying::HoldRefused)])
            }
            // The operator talks to somebody else: this end is shut, which is all that can be had.
            Self::Holding => Step::to(Self::Held { back: None }, [Deed::Say(Saying::HoldRefused)]),
            Self::Resuming => {
                Step::to(Self::Held { back: None }, [Deed::LeaveFloor, Deed::Say(Saying::ResumeRefused)])
            }
            Self::Joining => Step::to(Self::Held { back: None }, [Deed::Say(Saying::ResumeRefused)]),
            // Both ends are shut here, and the caller is about to leave anyhow.
            Self::Parting { target, stage: Stage::ToHold } => Self::ask_to_take(target),
            Self::Parting { stage: Stage::Asked | Stage::Untold, .. }
            | Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Talking
            | Self::Conferring
            | Self::Held { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn ask_to_take(target: Target) -> Step {
        let refer = Deed::Refer(target.place.clone());
        Step::to(Self::Parting { target, stage: Stage::Asked }, [refer])
    }

    fn referred(self, progress: ReferProgress) -> Step {
        match self {
            Self::Parting { target, stage: Stage::Asked | Stage::Untold } => match progress {
                // 202 and 1xx are not success (RFC 3515 section 2.4.4).
                ReferProgress::Accepted | ReferProgress::Trying { .. } => {
                    Step::to(Self::Parting { target, stage: Stage::Asked }, [])
                }
                ReferProgress::Succeeded => {
                    Step::to(Self::Over, [Deed::HangUpSoon, Deed::Say(Saying::Transferred(target.shown))])
                }
                ReferProgress::Failed { status, reason } => {
                    Self::come_back(target, CallFailure::from_status(status, &reason))
                }
                // The caller may still be with us: ending the session now could cut them off.
                ReferProgress::Unknown => Step::to(Self::Parting { target, stage: Stage::Untold }, []),
            },
            // The phone that rang in vain was answered after all: the caller is there.
            Self::Held { back: Some(back) } if progress == ReferProgress::Succeeded => {
                Step::to(Self::Over, [Deed::HangUpSoon, Deed::Say(Saying::Transferred(back.target))])
            }
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
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn asked_in_vain(self, back: Back) -> Step {
        let told = Saying::TransferFailed(back.target.clone(), back.why.clone());
        match self {
            Self::Held { .. } => Step::to(Self::Held { back: Some(back) }, [Deed::Say(told)]),
            // The operator is with them, or soon will be.
            Self::Talking | Self::Holding | Self::Resuming | Self::Joining | Self::Conferring => {
                Step::to(self, [Deed::Say(told)])
            }
            Self::Ringing
            | Self::Answering { .. }
            | Self::Accepted
            | Self::Calling
            | Self::RingingOut
            | Self::Parting { .. }
            | Self::Lent { .. }
            | Self::Failed(_)
            | Self::Over => Step::to(self, []),
        }
    }

    fn come_back(target: Target, why: CallFailure) -> Step {
        let told = Saying::TransferFailed(target.shown.clone(), why.clone());
        Step::to(Self::Held { back: Some(Back { target: target.shown, why }) }, [Deed::Say(told)])
    }

    fn ended(self, cause: EndCause) -> Step {
        match self {
            Self::Ringing | Self::Answering { .. } => ended_unanswered(&cause),
            Self::Calling | Self::RingingOut => self.ended_before_it_was_put_through(cause),
            Self::Accepted
            | Self::Talking
            | Self::Holding
            | Self::Held { .. }
            | Self::Resuming
            | Self::Joining
            | Self::Conferring => ended_in_talk(&cause),
            Self::Parting { stage: Stage::ToHold, .. } => ended_in_talk(&cause),
            // The far end leaves when the new call is up (RFC 5589 section 6): most likely it went well, but
            // nobody said so.
            Self::Parting { target, stage: Stage::Asked | Stage::Untold } => match cause {
                EndCause::Local | EndCause::Cancelled => Step::to(Self::Over, []),
                EndCause::RemoteHungUp
                | EndCause::AnsweredElsewhere
                | EndCause::Refused { .. }
                | EndCause::TimedOut
                | EndCause::ConnectionLost => {
                    Step::to(Self::Over, [Deed::Say(Saying::HandedOver(target.shown))])
                }
            },
            // Whoever took the far end over ends this, or it left: the one who waits for it will tell.
            Self::Lent { .. } => Step::to(Self::Over, []),
            Self::Failed(_) | Self::Over => Step::to(self, []),
        }
    }

    fn ended_before_it_was_put_through(self, cause: EndCause) -> Step {
        let rang = self == Self::RingingOut;
        match cause {
            EndCause::Refused { status, reason, .. } => {
                Step::to(Self::Failed(CallFailure::from_status(status, &reason)), [])
            }
            EndCause::TimedOut if rang => Step::to(Self::Failed(CallFailure::NoAnswer), []),
            EndCause::TimedOut | EndCause::ConnectionLost => {
                Step::to(Self::Failed(CallFailure::Unreachable), [])
            }
            EndCause::RemoteHungUp | EndCause::Cancelled | EndCause::AnsweredElsewhere | EndCause::Local => {
                Step::to(Self::Over, [])
            }
        }
    }

    fn overdue(self) -> Step {
        match self {
            Self::Failed(_) => Step::to(Self::Over, []),
            Self::Parting { target, stage: Stage::Asked | Stage::Untold } => {
                Self::come_back(target, CallFailure::NoAnswer)
            }
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
            | Self::Over => Step::to(self, []),
        }
    }
}

/// An incoming call ended before it was answered.
fn ended_unanswered(cause: &EndCause) -> Step {
    let told = match cause {
        EndCause::AnsweredElsewhere => Some(Saying::TakenElsewhere),
        EndCause::Cancelled
        | EndCause::RemoteHungUp
        | EndCause::Refused { .. }
        | EndCause::TimedOut
        | EndCause::ConnectionLost => Some(Saying::Missed),
        EndCause::Local => None,
    };
    Step::to(CallState::Over, told.map(Deed::Say).into_iter().collect::<Vec<_>>())
}

/// A call ended that both sides had taken.
fn ended_in_talk(cause: &EndCause) -> Step {
    let told = match cause {
        EndCause::AnsweredElsewhere => Some(Saying::TakenElsewhere),
        EndCause::TimedOut | EndCause::ConnectionLost => Some(Saying::CallLost),
        EndCause::RemoteHungUp | EndCause::Cancelled | EndCause::Refused { .. } | EndCause::Local => None,
    };
    Step::to(CallState::Over, told.map(Deed::Say).into_iter().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
