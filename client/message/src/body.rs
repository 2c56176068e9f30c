//! Bodies of several parts (RFC 2046 §5.1, RFC 5621): read where they stand, to a limited depth.

use crate::Headers;
use crate::head;
use crate::header::MediaType;

/// How deep multiparts may lie in one another.
const MAX_DEPTH: usize = 4;

/// The most parts that are read of one multipart: a list of everybody in the house has one each (RFC 4662).
const MAX_PARTS: usize = 1_000;

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyPart<'a> {
    /// `Content-…` headers of the part.
    pub headers: Headers,
    /// The part's body, byte for byte.
    pub body: &'a [u8],
}

/// Why a multipart body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// The Content-Type is no multipart or has no boundary.
    NoBoundary,
    /// No delimiter with that boundary is in the body.
    NoParts,
    /// More parts than anybody needs.
    TooManyParts,
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoBoundary => "multipart without boundary",
            Self::NoParts => "multipart without parts",
            Self::TooManyParts => "multipart with too many parts",
        })
    }
}

impl std::error::Error for BodyError {}

/// The parts of a multipart body, in order. A missing end delimiter is let pass: the frame ends the body as well.
///
/// # Errors
/// [`BodyError`] says why there are none.
pub fn parts<'a>(media: &MediaType, body: &'a [u8]) -> Result<Vec<BodyPart<'a>>, BodyError> {
    let boundary =
        media.params.get("boundary").filter(|boundary| media.is_multipart() && !boundary.is_empty());
    let delimiter = format!("--{}", boundary.ok_or(BodyError::NoBoundary)?);
    let mut parts = Vec::new();
    let mut rest = next_delimiter(body, delimiter.as_bytes()).ok_or(BodyError::NoParts)?.behind;
    while let Some(inside) = rest {
        if parts.len() == MAX_PARTS {
            return Err(BodyError::TooManyParts);
        }
        let (part, behind) = match next_delimiter(inside, delimiter.as_bytes()) {
            Some(found) => (found.before, found.behind),
            None => (inside, None),
        };
        let (headers, body) = head::part(part);
        parts.push(BodyPart { headers, body });
        rest = behind;
    }
    Ok(parts)
}

/// The first body of type `essence`, looking into multiparts.
pub fn body_within<'a>(headers: &Headers, body: &'a [u8], essence: &str) -> Option<&'a [u8]> {
    find_within(headers, body, essence, MAX_DEPTH)
}

fn find_within<'a>(headers: &Headers, body: &'a [u8], essence: &str, depth: usize) -> Option<&'a [u8]> {
    let media = headers.content_type().ok().flatten()?;
    if media.is(essence) {
        return Some(body);
    }
    let depth = depth.checked_sub(1)?;
    // What cannot be read has no such part; whoever needs it answers 415 or goes without.
    let parts = parts(&media, body).ok()?;
    parts.into_iter().find_map(|part| find_within(&part.headers, part.body, essence, depth))
}

struct Found<'a> {
    before: &'a [u8],
    /// `None` behind the last delimiter, the one with two more dashes.
    behind: Option<&'a [u8]>,
}

/// RFC 2046 §5.1.1: a delimiter begins a line, and the line end before it belongs to it.
fn next_delimiter<'a>(body: &'a [u8], delimiter: &[u8]) -> Option<Found<'a>> {
    let mut start = 0;
    loop {
        let line = body.get(start..)?;
        let len = line.iter().position(|byte| *byte == b'\n').map_or(line.len(), |end| end + 1);
        let line = line.get(..len)?;
        if let Some(tail) = line.strip_prefix(delimiter)
            && let tail = tail.trim_ascii_end()
            && (tail.is_empty() || tail == b"--")
        {
            let before = body.get(..start)?;
            let before = before.strip_suffix(b"\n").unwrap_or(before);
            let before = before.strip_suffix(b"\r").unwrap_or(before);
            return Some(Found {
                before,
                behind: if tail.is_empty() { body.get(start + len..) } else { None },
            });
        }
        if len == 0 {
            return None;
        }
        start += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Name;

    fn media(text: &str) -> MediaType {
        MediaType::parse(text).unwrap()
    }

    const MIXED: &[u8] = b"preamble\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b \r\n\r\n\x00\xff\r\n--b--\r\nepilogue";

    #[test]
    fn parts_are_kept_byte_for_byte() {
        let parts = parts(&media("multipart/mixed;boundary=b"), MIXED).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].body, b"v=0\r\n");
        assert_eq!(parts[0].headers.get(Name::ContentType), Some("application/sdp"));
        assert_eq!(parts[1].body, [0, 255]);
    }

    #[test]
    fn an_offer_is_found_in_the_depth_but_not_in_the_abyss() {
        let mut headers = Headers::new();
        headers.push(Name::ContentType, "multipart/mixed;boundary=b");
        assert_eq!(body_within(&headers, MIXED, "application/sdp"), Some(b"v=0\r\n".as_slice()));
        assert_eq!(body_within(&headers, MIXED, "text/plain"), None);
        let mut body = b"v=0\r\n".to_vec();
        let mut kind = "application/sdp".to_owned();
        for depth in 1..8 {
            body = [
                format!("--{depth}\r\nContent-Type: {kind}\r\n\r\n").as_bytes(),
                &body,
                format!("\r\n--{depth}--").as_bytes(),
            ]
            .concat();
            kind = format!("multipart/mixed;boundary={depth}");
            let mut headers = Headers::new();
            headers.push(Name::ContentType, &kind);
            assert_eq!(
                body_within(&headers, &body, "application/sdp").is_some(),
                depth <= MAX_DEPTH,
                "{depth}"
            );
        }
    }

    #[test]
    fn what_is_no_multipart_is_told() {
        assert_eq!(parts(&media("text/plain;boundary=b"), MIXED), Err(BodyError::NoBoundary));
        assert_eq!(parts(&media("multipart/mixed"), MIXED), Err(BodyError::NoBoundary));
        assert_eq!(parts(&media("multipart/mixed;boundary=c"), MIXED), Err(BodyError::NoParts));
        let many = b"--b\r\n\r\n".repeat(MAX_PARTS + 1);
        assert_eq!(parts(&media("multipart/mixed;boundary=b"), &many), Err(BodyError::TooManyParts));
    }
}
