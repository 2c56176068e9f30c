//! What watchers are shown: the state of a number, before it is written down as a document.

use std::time::Instant;

/// An event package (RFC 6665 §5) that the exchange offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Package {
    /// Calls of a number (RFC 4235).
    Dialog,
    /// Whether somebody is there (RFC 3856).
    Presence,
    /// Messages in a mailbox (RFC 3842).
    Messages,
    /// Who is in a conference room (RFC 4575).
    Conference,
}

/// The packages, as an Allow-Events header lists them.
pub(crate) const ALLOW_EVENTS: &str = "dialog, presence, message-summary, conference, refer";

impl Package {
    /// The package of an Event header.
    pub(crate) fn named(event: &str) -> Option<Self> {
        let name = event.split(';').next().unwrap_or_default().trim();
        [Self::Dialog, Self::Presence, Self::Messages, Self::Conference]
            .into_iter()
            .find(|package| package.name().eq_ignore_ascii_case(name))
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Dialog => "dialog",
            Self::Presence => "presence",
            Self::Messages => "message-summary",
            Self::Conference => "conference",
        }
    }

    /// Media type of its documents.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Dialog => "application/dialog-info+xml",
            Self::Presence => "application/pidf+xml",
            Self::Messages => "application/simple-message-summary",
            Self::Conference => "application/conference-info+xml",
        }
    }
}

/// The state of one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Calls(Vec<ShownCall>),
    Presence(ShownPresence),
    Messages(Messages),
    Room(Vec<ShownMember>),
}

/// Somebody as watchers know them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) name: String,
    /// User part of the address; empty for a withheld number.
    pub(crate) number: String,
}

/// How far a call has come (RFC 4235 §3.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Trying,
    Early,
    Confirmed,
}

/// One call of the number that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownCall {
    pub(crate) id: String,
    pub(crate) call_id: String,
    /// Tag of the watched phone; empty while it is not known.
    pub(crate) local_tag: String,
    /// Tag of the exchange.
    pub(crate) remote_tag: String,
    /// True when the watched phone called.
    pub(crate) outgoing: bool,
    pub(crate) stage: Stage,
    /// True when the watched phone does not play the other side (RFC 4235 §4.1.6 `+sip.rendering`).
    pub(crate) held: bool,
    /// Whom the call was meant for: the number itself, or a company's line.
    pub(crate) local: Party,
    pub(crate) remote: Party,
    /// Who passed the call on, if somebody did.
    pub(crate) referred_by: Option<Party>,
    pub(crate) since: Instant,
}

/// Whether somebody is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShownPresence {
    /// What the person's own console published.
    Published(String),
    /// What the exchange knows.
    Known { open: bool, activity: Activity },
}

/// What somebody is doing (RFC 4480).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    None,
    OnThePhone,
    Away,
    DoNotDisturb,
}

/// Somebody in a conference room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownMember {
    pub(crate) id: String,
    pub(crate) who: Party,
    pub(crate) held: bool,
}

/// Messages in a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Messages {
    pub(crate) new: u32,
    pub(crate) old: u32,
}
