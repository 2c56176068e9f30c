//! Everything a person can do. Mouse, key, headset and link all send one of these.

use serde::{Deserialize, Serialize};

use crate::{
    CallId, Contact, ContactId, DirectoryId, LogLook, NoticeId, Overflow, PhoneId, SortBy, TeamCallId,
};

/// An act of the operator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Answer a ringing call; the active call is held first.
    Answer(CallId),
    /// Refuse a ringing call (486).
    Decline(CallId),
    /// Put the caller on hold.
    Hold(CallId),
    /// Talk again; the active call is held first.
    Resume(CallId),
    /// End a call in whatever state it is.
    HangUp(CallId),
    /// Call a number or address as typed; the active call is held first.
    Dial { typed: String },
    /// Call one of a contact's numbers; the active call is held first.
    CallContact { directory: DirectoryId, contact: ContactId, way: Way },
    /// Send one DTMF digit (`0`–`9`, `*`, `#`, `A`–`D`) into the active call.
    SendDigit { call: CallId, digit: char },
    /// Hand the call on without asking. A ringing call is sent on unanswered.
    TransferBlind { call: CallId, to: TransferTarget },
    /// Call somebody on behalf of a caller, who waits on hold meanwhile.
    Consult { call: CallId, to: TransferTarget },
    /// Connect two calls with each other; the operator leaves both. Of a call that is still being made this is a
    /// promise, kept as soon as it is answered.
    Connect { call: CallId, with: CallId },
    /// Talk to the other one of a caller and whoever is asked on their behalf.
    Swap(CallId),
    /// Hang up on whoever is asked, and talk to the caller again. Takes back what [`Command::Connect`] promised.
    BackToCaller(CallId),
    /// Let the caller wait on hold until the target's phone is free, and hand the call on then.
    Queue { call: CallId, to: TransferTarget },
    /// The caller waits for nobody any more, and stays on hold.
    Unqueue(CallId),
    /// Take over what rings at a watched phone; the active call is held first.
    Intercept(PhoneId),
    /// Take over a call of somebody else of the team; the active call is held first.
    TakeOver(TeamCallId),
    /// Send the call to a free parking place, where everybody can take it back by calling that place.
    Park(CallId),
    /// Hand the call on to the operator's own voicemail box. A ringing call is sent on unanswered.
    ToVoicemail(CallId),
    /// Mute or unmute the microphone for this call; for a party of the conference, for all of it.
    SetMuted { call: CallId, muted: bool },
    /// Make a call a party of the conference. The first one brings the other of two: whoever talks, or whoever was put on
    /// hold last. [`Hold`](Self::Hold) takes a party out again.
    AddToConference(CallId),
    /// Let nobody hear this party of the conference, or let them be heard again.
    MuteParty { call: CallId, muted: bool },
    /// The operator leaves the conference; the others go on hearing each other.
    LeaveConference,
    /// The operator is back in the conference; the active call is held first.
    ReturnToConference,
    /// Hang up on every party of the conference.
    EndConference,
    /// What F9 does: answer the first ringing call, else resume the first held, else come back to the conference, else hold
    /// the active call or leave the conference.
    NextCall,
    /// What F10 does: hang up the active call, or end the conference that the operator is in.
    HangUpActive,
    /// Register, or leave the registration.
    SetRegistered(bool),
    /// Refuse new calls, or take them again.
    SetDoNotDisturb(bool),
    /// What becomes of calls that the operator does not take.
    SetOverflow(Box<Overflow>),
    /// Ask what would become now of a call from this number; empty for a withheld one. Answered by
    /// [`crate::Delta::OverflowTried`].
    TryOverflow { number: String },
    /// Take a notice off the screen.
    DismissNotice(NoticeId),
    /// Set the missed-calls counter back.
    ClearMissed,
    /// Forget every call of the log, and with it the missed ones.
    ClearLog,
    /// What this page wants to see of the log. Answered by [`crate::Delta::Log`] now and whenever it changes.
    LookAtLog(LogLook),
    /// Write all calls of the log that this look finds into a CSV file.
    ExportLog(LogLook),
    /// Make a directory of the operator's own.
    AddDirectory { name: String, local: bool },
    /// Give a directory another name.
    RenameDirectory { directory: DirectoryId, name: String },
    /// Remove a directory and its contacts.
    RemoveDirectory(DirectoryId),
    /// Read a CSV file into a directory.
    ImportCsv { directory: DirectoryId, file_name: String, text: Vec<u8> },
    /// Take back the last import into this directory.
    UndoImport(DirectoryId),
    /// Ask for the directory as a CSV file ([`crate::Delta::Exported`]).
    ExportCsv(DirectoryId),
    /// Ask for what went over the wire lately, without secrets ([`crate::Delta::Traced`]).
    SaveTrace(TraceForm),
    /// Add a contact by hand.
    AddContact { directory: DirectoryId, contact: Box<Contact> },
    /// Change a contact.
    EditContact { directory: DirectoryId, contact: ContactId, to: Box<Contact> },
    /// Remove a contact.
    RemoveContact { directory: DirectoryId, contact: ContactId },
    /// What this page wants to see of the directories. Answered by [`crate::Delta::Contacts`] now and
    /// whenever it changes. Each page looks for itself.
    Look(Look),
    /// Ask for suggestions while a number or name is typed in the dial bar or the transfer box.
    /// Answered by [`crate::Delta::Suggestions`].
    Suggest { typed: String },
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TraceForm {
    /// To be read by people.
    Text,
    /// A packet capture, to be read by Wireshark and the like.
    Pcap,
}

/// One of the ways to reach a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Way {
    /// The desk phone.
    Phone,
    /// The mobile.
    Mobile,
    /// The number at home.
    Home,
    /// The voicemail box: the contact's own number for it, else where the telephone system keeps that of its phone.
    Voicemail,
}

/// Where a transfer goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransferTarget {
    /// A number or address as typed.
    Number(String),
    /// One of a contact's numbers.
    Contact {
        /// Where the contact stands.
        directory: DirectoryId,
        /// Which contact.
        contact: ContactId,
        /// Which number of theirs.
        way: Way,
    },
}

/// A window on a directory: what a page shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Which directory.
    pub directory: DirectoryId,
    /// What was typed in the search bar; empty for everybody.
    pub query: String,
    /// Order of the rows.
    pub sort: SortBy,
    /// First row wanted, from 0.
    pub first: u32,
    /// How many rows.
    pub count: u32,
}
