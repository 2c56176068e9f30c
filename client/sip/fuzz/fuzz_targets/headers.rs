//! Any text as the value of each structured header: never a panic, and what is read prints as something that reads the
//! same. The first byte says which header.
#![no_main]

use std::fmt::{Debug, Display};

use cordboard_sip::message::header::{
    CSeq, Challenge, Event, Info, MediaType, NameAddr, Params, Problem, RAck, Reason, Replaces,
    SessionExpires, SubscriptionState, Via,
};
use cordboard_sip::message::{Headers, Name};
use cordboard_sip::uri::{Part, Uri, escape, unescape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, value)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(value) else { return };
    // A message's values are one line each, and no form feed reaches them.
    let text = &text.replace(['\r', '\n', '\x0c'], " ");
    match which % 16 {
        0 => same(text, NameAddr::parse),
        1 => same(text, Via::parse),
        2 => same(text, Params::parse),
        3 => same(text, CSeq::parse),
        4 => same(text, RAck::parse),
        5 => same(text, Event::parse),
        6 => same(text, SubscriptionState::parse),
        7 => same(text, Reason::parse),
        8 => same(text, Replaces::parse),
        9 => same(text, SessionExpires::parse),
        10 => same(text, MediaType::parse),
        11 => _ = Info::parse(text),
        12 => _ = Challenge::parse_all(text).map(|challenges| answer(&challenges)),
        13 => uri(text),
        14 => escaped(text),
        _ => list(text),
    }
});

/// What is read and printed reads the same.
fn same<T: PartialEq + Debug + Display>(text: &str, parse: impl Fn(&str) -> Result<T, Problem>) {
    if let Ok(value) = parse(text) {
        let printed = value.to_string();
        assert_eq!(parse(&printed), Ok(value), "{text:?} became {printed:?}");
    }
}

fn answer(challenges: &[Challenge]) {
    use cordboard_sip::digest::{Attempt, Credentials, respond, strongest};
    let Some(chosen) = strongest(challenges) else { return };
    let who = Credentials { user: "front".to_owned(), password: cordboard_sip::Secret::new("secret") };
    let method = cordboard_sip::message::Method::Register;
    let attempt = Attempt { method: &method, uri: "sip:a", body: b"", nc: 1, cnonce: "c" };
    assert!(respond(chosen, &who, attempt).is_some_and(|answer| !answer.to_string().is_empty()));
}

fn uri(text: &str) {
    if let Ok(uri) = Uri::parse(text) {
        assert_eq!(Uri::parse(uri.as_str()).as_ref(), Ok(&uri));
        _ = (
            uri.user(),
            uri.raw_password(),
            uri.host(),
            uri.port(),
            uri.header("Replaces"),
            uri.param("transport"),
        );
        _ = (uri.params().count(), uri.headers().count());
        assert!(uri.headers().count() == 0 || Uri::parse(uri.without_headers().as_str()).is_ok());
    }
}

fn escaped(text: &str) {
    assert_eq!(unescape(&escape(text, Part::User)), text);
    _ = unescape(text);
}

/// A value put into a message stays one line, whatever is in it.
fn list(text: &str) {
    let mut headers = Headers::new();
    headers.push(Name::Contact, text);
    assert_eq!(headers.to_string().lines().count(), 1, "{headers}");
    _ = (headers.contacts(), headers.tokens(Name::Contact).count());
}
