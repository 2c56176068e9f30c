//! Whose offer is open in a session (RFC 3264 §4, RFC 3261 §13.2.1 and §14).
//!
//! ```text
//!    +-----------+ <-- our offer / re-INVITE --- +---------+ --- theirs / tell ------------> +---------------+
//!    | OfferSent | --- 2xx, refused / tell ----> | Settled | <-- our answer / 2xx; refused - | OfferReceived |
//!    +-----------+                               +---------+                                 +---------------+
//!      |       ^                                   |     ^                                           ^
//!      | 491   | pause over                        |     | ACK / take the answer                     |
//!      v       | / re-INVITE                       |     |                                           |
//!    +------------+                                |   +---------------+                             |
//!    | GlareWaits |                                |   | OfferInAnswer |                             |
//!    +------------+                                |   +---------------+                             |
//!      |   |                     theirs, no offer  |     ^ our offer / 2xx                           |
//!      |   |                               / tell  v     |                                           |
//!      |   |  theirs, no offer                   +------------+                                      |
//!      |   +-- / hand ours back, tell ---------> | OfferAsked | -- refused --> Settled               |
//!      |                                         +------------+                                      |
//!      +------ theirs, with an offer / hand ours back, tell -----------------------------------------+
//! ```
//!
//! With the connection an offer of ours is lost, on its way or waiting: it is handed back. Nobody knows what the far end
//! has heard of one that was on its way.
//!
//! A refresh (RFC 4028) is a re-INVITE of ours too, from Settled to Refreshing and back whatever comes of it; the desk is
//! not told, and what it offers meanwhile waits.
//!
//! While ours is open, theirs is refused with 491; while theirs is, their next one is refused with 500 (§14.2).
//!
//! The first offer and answer of a session run through the same table: an INVITE of ours starts in OfferSent, one of
//! theirs in OfferReceived or OfferAsked.

use serde::{Deserialize, Serialize};

use crate::table::Step;

/// Whose offer is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Negotiation {
    /// Nobody's: what was agreed last is in force.
    Settled,
    /// Ours, in an INVITE.
    OfferSent,
    /// Ours, in a re-INVITE that only says again what was agreed on (RFC 4028 §7.4).
    Refreshing,
    /// Ours, refused for now (491, or 500 with a Retry-After); it goes out again when the timer says so (§14.1, §14.2).
    GlareWaits,
    /// Theirs, in an INVITE; the desk is to answer.
    OfferReceived,
    /// Nobody's yet: their INVITE had none, the desk is to offer.
    OfferAsked,
    /// Ours, in a 2xx; their answer comes in the ACK.
    OfferInAnswer,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The desk makes an offer.
    Offer,
    /// The session is to be refreshed.
    Refresh,
    /// Our INVITE was accepted.
    Accepted,
    /// Our INVITE was refused, for another reason than glare.
    Refused,
    /// Our INVITE met one of theirs (491), or came before they could take it (500).
    Glare,
    /// The pause after a glare is over.
    GlareOver,
    /// The connection was lost that our offer was to be answered on, or sent on again.
    Lost,
    /// An INVITE of theirs brings an offer.
    TheirOffer,
    /// An INVITE of theirs brings none.
    TheirBareInvite,
    /// The desk answers their INVITE, with an answer or an offer as is due.
    Answer,
    /// The desk refuses their INVITE, or they took it back.
    TakenBack,
    /// Their ACK came.
    Acked,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Send a re-INVITE with the offer at hand.
    SendOffer,
    /// Send a re-INVITE that says again what was agreed on.
    SendAgreed,
    /// Look whether the desk has an offer that waits.
    SendNext,
    /// The session was not refreshed.
    TellNoRefresh,
    /// Replace the offer that waits.
    KeepOffer,
    /// Tell the desk that its offer is accepted.
    TellAccepted,
    /// Tell the desk that its offer is refused, with the status received.
    TellRefused,
    /// Tell the desk that its offer is lost.
    TellLost,
    /// Tell the desk that its offer gives way to theirs.
    TellGaveWay,
    /// Wait as §14.1 says, then try again.
    WaitForGlare,
    /// The wait is off.
    StopGlare,
    /// Tell the desk of their INVITE.
    TellTheirs,
    /// Refuse their INVITE with 491: ours is open (§14.2).
    RefuseGlare,
    /// Refuse their INVITE with 500 and Retry-After: their last one is not answered yet (§14.2).
    RefuseEarly,
    /// Send the 2xx.
    SendAnswer,
    /// Hand the SDP of the ACK to the desk: it is the answer.
    TakeAnswer,
    /// Not possible now.
    SayWrongState,
}

