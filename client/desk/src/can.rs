//! What is possible with a call now, or why not. Asked before a control is offered, and again before it acts.

use serde::{Deserialize, Serialize};

use crate::Direction;
use crate::call::{CallState, Target, Wish};
use crate::conference::Conference;
use crate::consultation::Stage;

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
    /// [`crate::Command::Consult`]
    pub consult: Result<(), WhyNot>,
    /// [`crate::Command::Connect`], with whoever is asked on its behalf or else with any other call that may.
    pub connect: Result<(), WhyNot>,
    /// [`crate::Command::Swap`]
    pub swap: Result<(), WhyNot>,
    /// [`crate::Command::BackToCaller`]
    pub back_to_caller: Result<(), WhyNot>,
    /// [`crate::Command::Queue`]
    pub queue: Result<(), WhyNot>,
    /// [`crate::Command::Park`]
    pub park: Result<(), WhyNot>,
    /// [`crate::Command::ToVoicemail`]
    pub to_voicemail: Result<(), WhyNot>,
    /// [`crate::Command::SendDigit`]
    pub send_digit: Result<(), WhyNot>,
    /// [`crate::Command::SetMuted`]
    pub mute: Result<(), WhyNot>,
    /// [`crate::Command::AddToConference`]
    pub join: Result<(), WhyNot>,
    /// [`crate::Command::MuteParty`]
    pub mute_party: Result<(), WhyNot>,
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
    /// There is no other call to connect it with.
    NobodyToConnect,
    /// Nobody is asked on behalf of a caller.
    NobodyAsked,
    /// No parking places are set up.
    NoParking,
    /// Somebody waits at every parking place.
    ParkingFull,
    /// The telephone system has no way straight to a voicemail box.
    NoVoicemail,
    /// It is in the conference already.
    InConference,
    /// It is not in the conference.
    NotInConference,
    /// There is no conference, or the operator is not in it.
    NoConference,
    /// There is nobody to have the conference with: one call talks, another is on hold.
    NobodyToJoin,
    /// As many are in the conference as it takes.
    ConferenceFull,
    /// Nobody knows when that phone is free: it is not watched.
    NotWatched,
    /// The caller waits for nobody.
    NotQueued,
    /// Nothing rings at that phone.
    NothingRings,
    /// The telephone system has no way to take over what rings elsewhere.
    NoPickUp,
    /// Somebody of the team is taking it over.
    BeingTaken,
    /// The relay tells nothing of the team now.
    TeamUnknown,
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
    /// Why no call can be parked.
    pub no_parking: Option<WhyNot>,
    /// Who confers, and who could.
    pub conference: Conference,
    /// Why nobody can be called.
    pub dial: Option<WhyNot>,
    /// What it is linked with.
    pub pair: Option<Pair>,
    /// What else there is.
    pub company: Company,
}

/// The consultation that a call is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// How far it has come.
    pub stage: Stage,
    /// The other one is on hold, and could be talked to.
    pub other_waits: bool,
}

/// The other calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Company {
    /// One of them is up.
    pub up: bool,
    /// One of them is being made.
    pub ringing: bool,
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
        transfer: ask(Wish::Transfer(anywhere())),
        consult: consult(state, facts),
        connect: connect(state, facts),
        swap: swap(state, facts),
        back_to_caller: back_to_caller(facts),
        queue: queue(state, facts),
        park: ask(Wish::Transfer(anywhere())).and(facts.no_parking.map_or(Ok(()), Err)),
        to_voicemail: ask(Wish::Transfer(anywhere())).and(has_voicemail(facts)),
        send_digit: send_digit(state, facts),
        mute: mute(state),
        join: ask(Wish::Join),
        mute_party: mute_party(state),
    }
}

/// Whether the facts stand in the way of what the call's own state would allow. The state's reason comes first:
/// it is the one that an operator expects.
pub(crate) fn check(state: &CallState, wish: &Wish, facts: Facts) -> Result<(), WhyNot> {
    state.wish(wish.clone())?;
    match wish {
        // Whoever wants to be rid of a call is, whatever else is broken.
        Wish::Decline | Wish::HangUp | Wish::Lend(_) => return Ok(()),
        Wish::Answer if !facts.microphone => return Err(WhyNot::NoAudio),
        Wish::AnswerAndHold | Wish::Hold | Wish::Resume if !facts.page => return Err(WhyNot::NoAudio),
        // A call that talks is put on hold first, which takes an offer from a page.
        Wish::Transfer(_) if !facts.page && state.wants() == Some(Direction::SendRecv) => {
            return Err(WhyNot::NoAudio);
        }
        Wish::Join => {
            facts.conference.admits(state)?;
            if !facts.page {
                return Err(WhyNot::NoAudio);
            }
        }
        Wish::Answer | Wish::AnswerAndHold | Wish::Hold | Wish::Resume | Wish::Transfer(_) => {}
    }
    if facts.connected { Ok(()) } else { Err(WhyNot::NotRegistered) }
}

