//! The numbers of a directory, packed so that looking for digits anywhere in all of them takes a moment.
//!
//! A number of up to 16 signs is one `u64`, four bits a sign. A few arithmetic steps tell for all 16 places at once whether a
//! wanted sign stands there.

use super::slot_set::SlotSet;

const PLACES: usize = 16;
/// Behind the end of a number.
const NOTHING: u64 = 0xf;
const EVERY_PLACE: u64 = 0x1111_1111_1111_1111;

/// Numbers in canonical form, with the slots that have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    packed: Vec<u64>,
    slots: Vec<u32>,
    /// Those that do not fit; rare.
    long: Vec<(String, u32)>,
}

impl Numbers {
    pub(super) fn add(&mut self, number: String, slot: u32) {
        match pack(&number) {
            Some(packed) => {
                self.packed.push(packed);
                self.slots.push(slot);
            }
            None => self.long.push((number, slot)),
        }
    }

    /// Adds the slots of all numbers that have `digits` in them.
    pub(super) fn find(&self, digits: &str, found: &mut SlotSet) {
        for (number, slot) in &self.long {
            if number.contains(digits) {
                found.insert(*slot);
            }
        }
        let Some(signs) = digits.bytes().map(sign).collect::<Option<Vec<_>>>() else { return };
        if signs.len() > PLACES {
            return;
        }
        // A `+` stands in front or nowhere.
        if let Some(wanted) = pack(digits).filter(|_| digits.starts_with('+')) {
            let compared =
                u64::MAX.checked_shr(u32::try_from((PLACES - signs.len()) * 4).unwrap_or(0)).unwrap_or(0);
            for (&number, &slot) in self.packed.iter().zip(&self.slots) {
                if (number ^ wanted) & compared == 0 {
                    found.insert(slot);
                }
            }
            return;
        }
        let patterns: Vec<u64> = signs.iter().map(|sign| sign * EVERY_PLACE).collect();
        for (&number, &slot) in self.packed.iter().zip(&self.slots) {
            let mut begins = u64::MAX;
            for (&pattern, shift) in patterns.iter().zip((0..).step_by(4)) {
                begins &= equal_places(number, pattern) >> shift;
                if begins == 0 {
                    break;
                }
            }
            if begins != 0 {
                found.insert(slot);
            }
        }
    }
}

/// The number with its first sign in the lowest four bits.
fn pack(number: &str) -> Option<u64> {
    let mut packed = 0;
    let mut places = 0;
    for byte in number.bytes() {
        packed |= sign(byte)?.checked_shl(places)?;
        places += 4;
    }
    let behind = (NOTHING * EVERY_PLACE).checked_shl(places).unwrap_or(0);
    Some(packed | behind)
}

fn sign(byte: u8) -> Option<u64> {
    match byte {
        b'0'..=b'9' => Some(u64::from(byte - b'0')),
        b'+' => Some(0xa),
        b'*' => Some(0xb),
        b'#' => Some(0xc),
        _ => None,
    }
}

/// The highest bit of each place at which both have the same sign.
fn equal_places(number: u64, pattern: u64) -> u64 {
    const LOW_BITS: u64 = 0x7 * EVERY_PLACE;
    let difference = number ^ pattern;
    // Adding 7 to the low three bits of a place carries into its highest bit unless they are all zero, and never further.
    !(((difference & LOW_BITS) + LOW_BITS) | difference | LOW_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_found_wherever_they_stand() {
        let numbers =
            ["+442079460533", "204", "*43", "+12025550133", "1234567890123456", "12345678901234567", "0"];
        let needles = [
            "2",
            "0",
            "+44",
            "4420",
            "0533",
            "204",
            "3",
            "*4",
            "*43",
            "#",
            "234567890123456",
            "5678901234567",
            "00",
            "+",
        ];
        let mut index = Numbers::default();
        for (number, slot) in numbers.iter().zip(0..) {
            index.add((*number).to_owned(), slot);
        }
        for needle in needles {
            let mut found = SlotSet::new(numbers.len());
            index.find(needle, &mut found);
            for (number, slot) in numbers.iter().zip(0..) {
                assert_eq!(found.contains(slot), number.contains(needle), "{needle} in {number}");
            }
        }
    }

    #[test]
    fn what_stands_behind_a_number_is_never_found() {
        assert_eq!(NOTHING, pack("").unwrap() & 0xf);
        assert!((b'0'..=b'9').chain(*b"+*#").all(|byte| sign(byte) != Some(NOTHING)));
    }
}
