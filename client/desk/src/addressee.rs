//! Whom a call is handed to, as the operator is told.

use serde::{Deserialize, Serialize};

/// Whom or what a call is handed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Name or number; empty for a voicemail box of nobody known.
    pub name: String,
    /// Their voicemail box, and not they themselves.
    pub voicemail: bool,
}

impl Addressee {
    /// The voicemail box of somebody; `name` is empty if nobody knows whose it is.
    pub fn voicemail(name: String) -> Self {
        Self { name, voicemail: true }
    }
}

impl From<String> for Addressee {
    fn from(name: String) -> Self {
        Self { name, voicemail: false }
    }
}

impl From<&str> for Addressee {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}
