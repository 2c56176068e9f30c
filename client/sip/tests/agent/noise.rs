//! Whatever arrives and whatever is done, in any order: no panic, and all that is sent can be read (X9).

use std::time::Duration;

use cordboard_sip::message::{Message, Method, Name};
use cordboard_sip::{Event, SessionId};
use proptest::prelude::*;

use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_our_dialog, in_their_dialog, respond, their_ack, their_invite,
};

/// One thing that happens.
#[derive(Clone, Debug)]
enum Turn {
    Noise(Vec<u8>),
    Spoilt { of: usize, at: usize, with: u8 },
    Answer { of: usize, status: u16, sdp: bool, tag: bool },
    Copy { of: usize },
    TheirInvite { number: u8, sdp: bool },
    TheirAck { of: usize, sdp: bool },
    InDialog { of: usize, method: u8, number: u8 },
    Act { act: u8, session: u8 },
    Pass { millis: u32 },
    Connection(bool),
}

fn turn() -> impl Strategy<Value = Turn> {
    let status = prop_oneof![
        Just(100),
        Just(180),
        Just(183),
        Just(200),
        Just(202),
        Just(302),
        Just(401),
        Just(407),
        Just(408),
        Just(423),
        Just(481),
        Just(486),
        Just(487),
        Just(491),
        Just(503),
        Just(603),
        100..700u16
    ];
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Turn::Noise),
        2 => (0..20usize, any::<usize>(), any::<u8>()).prop_map(|(of, at, with)| Turn::Spoilt { of, at, with }),
        8 => (0..8usize, status, any::<bool>(), any::<bool>())
            .prop_map(|(of, status, sdp, tag)| Turn::Answer { of, status, sdp, tag }),
        2 => (0..20usize).prop_map(|of| Turn::Copy { of }),
        3 => (0..4u8, any::<bool>()).prop_map(|(number, sdp)| Turn::TheirInvite { number, sdp }),
        4 => (0..8usize, any::<bool>()).prop_map(|(of, sdp)| Turn::TheirAck { of, sdp }),
        4 => (0..8usize, any::<u8>(), 0..9u8).prop_map(|(of, method, number)| Turn::InDialog { of, method, number }),
        8 => (any::<u8>(), 0..6u8).prop_map(|(act, session)| Turn::Act { act, session }),
        4 => (0..40_000u32).prop_map(|millis| Turn::Pass { millis }),
        1 => any::<bool>().prop_map(Turn::Connection),
    ]
}

/// Everything sent and received so far, the latest first.
struct Tape {
    sent: Vec<Message>,
    received: Vec<Vec<u8>>,
}

impl Tape {
    fn sent(&self, of: usize) -> Option<&Message> {
        self.sent.iter().rev().nth(of)
    }
}

fn take(phone: &mut Phone, tape: &mut Tape, frame: Vec<u8>) {
    phone.receive_bytes(&frame);
    tape.received.push(frame);
}

