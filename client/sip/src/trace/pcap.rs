//! A trace as a packet capture that tcpdump, Wireshark and the like read.
//!
//! A browser knows neither addresses nor segments, so the packets are made up: each frame is one UDP datagram over
//! IPv4 between port 5060 of two addresses that are nobody's (RFC 5737). That is what every tool that knows SIP takes
//! for SIP without being told, and a datagram is one message, as a frame is. TCP would need numbers, acknowledgements
//! and reassembly to say the same; the WebSocket's own framing is gone before a trace sees a frame; and Wireshark's
//! exported PDUs (link type 252) are read by nothing else. Struck out secrets keep their length, so that
//! Content-Length, which tools believe, stays true.

use super::{Direction, Trace, Traced};

/// Bare IP packets: no link layer to make up (`LINKTYPE_RAW`).
const RAW_IP: u32 = 101;
/// Microseconds, in the byte order of this file.
const MAGIC: u32 = 0xa1b2_c3d4;
const IP_HEADER: usize = 20;
const UDP_HEADER: usize = 8;
const UDP: u8 = 17;
const SIP_PORT: u16 = 5060;
const US: [u8; 4] = [192, 0, 2, 1];
const THEM: [u8; 4] = [192, 0, 2, 2];

pub(super) fn write(trace: &Trace) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(MAGIC.to_le_bytes());
    // Version 2.4.
    out.extend(2_u16.to_le_bytes());
    out.extend(4_u16.to_le_bytes());
    // Time zone and accuracy, which nobody uses.
    out.extend([0; 8]);
    out.extend(u32::from(u16::MAX).to_le_bytes());
    out.extend(RAW_IP.to_le_bytes());
    let mut number = 0_u16;
    for traced in trace.frames() {
        number = number.wrapping_add(1);
        write_packet(&mut out, number, &traced);
    }
    out
}

fn write_packet(out: &mut Vec<u8>, number: u16, traced: &Traced) {
    let millis = traced.at.as_millis();
    // The format ends in 2106.
    let seconds = u32::try_from(millis / 1000).unwrap_or(u32::MAX);
    let micros = u32::try_from(millis % 1000).unwrap_or_default() * 1000;
    // A frame of the trace is no longer than a datagram can be.
    let datagram = u16::try_from(UDP_HEADER + traced.frame.len()).unwrap_or(u16::MAX);
    let packet = u16::try_from(IP_HEADER + UDP_HEADER + traced.frame.len()).unwrap_or(u16::MAX);
    out.extend(seconds.to_le_bytes());
    out.extend(micros.to_le_bytes());
    // What is here, and what was on the wire.
    out.extend(u32::from(packet).to_le_bytes());
    out.extend(u32::from(packet).to_le_bytes());

    let (from, to) = match traced.direction {
        Direction::Sent => (US, THEM),
        Direction::Received => (THEM, US),
    };
    out.extend(ip_header(packet, number, from, to));
    out.extend(SIP_PORT.to_be_bytes());
    out.extend(SIP_PORT.to_be_bytes());
    out.extend(datagram.to_be_bytes());
    // No checksum (RFC 768).
    out.extend([0, 0]);
    out.extend(&traced.frame);
}

/// RFC 791 §3.1
fn ip_header(packet: u16, number: u16, from: [u8; 4], to: [u8; 4]) -> [u8; IP_HEADER] {
    let [packet_high, packet_low] = packet.to_be_bytes();
    let [number_high, number_low] = number.to_be_bytes();
    let [a, b, c, d] = from;
    let [e, f, g, h] = to;
    let with_checksum = |[high, low]: [u8; 2]| {
        [
            0x45,
            0,
            packet_high,
            packet_low,
            number_high,
            number_low,
            0,
            0,
            64,
            UDP,
            high,
            low,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
        ]
    };
    with_checksum(checksum(&with_checksum([0, 0])).to_be_bytes())
}

/// RFC 1071 §1
fn checksum(header: &[u8; IP_HEADER]) -> u16 {
    let mut words = header.iter().zip(header.iter().skip(1)).step_by(2);
    let sum: u32 = words.by_ref().map(|(high, low)| u32::from(u16::from_be_bytes([*high, *low]))).sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    !u16::try_from(folded).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;

    #[test]
    fn the_checksum_is_the_one_that_others_compute() {
        // The worked example that textbooks give, with its checksum taken out.
        let header =
            [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
        assert_eq!(checksum(&header), 0xb861);
        // With it put in, nothing is left over.
        assert_eq!(checksum(&ip_header(500, 7, US, THEM)), 0);
    }

    #[test]
    fn a_packet_is_where_its_lengths_say() {
        let mut trace = Trace::default();
        trace.note_frame(Instant::from_millis(1_700_000_000_123), Direction::Received, b"hello");
        let file = trace.to_pcap();
        assert_eq!(file.len(), 24 + 16 + 28 + 5);
        assert_eq!(file[24..28], 1_700_000_000_u32.to_le_bytes());
        assert_eq!(file[28..32], 123_000_u32.to_le_bytes());
        assert_eq!(file[32..36], 33_u32.to_le_bytes());
        assert_eq!(file[40 + 12..40 + 20], [192, 0, 2, 2, 192, 0, 2, 1]);
        assert!(file.ends_with(b"hello"));
    }

    #[test]
    fn the_longest_frame_still_fits() {
        let mut trace = Trace::default();
        trace.note_frame(Instant::from_millis(1), Direction::Sent, &[b'a'; 70_000]);
        let file = trace.to_pcap();
        assert_eq!(file.len(), 24 + 16 + 65_535);
        assert_eq!(file[42..44], 65_535_u16.to_be_bytes());
    }
}
