//! A subscription: SUBSCRIBE, and the NOTIFYs that keep it alive (RFC 6665 §4.1).
//!
//! ```text
//!                     +---------+
//!   wanted / queue    |         | <-- connection lost, from all of these but Stopped
//!  -----------------> | Waiting | <-- again, by hand, connected / queue ---------------+----------------+
//!                     |         |                                                      |                |
//!                     +---------+                                                      |                |
//!    gone / queue       |    ^                                                         |                |
//!   +-------------------|----+                                                         |                |
//!   |        its turn / |                                                              |                |
//!   |      SUBSCRIBE, N v                                                              |                |
//!   |           +-------------+   refused or ended for now,                       +---------+      +---------+
//!   +---------- | Subscribing | -- no answer, no NOTIFY / tell -----------------> | BackOff |      | Stopped |
//!   |           +-------------+                                                   +---------+      +---------+
//!   |                   | NOTIFY / tell, start refresh                                 ^                ^
//!   |                   v                                                              |                |
//!   |              +--------+                                                          |                |
//!   +------------- | Active | -- ended for now / tell ---------------------------------+                |
//!   |              +--------+                                                          |                |
//!   |        its turn / |  ^                                                           | refused or ended for
//!   |         SUBSCRIBE v  | 2xx / start refresh                                       | good, from all others
//!   |            +------------+                                                        | / tell
//!   +----------- | Refreshing | -- refused or ended for now, no answer / tell ---------+
//!                +------------+
//!
//!   gone: 481, or ended by a NOTIFY that lets us come back at once
//!   rested: Waiting from Subscribing, Active, Refreshing and BackOff; what there was is left in the name of another one
//!   unwanted: Over from Waiting, BackOff and Stopped; Leaving from the others
//!
//!      +---------+ -- its turn, once there is a dialog / SUBSCRIBE, expires=0, N --> +---------------+
//!      | Leaving |                                                                   | Unsubscribing |
//!      +---------+ -- refused, ended, lost, no NOTIFY --> Over <-- the same -------- +---------------+
//! ```
//!
//! The NOTIFY makes the subscription, not the 2xx (RFC 6665 §4.1.2.4): it may come first, and where none comes within
//! Timer N the subscription has failed. SUBSCRIBEs go out in turns (see [`turns`]).

use serde::{Deserialize, Serialize};

use crate::table::Step;

pub(crate) mod turns;

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Wanted; its turn has not come, or there is no connection.
    Waiting,
    /// SUBSCRIBE is sent; no NOTIFY has come since. Timer N runs.
    Subscribing,
    /// It stands.
    Active,
    /// It stands, and a SUBSCRIBE that prolongs it is out.
    Refreshing,
    /// It failed and will be tried again.
    BackOff,
    /// It failed, or there is nothing more to learn; only a person or a new connection tries again.
    Stopped,
    /// Not wanted any more; the server will be told when its turn comes.
    Leaving,
    /// SUBSCRIBE with expires=0 is sent; the last NOTIFY is awaited. Timer N runs.
    Unsubscribing,
    /// Forgotten.
    Over,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Somebody asks for it, anew or by hand.
    Wanted,
    /// Nobody wants it any more.
    Unwanted,
    /// We leave the registration: it is to be asked for anew with the next one.
    Rested,
    /// There is a connection.
    Connected,
    /// There is none any more.
    Disconnected,
    /// A SUBSCRIBE may go out.
    Turn,
    /// 2xx.
    Accepted,
    /// NOTIFY, `active` or `pending`.
    Notified,
    /// Over for a reason that lets us come back at once, by NOTIFY; or 481.
    Gone,
    /// Over by NOTIFY, but it may be otherwise later.
    EndedForNow,
    /// Refused, but it may be otherwise later; or no answer, or no NOTIFY.
    FailedForNow,
    /// Refused or over, and it would be again.
    FailedForGood,
    /// It will expire soon, or pieces of the state were lost.
    RefreshDue,
    /// The pause is over.
    AgainDue,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Wait in the queue.
    Queue,
    /// Leave the queue.
    Unqueue,
    /// Send SUBSCRIBE: in the dialog if there is one.
    Send,
    /// Send SUBSCRIBE with expires=0 in the dialog.
    SendLast,
    /// Forget the dialog.
    DropDialog,
    /// Hand the dialog to another one, which leaves it.
    HandOver,
    /// Start the refresh timer from the expiry granted.
    StartRefresh,
    /// Start the pause.
    StartBackOff,
    /// Start Timer N.
    StartN,
    /// Stop Timer N.
    StopN,
    /// Stop all timers.
    StopTimers,
    /// Tell the desk that it waits.
    TellWaiting,
    /// Tell the desk that it stands.
    TellStanding,
    /// Tell the desk what failed.
    TellFailed,
    /// Tell the desk that it is over.
    TellEnded,
    /// Forget the subscription.
    Forget,
}

