//! One WebRTC connection with a browser: a str0m session and its UDP socket.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec, FormatParams};
use str0m::media::{Direction, Frequency, MediaData, MediaKind, MediaTime, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig, RtcError};
use tokio::net::UdpSocket;

use crate::g711::{FRAME, Law};
use crate::sdp;
use crate::tones::Frame;

/// A line to one browser connection. A browser that reloads needs another one.
#[derive(Debug)]
pub(crate) struct Line {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    mid: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    /// The browser's certificate, by which a new browser connection is known.
    fingerprint: Option<String>,
    /// Samples sent or left out: the RTP clock goes on during hold.
    clock: u64,
    /// When str0m wants to be asked next.
    next: Instant,
}

/// Why a line cannot be had.
#[derive(Debug)]
pub(crate) enum LineError {
    /// No socket at the media address.
    Socket(io::Error),
    /// str0m does not take the SDP, or lost the connection.
    Rtc(RtcError),
    /// The SDP cannot be parsed.
    Sdp(str0m::error::SdpError),
    /// An answer without an offer.
    NothingOffered,
}

impl std::fmt::Display for LineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Socket(error) => write!(f, "no socket at the media address: {error}"),
            Self::Rtc(error) => write!(f, "the browser's media cannot be taken: {error}"),
            Self::Sdp(error) => write!(f, "the SDP cannot be read: {error}"),
            Self::NothingOffered => f.write_str("an answer came where nothing was offered"),
        }
    }
}

impl From<RtcError> for LineError {
    fn from(error: RtcError) -> Self {
        Self::Rtc(error)
    }
}

/// Payload type of telephone events in our offers; any free dynamic one will do (RFC 4733 §2.4).
const TELEPHONE_EVENT: u8 = 101;

impl Line {
    /// Opens a socket and a session that speaks G.711 and telephone events.
    pub(crate) async fn open(ip: IpAddr) -> Result<Self, LineError> {
        let socket = UdpSocket::bind((ip, 0)).await.map_err(LineError::Socket)?;
        let local = socket.local_addr().map_err(LineError::Socket)?;
        let now = Instant::now();
        let mut config = RtcConfig::new().clear_codecs().enable_pcmu(true, false).enable_pcma(true, false);
        let events = FormatParams::parse_line("0-15");
        config.codec_config().add_config(
            Pt::from(TELEPHONE_EVENT),
            None,
            Codec::Tele,
            Frequency::EIGHT_KHZ,
            None,
            events,
        );
        let mut rtc = config.build(now);
        if let Ok(candidate) = Candidate::host(local, "udp") {
            rtc.add_local_candidate(candidate);
        }
        Ok(Self { rtc, socket, local, mid: None, pending: None, fingerprint: None, clock: 0, next: now })
    }

    /// Makes the first offer.
    pub(crate) fn offer(&mut self) -> Result<String, LineError> {
        let mut changes = self.rtc.sdp_api();
        let mid = changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = changes.apply().ok_or(LineError::NothingOffered)?;
        self.mid = Some(mid);
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    /// Takes the answer to the offer.
    pub(crate) fn apply(&mut self, answer: &str) -> Result<(), LineError> {
        let pending = self.pending.take().ok_or(LineError::NothingOffered)?;
        let parsed = SdpAnswer::from_sdp_string(&sdp::without_local_names(answer)).map_err(LineError::Sdp)?;
        self.rtc.sdp_api().accept_answer(pending, parsed)?;
        self.fingerprint = sdp::fingerprint(answer).map(str::to_owned);
        Ok(())
    }

    /// Answers an offer.
    pub(crate) fn answer(&mut self, offer: &str) -> Result<String, LineError> {
        let parsed = SdpOffer::from_sdp_string(&sdp::without_local_names(offer)).map_err(LineError::Sdp)?;
        let answer = self.rtc.sdp_api().accept_offer(parsed)?;
        self.fingerprint = sdp::fingerprint(offer).map(str::to_owned);
        Ok(answer.to_sdp_string())
    }

    /// True if the offer comes from the browser connection that this line goes to.
    pub(crate) fn continues(&self, offer: &str) -> bool {
        self.pending.is_none()
            && self.fingerprint.is_some()
            && self.fingerprint.as_deref() == sdp::fingerprint(offer)
    }

    /// When str0m wants to be asked next.
    pub(crate) const fn next(&self) -> Instant {
        self.next
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.rtc.is_connected()
    }

    /// Waits for a packet, and feeds it in.
    pub(crate) async fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.socket.recv_from(buffer).await
    }

    /// Takes a packet in. A packet that is no STUN, DTLS or SRTP is dropped.
    pub(crate) fn take(&mut self, packet: &[u8], source: SocketAddr) -> Result<(), LineError> {
        let Ok(contents) = packet.try_into() else { return Ok(()) };
        let receive = Receive { proto: Protocol::Udp, source, destination: self.local, contents };
        self.rtc.handle_input(Input::Receive(Instant::now(), receive))?;
        Ok(())
    }

    /// Lets time pass.
    pub(crate) fn tick(&mut self) -> Result<(), LineError> {
        self.rtc.handle_input(Input::Timeout(Instant::now()))?;
        Ok(())
    }

    /// Sends what str0m has to send, and hands out what it received.
    pub(crate) fn drain(&mut self) -> Result<Vec<MediaData>, LineError> {
        let mut received = Vec::new();
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(next) => {
                    self.next = next;
                    return Ok(received);
                }
                // A full socket buffer loses a packet, as networks do.
                Output::Transmit(packet) => {
                    drop(self.socket.try_send_to(&packet.contents, packet.destination))
                }
                Output::Event(Event::MediaAdded(added)) => self.mid = Some(added.mid),
                Output::Event(Event::MediaData(data)) => received.push(data),
                Output::Event(_) => {}
            }
        }
    }

    /// Sends 20 ms of sound, unless the far end does not listen. True if it went out.
    pub(crate) fn send(&mut self, frame: &Frame) -> Result<bool, LineError> {
        let clock = self.clock;
        self.clock += u64::try_from(FRAME).unwrap_or_default();
        if !self.rtc.is_connected() {
            return Ok(false);
        }
        let Some(mid) = self.mid else { return Ok(false) };
        let listening = self.rtc.media(mid).is_some_and(|media| media.direction().is_sending());
        let Some(writer) = self.rtc.writer(mid).filter(|_| listening) else { return Ok(false) };
        let chosen =
            writer.payload_params().find_map(|params| law(params.spec().codec).map(|law| (params.pt(), law)));
        let Some((payload, law)) = chosen else { return Ok(false) };
        let bytes: Vec<u8> = frame.iter().map(|&sample| law.encode(sample)).collect();
        writer.write(payload, Instant::now(), MediaTime::new(clock, Frequency::EIGHT_KHZ), bytes)?;
        Ok(true)
    }
}

/// The law of a codec that is G.711.
pub(crate) fn law(codec: Codec) -> Option<Law> {
    if codec == Codec::PCMU {
        Some(Law::Mu)
    } else if codec == Codec::PCMA {
        Some(Law::A)
    } else {
        None
    }
}
