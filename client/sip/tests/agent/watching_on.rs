//! Going on watching: prolonging, refusals, ends, leaving, new connections (S10, RFC 6665).

use cordboard_sip::message::{Method, Name, Request};
use cordboard_sip::package::{DialogState, Package};
use cordboard_sip::{SubscriptionFailure, SubscriptionState, TerminationReason, Urgency};

use crate::far_end::{Phone, respond, seconds};
use crate::watching::{accept, asking, lines, notify, standing, state, watching};

fn failed(phone: &mut Phone) -> (SubscriptionFailure, bool) {
    match standing(phone) {
        SubscriptionState::Failed { why, retry_at } => (why, retry_at.is_some()),
        other => panic!("{other:?}"),
    }
}

/// The next SUBSCRIBE, which comes within the longest pause.
fn next_subscribe(phone: &mut Phone) -> Request {
    for _ in 0..=300 {
        if !phone.sent.is_empty() {
            return phone.request(Method::Subscribe);
        }
        phone.pass(seconds(1));
    }
    panic!("nothing is asked any more");
}

#[test]
fn it_is_prolonged_in_its_dialog_before_it_expires() {
    let (mut phone, _, subscribe) = watching(100);
    phone.pass(seconds(59));
    phone.silent();
    phone.pass(seconds(31));
    let refresh = phone.request(Method::Subscribe);
    assert_eq!(refresh.headers.call_id(), subscribe.headers.call_id());
    assert_eq!(refresh.headers.cseq().unwrap().number, 2);
    assert_eq!(refresh.uri.as_str(), "sip:300@192.0.2.3");
    phone.receive(accept(&refresh, 100));
    phone.receive(notify(&subscribe, 2, "active;expires=100", &lines(1, "")));
    phone.response(200);
    assert_eq!(state(&mut phone), None);
    phone.silent();
}

#[test]
fn a_server_may_shorten_it_in_a_notify() {
    let (mut phone, _, subscribe) = watching(1800);
    phone.receive(notify(&subscribe, 2, "active;expires=40", &lines(1, "")));
    phone.response(200);
    state(&mut phone);
    phone.pass(seconds(36));
    phone.request(Method::Subscribe);
}

#[test]
fn a_server_that_wants_longer_ones_gets_them() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(respond(&subscribe, 423).with(Name::MinExpires, 7200));
    let longer = phone.request(Method::Subscribe);
    assert_eq!(longer.headers.expires(), Some(7200));
    phone.receive(respond(&longer, 423).with(Name::MinExpires, 7200));
    assert!(matches!(failed(&mut phone), (SubscriptionFailure::Refused { status: 423, .. }, false)));
}

#[test]
fn a_dialog_that_the_server_has_forgotten_is_begun_anew() {
    let (mut phone, _, subscribe) = watching(100);
    phone.pass(seconds(91));
    let refresh = phone.request(Method::Subscribe);
    phone.receive(respond(&refresh, 481));
    assert_eq!(standing(&mut phone), SubscriptionState::Waiting);
    let again = phone.request(Method::Subscribe);
    assert_ne!(again.headers.call_id(), subscribe.headers.call_id());
    assert_eq!(again.headers.to().unwrap().tag(), None);
    phone.receive(accept(&again, 100));
    phone.receive(notify(&again, 1, "active", &lines(0, "")));
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
}

#[test]
fn a_refusal_is_final_for_the_one_who_was_asked_about() {
    for status in [403, 404, 405, 489] {
        let (mut phone, id, subscribe) = asking();
        phone.receive(respond(&subscribe, status));
        let (why, again) = failed(&mut phone);
        assert!(matches!(why, SubscriptionFailure::Refused { status: told, .. } if told == status));
        assert!(!again);
        phone.pass(seconds(4000));
        phone.silent();
        // By hand it is tried once more.
        phone.act(|agent, now| agent.resubscribe(now, id));
        assert_eq!(standing(&mut phone), SubscriptionState::Waiting);
        let again = phone.request(Method::Subscribe);
        phone.receive(notify(&again, 1, "active", &lines(0, "")));
        phone.response(200);
        assert_eq!(standing(&mut phone), SubscriptionState::Active);
    }
}

