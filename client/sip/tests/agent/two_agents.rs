//! Two agents back to back: each believes the other to be a telephone.

use std::time::Duration;

use cordboard_sip::message::{Message, Name};
use cordboard_sip::{EndCause, Event, SessionId};

use crate::far_end::{OURS, Phone, THEIRS};

/// A pair with a wire between them.
pub(crate) struct Pair {
    pub(crate) left: Phone,
    pub(crate) right: Phone,
}

impl Pair {
    fn new() -> Self {
        Self { left: Phone::connected(), right: Phone::connected() }
    }

    /// Without the twins, for stories that would take too long with them.
    pub(crate) fn alone() -> Self {
        let Self { left, right } = Self::new();
        Self { left: left.alone(), right: right.alone() }
    }

    /// Carries frames both ways until both are silent.
    fn settle(&mut self) {
        while !self.left.sent.is_empty() || !self.right.sent.is_empty() {
            carry(&mut self.left, &mut self.right);
            carry(&mut self.right, &mut self.left);
        }
    }

    fn pass(&mut self, span: Duration) {
        // Small steps, so that what one says late the other hears late.
        for _ in 0..span.as_millis() / 50 {
            self.left.pass(Duration::from_millis(50));
            self.right.pass(Duration::from_millis(50));
            self.settle();
        }
    }

    fn in_call() -> (Self, SessionId, SessionId) {
        let mut pair = Self::new();
        let (ours, theirs) = pair.talk();
        (pair, ours, theirs)
    }

    /// The left calls the right, which rings and answers.
    pub(crate) fn talk(&mut self) -> (SessionId, SessionId) {
        let ours = self.left.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
        self.settle();
        let Event::Incoming { session: theirs, .. } = self.right.event() else { panic!() };
        self.right.act(|agent, now| agent.ring(now, theirs)).unwrap();
        self.settle();
        assert!(matches!(self.left.event(), Event::Progress { status: 180, .. }));
        self.right.act(|agent, now| agent.accept(now, theirs, THEIRS)).unwrap();
        self.settle();
        assert!(matches!(self.left.event(), Event::Answered { sdp: Some(sdp), .. } if sdp == THEIRS));
        assert_eq!(self.right.event(), Event::Established { session: theirs, sdp: None });
        (ours, theirs)
    }

    /// The right hangs up.
    pub(crate) fn end(&mut self, ours: SessionId, theirs: SessionId) {
        self.right.act(|agent, now| agent.hang_up(now, theirs)).unwrap();
        self.settle();
        assert_eq!(self.left.event(), Event::Ended { session: ours, cause: EndCause::RemoteHungUp });
        assert_eq!(self.right.event(), Event::Ended { session: theirs, cause: EndCause::Local });
    }
}

fn carry(from: &mut Phone, to: &mut Phone) {
    while let Some(message) = from.sent.pop_front() {
        to.receive(message);
    }
}

#[test]
fn a_call_from_ring_to_bye() {
    let (mut pair, ours, theirs) = Pair::in_call();
    pair.end(ours, theirs);
    pair.pass(Duration::from_secs(40));
    pair.left.silent();
    pair.right.silent();
}

#[test]
fn both_change_media_at_once_and_both_get_their_way_in_the_end() {
    let (mut pair, ours, theirs) = Pair::in_call();
    pair.left.act(|agent, now| agent.reoffer(now, ours, "left holds")).unwrap();
    pair.right.act(|agent, now| agent.reoffer(now, theirs, "right holds")).unwrap();
    let mut left_agreed = false;
    let mut right_agreed = false;
    for _ in 0..200 {
        pair.pass(Duration::from_millis(50));
        while let Some(event) = pair.left.events.pop_front() {
            match event {
                Event::Reoffered { session, .. } => {
                    pair.left.act(|agent, now| agent.answer(now, session, OURS)).unwrap()
                }
                Event::ReofferAnswered { .. } => left_agreed = true,
                // Gave way: wants it still.
                Event::ReofferGaveWay { session } => left_agreed |= session != ours,
                other => panic!("{other:?}"),
            }
        }
        while let Some(event) = pair.right.events.pop_front() {
            match event {
                Event::Reoffered { session, .. } => {
                    pair.right.act(|agent, now| agent.answer(now, session, THEIRS)).unwrap();
                }
                Event::ReofferAnswered { .. } => right_agreed = true,
                other => panic!("{other:?}"),
            }
        }
    }
    // The callee waits less long, so its offer comes first; the caller's is handed back to its desk.
    assert!(right_agreed);
    assert!(!left_agreed);
    pair.left.act(|agent, now| agent.reoffer(now, ours, "left holds")).unwrap();
    pair.settle();
    assert!(
        matches!(pair.right.event(), Event::Reoffered { offer: Some(offer), .. } if offer == "left holds")
    );
}

#[test]
fn giving_up_and_answering_cross() {
    let mut pair = Pair::new();
    let ours = pair.left.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
    pair.settle();
    let Event::Incoming { session: theirs, .. } = pair.right.event() else { panic!() };
    pair.left.act(|agent, now| agent.hang_up(now, ours)).unwrap();
    pair.right.act(|agent, now| agent.accept(now, theirs, THEIRS)).unwrap();
    pair.settle();
    assert_eq!(pair.left.event(), Event::Ended { session: ours, cause: EndCause::Local });
    assert_eq!(pair.right.event(), Event::Established { session: theirs, sdp: None });
    assert_eq!(pair.right.event(), Event::Ended { session: theirs, cause: EndCause::RemoteHungUp });
    pair.pass(Duration::from_secs(40));
    pair.left.silent();
    pair.right.silent();
}

#[test]
fn every_request_says_its_length_and_its_sender() {
    let mut pair = Pair::new();
    pair.left.act(|agent, now| agent.invite(now, "200", OURS)).unwrap();
    let Some(Message::Request(invite)) = pair.left.sent.front() else { panic!() };
    assert_eq!(invite.headers.get(Name::UserAgent), Some("Cordboard/test"));
    assert!(
        String::from_utf8(invite.to_bytes())
            .unwrap()
            .contains(&format!("Content-Length: {}\r\n", OURS.len()))
    );
}
