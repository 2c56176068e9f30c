//! What a page paints of the phones that are watched.

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};

use crate::{PhoneId, WhyNot};

/// One watched phone as painted. Contacts with the same number share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneView {
    /// Which phone.
    pub id: PhoneId,
    /// What it is doing, in one word.
    pub standing: Standing,
    /// Since when it does that, as far as it was seen.
    pub since: Instant,
    /// How far that can be trusted.
    pub freshness: Freshness,
    /// How many callers wait for it to become free.
    pub waiting: u32,
    /// A call sent to it now waits until it is free.
    pub queues: bool,
    /// Whether what rings there can be taken over ([`crate::Command::Intercept`]).
    pub intercept: Result<(), WhyNot>,
    /// Its calls, as far as the telephone system tells of them; of a room those who are in it.
    pub calls: Vec<PhoneCallView>,
    /// What it is, if it is nobody's phone.
    pub place: Option<PlaceView>,
}

/// Where calls wait or meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlaceView {
    /// A conference room.
    Room {
        /// How many are in it; not all need to be named among the calls.
        people: u32,
    },
    /// A parking place.
    Parking {
        /// Who parked the call that waits there; empty if none does or that is not told.
        by: String,
    },
}

/// What a phone and its person are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Standing {
    /// Can be called.
    Available,
    /// Is being called.
    Ringing,
    /// Is in a call, or in a meeting.
    Busy,
    /// Wants no calls.
    DoNotDisturb,
    /// Is not there.
    Away,
    /// No device of the person's can be reached.
    Offline,
    /// Nobody knows.
    Unknown,
}

/// How far what is known of a phone can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Freshness {
    /// It is so.
    Known,
    /// It was so then; nothing more could come since.
    Stale {
        /// When the telephone system last could have told.
        since: Instant,
    },
    /// The telephone system has told nothing, yet or at all.
    Untold,
}

/// One call of a watched phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneCallView {
    /// Who is at the other end, by a directory if one knows them; may be empty.
    pub name: String,
    /// Their number; empty if withheld or not told.
    pub number: String,
    /// It rings at this phone and has not been answered.
    pub ringing: bool,
    /// Since when it has been seen.
    pub since: Instant,
}

/// The operator's voicemail box as painted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoicemailView {
    /// What to call to hear the messages; empty if the telephone system has no number for it.
    pub number: String,
    /// Something new waits.
    pub waiting: bool,
    /// How many new messages, if told.
    pub new: Option<u32>,
}
