//! The registration: RFC 3261 §10 with the outbound flow of RFC 5626.
//!
//! ```text
//!               wanted, no connection         +---------+
//!      +-----+ -----------------------------> | Waiting | <-----------------------------+
//!      | Off |                                +---------+                               |
//!      +-----+                                  | connected / REGISTER                  | connection lost,
//!        ^  |  wanted / REGISTER                v                                       | from every state
//!        |  +-------------------> +-------------+ -- 2xx / tell, start refresh --+      | on the right
//!        |                        | Registering |                                v      |
//!        |                        +-------------+ <-- refresh is due --- +------------+ |
//!        |                          |   ^  |                             | Registered | |
//!        |       hopeless / tell    |   |  | refused for now, silence    +------------+ |
//!        |     +--------------------+   |  v / tell                                     |
//!        |     v                 again  |  +---------+                                  |
//!        |  +---------+                 +- | BackOff | ---------------------------------+
//!        |  | Stopped | -- wanted -------> +---------+
//!        |  +---------+     / REGISTER
//!        |                        +---------------+
//!        +-- answered, lost ----- | Unregistering | <--- unwanted / REGISTER, expires=0
//!                                 +---------------+
//! ```
//!
//! Hopeless is a refusal that only a person can mend: a wrong password, an account that nobody knows. An account that was
//! granted before is believed in all the same: a registrar that begins anew knows nobody for a while. It is refused
//! for now, and left alone for longer each time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::table::Step;

/// Shortest bound of the pause after a failure.
///
/// RFC 5626 §4.5 proposes 30 s where every flow has failed; an attendant who waits for calls cannot.
const BACK_OFF_BASE: Duration = Duration::from_secs(2);
/// Longest bound of the pause: a PBX that comes back is found within a minute.
const BACK_OFF_MAX: Duration = Duration::from_secs(60);
/// Shortest bound of the pause after a refusal that only a person can mend: whoever began anew is found in a minute.
const REFUSED_BASE: Duration = BACK_OFF_MAX;
/// Longest bound of that pause. Registrars lock accounts and addresses out for some five wrong answers in ten minutes.
const REFUSED_MAX: Duration = Duration::from_secs(900);

/// Where the registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Not wanted.
    Off,
    /// Wanted; there is no connection.
    Waiting,
    /// REGISTER is sent. A refresh is one too: the old binding stays while it runs.
    Registering,
    /// The binding stands.
    Registered,
    /// It failed and will be tried again.
    BackOff,
    /// It failed and trying again is pointless.
    Stopped,
    /// REGISTER with expires=0 is sent.
    Unregistering,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The desk wants to be reachable.
    Wanted,
    /// The desk does not.
    Unwanted,
    /// There is a connection.
    Connected,
    /// There is none any more.
    Disconnected,
    /// 2xx.
    Accepted,
    /// Refused, but it may be otherwise later; or no answer.
    FailedForNow,
    /// Refused, and it will be refused again: the account was never granted.
    FailedForGood,
    /// The binding will expire soon.
    RefreshDue,
    /// The pause is over.
    AgainDue,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Send REGISTER.
    SendRegister,
    /// Send REGISTER with expires=0.
    SendUnregister,
    /// Start the refresh timer from the expiry granted.
    StartRefresh,
    /// Start the pause.
    StartBackOff,
    /// Stop both timers.
    StopTimers,
    /// Tell the desk `Registering`.
    TellRegistering,
    /// Tell the desk `Registered`.
    TellRegistered,
    /// Tell the desk what failed.
    TellFailed,
    /// Tell the desk that there is no connection.
    TellNotConnected,
    /// Tell the desk `Off`.
    TellOff,
}

