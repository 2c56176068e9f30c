//! Several servers in order, and registrars that send us elsewhere (S4).

use cordboard_sip::message::{Method, Name};
use cordboard_sip::{Event, Registration, Settings};

use crate::far_end::{Phone, grant, respond, restored, seconds, settings};

/// A phone with three servers, connected to the first.
fn phone() -> Phone {
    let mut phone = Phone::with(&Settings { servers: 3, ..settings() });
    phone.connect();
    phone.act(|agent, now| agent.register(now));
    phone
}

/// Closes the connection if that was asked for, and opens the next.
fn follow(phone: &mut Phone) -> bool {
    let asked = !std::mem::take(&mut phone.drops).is_empty();
    if asked {
        phone.disconnect();
        phone.connect();
    }
    asked
}

fn refuse(phone: &mut Phone) {
    let register = phone.request(Method::Register);
    phone.receive(respond(&register, 503));
}

/// Refused twice, so on to the next.
fn move_on(phone: &mut Phone) {
    refuse(phone);
    phone.pass(seconds(10));
    refuse(phone);
    assert!(follow(phone));
}

#[test]
fn one_failure_is_borne_two_lead_to_the_next_server_and_round_again() {
    let mut phone = phone();
    for server in [1, 2, 0, 1] {
        refuse(&mut phone);
        assert!(!follow(&mut phone));
        while phone.sent.is_empty() {
            phone.pass(seconds(1));
        }
        restored(&mut phone);
        refuse(&mut phone);
        assert!(follow(&mut phone));
        assert_eq!(phone.agent.server(), server);
    }
}

#[test]
fn a_server_that_never_answers_is_left_too() {
    let mut phone = phone();
    phone.pass(seconds(32));
    assert!(!follow(&mut phone));
    phone.pass(seconds(36));
    assert!(follow(&mut phone));
    assert_eq!(phone.agent.server(), 1);
}

#[test]
fn a_socket_that_dies_twice_leads_to_the_next_server() {
    let mut phone = phone();
    phone.pongs = false;
    for server in [0, 1] {
        phone.pass(seconds(20));
        assert!(follow(&mut phone));
        assert_eq!(phone.agent.server(), server);
    }
}

#[test]
fn we_stay_with_a_server_that_works_and_return_to_the_first_when_nobody_is_in_a_call() {
    let mut phone = phone();
    move_on(&mut phone);
    let register = phone.request(Method::Register);
    phone.receive(grant(&register, 3600));
    phone.pass(seconds(14 * 60));
    assert!(!follow(&mut phone));
    // A call holds the return up.
    phone.act(|agent, now| agent.invite(now, "200", "v=0")).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(respond(&invite, 180));
    phone.pass(seconds(120));
    assert!(!follow(&mut phone));
    phone.receive(respond(&invite, 486));
    phone.request(Method::Ack);
    phone.pass(seconds(60));
    assert!(follow(&mut phone));
    assert_eq!(phone.agent.server(), 0);
    // On trial: one failure is enough, and the way back is known.
    refuse(&mut phone);
    assert!(follow(&mut phone));
    assert_eq!(phone.agent.server(), 1);
    let register = phone.request(Method::Register);
    phone.receive(grant(&register, 3600));
    phone.pass(seconds(29 * 60));
    assert!(!follow(&mut phone), "it has become more patient");
    phone.pass(seconds(60));
    assert!(follow(&mut phone));
    assert_eq!(phone.agent.server(), 0);
}

#[test]
fn a_wrong_password_is_wrong_everywhere() {
    let mut phone = phone();
    for _ in 0..3 {
        let register = phone.request(Method::Register);
        phone.receive(respond(&register, 403));
        phone.act(|agent, now| agent.register(now));
    }
    assert!(!follow(&mut phone));
}

#[test]
fn with_one_server_there_is_nothing_to_choose() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    for _ in 0..4 {
        refuse(&mut phone);
        phone.pass(seconds(60));
    }
    assert!(!follow(&mut phone));
    assert_eq!(phone.agent.server(), 0);
}

#[test]
fn a_registrar_may_send_us_to_another_one_for_as_long_as_that_works() {
    // RFC 3261 §8.1.3.4
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let first = phone.request(Method::Register);
    phone.receive(respond(&first, 302).with(Name::Contact, "<sip:east.pbx.example>"));
    let second = phone.request(Method::Register);
    assert_eq!(second.uri.as_str(), "sip:east.pbx.example");
    assert_eq!(second.headers.call_id(), first.headers.call_id());
    assert_eq!(second.headers.to(), first.headers.to());
    phone.receive(grant(&second, 600));
    phone.pass(seconds(541));
    let refresh = phone.request(Method::Register);
    assert_eq!(refresh.uri.as_str(), "sip:east.pbx.example");
    phone.events.clear();
    phone.receive(respond(&refresh, 503));
    assert!(matches!(phone.event(), Event::Registration(Registration::Failed { .. })));
    phone.pass(seconds(10));
    assert_eq!(phone.request(Method::Register).uri.as_str(), "sip:pbx.example");
}

#[test]
fn registrars_that_send_us_in_a_circle_or_ever_further_are_given_up() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let first = phone.request(Method::Register);
    phone.events.clear();
    phone.receive(respond(&first, 302).with(Name::Contact, "<sip:pbx.example>"));
    assert!(matches!(phone.event(), Event::Registration(Registration::Failed { .. })));
    phone.pass(seconds(10));
    for hop in 0..5 {
        let register = phone.request(Method::Register);
        phone.receive(respond(&register, 302).with(Name::Contact, format!("<sip:hop{hop}.example>")));
    }
    let register = phone.request(Method::Register);
    phone.events.clear();
    phone.receive(respond(&register, 302).with(Name::Contact, "<sip:hop6.example>"));
    assert!(matches!(phone.event(), Event::Registration(Registration::Failed { .. })));
    assert!(phone.sent.is_empty());
}
