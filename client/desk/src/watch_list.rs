//! Who is watched: one phone a number however many contacts have it, what asks the telephone system for it, and what
//! pages have not been told of yet.

use std::collections::{BTreeMap, BTreeSet};

use cordboard_sip::{Instant, SubscriptionId};
use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use crate::phone::{Kind, News, Phone, Side};
use crate::{CanonicalNumber, PageId, PhoneId};

/// Phones watched at most.
pub(crate) const MOST: usize = 1_000;

/// Every phone that is watched.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct WatchList {
    phones: BTreeMap<PhoneId, Box<Entry>>,
    by_number: BTreeMap<CanonicalNumber, PhoneId>,
    by_subscription: BTreeMap<SubscriptionId, (PhoneId, Side)>,
    next: u32,
    /// When phones stop being believed.
    due: BTreeSet<(Instant, PhoneId)>,
    /// What pages show.
    #[serde(skip)]
    on_screen: VecMap<PageId, BTreeSet<PhoneId>>,
    /// What was on some screen when the agent was last told.
    #[serde(skip)]
    urgent: BTreeSet<PhoneId>,
    /// What pages are to be told of.
    #[serde(skip)]
    changed: BTreeSet<PhoneId>,
    /// What pages are to forget.
    #[serde(skip)]
    gone: Vec<PhoneId>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    phone: Phone,
    number: CanonicalNumber,
    subscriptions: Vec<SubscriptionId>,
}

impl WatchList {
    /// Watches a phone from now on, if it is not watched yet. The subscriptions follow by [`WatchList::unasked`].
    pub(crate) fn watch(
        &mut self,
        now: Instant,
        number: CanonicalNumber,
        address: String,
        kind: Kind,
    ) -> PhoneId {
        if let Some(known) = self.by_number.get(&number).copied() {
            if let Some(entry) = self.phones.get_mut(&known) {
                entry.phone.kind = kind;
            }
            return known;
        }
        let id = PhoneId(self.next);
        self.next = self.next.wrapping_add(1);
        let phone = Phone::new(address, kind, now);
        self.by_number.insert(number.clone(), id);
        self.phones.insert(id, Box::new(Entry { phone, number, subscriptions: Vec::new() }));
        self.changed.insert(id);
        id
    }

    /// The phone with this number, if it is watched.
    pub(crate) fn numbered(&self, number: &CanonicalNumber) -> Option<PhoneId> {
        self.by_number.get(number).copied()
    }

    /// A phone that is watched.
    pub(crate) fn get(&self, id: PhoneId) -> Option<&Phone> {
        self.phones.get(&id).map(|entry| &entry.phone)
    }

    /// Every phone that is watched.
    pub(crate) fn ids(&self) -> impl Iterator<Item = PhoneId> {
        self.phones.keys().copied()
    }

    /// No more can be watched.
    pub(crate) fn is_full(&self) -> bool {
        self.phones.len() >= MOST
    }

    /// This page shows these phones now.
    pub(crate) fn show(&mut self, page: PageId, phones: BTreeSet<PhoneId>) {
        self.on_screen.insert(page, phones);
    }

    /// This page shows nothing any more.
    pub(crate) fn hide(&mut self, page: PageId) {
        self.on_screen.remove(&page);
    }

    /// Drops all but the numbers that are wanted. What asked for the others is to be ended.
    pub(crate) fn keep(&mut self, is_wanted: impl Fn(&CanonicalNumber) -> bool) -> Vec<SubscriptionId> {
        let dropped: Vec<_> =
            self.phones.iter().filter(|(_, entry)| !is_wanted(&entry.number)).map(|(id, _)| *id).collect();
        dropped.into_iter().flat_map(|id| self.drop_phone(id)).collect()
    }

    /// Drops the newest of those that nobody looks at or waits for, until there are no more than [`MOST`].
    pub(crate) fn trim(&mut self, awaited: &BTreeSet<PhoneId>) -> Vec<SubscriptionId> {
        let over = self.phones.len().saturating_sub(MOST);
        if over == 0 {
            return Vec::new();
        }
        let spare = |id: &&PhoneId| !self.is_on_screen(**id) && !awaited.contains(id);
        let dropped: Vec<_> = self.phones.keys().rev().filter(spare).take(over).copied().collect();
        dropped.into_iter().flat_map(|id| self.drop_phone(id)).collect()
    }

    fn drop_phone(&mut self, id: PhoneId) -> Vec<SubscriptionId> {
        let Some(entry) = self.phones.remove(&id) else { return Vec::new() };
        self.by_number.remove(&entry.number);
        self.urgent.remove(&id);
        self.changed.remove(&id);
        self.due.retain(|(_, due)| *due != id);
        self.gone.push(id);
        for subscription in &entry.subscriptions {
            self.by_subscription.remove(subscription);
        }
        entry.subscriptions
    }

    /// Phones that nobody has asked the telephone system for yet.
    pub(crate) fn unasked(&self) -> Vec<(PhoneId, String, Kind)> {
        let unasked = self.phones.iter().filter(|(_, entry)| entry.subscriptions.is_empty());
        unasked.map(|(id, entry)| (*id, entry.phone.address.clone(), entry.phone.kind)).collect()
    }

