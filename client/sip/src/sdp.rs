//! Session descriptions (RFC 8866): just enough to see and steer a call's media (RFC 3264, RFC 8829).
//!
//! The browser makes and reads SDP; this is a view of its lines. What is not touched is printed back as it was.

use std::fmt;
use std::ops::Range;

mod codec;
mod media;
mod parse;
mod repeat;
mod steer;

pub use codec::Codec;
pub use media::{Direction, Fingerprint, Media, Setup};
pub use parse::{SdpError, SdpProblem};
pub(crate) use repeat::{is_repeated, repeated_as_answer, repeated_as_offer};

/// A session description, line by line.
#[derive(Clone, PartialEq, Eq)]
pub struct Sdp {
    lines: Vec<Line>,
    /// Index of each `m=` line, in order.
    media: Vec<usize>,
}

/// One line as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    text: String,
    /// `\r\n`, `\n`, or nothing at the end of the text.
    end: &'static str,
}

impl Sdp {
    /// Reads a session description.
    ///
    /// # Errors
    /// [`SdpError`] names the line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, SdpError> {
        parse::sdp(text)
    }

    /// The media sections in order, rejected ones too: their place counts (RFC 3264 §6).
    pub fn media(&self) -> impl Iterator<Item = Media<'_>> {
        (0..self.media.len()).map(|index| Media { sdp: self, index })
    }

    /// The first audio section that is not rejected.
    pub fn audio(&self) -> Option<Media<'_>> {
        self.media().find(|media| media.kind() == "audio" && !media.is_rejected())
    }

    /// True if the far end answers connectivity checks but makes none (RFC 8839 §5.3).
    pub fn is_ice_lite(&self) -> bool {
        attribute(self.session_lines(), "ice-lite").is_some()
    }

    fn session_lines(&self) -> &[Line] {
        let end = self.media.first().copied().unwrap_or(self.lines.len());
        self.lines.get(..end).unwrap_or_default()
    }

    /// The lines of one media section, its `m=` line first.
    fn section(&self, index: usize) -> Range<usize> {
        let start = self.media.get(index).copied().unwrap_or(self.lines.len());
        let end = self.media.get(index + 1).copied().unwrap_or(self.lines.len());
        start..end
    }

    fn section_lines(&self, index: usize) -> &[Line] {
        self.lines.get(self.section(index)).unwrap_or_default()
    }
}

/// The value of the first `a=name:value` line; empty for `a=name`.
fn attribute<'a>(lines: &'a [Line], name: &str) -> Option<&'a str> {
    attributes(lines, name).next()
}

/// The values of all `a=name:value` lines.
fn attributes<'a>(lines: &'a [Line], name: &str) -> impl Iterator<Item = &'a str> {
    lines.iter().filter_map(move |line| {
        let rest = line.text.strip_prefix("a=")?.strip_prefix(name)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix(':') }
    })
}

impl fmt::Display for Sdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| write!(f, "{}{}", line.text, line.end))
    }
}

/// Addresses and keys are nobody's business in a log: only the shape is shown.
impl fmt::Debug for Sdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = self.media().map(|media| (media.kind().to_owned(), media.direction()));
        f.debug_list().entries(kinds).finish()
    }
}
