//! A tap on the wire to the telephones: the sound and the key presses that reach each of them.
//!
//! baresip's own recording ends when a call is held for the first time, so what a held and resumed telephone hears is
//! taken from the packets that reach it. They are plain RTP with G.711 in it.

use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::rc::Rc;

use tokio::process::Command;

use crate::process::Process;
use crate::sound::Sound;
use crate::{Failed, Stage};

/// RTP payload types (RFC 3551 section 6).
const PCMU: u8 = 0;
const PCMA: u8 = 8;
/// The first of those that a call agrees on; telephone events have one of them.
const DYNAMIC: u8 = 96;

/// A running tap; a clone is the same one.
#[derive(Clone, Debug)]
pub struct Wiretap {
    file: PathBuf,
    _process: Rc<Process>,
}

impl Wiretap {
    /// Starts tcpdump on the loopback and waits until it captures.
    ///
    /// # Errors
    /// When tcpdump is not installed or may not capture.
    pub async fn start(stage: &Stage) -> Result<Self, Failed> {
        let file = stage.folder().join("telephones.pcap");
        let mut command = Command::new("tcpdump");
        // Each packet is written when it comes.
        command.args(["-i", "lo", "-n", "-U", "--immediate-mode", "-w"]).arg(&file);
        command.arg("udp and dst portrange 30000-39999");
        let mut process = Process::start(stage, "tcpdump", command)?;
        let log = stage.folder().join("tcpdump.log");
        process
            .ready(async || match fs::read_to_string(&log) {
                Ok(said) if said.contains("listening on") => Ok(()),
                _ => Err(Failed::new("it does not capture yet")),
            })
            .await?;
        Ok(Self { file, _process: Rc::new(process) })
    }

    /// The RTP packets that have reached these ports so far.
    ///
    /// # Errors
    /// When the capture cannot be read.
    pub fn reaching(&self, ports: RangeInclusive<u16>) -> Result<Packets, Failed> {
        let capture = fs::read(&self.file)
            .map_err(|problem| Failed::new(format!("{}: {problem}", self.file.display())))?;
        let datagrams = Capture { rest: capture.get(24..).unwrap_or_default() };
        let ours = datagrams.filter(|(port, _)| ports.contains(port));
        Ok(Packets { packets: ours.filter_map(|(_, datagram)| Packet::parse(datagram)).collect() })
    }
}

/// The datagrams of a capture file with the port that each was sent to, up to the first that is not whole yet.
struct Capture<'file> {
    rest: &'file [u8],
}

impl<'file> Iterator for Capture<'file> {
    type Item = (u16, &'file [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // A record: time, time, captured length, sent length; written by this machine in its own byte order.
        let length = u32::from_ne_bytes(self.rest.get(8..12)?.try_into().ok()?);
        let end = 16 + usize::try_from(length).ok()?;
        let frame = self.rest.get(16..end)?;
        self.rest = self.rest.get(end..)?;
        // Ethernet, then IPv4 of a length of its own, then UDP.
        let ip = frame.get(14..)?;
        let udp = ip.get(4 * usize::from(ip.first()? & 0x0f)..)?;
        Some((u16::from_be_bytes(udp.get(2..4)?.try_into().ok()?), udp.get(8..)?))
    }
}

/// One RTP packet (RFC 3550 section 5.1).
#[derive(Clone, Debug)]
struct Packet {
    kind: u8,
    timestamp: u32,
    payload: Vec<u8>,
}

impl Packet {
    fn parse(datagram: &[u8]) -> Option<Self> {
        let (&first, &second) = (datagram.first()?, datagram.get(1)?);
        // Version 2; RTCP shares the first two bits, but its types are 200 and up.
        if first >> 6 != 2 || second >= 200 {
            return None;
        }
        let mut header = 12 + 4 * usize::from(first & 0x0f);
        let has_extension = first & 0x10 != 0;
        if has_extension {
            let words = u16::from_be_bytes(datagram.get(header + 2..header + 4)?.try_into().ok()?);
            header += 4 + 4 * usize::from(words);
        }
        let timestamp = u32::from_be_bytes(datagram.get(4..8)?.try_into().ok()?);
        Some(Self { kind: second & 0x7f, timestamp, payload: datagram.get(header..)?.to_vec() })
    }
}

/// What has reached one telephone, in the order of arrival.
#[derive(Clone, Debug)]
pub struct Packets {
    packets: Vec<Packet>,
}

impl Packets {
    /// The sound in them, without the gaps.
    pub fn sound(&self) -> Sound {
        let samples = self.packets.iter().flat_map(|packet| {
            let decode = match packet.kind {
                PCMU => Some(mu_law as fn(u8) -> f64),
                PCMA => Some(a_law as fn(u8) -> f64),
                _ => None,
            };
            decode.into_iter().flat_map(|decode| packet.payload.iter().map(move |&byte| decode(byte)))
        });
        Sound::new(8_000, samples.collect())
    }

    /// The keys pressed (RFC 4733 section 2.3); packets of one press share a timestamp.
    pub fn digits(&self) -> String {
        let presses =
            self.packets.iter().filter(|packet| packet.kind >= DYNAMIC && packet.payload.len() == 4);
        let mut digits = String::new();
        let mut last = None;
        for press in presses {
            if last == Some(press.timestamp) {
                continue;
            }
            last = Some(press.timestamp);
            let key =
                press.payload.first().and_then(|&event| "0123456789*#ABCD".chars().nth(usize::from(event)));
            digits.extend(key);
        }
        digits
    }
}

/// A sample of G.711 µ-law: sign, three bits of exponent, four of mantissa, all inverted.
fn mu_law(byte: u8) -> f64 {
    let bits = !byte;
    let (exponent, mantissa) = (i32::from(bits >> 4 & 7), i32::from(bits & 15));
    let magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84;
    f64::from(if bits & 0x80 != 0 { -magnitude } else { magnitude }) / 32_768.0
}

/// A sample of G.711 A-law: as µ-law, but every other bit inverted and linear at the bottom.
fn a_law(byte: u8) -> f64 {
    let bits = byte ^ 0x55;
    let (exponent, mantissa) = (i32::from(bits >> 4 & 7), i32::from(bits & 15));
    let magnitude =
        if exponent == 0 { (mantissa << 4) + 8 } else { ((mantissa << 4) + 0x108) << (exponent - 1) };
    f64::from(if bits & 0x80 != 0 { magnitude } else { -magnitude }) / 32_768.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_laws_know_silence_and_full_scale() {
        assert_eq!(mu_law(0xff), 0.0);
        assert!(a_law(0xd5).abs() < 0.001);
        assert!(mu_law(0x80) > 0.97 && mu_law(0x00) < -0.97);
        assert!(a_law(0xaa) > 0.97 && a_law(0x2a) < -0.97);
    }

    #[test]
    fn the_packets_of_one_key_press_are_one_digit() {
        let press = |timestamp, event| Packet { kind: 101, timestamp, payload: vec![event, 10, 0, 160] };
        let packets = Packets { packets: vec![press(0, 4), press(0, 4), press(800, 4), press(1600, 11)] };
        assert_eq!(packets.digits(), "44#");
    }
}
