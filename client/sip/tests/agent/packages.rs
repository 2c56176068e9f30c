//! What can be watched beside calls (S10): presence, waiting messages, conferences, and lists of many.

use cordboard_sip::message::{Method, Name, Request};
use cordboard_sip::package::{Availability, MemberStanding, Package, ResourceList, Watched};
use cordboard_sip::{Event, SubscriptionId, SubscriptionState, Urgency};

use crate::far_end::{Phone, in_our_dialog, respond, restored};

/// Watches `target`; nothing has been told yet.
fn watching(package: Package, target: &str) -> (Phone, SubscriptionId, Request) {
    let mut phone = Phone::connected();
    let id = phone.act(|agent, now| agent.subscribe(now, package, target, Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    phone.receive(respond(&subscribe, 200).with(Name::Expires, 600));
    (phone, id, subscribe)
}

fn notify(subscribe: &Request, number: u32, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    in_our_dialog(&respond(subscribe, 200).headers, Method::Notify, number)
        .with(Name::Event, subscribe.headers.get(Name::Event).unwrap())
        .with(Name::SubscriptionState, "active;expires=600")
        .with_body(content_type, body)
}

/// What the NOTIFY told, after the subscription's own standing if that is new.
fn told(phone: &mut Phone, notify: Request) -> Watched {
    phone.receive(notify);
    phone.response(200);
    match phone.events.drain(..).next_back() {
        Some(Event::Watched { state, .. }) => state,
        other => panic!("{other:?}"),
    }
}

const PIDF: &str = "<presence entity='sip:200@x'><tuple id='1'><status><basic>open</basic></status></tuple>\
                    <person><activities><away/></activities></person></presence>";

#[test]
fn presence_is_told_in_any_of_its_formats() {
    let (mut phone, _, subscribe) = watching(Package::Presence, "200");
    assert!(subscribe.headers.get(Name::Accept).unwrap().starts_with("application/pidf+xml"));
    let xpidf = "<presence><atom><address><status status='inuse'/></address></atom></presence>";
    for (number, content_type, body, meant) in [
        (1, "application/pidf+xml", PIDF, Availability::Away),
        (2, "application/xpidf+xml", xpidf, Availability::OnThePhone),
        // Some say no more than that it is XML.
        (3, "text/xml", PIDF, Availability::Away),
        (4, "application/cpim-pidf+xml;charset=utf-8", PIDF, Availability::Away),
    ] {
        let Watched::Presence(presence) = told(&mut phone, notify(&subscribe, number, content_type, body))
        else {
            panic!()
        };
        assert_eq!(presence.availability(), Some(meant), "{content_type}");
    }
}

#[test]
fn calls_and_presence_of_one_person_are_watched_side_by_side() {
    let (mut phone, lamp, _) = watching(Package::Dialog, "200");
    let presence =
        phone.act(|agent, now| agent.subscribe(now, Package::Presence, "200", Urgency::Visible)).unwrap();
    let subscribe = phone.request(Method::Subscribe);
    assert_eq!(subscribe.headers.get(Name::Event), Some("presence"));
    phone.receive(notify(&subscribe, 1, "application/pidf+xml", PIDF));
    phone.response(200);
    assert!(phone.events.iter().all(|event| match event {
        Event::Subscription { subscription, .. } => *subscription == presence,
        Event::Watched { subscription, .. } => *subscription == Some(presence),
        _ => false,
    }));
    assert_ne!(lamp, presence);
}

#[test]
fn waiting_messages_are_counted() {
    let (mut phone, _, subscribe) = watching(Package::MessageSummary, "200");
    let kind = "application/simple-message-summary";
    // Nobody has written there yet: empty, as some begin.
    phone.receive(notify(&subscribe, 1, kind, ""));
    phone.response(200);
    assert!(matches!(phone.events.drain(..).next_back(), Some(Event::Subscription { .. })));
    let body = "Messages-Waiting: yes\r\nVoice-Message: 3/8 (0/0)\r\n";
    let Watched::Messages(summary) = told(&mut phone, notify(&subscribe, 2, kind, body)) else { panic!() };
    assert_eq!(summary.voice().map(|voice| (voice.new, voice.old)), Some((3, 8)));
}

#[test]
fn a_conference_tells_who_is_in_it() {
    let (mut phone, _, subscribe) = watching(Package::Conference, "3000");
    let body = |state: &str, version: u32, users: &str| {
        format!(
            "<conference-info entity='sip:3000@x' state='{state}' version='{version}'><users state='{state}'>{users}</users></conference-info>"
        )
    };
    let kind = "application/conference-info+xml";
    let ann = "<user entity='sip:a@x'><display-text>Ann</display-text></user>";
    told(&mut phone, notify(&subscribe, 1, kind, body("full", 1, ann)));
    let next = body("partial", 2, "<user entity='sip:b@x'/>");
    let Watched::Conference(conference) = told(&mut phone, notify(&subscribe, 2, kind, next)) else {
        panic!()
    };
    assert_eq!(conference.users.len(), 2);
}

/// A NOTIFY about a list whose member 200 is in this state.
fn list(version: u32, full: bool, members: &str, state: &str) -> (String, String) {
    let body = format!(
        "--b\r\nContent-ID: <root@x>\r\nContent-Type: application/rlmi+xml;charset=\"UTF-8\"\r\n\r\n\
         <list uri=\"sip:team@pbx.example\" version=\"{version}\" fullState=\"{full}\" xmlns=\"urn:ietf:params:xml:ns:rlmi\">\
         <resource uri=\"sip:200@pbx.example\"><instance id=\"1\" state=\"active\" cid=\"1@x\"/></resource>{members}</list>\r\n\
         --b\r\nContent-ID: <1@x>\r\nContent-Type: application/dialog-info+xml\r\n\r\n\
         <dialog-info version=\"{version}\" state=\"full\"><dialog id=\"1\"><state>{state}</state></dialog></dialog-info>\r\n--b--\r\n"
    );
    ("multipart/related;type=\"application/rlmi+xml\";start=\"<root@x>\";boundary=b".to_owned(), body)
}

fn list_told(
    phone: &mut Phone,
    subscribe: &Request,
    number: u32,
    (kind, body): (String, String),
) -> ResourceList {
    let mut notify = notify(subscribe, number, &kind, body);
    notify.headers.push(Name::Require, "eventlist");
    match told(phone, notify) {
        Watched::List(list) => list,
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_are_watched_by_one_subscription_and_a_lost_piece_is_asked_for() {
    let (mut phone, _, subscribe) = watching(Package::Dialog, "team");
    let gone = "<resource uri=\"sip:201@pbx.example\"><instance id=\"2\" state=\"terminated\" reason=\"noresource\"/></resource>";
    let all = list_told(&mut phone, &subscribe, 1, list(0, true, gone, "confirmed"));
    assert!(all.full);
    assert_eq!(all.members[1].standing, MemberStanding::Terminated { reason: "noresource".to_owned() });
    // Saved and restored in the middle, it still knows which piece comes next.
    restored(&mut phone);
    let piece = list_told(&mut phone, &subscribe, 2, list(1, false, "", "early"));
    assert!(!piece.full);
    assert!(phone.sent.is_empty());
    list_told(&mut phone, &subscribe, 3, list(5, false, "", "confirmed"));
    assert_eq!(phone.request(Method::Subscribe).headers.expires(), Some(1800));
}

#[test]
fn several_lists_live_side_by_side() {
    let (mut phone, first, subscribe) = watching(Package::Dialog, "team");
    let second =
        phone.act(|agent, now| agent.subscribe(now, Package::Dialog, "other", Urgency::Later)).unwrap();
    let other = phone.request(Method::Subscribe);
    phone.receive(respond(&other, 200).with(Name::Expires, 600));
    list_told(&mut phone, &subscribe, 1, list(4, true, "", "early"));
    let (kind, body) = list(0, true, "", "confirmed");
    let mut of_other = notify(&other, 1, &kind, body);
    of_other.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKother");
    phone.receive(of_other);
    phone.response(200);
    let heard: Vec<_> = phone
        .events
        .drain(..)
        .filter_map(|event| match event {
            Event::Watched { subscription, .. } => subscription,
            _ => None,
        })
        .collect();
    assert_eq!(heard, [second]);
    assert_ne!(first, second);
    phone.act(|agent, now| agent.unsubscribe(now, second));
    assert_eq!(phone.event(), Event::Subscription { subscription: second, state: SubscriptionState::Ended });
    phone.request(Method::Subscribe);
    // The other goes on.
    list_told(&mut phone, &subscribe, 2, list(5, false, "", "confirmed"));
}

#[test]
fn places_where_calls_are_parked_can_be_watched_by_the_names_that_systems_give_them() {
    for target in ["park+6001", "conf+3000", "queue+sales", "sip:park+6001@pbx.example"] {
        let (_, _, subscribe) = watching(Package::Dialog, target);
        assert_eq!(subscribe.uri.user(), target.trim_start_matches("sip:").trim_end_matches("@pbx.example"));
    }
}
