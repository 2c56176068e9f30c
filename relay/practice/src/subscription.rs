//! A subscription of a console (RFC 6665): its table, and what it was told last.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::dialog::Dialog;
use crate::ids::ConnId;
use crate::shown::{Package, Shown};

/// Where a subscription stands.
///
/// ```text
///          ┌─ refreshed, changed: NOTIFY active
///          ▼ │
///  ──► Active ──left, ran out: NOTIFY terminated──► Gone
///          └────refused───────────────────────────► Gone
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubscriptionState {
    Active,
    Gone,
}

/// What happens to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubscriptionEvent {
    /// SUBSCRIBE came, the first or a later one (RFC 6665 §4.2.1.4: a NOTIFY follows at once).
    Refreshed,
    /// What is watched has changed.
    Changed,
    /// SUBSCRIBE came with `Expires: 0`.
    Left,
    /// It was not refreshed in time.
    RanOut,
    /// A NOTIFY was refused, or not answered (RFC 6665 §4.2.2).
    Refused,
}

/// What has to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubscriptionAct {
    Nothing,
    Notify,
    /// With `terminated;reason=timeout`.
    NotifyLast,
}

impl SubscriptionState {
    /// The table.
    pub(crate) fn step(self, event: SubscriptionEvent) -> (Self, SubscriptionAct) {
        use SubscriptionAct::{Nothing, Notify, NotifyLast};
        use SubscriptionEvent as On;
        match self {
            Self::Active => match event {
                On::Refreshed | On::Changed => (Self::Active, Notify),
                On::Left | On::RanOut => (Self::Gone, NotifyLast),
                On::Refused => (Self::Gone, Nothing),
            },
            Self::Gone => (Self::Gone, Nothing),
        }
    }
}

/// What a console was told of one number.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) shown: Shown,
    /// Number of the next document (RFC 4235 §4.1: each counts one more).
    pub(crate) version: u32,
}

/// One subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) conn: ConnId,
    pub(crate) user: String,
    pub(crate) instance: String,
    pub(crate) dialog: Dialog,
    pub(crate) package: Package,
    /// The Event header as the console wrote it, which each NOTIFY repeats (RFC 6665 §8.2.1).
    pub(crate) event: String,
    /// What was subscribed to: the user part of the Request-URI.
    pub(crate) watched: String,
    /// The numbers behind it: one, or those of a list (RFC 4662).
    pub(crate) members: Vec<String>,
    /// True for a list.
    pub(crate) list: bool,
    pub(crate) told: BTreeMap<String, Told>,
    /// True when the next NOTIFY has to tell everything.
    pub(crate) full: bool,
    /// Number of the next document about the list itself (RFC 4662 §5.2).
    pub(crate) version: u32,
    /// Number of the console's last request (RFC 3261 §12.2.2).
    pub(crate) heard_sequence: u32,
    /// Written by `Switch::step_subscription` alone.
    pub(crate) state: SubscriptionState,
    pub(crate) until: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_that_ended_is_told_nothing_more() {
        use SubscriptionEvent::{Changed, Left, RanOut, Refreshed, Refused};
        assert_eq!(
            SubscriptionState::Active.step(Left),
            (SubscriptionState::Gone, SubscriptionAct::NotifyLast)
        );
        assert_eq!(
            SubscriptionState::Active.step(Refused),
            (SubscriptionState::Gone, SubscriptionAct::Nothing)
        );
        for event in [Refreshed, Changed, Left, RanOut, Refused] {
            assert_eq!(
                SubscriptionState::Gone.step(event),
                (SubscriptionState::Gone, SubscriptionAct::Nothing)
            );
        }
    }
}
