//! How many messages a second this machine parses, with every header a call needs read into its type.
//!
//! `cargo run --release -p cordboard-message --example parse_rate`

#![allow(clippy::print_stdout, reason = "the figure is what this program is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use cordboard_message::header::HeaderError;
use cordboard_message::{Frame, Headers, Message, parse};

/// An INVITE as an exchange sends it to a browser.
const INVITE: &str = include_str!("../tests/data/invite.sip");

/// Everything that handling a call asks for.
fn read_all(headers: &Headers) -> Result<usize, HeaderError> {
    let vias = headers.vias()?;
    let from = headers.from()?;
    let to = headers.to()?;
    let call_id = headers.call_id()?;
    let cseq = headers.cseq()?;
    let contacts = headers.contacts()?;
    let routes = headers.record_routes()?;
    let hops = headers.max_forwards()?;
    let asserted = headers.p_asserted_identity()?;
    let history = headers.history_info()?;
    let diversion = headers.diversion()?;
    let session = headers.session_expires()?;
    let media = headers.content_type()?;
    let extensions = headers.supported().count() + headers.allow().count() + headers.require().count();
    black_box((&from, &to, call_id, &cseq, hops, session, &media));
    Ok(vias.len()
        + contacts.len()
        + routes.len()
        + asserted.len()
        + history.len()
        + diversion.len()
        + extensions)
}

fn read(frame: &[u8]) -> Option<usize> {
    match parse(black_box(frame)) {
        Ok(Frame::Message(Message::Request(request))) => read_all(&request.headers).ok(),
        Ok(Frame::Message(Message::Response(_)) | Frame::Ping | Frame::Pong) | Err(_) => None,
    }
}

fn main() {
    let frame = INVITE.replace('\n', "\r\n").into_bytes();
    let Some(values) = read(&frame) else {
        println!("the sample message was refused");
        return;
    };
    let start = Instant::now();
    let mut messages = 0_u32;
    while start.elapsed() < Duration::from_secs(2) {
        for _ in 0..1000 {
            black_box(read(&frame));
        }
        messages += 1000;
    }
    let rate = f64::from(messages) / start.elapsed().as_secs_f64();
    println!("{rate:.0} messages/s ({} bytes, {values} listed values each)", frame.len());
}
