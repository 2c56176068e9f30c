//! What is said to the call table, and what it says: wishes and events in, deeds and sayings out.

use cordboard_sip::{EndCause, ReferProgress};
use serde::{Deserialize, Serialize};

use super::CallState;
use crate::{Addressee, CallFailure, CallId};

/// Whom a call is handed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// Who that is, to show.
    pub shown: Addressee,
    /// Where that is.
    pub place: Place,
}

/// Where a call is handed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Place {
    /// This number or address, without asking.
    Address(String),
    /// The far end of this call of ours, who was asked.
    FarEndOf(CallId),
}

impl Target {
    /// A number or address, shown as it is.
    pub(crate) fn number(address: String) -> Self {
        Self { shown: address.clone().into(), place: Place::Address(address) }
    }
}

/// A transfer that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Back {
    /// Whom the call was meant for.
    pub target: Addressee,
    /// Why it came back.
    pub why: CallFailure,
}

/// What the operator asks of one call. Dialling makes a call and so is not among them; neither are acts that
/// do not change a call's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Answer it.
    Answer,
    /// Answer it, and let it wait on hold.
    AnswerAndHold,
    /// Refuse it.
    Decline,
    /// Put it on hold.
    Hold,
    /// Talk again.
    Resume,
    /// End it.
    HangUp,
    /// Hand it on.
    Transfer(Target),
    /// Give it up to a caller who is to be connected with its far end. The name is the caller's.
    Lend(String),
    /// Make it a party of the conference.
    Join,
}

/// What happens to a call without its operator's asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Another call takes the floor.
    SteppedAside,
    /// The 200 went out.
    AnswerSent,
    /// Our 200 was acknowledged.
    Acknowledged,
    /// The page could not make its half of the media, or the answer could not be sent; the caller still waits.
    AnswerFailed,
    /// The far end's phone rings, or early media plays.
    FarEndRings,
    /// The far end answered. `floor_taken` when another call has the floor.
    FarEndAnswered { floor_taken: bool },
    /// The far end answered, and is to be connected with this caller at once.
    FarEndAnsweredFor(String),
    /// Our call was not put through.
    NotPutThrough(CallFailure),
    /// Media flow as [`CallState::wants`].
    DirectionAgreed,
    /// The far end refused to change the flow of media.
    DirectionRefused { floor_taken: bool },
    /// News of a transfer.
    Refer(ReferProgress),
    /// The far end of a call that was lent to a caller is not with them. `floor_taken` when another call has the floor.
    CameBack { floor_taken: bool },
    /// The far end of a call that was lent to a caller is with them.
    Joined,
    /// Whoever was asked on behalf of this caller cannot be had.
    AskedInVain(Back),
    /// Of the conference only this party is left; `present` when the operator is in it.
    LeftAlone { present: bool },
    /// The session is over.
    Ended(EndCause),
    /// The session is over, and somebody of the team has the far end.
    TakenBy(String),
    /// [`CallState::patience`] has run out.
    Overdue,
}

/// What the desk is to do about it, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// This call gets microphone and speaker; the one that had them steps aside.
    TakeFloor,
    /// This call gives microphone and speaker up.
    LeaveFloor,
    /// Refuse the INVITE with 486.
    Refuse,
    /// Send the INVITE on with 302 to this number or address.
    Redirect(String),
    /// End the session, by whatever its stage asks for.
    HangUp,
    /// End the session in a moment, unless the far end does so first.
    HangUpSoon,
    /// Send REFER.
    Refer(Place),
    /// Mute the microphone for this call.
    Mute,
    /// Tell the operator.
    Say(Saying),
}

/// What the operator is told about one call. The desk adds who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saying {
    /// [`crate::Notice::Missed`], and the counter goes up.
    Missed,
    /// [`crate::Notice::TakenElsewhere`]
    TakenElsewhere,
    /// [`crate::Notice::TakenOver`]
    TakenOver(String),
    /// [`crate::Notice::Transferred`]
    Transferred(Addressee),
    /// [`crate::Notice::HandedOver`]
    HandedOver(Addressee),
    /// [`crate::Notice::TransferFailed`]
    TransferFailed(Addressee, CallFailure),
    /// [`crate::Notice::HoldRefused`]
    HoldRefused,
    /// [`crate::Notice::ResumeRefused`]
    ResumeRefused,
    /// [`crate::Notice::CallLost`]
    CallLost,
}

/// The next state and what is to be done on the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The next state.
    pub state: CallState,
    /// What is to be done.
    pub deeds: Vec<Deed>,
}

impl Step {
    pub(super) fn to(state: CallState, deeds: impl Into<Vec<Deed>>) -> Self {
        Self { state, deeds: deeds.into() }
    }
}
