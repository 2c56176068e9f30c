//! What a request of ours is for: this tells where its response goes.

use serde::{Deserialize, Serialize};

use crate::dialog::Dialog;
use crate::{SessionId, SubscriptionId};

/// What a request is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// Keep or make the registration.
    Register,
    /// Leave the registration.
    Unregister,
    /// Begin a session.
    Invite(SessionId),
    /// Change a session.
    Reinvite(SessionId),
    /// Refresh a session, or say where we are (RFC 3311).
    Update(SessionId),
    /// End a session.
    Bye(SessionId),
    /// End a session that nobody wants: another fork of a call that was answered (RFC 3261 §13.2.2.4).
    StrayBye(Box<Dialog>),
    /// Confirm a provisional response to the INVITE of this session, in the early dialog with this tag (RFC 3262 §4).
    Prack(SessionId, String),
    /// Take an INVITE back.
    Cancel,
    /// Send a digit.
    Info(SessionId),
    /// Hand a session on.
    Refer(SessionId),
    /// Tell the far end of this session what became of the call that it asked for.
    Report(SessionId),
    /// Watch somebody, or stop it.
    Subscribe(SubscriptionId),
    /// Tell others of ourselves.
    Publish,
    /// See whether somebody is there.
    Ping,
}
