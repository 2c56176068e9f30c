//! Bodies as JSON: session descriptions in typed form, multipart bodies part by part, the rest as text or bytes.

use std::fmt::Write;

use cordboard_sip::message::header::MediaType;
use cordboard_sip::message::{Headers, parts};
use cordboard_sip::sdp::{Media, Sdp, Setup};
use serde_json::{Map, Value, json};

use crate::headers::{self, media_type};

/// A body by its Content-Type; null if there is none.
pub(crate) fn read(of: &Headers, body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    let mut shown = Map::new();
    shown.insert("length".to_owned(), json!(body.len()));
    let media = of.content_type().ok().flatten();
    shown.insert("type".to_owned(), media.as_ref().map_or(Value::Null, media_type));
    let (kind, content) = content(media.as_ref(), body);
    shown.insert(kind.to_owned(), content);
    Value::Object(shown)
}

fn content(media: Option<&MediaType>, body: &[u8]) -> (&'static str, Value) {
    if let Some(media) = media.filter(|media| media.is_multipart()) {
        return match parts(media, body) {
            Ok(parts) => ("parts", parts.iter().map(|part| read_part(&part.headers, part.body)).collect()),
            Err(problem) => ("problem", json!(problem.to_string())),
        };
    }
    if media.is_some_and(|media| media.is("application/sdp")) {
        return match Sdp::parse(&String::from_utf8_lossy(body)) {
            Ok(sdp) => ("sdp", description(&sdp)),
            Err(problem) => ("problem", json!(problem.to_string())),
        };
    }
    match std::str::from_utf8(body) {
        Ok(text) => ("text", json!(text)),
        Err(_) => ("hex", json!(hex(body))),
    }
}

fn read_part(of: &Headers, body: &[u8]) -> Value {
    let mut shown = read(of, body);
    if let Value::Object(shown) = &mut shown {
        shown.insert("headers".to_owned(), headers::typed(of));
    }
    shown
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String does not fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

fn description(sdp: &Sdp) -> Value {
    json!({ "ice_lite": sdp.is_ice_lite(), "media": sdp.media().map(line).collect::<Vec<_>>() })
}

fn line(media: Media<'_>) -> Value {
    let codec = |codec: &cordboard_sip::sdp::Codec| json!({ "payload": codec.payload, "name": codec.name, "rate": codec.rate });
    let setup = media.setup().map(|setup| match setup {
        Setup::Active => "active",
        Setup::Passive => "passive",
        Setup::ActPass => "actpass",
        Setup::HoldConn => "holdconn",
    });
    json!({
        "kind": media.kind(),
        "port": media.port(),
        "rejected": media.is_rejected(),
        "protocol": media.protocol(),
        "formats": media.formats().collect::<Vec<_>>(),
        "codecs": media.codecs().iter().map(codec).collect::<Vec<_>>(),
        "direction": media.direction().as_str(),
        "fingerprint": media.fingerprint().map(|print| json!({ "hash": print.hash, "value": print.value })),
        "setup": setup,
        "rtcp_mux": media.has_rtcp_mux(),
        "mid": media.mid(),
    })
}
