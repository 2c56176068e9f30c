//! Provisional responses that are confirmed (S6, RFC 3262), and phones that ring together.

use std::time::Duration;

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{ActError, EndCause, Event, SessionId};

use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_their_dialog, respond, restored, seconds, their_ack, their_bare_invite,
    their_invite,
};

const NEW: &str = "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=new\r\nt=0 0\r\n";

/// A reliable provisional response from the phone `tag`.
fn reliable(invite: &Request, status: u16, tag: &str, rseq: u32) -> Response {
    let mut response = respond(invite, status)
        .with(Name::Require, "100rel")
        .with(Name::RSeq, rseq)
        .with(Name::Contact, format!("<sip:{tag}@192.0.2.9>"));
    response.headers.set(Name::To, invite.headers.to().unwrap().with_tag(tag));
    response
}

fn insisting(invite: Request) -> Request {
    invite.with(Name::Require, "100rel")
}

/// Our provisional response, which must be reliable, and its RSeq.
fn provisional(phone: &mut Phone, status: u16) -> (Response, u32) {
    let response = phone.response(status);
    assert_eq!(response.headers.get(Name::Require), Some("100rel"));
    let rseq = response.headers.rseq().unwrap().unwrap();
    (response, rseq)
}

fn prack(to: &Response, number: u32, rack: &str) -> Request {
    in_their_dialog(&to.headers, Method::Prack, number).with(Name::RAck, rack)
}

fn called_reliably(invite: Request) -> (Phone, SessionId) {
    let (phone, session, _) = Phone::called_with(insisting(invite));
    (phone, session)
}

#[test]
fn a_provisional_response_that_wants_it_is_confirmed_in_its_dialog() {
    // RFC 3262 §4
    let (mut phone, session, invite) = Phone::calling();
    assert!(invite.headers.supports("100rel"));
    phone.receive(reliable(&invite, 183, "theirs", 7).with_body("application/sdp", THEIRS));
    let prack = phone.request(Method::Prack);
    assert_eq!(prack.headers.get(Name::RAck), Some("7 1 INVITE"));
    assert_eq!(prack.headers.get(Name::CSeq), Some("2 PRACK"));
    assert_eq!(prack.uri.as_str(), "sip:theirs@192.0.2.9");
    assert_eq!(prack.headers.to().unwrap().tag(), Some("theirs"));
    let sdp = Some(THEIRS.to_owned());
    assert_eq!(phone.event(), Event::Progress { session, fork: 0, status: 183, sdp });
    restored(&mut phone);
    phone.receive(respond(&prack, 200));
    // The answer has come: the 2xx need not bring it again.
    phone.receive(respond(&invite, 200).with(Name::Contact, "<sip:theirs@192.0.2.9>"));
    assert_eq!(phone.request(Method::Ack).headers.get(Name::CSeq), Some("1 ACK"));
    assert!(matches!(phone.event(), Event::Answered { sdp: Some(sdp), .. } if sdp == THEIRS));
    // Numbers go on where the early dialog left off.
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.request(Method::Bye).headers.get(Name::CSeq), Some("3 BYE"));
}

#[test]
fn copies_and_those_out_of_order_are_not_taken() {
    // RFC 3262 §4
    let (mut phone, _, invite) = Phone::calling();
    phone.receive(reliable(&invite, 183, "theirs", 7));
    phone.request(Method::Prack);
    phone.events.clear();
    for rseq in [7, 9, 6] {
        phone.receive(reliable(&invite, 180, "theirs", rseq));
        phone.silent();
    }
    phone.receive(reliable(&invite, 180, "theirs", 8));
    assert_eq!(phone.request(Method::Prack).headers.get(Name::RAck), Some("8 1 INVITE"));
    assert!(matches!(phone.event(), Event::Progress { status: 180, .. }));
}