    /// Whoever is watched is to be asked for anew: nothing is known of them, and nothing asks. What asked until now is to
    /// be ended.
    pub(crate) fn ask_anew(&mut self, now: Instant) -> Vec<SubscriptionId> {
        let ended: Vec<_> = self.by_subscription.keys().copied().collect();
        for subscription in &ended {
            self.forget(now, *subscription);
        }
        self.by_subscription.clear();
        for entry in self.phones.values_mut() {
            entry.subscriptions.clear();
        }
        ended
    }

    /// The telephone system has been asked for a side of a phone.
    pub(crate) fn asked(&mut self, id: PhoneId, side: Side, subscription: SubscriptionId) {
        if let Some(entry) = self.phones.get_mut(&id) {
            entry.subscriptions.push(subscription);
            self.by_subscription.insert(subscription, (id, side));
        }
    }

    /// Those that have come onto a screen, or are awaited, or neither any more, since this was last asked; with what
    /// asks for them.
    pub(crate) fn urgency_changes(&mut self, awaited: &BTreeSet<PhoneId>) -> Vec<(SubscriptionId, bool)> {
        let wanted = self.on_screen.values().flatten().chain(awaited).copied();
        let mut urgent = BTreeSet::new();
        urgent.extend(wanted.filter(|id| self.phones.contains_key(id)));
        let changed: Vec<_> = urgent.symmetric_difference(&self.urgent).copied().collect();
        let subscriptions = |id: PhoneId| self.phones.get(&id).map(|entry| entry.subscriptions.as_slice());
        let told = changed.into_iter().flat_map(|id| {
            let visible = urgent.contains(&id);
            subscriptions(id).unwrap_or_default().iter().map(move |subscription| (*subscription, visible))
        });
        let told = told.collect();
        self.urgent = urgent;
        told
    }

    /// True if somebody looks at it.
    pub(crate) fn is_on_screen(&self, id: PhoneId) -> bool {
        self.on_screen.values().any(|phones| phones.contains(&id))
    }

    /// There is news of a phone.
    pub(crate) fn learn(&mut self, now: Instant, subscription: SubscriptionId, news: News) {
        self.happen(now, subscription, |phone, _| phone.learn(now, news));
    }

    /// The telephone system tells again.
    pub(crate) fn trust(&mut self, now: Instant, subscription: SubscriptionId) {
        self.happen(now, subscription, |phone, side| phone.trust(now, side));
    }

    /// The telephone system tells nothing for now.
    pub(crate) fn doubt(&mut self, now: Instant, subscription: SubscriptionId) {
        self.happen(now, subscription, |phone, side| phone.doubt(now, side));
    }

    /// The telephone system tells nothing any more.
    pub(crate) fn forget(&mut self, now: Instant, subscription: SubscriptionId) {
        self.happen(now, subscription, |phone, side| phone.forget(now, side));
    }

    fn happen(&mut self, now: Instant, subscription: SubscriptionId, happen: impl FnOnce(&mut Phone, Side)) {
        let Some((id, side)) = self.by_subscription.get(&subscription).copied() else { return };
        let Some(entry) = self.phones.get_mut(&id) else { return };
        happen(&mut entry.phone, side);
        if let Some(deadline) = entry.phone.deadline(now) {
            self.due.insert((deadline, id));
        }
        self.changed.insert(id);
    }

    /// When the next phone stops being believed.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Looks whose word is too old.
    pub(crate) fn look_at_clock(&mut self, now: Instant) {
        while let Some((at, id)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.remove(&(at, id));
            if let Some(entry) = self.phones.get_mut(&id) {
                entry.phone.settle(now);
                self.changed.insert(id);
            }
        }
    }

    /// Pages see something else of a phone than before.
    pub(crate) fn touch(&mut self, id: PhoneId) {
        if self.phones.contains_key(&id) {
            self.changed.insert(id);
        }
    }

    /// Pages may see something else of every phone than before.
    pub(crate) fn touch_all(&mut self) {
        self.changed.extend(self.phones.keys());
    }

    /// The number of a phone that is watched.
    pub(crate) fn number(&self, id: PhoneId) -> Option<&CanonicalNumber> {
        self.phones.get(&id).map(|entry| &entry.number)
    }

    /// Phones that pages are to be told of.
    pub(crate) fn changed(&self) -> impl Iterator<Item = PhoneId> {
        self.changed.iter().copied()
    }

    /// What pages are to be told of, once.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<PhoneId> {
        std::mem::take(&mut self.changed)
    }

    /// What pages are to forget, once.
    pub(crate) fn take_gone(&mut self) -> Vec<PhoneId> {
        std::mem::take(&mut self.gone)
    }

    /// The account is another one: nobody is watched with it yet.
    pub(crate) fn start_over(&mut self) {
        let all: Vec<_> = self.phones.keys().copied().collect();
        for id in all {
            self.drop_phone(id);
        }
    }
}
