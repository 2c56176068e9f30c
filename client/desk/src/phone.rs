//! One phone that is watched: what was told of it, how old that is, and what it all means in one word.
//!
//! Two packages may tell of one phone. Each is believed as long as it is fresh, and for a while longer; then the order
//! of [`Phone::standing`] decides between them.

use std::time::Duration;

use cordboard_sip::Instant;
use cordboard_sip::package::{
    Availability, Conference, ConferenceUser, DialogDirection, DialogInfo, DialogState, MessageSummary,
    WatchedDialog,
};
use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use crate::{Freshness, Standing};

/// How long what was told last is believed after nothing more can come.
pub(crate) const BELIEVED: Duration = Duration::from_secs(60);

/// Something told, and since when it may be old.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Told<T> {
    told: Option<T>,
    old_since: Option<Instant>,
}

impl<T> Default for Told<T> {
    fn default() -> Self {
        Self { told: None, old_since: None }
    }
}

impl<T> Told<T> {
    /// There is news.
    fn learn(&mut self, news: T) {
        *self = Self { told: Some(news), old_since: None };
    }

    /// What was told is how it is.
    fn trust(&mut self) {
        self.old_since = None;
    }

    /// Nothing more can come for now.
    fn doubt(&mut self, now: Instant) {
        if self.told.is_some() {
            self.old_since.get_or_insert(now);
        }
    }

    /// Nothing is known any more.
    fn forget(&mut self) {
        *self = Self::default();
    }

    /// When it stops being believed.
    fn believed_until(&self) -> Option<Instant> {
        self.old_since.map(|since| since + BELIEVED)
    }

    /// What is believed.
    fn get(&self, now: Instant) -> Option<&T> {
        self.told.as_ref().filter(|_| self.believed_until().is_none_or(|until| now < until))
    }
}

/// What has the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Somebody's phone.
    Phone,
    /// A conference room.
    Room,
    /// A parking place.
    Parking,
}

/// How what is known of one side of a phone changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Its calls, all of them.
    Dialogs(DialogInfo),
    /// Whether the person can be reached; `None` if that was not said.
    Presence(Option<Availability>),
    /// Who is in the room.
    Room(Conference),
}

/// One side of a phone, by what tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Side {
    /// Its calls.
    Dialogs,
    /// Its person.
    Presence,
    /// Who is in it, of a room.
    Room,
}

/// A phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Phone {
    /// Number or address, as it is called.
    pub address: String,
    pub kind: Kind,
    dialogs: Told<Vec<WatchedDialog>>,
    presence: Told<Availability>,
    room: Told<Conference>,
    /// When each call was first seen, by its id.
    seen: VecMap<String, Instant>,
    standing: Standing,
    since: Instant,
}

impl Phone {
    /// A phone of which nothing is known.
    pub(crate) fn new(address: String, kind: Kind, now: Instant) -> Self {
        Self {
            address,
            kind,
            dialogs: Told::default(),
            presence: Told::default(),
            room: Told::default(),
            seen: VecMap::new(),
            standing: Standing::Unknown,
            since: now,
        }
    }

    /// There is news of it.
    pub(crate) fn learn(&mut self, now: Instant, news: News) {
        match news {
            News::Dialogs(info) => {
                let before = std::mem::take(&mut self.seen);
                let since = |dialog: &WatchedDialog| {
                    let lasted = Duration::from_secs(dialog.duration.unwrap_or(0).into());
                    before.get(&dialog.id).copied().unwrap_or(now - lasted)
                };
                self.seen = info.dialogs.iter().map(|dialog| (dialog.id.clone(), since(dialog))).collect();
                self.dialogs.learn(info.dialogs);
            }
            News::Presence(Some(availability)) => self.presence.learn(availability),
            News::Presence(None) => self.presence.forget(),
            News::Room(room) => self.room.learn(room),
        }
        self.settle(now);
    }

    /// The telephone system tells again how it is.
    pub(crate) fn trust(&mut self, now: Instant, side: Side) {
        match side {
            Side::Dialogs => self.dialogs.trust(),
            Side::Presence => self.presence.trust(),
            Side::Room => self.room.trust(),
        }
        self.settle(now);
    }

