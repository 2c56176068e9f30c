//! A request in saved state: its own text, read back by the parser that reads all others.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::message::{Frame, Message, Request, parse};

pub(super) fn serialize<S: Serializer>(request: &Request, serializer: S) -> Result<S::Ok, S::Error> {
    request.to_bytes().serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Request, D::Error> {
    let bytes = Vec::<u8>::deserialize(deserializer)?;
    match parse(&bytes) {
        Ok(Frame::Message(Message::Request(request))) => Ok(request),
        Ok(Frame::Message(Message::Response(_)) | Frame::Ping | Frame::Pong) | Err(_) => {
            Err(D::Error::custom("saved request cannot be read"))
        }
    }
}
