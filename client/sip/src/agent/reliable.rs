//! Provisional responses that are confirmed by PRACK, both ways (RFC 3262).
//!
//! We know them and do not insist on them: a caller that insists gets them, and so does one that knows them when there
//! is media to agree on before the call is answered.

use super::compose::SDP;
use super::ending::{Occasion, Refusal};
use super::inviting::sdp_of;
use super::{Agent, Purpose};
use crate::message::{Headers, Method, Name, Request, Response, StatusCode};
use crate::session::negotiation::{self, Negotiation};
use crate::session::stage;
use crate::timer::{T1, T1_64, Timer};
use crate::transaction::{Outgoing, TransactionId};
use crate::{ActError, Instant, SessionId};

/// The extension's name.
const TAG: &str = "100rel";

/// True if the sender of these headers insists on being confirmed.
pub(super) fn insists(headers: &Headers) -> bool {
    headers.require().any(|tag| tag.eq_ignore_ascii_case(TAG))
}

impl Agent {
    /// Confirms a provisional response to an INVITE of ours (§4).
    pub(super) fn send_prack(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
        rseq: u32,
    ) {
        let (Ok(cseq), Ok(to)) = (outgoing.request.headers.cseq(), response.headers.to()) else { return };
        let tag = to.tag().unwrap_or_default().to_owned();
        let dialog = self.sessions.get_mut(&id).and_then(|session| session.dialog_with(&tag));
        let Some(dialog) = dialog else { return };
        let number = dialog.next_number();
        let prack = dialog.request(Method::Prack, number).with(Name::RAck, format_args!("{rseq} {cseq}"));
        self.send(now, prack, Purpose::Prack(id, tag));
    }

    /// Lets the caller hear something before the call is answered: 183 with our answer, or with our offer if the INVITE
    /// had none; then the answer comes as [`crate::Event::ReofferAnswered`].
    ///
    /// # Errors
    /// [`ActError::NoSession`], or [`ActError::WrongState`] if it does not ring, was answered so before, or if the caller
    /// has offered nothing and does not know reliable provisional responses (RFC 3261 §13.2.1).
    pub fn progress(
        &mut self,
        now: Instant,
        session: SessionId,
        sdp: impl Into<String>,
    ) -> Result<(), ActError> {
        let (invite, _) = self.ringing(session)?;
        let headers = self.transactions.request(invite).map(|request| &request.headers);
        let knows = headers.is_some_and(|headers| headers.supports(TAG) || insists(headers));
        let of = self.alive(session)?;
        let open = match of.negotiation {
            Negotiation::OfferReceived => true,
            Negotiation::OfferAsked => knows,
            Negotiation::Settled
            | Negotiation::Refreshing
            | Negotiation::OfferSent
            | Negotiation::GlareWaits
            | Negotiation::OfferInAnswer => false,
        };
        if !open || of.reliable.pause.is_some() {
            return Err(ActError::WrongState);
        }
        if knows {
            of.negotiation = of.negotiation.step(negotiation::Event::Answer).state;
            self.send_reliable(now, session, StatusCode::SESSION_PROGRESS, Some(&sdp.into()));
        } else {
            self.send_provisional(now, session, StatusCode::SESSION_PROGRESS, Some(&sdp.into()), None);
        }
        Ok(())
    }

    /// 180 to a caller that insists. An INVITE without an offer would have to find ours in it (RFC 3261 §13.2.1), which
    /// nobody has made yet: such a caller hears nothing until then.
    pub(super) fn ring_reliably(&mut self, now: Instant, id: SessionId) {
        let may = self.sessions.get(&id).is_some_and(|session| {
            // §3: one after the other.
            session.reliable.pause.is_none() && session.negotiation != Negotiation::OfferAsked
        });
        if may {
            self.send_reliable(now, id, StatusCode::RINGING, None);
        }
    }

    fn send_reliable(&mut self, now: Instant, id: SessionId, status: StatusCode, sdp: Option<&str>) {
        let first = u32::try_from(self.random.between(1, 0xffff)).unwrap_or(1);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let reliable = &mut session.reliable;
        // §3: the first is random below 2^31, each further one is one more.
        reliable.rseq = if reliable.rseq == 0 { first } else { reliable.rseq + 1 };
        reliable.pause = Some(T1);
        let rseq = reliable.rseq;
        self.wire.timers.set(Timer::ReliableAgain(id), now + T1);
        self.wire.timers.set(Timer::PrackMissing(id), now + T1_64);
        self.send_provisional(now, id, status, sdp, Some(rseq));
    }

