//! What is possible with a call now, or why not. Asked before a control is offered, and again before it acts.

use serde::{Deserialize, Serialize};

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
}
