//! Watching others: SUBSCRIBE and what comes of it (S10, RFC 6665), one subscription at a time.

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::package::{DialogState, Package, Watched};
use cordboard_sip::{Event, SubscriptionId, SubscriptionState, Urgency};

use crate::far_end::{Phone, in_our_dialog, respond, seconds};

/// An agent that has asked to watch the calls of 200. Hands out its SUBSCRIBE.
pub(crate) fn asking() -> (Phone, SubscriptionId, Request) {
    let mut phone = Phone::connected();
    let id = phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "200", Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    (phone, id, subscribe)
}

/// Watches, granted for `expires` seconds, with 200 being idle.
pub(crate) fn watching(expires: u32) -> (Phone, SubscriptionId, Request) {
    let (mut phone, id, subscribe) = asking();
    phone.receive(accept(&subscribe, expires));
    phone.receive(notify(&subscribe, 1, "active", &lines(0, "")));
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
    assert_eq!(state(&mut phone), None);
    (phone, id, subscribe)
}

pub(crate) fn accept(subscribe: &Request, expires: u32) -> Response {
    respond(subscribe, 200).with(Name::Expires, expires).with(Name::Contact, "<sip:200@192.0.2.9>")
}

/// A NOTIFY in the dialog that the SUBSCRIBE makes with the fork `theirs`.
pub(crate) fn notify(subscribe: &Request, number: u32, state: &str, body: &str) -> Request {
    let request = in_our_dialog(&respond(subscribe, 200).headers, Method::Notify, number)
        .with(Name::Event, subscribe.headers.get(Name::Event).unwrap())
        .with(Name::SubscriptionState, state);
    if body.is_empty() { request } else { request.with_body("application/dialog-info+xml", body) }
}

pub(crate) fn lines(version: u32, state: &str) -> String {
    let dialog = if state.is_empty() {
        String::new()
    } else {
        format!("<dialog id=\"1\"><state>{state}</state></dialog>")
    };
    format!(
        "<dialog-info version=\"{version}\" state=\"full\" entity=\"sip:200@pbx.example\">{dialog}</dialog-info>"
    )
}

