//! The console: the page that operators see.
//!
//! `ui` paints what `board` knows and sends commands by `acts`; `io` is the browser; `start` joins them. What a component
//! may do with a call is the engine's answer, never its own.

pub mod acts;
mod asked;
pub mod board;
pub mod clock;
pub mod door;
mod io;
pub mod keys;
mod start;
pub mod theme;
pub mod ui;

use leptos::prelude::*;

use acts::Acts;
use board::Board;
use clock::Clock;
use door::Door;
use theme::Look;
use ui::App;

/// Paints the console into the page.
pub fn run() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(|| {
        let look = Look::kept();
        let (board, door) = (Board::new(), Door::new());
        let acts = Acts::new(start::open(board, door, look));
        view! { <App board=board door=door acts=acts look=look clock=Clock::running() /> }
    });
}
