//! Leaving the registration: what goes with it is taken back first.

use cordboard_sip::message::{Message, Method, Name, Request};
use cordboard_sip::package::{OwnPresence, Package};
use cordboard_sip::{Event, Publication, Registration, SubscriptionId, SubscriptionState, Urgency};

use crate::far_end::{Phone, grant, respond, restored, seconds};
use crate::watching::{accept, lines, notify};

/// A registered agent that watches 200.
fn at_work() -> (Phone, SubscriptionId, Request) {
    let mut phone = Phone::registered(600);
    let id = phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "200", Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    phone.receive(accept(&subscribe, 600));
    phone.receive(notify(&subscribe, 1, "active", &lines(0, "")));
    phone.response(200);
    phone.events.clear();
    (phone, id, subscribe)
}

fn leaves(phone: &mut Phone) -> Request {
    let register = phone.request(Method::Register);
    assert_eq!(register.headers.expires(), Some(0));
    register
}

#[test]
fn what_we_publish_and_whom_we_watch_is_taken_back_before() {
    let (mut phone, subscription, subscribe) = at_work();
    phone.act(|agent, now| agent.publish(now, OwnPresence::Available));
    let publish = phone.request(Method::Publish);
    phone.receive(respond(&publish, 200).with(Name::SipETag, "e1").with(Name::Expires, 600));
    phone.events.clear();

    phone.act(|agent, now| agent.unregister(now));
    let removal = phone.request(Method::Publish);
    assert_eq!((removal.headers.expires(), removal.headers.get(Name::SipIfMatch)), (Some(0), Some("e1")));
    let last = phone.request(Method::Subscribe);
    assert_eq!(last.headers.expires(), Some(0));
    assert_eq!(last.headers.call_id(), subscribe.headers.call_id());
    assert_eq!(last.headers.to().unwrap().tag(), Some("theirs"));
    let register = leaves(&mut phone);
    let waits = SubscriptionState::Waiting;
    assert_eq!(phone.event(), Event::Subscription { subscription, state: waits });

    // The last word is taken, and is no news.
    restored(&mut phone);
    phone.receive(respond(&last, 200).with(Name::Expires, 0));
    phone.receive(notify(&subscribe, 2, "terminated;reason=timeout", &lines(1, "confirmed")));
    phone.response(200);
    phone.receive(respond(&removal, 200));
    assert_eq!(phone.event(), Event::Publication(Publication::Off));
    phone.receive(grant(&register, 0));
    assert_eq!(phone.event(), Event::Registration(Registration::Off));
    phone.pass(seconds(4000));
    phone.silent();
}

#[test]
fn whom_we_watched_is_asked_about_again_with_the_next_registration() {
    let (mut phone, subscription, subscribe) = at_work();
    phone.act(|agent, now| agent.unregister(now));
    phone.request(Method::Subscribe);
    let register = leaves(&mut phone);
    phone.receive(grant(&register, 0));
    phone.events.clear();

    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    assert!(phone.sent.is_empty(), "{:?}", phone.sent);
    phone.receive(grant(&register, 600));
    let anew = phone.request(Method::Subscribe);
    assert_ne!(anew.headers.call_id(), subscribe.headers.call_id());
    assert_eq!(anew.headers.expires(), Some(1800));
    // What is said in the dialog of before is not about the new one.
    phone.receive(notify(&subscribe, 2, "terminated", ""));
    phone.response(200);
    phone.events.clear();
    phone.receive(accept(&anew, 600));
    phone.receive(notify(&anew, 3, "active", &lines(0, "")));
    phone.response(200);
    assert_eq!(phone.event(), Event::Subscription { subscription, state: SubscriptionState::Active });
}

#[test]
fn whoever_has_not_told_anything_yet_is_left_as_soon_as_it_has() {
    let mut phone = Phone::registered(600);
    phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "200", Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    phone.receive(accept(&subscribe, 600));
    phone.act(|agent, now| agent.unregister(now));
    leaves(&mut phone);
    phone.events.clear();
    phone.receive(notify(&subscribe, 1, "active", &lines(0, "")));
    phone.response(200);
    assert_eq!(phone.request(Method::Subscribe).headers.expires(), Some(0));
    phone.silent();
}

#[test]
fn whoever_never_tells_anything_is_forgotten() {
    let mut phone = Phone::registered(600);
    phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "200", Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    phone.act(|agent, now| agent.unregister(now));
    leaves(&mut phone);
    phone.pass(seconds(33));
    phone.events.clear();
    phone.receive(notify(&subscribe, 1, "active", &lines(0, "")));
    phone.response(481);
    phone.silent();
}

#[test]
fn of_many_the_first_are_left_before_and_the_others_in_their_turns() {
    let mut phone = Phone::registered(600).alone();
    let mut watched = Vec::new();
    for number in 0..30 {
        let target = (200 + number).to_string();
        phone.act(|agent, now| agent.subscribe(now, Package::Dialog, &target, Urgency::Later)).unwrap();
        while let Some(Message::Request(subscribe)) = phone.sent.pop_front() {
            let mut told = notify(&subscribe, 1, "active", "");
            let branch = format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{number}");
            told.headers.set(Name::Via, branch);
            phone.receive(accept(&subscribe, 600));
            phone.receive(told);
            phone.response(200);
            watched.push(subscribe);
        }
    }
    phone.act(|agent, now| agent.unregister(now));
    let before: Vec<_> = (0..20).map(|_| phone.request(Method::Subscribe)).collect();
    leaves(&mut phone);
    assert!(phone.sent.is_empty());
    for subscribe in before {
        phone.receive(respond(&subscribe, 200));
    }
    for _ in 20..30 {
        assert_eq!(phone.request(Method::Subscribe).headers.expires(), Some(0));
    }
    assert!(phone.sent.is_empty());
}

#[test]
fn without_a_connection_nobody_is_told() {
    let (mut phone, _, _) = at_work();
    phone.disconnect();
    phone.events.clear();
    phone.act(|agent, now| agent.unregister(now));
    assert_eq!(phone.event(), Event::Registration(Registration::Off));
    phone.pass(seconds(4000));
    phone.silent();
}
