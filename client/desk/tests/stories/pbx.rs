//! The telephone system of the stories: real SIP text on a wire that the story holds in its hands.

use super::lamps::Lamps;
use cordboard_sip::message::{Frame, Message, Method, Name, Request, Response, StatusCode, parse};
use std::collections::{BTreeMap, VecDeque};

/// What the telephone system does by itself when the desk asks to change the media of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnChange {
    /// Agrees at once.
    Agree,
    /// Refuses with this status.
    Refuse(u16),
    /// Leaves it to [`Pbx::agree_to_change`].
    Wait,
}

/// A call as the far end knows it.
#[derive(Debug)]
pub(crate) struct FarCall {
    /// The far end's address with its tag.
    us: String,
    /// The desk's address, with its tag once there is one.
    pub(crate) them: String,
    /// Where the desk wants requests.
    target: String,
    cseq: u32,
    /// An INVITE of the desk's that is not answered yet, first or later.
    pending: Option<Request>,
    refer: Option<Request>,
    /// Every status the desk gave to INVITEs of ours.
    pub(crate) statuses: Vec<u16>,
    /// The last response of the desk's to an INVITE of ours.
    pub(crate) last_response: Option<Response>,
    /// The last SDP that the desk sent.
    pub(crate) sdp: String,
    /// How many offers and answers the desk sent.
    pub(crate) exchanges: u32,
    /// The ACK to a 200 of ours came.
    pub(crate) acked: bool,
    /// The desk sent BYE or CANCEL.
    pub(crate) left: bool,
    /// Who ended it does not matter: nothing more is expected.
    pub(crate) over: bool,
    /// Digits that came by INFO.
    pub(crate) digits: String,
    branch: u32,
    /// The far end called the desk.
    pub(crate) incoming: bool,
    /// Both sides agreed that there is a call.
    pub(crate) established: bool,
    /// An INVITE of ours is not answered yet.
    pub(crate) asking: bool,
    /// Our last INVITE had no offer: the desk's is in its 200.
    bare: bool,
}

impl FarCall {
    /// The desk asked it to call somebody else.
    pub(crate) fn is_referred(&self) -> bool {
        self.refer.is_some()
    }

    /// Something is asked in the call and not answered.
    pub(crate) fn is_waiting(&self) -> bool {
        self.asking || self.refer.is_some() || self.established && self.pending.is_some()
    }
}

/// The telephone system.
#[derive(Debug)]
pub(crate) struct Pbx {
    /// What the desk sent that was not looked at by a test.
    pub(crate) requests: Vec<(Method, String)>,
    /// How REGISTER is answered; `None` for not at all.
    pub(crate) on_register: Option<u16>,
    /// What whoever leaves is to sign; `None` if nobody is asked.
    pub(crate) nonce: Option<&'static str>,
    /// Calls are sent to the desk.
    pub(crate) bound: bool,
    /// How a change of media is answered.
    pub(crate) on_change: OnChange,
    /// How REFER is answered; `None` for not at all.
    pub(crate) on_refer: Option<u16>,
    /// For how many seconds a transfer is told of.
    pub(crate) refer_lasts: u32,
    pub(crate) calls: BTreeMap<String, FarCall>,
    /// The desk's contact as it registered it.
    contact: String,
    /// The SDP that answers or offers next; grows a number each time.
    media: u32,
    out: VecDeque<Vec<u8>>,
    serial: u32,
    /// More headers for the next INVITE of ours.
    next_headers: String,
    /// The bodies of the NOTIFYs that the desk sent.
    pub(crate) told: Vec<String>,
    /// Those who are watched.
    pub(crate) lamps: Lamps,
}

pub(crate) fn sdp(serial: u32, direction: &str) -> String {
    format!(
        "v=0\r\no=- {serial} 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n\
         c=IN IP4 0.0.0.0\r\na=ice-ufrag:u{serial}\r\na=ice-pwd:p{serial}\r\na={direction}\r\n"
    )
}

pub(crate) fn direction(sdp: &str) -> &str {
    sdp.lines()
        .filter_map(|line| line.strip_prefix("a="))
        .find(|a| ["sendrecv", "sendonly", "recvonly", "inactive"].contains(a))
        .unwrap_or("sendrecv")
}

