//! The call log: every call that is over, newest last, up to a bound.

use std::collections::VecDeque;
use std::time::Duration;

use cordboard_sip::Instant;
use cordboard_wire::Line;
use serde::{Deserialize, Serialize};

use crate::{CallFailure, CallWay, LogId, matched_ranges};

mod csv;

/// How many calls are kept. At a thousand a week, the last month; about a megabyte.
pub(crate) const KEPT: usize = 4000;
/// How many entries a page is given at once, at most.
const SHOWN: usize = 500;
/// How many numbers the redial list has.
const REDIAL: usize = 8;

/// One call that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Names it; later calls have higher ones.
    pub id: LogId,
    /// Who called whom.
    pub way: CallWay,
    /// Name as it was known then; empty if none was.
    pub name: String,
    /// Number as received or dialled; empty if withheld.
    pub number: String,
    /// Found in a local directory then.
    pub local: bool,
    /// The line that was called.
    pub line: Option<Line>,
    /// When it began to ring.
    pub began: Instant,
    /// How long it was answered, hold included; `None` if it never was.
    pub answered_for: Option<Duration>,
    /// How long of that it was on hold.
    pub held_for: Duration,
    /// How it ended.
    pub end: CallEnd,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallEnd {
    /// It was answered, and one side hung up.
    Answered,
    /// The caller hung up before an answer.
    Missed,
    /// The far end hung up while on hold.
    LeftOnHold,
    /// Somebody else took it.
    TakenElsewhere,
    /// The operator refused it.
    Declined,
    /// It was handed on.
    Transferred {
        /// To whom.
        target: String,
    },
    /// The operator gave up before an answer.
    GivenUp,
    /// It was not put through.
    Failed(CallFailure),
    /// The connection broke.
    Lost,
    /// It found do not disturb, or every slot taken.
    TurnedAway,
    /// It was handed on to a voicemail box.
    ToVoicemail {
        /// Whose; empty if nobody knows.
        of: String,
    },
}

/// What a page wants to see of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLook {
    /// Words that every entry must have in its name, number or line; empty for all.
    pub query: String,
    /// Only calls that nobody answered.
    pub missed_only: bool,
    /// The first row wanted, from 0, the newest call being the first.
    pub first: u32,
    /// How many rows are wanted.
    pub count: u32,
}

/// What a page sees of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogView {
    /// What was asked for.
    pub look: LogLook,
    /// How many entries match in all.
    pub total: u32,
    /// The rows that were asked for, newest first.
    pub entries: Vec<LogEntry>,
}

/// A number that was dialled lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedialView {
    /// Whose it is; empty if nobody known.
    pub name: String,
    /// The number.
    pub number: String,
}

/// The log.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    entries: VecDeque<LogEntry>,
    /// What was dialled last, each number once, newest first.
    redial: Vec<RedialView>,
    last: u32,
}

impl CallLog {
    /// Takes in what was kept, in any order; what was logged meanwhile stays.
    pub(crate) fn restore(&mut self, mut kept: Vec<LogEntry>) {
        kept.sort_unstable_by_key(|entry| entry.id);
        for entry in kept.into_iter().rev() {
            self.last = self.last.max(entry.id.0);
            if !self.entries.iter().any(|known| known.id == entry.id) {
                self.entries.push_front(entry);
            }
        }
        self.redial = redial(&self.entries);
    }

    /// A number for the next entry.
    pub(crate) fn next_id(&mut self) -> LogId {
        self.last = self.last.wrapping_add(1);
        LogId(self.last)
    }

    /// Adds a call; gives the one that had to go for it.
    pub(crate) fn add(&mut self, entry: LogEntry) -> Option<LogId> {
        self.entries.push_back(entry);
        self.redial = redial(&self.entries);
        if self.entries.len() > KEPT { self.entries.pop_front().map(|gone| gone.id) } else { None }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.redial.clear();
    }

    /// What a page sees.
    pub(crate) fn view(&self, look: &LogLook) -> LogView {
        let first = usize::try_from(look.first).unwrap_or(usize::MAX);
        let count = usize::try_from(look.count).unwrap_or(usize::MAX).min(SHOWN);
        let entries = self.found(look).skip(first).take(count).cloned().collect();
        let total = u32::try_from(self.found(look).count()).unwrap_or(u32::MAX);
        LogView { look: look.clone(), total, entries }
    }

    /// All that match, as a CSV file.
    pub(crate) fn csv(&self, look: &LogLook) -> String {
        csv::write(self.found(look))
    }

