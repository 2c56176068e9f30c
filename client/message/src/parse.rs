//! From one WebSocket frame to a message, or to a refusal (RFC 3261 §7, §8.2, §18.3; RFC 4475).

use crate::ascii::{TOKEN, is};
use crate::head::Head;
use crate::header::{CSeq, HeaderError, Problem, check_address, check_via};
use crate::refusal::{Fault, Refusal};
use crate::scan::{number, trim, values};
use crate::uri::{Scheme, Uri};
use crate::{Frame, Headers, Method, Name, Request, Response, StatusCode};

/// The longest frame that is read, bytes: room for the state of some hundred colleagues in one NOTIFY (RFC 4662).
pub const MAX_SIZE: usize = 256 * 1024;

/// Reads one frame.
///
/// # Errors
/// A [`Refusal`] that says what is wrong and, if the frame is a request to be answered, has the answer.
pub fn parse(frame: &[u8]) -> Result<Frame, Refusal> {
    let trimmed = frame.trim_ascii_start();
    if trimmed.is_empty() {
        return keep_alive(frame);
    }
    let too_large = frame.len() > MAX_SIZE;
    let (head, body) = Head::split(trimmed.get(..MAX_SIZE).unwrap_or(trimmed));
    let (headers, lines) = head.headers(1);
    // The first fault in this order is the one that is told.
    let fault = if too_large { Err(Fault::TooLarge) } else { lines };
    match StartLine::read(head.first_line()) {
        StartLine::Request { method, uri, version } => {
            request(method, uri, version, headers, body, fault).map(|request| Frame::Message(request.into()))
        }
        StartLine::Response { status, reason } => {
            response(status, reason, headers, body, fault).map(|response| Frame::Message(response.into()))
        }
        StartLine::Noise => Err(Refusal::silent(Fault::NotSip)),
    }
}

/// RFC 5626 §4.4.1: two line ends are a ping, one is a pong.
fn keep_alive(frame: &[u8]) -> Result<Frame, Refusal> {
    match frame.iter().filter(|byte| **byte == b'\n').count() {
        0 => Err(Refusal::silent(Fault::NotSip)),
        1 => Ok(Frame::Pong),
        _ => Ok(Frame::Ping),
    }
}

fn request(
    method: Method,
    uri: &str,
    version: Result<(), Fault>,
    mut headers: Headers,
    body: &[u8],
    fault: Result<(), Fault>,
) -> Result<Request, Refusal> {
    let read = fault
        .and(version)
        .and_then(|()| check_request(&method, &headers))
        .and_then(|()| request_uri(uri))
        .and_then(|uri| Ok((uri, body_of(&headers, body)?)));
    match read {
        Ok((uri, body)) => {
            headers.remove(Name::ContentLength);
            Ok(Request { method, uri, headers, body: body.to_vec() })
        }
        Err(fault) => Err(Refusal::of_request(fault, method, headers)),
    }
}

fn response(
    status: Option<StatusCode>,
    reason: &str,
    mut headers: Headers,
    body: &[u8],
    fault: Result<(), Fault>,
) -> Result<Response, Refusal> {
    let read = fault
        .and(status.ok_or(Fault::Status))
        .and_then(|status| check_response(&headers).map(|()| status))
        .and_then(|status| Ok((status, body_of(&headers, body)?)));
    let (status, body) = read.map_err(Refusal::silent)?;
    headers.remove(Name::ContentLength);
    Ok(Response { status, reason: reason.to_owned(), headers, body: body.to_vec() })
}

/// RFC 4475 §3.1.2.11 lets us ignore the headers of a Request-URI; §3.3.2 wants 416 for other schemes.
fn request_uri(text: &str) -> Result<Uri, Fault> {
    let uri = Uri::parse(text).map_err(Fault::RequestUri)?;
    match uri.scheme() {
        Scheme::Sip | Scheme::Sips if text.contains('?') => Ok(uri.without_headers()),
        Scheme::Sip | Scheme::Sips | Scheme::Tel => Ok(uri),
        Scheme::Other => Err(Fault::Scheme),
    }
}

/// RFC 3261 §8.1.1: what every request must have to be served at all.
fn check_request(method: &Method, headers: &Headers) -> Result<(), Fault> {
    let cseq = check_both(headers)?;
    if cseq.method != *method {
        return Err(Fault::MethodMismatch);
    }
    headers.max_forwards().map_err(Fault::Header)?;
    if headers.get(Name::Contact) != Some("*") {
        check_list(headers, Name::Contact, check_address)?;
    }
    Ok(())
}

