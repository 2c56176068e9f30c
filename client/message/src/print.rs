//! Messages as they are sent: exact bytes, canonical names, one header a line, Content-Length always right.

use crate::{Headers, Name, Request, Response};

pub(super) fn request(request: &Request) -> Vec<u8> {
    let mut out = start(request.headers.len(), request.body.len());
    for piece in [request.method.as_str(), " ", request.uri.as_str(), " SIP/2.0\r\n"] {
        out.extend_from_slice(piece.as_bytes());
    }
    rest(out, &request.headers, &request.body)
}

pub(super) fn response(response: &Response) -> Vec<u8> {
    let mut out = start(response.headers.len(), response.body.len());
    // RFC 3261 §7.2: the space stands there even if no words follow.
    for piece in ["SIP/2.0 ", response.status.to_string().as_str(), " "] {
        out.extend_from_slice(piece.as_bytes());
    }
    out.extend(response.reason.bytes().map(|b| if matches!(b, b'\r' | b'\n') { b' ' } else { b }));
    out.extend_from_slice(b"\r\n");
    rest(out, &response.headers, &response.body)
}

fn start(headers: usize, body: usize) -> Vec<u8> {
    Vec::with_capacity(128 + headers * 64 + body)
}

fn rest(mut out: Vec<u8>, headers: &Headers, body: &[u8]) -> Vec<u8> {
    for (name, value) in headers.iter().filter(|(name, _)| *name != Name::ContentLength) {
        for piece in [name.as_str(), ": ", value, "\r\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
    }
    for piece in ["Content-Length: ", body.len().to_string().as_str(), "\r\n\r\n"] {
        out.extend_from_slice(piece.as_bytes());
    }
    out.extend_from_slice(body);
    out
}
