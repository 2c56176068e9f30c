//! Telling others how we are (S11, RFC 3903).

use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::package::OwnPresence;
use cordboard_sip::{Event, Publication};

use crate::far_end::{Phone, grant, respond, seconds};

fn publishing(presence: OwnPresence) -> (Phone, Request) {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.publish(now, presence));
    let publish = phone.request(Method::Publish);
    (phone, publish)
}

fn published(presence: OwnPresence, expires: u32) -> Phone {
    let (mut phone, publish) = publishing(presence);
    phone.receive(accept(&publish, "e1", expires));
    assert_eq!(publication(&mut phone), Publication::Published(presence));
    phone
}

fn accept(publish: &Request, tag: &str, expires: u32) -> Response {
    respond(publish, 200).with(Name::SipETag, tag).with(Name::Expires, expires)
}

fn publication(phone: &mut Phone) -> Publication {
    match phone.event() {
        Event::Publication(publication) => publication,
        other => panic!("{other:?}"),
    }
}

fn body(publish: &Request) -> String {
    String::from_utf8(publish.body.clone()).unwrap()
}

#[test]
fn a_publish_says_who_and_how() {
    let (_, publish) = publishing(OwnPresence::OnThePhone);
    assert_eq!(publish.uri.as_str(), "sip:front@pbx.example");
    assert_eq!(publish.headers.get(Name::Event), Some("presence"));
    assert_eq!(publish.headers.get(Name::ContentType), Some("application/pidf+xml"));
    assert!(!publish.headers.contains(Name::SipIfMatch));
    let body = body(&publish);
    assert!(body.contains("on-the-phone") && body.contains("entity=\"sip:front@pbx.example\""), "{body}");
}

#[test]
fn a_change_replaces_what_the_server_has() {
    let mut phone = published(OwnPresence::Available, 600);
    phone.act(|agent, now| agent.publish(now, OwnPresence::Available));
    phone.silent();
    phone.act(|agent, now| agent.publish(now, OwnPresence::DoNotDisturb));
    let change = phone.request(Method::Publish);
    assert_eq!(change.headers.get(Name::SipIfMatch), Some("e1"));
    assert!(body(&change).contains("Do not disturb"));
    phone.receive(accept(&change, "e2", 600));
    assert_eq!(publication(&mut phone), Publication::Published(OwnPresence::DoNotDisturb));
    phone.act(|agent, now| agent.publish(now, OwnPresence::Away));
    assert_eq!(phone.request(Method::Publish).headers.get(Name::SipIfMatch), Some("e2"));
}

#[test]
fn only_one_is_out_and_the_newest_state_wins() {
    let (mut phone, first) = publishing(OwnPresence::Available);
    phone.act(|agent, now| agent.publish(now, OwnPresence::OnThePhone));
    phone.act(|agent, now| agent.publish(now, OwnPresence::Away));
    phone.silent();
    phone.receive(accept(&first, "e1", 600));
    let second = phone.request(Method::Publish);
    assert!(body(&second).contains("<rpid:away/>"));
    assert_eq!(second.headers.get(Name::SipIfMatch), Some("e1"));
    phone.receive(accept(&second, "e2", 600));
    assert_eq!(publication(&mut phone), Publication::Published(OwnPresence::Away));
    phone.silent();
}

#[test]
fn it_is_prolonged_without_being_said_again() {
    let mut phone = published(OwnPresence::Away, 100);
    phone.pass(seconds(51));
    let refresh = phone.request(Method::Publish);
    assert_eq!((refresh.headers.get(Name::SipIfMatch), refresh.body.len()), (Some("e1"), 0));
    phone.receive(accept(&refresh, "e2", 100));
    phone.silent();
    phone.pass(seconds(51));
    assert_eq!(phone.request(Method::Publish).headers.get(Name::SipIfMatch), Some("e2"));
}

#[test]
fn a_server_that_has_forgotten_is_told_anew() {
    let mut phone = published(OwnPresence::Away, 100);
    phone.pass(seconds(51));
    let refresh = phone.request(Method::Publish);
    phone.receive(respond(&refresh, 412));
    let anew = phone.request(Method::Publish);
    assert!(!anew.headers.contains(Name::SipIfMatch) && body(&anew).contains("away"));
    phone.receive(accept(&anew, "e9", 100));
    phone.silent();
}

