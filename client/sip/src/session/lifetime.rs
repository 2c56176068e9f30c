//! How long a session lives without a refresh, and who refreshes it (RFC 4028).
//!
//! ```text
//!               agreed: they do           agreed: we do
//!    +--------+ <--------------- +-----+ ---------------> +------+ <-- failed / pause --+
//!    | Theirs |  / start whole   | Off |  / start both    | Ours |                      |
//!    +--------+                  +-----+                  +------+ -- due / refresh --> +--------+
//!       |  whole is over                                     |  whole is over           | Asking |
//!       |  / end                                             |  / end                   +--------+
//!       v                                                    v                              |
//!     (the session's own figure)                           (the same) <-- whole is over ----+
//! ```
//!
//! Each 2xx to an INVITE, re-INVITE or UPDATE agrees anew, from any state to Off, Ours or Theirs. A connection that
//! comes back asks for a refresh in any state: the far end is to learn where we are now.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::message::header::{Refresher, SessionExpires};
use crate::table::Step;

/// What we ask for, seconds: less would only make traffic (§4).
const ASKED: u32 = 1800;
/// The least that anybody may ask for, seconds (§5).
pub(crate) const LEAST: u32 = 90;
/// How long to wait before a refresh that failed is tried again.
pub(crate) const PAUSE: Duration = Duration::from_secs(10);

/// Who keeps the session alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Nobody has to.
    Off,
    /// We do.
    Ours,
    /// We do, and our refresh is on its way.
    Asking,
    /// They do.
    Theirs,
}

/// Who is to keep it alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// Nobody.
    Nobody,
    /// We.
    Us,
    /// The far end.
    Them,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Both sides agreed.
    Agreed(Keeper),
    /// It is time for a refresh of ours.
    Due,
    /// Our refresh could not be had now.
    Failed,
    /// The session was not refreshed in time.
    Over,
    /// The connection is a new one.
    Moved,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Stop both timers.
    Stop,
    /// Start the timer after which it is over.
    StartWhole,
    /// Start the timer after which we refresh.
    StartHalf,
    /// Refresh after a pause.
    StartPause,
    /// Send UPDATE or re-INVITE.
    Refresh,
    /// End the session.
    End,
}

impl Stage {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Agreed(Keeper::Nobody) => return Step::new(Self::Off, &[Did::Stop]),
            Event::Agreed(Keeper::Us) => {
                return Step::new(Self::Ours, &[Did::Stop, Did::StartWhole, Did::StartHalf]);
            }
            Event::Agreed(Keeper::Them) => return Step::new(Self::Theirs, &[Did::Stop, Did::StartWhole]),
            Event::Due | Event::Failed | Event::Over | Event::Moved => {}
        }
        match self {
            Self::Off => match event {
                Event::Moved => Step::new(self, &[Did::Refresh]),
                Event::Agreed(_) | Event::Due | Event::Failed | Event::Over => Step::stay(self),
            },
            Self::Ours => match event {
                Event::Due | Event::Moved => Step::new(Self::Asking, &[Did::Refresh]),
                Event::Over => Step::new(Self::Off, &[Did::Stop, Did::End]),
                Event::Agreed(_) | Event::Failed => Step::stay(self),
            },
            Self::Asking => match event {
                Event::Failed => Step::new(Self::Ours, &[Did::StartPause]),
                Event::Over => Step::new(Self::Off, &[Did::Stop, Did::End]),
                Event::Moved => Step::new(self, &[Did::Refresh]),
                Event::Agreed(_) | Event::Due => Step::stay(self),
            },
            Self::Theirs => match event {
                Event::Over => Step::new(Self::Off, &[Did::Stop, Did::End]),
                Event::Moved => Step::new(self, &[Did::Refresh]),
                Event::Agreed(_) | Event::Due | Event::Failed => Step::stay(self),
            },
        }
    }
}

/// A session's lifetime.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Lifetime {
    /// Who refreshes.
    pub(crate) stage: Stage,
    /// Seconds without a refresh.
    pub(crate) seconds: u32,
    /// The least that somebody on the way wants, once that was told (422).
    pub(crate) least: Option<u32>,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { stage: Stage::Off, seconds: ASKED, least: None }
    }
}

