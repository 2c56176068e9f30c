//! Watching colleagues: whose phones, what is told of them, what waits in the mailbox, and how others see the operator.
//!
//! What is told of a phone reaches pages as that phone's view alone. The desk is not saved for it: an engine that begins
//! again asks anew, in the subscriptions that were saved with the last call.

use std::collections::{BTreeMap, BTreeSet};

use cordboard_sip::package::{DialogState, MessageSummary, OwnPresence, Package, Watched};
use cordboard_sip::{Instant, Party, SubscriptionId, SubscriptionState, Urgency};
use cordboard_wire::Watch;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::shift::Shift;
use crate::phone::{Kind, News, Phone, Side, new_messages, rings};
use crate::watch_list::WatchList;
use crate::who::{called, who};
use crate::{
    CanonicalNumber, ContactRef, ContactView, Delta, PageId, PhoneCallView, PhoneId, PhoneView, PlaceView,
    VoicemailView,
};

/// Calls of one phone that pages are told of, at most.
const CALLS: usize = 5;
/// People in one room whom pages are told by name, at most.
const PEOPLE: usize = 50;

/// What the desk watches.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Watching {
    pub list: WatchList,
    /// What asks for waiting messages.
    mailbox: Option<SubscriptionId>,
    /// What waits.
    messages: Option<MessageSummary>,
    /// The directories may name others than are watched.
    #[serde(skip)]
    pub outdated: bool,
}

impl Desk {
    /// Asks for whom is to be watched, and tells pages what has changed about phones.
    pub(super) fn settle_watching(&mut self, now: Instant) {
        self.publish_own_presence(now);
        if std::mem::take(&mut self.watching.outdated) {
            self.watch_directories(now);
            self.watch_mailbox(now);
        }
        let awaited = self.queue.awaited();
        self.end_subscriptions(now, |list| list.trim(&awaited));
        self.ask_for_phones(now);
        for (subscription, visible) in self.watching.list.urgency_changes(&awaited) {
            self.line_side.set_urgency(subscription, urgency(visible));
        }
        // What has just been asked goes out now.
        self.listen_to_line(now);
        self.paint_phones(now);
    }

    fn paint_phones(&mut self, now: Instant) {
        let gone = self.watching.list.take_gone();
        if !gone.is_empty() {
            self.tell_all(Delta::PhonesGone(gone));
        }
        let changed = self.watching.list.take_changed();
        if !changed.is_empty() && !self.pages.is_empty() {
            let views = changed.into_iter().filter_map(|id| self.phone_view(now, id)).collect();
            self.tell_all(Delta::Phones(views));
        }
    }

    /// The account is another one, or none.
    pub(super) fn watch_nobody(&mut self) {
        self.watching.list.start_over();
        self.watching.mailbox = None;
        self.watching.messages = None;
        self.watching.outdated = true;
        // Phones have other ids from now on.
        self.changed.extend(self.directories.iter().map(|(id, _, _)| id));
    }

    /// Other things are to be watched of the same phones.
    pub(super) fn watch_otherwise(&mut self, now: Instant) {
        self.end_subscriptions(now, |list| list.ask_anew(now));
        self.watching.outdated = true;
        // Contacts have phones only where something is watched of them.
        self.changed.extend(self.directories.iter().map(|(id, _, _)| id));
    }

    /// What is asked of the telephone system about somebody or something of this kind.
    fn packages(&self, kind: Kind) -> Vec<(Package, Side)> {
        let watch = self.shift.as_ref().map(|shift| shift.watch()).unwrap_or_default();
        let package = |watch: &Watch| match watch {
            Watch::Dialog => (Package::Dialog, Side::Dialogs),
            Watch::Presence => (Package::Presence, Side::Presence),
        };
        match kind {
            Kind::Phone => watch.iter().map(package).collect(),
            // Places have calls, and nobody who is present.
            Kind::Parking => watch.iter().filter(|watch| **watch == Watch::Dialog).map(package).collect(),
            Kind::Room => vec![(Package::Conference, Side::Room)],
        }
    }

    /// Something of somebody is watched at all.
    fn watches(&self) -> bool {
        self.shift.as_ref().is_some_and(|shift| !shift.watch().is_empty() || shift.has_places())
    }