fn play(phone: &mut Phone, tape: &mut Tape, turn: Turn) {
    match turn {
        Turn::Noise(bytes) => take(phone, tape, bytes),
        Turn::Spoilt { of, at, with } => {
            let Some(mut frame) = tape.received.iter().rev().nth(of).cloned() else { return };
            let len = frame.len().max(1);
            if let Some(byte) = frame.get_mut(at % len) {
                *byte = with;
            }
            take(phone, tape, frame);
        }
        Turn::Copy { of } => {
            if let Some(frame) = tape.received.iter().rev().nth(of).cloned() {
                take(phone, tape, frame);
            }
        }
        Turn::Answer { of, status, sdp, tag } => {
            let Some(Message::Request(request)) = tape.sent(of) else { return };
            let mut response = if status == 200 && sdp && request.method == Method::Invite {
                accept(request, if tag { "theirs" } else { "fork" })
            } else {
                respond(request, status)
            };
            if status == 401 {
                response = response.with(Name::WwwAuthenticate, r#"Digest realm="a", nonce="1", qop="auth""#);
            }
            if status == 302 {
                response = response.with(Name::Contact, format!("<sip:{of}@x.example>"));
            }
            take(phone, tape, response.to_bytes());
        }
        Turn::TheirInvite { number, sdp } => {
            let mut invite = their_invite();
            invite.headers.set(Name::CallId, format!("call-{number}"));
            invite.headers.set(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{number}"));
            if !sdp {
                invite.headers.remove(Name::ContentType);
                invite.body.clear();
            }
            take(phone, tape, invite.to_bytes());
        }
        Turn::TheirAck { of, sdp } => {
            let Some(Message::Response(ok)) = tape.sent(of) else { return };
            let ack = their_ack(ok, if sdp { THEIRS } else { "" });
            take(phone, tape, ack.to_bytes());
        }
        Turn::InDialog { of, method, number } => {
            let methods = [
                Method::Bye,
                Method::Invite,
                Method::Invite,
                Method::Notify,
                Method::Info,
                Method::Cancel,
                Method::Refer,
                Method::Options,
                Method::Update,
                Method::Ack,
            ];
            let method = methods[usize::from(method) % methods.len()].clone();
            let request = match tape.sent(of) {
                Some(Message::Response(ok)) => in_their_dialog(&ok.headers, method, number.into()),
                Some(Message::Request(ours)) => {
                    in_our_dialog(&respond(ours, 200).headers, method, number.into())
                }
                None => return,
            };
            let request = match request.method {
                Method::Notify => request
                    .with(Name::Event, "refer")
                    .with(
                        Name::SubscriptionState,
                        if number % 2 == 0 { "terminated" } else { "active;expires=9" },
                    )
                    .with_body("message/sipfrag", "SIP/2.0 200 OK"),
                Method::Invite => request.with_body("application/sdp", THEIRS),
                _ => request,
            };
            take(phone, tape, request.to_bytes());
        }
        Turn::Act { act, session } => do_act(phone, act, SessionId(session.into())),
        Turn::Pass { millis } => phone.pass(Duration::from_millis(millis.into())),
        Turn::Connection(up) => {
            if up {
                phone.connect()
            } else {
                phone.disconnect()
            }
        }
    }
}

/// What is refused is refused; it must only not do harm.
fn do_act(phone: &mut Phone, act: u8, session: SessionId) {
    phone.act(|agent, now| {
        _ = match act % 13 {
            0 => agent.invite(now, "200", OURS).map(|_| ()),
            1 => agent.ring(now, session),
            2 | 3 => agent.accept(now, session, OURS),
            4 => agent.reject(now, session, 486),
            5 => agent.redirect(now, session, "201"),
            6 => agent.hang_up(now, session),
            7 => agent.reoffer(now, session, OURS),
            8 => agent.answer(now, session, OURS),
            9 => agent.refer(now, session, "202"),
            10 => agent.send_digit_info(now, session, '1'),
            11 => {
                agent.register(now);
                Ok(())
            }
            _ => {
                agent.unregister(now);
                Ok(())
            }
        };
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_in_any_order_does_harm(turns in prop::collection::vec(turn(), 1..60)) {
        let mut phone = Phone::connected();
        let mut tape = Tape { sent: Vec::new(), received: Vec::new() };
        let mut ended = Vec::new();
        for turn in turns {
            play(&mut phone, &mut tape, turn);
            // `Phone` has read every frame that was sent.
            tape.sent.extend(phone.sent.drain(..));
            for event in phone.events.drain(..) {
                if let Event::Ended { session, .. } = event {
                    prop_assert!(!ended.contains(&session), "{session:?} ended twice");
                    ended.push(session);
                }
            }
        }
        // Everything that is open comes to an end by itself, but for what people have to end.
        for session in 0..200 {
            phone.act(|agent, now| _ = agent.hang_up(now, SessionId(session)));
        }
        phone.act(|agent, now| agent.unregister(now));
        phone.disconnect();
        phone.pass(Duration::from_secs(900));
        prop_assert_eq!(phone.agent.poll_timeout(), None);
    }
}
