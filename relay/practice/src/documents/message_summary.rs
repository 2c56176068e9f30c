//! `application/simple-message-summary` (RFC 3842 §5.2): the voicemail lamp and its counts.

use super::{About, uri};
use crate::shown::Messages;

pub(super) fn write(about: About<'_>, messages: Messages) -> String {
    let Messages { new, old } = messages;
    let waiting = if new > 0 { "yes" } else { "no" };
    let account = uri(about.number, about.domain);
    format!(
        "Messages-Waiting: {waiting}\r\nMessage-Account: {account}\r\nVoice-Message: {new}/{old} (0/0)\r\n"
    )
}
