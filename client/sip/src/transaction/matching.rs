//! Which transaction a message belongs to (RFC 3261 §17.1.3 and §17.2.3), and requests that met themselves (§8.2.2.2).

use serde::{Deserialize, Serialize};

use crate::message::header::HeaderError;
use crate::message::{Headers, Method, Name, Request};

/// What matches a response to a request of ours: our branch and the method, since a CANCEL shares the branch of its
/// INVITE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BranchKey {
    branch: String,
    method: Method,
}

impl BranchKey {
    pub(super) fn of(headers: &Headers, method: &Method) -> Self {
        let branch = headers.via().ok().and_then(|via| via.branch().map(str::to_owned)).unwrap_or_default();
        Self { branch, method: method.clone() }
    }
}

/// What matches a request of theirs to a copy, its ACK or its CANCEL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RequestKey {
    origin: Origin,
    method: Method,
    call_id: String,
    from_tag: String,
    to_tag: Option<String>,
    number: u32,
}

/// Where the request comes from, as the topmost Via tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Origin {
    /// Branch and sent-by: enough alone (§17.2.3).
    Branch { branch: String, host: String, port: Option<u16> },
    /// A sender of RFC 2543: the whole Via, and the rest of the key, decide.
    Via(String),
}

impl RequestKey {
    pub(super) fn of(request: &Request) -> Result<Self, HeaderError> {
        let headers = &request.headers;
        let via = headers.via()?;
        let origin = match via.branch() {
            Some(branch) => {
                let branch = branch.to_owned();
                Origin::Branch { branch, host: via.host.to_ascii_lowercase(), port: via.port }
            }
            None => Origin::Via(headers.get(Name::Via).unwrap_or_default().to_owned()),
        };
        Ok(Self {
            origin,
            method: request.method.clone(),
            call_id: headers.call_id()?.to_owned(),
            from_tag: headers.from()?.tag().unwrap_or_default().to_owned(),
            to_tag: headers.to()?.tag().map(str::to_owned),
            number: headers.cseq()?.number,
        })
    }

    /// `other` is this request again, by another way.
    pub(super) fn is_merged_with(&self, other: &Self) -> bool {
        self.method == other.method
            && other.to_tag.is_none()
            && self.to_tag.is_none()
            && self.same_sequence(other)
            && self.origin != other.origin
    }

    /// `ack` acknowledges our refusal of this INVITE.
    pub(super) fn is_acknowledged_by(&self, ack: &Self) -> bool {
        self.method == Method::Invite && self.origin == ack.origin && self.same_sequence(ack)
    }

    /// `cancel` takes this INVITE back (§9.2).
    pub(super) fn is_cancelled_by(&self, cancel: &Self) -> bool {
        self.method == Method::Invite
            && cancel.method == Method::Cancel
            && self.origin == cancel.origin
            && self.same_sequence(cancel)
    }

    fn same_sequence(&self, other: &Self) -> bool {
        self.call_id == other.call_id && self.from_tag == other.from_tag && self.number == other.number
    }
}
