//! The call log as a CSV file (RFC 4180), for whoever counts calls in a spreadsheet.

use std::borrow::Cow;
use std::time::Duration;

use super::{CallEnd, LogEntry};
use crate::CallWay;
use crate::directory::{guard, write_row};

/// The columns, in the order in which they are written.
const COLUMNS: [&str; 9] = [
    "began_utc",
    "way",
    "ended",
    "transferred_to",
    "name",
    "number",
    "line",
    "answered_seconds",
    "held_seconds",
];

/// Writes these calls with a header and CRLF line ends.
pub(super) fn write<'a>(entries: impl Iterator<Item = &'a LogEntry>) -> String {
    let mut out = String::new();
    write_row(&mut out, &COLUMNS.map(Cow::from));
    for entry in entries {
        write_row(&mut out, &fields(entry));
    }
    out
}

fn fields(entry: &LogEntry) -> [Cow<'_, str>; 9] {
    let began = entry.began.utc();
    let (to_the_second, _) = began.split_once('.').unwrap_or((&began, ""));
    let way = match entry.way {
        CallWay::Incoming => "incoming",
        CallWay::Outgoing => "outgoing",
    };
    let (end, target) = end(&entry.end);
    let line = entry.line.as_ref().map(|line| line.name.as_str()).unwrap_or_default();
    [
        to_the_second.to_owned().into(),
        way.into(),
        end.into(),
        guard(target),
        guard(&entry.name),
        guard(&entry.number),
        guard(line),
        entry.answered_for.map(seconds).unwrap_or_default().into(),
        seconds(entry.held_for).into(),
    ]
}

/// How a call ended, in one word that stays the same in every language, and to whom it was handed on.
fn end(end: &CallEnd) -> (&'static str, &str) {
    match end {
        CallEnd::Answered => ("answered", ""),
        CallEnd::Missed => ("missed", ""),
        CallEnd::LeftOnHold => ("left_on_hold", ""),
        CallEnd::TakenElsewhere => ("taken_elsewhere", ""),
        CallEnd::Declined => ("declined", ""),
        CallEnd::Transferred { target } => ("transferred", target),
        CallEnd::GivenUp => ("given_up", ""),
        CallEnd::Failed(_) => ("failed", ""),
        CallEnd::Lost => ("lost", ""),
        CallEnd::TurnedAway => ("turned_away", ""),
        CallEnd::ToVoicemail { of } => ("to_voicemail", of),
    }
}

fn seconds(length: Duration) -> String {
    length.as_secs().to_string()
}

#[cfg(test)]
mod tests {
    use cordboard_sip::Instant;

    use super::*;
    use crate::LogId;

    #[test]
    fn a_caller_cannot_make_a_spreadsheet_calculate() {
        let entry = LogEntry {
            id: LogId(1),
            way: CallWay::Incoming,
            name: "=HYPERLINK(\"http://example.com\",\"Call\")".into(),
            number: "+44 20 7946 0811".into(),
            local: false,
            line: None,
            began: Instant::from_millis(1_700_000_000_123),
            answered_for: Some(Duration::from_millis(61_900)),
            held_for: Duration::ZERO,
            end: CallEnd::Transferred { target: "-1+cmd".into() },
        };
        let csv = write([&entry].into_iter());
        let row = csv.lines().nth(1).unwrap();
        assert_eq!(
            row,
            "2023-11-14 22:13:20,incoming,transferred,'-1+cmd,\
             \"'=HYPERLINK(\"\"http://example.com\"\",\"\"Call\"\")\",+44 20 7946 0811,,61,0"
        );
        assert_eq!(csv.lines().next().unwrap().split(',').count(), COLUMNS.len());
    }
}