impl Negotiation {
    /// One arrow of the figure.
    pub(crate) fn step(self, event: Event) -> Step<Self, Did> {
        match self {
            Self::Settled => match event {
                Event::Offer => Step::new(Self::OfferSent, &[Did::SendOffer]),
                Event::Refresh => Step::new(Self::Refreshing, &[Did::SendAgreed]),
                Event::TheirOffer => Step::new(Self::OfferReceived, &[Did::TellTheirs]),
                Event::TheirBareInvite => Step::new(Self::OfferAsked, &[Did::TellTheirs]),
                Event::Answer => Step::new(self, &[Did::SayWrongState]),
                Event::Accepted
                | Event::Refused
                | Event::Glare
                | Event::GlareOver
                | Event::Lost
                | Event::TakenBack
                | Event::Acked => Step::stay(self),
            },
            Self::OfferSent => match event {
                Event::Accepted => Step::new(Self::Settled, &[Did::TellAccepted]),
                Event::Refused => Step::new(Self::Settled, &[Did::TellRefused]),
                Event::Lost => Step::new(Self::Settled, &[Did::TellLost]),
                Event::Glare => Step::new(Self::GlareWaits, &[Did::WaitForGlare]),
                Event::TheirOffer | Event::TheirBareInvite => Step::new(self, &[Did::RefuseGlare]),
                Event::Offer | Event::Answer => Step::new(self, &[Did::SayWrongState]),
                Event::Refresh | Event::GlareOver | Event::TakenBack | Event::Acked => Step::stay(self),
            },
            Self::Refreshing => self.step_refreshing(event),
            Self::GlareWaits => self.step_waiting(event),
            Self::OfferReceived => match event {
                Event::Answer => Step::new(Self::Settled, &[Did::SendAnswer]),
                Event::TakenBack => Step::new(Self::Settled, &[]),
                Event::TheirOffer | Event::TheirBareInvite => Step::new(self, &[Did::RefuseEarly]),
                Event::Offer => Step::new(self, &[Did::SayWrongState]),
                Event::Refresh
                | Event::Accepted
                | Event::Refused
                | Event::Glare
                | Event::GlareOver
                | Event::Lost
                | Event::Acked => Step::stay(self),
            },
            Self::OfferAsked => match event {
                Event::Answer => Step::new(Self::OfferInAnswer, &[Did::SendAnswer]),
                Event::TakenBack => Step::new(Self::Settled, &[]),
                Event::TheirOffer | Event::TheirBareInvite => Step::new(self, &[Did::RefuseEarly]),
                Event::Offer => Step::new(self, &[Did::SayWrongState]),
                Event::Refresh
                | Event::Accepted
                | Event::Refused
                | Event::Glare
                | Event::GlareOver
                | Event::Lost
                | Event::Acked => Step::stay(self),
            },
            Self::OfferInAnswer => match event {
                Event::Acked => Step::new(Self::Settled, &[Did::TakeAnswer]),
                Event::TakenBack => Step::new(Self::Settled, &[]),
                Event::TheirOffer | Event::TheirBareInvite => Step::new(self, &[Did::RefuseGlare]),
                Event::Offer | Event::Answer => Step::new(self, &[Did::SayWrongState]),
                Event::Refresh
                | Event::Accepted
                | Event::Refused
                | Event::Glare
                | Event::GlareOver
                | Event::Lost => Step::stay(self),
            },
        }
    }