    /// Brings who is watched to what the directories say.
    fn watch_directories(&mut self, now: Instant) {
        let mut wanted = BTreeMap::new();
        // Whoever parks a call wants a free place, in a directory or not.
        let places = self.shift.as_ref().map(Shift::parking).unwrap_or_default();
        if !self.packages(Kind::Parking).is_empty() {
            let numbering = self.directories.numbering();
            wanted.extend(places.iter().map(|place| (numbering.canonical(place), place.clone())));
        }
        if self.watches() {
            for (directory, _, _) in self.directories.iter() {
                for (_, contact) in self.directories.contacts(directory) {
                    if let Some((number, address)) = self.to_watch(&contact) {
                        wanted.entry(number).or_insert(address);
                    }
                }
            }
        }
        // Whoever is waited for is watched whatever becomes of the directory.
        let awaited = self.queue.awaited().into_iter().filter_map(|phone| self.watching.list.number(phone));
        let awaited: Vec<_> = awaited.cloned().collect();
        let shift = self.shift.as_ref();
        let list = &mut self.watching.list;
        let ended = list.keep(|number| wanted.contains_key(number) || awaited.contains(number));
        for (number, address) in wanted {
            if list.is_full() {
                break;
            }
            let kind = shift.map_or(Kind::Phone, |shift| shift.kind_of(&number));
            list.watch(now, number, address, kind);
        }
        self.end_subscriptions(now, |_| ended);
    }

    /// The phone of a contact, if it is to be watched.
    fn to_watch(&self, contact: &ContactRef<'_>) -> Option<(CanonicalNumber, String)> {
        let numbering = self.directories.numbering();
        let dialable = numbering.clean(contact.phone).ok().filter(|_| contact.presence)?;
        let number = numbering.canonical(contact.phone);
        let asked = !number.is_empty() && !self.packages(self.kind_of(&number)).is_empty();
        asked.then(|| (number, dialable.as_str().to_owned()))
    }

    fn kind_of(&self, number: &CanonicalNumber) -> Kind {
        self.shift.as_ref().map_or(Kind::Phone, |shift| shift.kind_of(number))
    }

    /// Gives contacts on a screen their phones; whoever was beyond the most that are watched is watched now.
    pub(super) fn watch_rows(&mut self, now: Instant, page: PageId, rows: &mut [ContactView]) {
        if !self.watches() {
            return;
        }
        let mut shown = BTreeSet::new();
        for row in rows {
            if let Some((number, address)) = self.to_watch(&row.contact.borrowed()) {
                let kind = self.kind_of(&number);
                let id = self.watching.list.watch(now, number, address, kind);
                row.phone = Some(id);
                shown.insert(id);
            }
        }
        self.watching.list.show(page, shown);
    }

    /// The phone with this number, if it is watched.
    pub(super) fn phone_numbered(&self, number: &str) -> Option<PhoneId> {
        self.watching.list.numbered(&self.directories.numbering().canonical(number))
    }

    fn ask_for_phones(&mut self, now: Instant) {
        if !self.line_side.is_started() || !self.watches() {
            return;
        }
        for (id, address, kind) in self.watching.list.unasked() {
            let urgency = urgency(self.watching.list.is_on_screen(id));
            for (package, side) in self.packages(kind) {
                if let Some(asked) = self.line_side.subscribe(now, package, &address, urgency) {
                    self.watching.list.asked(id, side, asked);
                }
            }
        }
    }

    fn end_subscriptions(&mut self, now: Instant, ended: impl FnOnce(&mut WatchList) -> Vec<SubscriptionId>) {
        for subscription in ended(&mut self.watching.list) {
            self.line_side.unsubscribe(now, subscription);
        }
    }

    fn watch_mailbox(&mut self, now: Instant) {
        let Some(shift) = &self.shift else { return };
        if shift.voicemail().is_empty() {
            if let Some(mailbox) = self.watching.mailbox.take() {
                self.watching.messages = None;
                self.line_side.unsubscribe(now, mailbox);
            }
            return;
        }
        if self.watching.mailbox.is_some() {
            return;
        }
        let address = shift.own_address();
        self.watching.mailbox =
            self.line_side.subscribe(now, Package::MessageSummary, &address, Urgency::Visible);
    }

    /// A subscription stands otherwise than before.
    pub(super) fn subscription_changed(
        &mut self,
        now: Instant,
        subscription: SubscriptionId,
        state: &SubscriptionState,
    ) {
        let list = &mut self.watching.list;
        match state {
            SubscriptionState::Active | SubscriptionState::Settled => list.trust(now, subscription),
            SubscriptionState::Waiting | SubscriptionState::Pending => list.doubt(now, subscription),
            SubscriptionState::Failed { .. } | SubscriptionState::Ended => list.forget(now, subscription),
        }
    }

