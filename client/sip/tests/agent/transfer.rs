//! Blind transfer by REFER (S9): a 202 is not success, and the far end may tell the outcome in many shapes.

use cordboard_sip::message::{Method, Name, Request};
use cordboard_sip::{ActError, EndCause, Event, ReferProgress, SessionId};

use crate::far_end::{Phone, accept, in_our_dialog, respond, seconds};

/// A call that we made, with a REFER out. Hands out the INVITE and the REFER.
fn referring() -> (Phone, SessionId, Request, Request) {
    let (mut phone, session, invite) = Phone::in_call();
    phone.act(|agent, now| agent.refer(now, session, "201")).unwrap();
    let refer = phone.request(Method::Refer);
    (phone, session, invite, refer)
}

fn accepted() -> (Phone, SessionId, Request, Request) {
    let (mut phone, session, invite, refer) = referring();
    phone.receive(respond(&refer, 202));
    assert_eq!(phone.event(), Event::ReferProgress { session, progress: ReferProgress::Accepted });
    (phone, session, invite, refer)
}

fn notify(invite: &Request, number: u32, state: &str, body: &str) -> Request {
    let request = in_our_dialog(&accept(invite, "theirs").headers, Method::Notify, number)
        .with(Name::Event, "refer")
        .with(Name::SubscriptionState, state);
    if body.is_empty() { request } else { request.with_body("message/sipfrag;version=2.0", body) }
}

