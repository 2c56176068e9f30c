//! Calling somebody (S6).

use cordboard_sip::message::{Method, Name};
use cordboard_sip::{ActError, EndCause, Event};

use crate::far_end::{OURS, Phone, THEIRS, accept, in_our_dialog, respond, seconds};

#[test]
fn an_invite_has_all_that_a_dialog_needs() {
    let (_, _, invite) = Phone::calling();
    assert_eq!(invite.uri.as_str(), "sip:200@pbx.example");
    let from = invite.headers.from().unwrap();
    assert_eq!((from.display.as_str(), from.uri.as_str()), ("Front Desk", "sip:front@pbx.example"));
    assert!(from.tag().is_some());
    assert_eq!(invite.headers.to().unwrap().to_string(), "<sip:200@pbx.example>");
    assert!(invite.headers.contacts().unwrap()[0].uri.has_param("ob"));
    assert_eq!(invite.headers.max_forwards(), Ok(Some(70)));
    assert_eq!(invite.body, OURS.as_bytes());
    assert!(invite.headers.allows(&Method::Bye));
}

#[test]
fn it_rings_it_is_answered_it_ends() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 100));
    phone.silent();
    phone.receive(respond(&invite, 180));
    assert_eq!(phone.event(), Event::Progress { session, fork: 0, status: 180, sdp: None });
    phone.receive(accept(&invite, "theirs"));
    let ack = phone.request(Method::Ack);
    assert_eq!(ack.uri.as_str(), "sip:theirs@192.0.2.9");
    assert_eq!(ack.headers.get(Name::CSeq), Some("1 ACK"));
    assert_ne!(ack.headers.via().unwrap().branch(), invite.headers.via().unwrap().branch());
    let Event::Answered { sdp, remote, .. } = phone.event() else { panic!() };
    assert_eq!(sdp.as_deref(), Some(THEIRS));
    assert_eq!(remote.number, "200");
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    let bye = phone.request(Method::Bye);
    assert_eq!(bye.headers.get(Name::CSeq), Some("2 BYE"));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.receive(respond(&bye, 200));
    phone.silent();
    assert_eq!(phone.act(|agent, now| agent.hang_up(now, session)), Err(ActError::NoSession));
}

#[test]
fn early_media_is_told_and_serves_as_the_answer_if_the_2xx_has_none() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 183).with_body("application/sdp", THEIRS));
    assert_eq!(
        phone.event(),
        Event::Progress { session, fork: 0, status: 183, sdp: Some(THEIRS.to_owned()) }
    );
    phone.receive(respond(&invite, 200).with(Name::Contact, "<sip:x@192.0.2.9>"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::Answered { sdp: Some(sdp), .. } if sdp == THEIRS));
}

#[test]
fn early_media_of_one_fork_is_no_answer_of_another() {
    let (mut phone, _, invite) = Phone::calling();
    phone.receive(respond(&invite, 183).with_body("application/sdp", THEIRS));
    phone.events.clear();
    let mut ok = accept(&invite, "fork");
    ok.body.clear();
    phone.receive(ok);
    phone.request(Method::Ack);
    phone.request(Method::Bye);
    assert!(matches!(phone.event(), Event::Ended { cause: EndCause::Refused { status: 488, .. }, .. }));
}

#[test]
fn a_2xx_without_any_sdp_is_acknowledged_and_ended() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 200).with(Name::Contact, "<sip:x@192.0.2.9>"));
    phone.request(Method::Ack);
    phone.request(Method::Bye);
    let cause = EndCause::Refused { status: 488, reason: "No SDP".to_owned(), retry_after: None };
    assert_eq!(phone.event(), Event::Ended { session, cause });
}

