//! Reading headers off rsip messages, and answering requests.

use rsip::headers::{
    CallId, ContentLength, ContentType, From as FromHeader, Server, To, ToTypedHeader, UntypedHeader,
};
use rsip::message::{HasHeaders, HeadersExt};
use rsip::{Header, Headers, Method, Request, Response};

use crate::address::{self, Address};
use crate::wire::status_code;

/// What the exchange calls itself, in the Server and User-Agent headers.
pub(crate) const PRODUCT: &str = "Cordboard-Practice/0.1 (practice exchange, not a PBX)";
/// Methods that are understood (RFC 3261 §20.5).
pub(crate) const ALLOW: &str =
    "INVITE, ACK, BYE, CANCEL, UPDATE, OPTIONS, REGISTER, REFER, SUBSCRIBE, NOTIFY, PUBLISH, INFO";

/// The value of a header that rsip has no type for.
pub(crate) fn other<'a>(message: &'a impl HasHeaders, name: &str) -> Option<&'a str> {
    message.headers().iter().find_map(|header| {
        if let Header::Other(other, value) = header {
            other.eq_ignore_ascii_case(name).then_some(value.as_str())
        } else {
            None
        }
    })
}

/// The value of any header, by its long name: for those that are read as text whatever rsip makes of them.
pub(crate) fn value(message: &impl HasHeaders, name: &str) -> Option<String> {
    message.headers().iter().find_map(|header| {
        let text = header.to_string();
        let (other, value) = text.split_once(':')?;
        other.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// The seconds that `Expires` asks for.
pub(crate) fn expires(message: &impl HasHeaders) -> Option<u32> {
    value(message, "Expires")?.parse().ok()
}

/// The branch of the topmost Via, which names the transaction (RFC 3261 §17.1.3).
pub(crate) fn branch(message: &impl HeadersExt) -> Option<String> {
    let via = message.via_header().ok()?.value();
    via.split(';').skip(1).find_map(|param| {
        let (name, value) = param.split_once('=')?;
        // A second Via may follow in the same line, after a comma.
        name.trim()
            .eq_ignore_ascii_case("branch")
            .then(|| value.split(',').next().unwrap_or_default().trim().to_owned())
    })
}

/// The Call-ID.
pub(crate) fn call_id(message: &impl HeadersExt) -> String {
    message.call_id_header().map(|id: &CallId| id.value().to_owned()).unwrap_or_default()
}

/// The sequence number and method.
pub(crate) fn cseq(message: &impl HeadersExt) -> Option<(u32, Method)> {
    message.cseq_header().ok()?.typed().ok().map(|cseq| (cseq.seq, cseq.method))
}

/// The From header, as it stands and parsed.
pub(crate) fn from(message: &impl HeadersExt) -> Option<(String, Address)> {
    let value = message.from_header().ok().map(|from: &FromHeader| from.value().to_owned())?;
    address::parse(&value).ok().map(|address| (value, address))
}

/// The To header, as it stands and parsed.
pub(crate) fn to(message: &impl HeadersExt) -> Option<(String, Address)> {
    let value = message.to_header().ok().map(|to: &To| to.value().to_owned())?;
    address::parse(&value).ok().map(|address| (value, address))
}

/// The tag of an address; empty if it has none.
pub(crate) fn tag(address: &Address) -> String {
    address.param("tag").unwrap_or_default().to_owned()
}

/// The Contacts, each with the text it was parsed from.
pub(crate) fn contacts(message: &impl HeadersExt) -> Vec<(String, Option<Address>)> {
    message
        .contact_headers()
        .iter()
        .flat_map(|header| address::list(header.value()))
        .map(|text| (text.trim().to_owned(), address::parse(text).ok()))
        .collect()
}

/// The body, as text; empty if there is none.
pub(crate) fn body(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// A header that rsip has no type for.
pub(crate) fn header(name: &str, value: impl Into<String>) -> Header {
    Header::Other(name.to_owned(), value.into())
}

/// Puts a body in place, with its type and length (RFC 3261 §20.14: the length is always told).
pub(crate) fn set_body(headers: &mut Headers, kind: &str, body: &str) {
    if !body.is_empty() {
        headers.push(ContentType::from(kind).into());
    }
    headers.push(ContentLength::from(u32::try_from(body.len()).unwrap_or(u32::MAX)).into());
}

/// The answer to a request (RFC 3261 §8.2.6). `tag` is put on To unless it has one already.
pub(crate) fn answer(request: &Request, status: u16, tag: &str, extra: Vec<Header>, sdp: &str) -> Response {
    let mut headers = Headers::default();
    for via in request.headers.iter().filter(|header| matches!(header, Header::Via(_))) {
        headers.push(via.clone());
    }
    if let Some((value, _)) = from(request) {
        headers.push(FromHeader::from(value).into());
    }
    if let Some((value, address)) = to(request) {
        // 100 sets up no dialog and so has no tag (RFC 3261 §8.2.6.2).
        let tagged = address.param("tag").is_some() || tag.is_empty() || status == 100;
        headers.push(To::from(if tagged { value } else { format!("{value};tag={tag}") }).into());
    }
    headers.push(CallId::from(call_id(request)).into());
    if let Ok(cseq) = request.cseq_header() {
        headers.push(cseq.clone().into());
    }
    // A proxy's Record-Routes come back, so that both sides have the same route (RFC 3261 §12.1.1).
    for route in request.headers.iter().filter(|header| matches!(header, Header::RecordRoute(_))) {
        headers.push(route.clone());
    }
    headers.push(Server::from(PRODUCT).into());
    headers.extend(extra);
    set_body(&mut headers, "application/sdp", sdp);
    Response {
        status_code: status_code(status),
        version: rsip::Version::V2,
        headers,
        body: sdp.as_bytes().to_vec(),
    }
}
