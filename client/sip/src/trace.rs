//! What went over the wire, for whoever has to find out why something does not work: every frame with its time and
//! direction, in a ring that forgets the oldest.
//!
//! Frames are kept as they were and lose their secrets on the way out: there is no way to get at one that has not
//! been through [`redact`]. The trace is not saved with the agent; what was restored begins an empty one.

use std::collections::VecDeque;
use std::fmt;

use crate::Instant;
use crate::message::redact;

mod pcap;
mod text;

/// How much is kept: several hundred calls, or some minutes of a thousand watched telephones.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What fits into one datagram (RFC 791 §3.1, RFC 768), which is how a packet capture shows a frame. The rest of a
/// longer one, which no SIP message of any use is, is not kept.
const LONGEST: usize = 65_507;

/// Which way a frame went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the far end.
    Received,
    /// By us.
    Sent,
}

/// One frame, without its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Traced {
    /// When it came, or was handed out to be sent.
    pub at: Instant,
    /// Which way it went.
    pub direction: Direction,
    /// What was in it; of a very long one the beginning.
    pub frame: Vec<u8>,
    /// How long it was, bytes.
    pub length: usize,
}

/// Something that happened on the wire.
#[derive(Clone)]
enum Record {
    Connected(Instant),
    Disconnected(Instant),
    Frame { at: Instant, direction: Direction, start: Box<[u8]>, length: usize },
}

impl Record {
    /// What it costs to keep.
    fn size(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Connected(_) | Self::Disconnected(_) => 0,
                Self::Frame { start, .. } => start.len(),
            }
    }
}

/// The frames of the last while.
#[derive(Clone)]
pub struct Trace {
    records: VecDeque<Record>,
    /// What the records cost, bytes.
    size: usize,
    most: usize,
    /// How many frames had to make room.
    forgotten: u64,
}

impl Default for Trace {
    fn default() -> Self {
        Self { records: VecDeque::new(), size: 0, most: MOST_BYTES, forgotten: 0 }
    }
}

/// Names, numbers and secrets stay out of logs.
impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace({} records, {} bytes)", self.records.len(), self.size)
    }
}

impl Trace {
    /// Every frame that is still kept, oldest first.
    pub fn frames(&self) -> impl Iterator<Item = Traced> {
        self.records.iter().filter_map(|record| match record {
            Record::Frame { at, direction, start, length } => {
                Some(Traced { at: *at, direction: *direction, frame: redact(start), length: *length })
            }
            Record::Connected(_) | Record::Disconnected(_) => None,
        })
    }

    /// How many frames had to make room for newer ones.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The trace to be read by people: each frame below a line with its time (UTC) and direction.
    pub fn to_text(&self) -> String {
        text::write(self)
    }

    /// The trace as a packet capture (`application/vnd.tcpdump.pcap`). See `trace/pcap.rs` for what is in it and why.
    pub fn to_pcap(&self) -> Vec<u8> {
        pcap::write(self)
    }

    pub(crate) fn note_connected(&mut self, now: Instant) {
        self.keep(Record::Connected(now));
    }

    pub(crate) fn note_disconnected(&mut self, now: Instant) {
        self.keep(Record::Disconnected(now));
    }

    pub(crate) fn note_frame(&mut self, now: Instant, direction: Direction, frame: &[u8]) {
        let start = frame.get(..LONGEST).unwrap_or(frame).into();
        self.keep(Record::Frame { at: now, direction, start, length: frame.len() });
    }

    fn keep(&mut self, record: Record) {
        self.size += record.size();
        self.records.push_back(record);
        while self.size > self.most {
            let Some(oldest) = self.records.pop_front() else { break };
            self.size -= oldest.size();
            self.forgotten += u64::from(matches!(oldest, Record::Frame { .. }));
        }
    }
}

/// Frames are people's business: `Debug` shows how long they are and no more.
impl fmt::Debug for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Traced({:?}, {:?}, {} bytes)", self.at, self.direction, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_make_room_and_the_bound_holds() {
        let mut trace = Trace { most: 1000, ..Trace::default() };
        for number in 0..100_u8 {
            trace.note_frame(Instant::from_millis(u64::from(number)), Direction::Sent, &[number; 100]);
            assert!(trace.size <= 1000, "{trace:?}");
        }
        let kept: Vec<_> = trace.frames().map(|traced| traced.at.as_millis()).collect();
        assert_eq!(kept.last(), Some(&99));
        assert!(kept.len() > 4 && kept.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{kept:?}");
        assert_eq!(trace.forgotten(), 100 - kept.len() as u64);
    }

    #[test]
    fn of_a_flood_in_one_frame_only_the_beginning_is_kept() {
        let mut trace = Trace::default();
        trace.note_frame(Instant::from_millis(1), Direction::Received, &vec![b'a'; 10_000_000]);
        let traced = trace.frames().next().unwrap();
        assert_eq!((traced.frame.len(), traced.length), (LONGEST, 10_000_000));
        assert!(trace.size < LONGEST + 200);
    }
}
