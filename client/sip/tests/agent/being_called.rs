//! Being called (S6, S14).

use cordboard_sip::message::{Method, Name};
use cordboard_sip::{ActError, EndCause, Event};

use crate::far_end::{
    OURS, Phone, THEIRS, in_their_dialog, respond, seconds, their_ack, their_bare_invite, their_invite,
};

#[test]
fn it_rings_it_is_answered_the_far_end_hangs_up() {
    let (mut phone, session, invitation) = Phone::called_with(their_invite());
    assert_eq!((invitation.caller.name.as_str(), invitation.caller.number.as_str()), ("Carol", "300"));
    assert_eq!(invitation.offer.as_deref(), Some(THEIRS));
    assert_eq!(invitation.call_id, "their-call");
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    assert_eq!(ok.body, OURS.as_bytes());
    assert!(ok.headers.contains(Name::Contact) && ok.headers.allows(&Method::Bye));
    assert_eq!(ringing.headers.to().unwrap().tag(), ok.headers.to().unwrap().tag());
    phone.silent();
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 2));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    phone.silent();
}

#[test]
fn a_copy_of_the_invite_gets_the_last_response_and_rings_once() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    phone.receive(their_invite());
    assert_eq!(phone.response(180), ringing);
    phone.silent();
}

#[test]
fn whoever_rang_when_the_machine_fell_asleep_has_given_up_when_it_wakes() {
    // RFC 3261 §16.6 step 11: nobody told the proxies that it rings.
    for (slept, over) in [(200, false), (12 * 3600, true)] {
        let (mut phone, session, _) = Phone::called_with(their_invite());
        phone.act(|agent, now| agent.ring(now, session)).unwrap();
        phone.response(180);
        phone.now = phone.now + seconds(slept);
        phone.act(|agent, now| agent.handle_timeout(now));
        phone.response(if over { 487 } else { 180 });
        if over {
            assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
        }
    }
}

#[test]
fn while_it_rings_the_caller_is_told_every_minute() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    for _ in 0..3 {
        phone.pass(seconds(59));
        phone.silent();
        phone.pass(seconds(1));
        assert_eq!(phone.response(180), ringing);
    }
    phone.act(|agent, now| agent.reject(now, session, 486)).unwrap();
    phone.response(486);
    phone.events.clear();
    phone.pass(seconds(100));
    phone.silent();
}

#[test]
fn the_same_call_by_another_way_is_a_loop() {
    let (mut phone, _, _) = Phone::called_with(their_invite());
    let mut merged = their_invite();
    merged.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKanother");
    phone.receive(merged);
    phone.response(482);
    phone.silent();
}

#[test]
fn a_200_is_sent_again_until_its_ack_at_intervals_that_double() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    let mut at = Vec::new();
    for step in 1..=80 {
        phone.pass(std::time::Duration::from_millis(100));
        if !phone.sent.is_empty() {
            assert_eq!(phone.response(200), ok);
            at.push(step * 100);
        }
    }
    assert_eq!(at, [500, 1500, 3500, 7500]);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    phone.pass(seconds(100));
    phone.silent();
}

#[test]
fn a_200_that_is_never_acknowledged_ends_by_bye() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    phone.pass(seconds(32));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
    while phone.sent.len() > 1 {
        phone.response(200);
    }
    phone.request(Method::Bye);
}

#[test]
fn hanging_up_before_the_ack_waits_with_the_bye() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.silent();
    phone.receive(their_ack(&ok, ""));
    let bye = phone.request(Method::Bye);
    phone.receive(respond(&bye, 200));
    phone.silent();
}

#[test]
fn a_bye_before_the_ack_is_honoured() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 2));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    phone.pass(seconds(100));
    phone.silent();
}

#[test]
fn a_bye_while_it_rings_ends_the_invite_too() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    phone.receive(in_their_dialog(&ringing.headers, Method::Bye, 2));
    phone.response(200);
    phone.response(487);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
}

#[test]
fn an_invite_without_an_offer_is_answered_with_one() {
    let (mut phone, session, invitation) = Phone::called_with(their_bare_invite());
    assert_eq!(invitation.offer, None);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    assert_eq!(ok.body, OURS.as_bytes());
    phone.receive(their_ack(&ok, THEIRS));
    assert_eq!(phone.event(), Event::Established { session, sdp: Some(THEIRS.to_owned()) });
}

