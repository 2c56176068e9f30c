//! Call control on a clock that we turn: what takes a minute outside takes no time here.

use std::time::{Duration, Instant};

use super::{Input, MediaNews, MediaOrder, MixOrder, Output, Switch};
use crate::callers;
use crate::colleagues;
use crate::event::Event;
use crate::ids::{CallId, ConnId, MixId, VoiceId};
use crate::settings::{Operator, Settings};

mod group;
mod places;
mod taking;
mod watching;

/// A switch with Nora and Luc, and everything that it put out since the last look.
struct House {
    switch: Switch,
    now: Instant,
    frames: Vec<(ConnId, String)>,
    orders: Vec<(VoiceId, MediaOrder)>,
    mixed: Vec<(MixId, VoiceId, MixOrder)>,
    events: Vec<Event>,
    /// Requests that were given a number by the story.
    requests: usize,
}

const NORA: ConnId = ConnId(1);
const LUC: ConnId = ConnId(2);
const MINUTE: Duration = Duration::from_secs(60);

impl House {
    fn new() -> Self {
        let operators = vec![
            Operator::new("nora", "secret", "Nora Fielding", "201"),
            Operator::new("luc", "secret", "Luc Amari", "202"),
        ];
        let now = Instant::now();
        let switch = Switch::new(now, Settings { operators, challenge_calls: false, ..Settings::default() });
        Self {
            switch,
            now,
            frames: Vec::new(),
            orders: Vec::new(),
            mixed: Vec::new(),
            events: Vec::new(),
            requests: 0,
        }
    }

