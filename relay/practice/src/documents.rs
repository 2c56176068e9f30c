//! The documents that watchers get: calls, presence, messages, conference rooms, and lists of such documents.

mod conference_info;
mod dialog_info;
mod message_summary;
mod pidf;
mod resource_list;

use std::time::Instant;

use crate::shown::{Party, Shown};

pub(crate) use resource_list::{Member, resource_list};

/// What a document is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// The number that is watched.
    pub(crate) number: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) version: u32,
    pub(crate) now: Instant,
}

/// Writes down what is shown.
pub(crate) fn document(about: About<'_>, shown: &Shown) -> String {
    match shown {
        Shown::Calls(calls) => dialog_info::write(about, calls),
        Shown::Presence(presence) => pidf::write(about, presence),
        Shown::Room(members) => conference_info::write(about, members),
        Shown::Messages(messages) => message_summary::write(about, *messages),
    }
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n";

/// The address of a number; a withheld one has the address that RFC 3323 §4.1.1.3 gives it.
fn uri(number: &str, domain: &str) -> String {
    if number.is_empty() {
        "sip:anonymous@anonymous.invalid".to_owned()
    } else {
        format!("sip:{number}@{domain}")
    }
}

/// An `identity` element (RFC 4235 §4.1.6).
fn identity(party: &Party, domain: &str) -> String {
    let display =
        if party.name.is_empty() { String::new() } else { format!(" display=\"{}\"", escape(&party.name)) };
    format!("<identity{display}>{}</identity>", escape(&uri(&party.number, domain)))
}

/// Text as XML takes it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no other control characters, not even escaped.
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_document_is_escaped() {
        assert_eq!(escape("Marsh & \"Daughters\" <1>\u{1}"), "Marsh &amp; &quot;Daughters&quot; &lt;1&gt;");
    }
}
