//! A telephone system with the habits of those in the field. What a caller or a colleague does there is in [`acts`].

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use cordboard_desk::{Direction, Instant};
use rsip::{Method, Request, Response};

mod acts;
mod leg;
mod registrar;
mod wire;

pub(crate) use acts::Caller;
pub(crate) use leg::{Far, Leg, Stage};
pub(crate) use registrar::{Listing, Registrar};
use wire::{uri, value};

use crate::sdp::{Half, Role};
use leg::Unacked;
use wire::{Frame, Lines, body, cseq, tag};

/// What it does with the desk's re-INVITE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnChange {
    Agree,
    /// Agrees, and answers with a direction that RFC 3264 §6.1 would not have or need not.
    Say(Direction),
    Refuse(u16),
    /// Leaves it to the story.
    Wait,
}

/// What it does with the desk's REFER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnRefer {
    /// 202 and a first NOTIFY with 100; the rest is the story's.
    Try,
    /// 202 and at once the last NOTIFY with 200, whatever becomes of it (Asterisk, `refer_blind_progress=no`).
    ClaimSuccess,
    /// 202, and BYE when the target has answered, without a NOTIFY.
    KeepQuiet,
    Refuse(u16),
}

/// What telephone systems do differently.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    /// Answers CRLFCRLF with CRLF (RFC 5626 §4.4.1).
    pub(crate) answers_crlf: bool,
    /// Asks the desk by OPTIONS now and then whether it is still there.
    pub(crate) asks_every: Option<Duration>,
    /// A closed socket takes its binding with it.
    pub(crate) forgets_with_socket: bool,
    /// Status with which unsigned INVITEs are challenged.
    pub(crate) challenges_with: Option<u16>,
    pub(crate) on_change: OnChange,
    pub(crate) on_refer: OnRefer,
}

impl Habits {
    fn asterisk() -> Self {
        Self {
            answers_crlf: false,
            asks_every: Some(Duration::from_secs(60)),
            forgets_with_socket: true,
            challenges_with: Some(401),
            on_change: OnChange::Agree,
            on_refer: OnRefer::Try,
        }
    }

    fn freeswitch() -> Self {
        Self { asks_every: None, forgets_with_socket: false, challenges_with: Some(407), ..Self::asterisk() }
    }

    fn kamailio() -> Self {
        Self { answers_crlf: true, challenges_with: Some(407), ..Self::freeswitch() }
    }
}

/// What it does later by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// Send the 2xx once more.
    AnswerAgain(Far),
    /// Make the offer again that met one of the desk's.
    OfferAgain(Far),
    /// Ask the desk whether it is there.
    Qualify,
}

pub(crate) struct Pbx {
    pub(crate) habits: Habits,
    pub(crate) registrar: Registrar,
    pub(crate) legs: BTreeMap<Far, Leg>,
    /// Every request of the desk's, in order.
    pub(crate) heard: Vec<Request>,
    /// How many pings were heard.
    pub(crate) pings: u32,
    /// How often the desk said that it is there.
    pub(crate) told_present: u32,
    pub(crate) now: Instant,
    out: VecDeque<Vec<u8>>,
    due: BTreeMap<Due, Instant>,
    numbers: u32,
}

const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);

impl Pbx {
    fn new(habits: Habits, registrar: Registrar) -> Self {
        Self {
            habits,
            registrar,
            legs: BTreeMap::new(),
            heard: Vec::new(),
            pings: 0,
            told_present: 0,
            now: Instant::from_millis(0),
            out: VecDeque::new(),
            due: BTreeMap::new(),
            numbers: 0,
        }
    }

    pub(crate) fn asterisk() -> Self {
        Self::new(Habits::asterisk(), Registrar::new(Listing::Rewritten, true))
    }

    pub(crate) fn freeswitch() -> Self {
        Self::new(Habits::freeswitch(), Registrar::new(Listing::WithoutInstance, true))
    }

    pub(crate) fn kamailio() -> Self {
        Self::new(Habits::kamailio(), Registrar::new(Listing::AsRegistered, false))
    }

