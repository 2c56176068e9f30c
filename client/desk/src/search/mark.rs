//! Finds the letters of a text that a query matched, in the text as it is shown.

use std::ops::Range;

use super::fold::{fold, fold_char};
use crate::number::{digits, is_separator};

/// Where a text matches what was typed, as byte ranges of the text in ascending order, for marking the letters.
/// Ranges begin and end between characters and do not touch each other.
pub fn matched_ranges(text: &str, query: &str) -> Vec<Range<usize>> {
    let folded_query = fold(query);
    let letters = Traced::new(text, |c, put| fold_char(c, put));
    let number = Traced::new(text, |c, put| {
        if !is_separator(c) {
            put(c);
        }
    });
    let reads_as_number = digits(text).is_some();
    let mut ranges = Vec::new();
    for word in folded_query.split(' ').filter(|word| !word.is_empty()) {
        letters.find(word, &mut ranges);
        if reads_as_number && let Some(digits) = digits(word) {
            // The same number is shown with a country code here and typed with a trunk prefix there.
            let without_prefix = digits.trim_start_matches(['+', '0']);
            let needles = [digits.as_str(), without_prefix];
            needles.into_iter().find(|needle| !needle.is_empty() && number.find(needle, &mut ranges));
        }
    }
    joined(ranges)
}

/// A rewritten text, with the place in the original that each of its bytes came from.
struct Traced {
    text: String,
    origin: Vec<Range<usize>>,
}

impl Traced {
    fn new(original: &str, rewrite: impl Fn(char, &mut dyn FnMut(char))) -> Self {
        let mut traced =
            Self { text: String::with_capacity(original.len()), origin: Vec::with_capacity(original.len()) };
        for (at, c) in original.char_indices() {
            let before = traced.text.len();
            rewrite(c, &mut |rewritten| {
                traced.text.push(rewritten);
                traced.origin.resize(traced.text.len(), at..at + c.len_utf8());
            });
            // A combining accent belongs to the letter before it.
            if traced.text.len() == before
                && let Some(last) = traced.origin.last_mut()
                && last.end == at
                && !is_separator(c)
            {
                last.end = at + c.len_utf8();
            }
        }
        traced
    }

    /// Adds the original place of each occurrence; false if there is none.
    fn find(&self, needle: &str, ranges: &mut Vec<Range<usize>>) -> bool {
        let before = ranges.len();
        for (at, found) in self.text.match_indices(needle) {
            let first = self.origin.get(at);
            let last = self.origin.get((at + found.len()).saturating_sub(1));
            if let (Some(first), Some(last)) = (first, last) {
                ranges.push(first.start..last.end);
            }
        }
        ranges.len() > before
    }
}

/// Sorts ranges and joins those that overlap or touch.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(text: &str, query: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        for range in matched_ranges(text, query) {
            out += &format!("{}[{}]", &text[at..range.start], &text[range.clone()]);
            at = range.end;
        }
        out + &text[at..]
    }

    #[test]
    fn the_letters_that_matched_are_marked_in_the_original() {
        let table = [
            ("Grace Okafor", "oka gr", "[Gr]ace [Oka]for"),
            ("Éloïse", "eloi", "[Éloï]se"),
            ("Straße 5", "strass", "[Straß]e 5"),
            ("Straße 5", "ras", "St[raß]e 5"),
            ("e\u{301}te\u{301}", "ete", "[e\u{301}te\u{301}]"),
            ("+44 20 7946 0533", "79460", "+44 20 [7946 0]533"),
            ("+44 20 7946 0533", "020 7946", "+44 [20] [7946] 0533"),
            ("020 7946 0533", "+4420", "020 7946 0533"),
            ("Room 20-7", "207", "Room 20-7"),
            ("Anna Banana", "an", "[An]na B[anan]a"),
            ("Łódź", "odz", "Ł[ódź]"),
            ("nobody", "x", "nobody"),
            ("all of it", "", "all of it"),
        ];
        for (text, query, expected) in table {
            assert_eq!(marked(text, query), expected, "{query} in {text}");
        }
    }

    proptest! {
        #[test]
        fn marks_lie_between_characters_and_miss_nothing(
            text in "[aAéßŁ 0-2+().\u{301}-]{0,12}|\\PC{0,8}",
            query in "[aeßl0-2+ ]{0,4}|\\PC{0,3}",
        ) {
            let ranges = matched_ranges(&text, &query);
            prop_assert!(ranges.iter().all(|range| range.start < range.end && text.get(range.clone()).is_some()), "{:?}", ranges);
            prop_assert!(ranges.is_sorted_by(|before, after| before.end < after.start), "{:?}", ranges);
            let folded = fold(&text);
            for word in fold(&query).split(' ').filter(|word| folded.contains(word)) {
                prop_assert!(word.is_empty() || !ranges.is_empty(), "{:?}", word);
            }
        }
    }
}
