//! Everything that can happen to the desk: frames, media, pages, people, time.

use cordboard_wire::{Provision, TeamTold};
use serde::{Deserialize, Serialize};

use crate::{Command, HoldMusicLoss, LegId, LogEntry, Overflow, PageId, StoredDirectory};

/// Something that happened outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The relay said who the operator is and what the console has.
    Provisioned(Box<Provision>),
    /// The operator signed out: calls end, the registration is left, the provision is forgotten.
    SignedOut,
    /// Directories and log as kept from before; comes once, before anything else.
    Restored(Stored),
    /// The socket to the PBX is open.
    Connected,
    /// The socket is closed or could not be opened.
    Disconnected {
        /// Why, as far as the browser or the relay told.
        why: SocketLoss,
    },
    /// The channel of the team is open.
    TeamConnected,
    /// It is closed or could not be opened.
    TeamDisconnected {
        /// Why, as far as the browser or the relay told.
        why: SocketLoss,
    },
    /// The relay told of the team.
    TeamTold(Box<TeamTold>),
    /// A frame came in.
    FrameReceived(Vec<u8>),
    /// A page opened. It gets the whole board.
    PageJoined(PageId),
    /// A page closed or fell silent.
    PageLeft(PageId),
    /// A page or its operator did something.
    PageSaid(PageId, PageInput),
    /// Local time is that of Greenwich and so many minutes. Told before anything that it matters for.
    LocalTime {
        /// Minutes east of Greenwich.
        minutes_east: i16,
    },
    /// A page of a newer version knocked: an engine of that version is to take over once no call is up.
    NewerPage,
    /// The directory store could not be read or written.
    StoreFailed {
        /// The browser's own words.
        problem: String,
    },
    /// Something that the store had kept could not be read and was left out.
    StoreSpoilt,
}

/// What the desk had kept from before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// Every directory with its contacts.
    pub directories: Vec<StoredDirectory>,
    /// Every call of the log.
    pub log: Vec<LogEntry>,
    /// The SIP instance id of this browser profile, if one was made before.
    pub instance: Option<String>,
    /// The rules of overflow, if the operator has set any.
    pub overflow: Option<Box<Overflow>>,
    /// The desk as [`crate::StoreWrite::PutDesk`] kept it, for [`crate::Desk::restore`] before this is fed.
    pub desk: Option<Vec<u8>>,
}

/// What a page tells the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PageInput {
    /// The operator did this.
    Command(Command),
    /// The operator gave the gesture that unlocks microphone and sound: this page can carry media.
    MediaReady,
    /// The microphone cannot be used.
    MicrophoneLost(MicrophoneLoss),
    /// An offer asked for by [`crate::MediaAsk::Offer`] is made.
    OfferMade { leg: LegId, sdp: String },
    /// An answer asked for by [`crate::MediaAsk::Answer`] is made; the offer is applied.
    AnswerMade { leg: LegId, sdp: String },
    /// Media of this leg could not be set up, or the far end's SDP was not understood.
    MediaFailed { leg: LegId, problem: String },
    /// The connection of this leg's media changed.
    MediaConnection { leg: LegId, up: bool },
    /// The far end of a leg that others hear ([`crate::MediaAsk::SetHears`]) began or ceased to talk.
    Talking { leg: LegId, talking: bool },
    /// The sound file for callers on hold cannot be played; they hear a tone.
    HoldMusicLost(HoldMusicLoss),
    /// Figures of the last second of a leg.
    Quality { leg: LegId, quality: Quality },
}

/// Why the microphone cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MicrophoneLoss {
    /// The operator or the browser's settings said no.
    Denied,
    /// There is none.
    NotFound,
    /// Another program has it, or it failed.
    Unusable,
    /// It was unplugged.
    Unplugged,
}

/// Why a socket was lost or never opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SocketLoss {
    /// The relay does not answer.
    RelayUnreachable,
    /// The relay answers, but cannot reach the telephone system.
    PbxUnreachable,
    /// The session has ended: sign in again.
    NotSignedIn,
    /// Closed for another reason.
    Closed {
        /// WebSocket close code.
        code: u16,
        /// WebSocket close reason; may be empty.
        reason: String,
    },
}

/// How a leg sounds (ITU-T G.107 in a simplified form for the estimate).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Packets lost in the last second, 0 to 1.
    pub loss: f32,
    /// Jitter, milliseconds.
    pub jitter_ms: f32,
    /// Round trip, milliseconds.
    pub round_trip_ms: f32,
    /// Estimated mean opinion score, 1 to 4.5.
    pub mos: f32,
}