impl Stage {
    /// One arrow of the figure. `connected` is whether there is a connection.
    #[allow(clippy::too_many_lines, reason = "one table is read as one")]
    pub(crate) fn step(self, event: Event, connected: bool) -> Step<Self, Did> {
        match self {
            Self::Waiting => match event {
                Event::Wanted if connected => Step::new(self, &[Did::Queue]),
                Event::Connected => Step::new(self, &[Did::Queue]),
                // It stands in the queue; what it will say there is no longer in the dialog.
                Event::Gone | Event::EndedForNow => Step::new(self, &[Did::DropDialog]),
                Event::Turn => Step::new(Self::Subscribing, &[Did::Send, Did::StartN]),
                Event::Unwanted => over(&[Did::Unqueue, Did::TellEnded, Did::Forget]),
                Event::Disconnected | Event::Rested => Step::new(self, &[Did::Unqueue]),
                Event::FailedForGood => stopped(),
                Event::Wanted
                | Event::Accepted
                | Event::Notified
                | Event::FailedForNow
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Subscribing => match event {
                Event::Notified => {
                    Step::new(Self::Active, &[Did::StopN, Did::StartRefresh, Did::TellStanding])
                }
                Event::Gone => come_back(),
                Event::EndedForNow | Event::FailedForNow => ended(),
                Event::FailedForGood => stopped(),
                Event::Unwanted => Step::new(Self::Leaving, &[Did::TellEnded]),
                Event::Rested => rested(),
                Event::Disconnected => Step::new(Self::Waiting, &[Did::StopTimers]),
                Event::Wanted
                | Event::Connected
                | Event::Turn
                | Event::Accepted
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Active => match event {
                // The 2xx may come after the NOTIFY, and knows the expiry better.
                Event::Accepted => Step::new(self, &[Did::StartRefresh]),
                Event::Notified => Step::new(self, &[Did::TellStanding]),
                Event::RefreshDue | Event::Wanted => Step::new(self, &[Did::Queue]),
                Event::Turn => Step::new(Self::Refreshing, &[Did::Send]),
                Event::Gone => come_back(),
                Event::EndedForNow => ended(),
                Event::FailedForNow => Step::new(
                    Self::BackOff,
                    &[Did::Unqueue, Did::StopTimers, Did::StartBackOff, Did::TellFailed],
                ),
                Event::FailedForGood => stopped(),
                Event::Unwanted => Step::new(Self::Leaving, &[Did::StopTimers, Did::TellEnded, Did::Queue]),
                Event::Rested => rested(),
                Event::Disconnected => lost(),
                Event::Connected | Event::AgainDue => Step::stay(self),
            },
            Self::Refreshing => match event {
                Event::Accepted => Step::new(Self::Active, &[Did::StartRefresh]),
                Event::Notified => Step::new(self, &[Did::TellStanding]),
                Event::Gone => come_back(),
                Event::EndedForNow => ended(),
                // RFC 6665 §4.1.2.2: it stands until it expires, so the dialog is kept.
                Event::FailedForNow => {
                    Step::new(Self::BackOff, &[Did::StopTimers, Did::StartBackOff, Did::TellFailed])
                }
                Event::FailedForGood => stopped(),
                Event::Unwanted => Step::new(Self::Leaving, &[Did::StopTimers, Did::TellEnded, Did::Queue]),
                Event::Rested => rested(),
                Event::Disconnected => lost(),
                Event::Wanted | Event::Connected | Event::Turn | Event::RefreshDue | Event::AgainDue => {
                    Step::stay(self)
                }
            },
            Self::BackOff => match event {
                // A person who asks again does not want to wait.
                Event::AgainDue | Event::Wanted => Step::new(Self::Waiting, &[Did::StopTimers, Did::Queue]),
                Event::Gone | Event::EndedForNow => Step::new(self, &[Did::DropDialog]),
                Event::FailedForGood => stopped(),
                Event::Unwanted => over(&[Did::StopTimers, Did::TellEnded, Did::Forget]),
                Event::Disconnected | Event::Rested => lost(),
                Event::Connected
                | Event::Turn
                | Event::Accepted
                | Event::Notified
                | Event::FailedForNow
                | Event::RefreshDue => Step::stay(self),
            },
            Self::Stopped => match event {
                // RFC 6665 §4.1.3 would have us never ask again; but after a new connection the exchange may have been
                // set up anew.
                Event::Wanted if connected => Step::new(Self::Waiting, &[Did::TellWaiting, Did::Queue]),
                Event::Wanted => Step::new(Self::Waiting, &[Did::TellWaiting]),
                Event::Connected => Step::new(Self::Waiting, &[Did::TellWaiting, Did::Queue]),
                Event::Unwanted => over(&[Did::TellEnded, Did::Forget]),
                Event::Rested
                | Event::Disconnected
                | Event::Turn
                | Event::Accepted
                | Event::Notified
                | Event::Gone
                | Event::EndedForNow
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Leaving => match event {
                // Before the NOTIFY there is no dialog to say it in (RFC 6665 §4.1.2.3).
                Event::Notified => Step::new(self, &[Did::StopN, Did::Queue]),
                Event::Turn => Step::new(Self::Unsubscribing, &[Did::SendLast, Did::StartN]),
                Event::Gone
                | Event::EndedForNow
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::Disconnected => over(&[Did::Unqueue, Did::StopTimers, Did::Forget]),
                Event::Wanted
                | Event::Unwanted
                | Event::Rested
                | Event::Connected
                | Event::Accepted
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Unsubscribing => match event {
                Event::Gone
                | Event::EndedForNow
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::Disconnected => over(&[Did::StopTimers, Did::Forget]),
                Event::Wanted
                | Event::Unwanted
                | Event::Rested
                | Event::Connected
                | Event::Turn
                | Event::Accepted
                | Event::Notified
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Over => match event {
                Event::Wanted
                | Event::Unwanted
                | Event::Rested
                | Event::Connected
                | Event::Disconnected
                | Event::Turn
                | Event::Accepted
                | Event::Notified
                | Event::Gone
                | Event::EndedForNow
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
        }
    }

    /// The desk still wants to hear of it.
    pub(crate) fn is_wanted(self) -> bool {
        !matches!(self, Self::Leaving | Self::Unsubscribing | Self::Over)
    }
}

fn come_back() -> Step<Stage, Did> {
    Step::new(Stage::Waiting, &[Did::StopTimers, Did::DropDialog, Did::TellWaiting, Did::Queue])
}

fn ended() -> Step<Stage, Did> {
    let did = &[Did::Unqueue, Did::StopTimers, Did::DropDialog, Did::StartBackOff, Did::TellFailed];
    Step::new(Stage::BackOff, did)
}

fn lost() -> Step<Stage, Did> {
    Step::new(Stage::Waiting, &[Did::Unqueue, Did::StopTimers, Did::TellWaiting])
}

fn rested() -> Step<Stage, Did> {
    Step::new(Stage::Waiting, &[Did::Unqueue, Did::StopTimers, Did::HandOver, Did::TellWaiting])
}

fn stopped() -> Step<Stage, Did> {
    Step::new(Stage::Stopped, &[Did::Unqueue, Did::StopTimers, Did::DropDialog, Did::TellFailed])
}

fn over(did: &'static [Did]) -> Step<Stage, Did> {
    Step::new(Stage::Over, did)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: &[Event]) -> Stage {
        events.iter().fold(Stage::Waiting, |stage, event| stage.step(*event, true).state)
    }

    #[test]
    fn the_notify_makes_the_subscription_before_or_after_the_2xx() {
        assert_eq!(after(&[Event::Turn, Event::Accepted]), Stage::Subscribing);
        assert_eq!(after(&[Event::Turn, Event::Accepted, Event::Notified]), Stage::Active);
        assert_eq!(after(&[Event::Turn, Event::Notified, Event::Accepted]), Stage::Active);
    }

    #[test]
    fn a_failed_refresh_keeps_the_dialog_and_a_failed_first_one_has_none() {
        let refreshing = after(&[Event::Turn, Event::Notified, Event::RefreshDue, Event::Turn]);
        assert_eq!(refreshing, Stage::Refreshing);
        let failed = refreshing.step(Event::FailedForNow, true);
        assert_eq!(failed.state, Stage::BackOff);
        assert!(!failed.did.contains(&Did::DropDialog));
        assert!(after(&[Event::Turn]).step(Event::FailedForNow, true).did.contains(&Did::DropDialog));
    }

    #[test]
    fn who_leaves_before_the_first_notify_waits_for_the_dialog_to_say_so() {
        assert_eq!(after(&[Event::Turn, Event::Unwanted]), Stage::Leaving);
        let notified = Stage::Leaving.step(Event::Notified, true);
        assert_eq!((notified.state, notified.did), (Stage::Leaving, &[Did::StopN, Did::Queue][..]));
        assert_eq!(Stage::Leaving.step(Event::Turn, true).state, Stage::Unsubscribing);
        assert_eq!(Stage::Unsubscribing.step(Event::Gone, true).state, Stage::Over);
    }

    #[test]
    fn nothing_is_asked_without_a_connection() {
        assert_eq!(Stage::Waiting.step(Event::Wanted, true).did, &[Did::Queue]);
        assert!(Stage::Waiting.step(Event::Wanted, false).did.is_empty());
        assert_eq!(Stage::Stopped.step(Event::Wanted, false).did, &[Did::TellWaiting]);
    }
}
