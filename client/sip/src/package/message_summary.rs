//! `application/simple-message-summary`: whether messages wait, and how many (RFC 3842).

use serde::{Deserialize, Serialize};
use vecmap::VecMap;

/// The most kinds of messages that are read.
const MAX_KINDS: usize = 16;

/// What waits in a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSummary {
    /// Something new waits.
    pub waiting: bool,
    /// Whose mailbox it is, if told.
    pub account: Option<String>,
    /// How many of each kind, by its name in lower case such as `voice-message`; empty where only `waiting` is told.
    pub counts: VecMap<String, MessageCounts>,
}

impl MessageSummary {
    /// How many voice messages, if told.
    pub fn voice(&self) -> Option<MessageCounts> {
        self.counts.get("voice-message").copied()
    }
}

/// How many messages of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageCounts {
    /// Not heard yet, urgent ones among them.
    pub new: u32,
    /// Heard.
    pub old: u32,
    /// Not heard yet and urgent.
    pub urgent_new: u32,
    /// Heard and urgent.
    pub urgent_old: u32,
}

/// Reads a body; `None` if nothing in it says anything.
pub(super) fn read(text: &str) -> Option<MessageSummary> {
    let mut summary = MessageSummary::default();
    let mut told = None;
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "messages-waiting" => told = Some(value.eq_ignore_ascii_case("yes")),
            "message-account" => {
                summary.account = Some(value.to_owned()).filter(|account| !account.is_empty())
            }
            _ => {
                if summary.counts.len() < MAX_KINDS
                    && let Some(counts) = counts(value)
                {
                    summary.counts.insert(name, counts);
                }
            }
        }
    }
    // Without the word itself, what is counted says it.
    let counted = summary.counts.values().any(|counts| counts.new > 0);
    summary.waiting = told.unwrap_or(counted);
    (told.is_some() || !summary.counts.is_empty()).then_some(summary)
}

/// RFC 3842 §5.2: `new/old`, perhaps with the urgent ones among them in brackets.
fn counts(value: &str) -> Option<MessageCounts> {
    let (all, urgent) = match value.split_once('(') {
        Some((all, urgent)) => (all, urgent.trim_end().strip_suffix(')')),
        None => (value, None),
    };
    let pair = |text: &str| {
        let (new, old) = text.split_once('/')?;
        Some((new.trim().parse().ok()?, old.trim().parse().ok()?))
    };
    let (new, old) = pair(all)?;
    let (urgent_new, urgent_old) = urgent.and_then(pair).unwrap_or_default();
    Some(MessageCounts { new, old, urgent_new, urgent_old })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_summary_is_read() {
        let summary = read(
            "Messages-Waiting: yes\r\nMessage-Account: sip:200@pbx.example\r\nVoice-Message: 3/8 (1/0)\r\nFax-Message: 0/2\r\n\r\nTo: x\r\n",
        )
        .unwrap();
        assert!(summary.waiting);
        assert_eq!(summary.account.as_deref(), Some("sip:200@pbx.example"));
        assert_eq!(summary.voice(), Some(MessageCounts { new: 3, old: 8, urgent_new: 1, urgent_old: 0 }));
        assert_eq!(summary.counts["fax-message"].old, 2);
    }

    #[test]
    fn counts_may_be_missing_and_so_may_the_word() {
        let bare = read("messages-waiting:YES").unwrap();
        assert_eq!((bare.waiting, bare.voice()), (true, None));
        assert!(!read("Messages-Waiting: no\nVoice-Message: 0/0 (0/0)").unwrap().waiting);
        assert!(read("voice-message : 2 / 0").unwrap().waiting);
        assert!(!read("Voice-Message: 0/5").unwrap().waiting);
        assert_eq!(read("Messages-Waiting: yes\nVoice-Message: many").unwrap().counts.len(), 0);
    }

    #[test]
    fn what_says_nothing_is_none() {
        for text in ["", "hello", "To: sip:x", "Voice-Message: -1/0", "Voice-Message: 99999999999/0"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "(voice-message|messages-waiting|:|/|\\(|\\)|[0-9]|\n| ){0,30}") {
            _ = read(&text);
        }
    }
}
