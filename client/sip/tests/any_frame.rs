//! Whatever arrives: nothing panics, and what we print reads the same again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where something is not as it should be"
)]

use std::path::Path;

use cordboard_sip::message::header::{Event, Info, MediaType, NameAddr, Params, Reason, Replaces, Via};
use cordboard_sip::message::{
    Frame, Headers, Message, Method, Name, Request, Response, StatusCode, parse, redact,
};
use cordboard_sip::sdp::{Direction, Sdp};
use cordboard_sip::uri::{Part, Uri, escape, unescape};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Reads everything that can be asked of a message; only that it comes back counts.
fn read_all(message: &Message) {
    let headers = message.headers();
    _ = (headers.via(), headers.vias(), headers.from(), headers.to(), headers.call_id(), headers.cseq());
    _ = (
        headers.contacts(),
        headers.routes(),
        headers.record_routes(),
        headers.paths(),
        headers.service_routes(),
    );
    _ = (headers.max_forwards(), headers.expires(), headers.min_expires(), headers.retry_after());
    _ = (headers.flow_timer(), headers.session_expires(), headers.min_se(), headers.rseq(), headers.rack());
    _ = (headers.www_authenticate(), headers.proxy_authenticate(), headers.refer_to(), headers.referred_by());
    _ = (
        headers.refer_sub(),
        headers.replaces(),
        headers.event(),
        headers.subscription_state(),
        headers.reasons(),
    );
    _ = (
        headers.p_asserted_identity(),
        headers.remote_party_id(),
        headers.diversion(),
        headers.history_info(),
    );
    _ = (headers.p_called_party_id(), headers.privacy("id"), headers.alert_info(), headers.call_info());
    _ = (
        headers.supported().count(),
        headers.require().count(),
        headers.allow().count(),
        headers.content_type(),
    );
    let body = match message {
        Message::Request(request) => request.body_of("application/sdp"),
        Message::Response(response) => response.body_of("application/sdp"),
    };
    _ = Sdp::parse(&String::from_utf8_lossy(body.unwrap_or(message.body())));
}

/// The law of the parser: a frame is refused, or what it reads as prints as something that reads the same.
fn check(frame: &[u8]) {
    assert_eq!(redact(frame).len(), frame.len());
    match parse(frame) {
        Ok(Frame::Message(message)) => {
            read_all(&message);
            let printed = message.to_bytes();
            assert_eq!(parse(&printed), Ok(Frame::Message(message)), "{}", String::from_utf8_lossy(&printed));
        }
        Ok(Frame::Ping | Frame::Pong) => {}
        Err(refusal) => {
            // What we answer must be a message itself, unless it repeats what made us refuse.
            if let Some(answer) = refusal.answer("tag") {
                _ = parse(&answer.to_bytes());
            }
        }
    }
}

fn real_frames() -> Vec<Vec<u8>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../message/tests/data");
    let mut frames: Vec<_> = std::fs::read_dir(data.join("rfc4475"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "dat"))
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    frames.push(std::fs::read_to_string(data.join("invite.sip")).unwrap().replace('\n', "\r\n").into_bytes());
    frames
}

/// A change to a frame: replace, insert or drop bytes at some place.
fn change() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let marks = select(b"\r\n \t:;,=<>\"\\@%?[]()/.0a\0\xff".to_vec());
    (any::<Index>(), 0..4_usize, vec(prop_oneof![marks, any::<u8>()], 0..4))
}

