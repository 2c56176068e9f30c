//! The search index of one directory. It answers exactly what [`Query::matches`] would, a thousand times faster.
//!
//! A query's word has no blanks, so it can only be found within one blank-separated token of a field; a word of letters only,
//! within one run of letters. Hence two dictionaries: of all runs of letters or digits, and of the few tokens that are more
//! than one run (`o'brien`, `grace.okafor@example.com`). Numbers are kept apart, packed.
//!
//! Contacts that have changed since the index was made are few; they are looked at one by one.

use std::collections::{BTreeSet, VecDeque};

use super::dictionary::{Collector, Dictionary};
use super::fold::fold_into;
use super::numbers::Numbers;
use super::query::{Query, Word, read_contact};
use super::slot_set::SlotSet;
use crate::contact::ContactRef;
use crate::number::Numbering;

/// After this many changes it is cheaper to make the index anew.
const MOST_CHANGES: usize = 512;

/// How many words are remembered with what they matched.
const MOST_RECENT: usize = 8;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchIndex {
    bound: usize,
    everybody: SlotSet,
    runs: Dictionary,
    tokens: Dictionary,
    numbers: Numbers,
    /// Which letters and digits the texts of each slot have, one bit each.
    signs: Vec<u64>,
    changed: BTreeSet<u32>,
    /// What the last words matched: while a query grows, all of its words but the last stay the same.
    recent: VecDeque<(Word, SlotSet)>,
}

impl SearchIndex {
    /// Reads all contacts.
    pub(crate) fn new<'a>(
        bound: usize,
        contacts: impl Iterator<Item = (u32, ContactRef<'a>)>,
        numbering: &Numbering,
    ) -> Self {
        let mut index =
            Self { bound, everybody: SlotSet::new(bound), signs: vec![0; bound], ..Self::default() };
        let (mut runs, mut tokens) = (Collector::new(), Collector::new());
        let mut text = String::new();
        for (slot, contact) in contacts {
            text.clear();
            let number = |number| index.numbers.add(number, slot);
            let field = |field: &str| {
                if !field.is_empty() {
                    fold_into(&mut text, field);
                    text.push(' ');
                }
            };
            read_contact(&contact, numbering, field, number);
            let mut signs = 0;
            for token in text.as_bytes().split(|&byte| byte == b' ').filter(|token| !token.is_empty()) {
                signs |= token.iter().fold(0, |signs, &byte| signs | sign(byte));
                if is_one_run(token) {
                    runs.add(token, slot);
                } else {
                    tokens.add(token, slot);
                    let parts = token.chunk_by(|a, b| Kind::of(*a) == Kind::of(*b));
                    parts.filter(|part| is_one_run(part)).for_each(|run| runs.add(run, slot));
                }
            }
            if let Some(place) = index.signs.get_mut(slot as usize) {
                *place = signs;
            }
            index.everybody.insert(slot);
        }
        index.runs = runs.finish();
        index.tokens = tokens.finish();
        index
    }

    /// Notes that a contact has come, gone or changed.
    pub(crate) fn touch(&mut self, slot: u32) {
        self.changed.insert(slot);
    }

    /// True when so much has changed that the index should be made anew.
    pub(crate) fn is_worn(&self) -> bool {
        self.changed.len() > MOST_CHANGES
    }

    /// The slots that match. `contact` tells what is in a slot now.
    pub(crate) fn find<'a>(
        &mut self,
        query: &Query,
        numbering: &Numbering,
        contact: impl Fn(u32) -> Option<ContactRef<'a>>,
    ) -> SlotSet {
        let mut found = self.everybody.clone();
        for word in &query.words {
            self.recall(word);
            if let Some((_, matched)) = self.recent.front() {
                found.intersect(matched);
            }
        }
        for &slot in &self.changed {
            if contact(slot).is_some_and(|contact| query.matches(&contact, numbering)) {
                found.insert(slot);
            } else {
                found.remove(slot);
            }
        }
        found
    }

    /// Brings a word and what it matches to the front of the recent ones.
    fn recall(&mut self, word: &Word) {
        let known =
            self.recent.iter().position(|(recent, _)| recent == word).and_then(|at| self.recent.remove(at));
        let remembered = known.unwrap_or_else(|| (word.clone(), self.find_word(word)));
        self.recent.truncate(MOST_RECENT - 1);
        self.recent.push_front(remembered);
    }

    fn find_word(&mut self, word: &Word) -> SlotSet {
        let mut found = SlotSet::new(self.bound);
        let text = word.text.as_bytes();
        match *text {
            [byte] if sign(byte) != 0 => {
                for (slot, signs) in (0u32..).zip(&self.signs) {
                    if signs & sign(byte) != 0 {
                        found.insert(slot);
                    }
                }
            }
            _ if is_one_run(text) => self.runs.find(text, &mut found),
            _ => self.tokens.find(text, &mut found),
        }
        for digits in &word.numbers {
            self.numbers.find(digits, &mut found);
        }
        found
    }
}

/// What a byte of folded text is part of. Beyond ASCII everything counts as a letter, in texts and queries alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Other,
}

impl Kind {
    fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' | 0x80.. => Self::Letter,
            b'0'..=b'9' => Self::Digit,
            _ => Self::Other,
        }
    }
}

fn is_one_run(text: &[u8]) -> bool {
    let kind = text.first().map_or(Kind::Other, |&byte| Kind::of(byte));
    kind != Kind::Other && text.iter().all(|&byte| Kind::of(byte) == kind)
}

/// One bit for each ASCII letter and digit; none for other signs.
fn sign(byte: u8) -> u64 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'0'..=b'9' => 1 << (byte - b'0' + 26),
        _ => 0,
    }
}
