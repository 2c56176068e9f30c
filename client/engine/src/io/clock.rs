//! The worker's clock and its one timer.

use std::time::Duration;

use cordboard_desk::Instant;
use futures_channel::mpsc::UnboundedSender;
use wasm_bindgen::{JsCast, closure::Closure};

use super::worker::scope;
use crate::pump::Happening;

/// Longest wait that `setTimeout` can hold without wrapping; the pump simply asks again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What the wall clock shows. It may be set back: for what happens there is [`Clock::now`].
pub(crate) fn wall() -> Instant {
    Instant::from_millis(whole(js_sys::Date::now()))
}

/// Milliseconds of a browser's clock, all positive and far below 2^53, without their fractions.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
fn whole(millis: f64) -> u64 {
    millis as u64
}

/// How many minutes local time is ahead of Greenwich now; it changes twice a year.
pub(crate) fn minutes_east() -> i16 {
    // Whole minutes, at most 14 hours either way.
    #[expect(clippy::cast_possible_truncation, reason = "see above")]
    let behind = js_sys::Date::new_0().get_timezone_offset() as i16;
    behind.saturating_neg()
}

/// The engine's clock, with one `setTimeout` that is set anew for each next deadline.
pub(crate) struct Clock {
    rule: cordboard_desk::Clock,
    fired: Closure<dyn FnMut()>,
    handle: Option<i32>,
    deadline: Option<Instant>,
}

impl Clock {
    /// A clock that tells `happenings` when the deadline comes.
    pub(crate) fn new(happenings: UnboundedSender<Happening>) -> Self {
        let fired = Closure::new(move || {
            let _ = happenings.unbounded_send(Happening::TimerFired);
        });
        Self { rule: cordboard_desk::Clock::default(), fired, handle: None, deadline: None }
    }

    /// The time, as it never steps back.
    pub(crate) fn now(&mut self) -> Instant {
        let steady = scope().performance().map_or(0, |clock| whole(clock.now()));
        let read = self.rule.read(Duration::from_millis(steady), wall());
        if read.leapt {
            // `setTimeout` slept as well.
            self.stop();
        }
        read.now
    }

    /// Forgets the deadline, after it has come.
    pub(crate) fn fired(&mut self) {
        self.handle = None;
        self.deadline = None;
    }

    fn stop(&mut self) {
        if let Some(handle) = self.handle.take() {
            scope().clear_timeout_with_handle(handle);
        }
        self.deadline = None;
    }

    /// Tells when `deadline` comes, or nothing.
    pub(crate) fn wait_for(&mut self, deadline: Option<Instant>) {
        let now = self.now();
        if deadline == self.deadline {
            return;
        }
        self.stop();
        self.deadline = deadline;
        let Some(deadline) = deadline else { return };
        let wait = deadline.since(now).min(LONGEST_WAIT);
        let millis = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let set = scope().set_timeout_with_callback_and_timeout_and_arguments_0(
            self.fired.as_ref().unchecked_ref(),
            millis,
        );
        self.handle = set.ok();
    }
}
