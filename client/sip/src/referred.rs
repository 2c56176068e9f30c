//! A transfer that the far end asks us for: REFER received, and what it is told of the call that we make for it
//! (RFC 3515 §2.4.2-2.4.5).
//!
//! ```text
//!    REFER / tell    +-------+ -- accept / 202, NOTIFY 100 -> +---------+ -- 1xx / NOTIFY it
//!   ---------------> | Asked |                                | Calling |
//!                    +-------+                                +---------+
//!                        |                                         |  answered, refused, given up / last NOTIFY
//!                        | reject / refusal                        |  too long / last NOTIFY
//!                        |                                         |  nobody listens
//!                        |              +------+                   |
//!                        +------------> | Done | <-----------------+
//!                                       +------+
//! ```
//!
//! The NOTIFYs go through the dialog that the REFER came in, which lives on for them after the call in it has ended
//! (RFC 3515 §3, RFC 6665 §4.5.2).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::dialog::Dialog;
use crate::message::header::Replaces;
use crate::table::Step;
use crate::transaction::TransactionId;
use crate::uri::Uri;

/// How long we tell at most: longer than phones ring.
pub(crate) const EXPIRES: Duration = Duration::from_secs(180);

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// The desk is to say whether we do it.
    Asked,
    /// We said that we do.
    Calling,
    /// The last word is said.
    Done,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The desk takes it on.
    Accept,
    /// The desk does not, or the session ended before it said so.
    Reject,
    /// A provisional response of the new call.
    Progress,
    /// The new call was answered, refused or given up.
    Outcome,
    /// It took too long.
    Expired,
    /// The far end takes no NOTIFY any more.
    Unheard,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Answer the REFER with 202.
    SendAccepted,
    /// Refuse the REFER with the status at hand.
    SendRefusal,
    /// NOTIFY of the status at hand.
    Notify,
    /// The same as the last word.
    NotifyLast,
    /// NOTIFY that the time is over.
    NotifyExpired,
    /// Send no NOTIFY any more.
    FallSilent,
    /// Forget it after a while: our last NOTIFY may have to be sent once more.
    Linger,
    /// Forget it now.
    Forget,
}

impl Stage {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match self {
            Self::Asked => match event {
                Event::Accept => Step::new(Self::Calling, &[Did::SendAccepted, Did::Notify]),
                Event::Reject => Step::new(Self::Done, &[Did::SendRefusal, Did::Linger]),
                Event::Progress | Event::Outcome | Event::Expired | Event::Unheard => Step::stay(self),
            },
            Self::Calling => match event {
                Event::Progress => Step::new(self, &[Did::Notify]),
                Event::Outcome => Step::new(Self::Done, &[Did::NotifyLast, Did::Linger]),
                Event::Expired => Step::new(Self::Done, &[Did::NotifyExpired, Did::Linger]),
                // What was promised is done all the same.
                Event::Unheard => Step::new(self, &[Did::FallSilent]),
                // Accepted, but it cannot be done after all.
                Event::Reject => Step::new(Self::Done, &[Did::NotifyLast, Did::Linger]),
                Event::Accept => Step::stay(self),
            },
            Self::Done => match event {
                Event::Expired => Step::new(self, &[Did::Forget]),
                Event::Accept | Event::Reject | Event::Progress | Event::Outcome | Event::Unheard => {
                    Step::stay(self)
                }
            },
        }
    }
}

/// What the far end of a session asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Referred {
    /// Where it stands.
    pub(crate) stage: Stage,
    /// The REFER.
    pub(crate) transaction: TransactionId,
    /// Its CSeq: the `id` of our NOTIFYs (RFC 3515 §2.4.6).
    pub(crate) number: u32,
    /// Whom to call, as Refer-To names it, with its headers.
    pub(crate) target: Uri,
    /// Referred-By, to be handed on (RFC 3892).
    pub(crate) by: Option<String>,
    /// It wants to be told (RFC 4488).
    pub(crate) listens: bool,
    /// The dialog, once the session has no use for it any more.
    pub(crate) dialog: Option<Dialog>,
    /// The call for it has been begun.
    pub(crate) begun: bool,
}

impl Referred {
    /// The dialog that the call is to take over, if Refer-To carries one.
    pub(crate) fn replaces(&self) -> Option<Replaces> {
        self.target.header("Replaces").and_then(|replaces| Replaces::parse(&replaces).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_said_once() {
        let calling = Stage::Asked.step(Event::Accept);
        assert_eq!(calling.did, &[Did::SendAccepted, Did::Notify]);
        for end in [Event::Outcome, Event::Expired, Event::Reject] {
            let done = calling.state.step(end).state;
            assert_eq!(done, Stage::Done);
            for late in [Event::Progress, Event::Outcome, Event::Unheard, Event::Reject] {
                assert!(done.step(late).did.is_empty());
            }
            assert_eq!(done.step(Event::Expired).did, &[Did::Forget]);
        }
    }

    #[test]
    fn before_it_is_accepted_nobody_is_told_anything() {
        for early in [Event::Progress, Event::Outcome, Event::Expired, Event::Unheard] {
            assert_eq!(Stage::Asked.step(early), Step::stay(Stage::Asked));
        }
        assert_eq!(Stage::Asked.step(Event::Reject).did, &[Did::SendRefusal, Did::Linger]);
    }
}
