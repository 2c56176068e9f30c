//! What the exchange tells those who watch it: tests, and the log.

use std::fmt;
use std::sync::Arc;

use crate::ids::CallId;

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A console of this operator registered; it now has so many.
    Registered { user: String, consoles: usize },
    /// A console of this operator left, ran out or lost its connection; so many stay.
    Unregistered { user: String, consoles: usize },
    /// A registration with a wrong password, or of somebody unknown.
    SignInRefused,
    /// Consoles of this operator ring.
    Ringing { call: CallId, user: String },
    /// An operator calls this number.
    Dialled { call: CallId, user: String, number: String },
    /// The call was answered.
    Answered { call: CallId },
    /// The call was refused, or nobody answered.
    Refused { call: CallId, status: u16 },
    /// The caller gave up before an answer.
    GivenUp { call: CallId },
    /// A console put the call on hold.
    Held { call: CallId },
    /// A console took the call back from hold.
    Resumed { call: CallId },
    /// What a voice heard from the browser in about the last second.
    Heard { call: CallId, heard: Heard },
    /// A key was pressed.
    Digit { call: CallId, digit: char },
    /// A transfer to this number was asked for.
    TransferAsked { call: CallId, to: String },
    /// The transfer is done.
    Transferred { call: CallId, to: String },
    /// The transfer failed with this status; the call is where it was.
    TransferFailed { call: CallId, to: String, status: u16 },
    /// The call waits at this parking place.
    Parked { call: CallId, place: String },
    /// The call has waited there too long, and rings who parked it.
    ParkedTooLong { call: CallId, place: String },
    /// A console sent the call on to this number, unanswered.
    SentOn { call: CallId, to: String },
    /// A message was left in the mailbox of this extension.
    MessageLeft { mailbox: String },
    /// The call is over.
    Ended { call: CallId },
    /// A frame could not be understood.
    Malformed { problem: String },
    /// A voice could not agree on sound with a browser.
    MediaFailed { call: CallId, problem: String },
}

/// Sound that came from a browser and went to it.
#[derive(Clone, Default, PartialEq)]
pub struct Heard {
    /// Packets received since the call began.
    pub packets: u64,
    /// Packets sent since the call began.
    pub sent: u64,
    /// Loudness of what was received in the last second: root of the mean square, 0 to 1.
    pub rms: f32,
    /// Power of all that was received, summed over packets.
    pub energy: f64,
    /// What was received in the last half second, at 8 kHz.
    pub lately: Arc<[i16]>,
}

// Thousands of samples say nothing to whoever reads.
impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packets, sent, rms, energy, lately } = self;
        write!(
            f,
            "{packets} packets in, {sent} out, {rms:.3} loud, {energy:.3} in all, {} samples lately",
            lately.len()
        )
    }
}
