//! An agent, its clock, and everything that it says and is told.

use std::collections::VecDeque;
use std::time::Duration;

use cordboard_sip::message::{Frame, Headers, Message, Method, Name, Request, Response, StatusCode, parse};
use cordboard_sip::uri::Uri;
use cordboard_sip::{Agent, Event, Instant, Invitation, Output, Registration, Secret, SessionId, Settings};

/// An SDP that stands for ours. What is in it is the browser's business.
pub(crate) const OURS: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=ours\r\nt=0 0\r\n";
/// An SDP that stands for theirs.
pub(crate) const THEIRS: &str = "v=0\r\no=- 2 1 IN IP4 127.0.0.1\r\ns=theirs\r\nt=0 0\r\n";

pub(crate) const INSTANCE: &str = "urn:uuid:00000000-0000-4000-8000-000000000001";

const PASSWORD: &str = "secret";

pub(crate) fn settings() -> Settings {
    Settings {
        aor: "front@pbx.example".to_owned(),
        display_name: "Front Desk".to_owned(),
        auth_user: "front".to_owned(),
        password: Secret::new(PASSWORD),
        instance: INSTANCE.to_owned(),
        expires: 600,
        user_agent: "Cordboard/test".to_owned(),
        servers: 1,
        line_header: String::new(),
    }
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// An agent under test with its surroundings.
pub(crate) struct Phone {
    pub(crate) agent: Agent,
    settings: Settings,
    /// The same agent, saved and restored before each step. It must do the same, to the letter (S15).
    twin: Option<Agent>,
    /// How many steps they have taken.
    steps: u64,
    pub(crate) now: Instant,
    /// What it sent, pings aside.
    pub(crate) sent: VecDeque<Message>,
    pub(crate) events: VecDeque<Event>,
    /// When it asked for the connection to be dropped.
    pub(crate) drops: Vec<Instant>,
    /// When it pinged.
    pub(crate) pings: Vec<Instant>,
    /// How many unreadable requests it refused.
    pub(crate) blind_refusals: u32,
    /// The far end answers pings.
    pub(crate) pongs: bool,
}

impl Phone {
    /// An agent without a connection.
    pub(crate) fn new() -> Self {
        Self::with(&settings())
    }

    /// An agent with these settings, without a connection.
    pub(crate) fn with(settings: &Settings) -> Self {
        let now = Instant::from_millis(1_700_000_000_000);
        Self {
            agent: Agent::new(settings.clone(), 7, now),
            settings: settings.clone(),
            twin: Some(Agent::new(settings.clone(), 7, now)),
            steps: 0,
            now,
            sent: VecDeque::new(),
            events: VecDeque::new(),
            drops: Vec::new(),
            pings: Vec::new(),
            blind_refusals: 0,
            pongs: true,
        }
    }

    /// An agent with a connection.
    pub(crate) fn connected() -> Self {
        let mut phone = Self::new();
        phone.connect();
        phone
    }

    /// Without the twin that is saved and restored, where saving a thousand times over would take too long.
    pub(crate) fn alone(mut self) -> Self {
        self.twin = None;
        self
    }

    pub(crate) fn connect(&mut self) {
        self.step(|agent, now| agent.handle_connected(now));
    }

    pub(crate) fn disconnect(&mut self) {
        self.step(|agent, now| agent.handle_disconnected(now));
    }

    /// Carries out an act and takes in what it leads to.
    pub(crate) fn act<T>(&mut self, act: impl Fn(&mut Agent, Instant) -> T) -> T {
        self.step(act)
    }

    /// One step of the agent, and of its twin.
    fn step<T>(&mut self, step: impl Fn(&mut Agent, Instant) -> T) -> T {
        self.steps += 1;
        if let Some(twin) = &mut self.twin {
            *twin = saved_and_restored(twin);
            // Random words begin anew with each restart, and so they do for both.
            for agent in [twin, &mut self.agent] {
                agent.resume(self.settings.clone(), self.steps);
            }
        }
        let result = step(&mut self.agent, self.now);
        let outputs = drained(&mut self.agent);
        if let Some(twin) = &mut self.twin {
            step(twin, self.now);
            assert_same(&outputs, &drained(twin));
            assert_eq!(
                twin.poll_timeout(),
                self.agent.poll_timeout(),
                "restored, it waits for something else"
            );
        }
        outputs.into_iter().for_each(|output| self.take_in(output));
        result
    }

    fn take_in(&mut self, output: Output) {
        match output {
            Output::SendFrame(frame) => match parse(&frame) {
                Ok(Frame::Message(message)) => self.sent.push_back(message),
                Ok(Frame::Ping) => {
                    self.pings.push(self.now);
                    if self.pongs {
                        self.step(|agent, now| agent.handle_frame(now, Frame::PONG));
                    }
                }
                Ok(Frame::Pong) => {}
                // The refusal of what cannot be read repeats its headers, broken as they may be.
                Err(_) if frame.starts_with(b"SIP/2.0 4") || frame.starts_with(b"SIP/2.0 5") => {
                    self.blind_refusals += 1;
                }
                Err(refusal) => panic!("sent what cannot be read: {refusal}"),
            },
            Output::DropConnection => self.drops.push(self.now),
            Output::Event(event) => self.events.push_back(event),
        }
    }

    /// Lets time pass; what falls due is done at its time.
    pub(crate) fn pass(&mut self, span: Duration) {
        let until = self.now + span;
        while let Some(due) = self.agent.poll_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.step(|agent, now| agent.handle_timeout(now));
        }
        self.now = until;
    }

    pub(crate) fn receive(&mut self, message: impl Into<Message>) {
        self.receive_bytes(&message.into().to_bytes());
    }

    pub(crate) fn receive_bytes(&mut self, frame: &[u8]) {
        self.step(|agent, now| agent.handle_frame(now, frame));
    }

    /// The next thing sent, which must be this request.
    pub(crate) fn request(&mut self, method: Method) -> Request {
        match self.sent.pop_front() {
            Some(Message::Request(request)) if request.method == method => request,
            other => panic!("expected {method}, got {other:?}"),
        }
    }

    /// The next thing sent, which must be a response with this status.
    pub(crate) fn response(&mut self, status: u16) -> Response {
        match self.sent.pop_front() {
            Some(Message::Response(response)) if response.status.code() == status => response,
            other => panic!("expected {status}, got {other:?}"),
        }
    }

    pub(crate) fn event(&mut self) -> Event {
        self.events.pop_front().expect("an event")
    }

    #[track_caller]
    pub(crate) fn silent(&self) {
        assert!(self.sent.is_empty(), "sent: {:?}", self.sent);
        assert!(self.events.is_empty(), "told: {:?}", self.events);
    }

    /// Nothing was sent; what was told is forgotten.
    #[track_caller]
    pub(crate) fn silent_but_for_events(&mut self) {
        self.events.clear();
        self.silent();
    }

    /// Registers and takes the grant.
    pub(crate) fn registered(expires: u32) -> Self {
        let mut phone = Self::connected();
        phone.act(|agent, now| agent.register(now));
        assert_eq!(phone.event(), Event::Registration(Registration::Registering));
        let register = phone.request(Method::Register);
        phone.receive(grant(&register, expires));
        assert!(matches!(phone.event(), Event::Registration(Registration::Registered { .. })));
        phone
    }

    /// Calls 200 and hands out the INVITE.
    pub(crate) fn calling() -> (Self, SessionId, Request) {
        let mut phone = Self::connected();
        let session = phone.act(|agent, now| agent.invite(now, "200", OURS)).expect("a call");
        let invite = phone.request(Method::Invite);
        (phone, session, invite)
    }

    /// Calls 200, which answers.
    pub(crate) fn in_call() -> (Self, SessionId, Request) {
        let (mut phone, session, invite) = Self::calling();
        phone.receive(accept(&invite, "theirs"));
        phone.request(Method::Ack);
        assert!(matches!(phone.event(), Event::Answered { .. }));
        (phone, session, invite)
    }

    /// Is called, and hands out the invitation.
    pub(crate) fn called_with(invite: Request) -> (Self, SessionId, Box<Invitation>) {
        let mut phone = Self::connected();
        phone.receive(invite);
        phone.response(100);
        match phone.event() {
            Event::Incoming { session, invitation } => (phone, session, invitation),
            other => panic!("{other:?}"),
        }
    }

    /// Is called, answers, and the ACK has come. Hands out the 2xx.
    pub(crate) fn answered() -> (Self, SessionId, Response) {
        let (mut phone, session, _) = Self::called_with(their_invite());
        phone.act(|agent, now| agent.accept(now, session, OURS)).expect("accepted");
        let ok = phone.response(200);
        phone.receive(their_ack(&ok, ""));
        assert_eq!(phone.event(), Event::Established { session, sdp: None });
        (phone, session, ok)
    }
}

