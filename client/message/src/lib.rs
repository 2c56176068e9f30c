//! SIP messages: tolerant in what is read, strict in what is printed (RFC 3261 §7, §20, §25; RFC 4475, RFC 5118).
//!
//! [`parse`] turns one WebSocket frame into a [`Frame`], or a [`Refusal`] that knows whether and how to answer.
//! It checks what RFC 3261 §8.2 needs to serve a message; every other header is read when somebody asks for it.
//! A crate of its own because it alone is built for speed, where all else is built small.

#![warn(missing_docs)]

use std::fmt;

use crate::uri::Uri;

mod ascii;
mod body;
mod head;
pub mod header;
mod headers;
mod method;
mod name;
mod parse;
mod print;
mod redact;
mod refusal;
mod scan;
mod status;
mod typed;
pub mod uri;

pub use body::{BodyError, BodyPart, body_within, parts};
pub use head::MAX_HEADERS;
pub use headers::Headers;
pub use method::Method;
pub use name::Name;
pub use parse::{MAX_SIZE, parse};
pub use redact::redact;
pub use refusal::{Fault, Refusal};
pub use scan::push_quoted;
pub use status::StatusCode;

/// What one WebSocket frame holds (RFC 7118 §5, RFC 5626 §4.4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A request or a response.
    Message(Message),
    /// Two line ends: the peer asks whether we are there. Answer with [`Frame::PONG`].
    Ping,
    /// One line end: the answer to our ping.
    Pong,
}

impl Frame {
    /// What a ping is on the wire.
    pub const PING: &'static [u8] = b"\r\n\r\n";
    /// What a pong is on the wire.
    pub const PONG: &'static [u8] = b"\r\n";
}

/// A SIP message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Somebody wants something.
    Request(Request),
    /// The answer to it.
    Response(Response),
}

impl Message {
    /// The headers of either kind.
    pub fn headers(&self) -> &Headers {
        match self {
            Self::Request(request) => &request.headers,
            Self::Response(response) => &response.headers,
        }
    }

    /// The body of either kind.
    pub fn body(&self) -> &[u8] {
        match self {
            Self::Request(request) => &request.body,
            Self::Response(response) => &response.body,
        }
    }
}

impl From<Request> for Message {
    fn from(request: Request) -> Self {
        Self::Request(request)
    }
}

impl From<Response> for Message {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

/// A request (RFC 3261 §7.1). Content-Length is not among its headers: the body knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// The Request-URI, without URI headers.
    pub uri: Uri,
    /// All headers in order.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Request {
    /// A request with no headers and no body.
    pub fn new(method: Method, uri: Uri) -> Self {
        Self { method, uri, headers: Headers::new(), body: Vec::new() }
    }

    /// With a header added at the end.
    #[must_use]
    pub fn with(mut self, name: Name<'_>, value: impl fmt::Display) -> Self {
        self.headers.push(name, value);
        self
    }

    /// With a body and its Content-Type.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set(Name::ContentType, content_type);
        self.body = body.into();
        self
    }

    /// The response that RFC 3261 §8.2.6 asks for: Via, From, To, Call-ID and CSeq as in the request.
    /// `to_tag` is put into To unless it has a tag already; 100 has none, hence `None`, but it repeats Timestamp
    /// (§8.2.6.1).
    pub fn respond(&self, status: StatusCode, to_tag: Option<&str>) -> Response {
        let mut response = Response::new(status);
        refusal::copy_for_answer(&mut response.headers, &self.headers, to_tag);
        if status == StatusCode::TRYING {
            response.headers.copy_from(&self.headers, Name::Timestamp);
        }
        response
    }

    /// The first body of that type, such as `application/sdp`, also from inside a multipart body.
    pub fn body_of(&self, essence: &str) -> Option<&[u8]> {
        body::body_within(&self.headers, &self.body, essence)
    }

    /// The message as it is sent, with Content-Length.
    pub fn to_bytes(&self) -> Vec<u8> {
        print::request(self)
    }
}

/// A response (RFC 3261 §7.2). Content-Length is not among its headers: the body knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The answer as a number.
    pub status: StatusCode,
    /// The answer in words; may be empty.
    pub reason: String,
    /// All headers in order.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Response {
    /// A response with the usual words, no headers and no body.
    pub fn new(status: StatusCode) -> Self {
        Self { status, reason: status.reason().to_owned(), headers: Headers::new(), body: Vec::new() }
    }

    /// With a header added at the end.
    #[must_use]
    pub fn with(mut self, name: Name<'_>, value: impl fmt::Display) -> Self {
        self.headers.push(name, value);
        self
    }

    /// With a body and its Content-Type.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set(Name::ContentType, content_type);
        self.body = body.into();
        self
    }

    /// The first body of that type, such as `application/sdp`, also from inside a multipart body.
    pub fn body_of(&self, essence: &str) -> Option<&[u8]> {
        body::body_within(&self.headers, &self.body, essence)
    }

    /// The message as it is sent, with Content-Length.
    pub fn to_bytes(&self) -> Vec<u8> {
        print::response(self)
    }
}

impl Message {
    /// The message as it is sent, with Content-Length.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Request(request) => request.to_bytes(),
            Self::Response(response) => response.to_bytes(),
        }
    }
}

// Names, numbers and bodies are people's business: `Debug` shows what kind of message it is and no more.

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {:?}, {} bytes)", self.method, self.headers, self.body.len())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({} {:?}, {} bytes)", self.status, self.headers, self.body.len())
    }
}
