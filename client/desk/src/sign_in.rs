//! Whether the relay knows this browser's operator. A relay that does not answer is asked again, without end, and only
//! one that answers that it knows nobody sends people back to the door.

use std::time::Duration;

use cordboard_sip::Instant;

/// What is known.
///
/// ```text
///                    known     ┌───────┐
///              ┌─────────────► │ Known │ ──────────┐
///   ┌────────┐ │               └───────┘  ended    │
///   │ Asking │ ┤                                   ▼
///   └────────┘ │  not known                   ┌─────────┐
///     ▲    ▲   ├────────────────────────────► │ Unknown │
///     │    │   │                              └─────────┘
///     │    │   │ no answer    ┌──────┐
///     │    │   └────────────► │ Away │
///     │    └───────────────── └──────┘
///     │        time came
///     └── asked anew, from anywhere
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The relay has been asked and has not answered yet, after so many times without an answer.
    Asking {
        /// Times in a row that no answer came.
        failures: u32,
    },
    /// The relay has handed out the operator's account.
    Known,
    /// The relay knows nobody here.
    Unknown,
    /// The relay does not answer; it is asked again at this time.
    Away {
        /// Times in a row that no answer came.
        failures: u32,
        /// When it is asked again.
        again_at: Instant,
    },
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInEvent {
    /// Somebody wants to know at once.
    Asked,
    /// The relay handed out the account.
    Known,
    /// The relay knows nobody here, or no longer.
    NotKnown,
    /// No answer came. `chance` is drawn anew each time.
    NoAnswer {
        /// Now.
        now: Instant,
        /// Spreads the consoles of a relay that comes back, so that they do not all ask in the same moment.
        chance: u64,
    },
    /// A timer fired.
    TimeCame {
        /// Now.
        now: Instant,
    },
}

impl SignIn {
    /// The next state.
    #[must_use]
    pub fn on(self, event: SignInEvent) -> Self {
        match (self, event) {
            (Self::Asking { failures } | Self::Away { failures, .. }, SignInEvent::Asked) => {
                Self::Asking { failures }
            }
            (Self::Known | Self::Unknown, SignInEvent::Asked) => Self::Asking { failures: 0 },
            (_, SignInEvent::Known) => Self::Known,
            (_, SignInEvent::NotKnown) => Self::Unknown,
            (Self::Asking { failures }, SignInEvent::NoAnswer { now, chance }) => {
                Self::Away { failures: failures.saturating_add(1), again_at: now + pause(failures, chance) }
            }
            (Self::Away { failures, again_at }, SignInEvent::TimeCame { now }) if again_at <= now => {
                Self::Asking { failures }
            }
            // An answer to a question that nobody waits for any more, and the timers of others.
            (Self::Known | Self::Unknown | Self::Away { .. }, SignInEvent::NoAnswer { .. })
            | (
                Self::Asking { .. } | Self::Known | Self::Unknown | Self::Away { .. },
                SignInEvent::TimeCame { .. },
            ) => self,
        }
    }

    /// When time has something to say.
    pub fn deadline(self) -> Option<Instant> {
        match self {
            Self::Away { again_at, .. } => Some(again_at),
            Self::Asking { .. } | Self::Known | Self::Unknown => None,
        }
    }
}

/// Pauses between questions, milliseconds; the last one for ever after.
const PAUSES: [u64; 5] = [1_000, 2_000, 4_000, 8_000, 15_000];

/// How long to wait after so many failures before: half of the pause at least, the rest by chance.
fn pause(failures: u32, chance: u64) -> Duration {
    let at = usize::try_from(failures).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let whole = PAUSES.get(at).copied().unwrap_or(1_000);
    Duration::from_millis(whole / 2 + chance % (whole / 2 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    #[test]
    fn a_relay_that_does_not_answer_is_asked_again_less_and_less_often_and_for_ever() {
        let mut state = SignIn::Asking { failures: 0 };
        let mut now = at(0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            state = state.on(SignInEvent::NoAnswer { now, chance: 0 });
            let due = state.deadline().unwrap();
            pauses.push(due.since(now).as_millis());
            assert_eq!(state.on(SignInEvent::TimeCame { now }), state, "too early");
            now = due;
            state = state.on(SignInEvent::TimeCame { now });
            assert!(matches!(state, SignIn::Asking { .. }), "{state:?}");
        }
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500, 7_500]);
    }

    #[test]
    fn consoles_ask_at_times_of_their_own() {
        for (chance, expected) in [(0, 500), (250, 750), (500, 1_000), (501, 500), (u64::MAX, 500)] {
            let state = SignIn::Asking { failures: 0 }.on(SignInEvent::NoAnswer { now: at(0), chance });
            let pause = state.deadline().unwrap().as_millis();
            assert!((500..=1_000).contains(&pause), "{chance}: {pause}");
            if chance < u64::MAX {
                assert_eq!(pause, expected, "{chance}");
            }
        }
    }

    #[test]
    fn only_an_answer_that_nobody_is_known_leads_to_the_door() {
        let asking = SignIn::Asking { failures: 3 };
        let away = asking.on(SignInEvent::NoAnswer { now: at(0), chance: 0 });
        assert!(matches!(away, SignIn::Away { failures: 4, .. }));
        assert_eq!(away.on(SignInEvent::Asked), SignIn::Asking { failures: 4 });
        assert_eq!(asking.on(SignInEvent::NotKnown), SignIn::Unknown);
        assert_eq!(asking.on(SignInEvent::Known), SignIn::Known);
        assert_eq!(SignIn::Known.on(SignInEvent::NotKnown), SignIn::Unknown);
        assert_eq!(SignIn::Unknown.on(SignInEvent::Asked), SignIn::Asking { failures: 0 });
    }
}
