//! What the agent is told, tells and wants done: the words between it and the desk.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::package::{OwnPresence, Watched};

/// One SIP session (an INVITE dialog in any of its stages), numbered by the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionId(pub u32);

/// One subscription of ours to the state of somebody or something, numbered by the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubscriptionId(pub u32);

/// What the agent is to be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Address of record, `user@domain`.
    pub aor: String,
    /// Name for the From header; may be empty.
    pub display_name: String,
    /// Digest user.
    pub auth_user: String,
    /// Digest password. Not saved with an agent: give it back with [`crate::Agent::resume`].
    #[serde(skip)]
    pub password: crate::Secret,
    /// Stable instance id of this browser profile, `urn:uuid:…` (RFC 5626 §4.1).
    pub instance: String,
    /// Registration expiry to ask for, seconds.
    pub expires: u32,
    /// Product token for User-Agent.
    pub user_agent: String,
    /// How many servers there are to be connected to, in order of liking; 0 counts as 1.
    pub servers: u32,
    /// A header in which the telephone system names the line that was called; empty if there is none.
    pub line_header: String,
}

/// What the agent wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this message as one WebSocket frame.
    SendFrame(Vec<u8>),
    /// The socket is dead (no pong in time, RFC 5626 §4.4.1): close it; call
    /// [`Agent::handle_disconnected`], then connect anew, to [`Agent::server`]. Or it is alive, but another server is
    /// wanted.
    DropConnection,
    /// Something the desk wants to know.
    Event(Event),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Event {
    /// The registration changed.
    Registration(Registration),
    /// An INVITE came in. `offer` is `None` when the far end wants us to offer (RFC 3261 §13.2.1).
    Incoming {
        /// The new session.
        session: SessionId,
        /// Who calls, whom, with what.
        invitation: Box<Invitation>,
    },
    /// Our INVITE is being worked on.
    Progress {
        /// Which session.
        session: SessionId,
        /// Which of the phones that ring tells it, counted from 0 in the order in which they told of themselves.
        fork: usize,
        /// 101 to 199.
        status: u16,
        /// Early media: what the answer is going to be, if it comes from there.
        sdp: Option<String>,
    },
    /// Our INVITE was answered (2xx).
    Answered {
        /// Which session.
        session: SessionId,
        /// The answer to apply; `None` only if what was agreed on before, by an offer of theirs, goes on.
        sdp: Option<String>,
        /// Who answered, which need not be who was called.
        remote: Party,
    },
    /// Our 2xx was acknowledged.
    Established {
        /// Which session.
        session: SessionId,
        /// The answer, when the offer was ours.
        sdp: Option<String>,
    },
    /// A re-INVITE or UPDATE came in, the latter perhaps before the call is answered: answer with [`Agent::answer`];
    /// without an offer, with an offer of ours.
    Reoffered {
        /// Which session.
        session: SessionId,
        /// Their offer; `None` if we are to offer.
        offer: Option<String>,
    },
    /// Our re-INVITE was answered: what both sides agreed on is now in force.
    ReofferAnswered {
        /// Which session.
        session: SessionId,
        /// Their answer.
        sdp: String,
    },
    /// Our re-INVITE was refused; the session goes on as it was (RFC 3261 §14.1). A glare is waited out a few times and
    /// not told; a far end that cannot be met even so has refused, with 491.
    ReofferRefused {
        /// Which session.
        session: SessionId,
        /// 300 to 699; 488 also if it was accepted without an answer.
        status: u16,
        /// The far end's words; may be empty.
        reason: String,
    },
    /// While a glare was waited out an offer of theirs came, and ours is handed back (RFC 3261 §14.1).
    /// [`Event::Reoffered`] follows, and whoever still wants what was offered offers it anew after answering.
    ReofferGaveWay {
        /// Which session.
        session: SessionId,
    },
    /// The connection was lost before our re-INVITE was answered. Nobody knows whether the far end has taken the change:
    /// whoever still wants it, or wants to know, offers anew on the next connection.
    ReofferLost {
        /// Which session.
        session: SessionId,
    },
    /// The far end's identity changed within the session.
    RemoteChanged {
        /// Which session.
        session: SessionId,
        /// Who is there now.
        remote: Party,
    },
    /// A REFER of ours makes progress, as told by sipfrag (RFC 3515 §2.4.5).
    ReferProgress {
        /// The session that is to be handed on; it may have ended meanwhile.
        session: SessionId,
        /// How far it has come.
        progress: ReferProgress,
    },
    /// The far end asks us to call somebody else (REFER, RFC 3515): [`Agent::accept_refer`] or
    /// [`Agent::reject_refer`], soon.
    ///
    /// [`Agent::accept_refer`]: crate::Agent::accept_refer
    /// [`Agent::reject_refer`]: crate::Agent::reject_refer
    Referred {
        /// Which session.
        session: SessionId,
        /// Whom we are to call.
        target: Party,
        /// That call is to take over one that the target already has.
        replaces: bool,
    },
    /// The session is over; its id is not used again.
    Ended {
        /// Which session.
        session: SessionId,
        /// Why.
        cause: EndCause,
    },
    /// A subscription changed its standing.
    Subscription {
        /// Which one.
        subscription: SubscriptionId,
        /// How it stands now.
        state: SubscriptionState,
    },
    /// There is news of somebody who is watched.
    Watched {
        /// By which subscription; `None` for waiting messages that the server tells unasked.
        subscription: Option<SubscriptionId>,
        /// All that is known; of a list, what is new.
        state: Watched,
    },
    /// What we publish of ourselves changed its standing.
    Publication(Publication),
    /// Something that stands beside the person, such as a telephone system's own client, wants a call answered, resumed
    /// or held. Only if [`crate::Agent::allow_remote_control`] said so.
    RemoteControl {
        /// Which session.
        session: SessionId,
        /// What is wanted.
        wish: RemoteWish,
    },
    /// A frame could not be understood, or was refused; the rest goes on.
    Malformed {
        /// What is wrong with it, in English, without its content.
        problem: String,
    },
}

