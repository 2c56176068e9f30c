//! The conference on the screen: what its button and key do next, and how a party looks.

use cordboard_desk::{CallView, Command, PARTIES, WhyNot};
use leptos::prelude::*;

use super::icon::Icon as Drawn;
use super::words::ConferenceWords;
use crate::board::{Board, is_party};

/// What the conference's button and key do next, by way of a call if one is meant, and whether that is possible: a call
/// that is none of its parties comes in, the operator comes back, or whoever was put on hold last comes in.
pub(super) fn next(board: Board, call: Option<CallView>) -> (Option<Command>, Result<(), WhyNot>) {
    let add = |call: &CallView| (Some(Command::AddToConference(call.id)), call.allowed.join);
    let meant = call.as_ref().filter(|call| !is_party(call));
    match (meant, board.conference.get()) {
        (Some(call), _) => add(call),
        (None, Some(conference)) if !conference.present => {
            (Some(Command::ReturnToConference), conference.comeback)
        }
        (None, Some(conference)) if conference.parties >= PARTIES => (None, Err(WhyNot::ConferenceFull)),
        (None, Some(_)) => {
            let last = board.held_last().and_then(|call| board.call(call));
            last.map_or((None, Err(WhyNot::NobodyToJoin)), |call| call.view.with(add))
        }
        (None, None) => (None, Err(WhyNot::NoCall)),
    }
}

/// Mutes a party, or lets it be heard again.
pub(super) fn party_mute(call: &CallView) -> Command {
    Command::MuteParty { call: call.id, muted: !call.silenced }
}

/// What a party does, in words.
pub(super) fn doing(words: &ConferenceWords, call: &CallView, talking: bool) -> &'static str {
    match (call.silenced, talking) {
        (true, _) => words.silenced,
        (false, true) => words.talking,
        (false, false) => words.listening,
    }
}

/// What a party does, drawn.
pub(super) fn drawn(call: &CallView, talking: bool) -> Option<Drawn> {
    match (call.silenced, talking) {
        (true, _) => Some(Drawn::MicrophoneOff),
        (false, true) => Some(Drawn::Voice),
        (false, false) => None,
    }
}

/// How many are in the conference with the operator, if the operator is in it, and how many it takes.
pub(super) fn count(board: Board) -> Option<(u32, u32)> {
    let conference = board.conference.get()?;
    Some((u32::from(conference.parties) + u32::from(conference.present), u32::from(PARTIES) + 1))
}