    /// The telephone system tells nothing for now.
    pub(crate) fn doubt(&mut self, now: Instant, side: Side) {
        match side {
            Side::Dialogs => self.dialogs.doubt(now),
            Side::Presence => self.presence.doubt(now),
            Side::Room => self.room.doubt(now),
        }
    }

    /// The telephone system tells nothing any more.
    pub(crate) fn forget(&mut self, now: Instant, side: Side) {
        match side {
            Side::Dialogs => self.dialogs.forget(),
            Side::Presence => self.presence.forget(),
            Side::Room => self.room.forget(),
        }
        self.settle(now);
    }

    /// When what is known of it stops being believed.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let untils =
            [self.dialogs.believed_until(), self.presence.believed_until(), self.room.believed_until()];
        untils.into_iter().flatten().filter(|until| *until > now).min()
    }

    /// Looks again what it all means.
    pub(crate) fn settle(&mut self, now: Instant) {
        let standing = self.meaning(now);
        if standing != self.standing {
            self.standing = standing;
            // Nobody knows how it was after the last word.
            self.since = match self.old_since() {
                Some(old) if standing == Standing::Unknown => old,
                Some(_) | None => now,
            };
        }
    }

    /// What it all means: do not disturb before ringing before busy before away and offline before available.
    fn meaning(&self, now: Instant) -> Standing {
        let dialogs = self.dialogs.get(now);
        let presence = self.presence.get(now).copied();
        let any = |which: &dyn Fn(&WatchedDialog) -> bool| dialogs.is_some_and(|all| all.iter().any(which));
        match presence {
            Some(Availability::DoNotDisturb) => Standing::DoNotDisturb,
            _ if any(&rings) => Standing::Ringing,
            _ if any(&|_| true) => Standing::Busy,
            Some(Availability::OnThePhone | Availability::Busy) => Standing::Busy,
            Some(Availability::Away) => Standing::Away,
            Some(Availability::Offline) => Standing::Offline,
            Some(Availability::Available) => Standing::Available,
            // A room takes whoever calls, however many are in it.
            None if dialogs.is_some() || self.room.get(now).is_some() => Standing::Available,
            None => Standing::Unknown,
        }
    }

    /// What it all means, as of the last change.
    pub(crate) fn standing(&self) -> Standing {
        self.standing
    }

    /// Since when it is so.
    pub(crate) fn since(&self) -> Instant {
        self.since
    }

    fn old_since(&self) -> Option<Instant> {
        [self.dialogs.old_since, self.presence.old_since, self.room.old_since].into_iter().flatten().min()
    }

    /// How far what is known can be trusted.
    pub(crate) fn freshness(&self) -> Freshness {
        match self.old_since() {
            Some(since) => Freshness::Stale { since },
            None if self.dialogs.told.is_some()
                || self.presence.told.is_some()
                || self.room.told.is_some() =>
            {
                Freshness::Known
            }
            None => Freshness::Untold,
        }
    }

    /// Who is in it, of a room.
    pub(crate) fn people(&self, now: Instant) -> impl Iterator<Item = &ConferenceUser> {
        let users = self.room.get(now).map(|room| room.users.as_slice()).unwrap_or_default();
        users.iter().filter(|user| user.is_in())
    }

    /// How many are in it, of a room: not all need to be named.
    pub(crate) fn head_count(&self, now: Instant) -> u32 {
        let named = u32::try_from(self.people(now).count()).unwrap_or(u32::MAX);
        named.max(self.room.get(now).and_then(|room| room.user_count).unwrap_or(0))
    }

    /// Its calls, and since when each has been seen.
    pub(crate) fn calls(&self, now: Instant) -> impl Iterator<Item = (&WatchedDialog, Instant)> {
        let dialogs = self.dialogs.get(now).map(Vec::as_slice).unwrap_or_default();
        dialogs.iter().map(move |dialog| (dialog, self.seen.get(&dialog.id).copied().unwrap_or(now)))
    }
}

/// Somebody calls this phone, and it has not been answered.
pub(crate) fn rings(dialog: &WatchedDialog) -> bool {
    // Who calls is not rung; of some telephone systems nobody knows which of the two it is.
    dialog.state == DialogState::Early && dialog.direction != Some(DialogDirection::Initiator)
}

