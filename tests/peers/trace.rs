//! The trace of the SIP user agent, read by a tool that everybody uses.

use std::fs;

use cordboard_sip::message::{Frame, Message, Method, Name, Request, Response, StatusCode, parse};
use cordboard_sip::{Agent, Instant, Output, Secret, Settings};
use cordboard_tests::{Failed, Stage, Told, story};
use tokio::process::Command;

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\na=ice-pwd:0123456789abcdef\r\n";

/// Half past ten at night on the 14th of November 2023, and a bit.
const BEGAN: u64 = 1_700_000_000_123;

#[test]
fn wireshark_reads_every_message_of_a_trace_as_sip() -> Told {
    story(async |stage| {
        let agent = a_day().ok_or_else(|| Failed::new("the call could not be made"))?;
        let file = stage.folder().join("trace.pcap");
        fs::write(&file, agent.trace().to_pcap()).map_err(|problem| Failed::new(problem.to_string()))?;

        let fields =
            ["frame.time_epoch", "ip.src", "sip.Method", "sip.Status-Code", "sip.r-uri", "sdp.media"];
        let rows = tshark(stage, "sip", &fields).await?;
        assert_eq!(
            rows,
            [
                "1700000000.123000000,192.0.2.1,REGISTER,,sip:pbx.example,",
                "1700000000.123000000,192.0.2.2,,401,,",
                "1700000000.123000000,192.0.2.1,REGISTER,,sip:pbx.example,",
                "1700000000.123000000,192.0.2.2,,200,,",
                "1700000000.123000000,192.0.2.1,INVITE,,sip:200@pbx.example,audio 4000 RTP/AVP 8",
                "1700000000.123000000,192.0.2.2,,180,,",
                "1700000000.123000000,192.0.2.2,,200,,audio 4000 RTP/AVP 8",
                "1700000000.123000000,192.0.2.1,ACK,,sip:200@192.0.2.7;transport=ws,",
                "1700000000.123000000,192.0.2.1,BYE,,sip:200@192.0.2.7;transport=ws,",
                "1700000000.123000000,192.0.2.2,,200,,",
            ]
        );
        let digests = tshark(stage, "sip.auth.digest.response", &["sip.auth.digest.response"]).await?;
        // In the second REGISTER, the INVITE and the BYE.
        assert_eq!(digests, vec![format!("\"{}\"", "x".repeat(64)); digests.len()]);
        assert!(!digests.is_empty());
        // What a tool finds fault with: checksums, lengths, malformed messages.
        let faults =
            tshark(stage, "_ws.malformed or _ws.expert.severity >= 0x600000", &["frame.number"]).await?;
        assert!(faults.is_empty(), "{faults:?}");
        Ok(())
    })
}

/// What tshark finds in the trace, one row a packet.
async fn tshark(stage: &Stage, filter: &str, fields: &[&str]) -> Result<Vec<String>, Failed> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(stage.folder().join("trace.pcap"));
    // Checksums are looked at, which they are not by default.
    command.args(["-o", "ip.check_checksum:TRUE", "-Y", filter, "-T", "fields", "-E", "separator=,"]);
    command.args(fields.iter().flat_map(|field| ["-e", field]));
    let output = command.output().await.map_err(|problem| Failed::new(format!("tshark: {problem}")))?;
    if !output.status.success() {
        return Err(Failed::new(format!("tshark: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// An agent that registers, calls 200 and hangs up.
fn a_day() -> Option<Agent> {
    let now = Instant::from_millis(BEGAN);
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
    settle(&mut agent, now);
    let session = agent.invite(now, "200", OFFER).ok()?;
    settle(&mut agent, now);
    agent.hang_up(now, session).ok()?;
    settle(&mut agent, now);
    Some(agent)
}

fn settle(agent: &mut Agent, now: Instant) {
    while let Some(output) = agent.poll_output() {
        if let Output::SendFrame(frame) = output {
            far_end(&frame).iter().for_each(|answer| agent.handle_frame(now, answer));
        }
    }
}

/// A registrar that asks for a password once, and a telephone that rings and answers.
fn far_end(frame: &[u8]) -> Vec<Vec<u8>> {
    let request = match parse(frame) {
        Ok(Frame::Message(Message::Request(request))) => request,
        Ok(Frame::Ping) => return vec![Frame::PONG.to_vec()],
        Ok(Frame::Message(Message::Response(_)) | Frame::Pong) | Err(_) => return Vec::new(),
    };
    answers(&request).iter().map(Response::to_bytes).collect()
}

fn answers(request: &Request) -> Vec<Response> {
    let answer = |status| request.respond(status, Some("far"));
    if request.method == Method::Ack {
        Vec::new()
    } else if request.method == Method::Register && !request.headers.contains(Name::Authorization) {
        let challenge = r#"Digest realm="pbx.example", nonce="8f2a", qop="auth", algorithm=SHA-256"#;
        vec![answer(StatusCode::UNAUTHORIZED).with(Name::WwwAuthenticate, challenge)]
    } else if request.method == Method::Invite {
        let ok = answer(StatusCode::OK).with(Name::Contact, "<sip:200@192.0.2.7;transport=ws>");
        vec![answer(StatusCode::RINGING), ok.with_body("application/sdp", request.body.clone())]
    } else {
        let mut ok = answer(StatusCode::OK);
        ok.headers.copy_from(&request.headers, Name::Contact);
        vec![ok]
    }
}
