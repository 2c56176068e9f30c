//! One INVITE session: what is remembered of it, and the two tables it runs through.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Party;
use crate::dialog::Dialog;
use crate::message::Headers;
use crate::transaction::TransactionId;
use crate::uri::Uri;

pub(crate) mod negotiation;
pub(crate) mod stage;

use negotiation::Negotiation;
use stage::Stage;

/// How many redirections in a row are followed.
const MAX_REDIRECTS: u8 = 5;

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
    /// Once both sides have a tag.
    pub(crate) dialog: Option<Dialog>,
    /// The INVITE that runs, ours or theirs.
    pub(crate) invite: Option<TransactionId>,
    /// Who is at the far end.
    pub(crate) remote: Party,
    /// Our offer that is out, or waits for a glare to pass.
    pub(crate) offer: Option<String>,
    /// Our next offer, which waits for the ACK of the last answer.
    pub(crate) next_offer: Option<String>,
    /// The last SDP of a provisional response: the answer, should the 2xx of the same fork leave it out.
    pub(crate) preview: Option<Preview>,
    /// Our last ACK of a 2xx, for copies of that 2xx (RFC 3261 §13.2.2.4).
    pub(crate) ack: Option<Ack>,
    /// Our 2xx that is not acknowledged.
    pub(crate) unacked: Option<Unacked>,
    /// Where else the call may go.
    pub(crate) redirects: Redirects,
    /// BYE is due, but there was no connection.
    pub(crate) bye_waits: bool,
}

/// An answer that came early.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Preview {
    /// The tag of the fork that it came from.
    pub(crate) tag: Option<String>,
    /// The SDP.
    pub(crate) sdp: String,
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
        let mut contacts = headers.contacts().unwrap_or_default();
        // `q` runs from 0 to 1 with three digits (RFC 3261 §20.10); none means 1. The sort keeps equals in order.
        let likeliness =
            |q: Option<&str>| q.and_then(|q| q.parse::<f32>().ok()).map_or(1000, |q| (q * 1000.0) as i32);
        contacts.sort_by_key(|contact| std::cmp::Reverse(likeliness(contact.params.raw("q"))));
        let fresh = contacts.into_iter().map(|contact| contact.uri.without_headers()).filter(Uri::is_sip);
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

impl Session {
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
