//! Which of several servers we want to be connected to (RFC 3263 §4.3 in spirit; the relay knows their addresses).
//!
//! ```text
//!    +------+ -- failed twice / next ----> +------+ -- failed twice / next
//!    | Home |                              | Away | -- registered / think of returning later
//!    +------+                              +------+
//!        ^                                   ^  |
//!        | registered           failed once /|  | time to return, nobody in a call / first
//!        |                  back, wait longer|  v
//!        |                                 +-------+
//!        +-------------------------------- | Trial |
//!                                          +-------+
//! ```
//!
//! A server fails if it refuses REGISTER for now, does not answer it, or leaves its socket dead. One that cannot even be
//! connected to is passed over by the relay. We stay with a server that works, and return to the first one, which its
//! administrator likes best, when that disturbs nobody; each return that fails doubles the time until the next.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::table::Step;

/// How often a server may fail in a row.
const STRIKES: u8 = 2;
/// The time after which we return to the first server.
const RETURN: Duration = Duration::from_secs(15 * 60);
/// The longest that doubling makes of it.
const LATEST_RETURN: Duration = Duration::from_secs(4 * 3600);
/// When somebody is in a call, the return waits this long.
pub(crate) const POSTPONED: Duration = Duration::from_secs(60);

/// Where we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// With the first server.
    #[default]
    Home,
    /// With another one.
    Away,
    /// With the first one again, and ready to leave it.
    Trial,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The server took our REGISTER.
    Registered,
    /// It failed.
    Failed,
    /// It failed as often as it may.
    FailedAgain,
    /// It is time to return to the first one, and nobody is in a call.
    ReturnDue,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Forget what failed.
    ClearStrikes,
    /// Count it.
    Strike,
    /// Want the next server.
    Next,
    /// Want the first server.
    First,
    /// Want the server that we came from, and be slower to return.
    Back,
    /// Start the time until the return.
    StartReturn,
    /// Be as quick to return as at the beginning.
    ResetReturn,
    /// Have the connection closed.
    Drop,
}

impl Stage {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match self {
            Self::Home => match event {
                Event::Registered => Step::new(self, &[Did::ClearStrikes]),
                Event::Failed => Step::new(self, &[Did::Strike]),
                Event::FailedAgain => Step::new(Self::Away, &[Did::ClearStrikes, Did::Next, Did::Drop]),
                Event::ReturnDue => Step::stay(self),
            },
            Self::Away => match event {
                Event::Registered => Step::new(self, &[Did::ClearStrikes, Did::StartReturn]),
                Event::Failed => Step::new(self, &[Did::Strike]),
                Event::FailedAgain => Step::new(self, &[Did::ClearStrikes, Did::Next, Did::Drop]),
                Event::ReturnDue => Step::new(Self::Trial, &[Did::ClearStrikes, Did::First, Did::Drop]),
            },
            Self::Trial => match event {
                Event::Registered => Step::new(Self::Home, &[Did::ClearStrikes, Did::ResetReturn]),
                Event::Failed | Event::FailedAgain => {
                    Step::new(Self::Away, &[Did::ClearStrikes, Did::Back, Did::Drop])
                }
                Event::ReturnDue => Step::stay(self),
            },
        }
    }
}

/// The servers, as far as we know them: by their place in the relay's list.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Servers {
    /// Where we are.
    pub(crate) stage: Stage,
    /// The one that we want; beyond the end of the list it begins anew.
    pub(crate) wanted: u32,
    /// The one that we came from.
    pub(crate) former: u32,
    /// Failures in a row.
    pub(crate) strikes: u8,
    /// How long until we return.
    pub(crate) patience: Duration,
}

impl Default for Servers {
    fn default() -> Self {
        Self { stage: Stage::Home, wanted: 0, former: 0, strikes: 0, patience: RETURN }
    }
}

impl Servers {
    /// The failure that this one is.
    pub(crate) fn weigh(&self, event: Event) -> Event {
        if event == Event::Failed && self.strikes + 1 >= STRIKES { Event::FailedAgain } else { event }
    }

    /// Carries out what concerns nobody else.
    pub(crate) fn carry_out(&mut self, did: Did) {
        match did {
            Did::ClearStrikes => self.strikes = 0,
            Did::Strike => self.strikes = self.strikes.saturating_add(1),
            Did::Next => self.wanted = self.wanted.wrapping_add(1) & 0xffff,
            Did::First => (self.former, self.wanted) = (self.wanted, 0),
            Did::Back => {
                self.wanted = self.former;
                self.patience = (self.patience * 2).min(LATEST_RETURN);
            }
            Did::ResetReturn => self.patience = RETURN,
            Did::StartReturn | Did::Drop => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_is_borne_and_two_in_a_row_are_not() {
        let mut servers = Servers::default();
        assert_eq!(servers.weigh(Event::Failed), Event::Failed);
        servers.carry_out(Did::Strike);
        assert_eq!(servers.weigh(Event::Failed), Event::FailedAgain);
        servers.carry_out(Did::ClearStrikes);
        assert_eq!(servers.weigh(Event::Failed), Event::Failed);
    }

    #[test]
    fn a_return_that_fails_leads_back_and_takes_longer_the_next_time() {
        let mut servers = Servers { stage: Stage::Away, wanted: 3, ..Servers::default() };
        for did in Stage::Away.step(Event::ReturnDue).did {
            servers.carry_out(*did);
        }
        assert_eq!(servers.wanted, 0);
        for did in Stage::Trial.step(Event::Failed).did {
            servers.carry_out(*did);
        }
        assert_eq!((servers.wanted, servers.patience), (3, RETURN * 2));
    }
}
