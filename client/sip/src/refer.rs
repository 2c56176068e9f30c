//! A transfer: REFER and what the far end tells of the call that it makes (RFC 3515, RFC 6665).
//!
//! ```text
//!    REFER sent      +-------+ -- refused, silence / tell failed ---------------------+
//!   ---------------> | Asked | -- final NOTIFY / tell the outcome --------------------+
//!                    +-------+                                                        |
//!                        | 2xx / tell accepted                                        |
//!                        v                                                            v
//!                   +----------+ -- final NOTIFY / tell the outcome -------------> +------+
//!    1xx NOTIFY --- | Accepted | -- ended without a word, too long / tell unknown -> | Done |
//!    / tell trying  +----------+                                                   +------+
//! ```
//!
//! A new REFER of the same session may take the place of an old one at any time: whoever sends it does not wait for the
//! old one any more. Of that one only a success still counts.
//!
//! A 202 only says that the far end will try. What became of it stands in the NOTIFYs (RFC 3515 §2.4.4), as the
//! start line of a response.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::table::Step;

/// How long the outcome is waited for when the far end names no expiry: longer than phones ring.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);
/// The longest that a far end may have us wait, whatever it names: the attendant has other callers.
pub(crate) const MAX_PATIENCE: Duration = Duration::from_secs(600);
/// How long the last word may come after the session has ended.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// How long late NOTIFYs are still taken.
pub(crate) const LINGER: Duration = Duration::from_secs(32);
/// Nobody answers a phone so soon after being called.
const AT_ONCE: Duration = Duration::from_millis(500);

/// Where a REFER stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Sent; not answered.
    Asked,
    /// The far end tries.
    Accepted,
    /// The outcome is told.
    Done,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// 2xx.
    Accepted,
    /// 2xx, and the far end will not tell what becomes of it (RFC 4488).
    AcceptedMute,
    /// 3xx to 6xx, or no answer at all.
    Refused,
    /// NOTIFY with a provisional response of the new call.
    Trying,
    /// NOTIFY with a final response of the new call.
    Final,
    /// NOTIFY that ends the subscription without a final response.
    EndedMute,
    /// It took too long, or the session ended and nothing came.
    Silent,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Tell `Accepted`.
    TellAccepted,
    /// Tell `Trying`.
    TellTrying,
    /// Tell the outcome.
    TellOutcome,
    /// Tell that the REFER itself failed.
    TellRefused,
    /// Tell `Unknown`.
    TellUnknown,
    /// Forget it after a while.
    Linger,
    /// Forget it now.
    Forget,
}

impl Stage {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match self {
            Self::Asked => match event {
                Event::Accepted => Step::new(Self::Accepted, &[Did::TellAccepted]),
                Event::AcceptedMute => {
                    Step::new(Self::Done, &[Did::TellAccepted, Did::TellUnknown, Did::Linger])
                }
                Event::Refused => Step::new(Self::Done, &[Did::TellRefused, Did::Linger]),
                // A NOTIFY may overtake the 202 (RFC 6665 §4.1.2.4).
                Event::Trying => Step::new(self, &[Did::TellTrying]),
                Event::Final => Step::new(Self::Done, &[Did::TellOutcome, Did::Linger]),
                Event::EndedMute | Event::Silent => Step::new(Self::Done, &[Did::TellUnknown, Did::Linger]),
            },
            Self::Accepted => match event {
                Event::Trying => Step::new(self, &[Did::TellTrying]),
                Event::Final => Step::new(Self::Done, &[Did::TellOutcome, Did::Linger]),
                Event::EndedMute | Event::Silent => Step::new(Self::Done, &[Did::TellUnknown, Did::Linger]),
                Event::Accepted | Event::AcceptedMute | Event::Refused => Step::stay(self),
            },
            Self::Done => match event {
                Event::Silent => Step::new(self, &[Did::Forget]),
                Event::Accepted
                | Event::AcceptedMute
                | Event::Refused
                | Event::Trying
                | Event::Final
                | Event::EndedMute => Step::stay(self),
            },
        }
    }
}

/// A transfer that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refer {
    /// Where it stands.
    pub(crate) stage: Stage,
    /// CSeq of the REFER: the `id` of its NOTIFYs (RFC 3515 §2.4.6).
    pub(crate) number: u32,
    /// The dialog that it was sent in, which it may outlive.
    pub(crate) call_id: String,
    /// Ours in it.
    pub(crate) local_tag: String,
    /// When the far end accepted.
    pub(crate) accepted_at: Option<Instant>,
    /// The far end told of a provisional response.
    pub(crate) tried: bool,
    /// Whoever it goes to has answered already: taking that call over takes no time.
    pub(crate) answered: bool,
    /// Its last word was waited for in vain.
    pub(crate) unheard: bool,
    /// CSeq of the REFER whose place it has taken, until that one's last word is said.
    pub(crate) older: Option<u32>,
}

