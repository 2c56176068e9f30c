//! Any bytes as a frame: never a panic, and what is read prints as something that reads the same.
#![no_main]

use cordboard_sip::message::{Frame, Message, parse, redact};
use cordboard_sip::sdp::Sdp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| {
    assert_eq!(redact(frame).len(), frame.len());
    match parse(frame) {
        Ok(Frame::Message(message)) => {
            read_some(&message);
            let printed = message.to_bytes();
            // Content-Length may lengthen a frame beyond the limit.
            if printed.len() <= cordboard_sip::message::MAX_SIZE {
                assert_eq!(parse(&printed), Ok(Frame::Message(message)));
            }
        }
        Ok(Frame::Ping | Frame::Pong) => {}
        Err(refusal) => _ = refusal.answer("tag").map(|answer| answer.to_bytes()),
    }
});

fn read_some(message: &Message) {
    let headers = message.headers();
    _ = (headers.contacts(), headers.record_routes(), headers.history_info(), headers.replaces(), headers.event());
    _ = (headers.www_authenticate(), headers.subscription_state(), headers.session_expires(), headers.reasons());
    if let Ok(mut sdp) = Sdp::parse(&String::from_utf8_lossy(message.body())) {
        sdp.prefer_codecs(&["opus", "PCMA"]);
        _ = sdp.to_string();
    }
}
