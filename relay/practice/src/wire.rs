//! Frames to and from rsip messages.
//!
//! rsip 0.4 is the second opinion on every frame that our own client stack sends. It refuses some things that
//! RFC 3261 allows; what is needed for those is done here, in one place, and nowhere else:
//! folded and compact headers, space around the colon, and dots in the user part of the Request-URI.

use rsip::common::uri::Scheme;
use rsip::message::HeadersExt;
use rsip::{Header, Headers, Method, Request, Response, StatusCode};

/// One WebSocket message, understood.
#[derive(Debug)]
pub(crate) enum Frame {
    /// CRLFCRLF (RFC 5626 §3.5.1): answered with CRLF.
    KeepAlive,
    /// A request with all headers that a request must have (RFC 3261 §8.1.1).
    Request(Request),
    /// A response with all headers that tell what it answers.
    Response(Response),
}

/// Why a frame was not understood.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// What rsip, or we, took exception to.
    pub(crate) problem: Problem,
    /// The answer, where there is enough of a request to answer.
    pub(crate) answer: Option<Response>,
}

/// What is wrong with a frame.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Not UTF-8, which SIP is (RFC 3261 §7).
    NotText,
    /// rsip does not take it.
    NotSip(rsip::Error),
    /// The CSeq names another method than the request line (RFC 3261 §8.1.1.5).
    OtherMethod,
    /// The Request-URI is no SIP URI. rsip takes `<sip:a@b>` for one, brackets and all.
    NoSipUri,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotText => f.write_str("the frame is not UTF-8"),
            Self::NotSip(error) => write!(f, "not a SIP message: {error}"),
            Self::OtherMethod => f.write_str("the CSeq names another method than the request line"),
            Self::NoSipUri => f.write_str("the Request-URI is no SIP URI"),
        }
    }
}

/// Reads one WebSocket message (RFC 7118 §5.2: exactly one SIP message).
pub(crate) fn decode(bytes: &[u8]) -> Result<Frame, Refusal> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Refusal { problem: Problem::NotText, answer: None });
    };
    if text.chars().all(|c| c == '\r' || c == '\n') {
        return Ok(Frame::KeepAlive);
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let (start, headers) = plain(head);
    let plain_text = format!("{start}\r\n{}\r\n{body}", lines(&headers));
    let parsed = if start.starts_with("SIP/") {
        Response::try_from(plain_text)
            .and_then(|response| check_headers(&response).map(|_| Frame::Response(response)))
    } else {
        Request::try_from(plain_text)
            .and_then(|request| check_headers(&request).map(|_| Frame::Request(request)))
    };
    match parsed {
        Ok(Frame::Request(request)) if method_in_cseq(&request) != Some(request.method) => {
            Err(refuse(&start, &headers, Problem::OtherMethod))
        }
        Ok(Frame::Request(request)) if !matches!(request.uri.scheme, Some(Scheme::Sip | Scheme::Sips)) => {
            Err(refuse(&start, &headers, Problem::NoSipUri))
        }
        Ok(frame) => Ok(frame),
        Err(error) => Err(refuse(&start, &headers, Problem::NotSip(error))),
    }
}

/// Start line and header fields as rsip takes them.
fn plain(head: &str) -> (String, Vec<(String, String)>) {
    // A line that begins with space goes on with the header before it (RFC 3261 §7.3.1).
    let unfolded = head.trim_start_matches(['\r', '\n']).replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut all = unfolded.split("\r\n");
    let start = escape_user(all.next().unwrap_or_default());
    let headers = all
        .filter(|line| !line.is_empty())
        .map(|line| match line.split_once(':') {
            Some((name, value)) => (full_name(name.trim_end()).to_owned(), value.trim().to_owned()),
            None => (line.to_owned(), String::new()),
        })
        .collect();
    (start, headers)
}

/// The long name of a compact one (RFC 3261 §7.3.3 and the RFCs of the extensions).
fn full_name(name: &str) -> &str {
    match name.to_ascii_lowercase().as_str() {
        "v" => "Via",
        "f" => "From",
        "t" => "To",
        "i" => "Call-ID",
        "m" => "Contact",
        "l" => "Content-Length",
        "c" => "Content-Type",
        "e" => "Content-Encoding",
        "k" => "Supported",
        "s" => "Subject",
        "r" => "Refer-To",
        "b" => "Referred-By",
        "o" => "Event",
        "u" => "Allow-Events",
        _ => name,
    }
}

