//! Call control, without I/O: frames, news of the media and time go in; frames, orders to the media and events come out.
//!
//! Drive it as the client's stack is driven: one `handle`, then drain `poll_output`, then wait until `poll_timeout`.

mod answers;
mod bridge;
mod deflecting;
mod hunt;
mod in_dialog;
mod invite;
mod joining;
mod mailboxes;
mod parking;
mod phones;
mod picking_up;
mod placing;
mod publishing;
mod registration;
mod rooms;
mod rush;
mod subscribing;
mod transfer;
mod voices;
mod watching;

#[cfg(test)]
mod stories;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use rsip::message::HeadersExt;
use rsip::{Header, Method, Request};

use crate::callers::Caller;
use crate::colleagues::{Colleague, Line};
use crate::event::{Event, Heard};
use crate::ids::{
    CallId, ConnId, HuntId, LegId, MixId, PhoneCallId, SubscriptionId, Tokens, TransferId, VoiceId,
};
use crate::leg::{Far, Leg, LegAct, LegEvent, LegState};
use crate::phone::PhoneCall;
use crate::registrar::Registrar;
use crate::settings::Settings;
use crate::shown::Messages;
use crate::subscription::Subscription;
use crate::timers::{Timer, Timers};
use crate::tones::Program;
use crate::{dialog, message, wire};

use hunt::Hunt;
use parking::Parked;
pub(crate) use placing::MixOrder;
use publishing::Publication;
use transfer::Transfer;
use voices::Voice;

/// What happens around the switch.
#[derive(Debug)]
pub(crate) enum Input {
    FrameReceived {
        conn: ConnId,
        bytes: Vec<u8>,
    },
    ConnectionClosed {
        conn: ConnId,
    },
    MediaReported {
        voice: VoiceId,
        news: MediaNews,
    },
    RingAsked {
        call: CallId,
        caller: &'static Caller,
        users: Vec<String>,
        line: &'static Line,
        /// Asks that nobody need answer.
        by_itself: bool,
    },
    RushAsked {
        callers: usize,
    },
    RingColleagueAsked {
        call: CallId,
        caller: &'static Caller,
        colleague: &'static Colleague,
    },
    OccupyAsked {
        extension: String,
        busy: bool,
    },
    HangUpAsked {
        call: CallId,
    },
    TimePassed,
}

/// What a media session reports.
#[derive(Debug)]
pub(crate) enum MediaNews {
    /// The offer that was ordered.
    Offer(String),
    /// The answer that was ordered.
    Answer(String),
    /// What was ordered cannot be done.
    Failed(String),
    Digit(char),
    Heard(Heard),
}

/// What the switch wants done.
#[derive(Debug)]
pub(crate) enum Output {
    SendFrame { conn: ConnId, text: String },
    OrderMedia { voice: VoiceId, order: MediaOrder },
    OrderMix { mix: MixId, voice: VoiceId, order: MixOrder },
    Tell(Event),
}

/// What a media session is to do.
#[derive(Debug)]
pub(crate) enum MediaOrder {
    /// Open the line afresh and make an offer.
    Offer(Program),
    /// Answer this offer, on the open line or on a fresh one, as the offer demands.
    Answer(Program, String),
    /// Take the answer to our offer.
    Apply(String),
    /// Say something else from now on.
    Play(Program),
    Close,
}

/// A request of ours that waits for its final answer.
#[derive(Debug)]
struct Asked {
    leg: LegId,
    request: Request,
    purpose: Purpose,
    /// A provisional answer came: an INVITE may now take its time.
    provisional: bool,
}

/// Why a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// Opens the leg.
    Invite,
    /// Passes on the re-INVITE of the leg at the other end.
    Relay { from: LegId },
    /// Brings the leg together with its new other end.
    Join { transfer: TransferId },
    /// Gives the console to a voice.
    Place { voice: VoiceId },
    /// Nothing hangs on the answer: BYE, NOTIFY.
    Notice,
}