    /// All three.
    pub(crate) fn each() -> [(&'static str, Self); 3] {
        [("Asterisk", Self::asterisk()), ("FreeSWITCH", Self::freeswitch()), ("Kamailio", Self::kamailio())]
    }

    pub(crate) fn poll(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.due.values().min().copied()
    }

    pub(crate) fn handle_timeout(&mut self) {
        let due: Vec<_> = self.due.iter().filter(|(_, at)| **at <= self.now).map(|(due, _)| *due).collect();
        for what in due {
            self.due.remove(&what);
            match what {
                Due::AnswerAgain(far) => self.answer_again(far),
                Due::OfferAgain(far) => {
                    if let Some(direction) = self.leg(far).wants_again.take() {
                        self.reoffer(far, direction);
                    }
                }
                Due::Qualify => self.qualify(),
            }
        }
    }

    /// The socket closed: what was on its way is lost.
    pub(crate) fn lose_socket(&mut self) {
        self.out.clear();
        self.due.remove(&Due::Qualify);
        if self.habits.forgets_with_socket {
            self.registrar.bindings.retain(|binding| binding.instance.ends_with("cafe"));
        }
    }

    /// It starts anew and knows nothing of what was.
    pub(crate) fn forget_all(&mut self) {
        self.lose_socket();
        self.registrar.bindings.clear();
        self.registrar.challenge();
        self.due.clear();
        for leg in self.legs.values_mut() {
            leg.stage = Stage::Over;
        }
    }

    pub(crate) fn hear(&mut self, frame: &[u8]) {
        match wire::read(frame) {
            Frame::Ping => {
                self.pings += 1;
                if self.habits.answers_crlf {
                    self.out.push_back(b"\r\n".to_vec());
                }
            }
            Frame::Request(request) => {
                self.heard.push(request.clone());
                self.asked(&request);
            }
            Frame::Response(response) => self.answered(&response),
        }
    }

    /// How often the desk sent this method.
    pub(crate) fn count(&self, method: Method) -> usize {
        self.heard.iter().filter(|request| request.method == method).count()
    }

    pub(crate) fn leg(&mut self, far: Far) -> &mut Leg {
        self.legs.get_mut(&far).expect("a call of this story")
    }

    fn send(&mut self, message: impl ToString) {
        self.out.push_back(message.to_string().into_bytes());
    }

    fn reply(&mut self, request: &Request, status: u16, tag: &str, more: Lines, sdp: &str) {
        self.send(wire::response(request, status, tag, more, sdp));
    }

    fn new_far(&mut self) -> Far {
        self.numbers += 1;
        Far(self.numbers)
    }

    fn leg_of(&self, message: &impl rsip::message::HasHeaders) -> Option<Far> {
        self.legs.values().find(|leg| leg.owns(message)).map(|leg| leg.far)
    }

    // What the desk asks.

    fn asked(&mut self, request: &Request) {
        match request.method {
            Method::Register => {
                let (status, lines) = self.registrar.register(self.now, request);
                self.reply(request, status, "reg", lines, "");
                if status == 200
                    && let Some(every) = self.habits.asks_every
                {
                    self.due.entry(Due::Qualify).or_insert(self.now + every);
                }
                return;
            }
            Method::Options => return self.reply(request, 200, "opt", Vec::new(), ""),
            Method::Invite if tag(request, "To").is_none() => return self.invited(request),
            _ => {}
        }
        let far = self.leg_of(request).filter(|far| self.legs[far].stage != Stage::Over || is_late(request));
        match far {
            Some(far) => self.asked_in_call(far, request),
            None if request.method == Method::Ack => {}
            None => self.reply(request, 481, "gone", Vec::new(), ""),
        }
    }

    fn invited(&mut self, request: &Request) {
        if let Some(status) = self.habits.challenges_with {
            let (ours, theirs) = match status {
                401 => ("WWW-Authenticate", "Authorization"),
                _ => ("Proxy-Authenticate", "Proxy-Authorization"),
            };
            if !self.registrar.is_signed(request, theirs) {
                let challenge = self.registrar.challenge();
                return self.reply(request, status, "who", vec![(ours, challenge)], "");
            }
        }
        let far = self.new_far();
        self.legs.insert(far, Leg::called(far, request));
        self.reply(request, 100, "", Vec::new(), "");
    }

    fn asked_in_call(&mut self, far: Far, request: &Request) {
        let leg = self.leg(far);
        if request.method != Method::Cancel && leg.stage != Stage::Early {
            leg.take_number(request);
        }
        let tag = leg.tag.clone();
        match request.method {
            Method::Ack => self.acknowledged(far, request),
            Method::Invite => self.change_asked(far, request),
            Method::Cancel => {
                self.reply(request, 200, &tag, Vec::new(), "");
                self.give_up(far);
            }
            Method::Bye => {
                self.reply(request, 200, &tag, Vec::new(), "");
                self.give_up(far);
                self.end(far);
            }
            Method::Refer => self.refer_asked(far, request),
            Method::Info => self.reply(request, 200, &tag, Vec::new(), ""),
            other => panic!("{other} is not asked of a telephone system here"),
        }
    }

    /// The desk's INVITE that is still open ends with 487.
    fn give_up(&mut self, far: Far) {
        let leg = self.leg(far);
        let tag = leg.tag.clone();
        if let Some(invite) = leg.asked.take() {
            if leg.stage == Stage::Early {
                leg.stage = Stage::Over;
            }
            self.reply(&invite, 487, &tag, Vec::new(), "");
        }
    }

    fn end(&mut self, far: Far) {
        let leg = self.leg(far);
        leg.stage = Stage::Over;
        leg.unacked = None;
        leg.wants_again = None;
    }

    fn acknowledged(&mut self, far: Far, ack: &Request) {
        let leg = self.leg(far);
        let is_due = leg.unacked.take_if(|unacked| unacked.number == cseq(ack).0).is_some();
        if let Some(sdp) = body(&ack.body).filter(|_| is_due) {
            leg.take_half(Half::read(&sdp, Role::Answer));
        }
    }

    fn change_asked(&mut self, far: Far, request: &Request) {
        let leg = self.leg(far);
        assert!(leg.asked.is_none(), "an INVITE on top of another one: {request}");
        assert!(leg.unacked.is_none(), "an INVITE before the ACK of the last one: {request}");
        let (tag, crosses) = (leg.tag.clone(), leg.open.is_some());
        leg.asked = Some(request.clone());
        match self.habits.on_change {
            // RFC 3261 §14.2
            _ if crosses => self.refuse(far, 491),
            OnChange::Agree => self.agree(far, None),
            OnChange::Say(direction) => self.agree(far, Some(direction)),
            OnChange::Refuse(status) => self.refuse(far, status),
            OnChange::Wait => self.reply(request, 100, &tag, Vec::new(), ""),
        }
    }

    fn refer_asked(&mut self, far: Far, request: &Request) {
        let read = |name| uri(&value(request, name).unwrap());
        let leg = self.leg(far);
        leg.referred = Some((read("Refer-To"), read("Referred-By"), cseq(request).0));
        let tag = leg.tag.clone();
        match self.habits.on_refer {
            OnRefer::Refuse(status) => self.reply(request, status, &tag, Vec::new(), ""),
            OnRefer::Try => {
                self.reply(request, 202, &tag, Vec::new(), "");
                self.tell(far, "active;expires=60", "SIP/2.0 100 Trying\r\n");
            }
            OnRefer::ClaimSuccess => {
                self.reply(request, 202, &tag, Vec::new(), "");
                self.tell(far, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
            }
            OnRefer::KeepQuiet => self.reply(request, 202, &tag, Vec::new(), ""),
        }
    }

    // What the desk answers.

    fn answered(&mut self, response: &Response) {
        let status = response.status_code.code();
        let (number, method) = cseq(response);
        if method == "OPTIONS" {
            self.told_present += u32::from(status == 200);
            return;
        }
        let Some(far) = self.leg_of(response) else { return };
        if method == "INVITE" {
            return self.invite_answered(far, number, status, response);
        }
        let leg = self.leg(far);
        leg.answers.push((method, status));
    }

    fn invite_answered(&mut self, far: Far, number: u32, status: u16, response: &Response) {
        let leg = self.leg(far);
        leg.statuses.push(status);
        leg.meet(response);
        let Some(open) = leg.open.clone().filter(|open| open.number == number) else { return };
        if status < 200 {
            return;
        }
        leg.open = None;
        let is_first = leg.stage == Stage::Early;
        let mut answer = String::new();
        if status < 300 {
            leg.stage = Stage::Up;
            let sdp = body(&response.body).expect("a 2xx has SDP");
            if open.bare {
                answer = leg.answer_to(&sdp, None);
            } else {
                leg.take_half(Half::read(&sdp, Role::Answer));
            }
        } else if is_first {
            leg.stage = Stage::Over;
        }
        let ack = leg.ack(&open, status < 300, &answer);
        let (given_up, ours) = (leg.cancelled && status < 300, leg.ours.direction);
        // RFC 3261 §14.1: who did not choose the Call-ID waits less; our calls are ours.
        let wait = if leg.call_id.ends_with("@pbx.test") { 2600 } else { 900 };
        if status == 491 {
            leg.wants_again = Some(ours);
        }
        self.send(ack);
        if status == 491 {
            self.due.insert(Due::OfferAgain(far), self.now + Duration::from_millis(wait));
        }
        if given_up {
            self.hang_up(far, None);
        }
    }

    // What it does by itself.

    /// Sends a 2xx until it is acknowledged.
    fn insist(&mut self, far: Far, number: u32, response: &Response) {
        let frame = response.to_string().into_bytes();
        self.out.push_back(frame.clone());
        self.leg(far).unacked = Some(Unacked { number, frame, pause: T1 });
        self.due.insert(Due::AnswerAgain(far), self.now + T1);
    }

    fn answer_again(&mut self, far: Far) {
        let Some(unacked) = &mut self.leg(far).unacked else { return };
        unacked.pause = (unacked.pause * 2).min(T2);
        let (frame, pause) = (unacked.frame.clone(), unacked.pause);
        self.out.push_back(frame);
        self.due.insert(Due::AnswerAgain(far), self.now + pause);
    }

    fn qualify(&mut self) {
        let Some(binding) = self.registrar.ours(self.now) else { return };
        let target = binding.contact.clone();
        self.numbers += 1;
        let number = self.numbers;
        let lines: Lines = vec![
            ("Via", format!("SIP/2.0/WS pbx.test;branch=z9hG4bKqualify{number}")),
            ("Max-Forwards", "70".to_owned()),
            ("From", format!("<sip:qualify@pbx.test>;tag=q{number}")),
            ("To", format!("<{target}>")),
            ("Call-ID", format!("qualify-{number}")),
            ("CSeq", format!("{number} OPTIONS")),
        ];
        self.send(wire::request(Method::Options, &target, lines, "", ""));
        if let Some(every) = self.habits.asks_every {
            self.due.insert(Due::Qualify, self.now + every);
        }
    }
}

/// These may come after the end.
fn is_late(request: &Request) -> bool {
    matches!(request.method, Method::Ack | Method::Cancel)
}