fn check_response(headers: &Headers) -> Result<(), Fault> {
    check_both(headers)?;
    if headers.all_values(Name::Via).nth(1).is_some() { Err(Fault::NotForUs) } else { Ok(()) }
}

fn check_both(headers: &Headers) -> Result<CSeq, Fault> {
    if let Some(name) = headers.contradicted() {
        return Err(fault(name, Problem::Contradicted));
    }
    check_list(headers, Name::Via, check_via)?;
    for name in [Name::From, Name::To] {
        let text = headers.get(name).ok_or(fault(name, Problem::Missing))?;
        check_address(text).map_err(|problem| fault(name, problem))?;
    }
    if !headers.contains(Name::Via) {
        return Err(fault(Name::Via, Problem::Missing));
    }
    headers.call_id().map_err(Fault::Header)?;
    headers.cseq().map_err(Fault::Header)
}

fn check_list(
    headers: &Headers,
    name: Name<'static>,
    check: impl Fn(&str) -> Result<(), Problem>,
) -> Result<(), Fault> {
    headers
        .all(name)
        .flat_map(values)
        .try_for_each(|value| value.and_then(&check))
        .map_err(|problem| fault(name, problem))
}

fn fault(name: Name<'static>, problem: Problem) -> Fault {
    Fault::Header(HeaderError { name, problem })
}

/// RFC 3261 §18.3: the body is as long as Content-Length says; a frame ends the body if nothing is said (RFC 7118 §5).
fn body_of<'a>(headers: &Headers, body: &'a [u8]) -> Result<&'a [u8], Fault> {
    let Some(text) = headers.get(Name::ContentLength) else { return Ok(body) };
    let length = number(trim(text)).ok_or(fault(Name::ContentLength, Problem::Number))?;
    body.get(..length as usize).ok_or(Fault::BodyTruncated)
}

