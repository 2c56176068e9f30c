//! What an operator's console is given after sign-in: account, lines, numbering, directories.

use serde::{Deserialize, Serialize};

use crate::Operator;

/// Everything a console needs to start work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provision {
    /// Who is signed in.
    pub operator: Operator,
    /// The SIP account to register.
    pub account: Account,
    /// The numbers or services that callers dial.
    pub lines: Vec<Line>,
    /// How the company's numbers are written.
    pub numbering: Numbering,
    /// Directories that the relay hands out; the operator's own are kept in the browser.
    pub directories: Vec<DirectorySeed>,
    /// ICE servers for media, may be empty.
    pub ice_servers: Vec<IceServer>,
    /// True when the far side is the practice exchange and not a PBX.
    pub practice: bool,
    /// The team whose calls the operator sees; empty for none.
    #[serde(default)]
    pub team: String,
    /// What callers hear while they are on hold.
    #[serde(default)]
    pub hold_music: HoldMusic,
    /// The page of the CRM about a caller, with `{number}` in place of the number and `{name}` of the name; empty if
    /// there is none.
    #[serde(default)]
    pub crm: String,
}

/// What callers hear while they are on hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldMusic {
    /// Whatever the PBX plays; the console sends nothing.
    #[default]
    Pbx,
    /// A quiet tone that the console draws.
    Tone,
    /// The file at [`path::HOLD_MUSIC`](crate::path::HOLD_MUSIC).
    File,
}

/// One SIP account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Address of record without scheme, `user@domain`.
    pub aor: String,
    /// Name sent to those who are called.
    pub display_name: String,
    /// User for digest authentication.
    pub auth_user: String,
    /// Password for digest authentication. Never stored, logged or traced by the client.
    pub password: String,
    /// Registration expiry to ask for, seconds.
    pub expires: u32,
    /// Audio codecs in order of preference, as SDP names them (`opus`, `G722`, `PCMA`, `PCMU`).
    pub codecs: Vec<String>,
    /// How DTMF digits are sent.
    pub dtmf: Dtmf,
    /// Number of the voicemail box, empty if there is none.
    pub voicemail: String,
    /// What is dialled to reach somebody's voicemail box, with `{number}` in place of their number; empty if the
    /// telephone system has no such way.
    pub voicemail_of: String,
    /// Numbers of parking places, to which a call is sent to wait and which are called to take it back.
    #[serde(default)]
    pub parking: Vec<String>,
    /// Numbers of conference rooms.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// How many servers the relay can connect to for it.
    #[serde(default)]
    pub servers: u32,
    /// A header in which the PBX names the line that was called, empty if there is none.
    #[serde(default)]
    pub line_header: String,
    /// What is watched of colleagues' phones; nothing if empty.
    #[serde(default)]
    pub watch: Vec<Watch>,
    /// The PBX is told whether the operator can be called (RFC 3903).
    #[serde(default)]
    pub publish: bool,
    /// What is dialled to take over a call that rings at somebody's phone, with `{number}` in place of their number;
    /// empty if the telephone system has no such way.
    #[serde(default)]
    pub pickup_of: String,
    /// A call that is sent to somebody who is busy waits until they are free.
    #[serde(default)]
    pub queue_busy: bool,
    /// Seconds for which a phone is to be free before somebody who waits is sent to it.
    #[serde(default)]
    pub queue_delay: u32,
    /// A call whose INVITE asks to be answered by itself (RFC 5373, and as exchanges write it) is.
    #[serde(default)]
    pub auto_answer: bool,
    /// How many incoming calls the console takes at once. It has a place for [`INCOMING_CALLS`] in any case.
    #[serde(default)]
    pub incoming_calls: u8,
}

/// Places for incoming calls that every console has.
pub const INCOMING_CALLS: u8 = 8;

// The password must not reach a log through a derived `Debug`.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("aor", &self.aor).finish_non_exhaustive()
    }
}

/// How DTMF digits are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dtmf {
    /// In the media stream, RFC 4733.
    #[default]
    Rtp,
    /// SIP INFO with `application/dtmf-relay`.
    Info,
}

/// What is watched of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Watch {
    /// Its calls (RFC 4235).
    Dialog,
    /// Whether the person can be reached (RFC 3856).
    Presence,
}

/// A number or service that callers dial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The number as the PBX reports it in the called address.
    pub number: String,
    /// The name the operator answers with.
    pub name: String,
    /// Two letters for the line's badge.
    pub badge: String,
    /// What to say when answering; may be empty.
    pub greeting: String,
}

/// How the company's numbers are written, for comparing them in one canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// Country code without `+`, such as `44`.
    pub country_code: String,
    /// Prefix for national calls, such as `0`; may be empty.
    pub trunk_prefix: String,
    /// Prefix for international calls, such as `00`.
    pub international_prefix: String,
    /// Longest number of digits that is still an extension.
    pub extension_length: u8,
}

/// A directory that the relay hands out whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectorySeed {
    /// Stable name of the directory within the relay.
    pub key: String,
    /// The name to show.
    pub name: String,
    /// True for the company's own people.
    pub local: bool,
    /// The number of the line it belongs to; empty for none.
    pub line: String,
    /// A note for the operator; may be empty.
    pub note: String,
    /// The contacts as CSV in the directory format.
    pub csv: String,
}

/// A STUN or TURN server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:` or `turn:` URLs.
    pub urls: Vec<String>,
    /// TURN user; empty for STUN.
    pub username: String,
    /// TURN password; empty for STUN.
    pub credential: String,
}

// The credential must not reach a log through a derived `Debug`.
impl std::fmt::Debug for IceServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}
