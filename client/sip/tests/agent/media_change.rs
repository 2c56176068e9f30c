//! Re-INVITE both ways (S7).

use std::time::Duration;

use cordboard_sip::message::{Method, Name, Request};
use cordboard_sip::{ActError, EndCause, Event};

use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_our_dialog, in_their_dialog, respond, seconds, their_ack,
};

const HOLD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=hold\r\nt=0 0\r\n";

fn their_reinvite(phone_ok: &cordboard_sip::message::Response, number: u32, sdp: &str) -> Request {
    let request = in_their_dialog(&phone_ok.headers, Method::Invite, number);
    if sdp.is_empty() { request } else { request.with_body("application/sdp", sdp) }
}

#[test]
fn what_is_in_force_follows_the_answer() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    assert_eq!(reinvite.body, HOLD.as_bytes());
    assert_eq!(reinvite.headers.get(Name::CSeq), Some("2 INVITE"));
    assert_eq!(reinvite.headers.to().unwrap().tag(), Some("theirs"));
    phone.receive(respond(&reinvite, 100));
    phone.silent();
    phone.receive(accept(&reinvite, "theirs"));
    let ack = phone.request(Method::Ack);
    assert_eq!(ack.headers.get(Name::CSeq), Some("2 ACK"));
    assert_eq!(phone.event(), Event::ReofferAnswered { session, sdp: THEIRS.to_owned() });
    // A copy of the 2xx gets the same ACK and is not told again.
    phone.receive(accept(&reinvite, "theirs"));
    assert_eq!(phone.request(Method::Ack), ack);
    phone.silent();
}

#[test]
fn a_refused_change_leaves_the_session_as_it_was() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 488));
    phone.request(Method::Ack);
    let reason = "Not Acceptable Here".to_owned();
    assert_eq!(phone.event(), Event::ReofferRefused { session, status: 488, reason });
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    phone.request(Method::Invite);
}

#[test]
fn a_session_that_the_far_end_does_not_know_any_more_is_ended() {
    for (status, cause) in [(481, EndCause::ConnectionLost), (408, EndCause::TimedOut)] {
        let (mut phone, session, _) = Phone::in_call();
        phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
        let reinvite = phone.request(Method::Invite);
        phone.receive(respond(&reinvite, status));
        phone.request(Method::Ack);
        phone.request(Method::Bye);
        assert_eq!(phone.event(), Event::Ended { session, cause });
    }
}

#[test]
fn a_change_that_is_never_answered_ends_the_session() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    phone.request(Method::Invite);
    phone.pass(seconds(32));
    phone.request(Method::Bye);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
}

#[test]
fn after_a_glare_the_owner_of_the_call_id_waits_longer() {
    // Ours.
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 491));
    phone.request(Method::Ack);
    phone.pass(Duration::from_millis(2099));
    phone.silent();
    phone.pass(Duration::from_millis(1901));
    let again = phone.request(Method::Invite);
    assert_eq!(again.body, HOLD.as_bytes());
    assert_eq!(again.headers.get(Name::CSeq), Some("3 INVITE"));

    // Theirs.
    let (mut phone, session, _) = Phone::answered();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 491));
    phone.request(Method::Ack);
    phone.pass(seconds(2));
    phone.request(Method::Invite);
}

#[test]
fn a_far_end_that_cannot_take_a_change_yet_is_asked_again_when_it_says() {
    // RFC 3261 §14.2, §20.33
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 500).with(Name::RetryAfter, 7));
    phone.request(Method::Ack);
    phone.pass(Duration::from_millis(6_999));
    phone.silent();
    phone.pass(Duration::from_millis(1));
    let again = phone.request(Method::Invite);
    assert_eq!(again.body, HOLD.as_bytes());
    // One that wants peace for longer has other troubles.
    phone.receive(respond(&again, 500).with(Name::RetryAfter, 60));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::ReofferRefused { status: 500, .. }));
}

#[test]
fn a_far_end_that_can_never_take_a_change_is_believed_for_a_while() {
    let (mut phone, session, _) = Phone::in_call();
    // Each change anew.
    for _ in 0..2 {
        phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
        for _ in 0..5 {
            let reinvite = phone.request(Method::Invite);
            phone.receive(respond(&reinvite, 491));
            phone.request(Method::Ack);
            phone.silent();
            phone.pass(seconds(4));
        }
        let last = phone.request(Method::Invite);
        phone.receive(respond(&last, 491));
        phone.request(Method::Ack);
        assert!(matches!(phone.event(), Event::ReofferRefused { status: 491, .. }));
    }
}

#[test]
fn an_offer_made_during_the_wait_replaces_the_one_that_waits() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 491));
    phone.request(Method::Ack);
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    phone.silent();
    phone.pass(seconds(4));
    assert_eq!(phone.request(Method::Invite).body, OURS.as_bytes());
}

