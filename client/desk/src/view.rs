//! What a page paints: plain structs, no words. The page puts them into the operator's language.

use cordboard_sip::Instant;
use cordboard_wire::{HoldMusic, IceServer, Line, Operator};
use serde::{Deserialize, Serialize};

use crate::{
    Addressee, Allowed, CallId, Contact, ContactId, DirectoryId, LogView, Look, MicrophoneLoss, NoticeId,
    NoticeView, Overflow, PageId, PhoneId, PhoneView, Picture, Quality, RedialView, SocketLoss, SortBy,
    TeamView, Verdict, VoicemailView, WhyNot,
};

/// All there is to paint, but for the contacts that a page looks at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// This page.
    pub page: Option<PageId>,
    /// Who works here; `None` until the relay has told.
    pub operator: Option<Operator>,
    /// True with the practice exchange.
    pub practice: bool,
    /// The page of the CRM about a caller, as the relay handed it out; empty if there is none.
    pub crm: String,
    /// The link to the PBX.
    pub link: LinkView,
    /// The microphone and the page that carries media.
    pub audio: AudioView,
    /// What media connections are made with.
    pub media: MediaSetup,
    /// Lines of this console.
    pub lines: Vec<Line>,
    /// Every call, by id.
    pub calls: Vec<CallView>,
    /// The conference, if there is one.
    pub conference: Option<ConferenceView>,
    /// Every directory, in the order of the tabs.
    pub directories: Vec<DirectoryView>,
    /// Notices on the screen, oldest first.
    pub notices: Vec<NoticeView>,
    /// Do not disturb is on.
    pub do_not_disturb: bool,
    /// What becomes of calls that the operator does not take.
    pub overflow: Overflow,
    /// Missed calls since last cleared.
    pub missed: u32,
    /// Why nobody can be called now; `None` when dialling is possible.
    pub dial: Option<WhyNot>,
    /// What was dialled last, newest first.
    pub redial: Vec<RedialView>,
    /// Every phone that is watched, by id.
    pub phones: Vec<PhoneView>,
    /// The operator's voicemail box; `None` if there is none.
    pub voicemail: Option<VoicemailView>,
    /// The operator's team; `None` without one.
    pub team: Option<TeamView>,
}

/// What media connections are made with, from the provision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaSetup {
    /// STUN and TURN servers.
    pub ice_servers: Vec<IceServer>,
    /// Audio codecs in order of preference, as SDP names them; others follow in the browser's order.
    pub codecs: Vec<String>,
    /// What callers hear while they are on hold.
    pub hold_music: HoldMusic,
}

/// One thing that changed on the board, or an answer to one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Delta {
    /// The operator, lines, practice flag and the CRM's page are known.
    Operator { operator: Operator, lines: Vec<Line>, practice: bool, crm: String },
    /// What media connections are made with is known or changed.
    Media(MediaSetup),
    /// The link changed.
    Link(LinkView),
    /// The audio changed.
    Audio(AudioView),
    /// A call is new or changed.
    Call(Box<CallView>),
    /// A call is off the list.
    CallGone(CallId),
    /// The conference changed.
    Conference(Option<ConferenceView>),
    /// A party of the conference began or ceased to talk.
    Talking { call: CallId, talking: bool },
    /// A directory was added, removed or changed in its head.
    Directories(Vec<DirectoryView>),
    /// The directory that belongs to the line just answered: bring it to the front.
    Front(DirectoryId),
    /// What this page looks at.
    Contacts(Box<ContactsView>),
    /// Who could be meant by what is being typed.
    Suggestions { typed: String, choices: Vec<ChoiceView> },
    /// A notice is new.
    Notice(NoticeView),
    /// A notice is gone.
    NoticeGone(NoticeId),
    /// Do not disturb changed.
    DoNotDisturb(bool),
    /// The rules of overflow changed.
    Overflow(Box<Overflow>),
    /// What the rules say to the call that was asked about, in their order; told to the page that asked.
    OverflowTried(Vec<Verdict>),
    /// The counter of missed calls changed.
    Missed(u32),
    /// Whether somebody can be called changed: why not, or `None`.
    Dial(Option<WhyNot>),
    /// What was dialled last changed.
    Redial(Vec<RedialView>),
    /// These phones are new or changed.
    Phones(Vec<PhoneView>),
    /// These phones are not watched any more.
    PhonesGone(Vec<PhoneId>),
    /// What waits in the voicemail box changed.
    Voicemail(Option<VoicemailView>),
    /// What is known of the team changed.
    Team(Option<Box<TeamView>>),
    /// What this page looks at of the log.
    Log(Box<LogView>),
    /// How a call sounds.
    Quality { call: CallId, quality: Quality },
    /// The CSV file that was asked for.
    Exported { directory: DirectoryId, file_name: String, csv: String },
    /// The CSV file of the call log that was asked for.
    LogExported { csv: String },
    /// What went over the wire lately, as asked for; told to the page that asked.
    Traced { form: crate::TraceForm, content: Vec<u8> },
}