#[test]
fn a_server_that_has_no_time_is_asked_again_when_it_says() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(respond(&subscribe, 503).with(Name::RetryAfter, 120));
    assert!(matches!(failed(&mut phone), (SubscriptionFailure::Refused { status: 503, .. }, true)));
    phone.pass(seconds(119));
    phone.silent();
    phone.pass(seconds(5));
    phone.request(Method::Subscribe);
}

#[test]
fn silence_is_waited_out_longer_each_time() {
    let (mut phone, id, _) = asking();
    let mut waits = Vec::new();
    for _ in 0..8 {
        phone.pass(seconds(32));
        assert_eq!(failed(&mut phone), (SubscriptionFailure::TimedOut, true));
        let began = phone.now;
        next_subscribe(&mut phone);
        waits.push(phone.now.since(began).as_secs());
    }
    assert!(waits[0] <= 7 && waits[7] >= 150 && waits[7] <= 302, "{waits:?}");
    // A person does not want to wait.
    phone.pass(seconds(32));
    failed(&mut phone);
    phone.act(|agent, now| agent.resubscribe(now, id));
    phone.request(Method::Subscribe);
}

#[test]
fn a_200_without_a_notify_is_not_a_subscription() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(accept(&subscribe, 600));
    phone.pass(seconds(31));
    phone.silent();
    phone.pass(seconds(1));
    assert_eq!(failed(&mut phone), (SubscriptionFailure::NoNotify, true));
    phone.pass(seconds(6));
    let again = phone.request(Method::Subscribe);
    assert_ne!(again.headers.call_id(), subscribe.headers.call_id());
}