impl Refer {
    /// True if the far end may still tell of it.
    pub(crate) fn may_be_told_of(&self) -> bool {
        self.stage != Stage::Done || self.unheard
    }

    /// True if a NOTIFY with this `id` is about this REFER or the older one.
    pub(crate) fn is_meant_by(&self, id: Option<&str>) -> bool {
        // RFC 3515 §2.4.6: only one that is not the first of its dialog has to say which it means.
        id.is_none_or(|id| id == self.number.to_string()) || self.is_older_meant_by(id)
    }

    /// True if it is about the older one. One that does not say which it means is taken for that, while there is one.
    pub(crate) fn is_older_meant_by(&self, id: Option<&str>) -> bool {
        self.older.is_some_and(|older| id.is_none_or(|id| id == older.to_string()))
    }

    /// True if a 200 as the first and only word says nothing: some telephone systems send it the moment they have
    /// accepted, whatever becomes of the call (Asterisk with `refer_blind_progress=no`). Others begin with a
    /// provisional response, as RFC 3515 §2.4.4 asks, or take the time that a phone needs to ring.
    pub(crate) fn is_too_soon(&self, now: Instant) -> bool {
        !self.answered && !self.tried && self.accepted_at.is_none_or(|at| now.since(at) < AT_ONCE)
    }
}

/// Status and words of a sipfrag that begins with the start line of a response (RFC 3420). Line ends before it and a
/// missing reason phrase are borne.
pub(crate) fn sipfrag(body: &[u8]) -> Option<(u16, String)> {
    let text = String::from_utf8_lossy(body);
    let line = text.trim_start().lines().next()?;
    let rest = line.get(..8).filter(|version| version.eq_ignore_ascii_case("SIP/2.0 ")).and(line.get(8..))?;
    let (code, reason) = rest.trim_start().split_once(' ').unwrap_or((rest.trim(), ""));
    let code = code.trim().parse().ok().filter(|code| (100..700).contains(code))?;
    Some((code, reason.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sipfrags_of_all_shapes_are_read() {
        for (body, meant) in [
            ("SIP/2.0 200 OK", Some((200, "OK"))),
            ("SIP/2.0 100 Trying\r\n", Some((100, "Trying"))),
            ("\r\n\r\nsip/2.0 486 Busy Here\r\nTo: x\r\n\r\n", Some((486, "Busy Here"))),
            ("SIP/2.0 503", Some((503, ""))),
            ("SIP/2.0  180  Ringing ", Some((180, "Ringing"))),
            ("", None),
            ("NOTIFY sip:x SIP/2.0", None),
            ("SIP/2.0 20000 OK", None),
            ("SIP/2.0 abc", None),
        ] {
            assert_eq!(
                sipfrag(body.as_bytes()),
                meant.map(|(code, words)| (code, words.to_owned())),
                "{body:?}"
            );
        }
        assert_eq!(sipfrag(b"SIP/2.\xff 200 OK"), None);
    }

    #[test]
    fn a_202_is_not_success() {
        let accepted = Stage::Asked.step(Event::Accepted);
        assert_eq!(accepted.did, &[Did::TellAccepted]);
        assert_eq!(accepted.state.step(Event::Silent).did, &[Did::TellUnknown, Did::Linger]);
        assert_eq!(accepted.state.step(Event::EndedMute).did, &[Did::TellUnknown, Did::Linger]);
    }

    #[test]
    fn the_outcome_is_told_once() {
        let done = Stage::Accepted.step(Event::Final);
        assert_eq!(done.did, &[Did::TellOutcome, Did::Linger]);
        for event in [Event::Accepted, Event::Refused, Event::Trying, Event::Final, Event::EndedMute] {
            assert!(done.state.step(event).did.is_empty());
        }
        assert_eq!(done.state.step(Event::Silent).did, &[Did::Forget]);
    }

    #[test]
    fn a_notify_may_overtake_the_202() {
        let done = Stage::Asked.step(Event::Trying).state.step(Event::Final);
        assert_eq!(done.state, Stage::Done);
        assert!(done.state.step(Event::Accepted).did.is_empty());
    }
}
