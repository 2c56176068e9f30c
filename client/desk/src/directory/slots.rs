//! The contacts of one directory, each in a slot that it keeps for life, so that indexes can name them by a small number.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::contact::{ContactId, ContactRef, PackedContact};

/// Contacts in ascending order of their ids. A removed contact leaves its slot empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    ids: Vec<ContactId>,
    contacts: Vec<Option<PackedContact>>,
    live: usize,
}

impl Slots {
    /// How many contacts there are.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// One more than the highest slot.
    pub(crate) fn bound(&self) -> usize {
        self.ids.len()
    }

    /// Adds a contact behind all others. Its id is higher than any before.
    pub(crate) fn push(&mut self, id: ContactId, contact: PackedContact) -> u32 {
        debug_assert!(self.ids.last().is_none_or(|&last| last < id), "ids only grow");
        let slot = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.push(id);
        self.contacts.push(Some(contact));
        self.live += 1;
        slot
    }

    /// Where a contact is, if it is here.
    pub(crate) fn slot_of(&self, id: ContactId) -> Option<u32> {
        let slot = u32::try_from(self.ids.binary_search(&id).ok()?).ok()?;
        self.get(slot).map(|_| slot)
    }

    /// What is in a slot.
    pub(crate) fn get(&self, slot: u32) -> Option<(ContactId, ContactRef<'_>)> {
        let slot = usize::try_from(slot).ok()?;
        let contact = self.contacts.get(slot)?.as_ref()?.contact()?;
        Some((*self.ids.get(slot)?, contact))
    }

    /// Puts another contact into a slot that is in use.
    pub(crate) fn replace(&mut self, slot: u32, contact: PackedContact) {
        if let Some(Some(place)) = usize::try_from(slot).ok().and_then(|slot| self.contacts.get_mut(slot)) {
            *place = contact;
        }
    }

    /// Empties a slot.
    pub(crate) fn remove(&mut self, slot: u32) -> Option<PackedContact> {
        let contact = self.contacts.get_mut(usize::try_from(slot).ok()?)?.take()?;
        self.live -= 1;
        Some(contact)
    }

    /// The same contacts without those whose ids are in a range.
    pub(crate) fn without(self, gone: &RangeInclusive<ContactId>) -> Self {
        let mut kept = Self::default();
        for (id, contact) in self.ids.into_iter().zip(self.contacts) {
            if let Some(contact) = contact.filter(|_| !gone.contains(&id)) {
                kept.push(id, contact);
            }
        }
        kept
    }

    /// Other contacts in their place. Those that are among them unchanged keep their ids; the rest get new ones.
    pub(crate) fn refreshed(&self, contacts: Vec<PackedContact>, next: &mut u32) -> Self {
        let mut known: BTreeMap<&[u8], Vec<ContactId>> = BTreeMap::new();
        for (id, contact) in self.packed() {
            known.entry(contact.bytes()).or_default().push(id);
        }
        let mut new_ids = || {
            let id = ContactId(*next);
            *next = next.saturating_add(1);
            id
        };
        let kept =
            contacts.into_iter().map(|contact| (known.get_mut(contact.bytes()).and_then(Vec::pop), contact));
        let mut entries: Vec<_> =
            kept.map(|(id, contact)| (id.unwrap_or_else(&mut new_ids), contact)).collect();
        entries.sort_by_key(|&(id, _)| id);
        let mut refreshed = Self::default();
        for (id, contact) in entries {
            refreshed.push(id, contact);
        }
        refreshed
    }

    /// Every contact's id, ascending.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ContactId> {
        self.packed().map(|(id, _)| id)
    }

    /// Every contact as it is held.
    pub(crate) fn packed(&self) -> impl Iterator<Item = (ContactId, &PackedContact)> {
        self.ids.iter().zip(&self.contacts).filter_map(|(&id, contact)| Some((id, contact.as_ref()?)))
    }

    /// Every contact with its slot.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, ContactId, ContactRef<'_>)> {
        (0u32..)
            .zip(&self.ids)
            .zip(&self.contacts)
            .filter_map(|((slot, &id), contact)| Some((slot, id, contact.as_ref()?.contact()?)))
    }
}
