//! The worker's clock and its one timer.

use std::time::Duration;

use cordboard_desk::Instant;
use futures_channel::mpsc::UnboundedSender;
use wasm_bindgen::{JsCast, closure::Closure};

use super::worker::scope;
use crate::pump::Happening;

/// Longest wait that `setTimeout` can hold without wrapping; the pump simply asks again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Milliseconds since the Unix epoch on the browser's monotonic clock: it never steps back in a shift.
pub(crate) fn now() -> Instant {
    let millis =
        scope().performance().map_or_else(js_sys::Date::now, |clock| clock.time_origin() + clock.now());
    // Positive and far below 2^53.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole milliseconds are meant"
    )]
    Instant::from_millis(millis as u64)
}

/// How many minutes local time is ahead of Greenwich now; it changes twice a year.
pub(crate) fn minutes_east() -> i16 {
    // Whole minutes, at most 14 hours either way.
    #[expect(clippy::cast_possible_truncation, reason = "see above")]
    let behind = js_sys::Date::new_0().get_timezone_offset() as i16;
    behind.saturating_neg()
}

/// One `setTimeout` that is set anew for each next deadline.
pub(crate) struct Timer {
    fired: Closure<dyn FnMut()>,
    handle: Option<i32>,
    deadline: Option<Instant>,
}

impl Timer {
    /// A timer that tells `happenings` when it fires.
    pub(crate) fn new(happenings: UnboundedSender<Happening>) -> Self {
        let fired = Closure::new(move || {
            let _ = happenings.unbounded_send(Happening::TimerFired);
        });
        Self { fired, handle: None, deadline: None }
    }

    /// Forgets that it was set, after it has fired.
    pub(crate) fn fired(&mut self) {
        self.handle = None;
        self.deadline = None;
    }

    /// Fires at `deadline`, or not at all.
    pub(crate) fn set(&mut self, now: Instant, deadline: Option<Instant>) {
        if deadline == self.deadline {
            return;
        }
        if let Some(handle) = self.handle.take() {
            scope().clear_timeout_with_handle(handle);
        }
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
