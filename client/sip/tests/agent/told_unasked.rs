//! What servers tell without having been asked: waiting messages, and wishes of a telephone system's own client.

use cordboard_sip::message::{Method, Name, Request};
use cordboard_sip::package::Watched;
use cordboard_sip::uri::Uri;
use cordboard_sip::{Event, RemoteWish};

use crate::far_end::{Phone, in_their_dialog, their_invite};

fn unasked(event: &str, body: &str) -> Request {
    let request = Request::new(Method::Notify, Uri::parse("sip:front@here.invalid").unwrap())
        .with(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{}", body.len()))
        .with(Name::From, "<sip:asterisk@pbx.example>;tag=a")
        .with(Name::To, "<sip:front@here.invalid>")
        .with(Name::CallId, format!("unasked{}", body.len()))
        .with(Name::CSeq, "102 NOTIFY")
        .with(Name::Event, event);
    if body.is_empty() { request } else { request.with_body("application/simple-message-summary", body) }
}

#[test]
fn waiting_messages_are_told_without_a_subscription() {
    let mut phone = Phone::connected();
    phone.receive(unasked("message-summary", "Messages-Waiting: yes\r\nVoice-Message: 2/1 (0/0)\r\n"));
    phone.response(200);
    let Event::Watched { subscription: None, state: Watched::Messages(summary) } = phone.event() else {
        panic!()
    };
    assert_eq!((summary.waiting, summary.voice().unwrap().new), (true, 2));
    // Without counts.
    phone.receive(unasked("message-summary", "Messages-Waiting: no\r\n"));
    phone.response(200);
    let Event::Watched { state: Watched::Messages(summary), .. } = phone.event() else { panic!() };
    assert_eq!((summary.waiting, summary.voice()), (false, None));
    // Empty, as for a mailbox that nobody knows.
    phone.receive(unasked("message-summary", ""));
    phone.response(200);
    phone.silent();
}

#[test]
fn other_states_that_nobody_asked_for_are_refused() {
    let mut phone = Phone::connected();
    for event in ["dialog", "presence", "talk"] {
        phone.receive(unasked(event, &"x".repeat(event.len())));
        phone.response(481);
    }
    phone.silent();
}

/// A call that rings here, and a NOTIFY in it.
fn remote(allowed: bool, event: &str) -> (Phone, Event) {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, _| agent.allow_remote_control(allowed));
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    assert_eq!(ringing.headers.get(Name::AllowEvents), allowed.then_some("talk, hold"));
    phone.receive(in_their_dialog(&ringing.headers, Method::Notify, 2).with(Name::Event, event));
    let wish = if event == "talk" { RemoteWish::Talk } else { RemoteWish::Hold };
    (phone, Event::RemoteControl { session, wish })
}

#[test]
fn a_telephone_system_may_answer_and_hold_only_where_that_is_allowed() {
    for event in ["talk", "hold"] {
        let (mut phone, told) = remote(true, event);
        phone.response(200);
        assert_eq!(phone.event(), told);
        let (mut phone, _) = remote(false, event);
        phone.response(489);
        phone.silent();
    }
}
