//! How far the operator has come: before the door, at it, through it.

use cordboard_desk::Instant;
use cordboard_wire::{ProblemCode, Welcome};
use leptos::prelude::*;

/// What the whole page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The relay and the engine have not said yet whether anybody is signed in.
    Arriving,
    /// The relay does not answer, so nobody knows who works here; it is asked again by itself.
    RelayAway,
    /// Somebody must sign in.
    SignIn,
    /// The console.
    Console,
}

/// Why nobody could be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorProblem {
    /// User or password is wrong.
    WrongPassword,
    /// Too many failures.
    LockedOut,
    /// The relay does not answer.
    RelayUnreachable,
    /// The relay refused for another reason.
    Refused(ProblemCode),
    /// The engine could not be started in this browser.
    NoEngine,
    /// An engine of an older version still runs for the calls of another tab.
    OlderEngine,
    /// The engine is of a newer version than this page.
    NewerEngine,
}

/// The door's state. Written by the start of the page, read by the screen.
#[derive(Clone, Copy)]
pub struct Door {
    /// What the whole page shows.
    pub stage: RwSignal<Stage>,
    /// When a relay that does not answer is asked again.
    pub again_at: RwSignal<Instant>,
    /// What the relay tells before anybody is known.
    pub welcome: RwSignal<Option<Welcome>>,
    /// Why the last try failed.
    pub problem: RwSignal<Option<DoorProblem>>,
    /// A try is on its way.
    pub busy: RwSignal<bool>,
}

impl Door {
    /// A door nobody has come to.
    pub fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Arriving),
            again_at: RwSignal::new(Instant::default()),
            welcome: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new()
    }
}