#[test]
fn their_offer_during_the_wait_comes_first_and_ours_is_handed_back() {
    let (mut phone, session, ok) = Phone::answered();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 491));
    phone.request(Method::Ack);
    phone.receive(their_reinvite(&ok, 2, THEIRS));
    phone.response(100);
    assert_eq!(phone.event(), Event::ReofferGaveWay { session });
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(THEIRS.to_owned()) });
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let answer = phone.response(200);
    phone.receive(their_ack(&answer, ""));
    phone.pass(seconds(10));
    phone.silent();
}

#[test]
fn theirs_is_refused_with_491_while_ours_is_out() {
    let (mut phone, session, ok) = Phone::answered();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(their_reinvite(&ok, 2, THEIRS));
    phone.response(491);
    phone.receive(accept(&reinvite, "carol"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::ReofferAnswered { .. }));
}

#[test]
fn theirs_is_answered_by_the_desk() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_reinvite(&ok, 2, HOLD));
    phone.response(100);
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(HOLD.to_owned()) });
    // One after another.
    phone.receive(their_reinvite(&ok, 3, HOLD));
    let early = phone.response(500);
    assert!(early.headers.retry_after().unwrap().unwrap() <= 10);
    assert_eq!(phone.act(|agent, now| agent.reoffer(now, session, HOLD)), Err(ActError::WrongState));
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let answer = phone.response(200);
    assert_eq!(answer.headers.get(Name::CSeq), Some("2 INVITE"));
    assert_eq!(answer.headers.to().unwrap().tag(), ok.headers.to().unwrap().tag());
    phone.receive(their_ack(&answer, ""));
    phone.pass(seconds(100));
    phone.silent();
    assert_eq!(phone.act(|agent, now| agent.answer(now, session, OURS)), Err(ActError::WrongState));
}

#[test]
fn theirs_without_an_offer_is_answered_with_one_and_the_ack_brings_the_answer() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_reinvite(&ok, 2, ""));
    phone.response(100);
    assert_eq!(phone.event(), Event::Reoffered { session, offer: None });
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let answer = phone.response(200);
    phone.receive(their_ack(&answer, THEIRS));
    assert_eq!(phone.event(), Event::ReofferAnswered { session, sdp: THEIRS.to_owned() });
}

#[test]
fn theirs_can_be_refused_and_the_session_goes_on() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_reinvite(&ok, 2, HOLD));
    phone.response(100);
    phone.events.clear();
    phone.act(|agent, now| agent.reject(now, session, 488)).unwrap();
    phone.response(488);
    phone.silent();
    assert_eq!(phone.act(|agent, now| agent.reject(now, session, 488)), Err(ActError::WrongState));
    phone.receive(their_reinvite(&ok, 3, HOLD));
    phone.response(100);
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
}

#[test]
fn there_is_nothing_to_refuse_in_a_session_that_is_settled() {
    let (mut phone, session, _) = Phone::answered();
    assert_eq!(phone.act(|agent, now| agent.reject(now, session, 488)), Err(ActError::WrongState));
    phone.silent();
}

#[test]
fn their_next_change_waits_until_the_last_is_acknowledged() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_reinvite(&ok, 2, THEIRS));
    phone.response(100);
    phone.events.clear();
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    phone.response(200);
    phone.receive(their_reinvite(&ok, 3, HOLD));
    phone.response(500);
    phone.silent();
}

#[test]
fn an_answer_to_theirs_that_is_never_acknowledged_ends_the_session() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_reinvite(&ok, 2, HOLD));
    phone.events.clear();
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    phone.pass(seconds(32));
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::TimedOut });
}

#[test]
fn an_offer_right_after_the_answer_waits_for_the_ack() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_reinvite(&ok, 2, THEIRS));
    phone.response(100);
    phone.events.clear();
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let answer = phone.response(200);
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    phone.silent();
    phone.receive(their_ack(&answer, ""));
    assert_eq!(phone.request(Method::Invite).body, HOLD.as_bytes());
}

#[test]
fn a_number_that_was_used_before_is_refused() {
    let (mut phone, _, ok) = Phone::answered();
    let mut old = their_reinvite(&ok, 1, THEIRS);
    old.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKold");
    phone.receive(old);
    phone.response(500);
    phone.silent();
}

#[test]
fn the_far_end_moves_and_is_reached_where_it_is() {
    let (mut phone, session, ok) = Phone::answered();
    let mut reinvite = their_reinvite(&ok, 2, THEIRS);
    reinvite.headers.set(Name::Contact, "<sip:300@192.0.2.33>");
    phone.receive(reinvite);
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    phone.sent.clear();
    phone.events.clear();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.request(Method::Bye).uri.as_str(), "sip:300@192.0.2.33");
}