    fn take(&mut self, input: Input) {
        self.switch.handle(self.now, input);
        while let Some(output) = self.switch.poll_output() {
            match output {
                Output::SendFrame { conn, text } => self.frames.push((conn, text)),
                Output::OrderMedia { voice, order } => self.orders.push((voice, order)),
                Output::OrderMix { mix, voice, order } => self.mixed.push((mix, voice, order)),
                Output::Tell(event) => self.events.push(event),
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.switch.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.take(Input::TimePassed);
        }
        self.now = end;
    }

    fn frame(&mut self, conn: ConnId, text: &str) {
        self.take(Input::FrameReceived { conn, bytes: text.as_bytes().to_vec() });
    }

    /// A request of a console. `to` may carry the exchange's tag.
    fn request(&mut self, conn: ConnId, start: &str, to: &str, cseq: &str, rest: &str) {
        self.frame(conn, &request(conn, start, to, cseq, rest));
    }

    fn register(&mut self, conn: ConnId, user: &str, nonce: &str) {
        let rest = format!(
            "Contact: <sip:{user}@c{}.invalid>;+sip.instance=\"<{user}>\";expires=120\r\n{nonce}\r\n",
            conn.0
        );
        let rest = if nonce.is_empty() { rest.replace("\r\n\r\n", "\r\n") } else { rest };
        self.request(
            conn,
            "REGISTER sip:practice.invalid",
            &format!("<sip:{user}@practice.invalid>"),
            "1 REGISTER",
            &rest,
        );
    }

    /// Registers with a right answer to the challenge.
    fn sign_in(&mut self, conn: ConnId, user: &str) -> String {
        self.register(conn, user, "");
        let challenge = self.last(conn);
        let nonce = between(&challenge, "nonce=\"", "\"");
        let credentials = credentials(user, &nonce);
        self.register(conn, user, &credentials);
        assert!(self.last(conn).starts_with("SIP/2.0 200"), "{}", self.last(conn));
        credentials
    }

    /// Lets Ravenna ring Nora, and Nora answer. Hands out the voice and the exchange's From, as it was sent.
    fn answered(&mut self) -> (VoiceId, String) {
        self.ring("nora");
        let voice = self.orders.last().unwrap().0;
        self.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\no=caller\r\n".into()) });
        let invite = self.last(NORA);
        self.frame(NORA, &answer(&invite, "200 OK", "v=0\r\no=nora\r\n"));
        assert!(matches!(self.orders.last(), Some((_, MediaOrder::Apply(_)))));
        (voice, header(&invite, "From"))
    }

    fn ring(&mut self, user: &str) {
        let caller = callers::with_number("+447700900417").unwrap();
        let line = colleagues::line("02079460100").unwrap();
        self.take(Input::RingAsked {
            call: CallId(7),
            caller,
            users: vec![user.into()],
            line,
            by_itself: false,
        });
    }

    /// The last frame to a connection.
    fn last(&self, conn: ConnId) -> String {
        self.frames.iter().rev().find(|(to, _)| *to == conn).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// The start lines of what was sent to a connection since the last look.
    fn starts(&mut self, conn: ConnId) -> Vec<String> {
        let frames = std::mem::take(&mut self.frames);
        frames
            .into_iter()
            .filter(|(to, _)| *to == conn)
            .map(|(_, text)| text.lines().next().unwrap_or_default().into())
            .collect()
    }
}

fn request(conn: ConnId, start: &str, to: &str, cseq: &str, rest: &str) -> String {
    let number = conn.0;
    let branch = cseq.replace(' ', "");
    let rest = if rest.is_empty() { "Content-Length: 0\r\n\r\n" } else { rest };
    let rest = if rest.contains("\r\n\r\n") { rest.to_owned() } else { format!("{rest}\r\n") };
    format!(
        "{start} SIP/2.0\r\nVia: SIP/2.0/WS c{number}.invalid;branch=z9hG4bK{branch}{number}\r\nMax-Forwards: 70\r\n\
         From: <sip:x@practice.invalid>;tag=f{number}\r\nTo: {to}\r\nCall-ID: k{number}\r\nCSeq: {cseq}\r\n{rest}"
    )
}

/// A body, with the header that says what it is.
fn with_sdp(contact: &str, sdp: &str) -> String {
    format!(
        "Contact: <{contact}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    )
}

/// A console's answer to a request of ours.
fn answer(request: &str, status: &str, sdp: &str) -> String {
    let to = header(request, "To");
    let to = if to.contains("tag=") { to } else { format!("{to};tag=console") };
    let copied = ["Via", "From", "Call-ID", "CSeq"]
        .map(|name| format!("{name}: {}\r\n", header(request, name)))
        .concat();
    format!("SIP/2.0 {status}\r\n{copied}To: {to}\r\n{}", with_sdp("sip:nora@c1.invalid", sdp))
}

fn header(text: &str, name: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default().to_owned()
}

fn between(text: &str, before: &str, after: &str) -> String {
    text.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap_or_default().to_owned()
}

fn credentials(user: &str, nonce: &str) -> String {
    use md5::{Digest, Md5};
    let hash =
        |text: String| -> String { Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect() };
    let (who, what) =
        (hash(format!("{user}:practice.invalid:secret")), hash("REGISTER:sip:practice.invalid".into()));
    let response = hash(format!("{who}:{nonce}:{what}"));
    format!(
        "Authorization: Digest username=\"{user}\", realm=\"practice.invalid\", nonce=\"{nonce}\", uri=\"sip:practice.invalid\", \
         response=\"{response}\", algorithm=MD5\r\n"
    )
}

#[test]
fn a_nonce_that_is_too_old_is_stale_and_a_registration_that_is_not_refreshed_runs_out() {
    let mut house = House::new();
    let credentials = house.sign_in(NORA, "nora");
    assert_eq!(house.switch.consoles("nora"), 1);
    house.pass(MINUTE);
    assert_eq!(house.switch.consoles("nora"), 1);
    house.pass(2 * MINUTE);
    assert_eq!(house.switch.consoles("nora"), 0);
    assert!(house.events.contains(&Event::Unregistered { user: "nora".into(), consoles: 0 }));
    house.pass(3 * MINUTE);
    house.register(NORA, "nora", &credentials);
    assert!(house.last(NORA).starts_with("SIP/2.0 401") && house.last(NORA).contains("stale=true"));
}

#[test]
fn a_call_whose_console_is_lost_is_kept_for_a_minute() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    let (voice, _) = house.answered();
    house.take(Input::ConnectionClosed { conn: NORA });
    house.pass(MINUTE / 2);
    assert!(!house.events.contains(&Event::Ended { call: CallId(7) }));
    house.pass(MINUTE);
    assert!(house.events.contains(&Event::Ended { call: CallId(7) }));
    assert!(house.orders.iter().any(|(of, order)| *of == voice && matches!(order, MediaOrder::Close)));
}

#[test]
fn a_console_that_comes_back_on_another_connection_has_its_call() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.answered();
    house.take(Input::ConnectionClosed { conn: NORA });
    let back = ConnId(9);
    house.sign_in(back, "nora");
    // The caller hangs up when all is said, and the goodbye finds the new connection.
    house.starts(back);
    house.pass(3 * MINUTE);
    assert!(house.starts(back).iter().any(|start| start.starts_with("BYE")));
}

#[test]
fn an_answer_that_nobody_acknowledges_ends_the_call() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.request(
        NORA,
        "INVITE sip:600@practice.invalid",
        "<sip:600@practice.invalid>",
        "1 INVITE",
        &with_sdp("sip:nora@c1.invalid", "v=0\r\n"),
    );
    let voice = house.orders.last().unwrap().0;
    house.take(Input::MediaReported { voice, news: MediaNews::Answer("v=0\r\n".into()) });
    assert!(house.last(NORA).starts_with("SIP/2.0 200"));
    house.starts(NORA);
    house.pass(Duration::from_secs(33));
    assert!(house.starts(NORA).iter().any(|start| start.starts_with("BYE")));
}

