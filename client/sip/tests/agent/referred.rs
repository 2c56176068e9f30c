//! Being asked to call somebody else: REFER received (S9, RFC 3515).

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{ActError, EndCause, Event, SessionId};

use crate::far_end::{OURS, Phone, accept, in_their_dialog, respond, restored, seconds};

const ATTENDED: &str = "<sip:201@pbx.example?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>";

fn their_refer(ok: &Response, number: u32, target: &str) -> Request {
    in_their_dialog(&ok.headers, Method::Refer, number)
        .with(Name::ReferTo, target)
        .with(Name::ReferredBy, "<sip:300@pbx.example>;cid=\"1\"")
}

/// In a call whose far end has asked for another one.
fn asked(target: &str) -> (Phone, SessionId, Response) {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_refer(&ok, 2, target));
    let Event::Referred { session: of, .. } = phone.event() else { panic!() };
    assert_eq!(of, session);
    phone.silent();
    (phone, session, ok)
}

/// It has been promised, and the INVITE is out.
fn calling(target: &str) -> (Phone, SessionId, SessionId, Request) {
    let (mut phone, session, _) = asked(target);
    phone.act(|agent, now| agent.accept_refer(now, session)).unwrap();
    phone.response(202);
    assert_eq!(fragment(&mut phone), ("active;expires=180".to_owned(), "SIP/2.0 100 Trying\r\n".to_owned()));
    let new = phone.act(|agent, now| agent.invite_referred(now, session, OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    (phone, session, new, invite)
}

/// The next NOTIFY, answered: state and start line.
fn fragment(phone: &mut Phone) -> (String, String) {
    let notify = phone.request(Method::Notify);
    assert_eq!(notify.headers.get(Name::Event), Some("refer;id=2"));
    assert_eq!(notify.headers.get(Name::ContentType), Some("message/sipfrag;version=2.0"));
    phone.receive(respond(&notify, 200));
    let state = notify.headers.get(Name::SubscriptionState).unwrap().to_owned();
    (state, String::from_utf8(notify.body).unwrap())
}

#[test]
fn the_desk_is_asked_and_told_whom() {
    let (mut phone, _, ok) = Phone::answered();
    phone.receive(their_refer(&ok, 2, "\"Grace\" <sip:201@pbx.example>"));
    let Event::Referred { target, replaces, .. } = phone.event() else { panic!() };
    assert_eq!((target.name.as_str(), target.number.as_str(), replaces), ("Grace", "201", false));
}

#[test]
fn a_refer_is_done_and_every_step_told() {
    let (mut phone, _, new, invite) = calling("<sip:201@pbx.example>");
    assert_eq!(invite.uri.as_str(), "sip:201@pbx.example");
    // RFC 3892 §2.2
    assert_eq!(invite.headers.get(Name::ReferredBy), Some("<sip:300@pbx.example>;cid=\"1\""));
    phone.receive(respond(&invite, 180));
    assert_eq!(fragment(&mut phone).1, "SIP/2.0 180 Ringing\r\n");
    restored(&mut phone);
    phone.receive(accept(&invite, "grace"));
    phone.request(Method::Ack);
    assert_eq!(
        fragment(&mut phone),
        ("terminated;reason=noresource".to_owned(), "SIP/2.0 200 OK\r\n".to_owned())
    );
    assert!(matches!(phone.event(), Event::Progress { .. }));
    assert!(matches!(phone.event(), Event::Answered { session, .. } if session == new));
    // What becomes of the call later is nobody's business.
    phone.act(|agent, now| agent.hang_up(now, new)).unwrap();
    phone.request(Method::Bye);
    assert!(phone.sent.is_empty());
}

#[test]
fn the_headers_of_refer_to_become_headers_of_the_call() {
    // RFC 3261 §19.1.5; of all headers that a stranger may name, only Replaces is heeded.
    let (_, _, _, invite) = calling(ATTENDED);
    assert_eq!(invite.uri.as_str(), "sip:201@pbx.example");
    assert_eq!(invite.headers.get(Name::Replaces), Some("a@b;to-tag=1;from-tag=2"));
    assert_eq!(invite.headers.get(Name::Require), Some("replaces"));
    assert!(!invite.headers.contains(Name::Other("X")));
}

#[test]
fn a_number_that_is_no_sip_address_is_called_at_home() {
    let (_, _, _, invite) = calling("<tel:+1-201-555-0123>");
    assert_eq!(invite.uri.as_str(), "sip:+12015550123@pbx.example");
}

#[test]
fn failures_are_told_as_they_are() {
    for (status, line) in [(486, "SIP/2.0 486 Busy Here\r\n"), (404, "SIP/2.0 404 Not Found\r\n")] {
        let (mut phone, session, _, invite) = calling("<sip:201@pbx.example>");
        phone.receive(respond(&invite, status));
        phone.request(Method::Ack);
        assert_eq!(fragment(&mut phone), ("terminated;reason=noresource".to_owned(), line.to_owned()));
        // The call that it came from goes on, and may ask for something else.
        phone.events.clear();
        phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
        phone.request(Method::Bye);
    }
    let (mut phone, _, _, _) = calling("<sip:201@pbx.example>");
    phone.pass(seconds(32));
    assert_eq!(fragment(&mut phone).1, "SIP/2.0 408 Request Timeout\r\n");
    let (mut phone, _, new, invite) = calling("<sip:201@pbx.example>");
    phone.receive(respond(&invite, 180));
    fragment(&mut phone);
    phone.act(|agent, now| agent.hang_up(now, new)).unwrap();
    assert_eq!(fragment(&mut phone).1, "SIP/2.0 487 Request Terminated\r\n");
    phone.request(Method::Cancel);
}

#[test]
fn a_refer_can_be_declined_before_and_after_it_was_promised() {
    let (mut phone, session, _) = asked("<sip:201@pbx.example>");
    phone.act(|agent, now| agent.reject_refer(now, session, 603)).unwrap();
    phone.response(603);
    phone.silent();
    assert_eq!(phone.act(|agent, now| agent.invite_referred(now, session, OURS)), Err(ActError::WrongState));

    let (mut phone, session, _) = asked("<sip:201@pbx.example>");
    phone.act(|agent, now| agent.accept_refer(now, session)).unwrap();
    phone.response(202);
    fragment(&mut phone);
    phone.act(|agent, now| agent.reject_refer(now, session, 480)).unwrap();
    assert_eq!(
        fragment(&mut phone),
        ("terminated;reason=noresource".to_owned(), "SIP/2.0 480 Temporarily Unavailable\r\n".to_owned())
    );
    assert_eq!(phone.act(|agent, now| agent.reject_refer(now, session, 480)), Err(ActError::WrongState));
}

#[test]
fn a_promise_that_is_not_kept_expires() {
    let (mut phone, session, _) = asked("<sip:201@pbx.example>");
    phone.act(|agent, now| agent.accept_refer(now, session)).unwrap();
    phone.response(202);
    fragment(&mut phone);
    phone.pass(seconds(180));
    assert_eq!(fragment(&mut phone).0, "terminated;reason=timeout");
    phone.pass(seconds(300));
    phone.silent();
}

#[test]
fn whoever_wants_no_news_gets_none() {
    // RFC 4488 §4
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(
        their_refer(&ok, 2, "<sip:201@pbx.example>")
            .with(Name::ReferSub, "false")
            .with(Name::Require, "norefersub"),
    );
    phone.events.clear();
    phone.act(|agent, now| agent.accept_refer(now, session)).unwrap();
    assert_eq!(phone.response(202).headers.get(Name::ReferSub), Some("false"));
    phone.act(|agent, now| agent.invite_referred(now, session, OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(respond(&invite, 603));
    phone.request(Method::Ack);
    assert!(phone.sent.is_empty());
}

#[test]
fn the_asker_may_hang_up_and_is_still_told() {
    let (mut phone, session, ok) = asked("<sip:201@pbx.example>");
    phone.act(|agent, now| agent.accept_refer(now, session)).unwrap();
    phone.response(202);
    fragment(&mut phone);
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 3));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    restored(&mut phone);
    phone.act(|agent, now| agent.invite_referred(now, session, OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(accept(&invite, "grace"));
    phone.request(Method::Ack);
    let notify = phone.request(Method::Notify);
    assert_eq!(notify.headers.call_id(), ok.headers.call_id());
    // Nobody listens any more: that is no reason to end the new call.
    phone.receive(respond(&notify, 481));
    assert!(matches!(phone.event(), Event::Answered { .. }));
    phone.pass(seconds(100));
    phone.silent();
}

#[test]
fn an_asker_who_hangs_up_before_the_answer_has_asked_for_nothing() {
    let (mut phone, session, ok) = asked("<sip:201@pbx.example>");
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 3));
    phone.response(200);
    phone.response(603);
    assert!(matches!(phone.event(), Event::Ended { .. }));
    assert_eq!(phone.act(|agent, now| agent.accept_refer(now, session)), Err(ActError::WrongState));
}

#[test]
fn an_asker_who_hears_nothing_any_more_still_gets_what_was_promised() {
    let (mut phone, session, ok) = asked("<sip:201@pbx.example>");
    phone.act(|agent, now| agent.accept_refer(now, session)).unwrap();
    phone.response(202);
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 3));
    let notify = phone.request(Method::Notify);
    phone.response(200);
    phone.receive(respond(&notify, 481));
    phone.act(|agent, now| agent.invite_referred(now, session, OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(accept(&invite, "grace"));
    phone.request(Method::Ack);
    assert!(phone.sent.is_empty());
}

#[test]
fn what_cannot_be_called_is_refused_at_once() {
    for (target, status) in [
        ("<mailto:a@b.example>", 416),
        ("<sip:201@pbx.example;method=BYE>", 603),
        ("<sip:201@pbx.example?Replaces=nothing>", 400),
        ("", 400),
    ] {
        let (mut phone, _, ok) = Phone::answered();
        phone.receive(their_refer(&ok, 2, target));
        phone.response(status);
        phone.silent();
    }
    let (mut phone, _, ok) = Phone::answered();
    phone.receive(their_refer(&ok, 2, "<sip:201@pbx.example>").with(Name::ReferTo, "<sip:202@pbx.example>"));
    phone.response(400);
    phone.silent();
}

#[test]
fn one_refer_at_a_time() {
    let (mut phone, _, ok) = asked("<sip:201@pbx.example>");
    phone.receive(their_refer(&ok, 3, "<sip:202@pbx.example>"));
    phone.response(603);
    phone.silent();
}