#[test]
fn a_challenge_to_the_prack_is_answered() {
    let (mut phone, _, invite) = Phone::calling();
    phone.receive(reliable(&invite, 183, "theirs", 1));
    let prack = phone.request(Method::Prack);
    phone.receive(respond(&prack, 407).with(Name::ProxyAuthenticate, r#"Digest realm="a", nonce="1""#));
    let again = phone.request(Method::Prack);
    assert!(again.headers.contains(Name::ProxyAuthorization));
    assert_eq!(again.headers.get(Name::CSeq), Some("3 PRACK"));
}

#[test]
fn each_phone_that_rings_has_a_dialog_and_numbers_of_its_own() {
    // RFC 3261 §12.1.2, RFC 3262 §4
    let (mut phone, session, invite) = Phone::calling();
    for (fork, tag) in ["one", "two"].into_iter().enumerate() {
        phone.receive(reliable(&invite, 183, tag, 5).with_body("application/sdp", format!("{THEIRS}{tag}")));
        let prack = phone.request(Method::Prack);
        assert_eq!(prack.headers.to().unwrap().tag(), Some(tag));
        assert_eq!(prack.headers.get(Name::CSeq), Some("2 PRACK"));
        let sdp = Some(format!("{THEIRS}{tag}"));
        assert_eq!(phone.event(), Event::Progress { session, fork, status: 183, sdp });
    }
    phone.receive(reliable(&invite, 180, "one", 6));
    phone.request(Method::Prack);
    assert_eq!(phone.event(), Event::Progress { session, fork: 0, status: 180, sdp: None });
    let mut ok = accept(&invite, "two");
    ok.body.clear();
    phone.receive(ok);
    phone.request(Method::Ack);
    let Event::Answered { sdp, .. } = phone.event() else { panic!() };
    assert_eq!(sdp, Some(format!("{THEIRS}two")));
}

#[test]
fn whoever_does_not_insist_is_not_bothered() {
    let (mut phone, session, _) = Phone::called_with(their_invite().with(Name::Supported, "100rel"));
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    assert!(!ringing.headers.contains(Name::Require) && !ringing.headers.contains(Name::RSeq));
    phone.pass(seconds(20));
    phone.silent();
}

#[test]
fn a_caller_who_insists_is_told_again_until_it_confirms() {
    // RFC 3262 §3: T1, doubled each time.
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let (ringing, rseq) = provisional(&mut phone, 180);
    let mut at = Vec::new();
    for step in 1..=80 {
        phone.pass(Duration::from_millis(100));
        if !phone.sent.is_empty() {
            assert_eq!(phone.response(180), ringing);
            at.push(step * 100);
        }
    }
    assert_eq!(at, [500, 1500, 3500, 7500]);
    restored(&mut phone);
    phone.receive(prack(&ringing, 2, &format!("{rseq} 1 INVITE")));
    phone.response(200);
    phone.pass(seconds(40));
    phone.silent();
    // A minute later the next one has the next number.
    phone.pass(seconds(12));
    let (ringing, next) = provisional(&mut phone, 180);
    assert_eq!(next, rseq + 1);
    phone.receive(prack(&ringing, 3, &format!("{next} 1 INVITE")));
    phone.response(200);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    assert_eq!(phone.response(200).body, OURS.as_bytes());
}

#[test]
fn a_caller_who_never_confirms_is_refused() {
    // RFC 3262 §3
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    phone.pass(seconds(32));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
    while phone.sent.len() > 1 {
        phone.response(180);
    }
    phone.response(504);
}

#[test]
fn what_a_prack_means_must_be_known() {
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let (ringing, rseq) = provisional(&mut phone, 180);
    for (number, rack) in
        [(2, format!("{} 1 INVITE", rseq + 1)), (3, format!("{rseq} 2 INVITE")), (4, "nonsense".to_owned())]
    {
        phone.receive(prack(&ringing, number, &rack));
        phone.response(481);
    }
    phone.receive(prack(&ringing, 5, &format!("{rseq} 1 INVITE")));
    phone.response(200);
    phone.receive(prack(&ringing, 6, &format!("{rseq} 1 INVITE")));
    phone.response(481);
    phone.silent();
}

#[test]
fn a_call_may_be_answered_before_the_confirmation_if_nothing_was_agreed_before() {
    // RFC 3262 §3
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let (ringing, rseq) = provisional(&mut phone, 180);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    phone.receive(prack(&ringing, 2, &format!("{rseq} 1 INVITE")));
    phone.response(200);
    phone.pass(seconds(100));
    phone.silent();
}

#[test]
fn media_before_the_answer_are_agreed_on_once() {
    // RFC 3262 §3, §5: the 2xx waits for the PRACK, and does not say the same again.
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.progress(now, session, OURS)).unwrap();
    let (progress, rseq) = provisional(&mut phone, 183);
    assert_eq!(progress.body, OURS.as_bytes());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    phone.silent();
    restored(&mut phone);
    phone.receive(prack(&progress, 2, &format!("{rseq} 1 INVITE")));
    phone.response(200);
    let ok = phone.response(200);
    assert_eq!(ok.headers.get(Name::CSeq), Some("1 INVITE"));
    assert!(ok.body.is_empty());
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    phone.silent();
}

#[test]
fn an_offer_of_ours_before_the_answer_is_answered_in_the_prack() {
    let (mut phone, session) = called_reliably(their_bare_invite());
    // Nothing can be told reliably before there is an offer (RFC 3261 §13.2.1).
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    phone.silent();
    phone.act(|agent, now| agent.progress(now, session, OURS)).unwrap();
    let (progress, rseq) = provisional(&mut phone, 183);
    assert_eq!(progress.body, OURS.as_bytes());
    phone.receive(prack(&progress, 2, &format!("{rseq} 1 INVITE")).with_body("application/sdp", THEIRS));
    phone.response(200);
    assert_eq!(phone.event(), Event::ReofferAnswered { session, sdp: THEIRS.to_owned() });
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    assert!(ok.body.is_empty());
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
}

#[test]
fn media_agreed_on_early_may_be_changed_before_the_answer() {
    // RFC 3262 §5, RFC 3311 §5.1: by PRACK and by UPDATE.
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.progress(now, session, OURS)).unwrap();
    let (progress, rseq) = provisional(&mut phone, 183);
    phone.receive(prack(&progress, 2, &format!("{rseq} 1 INVITE")).with_body("application/sdp", NEW));
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(NEW.to_owned()) });
    phone.silent();
    // One after the other.
    let update = |number| {
        in_their_dialog(&progress.headers, Method::Update, number).with_body("application/sdp", THEIRS)
    };
    phone.receive(update(3));
    phone.response(500);
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    assert_eq!((ok.headers.get(Name::CSeq), ok.body.as_slice()), (Some("2 PRACK"), OURS.as_bytes()));
    phone.receive(update(4));
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(THEIRS.to_owned()) });
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    phone.response(200);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    assert_eq!(phone.response(200).headers.get(Name::CSeq), Some("1 INVITE"));
}

#[test]
fn a_caller_who_knows_nothing_of_it_hears_early_media_as_before() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.progress(now, session, OURS)).unwrap();
    let progress = phone.response(183);
    assert!(!progress.headers.contains(Name::RSeq));
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    assert_eq!(phone.response(200).body, OURS.as_bytes());
    // Who has offered nothing cannot be offered anything in a response that may get lost.
    let (mut phone, session, _) = Phone::called_with(their_bare_invite());
    assert_eq!(phone.act(|agent, now| agent.progress(now, session, OURS)), Err(ActError::WrongState));
}

#[test]
fn a_call_that_is_given_up_while_a_confirmation_is_due_is_over() {
    let (mut phone, session) = called_reliably(their_invite());
    phone.act(|agent, now| agent.progress(now, session, OURS)).unwrap();
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let mut cancel = insisting(their_invite());
    cancel.method = Method::Cancel;
    cancel.headers.set(Name::CSeq, "1 CANCEL");
    phone.sent.clear();
    phone.receive(cancel);
    phone.response(200);
    phone.response(487);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
    phone.pass(seconds(31));
    phone.silent();
}