fn progress(phone: &mut Phone) -> ReferProgress {
    match phone.event() {
        Event::ReferProgress { progress, .. } => progress,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refer_names_target_and_sender() {
    let (_, _, _, refer) = referring();
    assert_eq!(refer.headers.refer_to().unwrap().unwrap().to_string(), "<sip:201@pbx.example>");
    assert_eq!(refer.headers.referred_by().unwrap().unwrap().to_string(), "<sip:front@pbx.example>");
    assert_eq!(refer.headers.to().unwrap().tag(), Some("theirs"));
}

#[test]
fn it_is_done_when_the_new_call_is_answered() {
    let (mut phone, _, invite, _) = accepted();
    phone.receive(notify(&invite, 1, "active;expires=60", "SIP/2.0 100 Trying\r\n"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Trying { status: 100 });
    phone.receive(notify(&invite, 2, "active;expires=60", "SIP/2.0 180 Ringing\r\n"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Trying { status: 180 });
    phone.receive(notify(&invite, 3, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Succeeded);
}

#[test]
fn a_failure_brings_the_call_back_with_its_reason() {
    let (mut phone, session, invite, _) = accepted();
    phone.receive(notify(&invite, 1, "terminated;reason=noresource", "\r\nsip/2.0 486 Busy Here"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Failed { status: 486, reason: "Busy Here".to_owned() });
    // The next one is another transfer.
    phone.act(|agent, now| agent.refer(now, session, "202")).unwrap();
    phone.request(Method::Refer);
}

#[test]
fn an_end_without_a_last_word_is_unknown() {
    for (state, body) in [
        ("terminated;reason=noresource", ""),
        ("terminated", "SIP/2.0 100 Trying"),
        ("terminated;reason=timeout", "nonsense"),
    ] {
        let (mut phone, _, invite, _) = accepted();
        phone.receive(notify(&invite, 1, state, body));
        phone.response(200);
        assert_eq!(progress(&mut phone), ReferProgress::Unknown, "{state} {body}");
    }
}

#[test]
fn a_200_at_once_and_out_of_nothing_proves_nothing() {
    let (mut phone, _, invite, _) = accepted();
    phone.receive(notify(&invite, 1, "terminated;reason=noresource", "SIP/2.0 200 OK"));
    assert_eq!(progress(&mut phone), ReferProgress::Unknown);
}

#[test]
fn a_200_as_the_only_word_after_a_while_is_success() {
    let (mut phone, _, invite, _) = accepted();
    phone.pass(seconds(4));
    phone.receive(notify(&invite, 1, "terminated;reason=noresource", "SIP/2.0 200 OK"));
    assert_eq!(progress(&mut phone), ReferProgress::Succeeded);
}

#[test]
fn a_refer_that_is_refused_or_not_answered_has_failed() {
    let (mut phone, _, _, refer) = referring();
    phone.receive(respond(&refer, 403));
    assert_eq!(progress(&mut phone), ReferProgress::Failed { status: 403, reason: "Forbidden".to_owned() });

    let (mut phone, _, _, _) = referring();
    phone.pass(seconds(32));
    assert_eq!(
        progress(&mut phone),
        ReferProgress::Failed { status: 408, reason: "Request Timeout".to_owned() }
    );
}

#[test]
fn an_outcome_that_never_comes_is_unknown() {
    let (mut phone, _, _, _) = accepted();
    phone.pass(seconds(179));
    phone.silent();
    phone.pass(seconds(1));
    assert_eq!(progress(&mut phone), ReferProgress::Unknown);
}

#[test]
fn the_far_ends_own_patience_counts_if_it_names_one() {
    let (mut phone, _, invite, _) = accepted();
    phone.receive(notify(&invite, 1, "active;expires=60", "SIP/2.0 100 Trying"));
    phone.response(200);
    phone.events.clear();
    phone.pass(seconds(64));
    phone.silent();
    phone.pass(seconds(1));
    assert_eq!(progress(&mut phone), ReferProgress::Unknown);
}

#[test]
fn a_far_end_that_names_a_day_is_not_waited_for_so_long() {
    let (mut phone, _, invite, _) = accepted();
    phone.receive(notify(&invite, 1, "active;expires=86400", "SIP/2.0 100 Trying"));
    phone.response(200);
    phone.events.clear();
    phone.pass(seconds(605));
    assert_eq!(progress(&mut phone), ReferProgress::Unknown);
}

#[test]
fn the_last_word_may_come_after_the_session_has_ended() {
    let (mut phone, session, invite, _) = accepted();
    phone.pass(seconds(2));
    phone.receive(in_our_dialog(&accept(&invite, "theirs").headers, Method::Bye, 5));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    phone.receive(notify(&invite, 6, "terminated;reason=noresource", "SIP/2.0 200 OK"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Succeeded);
}

#[test]
fn a_session_that_ends_without_a_last_word_leaves_the_outcome_unknown() {
    let (mut phone, session, _, _) = accepted();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Bye);
    assert!(matches!(phone.event(), Event::Ended { .. }));
    phone.pass(seconds(5));
    assert_eq!(progress(&mut phone), ReferProgress::Unknown);
}

#[test]
fn a_word_after_the_end_of_the_session_lengthens_the_wait() {
    let (mut phone, session, invite, _) = accepted();
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Bye);
    phone.events.clear();
    phone.receive(notify(&invite, 1, "active;expires=60", "SIP/2.0 180 Ringing"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Trying { status: 180 });
    phone.pass(seconds(30));
    phone.receive(notify(&invite, 2, "terminated;reason=noresource", "SIP/2.0 200 OK"));
    assert_eq!(progress(&mut phone), ReferProgress::Succeeded);
}

#[test]
fn a_notify_may_overtake_the_202() {
    let (mut phone, _, invite, refer) = referring();
    phone.receive(notify(&invite, 1, "active", "SIP/2.0 100 Trying"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Trying { status: 100 });
    phone.receive(notify(&invite, 2, "terminated", "SIP/2.0 200 OK"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Succeeded);
    phone.receive(respond(&refer, 202));
    phone.silent();
}

#[test]
fn a_notify_for_another_refer_is_none_of_ours() {
    let (mut phone, _, invite, _) = accepted();
    let mut foreign = notify(&invite, 1, "terminated", "SIP/2.0 200 OK");
    foreign.headers.set(Name::Event, "refer;id=99");
    phone.receive(foreign);
    phone.response(481);
    phone.silent();
}

#[test]
fn a_challenge_to_refer_is_answered_and_the_notify_names_the_new_number() {
    let (mut phone, session, invite, refer) = referring();
    phone.receive(respond(&refer, 401).with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="1""#));
    let again = phone.request(Method::Refer);
    assert!(again.headers.contains(Name::Authorization));
    phone.receive(respond(&again, 202));
    assert_eq!(phone.event(), Event::ReferProgress { session, progress: ReferProgress::Accepted });
    let mut word = notify(&invite, 1, "terminated", "SIP/2.0 603 Decline");
    word.headers.set(Name::Event, format!("refer;id={}", again.headers.cseq().unwrap().number));
    phone.receive(word);
    phone.response(200);
    assert!(matches!(progress(&mut phone), ReferProgress::Failed { status: 603, .. }));
}

#[test]
fn only_a_session_that_is_up_is_transferred() {
    let (mut phone, session, _) = Phone::calling();
    assert_eq!(phone.act(|agent, now| agent.refer(now, session, "202")), Err(ActError::WrongState));
}

/// A transfer that rings on and on, and another that was begun in its place. Hands out the INVITE and both REFERs.
fn begun_anew() -> (Phone, SessionId, Request, [Request; 2]) {
    let (mut phone, session, invite, first) = accepted();
    phone.receive(notify(&invite, 1, "active;expires=600", "SIP/2.0 180 Ringing"));
    phone.response(200);
    phone.events.clear();
    phone.pass(seconds(200));
    phone.silent();
    phone.act(|agent, now| agent.refer(now, session, "202")).unwrap();
    let second = phone.request(Method::Refer);
    phone.receive(respond(&second, 202));
    assert_eq!(progress(&mut phone), ReferProgress::Accepted);
    (phone, session, invite, [first, second])
}

/// A word that says which REFER it is about.
fn notify_of(invite: &Request, refer: &Request, number: u32, state: &str, body: &str) -> Request {
    let mut word = notify(invite, number, state, body);
    word.headers.set(Name::Event, format!("refer;id={}", refer.headers.cseq().unwrap().number));
    word
}

#[test]
fn a_new_transfer_takes_the_place_of_one_that_nobody_waits_for_any_more() {
    let (mut phone, _, invite, [first, second]) = begun_anew();
    phone.receive(notify_of(&invite, &second, 2, "active;expires=60", "SIP/2.0 100 Trying"));
    phone.response(200);
    assert_eq!(progress(&mut phone), ReferProgress::Trying { status: 100 });
    // What is still said of the old one brings nobody back, whether or not it is named (RFC 3515 §2.4.6).
    phone.receive(notify_of(&invite, &first, 3, "active;expires=60", "SIP/2.0 180 Ringing"));
    phone.response(200);
    phone.receive(notify(&invite, 4, "terminated;reason=noresource", "SIP/2.0 487 Request Terminated"));
    phone.response(200);
    phone.silent();
    phone.receive(notify_of(&invite, &second, 5, "terminated;reason=noresource", "SIP/2.0 603 Decline"));
    phone.response(200);
    assert!(matches!(progress(&mut phone), ReferProgress::Failed { status: 603, .. }));
}

#[test]
fn far_ends_that_never_say_which_transfer_they_mean_are_understood_once_the_old_one_is_over() {
    let (mut phone, _, invite, _) = begun_anew();
    phone.receive(notify(&invite, 2, "terminated;reason=noresource", "SIP/2.0 487 Request Terminated"));
    phone.response(200);
    phone.silent();
    phone.receive(notify(&invite, 3, "terminated;reason=noresource", "SIP/2.0 486 Busy Here"));
    phone.response(200);
    assert!(matches!(progress(&mut phone), ReferProgress::Failed { status: 486, .. }));
}

#[test]
fn whoever_is_taken_by_an_old_transfer_after_all_is_taken() {
    for named in [false, true] {
        let (mut phone, _, invite, [first, _]) = begun_anew();
        phone.pass(seconds(5));
        let (state, word) = ("terminated;reason=noresource", "SIP/2.0 200 OK");
        phone.receive(match named {
            true => notify_of(&invite, &first, 2, state, word),
            false => notify(&invite, 2, state, word),
        });
        phone.response(200);
        assert_eq!(progress(&mut phone), ReferProgress::Succeeded);
    }
}

#[test]
fn a_late_answer_to_an_old_refer_says_nothing_about_the_new_one() {
    let (mut phone, session, _, first) = referring();
    phone.act(|agent, now| agent.refer(now, session, "202")).unwrap();
    let second = phone.request(Method::Refer);
    phone.receive(respond(&first, 603));
    phone.silent();
    phone.receive(respond(&second, 202));
    assert_eq!(progress(&mut phone), ReferProgress::Accepted);
}

#[test]
fn characters_that_a_uri_cannot_hold_are_escaped_in_refer_to() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.refer(now, session, "**21#")).unwrap();
    let refer = phone.request(Method::Refer);
    assert_eq!(refer.headers.get(Name::ReferTo), Some("<sip:**21%23@pbx.example>"));
}
