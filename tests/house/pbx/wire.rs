//! Frames to and from rsip messages, and what every frame of ours must have. rsip is a second opinion: a frame that
//! it cannot read, or that RFC 3261 and RFC 7118 would not have, fails the story.

use rsip::headers::{CSeq, CallId, ContentLength, ContentType, From, MaxForwards, To, Via};
use rsip::message::HasHeaders;
use rsip::{Header, Headers, Method, Request, Response, SipMessage, StatusCode, Version};

/// One frame of ours.
pub(crate) enum Frame {
    /// CRLFCRLF (RFC 5626 §4.4.1).
    Ping,
    Request(Request),
    Response(Response),
}

pub(crate) fn read(frame: &[u8]) -> Frame {
    if frame == b"\r\n\r\n" {
        return Frame::Ping;
    }
    let message = SipMessage::try_from(frame)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(frame)));
    for name in ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length"] {
        assert!(value(&message, name).is_some(), "no {name} in {message}");
    }
    assert_eq!(value(&message, "Content-Length"), Some(message.body().len().to_string()), "{message}");
    match message {
        SipMessage::Request(request) => {
            check_request(&request);
            Frame::Request(request)
        }
        SipMessage::Response(response) => Frame::Response(response),
    }
}

fn check_request(request: &Request) {
    // RFC 7118 §5.2.1, RFC 3261 §8.1.1.7
    let via = value(request, "Via").unwrap();
    assert!(via.starts_with("SIP/2.0/WS ") && via.contains(".invalid"), "{via}");
    assert!(branch(request).starts_with("z9hG4bK"), "{via}");
    assert!(value(request, "Max-Forwards").is_some(), "no Max-Forwards in {request}");
    assert_eq!(cseq(request).1, request.method.to_string(), "{request}");
    let makes_a_dialog = matches!(request.method, Method::Invite | Method::Refer | Method::Register);
    assert!(!makes_a_dialog || value(request, "Contact").is_some(), "no Contact in {request}");
}

/// The first value of a header.
pub(crate) fn value(message: &impl HasHeaders, name: &str) -> Option<String> {
    values(message, name).into_iter().next()
}

pub(crate) fn values(message: &impl HasHeaders, name: &str) -> Vec<String> {
    let printed = message.headers().iter().map(ToString::to_string);
    let split = printed.filter_map(|line| {
        line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
    });
    split.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

pub(crate) fn cseq(message: &impl HasHeaders) -> (u32, String) {
    let cseq = value(message, "CSeq").unwrap();
    let (number, method) = cseq.split_once(' ').expect("number and method");
    (number.parse().unwrap(), method.to_owned())
}

pub(crate) fn branch(message: &impl HasHeaders) -> String {
    value(message, "Via").and_then(|via| param(&via, "branch")).unwrap_or_default()
}

pub(crate) fn tag(message: &impl HasHeaders, name: &str) -> Option<String> {
    param(&value(message, name)?, "tag")
}

/// A parameter of an address or a Via. rsip refuses quoted ones, such as `+sip.instance="<urn:uuid:…>"`, and reads
/// no `Contact` that has one; so the parameters of all headers are read here.
pub(crate) fn param(value: &str, name: &str) -> Option<String> {
    let after_uri = value.split_once('>').map_or(value, |(_, rest)| rest);
    let found = after_uri.split(';').skip(1).find_map(|param| {
        let (other, value) = param.split_once('=').unwrap_or((param, ""));
        other.trim().eq_ignore_ascii_case(name).then_some(value)
    });
    found.map(|value| value.trim().trim_matches(['"', '<', '>']).to_owned())
}

/// The URI of an address.
pub(crate) fn uri(value: &str) -> String {
    let bare = value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(uri, _)| uri);
    bare.unwrap_or_else(|| value.split(';').next().unwrap_or_default()).to_owned()
}

/// The user part of an address.
pub(crate) fn user(value: &str) -> String {
    let uri = uri(value);
    let bare = uri.split_once(':').map_or(uri.as_str(), |(_, rest)| rest);
    bare.split(['@', ';']).next().unwrap_or_default().to_owned()
}

pub(crate) fn body(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Headers of a message to be built: names and values.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// A header as rsip has it.
fn header((name, value): (&str, String)) -> Header {
    match name {
        "Via" => Via::from(value).into(),
        "From" => From::from(value).into(),
        "To" => To::from(value).into(),
        "Call-ID" => CallId::from(value).into(),
        "CSeq" => CSeq::from(value).into(),
        "Max-Forwards" => MaxForwards::from(value).into(),
        "Content-Type" => ContentType::from(value).into(),
        "Content-Length" => ContentLength::from(value).into(),
        _ => Header::Other(name.to_owned(), value),
    }
}

fn headers(lines: Lines, kind: &str, body: &str) -> Headers {
    let mut headers = Headers::default();
    let kind = (!body.is_empty()).then(|| ("Content-Type", kind.to_owned()));
    let length = ("Content-Length", body.len().to_string());
    for line in lines.into_iter().chain(kind).chain([length]) {
        headers.push(header(line));
    }
    headers
}

pub(crate) fn request(method: Method, uri: &str, lines: Lines, kind: &str, body: &str) -> Request {
    Request {
        method,
        uri: rsip::Uri::try_from(uri).unwrap_or_else(|error| panic!("{error}: {uri}")),
        version: Version::V2,
        headers: headers(lines, kind, body),
        body: body.as_bytes().to_vec(),
    }
}

/// A response (RFC 3261 §8.2.6). `tag` is put on To where it has none.
pub(crate) fn response(request: &Request, status: u16, tag: &str, more: Lines, sdp: &str) -> Response {
    let mut lines: Lines = values(request, "Via").into_iter().map(|via| ("Via", via)).collect();
    for name in ["From", "To", "Call-ID", "CSeq"] {
        let mut value = value(request, name).unwrap();
        if name == "To" && status != 100 && param(&value, "tag").is_none() {
            value = format!("{value};tag={tag}");
        }
        lines.push((name, value));
    }
    lines.extend(more);
    Response {
        status_code: StatusCode::Other(status, words(status).to_owned()),
        version: Version::V2,
        headers: headers(lines, "application/sdp", sdp),
        body: sdp.as_bytes().to_vec(),
    }
}

/// What people call a status: rsip prints its own names without spaces.
pub(crate) fn words(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        183 => "Session Progress",
        200 => "OK",
        202 => "Accepted",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        423 => "Interval Too Brief",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        484 => "Address Incomplete",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        491 => "Request Pending",
        503 => "Service Unavailable",
        603 => "Decline",
        other => panic!("no words for {other}"),
    }
}
