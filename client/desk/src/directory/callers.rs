//! Finds the contact that a number belongs to, among any number of contacts, before the phone rings twice.

use std::collections::BTreeSet;

use super::slots::Slots;
use crate::contact::ContactRef;
use crate::number::{CanonicalNumber, Numbering};

/// The contacts' numbers in canonical form. To stay small it holds a fingerprint of each; a hit is compared in full.
#[derive(Clone, Debug, Default)]
pub(super) struct Callers {
    numbers: BTreeSet<(u64, u32)>,
}

impl Callers {
    pub(super) fn new(contacts: &Slots, numbering: &Numbering) -> Self {
        let all = contacts.iter().flat_map(|(slot, _, contact)| {
            canonical_numbers(&contact, numbering).map(move |number| (fingerprint(&number), slot))
        });
        Self { numbers: all.collect() }
    }

    pub(super) fn insert(&mut self, slot: u32, contact: &ContactRef<'_>, numbering: &Numbering) {
        self.numbers.extend(canonical_numbers(contact, numbering).map(|number| (fingerprint(&number), slot)));
    }

    pub(super) fn remove(&mut self, slot: u32, contact: &ContactRef<'_>, numbering: &Numbering) {
        for number in canonical_numbers(contact, numbering) {
            self.numbers.remove(&(fingerprint(&number), slot));
        }
    }

    /// The oldest contact with this number.
    pub(super) fn find(
        &self,
        number: &CanonicalNumber,
        contacts: &Slots,
        numbering: &Numbering,
    ) -> Option<u32> {
        let mark = fingerprint(number);
        self.numbers.range((mark, 0)..=(mark, u32::MAX)).map(|&(_, slot)| slot).find(|&slot| {
            let contact = contacts.get(slot).map(|(_, contact)| contact);
            contact
                .is_some_and(|contact| canonical_numbers(&contact, numbering).any(|other| other == *number))
        })
    }
}

fn canonical_numbers(
    contact: &ContactRef<'_>,
    numbering: &Numbering,
) -> impl Iterator<Item = CanonicalNumber> + use<> {
    let numbers = contact.own_numbers().map(|number| numbering.canonical(number));
    numbers.into_iter().filter(|number| !number.is_empty())
}

/// FNV-1a, 64 bits.
fn fingerprint(number: &CanonicalNumber) -> u64 {
    let bytes = number.as_str().bytes();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
