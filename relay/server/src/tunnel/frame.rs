//! What travels in a tunnel. Browser side and PBX side are two libraries with a message type each; a [`Frame`] is either.

use axum::body::Bytes;
use axum::extract::ws as browser;
use cordboard_wire::TunnelEnd;
use tokio_tungstenite::tungstenite as upstream;

/// One WebSocket message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A text message: UTF-8, as its library has checked.
    Text(Bytes),
    /// A binary message.
    Binary(Bytes),
    /// A question whether the other side is there; the libraries answer by themselves.
    Ping,
    /// Anything that only says that the other side is there.
    Sign,
    /// The end.
    Close(Option<TunnelEnd>),
}

impl From<browser::Message> for Frame {
    fn from(message: browser::Message) -> Self {
        match message {
            browser::Message::Text(text) => Self::Text(text.into()),
            browser::Message::Binary(bytes) => Self::Binary(bytes),
            browser::Message::Ping(_) | browser::Message::Pong(_) => Self::Sign,
            browser::Message::Close(_) => Self::Close(None),
        }
    }
}

impl From<Frame> for browser::Message {
    fn from(frame: Frame) -> Self {
        match frame {
            Frame::Text(text) => match browser::Utf8Bytes::try_from(text.clone()) {
                Ok(text) => Self::Text(text),
                // Both libraries check text on arrival; if one did not, the bytes still travel.
                Err(_) => Self::Binary(text),
            },
            Frame::Binary(bytes) => Self::Binary(bytes),
            Frame::Ping => Self::Ping(Bytes::new()),
            Frame::Sign => Self::Pong(Bytes::new()),
            Frame::Close(end) => Self::Close(
                end.map(|end| browser::CloseFrame { code: end.code(), reason: end.reason().into() }),
            ),
        }
    }
}

impl From<upstream::Message> for Frame {
    fn from(message: upstream::Message) -> Self {
        match message {
            upstream::Message::Text(text) => Self::Text(text.into()),
            upstream::Message::Binary(bytes) => Self::Binary(bytes),
            // A bare frame is only ever written, never read.
            upstream::Message::Ping(_) | upstream::Message::Pong(_) | upstream::Message::Frame(_) => {
                Self::Sign
            }
            upstream::Message::Close(_) => Self::Close(None),
        }
    }
}

impl From<Frame> for upstream::Message {
    fn from(frame: Frame) -> Self {
        match frame {
            Frame::Text(text) => match upstream::Utf8Bytes::try_from(text.clone()) {
                Ok(text) => Self::Text(text),
                Err(_) => Self::Binary(text),
            },
            Frame::Binary(bytes) => Self::Binary(bytes),
            Frame::Ping => Self::Ping(Bytes::new()),
            Frame::Sign => Self::Pong(Bytes::new()),
            Frame::Close(end) => Self::Close(end.map(|end| upstream::protocol::CloseFrame {
                code: end.code().into(),
                reason: end.reason().into(),
            })),
        }
    }
}

/// Whether an error means that a message was larger than the limit.
pub(crate) trait Oversize {
    /// True for that error.
    fn is_oversize(&self) -> bool;
}

impl Oversize for upstream::Error {
    fn is_oversize(&self) -> bool {
        matches!(self, Self::Capacity(upstream::error::CapacityError::MessageTooLong { .. }))
    }
}

impl Oversize for axum::Error {
    fn is_oversize(&self) -> bool {
        // axum boxes the error of the library that both sides share.
        std::error::Error::source(self)
            .and_then(|source| source.downcast_ref::<upstream::Error>())
            .is_some_and(Oversize::is_oversize)
    }
}