/// The first line of a message (RFC 3261 §7.1, §7.2).
enum StartLine<'a> {
    Request { method: Method, uri: &'a str, version: Result<(), Fault> },
    Response { status: Option<StatusCode>, reason: &'a str },
    Noise,
}

impl<'a> StartLine<'a> {
    fn read(line: &'a str) -> Self {
        // White space at the end is wrong, but cannot mean anything (RFC 4475 §3.1.2.10).
        let line = line.trim_ascii_end();
        if let Some(rest) = strip_version(line) {
            return Self::response(rest);
        }
        let method_end = line.bytes().position(|byte| !is(byte, TOKEN)).unwrap_or(line.len());
        let (method, rest) = line.split_at_checked(method_end).unwrap_or((line, ""));
        let (Some(method), Some((uri, version))) = (Method::parse(method), rest.rsplit_once([' ', '\t']))
        else {
            return Self::Noise;
        };
        let version = match strip_version(version) {
            Some("") => Ok(()),
            None if starts_with_sip(version) => Err(Fault::Version),
            Some(_) | None => return Self::Noise,
        };
        // Exactly one space on either side of the URI, and none inside (RFC 4475 §3.1.2.8, §3.1.2.9).
        let uri = uri.strip_prefix(' ').filter(|uri| !uri.is_empty() && !uri.contains([' ', '\t']));
        match uri {
            Some(uri) => Self::Request { method, uri, version },
            None => Self::Request { method, uri: "", version: version.and(Err(Fault::StartLine)) },
        }
    }

    fn response(rest: &'a str) -> Self {
        let Some(rest) = rest.strip_prefix(' ') else { return Self::Noise };
        // Some gateways leave the words and the space before them out.
        let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let status = if code.len() == 3 { number(code) } else { None };
        let status = status.and_then(|code| u16::try_from(code).ok()).and_then(StatusCode::new);
        Self::Response { status, reason }
    }
}

/// What follows `SIP/2.0`, in any case (RFC 3261 §7.1).
fn strip_version(text: &str) -> Option<&str> {
    let (version, rest) = text.split_at_checked(7)?;
    version.eq_ignore_ascii_case("SIP/2.0").then_some(rest)
}

fn starts_with_sip(text: &str) -> bool {
    text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("SIP/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_HEADERS;
    use crate::Message;

    const OPTIONS: &str = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\n\
        To: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n";

    fn read(text: &str) -> Request {
        match parse(text.as_bytes()) {
            Ok(Frame::Message(Message::Request(request))) => request,
            other => panic!("{other:?}"),
        }
    }

    fn fault_of(text: &str) -> Fault {
        parse(text.as_bytes()).unwrap_err().fault
    }

    #[test]
    fn line_ends_alone_are_pings_and_pongs() {
        assert_eq!(parse(b"\r\n\r\n"), Ok(Frame::Ping));
        assert_eq!(parse(b"\r\n"), Ok(Frame::Pong));
        assert_eq!(parse(b"").unwrap_err().fault, Fault::NotSip);
    }

    #[test]
    fn folds_compact_names_and_bare_line_feeds_are_read() {
        let text = "OPTIONS sip:a@b SIP/2.0\nv : SIP/2.0/WS x.invalid\n ;branch=z9hG4bK1\nf:<sip:c@d>\n\t;tag=1\nT: sip:a@b\ni:1\n\
            cseq: 1\n  OPTIONS\ns:\n\nbody";
        let request = read(text);
        assert_eq!(request.headers.via().unwrap().branch(), Some("z9hG4bK1"));
        assert_eq!(request.headers.from().unwrap().tag(), Some("1"));
        assert_eq!(request.headers.get(Name::Subject), Some(""));
        assert_eq!(request.body, b"body");
    }

    #[test]
    fn a_body_is_kept_byte_for_byte_and_ends_where_its_length_says() {
        let mut frame = format!("{OPTIONS}Content-Length: 3\r\n\r\n").into_bytes();
        frame.extend([0, 255, 13, 10]);
        let Ok(Frame::Message(message)) = parse(&frame) else { panic!() };
        assert_eq!(message.body(), [0, 255, 13]);
        frame.truncate(frame.len() - 2);
        assert_eq!(parse(&frame).unwrap_err().fault, Fault::BodyTruncated);
    }

    #[test]
    fn latin_1_of_an_old_gateway_is_read_as_such() {
        let mut frame =
            OPTIONS.replace("From: ", "From: \"Ren@\" ").replace("To: ", "To: \"Zoë\" ").into_bytes();
        let at = frame.windows(4).position(|four| four == b"Ren@").unwrap() + 3;
        frame[at] = 0xe9;
        let Ok(Frame::Message(message)) = parse(&frame) else { panic!() };
        assert_eq!(message.headers().from().unwrap().display, "René");
        assert_eq!(message.headers().to().unwrap().display, "Zoë");
    }

    #[test]
    fn a_lone_return_never_gets_through() {
        let request = read(&format!("{OPTIONS}Subject: a\rb\r\n\r\n"));
        assert_eq!(request.headers.get(Name::Subject), Some("a b"));
    }

    #[test]
    fn a_form_feed_is_white_space_for_everybody() {
        let request = read(&format!("{OPTIONS}Contact: <sip:a@b> ;c=d\x0c;\r\n\r\n"));
        let contact = request.headers.contacts().unwrap().remove(0);
        assert_eq!(contact.params.to_string(), ";c=d");
    }

    #[test]
    fn limits_are_kept_and_told() {
        let many = format!("{OPTIONS}{}\r\n", "X: y\r\n".repeat(MAX_HEADERS));
        assert_eq!(fault_of(&many), Fault::TooManyHeaders);
        let large = format!("{OPTIONS}\r\n{}", "x".repeat(MAX_SIZE));
        let refusal = parse(large.as_bytes()).unwrap_err();
        assert_eq!(refusal.answer("t").unwrap().status, StatusCode::MESSAGE_TOO_LARGE);
    }

    #[test]
    fn a_refused_request_is_answered_with_what_was_there() {
        let refusal = parse(OPTIONS.replace("CSeq: 1", "CSeq: x").as_bytes()).unwrap_err();
        let answer = refusal.answer("9").unwrap();
        assert_eq!(answer.reason, "Bad CSeq: bad number");
        assert_eq!(answer.headers.to().unwrap().tag(), Some("9"));
        assert_eq!(answer.headers.get(Name::CallId), Some("1"));
    }

    #[test]
    fn responses_and_acks_are_refused_in_silence() {
        let ack = OPTIONS.replace("OPTIONS", "ACK").replace("Call-ID: 1\r\n", "");
        assert_eq!(parse(ack.as_bytes()).unwrap_err().answer("9"), None);
        let response = OPTIONS.replace("OPTIONS sip:a@b SIP/2.0", "SIP/2.0 999 Odd");
        let refusal = parse(response.as_bytes()).unwrap_err();
        assert_eq!((refusal.fault, refusal.answer("9")), (Fault::Status, None));
    }

    #[test]
    fn noise_is_no_sip() {
        for noise in ["GET / HTTP/1.1\r\n\r\n", "hello", "SIP/2.0", "\u{fffd}", "INVITE sip:a@b"] {
            assert_eq!(fault_of(noise), Fault::NotSip, "{noise}");
        }
    }
}
