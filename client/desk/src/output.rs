//! Everything the desk asks of the outside: the socket, the page's media, the store, the screen.

use cordboard_wire::TeamSaid;
use serde::{Deserialize, Serialize};
use vecmap::VecSet;

use crate::{Board, Delta, DirectoryId, LegId, LogEntry, LogId, Overflow, PageId, StoredDirectory};

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open the socket to the PBX.
    Connect {
        /// Which of the relay's servers, counted from 0; beyond the end of its list it begins anew.
        server: u32,
    },
    /// Close the socket. [`crate::Input::Disconnected`] is not to be told for it.
    Disconnect,
    /// Open the channel of the team.
    ConnectTeam,
    /// Close it. [`crate::Input::TeamDisconnected`] is not to be told for it.
    DisconnectTeam,
    /// Say this to the team.
    TellTeam(TeamSaid),
    /// Send this as one frame.
    SendFrame(Vec<u8>),
    /// Tell a page.
    Tell(PageId, PageOutput),
    /// Tell every page.
    TellAll(PageOutput),
    /// Keep or forget something across restarts.
    Store(StoreWrite),
}

/// What the engine tells a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PageOutput {
    /// All there is to paint; comes once, first.
    Board(Box<Board>),
    /// One thing that changed.
    Delta(Delta),
    /// Do something with media. Sent only to the page that carries media.
    Media(MediaAsk),
    /// Ring, or stop. Sent only to the page that carries media.
    Ring(Ring),
    /// Show a desktop notification if this page is hidden.
    Notify(Notification),
}

/// What the page's media is asked to do. One leg is one RTCPeerConnection.
///
/// Asks about one leg are worked on one after the other. A new leg starts with microphone and speaker
/// closed and no tone. An [`Answer`](Self::Answer) may come while an offer of ours is out: the far
/// end's offer wins and ours is rolled back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaAsk {
    /// Make an offer with this direction: on a new connection, or anew on the leg's own.
    /// Answered by [`crate::PageInput::OfferMade`].
    Offer { leg: LegId, direction: Direction },
    /// Apply this offer and answer with at most this direction. Answered by [`crate::PageInput::AnswerMade`].
    Answer { leg: LegId, offer: String, direction: Direction },
    /// Apply this answer. `early` marks early media, more may follow.
    Apply { leg: LegId, answer: String, early: bool },
    /// Take the last offer back: the far end refused it, and what was agreed on before stays in force
    /// (RFC 8829 §4.1.10.2).
    TakeBack { leg: LegId },
    /// Let the microphone into this leg, or not.
    SetMicrophone { leg: LegId, open: bool },
    /// Play this leg's far end, or not.
    SetSpeaker { leg: LegId, open: bool },
    /// Let this leg's far end hear those of these legs too, besides the microphone. Legs of which the page has no sound yet
    /// are heard as soon as it has.
    SetHears { leg: LegId, others: VecSet<LegId> },
    /// Let this leg's far end hear the music of callers on hold in place of the microphone, or not.
    PlayMusic { leg: LegId, on: bool },
    /// Send one DTMF digit (RFC 4733).
    SendDigit { leg: LegId, digit: char },
    /// Play a tone to the operator in place of the far end; `None` ends it.
    PlayTone { leg: LegId, tone: Option<Tone> },
    /// Close the connection and forget the leg.
    Close { leg: LegId },
}

/// Which way media flows, seen from us (RFC 3264 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// We send only: the far end is on hold.
    SendOnly,
    /// We receive only.
    RecvOnly,
    /// Neither.
    Inactive,
}

/// Tones of call progress that the operator hears (ITU-T E.180).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// The far end's phone rings.
    RingBack,
    /// The far end is busy.
    Busy,
    /// The call failed.
    Congestion,
}

/// What the ringer does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ring {
    /// At least one call rings and nobody talks: ring aloud.
    Loud(RingStyle),
    /// At least one call rings while the operator talks: a soft beep.
    Soft,
    /// Nothing rings, but somebody has been on hold for longer than [`crate::HOLD_LIMIT`].
    Reminder,
    /// A call has just been answered by itself: one stroke tells the operator, and then nothing rings.
    Answered,
    /// Nothing rings.
    #[default]
    Silent,
}

/// How a call rings aloud, the less urgent first: of several calls the most urgent is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RingStyle {
    /// Somebody of the company calls.
    Internal,
    /// As calls from outside do, and all of which nothing is known.
    #[default]
    Usual,
    /// The telephone system says that it is urgent.
    Urgent,
}

impl RingStyle {
    /// The ring that a word of the telephone system asks for: a URN of RFC 7462, or what systems write in its place.
    pub(crate) fn asked(word: Option<&str>) -> Self {
        let word = word.unwrap_or_default().to_ascii_lowercase();
        let has = |known: &[&str]| known.iter().any(|known| word.contains(known));
        if has(&["priority:high", "alert-priority", "urgent", "emergency"]) {
            Self::Urgent
        } else if has(&["internal"]) {
            Self::Internal
        } else {
            Self::Usual
        }
    }
}

/// A desktop notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notification {
    /// A call rings.
    Ringing { call: crate::CallId, who: String, line: Option<String> },
    /// The call no longer rings: take the notification away.
    Over { call: crate::CallId },
}

/// Something to keep or forget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StoreWrite {
    /// Keep this directory whole, in one transaction.
    PutDirectory(Box<StoredDirectory>),
    /// Forget this directory.
    RemoveDirectory(DirectoryId),
    /// Keep the SIP instance id of this browser profile.
    PutInstance(String),
    /// Keep the rules of overflow.
    PutOverflow(Box<Overflow>),
    /// Keep one call of the log.
    PutLogged(Box<LogEntry>),
    /// Forget one call of the log.
    RemoveLogged(LogId),
    /// Forget the whole log.
    ClearLog,
    /// Keep the desk itself, in place of the one before: see [`crate::Desk::restore`].
    PutDesk(Vec<u8>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_telephone_systems_choose_the_ring() {
        for (word, style) in [
            ("urn:alert:source:internal", RingStyle::Internal),
            ("alert-internal", RingStyle::Internal),
            ("Internal", RingStyle::Internal),
            ("urn:alert:source:external", RingStyle::Usual),
            ("alert-external", RingStyle::Usual),
            ("urn:alert:priority:high", RingStyle::Urgent),
            ("urn:alert:priority:low", RingStyle::Usual),
            ("alert-emergency", RingStyle::Urgent),
            ("Bellcore-dr3", RingStyle::Usual),
        ] {
            assert_eq!(RingStyle::asked(Some(word)), style, "{word}");
        }
        assert_eq!(RingStyle::asked(None), RingStyle::Usual);
    }
}
