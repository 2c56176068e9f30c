//! Saved and restored in the middle of everything (S15).

use cordboard_sip::message::{Message, Method, Name, Request};
use cordboard_sip::package::{OwnPresence, Package};
use cordboard_sip::{EndCause, Event, Publication, ReferProgress, SubscriptionState, Urgency};

use crate::authentication::challenge;
use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_our_dialog, in_their_dialog, respond, restored, seconds, their_ack,
    their_invite,
};

#[test]
fn the_password_is_not_among_what_is_saved() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let first = phone.request(Method::Register);
    phone.receive(challenge(&first, "n1", ""));
    let second = phone.request(Method::Register);
    let saved = serde_json::to_string(&phone.agent).unwrap();
    assert!(saved.contains("n1") && !saved.contains("secret"), "{saved}");
    // Given back, it makes the same answers as before: the first one on the new connection, too.
    restored(&mut phone);
    phone.connect();
    let third = phone.request(Method::Register);
    let answers = [&second, &third].map(|request| request.headers.get(Name::Authorization).unwrap());
    assert!(answers.iter().all(|answer| answer.contains(r#"nonce="n1""#)), "{answers:?}");
}

#[test]
fn a_call_goes_on_where_it_was() {
    let mut phone = Phone::registered(600);
    phone.receive(their_invite());
    phone.response(100);
    let Event::Incoming { session, .. } = phone.event() else { panic!() };
    restored(&mut phone);
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    phone.response(180);
    restored(&mut phone);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    restored(&mut phone);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    restored(&mut phone);
    phone.receive(in_their_dialog(&ok.headers, Method::Invite, 2).with_body("application/sdp", THEIRS));
    phone.response(100);
    assert!(matches!(phone.event(), Event::Reoffered { .. }));
    restored(&mut phone);
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Bye);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
}

#[test]
fn what_is_out_is_still_waited_for() {
    let (mut phone, session, invite) = Phone::calling();
    restored(&mut phone);
    phone.receive(respond(&invite, 180));
    assert_eq!(phone.event(), Event::Progress { session, fork: 0, status: 180, sdp: None });
    restored(&mut phone);
    phone.receive(accept(&invite, "theirs"));
    phone.request(Method::Ack);
    assert!(matches!(phone.event(), Event::Answered { .. }));
    phone.act(|agent, now| agent.refer(now, session, "201")).unwrap();
    phone.request(Method::Refer);
    restored(&mut phone);
    phone.pass(seconds(32));
    assert!(matches!(
        phone.event(),
        Event::ReferProgress { progress: ReferProgress::Failed { status: 408, .. }, .. }
    ));
}

#[test]
fn the_registration_is_refreshed_on_time() {
    let mut phone = Phone::registered(600);
    restored(&mut phone);
    phone.pass(seconds(541));
    phone.request(Method::Register);
}

#[test]
fn two_restored_agents_do_not_say_the_same_words() {
    // The stream of random words is part of what is saved.
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
    let first = phone.request(Method::Invite);
    restored(&mut phone);
    phone.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
    let second = phone.request(Method::Invite);
    assert_ne!(first.headers.call_id(), second.headers.call_id());
}

#[test]
fn a_connection_of_before_is_gone_and_the_next_one_registers_anew() {
    let mut phone = Phone::registered(600);
    restored(&mut phone);
    phone.connect();
    phone.request(Method::Register);
}

#[test]
fn who_is_watched_and_what_is_published_goes_on_where_it_was() {
    let mut phone = Phone::connected();
    let id = phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "200", Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    phone.act(|agent, now| agent.publish(now, OwnPresence::Away));
    let publish = phone.request(Method::Publish);
    restored(&mut phone);
    let ok = respond(&subscribe, 200).with(Name::Expires, 100);
    phone.receive(ok.clone());
    phone.receive(respond(&publish, 200).with(Name::SipETag, "e1").with(Name::Expires, 100));
    assert_eq!(phone.event(), Event::Publication(Publication::Published(OwnPresence::Away)));
    restored(&mut phone);
    let notify = |number| {
        in_our_dialog(&ok.headers, Method::Notify, number)
            .with(Name::Event, "dialog")
            .with(Name::SubscriptionState, "active;expires=100")
    };
    phone.receive(notify(1));
    phone.response(200);
    assert_eq!(phone.event(), Event::Subscription { subscription: id, state: SubscriptionState::Active });
    phone.events.clear();
    restored(&mut phone);
    // What comes out of order now is known to be.
    let mut late = notify(1);
    late.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKlate");
    phone.receive(late);
    phone.response(500);
    phone.pass(seconds(91));
    let refreshed: Vec<_> = phone.sent.drain(..).filter_map(request_of).collect();
    let words = |method| refreshed.iter().find(|request| request.method == method).unwrap();
    assert_eq!(words(Method::Publish).headers.get(Name::SipIfMatch), Some("e1"));
    assert_eq!(words(Method::Subscribe).headers.call_id(), subscribe.headers.call_id());
}

fn request_of(message: Message) -> Option<Request> {
    match message {
        Message::Request(request) => Some(request),
        Message::Response(_) => None,
    }
}
