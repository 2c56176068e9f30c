//! Being called: INVITE, its CANCEL, our answer and its ACK (RFC 3261 §13.3, §9.2).

use std::time::Duration;

use super::ending::{Occasion, Refusal};
use super::inviting::sdp_of;
use super::reliable::insists;
use super::{Agent, compose};
use crate::dialog::Dialog;
use crate::message::{Headers, Name, Request, StatusCode};
use crate::session::negotiation::{self, Negotiation};
use crate::session::stage::{self, Stage};
use crate::session::{Session, Unacked};
use crate::timer::{T1, T1_64, T2, Timer};
use crate::transaction::TransactionId;
use crate::{ActError, Event, Instant, Invitation, SessionId, alert, identity};

/// More than an attendant can have in hand: what comes beyond is a flood.
const MAX_SESSIONS: usize = 100;
/// How long a call may ring on that rang when the connection was lost: its CANCEL may have been lost too.
const RING_AFTER_LOSS: Duration = Duration::from_secs(60);
/// How often a caller is told that it still rings (§13.3.1.1).
const RING_AGAIN: Duration = Duration::from_secs(60);
/// How late that may be, as after a sleep of the machine: proxies give up a call of which they hear nothing for a little
/// over three minutes (§16.6 step 11).
const RING_TOO_LATE: Duration = Duration::from_secs(180);

impl Agent {
    /// An INVITE that begins a session.
    pub(super) fn handle_invite(&mut self, now: Instant, transaction: TransactionId, request: &Request) {
        if self.sessions.len() >= MAX_SESSIONS {
            return self.reply(now, transaction, StatusCode::BUSY_HERE);
        }
        let tag = self.random.token(12);
        let Ok(dialog) = Dialog::called(request, &tag) else {
            return self.reply(now, transaction, StatusCode::BAD_REQUEST);
        };
        let replaces = match self.taken_over_by(&request.headers) {
            Ok(replaces) => replaces,
            Err(status) => return self.reply(now, transaction, status),
        };
        if self.refuse_short_lifetime(now, transaction, request) {
            return;
        }
        // We answer at once, so that nobody has to send it again while a person thinks (§17.2.1).
        self.reply(now, transaction, StatusCode::TRYING);
        let offer = sdp_of(request.body_of(compose::SDP));
        let caller = identity::sender(&request.headers);
        let id = self.next_session();
        let negotiation = if offer.is_some() { Negotiation::OfferReceived } else { Negotiation::OfferAsked };
        let session = Session::new(Stage::Ringing, negotiation, dialog.call_id.clone(), tag);
        let session = Session {
            dialog: Some(dialog),
            invite: Some(transaction),
            remote: caller.clone(),
            replaces,
            ..session
        };
        let invitation = Invitation {
            caller,
            called: identity::called(request, &self.settings.line_header),
            referred_by: request.headers.referred_by().ok().flatten().map(|by| identity::party(&by)),
            offer,
            call_id: session.call_id.clone(),
            answer_after: alert::answer_after(&request.headers),
            ring: alert::ring(&request.headers),
            links: alert::links(&request.headers),
            replaces,
        };
        self.sessions.insert(id, Box::new(session));
        // §13.3.1: the caller may say how long it is willing to wait.
        if let Some(seconds) = request.headers.expires() {
            let wait = Duration::from_secs(u64::from(seconds));
            self.wire.timers.set(Timer::RingsTooLong(id), now + wait);
        }
        self.wire.tell(Event::Incoming { session: id, invitation: Box::new(invitation) });
    }

