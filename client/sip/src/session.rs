//! One INVITE session: what is remembered of it, and the two tables it runs through.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::dialog::Dialog;
use crate::message::header::Replaces;
use crate::message::{Headers, Method, Name, Request};
use crate::sdp::{is_repeated, repeated_as_answer};
use crate::transaction::TransactionId;
use crate::uri::Uri;
use crate::{Party, SessionId};

pub(crate) mod lifetime;
pub(crate) mod negotiation;
pub(crate) mod stage;

use lifetime::Lifetime;
use negotiation::Negotiation;
use stage::Stage;

/// How many redirections in a row are followed.
const MAX_REDIRECTS: u8 = 5;
/// More phones than a call of ours may ring at once: what comes beyond is not remembered until it answers.
const MAX_FORKS: usize = 16;

/// A session, from INVITE to the end of BYE.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    /// How far it has come.
    pub(crate) stage: Stage,
    /// Whose offer is open.
    pub(crate) negotiation: Negotiation,
    /// Shared by both sides.
    pub(crate) call_id: String,
    /// Ours.
    pub(crate) local_tag: String,
    /// We called: the Call-ID is ours, which decides who waits longer after a glare (RFC 3261 §14.1).
    pub(crate) ours: bool,
    /// Once they have answered, or called.
    pub(crate) dialog: Option<Dialog>,
    /// Before they have answered: one for each phone that told of itself.
    pub(crate) early: Vec<Early>,
    /// The INVITE that the session begins with, ours or theirs.
    pub(crate) invite: Option<TransactionId>,
    /// What they asked within the session (a re-INVITE, an UPDATE, a PRACK with an offer) and the desk is to answer.
    pub(crate) asked: Option<TransactionId>,
    /// Our provisional responses that have to be confirmed.
    pub(crate) reliable: Reliable,
    /// Who is at the far end.
    pub(crate) remote: Party,
    /// Our offer that is out, or waits for a glare to pass.
    pub(crate) offer: Option<String>,
    /// How often in a row it had to wait so.
    pub(crate) glares: u8,
    /// What we said last of what both sides agreed on; a refresh says it again.
    pub(crate) agreed: Option<String>,
    /// What they said last of it.
    pub(crate) theirs: Option<String>,
    /// How long it lives.
    pub(crate) lifetime: Lifetime,
    /// The far end takes UPDATE (RFC 3311 §4).
    pub(crate) updates: bool,
    /// Our next offer, which waits for the ACK of the last answer, or for a refresh to be over.
    pub(crate) next_offer: Option<String>,
    /// Our last ACK of a 2xx, for copies of that 2xx (RFC 3261 §13.2.2.4).
    pub(crate) ack: Option<Ack>,
    /// Our 2xx that is not acknowledged.
    pub(crate) unacked: Option<Unacked>,
    /// Where else the call may go.
    pub(crate) redirects: Redirects,
    /// BYE is due, but there was no connection.
    pub(crate) bye_waits: bool,
    /// The session that this one takes over as soon as we accept it (RFC 3891).
    pub(crate) replaces: Option<SessionId>,
    /// The session whose far end asked for this call by REFER and wants to know what becomes of it.
    pub(crate) asked_by: Option<SessionId>,
}

/// An early dialog of a call of ours (RFC 3261 §12.1.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Early {
    /// The dialog.
    pub(crate) dialog: Dialog,
    /// Whose offer is open: ours, until an answer came that cannot get lost (RFC 3262 §5), then perhaps theirs.
    pub(crate) negotiation: Negotiation,
    /// Its last SDP: the answer, should the 2xx of the same phone leave it out.
    pub(crate) sdp: Option<String>,
    /// What we said to an offer of theirs since.
    pub(crate) agreed: Option<String>,
    /// RSeq of its last provisional response that was confirmed (RFC 3262 §4).
    pub(crate) rseq: Option<u32>,
}

/// Our reliable provisional responses (RFC 3262 §3).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Reliable {
    /// RSeq of the last one; 0 before the first.
    pub(crate) rseq: u32,
    /// Until the last one is sent once more, while no PRACK has come; doubles.
    pub(crate) pause: Option<Duration>,
    /// The desk has accepted the call, but our 2xx has to wait for the PRACK: the one before it brought an SDP.
    pub(crate) accepts: bool,
}

/// An ACK as sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ack {
    /// CSeq of the INVITE.
    pub(crate) number: u32,
    /// The frame.
    pub(crate) frame: Vec<u8>,
}

/// A 2xx of ours that waits for its ACK.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unacked {
    /// Its INVITE.
    pub(crate) transaction: TransactionId,
    /// CSeq of the INVITE.
    pub(crate) number: u32,
    /// Until it is sent once more; doubles.
    pub(crate) pause: Duration,
}

