//! Carries out the table of [`crate::servers`].

use super::Agent;
use crate::Instant;
use crate::servers::{Did, Event, POSTPONED};
use crate::timer::Timer;

impl Agent {
    /// Which of the servers the next connection is to go to, counted from 0.
    pub fn server(&self) -> u32 {
        self.servers.wanted.checked_rem(self.settings.servers).unwrap_or(0)
    }

    pub(super) fn advance_servers(&mut self, now: Instant, event: Event) {
        // With one server there is nothing to choose, and it may have asked to be left alone for a while.
        if self.settings.servers < 2 {
            return;
        }
        let step = self.servers.stage.step(self.servers.weigh(event));
        self.servers.stage = step.state;
        for did in step.did {
            self.servers.carry_out(*did);
            match did {
                Did::StartReturn if self.wire.timers.due(Timer::ReturnToFirst).is_none() => {
                    self.wire.timers.set(Timer::ReturnToFirst, now + self.servers.patience);
                }
                Did::Drop => {
                    self.wire.timers.stop(Timer::ReturnToFirst);
                    if self.wire.connected {
                        self.wire.drop_connection();
                    }
                }
                Did::StartReturn
                | Did::ClearStrikes
                | Did::Strike
                | Did::Next
                | Did::First
                | Did::Back
                | Did::ResetReturn => {}
            }
        }
    }

    /// The socket died, and has been asked to be closed.
    pub(super) fn note_dead_socket(&mut self, now: Instant) {
        self.advance_servers(now, Event::Failed);
    }

    /// It is time to return to the first server; but nobody is cut off, or made unreachable in the middle of their work,
    /// for that.
    pub(super) fn handle_return_due(&mut self, now: Instant) {
        if self.sessions.is_empty() && self.wire.connected {
            self.advance_servers(now, Event::ReturnDue);
        } else {
            self.wire.timers.set(Timer::ReturnToFirst, now + POSTPONED);
        }
    }
}
