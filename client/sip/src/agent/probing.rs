//! Carries out the table of [`crate::keep_alive`].

use serde::{Deserialize, Serialize};

use super::{Agent, Purpose};
use crate::Instant;
use crate::keep_alive::{Did, Event, PATIENCE, Probe, SLEPT, Stage, pause};
use crate::message::{Frame, Method, Name};
use crate::timer::Timer;
use crate::uri::Uri;

/// What is known of the connection's life.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Probing {
    stage: Stage,
    probe: Probe,
    /// A CRLFCRLF went out on this connection.
    tried: bool,
    /// Seconds within which the server wants to hear from us.
    pub(super) flow_timer: Option<u32>,
    /// CSeq of the last OPTIONS.
    number: u32,
}

impl Default for Probing {
    fn default() -> Self {
        Self { stage: Stage::Off, probe: Probe::Untried, tried: false, flow_timer: None, number: 0 }
    }
}

impl Agent {
    pub(super) fn start_probing(&mut self, now: Instant) {
        self.probing = Probing { number: self.probing.number, ..Probing::default() };
        self.probe(now, Event::Connected);
    }

    pub(super) fn stop_probing(&mut self, now: Instant) {
        self.probe(now, Event::Disconnected);
    }

    pub(super) fn note_sign_of_life(&mut self, now: Instant) {
        self.probe(now, Event::Heard);
    }

    pub(super) fn note_pong(&mut self) {
        self.probing.probe = Probe::Crlf;
    }

    pub(super) fn handle_ping_due(&mut self, now: Instant) {
        // The pause has passed and the first ping still has no answer, but something else was heard.
        if self.probing.probe == Probe::Untried && self.probing.tried {
            self.probing.probe = Probe::Options;
        }
        self.probe(now, Event::PauseOver);
    }

    pub(super) fn handle_pong_missing(&mut self, now: Instant, due: Instant) {
        if self.probing.probe == Probe::Untried {
            self.probing.probe = Probe::Options;
            self.probe(now, Event::Doubted);
        } else if now.since(due) >= SLEPT {
            self.probe(now, Event::Doubted);
        } else {
            self.probe(now, Event::PatienceOver);
        }
    }

    fn probe(&mut self, now: Instant, event: Event) {
        let step = self.probing.stage.step(event);
        self.probing.stage = step.state;
        for did in step.did {
            match did {
                Did::Ping => {
                    self.wire.timers.set(Timer::PongMissing, now + PATIENCE);
                    self.send_ping(now);
                }
                Did::StartPause => {
                    let (least, most) = pause(self.probing.flow_timer);
                    let wait = self.random.span(least, most);
                    self.wire.timers.set(Timer::Ping, now + wait);
                }
                Did::StopTimers => {
                    self.wire.timers.stop(Timer::Ping);
                    self.wire.timers.stop(Timer::PongMissing);
                }
                Did::Drop => {
                    self.wire.drop_connection();
                    self.note_dead_socket(now);
                }
            }
        }
    }

    fn send_ping(&mut self, now: Instant) {
        match self.probing.probe {
            Probe::Untried | Probe::Crlf => {
                self.probing.tried = true;
                self.wire.send(now, Frame::PING.to_vec());
            }
            Probe::Options => self.send_options(now),
        }
    }

    /// OPTIONS to the registrar: whatever it answers, it lives (RFC 3261 §11).
    fn send_options(&mut self, now: Instant) {
        let (Some(me), Ok(uri)) = (self.me(), Uri::sip("", self.domain())) else { return };
        self.probing.number += 1;
        let number = self.probing.number;
        let from = me.clone().with_tag(&self.random.token(12));
        let call_id = self.random.token(20);
        let mut request =
            self.request(Method::Options, uri, &from, &crate::message::header::NameAddr::new(me.uri));
        request.headers.push(Name::CallId, call_id);
        request.headers.push(Name::CSeq, format_args!("{number} OPTIONS"));
        self.send(now, request, Purpose::Ping);
    }
}