#[test]
fn refusals_are_told_as_they_are_and_acknowledged_in_the_transaction() {
    for (status, reason) in
        [(486, "Busy Here"), (480, "Temporarily Unavailable"), (603, "Decline"), (404, "Not Found")]
    {
        let (mut phone, session, invite) = Phone::calling();
        phone.receive(respond(&invite, status));
        let ack = phone.request(Method::Ack);
        assert_eq!(ack.headers.via().unwrap(), invite.headers.via().unwrap());
        assert_eq!(ack.headers.to().unwrap().tag(), Some("theirs"));
        let cause = EndCause::Refused { status, reason: reason.to_owned(), retry_after: None };
        assert_eq!(phone.event(), Event::Ended { session, cause });
        phone.pass(seconds(100));
        phone.silent();
    }
}

#[test]
fn how_long_a_refusal_holds_is_told() {
    let told = |line: &str| {
        let (mut phone, _, invite) = Phone::calling();
        phone.receive(respond(&invite, 503).with(Name::RetryAfter, line));
        match phone.event() {
            Event::Ended { cause: EndCause::Refused { status: 503, retry_after, .. }, .. } => retry_after,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(told("120 (in a meeting);duration=60"), Some(120));
    assert_eq!(told("soon"), None);
}

#[test]
fn silence_ends_the_call_after_32_seconds_but_ringing_may_last() {
    let (mut phone, session, _) = Phone::calling();
    phone.pass(seconds(31));
    phone.silent();
    phone.pass(seconds(1));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });

    let (mut phone, _, invite) = Phone::calling();
    phone.receive(respond(&invite, 180));
    phone.events.clear();
    phone.pass(seconds(170));
    phone.silent();
}

#[test]
fn a_copy_of_the_2xx_gets_the_same_ack_and_is_not_told_again() {
    let (mut phone, _, invite) = Phone::calling();
    phone.receive(accept(&invite, "theirs"));
    let ack = phone.request(Method::Ack);
    phone.events.clear();
    phone.pass(seconds(3));
    phone.receive(accept(&invite, "theirs"));
    assert_eq!(phone.request(Method::Ack), ack);
    phone.silent();
}

#[test]
fn the_2xx_of_another_fork_is_acknowledged_and_ended() {
    let (mut phone, session, invite) = Phone::in_call();
    phone.receive(accept(&invite, "fork"));
    let ack = phone.request(Method::Ack);
    let bye = phone.request(Method::Bye);
    for request in [&ack, &bye] {
        assert_eq!(request.uri.as_str(), "sip:fork@192.0.2.9");
        assert_eq!(request.headers.to().unwrap().tag(), Some("fork"));
    }
    phone.receive(respond(&bye, 200));
    phone.silent();
    // The call that was answered first goes on.
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.request(Method::Bye).headers.to().unwrap().tag(), Some("theirs"));
}

#[test]
fn requests_follow_the_recorded_route_backwards() {
    let (mut phone, session, invite) = Phone::calling();
    let ok = accept(&invite, "theirs").with(Name::RecordRoute, "<sip:p2.example;lr>, <sip:p1.example;lr>");
    phone.receive(ok);
    let ack = phone.request(Method::Ack);
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    let bye = phone.request(Method::Bye);
    for request in [ack, bye] {
        let routes: Vec<_> =
            request.headers.routes().unwrap().iter().map(|route| route.uri.to_string()).collect();
        assert_eq!(routes, ["sip:p1.example;lr", "sip:p2.example;lr"]);
    }
}

#[test]
fn a_redirection_is_followed_with_the_likeliest_contact_first() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(
        respond(&invite, 302)
            .with(Name::Contact, "<sip:b@x.example>;q=0.3, <sip:a@x.example?Subject=y>;q=0.9"),
    );
    phone.request(Method::Ack);
    let second = phone.request(Method::Invite);
    assert_eq!(second.uri.as_str(), "sip:a@x.example");
    assert_eq!(second.headers.call_id(), invite.headers.call_id());
    assert_eq!(second.headers.to(), invite.headers.to());
    // Busy there: the other contact is still to be tried.
    phone.receive(respond(&second, 486));
    phone.request(Method::Ack);
    let third = phone.request(Method::Invite);
    assert_eq!(third.uri.as_str(), "sip:b@x.example");
    phone.receive(accept(&third, "theirs"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::Answered { session: answered, .. } if answered == session));
}

