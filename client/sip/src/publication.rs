//! What we publish of ourselves (RFC 3903 §4).
//!
//! ```text
//!            wanted, not reachable     +---------+
//!     +-----+ -----------------------> | Waiting | <--- connection lost, from all but Off and the last two
//!     | Off |                          +---------+
//!     +-----+                            | reachable / PUBLISH
//!        |  wanted / PUBLISH             v
//!        +---------------------> +------------+ -- 2xx / start refresh, tell ----> +-----------+
//!                                | Publishing | <-- changed, refresh due / PUBLISH | Published |
//!        412 / PUBLISH anew, +-- +------------+                                    +-----------+
//!        2xx to what is old  |     ^  |  |  ^                                            |
//!        by now / PUBLISH    +-----+  |  |  | again / PUBLISH    refused for now / tell  | unwanted
//!                                     |  |  +-------------------+                        | / PUBLISH, expires=0
//!          refused for good / tell    |  +--------------------> | BackOff |              v
//!            +---------+ <------------+                         +---------+        +----------+
//!            | Stopped |                                                           | Removing |
//!            +---------+                                                           +----------+
//!      unwanted in Publishing: +---------+ -- 2xx / PUBLISH, expires=0 ------------------^  | answered, lost
//!                              | Leaving | -- refused, lost -----------------------------> Off
//!                              +---------+
//!      unwanted in Waiting, BackOff, Stopped: Off
//! ```
//!
//! Only one PUBLISH is out at a time (RFC 3903 §4): what changes meanwhile goes out after its answer.

use serde::{Deserialize, Serialize};

use crate::table::Step;

/// Where the publication stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Not wanted.
    Off,
    /// Wanted; the server cannot be reached.
    Waiting,
    /// PUBLISH is out.
    Publishing,
    /// Others can see it.
    Published,
    /// It failed and will be tried again.
    BackOff,
    /// It failed and would fail again on this connection.
    Stopped,
    /// Not wanted any more, but the last PUBLISH is still out.
    Leaving,
    /// PUBLISH with expires=0 is out.
    Removing,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Something is to be published, or something else than before.
    Wanted,
    /// Nothing is to be published.
    Unwanted,
    /// The server can be reached.
    Reachable,
    /// There is no connection any more.
    Disconnected,
    /// 2xx, and what was published is what is wanted.
    Accepted,
    /// 2xx, but something else is wanted by now.
    Outdated,
    /// 412: the server has forgotten what it had.
    Forgotten,
    /// Refused, but it may be otherwise later; or no answer.
    FailedForNow,
    /// Refused, and it will be refused again.
    FailedForGood,
    /// It will expire soon.
    RefreshDue,
    /// The pause is over.
    AgainDue,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Send PUBLISH with what is wanted.
    Send,
    /// Send PUBLISH without a body: it stays as it is.
    SendRefresh,
    /// Send PUBLISH with expires=0.
    SendRemoval,
    /// Forget the entity-tag.
    DropTag,
    /// Start the refresh timer from the expiry granted.
    StartRefresh,
    /// Start the pause.
    StartBackOff,
    /// Stop both timers.
    StopTimers,
    /// Tell the desk that it waits.
    TellWaiting,
    /// Tell the desk what is published.
    TellPublished,
    /// Tell the desk what failed.
    TellFailed,
    /// Tell the desk that nothing is published.
    TellOff,
}