/// Whoever waits for a phone is on hold, and is handed on later.
fn queue(state: &CallState, facts: Facts) -> Result<(), WhyNot> {
    if !state.is_up() {
        return Err(not_up(state));
    }
    check(state, &Wish::Transfer(anywhere()), facts)
}

fn anywhere() -> Target {
    Target::number(String::new())
}

fn consult(state: &CallState, facts: Facts) -> Result<(), WhyNot> {
    // Whoever is asked about must be able to wait.
    if state.is_up() { facts.dial.map_or(Ok(()), Err) } else { Err(not_up(state)) }
}

fn connect(state: &CallState, facts: Facts) -> Result<(), WhyNot> {
    let company = if state.is_up() {
        facts.company.up || facts.company.ringing
    } else if state.is_being_made() {
        facts.company.up
    } else {
        return Err(not_up(state));
    };
    match facts.pair.map(|pair| pair.stage) {
        Some(Stage::Armed | Stage::Joining | Stage::Trusting) => return Err(WhyNot::BeingTransferred),
        Some(Stage::Asking) | None => {}
    }
    if !company {
        return Err(WhyNot::NobodyToConnect);
    }
    match (facts.page, facts.connected) {
        (false, _) => Err(WhyNot::NoAudio),
        (true, false) => Err(WhyNot::NotRegistered),
        (true, true) => Ok(()),
    }
}

fn swap(state: &CallState, facts: Facts) -> Result<(), WhyNot> {
    let pair = facts.pair.ok_or(WhyNot::NobodyAsked)?;
    let one_waits = pair.other_waits || state.wish(Wish::Resume).is_ok();
    match pair.stage {
        Stage::Asking if !one_waits => Err(WhyNot::Changing),
        Stage::Asking if !facts.page => Err(WhyNot::NoAudio),
        Stage::Asking if !facts.connected => Err(WhyNot::NotRegistered),
        Stage::Asking => Ok(()),
        Stage::Armed | Stage::Joining | Stage::Trusting => Err(WhyNot::BeingTransferred),
    }
}

fn back_to_caller(facts: Facts) -> Result<(), WhyNot> {
    match facts.pair.ok_or(WhyNot::NobodyAsked)?.stage {
        Stage::Asking | Stage::Armed => Ok(()),
        Stage::Joining | Stage::Trusting => Err(WhyNot::BeingTransferred),
    }
}

/// Why a call that is not up cannot be spoken about.
fn not_up(state: &CallState) -> WhyNot {
    match state {
        CallState::Ringing | CallState::Calling | CallState::RingingOut => WhyNot::NotAnswered,
        CallState::Answering { .. }
        | CallState::Accepted
        | CallState::Talking
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Resuming => WhyNot::Changing,
        CallState::Joining | CallState::Conferring => WhyNot::InConference,
        CallState::Parting { .. } | CallState::Lent { .. } => WhyNot::BeingTransferred,
        CallState::Failed(_) | CallState::Over => WhyNot::CallOver,
    }
}

fn has_voicemail(facts: Facts) -> Result<(), WhyNot> {
    if facts.voicemail { Ok(()) } else { Err(WhyNot::NoVoicemail) }
}

fn send_digit(state: &CallState, facts: Facts) -> Result<(), WhyNot> {
    match state {
        CallState::Talking if facts.page => Ok(()),
        CallState::Talking => Err(WhyNot::NoAudio),
        CallState::Ringing | CallState::Calling | CallState::RingingOut => Err(WhyNot::NotAnswered),
        CallState::Answering { .. }
        | CallState::Accepted
        | CallState::Holding
        | CallState::Resuming
        | CallState::Joining => Err(WhyNot::Changing),
        // To whom of them all? Whoever is to hear digits is taken out first.
        CallState::Conferring => Err(WhyNot::InConference),
        CallState::Held { .. } => Err(WhyNot::AlreadyOnHold),
        CallState::Parting { .. } | CallState::Lent { .. } => Err(WhyNot::BeingTransferred),
        CallState::Failed(_) | CallState::Over => Err(WhyNot::CallOver),
    }
}

fn mute(state: &CallState) -> Result<(), WhyNot> {
    match state {
        CallState::Accepted
        | CallState::Talking
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Resuming
        | CallState::Joining
        | CallState::Conferring => Ok(()),
        CallState::Ringing | CallState::Answering { .. } | CallState::Calling | CallState::RingingOut => {
            Err(WhyNot::NotAnswered)
        }
        CallState::Parting { .. } | CallState::Lent { .. } => Err(WhyNot::BeingTransferred),
        CallState::Failed(_) | CallState::Over => Err(WhyNot::CallOver),
    }
}

fn mute_party(state: &CallState) -> Result<(), WhyNot> {
    if state.is_party() { Ok(()) } else { Err(WhyNot::NotInConference) }
}
