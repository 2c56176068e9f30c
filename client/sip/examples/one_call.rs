//! Prints the frames of a call: an account registers with a digest, calls 200, holds, and hangs up.
//!
//! `cargo run -p cordboard-sip --example one_call`. There is no network: the far end is a few lines below, and time
//! is a number.

#![allow(clippy::print_stdout, reason = "an example exists to be read on a terminal")]

use std::time::Duration;

use cordboard_sip::message::{Frame, Message, Method, Name, Request, Response, StatusCode, parse};
use cordboard_sip::{Agent, Event, Instant, Output, Secret, SessionId, Settings};

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
const HOLD: &str =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=sendonly\r\n";

fn main() {
    let mut now = Instant::from_millis(1_700_000_000_000);
    let settings = Settings {
        aor: "front@pbx.example".to_owned(),
        display_name: "Front Desk".to_owned(),
        auth_user: "front".to_owned(),
        password: Secret::new("secret"),
        instance: "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6".to_owned(),
        expires: 600,
        user_agent: "Cordboard".to_owned(),
        servers: 1,
        line_header: String::new(),
    };
    let mut agent = Agent::new(settings, 42, now);
    agent.handle_connected(now);
    agent.register(now);
    drive(&mut agent, now);

    now = now + Duration::from_secs(1);
    let session = match agent.invite(now, "200", OFFER) {
        Ok(session) => session,
        Err(error) => return println!("cannot call: {error:?}"),
    };
    drive(&mut agent, now);
    for act in [hold, hang_up] {
        now = now + Duration::from_secs(2);
        act(&mut agent, now, session);
        drive(&mut agent, now);
    }
}

fn hold(agent: &mut Agent, now: Instant, session: SessionId) {
    if let Err(error) = agent.reoffer(now, session, HOLD) {
        println!("cannot hold: {error:?}");
    }
}

fn hang_up(agent: &mut Agent, now: Instant, session: SessionId) {
    if let Err(error) = agent.hang_up(now, session) {
        println!("cannot hang up: {error:?}");
    }
}

/// Drains the agent, and lets the far end answer until both have nothing more to say.
fn drive(agent: &mut Agent, now: Instant) {
    while let Some(output) = agent.poll_output() {
        match output {
            Output::SendFrame(frame) => {
                for answer in far_end(&frame) {
                    agent.handle_frame(now, &answer);
                }
            }
            Output::Event(event) => print_event(&event),
            Output::DropConnection => println!("== the connection is dead\n"),
        }
    }
}

fn print_event(event: &Event) {
    println!("== {event:?}\n");
}

fn print_frame(arrow: &str, frame: &[u8]) {
    println!("{arrow} {}", String::from_utf8_lossy(frame).replace("\r\n", &format!("\n{arrow} ")));
}

/// A registrar and a telephone in one: asks for a password once, rings, answers everything else with 200.
fn far_end(frame: &[u8]) -> Vec<Vec<u8>> {
    let request = match parse(frame) {
        Ok(Frame::Message(Message::Request(request))) => request,
        Ok(Frame::Ping) => return vec![Frame::PONG.to_vec()],
        Ok(Frame::Message(Message::Response(_)) | Frame::Pong) | Err(_) => return Vec::new(),
    };
    print_frame("-->", frame);
    let answers: Vec<_> = answers(&request).iter().map(Response::to_bytes).collect();
    answers.iter().for_each(|answer| print_frame("<--", answer));
    answers
}

fn answers(request: &Request) -> Vec<Response> {
    let answer = |status| request.respond(status, Some("far"));
    if request.method == Method::Ack {
        return Vec::new();
    }
    if request.method == Method::Register && !request.headers.contains(Name::Authorization) {
        let challenge = r#"Digest realm="pbx.example", nonce="8f2a", qop="auth", algorithm=SHA-256"#;
        return vec![answer(StatusCode::UNAUTHORIZED).with(Name::WwwAuthenticate, challenge)];
    }
    let is_call = request.method == Method::Invite;
    let mut ok = answer(StatusCode::OK);
    if request.method == Method::Register {
        ok.headers.copy_from(&request.headers, Name::Contact);
    }
    if is_call {
        ok.headers.push(Name::Contact, "<sip:200@192.0.2.7;transport=ws>");
        ok = ok.with_body("application/sdp", request.body.clone());
    }
    let rings = is_call && request.headers.to().is_ok_and(|to| to.tag().is_none());
    if rings { vec![answer(StatusCode::RINGING), ok] } else { vec![ok] }
}