/// How urgent a subscription is among a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Urgency {
    /// Somebody looks at it.
    Visible,
    /// Nobody looks yet.
    Later,
}

/// How a subscription stands (RFC 6665 §4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriptionState {
    /// Asked for, but its turn has not come, it is not answered yet, or there is no connection. What was told before may
    /// be old.
    Waiting,
    /// Accepted, but somebody has to allow it; what is told until then means little.
    Pending,
    /// What was told is how it is.
    Active,
    /// What was told is how it is and will stay.
    Settled,
    /// Nothing is known any more.
    Failed {
        /// What failed.
        why: SubscriptionFailure,
        /// When it is tried again; `None` when that is pointless until a person asks for it or the connection is new.
        retry_at: Option<Instant>,
    },
    /// We left. The id is not used again.
    Ended,
}

/// Why a subscription failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriptionFailure {
    /// SUBSCRIBE was refused: 403 and 404 mean this resource, 489 that the server does not know the package.
    Refused {
        /// 300 to 699; 401 and 407 if no credentials of ours were good.
        status: u16,
        /// The server's words.
        reason: String,
    },
    /// SUBSCRIBE was not answered.
    TimedOut,
    /// SUBSCRIBE was accepted, but no NOTIFY came (RFC 6665 §4.1.2.4).
    NoNotify,
    /// The server ended it.
    Terminated(TerminationReason),
}

/// Why a server ended a subscription (RFC 6665 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TerminationReason {
    /// It is to be asked for anew, perhaps at another server.
    Deactivated,
    /// Not now, but later.
    Probation,
    /// Not allowed.
    Rejected,
    /// It was not refreshed in time.
    Timeout,
    /// Nobody allowed it in time.
    GiveUp,
    /// What was watched is no more.
    NoResource,
    /// What was watched will never change.
    Invariant,
    /// Not said, or in words that we do not know.
    Other,
}

/// How what we publish of ourselves stands (RFC 3903).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Publication {
    /// Nothing is published.
    Off,
    /// To be published as soon as there is a connection.
    Waiting,
    /// Others can see it.
    Published(OwnPresence),
    /// The server takes no publications (405, 489, 501); it is not tried again on this connection.
    Unsupported {
        /// The status, as in the response.
        status: u16,
    },
    /// Refused or not answered.
    Failed {
        /// The status, as in the response; 408 if none came.
        status: u16,
        /// The server's words.
        reason: String,
        /// When it is tried again; `None` when that is pointless until something is changed.
        retry_at: Option<Instant>,
    },
}

/// What something beside the person wants of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemoteWish {
    /// `Event: talk`: answer it, or take it from hold.
    Talk,
    /// `Event: hold`
    Hold,
}

/// State of the registration (RFC 3261 §10, RFC 5626).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Registration {
    /// Not asked for.
    Off,
    /// REGISTER is on its way.
    Registering,
    /// Registered; refreshed by itself before `until`.
    Registered {
        /// When it would expire.
        until: Instant,
    },
    /// Refused, unanswered, or without a connection.
    Failed {
        /// What failed.
        why: RegistrationFailure,
        /// When it is tried again; `None` when that is pointless until something is changed, and without a connection.
        retry_at: Option<Instant>,
    },
}

