//! The practice exchange from outside: consoles made of rsip and str0m, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "everything here is a test, and a test that cannot go on must stop"
)]

mod attending;
mod browser;
mod calling;
mod meeting;
mod phone;
mod registering;
mod transferring;

use std::time::Duration;

use cordboard_practice::{Event, Exchange, Operator, Settings};
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

/// Long enough for anything that is going to happen.
const SOON: Duration = Duration::from_secs(15);

/// An exchange with Nora and Luc, whose colleagues pick up at once.
async fn exchange() -> Exchange {
    Exchange::start(settings()).await.unwrap()
}

/// The same, where nobody lets it ring for long.
async fn hasty_exchange() -> Exchange {
    Exchange::start(Settings { patience: Duration::from_secs(1), ..settings() }).await.unwrap()
}

fn settings() -> Settings {
    let operators = vec![
        Operator::new("nora", "nora's", "Nora Fielding", "201"),
        Operator::new("luc", "luc's", "Luc Amari", "202"),
        Operator::new("ana", "ana's", "Ana Reyes", "203"),
    ];
    let pick_up = Duration::from_millis(300);
    // Most stories are not about passwords.
    Settings { operators, pick_up, challenge_calls: false, ..Settings::default() }
}

/// Waits for an event that is looked for.
async fn event<T>(events: &mut Receiver<Event>, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = wanted(&events.recv().await.unwrap()) {
                return found;
            }
        }
    };
    timeout(SOON, found).await.expect("the event came")
}
