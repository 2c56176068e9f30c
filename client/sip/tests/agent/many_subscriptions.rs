//! A thousand at once over one socket (S10), in virtual time.

use std::collections::BTreeSet;
use std::time::Duration;

use cordboard_sip::message::{Message, Method, Name, Request};
use cordboard_sip::package::Package;
use cordboard_sip::{Event, SubscriptionState, Urgency};

use crate::far_end::{Phone, grant, in_our_dialog, respond, restored, seconds};

const MANY: usize = 1_000;
/// How many may be out without an answer.
const WINDOW: usize = 20;

/// An agent that wants to watch a thousand, of which every tenth is looked at. The first of them are out.
fn starting() -> Phone {
    let mut phone = Phone::connected().alone();
    for number in 0..MANY {
        let urgency = if number % 10 == 0 { Urgency::Visible } else { Urgency::Later };
        let target = (2_000 + number).to_string();
        phone.act(|agent, now| agent.subscribe(now, Package::Dialog, &target, urgency)).unwrap();
    }
    phone
}

fn subscribes(phone: &mut Phone) -> Vec<Request> {
    let sent = phone.sent.drain(..).filter_map(|message| match message {
        Message::Request(request) if request.method == Method::Subscribe => Some(request),
        _ => None,
    });
    sent.collect()
}

