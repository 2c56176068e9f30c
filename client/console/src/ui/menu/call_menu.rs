//! Everything that can be done to a call.

use cordboard_desk::{CallId, CallStatus, CallView, Command, CordView, WhyNot};
use leptos::prelude::*;

use super::{Menu, MenuItem, about_caller};
use crate::acts::{Acts, use_acts};
use crate::board::{Board, is_party, rings};
use crate::ui::calls::who::shown_name;
use crate::ui::clipboard;
use crate::ui::conferring::{next, party_mute};
use crate::ui::icon::Icon as Drawn;
use crate::ui::reason::reason;
use crate::ui::screen::{Popover, use_screen};
use crate::ui::words::{Words, use_tongue};

pub(super) fn menu(id: CallId) -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let Some(call) = board.view_now(id) else {
        return Menu {
            drawn: Drawn::Phone,
            about: String::new(),
            number: String::new(),
            told: None,
            items: Vec::new(),
        };
    };
    if is_party(&call) {
        return party_menu(&call);
    }
    let can = call.allowed;
    let ringing = rings(&call);
    let send = move |command: Command| move || acts.command(command.clone());
    let take = [words.key_insert, "F6"];
    let unless = |allowed: Result<(), WhyNot>| reason(words, allowed);

    let first = if ringing {
        MenuItem::new(Drawn::Phone, words.answer, send(Command::Answer(id)))
            .keys(&take, "F6")
            .unless(unless(can.answer))
    } else if can.resume.is_ok() {
        MenuItem::new(Drawn::Play, words.resume, send(Command::Resume(id))).keys(&take, "F6")
    } else {
        MenuItem::new(Drawn::Pause, words.hold, send(Command::Hold(id)))
            .keys(&take, "F6")
            .unless(unless(can.hold))
    };
    let end_keys = [words.key_delete, "F7"];
    let end = if can.decline.is_ok() {
        MenuItem::new(Drawn::HangUp, words.decline, send(Command::Decline(id)))
    } else {
        let over = matches!(call.status, CallStatus::Failed(_));
        let label = if over { words.take_off } else { words.hang_up };
        MenuItem::new(Drawn::HangUp, label, send(Command::HangUp(id))).unless(unless(can.hang_up))
    };
    let transfer = if ringing { words.forward_dots } else { words.transfer_dots };
    let mute = if call.muted { words.unmute } else { words.mute };
    let number = call.who.number.clone();
    let mut items = vec![
        first,
        end.keys(&end_keys, "F7").danger(),
        MenuItem::new(Drawn::Forward, transfer, move || screen.open_transfer(id))
            .keys(&["+", "F8"], "F8")
            .unless(unless(can.transfer.or(can.connect)))
            .below_a_rule(),
        MenuItem::new(Drawn::Parking, words.park, send(Command::Park(id)))
            .keys(&["P"], "P")
            .unless(unless(can.park)),
        MenuItem::new(Drawn::Voicemail, words.to_voicemail, send(Command::ToVoicemail(id)))
            .keys(&["V"], "V")
            .unless(unless(can.to_voicemail)),
        MenuItem::new(Drawn::Conference, words.conferring.add, send(Command::AddToConference(id)))
            .keys(&["C"], "C")
            .unless(unless(can.join)),
        MenuItem::new(Drawn::Keypad, words.keypad, move || screen.open(Popover::Keypad))
            .unless(unless(can.send_digit)),
        MenuItem::new(Drawn::MicrophoneOff, mute, send(Command::SetMuted { call: id, muted: !call.muted }))
            .keys(&["M"], "M")
            .unless(unless(can.mute)),
        MenuItem::new(Drawn::Copy, words.copy_number, move || clipboard::put(screen, &number))
            .unless(call.who.number.is_empty().then_some(words.withheld))
            .below_a_rule(),
    ];
    items.extend(about_caller::items(words, board, screen, &call));
    items.splice(2..2, consulting(words, acts, &call));
    if call.waits_for.is_some() {
        items.insert(
            2,
            MenuItem::new(Drawn::Hourglass, words.stop_waiting, send(Command::Unqueue(id))).below_a_rule(),
        );
    }
    let drawn = if ringing { Drawn::Incoming } else { Drawn::Phone };
    let shown = shown_name(words, &call.who);
    let number = if shown == call.who.number { String::new() } else { call.who.number };
    Menu { drawn, about: shown, number, told: None, items }
}

