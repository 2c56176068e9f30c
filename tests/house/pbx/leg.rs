//! One call between the telephone system and the desk: its dialog (RFC 3261 §12) and its media.

use std::time::Duration;

use cordboard_desk::Direction;
use rsip::message::HasHeaders;
use rsip::{Method, Request};

use super::wire::{self, Lines, cseq, tag, uri, value};
use crate::sdp::{Half, Role, at_most};

/// Names a call at the telephone system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Far(pub(crate) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Early,
    Up,
    Over,
}

/// An INVITE of the telephone system that has no final answer.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) number: u32,
    pub(crate) branch: String,
    /// It had no offer: the answer goes into the ACK.
    pub(crate) bare: bool,
}

/// A 2xx of the telephone system that has no ACK: it is sent again (RFC 3261 §13.3.1.4).
#[derive(Clone, Debug)]
pub(crate) struct Unacked {
    pub(crate) number: u32,
    pub(crate) frame: Vec<u8>,
    pub(crate) pause: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) far: Far,
    pub(crate) call_id: String,
    pub(crate) tag: String,
    /// The desk's tag.
    their_tag: String,
    /// What stands in From and To of what the telephone system sends, without tags.
    us: String,
    pub(crate) them: String,
    target: String,
    next_number: u32,
    last_number: u32,
    branches: u32,
    pub(crate) stage: Stage,
    /// The desk's INVITE that has no final answer.
    pub(crate) asked: Option<Request>,
    pub(crate) open: Option<Open>,
    pub(crate) unacked: Option<Unacked>,
    /// The far end gave the call up.
    pub(crate) cancelled: bool,
    /// An offer of ours met one of theirs and is to be made again.
    pub(crate) wants_again: Option<Direction>,
    /// What the far end wants: on hold it sends only.
    wants: Direction,
    pub(crate) ours: Half,
    pub(crate) theirs: Option<Half>,
    /// What the desk answered to INVITEs.
    pub(crate) statuses: Vec<u16>,
    /// What it answered to everything else.
    pub(crate) answers: Vec<(String, u16)>,
    /// Refer-To, Referred-By and number of the desk's REFER.
    pub(crate) referred: Option<(String, String, u32)>,
}

impl Leg {
    fn new(far: Far, call_id: String, us: String, them: String, target: String) -> Self {
        let connection = 1_000_000 + far.0;
        Self {
            far,
            call_id,
            tag: format!("pbx{}", far.0),
            their_tag: String::new(),
            us,
            them,
            target,
            next_number: 101,
            last_number: 0,
            branches: 0,
            stage: Stage::Early,
            asked: None,
            open: None,
            unacked: None,
            cancelled: false,
            wants_again: None,
            wants: Direction::SendRecv,
            ours: Half { connection, edition: 0, direction: Direction::SendRecv },
            theirs: None,
            statuses: Vec::new(),
            answers: Vec::new(),
            referred: None,
        }
    }

    /// A call to the desk.
    pub(crate) fn calling(far: Far, from: &str, to: &str, target: &str) -> Self {
        Self::new(far, format!("call-{}@pbx.test", far.0), from.to_owned(), to.to_owned(), target.to_owned())
    }

    /// A call of the desk's.
    pub(crate) fn called(far: Far, invite: &Request) -> Self {
        let read = |name| value(invite, name).unwrap();
        let from = read("From").split(";tag=").next().unwrap().to_owned();
        let mut leg = Self::new(far, read("Call-ID"), read("To"), from, uri(&read("Contact")));
        leg.their_tag = tag(invite, "From").expect("a tag");
        leg.last_number = cseq(invite).0;
        leg.asked = Some(invite.clone());
        leg
    }

    pub(crate) fn owns(&self, message: &impl HasHeaders) -> bool {
        value(message, "Call-ID").as_deref() == Some(self.call_id.as_str())
    }

    /// A new request in the dialog.
    pub(crate) fn request(&mut self, method: Method, more: Lines, kind: &str, body: &str) -> Request {
        let number = self.next_number;
        self.next_number += 1;
        let branch = self.new_branch();
        self.build(method, number, &branch, more, kind, body)
    }