/// The practice exchange's call control.
#[derive(Debug)]
pub(crate) struct Switch {
    now: Instant,
    settings: Settings,
    tokens: Tokens,
    registrar: Registrar,
    legs: BTreeMap<LegId, Leg>,
    voices: BTreeMap<VoiceId, Voice>,
    hunts: BTreeMap<HuntId, Hunt>,
    transfers: BTreeMap<TransferId, Transfer>,
    asked: BTreeMap<String, Asked>,
    /// Calls of colleagues with people outside.
    phone_calls: BTreeMap<PhoneCallId, PhoneCall>,
    subscriptions: BTreeMap<SubscriptionId, Subscription>,
    /// NOTIFYs of subscriptions that wait for an answer, by transaction.
    notices: BTreeMap<String, SubscriptionId>,
    publications: Vec<Publication>,
    /// Calls by the parking place where they wait.
    parked: BTreeMap<&'static str, Parked>,
    /// The mix of each conference room.
    rooms: BTreeMap<&'static str, MixId>,
    /// Messages by the extension of whose they are.
    mailboxes: BTreeMap<String, Messages>,
    timers: Timers,
    outputs: VecDeque<Output>,
    /// Rounds of callers so far: who rings next.
    rounds: usize,
    /// Calls from outside to colleagues so far.
    stirs: usize,
    /// Callers of a rush who have not rung yet.
    crowd: usize,
}

/// 64 times T1: how long a request may stay without answer (RFC 3261 §17.1.1.2).
const TRANSACTION_LIFE: Duration = Duration::from_secs(32);
/// How often registrations are looked through.
const EXPIRY_ROUND: Duration = Duration::from_secs(1);

impl Switch {
    pub(crate) fn new(now: Instant, settings: Settings) -> Self {
        let registrar =
            Registrar::new(&settings.domain, settings.algorithms.clone(), settings.operators.clone());
        let mut timers = Timers::default();
        timers.set(now + EXPIRY_ROUND, Timer::Expire);
        if let Some(every) = settings.ring_every {
            timers.set(now + every, Timer::Round);
        }
        if let Some(every) = settings.stir_every {
            timers.set(now + every, Timer::Stir);
        }
        let mut switch = Self {
            now,
            settings,
            tokens: Tokens::new(),
            registrar,
            legs: BTreeMap::new(),
            voices: BTreeMap::new(),
            hunts: BTreeMap::new(),
            transfers: BTreeMap::new(),
            asked: BTreeMap::new(),
            phone_calls: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            notices: BTreeMap::new(),
            publications: Vec::new(),
            parked: BTreeMap::new(),
            rooms: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
            timers,
            outputs: VecDeque::new(),
            rounds: 0,
            stirs: 0,
            crowd: 0,
        };
        switch.open_rooms();
        switch.open_office();
        switch
    }

    /// Takes in what happened, and everything that was due by `now`.
    pub(crate) fn handle(&mut self, now: Instant, input: Input) {
        self.now = now;
        match input {
            Input::FrameReceived { conn, bytes } => self.frame_received(conn, &bytes),
            Input::ConnectionClosed { conn } => self.connection_closed(conn),
            Input::MediaReported { voice, news } => self.media_reported(voice, news),
            Input::RingAsked { call, caller, users, line, by_itself } => {
                self.ring(call, caller, users, line, by_itself);
            }
            Input::RushAsked { callers } => self.rush(callers),
            Input::RingColleagueAsked { call, caller, colleague } => {
                self.ring_colleague(call, caller, colleague);
            }
            Input::OccupyAsked { extension, busy } => self.occupy_asked(&extension, busy),
            Input::HangUpAsked { call } => self.hang_up_call(call),
            Input::TimePassed => {}
        }
        while let Some(timer) = self.timers.pop(now) {
            self.due(timer);
        }
        self.tell_watchers();
    }

    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// The number of consoles of an operator.
    pub(crate) fn consoles(&self, user: &str) -> usize {
        self.registrar.consoles(user).len()
    }

    /// The operators who have a console.
    pub(crate) fn present(&self) -> Vec<String> {
        self.registrar.present()
    }

    /// A number for a new call.
    pub(crate) fn new_call(&mut self) -> CallId {
        CallId(self.tokens.number())
    }

