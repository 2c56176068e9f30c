//! Who of which team is there, and what they said last. It is this relay's own memory: behind several relays each knows
//! its own consoles only.
//!
//! Nothing piles up for a console that reads slowly: only *who* has news for it is kept, and what they said last is
//! looked up when it can be sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_wire::{Operator, TeamCall, TeamMember, TeamSaid, TeamTold};
use tokio::sync::Notify;
use tokio::time::Instant;

/// All teams.
#[derive(Default)]
pub(crate) struct Rooms {
    teams: Mutex<Teams>,
}

#[derive(Default)]
struct Teams {
    last_seat: u32,
    rooms: BTreeMap<String, BTreeMap<u32, Member>>,
}

/// One console.
struct Member {
    operator: Operator,
    calls: Vec<TeamCall>,
    /// When it said so.
    said: Instant,
    /// Others of whom it is to be told.
    news: BTreeSet<u32>,
    wake: Arc<Notify>,
}

impl Member {
    /// The same person in another browser sees these calls anyway, or is not to see them twice.
    fn is_other_than(&self, other: &Self) -> bool {
        self.operator.user != other.operator.user
    }

    fn told(&self, seat: u32, now: Instant) -> TeamMember {
        let age = now.duration_since(self.said).as_millis();
        TeamMember {
            seat,
            operator: self.operator.clone(),
            age_ms: u64::try_from(age).unwrap_or(u64::MAX),
            calls: self.calls.clone(),
        }
    }
}

/// One console's place in its team; the others learn that it is gone when it is dropped.
pub(crate) struct Place {
    rooms: Arc<Rooms>,
    team: String,
    seat: u32,
    wake: Arc<Notify>,
}

impl Rooms {
    /// A console of this operator comes into its team. With the place comes what it is to be told first.
    pub(crate) fn enter(self: &Arc<Self>, team: &str, operator: Operator, now: Instant) -> (Place, TeamTold) {
        let wake = Arc::new(Notify::new());
        let member =
            Member { operator, calls: Vec::new(), said: now, news: BTreeSet::new(), wake: Arc::clone(&wake) };
        let (seat, here) = self.with(|teams| {
            teams.last_seat = teams.last_seat.wrapping_add(1);
            let seat = teams.last_seat;
            let room = teams.rooms.entry(team.to_owned()).or_default();
            let others = room.iter().filter(|(_, other)| other.is_other_than(&member));
            let here = others.map(|(seat, other)| other.told(*seat, now)).collect();
            room.insert(seat, member);
            spread(room, seat);
            (seat, here)
        });
        (Place { rooms: Arc::clone(self), team: team.to_owned(), seat, wake }, TeamTold::Here(here))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Teams) -> R) -> R {
        work(&mut self.teams.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// There is news of the console in this seat, which is in the room.
fn spread(room: &mut BTreeMap<u32, Member>, seat: u32) {
    let Some(user) = room.get(&seat).map(|member| member.operator.user.clone()) else { return };
    for member in room.values_mut().filter(|member| member.operator.user != user) {
        member.news.insert(seat);
        member.wake.notify_one();
    }
}

impl Place {
    /// This console said its calls.
    pub(crate) fn say(&self, said: TeamSaid, now: Instant) {
        self.in_room(|room| {
            if let Some(member) = room.get_mut(&self.seat) {
                member.calls = said.calls;
                member.said = now;
            }
            spread(room, self.seat);
        });
    }

    /// Waits for news of the others.
    pub(crate) async fn news(&self) {
        self.wake.notified().await;
    }

    /// All news of the others since last asked.
    pub(crate) fn take_news(&self, now: Instant) -> Vec<TeamTold> {
        self.in_room(|room| {
            let news = room.get_mut(&self.seat).map(|member| std::mem::take(&mut member.news));
            let told = |seat: u32| match room.get(&seat) {
                Some(member) => TeamTold::Member(member.told(seat, now)),
                None => TeamTold::Gone { seat },
            };
            news.into_iter().flatten().map(told).collect()
        })
    }

    fn in_room<R: Default>(&self, work: impl FnOnce(&mut BTreeMap<u32, Member>) -> R) -> R {
        // The room is there as long as this place is.
        self.rooms.with(|teams| teams.rooms.get_mut(&self.team).map(work)).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.in_room(|room| {
            spread(room, self.seat);
            room.remove(&self.seat);
        });
        self.rooms.with(|teams| teams.rooms.retain(|_, room| !room.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn operator(user: &str) -> Operator {
        Operator { user: user.to_owned(), name: user.to_uppercase(), desk: String::new() }
    }

    fn said(ids: &[u32]) -> TeamSaid {
        TeamSaid { calls: ids.iter().map(|id| TeamCall { id: *id, ..TeamCall::default() }).collect() }
    }

    #[test]
    fn a_slow_console_is_told_only_what_was_said_last_and_how_old_that_is() {
        let (rooms, now) = (Arc::new(Rooms::default()), Instant::now());
        let (anna, _) = rooms.enter("desk", operator("anna"), now);
        let (bert, here) = rooms.enter("desk", operator("bert"), now);
        assert!(matches!(here, TeamTold::Here(others) if others.len() == 1));
        anna.take_news(now);
        for id in 1..=1000 {
            bert.say(said(&[id]), now);
        }
        let news = anna.take_news(now + Duration::from_secs(3));
        let [TeamTold::Member(member)] = news.as_slice() else { panic!("{news:?}") };
        assert_eq!((member.calls[0].id, member.age_ms), (1000, 3000));
        assert_eq!(anna.take_news(now), [], "told once");
    }

    #[test]
    fn an_empty_room_is_forgotten() {
        let (rooms, now) = (Arc::new(Rooms::default()), Instant::now());
        let (anna, _) = rooms.enter("desk", operator("anna"), now);
        drop(anna);
        assert!(rooms.with(|teams| teams.rooms.is_empty()));
    }
}