/// The agent as it comes back from storage.
pub(crate) fn restored(phone: &mut Phone) {
    phone.agent = saved_and_restored(&phone.agent);
    phone.agent.resume(phone.settings.clone(), phone.now.as_millis());
}

fn saved_and_restored(agent: &Agent) -> Agent {
    let saved = postcard::to_allocvec(agent).expect("saved");
    postcard::from_bytes(&saved).expect("restored")
}

fn drained(agent: &mut Agent) -> Vec<Output> {
    std::iter::from_fn(|| agent.poll_output()).collect()
}

/// That the restored agent did the same, with a message that can be read if not.
fn assert_same(outputs: &[Output], restored: &[Output]) {
    let shown = |output: &Output| match output {
        Output::SendFrame(frame) => String::from_utf8_lossy(frame).into_owned(),
        Output::DropConnection | Output::Event(_) => format!("{output:?}"),
    };
    let shown = |outputs: &[Output]| outputs.iter().map(shown).collect::<Vec<_>>().join("\n----\n");
    assert!(
        outputs == restored,
        "saved and restored, it does not\n{}\nbut\n{}",
        shown(outputs),
        shown(restored)
    );
}

/// The registrar's 200.
pub(crate) fn grant(register: &Request, expires: u32) -> Response {
    let mut contact = register.headers.contacts().expect("contacts").remove(0);
    contact.params.set("expires", &expires.to_string());
    register.respond(StatusCode::OK, Some("registrar")).with(Name::Contact, contact)
}