/// The link to the PBX, layer by layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// Where it stands.
    pub state: LinkState,
    /// Since when.
    pub since: Instant,
    /// When the next try is due, if one is.
    pub retry_at: Option<Instant>,
}

impl Default for LinkView {
    fn default() -> Self {
        Self { state: LinkState::Off, since: Instant::from_millis(0), retry_at: None }
    }
}

/// How far the link reaches. The lowest broken layer is the one told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// The operator left the registration, or nobody has signed in.
    Off,
    /// The socket is being opened.
    Connecting,
    /// The socket is down.
    SocketDown(SocketLoss),
    /// The socket is open, REGISTER is on its way.
    Registering,
    /// The PBX refused or did not answer.
    RegistrationFailed(cordboard_sip::RegistrationFailure),
    /// All is well.
    Registered,
}

/// The microphone and who carries media.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioView {
    /// The page that carries media; `None` until one has had its gesture.
    pub host: Option<PageId>,
    /// Why the microphone cannot be used.
    pub lost: Option<MicrophoneLoss>,
}

/// One call as painted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallView {
    /// Which call.
    pub id: CallId,
    /// Which list.
    pub way: CallWay,
    /// Its slot on that list, from 0; kept until the call ends.
    pub slot: u8,
    /// What it is doing.
    pub status: CallStatus,
    /// Since when it does that.
    pub since: Instant,
    /// Since when the operator and the far end have talked or been on hold, in all; `None` before it was answered.
    pub answered_at: Option<Instant>,
    /// Who is at the far end.
    pub who: WhoView,
    /// The line that was dialled, or is dialled from.
    pub line: Option<Line>,
    /// The microphone is muted for this call.
    pub muted: bool,
    /// The operator lets nobody hear this party of the conference.
    pub silenced: bool,
    /// The far end has put us on hold.
    pub held_by_far_end: bool,
    /// What it is linked with.
    pub cord: Option<CordView>,
    /// Whom the caller waits for in the queue, even while the operator talks to them.
    pub waits_for: Option<String>,
    /// What can be done with it now, or why not.
    pub allowed: Allowed,
}

/// What a call is linked with: somebody is asked on behalf of a caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CordView {
    /// It is the caller's.
    Asking {
        /// The call with whoever is asked.
        call: CallId,
        /// Who is asked.
        name: String,
        /// They will be connected as soon as whoever is asked answers.
        armed: bool,
    },
    /// It is with whoever is asked.
    For {
        /// The caller's call.
        call: CallId,
        /// Who waits.
        name: String,
        /// They will be connected as soon as it is answered.
        armed: bool,
    },
}

impl CordView {
    /// The call at the other end.
    pub fn call(&self) -> CallId {
        match self {
            Self::Asking { call, .. } | Self::For { call, .. } => *call,
        }
    }
}

/// The conference as painted. Its parties are the calls that are [`CallStatus::InConference`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceView {
    /// The operator is in it; else the others go on alone.
    pub present: bool,
    /// How many are in it, the operator not counted.
    pub parties: u8,
    /// Whether the operator can come back, when away.
    pub comeback: Result<(), WhyNot>,
}

/// Which of the two lists a call is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CallWay {
    /// They called us.
    Incoming,
    /// We called them.
    Outgoing,
}

