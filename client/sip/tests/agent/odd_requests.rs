//! Requests that are not calls, or not for us (S3, S14).

use cordboard_sip::Event;
use cordboard_sip::message::{Method, Name, Request};

use crate::far_end::{Phone, in_their_dialog, their_bare_invite, their_invite};

fn outside(method: &str) -> Request {
    let mut request = their_bare_invite();
    request.method = Method::parse(method).unwrap();
    request.headers.set(Name::CSeq, format!("1 {method}"));
    request
}

#[test]
fn options_tells_what_we_can() {
    let mut phone = Phone::connected();
    phone.receive(outside("OPTIONS"));
    let ok = phone.response(200);
    assert!(ok.headers.allows(&Method::Invite) && ok.headers.allows(&Method::Cancel));
    assert_eq!(ok.headers.get(Name::Accept), Some("application/sdp"));
    assert!(ok.headers.supports("outbound"));
    assert!(ok.headers.to().unwrap().tag().is_some());
}

#[test]
fn each_method_has_its_answer() {
    for (method, status) in [
        ("DANCE", 501),
        ("REGISTER", 405),
        ("PUBLISH", 405),
        ("MESSAGE", 405),
        ("SUBSCRIBE", 489),
        ("REFER", 403),
        ("BYE", 481),
        ("INFO", 481),
        ("UPDATE", 481),
        ("NOTIFY", 481),
    ] {
        let mut phone = Phone::connected();
        phone.receive(outside(method));
        let answer = phone.response(status);
        assert_eq!(answer.headers.contains(Name::Allow), status == 405 || status == 501, "{method}");
        phone.silent();
    }
}

#[test]
fn what_somebody_insists_on_and_we_do_not_know_is_named() {
    let mut phone = Phone::connected();
    phone.receive(their_invite().with(Name::Require, "precondition, gruu, x-magic"));
    assert_eq!(phone.response(420).headers.get(Name::Unsupported), Some("precondition, x-magic"));
    phone.silent();
}

#[test]
fn a_body_that_is_no_sdp_is_no_offer() {
    let mut phone = Phone::connected();
    phone.receive(their_bare_invite().with_body("application/pidf+xml", "<presence/>"));
    assert_eq!(phone.response(415).headers.get(Name::Accept), Some("application/sdp"));
    let mut phone = Phone::connected();
    phone.receive(their_invite().with(Name::ContentEncoding, "gzip"));
    phone.response(415);
}

#[test]
fn a_dialog_that_we_do_not_know_is_told_so_and_its_ack_is_not_answered() {
    let mut phone = Phone::connected();
    for method in ["INVITE", "BYE", "INFO", "UPDATE", "OPTIONS", "NOTIFY"] {
        let mut request = outside(method);
        request.headers.set(Name::To, "<sip:front@pbx.example>;tag=unknown");
        request.headers.set(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{method}"));
        phone.receive(request);
        phone.response(481);
    }
    let mut ack = outside("ACK");
    ack.headers.set(Name::To, "<sip:front@pbx.example>;tag=unknown");
    phone.receive(ack);
    phone.silent();
}

#[test]
fn within_a_session_info_is_taken_and_an_empty_refer_refused() {
    let (mut phone, _, ok) = Phone::answered();
    phone.receive(in_their_dialog(&ok.headers, Method::Info, 2));
    phone.response(200);
    phone.receive(in_their_dialog(&ok.headers, Method::Refer, 3));
    phone.response(400);
    phone.receive(in_their_dialog(&ok.headers, Method::Options, 4));
    phone.response(200);
    phone.receive(in_their_dialog(&ok.headers, Method::Message, 5));
    phone.response(405);
    phone.silent();
}

#[test]
fn a_frame_that_is_no_sip_is_told_and_the_rest_goes_on() {
    let mut phone = Phone::connected();
    phone.receive_bytes(b"GET / HTTP/1.1\r\n\r\n");
    assert!(matches!(phone.event(), Event::Malformed { .. }));
    phone.receive_bytes(
        b"INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/WS a;branch=z9hG4bK1\r\nCSeq: 1 INVITE\r\n\r\n",
    );
    assert_eq!(phone.blind_refusals, 1);
    assert!(matches!(phone.event(), Event::Malformed { .. }));
    phone.receive(outside("OPTIONS"));
    phone.response(200);
}

#[test]
fn a_response_to_nothing_is_dropped() {
    let mut phone = Phone::connected();
    phone.receive(crate::far_end::respond(&their_invite(), 200));
    phone.silent();
}

#[test]
fn a_copy_of_any_request_gets_the_same_answer_without_being_served_twice() {
    let mut phone = Phone::connected();
    phone.receive(outside("OPTIONS"));
    let first = phone.response(200);
    phone.receive(outside("OPTIONS"));
    assert_eq!(phone.response(200), first);
}
