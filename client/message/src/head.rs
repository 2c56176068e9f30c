//! The head of a message: where it ends, its lines, and its headers (RFC 3261 §7.3).

use std::borrow::Cow;

use crate::Headers;
use crate::ascii::{find_any, find_control};
use crate::refusal::Fault;
use crate::scan::trim;

/// The most header lines that are read.
pub const MAX_HEADERS: usize = 256;

/// The head as text, and where each of its lines begins and ends: unfolded, without line ends.
pub(super) struct Head<'a> {
    text: Cow<'a, str>,
    lines: Vec<(usize, usize)>,
}

impl<'a> Head<'a> {
    /// Parts head and body at the first empty line. A frame without one is all head.
    pub(super) fn split(frame: &'a [u8]) -> (Self, &'a [u8]) {
        let mut lines = Vec::with_capacity(32);
        // Only a part of a multipart body can begin with white space; its lines are made anew as well.
        let mut plain = !matches!(frame, [b' ' | b'\t', ..]);
        let mut start = 0;
        let mut seen = 0;
        while let Some(step) = find_control(frame.get(seen..).unwrap_or_default()) {
            let end = seen + step;
            let rest = frame.get(end..).unwrap_or_default();
            let Some(behind) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) else {
                // A return alone ends no line; it must not reach what we print. A form feed is white space to some
                // readers and none to others, and so is made plain.
                plain &= !matches!(rest, [b'\r' | b'\x0c', ..]);
                seen = end + 1;
                continue;
            };
            lines.push((start, end));
            start = frame.len() - behind.len();
            seen = start;
            if let Some(body) = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")) {
                return (Self::new(frame.get(..end).unwrap_or_default(), lines, plain), body);
            }
            // RFC 3261 §7.3.1: a line that begins with white space goes on with the header before it.
            plain &= !matches!(behind, [b' ' | b'\t', ..]);
        }
        lines.push((start, frame.len()));
        (Self::new(frame, lines, plain), &[])
    }

    fn new(bytes: &'a [u8], lines: Vec<(usize, usize)>, plain: bool) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) if plain => Self { text: Cow::Borrowed(text), lines },
            _ => Self::unfolded(&decoded(bytes)),
        }
    }

    fn unfolded(head: &str) -> Self {
        let mut text = String::with_capacity(head.len());
        let mut lines: Vec<(usize, usize)> = Vec::new();
        for line in head.split('\n') {
            let mut start = text.len();
            if line.starts_with([' ', '\t'])
                && let Some((begun, _)) = lines.pop()
            {
                text.push(' ');
                start = begun;
            }
            text.extend(line.trim_ascii().chars().map(|c| if matches!(c, '\r' | '\x0c') { ' ' } else { c }));
            lines.push((start, text.len()));
        }
        Self { text: Cow::Owned(text), lines }
    }

    /// The line before the headers.
    pub(super) fn first_line(&self) -> &str {
        self.lines.first().map(|line| self.slice(*line)).unwrap_or_default()
    }

    /// The headers from line `first` on. A fault does not end the reading, so that an answer has all it needs.
    pub(super) fn headers(&self, first: usize) -> (Headers, Result<(), Fault>) {
        let mut headers = Headers::with_text(self.text.clone().into_owned(), self.lines.len());
        let mut fault = Ok(());
        for line in self.lines.iter().skip(first) {
            if headers.len() == MAX_HEADERS {
                return (headers, Err(Fault::TooManyHeaders));
            }
            let text = self.slice(*line);
            let colon = find_any(text, [b':']);
            let name = trim(text.get(..colon.unwrap_or_default()).unwrap_or_default());
            let value = colon.and_then(|colon| text.get(colon + 1..)).unwrap_or_default();
            // A name begins its line; white space before it would have been a fold.
            let names = line.0..line.0 + name.len();
            let values = line.1 - value.trim_ascii_start().len()..line.0 + text.trim_ascii_end().len();
            if !headers.add_line(names, values) && !text.is_empty() {
                fault = Err(Fault::HeaderLine);
            }
        }
        (headers, fault)
    }

    fn slice(&self, (start, end): (usize, usize)) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Headers and body of a part of a multipart body; a part without headers begins with an empty line.
pub(super) fn part(bytes: &[u8]) -> (Headers, &[u8]) {
    if let Some(body) = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")) {
        return (Headers::new(), body);
    }
    let (head, body) = Head::split(bytes);
    // Lines that are none are passed over: a part is not answered.
    let (headers, _) = head.headers(0);
    (headers, body)
}

/// UTF-8, or line by line what old gateways send instead: each byte is then a character of Latin-1.
fn decoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 64);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.extend(line.iter().map(|byte| char::from(*byte))),
        }
    }
    text
}
