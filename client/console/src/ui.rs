//! The screen. Components read the board and send commands; none of them opens a device or a socket.

#![expect(unreachable_pub, reason = "`#[component]` makes the props of a component public")]

use leptos::prelude::*;
use words::say;

use crate::acts::Acts;
use crate::board::Board;
use crate::clock::Clock;
use crate::door::{Door, Stage};
use crate::theme::Look;
use call_log::CallLog;
use calls::Calls;
use directories::Directories;
use divider::{Divider, Orientation};
use drag::{Drag, DragLayer};
use export::Exports;
use header::{Current, Header};
use keyboard::Keyboard;
use live_regions::LiveRegions;
use menu::OpenMenu;
use popover::OpenPopover;
use popover::keypad::Digits;
use rail::Rail;
use relay_away::RelayAway;
use screen::{Screen, View};
use settings::Settings;
use sign_in::SignIn;
use status_bar::StatusBar;
use team::Team;
use toasts::Toasts;

mod avatar;
mod call_log;
mod calls;
mod choice;
mod clipboard;
mod conferring;
mod directories;
mod divider;
mod drag;
mod dropping;
mod duration;
mod export;
mod header;
mod icon;
mod jack_wall;
mod keyboard;
mod live_regions;
mod menu;
mod parts;
mod popover;
mod presence;
mod rail;
mod reason;
mod relay_away;
mod screen;
mod settings;
mod sign_in;
mod start_shift;
mod status_bar;
mod team;
mod toasts;
mod welcome;
pub mod words;

/// The whole page.
#[component]
pub fn App(
    /// What is known.
    board: Board,
    /// Who may come in.
    door: Door,
    /// What can be done.
    acts: Acts,
    /// How it looks.
    look: Look,
    /// What time it is.
    clock: Clock,
) -> impl IntoView {
    provide_context(board);
    provide_context(door);
    provide_context(acts);
    provide_context(look);
    provide_context(look.tongue);
    provide_context(clock);
    let stage = Memo::new(move |_| door.stage.get());
    move || match stage.get() {
        Stage::Arriving => view! { <Arriving /> }.into_any(),
        Stage::RelayAway => view! { <RelayAway /> }.into_any(),
        Stage::SignIn => view! { <SignIn /> }.into_any(),
        Stage::Console => view! { <Console /> }.into_any(),
    }
}

#[component]
fn Arriving() -> impl IntoView {
    view! { <main class="arriving"><p role="status">{say(|w| w.connecting_to_relay)}</p></main> }
}

/// The console: header, board, status bar.
#[component]
fn Console() -> impl IntoView {
    let board: Board = expect_context();
    let acts: Acts = expect_context();
    let screen = Screen::new(board, acts);
    let drag = Drag::new(acts, screen, board);
    let digits = Digits::new(board, acts);
    let current = Current::of(board);
    let num_lock = RwSignal::new(false);
    // Asking for the view that is there must not build it anew.
    let view = Memo::new(move |_| match screen.view.get() {
        // An operator who signs in after somebody else may be in no team.
        View::Team if board.team.with(Option::is_none) => View::Directories,
        view @ (View::Directories | View::Team | View::Log | View::Settings) => view,
    });
    provide_context(screen);
    provide_context(drag);
    provide_context(digits);
    provide_context(current);
    let held = StoredValue::new(None);
    Keyboard { board, acts, screen, drag, digits, current, num_lock, held, hung_up: StoredValue::new(None) }
        .listen();

    // Share of the calls, percent of the board's width; the design's own width until somebody moves the divider.
    let share = RwSignal::new(0.0);
    let width = move || Some(share.get()).filter(|share| *share > 0.0).map(|share| format!("{share}%"));
    view! {
        <div class="console" style=("--w-calls", width)>
            <Header />
            <main class="board">
                <Calls />
                <Divider
                    name="columns"
                    orientation=Orientation::Vertical
                    label=say(|w| w.resize_columns)
                    value=share
                    range=(28.0, 50.0)
                    at_first=0.0
                />
                <section class="work" aria-label=say(|w| w.workspace)>
                    {move || match view.get() {
                        View::Directories => view! { <Directories /> }.into_any(),
                        View::Team => view! { <Team /> }.into_any(),
                        View::Log => view! { <CallLog /> }.into_any(),
                        View::Settings => view! { <Settings /> }.into_any(),
                    }}
                    <OpenPopover />
                </section>
                <Rail />
            </main>
            <StatusBar num_lock=num_lock />
            <Toasts />
            <OpenMenu />
            <DragLayer />
            <LiveRegions />
            <Exports />
        </div>
    }
}