/// What a call is doing, as the operator's words have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallStatus {
    /// Incoming, not answered.
    Ringing,
    /// Came back ringing or held from a transfer that failed.
    BackFrom {
        /// Whom it was meant for.
        target: Addressee,
        /// Why it came back.
        why: CallFailure,
    },
    /// Answered here; the sound is being set up.
    Answering,
    /// Outgoing, nothing heard from the far end yet.
    Calling,
    /// Outgoing, the far end's phone rings.
    RingingOut,
    /// Both talk.
    Talking,
    /// In the conference.
    InConference,
    /// Held by us.
    OnHold,
    /// Held by us until a colleague's phone is free.
    Queued {
        /// Whom the caller waits for.
        target: String,
    },
    /// Hold or resume is on its way to the far end.
    Changing {
        /// True when it will be on hold.
        to_hold: bool,
    },
    /// Handed on; the PBX has not yet told the outcome.
    Transferring {
        /// Whom it goes to.
        target: Addressee,
    },
    /// Outgoing and not put through; stays until the operator takes it off.
    Failed(CallFailure),
}

/// Why a call or a transfer did not go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallFailure {
    /// 486, 600.
    Busy,
    /// 408, 480.
    NoAnswer,
    /// 603, 403.
    Rejected,
    /// 404, 410, 484, 604.
    WrongNumber,
    /// 488, 606, or the media could not be set up.
    NoCommonMedia,
    /// 5xx or the connection was lost.
    Unreachable,
    /// Anything else.
    Other {
        /// SIP status.
        status: u16,
        /// The server's words.
        reason: String,
    },
}

/// Who is at the far end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhoView {
    /// Name from a directory, else from the signalling; empty if neither gave one.
    pub name: String,
    /// Number as received or dialled; empty if withheld.
    pub number: String,
    /// Company from the directory.
    pub company: String,
    /// Title from the directory.
    pub title: String,
    /// Picture from the directory.
    pub picture: Option<Picture>,
    /// Found in a directory.
    pub contact: Option<(DirectoryId, ContactId)>,
    /// Found in a local directory: shown bold.
    pub local: bool,
    /// The number was withheld.
    pub anonymous: bool,
}

/// The head of a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryView {
    /// Which directory.
    pub id: DirectoryId,
    /// Its name.
    pub name: String,
    /// The company's own people.
    pub local: bool,
    /// The line it belongs to.
    pub line: Option<Line>,
    /// A note for the operator; may be empty.
    pub note: String,
    /// It cannot be changed here.
    pub read_only: bool,
    /// How many contacts it holds.
    pub count: u32,
    /// An import can be taken back.
    pub can_undo: bool,
}

/// What a page looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactsView {
    /// What was asked for.
    pub look: Look,
    /// How many contacts match in all.
    pub total: u32,
    /// The rows of the window.
    pub rows: Vec<ContactView>,
}

/// One contact as painted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactView {
    /// Which contact.
    pub id: ContactId,
    /// All of it.
    pub contact: Contact,
    /// Their phone, if it is watched.
    pub phone: Option<PhoneId>,
}

/// A suggestion while typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceView {
    /// Where the contact stands.
    pub directory: DirectoryId,
    /// Which contact.
    pub contact: ContactId,
    /// Which number of theirs.
    pub way: crate::Way,
    /// The name to show.
    pub name: String,
    /// The number.
    pub number: String,
    /// The phone with that number, if it is watched.
    pub phone: Option<PhoneId>,
}

/// Why there is no sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoSound {
    /// The page that carries the sound did not answer in time.
    PageSilent,
    /// The media connection was lost, and making it anew did not help.
    ConnectionLost,
    /// The far end refused the sound with this SIP status.
    Refused { status: u16 },
    /// The browser could not set it up.
    Browser {
        /// In its own words, for an administrator.
        said: String,
    },
}

/// Why the sound file for callers on hold cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldMusicLoss {
    /// The relay did not hand it out.
    NotThere,
    /// The browser does not know how.
    NotPlayable,
}

/// How a page may order contacts by default.
impl Look {
    /// Everybody of a directory, by last name, from the top.
    pub fn all(directory: DirectoryId, count: u32) -> Self {
        Self { directory, query: String::new(), sort: SortBy::LastName, first: 0, count }
    }
}
