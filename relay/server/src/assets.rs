//! The console's files: read once at start, sent compressed, cached as long as their names allow.
//!
//! A name with a hash in it never changes its content and is cached for ever. Everything else is asked for again each
//! time and mostly answered "not modified". `index.html` is different each time: it carries a fresh nonce.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

mod encoding;
mod load;
mod name;

pub use load::AssetsError;

use crate::headers::policy;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::secret::random_hex;
use encoding::Encoding;

/// What Trunk writes into `index.html` where a nonce belongs.
pub const NONCE_PLACEHOLDER: &str = "{{__TRUNK NONCE__}}";

/// Sent with names that have a hash in them.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Sent with all others: keep, but ask each time.
const ASK_FIRST: &str = "no-cache";

/// The console's files.
pub struct Assets {
    /// The parts of `index.html` around the places of the nonce.
    index: Vec<String>,
    /// By path, with the leading slash.
    files: BTreeMap<String, File>,
}

struct File {
    content_type: &'static str,
    cache_control: &'static str,
    /// The file itself and its compressed siblings.
    forms: BTreeMap<Encoding, Form>,
}

struct Form {
    content: Bytes,
    /// Entity tag: strong, so different for each form (RFC 9110 section 8.8.3).
    tag: HeaderValue,
}

/// Answers every path that is not the relay's own.
pub(crate) async fn serve(
    State(relay): State<Arc<Relay>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let known = match uri.path() {
        "/" | "/index.html" => Known::Index,
        path => match relay.assets.files.get(path) {
            Some(file) => Known::File(file),
            None => return (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response(),
        },
    };
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match known {
        Known::Index => index(&relay.assets.index, &headers),
        Known::File(file) => file.answer(&headers),
    }
}

enum Known<'a> {
    Index,
    File(&'a File),
}

fn index(parts: &[String], asked: &HeaderMap) -> Response {
    // 128 bits, fresh each time, as CSP asks for.
    let nonce = match random_hex::<16>() {
        Ok(nonce) => nonce,
        Err(fault) => return Refusal::internal(&fault).into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, ASK_FIRST.to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy(Some(&nonce))),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    let page = parts.join(&nonce).into_bytes();
    // No sibling can hold a page that is new each time; it is small enough to be compressed while somebody waits.
    let compressed = encoding::is_welcome(Encoding::Gzip, asked).then(|| gzip(&page).ok()).flatten();
    match compressed {
        Some(compressed) => (headers, [(header::CONTENT_ENCODING, "gzip")], compressed).into_response(),
        None => (headers, page).into_response(),
    }
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content)?;
    encoder.finish()
}

impl File {
    fn answer(&self, asked: &HeaderMap) -> Response {
        let Some((encoding, form)) = encoding::best(&self.forms, asked) else {
            return StatusCode::NOT_ACCEPTABLE.into_response();
        };
        let fresh = asked.get_all(header::IF_NONE_MATCH).iter().any(|tags| names_tag(tags, &form.tag));
        let mut response = if fresh {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(form.content.clone()))
        };
        let mut set = |name: HeaderName, value: &'static str| {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        };
        set(header::CACHE_CONTROL, self.cache_control);
        if self.forms.len() > 1 {
            set(header::VARY, "accept-encoding");
        }
        if !fresh {
            set(header::CONTENT_TYPE, self.content_type);
            if let Some(name) = encoding.token() {
                set(header::CONTENT_ENCODING, name);
            }
        }
        response.headers_mut().insert(header::ETAG, form.tag.clone());
        response
    }
}

/// Whether an `If-None-Match` names this tag, by weak comparison (RFC 9110 section 13.1.2).
fn names_tag(asked: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(asked), Ok(tag)) = (asked.to_str(), tag.to_str()) else { return false };
    asked.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}
