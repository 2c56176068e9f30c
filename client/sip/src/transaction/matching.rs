//! Which transaction a message belongs to (RFC 3261 §17.1.3 and §17.2.3), and requests that met themselves (§8.2.2.2).
//!
//! Keys are texts, so that thousands of transactions can be searched and saved in ordered maps.

use serde::{Deserialize, Serialize};

use crate::message::header::HeaderError;
use crate::message::{Headers, Method, Name, Request};

/// What matches a response to a request of ours: our branch and the method, since a CANCEL shares the branch of its
/// INVITE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct BranchKey(String);

impl BranchKey {
    pub(super) fn of(headers: &Headers, method: &Method) -> Self {
        let via = headers.via().ok();
        let branch = via.as_ref().and_then(|via| via.branch()).unwrap_or_default();
        Self(format!("{branch} {method}"))
    }
}

/// What matches a request of theirs to a copy, its ACK or its CANCEL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct RequestKey(String);

impl RequestKey {
    pub(super) fn of(request: &Request) -> Result<Self, HeaderError> {
        // An ACK and a CANCEL are matched to the INVITE that they mean; the latter is a transaction of its own too.
        Self::with_method(
            request,
            if request.method == Method::Ack { &Method::Invite } else { &request.method },
        )
    }

    /// The key of the INVITE that a CANCEL takes back (§9.2).
    pub(super) fn of_cancelled(cancel: &Request) -> Result<Self, HeaderError> {
        Self::with_method(cancel, &Method::Invite)
    }

    fn with_method(request: &Request, method: &Method) -> Result<Self, HeaderError> {
        let headers = &request.headers;
        let via = headers.via()?;
        let origin = match via.branch() {
            // Branch and sent-by are enough (§17.2.3).
            Some(branch) => {
                let host = via.host.to_ascii_lowercase();
                format!("{branch} {host}:{}", via.port.map_or(String::new(), |port| port.to_string()))
            }
            // A sender of RFC 2543: the whole Via and what else tells calls apart.
            None => {
                let via = headers.get(Name::Via).unwrap_or_default();
                format!("{via} {} {}", sequence(headers)?, request.uri)
            }
        };
        Ok(Self(format!("{method} {origin}")))
    }
}

/// What two ways of one forked request have in common (§8.2.2.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct SequenceKey(String);

impl SequenceKey {
    /// `None` for a request within a dialog: those do not fork.
    pub(super) fn of(request: &Request) -> Result<Option<Self>, HeaderError> {
        let is_outside = request.headers.to()?.tag().is_none();
        let of = || Ok(Self(format!("{} {}", request.method, sequence(&request.headers)?)));
        is_outside.then(of).transpose()
    }
}

fn sequence(headers: &Headers) -> Result<String, HeaderError> {
    let (from, number) = (headers.from()?, headers.cseq()?.number);
    Ok(format!("{} {} {number}", headers.call_id()?, from.tag().unwrap_or_default()))
}
