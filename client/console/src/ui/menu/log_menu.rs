//! What can be done with a call that is over.

use cordboard_desk::{Command, LogEntry};
use leptos::prelude::*;

use super::{Menu, MenuItem};
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::call_log::who_of;
use crate::ui::clipboard;
use crate::ui::icon::Icon as Drawn;
use crate::ui::screen::use_screen;
use crate::ui::words::use_tongue;

pub(super) fn menu(entry: LogEntry) -> Menu {
    let tongue = use_tongue();
    let words = tongue.words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let withheld = entry.number.is_empty().then_some(words.withheld);
    let cannot_dial = board.dial.get_untracked().map(|why| (words.why_not)(why));
    let (typed, copied) = (entry.number.clone(), entry.number.clone());
    let items = vec![
        MenuItem::new(Drawn::Phone, words.call_back, move || {
            acts.command(Command::Dial { typed: typed.clone() });
        })
        .keys(&[words.key_enter], "Enter")
        .unless(withheld.or(cannot_dial)),
        MenuItem::new(Drawn::Copy, words.copy_number, move || clipboard::put(screen, &copied))
            .unless(withheld),
    ];
    Menu { drawn: Drawn::Person, about: who_of(words, &entry), number: entry.number, told: None, items }
}
