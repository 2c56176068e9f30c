//! IPv6 in SIP: the situations that RFC 5118 §4 names, each with a message of our own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where something is not as it should be"
)]

use cordboard_sip::message::{Frame, Message, Request, parse};
use cordboard_sip::sdp::Sdp;
use cordboard_sip::uri::{Uri, UriError};

/// A request with one part to play with.
fn register(uri: &str, via: &str, contact: &str) -> String {
    format!(
        "REGISTER {uri} SIP/2.0\r\nTo: sip:user@example.com\r\nFrom: sip:user@example.com;tag=81x2\r\nVia: {via}\r\n\
        Call-ID: SSG9559905523997077@hlau_4100\r\nMax-Forwards: 70\r\nContact: {contact}\r\nCSeq: 98176 REGISTER\r\n\r\n"
    )
}

const VIA: &str = "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111";

fn read(text: &str) -> Request {
    match parse(text.as_bytes()) {
        Ok(Frame::Message(Message::Request(request))) => request,
        other => panic!("{other:?}\n{text}"),
    }
}

#[test]
fn an_address_in_the_request_uri_is_read() {
    // §4.1
    let request = read(&register("sip:[2001:db8::10]", VIA, "\"Caller\" <sip:caller@[2001:db8::1]>"));
    assert_eq!(request.uri.host(), "[2001:db8::10]");
    assert_eq!(request.headers.contacts().unwrap()[0].uri.host(), "[2001:db8::1]");
    assert_eq!(request.headers.via().unwrap().host, "[2001:db8::9:1]");
}

#[test]
fn an_address_without_brackets_is_refused() {
    // §4.2: the last group might be a port.
    let text = register("sip:2001:db8::10", VIA, "<sip:caller@[2001:db8::1]>");
    let answer = parse(text.as_bytes()).unwrap_err().answer("t").unwrap();
    assert_eq!((answer.status.code(), answer.reason.as_str()), (400, "Bad Request-URI: bad port in URI"));
}

#[test]
fn a_port_is_what_follows_the_bracket() {
    // §4.3 and §4.4: inside the brackets 5070 is a part of the address, outside it is the port.
    let inside = Uri::parse("sip:[2001:db8::10:5070]").unwrap();
    let outside = Uri::parse("sip:[2001:db8::10]:5070").unwrap();
    assert_eq!((inside.host(), inside.port()), ("[2001:db8::10:5070]", None));
    assert_eq!((outside.host(), outside.port()), ("[2001:db8::10]", Some(5070)));
    assert!(!inside.equivalent(&outside));
}

#[test]
fn received_comes_with_brackets_or_without() {
    // §4.5: the grammar wants none, but both forms are met.
    for received in ["[2001:db8::9:255]", "2001:db8::9:255"] {
        let via = format!("SIP/2.0/UDP [2001:db8::9:1];received={received};branch=z9hG4bKas3");
        let request = read(&register("sip:example.com", &via, "sip:user@example.com"));
        let via = request.headers.via().unwrap();
        assert_eq!(via.params.get("received").as_deref(), Some(received));
        assert_eq!(via.branch(), Some("z9hG4bKas3"));
    }
}

#[test]
fn a_zone_or_a_broken_address_is_none() {
    // RFC 3986 §3.2.2: no zone, no more than eight groups, one `::`.
    for text in ["sip:[fe80::1%eth0]", "sip:[1:2:3:4:5:6:7:8:9]", "sip:[1::2::3]", "sip:[]", "sip:[::1]x"] {
        assert!(matches!(Uri::parse(text), Err(UriError::BadAddress | UriError::BadHost)), "{text}");
    }
}

#[test]
fn many_addresses_in_a_description_are_let_through() {
    // §4.6 and §4.8: IPv4 and IPv6 sections side by side.
    let text = "v=0\r\no=bob 280744730 28977631 IN IP6 2001:db8::20\r\ns=-\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\n\
        c=IN IP6 2001:db8::20\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP4 192.0.2.1\r\na=rtpmap:107 H263-1998/90000\r\n";
    let sdp = Sdp::parse(text).unwrap();
    assert_eq!(sdp.media().count(), 2);
    assert_eq!(sdp.to_string(), text);
}

#[test]
fn ipv4_mapped_addresses_are_read_and_compare_like_others() {
    // §4.9
    let mapped = Uri::parse("sip:alice@[::ffff:192.0.2.10]:19823").unwrap();
    let hex = Uri::parse("sip:alice@[::FFFF:c000:20a]:19823").unwrap();
    assert!(mapped.equivalent(&hex));
    assert_eq!(mapped.port(), Some(19823));
}

#[test]
fn the_ipv6_any_address_holds_like_its_older_brother() {
    let text = "v=0\r\no=- 1 1 IN IP6 ::\r\ns=-\r\nc=IN IP6 ::\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\n";
    assert!(Sdp::parse(text).unwrap().audio().unwrap().direction().is_hold());
}

#[test]
fn hops_and_contacts_may_mix_names_and_addresses_of_both_kinds() {
    // §4.7
    let via = "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hj";
    let request = read(&register("sip:user@example.com", via, "\"Caller\" <sip:caller@[2001:db8::20]>"));
    let hosts: Vec<_> = request.headers.vias().unwrap().into_iter().map(|via| via.host).collect();
    assert_eq!(hosts, ["[2001:db8::9:1]", "192.0.2.1"]);
}

#[test]
fn a_third_colon_before_an_ipv4_tail_is_let_pass_and_nowhere_else() {
    // §4.10
    let odd = Uri::parse("sip:user@[2001:db8:::192.0.2.1]").unwrap();
    assert!(odd.equivalent(&Uri::parse("sip:user@[2001:db8::192.0.2.1]").unwrap()));
    let request = read(&register("sip:user@[2001:db8:::192.0.2.1]", VIA, "<sip:a@b>"));
    assert_eq!(request.uri.as_str(), "sip:user@[2001:db8:::192.0.2.1]");
    let text = register("sip:user@example.com", VIA, "<sip:user@[2001:db8:::1]>");
    let answer = parse(text.as_bytes()).unwrap_err().answer("t").unwrap();
    assert!(answer.reason.starts_with("Bad Contact"), "{}", answer.reason);
}