pub(crate) fn standing(phone: &mut Phone) -> SubscriptionState {
    match phone.event() {
        Event::Subscription { state, .. } => state,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn state(phone: &mut Phone) -> Option<DialogState> {
    match phone.event() {
        Event::Watched { state: Watched::Dialogs(info), .. } => info.state(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_subscribe_says_what_it_wants_to_know_and_can_read() {
    let (_, _, subscribe) = asking();
    assert_eq!(subscribe.uri.as_str(), "sip:200@pbx.example");
    assert_eq!(subscribe.headers.get(Name::Event), Some("dialog"));
    let accept = subscribe.headers.get(Name::Accept).unwrap();
    assert!(accept.starts_with("application/dialog-info+xml") && accept.contains("application/rlmi+xml"));
    assert!(subscribe.headers.supports("eventlist") && subscribe.headers.supports("gruu"));
    assert_eq!(subscribe.headers.expires(), Some(1800));
    assert_eq!(subscribe.headers.contacts().unwrap().len(), 1);
}

#[test]
fn each_notify_tells_the_state() {
    let (mut phone, _, subscribe) = watching(600);
    for (number, word, told) in [
        (2, "early", Some(DialogState::Early)),
        (3, "confirmed", Some(DialogState::Confirmed)),
        (4, "terminated", None),
    ] {
        phone.receive(notify(&subscribe, number, "active;expires=500", &lines(number, word)));
        phone.response(200);
        assert_eq!(state(&mut phone), told);
    }
    phone.silent();
}

#[test]
fn a_notify_may_overtake_the_200() {
    let (mut phone, id, subscribe) = asking();
    phone.receive(notify(&subscribe, 1, "active;expires=600", &lines(0, "early")));
    phone.response(200);
    assert_eq!(phone.event(), Event::Subscription { subscription: id, state: SubscriptionState::Active });
    assert_eq!(state(&mut phone), Some(DialogState::Early));
    phone.receive(accept(&subscribe, 600));
    phone.silent();
    phone.receive(notify(&subscribe, 2, "active", &lines(1, "confirmed")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Confirmed));
}

#[test]
fn an_early_state_that_is_missing_or_comes_late_does_no_harm() {
    let (mut phone, _, subscribe) = watching(600);
    phone.receive(notify(&subscribe, 2, "active", &lines(3, "confirmed")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Confirmed));
    // Sent later, but about what was before.
    phone.receive(notify(&subscribe, 3, "active", &lines(2, "early")));
    phone.response(200);
    phone.silent();
}

#[test]
fn a_notify_of_another_fork_is_refused() {
    let (mut phone, _, subscribe) = watching(600);
    let mut foreign = notify(&subscribe, 1, "active", &lines(7, "early"));
    foreign.headers.set(Name::From, "<sip:200@pbx.example>;tag=another");
    foreign.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKanother");
    phone.receive(foreign);
    phone.response(481);
    phone.silent();
}

#[test]
fn the_fork_that_tells_first_counts_even_if_another_answered() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(accept(&subscribe, 600));
    let mut first = notify(&subscribe, 1, "active", &lines(0, "early"));
    first.headers.set(Name::From, "<sip:200@pbx.example>;tag=another");
    first.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKanother");
    phone.receive(first);
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
    phone.receive(notify(&subscribe, 1, "active", &lines(0, "confirmed")));
    phone.response(481);
    phone.pass(seconds(540));
    assert_eq!(phone.request(Method::Subscribe).headers.to().unwrap().tag(), Some("another"));
}

#[test]
fn a_notify_that_nobody_asked_for_is_refused() {
    let (mut phone, _, subscribe) = watching(600);
    let mut foreign = notify(&subscribe, 2, "active", &lines(7, "early"));
    foreign.headers.set(Name::CallId, "another");
    phone.receive(foreign);
    phone.response(481);
    let mut other_package = notify(&subscribe, 3, "active", &lines(7, "early"));
    other_package.headers.set(Name::Event, "presence");
    phone.receive(other_package);
    phone.response(489);
    phone.silent();
}

#[test]
fn a_notify_out_of_order_is_refused() {
    let (mut phone, _, subscribe) = watching(600);
    phone.receive(notify(&subscribe, 5, "active", &lines(1, "early")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
    phone.receive(notify(&subscribe, 4, "active", &lines(2, "confirmed")));
    phone.response(500);
    phone.silent();
}

#[test]
fn a_notify_may_lack_subscription_state_event_and_body() {
    let (mut phone, _, subscribe) = asking();
    phone.receive(accept(&subscribe, 600));
    let mut bare = notify(&subscribe, 1, "active", "");
    bare.headers.remove(Name::SubscriptionState);
    bare.headers.remove(Name::Event);
    phone.receive(bare);
    phone.response(200);
    assert_eq!(standing(&mut phone), SubscriptionState::Active);
    // Who tells nothing of any call has none.
    assert_eq!(state(&mut phone), None);
}

#[test]
fn an_empty_notify_later_changes_nothing() {
    let (mut phone, _, subscribe) = watching(600);
    phone.receive(notify(&subscribe, 2, "active", &lines(1, "confirmed")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Confirmed));
    phone.receive(notify(&subscribe, 3, "active", ""));
    phone.response(200);
    phone.silent();
}

#[test]
fn a_body_that_cannot_be_read_is_told_and_the_subscription_lives() {
    let (mut phone, _, subscribe) = watching(600);
    phone.receive(notify(&subscribe, 2, "active", "<dialog-info><dialog call-id=\"a\"b\"/>"));
    phone.response(200);
    assert!(matches!(phone.event(), Event::Malformed { .. }));
    let strange = notify(&subscribe, 3, "active", "").with_body("image/png", "x");
    phone.receive(strange);
    let refusal = phone.response(415);
    assert!(refusal.headers.get(Name::Accept).unwrap().contains("dialog-info"));
    assert!(matches!(phone.event(), Event::Malformed { .. }));
    phone.receive(notify(&subscribe, 4, "active", &lines(1, "early")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
}

#[test]
fn of_several_bodies_the_one_that_tells_the_state_is_read() {
    let (mut phone, _, subscribe) = watching(600);
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/dialog-info+xml\r\n\r\n{}\r\n--b--\r\n",
        lines(1, "early")
    );
    let several = notify(&subscribe, 2, "active", "").with_body("multipart/mixed;boundary=b", body);
    phone.receive(several);
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
}

#[test]
fn a_piece_that_was_lost_makes_it_ask_for_the_whole_once() {
    let (mut phone, _, subscribe) = watching(600);
    let piece = |version: u32, id: &str| {
        format!(
            "<dialog-info version=\"{version}\" state=\"partial\"><dialog id=\"{id}\"><state>early</state></dialog></dialog-info>"
        )
    };
    phone.receive(notify(&subscribe, 2, "active", &piece(1, "a")));
    phone.response(200);
    assert_eq!(state(&mut phone), Some(DialogState::Early));
    phone.receive(notify(&subscribe, 3, "active", &piece(4, "b")));
    phone.response(200);
    // What is known is told at once.
    assert_eq!(state(&mut phone), Some(DialogState::Early));
    let refresh = phone.request(Method::Subscribe);
    assert_eq!(refresh.headers.to().unwrap().tag(), Some("theirs"));
    phone.receive(accept(&refresh, 600));
    // A server that goes on with pieces is not asked again and again.
    phone.receive(notify(&subscribe, 4, "active", &piece(9, "c")));
    phone.response(200);
    state(&mut phone);
    phone.silent();
    phone.receive(notify(&subscribe, 5, "active", &lines(2, "")));
    phone.response(200);
    assert_eq!(state(&mut phone), None);
}
