//! How many tunnels each operator has open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The tunnels that are open.
pub(crate) struct Seats {
    per_operator: u32,
    taken: Mutex<BTreeMap<String, u32>>,
    total: watch::Sender<usize>,
}

/// One open tunnel; free again when dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    user: String,
}

impl Seats {
    pub(crate) fn new(per_operator: u32) -> Arc<Self> {
        Arc::new(Self { per_operator, taken: Mutex::default(), total: watch::Sender::new(0) })
    }

    pub(crate) fn per_operator(&self) -> u32 {
        self.per_operator
    }

    /// A seat for this operator, unless all of theirs are taken.
    pub(crate) fn take(self: &Arc<Self>, user: &str) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(user.to_owned()).or_default();
        if *count >= self.per_operator {
            return None;
        }
        *count += 1;
        self.total.send_modify(|total| *total += 1);
        Some(Seat { seats: Arc::clone(self), user: user.to_owned() })
    }

    /// Waits until no tunnel is open.
    pub(crate) async fn all_left(&self) {
        // An error would mean that the sender is gone, and it is borrowed here.
        let _ = self.total.subscribe().wait_for(|total| *total == 0).await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user);
            }
        }
        self.seats.total.send_modify(|total| *total -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn seats_are_counted_for_each_operator_and_freed() {
        let seats = Seats::new(2);
        let first = seats.take("anna").unwrap();
        let _second = seats.take("anna").unwrap();
        assert!(seats.take("anna").is_none());
        let _other = seats.take("bert").unwrap();
        drop(first);
        assert!(seats.take("anna").is_some());
        drop((_second, _other));
        seats.all_left().await;
        assert!(seats.taken.lock().unwrap().is_empty());
    }
}