/// How many new messages wait; `None` if it is only told that some do.
pub(crate) fn new_messages(summary: &MessageSummary) -> Option<u32> {
    let voice = summary.voice().map(|counts| counts.new);
    voice.or((!summary.waiting).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(1_000 * seconds)
    }

    fn dialog(id: &str, state: DialogState, direction: Option<DialogDirection>) -> WatchedDialog {
        WatchedDialog {
            id: id.into(),
            state,
            direction,
            held: false,
            call_id: None,
            local_tag: None,
            remote_tag: None,
            local: None,
            remote: None,
            referred_by: None,
            duration: None,
            remote_target: None,
        }
    }

    fn calls(dialogs: &[WatchedDialog]) -> News {
        News::Dialogs(DialogInfo { entity: String::new(), dialogs: dialogs.to_vec() })
    }

    #[test]
    fn the_more_urgent_word_wins() {
        use Availability as A;
        let ringing = dialog("1", DialogState::Early, Some(DialogDirection::Recipient));
        let whose = dialog("1", DialogState::Early, None);
        let calling = dialog("1", DialogState::Early, Some(DialogDirection::Initiator));
        let talking = dialog("2", DialogState::Confirmed, None);
        let table = [
            (vec![], None, Standing::Available),
            (vec![ringing.clone()], None, Standing::Ringing),
            (vec![whose], None, Standing::Ringing),
            (vec![calling], None, Standing::Busy),
            (vec![talking.clone()], None, Standing::Busy),
            (vec![talking.clone(), ringing.clone()], None, Standing::Ringing),
            (vec![ringing.clone()], Some(A::DoNotDisturb), Standing::DoNotDisturb),
            (vec![ringing], Some(A::Away), Standing::Ringing),
            (vec![talking], Some(A::Offline), Standing::Busy),
            (vec![], Some(A::OnThePhone), Standing::Busy),
            (vec![], Some(A::Busy), Standing::Busy),
            (vec![], Some(A::Away), Standing::Away),
            (vec![], Some(A::Offline), Standing::Offline),
            (vec![], Some(A::Available), Standing::Available),
        ];
        for (dialogs, presence, standing) in table {
            let mut phone = Phone::new("204".into(), Kind::Phone, at(0));
            phone.learn(at(1), calls(&dialogs));
            phone.learn(at(1), News::Presence(presence));
            assert_eq!(phone.standing(), standing, "{dialogs:?} {presence:?}");
        }
    }

    #[test]
    fn what_was_told_is_believed_for_a_minute_after_the_last_word() {
        let mut phone = Phone::new("204".into(), Kind::Phone, at(0));
        assert_eq!((phone.standing(), phone.freshness()), (Standing::Unknown, Freshness::Untold));
        phone.learn(at(10), calls(&[dialog("1", DialogState::Confirmed, None)]));
        assert_eq!((phone.standing(), phone.since()), (Standing::Busy, at(10)));
        phone.doubt(at(100), Side::Dialogs);
        assert_eq!(phone.deadline(at(100)), Some(at(160)));
        phone.settle(at(159));
        assert_eq!(
            (phone.standing(), phone.freshness()),
            (Standing::Busy, Freshness::Stale { since: at(100) })
        );
        phone.settle(at(160));
        assert_eq!((phone.standing(), phone.since()), (Standing::Unknown, at(100)));
        assert_eq!(phone.deadline(at(160)), None);
        phone.learn(at(200), calls(&[]));
        assert_eq!(
            (phone.standing(), phone.since(), phone.freshness()),
            (Standing::Available, at(200), Freshness::Known)
        );
    }

    #[test]
    fn each_call_keeps_the_time_at_which_it_was_first_seen() {
        let (first, second) =
            (dialog("1", DialogState::Confirmed, None), dialog("2", DialogState::Early, None));
        let mut phone = Phone::new("204".into(), Kind::Phone, at(0));
        phone.learn(at(10), calls(std::slice::from_ref(&first)));
        phone.learn(at(20), calls(&[first, second.clone()]));
        let seen: Vec<_> = phone.calls(at(20)).map(|(_, since)| since).collect();
        assert_eq!(seen, [at(10), at(20)]);
        phone.learn(at(30), calls(&[second]));
        assert_eq!(phone.calls(at(30)).map(|(_, since)| since).collect::<Vec<_>>(), [at(20)]);
    }
}
