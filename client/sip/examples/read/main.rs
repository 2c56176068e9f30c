//! Prints as JSON what the user agent understands of one message: `cargo run -p cordboard-sip --example read < MESSAGE`.
//!
//! Every structured header in typed form, the body with its parts, and what a telephone that has just been switched on
//! would answer; for what cannot be read, which header is to blame, and the refusal.

#![allow(clippy::print_stdout, reason = "an example exists to be read on a terminal")]

mod body;
mod headers;

use std::io::{self, Read};
use std::process::ExitCode;

use cordboard_sip::message::{Fault, Frame, Message, Refusal, Request, Response, parse};
use cordboard_sip::{Agent, Instant, Output, Secret, Settings};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut frame = Vec::new();
    if let Err(problem) = io::stdin().read_to_end(&mut frame) {
        eprintln!("standard input cannot be read: {problem}");
        return ExitCode::FAILURE;
    }
    println!("{:#}", understood(&frame));
    ExitCode::SUCCESS
}

/// What is understood of a frame.
fn understood(frame: &[u8]) -> Value {
    match parse(frame) {
        Ok(Frame::Ping) => json!({ "kind": "ping", "answers": ["pong"] }),
        Ok(Frame::Pong) => json!({ "kind": "pong" }),
        Ok(Frame::Message(Message::Request(request))) => self::request(frame, &request),
        Ok(Frame::Message(Message::Response(response))) => self::response(&response),
        Err(refusal) => refused(&refusal),
    }
}

fn request(frame: &[u8], request: &Request) -> Value {
    json!({
        "kind": "request",
        "method": request.method.as_str(),
        "uri": headers::uri(&request.uri),
        "headers": headers::typed(&request.headers),
        "body": body::read(&request.headers, &request.body),
        "answers": answers(frame),
    })
}

fn response(response: &Response) -> Value {
    json!({
        "kind": "response",
        "status": response.status.code(),
        "reason": response.reason,
        "headers": headers::typed(&response.headers),
        "body": body::read(&response.headers, &response.body),
    })
}

fn refused(refusal: &Refusal) -> Value {
    let header = match refusal.fault {
        Fault::Header(error) => Some(error.name.as_str()),
        Fault::MethodMismatch => Some("CSeq"),
        Fault::BodyTruncated => Some("Content-Length"),
        Fault::NotForUs => Some("Via"),
        Fault::NotSip
        | Fault::TooLarge
        | Fault::TooManyHeaders
        | Fault::StartLine
        | Fault::Version
        | Fault::Status
        | Fault::RequestUri(_)
        | Fault::Scheme
        | Fault::HeaderLine => None,
    };
    json!({
        "kind": "refused",
        "problem": refusal.to_string(),
        "header": header,
        // Nothing is said to a response, to an ACK, and to what does not say where an answer would go.
        "answer": refusal.answer("tag").map(|answer| status_line(&answer)),
    })
}

fn status_line(answer: &Response) -> Value {
    json!({ "status": answer.status.code(), "reason": answer.reason })
}

/// What an agent that nobody has touched yet sends when the frame comes in.
fn answers(frame: &[u8]) -> Vec<Value> {
    let now = Instant::from_millis(0);
    let settings = Settings {
        aor: "somebody@invalid".to_owned(),
        display_name: String::new(),
        auth_user: String::new(),
        password: Secret::default(),
        instance: "urn:uuid:00000000-0000-4000-8000-000000000000".to_owned(),
        expires: 600,
        user_agent: String::new(),
        servers: 1,
        line_header: String::new(),
    };
    let mut agent = Agent::new(settings, 0, now);
    agent.handle_connected(now);
    agent.handle_frame(now, frame);
    let mut answers = Vec::new();
    while let Some(output) = agent.poll_output() {
        if let Output::SendFrame(sent) = output {
            answers.extend(first_line(&sent));
        }
    }
    answers
}