    /// All that match, newest first.
    fn found<'a>(&'a self, look: &'a LogLook) -> impl Iterator<Item = &'a LogEntry> {
        self.entries.iter().rev().filter(|entry| {
            (!look.missed_only || entry.end == CallEnd::Missed)
                && look.query.split_whitespace().all(|word| has(entry, word))
        })
    }

    /// What was dialled last, each number once, newest first.
    pub(crate) fn redial(&self) -> &[RedialView] {
        &self.redial
    }
}

fn redial(entries: &VecDeque<LogEntry>) -> Vec<RedialView> {
    let mut list: Vec<RedialView> = Vec::new();
    let dialled = |entry: &&LogEntry| entry.way == CallWay::Outgoing && !entry.number.is_empty();
    for entry in entries.iter().rev().filter(dialled) {
        if list.len() < REDIAL && !list.iter().any(|known| known.number == entry.number) {
            list.push(RedialView { name: entry.name.clone(), number: entry.number.clone() });
        }
    }
    list
}

fn has(entry: &LogEntry, word: &str) -> bool {
    let line = entry.line.as_ref().map(|line| line.name.as_str()).unwrap_or_default();
    [entry.name.as_str(), &entry.number, line].iter().any(|text| !matched_ranges(text, word).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(log: &mut CallLog, way: CallWay, name: &str, number: &str) -> LogEntry {
        LogEntry {
            id: log.next_id(),
            way,
            name: name.into(),
            number: number.into(),
            local: false,
            line: None,
            began: Instant::from_millis(0),
            answered_for: None,
            held_for: Duration::ZERO,
            end: CallEnd::Missed,
        }
    }

    #[test]
    fn the_oldest_goes_when_the_log_is_full() {
        let mut log = CallLog::default();
        for _ in 0..KEPT {
            let entry = entry(&mut log, CallWay::Incoming, "Jan", "1");
            assert_eq!(log.add(entry), None);
        }
        let more = entry(&mut log, CallWay::Incoming, "Jan", "1");
        assert_eq!(log.add(more), Some(LogId(1)));
        assert_eq!(log.view(&LogLook::default()).total, u32::try_from(KEPT).unwrap());
    }

    #[test]
    fn every_call_of_a_full_log_can_be_reached() {
        let mut log = CallLog::default();
        for number in 1..=KEPT {
            let entry = entry(&mut log, CallWay::Incoming, "Jan", &number.to_string());
            log.add(entry);
        }
        let rows = |first| log.view(&LogLook { first, count: 60, ..LogLook::default() }).entries;
        assert_eq!(rows(0).first().unwrap().number, "4000");
        assert_eq!(rows(3_990).iter().map(|entry| entry.number.as_str()).next_back(), Some("1"));
        assert_eq!((rows(1_000).len(), rows(3_990).len(), rows(4_000).len()), (60, 10, 0));
        assert_eq!(log.csv(&LogLook::default()).lines().count(), KEPT + 1);
    }

    #[test]
    fn what_was_kept_comes_before_what_was_logged_since_and_numbers_go_on() {
        let mut before = CallLog::default();
        let kept: Vec<_> =
            ["a", "b"].iter().map(|name| entry(&mut before, CallWay::Incoming, name, "1")).collect();
        let mut log = CallLog::default();
        log.restore(vec![kept[1].clone(), kept[0].clone()]);
        let next = entry(&mut log, CallWay::Incoming, "c", "1");
        assert_eq!(next.id, LogId(3));
        log.add(next);
        let all = LogLook { count: 10, ..LogLook::default() };
        let names: Vec<_> = log.view(&all).entries.iter().map(|e| e.name.clone()).collect();
        assert_eq!(names, ["c", "b", "a"]);
    }

    #[test]
    fn the_redial_list_has_each_number_once_and_no_callers() {
        let mut log = CallLog::default();
        for (way, number) in [
            (CallWay::Outgoing, "204"),
            (CallWay::Outgoing, "205"),
            (CallWay::Incoming, "206"),
            (CallWay::Outgoing, "204"),
        ] {
            let entry = entry(&mut log, way, "", number);
            log.add(entry);
        }
        let numbers: Vec<_> = log.redial().iter().map(|redial| redial.number.as_str()).collect();
        assert_eq!(numbers, ["204", "205"]);
    }

    #[test]
    fn every_word_must_be_found_somewhere() {
        let mut log = CallLog::default();
        let jan = entry(&mut log, CallWay::Incoming, "Jan Müller", "+44 20 7946 0999");
        log.add(jan);
        let total = |query: &str| log.view(&LogLook { query: query.into(), ..LogLook::default() }).total;
        assert_eq!((total("muller"), total("jan 7946"), total("jan 205")), (1, 1, 0));
    }
}
