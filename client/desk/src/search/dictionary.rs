//! The distinct words of a directory, and who has them.
//!
//! A hundred thousand contacts share a few ten thousand names, so looking through the distinct words and joining their owners
//! is far less work than looking through the contacts.

use memchr::memmem;

use super::slot_set::SlotSet;

/// Between words; no folded text holds it.
const SEPARATOR: u8 = 0;

/// Distinct words with the slots that have them. Made by [`Collector`].
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    /// The words one after the other, a separator behind each.
    text: Vec<u8>,
    /// Where each word ends in `text`, separator included.
    ends: Vec<u32>,
    /// Where each word's slots end in `owners`.
    owner_ends: Vec<u32>,
    owners: Vec<u32>,
    last: Search,
}

/// What was looked for last, and every place where it stands with the number of the word there. One key later most of the
/// work is done already.
#[derive(Clone, Debug, Default)]
struct Search {
    needle: Vec<u8>,
    places: Vec<(u32, u32)>,
}

impl Dictionary {
    /// Adds the slots of all words that have `needle` in them.
    pub(super) fn find(&mut self, needle: &[u8], found: &mut SlotSet) {
        match needle.strip_prefix(self.last.needle.as_slice()) {
            Some(added) if !self.last.needle.is_empty() => self.narrow(added),
            _ => self.search(needle),
        }
        let mut done = None;
        for &(_, word) in &self.last.places {
            if done.replace(word) != Some(word) {
                for &slot in self.owners_of(index(word)) {
                    found.insert(slot);
                }
            }
        }
    }

    /// Finds every place anew.
    fn search(&mut self, needle: &[u8]) {
        self.last.needle = needle.to_vec();
        self.last.places.clear();
        let mut word = 0;
        let mut from = 0;
        let finder = memmem::Finder::new(needle);
        while let Some(hit) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let place = from + hit;
            word += ends_before(self.ends.get(word..).unwrap_or_default(), place);
            self.last.places.push((small(place), small(word)));
            // An occurrence may begin within another one.
            from = place + 1;
        }
    }

    /// Keeps the places where more text follows.
    fn narrow(&mut self, added: &[u8]) {
        let Self { text, last: Search { needle, places }, .. } = self;
        places.retain(|&(place, _)| {
            text.get(index(place) + needle.len()..).is_some_and(|rest| rest.starts_with(added))
        });
        needle.extend_from_slice(added);
    }

    fn owners_of(&self, word: usize) -> &[u32] {
        let begin =
            word.checked_sub(1).and_then(|before| self.owner_ends.get(before)).map_or(0, |&end| index(end));
        let end = self.owner_ends.get(word).map_or(0, |&end| index(end));
        self.owners.get(begin..end).unwrap_or_default()
    }
}

/// How many of the ascending `ends` are not beyond `place`. The answer is mostly near, so the steps grow from small.
fn ends_before(ends: &[u32], place: usize) -> usize {
    let beyond = |end: &u32| index(*end) > place;
    let mut step = 1;
    while ends.get(step).is_some_and(|end| !beyond(end)) {
        step *= 2;
    }
    let low = step / 2;
    let near = ends.get(low..ends.len().min(step + 1)).unwrap_or_default();
    low + near.partition_point(|end| !beyond(end))
}

/// Collects the words of one contact after the other.
#[derive(Debug)]
pub(super) struct Collector {
    text: Vec<u8>,
    words: Vec<Collected>,
    /// Open addressing: a word's number plus one, at the place that its hash names or behind it; 0 is free.
    table: Vec<u32>,
    /// Word and slot, in the order of the slots.
    pairs: Vec<(u32, u32)>,
}

/// All that is looked at when a word is met again, side by side.
#[derive(Clone, Copy, Debug)]
struct Collected {
    begin: u32,
    /// Where it ends in the text, without separator.
    end: u32,
    /// The slot that had it last: a contact owns a word once however often it says it.
    last_owner: u32,
    owners: u32,
}

impl Collector {
    pub(super) fn new() -> Self {
        Self { text: Vec::new(), words: Vec::new(), table: vec![0; 1 << 12], pairs: Vec::new() }
    }

