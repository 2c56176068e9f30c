//! The one clock of the page: every running time ticks with it, once a second, together.

use std::time::Duration;

use cordboard_desk::Instant;
use leptos::prelude::*;

/// The time now, to the second.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<Instant>);

impl Clock {
    /// A clock that runs by itself.
    pub fn running() -> Self {
        let clock = Self::stopped_at(wall());
        set_interval(move || clock.0.set(wall()), Duration::from_secs(1));
        clock
    }

    /// A clock that stands still.
    pub fn stopped_at(now: Instant) -> Self {
        Self(RwSignal::new(now))
    }

    /// The time, for use where the passing of time must repaint.
    pub fn now(self) -> Instant {
        self.0.get()
    }
}

fn wall() -> Instant {
    // Milliseconds since 1970 fit into 53 bits; a browser's clock is never before 1970.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
    let millis = js_sys::Date::now() as u64;
    Instant::from_millis(millis)
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    expect_context()
}