fn answer_to(offered: &str) -> &'static str {
    match offered {
        "sendonly" => "recvonly",
        "recvonly" => "sendonly",
        "inactive" => "inactive",
        _ => "sendrecv",
    }
}

fn with_tag(value: &str, tag: &str) -> String {
    if value.contains(";tag=") { value.to_owned() } else { format!("{value};tag={tag}") }
}

pub(super) fn uri_of(contact: &str) -> String {
    contact
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(contact, |(uri, _)| uri)
        .to_owned()
}

impl Pbx {
    pub(crate) fn new() -> Self {
        Self {
            requests: Vec::new(),
            on_register: Some(200),
            nonce: None,
            bound: false,
            on_change: OnChange::Agree,
            on_refer: Some(202),
            refer_lasts: 60,
            calls: BTreeMap::new(),
            contact: "sip:nobody@invalid".into(),
            media: 100,
            out: VecDeque::new(),
            serial: 0,
            next_headers: String::new(),
            told: Vec::new(),
            lamps: Lamps::default(),
        }
    }

    /// From now on this is what `event` is told of `user`.
    pub(crate) fn show(&mut self, event: &str, user: &str, body: &str) {
        let sent = self.lamps.show(event, user, body);
        self.out.extend(sent);
    }

    /// The next frame for the desk.
    pub(crate) fn poll(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    pub(crate) fn call(&self, call: &str) -> &FarCall {
        &self.calls[call]
    }

    fn far(&mut self, call: &str) -> &mut FarCall {
        self.calls.get_mut(call).expect("a call of the story's")
    }

    fn next_sdp(&mut self, direction: &str) -> String {
        self.media += 1;
        sdp(self.media, direction)
    }

    fn send(&mut self, frame: impl Into<Vec<u8>>) {
        self.out.push_back(frame.into());
    }

    // Calls that the far end makes.

    /// Somebody calls a line. Without `media` the desk is to make the offer.
    pub(crate) fn invite(&mut self, name: &str, number: &str, line: &str, media: bool) -> String {
        self.serial += 1;
        let call = format!("in-{}", self.serial);
        let (us, them) = (
            format!("\"{name}\" <sip:{number}@pbx.test>;tag=far{}", self.serial),
            format!("<sip:{line}@pbx.test>"),
        );
        let far = FarCall {
            us,
            them,
            target: self.contact.clone(),
            cseq: 1,
            pending: None,
            refer: None,
            statuses: Vec::new(),
            last_response: None,
            sdp: String::new(),
            exchanges: 0,
            acked: false,
            left: false,
            over: false,
            digits: String::new(),
            branch: 1,
            incoming: true,
            established: false,
            asking: false,
            bare: !media,
        };
        self.calls.insert(call.clone(), far);
        let body = if media { self.next_sdp("sendrecv") } else { String::new() };
        let more = std::mem::take(&mut self.next_headers);
        self.request(&call, "INVITE", &more, &body);
        call
    }

    /// The next caller's INVITE has these headers as well, each with its end of line.
    pub(crate) fn next_call_says(&mut self, headers: &str) {
        self.next_headers = headers.to_owned();
    }

    /// Somebody calls to take the far end's place in `call` (RFC 3891).
    pub(crate) fn take_over(&mut self, call: &str, name: &str, number: &str, media: bool) -> String {
        let tag = |address: &str| address.split(";tag=").nth(1).unwrap_or_default().to_owned();
        let far = &self.calls[call];
        self.next_headers = format!(
            "Replaces: {call};to-tag={};from-tag={}\r\nRequire: replaces\r\n",
            tag(&far.them),
            tag(&far.us)
        );
        self.invite(name, number, "02079460100", media)
    }

    /// The far end asks the desk to call somebody else.
    pub(crate) fn ask_to_call(&mut self, call: &str, target: &str) {
        self.request(call, "REFER", &format!("Refer-To: <{target}>\r\n"), "");
    }

    fn request(&mut self, call: &str, method: &str, more: &str, body: &str) {
        let far = self.far(call);
        far.asking |= method == "INVITE";
        if ["INVITE", "BYE", "NOTIFY", "UPDATE", "REFER"].contains(&method) {
            far.cseq += 1;
            far.branch += 1;
        }
        let kind = if body.is_empty() {
            ""
        } else if method == "NOTIFY" {
            "Content-Type: message/sipfrag;version=2.0\r\n"
        } else {
            "Content-Type: application/sdp\r\n"
        };
        let (cseq, branch) = match (method, &far.last_response) {
            ("ACK", Some(response)) => acknowledging(response),
            _ => (far.cseq.to_string(), format!("z9hG4bK{call}-{}", far.branch)),
        };
        let text = format!(
            "{method} {} SIP/2.0\r\nVia: SIP/2.0/WS pbx.test;branch={branch}\r\nMax-Forwards: 70\r\n\
             From: {}\r\nTo: {}\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\nContact: <sip:pbx.test;transport=ws>\r\n\
             {more}{kind}Content-Length: {}\r\n\r\n{body}",
            far.target,
            far.us,
            far.them,
            body.len()
        );
        self.send(text);
    }

    /// The caller gives up. `reason` is a Reason header's value.
    pub(crate) fn cancel(&mut self, call: &str, reason: Option<&str>) {
        let more = reason.map(|reason| format!("Reason: {reason}\r\n")).unwrap_or_default();
        self.far(call).over = true;
        self.request(call, "CANCEL", &more, "");
    }

    pub(crate) fn bye(&mut self, call: &str) {
        self.far(call).over = true;
        self.request(call, "BYE", "", "");
    }

    /// The far end puts the desk on hold, or takes it back.
    pub(crate) fn change_to(&mut self, call: &str, direction: &str) {
        self.far(call).bare = false;
        let body = self.next_sdp(direction);
        self.request(call, "INVITE", "", &body);
    }

    /// The far end asks the desk for an offer.
    pub(crate) fn bare_reinvite(&mut self, call: &str) {
        self.far(call).bare = true;
        self.request(call, "INVITE", "", "");
    }

    // Calls that the desk makes.

    pub(crate) fn ring_back(&mut self, call: &str, status: u16, media: bool) {
        let body = media.then(|| self.next_sdp("sendrecv"));
        self.answer_pending(call, status, body);
    }

    pub(crate) fn answer(&mut self, call: &str) {
        let body = self.next_sdp("sendrecv");
        self.answer_pending(call, 200, Some(body));
    }

    pub(crate) fn refuse(&mut self, call: &str, status: u16) {
        self.answer_pending(call, status, None);
    }

    fn answer_pending(&mut self, call: &str, status: u16, body: Option<String>) {
        let far = self.far(call);
        let Some(request) = &far.pending else { return };
        let tag = format!("far-{call}");
        let status = StatusCode::new(status).expect("a SIP status");
        let mut response =
            request.respond(status, Some(&tag)).with(Name::Contact, "<sip:pbx.test;transport=ws>");
        if let Some(body) = body {
            response = response.with_body("application/sdp", body);
        }
        far.us = with_tag(&far.us, &tag);
        if status.is_final() {
            far.pending = None;
            far.over |= !status.is_success() && !far.established;
            far.established |= status.is_success();
        }
        self.send(response.to_bytes());
    }

    /// Answers a change of media that waits.
    pub(crate) fn agree_to_change(&mut self, call: &str) {
        let direction = answer_to(direction(&self.far(call).sdp));
        let body = self.next_sdp(direction);
        self.answer_pending(call, 200, Some(body));
    }

    /// Tells how the first transfer of a call goes; `last` ends the telling.
    pub(crate) fn tell_transfer(&mut self, call: &str, status: &str, last: bool) {
        self.tell_transfer_of(call, "refer", status, last);
    }

    /// Tells how the last of several transfers of a call goes (RFC 3515 section 2.4.6).
    pub(crate) fn tell_last_transfer(&mut self, call: &str, status: &str, last: bool) {
        let refer = self.call(call).refer.as_ref().expect("a transfer was asked for");
        let number = refer.headers.cseq().expect("it is numbered").number;
        self.tell_transfer_of(call, &format!("refer;id={number}"), status, last);
    }

    fn tell_transfer_of(&mut self, call: &str, event: &str, status: &str, last: bool) {
        let active = format!("active;expires={}", self.refer_lasts);
        let state = if last { "terminated;reason=noresource" } else { active.as_str() };
        let body = format!("SIP/2.0 {status}\r\n");
        self.request(call, "NOTIFY", &format!("Event: {event}\r\nSubscription-State: {state}\r\n"), &body);
    }

    /// Ends the telling of a transfer without its outcome.
    pub(crate) fn end_transfer_news(&mut self, call: &str) {
        self.tell_transfer(call, "100 Trying", true);
    }

    /// Whom an INVITE of the desk's that is not answered yet is for, and what it takes over.
    pub(crate) fn invited(&self, call: &str) -> (String, Option<String>) {
        let request = self.call(call).pending.as_ref().expect("it is not answered");
        (request.uri.user().into_owned(), request.headers.get(Name::Replaces).map(str::to_owned))
    }

    /// Whom the desk last asked to call.
    pub(crate) fn referred_to(&self, call: &str) -> Option<String> {
        self.call(call).refer.as_ref().and_then(|refer| refer.headers.get(Name::ReferTo)).map(uri_of)
    }

    // What the desk sends.

    /// Takes a frame in.
    pub(crate) fn frame(&mut self, frame: &[u8]) {
        match parse(frame).expect("the desk sends what can be read") {
            Frame::Ping => self.send(Frame::PONG.to_vec()),
            Frame::Pong => {}
            Frame::Message(Message::Request(request)) => self.requested(request),
            Frame::Message(Message::Response(response)) => self.responded(response),
        }
    }

    fn requested(&mut self, request: Request) {
        let call = request.headers.get(Name::CallId).unwrap_or_default().to_owned();
        self.requests.push((request.method.clone(), call.clone()));
        if self.is_to_sign(&request) {
            return;
        }
        match &request.method {
            Method::Register => self.registered(&request),
            Method::Invite if self.calls.contains_key(&call) => self.asked_to_change(&call, request),
            Method::Invite => self.called(call, request),
            Method::Ack => {
                if let Some(far) = self.calls.get_mut(&call) {
                    far.acked = true;
                    if let Some(sdp) = body(request.body_of("application/sdp")) {
                        far.sdp = sdp;
                        far.exchanges += 1;
                    }
                }
            }
            Method::Bye => {
                let known =
                    self.calls.get_mut(&call).map(|far| (far.left, far.over) = (true, true)).is_some();
                self.send(
                    request
                        .respond(
                            if known { StatusCode::OK } else { StatusCode::new(481).unwrap() },
                            Some("x"),
                        )
                        .to_bytes(),
                );
            }
            Method::Cancel => {
                self.send(request.respond(StatusCode::OK, Some("x")).to_bytes());
                self.far(&call).left = true;
                self.refuse(&call, 487);
            }
            Method::Refer => {
                if let Some(status) = self.on_refer {
                    let answer = request.respond(StatusCode::new(status).unwrap(), Some("x"));
                    self.send(answer.with(Name::Contact, "<sip:pbx.test;transport=ws>").to_bytes());
                }
                self.far(&call).refer = Some(request);
            }
            Method::Info => {
                let text = String::from_utf8_lossy(&request.body).into_owned();
                let digit = text
                    .lines()
                    .find_map(|line| line.strip_prefix("Signal="))
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                self.far(&call).digits.push_str(&digit);
                self.send(request.respond(StatusCode::OK, Some("x")).to_bytes());
            }
            Method::Subscribe => {
                let sent = self.lamps.subscribed(&request);
                self.out.extend(sent);
            }
            Method::Publish => {
                self.lamps.published.push(String::from_utf8_lossy(&request.body).into_owned());
                let answer = request.respond(StatusCode::OK, Some("x"));
                self.send(answer.with(Name::Expires, "600").with(Name::SipETag, "e").to_bytes());
            }
            Method::Notify => {
                self.told.push(String::from_utf8_lossy(&request.body).trim().to_owned());
                self.send(request.respond(StatusCode::OK, Some("x")).to_bytes());
            }
            _ => self.send(request.respond(StatusCode::OK, Some("x")).to_bytes()),
        }
    }

    /// Asks whoever leaves who they are, unless they have said so.
    fn is_to_sign(&mut self, request: &Request) -> bool {
        let leaves = [Method::Register, Method::Bye, Method::Publish].contains(&request.method);
        let Some(nonce) = self.nonce.filter(|_| leaves) else { return false };
        let signed = request.headers.get(Name::Authorization).is_some_and(|signed| signed.contains(nonce));
        if !signed {
            let challenge = format!(r#"Digest realm="pbx.test", nonce="{nonce}", qop="auth""#);
            let asks = request.respond(StatusCode::UNAUTHORIZED, Some("x"));
            self.send(asks.with(Name::WwwAuthenticate, challenge).to_bytes());
        }
        !signed
    }

    fn registered(&mut self, request: &Request) {
        let Some(status) = self.on_register else { return };
        let mut response = request.respond(StatusCode::new(status).unwrap(), Some("reg"));
        if let Some(contact) = request.headers.get(Name::Contact).filter(|_| status == 200) {
            self.contact = uri_of(contact);
            let asked = request.headers.get(Name::Expires).unwrap_or("600");
            self.bound = asked != "0" && !contact.contains("expires=0");
            if self.bound {
                let plain = contact.split(";expires").next().unwrap_or(contact);
                response = response.with(Name::Contact, format!("{plain};expires={asked}"));
            }
        }
        self.send(response.to_bytes());
    }

    fn called(&mut self, call: String, request: Request) {
        let far = FarCall {
            us: request.headers.get(Name::To).unwrap_or_default().to_owned(),
            them: request.headers.get(Name::From).unwrap_or_default().to_owned(),
            target: request.headers.get(Name::Contact).map(uri_of).unwrap_or_default(),
            cseq: 1000,
            refer: None,
            statuses: Vec::new(),
            last_response: None,
            sdp: body(request.body_of("application/sdp")).unwrap_or_default(),
            exchanges: 1,
            acked: false,
            left: false,
            over: false,
            digits: String::new(),
            branch: 1000,
            incoming: false,
            established: false,
            asking: false,
            bare: false,
            pending: Some(request),
        };
        self.calls.insert(call.clone(), far);
        self.answer_pending(&call, 100, None);
    }

    fn asked_to_change(&mut self, call: &str, request: Request) {
        let far = self.far(call);
        let resent =
            far.pending.as_ref().is_some_and(|p| p.headers.get(Name::Via) == request.headers.get(Name::Via));
        if resent {
            return;
        }
        far.sdp = body(request.body_of("application/sdp")).unwrap_or_default();
        far.exchanges += 1;
        far.pending = Some(request);
        match self.on_change {
            OnChange::Agree => self.agree_to_change(call),
            OnChange::Refuse(status) => self.refuse(call, status),
            OnChange::Wait => {}
        }
    }

    fn responded(&mut self, response: Response) {
        let call = response.headers.get(Name::CallId).unwrap_or_default().to_owned();
        let to_invite = response.headers.get(Name::CSeq).is_some_and(|cseq| cseq.ends_with("INVITE"));
        let Some(far) = self.calls.get_mut(&call) else { return };
        if !to_invite {
            return;
        }
        let status = response.status.code();
        far.statuses.push(status);
        far.them = response.headers.get(Name::To).unwrap_or_default().to_owned();
        if let Some(contact) = response.headers.get(Name::Contact) {
            far.target = uri_of(contact);
        }
        let offered = body(response.body_of("application/sdp"));
        far.last_response = Some(response);
        if status < 200 {
            return;
        }
        far.asking = false;
        far.over |= status >= 300 && !far.established;
        far.established |= status < 300;
        let mut answer = String::new();
        if let Some(sdp) = offered {
            far.exchanges += 1;
            if std::mem::take(&mut far.bare) {
                answer = answer_to(direction(&sdp)).to_owned();
            }
            far.sdp = sdp;
        }
        let answer = if answer.is_empty() { String::new() } else { self.next_sdp(&answer) };
        self.request(&call, "ACK", "", &answer);
    }
}

/// Sequence number and branch of the ACK to a final response. That of a 200 is a transaction of its own (RFC 3261
/// section 13.2.2.4).
fn acknowledging(response: &Response) -> (String, String) {
    let cseq = response.headers.get(Name::CSeq).and_then(|cseq| cseq.split(' ').next()).unwrap_or_default();
    let via = response.headers.get(Name::Via).unwrap_or_default();
    let branch = via.split(';').find_map(|p| p.trim().strip_prefix("branch=")).unwrap_or_default();
    let own = if response.status.is_success() { "-ack" } else { "" };
    (cseq.to_owned(), format!("{branch}{own}"))
}

fn body(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