    /// Notes that the contact in `slot` has this word.
    pub(super) fn add(&mut self, word: &[u8], slot: u32) {
        if self.words.len() * 2 > self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut place = hash(word) & mask;
        while let Some(number) = self.table.get(place).and_then(|taken| taken.checked_sub(1)) {
            if let Some(known) = self.words.get_mut(index(number))
                && self.text.get(index(known.begin)..index(known.end)) == Some(word)
            {
                if known.last_owner != slot {
                    known.last_owner = slot;
                    known.owners += 1;
                    self.pairs.push((number, slot));
                }
                return;
            }
            place = (place + 1) & mask;
        }
        self.add_new(word, slot, place);
    }

    pub(super) fn finish(self) -> Dictionary {
        let mut next = 0;
        let mut owner_ends = Vec::with_capacity(self.words.len());
        for word in &self.words {
            owner_ends.push(next);
            next += word.owners;
        }
        let mut owners = vec![0; self.pairs.len()];
        for (word, slot) in self.pairs {
            if let Some(place) = owner_ends.get_mut(index(word)) {
                if let Some(owner) = owners.get_mut(index(*place)) {
                    *owner = slot;
                }
                // In the end each place has moved behind its word's owners.
                *place += 1;
            }
        }
        let ends = self.words.iter().map(|word| word.end + 1).collect();
        Dictionary { text: self.text, ends, owner_ends, owners, last: Search::default() }
    }

    fn add_new(&mut self, word: &[u8], slot: u32, free: usize) {
        let begin = small(self.text.len());
        self.text.extend_from_slice(word);
        let end = small(self.text.len());
        self.text.push(SEPARATOR);
        let number = small(self.words.len());
        self.words.push(Collected { begin, end, last_owner: slot, owners: 1 });
        self.pairs.push((number, slot));
        if let Some(free) = self.table.get_mut(free) {
            *free = number + 1;
        }
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 4 - 1;
        let mut table = vec![0; mask + 1];
        for (number, word) in (1..).zip(&self.words) {
            let mut place =
                hash(self.text.get(index(word.begin)..index(word.end)).unwrap_or_default()) & mask;
            while table.get(place).is_some_and(|&taken| taken != 0) {
                place = (place + 1) & mask;
            }
            if let Some(free) = table.get_mut(place) {
                *free = number;
            }
        }
        self.table = table;
    }
}

/// Mixes eight bytes at a time. Nobody gains from making words collide but a slow import of their own file.
fn hash(word: &[u8]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, value: u64| (hash.rotate_left(23) ^ value).wrapping_mul(ODD);
    let (eights, rest) = word.as_chunks::<8>();
    let hash = eights.iter().fold(0, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    let hash = mix(hash, rest.iter().fold(1, |value, &byte| value << 8 | u64::from(byte)));
    index((hash >> 32) as u32)
}

fn small(place: usize) -> u32 {
    // Four thousand million bytes of words are more than the engine's memory can hold.
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn index(place: u32) -> usize {
    // Lossless: no target of ours has pointers under 32 bits.
    place as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_owner_of_a_word_with_the_needle_is_found_and_nobody_else(
            contacts in prop::collection::vec(prop::collection::vec("[ab]{1,9}", 0..6), 0..300),
            needle in "[ab]{1,5}",
        ) {
            let mut collector = Collector::new();
            for (slot, words) in (0..).zip(&contacts) {
                words.iter().for_each(|word| collector.add(word.as_bytes(), slot));
            }
            let mut dictionary = collector.finish();
            for typed in 1..=needle.len() {
                let needle = &needle[..typed];
                let mut found = SlotSet::new(contacts.len());
                dictionary.find(needle.as_bytes(), &mut found);
                for (slot, words) in (0..).zip(&contacts) {
                    prop_assert_eq!(found.contains(slot), words.iter().any(|word| word.contains(needle)), "{:?}", words);
                }
            }
        }
    }

    #[test]
    fn the_table_grows_with_the_words() {
        let words: Vec<String> = (0..20_000).map(|number| format!("word{number}")).collect();
        let mut collector = Collector::new();
        for _ in 0..2 {
            for (word, slot) in words.iter().zip(0..) {
                collector.add(word.as_bytes(), slot);
            }
        }
        let mut found = SlotSet::new(words.len());
        collector.finish().find(b"word1999", &mut found);
        assert_eq!(found.len(), 11);
    }
}
