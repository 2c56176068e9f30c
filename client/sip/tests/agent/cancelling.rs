//! Races between giving up and answering (RFC 3261 §9).

use cordboard_sip::message::{Method, Name};
use cordboard_sip::{EndCause, Event};

use crate::far_end::{Phone, accept, in_our_dialog, respond, seconds, their_invite};

#[test]
fn a_cancel_waits_for_the_first_provisional_response() {
    let (mut phone, session, invite) = Phone::calling();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.silent();
    phone.receive(respond(&invite, 100));
    let cancel = phone.request(Method::Cancel);
    assert_eq!(cancel.headers.via().unwrap(), invite.headers.via().unwrap());
    assert_eq!(cancel.headers.get(Name::CSeq), Some("1 CANCEL"));
    assert_eq!(cancel.uri, invite.uri);
    phone.receive(respond(&cancel, 200));
    phone.receive(respond(&invite, 487));
    phone.request(Method::Ack);
    phone.silent();
}

#[test]
fn a_call_that_rings_is_cancelled_at_once() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 180));
    phone.events.clear();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Cancel);
    phone.receive(respond(&invite, 487));
    phone.request(Method::Ack);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.silent();
}

#[test]
fn a_200_that_crosses_the_cancel_is_acknowledged_and_ended() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 180));
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.events.clear();
    let cancel = phone.request(Method::Cancel);
    phone.receive(accept(&invite, "theirs"));
    phone.request(Method::Ack);
    let bye = phone.request(Method::Bye);
    phone.receive(respond(&cancel, 481));
    phone.receive(respond(&bye, 200));
    phone.silent();
    phone.pass(seconds(200));
    phone.silent();
}

#[test]
fn a_200_before_any_provisional_response_to_a_call_given_up_is_ended_too() {
    let (mut phone, session, invite) = Phone::calling();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.receive(accept(&invite, "theirs"));
    phone.request(Method::Ack);
    phone.request(Method::Bye);
}

#[test]
fn a_cancel_without_effect_is_given_up_after_32_seconds() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 180));
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Cancel);
    phone.events.clear();
    phone.pass(seconds(33));
    // §9.1: the transaction is gone; what comes now is a stray.
    phone.receive(respond(&invite, 487));
    phone.silent();
}

#[test]
fn a_challenge_to_a_call_given_up_is_not_answered() {
    let (mut phone, session, invite) = Phone::calling();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.events.clear();
    phone.receive(respond(&invite, 401).with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="1""#));
    phone.request(Method::Ack);
    phone.silent();
}

#[test]
fn a_bye_before_the_answer_ends_a_call_of_ours() {
    let (mut phone, session, invite) = Phone::calling();
    let ringing = respond(&invite, 180);
    phone.receive(ringing.clone());
    phone.events.clear();
    phone.receive(in_our_dialog(&ringing.headers, Method::Bye, 1));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    phone.request(Method::Cancel);
    phone.receive(respond(&invite, 487));
    phone.request(Method::Ack);
    phone.silent();
}

pub(crate) fn their_cancel(reason: Option<&str>) -> cordboard_sip::message::Request {
    let mut cancel = their_invite();
    cancel.method = Method::Cancel;
    cancel.body.clear();
    cancel.headers.remove(Name::ContentType);
    cancel.headers.set(Name::CSeq, "1 CANCEL");
    match reason {
        Some(reason) => cancel.with(Name::Reason, reason),
        None => cancel,
    }
}

#[test]
fn cancel_before_answer_stops_the_ring() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.receive(their_cancel(None));
    let ok = phone.response(200);
    assert_eq!(ok.headers.get(Name::CSeq), Some("1 CANCEL"));
    let refusal = phone.response(487);
    assert_eq!(refusal.headers.get(Name::CSeq), Some("1 INVITE"));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
    phone.silent();
}

#[test]
fn a_call_taken_by_somebody_else_is_not_missed() {
    for reason in [
        r#"SIP;cause=200;text="Call completed elsewhere""#,
        r#"SIP;cause=487, Q.850;cause=26;text="Non-selected user clearing""#,
    ] {
        let (mut phone, session, _) = Phone::called_with(their_invite());
        phone.receive(their_cancel(Some(reason)));
        assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::AnsweredElsewhere });
    }
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.receive(their_cancel(Some("Q.850;cause=16")));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
}

#[test]
fn a_cancel_that_comes_after_our_answer_changes_nothing() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, crate::far_end::OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_cancel(None));
    phone.response(200);
    phone.receive(crate::far_end::their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
}

#[test]
fn a_cancel_for_nothing_is_told_so() {
    let mut phone = Phone::connected();
    phone.receive(their_cancel(None));
    phone.response(481);
    phone.silent();
}
