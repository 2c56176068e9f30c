//! The engine's clock. A browser has two and neither will do: its steady clock stands still while the computer sleeps
//! (Chromium's, on Linux and macOS), its wall clock may be set back. This one runs with the steady clock, catches up
//! with the wall clock wherever that is ahead, and never steps back.
//!
//! Who sets the wall clock forward by mistake and back again leaves this one ahead until the engine ends: times of a
//! shift that go backwards would be worse.

use std::time::Duration;

use cordboard_sip::Instant;

/// From here on catching up is a leap: whoever waits for a deadline by the steady clock waits too long.
const LEAP: Duration = Duration::from_secs(1);

/// The clock; it does not run before it is read.
#[derive(Debug, Default)]
pub struct Clock {
    /// What the steady clock counts from, moved forward by each sleep.
    origin: Instant,
    last: Instant,
}

/// The time, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Now.
    pub now: Instant,
    /// The time has leapt forward, as after a sleep: timers that are set have to be set anew.
    pub leapt: bool,
}

impl Clock {
    /// Takes a look. `steady` is the time since some moment, the same each time; `wall` is what the wall clock shows.
    pub fn read(&mut self, steady: Duration, wall: Instant) -> Reading {
        let behind = wall.since(self.origin + steady);
        self.origin = self.origin + behind;
        self.last = self.last.max(self.origin + steady);
        Reading { now: self.last, leapt: behind >= LEAP }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENING: Instant = Instant::from_millis(1_700_000_000_000);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// A clock that was read in the evening, when the steady one showed five seconds.
    fn running() -> Clock {
        let mut clock = Clock::default();
        assert_eq!(clock.read(seconds(5), EVENING).now, EVENING);
        clock
    }

    #[test]
    fn it_begins_with_the_wall_clock_and_runs_with_both() {
        let mut clock = running();
        let later = clock.read(seconds(65), EVENING + seconds(60));
        assert_eq!(later, Reading { now: EVENING + seconds(60), leapt: false });
    }

    #[test]
    fn after_a_night_asleep_it_is_morning_and_stays_so() {
        let mut clock = running();
        let morning = EVENING + seconds(12 * 3600);
        assert_eq!(clock.read(seconds(6), morning), Reading { now: morning, leapt: true });
        let next = morning + seconds(1);
        assert_eq!(
            clock.read(seconds(7), next),
            Reading { now: next, leapt: false },
            "one leap is told once"
        );
    }

    #[test]
    fn a_wall_clock_that_is_set_back_does_not_turn_it_back_nor_stop_it() {
        let mut clock = running();
        let back = EVENING - seconds(3600);
        assert_eq!(clock.read(seconds(6), back).now, EVENING + seconds(1));
        assert_eq!(clock.read(seconds(16), back + seconds(10)).now, EVENING + seconds(11));
        let again = clock.read(seconds(17), EVENING + seconds(12));
        assert_eq!(again, Reading { now: EVENING + seconds(12), leapt: false }, "set right again");
    }

    #[test]
    fn a_wall_clock_that_is_put_right_now_and_then_is_followed_without_leaps() {
        let mut clock = running();
        let mut before = EVENING;
        for second in 1..3600 {
            // A quartz that loses a thousandth, and a time server that makes up for it once a minute.
            let wall = EVENING + seconds(second - second % 60) + Duration::from_millis(999 * (second % 60));
            let read = clock.read(seconds(5) + Duration::from_millis(999 * second), wall);
            assert!(!read.leapt && read.now > before && read.now >= wall, "{read:?} at {wall:?}");
            before = read.now;
        }
        assert!(before.since(EVENING) < seconds(3600), "{before:?}");
    }

    #[test]
    fn a_steady_clock_that_is_none_stands_still_at_worst() {
        let mut clock = running();
        assert_eq!(clock.read(seconds(2), EVENING - seconds(3)).now, EVENING);
    }
}