    /// The session that a call with these headers is to take over (RFC 3891 §3), or why it may not.
    fn taken_over_by(&self, headers: &Headers) -> Result<Option<SessionId>, StatusCode> {
        let Ok(replaces) = headers.replaces() else { return Err(StatusCode::BAD_REQUEST) };
        let Some(replaces) = replaces else { return Ok(None) };
        if headers.all(Name::Replaces).nth(1).is_some() {
            return Err(StatusCode::BAD_REQUEST);
        }
        let meant = self.sessions.iter().find(|(_, session)| session.is_meant(&replaces));
        let Some((id, session)) = meant else { return Err(StatusCode::CALL_DOES_NOT_EXIST) };
        match session.stage {
            Stage::AckWaits | Stage::Established if replaces.early_only => Err(StatusCode::BUSY_HERE),
            Stage::AckWaits | Stage::Established | Stage::Calling | Stage::Proceeding => Ok(Some(*id)),
            // Only whoever began an early dialog may have it taken over.
            Stage::Ringing => Err(StatusCode::CALL_DOES_NOT_EXIST),
            Stage::HangUpWaits | Stage::Cancelling | Stage::ByeWaits | Stage::Closing | Stage::Over => {
                Err(StatusCode::DECLINE)
            }
        }
    }

    /// Tells the caller that the phone rings (180).
    ///
    /// # Errors
    /// [`ActError::NoSession`], or [`ActError::WrongState`] if it does not ring.
    pub fn ring(&mut self, now: Instant, session: SessionId) -> Result<(), ActError> {
        let (invite, _) = self.ringing(session)?;
        self.wire.timers.set(Timer::RingAgain(session), now + RING_AGAIN);
        let insists = self.transactions.request(invite).is_some_and(|invite| insists(&invite.headers));
        if insists {
            self.ring_reliably(now, session);
        } else {
            self.send_provisional(now, session, StatusCode::RINGING, None, None);
        }
        Ok(())
    }

    /// It has rung for another minute: a proxy gives up a call of which it hears nothing (§13.3.1.1).
    pub(super) fn handle_ring_again(&mut self, now: Instant, due: Instant, id: SessionId) {
        if now.since(due) >= RING_TOO_LATE {
            return self.handle_rings_too_long(now, id);
        }
        // One that does not ring any more needs nothing.
        _ = self.ring(now, id);
    }

    /// Takes the call with an answer, or with an offer if the INVITE had none.
    ///
    /// # Errors
    /// [`ActError::NoSession`], or [`ActError::WrongState`] if it does not ring.
    pub fn accept(
        &mut self,
        now: Instant,
        session: SessionId,
        sdp: impl Into<String>,
    ) -> Result<(), ActError> {
        self.ringing(session)?;
        let of = self.alive(session)?;
        // What was answered before, and confirmed, is not answered again.
        let first = matches!(of.negotiation, Negotiation::OfferReceived | Negotiation::OfferAsked);
        let waits = of.reliable.pause.is_some() && !first;
        if waits {
            of.reliable.accepts = true;
            return Ok(());
        }
        of.reliable.pause = None;
        if first {
            of.negotiation = of.negotiation.step(negotiation::Event::Answer).state;
        }
        let sdp = first.then(|| sdp.into());
        self.accept_now(now, session, sdp);
        Ok(())
    }

    /// Sends the 2xx. Without `sdp` if both sides have agreed before.
    pub(super) fn accept_now(&mut self, now: Instant, session: SessionId, sdp: Option<String>) {
        let occasion = Occasion { sdp, ..Occasion::default() };
        self.advance(now, session, stage::Event::Accept, &occasion);
        // RFC 3891 §3: with our 2xx out, what it takes over ends, by BYE or CANCEL as is due.
        let replaced = self.sessions.get(&session).and_then(|session| session.replaces);
        if let Some(replaced) = replaced {
            self.advance(now, replaced, stage::Event::HangUp, &Occasion::default());
        }
    }

    /// Refuses a call that rings, or a change of media that the far end asks for. A `status` that is no refusal counts
    /// as 480.
    ///
    /// # Errors
    /// [`ActError::NoSession`], or [`ActError::WrongState`] if there is nothing to refuse.
    pub fn reject(&mut self, now: Instant, session: SessionId, status: u16) -> Result<(), ActError> {
        let status = StatusCode::new(status).filter(|status| status.is_failure());
        let status = status.unwrap_or(StatusCode::TEMPORARILY_UNAVAILABLE);
        if self.ringing(session) == Err(ActError::WrongState) {
            return self.refuse_reoffer(now, session, status);
        }
        self.refuse_call(now, session, Refusal { status, contact: None })
    }

