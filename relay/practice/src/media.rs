//! The sound of one voice: a task that takes orders, plays its program and listens to the browser.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use str0m::format::CodecExtra;
use str0m::media::{MediaData, MediaTime};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep_until};

use crate::event::Heard;
use crate::g711::FRAME;
use crate::ids::VoiceId;
use crate::line::{self, Line, LineError};
use crate::mixer::Mixer;
use crate::switch::{MediaNews, MediaOrder};
use crate::tones::{Frame, Player, Program, SILENCE, power};

/// One packet each so often.
const PACKET: Duration = Duration::from_millis(20);
/// What was heard is reported so often.
const REPORT: Duration = Duration::from_millis(500);
/// Frames that an echo keeps at most: one second.
const ECHO: usize = 50;
/// Larger than any UDP packet of a browser.
const PACKET_BYTES: usize = 2_000;

/// What a voice needs of the exchange.
#[derive(Clone, Debug)]
pub(crate) struct Studio {
    /// Address to send and receive at.
    pub(crate) ip: IpAddr,
    pub(crate) voice: VoiceId,
    /// Where those who hear each other meet.
    pub(crate) mixer: Arc<Mutex<Mixer>>,
}

/// A voice's ear and mouth.
#[derive(Debug)]
struct Session {
    studio: Studio,
    line: Option<Line>,
    player: Player,
    echo: VecDeque<Frame>,
    heard: Heard,
    /// Power and packets since the last report.
    window: (f32, u16),
    /// What was heard since the last report.
    lately: Vec<i16>,
    last_digit: Option<MediaTime>,
}

/// Runs a voice until it is told to close, or the exchange is gone.
pub(crate) async fn run(
    studio: Studio,
    mut orders: mpsc::Receiver<MediaOrder>,
    news: mpsc::Sender<MediaNews>,
) {
    let mut session = Session {
        studio,
        line: None,
        player: Player::new(Program::Echo),
        echo: VecDeque::new(),
        heard: Heard::default(),
        window: (0.0, 0),
        lately: Vec::new(),
        last_digit: None,
    };
    // A tick that comes late is made up for: the RTP clock counts packets.
    let mut packets = interval(PACKET);
    let mut reports = interval(REPORT);
    let mut buffer = [0; PACKET_BYTES];
    loop {
        let due = session.line.as_ref().map(|line| Instant::from_std(line.next()));
        tokio::select! {
            order = orders.recv() => match order {
                None | Some(MediaOrder::Close) => return session.leave_mix(),
                Some(order) => {
                    let told = session.obey(order).await.unwrap_or_else(|error| Some(MediaNews::Failed(error.to_string())));
                    if let Some(told) = told && news.send(told).await.is_err() {
                        return;
                    }
                }
            },
            received = receive(session.line.as_ref(), &mut buffer) => {
                if let (Ok((length, source)), Some(line)) = (received, session.line.as_mut()) {
                    let taken = line.take(buffer.get(..length).unwrap_or_default(), source);
                    session.lose_if_broken(taken);
                }
            }
            () = sleep_until(due.unwrap_or_else(far_off)), if due.is_some() => {
                let ticked = session.line.as_mut().map_or(Ok(()), Line::tick);
                session.lose_if_broken(ticked);
            }
            _ = packets.tick() => {
                let spoken = session.speak();
                session.lose_if_broken(spoken);
            }
            _ = reports.tick() => {
                if session.line.as_ref().is_some_and(Line::is_connected) && news.send(session.report()).await.is_err() {
                    return;
                }
            }
        }
        for digit in session.listen() {
            if news.send(MediaNews::Digit(digit)).await.is_err() {
                return;
            }
        }
    }
}

async fn receive(line: Option<&Line>, buffer: &mut [u8]) -> std::io::Result<(usize, std::net::SocketAddr)> {
    match line {
        Some(line) => line.receive(buffer).await,
        None => std::future::pending().await,
    }
}

fn far_off() -> Instant {
    Instant::now() + Duration::from_secs(3_600)
}