#[test]
fn an_invitation_without_an_offer_gets_one_and_the_ack_brings_the_answer() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.request(
        NORA,
        "INVITE sip:601@practice.invalid",
        "<sip:601@practice.invalid>",
        "1 INVITE",
        "Contact: <sip:nora@c1.invalid>\r\n",
    );
    let Some((voice, MediaOrder::Offer(_))) = house.orders.last() else { panic!("{:?}", house.orders) };
    let voice = *voice;
    house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\no=music\r\n".into()) });
    let ok = house.last(NORA);
    assert!(ok.starts_with("SIP/2.0 200") && ok.ends_with("o=music\r\n"));
    house.request(
        NORA,
        "ACK sip:exchange@practice.invalid",
        &header(&ok, "To"),
        "1 ACK",
        &with_sdp("sip:nora@c1.invalid", "v=0\r\no=nora\r\n"),
    );
    assert!(
        matches!(house.orders.last(), Some((_, MediaOrder::Apply(answer))) if answer.ends_with("o=nora\r\n"))
    );
}

#[test]
fn a_second_offer_waits_for_the_first() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    let (voice, from) = house.answered();
    let call_id = header(&house.last(NORA), "Call-ID");
    let reinvite = |number: u32| {
        let rest = with_sdp("sip:nora@c1.invalid", "v=0\r\na=inactive\r\n");
        request(NORA, "INVITE sip:exchange@practice.invalid", &from, &format!("{number} INVITE"), &rest)
            .replace("tag=f1\r\n", "tag=console\r\n")
            .replace("Call-ID: k1", &format!("Call-ID: {call_id}"))
    };
    house.starts(NORA);
    house.frame(NORA, &reinvite(5));
    house.frame(NORA, &reinvite(6));
    assert_eq!(house.starts(NORA), ["SIP/2.0 100 Trying", "SIP/2.0 491 Request Pending"]);
    house.take(Input::MediaReported { voice, news: MediaNews::Answer("v=0\r\n".into()) });
    assert_eq!(house.starts(NORA), ["SIP/2.0 200 OK"]);
    assert!(house.events.contains(&Event::Held { call: CallId(7) }));
    // An old number is out of order.
    house.frame(NORA, &reinvite(4));
    assert_eq!(house.starts(NORA), ["SIP/2.0 500 Server Internal Error"]);
}

#[test]
fn callers_ring_by_themselves_where_that_is_set() {
    let mut house = House::new();
    house.switch.settings.ring_every = Some(MINUTE);
    house.switch.after(MINUTE, crate::timers::Timer::Round);
    house.sign_in(LUC, "luc");
    house.pass(MINUTE);
    assert_eq!(house.orders.len(), 1);
    let Some((voice, MediaOrder::Offer(_))) = house.orders.last() else { panic!("{:?}", house.orders) };
    let voice = *voice;
    house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\n".into()) });
    assert!(house.last(LUC).starts_with("INVITE sip:luc@c2.invalid"));
}

#[test]
fn frames_that_are_cut_short_or_garbled_do_no_harm() {
    let frames = [
        request(
            NORA,
            "INVITE sip:202@practice.invalid",
            "<sip:202@practice.invalid>",
            "1 INVITE",
            &with_sdp("sip:nora@c1.invalid", "v=0\r\na=sendonly\r\n"),
        ),
        request(
            NORA,
            "REFER sip:202@practice.invalid",
            "<sip:a@b>;tag=1",
            "2 REFER",
            "Refer-To: <sip:301@x?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\n",
        ),
        request(
            NORA,
            "REGISTER sip:practice.invalid",
            "\"N <o> \\\" ra\" <sip:nora@practice.invalid>",
            "3 REGISTER",
            &format!("Contact: *, <sip:x>;expires=x\r\n{}", credentials("nora", "n")),
        ),
        answer(&request(NORA, "INVITE sip:a@b", "<sip:a@b>", "4 INVITE", ""), "486 Occupé", "v=0\r\n"),
    ];
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.sign_in(LUC, "luc");
    for frame in &frames {
        for at in 0..=frame.len() {
            let (head, tail) = frame.as_bytes().split_at(at);
            house.take(Input::FrameReceived { conn: NORA, bytes: head.to_vec() });
            for byte in [b'"', b'<', b';', b'\r', b'%', 0, 0xff] {
                let garbled = [head, &[byte], tail.get(1..).unwrap_or_default()].concat();
                house.take(Input::FrameReceived { conn: NORA, bytes: garbled });
            }
        }
    }
    house.pass(10 * MINUTE);
    assert!(house.switch.hunts.is_empty() && house.switch.asked.is_empty(), "nothing is left over");
}