/// Status and reason of a response. It is addressed to somebody behind several Vias, perhaps, and so not for our parser.
fn first_line(response: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(response);
    let (status, reason) = text.lines().next()?.strip_prefix("SIP/2.0 ")?.split_once(' ')?;
    Some(json!({ "status": status.parse::<u16>().ok()?, "reason": reason }))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it should be"
)]
mod tests {
    use super::*;

    fn torture(name: &str) -> Value {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../message/tests/data/rfc4475");
        understood(&std::fs::read(format!("{folder}/{name}.dat")).unwrap())
    }

    #[test]
    fn every_torture_message_is_shown_or_refused() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../message/tests/data/rfc4475");
        let mut kinds = std::collections::BTreeMap::<String, u32>::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "dat") {
                let shown = understood(&std::fs::read(&path).unwrap());
                let kind = shown["kind"].as_str().unwrap().to_owned();
                let complete = match kind.as_str() {
                    "request" => !shown["answers"].as_array().unwrap().is_empty(),
                    "response" => shown["status"].is_u64(),
                    _ => shown["problem"].is_string(),
                };
                assert!(complete, "{}: {shown:#}", path.display());
                *kinds.entry(kind).or_default() += 1;
            }
        }
        let counted: Vec<_> = kinds.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
        assert_eq!(counted, [("refused", 20), ("request", 27), ("response", 2)]);
    }

    #[test]
    fn a_header_in_odd_clothes_is_shown_plainly() {
        let shown = torture("wsinv");
        assert_eq!(shown["method"], "INVITE");
        assert_eq!(shown["uri"]["user"], "vivekg");
        assert_eq!(shown["headers"]["Via"][1]["transport"], "TCP");
        assert_eq!(shown["headers"]["To"]["params"]["tag"], "1918181833n");
        assert_eq!(shown["headers"]["CSeq"], json!({ "number": 9, "method": "INVITE" }));
        assert_eq!(shown["headers"]["Contact"][0]["params"]["q"], "0.33");
        assert_eq!(
            shown["headers"]["NewFangledHeader"],
            json!(["newfangled value continued newfangled value"])
        );
        assert_eq!(shown["body"]["sdp"]["media"][0]["kind"], "audio");
    }

    #[test]
    fn the_parts_of_a_body_are_shown_each_as_what_it_is() {
        let shown = torture("mpart01");
        let parts = shown["body"]["parts"].as_array().unwrap();
        assert_eq!((parts.len(), &parts[0]["text"]), (2, &json!("Hello")));
        assert!(parts[1]["hex"].as_str().unwrap().starts_with("30820152"));
    }

    #[test]
    fn a_refusal_names_the_header_and_the_words_that_go_back() {
        let shown = torture("quotbal");
        assert_eq!(shown["header"], "To");
        assert_eq!(shown["answer"]["status"], 400);
        assert!(shown["answer"]["reason"].as_str().unwrap().contains("quote not closed"));
        assert_eq!(torture("bcast")["answer"], Value::Null);
    }

    #[test]
    fn what_reads_well_and_is_refused_all_the_same_shows_the_answer() {
        assert_eq!(torture("bext01")["answers"][0]["status"], 420);
        assert_eq!(torture("intmeth")["answers"][0]["status"], 501);
        // A header that serving it does not need may be broken.
        let date = torture("baddate");
        assert_eq!(date["answers"][0]["status"], 100);
    }

    #[test]
    fn a_broken_header_is_shown_with_its_text_and_what_is_wrong() {
        let shown = understood(
            b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS c;branch=z9hG4bK1\r\nFrom: <sip:d@e>;tag=1\r\nTo: <sip:a@b>\r\n\
            Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nSession-Expires: soon\r\n\r\n",
        );
        let header = &shown["headers"]["Session-Expires"];
        assert_eq!(header["text"], json!(["soon"]));
        assert!(header["problem"].as_str().unwrap().contains("Session-Expires"), "{header}");
    }
}
