//! What the screen asks of the outside. Mouse, key and drag all end here.

use std::rc::Rc;

use cordboard_desk::{Command, DirectoryId, PageInput};
use cordboard_wire::SignIn;
use js_sys::ArrayBuffer;
use leptos::prelude::*;

/// The outside, as far as the screen knows it.
pub struct Outside {
    /// Tells the engine.
    pub say: Box<dyn Fn(PageInput)>,
    /// Hands the engine a CSV file by this name for a directory.
    pub import: Box<dyn Fn(DirectoryId, String, ArrayBuffer)>,
    /// Asks the relay to let somebody in.
    pub sign_in: Box<dyn Fn(SignIn)>,
    /// Tells the relay and the engine that the operator leaves.
    pub sign_out: Box<dyn Fn()>,
    /// Asks a relay that is away again, at once.
    pub ask_relay: Box<dyn Fn()>,
    /// Uses the operator's gesture to get microphone, sound and notifications.
    pub start_shift: Box<dyn Fn()>,
}

/// A handle to the outside, for everything below.
#[derive(Clone, Copy)]
pub struct Acts(StoredValue<Rc<Outside>, LocalStorage>);

impl Acts {
    /// Acts on this outside.
    pub fn new(outside: Outside) -> Self {
        Self(StoredValue::new_local(Rc::new(outside)))
    }

    /// Sends a command to the engine.
    pub fn command(self, command: Command) {
        let outside = self.0.get_value();
        (outside.say)(PageInput::Command(command));
    }

    /// Hands the engine a CSV file by this name for a directory.
    pub fn import(self, directory: DirectoryId, file_name: String, text: ArrayBuffer) {
        let outside = self.0.get_value();
        (outside.import)(directory, file_name, text);
    }

    /// Asks the relay to let somebody in.
    pub fn sign_in(self, sign_in: SignIn) {
        let outside = self.0.get_value();
        (outside.sign_in)(sign_in);
    }

    /// The operator leaves.
    pub fn sign_out(self) {
        let outside = self.0.get_value();
        (outside.sign_out)();
    }

    /// The operator does not want to wait for a relay that is away.
    pub fn ask_relay(self) {
        let outside = self.0.get_value();
        (outside.ask_relay)();
    }

    /// The operator has come: use the gesture.
    pub fn start_shift(self) {
        let outside = self.0.get_value();
        (outside.start_shift)();
    }
}

/// The outside of this screen.
pub fn use_acts() -> Acts {
    expect_context()
}