pub(crate) fn respond(request: &Request, status: u16) -> Response {
    request.respond(StatusCode::new(status).expect("a status"), Some("theirs"))
}

/// A 200 to an INVITE.
pub(crate) fn accept(invite: &Request, tag: &str) -> Response {
    invite
        .respond(StatusCode::OK, Some(tag))
        .with(Name::Contact, format!("<sip:{tag}@192.0.2.9>"))
        .with_body("application/sdp", THEIRS)
}

/// An INVITE from 300 with an offer.
pub(crate) fn their_invite() -> Request {
    their_bare_invite().with_body("application/sdp", THEIRS)
}

/// An INVITE from 300 without an offer.
pub(crate) fn their_bare_invite() -> Request {
    Request::new(Method::Invite, Uri::parse("sip:front@here.invalid;transport=ws").expect("a URI"))
        .with(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKtheirs1")
        .with(Name::MaxForwards, 70)
        .with(Name::From, "\"Carol\" <sip:300@pbx.example>;tag=carol")
        .with(Name::To, "<sip:front@pbx.example>")
        .with(Name::CallId, "their-call")
        .with(Name::CSeq, "1 INVITE")
        .with(Name::Contact, "<sip:300@192.0.2.3>")
}

/// The ACK of our 2xx.
pub(crate) fn their_ack(ok: &Response, sdp: &str) -> Request {
    let ack = in_their_dialog(&ok.headers, Method::Ack, ok.headers.cseq().expect("CSeq").number);
    if sdp.is_empty() { ack } else { ack.with_body("application/sdp", sdp) }
}

/// A request of theirs in the dialog whose From and To are those of a call that they made.
pub(crate) fn in_their_dialog(headers: &Headers, method: Method, number: u32) -> Request {
    let (from, to) = (headers.from().expect("From"), headers.to().expect("To"));
    theirs(headers, &from.to_string(), &to.to_string(), method, number)
}

/// A request of theirs in the dialog of a call that we made. `ok` is their answer.
pub(crate) fn in_our_dialog(ok: &Headers, method: Method, number: u32) -> Request {
    let (from, to) = (ok.from().expect("From"), ok.to().expect("To"));
    theirs(ok, &to.to_string(), &from.to_string(), method, number)
}

fn theirs(headers: &Headers, from: &str, to: &str, method: Method, number: u32) -> Request {
    Request::new(method.clone(), Uri::parse("sip:front@here.invalid;transport=ws").expect("a URI"))
        .with(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{method}{number}"))
        .with(Name::MaxForwards, 70)
        .with(Name::From, from)
        .with(Name::To, to)
        .with(Name::CallId, headers.call_id().expect("Call-ID"))
        .with(Name::CSeq, format!("{number} {method}"))
        .with(Name::Contact, "<sip:300@192.0.2.3>")
}