impl Lifetime {
    /// What a request of ours asks for (§7.1, §7.4).
    pub(crate) fn asked(&self) -> SessionExpires {
        let refresher = match self.stage {
            // Our clock is a worker's, which nobody slows down.
            Stage::Off | Stage::Ours | Stage::Asking => Refresher::Uac,
            Stage::Theirs => Refresher::Uas,
        };
        SessionExpires { seconds: self.seconds, refresher: Some(refresher) }
    }

    /// Takes what their 2xx says (§7.2).
    pub(crate) fn granted(&mut self, named: Option<SessionExpires>) -> Keeper {
        let Some(named) = named else { return Keeper::Nobody };
        self.seconds = named.seconds.max(LEAST);
        match named.refresher {
            Some(Refresher::Uas) => Keeper::Them,
            Some(Refresher::Uac) | None => Keeper::Us,
        }
    }

    /// What our 2xx says to a request of theirs, and who keeps the session alive then (§9).
    pub(crate) fn grant(&mut self, named: Option<SessionExpires>, knows: bool) -> Keeper {
        match (named, self.stage) {
            (Some(named), stage) => {
                self.seconds = named.seconds.max(LEAST);
                match (named.refresher, stage) {
                    (Some(Refresher::Uac), _) | (None, Stage::Theirs) if knows => Keeper::Them,
                    (Some(Refresher::Uac | Refresher::Uas) | None, _) => Keeper::Us,
                }
            }
            (None, Stage::Theirs) if knows => Keeper::Them,
            (None, _) if knows => Keeper::Us,
            // Our 2xx says nothing then, which ends what they had promised.
            (None, Stage::Theirs | Stage::Off) => Keeper::Nobody,
            (None, Stage::Ours | Stage::Asking) => Keeper::Us,
        }
    }

    /// Takes the Min-SE of a 422; false if it is no more than what was asked for (§7.3).
    pub(crate) fn take_least(&mut self, least: Option<u32>) -> bool {
        let Some(least) = least.filter(|least| *least > self.seconds) else { return false };
        self.least = Some(least);
        self.seconds = least;
        true
    }

    /// The time after which it is over, a little before the far end thinks so (§10).
    pub(crate) fn whole(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds - (self.seconds / 3).min(32)))
    }

    /// The time after which we refresh (§7.2).
    pub(crate) fn half(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds / 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<SessionExpires> {
        SessionExpires::parse(text).ok()
    }

    #[test]
    fn whoever_was_named_refreshes() {
        for (theirs, knows, keeper) in [
            (named("1800;refresher=uac"), true, Keeper::Them),
            (named("1800;refresher=uas"), true, Keeper::Us),
            (named("1800"), true, Keeper::Us),
            // Put in by a proxy: the caller knows nothing of it (§9, table 2).
            (named("1800"), false, Keeper::Us),
            (named("1800;refresher=uac"), false, Keeper::Us),
            (None, true, Keeper::Us),
            (None, false, Keeper::Nobody),
        ] {
            assert_eq!(Lifetime::default().grant(theirs, knows), keeper, "{theirs:?} {knows}");
        }
    }

    #[test]
    fn it_is_over_a_little_before_the_far_end_thinks_so() {
        let of = |seconds| Lifetime { seconds, ..Lifetime::default() };
        assert_eq!(of(1800).whole(), Duration::from_secs(1768));
        assert_eq!(of(90).whole(), Duration::from_secs(60));
        assert_eq!(of(90).half(), Duration::from_secs(45));
    }

    #[test]
    fn a_least_that_is_no_more_than_what_was_asked_is_no_reason_to_ask_again() {
        let mut lifetime = Lifetime::default();
        assert!(!lifetime.take_least(Some(1800)));
        assert!(!lifetime.take_least(None));
        assert!(lifetime.take_least(Some(3600)));
        assert_eq!(lifetime.asked().seconds, 3600);
    }

    #[test]
    fn in_every_state_the_end_stops_both_timers() {
        for stage in [Stage::Ours, Stage::Asking, Stage::Theirs] {
            assert_eq!(stage.step(Event::Over).did, &[Did::Stop, Did::End]);
        }
        assert_eq!(Stage::Off.step(Event::Over), Step::stay(Stage::Off));
    }
}