impl Stage {
    /// One arrow of the figure. `reachable` is whether a PUBLISH could go out now.
    #[allow(clippy::too_many_lines, reason = "one table is read as one")]
    pub(crate) fn step(self, event: Event, reachable: bool) -> Step<Self, Did> {
        match self {
            Self::Off => match event {
                Event::Wanted if reachable => Step::new(Self::Publishing, &[Did::Send]),
                Event::Wanted => Step::new(Self::Waiting, &[Did::TellWaiting]),
                Event::Unwanted
                | Event::Reachable
                | Event::Disconnected
                | Event::Accepted
                | Event::Outdated
                | Event::Forgotten
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Waiting => match event {
                Event::Reachable => Step::new(Self::Publishing, &[Did::Send]),
                Event::Unwanted => off(),
                Event::Wanted
                | Event::Disconnected
                | Event::Accepted
                | Event::Outdated
                | Event::Forgotten
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Publishing => match event {
                Event::Accepted => Step::new(Self::Published, &[Did::StartRefresh, Did::TellPublished]),
                Event::Outdated => Step::new(self, &[Did::Send]),
                // RFC 3903 §4.5
                Event::Forgotten => Step::new(self, &[Did::DropTag, Did::Send]),
                Event::FailedForNow => Step::new(Self::BackOff, &[Did::StartBackOff, Did::TellFailed]),
                Event::FailedForGood => Step::new(Self::Stopped, &[Did::DropTag, Did::TellFailed]),
                Event::Unwanted => Step::new(Self::Leaving, &[]),
                Event::Disconnected => waiting(),
                Event::Wanted | Event::Reachable | Event::RefreshDue | Event::AgainDue => Step::stay(self),
            },
            Self::Published => match event {
                Event::Wanted => Step::new(Self::Publishing, &[Did::StopTimers, Did::Send]),
                Event::RefreshDue => Step::new(Self::Publishing, &[Did::SendRefresh]),
                Event::Unwanted => Step::new(Self::Removing, &[Did::StopTimers, Did::SendRemoval]),
                Event::Disconnected => waiting(),
                Event::Reachable
                | Event::Accepted
                | Event::Outdated
                | Event::Forgotten
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::AgainDue => Step::stay(self),
            },
            Self::BackOff => match event {
                Event::AgainDue => Step::new(Self::Publishing, &[Did::Send]),
                Event::Unwanted => off(),
                Event::Disconnected => waiting(),
                // What is wanted by then goes out when the pause is over.
                Event::Wanted
                | Event::Reachable
                | Event::Accepted
                | Event::Outdated
                | Event::Forgotten
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue => Step::stay(self),
            },
            Self::Stopped => match event {
                Event::Unwanted => off(),
                // The next connection may be to another server.
                Event::Disconnected => waiting(),
                Event::Wanted
                | Event::Reachable
                | Event::Accepted
                | Event::Outdated
                | Event::Forgotten
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Leaving => match event {
                Event::Accepted | Event::Outdated => Step::new(Self::Removing, &[Did::SendRemoval]),
                Event::Forgotten | Event::FailedForNow | Event::FailedForGood | Event::Disconnected => off(),
                // Its answer tells whether it must go out once more.
                Event::Wanted => Step::new(Self::Publishing, &[]),
                Event::Unwanted | Event::Reachable | Event::RefreshDue | Event::AgainDue => Step::stay(self),
            },
            Self::Removing => match event {
                Event::Accepted
                | Event::Forgotten
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::Disconnected => off(),
                Event::Outdated => Step::new(Self::Publishing, &[Did::DropTag, Did::Send]),
                Event::Wanted | Event::Unwanted | Event::Reachable | Event::RefreshDue | Event::AgainDue => {
                    Step::stay(self)
                }
            },
        }
    }
}

fn off() -> Step<Stage, Did> {
    Step::new(Stage::Off, &[Did::StopTimers, Did::DropTag, Did::TellOff])
}

fn waiting() -> Step<Stage, Did> {
    Step::new(Stage::Waiting, &[Did::StopTimers, Did::TellWaiting])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_while_one_is_out_goes_out_after_its_answer() {
        let publishing = Stage::Publishing.step(Event::Wanted, true);
        assert!(publishing.did.is_empty());
        assert_eq!(publishing.state.step(Event::Outdated, true).did, &[Did::Send]);
    }

    #[test]
    fn what_the_server_forgot_is_published_anew() {
        let step = Stage::Publishing.step(Event::Forgotten, true);
        assert_eq!((step.state, step.did), (Stage::Publishing, &[Did::DropTag, Did::Send][..]));
    }

    #[test]
    fn who_leaves_while_one_is_out_removes_it_after_its_answer() {
        let leaving = Stage::Publishing.step(Event::Unwanted, true);
        assert_eq!((leaving.state, leaving.did), (Stage::Leaving, &[][..]));
        assert_eq!(leaving.state.step(Event::Accepted, true).did, &[Did::SendRemoval]);
    }
}
