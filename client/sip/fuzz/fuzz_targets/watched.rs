//! Any bytes as what somebody who is watched tells, in one NOTIFY or several: never a panic, every NOTIFY is answered
//! once, and what is told can be saved. The first byte says which body of which package; a zero byte ends a body.
#![no_main]
#![allow(dead_code, reason = "the stories use more of their harness")]

#[path = "../../tests/agent/far_end.rs"]
mod far_end;

use cordboard_sip::Urgency;
use cordboard_sip::message::{Message, Method, Name};
use cordboard_sip::package::Package;
use far_end::{Phone, in_our_dialog, respond, restored};
use libfuzzer_sys::fuzz_target;

/// More NOTIFYs than a document in pieces needs.
const BODIES: u32 = 4;

const KINDS: [(Package, &str); 8] = [
    (Package::Dialog, "application/dialog-info+xml"),
    (Package::Presence, "application/pidf+xml"),
    (Package::Presence, "application/xpidf+xml"),
    (Package::MessageSummary, "application/simple-message-summary"),
    (Package::Conference, "application/conference-info+xml"),
    (Package::Dialog, "application/rlmi+xml"),
    (Package::Dialog, "multipart/related;type=\"application/rlmi+xml\";start=\"<r>\";boundary=b"),
    (Package::Presence, "multipart/related;type=\"application/rlmi+xml\";start=\"<r>\";boundary=b"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bodies)) = bytes.split_first() else { return };
    let Some((package, kind)) = KINDS.get(usize::from(*which) % KINDS.len()) else { return };
    let mut phone = Phone::connected().alone();
    let asked = phone.act(|agent, now| agent.subscribe(now, *package, "200", Urgency::Visible));
    assert!(asked.is_ok());
    let subscribe = phone.request(Method::Subscribe);
    phone.receive(
        respond(&subscribe, 200).with(Name::Expires, 3600).with(Name::Contact, "<sip:200@192.0.2.9>"),
    );
    for (number, body) in (1..=BODIES).zip(bodies.split(|byte| *byte == 0)) {
        let notify = in_our_dialog(&respond(&subscribe, 200).headers, Method::Notify, number)
            .with(Name::Event, package.token())
            .with(Name::SubscriptionState, "active;expires=3600")
            .with_body(kind, body.to_vec());
        phone.receive(notify);
        let answers = phone.sent.iter().filter(|sent| matches!(sent, Message::Response(_))).count();
        assert_eq!(answers, 1, "{:?}", phone.sent);
        phone.sent.clear();
        restored(&mut phone);
    }
});
