//! The parser as the browser runs it, for `cargo xtask bench`: built as the console is, and timed by the browser's clock.

use std::hint::black_box;

use cordboard_message::header::HeaderError;
use cordboard_message::{Frame, Headers, Message, parse};
use wasm_bindgen::prelude::wasm_bindgen;

/// Everything that handling a call asks for, each read into its type; gives how many values the lists held.
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
    let session = headers.session_expires()?;
    let media = headers.content_type()?;
    let extensions = headers.supported().count() + headers.allow().count();
    black_box((&from, &to, call_id, &cseq, hops, session, &media));
    Ok(vias.len() + contacts.len() + routes.len() + asserted.len() + extensions)
}

fn read(frame: &[u8]) -> Option<usize> {
    match parse(black_box(frame)) {
        Ok(Frame::Message(Message::Request(request))) => read_all(&request.headers).ok(),
        Ok(Frame::Message(Message::Response(_)) | Frame::Ping | Frame::Pong) | Err(_) => None,
    }
}

/// Parses one message again and again for so many milliseconds and gives messages a second; 0 when it is refused.
#[wasm_bindgen]
pub fn cordboard_rate(frame: &[u8], milliseconds: f64) -> f64 {
    if read(frame).is_none() {
        return 0.0;
    }
    let began = js_sys::Date::now();
    let mut messages = 0_u32;
    loop {
        // Asking the time costs more than a message.
        for _ in 0..200 {
            black_box(read(frame));
        }
        messages += 200;
        let passed = js_sys::Date::now() - began;
        if passed >= milliseconds {
            return f64::from(messages) * 1000.0 / passed;
        }
    }
}
