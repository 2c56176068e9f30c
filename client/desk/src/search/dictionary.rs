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
    /// Where each word's slots end in `slots`.
    owner_ends: Vec<u32>,
    owners: Vec<u32>,
}

impl Dictionary {
    /// Adds the slots of all words that have `needle` in them.
    pub(super) fn find(&self, needle: &[u8], found: &mut SlotSet) {
        let finder = memmem::Finder::new(needle);
        let mut word = 0;
        let mut from = 0;
        while let Some(hit) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let place = from + hit;
            word += ends_before(self.ends.get(word..).unwrap_or_default(), place);
            for &slot in self.owners_of(word) {
                found.insert(slot);
            }
            // Once is enough: go on behind the word.
            from = self.ends.get(word).map_or(self.text.len(), |&end| index(end));
            word += 1;
        }
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
    ends: Vec<u32>,
    /// Open addressing: a word's number plus one, at the place that its hash names or behind it; 0 is free.
    table: Vec<u32>,
    /// The slot that had each word last: a contact owns a word once however often it says it.
    last_owner: Vec<u32>,
    owner_count: Vec<u32>,
    pairs: Vec<(u32, u32)>,
}

impl Collector {
    pub(super) fn new() -> Self {
        Self {
            text: Vec::new(),
            ends: Vec::new(),
            table: vec![0; 1 << 12],
            last_owner: Vec::new(),
            owner_count: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Notes that the contact in `slot` has this word.
    pub(super) fn add(&mut self, word: &[u8], slot: u32) {
        let number = self.number_of(word);
        let place = index(number);
        let (Some(last), Some(count)) = (self.last_owner.get_mut(place), self.owner_count.get_mut(place))
        else {
            return;
        };
        if *count == 0 || *last != slot {
            *last = slot;
            *count += 1;
            self.pairs.push((number, slot));
        }
    }

    pub(super) fn finish(self) -> Dictionary {
        let mut next = 0;
        let mut places = Vec::with_capacity(self.owner_count.len());
        for count in &self.owner_count {
            places.push(next);
            next += count;
        }
        let mut owners = vec![0; self.pairs.len()];
        for (word, slot) in self.pairs {
            if let Some(place) = places.get_mut(index(word)) {
                if let Some(owner) = owners.get_mut(index(*place)) {
                    *owner = slot;
                }
                *place += 1;
            }
        }
        // Each place has moved to the end of its word's owners.
        Dictionary { text: self.text, ends: self.ends, owner_ends: places, owners }
    }

    /// The word's number, a new one if it is new.
    fn number_of(&mut self, word: &[u8]) -> u32 {
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut place = hash(word) & mask;
        loop {
            match self.table.get(place).copied().unwrap_or(0).checked_sub(1) {
                None => break,
                Some(number) if self.word(number) == word => return number,
                Some(_) => place = (place + 1) & mask,
            }
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.text.extend_from_slice(word);
        self.text.push(SEPARATOR);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.last_owner.push(0);
        self.owner_count.push(0);
        if let Some(free) = self.table.get_mut(place) {
            *free = number + 1;
        }
        number
    }

    fn word(&self, number: u32) -> &[u8] {
        let number = index(number);
        let begin =
            number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| index(end));
        let end = self.ends.get(number).map_or(0, |&end| index(end));
        self.text.get(begin..end.saturating_sub(1)).unwrap_or_default()
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 4 - 1;
        let mut table = vec![0; mask + 1];
        for number in 0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX) {
            let mut place = hash(self.word(number)) & mask;
            while table.get(place).is_some_and(|&taken| taken != 0) {
                place = (place + 1) & mask;
            }
            if let Some(free) = table.get_mut(place) {
                *free = number + 1;
            }
        }
        self.table = table;
    }
}

/// Mixes eight bytes at a time. Nobody gains from making words collide but a slow import of their own file.
fn hash(word: &[u8]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = 0u64;
    for chunk in word.chunks(8) {
        let value = chunk.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        hash = (hash.rotate_left(23) ^ value).wrapping_mul(ODD);
    }
    usize::try_from((hash ^ hash >> 32) & 0xffff_ffff).unwrap_or(0)
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
            needle in "[ab]{1,4}",
        ) {
            let mut collector = Collector::new();
            for (slot, words) in (0..).zip(&contacts) {
                words.iter().for_each(|word| collector.add(word.as_bytes(), slot));
            }
            let mut found = SlotSet::new(contacts.len());
            collector.finish().find(needle.as_bytes(), &mut found);
            for (slot, words) in (0..).zip(&contacts) {
                prop_assert_eq!(found.contains(slot), words.iter().any(|word| word.contains(&needle)), "{:?}", words);
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
