//! Becoming reachable and staying so (S4).

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{Event, Registration, RegistrationFailure};

use crate::authentication::challenge;
use crate::far_end::{INSTANCE, Phone, grant, respond, seconds};

fn registration(phone: &mut Phone) -> Registration {
    match phone.event() {
        Event::Registration(registration) => registration,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_register_says_who_where_and_by_which_flow() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    assert_eq!(register.uri.as_str(), "sip:pbx.example");
    assert_eq!(register.headers.to().unwrap().to_string(), "<sip:front@pbx.example>");
    let via = register.headers.via().unwrap();
    assert!(via.host.ends_with(".invalid") && via.branch().is_some());
    let contact = register.headers.contacts().unwrap().remove(0);
    assert_eq!(contact.uri.param("transport").as_deref(), Some("ws"));
    assert!(contact.uri.host().ends_with(".invalid"));
    assert_eq!(contact.params.get("reg-id").as_deref(), Some("1"));
    assert_eq!(contact.params.get("+sip.instance").as_deref(), Some(format!("<{INSTANCE}>").as_str()));
    assert_eq!(contact.expires(), Some(600));
    for tag in ["outbound", "path", "gruu"] {
        assert!(register.headers.supports(tag));
    }
}

#[test]
fn the_expiry_granted_to_our_own_contact_counts_not_the_first_in_the_list() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    assert_eq!(registration(&mut phone), Registration::Registering);
    let register = phone.request(Method::Register);
    let mut ok = grant(&register, 300);
    ok.headers.push_front(Name::Contact, "<sip:front@192.0.2.77>;expires=3000");
    phone.receive(ok);
    assert_eq!(registration(&mut phone), Registration::Registered { until: phone.now + seconds(300) });
    phone.pass(seconds(299));
    phone.request(Method::Register);
}

#[test]
fn it_is_refreshed_before_it_expires_with_the_same_call_id_and_the_next_number() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let first = phone.request(Method::Register);
    phone.receive(grant(&first, 600));
    phone.events.clear();
    phone.pass(seconds(530));
    phone.silent();
    phone.pass(seconds(15));
    let second = phone.request(Method::Register);
    assert_eq!(second.headers.call_id(), first.headers.call_id());
    assert_eq!(second.headers.cseq().unwrap().number, first.headers.cseq().unwrap().number + 1);
    // A refresh is no news until it is answered.
    phone.silent();
    phone.receive(grant(&second, 600));
    assert_eq!(registration(&mut phone), Registration::Registered { until: phone.now + seconds(600) });
}

#[test]
fn an_expiry_found_too_brief_is_lengthened_once() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let first = phone.request(Method::Register);
    phone.receive(respond(&first, 423).with(Name::MinExpires, 1800));
    let second = phone.request(Method::Register);
    assert_eq!(second.headers.contacts().unwrap()[0].expires(), Some(1800));
    // A server that goes on to name the same figure is not obeyed for ever.
    phone.receive(respond(&second, 423).with(Name::MinExpires, 1800));
    assert!(matches!(
        registration(&mut phone),
        Registration::Failed { why: RegistrationFailure::Refused { status: 423, .. }, retry_at: Some(_) }
    ));
}

#[test]
fn what_is_forbidden_or_unknown_from_the_start_is_said_and_not_tried_again() {
    for (status, why) in [
        (403, RegistrationFailure::Forbidden { reason: "Forbidden".to_owned() }),
        (404, RegistrationFailure::UnknownUser),
    ] {
        let mut phone = Phone::connected();
        phone.act(|agent, now| agent.register(now));
        phone.events.clear();
        let register = phone.request(Method::Register);
        phone.receive(respond(&register, status));
        assert_eq!(registration(&mut phone), Registration::Failed { why, retry_at: None });
        phone.pass(seconds(3600));
        phone.silent();
    }
}

