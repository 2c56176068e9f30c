//! Challenges on any method (S5 at the level of requests).

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{EndCause, Event, Registration, RegistrationFailure};

use crate::far_end::{OURS, Phone, accept, grant, respond, seconds};

pub(crate) fn challenge(request: &Request, nonce: &str, more: &str) -> Response {
    let value = format!(r#"Digest realm="pbx.example", nonce="{nonce}", qop="auth"{more}"#);
    respond(request, 401).with(Name::WwwAuthenticate, value)
}

fn proxy_challenge(request: &Request) -> Response {
    respond(request, 407)
        .with(Name::ProxyAuthenticate, r#"Digest realm="edge", nonce="p1", algorithm=SHA-256"#)
}

/// A phone that has said REGISTER once, with that request.
fn registering() -> (Phone, Request) {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let register = phone.request(Method::Register);
    (phone, register)
}

/// A phone that was asked once, and is registered with its answer.
fn registered_with_an_answer() -> Phone {
    let (mut phone, first) = registering();
    phone.receive(challenge(&first, "n1", ""));
    let second = phone.request(Method::Register);
    phone.receive(grant(&second, 600));
    phone.events.clear();
    phone
}

#[test]
fn a_challenge_is_answered_with_the_next_number_and_a_new_branch() {
    let (mut phone, first) = registering();
    phone.receive(challenge(&first, "n1", ""));
    let second = phone.request(Method::Register);
    let answer = second.headers.get(Name::Authorization).unwrap();
    assert!(
        answer.starts_with("Digest ") && answer.contains(r#"nonce="n1""#) && answer.contains("nc=00000001")
    );
    assert!(answer.contains(r#"username="front""#) && answer.contains(r#"uri="sip:pbx.example""#));
    assert_eq!(second.headers.cseq().unwrap().number, first.headers.cseq().unwrap().number + 1);
    assert_ne!(second.headers.via().unwrap().branch(), first.headers.via().unwrap().branch());
    assert_eq!(second.headers.call_id(), first.headers.call_id());
    assert_eq!(second.headers.from(), first.headers.from());
}

#[test]
fn later_requests_are_signed_in_advance_and_counted() {
    let mut phone = registered_with_an_answer();
    phone.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    assert!(invite.headers.get(Name::Authorization).unwrap().contains("nc=00000002"));
}

#[test]
fn a_wrong_password_is_told_once_and_not_tried_again() {
    let (mut phone, first) = registering();
    phone.receive(challenge(&first, "n1", ""));
    let second = phone.request(Method::Register);
    phone.receive(challenge(&second, "n2", ""));
    let wrong = Registration::Failed { why: RegistrationFailure::WrongPassword, retry_at: None };
    assert_eq!(phone.event(), Event::Registration(wrong));
    phone.pass(seconds(3600));
    phone.silent();
}

#[test]
fn a_403_after_our_answer_is_a_wrong_password_too() {
    let (mut phone, first) = registering();
    phone.receive(challenge(&first, "n1", ""));
    let second = phone.request(Method::Register);
    phone.receive(respond(&second, 403));
    let wrong = Registration::Failed { why: RegistrationFailure::WrongPassword, retry_at: None };
    assert_eq!(phone.event(), Event::Registration(wrong));
}

#[test]
fn a_stale_nonce_is_no_wrong_password() {
    let (mut phone, first) = registering();
    phone.receive(challenge(&first, "n1", ""));
    let second = phone.request(Method::Register);
    phone.receive(challenge(&second, "n2", ", stale=true"));
    let third = phone.request(Method::Register);
    assert!(third.headers.get(Name::Authorization).unwrap().contains(r#"nonce="n2""#));
    phone.receive(grant(&third, 600));
    assert!(matches!(phone.event(), Event::Registration(Registration::Registered { .. })));
}

#[test]
fn a_nonce_that_went_out_in_advance_may_have_aged_without_a_word() {
    let mut phone = registered_with_an_answer();
    phone.pass(seconds(540));
    let refresh = phone.request(Method::Register);
    assert!(refresh.headers.get(Name::Authorization).unwrap().contains(r#"nonce="n1""#));
    phone.receive(challenge(&refresh, "n9", ""));
    let again = phone.request(Method::Register);
    assert!(again.headers.get(Name::Authorization).unwrap().contains(r#"nonce="n9""#));
}

#[test]
fn a_server_that_is_stale_for_ever_is_given_up() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    for round in 0..20 {
        let Some(register) = (!phone.sent.is_empty()).then(|| phone.request(Method::Register)) else { break };
        assert!(round < 10, "endless");
        phone.receive(challenge(&register, &format!("n{round}"), ", stale=true"));
    }
    assert!(matches!(phone.event(), Event::Registration(Registration::Failed { retry_at: None, .. })));
}

#[test]
fn who_finds_the_answer_to_another_question_stale_is_shown_only_the_fresh_one() {
    let mut phone = registered_with_an_answer();
    phone.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
    let mut invite = phone.request(Method::Invite);
    // The answer to the registrar goes along, and is what this telephone system looks at.
    for nonce in ["p1", "p2"] {
        assert!(invite.headers.get(Name::Authorization).unwrap().contains(r#"nonce="n1""#));
        let value = format!(r#"Digest realm="pbx.example", nonce="{nonce}", qop="auth", stale=true"#);
        phone.receive(respond(&invite, 407).with(Name::ProxyAuthenticate, value));
        phone.request(Method::Ack);
        invite = phone.request(Method::Invite);
    }
    assert!(invite.headers.get(Name::ProxyAuthorization).unwrap().contains(r#"nonce="p2""#));
    assert!(!invite.headers.contains(Name::Authorization));
}

#[test]
fn a_proxy_and_a_server_may_both_ask() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(proxy_challenge(&invite));
    phone.request(Method::Ack);
    let second = phone.request(Method::Invite);
    assert!(second.headers.get(Name::ProxyAuthorization).unwrap().contains("algorithm=SHA-256"));
    phone.receive(challenge(&second, "n1", ""));
    phone.request(Method::Ack);
    let third = phone.request(Method::Invite);
    assert!(third.headers.contains(Name::ProxyAuthorization) && third.headers.contains(Name::Authorization));
    assert_eq!(third.headers.cseq().unwrap().number, 3);
    phone.receive(accept(&third, "theirs"));
    let ack = phone.request(Method::Ack);
    assert_eq!(ack.headers.get(Name::CSeq), Some("3 ACK"));
    assert_eq!(ack.headers.get(Name::Authorization), third.headers.get(Name::Authorization));
    assert!(matches!(phone.event(), Event::Answered { session: answered, .. } if answered == session));
}

#[test]
fn the_strongest_digest_that_we_know_is_taken() {
    let (mut phone, _, invite) = Phone::calling();
    let refusal = respond(&invite, 401)
        .with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="1", algorithm=MD5"#)
        .with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="2", algorithm=SHA-256"#)
        .with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="3", algorithm=SHA-3000"#);
    phone.receive(refusal);
    phone.request(Method::Ack);
    let second = phone.request(Method::Invite);
    let answers: Vec<_> = second.headers.all(Name::Authorization).collect();
    assert_eq!(answers.len(), 1);
    assert!(answers[0].contains(r#"nonce="2""#));
}

#[test]
fn a_challenge_that_nobody_can_answer_refuses_the_call() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 401).with(Name::WwwAuthenticate, "Bearer realm=\"x\""));
    phone.request(Method::Ack);
    let cause = EndCause::Refused { status: 401, reason: "Unauthorized".to_owned(), retry_after: None };
    assert_eq!(phone.event(), Event::Ended { session, cause });
}

#[test]
fn a_bye_is_signed_too() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    let bye = phone.request(Method::Bye);
    phone.receive(challenge(&bye, "n1", ""));
    let again = phone.request(Method::Bye);
    assert!(again.headers.contains(Name::Authorization));
    assert_eq!(again.headers.cseq().unwrap().number, bye.headers.cseq().unwrap().number + 1);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.receive(respond(&again, 200));
    phone.silent();
}

#[test]
fn what_opens_the_server_is_not_shown_to_the_far_ends_phone() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(challenge(&invite, "n1", ""));
    phone.request(Method::Ack);
    let second = phone.request(Method::Invite);
    assert!(second.headers.contains(Name::Authorization));
    // Its contact is at another host.
    phone.receive(accept(&second, "theirs"));
    phone.request(Method::Ack);
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert!(!phone.request(Method::Bye).headers.contains(Name::Authorization));
}