fn token() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9.!%*_+`'~-]{1,12}"
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}(\\.[a-z]{2,5}){0,2}", "192\\.0\\.2\\.[0-9]", Just("[2001:db8::1]".to_owned())]
}

fn uri() -> impl Strategy<Value = Uri> {
    let sip = (
        ".{0,8}",
        host(),
        proptest::option::of(1..u16::MAX),
        vec((token(), ".{0,5}"), 0..3),
        vec((token(), ".{0,9}"), 0..3),
    )
        .prop_map(|(user, host, port, params, headers)| {
            let host = port.map_or(host.clone(), |port| format!("{host}:{port}"));
            let mut uri = Uri::sip(&user, &host).unwrap();
            for (name, value) in params {
                uri = uri.with_param(&name, &value);
            }
            headers.iter().fold(uri, |uri, (name, value)| uri.with_header(name, value))
        });
    let tel = "\\+[0-9]{1,14}".prop_map(|number| Uri::parse(&format!("tel:{number}")).unwrap());
    prop_oneof![4 => sip, 1 => tel]
}

fn params() -> impl Strategy<Value = Params> {
    let value = prop_oneof![token(), "[^\r\n]{0,8}"];
    vec((token(), value), 0..4)
        .prop_map(|pairs| pairs.iter().fold(Params::new(), |params, (name, value)| params.with(name, value)))
}

fn address() -> impl Strategy<Value = NameAddr> {
    ("[^\r\n]{0,12}", uri(), params()).prop_map(|(display, uri, params)| NameAddr { display, uri, params })
}

fn headers() -> impl Strategy<Value = Headers> {
    let more = vec(("X-[a-zA-Z-]{1,10}", "([!-~äß€][ -~äß€]{0,18}[!-~äß€])?"), 0..5);
    (host(), token(), address(), address(), vec(address(), 0..3), "[!-~]{1,20}", more).prop_map(
        |(host, branch, from, to, contacts, call_id, more)| {
            let mut headers = Headers::new();
            headers.push(Name::Via, format_args!("SIP/2.0/WSS {host};branch=z9hG4bK{branch}"));
            headers.push(Name::From, from);
            headers.push(Name::To, to);
            headers.push(Name::CallId, call_id);
            headers.push(Name::CSeq, "7 OPTIONS");
            contacts.iter().for_each(|contact| headers.push(Name::Contact, contact));
            more.iter().for_each(|(name, value)| headers.push(Name::Other(name), value));
            headers
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_refused_or_read(frame in vec(any::<u8>(), 0..400)) {
        check(&frame);
    }

    #[test]
    fn changed_real_messages_are_refused_or_read(which in any::<Index>(), changes in vec(change(), 1..6)) {
        let mut frame = which.get(&real_frames()).clone();
        for (place, dropped, inserted) in changes {
            let start = place.index(frame.len() + 1);
            let end = (start + dropped).min(frame.len());
            frame.splice(start..end, inserted);
        }
        check(&frame);
    }

    #[test]
    fn a_request_reads_as_it_was_written(uri in uri(), headers in headers(), body in vec(any::<u8>(), 0..100)) {
        // URI headers are no part of a Request-URI.
        let request = Request { method: Method::Options, uri: uri.without_headers(), headers, body };
        prop_assert_eq!(parse(&request.to_bytes()), Ok(Frame::Message(request.into())));
    }

    #[test]
    fn a_response_reads_as_it_was_written(
        code in 100..700_u16,
        reason in "([!-~ä][ -~ä]{0,20}[!-~ä])?",
        headers in headers(),
        body in vec(any::<u8>(), 0..100),
    ) {
        let response = Response { status: StatusCode::new(code).unwrap(), reason, headers, body };
        prop_assert_eq!(parse(&response.to_bytes()), Ok(Frame::Message(response.into())));
    }

    #[test]
    fn an_address_reads_as_it_was_written(address in address()) {
        prop_assert_eq!(NameAddr::parse(&address.to_string()), Ok(address));
    }

    #[test]
    fn parameters_come_out_as_they_went_in(pairs in vec((token(), "[^\r\n]{1,10}"), 0..5)) {
        let params = pairs.iter().fold(Params::new(), |params, (name, value)| params.with(name, value));
        let read = Params::parse(&params.to_string()).unwrap();
        for (name, _) in &pairs {
            let last = pairs.iter().rev().find(|(other, _)| other.eq_ignore_ascii_case(name)).unwrap();
            prop_assert_eq!(read.get(name).unwrap(), last.1.as_str());
        }
    }

    #[test]
    fn escapes_are_undone(text in any::<String>()) {
        for part in [Part::User, Part::Param, Part::Header] {
            let escaped = escape(&text, part);
            prop_assert_eq!(unescape(&escaped), text.as_str());
        }
    }

    #[test]
    fn an_address_is_the_same_as_itself(uri in uri()) {
        prop_assert!(uri.equivalent(&uri));
        prop_assert!(uri.equivalent(&Uri::parse(uri.as_str()).unwrap()));
    }

    #[test]
    fn no_value_breaks_a_reader(text in any::<String>()) {
        _ = (Uri::parse(&text), NameAddr::parse(&text), Via::parse(&text), Params::parse(&text), Event::parse(&text));
        _ = (Reason::parse(&text), Replaces::parse(&text), MediaType::parse(&text), Info::parse(&text));
        _ = Uri::parse(&format!("sip:{text}"));
    }

    #[test]
    fn a_description_that_is_read_is_printed_as_it_was(text in "v=0\r\n([a-ln-z]=[ -~]{0,9}\r\n|m=audio [0-9]{1,3} RTP/AVP [0-9]{1,2}\n){0,9}") {
        let mut sdp = Sdp::parse(&text).unwrap();
        prop_assert_eq!(sdp.to_string(), text);
        sdp.set_direction(Direction::SendOnly);
        sdp.prefer_codecs(&["PCMA"]);
        let again = Sdp::parse(&sdp.to_string()).unwrap();
        prop_assert!(again.media().filter(|media| !media.is_rejected()).all(|media| media.direction().is_hold()));
    }
}