    fn frame_received(&mut self, conn: ConnId, bytes: &[u8]) {
        match wire::decode(bytes) {
            Ok(wire::Frame::KeepAlive) => {
                self.outputs.push_back(Output::SendFrame { conn, text: "\r\n".into() })
            }
            Ok(wire::Frame::Request(request)) => self.request_received(conn, request),
            Ok(wire::Frame::Response(response)) => self.response_received(&response),
            Err(refusal) => {
                self.tell(Event::Malformed { problem: refusal.problem.to_string() });
                if let Some(answer) = refusal.answer {
                    self.outputs.push_back(Output::SendFrame { conn, text: answer.to_string() });
                }
            }
        }
    }

    fn request_received(&mut self, conn: ConnId, request: Request) {
        let in_dialog = message::to(&request).is_some_and(|(_, to)| to.param("tag").is_some());
        match request.method {
            Method::Register => self.register_received(conn, &request),
            Method::Invite if in_dialog => self.reinvite_received(conn, request),
            Method::Invite => self.invite_received(conn, request),
            Method::Ack => self.ack_received(&request),
            Method::Bye => self.bye_received(conn, &request),
            Method::Cancel => self.cancel_received(conn, &request),
            Method::Refer => self.refer_received(conn, &request),
            Method::Info => self.info_received(conn, &request),
            Method::Options => self.options_received(conn, &request),
            Method::Subscribe => self.subscribe_received(conn, &request, in_dialog),
            Method::Publish => self.publish_received(conn, &request),
            Method::Notify => self.reply(conn, &request, 481, Vec::new()),
            Method::Update => self.update_received(conn, &request),
            // Nothing provisional is sent that would have to be confirmed by PRACK.
            Method::Message | Method::PRack => {
                self.reply(conn, &request, 405, vec![rsip::headers::Allow::from(message::ALLOW).into()]);
            }
        }
    }

