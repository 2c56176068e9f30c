//! What can be done with a call of a colleague.

use cordboard_desk::{Command, TeamCallId};
use leptos::prelude::*;

use super::{Menu, MenuItem};
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::calls::who::shown_name;
use crate::ui::clipboard;
use crate::ui::icon::Icon as Drawn;
use crate::ui::reason::reason;
use crate::ui::screen::use_screen;
use crate::ui::words::use_tongue;

pub(super) fn menu(id: TeamCallId) -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let Some((owner, call)) = untrack(|| board.team_call(id)) else {
        return Menu {
            drawn: Drawn::Headset,
            about: words.team.no_calls.to_owned(),
            number: String::new(),
            told: None,
            items: Vec::new(),
        };
    };
    let who = shown_name(words, &call.who);
    let number = call.who.number.clone();
    let withheld = number.is_empty().then_some(words.withheld);
    let copied = number.clone();
    let items = vec![
        MenuItem::new(Drawn::Answered, (words.team.take_over_of)(&who, &owner), move || {
            acts.command(Command::TakeOver(id));
        })
        .keys(&[words.key_enter], "Enter")
        .unless(reason(words, call.take_over)),
        MenuItem::new(Drawn::Copy, words.copy_number, move || clipboard::put(screen, &copied))
            .unless(withheld),
    ];
    Menu { drawn: Drawn::Headset, about: who, number, told: None, items }
}