impl Stage {
    /// One arrow of the figure. `connected` is whether a REGISTER could go out now.
    pub(crate) fn step(self, event: Event, connected: bool) -> Step<Self, Did> {
        match self {
            Self::Off => match event {
                Event::Wanted if connected => start(),
                Event::Wanted => Step::new(Self::Waiting, &[Did::TellNotConnected]),
                Event::Unwanted
                | Event::Connected
                | Event::Disconnected
                | Event::Accepted
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Waiting => match event {
                Event::Connected => start(),
                Event::Unwanted => Step::new(Self::Off, &[Did::TellOff]),
                Event::Wanted
                | Event::Disconnected
                | Event::Accepted
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Registering => match event {
                Event::Accepted => Step::new(Self::Registered, &[Did::StartRefresh, Did::TellRegistered]),
                Event::FailedForNow => Step::new(Self::BackOff, &[Did::StartBackOff, Did::TellFailed]),
                Event::FailedForGood => Step::new(Self::Stopped, &[Did::TellFailed]),
                Event::Unwanted => Step::new(Self::Unregistering, &[Did::SendUnregister]),
                Event::Disconnected => Step::new(Self::Waiting, &[Did::StopTimers, Did::TellNotConnected]),
                Event::Wanted | Event::Connected | Event::RefreshDue | Event::AgainDue => Step::stay(self),
            },
            Self::Registered => match event {
                // A refresh is not worth telling: the binding stands.
                Event::RefreshDue => Step::new(Self::Registering, &[Did::SendRegister]),
                Event::Unwanted => Step::new(Self::Unregistering, &[Did::StopTimers, Did::SendUnregister]),
                Event::Disconnected => Step::new(Self::Waiting, &[Did::StopTimers, Did::TellNotConnected]),
                Event::Wanted
                | Event::Connected
                | Event::Accepted
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::AgainDue => Step::stay(self),
            },
            Self::BackOff => match event {
                // A person who asks again does not want to wait.
                Event::AgainDue | Event::Wanted => {
                    Step::new(Self::Registering, &[Did::StopTimers, Did::TellRegistering, Did::SendRegister])
                }
                Event::Unwanted => Step::new(Self::Off, &[Did::StopTimers, Did::TellOff]),
                Event::Disconnected => Step::new(Self::Waiting, &[Did::StopTimers, Did::TellNotConnected]),
                Event::Connected
                | Event::Accepted
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue => Step::stay(self),
            },
            Self::Stopped => match event {
                Event::Wanted if connected => start(),
                Event::Wanted => Step::new(Self::Waiting, &[Did::TellNotConnected]),
                Event::Unwanted => Step::new(Self::Off, &[Did::TellOff]),
                Event::Connected
                | Event::Disconnected
                | Event::Accepted
                | Event::FailedForNow
                | Event::FailedForGood
                | Event::RefreshDue
                | Event::AgainDue => Step::stay(self),
            },
            Self::Unregistering => match event {
                Event::Accepted | Event::FailedForNow | Event::FailedForGood | Event::Disconnected => {
                    Step::new(Self::Off, &[Did::TellOff])
                }
                Event::Wanted => start(),
                Event::Unwanted | Event::Connected | Event::RefreshDue | Event::AgainDue => Step::stay(self),
            },
        }
    }
}

fn start() -> Step<Stage, Did> {
    Step::new(Stage::Registering, &[Did::TellRegistering, Did::SendRegister])
}

/// The bounds of the pause after `failures` failures in a row (RFC 5626 §4.5): a random span between half the upper
/// bound and the bound, which doubles with each failure.
pub(crate) fn back_off(failures: u32) -> (Duration, Duration) {
    let doubled = BACK_OFF_BASE.saturating_mul(2_u32.saturating_pow(failures.min(16)));
    let bound = doubled.min(BACK_OFF_MAX);
    (bound / 2, bound)
}

/// The bounds of the pause after `refusals` in a row that only a person can mend: the same, four times as long each time.
pub(crate) fn refused_pause(refusals: u32) -> (Duration, Duration) {
    let bound = REFUSED_BASE.saturating_mul(4_u32.saturating_pow(refusals.min(8))).min(REFUSED_MAX);
    (bound / 2, bound)
}

/// The span after which a binding granted for `expires` seconds is refreshed: early enough that a lost answer (32 s)
/// still leaves time, but never before half of it.
pub(crate) fn refresh_after(expires: u32) -> Duration {
    Duration::from_secs(u64::from(expires.saturating_sub(60).max(expires / 2).max(1)))
}