/// Why a registration failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RegistrationFailure {
    /// The password or user was not accepted (401/407 again after an answer, or 403 before it was ever accepted).
    WrongPassword,
    /// 403 without a challenge before it, or with a password that was accepted before.
    Forbidden {
        /// The server's words.
        reason: String,
    },
    /// 404: the account does not exist.
    UnknownUser,
    /// The server asked for a digest that we do not know.
    NoUsableChallenge,
    /// No answer in time (Timer F).
    TimedOut,
    /// The connection is gone.
    NotConnected,
    /// 503 or another temporary refusal.
    Unavailable {
        /// The status, as in the response.
        status: u16,
        /// The server's words.
        reason: String,
    },
    /// Any other refusal.
    Refused {
        /// The status, as in the response.
        status: u16,
        /// The server's words.
        reason: String,
    },
}

/// Somebody at the far end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Display name; empty if none was given.
    pub name: String,
    /// The user part of the URI or the number of a `tel:` URI; empty if anonymous.
    pub number: String,
    /// The whole URI.
    pub uri: String,
    /// Privacy was asked for, or the address is anonymous (RFC 3323, RFC 3325).
    pub anonymous: bool,
}

/// An INVITE that came in, as far as a desk needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Who calls: P-Asserted-Identity, then Remote-Party-ID, then From.
    pub caller: Party,
    /// Every address the call was meant for, most original first: the header that the settings name, History-Info,
    /// Diversion, P-Called-Party-ID, To, Request-URI. The desk takes the first that is a line of its own.
    pub called: Vec<Party>,
    /// Referred-By, when the call was transferred to us (RFC 3892).
    pub referred_by: Option<Party>,
    /// The offer.
    pub offer: Option<String>,
    /// Call-ID, for notes and look-ups.
    pub call_id: String,
    /// Seconds after which the caller wants the call to be answered by itself (RFC 5373, and as exchanges write it). Anybody
    /// can ask for that: heed it only where the caller is trusted.
    pub answer_after: Option<u32>,
    /// The ring that is asked for, such as `alert-internal` or `urn:alert:source:external` (RFC 7462).
    pub ring: Option<String>,
    /// What there is to know of the caller elsewhere (Call-Info). Not to be fetched unasked: a stranger wrote it.
    pub links: Vec<Link>,
    /// The session that this call takes over (RFC 3891): it is to be accepted without ringing, and then that session
    /// ends by itself.
    pub replaces: Option<SessionId>,
}

/// A link that came with a call (RFC 3261 §20.9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// `icon`, `info`, `card` or another.
    pub purpose: String,
    /// Where it leads.
    pub url: String,
}

/// How far a transfer has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferProgress {
    /// 202: the far end will try. Not success.
    Accepted,
    /// A provisional response of the new call.
    Trying {
        /// 100 to 199.
        status: u16,
    },
    /// The new call was answered: the transfer is done.
    Succeeded,
    /// The new call failed with this status, the REFER itself was refused, or it was never answered (408).
    Failed {
        /// 300 to 699.
        status: u16,
        /// The far end's words.
        reason: String,
    },
    /// The subscription ended without a final word: the outcome is not known.
    Unknown,
}

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndCause {
    /// We hung up, cancelled or refused.
    Local,
    /// The far end sent BYE.
    RemoteHungUp,
    /// The caller cancelled before we answered.
    Cancelled,
    /// The caller's CANCEL or the BYE said that somebody else took the call (RFC 3326 cause 200, Q.850 26).
    AnsweredElsewhere,
    /// Our INVITE was refused.
    Refused {
        /// 300 to 699; 488 also if the far end agreed without an SDP.
        status: u16,
        /// The far end's words.
        reason: String,
        /// After how many seconds it may be worth trying again, if the far end says so (RFC 3261 §20.33).
        retry_after: Option<u32>,
    },
    /// No answer to our INVITE, or no ACK to our 200.
    TimedOut,
    /// The connection was lost and the session could not be kept.
    ConnectionLost,
}

/// Why an act was not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActError {
    /// No such session, or it has ended.
    NoSession,
    /// Not possible in the session's present state.
    WrongState,
    /// The target is neither a number nor a SIP or tel URI.
    BadTarget,
    /// There is no connection.
    NotConnected,
}
