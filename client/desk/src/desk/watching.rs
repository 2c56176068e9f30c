//! Watching colleagues: whose phones, what is told of them, what waits in the mailbox, and how others see the operator.
//!
//! What is told of a phone reaches pages as that phone's view alone. The desk is not saved for it: an engine that begins
//! again asks anew, in the subscriptions that were saved with the last call.

use std::collections::{BTreeMap, BTreeSet};

use cordboard_sip::package::{MessageSummary, OwnPresence, Package, Watched};
use cordboard_sip::{Instant, SubscriptionId, SubscriptionState, Urgency};
use cordboard_wire::Watch;
use serde::{Deserialize, Serialize};

use super::Desk;
use crate::phone::{News, Side, new_messages, rings};
use crate::watch_list::WatchList;
use crate::who::who;
use crate::{
    CanonicalNumber, Contact, ContactView, Delta, PageId, PhoneCallView, PhoneId, PhoneView, VoicemailView,
};

/// Calls of one phone that pages are told of, at most.
const CALLS: usize = 5;

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

    fn packages(&self) -> Vec<(Package, Side)> {
        let watch = self.shift.as_ref().map(|shift| shift.watch()).unwrap_or_default();
        let package = |watch: &Watch| match watch {
            Watch::Dialog => (Package::Dialog, Side::Dialogs),
            Watch::Presence => (Package::Presence, Side::Presence),
        };
        watch.iter().map(package).collect()
    }

    /// Brings who is watched to what the directories say.
    fn watch_directories(&mut self, now: Instant) {
        let mut wanted = BTreeMap::new();
        if !self.packages().is_empty() {
            for (directory, _, _) in self.directories.iter() {
                for (_, contact) in self.directories.contacts(directory) {
                    if let Some((number, address)) = self.to_watch(contact) {
                        wanted.entry(number).or_insert(address);
                    }
                }
            }
        }
        // Whoever is waited for is watched whatever becomes of the directory.
        let awaited = self.queue.awaited().into_iter().filter_map(|phone| self.watching.list.number(phone));
        let awaited: Vec<_> = awaited.cloned().collect();
        let numbers: BTreeSet<_> = wanted.keys().chain(&awaited).collect();
        let list = &mut self.watching.list;
        let ended = list.keep(&numbers);
        for (number, address) in wanted {
            if list.is_full() {
                break;
            }
            list.watch(now, number, address);
        }
        self.end_subscriptions(now, |_| ended);
    }

    /// The phone of a contact, if it is to be watched.
    fn to_watch(&self, contact: &Contact) -> Option<(CanonicalNumber, String)> {
        let numbering = self.directories.numbering();
        let dialable = numbering.clean(&contact.phone).ok().filter(|_| contact.presence)?;
        let number = numbering.canonical(&contact.phone);
        (!number.is_empty()).then(|| (number, dialable.as_str().to_owned()))
    }

    /// Gives contacts on a screen their phones; whoever was beyond the most that are watched is watched now.
    pub(super) fn watch_rows(&mut self, now: Instant, page: PageId, rows: &mut [ContactView]) {
        if self.packages().is_empty() {
            return;
        }
        let mut shown = BTreeSet::new();
        for row in rows {
            if let Some((number, address)) = self.to_watch(&row.contact) {
                let id = self.watching.list.watch(now, number, address);
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
        let packages = self.packages();
        if !self.line_side.is_started() || packages.is_empty() {
            return;
        }
        for (id, address) in self.watching.list.unasked() {
            let urgency = urgency(self.watching.list.is_on_screen(id));
            for (package, side) in &packages {
                if let Some(asked) = self.line_side.subscribe(now, *package, &address, urgency) {
                    self.watching.list.asked(id, *side, asked);
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
            // Rooms and lists are not asked for; only messages come unasked.
            (Watched::Conference(_) | Watched::List(_), _)
            | (Watched::Dialogs(_) | Watched::Presence(_), None) => {}
        }
    }

    /// Every phone that is watched, as painted.
    pub(super) fn phone_views(&self, now: Instant) -> Vec<PhoneView> {
        self.watching.list.ids().filter_map(|id| self.phone_view(now, id)).collect()
    }

    fn phone_view(&self, now: Instant, id: PhoneId) -> Option<PhoneView> {
        let phone = self.watching.list.get(id)?;
        let calls = phone.calls(now).take(CALLS).map(|(dialog, since)| {
            let remote = dialog.remote.clone().unwrap_or_default();
            let with = who(&remote, None, &self.directories);
            PhoneCallView { name: with.name, number: with.number, ringing: rings(dialog), since }
        });
        Some(PhoneView {
            id,
            standing: phone.standing(),
            since: phone.since(),
            freshness: phone.freshness(),
            waiting: self.queue.count(id),
            queues: self.would_queue(id),
            intercept: self.way_to_intercept(now, id).map(drop),
            calls: calls.collect(),
        })
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