/// The server accepts, and tells that nobody talks.
fn accept(phone: &mut Phone, subscribe: &Request, number: u32) {
    let ok = respond(subscribe, 200).with(Name::Expires, 600);
    let mut notify = in_our_dialog(&ok.headers, Method::Notify, number)
        .with(Name::Event, "dialog")
        .with(Name::SubscriptionState, "active;expires=600")
        .with_body("application/dialog-info+xml", "<dialog-info version='0' state='full'/>");
    let call_id = subscribe.headers.call_id().unwrap();
    notify.headers.set(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{call_id}{number}"));
    phone.receive(ok);
    phone.receive(notify);
}

/// Answers all that comes until nothing more comes, 20 ms after it was sent. Tells in which order whom was asked about,
/// and how many were out at most.
fn answer_all(phone: &mut Phone, number: u32) -> (Vec<Request>, usize) {
    let (mut order, mut most) = (Vec::new(), 0);
    let mut out = subscribes(phone);
    while !out.is_empty() {
        assert!(order.len() <= 2 * MANY, "it asks without end");
        most = most.max(out.len());
        phone.pass(Duration::from_millis(20));
        let mut next = Vec::new();
        for subscribe in out {
            accept(phone, &subscribe, number);
            next.extend(subscribes(phone));
            order.push(subscribe);
        }
        out = next;
    }
    (order, most)
}

fn count(phone: &mut Phone, wanted: &SubscriptionState) -> usize {
    let events = phone.events.drain(..);
    events.filter(|event| matches!(event, Event::Subscription { state, .. } if state == wanted)).count()
}

#[test]
fn a_thousand_start_in_turns_and_the_visible_ones_first() {
    let mut phone = Phone::registered(600).alone();
    for number in 0..MANY {
        let urgency = if number % 10 == 0 { Urgency::Visible } else { Urgency::Later };
        let target = (2_000 + number).to_string();
        phone.act(|agent, now| agent.subscribe(now, Package::Dialog, &target, urgency)).unwrap();
    }
    let began = phone.now;
    let (order, most) = answer_all(&mut phone, 1);
    assert_eq!((order.len(), most), (MANY, WINDOW));
    // Some had gone out before the others were asked for.
    let late: Vec<_> =
        order.iter().skip(WINDOW).map(|one| one.uri.user().parse::<usize>().unwrap()).collect();
    let visible = late.iter().take_while(|number| *number % 10 == 0).count();
    assert_eq!(visible, MANY / 10 - WINDOW / 10);
    assert!(phone.now.since(began) <= seconds(2), "{:?}", phone.now.since(began));
    assert_eq!(count(&mut phone, &SubscriptionState::Active), MANY);
}

#[test]
fn who_scrolls_brings_others_to_the_front() {
    let mut phone = Phone::connected();
    let ids: Vec<_> = (0..100)
        .map(|number| {
            let target = (2_000 + number).to_string();
            phone.act(|agent, now| agent.subscribe(now, Package::Dialog, &target, Urgency::Later)).unwrap()
        })
        .collect();
    phone.act(|agent, _| agent.set_urgency(ids[77], Urgency::Visible));
    let (order, _) = answer_all(&mut phone, 1);
    assert_eq!(order[WINDOW].uri.user(), "2077");
}

#[test]
fn a_silent_server_is_not_asked_more_than_the_window_and_nothing_spins() {
    let mut phone = starting();
    assert_eq!(subscribes(&mut phone).len(), WINDOW);
    let mut wakes = 0;
    let until = phone.now + seconds(31);
    while let Some(due) = phone.agent.poll_timeout().filter(|due| *due <= until) {
        assert!(due > phone.now || wakes == 0, "a deadline that does not pass");
        wakes += 1;
        phone.pass(due.since(phone.now));
    }
    assert!(wakes < 20, "{wakes}");
    assert_eq!(subscribes(&mut phone).len(), 0);
}

#[test]
fn refreshes_are_spread_and_each_comes_in_time() {
    let mut phone = starting();
    answer_all(&mut phone, 1);
    phone.events.clear();
    let mut refreshed = BTreeSet::new();
    let mut busiest = 0;
    for _ in 0..600 {
        phone.pass(seconds(1));
        let (order, _) = answer_all(&mut phone, 2);
        busiest = busiest.max(order.len());
        for one in order {
            assert_eq!(one.headers.to().unwrap().tag(), Some("theirs"));
            refreshed.insert(one.uri.to_string() + one.headers.call_id().unwrap());
        }
        if refreshed.len() == MANY {
            break;
        }
    }
    assert_eq!(refreshed.len(), MANY);
    // A thousand over the last third of ten minutes: five or six a second, not a thousand at once.
    assert!(busiest <= 40, "{busiest}");
    assert_eq!(count(&mut phone, &SubscriptionState::Waiting), 0);
}

#[test]
fn a_thousand_come_back_after_a_lost_connection_and_a_restart() {
    let mut phone = Phone::registered(600).alone();
    for number in 0..MANY {
        let target = (2_000 + number).to_string();
        phone.act(|agent, now| agent.subscribe(now, Package::Dialog, &target, Urgency::Later)).unwrap();
    }
    answer_all(&mut phone, 1);
    phone.events.clear();
    restored(&mut phone);
    phone.connect();
    assert_eq!(count(&mut phone, &SubscriptionState::Waiting), MANY);
    let register = phone.request(Method::Register);
    // Nothing goes out before the new way in is known.
    assert!(phone.sent.is_empty());
    phone.receive(grant(&register, 600));
    let (order, most) = answer_all(&mut phone, 2);
    assert_eq!((order.len(), most), (MANY, WINDOW));
    // In the same dialogs.
    assert!(order.iter().all(|one| one.headers.to().unwrap().tag() == Some("theirs")));
    assert_eq!(count(&mut phone, &SubscriptionState::Active), MANY);
}

#[test]
fn a_server_that_has_enough_is_left_alone_by_all() {
    let mut phone = starting();
    let out = subscribes(&mut phone);
    phone.receive(respond(&out[0], 503).with(Name::RetryAfter, 10));
    for subscribe in &out[1..] {
        accept(&mut phone, subscribe, 1);
    }
    assert_eq!(subscribes(&mut phone).len(), 0);
    phone.pass(seconds(9));
    assert_eq!(subscribes(&mut phone).len(), 0);
    phone.pass(seconds(1));
    assert_eq!(subscribes(&mut phone).len(), WINDOW);
}

#[test]
fn leaving_a_thousand_goes_in_turns_too() {
    let mut phone = starting();
    answer_all(&mut phone, 1);
    let ids: BTreeSet<_> = phone
        .events
        .drain(..)
        .filter_map(|event| match event {
            Event::Subscription { subscription, .. } => Some(subscription),
            _ => None,
        })
        .collect();
    assert_eq!(ids.len(), MANY);
    for id in ids {
        phone.act(|agent, now| agent.unsubscribe(now, id));
    }
    let mut left = 0;
    let mut out = subscribes(&mut phone);
    while !out.is_empty() {
        assert!(out.len() <= WINDOW && left <= MANY);
        left += out.len();
        for subscribe in &out {
            assert_eq!(subscribe.headers.expires(), Some(0));
            phone.receive(respond(subscribe, 200).with(Name::Expires, 0));
        }
        out = subscribes(&mut phone);
    }
    assert_eq!(left, MANY);
    // The last NOTIFYs never come: all is forgotten all the same.
    phone.pass(seconds(33));
    assert_eq!(count(&mut phone, &SubscriptionState::Ended), MANY);
    assert!(serde_json::to_vec(&phone.agent).unwrap().len() < 10_000);
}
