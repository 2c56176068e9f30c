//! What the operator can do with the shift.

use leptos::prelude::*;

use super::{Menu, MenuItem};
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::icon::Icon as Drawn;
use crate::ui::screen::{View, use_screen};
use crate::ui::words::use_tongue;

pub(super) fn menu() -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen) = (use_acts(), use_screen());
    let board: Board = expect_context();
    let name = board.operator.get_untracked().map(|operator| operator.name).unwrap_or_default();
    let items = vec![
        MenuItem::new(Drawn::Settings, words.settings, move || screen.view.set(View::Settings))
            .keys(&["Alt+8"], "Alt+8"),
        // Nobody is hung up on by somebody who goes home.
        MenuItem::new(Drawn::Leave, words.sign_out, move || acts.sign_out())
            .unless(board.has_calls().then_some(words.calls_are_up))
            .below_a_rule(),
    ];
    Menu { drawn: Drawn::Person, about: name, number: String::new(), told: None, items }
}