/// Whoever was let in before is refused like this from now on; hands out the waits between the tries.
fn waits_after_refusals(phone: &mut Phone, refuse: impl Fn(&Request) -> Response, count: usize) -> Vec<u64> {
    let mut waits = Vec::new();
    for _ in 0..count {
        let register = phone.request(Method::Register);
        phone.receive(refuse(&register));
        let Registration::Failed { retry_at: Some(retry_at), .. } = registration(phone) else {
            panic!("gave up")
        };
        let wait = retry_at.since(phone.now);
        waits.push(wait.as_secs());
        phone.pass(wait);
        assert_eq!(registration(phone), Registration::Registering);
    }
    waits
}

#[test]
fn an_account_that_was_let_in_before_is_not_given_up_for_one_refusal() {
    for status in [403, 404] {
        let mut phone = Phone::registered(600);
        phone.pass(seconds(540));
        let waits = waits_after_refusals(&mut phone, |register| respond(register, status), 1);
        assert!((30..=60).contains(&waits[0]), "{waits:?}");
        let register = phone.request(Method::Register);
        phone.receive(grant(&register, 600));
        assert_eq!(registration(&mut phone), Registration::Registered { until: phone.now + seconds(600) });
    }
}

#[test]
fn a_password_that_was_good_before_is_tried_again_but_too_seldom_to_lock_anybody_out() {
    let mut phone = Phone::registered(600);
    phone.pass(seconds(540));
    let mut waits = Vec::new();
    for round in 0..12 {
        let register = phone.request(Method::Register);
        phone.receive(challenge(&register, &format!("a{round}"), ""));
        waits.extend(waits_after_refusals(&mut phone, |signed| challenge(signed, "again", ""), 1));
    }
    assert!(waits[0] <= 60, "whoever begins again has its accounts back within a minute or so: {waits:?}");
    let tries: Vec<u64> = waits.iter().scan(0, |at, wait| Some(std::mem::replace(at, *at + wait))).collect();
    for (i, from) in tries.iter().enumerate() {
        let soon = tries[i..].iter().filter(|at| **at < from + 600).count();
        assert!(soon < 5, "{soon} wrong answers within ten minutes: {tries:?}");
    }
    assert!(waits.iter().all(|wait| *wait <= 900), "{waits:?}");
}

#[test]
fn refusals_of_an_account_that_was_let_in_before_do_not_hold_up_a_new_connection() {
    let mut phone = Phone::registered(600);
    phone.pass(seconds(540));
    let register = phone.request(Method::Register);
    phone.receive(respond(&register, 404));
    phone.disconnect();
    phone.events.clear();
    phone.connect();
    assert_eq!(registration(&mut phone), Registration::Registering);
    phone.request(Method::Register);
}

#[test]
fn leaving_does_not_make_an_account_a_stranger() {
    let mut phone = Phone::registered(600);
    phone.act(|agent, now| agent.unregister(now));
    let register = phone.request(Method::Register);
    phone.receive(respond(&register, 200).with(Name::Expires, 0));
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let register = phone.request(Method::Register);
    phone.receive(respond(&register, 404));
    assert!(matches!(registration(&mut phone), Registration::Failed { retry_at: Some(_), .. }));
}

#[test]
fn an_overloaded_server_is_left_alone_as_long_as_it_asks() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let register = phone.request(Method::Register);
    phone.receive(respond(&register, 503).with(Name::RetryAfter, "120 (restarting)"));
    let Registration::Failed { why, retry_at: Some(retry_at) } = registration(&mut phone) else {
        panic!("no retry")
    };
    assert!(matches!(why, RegistrationFailure::Unavailable { status: 503, .. }));
    assert_eq!(retry_at, phone.now + seconds(120));
    phone.pass(seconds(119));
    phone.silent();
    phone.pass(seconds(1));
    phone.request(Method::Register);
}

