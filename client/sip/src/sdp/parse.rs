//! Takes a session description apart into lines, and checks what the rest of this module relies on.

use std::fmt;

use super::{Line, Sdp};

/// The longest description that is read, lines.
const MAX_LINES: usize = 2000;

/// A session description that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SdpError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: SdpProblem,
}

/// What is wrong with a line of a session description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdpProblem {
    /// The first line is not `v=0`.
    NoVersion,
    /// Not `x=…` with one letter in front.
    NotALine,
    /// An `m=` line without kind, port, protocol or format, or whose port is no number.
    BadMedia,
    /// More lines than any call needs.
    TooLong,
}

impl fmt::Display for SdpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            SdpProblem::NoVersion => "does not begin with v=0",
            SdpProblem::NotALine => "is no SDP line",
            SdpProblem::BadMedia => "is no media line",
            SdpProblem::TooLong => "is one too many",
        };
        write!(f, "SDP line {} {what}", self.line)
    }
}

impl std::error::Error for SdpError {}

pub(super) fn sdp(text: &str) -> Result<Sdp, SdpError> {
    let mut sdp = Sdp { lines: Vec::new(), media: Vec::new() };
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let fail = |problem| SdpError { line: index + 1, problem };
        let line = split_end(line);
        if index == MAX_LINES {
            return Err(fail(SdpProblem::TooLong));
        }
        if index == 0 && line.text.trim_end() != "v=0" {
            return Err(fail(SdpProblem::NoVersion));
        }
        if let Some(media) = line.text.strip_prefix("m=") {
            if !is_media(media) {
                return Err(fail(SdpProblem::BadMedia));
            }
            sdp.media.push(index);
        } else if !is_line(&line.text) {
            return Err(fail(SdpProblem::NotALine));
        }
        sdp.lines.push(line);
    }
    if sdp.lines.is_empty() { Err(SdpError { line: 1, problem: SdpProblem::NoVersion }) } else { Ok(sdp) }
}

fn split_end(line: &str) -> Line {
    let (text, end) = match (line.strip_suffix("\r\n"), line.strip_suffix('\n')) {
        (Some(text), _) => (text, "\r\n"),
        (None, Some(text)) => (text, "\n"),
        (None, None) => (line, ""),
    };
    Line { text: text.to_owned(), end }
}

/// RFC 8866 §5: one letter and `=`. Empty lines at the end are common and mean nothing.
fn is_line(text: &str) -> bool {
    let mut bytes = text.bytes();
    match (bytes.next(), bytes.next()) {
        (None, _) => true,
        (Some(letter), Some(b'=')) => letter.is_ascii_lowercase(),
        (Some(_), _) => false,
    }
}

/// `audio 9 UDP/TLS/RTP/SAVPF 111 0`; the port may be `9/2`.
fn is_media(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let (kind, port, protocol, format) = (words.next(), words.next(), words.next(), words.next());
    let port_ok =
        port.and_then(|port| port.split('/').next()).is_some_and(|port| port.parse::<u16>().is_ok());
    kind.is_some() && port_ok && protocol.is_some() && format.is_some()
}