#[test]
fn an_ack_that_owes_an_answer_and_has_none_ends_the_call() {
    let (mut phone, session, _) = Phone::called_with(their_bare_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    phone.request(Method::Bye);
    assert!(matches!(phone.event(), Event::Ended { cause: EndCause::Refused { status: 488, .. }, .. }));
}

#[test]
fn a_call_is_refused_with_the_status_asked_for_and_acknowledged_once() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.reject(now, session, 486)).unwrap();
    let busy = phone.response(486);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.receive(their_invite());
    assert_eq!(phone.response(486), busy);
    let mut ack = their_invite();
    ack.method = Method::Ack;
    ack.headers.set(Name::CSeq, "1 ACK");
    ack.headers.set(Name::To, busy.headers.get(Name::To).unwrap());
    phone.receive(ack);
    phone.silent();
    assert_eq!(phone.act(|agent, now| agent.accept(now, session, OURS)), Err(ActError::NoSession));
}

#[test]
fn hanging_up_a_call_that_rings_says_busy() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.response(486);
}

#[test]
fn a_status_that_is_no_refusal_is_not_sent_as_one() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.reject(now, session, 200)).unwrap();
    phone.response(480);
}

#[test]
fn a_call_is_sent_on_unanswered() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    assert_eq!(phone.act(|agent, now| agent.redirect(now, session, "?? ??")), Err(ActError::BadTarget));
    phone.act(|agent, now| agent.redirect(now, session, "201")).unwrap();
    let moved = phone.response(302);
    assert_eq!(moved.headers.get(Name::Contact), Some("<sip:201@pbx.example>"));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
}

#[test]
fn the_recorded_route_goes_back_and_is_followed() {
    let invite = their_invite().with(Name::RecordRoute, "<sip:p1.example;lr>, <sip:p2.example;lr>");
    let (mut phone, session, _) = Phone::called_with(invite);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    assert_eq!(ok.headers.get(Name::RecordRoute), Some("<sip:p1.example;lr>, <sip:p2.example;lr>"));
    phone.receive(their_ack(&ok, ""));
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    let bye = phone.request(Method::Bye);
    assert_eq!(bye.uri.as_str(), "sip:300@192.0.2.3");
    assert_eq!(bye.headers.routes().unwrap()[0].uri.as_str(), "sip:p1.example;lr");
}

#[test]
fn the_callers_patience_is_heeded() {
    let (mut phone, session, _) = Phone::called_with(their_invite().with(Name::Expires, 20));
    phone.pass(seconds(19));
    phone.silent();
    phone.pass(seconds(1));
    phone.response(487);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
}

#[test]
fn a_call_that_rings_survives_a_short_loss_of_the_connection() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.disconnect();
    phone.silent();
    phone.pass(seconds(3));
    phone.connect();
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
}

#[test]
fn a_call_that_rang_when_the_connection_was_lost_does_not_ring_for_ever() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.disconnect();
    phone.pass(seconds(60));
    assert!(matches!(phone.event(), Event::Ended { session: ended, .. } if ended == session));
}

#[test]
fn an_sdp_inside_a_multipart_body_is_found() {
    let body = format!(
        "--b\r\nContent-Type: application/isup\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\n{THEIRS}\r\n--b--\r\n"
    );
    let invite = their_bare_invite().with_body("multipart/mixed;boundary=b", body);
    let (_, _, invitation) = Phone::called_with(invite);
    assert_eq!(invitation.offer.as_deref(), Some(THEIRS));
}

#[test]
fn a_flood_of_calls_is_refused_beyond_a_hundred() {
    let mut phone = Phone::connected();
    let mut refused = 0;
    for number in 0..120 {
        let mut invite = their_invite();
        invite.headers.set(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{number}"));
        invite.headers.set(Name::CallId, format!("call-{number}"));
        phone.receive(invite);
        let last = phone.sent.pop_back().unwrap();
        refused += usize::from(
            matches!(last, cordboard_sip::message::Message::Response(r) if r.status.code() == 486),
        );
    }
    assert_eq!(refused, 20);
    assert_eq!(phone.events.len(), 100);
}
