//! What is possible with a call now, or why not. Asked before a control is offered, and again before it acts.

use serde::{Deserialize, Serialize};

use crate::Direction;
use crate::call::{CallState, Target, Wish};

/// Whether each act is possible with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// [`crate::Command::Answer`]
    pub answer: Result<(), WhyNot>,
    /// [`crate::Command::Decline`]
    pub decline: Result<(), WhyNot>,
    /// [`crate::Command::Hold`]
    pub hold: Result<(), WhyNot>,
    /// [`crate::Command::Resume`]
    pub resume: Result<(), WhyNot>,
    /// [`crate::Command::HangUp`]
    pub hang_up: Result<(), WhyNot>,
    /// [`crate::Command::TransferBlind`]
    pub transfer: Result<(), WhyNot>,
    /// [`crate::Command::ToVoicemail`]
    pub to_voicemail: Result<(), WhyNot>,
    /// [`crate::Command::SendDigit`]
    pub send_digit: Result<(), WhyNot>,
    /// [`crate::Command::SetMuted`]
    pub mute: Result<(), WhyNot>,
}

/// Why an act is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyNot {
    /// The call is over.
    CallOver,
    /// It has not been answered yet.
    NotAnswered,
    /// It has been answered already.
    AlreadyAnswered,
    /// It is on hold already.
    AlreadyOnHold,
    /// It is not on hold.
    NotOnHold,
    /// It is being handed on.
    BeingTransferred,
    /// Hold or resume is on its way; wait for the answer.
    Changing,
    /// It is an outgoing call.
    Outgoing,
    /// There is no link to the telephone system.
    NotRegistered,
    /// No page has a microphone yet: press Start shift.
    NoAudio,
    /// There is no call to do it with.
    NoCall,
    /// Every slot of the list is taken.
    NoFreeSlot,
    /// The contact has no such number.
    NoSuchNumber,
    /// No such directory or contact.
    NoSuchContact,
    /// The directory cannot be changed here.
    ReadOnly,
    /// There is no import to take back.
    NothingToUndo,
    /// The telephone system has no way straight to a voicemail box.
    NoVoicemail,
}

/// What a call's possibilities depend on besides its own state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// A page carries media, even if its microphone is lost.
    pub page: bool,
    /// A page has a microphone.
    pub microphone: bool,
    /// Frames can be sent.
    pub connected: bool,
    /// A voicemail box can be reached straight.
    pub voicemail: bool,
}

/// What is possible with a call in this state.
pub(crate) fn can(state: &CallState, facts: Facts) -> Allowed {
    let ask = |wish: Wish| check(state, &wish, facts);
    Allowed {
        answer: ask(Wish::Answer),
        decline: ask(Wish::Decline),
        hold: ask(Wish::Hold),
        resume: ask(Wish::Resume),
        hang_up: ask(Wish::HangUp),
        transfer: ask(Wish::Transfer(Target::default())),
        to_voicemail: ask(Wish::Transfer(Target::default())).and(has_voicemail(facts)),
        send_digit: send_digit(state, facts),
        mute: mute(state),
    }
}

/// Whether the facts stand in the way of what the call's own state would allow. The state's reason comes first:
/// it is the one that an operator expects.
pub(crate) fn check(state: &CallState, wish: &Wish, facts: Facts) -> Result<(), WhyNot> {
    state.wish(wish.clone())?;
    match wish {
        // Whoever wants to be rid of a call is, whatever else is broken.
        Wish::Decline | Wish::HangUp => return Ok(()),
        Wish::Answer if !facts.microphone => return Err(WhyNot::NoAudio),
        Wish::Hold | Wish::Resume if !facts.page => return Err(WhyNot::NoAudio),
        // A call that talks is put on hold first, which takes an offer from a page.
        Wish::Transfer(_) if !facts.page && state.wants() == Some(Direction::SendRecv) => {
            return Err(WhyNot::NoAudio);
        }
        Wish::Answer | Wish::Hold | Wish::Resume | Wish::Transfer(_) => {}
    }
    if facts.connected { Ok(()) } else { Err(WhyNot::NotRegistered) }
}

fn has_voicemail(facts: Facts) -> Result<(), WhyNot> {
    if facts.voicemail { Ok(()) } else { Err(WhyNot::NoVoicemail) }
}

fn send_digit(state: &CallState, facts: Facts) -> Result<(), WhyNot> {
    match state {
        CallState::Talking if facts.page => Ok(()),
        CallState::Talking => Err(WhyNot::NoAudio),
        CallState::Ringing | CallState::Calling | CallState::RingingOut => Err(WhyNot::NotAnswered),
        CallState::Answering { .. } | CallState::Accepted | CallState::Holding | CallState::Resuming => {
            Err(WhyNot::Changing)
        }
        CallState::Held { .. } => Err(WhyNot::AlreadyOnHold),
        CallState::Parting { .. } => Err(WhyNot::BeingTransferred),
        CallState::Failed(_) | CallState::Over => Err(WhyNot::CallOver),
    }
}

fn mute(state: &CallState) -> Result<(), WhyNot> {
    match state {
        CallState::Accepted
        | CallState::Talking
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Resuming => Ok(()),
        CallState::Ringing | CallState::Answering { .. } | CallState::Calling | CallState::RingingOut => {
            Err(WhyNot::NotAnswered)
        }
        CallState::Parting { .. } => Err(WhyNot::BeingTransferred),
        CallState::Failed(_) | CallState::Over => Err(WhyNot::CallOver),
    }
}
