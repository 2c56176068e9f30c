//! Whose SUBSCRIBE goes out next: a thousand of them at once would stop everything else on the socket, and the exchange
//! would answer with 503.
//!
//! At most [`WINDOW`] are out without an answer; what a person looks at goes first, then who came first.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vecmap::VecSet;

use crate::{SubscriptionId, Urgency};

/// SUBSCRIBEs that may be out without an answer. With 20 ms to the exchange that is a thousand a second.
pub(crate) const WINDOW: usize = 20;

type Ticket = (Urgency, u64, SubscriptionId);

/// The queue, and what is out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Turns {
    last: u64,
    queue: BTreeSet<Ticket>,
    tickets: BTreeMap<SubscriptionId, Ticket>,
    out: VecSet<SubscriptionId>,
}

impl Turns {
    /// `id` wants its turn. Who stands in the queue already keeps the place, unless it has become more urgent.
    pub(crate) fn queue(&mut self, id: SubscriptionId, urgency: Urgency) {
        let number = match self.tickets.get(&id) {
            Some((known, _, _)) if *known == urgency => return,
            Some((_, number, _)) => *number,
            None => {
                self.last += 1;
                self.last
            }
        };
        self.unqueue(id);
        let ticket = (urgency, number, id);
        self.queue.insert(ticket);
        self.tickets.insert(id, ticket);
    }

    /// `id` does not want its turn any more.
    pub(crate) fn unqueue(&mut self, id: SubscriptionId) {
        if let Some(ticket) = self.tickets.remove(&id) {
            self.queue.remove(&ticket);
        }
    }

    /// True if `id` waits for its turn.
    pub(crate) fn waits(&self, id: SubscriptionId) -> bool {
        self.tickets.contains_key(&id)
    }

    /// Whose turn it is. One whose last SUBSCRIBE is still out waits for its answer.
    pub(crate) fn next(&mut self) -> Option<SubscriptionId> {
        if self.out.len() >= WINDOW {
            return None;
        }
        let (_, _, id) = *self.queue.iter().find(|(_, _, id)| !self.out.contains(id))?;
        self.unqueue(id);
        Some(id)
    }

    /// The SUBSCRIBE of `id` is out.
    pub(crate) fn sent(&mut self, id: SubscriptionId) {
        self.out.insert(id);
    }

    /// The SUBSCRIBE of `id` was answered, or never will be.
    pub(crate) fn answered(&mut self, id: SubscriptionId) {
        self.out.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_visible_go_first_and_the_window_is_kept() {
        let mut turns = Turns::default();
        for number in 0..30 {
            turns.queue(SubscriptionId(number), Urgency::Later);
        }
        turns.queue(SubscriptionId(29), Urgency::Visible);
        turns.queue(SubscriptionId(7), Urgency::Later);
        let mut order = Vec::new();
        while let Some(id) = turns.next() {
            turns.sent(id);
            order.push(id.0);
        }
        assert_eq!(order.len(), WINDOW);
        assert_eq!(order[..3], [29, 0, 1]);
        turns.answered(SubscriptionId(0));
        assert_eq!(turns.next(), Some(SubscriptionId(19)));
    }

    #[test]
    fn one_that_is_out_does_not_go_out_twice() {
        let mut turns = Turns::default();
        turns.sent(SubscriptionId(1));
        turns.queue(SubscriptionId(1), Urgency::Visible);
        turns.queue(SubscriptionId(2), Urgency::Later);
        assert_eq!(turns.next(), Some(SubscriptionId(2)));
        assert_eq!(turns.next(), None);
        turns.answered(SubscriptionId(1));
        assert_eq!(turns.next(), Some(SubscriptionId(1)));
    }
}