    /// Sends a call that rings on to somebody else, unanswered (302).
    ///
    /// # Errors
    /// [`ActError::NoSession`], [`ActError::WrongState`] if it does not ring, or [`ActError::BadTarget`].
    pub fn redirect(&mut self, now: Instant, session: SessionId, target: &str) -> Result<(), ActError> {
        self.ringing(session)?;
        let target = super::address::target(target, self.domain())?;
        self.refuse_call(
            now,
            session,
            Refusal { status: StatusCode::MOVED_TEMPORARILY, contact: Some(target) },
        )
    }

    fn refuse_call(&mut self, now: Instant, session: SessionId, refusal: Refusal) -> Result<(), ActError> {
        self.ringing(session)?;
        let occasion = Occasion { refusal: Some(refusal), ..Occasion::default() };
        self.advance(now, session, stage::Event::Reject, &occasion);
        Ok(())
    }

    /// The INVITE and our tag of a call that rings.
    pub(super) fn ringing(&self, id: SessionId) -> Result<(TransactionId, String), ActError> {
        let session = self.sessions.get(&id).filter(|session| session.stage.is_alive());
        let session = session.ok_or(ActError::NoSession)?;
        match (session.stage, session.invite) {
            (Stage::Ringing, Some(invite)) => Ok((invite, session.local_tag.clone())),
            _ => Err(ActError::WrongState),
        }
    }

    /// CANCEL: answered in any case, and the INVITE that it means is given up (§9.2).
    pub(super) fn handle_cancel(
        &mut self,
        now: Instant,
        cancel: TransactionId,
        invite: Option<TransactionId>,
        request: &Request,
    ) {
        let Some(invite) = invite else {
            return self.reply(now, cancel, StatusCode::CALL_DOES_NOT_EXIST);
        };
        let session = self
            .sessions
            .iter()
            .find(|(_, session)| session.invite == Some(invite) || session.asked == Some(invite));
        let id = session.map(|(id, _)| *id);
        let tag = session.map(|(_, session)| session.local_tag.clone());
        self.reply_with(now, cancel, StatusCode::OK, tag.as_deref(), |response| response);
        // The CANCEL of a re-INVITE is not heeded: the answer to that is a moment away, and refusing it now would
        // leave the two sides' browsers with an offer half applied. §9.2 only says SHOULD.
        if let Some(id) = id {
            let elsewhere = identity::is_answered_elsewhere(&request.headers);
            let occasion = Occasion { elsewhere, ..Occasion::default() };
            self.advance(now, id, stage::Event::CancelReceived, &occasion);
        }
    }

    /// The caller's patience is over: 487, as after a CANCEL (§13.3.1). A call that was answered does not mind.
    pub(super) fn handle_rings_too_long(&mut self, now: Instant, id: SessionId) {
        self.advance(now, id, stage::Event::CancelReceived, &Occasion::default());
    }

    /// The connection was lost: calls that ring may have been given up unheard.
    pub(super) fn limit_rings(&mut self, now: Instant) {
        for (id, session) in &self.sessions {
            let timer = Timer::RingsTooLong(*id);
            let at = now + RING_AFTER_LOSS;
            if session.stage == Stage::Ringing && self.wire.timers.due(timer).is_none_or(|due| due > at) {
                self.wire.timers.set(timer, at);
            }
        }
    }

    /// Sends the 2xx of the first INVITE.
    pub(super) fn send_answer(&mut self, now: Instant, id: SessionId, sdp: Option<&str>) {
        let invite = self.sessions.get(&id).and_then(|session| session.invite);
        if let Some(invite) = invite {
            self.accept_invite(now, id, invite, sdp);
        }
    }