#[test]
fn redirections_in_a_circle_end_the_call() {
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 302).with(Name::Contact, "<sip:a@x.example>"));
    phone.request(Method::Ack);
    let second = phone.request(Method::Invite);
    phone.receive(respond(&second, 302).with(Name::Contact, "<sip:200@pbx.example>"));
    phone.request(Method::Ack);
    let cause = EndCause::Refused { status: 302, reason: "Moved Temporarily".to_owned(), retry_after: None };
    assert_eq!(phone.event(), Event::Ended { session, cause });
}

#[test]
fn five_redirections_are_enough() {
    let (mut phone, session, mut invite) = Phone::calling();
    for hop in 0..5 {
        phone.receive(respond(&invite, 302).with(Name::Contact, format!("<sip:hop{hop}@x.example>")));
        phone.request(Method::Ack);
        invite = phone.request(Method::Invite);
    }
    phone.receive(respond(&invite, 302).with(Name::Contact, "<sip:hop6@x.example>"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::Ended { session: ended, .. } if ended == session));
    phone.silent();
}

#[test]
fn the_far_end_hangs_up() {
    let (mut phone, session, invite) = Phone::in_call();
    let ok = accept(&invite, "theirs");
    phone.receive(in_our_dialog(&ok.headers, Method::Bye, 1));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    // A copy of the BYE gets the same answer.
    phone.receive(in_our_dialog(&ok.headers, Method::Bye, 1));
    phone.response(200);
    phone.silent();
    // Another one does not know the session any more.
    phone.receive(in_our_dialog(&ok.headers, Method::Bye, 2));
    phone.response(481);
}

#[test]
fn a_lost_connection_ends_a_call_that_is_not_answered_and_keeps_one_that_is() {
    let (mut phone, session, _) = Phone::calling();
    phone.disconnect();
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::ConnectionLost });

    let (mut phone, session, _) = Phone::in_call();
    phone.disconnect();
    phone.silent();
    phone.pass(seconds(100));
    phone.connect();
    // The far end is told where we are now.
    phone.request(Method::Invite);
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Bye);
}

#[test]
fn what_is_hung_up_without_a_connection_is_ended_with_the_next_one() {
    let (mut phone, session, _) = Phone::in_call();
    phone.disconnect();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.silent();
    phone.connect();
    let bye = phone.request(Method::Bye);
    // Lost again before it was answered.
    phone.disconnect();
    phone.connect();
    let again = phone.request(Method::Bye);
    assert!(again.headers.cseq().unwrap().number > bye.headers.cseq().unwrap().number);
    phone.receive(respond(&again, 200));
    phone.disconnect();
    phone.connect();
    phone.silent();
}

#[test]
fn nobody_is_called_without_a_connection_or_at_no_address() {
    let mut phone = Phone::new();
    assert_eq!(phone.act(|agent, now| agent.invite(now, "200", OURS)), Err(ActError::NotConnected));
    phone.connect();
    assert_eq!(phone.act(|agent, now| agent.invite(now, "not an address", OURS)), Err(ActError::BadTarget));
    phone.silent();
}

#[test]
fn digits_go_out_as_info() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.send_digit_info(now, session, '#')).unwrap();
    let info = phone.request(Method::Info);
    assert_eq!(info.headers.get(Name::ContentType), Some("application/dtmf-relay"));
    assert_eq!(info.body, b"Signal=#\r\nDuration=160\r\n");
    phone.receive(respond(&info, 200));
    assert_eq!(phone.act(|agent, now| agent.send_digit_info(now, session, 'x')), Err(ActError::WrongState));
    phone.silent();
}

#[test]
fn who_answered_may_be_somebody_else_than_was_called() {
    let (mut phone, _, invite) = Phone::calling();
    phone.receive(
        accept(&invite, "theirs").with(Name::PAssertedIdentity, "\"Reception\" <sip:299@pbx.example>"),
    );
    let Event::Answered { remote, .. } = phone.event() else { panic!() };
    assert_eq!((remote.name.as_str(), remote.number.as_str()), ("Reception", "299"));
}
