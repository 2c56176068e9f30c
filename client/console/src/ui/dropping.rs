//! What a call does that is dropped somewhere: said in words before, done after. One rule for both.

use cordboard_desk::{CallId, CallView, Command, ContactView, DirectoryId, TransferTarget, WhyNot};

use super::avatar::full_name;
use super::calls::who::shown_name;
use super::drag::first_way;
use super::icon::Icon as Drawn;
use super::presence;
use super::reason::reason;
use super::words::Words;
use crate::board::{Board, rings};

/// What would happen, in words.
pub(super) struct Label {
    /// Class of the label, by how the mock-up tells the kinds apart.
    pub class: &'static str,
    /// Its drawing.
    pub drawn: Drawn,
    /// What happens.
    pub what: String,
    /// A word more, may be empty.
    pub note: String,
}

/// What a drop does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Dropped {
    /// Sends the call to a contact without asking.
    Send {
        to: TransferTarget,
        name: String,
        number: String,
        /// It rings here still.
        unanswered: bool,
        /// What the phone there does, if it is watched.
        presence: Option<String>,
    },
    /// Lets the caller wait until the contact is free.
    Queue { to: TransferTarget, name: String, presence: String },
    /// Nothing: whoever is there takes no calls.
    TakesNone { drawn: Drawn, word: String },
    /// Connects it with another call of ours.
    Connect {
        with: CallId,
        name: String,
        /// Nobody answered there yet: it is connected when somebody does.
        rings: bool,
        /// Neither is asked on behalf of the other.
        callers: bool,
    },
    /// Nothing, and why.
    Nothing(&'static str),
}

impl Dropped {
    /// The call `call`, dropped on a contact.
    pub(super) fn on_contact(
        words: &Words,
        board: Board,
        call: CallId,
        directory: DirectoryId,
        contact: &ContactView,
    ) -> Self {
        let theirs = |view: &CallView| view.who.contact == Some((directory, contact.id)) && view.id != call;
        if let Some(with) = board.first(|view| theirs(view) && view.allowed.connect.is_ok()) {
            let connected = Self::on_call(words, board, call, with);
            if matches!(connected, Self::Connect { .. }) {
                return connected;
            }
        }
        let phone = contact.phone.and_then(|phone| board.phone(phone));
        if !presence::takes_calls(phone.as_ref()) {
            let (drawn, word) = (presence::drawn(phone.as_ref()), presence::word(words, phone.as_ref()));
            return Self::TakesNone { drawn, word };
        }
        let unanswered = board.view_now(call).is_some_and(|view| rings(&view));
        match first_way(contact) {
            Some((way, _)) if !unanswered && phone.as_ref().is_some_and(|phone| phone.queues) => {
                Self::Queue {
                    to: TransferTarget::Contact { directory, contact: contact.id, way },
                    name: full_name(&contact.contact),
                    presence: presence::word(words, phone.as_ref()),
                }
            }
            Some((way, number)) => Self::Send {
                to: TransferTarget::Contact { directory, contact: contact.id, way },
                name: full_name(&contact.contact),
                number: number.to_owned(),
                unanswered,
                presence: phone.map(|phone| presence::word(words, Some(&phone))),
            },
            None => Self::Nothing(words.drop_no_number),
        }
    }

    /// The call `call`, dropped on another one.
    pub(super) fn on_call(words: &Words, board: Board, call: CallId, other: CallId) -> Self {
        let (Some(one), Some(with)) = (board.view_now(call), board.view_now(other)) else {
            return Self::Nothing((words.why_not)(WhyNot::CallOver));
        };
        if let Some(why) = reason(words, one.allowed.connect.and(with.allowed.connect)) {
            return Self::Nothing(why);
        }
        Self::Connect {
            with: other,
            name: shown_name(words, &with.who),
            rings: with.answered_at.is_none(),
            callers: with.cord.is_none(),
        }
    }

    /// What the drop of `call` asks of the desk.
    pub(super) fn command(self, call: CallId) -> Option<Command> {
        match self {
            Self::Queue { to, .. } => Some(Command::Queue { call, to }),
            Self::Send { to, .. } => Some(Command::TransferBlind { call, to }),
            Self::Connect { with, .. } => Some(Command::Connect { call, with }),
            Self::TakesNone { .. } | Self::Nothing(_) => None,
        }
    }

    /// What would happen, in words.
    pub(super) fn label(&self, words: &Words) -> Label {
        match self {
            Self::Send { name, number, unanswered, presence, .. } => Label {
                class: "drop",
                drawn: Drawn::SendTo,
                what: if *unanswered { (words.drop_forward)(name) } else { (words.drop_blind)(name) },
                note: match presence {
                    Some(presence) => (words.drop_note)(&format!("{presence}, {number}")),
                    None => (words.drop_note)(number),
                },
            },
            Self::Connect { name, rings: true, .. } => Label {
                class: "drop soft",
                drawn: Drawn::Merge,
                what: (words.drop_when_answered)(name),
                note: words.connect_early_note.to_owned(),
            },
            Self::Connect { callers: true, .. } => Label {
                class: "drop",
                drawn: Drawn::Merge,
                what: words.drop_callers.to_owned(),
                note: words.drop_callers_note.to_owned(),
            },
            Self::Connect { name, .. } => Label {
                class: "drop soft",
                drawn: Drawn::Merge,
                what: (words.drop_attended)(name),
                note: words.drop_attended_note.to_owned(),
            },
            Self::Queue { name, presence, .. } => Label {
                class: "drop wait",
                drawn: Drawn::Hourglass,
                what: (words.drop_queue)(name),
                note: format!("{presence}. {}", words.drop_queue_note),
            },
            Self::TakesNone { drawn, word } => {
                Label { class: "drop none", drawn: *drawn, what: word.clone(), note: String::new() }
            }
            Self::Nothing(why) => Label {
                class: "drop none",
                drawn: Drawn::HangUp,
                what: (*why).to_owned(),
                note: String::new(),
            },
        }
    }
}