#[test]
fn a_server_that_wants_longer_ones_gets_them() {
    let (mut phone, publish) = publishing(OwnPresence::Available);
    phone.receive(respond(&publish, 423).with(Name::MinExpires, 3600));
    let longer = phone.request(Method::Publish);
    assert_eq!(longer.headers.expires(), Some(3600));
    phone.receive(respond(&longer, 423).with(Name::MinExpires, 3600));
    assert!(matches!(publication(&mut phone), Publication::Failed { status: 423, retry_at: None, .. }));
}

#[test]
fn a_server_without_publications_is_left_in_peace() {
    for status in [405, 489, 501] {
        let (mut phone, publish) = publishing(OwnPresence::Available);
        phone.receive(respond(&publish, status));
        assert_eq!(publication(&mut phone), Publication::Unsupported { status });
        phone.act(|agent, now| agent.publish(now, OwnPresence::Away));
        phone.pass(seconds(4000));
        phone.silent();
        // The next connection may be to another.
        phone.disconnect();
        assert_eq!(publication(&mut phone), Publication::Waiting);
        phone.connect();
        phone.request(Method::Publish);
    }
}

#[test]
fn what_fails_for_now_is_tried_again() {
    let (mut phone, publish) = publishing(OwnPresence::Available);
    phone.receive(respond(&publish, 503).with(Name::RetryAfter, 20));
    assert!(matches!(publication(&mut phone), Publication::Failed { status: 503, retry_at: Some(_), .. }));
    phone.act(|agent, now| agent.publish(now, OwnPresence::Away));
    phone.pass(seconds(19));
    phone.silent();
    phone.pass(seconds(1));
    assert!(body(&phone.request(Method::Publish)).contains("away"));
    phone.pass(seconds(32));
    assert!(matches!(publication(&mut phone), Publication::Failed { status: 408, retry_at: Some(_), .. }));
}

#[test]
fn a_challenge_is_answered() {
    let (mut phone, publish) = publishing(OwnPresence::Available);
    phone.receive(respond(&publish, 407).with(Name::ProxyAuthenticate, r#"Digest realm="a", nonce="1""#));
    let signed = phone.request(Method::Publish);
    assert!(signed.headers.contains(Name::ProxyAuthorization));
    assert_eq!(signed.headers.cseq().unwrap().number, publish.headers.cseq().unwrap().number + 1);
    phone.receive(accept(&signed, "e1", 600));
    assert_eq!(publication(&mut phone), Publication::Published(OwnPresence::Available));
}

#[test]
fn who_leaves_takes_it_back() {
    let mut phone = published(OwnPresence::Available, 600);
    phone.act(|agent, now| agent.unpublish(now));
    let removal = phone.request(Method::Publish);
    assert_eq!((removal.headers.expires(), removal.headers.get(Name::SipIfMatch)), (Some(0), Some("e1")));
    assert!(removal.body.is_empty());
    phone.receive(respond(&removal, 200).with(Name::Expires, 0));
    assert_eq!(publication(&mut phone), Publication::Off);
    phone.pass(seconds(4000));
    phone.silent();
}

#[test]
fn who_leaves_in_the_middle_takes_it_back_after_the_answer() {
    let (mut phone, publish) = publishing(OwnPresence::Available);
    phone.act(|agent, now| agent.unpublish(now));
    phone.silent();
    phone.receive(accept(&publish, "e1", 600));
    let removal = phone.request(Method::Publish);
    assert_eq!(removal.headers.expires(), Some(0));
    // And who changes their mind says so after that answer.
    phone.act(|agent, now| agent.publish(now, OwnPresence::Away));
    phone.silent();
    phone.receive(respond(&removal, 200).with(Name::Expires, 0));
    let anew = phone.request(Method::Publish);
    assert!(!anew.headers.contains(Name::SipIfMatch) && body(&anew).contains("away"));
}

#[test]
fn a_lost_connection_is_made_up_for_after_the_registration() {
    let mut phone = Phone::registered(600);
    phone.act(|agent, now| agent.publish(now, OwnPresence::Available));
    let publish = phone.request(Method::Publish);
    phone.receive(accept(&publish, "e1", 600));
    phone.events.clear();
    phone.disconnect();
    phone.act(|agent, now| agent.publish(now, OwnPresence::OnThePhone));
    phone.connect();
    let register = phone.request(Method::Register);
    assert!(phone.sent.is_empty());
    phone.receive(grant(&register, 600));
    let again = phone.request(Method::Publish);
    assert_eq!(again.headers.get(Name::SipIfMatch), Some("e1"));
    assert!(body(&again).contains("on-the-phone"));
}
