//! What can happen to an agent, in any order: frames of every kind, acts, time, and the connection.
//!
//! The property test draws turns at random; the fuzz target reads them from bytes, and finds those that matter.

use std::time::Duration;

use cordboard_sip::message::{Message, Method, Name, Request};
use cordboard_sip::package::{OwnPresence, Package};
use cordboard_sip::{Event, SessionId, SubscriptionId, SubscriptionState, Urgency};

use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_our_dialog, in_their_dialog, respond, their_ack, their_invite,
};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Turn {
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

impl Turn {
    /// Reads one turn; `None` when the bytes are used up.
    pub(crate) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut next = || {
            let (first, rest) = bytes.split_first()?;
            *bytes = rest;
            Some(*first)
        };
        let place = |byte: u8| usize::from(byte % 20);
        Some(match next()? % 10 {
            0 => {
                let length = usize::from(next()?);
                let noise = bytes.get(..length).unwrap_or(bytes);
                *bytes = bytes.get(length..).unwrap_or_default();
                Self::Noise(noise.to_vec())
            }
            1 => {
                let of = place(next()?);
                let at = usize::from(u16::from_be_bytes([next()?, next()?]));
                Self::Spoilt { of, at, with: next()? }
            }
            2 => {
                let of = place(next()?);
                let status = STATUSES.get(usize::from(next()?)).copied();
                let flags = next()?;
                // The rarer ones by their number.
                let status = status.unwrap_or(100 + u16::from(flags) * 2);
                Self::Answer { of, status, sdp: flags & 1 == 0, tag: flags & 2 == 0 }
            }
            3 => Self::Copy { of: place(next()?) },
            4 => {
                let byte = next()?;
                Self::TheirInvite { number: byte % 4, sdp: byte < 128 }
            }
            5 => {
                let byte = next()?;
                Self::TheirAck { of: place(byte), sdp: byte < 128 }
            }
            6 => Self::InDialog { of: place(next()?), method: next()?, number: next()? % 9 },
            7 => Self::Act { act: next()?, session: next()? % 6 },
            8 => Self::Pass { millis: u32::from(u16::from_be_bytes([next()?, next()?])) },
            _ => Self::Connection(next()? & 1 == 0),
        })
    }
}

/// The responses that mean something to an agent.
pub(crate) const STATUSES: [u16; 17] =
    [100, 180, 183, 200, 202, 302, 401, 407, 408, 412, 423, 481, 486, 487, 491, 503, 603];

/// An agent, and all that it said and heard.
pub(crate) struct Day {
    phone: Phone,
    tape: Tape,
    ended: Vec<SessionId>,
    left: Vec<SubscriptionId>,
}

impl Day {
    /// One that is never saved.
    pub(crate) fn new() -> Self {
        Self::of(Phone::connected().alone())
    }

    /// One that is saved and restored before every turn as well, and compared.
    pub(crate) fn with_twin() -> Self {
        Self::of(Phone::connected())
    }

    fn of(phone: Phone) -> Self {
        Self {
            phone,
            tape: Tape { sent: Vec::new(), received: Vec::new() },
            ended: Vec::new(),
            left: Vec::new(),
        }
    }

    /// One turn. No session and no subscription ends twice; `Phone` has read every frame that was sent.
    pub(crate) fn play(&mut self, turn: Turn) {
        play(&mut self.phone, &mut self.tape, turn);
        self.tape.sent.extend(self.phone.sent.drain(..));
        for event in self.phone.events.drain(..) {
            if let Event::Ended { session, .. } = event {
                assert!(!self.ended.contains(&session), "{session:?} ended twice");
                self.ended.push(session);
            } else if let Event::Subscription { subscription, state } = event {
                assert!(!self.left.contains(&subscription), "{subscription:?} is over");
                if state == SubscriptionState::Ended {
                    self.left.push(subscription);
                }
            }
        }
    }

    /// Everything that is open comes to an end by itself, but for what people have to end.
    pub(crate) fn end(mut self) {
        for session in 0..200 {
            self.phone.act(|agent, now| _ = agent.hang_up(now, SessionId(session)));
        }
        for subscription in 0..200 {
            self.phone.act(|agent, now| agent.unsubscribe(now, SubscriptionId(subscription)));
        }
        self.phone.act(|agent, now| agent.unpublish(now));
        self.phone.act(|agent, now| agent.unregister(now));
        self.phone.disconnect();
        self.phone.pass(Duration::from_secs(900));
        assert_eq!(self.phone.agent.poll_timeout(), None);
    }
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
            if request.headers.contains(Name::Event) {
                response = response
                    .with(Name::Expires, of * 50)
                    .with(Name::MinExpires, of * 1_000)
                    .with(Name::SipETag, of);
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
                Method::Notify if watches(tape.sent(of)) => told(request, number),
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

fn watches(sent: Option<&Message>) -> bool {
    matches!(sent, Some(Message::Request(request)) if request.method == Method::Subscribe)
}

/// A NOTIFY with one of many things to tell.
fn told(notify: Request, number: u8) -> Request {
    let states = [
        "active",
        "active;expires=30",
        "pending;expires=0",
        "terminated;reason=timeout",
        "terminated;reason=probation;retry-after=5",
        "terminated;reason=noresource",
        "terminated;reason=invariant",
    ];
    let state = states[usize::from(number) % states.len()];
    let kind = if number.is_multiple_of(2) { "partial" } else { "full" };
    let body = format!(
        "<dialog-info version='{number}' state='{kind}'><dialog id='{number}'><state>early</state></dialog></dialog-info>"
    );
    notify
        .with(Name::Event, "dialog")
        .with(Name::SubscriptionState, state)
        .with_body("application/dialog-info+xml", body)
}

/// What is refused is refused; it must only not do harm.
fn do_act(phone: &mut Phone, act: u8, session: SessionId) {
    phone.act(|agent, now| {
        let subscription = SubscriptionId(session.0);
        match act % 20 {
            0 => _ = agent.invite(now, "200", OURS),
            1 => _ = agent.ring(now, session),
            2 | 3 => _ = agent.accept(now, session, OURS),
            4 => _ = agent.reject(now, session, 486),
            5 => _ = agent.redirect(now, session, "201"),
            6 => _ = agent.hang_up(now, session),
            7 => _ = agent.reoffer(now, session, OURS),
            8 => _ = agent.answer(now, session, OURS),
            9 => _ = agent.refer(now, session, "202"),
            10 => _ = agent.send_digit_info(now, session, '1'),
            11 => agent.register(now),
            12 => _ = agent.subscribe(now, Package::Dialog, "200", Urgency::Visible),
            13 => _ = agent.subscribe(now, Package::Dialog, "201", Urgency::Later),
            14 => agent.unsubscribe(now, subscription),
            15 => agent.resubscribe(now, subscription),
            16 => agent.set_urgency(subscription, Urgency::Visible),
            17 => agent.publish(now, OwnPresence::Away),
            18 => agent.unpublish(now),
            _ => agent.unregister(now),
        }
    });
}