    /// The CANCEL of an INVITE: the same transaction (RFC 3261 §9.1).
    pub(crate) fn cancel(&self, invite: &Open, more: Lines) -> Request {
        self.build(Method::Cancel, invite.number, &invite.branch, more, "", "")
    }

    /// The ACK of an INVITE's final response; that of a 2xx is a transaction of its own (RFC 3261 §13.2.2.4).
    pub(crate) fn ack(&mut self, invite: &Open, accepted: bool, sdp: &str) -> Request {
        let branch = if accepted { self.new_branch() } else { invite.branch.clone() };
        self.build(Method::Ack, invite.number, &branch, Vec::new(), "application/sdp", sdp)
    }

    fn new_branch(&mut self) -> String {
        self.branches += 1;
        format!("z9hG4bKpbx{}x{}", self.far.0, self.branches)
    }

    fn build(
        &self,
        method: Method,
        number: u32,
        branch: &str,
        more: Lines,
        kind: &str,
        body: &str,
    ) -> Request {
        let is_first = self.their_tag.is_empty() || method == Method::Cancel;
        let to = if is_first { self.them.clone() } else { format!("{};tag={}", self.them, self.their_tag) };
        let mut lines: Lines = vec![
            ("Via", format!("SIP/2.0/WS pbx.test;branch={branch};rport")),
            ("Max-Forwards", "70".to_owned()),
            ("From", format!("{};tag={}", self.us, self.tag)),
            ("To", to),
            ("Call-ID", self.call_id.clone()),
            ("CSeq", format!("{number} {method}")),
        ];
        if matches!(method, Method::Invite | Method::Notify) {
            lines.push(("Contact", format!("<sip:{}@pbx.test;transport=ws>", self.far.0)));
        }
        lines.extend(more);
        wire::request(method, &self.target, lines, kind, body)
    }

    /// A request of the desk's in this dialog: its numbers grow, and it knows both tags (RFC 3261 §12.2.1.1).
    pub(crate) fn take_number(&mut self, request: &Request) {
        let (number, method) = cseq(request);
        assert_eq!(tag(request, "From").as_deref(), Some(self.their_tag.as_str()), "{request}");
        if !matches!(request.method, Method::Ack | Method::Cancel) {
            assert_eq!(tag(request, "To").as_deref(), Some(self.tag.as_str()), "{request}");
            assert!(number > self.last_number, "{method} has number {number} after {}", self.last_number);
            self.last_number = number;
        }
        if let Some(contact) = value(request, "Contact") {
            self.target = uri(&contact);
        }
    }

    /// The desk's side of the dialog, from its answer to our INVITE.
    pub(crate) fn meet(&mut self, response: &rsip::Response) {
        if let Some(tag) = tag(response, "To") {
            self.their_tag = tag;
        }
        if let Some(contact) = value(response, "Contact") {
            self.target = uri(&contact);
        }
    }

    /// An offer of ours.
    pub(crate) fn offer(&mut self, direction: Direction) -> String {
        self.wants = direction;
        self.ours.edition += 1;
        self.ours.direction = direction;
        self.ours.write(Role::Offer)
    }

    /// Our answer to the desk's offer. `says` is for those who answer otherwise than RFC 3264 §6.1 has it.
    pub(crate) fn answer_to(&mut self, offer: &str, says: Option<Direction>) -> String {
        let theirs = Half::read(offer, Role::Offer);
        self.take_half(theirs);
        self.ours.edition += 1;
        self.ours.direction = says.unwrap_or(at_most(self.wants, theirs.direction));
        self.ours.write(Role::Answer)
    }

    /// The desk's half is news only if its edition has grown; one that keeps a session alive says the same in the same
    /// edition (RFC 3264 §8, RFC 4028 §7.4).
    pub(crate) fn take_half(&mut self, theirs: Half) {
        if let Some(known) = self.theirs.filter(|known| known.connection == theirs.connection) {
            let same = theirs == known;
            assert!(theirs.edition > known.edition || same, "another description of the same edition");
        }
        self.theirs = Some(theirs);
    }
}
