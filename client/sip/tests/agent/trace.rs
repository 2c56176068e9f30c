//! What the trace of an agent shows, and what it never shows (S16).

use cordboard_sip::message::{Frame, Message, Method, Name, parse};
use cordboard_sip::trace::Direction;

use crate::far_end::{OURS, Phone, accept, grant, respond, seconds};

/// Registers with a password and calls 200, which answers; then the connection is lost.
fn registered_and_in_call() -> Phone {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    let challenge = r#"Digest realm="pbx.example", nonce="8f2a", qop="auth", algorithm=SHA-256"#;
    phone.receive(respond(&register, 401).with(Name::WwwAuthenticate, challenge));
    let register = phone.request(Method::Register);
    phone.receive(grant(&register, 600));
    phone.pass(seconds(3));
    let sdp = format!("{OURS}a=ice-pwd:0123456789abcdef\r\n");
    phone.act(|agent, now| agent.invite(now, "200", &sdp)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(accept(&invite, "theirs"));
    phone.request(Method::Ack);
    phone.disconnect();
    phone
}

fn digest_response(phone: &Phone) -> String {
    let requests = phone.agent.trace().frames().filter_map(|traced| match parse(&traced.frame) {
        Ok(Frame::Message(Message::Request(request))) => Some(request),
        _ => None,
    });
    let mut signed = requests.filter_map(|request| {
        let credentials = request.headers.get(Name::Authorization)?.to_owned();
        Some(credentials.split_once("response=\"")?.1.split('"').next()?.to_owned())
    });
    signed.next().unwrap()
}

#[test]
fn every_frame_is_there_in_order_with_its_time_and_direction() {
    let phone = registered_and_in_call();
    let mut seen = Vec::new();
    for traced in phone.agent.trace().frames() {
        let what = match parse(&traced.frame).unwrap() {
            Frame::Message(Message::Request(request)) => request.method.to_string(),
            Frame::Message(Message::Response(response)) => response.status.code().to_string(),
            Frame::Ping => "ping".to_owned(),
            Frame::Pong => "pong".to_owned(),
        };
        let after = traced.at.as_millis() - 1_700_000_000_000;
        seen.push(format!(
            "{after} {} {what}",
            if traced.direction == Direction::Sent { "->" } else { "<-" }
        ));
    }
    let calls: Vec<_> = seen.iter().map(String::as_str).filter(|line| !line.contains('p')).collect();
    assert_eq!(
        calls,
        [
            "0 -> REGISTER",
            "0 <- 401",
            "0 -> REGISTER",
            "0 <- 200",
            "3000 -> INVITE",
            "3000 <- 200",
            "3000 -> ACK",
        ]
    );
    assert!(seen.iter().any(|line| line.ends_with("-> ping")), "{seen:?}");
    assert!(seen.iter().any(|line| line.ends_with("<- pong")), "{seen:?}");
    let text = phone.agent.trace().to_text();
    assert!(
        text.contains("22:13:20.000 connected\n") && text.contains("22:13:23.000 disconnected\n"),
        "{text}"
    );
}

#[test]
fn secrets_are_in_neither_export_and_all_lengths_stay_true() {
    let phone = registered_and_in_call();
    let response = digest_response(&phone);
    assert_eq!(response, "x".repeat(64));
    let trace = phone.agent.trace();
    let text = trace.to_text();
    let pcap = String::from_utf8_lossy(&trace.to_pcap()).into_owned();
    for export in [&text, &pcap] {
        assert!(export.contains("Authorization: Digest username=\"front\""), "{export}");
        assert!(export.contains("a=ice-pwd:xxxxxxxxxxxxxxxx"), "{export}");
        assert!(!export.contains("0123456789abcdef"), "{export}");
    }
    // Content-Length is believed when a message is read.
    for traced in trace.frames() {
        assert!(parse(&traced.frame).is_ok());
        assert_eq!(traced.frame.len(), traced.length);
    }
}

#[test]
fn what_could_not_be_sent_is_not_said_to_have_been() {
    let mut phone = Phone::new();
    phone.act(|agent, now| agent.register(now));
    assert_eq!(phone.agent.trace().frames().count(), 0);
}

#[test]
fn what_nobody_can_read_is_shown_too() {
    let mut phone = Phone::connected();
    phone.receive_bytes(b"INVITE garbage");
    let trace = phone.agent.trace();
    assert!(trace.frames().any(|traced| traced.frame == b"INVITE garbage"));
}
