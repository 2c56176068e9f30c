//! Any bytes as a frame: never a panic, what is read prints as something that reads the same, and redacting keeps all
//! lengths.
#![no_main]

use cordboard_sip::message::{Frame, MAX_SIZE, Message, Name, parse, redact};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| {
    let redacted = redact(frame);
    assert_eq!(redacted.len(), frame.len());
    assert_eq!(redact(&redacted), redacted, "twice redacted is not redacted");
    match parse(frame) {
        Ok(Frame::Message(message)) => {
            let printed = message.to_bytes();
            // Content-Length may lengthen a frame beyond the limit.
            if printed.len() <= MAX_SIZE {
                assert_eq!(parse(&printed), Ok(Frame::Message(message.clone())));
            }
            read_headers(&message);
            answer(message);
        }
        Ok(Frame::Ping | Frame::Pong) => {}
        Err(refusal) => _ = refusal.answer("tag").map(|answer| answer.to_bytes()),
    }
});

/// Every header in typed form; only that it comes back counts.
fn read_headers(message: &Message) {
    let headers = message.headers();
    _ = (
        headers.vias(),
        headers.from(),
        headers.to(),
        headers.call_id(),
        headers.cseq(),
        headers.max_forwards(),
    );
    _ = (
        headers.contacts(),
        headers.routes(),
        headers.record_routes(),
        headers.paths(),
        headers.service_routes(),
    );
    _ = (
        headers.expires(),
        headers.min_expires(),
        headers.retry_after(),
        headers.flow_timer(),
        headers.min_se(),
    );
    _ = (headers.session_expires(), headers.rseq(), headers.rack(), headers.replaces(), headers.event());
    _ = (headers.www_authenticate(), headers.proxy_authenticate(), headers.subscription_state());
    _ = (
        headers.refer_to(),
        headers.referred_by(),
        headers.refer_sub(),
        headers.reasons(),
        headers.content_type(),
    );
    _ = (
        headers.p_asserted_identity(),
        headers.remote_party_id(),
        headers.diversion(),
        headers.history_info(),
    );
    _ = (headers.p_called_party_id(), headers.privacy("id"), headers.alert_info(), headers.call_info());
    _ = headers.supported().count() + headers.require().count() + headers.allow().count();
}

/// A request can be answered, and the answer reads unless it is for somebody behind us.
fn answer(message: Message) {
    let Message::Request(request) = message else { return };
    let answer = request.respond(cordboard_sip::message::StatusCode::OK, Some("tag"));
    let printed = answer.to_bytes();
    if answer.headers.vias().is_ok_and(|vias| vias.len() == 1) && printed.len() <= MAX_SIZE {
        assert!(parse(&printed).is_ok(), "{}", String::from_utf8_lossy(&printed));
        assert!(answer.headers.contains(Name::Via));
    }
}