/// Targets that redirections named (RFC 3261 §8.1.3.4).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Redirects {
    hops: u8,
    tried: Vec<Uri>,
    waiting: Vec<Uri>,
}

impl Redirects {
    /// Begins with the first target.
    pub(crate) fn from(target: &Uri) -> Self {
        Self { hops: 0, tried: vec![target.clone()], waiting: Vec::new() }
    }

    /// Takes the contacts of a 3xx, the likeliest first, without those that were tried or that we cannot call.
    pub(crate) fn learn(&mut self, headers: &Headers) {
        let mut contacts = Vec::new();
        for contact in headers.contacts().unwrap_or_default() {
            // None means 1 (RFC 3261 §20.10). Equals stay in order.
            let likely = contact.params.raw("q").and_then(thousandths).unwrap_or(1000);
            let place = contacts.partition_point(|(known, _)| *known >= likely);
            contacts.insert(place, (likely, contact.uri.without_headers()));
        }
        let fresh = contacts.into_iter().map(|(_, target)| target).filter(Uri::is_sip);
        let mut targets: Vec<Uri> = Vec::new();
        for target in fresh {
            let known = self.tried.iter().chain(&self.waiting).chain(&targets);
            if !known.into_iter().any(|known| known.equivalent(&target)) {
                targets.push(target);
            }
        }
        // What the last redirection names comes before what earlier ones left over.
        targets.append(&mut self.waiting);
        self.waiting = targets;
    }

    /// The next target, if there is one and the hops are not used up.
    pub(crate) fn next(&mut self) -> Option<Uri> {
        if self.hops >= MAX_REDIRECTS || self.waiting.is_empty() {
            return None;
        }
        self.hops += 1;
        let target = self.waiting.remove(0);
        self.tried.push(target.clone());
        Some(target)
    }
}

/// A `q` of 0 to 1 with up to three digits behind the point (RFC 3261 §20.10, §25.1), in thousandths; `None` if it is
/// no such number. Rust's own reader of fractions brings tables of 10 kB.
fn thousandths(q: &str) -> Option<u32> {
    let (whole, fraction) = q.trim().split_once('.').unwrap_or((q.trim(), ""));
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let digit = |byte: u8| char::from(byte).to_digit(10);
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u32>().ok()?.min(1) };
    digits.map(digit).try_fold(whole, |sum, digit| Some(sum * 10 + digit?)).map(|q| q.min(1000))
}

impl Session {
    /// A session at its beginning.
    pub(crate) fn new(stage: Stage, negotiation: Negotiation, call_id: String, local_tag: String) -> Self {
        Self {
            stage,
            negotiation,
            call_id,
            local_tag,
            ours: stage == Stage::Calling,
            dialog: None,
            early: Vec::new(),
            invite: None,
            asked: None,
            reliable: Reliable::default(),
            remote: Party::default(),
            offer: None,
            glares: 0,
            agreed: None,
            theirs: None,
            lifetime: Lifetime::default(),
            updates: false,
            next_offer: None,
            ack: None,
            unacked: None,
            redirects: Redirects::default(),
            bye_waits: false,
            replaces: None,
            asked_by: None,
        }
    }

    /// The early dialog with the phone of this dialog's far end, new or known; with it comes its number among all.
    pub(crate) fn early(&mut self, dialog: Dialog) -> Option<(usize, &mut Early)> {
        let known = self.early.iter().position(|early| early.dialog.is_with(dialog.remote().tag()));
        let place = known.unwrap_or(self.early.len());
        if known.is_none() && place < MAX_FORKS {
            let negotiation = Negotiation::OfferSent;
            self.early.push(Early { dialog, negotiation, sdp: None, agreed: None, rseq: None });
        }
        self.early.get_mut(place).map(|early| (place, early))
    }

    /// The dialog, early or not, that a message of theirs with these headers is of.
    pub(crate) fn dialog_of(&mut self, headers: &Headers) -> Option<&mut Dialog> {
        let early = self.early.iter_mut().map(|early| &mut early.dialog);
        self.dialog.iter_mut().chain(early).find(|dialog| dialog.owns(headers))
    }

    /// The dialog, early or not, whose far end has this tag.
    pub(crate) fn dialog_with(&mut self, tag: &str) -> Option<&mut Dialog> {
        let early = self.early.iter_mut().map(|early| &mut early.dialog);
        self.dialog.iter_mut().chain(early).find(|dialog| dialog.is_with(Some(tag)))
    }

