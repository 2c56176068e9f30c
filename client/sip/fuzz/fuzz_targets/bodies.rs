//! Any bytes as a body of each kind: never a panic, and what we print of it reads the same. The first byte says which
//! kind.
#![no_main]

use cordboard_sip::message::header::MediaType;
use cordboard_sip::message::parts;
use cordboard_sip::sdp::{Direction, Sdp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, body)) = bytes.split_first() else { return };
    match which % 2 {
        0 => multipart(body),
        _ => description(&String::from_utf8_lossy(body)),
    }
});

fn multipart(body: &[u8]) {
    if let Ok(media) = MediaType::parse("multipart/mixed;boundary=b")
        && let Ok(parts) = parts(&media, body)
    {
        assert!(parts.iter().map(|part| part.body.len()).sum::<usize>() <= body.len());
    }
}

fn description(text: &str) {
    let Ok(mut sdp) = Sdp::parse(text) else { return };
    read(&sdp);
    assert_eq!(Sdp::parse(&sdp.to_string()).as_ref(), Ok(&sdp));
    sdp.prefer_codecs(&["opus", "PCMA"]);
    for direction in Direction::ALL {
        sdp.set_direction(direction);
        assert!(sdp.audio().is_none_or(|audio| audio.attribute(direction.as_str()).is_some()), "{sdp}");
    }
    assert!(Sdp::parse(&sdp.to_string()).is_ok(), "{sdp}");
    read(&sdp);
}

fn read(sdp: &Sdp) {
    _ = sdp.is_ice_lite();
    for media in sdp.media() {
        _ = (media.kind(), media.port(), media.protocol(), media.formats().count(), media.is_rejected());
        _ = (
            media.codecs(),
            media.direction(),
            media.fingerprint(),
            media.setup(),
            media.has_rtcp_mux(),
            media.mid(),
        );
    }
}