#[test]
fn a_transfer_by_the_pbx_shows_the_new_party() {
    let (mut phone, session, ok) = Phone::answered();
    let identity = "\"Dan\" <sip:400@pbx.example>";
    phone.receive(their_reinvite(&ok, 2, THEIRS).with(Name::PAssertedIdentity, identity));
    phone.response(100);
    let Event::RemoteChanged { session: changed, remote } = phone.event() else { panic!() };
    assert_eq!((changed, remote.name.as_str(), remote.number.as_str()), (session, "Dan", "400"));
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let answer = phone.response(200);
    phone.receive(their_ack(&answer, ""));
    // The same again is no news.
    phone.receive(their_reinvite(&ok, 3, THEIRS).with(Name::PAssertedIdentity, identity));
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
}

#[test]
fn a_lost_connection_hands_the_open_offer_back() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    phone.request(Method::Invite);
    phone.disconnect();
    assert_eq!(phone.event(), Event::ReofferLost { session });
    assert_eq!(phone.act(|agent, now| agent.reoffer(now, session, HOLD)), Err(ActError::NotConnected));
    phone.connect();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    phone.request(Method::Invite);
}

#[test]
fn a_connection_lost_during_the_wait_hands_the_offer_back_and_costs_nobody_the_call() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 491));
    phone.request(Method::Ack);
    phone.disconnect();
    assert_eq!(phone.event(), Event::ReofferLost { session });
    phone.pass(seconds(60));
    phone.silent();
    phone.connect();
    let here_we_are = phone.request(Method::Invite);
    phone.receive(accept(&here_we_are, "theirs"));
    phone.request(Method::Ack);
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    assert_eq!(phone.request(Method::Invite).body, HOLD.as_bytes());
    phone.silent();
}

#[test]
fn a_challenge_to_a_change_is_answered() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(respond(&reinvite, 407).with(Name::ProxyAuthenticate, r#"Digest realm="a", nonce="1""#));
    phone.request(Method::Ack);
    let again = phone.request(Method::Invite);
    assert!(again.headers.contains(Name::ProxyAuthorization));
    assert_eq!(again.headers.get(Name::CSeq), Some("3 INVITE"));
    phone.receive(accept(&again, "theirs"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::ReofferAnswered { .. }));
}

#[test]
fn a_bye_of_theirs_ends_an_open_change() {
    let (mut phone, session, invite) = Phone::in_call();
    let ok = accept(&invite, "theirs");
    phone.act(|agent, now| agent.reoffer(now, session, HOLD)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.receive(in_our_dialog(&ok.headers, Method::Bye, 1));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    phone.receive(respond(&reinvite, 487));
    phone.request(Method::Ack);
    phone.silent();
}

fn their_update(ok: &cordboard_sip::message::Response, number: u32, sdp: &str) -> Request {
    let request = in_their_dialog(&ok.headers, Method::Update, number);
    if sdp.is_empty() { request } else { request.with_body("application/sdp", sdp) }
}

#[test]
fn an_update_without_an_offer_says_who_and_where_they_are() {
    let (mut phone, session, ok) = Phone::answered();
    let mut update = their_update(&ok, 2, "").with(Name::PAssertedIdentity, "\"Dan\" <sip:400@pbx.example>");
    update.headers.set(Name::Contact, "<sip:400@192.0.2.40>");
    phone.receive(update);
    let answer = phone.response(200);
    assert!(answer.body.is_empty() && answer.headers.contains(Name::Contact));
    assert!(matches!(phone.event(), Event::RemoteChanged { remote, .. } if remote.number == "400"));
    phone.silent();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.request(Method::Bye).uri.as_str(), "sip:400@192.0.2.40");
}

#[test]
fn an_update_with_an_offer_is_answered_by_the_desk_and_needs_no_ack() {
    let (mut phone, session, ok) = Phone::answered();
    phone.receive(their_update(&ok, 2, HOLD));
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(HOLD.to_owned()) });
    phone.silent();
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let answer = phone.response(200);
    assert_eq!(answer.headers.get(Name::CSeq), Some("2 UPDATE"));
    assert_eq!(answer.body, OURS.as_bytes());
    phone.pass(seconds(60));
    phone.silent();
    // Nothing is open any more.
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    phone.request(Method::Invite);
    // Now something is.
    phone.receive(their_update(&ok, 3, HOLD));
    phone.response(491);
}

#[test]
fn an_update_before_the_call_is_up_changes_no_media() {
    let (mut phone, session, _) = Phone::called_with(crate::far_end::their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    phone.receive(their_update(&ringing, 2, HOLD));
    assert!(phone.response(500).headers.contains(Name::RetryAfter));
    phone.receive(their_update(&ringing, 3, ""));
    phone.response(200);
    phone.silent();
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    phone.response(200);
}
