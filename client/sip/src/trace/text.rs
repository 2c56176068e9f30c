//! A trace as people read it.

use std::fmt::Write;

use super::{Direction, Record, Trace};
use crate::Instant;
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
            Record::Connected(at) => _ = writeln!(out, "\n---- {} connected", stamp(*at)),
            Record::Disconnected(at) => _ = writeln!(out, "\n---- {} disconnected", stamp(*at)),
            Record::Frame { at, direction, start, length } => {
                let did = match direction {
                    Direction::Received => "received",
                    Direction::Sent => "sent",
                };
                _ = write!(out, "\n---- {} {did} ", stamp(*at));
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

/// `2026-11-22 03:11:24.000`
fn stamp(at: Instant) -> String {
    let millis = at.as_millis();
    let (year, month, day) = date(millis / 86_400_000);
    let of_day = millis % 86_400_000;
    let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (second, milli) = (of_day / 1000 % 60, of_day % 1000);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}")
}

/// Year, month and day of so many days after the first of January 1970.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from the first of March of the year 0, leap days come last in their year; 400 years are one period.
    let days = days.saturating_add(719_468);
    let (period, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on repeat their lengths every five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    (year + 400 * period, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_a_calendar() {
        // Figures by `date --utc --date=@…`.
        for (seconds, shown) in [
            (0, "1970-01-01 00:00:00.000"),
            (951_782_399, "2000-02-28 23:59:59.000"),
            (951_782_400, "2000-02-29 00:00:00.000"),
            (1_709_251_199, "2024-02-29 23:59:59.000"),
            (1_735_689_599, "2024-12-31 23:59:59.000"),
            (4_107_542_400, "2100-03-01 00:00:00.000"),
        ] {
            assert_eq!(stamp(Instant::from_millis(seconds * 1000)), shown);
        }
        assert_eq!(stamp(Instant::from_millis(1_700_000_000_123)), "2023-11-14 22:13:20.123");
    }

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