    /// There is news of somebody who is watched.
    pub(super) fn was_told(&mut self, now: Instant, subscription: Option<SubscriptionId>, state: Watched) {
        match (state, subscription) {
            (Watched::Messages(messages), _) => self.watching.messages = Some(messages),
            (Watched::Dialogs(dialogs), Some(subscription)) => {
                self.watching.list.learn(now, subscription, News::Dialogs(dialogs));
            }
            (Watched::Presence(presence), Some(subscription)) => {
                let news = News::Presence(presence.availability());
                self.watching.list.learn(now, subscription, news);
            }
            (Watched::Conference(room), Some(subscription)) => {
                self.watching.list.learn(now, subscription, News::Room(room));
            }
            // Lists are not asked for; only messages come unasked.
            (Watched::List(_), _)
            | (Watched::Dialogs(_) | Watched::Presence(_) | Watched::Conference(_), None) => {}
        }
    }

    /// Every phone that is watched, as painted.
    pub(super) fn phone_views(&self, now: Instant) -> Vec<PhoneView> {
        self.watching.list.ids().filter_map(|id| self.phone_view(now, id)).collect()
    }

    fn phone_view(&self, now: Instant, id: PhoneId) -> Option<PhoneView> {
        let phone = self.watching.list.get(id)?;
        let call = |with: Party, ringing, since| {
            let with = who(&with, None, &self.directories);
            PhoneCallView { name: with.name, number: with.number, ringing, since }
        };
        let calls = phone
            .calls(now)
            .take(CALLS)
            .map(|(dialog, since)| call(dialog.remote.clone().unwrap_or_default(), rings(dialog), since));
        let there = phone.people(now).take(PEOPLE).map(|person| call(person.party(), false, phone.since()));
        Some(PhoneView {
            id,
            standing: phone.standing(),
            since: phone.since(),
            freshness: phone.freshness(),
            waiting: self.queue.count(id),
            queues: self.would_queue(id),
            intercept: self.way_to_intercept(now, id).map(drop),
            place: self.place_view(now, phone),
            calls: calls.chain(there).collect(),
        })
    }

    fn place_view(&self, now: Instant, phone: &Phone) -> Option<PlaceView> {
        match phone.kind {
            Kind::Phone => None,
            Kind::Room => Some(PlaceView::Room { people: phone.head_count(now) }),
            Kind::Parking => {
                let by = phone.calls(now).find_map(|(dialog, _)| dialog.referred_by.clone());
                let by = by.map(|by| called(&who(&by, None, &self.directories)));
                Some(PlaceView::Parking { by: by.unwrap_or_default() })
            }
        }
    }

    /// Who waits at a parking place with this number, and the place.
    pub(super) fn parked_at(&self, now: Instant, number: &str) -> Option<(PhoneId, Party)> {
        let id = self.phone_numbered(number)?;
        let place = self.watching.list.get(id).filter(|place| place.kind == Kind::Parking)?;
        let (dialog, _) = place.calls(now).find(|(dialog, _)| dialog.state == DialogState::Confirmed)?;
        Some((id, dialog.remote.clone().unwrap_or_default()))
    }

    /// What waits in the voicemail box.
    pub(super) fn voicemail_view(&self) -> Option<VoicemailView> {
        let number = self.shift.as_ref().map(|shift| shift.voicemail().to_owned()).unwrap_or_default();
        let messages = self.watching.messages.as_ref();
        if number.is_empty() && messages.is_none() {
            return None;
        }
        let waiting = messages.is_some_and(|messages| messages.waiting);
        Some(VoicemailView { number, waiting, new: messages.and_then(new_messages) })
    }

    /// Others see what the operator does, where the account allows it.
    fn publish_own_presence(&mut self, now: Instant) {
        if !self.link.is_wanted() || !self.shift.as_ref().is_some_and(|shift| shift.publishes()) {
            return;
        }
        let presence = if self.do_not_disturb {
            OwnPresence::DoNotDisturb
        } else if self.calls.values().any(|call| call.is_alive() && call.answered_at.is_some()) {
            OwnPresence::OnThePhone
        } else {
            OwnPresence::Available
        };
        self.line_side.publish(now, Some(presence));
    }
}

fn urgency(visible: bool) -> Urgency {
    if visible { Urgency::Visible } else { Urgency::Later }
}
