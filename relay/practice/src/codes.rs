//! What is dialled before a number to do something else than to call it.

/// A prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// What is dialled before the number.
    pub prefix: &'static str,
    /// What it does, in words that `the number` fits into.
    pub does: &'static str,
}

/// Picks up a ringing call.
pub(crate) const PICK_UP: &str = "**";
/// Leads to a mailbox.
pub const MAILBOX: &str = "*";

/// All prefixes.
pub const fn codes() -> &'static [Code] {
    &[
        Code { prefix: PICK_UP, does: "picks up what rings at the number" },
        Code { prefix: MAILBOX, does: "leaves a message for the number" },
    ]
}
