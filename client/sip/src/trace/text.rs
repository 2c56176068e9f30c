//! A trace as people read it.

use std::fmt::Write;

use super::{Direction, Record, Trace};
use crate::message::{Frame, redact};

pub(super) fn write(trace: &Trace) -> String {
    let mut out = String::from(
        "SIP trace. Times are UTC. Digests, passwords, media keys and dialled digits are struck out with x.\n",
    );
    // Writing into a String does not fail.
    if trace.forgotten > 0 {
        _ = writeln!(out, "{} older frames are no longer kept.", trace.forgotten);
    }
    for record in &trace.records {
        match record {
            Record::Connected(at) => _ = writeln!(out, "\n---- {} connected", at.utc()),
            Record::Disconnected(at) => _ = writeln!(out, "\n---- {} disconnected", at.utc()),
            Record::Frame { at, direction, start, length } => {
                let did = match direction {
                    Direction::Received => "received",
                    Direction::Sent => "sent",
                };
                _ = write!(out, "\n---- {} {did} ", at.utc());
                write_frame(&mut out, start, *length);
            }
        }
    }
    out
}

fn write_frame(out: &mut String, start: &[u8], length: usize) {
    match start {
        Frame::PING => out.push_str("ping\n"),
        Frame::PONG => out.push_str("pong\n"),
        _ => {
            _ = write!(out, "{length} bytes");
            if start.len() < length {
                _ = write!(out, ", of which the first {}", start.len());
            }
            out.push('\n');
            let text = redact(start);
            let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
            // What strangers sent is going to be shown on terminals, which obey control characters.
            let is_obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
            out.extend(text.trim_end().chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }));
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Instant;

    use super::*;

    #[test]
    fn a_reader_sees_when_what_went_which_way() {
        let mut trace = Trace::default();
        let now = Instant::from_millis(1_700_000_000_000);
        trace.note_connected(now);
        trace.note_frame(now, Direction::Sent, b"OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n");
        trace.note_frame(now, Direction::Received, b"\r\n");
        trace.note_frame(now, Direction::Received, b"\x1b[2J\xff");
        trace.note_disconnected(now);
        let text = trace.to_text();
        let at = "---- 2023-11-14 22:13:20.000";
        assert_eq!(
            text.split_once('\n').unwrap().1,
            format!(
                "\n{at} connected\n\n{at} sent 42 bytes\nOPTIONS sip:a SIP/2.0\nCSeq: 1 OPTIONS\n\n{at} received pong\n\
                \n{at} received 5 bytes\n\u{fffd}[2J\u{fffd}\n\n{at} disconnected\n"
            )
        );
    }
}