#[test]
fn failures_back_off_without_end_and_never_longer_than_a_minute() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let mut waits = Vec::new();
    for _ in 0..20 {
        let register = phone.request(Method::Register);
        phone.receive(respond(&register, 500));
        let Registration::Failed { retry_at: Some(retry_at), .. } = registration(&mut phone) else {
            panic!("gave up")
        };
        let wait = retry_at.since(phone.now);
        waits.push(wait);
        phone.pass(wait);
        assert_eq!(registration(&mut phone), Registration::Registering);
    }
    assert!(waits[0] <= seconds(2));
    assert!(waits.iter().all(|wait| *wait <= seconds(60)));
    assert!(waits[10..].iter().all(|wait| *wait >= seconds(30)));
    assert!(waits[10..].windows(2).any(|pair| pair[0] != pair[1]), "no jitter: {waits:?}");
}

#[test]
fn a_register_that_is_never_answered_times_out_after_32_seconds_and_is_tried_again() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    phone.request(Method::Register);
    phone.pass(seconds(31));
    phone.silent();
    phone.pass(seconds(1));
    assert!(matches!(
        registration(&mut phone),
        Registration::Failed { why: RegistrationFailure::TimedOut, retry_at: Some(_) }
    ));
    phone.pass(seconds(2));
    phone.request(Method::Register);
}

#[test]
fn a_lost_connection_is_told_and_the_next_one_registers_at_once() {
    let mut phone = Phone::registered(600);
    phone.disconnect();
    let lost = Registration::Failed { why: RegistrationFailure::NotConnected, retry_at: None };
    assert_eq!(registration(&mut phone), lost);
    phone.pass(seconds(700));
    phone.silent();
    phone.connect();
    assert_eq!(registration(&mut phone), Registration::Registering);
    phone.request(Method::Register);
}

#[test]
fn leaving_takes_the_binding_back() {
    let mut phone = Phone::registered(600);
    phone.act(|agent, now| agent.unregister(now));
    let register = phone.request(Method::Register);
    assert_eq!(register.headers.contacts().unwrap()[0].expires(), Some(0));
    assert_eq!(register.headers.expires(), Some(0));
    phone.receive(respond(&register, 200));
    assert_eq!(registration(&mut phone), Registration::Off);
    phone.pass(seconds(3600));
    phone.silent();
}

#[test]
fn asking_again_does_not_wait_for_the_pause() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let register = phone.request(Method::Register);
    phone.receive(respond(&register, 503).with(Name::RetryAfter, 3000));
    phone.events.clear();
    phone.act(|agent, now| agent.register(now));
    assert_eq!(registration(&mut phone), Registration::Registering);
    phone.request(Method::Register);
}

#[test]
fn the_address_that_the_registrar_gave_goes_into_calls() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    let mut ok = grant(&register, 600);
    let mut contact = ok.headers.contacts().unwrap().remove(0);
    contact.params.set("pub-gruu", "sip:front@pbx.example;gr=urn:uuid:1");
    ok.headers.set(Name::Contact, contact);
    phone.receive(ok.with(Name::ServiceRoute, "<sip:edge.pbx.example;lr>"));
    phone.act(|agent, now| agent.invite(now, "200", crate::far_end::OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    assert_eq!(invite.headers.contacts().unwrap()[0].uri.as_str(), "sip:front@pbx.example;gr=urn:uuid:1");
    assert_eq!(invite.headers.get(Name::Route), Some("<sip:edge.pbx.example;lr>"));
}

#[test]
fn a_way_that_keeps_no_flows_is_taken_without() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let first = phone.request(Method::Register);
    phone.receive(respond(&first, 439));
    let second = phone.request(Method::Register);
    let contact = second.headers.contacts().unwrap().remove(0);
    assert!(!contact.params.has("reg-id") && contact.params.has("+sip.instance"));
}

#[test]
fn an_answer_to_what_was_wanted_before_says_nothing() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    phone.events.clear();
    let first = phone.request(Method::Register);
    phone.act(|agent, now| agent.unregister(now));
    let second = phone.request(Method::Register);
    phone.receive(grant(&first, 600));
    phone.silent();
    phone.receive(respond(&second, 200));
    assert_eq!(registration(&mut phone), Registration::Off);
}