    /// Sends the 2xx of an INVITE or re-INVITE, and again until its ACK comes (§13.3.1.4).
    pub(super) fn accept_invite(
        &mut self,
        now: Instant,
        id: SessionId,
        invite: TransactionId,
        sdp: Option<&str>,
    ) {
        let theirs = self.transactions.request(invite).map(|request| request.headers.clone());
        let Some((theirs, number)) = theirs.and_then(|of| of.cseq().ok().map(|cseq| (of, cseq.number)))
        else {
            return;
        };
        let mut own = Headers::new();
        self.introduce(&mut own);
        self.grant_lifetime(now, id, &theirs, &mut own);
        self.note_our_word(id, invite, sdp);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.unacked = Some(Unacked { transaction: invite, number, pause: T1 });
        let tag = session.local_tag.clone();
        self.wire.timers.set(Timer::AnswerAgain(id), now + T1);
        self.wire.timers.set(Timer::AckMissing(id), now + T1_64);
        self.reply_in_dialog(now, invite, StatusCode::OK, &tag, &own, sdp);
    }

    /// A response that makes or refreshes a dialog: with the route that the request recorded (§12.1.1).
    pub(super) fn reply_in_dialog(
        &mut self,
        now: Instant,
        invite: TransactionId,
        status: StatusCode,
        tag: &str,
        own: &Headers,
        sdp: Option<&str>,
    ) {
        let mut routes = Headers::new();
        if let Some(request) = self.transactions.request(invite) {
            routes.copy_from(&request.headers, Name::RecordRoute);
        }
        self.reply_with(now, invite, status, Some(tag), |mut response| {
            response.headers.copy_from(&routes, Name::RecordRoute);
            for (name, value) in own.iter() {
                response.headers.push(name, value);
            }
            match sdp {
                Some(sdp) => response.with_body(compose::SDP, sdp),
                None => response,
            }
        });
    }

    /// Our 2xx is not acknowledged yet: once more, at intervals that double up to T2.
    pub(super) fn handle_answer_again(&mut self, now: Instant, id: SessionId) {
        let Some(unacked) = self.sessions.get_mut(&id).and_then(|session| session.unacked.as_mut()) else {
            return;
        };
        unacked.pause = (unacked.pause * 2).min(T2);
        let (transaction, pause) = (unacked.transaction, unacked.pause);
        self.wire.timers.set(Timer::AnswerAgain(id), now + pause);
        self.transactions.respond_again(&mut self.wire, now, transaction);
    }

    /// Our 2xx was never acknowledged.
    pub(super) fn handle_ack_missing(&mut self, now: Instant, id: SessionId) {
        self.advance(now, id, stage::Event::AckMissing, &Occasion::default());
    }

    /// The ACK of a 2xx of ours.
    pub(super) fn handle_ack(&mut self, now: Instant, request: &Request) {
        let Ok(cseq) = request.headers.cseq() else { return };
        let session = self.sessions.iter_mut().find(|(_, session)| {
            session.owns(&request.headers)
                && session.unacked.as_ref().is_some_and(|unacked| unacked.number == cseq.number)
        });
        let Some((&id, session)) = session else { return };
        let step = session.negotiation.step(negotiation::Event::Acked);
        session.negotiation = step.state;
        let is_first = session.stage == Stage::AckWaits;
        let due = step.did.contains(&negotiation::Did::TakeAnswer);
        let sdp = sdp_of(request.body_of(compose::SDP)).filter(|_| due);
        session.theirs = sdp.clone().or(session.theirs.take());
        let spoilt = due && sdp.is_none();
        let event = if spoilt && is_first { stage::Event::Spoilt } else { stage::Event::Acked };
        let occasion = Occasion { sdp: sdp.clone(), ..Occasion::default() };
        self.advance(now, id, event, &occasion);
        if !is_first && due {
            self.tell_reoffer_agreed(id, sdp);
        }
        self.send_next_offer(now, id);
    }
}
