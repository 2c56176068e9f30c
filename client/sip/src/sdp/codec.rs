//! Codecs as `m=` and `a=rtpmap` name them (RFC 8866 §6.6, RFC 3551 §6).

/// One format of an audio section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codec {
    /// RTP payload type.
    pub payload: u8,
    /// Encoding name as written, such as `opus`, `G722`, `telephone-event`.
    pub name: String,
    /// Clock rate in Hz. G.722 says 8000, though it is 16000 (RFC 3551 §4.5.2).
    pub rate: u32,
}

/// Payload types that need no rtpmap (RFC 3551 table 4), as far as telephony still meets them.
const STATIC: [(u8, &str, u32); 6] = [
    (0, "PCMU", 8000),
    (3, "GSM", 8000),
    (8, "PCMA", 8000),
    (9, "G722", 8000),
    (13, "CN", 8000),
    (18, "G729", 8000),
];

impl Codec {
    /// True for this encoding name, whatever its case (RFC 8866 §6.6).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Reads the value of `a=rtpmap`: `111 opus/48000/2`.
    pub(super) fn from_rtpmap(value: &str) -> Option<Self> {
        let (payload, encoding) = value.split_once(' ')?;
        let mut words = encoding.trim().split('/');
        Some(Self {
            payload: payload.parse().ok()?,
            name: words.next()?.to_owned(),
            rate: words.next()?.parse().ok()?,
        })
    }

    pub(super) fn from_static(payload: u8) -> Option<Self> {
        let (_, name, rate) = STATIC.into_iter().find(|(number, _, _)| *number == payload)?;
        Some(Self { payload, name: name.to_owned(), rate })
    }
}
