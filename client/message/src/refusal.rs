//! Frames that are no message we can serve: what is wrong, and what to answer.

use std::fmt;

use crate::header::{HeaderError, NameAddr};
use crate::uri::UriError;
use crate::{Headers, Method, Name, Response, StatusCode};

/// What is wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing that looks like SIP.
    NotSip,
    /// Longer than [`crate::MAX_SIZE`].
    TooLarge,
    /// More header lines than [`crate::MAX_HEADERS`].
    TooManyHeaders,
    /// The first line has wrong spaces or words.
    StartLine,
    /// A SIP version other than 2.0.
    Version,
    /// The status is not 100 to 699.
    Status,
    /// The Request-URI is none.
    RequestUri(UriError),
    /// The Request-URI has a scheme that we do not serve.
    Scheme,
    /// A header line without colon or with a bad name.
    HeaderLine,
    /// A header that must be readable is not.
    Header(HeaderError),
    /// CSeq names another method than the first line.
    MethodMismatch,
    /// Content-Length promises more than the frame holds.
    BodyTruncated,
    /// A response with several Vias is for somebody else (RFC 3261 §8.1.3.3).
    NotForUs,
}

impl Fault {
    /// The status that tells the peer (RFC 3261 §21.4, §21.5).
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::MESSAGE_TOO_LARGE,
            Self::Version => StatusCode::VERSION_NOT_SUPPORTED,
            Self::Scheme => StatusCode::UNSUPPORTED_URI_SCHEME,
            Self::NotSip
            | Self::TooManyHeaders
            | Self::StartLine
            | Self::Status
            | Self::RequestUri(_)
            | Self::HeaderLine
            | Self::Header(_)
            | Self::MethodMismatch
            | Self::BodyTruncated
            | Self::NotForUs => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSip => f.write_str("Not a SIP message"),
            Self::TooLarge => f.write_str("Message too large"),
            Self::TooManyHeaders => f.write_str("Too many headers"),
            Self::StartLine => f.write_str("Bad start line"),
            Self::Version => f.write_str("SIP version not supported"),
            Self::Status => f.write_str("Bad status code"),
            Self::RequestUri(error) => write!(f, "Bad Request-URI: {error}"),
            Self::Scheme => f.write_str("URI scheme not supported"),
            Self::HeaderLine => f.write_str("Bad header line"),
            Self::Header(error) => error.fmt(f),
            Self::MethodMismatch => f.write_str("CSeq method differs from request"),
            Self::BodyTruncated => f.write_str("Body shorter than Content-Length"),
            Self::NotForUs => f.write_str("Response with several Vias"),
        }
    }
}

/// A frame that was refused.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub fault: Fault,
    /// The request's method and what could be read of its headers; `None` if nothing may be answered.
    request: Option<Box<(Method, Headers)>>,
}

impl Refusal {
    /// A refusal that nobody is told of: a response, an ACK, or noise.
    pub(super) fn silent(fault: Fault) -> Self {
        Self { fault, request: None }
    }

    /// A refused request.
    pub(super) fn of_request(fault: Fault, method: Method, headers: Headers) -> Self {
        // An ACK is never answered (RFC 3261 §17.1.1.3), nor can be what does not say where the answer goes.
        let answerable = method != Method::Ack && headers.contains(Name::Via);
        Self { fault, request: answerable.then(|| Box::new((method, headers))) }
    }

    /// The method of the refused request, if it is to be answered.
    pub fn method(&self) -> Option<&Method> {
        self.request.as_deref().map(|(method, _)| method)
    }

    /// The response to send, if one may be sent: with the fault as reason phrase, as RFC 3261 §21.4.1 wishes, and
    /// those of Via, From, To, Call-ID and CSeq that were there.
    pub fn answer(&self, to_tag: &str) -> Option<Response> {
        let (_, headers) = self.request.as_deref()?;
        let status = self.fault.status();
        let mut response = Response::new(status);
        if status == StatusCode::BAD_REQUEST {
            response.reason = self.fault.to_string();
        }
        copy_for_answer(&mut response.headers, headers, Some(to_tag));
        Some(response)
    }
}

/// Says the fault only: the headers are people's business.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({:?}, method {:?})", self.fault, self.method())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for Refusal {}

/// RFC 3261 §8.2.6.2: what a response repeats from its request. Each single header once, even if the request had more.
pub(super) fn copy_for_answer(response: &mut Headers, request: &Headers, to_tag: Option<&str>) {
    response.copy_from(request, Name::Via);
    if let Some(from) = request.get(Name::From) {
        response.push(Name::From, from);
    }
    if let Some(to) = request.get(Name::To) {
        match (to_tag, NameAddr::parse(to)) {
            (Some(tag), Ok(address)) if address.tag().is_none() => {
                response.push(Name::To, address.with_tag(tag))
            }
            // A To that cannot be read goes back as it came.
            (Some(_) | None, _) => response.push(Name::To, to),
        }
    }
    for name in [Name::CallId, Name::CSeq] {
        if let Some(value) = request.get(name) {
            response.push(name, value);
        }
    }
}