#[test]
fn challenges_are_answered() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(respond(&subscribe, 401).with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="1""#));
    let signed = phone.request(Method::Subscribe);
    assert!(signed.headers.contains(Name::Authorization));
    assert_eq!(
        (signed.headers.call_id(), signed.headers.cseq().unwrap().number),
        (subscribe.headers.call_id(), 2)
    );
    phone.receive(accept(&signed, 100));
    phone.receive(notify(&signed, 1, "active", &lines(0, "")));
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
    state(&mut phone);
    phone.pass(seconds(91));
    let refresh = phone.request(Method::Subscribe);
    phone.receive(respond(&refresh, 401).with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="2""#));
    let signed = phone.request(Method::Subscribe);
    assert_eq!(signed.headers.cseq().unwrap().number, 4);
    phone.receive(respond(&signed, 401).with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="3""#));
    assert!(matches!(failed(&mut phone), (SubscriptionFailure::Refused { status: 401, .. }, false)));
}

#[test]
fn each_reason_of_an_end_says_whether_to_come_back() {
    // At once, later, or never; after how many seconds at the soonest and at the latest.
    for (told, reason, back) in [
        ("deactivated", TerminationReason::Deactivated, Some((0, 0))),
        ("timeout", TerminationReason::Timeout, Some((0, 0))),
        ("", TerminationReason::Other, Some((0, 0))),
        ("bored", TerminationReason::Other, Some((0, 0))),
        ("probation", TerminationReason::Probation, Some((2, 6))),
        ("probation;retry-after=90", TerminationReason::Probation, Some((90, 94))),
        ("giveup;retry-after=50", TerminationReason::GiveUp, Some((50, 54))),
        ("rejected", TerminationReason::Rejected, None),
        ("noresource;retry-after=5", TerminationReason::NoResource, None),
    ] {
        let (mut phone, _, subscribe) = watching(600);
        phone.pass(seconds(40));
        let state =
            if told.is_empty() { "terminated".to_owned() } else { format!("terminated;reason={told}") };
        phone.receive(notify(&subscribe, 2, &state, ""));
        phone.response(200);
        match back {
            Some((0, 0)) => assert_eq!(standing(&mut phone), SubscriptionState::Waiting, "{told}"),
            other => assert_eq!(
                failed(&mut phone),
                (SubscriptionFailure::Terminated(reason), other.is_some()),
                "{told}"
            ),
        }
        let Some((soonest, latest)) = back else {
            phone.pass(seconds(4000));
            phone.silent();
            continue;
        };
        if soonest > 0 {
            phone.pass(seconds(soonest));
            phone.silent();
            phone.pass(seconds(latest - soonest));
        }
        let again = phone.request(Method::Subscribe);
        assert_ne!(again.headers.call_id(), subscribe.headers.call_id(), "{told}");
        // What comes from the old one is none of ours.
        phone.receive(notify(&subscribe, 3, "active", &lines(9, "early")));
        phone.response(481);
    }
}

#[test]
fn who_is_sent_away_at_once_again_and_again_comes_back_more_and_more_slowly() {
    // Without having been let in, and a moment after.
    for let_in in [false, true] {
        let (mut phone, _, mut subscribe) = asking();
        let began = phone.now;
        for _ in 0..6 {
            if let_in {
                phone.receive(notify(&subscribe, 1, "active", &lines(0, "")));
                phone.response(200);
                phone.pass(seconds(2));
            }
            phone.events.clear();
            phone.receive(notify(&subscribe, 2, "terminated;reason=timeout", ""));
            phone.response(200);
            let why = SubscriptionFailure::Terminated(TerminationReason::Timeout);
            assert_eq!(failed(&mut phone), (why, true));
            subscribe = next_subscribe(&mut phone);
        }
        assert!(phone.now.since(began) > seconds(120), "{:?}", phone.now.since(began));
    }
}

#[test]
fn who_was_let_in_for_long_does_not_pay_for_old_failures() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(respond(&subscribe, 500));
    failed(&mut phone);
    let again = next_subscribe(&mut phone);
    phone.receive(respond(&again, 500));
    failed(&mut phone);
    let again = next_subscribe(&mut phone);
    phone.receive(accept(&again, 600));
    phone.receive(notify(&again, 1, "active", &lines(0, "")));
    phone.response(200);
    phone.pass(seconds(541));
    phone.events.clear();
    let refresh = phone.request(Method::Subscribe);
    phone.receive(accept(&refresh, 600));
    phone.pass(seconds(541));
    let refresh = phone.request(Method::Subscribe);
    phone.receive(respond(&refresh, 500));
    failed(&mut phone);
    let began = phone.now;
    next_subscribe(&mut phone);
    assert!(phone.now.since(began) <= seconds(6), "{:?}", phone.now.since(began));
}

#[test]
fn a_state_that_never_changes_is_kept() {
    let (mut phone, _, subscribe) = watching(600);
    phone.receive(notify(&subscribe, 2, "terminated;reason=invariant", &lines(1, "confirmed")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Confirmed));
    assert_eq!(standing(&mut phone), SubscriptionState::Settled);
    phone.pass(seconds(4000));
    phone.silent();
}

#[test]
fn one_that_has_to_be_allowed_first_is_pending_until_then() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(accept(&subscribe, 600));
    phone.receive(notify(&subscribe, 1, "pending", ""));
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Pending);
    state(&mut phone);
    phone.receive(notify(&subscribe, 2, "active", &lines(0, "early")));
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
}

#[test]
fn who_leaves_says_so_and_takes_the_last_notify() {
    let (mut phone, id, subscribe) = watching(600);
    phone.act(|agent, now| agent.unsubscribe(now, id));
    assert_eq!(standing(&mut phone), SubscriptionState::Ended);
    let last = phone.request(Method::Subscribe);
    assert_eq!((last.headers.expires(), last.headers.to().unwrap().tag().is_some()), (Some(0), true));
    phone.receive(respond(&last, 200).with(Name::Expires, 0));
    phone.receive(notify(&subscribe, 2, "terminated;reason=timeout", &lines(5, "early")));
    phone.response(200);
    // The desk has been told that it is over.
    phone.silent();
    phone.receive(notify(&subscribe, 3, "active", &lines(6, "early")));
    phone.response(481);
    phone.pass(seconds(4000));
    phone.silent();
}

