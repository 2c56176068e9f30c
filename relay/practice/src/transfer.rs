//! A transfer's table, and whom an attended one means.

/// How far a transfer has come.
///
/// ```text
///  Trying ──rings──► Ringing ──answers──► Joining ──joined──► Done
///    │  └───────────answers─────────────────▲ │
///    └──────────────┴──────────fails──────────┴──► Failed
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransferState {
    Trying,
    Ringing,
    /// The target has answered; the two are being brought together.
    Joining,
    Done,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransferEvent {
    Rings,
    Answers,
    Joined,
    Fails,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransferAct {
    Nothing,
    TellRinging,
    Join,
    Finish,
    Report,
}

impl TransferState {
    /// The table.
    pub(crate) fn step(self, event: TransferEvent) -> (Self, TransferAct) {
        use TransferAct::{Finish, Join, Nothing, Report, TellRinging};
        use TransferEvent as On;
        match self {
            Self::Trying => match event {
                On::Rings => (Self::Ringing, TellRinging),
                On::Answers => (Self::Joining, Join),
                On::Fails => (Self::Failed, Report),
                On::Joined => (self, Nothing),
            },
            Self::Ringing => match event {
                On::Answers => (Self::Joining, Join),
                On::Fails => (Self::Failed, Report),
                On::Rings | On::Joined => (self, Nothing),
            },
            Self::Joining => match event {
                On::Joined => (Self::Done, Finish),
                On::Fails => (Self::Failed, Report),
                On::Rings | On::Answers => (self, Nothing),
            },
            Self::Done | Self::Failed => (self, Nothing),
        }
    }
}

/// Call-ID, to-tag and from-tag of `Replaces=…` in the query of a Refer-To (RFC 3891 §6.1).
pub(crate) fn replaced(query: &str) -> Option<(String, String, String)> {
    let value = query.split('&').find_map(|header| {
        let (name, value) = header.split_once('=')?;
        name.eq_ignore_ascii_case("replaces").then(|| unescape(value))
    })?;
    let mut parts = value.split(';');
    let call_id = parts.next()?.to_owned();
    let params: Vec<(&str, &str)> = parts.filter_map(|param| param.split_once('=')).collect();
    let param =
        |name: &str| params.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
    Some((call_id, param("to-tag")?, param("from-tag")?))
}

/// Undoes `%41` (RFC 3261 §25.1 escaped). What is no escape stays.
fn unescape(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
        match (byte, part.get(2..)) {
            (Some(byte), Some(rest)) => {
                plain.push(char::from(byte));
                plain.push_str(rest);
            }
            (None, _) | (_, None) => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_ends_once() {
        let mut state = TransferState::Trying;
        let mut acts = Vec::new();
        for event in [
            TransferEvent::Rings,
            TransferEvent::Rings,
            TransferEvent::Answers,
            TransferEvent::Joined,
            TransferEvent::Fails,
            TransferEvent::Joined,
        ] {
            let (next, act) = state.step(event);
            state = next;
            acts.push(act);
        }
        use TransferAct::{Finish, Join, Nothing, TellRinging};
        assert_eq!(acts, [TellRinging, Nothing, Join, Finish, Nothing, Nothing]);
        assert_eq!(state, TransferState::Done);
    }

    #[test]
    fn replaces_is_read_with_its_escapes() {
        assert_eq!(
            replaced("Replaces=12%40x%3Bto-tag%3Db%3Bfrom-tag%3Da"),
            Some(("12@x".into(), "b".into(), "a".into()))
        );
        assert_eq!(replaced("Subject=x"), None);
        assert_eq!(unescape("100%"), "100%");
    }
}