    /// One of the phones that our call rings has answered, with this in its 2xx: its dialog and what was agreed on with it
    /// are the session's from now on. Gives the answer, unless something newer was agreed on before.
    pub(crate) fn be_answered(&mut self, dialog: Dialog, sdp: Option<String>) -> Option<String> {
        let early = std::mem::take(&mut self.early);
        let early = early.into_iter().find(|early| dialog.is_with(early.dialog.remote().tag()));
        self.agreed = self.offer.take();
        let Some(early) = early else {
            self.negotiation = self.negotiation.step(negotiation::Event::Accepted).state;
            self.dialog = Some(dialog);
            self.theirs.clone_from(&sdp);
            return sdp;
        };
        self.negotiation = early.negotiation.step(negotiation::Event::Accepted).state;
        self.dialog = Some(dialog.after(&early.dialog));
        if early.agreed.is_some() {
            self.agreed = early.agreed;
            self.theirs = early.sdp;
            return None;
        }
        // The answer may have come before, in a provisional response that everybody took for one.
        self.theirs = sdp.or(early.sdp);
        self.theirs.clone()
    }

    /// The early dialog that a message of theirs with these headers is of.
    pub(crate) fn early_of(&mut self, headers: &Headers) -> Option<&mut Early> {
        self.early.iter_mut().find(|early| early.dialog.owns(headers))
    }

    /// Whose offer is open in the dialog of a message of theirs with these headers: each phone that a call of ours rings
    /// answers for itself.
    pub(crate) fn negotiation_with(&mut self, headers: &Headers) -> &mut Negotiation {
        match self.early.iter_mut().find(|early| early.dialog.owns(headers)) {
            Some(early) => &mut early.negotiation,
            None => &mut self.negotiation,
        }
    }

    /// Takes what their INVITE, UPDATE or 2xx says of the methods that they take. One without Allow says nothing.
    pub(crate) fn note_methods(&mut self, headers: &Headers) {
        if headers.contains(Name::Allow) {
            self.updates = headers.allows(&Method::Update);
        }
    }

    /// True if they may offer something new now: what was agreed last is certain on both sides. While a call of theirs
    /// rings that is so once an answer of ours was confirmed (RFC 3311 §5.1, RFC 3262 §5); in a call of ours each phone
    /// that it rings has a negotiation of its own, and the desk answers one after the other.
    pub(crate) fn may_be_changed(&self) -> bool {
        match self.stage {
            Stage::Established => self.is_confirmed(),
            Stage::Ringing => match self.negotiation {
                Negotiation::OfferReceived | Negotiation::OfferAsked => false,
                Negotiation::Settled
                | Negotiation::Refreshing
                | Negotiation::OfferSent
                | Negotiation::GlareWaits
                | Negotiation::OfferInAnswer => self.is_confirmed(),
            },
            Stage::Calling | Stage::Proceeding => self.asked.is_none(),
            Stage::HangUpWaits
            | Stage::Cancelling
            | Stage::AckWaits
            | Stage::ByeWaits
            | Stage::Closing
            | Stage::Over => false,
        }
    }

    /// They have said that they have what we said last.
    fn is_confirmed(&self) -> bool {
        self.unacked.is_none() && self.reliable.pause.is_none()
    }

    /// Our answer to a refresh of theirs that only says again what was agreed on (RFC 4028 §7.4).
    pub(crate) fn repeats(&self, request: &Request) -> Option<String> {
        let is_refresh = request.headers.contains(Name::SessionExpires);
        let offer = request.body_of("application/sdp").filter(|_| is_refresh)?;
        let (ours, theirs) = self.agreed.as_deref().zip(self.theirs.as_deref())?;
        let settled = self.negotiation == Negotiation::Settled;
        let same = settled && is_repeated(theirs, &String::from_utf8_lossy(offer));
        same.then(|| repeated_as_answer(ours, theirs))
    }

    /// True if this is the session that a Replaces names, which names it as its receiver sees it (RFC 3891 §3).
    pub(crate) fn is_meant(&self, replaces: &Replaces) -> bool {
        let early = self.early.iter().map(|early| &early.dialog);
        self.call_id == replaces.call_id
            && self.local_tag == replaces.to_tag
            && self.dialog.iter().chain(early).any(|dialog| dialog.is_with(Some(&replaces.from_tag)))
    }

    /// True if the message of theirs with these headers is of this session, in whatever stage. Before we know their
    /// tag, ours is enough: it is random.
    pub(crate) fn owns(&self, headers: &Headers) -> bool {
        match &self.dialog {
            Some(dialog) => dialog.owns(headers),
            None => {
                headers.call_id() == Ok(self.call_id.as_str())
                    && headers.to().is_ok_and(|to| to.tag() == Some(self.local_tag.as_str()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::thousandths;

    #[test]
    fn likeliness_is_read_in_thousandths() {
        assert_eq!(thousandths("1"), Some(1000));
        assert_eq!(thousandths("0.7"), Some(700));
        assert_eq!(thousandths("0.075"), Some(75));
        assert_eq!(thousandths(".5"), Some(500));
        assert_eq!(thousandths("1.5"), Some(1000));
        assert_eq!(thousandths("0.12345"), Some(123));
        assert_eq!(thousandths("likely"), None);
        assert_eq!(thousandths("0.x"), None);
    }
}
