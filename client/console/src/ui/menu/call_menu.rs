//! Everything that can be done to a call.

use cordboard_desk::{CallId, CallStatus, CallView, Command, CordView, WhyNot};
use leptos::prelude::*;

use super::{Menu, MenuItem};
use crate::acts::{Acts, use_acts};
use crate::board::{Board, rings};
use crate::ui::calls::who::shown_name;
use crate::ui::clipboard;
use crate::ui::icon::Icon as Drawn;
use crate::ui::reason::reason;
use crate::ui::screen::{Popover, use_screen};
use crate::ui::words::{Words, use_tongue};

pub(super) fn menu(id: CallId) -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let Some(call) = board.view_now(id) else {
        return Menu { drawn: Drawn::Phone, about: String::new(), number: String::new(), items: Vec::new() };
    };
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
    let not_yet = Some(words.not_yet);
    let mut items = vec![
        first,
        end.keys(&end_keys, "F7").danger(),
        MenuItem::new(Drawn::Forward, transfer, move || screen.open_transfer(id))
            .keys(&["+", "F8"], "F8")
            .unless(unless(can.transfer.or(can.connect)))
            .below_a_rule(),
        MenuItem::new(Drawn::Voicemail, words.to_voicemail, send(Command::ToVoicemail(id)))
            .keys(&["V"], "V")
            .unless(unless(can.to_voicemail)),
        MenuItem::new(Drawn::Conference, words.conference, || {}).unless(not_yet),
        MenuItem::new(Drawn::Keypad, words.keypad, move || screen.open(Popover::Keypad))
            .unless(unless(can.send_digit)),
        MenuItem::new(Drawn::MicrophoneOff, mute, send(Command::SetMuted { call: id, muted: !call.muted }))
            .keys(&["M"], "M")
            .unless(unless(can.mute)),
        MenuItem::new(Drawn::Copy, words.copy_number, move || clipboard::put(screen, &number))
            .unless(call.who.number.is_empty().then_some(words.withheld))
            .below_a_rule(),
    ];
    items.splice(2..2, consulting(words, acts, &call));
    let drawn = if ringing { Drawn::Incoming } else { Drawn::Phone };
    let shown = shown_name(words, &call.who);
    let number = if shown == call.who.number { String::new() } else { call.who.number };
    Menu { drawn, about: shown, number, items }
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