#[test]
fn who_leaves_before_the_first_notify_says_so_after_it() {
    let (mut phone, id, subscribe) = asking();
    phone.act(|agent, now| agent.unsubscribe(now, id));
    assert_eq!(standing(&mut phone), SubscriptionState::Ended);
    phone.silent();
    phone.receive(accept(&subscribe, 600));
    phone.receive(notify(&subscribe, 1, "active", &lines(0, "early")));
    phone.response(200);
    assert_eq!(phone.request(Method::Subscribe).headers.expires(), Some(0));
    phone.silent();
}

#[test]
fn after_a_lost_connection_it_is_prolonged_where_it_was() {
    let (mut phone, _, subscribe) = watching(600);
    phone.disconnect();
    assert_eq!(standing(&mut phone), SubscriptionState::Waiting);
    phone.pass(seconds(20));
    phone.connect();
    let refresh = phone.request(Method::Subscribe);
    assert_eq!(
        (refresh.headers.call_id(), refresh.headers.cseq().unwrap().number),
        (subscribe.headers.call_id(), 2)
    );
    phone.receive(accept(&refresh, 600));
    phone.silent();
    // What is told now is new, whatever its version.
    phone.receive(notify(&subscribe, 2, "active", &lines(0, "early")));
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
}

#[test]
fn after_a_lost_connection_a_server_that_has_forgotten_is_asked_anew() {
    let (mut phone, _, subscribe) = watching(600);
    phone.disconnect();
    phone.events.clear();
    phone.connect();
    let refresh = phone.request(Method::Subscribe);
    phone.receive(respond(&refresh, 481));
    let again = phone.request(Method::Subscribe);
    assert_ne!(again.headers.call_id(), subscribe.headers.call_id());

    // So is one where it must have expired meanwhile.
    let (mut phone, _, subscribe) = watching(600);
    phone.disconnect();
    phone.pass(seconds(601));
    phone.connect();
    assert_ne!(phone.request(Method::Subscribe).headers.call_id(), subscribe.headers.call_id());
}

#[test]
fn what_was_refused_is_asked_anew_on_a_new_connection() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(respond(&subscribe, 404));
    failed(&mut phone);
    phone.disconnect();
    phone.connect();
    assert_eq!(standing(&mut phone), SubscriptionState::Waiting);
    phone.request(Method::Subscribe);
}

#[test]
fn nothing_is_asked_before_the_registration_stands() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "200", Urgency::Visible)).unwrap();
    let register = phone.request(Method::Register);
    phone.silent_but_for_events();
    phone.receive(crate::far_end::grant(&register, 600));
    phone.request(Method::Subscribe);
}

#[test]
fn the_way_recorded_in_the_200_is_taken_where_the_notify_records_none() {
    for notify_first in [true, false] {
        let (mut phone, _, subscribe) = asking();
        let ok = accept(&subscribe, 100).with(Name::RecordRoute, "<sip:p2.example;lr>, <sip:p1.example;lr>");
        let first = notify(&subscribe, 1, "active", &lines(0, ""));
        if notify_first {
            phone.receive(first);
            phone.receive(ok);
        } else {
            phone.receive(ok);
            phone.receive(first);
        }
        phone.response(200);
        phone.pass(seconds(91));
        let refresh = phone.request(Method::Subscribe);
        let routes: Vec<_> = refresh.headers.all(Name::Route).collect();
        assert_eq!(routes, ["<sip:p1.example;lr>", "<sip:p2.example;lr>"]);
    }
}

#[test]
fn what_cannot_be_called_cannot_be_watched() {
    let mut phone = Phone::connected();
    let refused = phone.act(|agent, now| agent.subscribe(now, Package::Presence, "a b", Urgency::Later));
    assert_eq!(refused, Err(cordboard_sip::ActError::BadTarget));
}