/// rsip ends the user part at the first dot, and then finds no host: dots are sent to it escaped, which RFC 3261
/// §19.1.4 holds to be the same user.
pub(crate) fn escape_user(text: &str) -> String {
    match text.split_once('@') {
        Some((user, rest)) => format!("{}@{rest}", user.replace('.', "%2E")),
        None => text.to_owned(),
    }
}

fn lines(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
}

fn check_headers(message: &impl HeadersExt) -> Result<(), rsip::Error> {
    use rsip::headers::ToTypedHeader;
    message.via_header()?;
    message.from_header()?;
    message.to_header()?;
    message.call_id_header()?;
    message.cseq_header()?.typed()?;
    Ok(())
}

fn method_in_cseq(request: &Request) -> Option<Method> {
    use rsip::headers::ToTypedHeader;
    request.cseq_header().ok()?.typed().ok().map(|cseq| cseq.method)
}

/// What is said to a request that could not be read, if its sender can be told which one it was.
fn refuse(start: &str, headers: &[(String, String)], problem: Problem) -> Refusal {
    let mut words = start.split(' ');
    let method = words.next().unwrap_or_default();
    // An ACK is never answered (RFC 3261 §17.1.1.3), a response neither.
    let answerable = words.next_back() == Some("SIP/2.0") && method != "ACK";
    let found = |name: &str| {
        headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
    };
    let echo = || -> Option<Headers> {
        let mut echo = Headers::default();
        for (_, via) in headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Via")) {
            echo.push(rsip::headers::Via::from(via.clone()).into());
        }
        echo.push(rsip::headers::From::from(found("From")?).into());
        echo.push(rsip::headers::To::from(found("To")?).into());
        echo.push(rsip::headers::CallId::from(found("Call-ID")?).into());
        echo.push(rsip::headers::CSeq::from(found("CSeq")?).into());
        echo.push(Header::ContentLength(0.into()));
        Some(echo)
    };
    let status = if method.parse::<Method>().is_err() { 501 } else { 400 };
    let answer = if answerable { echo() } else { None };
    Refusal {
        problem,
        answer: answer.map(|headers| Response {
            status_code: status_code(status),
            version: rsip::Version::V2,
            headers,
            body: Vec::new(),
        }),
    }
}

/// A status with the words that people know: rsip prints its own as `486 BusyHere`.
pub(crate) fn status_code(code: u16) -> StatusCode {
    let words = match code {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        202 => "Accepted",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        412 => "Conditional Request Failed",
        421 => "Extension Required",
        423 => "Interval Too Brief",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        491 => "Request Pending",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        603 => "Decline",
        other => return StatusCode::from(other),
    };
    StatusCode::Other(code, words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: k\r\nCSeq: 1 OPTIONS\r\n";

    #[test]
    fn what_rsip_refuses_and_the_rfc_allows_is_read() {
        let folded = "OPTIONS sip:no.ra@d SIP/2.0\r\nv : SIP/2.0/WS x.invalid\r\n ;branch=z9hG4bK1\r\nf: <sip:a@b>;tag=1\r\nt: <sip:c@d>\r\ni: k\r\nCSeq: 1 OPTIONS\r\n\r\n";
        let Ok(Frame::Request(request)) = decode(folded.as_bytes()) else { panic!("refused") };
        assert_eq!(request.via_header().unwrap().to_string(), "Via: SIP/2.0/WS x.invalid ;branch=z9hG4bK1");
        assert_eq!(request.uri.user(), Some("no%2Era"));
    }

    #[test]
    fn keep_alives_are_no_messages() {
        assert!(matches!(decode(b"\r\n\r\n"), Ok(Frame::KeepAlive)));
        assert!(matches!(decode(b""), Ok(Frame::KeepAlive)));
    }

    #[test]
    fn a_request_that_cannot_be_read_is_answered_and_noise_is_not() {
        let answer =
            |text: &str| decode(text.as_bytes()).unwrap_err().answer.map(|answer| answer.status_code.code());
        assert_eq!(answer(&format!("OPTIONS <sip:a@b> SIP/2.0\r\n{HEAD}\r\n")), Some(400));
        assert_eq!(answer(&format!("DANCE sip:a@b SIP/2.0\r\n{HEAD}\r\n")), Some(501));
        assert_eq!(answer(&format!("BYE sip:a@b SIP/2.0\r\n{HEAD}\r\n")), Some(400));
        assert_eq!(answer("noise"), None);
        assert_eq!(answer(&format!("ACK sip:a@b SIP/2.0\r\n{HEAD}\r\n")), None);
        assert!(decode(&[0xff, 0xfe]).unwrap_err().answer.is_none());
    }
}
