//! What goes out and what is due: the two things that every part of the agent adds to.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::timer::Timers;
use crate::trace::{Direction, Trace};
use crate::{Event, Instant, Output};

/// The way out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wire {
    /// All deadlines.
    pub(crate) timers: Timers,
    /// There is a connection.
    pub(crate) connected: bool,
    /// Not saved: whoever saves has drained it first.
    #[serde(skip)]
    outputs: VecDeque<Output>,
    /// What went out and came in. Not saved: it is large, and changes nothing.
    #[serde(skip)]
    pub(crate) trace: Trace,
}

impl Wire {
    /// Sends a frame. Without a connection it is lost, as on any broken network; the timers see to the rest.
    pub(crate) fn send(&mut self, now: Instant, frame: Vec<u8>) {
        if self.connected {
            self.trace.note_frame(now, Direction::Sent, &frame);
            self.outputs.push_back(Output::SendFrame(frame));
        }
    }

    /// Tells the desk.
    pub(crate) fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Asks for the connection to be closed.
    pub(crate) fn drop_connection(&mut self) {
        // Once is enough, however many reasons there are.
        if !self.outputs.contains(&Output::DropConnection) {
            self.outputs.push_back(Output::DropConnection);
        }
    }

    /// The next output, in the order in which they came.
    pub(crate) fn take(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}
