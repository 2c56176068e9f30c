//! Sessions that are kept alive (S8, RFC 4028), and where a far end finds us after the connection was a new one.

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{EndCause, Event, SessionId};

use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_our_dialog, in_their_dialog, respond, restored, seconds, their_ack,
    their_invite,
};

const HOLD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=hold\r\nt=0 0\r\n";

/// A call that we made, answered with these headers.
fn in_call_with(headers: &[(Name<'static>, &str)]) -> (Phone, SessionId, Response) {
    let (mut phone, session, invite) = Phone::calling();
    let ok = headers.iter().fold(accept(&invite, "theirs"), |ok, (name, value)| ok.with(*name, value));
    phone.receive(ok.clone());
    phone.request(Method::Ack);
    phone.events.clear();
    (phone, session, ok)
}

const WITH_UPDATE: (Name<'static>, &str) = (Name::Allow, "INVITE, BYE, UPDATE");
const OURS_TO_KEEP: (Name<'static>, &str) = (Name::SessionExpires, "1800;refresher=uac");

/// A call of theirs with these headers, that we answer. Hands out the 2xx.
fn answered_with(headers: &[(Name<'static>, &str)]) -> (Phone, SessionId, Response) {
    let invite = headers.iter().fold(their_invite(), |invite, (name, value)| invite.with(*name, value));
    let (mut phone, session, _) = Phone::called_with(invite);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    phone.events.clear();
    (phone, session, ok)
}

fn granted(response: &Response) -> Option<&str> {
    response.headers.get(Name::SessionExpires)
}

#[test]
fn half_an_hour_is_asked_for_and_nobody_needs_to_know_of_it() {
    let (mut phone, _, invite) = Phone::calling();
    assert_eq!(invite.headers.get(Name::SessionExpires), Some("1800;refresher=uac"));
    assert!(invite.headers.supports("timer") && !invite.headers.contains(Name::Require));
    phone.receive(accept(&invite, "theirs"));
    phone.request(Method::Ack);
    phone.events.clear();
    phone.pass(seconds(10_000));
    phone.silent();
}

#[test]
fn we_refresh_at_half_time_by_update_if_it_is_allowed() {
    // RFC 4028 §7.2, §7.4
    let (mut phone, _, _) = in_call_with(&[WITH_UPDATE, OURS_TO_KEEP]);
    for _ in 0..3 {
        phone.pass(seconds(899));
        phone.silent();
        phone.pass(seconds(1));
        let update = phone.request(Method::Update);
        assert!(update.body.is_empty());
        assert_eq!(update.headers.get(Name::SessionExpires), Some("1800;refresher=uac"));
        assert!(update.headers.contains(Name::Contact));
        restored(&mut phone);
        phone.receive(respond(&update, 200).with(Name::SessionExpires, "1800;refresher=uac"));
        phone.silent();
    }
}

#[test]
fn else_by_a_reinvite_that_changes_nothing_and_bothers_nobody() {
    let (mut phone, session, _) = in_call_with(&[OURS_TO_KEEP]);
    phone.pass(seconds(900));
    let reinvite = phone.request(Method::Invite);
    assert_eq!(reinvite.body, OURS.as_bytes());
    // What the desk wants meanwhile waits.
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    phone.silent();
    restored(&mut phone);
    phone.receive(accept(&reinvite, "theirs").with(Name::SessionExpires, "1800;refresher=uac"));
    phone.request(Method::Ack);
    assert_eq!(phone.request(Method::Invite).body, HOLD.as_bytes());
    assert!(phone.events.is_empty());
}

#[test]
fn a_refresh_that_meets_theirs_is_tried_again_a_little_later() {
    let (mut phone, _, _) = in_call_with(&[OURS_TO_KEEP]);
    phone.pass(seconds(900));
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 491));
    phone.request(Method::Ack);
    phone.silent();
    phone.pass(seconds(9));
    phone.silent();
    phone.pass(seconds(1));
    phone.request(Method::Invite);
}

#[test]
fn a_gateway_that_names_update_and_ignores_it_gets_a_reinvite() {
    for refusal in [None, Some(405), Some(501)] {
        let (mut phone, _, _) = in_call_with(&[WITH_UPDATE, OURS_TO_KEEP]);
        phone.pass(seconds(900));
        let update = phone.request(Method::Update);
        match refusal {
            Some(status) => phone.receive(respond(&update, status)),
            None => phone.pass(seconds(32)),
        }
        phone.pass(seconds(10));
        phone.request(Method::Invite);
        phone.silent();
    }
}

#[test]
fn a_far_end_that_does_not_know_the_session_any_more_ends_it() {
    let (mut phone, session, _) = in_call_with(&[WITH_UPDATE, OURS_TO_KEEP]);
    phone.pass(seconds(900));
    let update = phone.request(Method::Update);
    phone.receive(respond(&update, 481));
    phone.request(Method::Bye);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::ConnectionLost });
}

#[test]
fn a_session_that_cannot_be_refreshed_is_ended_before_it_is_over() {
    // RFC 4028 §10
    let (mut phone, session, _) = in_call_with(&[WITH_UPDATE, OURS_TO_KEEP]);
    for _ in 0..200 {
        phone.pass(seconds(10));
        while let Some(message) = phone.sent.pop_front() {
            match message {
                cordboard_sip::message::Message::Request(request) if request.method == Method::Update => {
                    phone.receive(respond(&request, 500));
                }
                cordboard_sip::message::Message::Request(request) if request.method == Method::Bye => {
                    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
                    return;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    panic!("it lives for ever");
}

#[test]
fn their_refreshes_are_waited_for_and_missed() {
    // RFC 4028 §10: a third of it, or 32 s, before the end.
    let (mut phone, session, ok) = in_call_with(&[(Name::SessionExpires, "300;refresher=uas")]);
    phone.pass(seconds(200));
    let update = in_our_dialog(&ok.headers, Method::Update, 1)
        .with(Name::SessionExpires, "300;refresher=uac")
        .with(Name::Supported, "timer");
    phone.receive(update);
    let answer = phone.response(200);
    assert_eq!(granted(&answer), Some("300;refresher=uac"));
    assert_eq!(answer.headers.get(Name::Require), Some("timer"));
    phone.pass(seconds(267));
    phone.silent();
    phone.pass(seconds(1));
    phone.request(Method::Bye);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
}

#[test]
fn each_caller_gets_what_it_asked_for() {
    // RFC 4028 §9, table 2
    for (headers, expected, insists) in [
        (
            &[(Name::Supported, "timer"), (Name::SessionExpires, "600;refresher=uac")][..],
            "600;refresher=uac",
            true,
        ),
        (
            &[(Name::Supported, "timer"), (Name::SessionExpires, "600;refresher=uas")],
            "600;refresher=uas",
            false,
        ),
        (&[(Name::Supported, "timer"), (Name::SessionExpires, "600")], "600;refresher=uas", false),
        (&[(Name::SessionExpires, "600")], "600;refresher=uas", false),
        (&[(Name::Supported, "timer")], "1800;refresher=uas", false),
        (&[(Name::Require, "timer"), (Name::SessionExpires, "90;refresher=uac")], "90;refresher=uac", true),
    ] {
        let (_, _, ok) = answered_with(headers);
        assert_eq!(granted(&ok), Some(expected), "{headers:?}");
        assert_eq!(ok.headers.contains(Name::Require), insists, "{headers:?}");
    }
    let (mut phone, _, ok) = answered_with(&[]);
    assert_eq!(granted(&ok), None);
    phone.pass(seconds(10_000));
    phone.silent();
}

#[test]
fn a_lifetime_that_is_too_short_is_refused_with_the_least() {
    // RFC 4028 §9, §5
    let short = |invite: Request| {
        invite.with(Name::SessionExpires, "60;refresher=uac").with(Name::Supported, "timer")
    };
    let mut phone = Phone::connected();
    phone.receive(short(their_invite()));
    assert_eq!(phone.response(422).headers.get(Name::MinSe), Some("90"));
    phone.silent();

    let (mut phone, session, ok) = answered_with(&[]);
    for (number, method) in [(2, Method::Invite), (3, Method::Update)] {
        phone.receive(short(in_their_dialog(&ok.headers, method, number)));
        assert_eq!(phone.response(422).headers.get(Name::MinSe), Some("90"));
    }
    phone.silent();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();

    // Put in by a proxy on the way: the caller could do nothing about it.
    let (_, _, ok) = answered_with(&[(Name::SessionExpires, "60")]);
    assert_eq!(granted(&ok), Some("90;refresher=uas"));
}

#[test]
fn a_422_is_obeyed_once() {
    // RFC 4028 §7.3
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 422).with(Name::MinSe, "3600"));
    phone.request(Method::Ack);
    let again = phone.request(Method::Invite);
    assert_eq!(again.headers.get(Name::SessionExpires), Some("3600;refresher=uac"));
    assert_eq!(again.headers.get(Name::MinSe), Some("3600"));
    assert_eq!(again.headers.call_id(), invite.headers.call_id());
    assert_eq!(again.headers.get(Name::CSeq), Some("2 INVITE"));
    assert_eq!(again.body, invite.body);
    phone.silent();
    phone.receive(respond(&again, 422).with(Name::MinSe, "3600"));
    phone.request(Method::Ack);
    assert!(
        matches!(phone.event(), Event::Ended { session: ended, cause: EndCause::Refused { status: 422, .. } } if ended == session)
    );
}

#[test]
fn a_change_of_media_obeys_a_422_too() {
    let (mut phone, session, _) = in_call_with(&[OURS_TO_KEEP]);
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 422).with(Name::MinSe, "2000"));
    phone.request(Method::Ack);
    let again = phone.request(Method::Invite);
    assert_eq!(again.headers.get(Name::MinSe), Some("2000"));
    assert_eq!(again.body, HOLD.as_bytes());
    phone.receive(accept(&again, "theirs"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::ReofferAnswered { .. }));
}

#[test]
fn their_refresh_that_changes_nothing_bothers_nobody() {
    // RFC 4028 §7.4; the version of a description may grow all the same.
    let (mut phone, _, ok) =
        answered_with(&[(Name::Supported, "timer"), (Name::SessionExpires, "600;refresher=uac")]);
    let refresh = |number, sdp: &str| {
        in_their_dialog(&ok.headers, Method::Invite, number)
            .with(Name::SessionExpires, "600;refresher=uac")
            .with(Name::Supported, "timer")
            .with_body("application/sdp", sdp)
    };
    phone.receive(refresh(2, &THEIRS.replace("- 2 1", "- 2 2")));
    let answer = phone.response(200);
    assert_eq!(answer.body, OURS.as_bytes());
    assert_eq!(granted(&answer), Some("600;refresher=uac"));
    phone.receive(their_ack(&answer, ""));
    phone.silent();
    // One that changes something is the desk's.
    phone.receive(refresh(3, HOLD));
    phone.response(100);
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
}

#[test]
fn every_change_of_media_is_a_refresh_too() {
    let (mut phone, session, _) = in_call_with(&[WITH_UPDATE, OURS_TO_KEEP]);
    phone.pass(seconds(600));
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    assert_eq!(reinvite.headers.get(Name::SessionExpires), Some("1800;refresher=uac"));
    phone.receive(accept(&reinvite, "theirs").with(Name::SessionExpires, "1800;refresher=uac"));
    phone.request(Method::Ack);
    phone.events.clear();
    phone.pass(seconds(899));
    phone.silent();
    phone.pass(seconds(1));
    phone.request(Method::Update);
}

#[test]
fn after_a_new_connection_the_far_end_is_told_where_we_are() {
    // RFC 3261 §12.2.1.1: a target refresh.
    let (mut phone, session, _) = in_call_with(&[WITH_UPDATE]);
    phone.disconnect();
    phone.connect();
    let update = phone.request(Method::Update);
    assert!(update.body.is_empty() && update.headers.contains(Name::Contact));
    phone.receive(respond(&update, 200));
    phone.silent();
    // A telephone system that was started anew knows nothing of the call.
    phone.disconnect();
    phone.connect();
    let update = phone.request(Method::Update);
    phone.receive(respond(&update, 481));
    phone.request(Method::Bye);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::ConnectionLost });
}

#[test]
fn a_lost_connection_holds_a_refresh_up_but_not_for_ever() {
    let (mut phone, session, _) = in_call_with(&[WITH_UPDATE, OURS_TO_KEEP]);
    phone.disconnect();
    phone.pass(seconds(1767));
    phone.silent();
    phone.pass(seconds(1));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
    phone.connect();
    phone.request(Method::Bye);
}
