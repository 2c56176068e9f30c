//! A browser's half of the sound: str0m, a beep of its own, and an ear for the beeps of others.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, Frequency, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{interval, sleep_until, timeout};

use crate::SOON;

/// What came in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ear {
    pub(crate) packets: usize,
    /// Packets with the pitch that was listened for.
    pub(crate) beeps: usize,
}

/// One RTCPeerConnection.
pub(crate) struct Browser {
    orders: mpsc::UnboundedSender<Order>,
    ear: Arc<Mutex<Ear>>,
}

enum Order {
    Offer(Direction, oneshot::Sender<String>),
    Apply(String),
    Answer(String, oneshot::Sender<String>),
}

/// Sound that the browser sends: a square wave, as loud as one likes (A-law bytes of about ±10,000).
const LOUD: [u8; 2] = [0xb1, 0x31];

impl Browser {
    /// Listens for a beep of `hz`.
    pub(crate) async fn new(hz: usize) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (orders, inbox) = mpsc::unbounded_channel();
        let ear = Arc::new(Mutex::new(Ear::default()));
        tokio::spawn(run(socket, inbox, Arc::clone(&ear), hz));
        Self { orders, ear }
    }

    pub(crate) async fn offer(&self, direction: Direction) -> String {
        let (reply, offer) = oneshot::channel();
        self.orders.send(Order::Offer(direction, reply)).unwrap_or_default();
        offer.await.unwrap()
    }

    pub(crate) fn apply(&self, answer: &[u8]) {
        self.orders.send(Order::Apply(String::from_utf8(answer.to_vec()).unwrap())).unwrap_or_default();
    }

    pub(crate) async fn answer(&self, offer: &[u8]) -> String {
        let (reply, answer) = oneshot::channel();
        self.orders
            .send(Order::Answer(String::from_utf8(offer.to_vec()).unwrap(), reply))
            .unwrap_or_default();
        answer.await.unwrap()
    }

    pub(crate) fn heard(&self) -> Ear {
        *self.ear.lock().unwrap()
    }

    /// Waits until the beep has been heard for 200 ms since now.
    pub(crate) async fn hears_its_beep(&self) {
        self.hears(|before, now| now.beeps >= before.beeps + 10).await;
    }

    pub(crate) async fn hears(&self, enough: impl Fn(Ear, Ear) -> bool) {
        let before = self.heard();
        let mut ticks = interval(Duration::from_millis(20));
        let heard = async {
            while !enough(before, self.heard()) {
                ticks.tick().await;
            }
        };
        timeout(SOON, heard)
            .await
            .unwrap_or_else(|_| panic!("heard only {:?} after {before:?}", self.heard()));
    }
}

async fn run(socket: UdpSocket, mut orders: mpsc::UnboundedReceiver<Order>, ear: Arc<Mutex<Ear>>, hz: usize) {
    let local = socket.local_addr().unwrap();
    let mut rtc = RtcConfig::new().clear_codecs().enable_pcma(true, false).build(Instant::now());
    rtc.add_local_candidate(Candidate::host(local, "udp").unwrap());
    let (mut mid, mut pending, mut clock) = (None, None, 0);
    let mut packets = interval(Duration::from_millis(20));
    let mut buffer = [0; 2_000];
    loop {
        let due = drain(&mut rtc, &socket, &mut mid, &ear, hz);
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => obey(&mut rtc, order, &mut mid, &mut pending),
                None => return,
            },
            received = socket.recv_from(&mut buffer) => {
                let (length, source) = received.unwrap();
                if let Ok(contents) = (&buffer[..length]).try_into() {
                    let receive = Receive { proto: Protocol::Udp, source, destination: local, contents };
                    rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
                }
            }
            () = sleep_until(due.into()) => rtc.handle_input(Input::Timeout(Instant::now())).unwrap(),
            _ = packets.tick() => {
                clock += 160;
                if rtc.is_connected() {
                    speak(&mut rtc, mid, clock);
                }
            }
        }
    }
}

fn obey(rtc: &mut Rtc, order: Order, mid: &mut Option<Mid>, pending: &mut Option<SdpPendingOffer>) {
    match order {
        Order::Offer(direction, reply) => {
            let mut changes = rtc.sdp_api();
            match *mid {
                Some(mid) => changes.set_direction(mid, direction),
                None => *mid = Some(changes.add_media(MediaKind::Audio, direction, None, None, None)),
            }
            let (offer, waiting) = changes.apply().unwrap();
            *pending = Some(waiting);
            reply.send(offer.to_sdp_string()).unwrap();
        }
        Order::Apply(answer) => {
            let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
            rtc.sdp_api().accept_answer(pending.take().unwrap(), answer).unwrap();
        }
        Order::Answer(offer, reply) => {
            let offer = SdpOffer::from_sdp_string(&offer).unwrap();
            reply.send(rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string()).unwrap();
        }
    }
}

fn drain(rtc: &mut Rtc, socket: &UdpSocket, mid: &mut Option<Mid>, ear: &Mutex<Ear>, hz: usize) -> Instant {
    loop {
        match rtc.poll_output().unwrap() {
            Output::Timeout(due) => return due,
            Output::Transmit(packet) => drop(socket.try_send_to(&packet.contents, packet.destination)),
            Output::Event(Event::MediaAdded(added)) => *mid = Some(added.mid),
            Output::Event(Event::MediaData(data)) => {
                // The highest bit of G.711 is the sign: its changes tell the pitch, two a wave.
                let changes = data.data.windows(2).filter(|pair| (pair[0] ^ pair[1]) & 0x80 != 0).count();
                let mut ear = ear.lock().unwrap();
                ear.packets += 1;
                ear.beeps += usize::from(changes.abs_diff(hz / 25) <= 1);
            }
            Output::Event(_) => {}
        }
    }
}

fn speak(rtc: &mut Rtc, mid: Option<Mid>, clock: u64) {
    let Some(mid) = mid else { return };
    if !rtc.media(mid).is_some_and(|media| media.direction().is_sending()) {
        return;
    }
    let writer = rtc.writer(mid).unwrap();
    let payload = writer.payload_params().next().unwrap().pt();
    let wave: Vec<u8> = (0..160).map(|at| LOUD[at / 8 % 2]).collect();
    writer.write(payload, Instant::now(), MediaTime::new(clock, Frequency::EIGHT_KHZ), wave).unwrap();
}
