//! The user agent: one registered account, its sessions and its socket, driven from outside.
//!
//! The drive contract: call one `handle_*` or one act (`register`, `invite`, …), then drain
//! [`Agent::poll_output`] until it is `None`, then ask [`Agent::poll_timeout`] when to call
//! [`Agent::handle_timeout`] at the latest.
//!
//! This file is the face; behind it each file has one concern: what a person does (`acts`), what arrives
//! (`requests`, `responses`), what falls due (`deadlines`), and the ways of a registration, a call, a change of media,
//! a transfer either way, a subscription, a publication. They decide nothing by themselves: each asks the table of its
//! machine and carries out what that says.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use crate::auth::Keyring;
use crate::message::{Frame, Message, parse};
use crate::random::Random;
use crate::refer::Refer;
use crate::referred::Referred;
use crate::servers::Servers;
use crate::session::Session;
use crate::trace::{Direction, Trace};
use crate::transaction::Transactions;
use crate::wire::Wire;
use crate::{Event, Instant, Output, SessionId, Settings};

mod acts;
mod address;
mod choosing;
mod compose;
mod deadlines;
mod ending;
mod invited;
mod inviting;
mod notified;
mod probing;
mod publishing;
mod purpose;
mod referred;
mod referring;
mod refreshing;
mod registering;
mod reliable;
mod reoffering;
mod requests;
mod responses;
mod subscribing;

use compose::Contact;
use probing::Probing;
use publishing::Publisher;
pub(crate) use purpose::Purpose;
use registering::Registrar;
use subscribing::Subscriptions;

/// A user agent without I/O. It can be saved at any moment between two calls of it, drained; what was restored goes on
/// with [`Agent::resume`].
#[derive(Serialize, Deserialize)]
pub struct Agent {
    settings: Settings,
    random: Random,
    wire: Wire,
    contact: Contact,
    keyring: Keyring,
    transactions: Transactions,
    registrar: Registrar,
    servers: Servers,
    probing: Probing,
    sessions: BTreeMap<SessionId, Box<Session>>,
    /// The transfer of each session; outlives it until its last word is said.
    refers: VecMap<SessionId, Refer>,
    /// What the far end of each session asked for by REFER; outlives it until its last word is said.
    referreds: VecMap<SessionId, Referred>,
    last_session: u32,
    subscriptions: Subscriptions,
    publisher: Publisher,
    /// NOTIFYs may ask for a call to be answered or held.
    remote_control: bool,
}

/// Names, numbers and passwords stay out of logs.
impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").field("sessions", &self.sessions.len()).finish_non_exhaustive()
    }
}

impl Agent {
    /// An agent that is not connected and does not want to be registered. `seed` must come from a real source of
    /// randomness: tags, branches and client nonces are made from it.
    pub fn new(settings: Settings, seed: u64, now: Instant) -> Self {
        // The clock makes two agents differ that were given the same seed by a poor source.
        let mut random = Random::new(seed ^ now.as_millis().rotate_left(32));
        Self {
            contact: Contact::new(&mut random),
            registrar: Registrar::new(&mut random),
            publisher: Publisher::new(&mut random),
            settings,
            random,
            wire: Wire::default(),
            keyring: Keyring::default(),
            transactions: Transactions::default(),
            probing: Probing::default(),
            servers: Servers::default(),
            sessions: BTreeMap::new(),
            refers: VecMap::new(),
            referreds: VecMap::new(),
            last_session: 0,
            subscriptions: Subscriptions::default(),
            remote_control: false,
        }
    }

    /// Makes an agent whole that was restored: passwords are not saved, and what was drawn since it was saved is not to
    /// be drawn again. `seed` as for [`Agent::new`]. Requests from now on follow the settings, which may differ in all
    /// but the address of record: that needs an agent of its own.
    pub fn resume(&mut self, settings: Settings, seed: u64) {
        self.settings = settings;
        self.random = Random::new(seed);
    }

    /// The socket is open. Registers if that is wanted; says what could not be said while there was no connection.
    pub fn handle_connected(&mut self, now: Instant) {
        // Restored from a moment with a connection: that one is gone.
        if self.wire.connected {
            self.handle_disconnected(now);
        }
        self.wire.connected = true;
        self.wire.trace.note_connected(now);
        self.start_probing(now);
        self.register_on_new_connection(now);
        self.send_late_byes(now);
        self.tell_where_we_are(now);
        self.subscribe_on_new_connection(now);
    }

    /// The socket is closed, or could not be opened. Sessions that both sides agreed on stay; so do calls that ring,
    /// for a while.
    pub fn handle_disconnected(&mut self, now: Instant) {
        self.wire.connected = false;
        self.wire.trace.note_disconnected(now);
        self.stop_probing(now);
        for (_, outgoing) in self.transactions.lose_connection(&mut self.wire, now) {
            self.hear_nothing(now, *outgoing, crate::transaction::Silence::Lost);
        }
        self.hand_back_waiting_offers(now);
        self.stop_registering_without_connection(now);
        self.stop_subscribing_without_connection(now);
        self.stop_publishing_without_connection(now);
        self.limit_rings(now);
    }

    /// A frame came in: one message, or a keep-alive (RFC 7118 §5).
    pub fn handle_frame(&mut self, now: Instant, frame: &[u8]) {
        self.wire.trace.note_frame(now, Direction::Received, frame);
        self.note_sign_of_life(now);
        match parse(frame) {
            Ok(Frame::Message(Message::Request(request))) => self.handle_request(now, &request),
            Ok(Frame::Message(Message::Response(response))) => self.handle_response(now, &response),
            Ok(Frame::Ping) => self.wire.send(now, Frame::PONG.to_vec()),
            Ok(Frame::Pong) => self.note_pong(),
            Err(refusal) => {
                let tag = self.random.token(12);
                if let Some(answer) = refusal.answer(&tag) {
                    self.wire.send(now, answer.to_bytes());
                }
                self.wire.tell(Event::Malformed { problem: refusal.to_string() });
            }
        }
    }

    /// Does what has fallen due. Calling it early or late does no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((due, timer)) = self.wire.timers.take_due(now) {
            self.handle_due(now, due, timer);
        }
    }

    /// When [`Agent::handle_timeout`] is to be called at the latest; `None` if nothing is pending.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.wire.timers.next()
    }

    /// What went out and came in lately.
    pub fn trace(&self) -> &Trace {
        &self.wire.trace
    }

    /// The next thing to be done outside.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.wire.take()
    }
}
