//! What page and engine say to each other over the worker's port: greetings with a version, then
//! [`PageInput`] one way and [`PageOutput`] the other, in compact binary.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{DirectoryId, Instant, PageInput, PageOutput};

/// Counts changes of these messages and of the desk as it is saved. After an update a new page can meet an old engine,
/// and a new engine what an old one saved; the first byte tells them apart before anything else is decoded.
pub const VERSION: u8 = 7;

/// The Web Lock that an engine holds while it lives: pages wait for it and so learn even of an engine that crashed.
pub const LIFE: &str = "cordboard-engine";

/// From a page to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// First message of a page.
    Hello {
        /// Name of the Web Lock that this page holds while it lives: the engine waits for it and so
        /// learns even of a page that crashed.
        lock: String,
    },
    /// The operator has signed in at the relay: fetch the provision and start.
    SignedIn,
    /// The operator signed out: unregister, close, forget the provision.
    SignedOut,
    /// Something for the desk.
    Said(PageInput),
    /// A CSV file for a directory. Its bytes are not in here but come beside this message: they may be many, and so
    /// are handed over without being copied.
    Import {
        /// Where its contacts go.
        directory: DirectoryId,
        /// How the operator knows it.
        file_name: String,
    },
    /// The page is closing.
    Goodbye,
    /// The operator does not want to wait for the next question to a relay that is away.
    AskRelay,
}

/// From the engine to a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// Answer to [`ToEngine::Hello`]: whether the relay knows this browser's session.
    Welcome {
        /// True when nobody need sign in.
        signed_in: bool,
    },
    /// The relay's session has ended: show the sign-in.
    SignInNeeded,
    /// Something from the desk.
    Tell(PageOutput),
    /// The relay does not answer, so nobody knows who works here. It is asked again by itself.
    RelayAway {
        /// When.
        again_at: Instant,
    },
}

/// Why a message from the other side could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The other side speaks this other version.
    Version(u8),
    /// Same version, and yet not understood: a fault of ours.
    Garbled,
}

/// Puts a message into bytes for the port.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Serialising plain structs into memory has no way to fail; an empty frame would be refused as garbled.
    postcard::to_extend(message, vec![VERSION]).unwrap_or_default()
}

/// Puts a record into bytes for the store.
pub fn pack<T: Serialize>(record: &T) -> Vec<u8> {
    // As above.
    postcard::to_allocvec(record).unwrap_or_default()
}

/// Reads a record from the store; `None` if it is garbled.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// Reads a message from the port.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    match bytes.split_first() {
        Some((&VERSION, body)) => unpack(body).ok_or(Unreadable::Garbled),
        Some((&other, _)) => Err(Unreadable::Version(other)),
        None => Err(Unreadable::Garbled),
    }
}