    fn due(&mut self, timer: Timer) {
        match timer {
            Timer::GiveUp(hunt) => self.give_up(hunt),
            Timer::PickUp(leg) => self.pick_up(leg),
            Timer::NoAnswer(leg) => self.no_answer(leg),
            Timer::HangUp(leg) => self.talked_out(leg),
            Timer::Unanswered(key) => self.unanswered(&key),
            Timer::Unacked(leg) => self.unacked(leg),
            Timer::Uncancelled(leg) => self.step(leg, LegEvent::GiveUp),
            Timer::Lost(leg, conn) => self.lost(leg, conn),
            Timer::TransferStep(transfer) => self.transfer_step(transfer),
            Timer::Release(leg) => self.step(leg, LegEvent::HangUp),
            Timer::Expire => self.expire(),
            Timer::Round => self.round(),
            Timer::Phone(call) => self.phone_due(call),
            Timer::Turn(extension) => self.turn(extension),
            Timer::Stir => self.stir(),
            Timer::ParkedTooLong(place, call) => self.parked_too_long(place, call),
            Timer::GuestLeaves(voice) => self.close_voice(voice),
            Timer::Rush => self.next_of_crowd(),
        }
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Tell(event));
    }

    fn order(&mut self, voice: VoiceId, order: MediaOrder) {
        self.outputs.push_back(Output::OrderMedia { voice, order });
    }

    fn after(&mut self, wait: Duration, timer: Timer) {
        self.timers.set(self.now + wait, timer);
    }

    /// Answers a request outside of any leg.
    fn reply(&mut self, conn: ConnId, request: &Request, status: u16, extra: Vec<Header>) {
        let tag = self.tokens.next();
        let text = message::answer(request, status, &tag, extra, "").to_string();
        self.outputs.push_back(Output::SendFrame { conn, text });
    }

    /// Answers a request of a leg's console.
    fn reply_in(&mut self, id: LegId, request: &Request, status: u16, sdp: &str) {
        let Some(leg) = self.legs.get(&id) else { return };
        // These say where the other end is from now on (RFC 3261 §12.1.1, RFC 3311 §5.2).
        let is_target = matches!(request.method, Method::Invite | Method::Update);
        let mut extra = Vec::new();
        if is_target && status > 100 && status < 300 {
            extra.push(leg.dialog.contact());
            extra.push(rsip::headers::Allow::from(message::ALLOW).into());
            // Who answers need not be who was called (RFC 3325 §9.1).
            extra.extend(
                self.answering(leg.far).map(|who| who.headers(&self.settings.domain)).unwrap_or_default(),
            );
        }
        let text = message::answer(request, status, &leg.dialog.local_tag, extra, sdp).to_string();
        self.outputs.push_back(Output::SendFrame { conn: leg.conn, text });
    }

    /// Sends a request within a leg, and remembers why.
    fn ask(&mut self, id: LegId, method: Method, extra: Vec<Header>, body: (&str, &str), purpose: Purpose) {
        let branch = self.tokens.branch();
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let request = leg.dialog.request(method, &branch, extra, body);
        self.send(id, request, purpose);
    }

    fn send(&mut self, id: LegId, request: Request, purpose: Purpose) {
        let Some(conn) = self.legs.get(&id).map(|leg| leg.conn) else { return };
        self.outputs.push_back(Output::SendFrame { conn, text: request.to_string() });
        let key = transaction(&request, request.method);
        self.asked.insert(key.clone(), Asked { leg: id, request, purpose, provisional: false });
        self.after(TRANSACTION_LIFE, Timer::Unanswered(key));
    }

    /// Acknowledges a 2xx.
    fn ack(&mut self, id: LegId, sequence: u32, sdp: &str) {
        let branch = self.tokens.branch();
        let Some(leg) = self.legs.get(&id) else { return };
        let text = leg.dialog.ack(sequence, &branch, sdp).to_string();
        self.outputs.push_back(Output::SendFrame { conn: leg.conn, text });
    }

    /// Moves a leg along its table, and sends what that calls for. Nobody else writes a leg's state.
    fn step(&mut self, id: LegId, event: LegEvent) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let (state, act) = leg.state.step(event);
        leg.state = state;
        let sequence = message::cseq(&leg.invite).map(|(sequence, _)| sequence).unwrap_or_default();
        match act {
            LegAct::Nothing => {}
            LegAct::Refuse => {
                let invite = leg.invite.clone();
                self.reply_in(id, &invite, 487, "");
            }
            LegAct::Cancel => {
                let (conn, text) = (leg.conn, dialog::cancel(&leg.invite, leg.cancel_reason).to_string());
                self.outputs.push_back(Output::SendFrame { conn, text });
                self.after(TRANSACTION_LIFE, Timer::Uncancelled(id));
            }
            LegAct::Bye => self.ask(id, Method::Bye, Vec::new(), ("", ""), Purpose::Notice),
            LegAct::AckAndBye => {
                self.ack(id, sequence, "");
                self.ask(id, Method::Bye, Vec::new(), ("", ""), Purpose::Notice);
            }
        }
        if state == LegState::Gone {
            self.legs.remove(&id);
            // Nobody is left to care for an answer, except to a goodbye.
            self.asked.retain(|_, asked| asked.leg != id || asked.purpose == Purpose::Notice);
        }
    }

    /// The leg that a request within a dialog belongs to (RFC 3261 §12.2.2).
    fn leg_of(&self, request: &Request) -> Option<LegId> {
        let call_id = message::call_id(request);
        let local = message::to(request).map(|(_, to)| message::tag(&to))?;
        let remote = message::from(request).map(|(_, from)| message::tag(&from))?;
        self.leg_with(&call_id, &local, &remote)
    }

    fn leg_with(&self, call_id: &str, local: &str, remote: &str) -> Option<LegId> {
        self.legs.iter().find_map(|(id, leg)| {
            let dialog = &leg.dialog;
            let same = dialog.call_id == call_id && dialog.local_tag == local;
            (same && (dialog.remote_tag == remote || dialog.remote_tag.is_empty())).then_some(*id)
        })
    }

    /// Ends the call of the other end of a leg.
    fn drop_far(&mut self, far: Far) {
        match far {
            Far::Nobody => {}
            Far::Voice(voice) => self.close_voice(voice),
            Far::Leg(leg) => self.step(leg, LegEvent::HangUp),
        }
    }
}

/// What names a transaction: branch and method (RFC 3261 §17.1.3).
fn transaction(message: &impl HeadersExt, method: Method) -> String {
    format!("{} {method}", message::branch(message).unwrap_or_default())
}