    /// Our offer waits out a glare.
    fn step_waiting(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Offer => Step::new(self, &[Did::KeepOffer]),
            Event::GlareOver => Step::new(Self::OfferSent, &[Did::SendOffer]),
            Event::Lost => Step::new(Self::Settled, &[Did::StopGlare, Did::TellLost]),
            // Their offer changes what ours was made from: the desk answers theirs and looks anew.
            Event::TheirOffer => {
                Step::new(Self::OfferReceived, &[Did::StopGlare, Did::TellGaveWay, Did::TellTheirs])
            }
            Event::TheirBareInvite => {
                Step::new(Self::OfferAsked, &[Did::StopGlare, Did::TellGaveWay, Did::TellTheirs])
            }
            Event::Answer => Step::new(self, &[Did::SayWrongState]),
            Event::Refresh
            | Event::Accepted
            | Event::Refused
            | Event::Glare
            | Event::TakenBack
            | Event::Acked => Step::stay(self),
        }
    }

    /// Our re-INVITE only keeps the session alive.
    fn step_refreshing(self, event: Event) -> Step<Self, Did> {
        match event {
            Event::Accepted => Step::new(Self::Settled, &[Did::SendNext]),
            // It is tried again, but not so soon that a glare could come of it.
            Event::Refused | Event::Glare | Event::Lost => {
                Step::new(Self::Settled, &[Did::TellNoRefresh, Did::SendNext])
            }
            Event::TheirOffer | Event::TheirBareInvite => Step::new(self, &[Did::RefuseGlare]),
            Event::Offer => Step::new(self, &[Did::KeepOffer]),
            Event::Answer => Step::new(self, &[Did::SayWrongState]),
            Event::Refresh | Event::GlareOver | Event::TakenBack | Event::Acked => Step::stay(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(start: Negotiation, events: &[Event]) -> (Negotiation, Vec<Did>) {
        let mut all = Vec::new();
        let state = events.iter().fold(start, |state, event| {
            let step = state.step(*event);
            all.extend(step.did);
            step.state
        });
        (state, all)
    }

    #[test]
    fn after_a_glare_our_offer_goes_out_again_unless_theirs_comes_first() {
        let (waiting, _) = run(Negotiation::Settled, &[Event::Offer, Event::Glare]);
        assert_eq!(run(waiting, &[Event::GlareOver]), (Negotiation::OfferSent, vec![Did::SendOffer]));
        let (state, did) = run(waiting, &[Event::TheirOffer]);
        assert_eq!(state, Negotiation::OfferReceived);
        assert_eq!(did, [Did::StopGlare, Did::TellGaveWay, Did::TellTheirs]);
    }

    #[test]
    fn a_newer_offer_replaces_the_one_that_waits() {
        let (waiting, _) = run(Negotiation::Settled, &[Event::Offer, Event::Glare]);
        assert_eq!(run(waiting, &[Event::Offer]), (Negotiation::GlareWaits, vec![Did::KeepOffer]));
    }

    #[test]
    fn an_offer_is_handed_back_with_the_connection_that_it_needs() {
        let (sent, _) = run(Negotiation::Settled, &[Event::Offer]);
        assert_eq!(run(sent, &[Event::Lost]), (Negotiation::Settled, vec![Did::TellLost]));
        let (waiting, _) = run(sent, &[Event::Glare]);
        let back = (Negotiation::Settled, vec![Did::StopGlare, Did::TellLost]);
        assert_eq!(run(waiting, &[Event::Lost, Event::GlareOver]), back);
    }

    #[test]
    fn theirs_is_refused_while_ours_is_open_and_while_their_last_is() {
        assert_eq!(run(Negotiation::OfferSent, &[Event::TheirOffer]).1, [Did::RefuseGlare]);
        assert_eq!(run(Negotiation::OfferInAnswer, &[Event::TheirBareInvite]).1, [Did::RefuseGlare]);
        assert_eq!(run(Negotiation::OfferReceived, &[Event::TheirOffer]).1, [Did::RefuseEarly]);
        assert_eq!(run(Negotiation::OfferAsked, &[Event::TheirOffer]).1, [Did::RefuseEarly]);
    }

    #[test]
    fn an_invite_without_an_offer_is_answered_with_one_and_the_ack_brings_the_answer() {
        let (state, did) = run(Negotiation::Settled, &[Event::TheirBareInvite, Event::Answer, Event::Acked]);
        assert_eq!(state, Negotiation::Settled);
        assert_eq!(did, [Did::TellTheirs, Did::SendAnswer, Did::TakeAnswer]);
    }

    #[test]
    fn the_ack_of_a_plain_answer_brings_nothing() {
        let (state, did) = run(Negotiation::Settled, &[Event::TheirOffer, Event::Answer, Event::Acked]);
        assert_eq!((state, did), (Negotiation::Settled, vec![Did::TellTheirs, Did::SendAnswer]));
    }

    #[test]
    fn an_act_out_of_turn_is_refused_and_changes_nothing() {
        for (state, event) in [
            (Negotiation::Settled, Event::Answer),
            (Negotiation::OfferSent, Event::Offer),
            (Negotiation::OfferReceived, Event::Offer),
            (Negotiation::OfferAsked, Event::Offer),
            (Negotiation::OfferInAnswer, Event::Answer),
            (Negotiation::GlareWaits, Event::Answer),
        ] {
            assert_eq!(run(state, &[event]), (state, vec![Did::SayWrongState]));
        }
    }
}