    /// Sends a provisional response to the INVITE of theirs that this session began with.
    pub(super) fn send_provisional(
        &mut self,
        now: Instant,
        id: SessionId,
        status: StatusCode,
        sdp: Option<&str>,
        rseq: Option<u32>,
    ) {
        let Ok((invite, tag)) = self.ringing(id) else { return };
        let mut own = Headers::new();
        self.introduce(&mut own);
        if let Some(rseq) = rseq {
            own.push(Name::Require, TAG);
            own.push(Name::RSeq, rseq);
        }
        self.reply_in_dialog(now, invite, status, &tag, &own, sdp);
    }

    /// No PRACK yet: once more, at intervals that double (§3).
    pub(super) fn handle_reliable_again(&mut self, now: Instant, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let (Some(pause), Some(invite)) = (session.reliable.pause.as_mut(), session.invite) else { return };
        *pause *= 2;
        self.wire.timers.set(Timer::ReliableAgain(id), now + *pause);
        self.transactions.respond_again(&mut self.wire, now, invite);
    }

    /// No PRACK at all: the caller does not hear us (§3).
    pub(super) fn handle_prack_missing(&mut self, now: Instant, id: SessionId) {
        let refusal = Refusal { status: StatusCode::SERVER_TIMEOUT, contact: None };
        let occasion = Occasion { refusal: Some(refusal), ..Occasion::default() };
        self.advance(now, id, stage::Event::PrackMissing, &occasion);
    }

    /// Our provisional response was confirmed, or has been overtaken by our final one.
    pub(super) fn stop_reliable(&mut self, id: SessionId) {
        self.wire.timers.stop(Timer::ReliableAgain(id));
        self.wire.timers.stop(Timer::PrackMissing(id));
        if let Some(session) = self.sessions.get_mut(&id) {
            session.reliable.pause = None;
        }
    }

    /// PRACK of theirs (§3): confirms our last provisional response, or nothing that we know.
    pub(super) fn handle_prack(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
    ) {
        if !self.take_in_order(now, id, transaction, request) {
            return;
        }
        let rack = request.headers.rack().ok().flatten();
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let invite = session.invite.and_then(|invite| self.transactions.request(invite));
        let number = invite.and_then(|invite| invite.headers.cseq().ok()).map(|cseq| cseq.number);
        let is_ours = rack.is_some_and(|rack| {
            rack.rseq == session.reliable.rseq
                && rack.cseq.method == Method::Invite
                && Some(rack.cseq.number) == number
        });
        // One that comes after our 2xx, which need not wait for it, confirms what was said all the same.
        let late = is_ours && session.stage != stage::Stage::Ringing;
        if !late && (!is_ours || session.reliable.pause.is_none()) {
            return self.reply(now, transaction, StatusCode::CALL_DOES_NOT_EXIST);
        }
        self.stop_reliable(id);
        self.take_prack_body(now, id, transaction, request);
        let accepts =
            self.sessions.get_mut(&id).is_some_and(|session| std::mem::take(&mut session.reliable.accepts));
        if accepts {
            self.accept_now(now, id, None);
        }
    }

    /// §5: a PRACK may bring the answer to our offer, or another offer.
    fn take_prack_body(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
    ) {
        let sdp = sdp_of(request.body_of(SDP));
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let offers = sdp.is_some() && session.may_be_changed() && session.negotiation == Negotiation::Settled;
        if offers {
            return self.negotiate(
                now,
                id,
                negotiation::Event::TheirOffer,
                Some((transaction, request)),
                None,
            );
        }
        let step = session.negotiation.step(negotiation::Event::Acked);
        let due = step.did.contains(&negotiation::Did::TakeAnswer);
        if due {
            session.negotiation = step.state;
        }
        self.accept_update(now, id, transaction, None);
        if due {
            self.tell_reoffer_agreed(id, sdp);
        }
    }
}