/// What can be done about a caller and whoever is asked on their behalf.
fn consulting(words: &'static Words, acts: Acts, call: &CallView) -> Vec<MenuItem> {
    let Some(cord) = &call.cord else { return Vec::new() };
    let (id, with, can) = (call.id, cord.call(), call.allowed);
    let own = shown_name(words, &call.who);
    let (caller, asked) = match cord {
        CordView::Asking { name, .. } => (&own, name),
        CordView::For { name, .. } => (name, &own),
    };
    let send = move |command: Command| move || acts.command(command.clone());
    let connect = (words.connect_with)(caller, asked);
    vec![
        MenuItem::new(Drawn::Merge, connect, send(Command::Connect { call: id, with }))
            .unless(reason(words, can.connect))
            .below_a_rule(),
        MenuItem::new(Drawn::Swap, words.swap, send(Command::Swap(id)))
            .keys(&["S"], "S")
            .unless(reason(words, can.swap)),
        MenuItem::new(Drawn::Back, (words.back_to)(caller), send(Command::BackToCaller(id)))
            .keys(&["B"], "B")
            .unless(reason(words, can.back_to_caller)),
    ]
}

/// What can be done to a party of the conference, and to the conference.
fn party_menu(call: &CallView) -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let said = &words.conferring;
    let (id, can, number) = (call.id, call.allowed, call.who.number.clone());
    let send = move |command: Command| move || acts.command(command.clone());
    let unless = |allowed: Result<(), WhyNot>| reason(words, allowed);
    let (mute_drawn, mute) = if call.silenced {
        (Drawn::Microphone, said.unmute_party)
    } else {
        (Drawn::MicrophoneOff, said.mute_party)
    };
    let mut items = vec![
        MenuItem::new(mute_drawn, mute, send(party_mute(call)))
            .keys(&["M"], "M")
            .unless(unless(can.mute_party)),
        MenuItem::new(Drawn::Pause, said.remove, send(Command::Hold(id)))
            .keys(&[words.key_insert, "F6"], "F6")
            .note(said.remove_note)
            .unless(unless(can.hold)),
        MenuItem::new(Drawn::HangUp, words.hang_up, send(Command::HangUp(id)))
            .keys(&[words.key_delete, "F7"], "F7")
            .unless(unless(can.hang_up))
            .danger(),
    ];
    let (command, allowed) = untrack(|| next(board, None));
    let command = move || {
        if let Some(command) = &command {
            acts.command(command.clone());
        }
    };
    if untrack(|| board.confers()) {
        items.push(
            MenuItem::new(Drawn::Leave, said.leave, send(Command::LeaveConference))
                .keys(&["L"], "L")
                .note(said.leave_note)
                .below_a_rule(),
        );
        let add = MenuItem::new(Drawn::AddPerson, said.add_another, command).keys(&["C"], "C");
        items.push(add.unless(unless(allowed)));
    } else {
        let back = MenuItem::new(Drawn::Conference, said.come_back, command).keys(&["C"], "C");
        items.push(back.unless(unless(allowed)).below_a_rule());
    }
    items.extend([
        MenuItem::new(Drawn::HangUp, said.end, send(Command::EndConference)).danger(),
        MenuItem::new(Drawn::Forward, words.transfer_dots, move || screen.open_transfer(id))
            .keys(&["+", "F8"], "F8")
            .unless(unless(can.transfer))
            .below_a_rule(),
        MenuItem::new(Drawn::Copy, words.copy_number, move || clipboard::put(screen, &number))
            .unless(call.who.number.is_empty().then_some(words.withheld)),
    ]);
    let shown = shown_name(words, &call.who);
    Menu { drawn: Drawn::Conference, about: shown, number: (words.status)(&call.status), told: None, items }
}