impl Session {
    async fn obey(&mut self, order: MediaOrder) -> Result<Option<MediaNews>, LineError> {
        match order {
            MediaOrder::Offer(program) => {
                let mut line = Line::open(self.studio.ip).await?;
                let offer = line.offer()?;
                self.use_line(line, program);
                Ok(Some(MediaNews::Offer(offer)))
            }
            MediaOrder::Answer(program, offer) => {
                if let Some(line) = self.line.as_mut().filter(|line| line.continues(&offer)) {
                    return Ok(Some(MediaNews::Answer(line.answer(&offer)?)));
                }
                // Another browser connection: a page that was reloaded cannot go on with the old keys.
                let mut line = Line::open(self.studio.ip).await?;
                let answer = line.answer(&offer)?;
                self.use_line(line, program);
                Ok(Some(MediaNews::Answer(answer)))
            }
            MediaOrder::Apply(answer) => {
                self.line.as_mut().ok_or(LineError::NothingOffered)?.apply(&answer)?;
                Ok(None)
            }
            MediaOrder::Play(program) => {
                self.leave_mix();
                self.player = Player::new(program);
                Ok(None)
            }
            MediaOrder::Close => Ok(None),
        }
    }

    fn use_line(&mut self, line: Line, program: Program) {
        self.line = Some(line);
        if self.player.program() != program {
            self.player = Player::new(program);
        }
    }

    /// A line that broke is gone; a re-INVITE can bring another.
    fn lose_if_broken(&mut self, result: Result<(), LineError>) {
        if let Err(error) = result {
            tracing::debug!(%error, "a voice lost its line");
            self.line = None;
        }
    }

    fn leave_mix(&self) {
        self.studio.mixer.lock().unwrap_or_else(PoisonError::into_inner).leave(self.studio.voice);
    }

    fn speak(&mut self) -> Result<(), LineError> {
        let Some(line) = self.line.as_mut() else { return Ok(()) };
        let frame = match self.player.program() {
            Program::Echo => self.echo.pop_front().unwrap_or(SILENCE),
            Program::Mix(mix) => {
                let mut mixer = self.studio.mixer.lock().unwrap_or_else(PoisonError::into_inner);
                mixer.take(mix, self.studio.voice)
            }
            Program::Talk { .. } | Program::Tone { .. } | Program::Music | Program::Beep => {
                self.player.next_frame()
            }
        };
        if line.send(&frame)? {
            self.heard.sent += 1;
        }
        Ok(())
    }

    /// Takes in what the line received; hands out the keys that were pressed.
    fn listen(&mut self) -> Vec<char> {
        let Some(line) = self.line.as_mut() else { return Vec::new() };
        match line.drain() {
            Ok(received) => received.iter().filter_map(|data| self.hear(data)).collect(),
            Err(error) => {
                self.lose_if_broken(Err(error));
                Vec::new()
            }
        }
    }

    fn hear(&mut self, data: &MediaData) -> Option<char> {
        if let CodecExtra::Tele(event) = data.codec_extra {
            // One key is reported in many packets, the end in three (RFC 4733 §2.5.1.4); all have the time it began.
            let again = self.last_digit.replace(data.time) == Some(data.time);
            return "0123456789*#ABCD".chars().nth(event.event.into()).filter(|_| !again);
        }
        let law = line::law(data.params.spec().codec)?;
        let samples: Vec<i16> = data.data.iter().map(|&byte| law.decode(byte)).collect();
        let loudness = power(&samples);
        self.heard.packets += 1;
        self.heard.energy += f64::from(loudness);
        self.window = (self.window.0 + loudness, self.window.1.saturating_add(1));
        self.lately.extend_from_slice(&samples);
        for chunk in samples.chunks_exact(FRAME) {
            let Ok(frame) = Frame::try_from(chunk) else { continue };
            if let Program::Mix(mix) = self.player.program() {
                let mut mixer = self.studio.mixer.lock().unwrap_or_else(PoisonError::into_inner);
                mixer.put(mix, self.studio.voice, &frame);
            } else {
                self.echo.push_back(frame);
            }
        }
        let late = self.echo.len().saturating_sub(ECHO);
        self.echo.drain(..late);
        None
    }

    fn report(&mut self) -> MediaNews {
        let (loudness, packets) = std::mem::take(&mut self.window);
        self.heard.rms = (loudness / f32::from(packets.max(1))).sqrt();
        self.heard.lately = std::mem::take(&mut self.lately).into();
        MediaNews::Heard(self.heard.clone())
    }
}
