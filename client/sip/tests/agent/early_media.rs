//! Offers of those whom a call of ours rings, before one of them answers it (RFC 3311 §5.2).

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{Event, SessionId};

use crate::far_end::{OURS, Phone, THEIRS, accept, in_our_dialog, respond, restored, seconds};

const NEW: &str = "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=new\r\nt=0 0\r\n";

fn offering(headers: &Response, number: u32) -> Request {
    in_our_dialog(&headers.headers, Method::Update, number).with_body("application/sdp", NEW)
}

/// A phone rings and has answered our offer for certain.
fn agrees_early(phone: &mut Phone, invite: &Request, tag: &str) -> Response {
    let mut progress = accept(invite, tag).with(Name::Require, "100rel").with(Name::RSeq, 1);
    progress.status = cordboard_sip::message::StatusCode::SESSION_PROGRESS;
    phone.receive(progress.clone());
    let prack = phone.request(Method::Prack);
    phone.receive(respond(&prack, 200));
    assert!(matches!(phone.event(), Event::Progress { status: 183, sdp: Some(_), .. }));
    progress
}

/// A call of ours, with media that are agreed on, and an offer of theirs to change them.
fn asked_early() -> (Phone, SessionId, Request, Response) {
    let (mut phone, session, invite) = Phone::calling();
    let progress = agrees_early(&mut phone, &invite, "theirs");
    phone.receive(offering(&progress, 1));
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(NEW.to_owned()) });
    (phone, session, invite, progress)
}

/// A 2xx that says nothing of media.
fn answer_without_sdp(invite: &Request, tag: &str) -> Response {
    let mut ok = accept(invite, tag).with(Name::SessionExpires, "1800;refresher=uac");
    ok.body.clear();
    ok
}

#[test]
fn theirs_is_refused_with_491_while_ours_is_not_answered_for_certain() {
    let (mut phone, _, invite) = Phone::calling();
    // What may get lost is no answer yet (RFC 3261 §13.2.1).
    let progress = respond(&invite, 183).with_body("application/sdp", THEIRS);
    phone.receive(progress.clone());
    phone.events.clear();
    phone.receive(offering(&progress, 1));
    phone.response(491);
    // A reliable one that says nothing of media is none either.
    let ringing = respond(&invite, 180).with(Name::Require, "100rel").with(Name::RSeq, 1);
    phone.receive(ringing);
    phone.request(Method::Prack);
    phone.events.clear();
    phone.receive(offering(&progress, 2));
    phone.response(491);
    phone.silent();
}

#[test]
fn what_was_agreed_on_for_certain_may_be_changed_by_them_and_holds_after_the_answer() {
    let (mut phone, session, invite, progress) = asked_early();
    // One after the other.
    phone.receive(offering(&progress, 2));
    assert!(phone.response(500).headers.contains(Name::RetryAfter));
    restored(&mut phone);
    phone.act(|agent, now| agent.answer(now, session, "ours, changed")).unwrap();
    let ok = phone.response(200);
    assert_eq!((ok.headers.get(Name::CSeq), ok.body.as_slice()), (Some("1 UPDATE"), &b"ours, changed"[..]));
    phone.receive(answer_without_sdp(&invite, "theirs"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::Answered { sdp: None, .. }));
    // A refresh says the latest again.
    phone.pass(seconds(900));
    assert_eq!(phone.request(Method::Invite).body, b"ours, changed");
}

#[test]
fn theirs_can_be_refused_and_the_call_goes_on_ringing() {
    let (mut phone, session, invite, progress) = asked_early();
    phone.act(|agent, now| agent.reject(now, session, 488)).unwrap();
    phone.response(488);
    phone.receive(offering(&progress, 2));
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
    phone.act(|agent, now| agent.reject(now, session, 488)).unwrap();
    phone.response(488);
    phone.receive(answer_without_sdp(&invite, "theirs"));
    phone.request(Method::Ack);
    let Event::Answered { sdp, .. } = phone.event() else { panic!() };
    assert_eq!(sdp.as_deref(), Some(THEIRS));
}

#[test]
fn each_phone_that_rings_changes_what_it_agreed_on_itself() {
    let (mut phone, session, invite, _) = asked_early();
    let silent = respond(&invite, 180).with(Name::Contact, "<sip:b@192.0.2.9>");
    let mut other = silent;
    other.headers.set(Name::To, "<sip:200@pbx.example>;tag=other");
    phone.receive(other.clone());
    phone.events.clear();
    // The desk has its hands full with the first.
    phone.receive(offering(&other, 11));
    phone.response(500);
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    phone.response(200);
    // And this one has not answered at all.
    phone.receive(offering(&other, 12));
    phone.response(491);
    let other = agrees_early(&mut phone, &invite, "other");
    phone.receive(offering(&other, 13));
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
}

#[test]
fn what_a_phone_asked_that_does_not_get_the_call_is_not_answered_any_more() {
    let (mut phone, session, invite, _) = asked_early();
    phone.receive(accept(&invite, "other"));
    let refusal = phone.response(481);
    assert_eq!(refusal.headers.get(Name::CSeq), Some("1 UPDATE"));
    phone.request(Method::Ack);
    let Event::Answered { sdp, .. } = phone.event() else { panic!() };
    assert_eq!(sdp.as_deref(), Some(THEIRS));
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    phone.request(Method::Invite);
}

#[test]
fn nor_when_the_call_is_sent_elsewhere() {
    let (mut phone, _, invite, _) = asked_early();
    phone.receive(respond(&invite, 302).with(Name::Contact, "<sip:other@pbx.example>"));
    phone.request(Method::Ack);
    phone.request(Method::Invite);
    assert_eq!(phone.response(481).headers.get(Name::CSeq), Some("1 UPDATE"));
}

#[test]
fn an_offer_that_is_open_when_the_call_is_answered_is_answered_after_it() {
    let (mut phone, session, invite, _) = asked_early();
    phone.receive(answer_without_sdp(&invite, "theirs"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::Answered { .. }));
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    assert_eq!(phone.response(200).headers.get(Name::CSeq), Some("1 UPDATE"));
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    phone.request(Method::Invite);
}
