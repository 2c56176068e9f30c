//! Changing a session's media: re-INVITE both ways (RFC 3261 §14), by the table of [`crate::session::negotiation`].

use std::time::Duration;

use super::ending::Occasion;
use super::inviting::sdp_of;
use super::{Agent, Purpose, compose};
use crate::message::{Headers, Method, Name, Request, Response, StatusCode};
use crate::sdp::repeated_as_offer;
use crate::session::Session;
use crate::session::negotiation::{Did, Event, Negotiation};
use crate::session::stage::{self, Stage};
use crate::timer::Timer;
use crate::transaction::{Outgoing, Silence, TransactionId};
use crate::{ActError, Instant, SessionId, identity};

/// The pause after a glare for the side that owns the Call-ID, and for the other (§14.1).
const GLARE_OWNER: (Duration, Duration) = (Duration::from_millis(2100), Duration::from_secs(4));
const GLARE_OTHER: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(2));
/// How often in a row an offer of ours is put off.
const MOST_GLARES: u8 = 5;
/// The longest, in seconds, that a far end may have us wait which cannot take a change yet (§14.2).
const BUSY_AT_MOST: u32 = 10;

impl Agent {
    /// Offers new media. While a glare is waited out, replaces the offer that waits; while our last answer is not
    /// acknowledged, waits for that.
    ///
    /// # Errors
    /// [`ActError::NoSession`], [`ActError::NotConnected`], or [`ActError::WrongState`] before the session is up and
    /// while another offer is open.
    pub fn reoffer(
        &mut self,
        now: Instant,
        session: SessionId,
        sdp: impl Into<String>,
    ) -> Result<(), ActError> {
        let connected = self.wire.connected;
        let of = self.alive(session)?;
        let waits = of.negotiation == Negotiation::Settled && of.unacked.is_some();
        if waits || of.negotiation == Negotiation::Refreshing {
            of.next_offer = Some(sdp.into());
            return Ok(());
        }
        if of.stage != Stage::Established {
            return Err(ActError::WrongState);
        }
        if !connected {
            return Err(ActError::NotConnected);
        }
        let step = of.negotiation.step(Event::Offer);
        if step.did.contains(&Did::SayWrongState) {
            return Err(ActError::WrongState);
        }
        of.offer = Some(sdp.into());
        self.negotiate(now, session, Event::Offer, None, None);
        Ok(())
    }

    /// Answers their re-INVITE or UPDATE; with an offer if theirs had none.
    ///
    /// # Errors
    /// [`ActError::NoSession`], or [`ActError::WrongState`] if there is nothing to answer.
    pub fn answer(
        &mut self,
        now: Instant,
        session: SessionId,
        sdp: impl Into<String>,
    ) -> Result<(), ActError> {
        let (asked, negotiation, method) = self.asked_of(session)?;
        let step = negotiation.step(Event::Answer);
        if step.did.contains(&Did::SayWrongState) {
            return Err(ActError::WrongState);
        }
        *negotiation = step.state;
        if let Some(of) = self.sessions.get_mut(&session) {
            of.asked = None;
        }
        if method == Method::Invite {
            self.accept_invite(now, session, asked, Some(&sdp.into()));
        } else {
            self.accept_update(now, session, asked, Some(&sdp.into()));
        }
        Ok(())
    }

    /// Refuses their re-INVITE or UPDATE; the session goes on as it was.
    pub(super) fn refuse_reoffer(
        &mut self,
        now: Instant,
        session: SessionId,
        status: StatusCode,
    ) -> Result<(), ActError> {
        let (asked, negotiation, _) = self.asked_of(session)?;
        if !matches!(negotiation, Negotiation::OfferReceived | Negotiation::OfferAsked) {
            return Err(ActError::WrongState);
        }
        *negotiation = negotiation.step(Event::TakenBack).state;
        if let Some(of) = self.sessions.get_mut(&session) {
            of.asked = None;
        }
        self.reply(now, asked, status);
        Ok(())
    }

    /// What they asked and the desk is to answer, with the negotiation that it is of and its method.
    fn asked_of(&mut self, id: SessionId) -> Result<(TransactionId, &mut Negotiation, Method), ActError> {
        let asked = self.alive(id)?.asked.ok_or(ActError::WrongState)?;
        let request = self.transactions.request(asked).ok_or(ActError::WrongState)?;
        let session = self.sessions.get_mut(&id).ok_or(ActError::NoSession)?;
        Ok((asked, session.negotiation_with(&request.headers), request.method.clone()))
    }

    /// A session that the desk may act on.
    pub(super) fn alive(&mut self, id: SessionId) -> Result<&mut Session, ActError> {
        let session = self.sessions.get_mut(&id).map(Box::as_mut);
        session.filter(|session| session.stage.is_alive()).ok_or(ActError::NoSession)
    }

    /// Takes the negotiation one step further.
    pub(super) fn negotiate(
        &mut self,
        now: Instant,
        id: SessionId,
        event: Event,
        theirs: Option<(TransactionId, &Request)>,
        response: Option<&Response>,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let negotiation = match theirs {
            Some((_, request)) => session.negotiation_with(&request.headers),
            None => &mut session.negotiation,
        };
        let step = negotiation.step(event);
        *negotiation = step.state;
        for did in step.did {
            match did {
                Did::SendOffer => {
                    let offer = self.sessions.get(&id).and_then(|session| session.offer.clone());
                    self.send_reinvite(now, id, offer);
                }
                Did::SendAgreed => {
                    let agreed = self.sessions.get(&id).and_then(|session| session.agreed.as_deref());
                    let offer = agreed.map(repeated_as_offer);
                    self.send_reinvite(now, id, offer);
                }
                Did::SendNext => self.send_next_offer(now, id),
                Did::TellNoRefresh => self.note_no_refresh(now, id),
                Did::TellAccepted => {
                    self.tell_reoffer_agreed(id, response.and_then(|r| sdp_of(r.body_of(compose::SDP))))
                }
                Did::TellRefused => {
                    let (status, reason) =
                        response.map_or((503, String::new()), |r| (r.status.code(), r.reason.clone()));
                    self.tell_reoffer_refused(id, status, reason);
                }
                Did::TellLost => self.tell_reoffer_lost(id),
                Did::TellGaveWay => self.tell_reoffer_gave_way(id),
                Did::WaitForGlare => self.wait_for_glare(now, id, response),
                Did::StopGlare => self.wire.timers.stop(Timer::Glare(id)),
                Did::TellTheirs => {
                    if let Some((transaction, request)) = theirs {
                        self.take_reinvite(now, id, transaction, request);
                    }
                }
                Did::RefuseGlare => {
                    if let Some((transaction, _)) = theirs {
                        self.reply(now, transaction, StatusCode::REQUEST_PENDING);
                    }
                }
                Did::RefuseEarly => {
                    if let Some((transaction, _)) = theirs {
                        self.refuse_early(now, transaction);
                    }
                }
                // The caller looked before and has done these itself.
                Did::KeepOffer | Did::SendAnswer | Did::TakeAnswer | Did::SayWrongState => {}
            }
        }
    }

    fn send_reinvite(&mut self, now: Instant, id: SessionId, offer: Option<String>) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let (Some(dialog), Some(offer)) = (session.dialog.as_mut(), offer) else { return };
        let number = dialog.next_number();
        let mut request = dialog.request(Method::Invite, number);
        self.ask_lifetime(id, &mut request.headers);
        self.introduce(&mut request.headers);
        self.send(now, request.with_body(compose::SDP, offer), Purpose::Reinvite(id));
    }

    /// The offer that waited for the ACK of our last answer can go.
    pub(super) fn send_next_offer(&mut self, now: Instant, id: SessionId) {
        let next = self.sessions.get_mut(&id).and_then(|session| session.next_offer.take());
        match next.map(|offer| self.reoffer(now, id, offer)) {
            None | Some(Ok(())) => {}
            Some(Err(ActError::NotConnected)) => self.tell_reoffer_lost(id),
            Some(Err(_)) => self.tell_reoffer_refused(id, 503, String::new()),
        }
    }

    fn wait_for_glare(&mut self, now: Instant, id: SessionId, response: Option<&Response>) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.glares += 1;
        let (least, most) = if session.ours { GLARE_OWNER } else { GLARE_OTHER };
        let wait = match response.and_then(busy_for) {
            Some(seconds) => Duration::from_secs(u64::from(seconds)),
            None => self.random.span(least, most),
        };
        self.wire.timers.set(Timer::Glare(id), now + wait);
    }

    /// The pause after a glare is over.
    pub(super) fn handle_glare_over(&mut self, now: Instant, id: SessionId) {
        self.negotiate(now, id, Event::GlareOver, None, None);
    }

    /// Tells the desk what an offer of ours led to; one that was accepted without an answer is refused in effect.
    pub(super) fn tell_reoffer_agreed(&mut self, id: SessionId, sdp: Option<String>) {
        self.forget_glares(id);
        match sdp {
            Some(sdp) => self.wire.tell(crate::Event::ReofferAnswered { session: id, sdp }),
            None => self.tell_reoffer_refused(id, 488, "No SDP".to_owned()),
        }
    }

    fn tell_reoffer_refused(&mut self, id: SessionId, status: u16, reason: String) {
        self.forget_glares(id);
        self.wire.tell(crate::Event::ReofferRefused { session: id, status, reason });
    }

    fn tell_reoffer_lost(&mut self, id: SessionId) {
        self.forget_glares(id);
        self.wire.tell(crate::Event::ReofferLost { session: id });
    }

    fn tell_reoffer_gave_way(&mut self, id: SessionId) {
        self.forget_glares(id);
        self.wire.tell(crate::Event::ReofferGaveWay { session: id });
    }

    fn forget_glares(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.glares = 0;
        }
    }

    /// A response to a re-INVITE of ours, after challenges.
    pub(super) fn handle_reinvite_response(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        if response.status.is_provisional() {
            return;
        }
        if response.status.is_success() {
            return self.handle_reinvite_accepted(now, id, outgoing, response);
        }
        let is_alive = self.sessions.get(&id).is_some_and(|session| session.stage.is_alive());
        if !is_alive || self.ask_for_longer(now, id, outgoing, response) {
            return;
        }
        match response.status {
            // §12.2.1.2: these end the dialog, not just the change.
            StatusCode::CALL_DOES_NOT_EXIST => {
                self.advance(now, id, stage::Event::Unknown, &Occasion::default());
            }
            StatusCode::REQUEST_TIMEOUT => {
                self.advance(now, id, stage::Event::Unanswered, &Occasion::default())
            }
            _ => {
                let event = if self.is_for_now(id, response) { Event::Glare } else { Event::Refused };
                self.negotiate(now, id, event, None, Some(response));
            }
        }
    }

    /// True if the far end only cannot take a change right now. One that never can is not believed for ever.
    fn is_for_now(&self, id: SessionId, response: &Response) -> bool {
        let patient = self.sessions.get(&id).is_some_and(|session| session.glares < MOST_GLARES);
        patient && (response.status == StatusCode::REQUEST_PENDING || busy_for(response).is_some())
    }

    fn handle_reinvite_accepted(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        let Ok(cseq) = outgoing.request.headers.cseq() else { return };
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.ack.as_ref().is_some_and(|ack| ack.number == cseq.number) {
            return self.acknowledge_again(now, id, cseq.number);
        }
        if let Some(dialog) = session.dialog.as_mut() {
            dialog.refresh_target(&response.headers);
        }
        let is_alive = session.stage.is_alive();
        self.acknowledge_session(now, id, &outgoing.request);
        if is_alive {
            self.take_lifetime(now, id, &response.headers);
            self.note_agreed(id, &outgoing.request, response);
            self.negotiate(now, id, Event::Accepted, None, Some(response));
            self.note_remote(id, |known| identity::answerer(&response.headers, known));
        }
    }

    /// What both sides have agreed on by an offer of ours and their answer.
    fn note_agreed(&mut self, id: SessionId, invite: &Request, response: &Response) {
        let theirs = sdp_of(response.body_of(compose::SDP));
        if let Some(session) = self.sessions.get_mut(&id).filter(|_| theirs.is_some()) {
            session.agreed = sdp_of(invite.body_of(compose::SDP));
            session.theirs = theirs;
        }
    }

    /// A re-INVITE of ours was not answered.
    pub(super) fn handle_reinvite_silence(&mut self, now: Instant, id: SessionId, silence: Silence) {
        match silence {
            Silence::TimedOut => self.advance(now, id, stage::Event::Unanswered, &Occasion::default()),
            Silence::Lost => self.negotiate(now, id, Event::Lost, None, None),
        }
    }

    /// The connection is lost: offers that wait out a glare would go nowhere when they are due.
    pub(super) fn hand_back_waiting_offers(&mut self, now: Instant) {
        let waiting = |session: &Session| session.negotiation == Negotiation::GlareWaits;
        let all: Vec<_> =
            self.sessions.iter().filter(|(_, session)| waiting(session)).map(|(id, _)| *id).collect();
        for id in all {
            self.negotiate(now, id, Event::Lost, None, None);
        }
    }

    /// A re-INVITE of theirs.
    pub(super) fn handle_reinvite(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
    ) {
        if !self.take_in_order(now, id, transaction, request) {
            return;
        }
        if self.refuse_short_lifetime(now, transaction, request) {
            return;
        }
        let Some(session) = self.sessions.get_mut(&id) else { return };
        match session.stage {
            Stage::Established if session.unacked.is_none() => {
                if let Some(again) = session.repeats(request) {
                    return self.answer_refresh(now, id, transaction, request, &again);
                }
                let offered = request.body_of(compose::SDP).is_some();
                let event = if offered { Event::TheirOffer } else { Event::TheirBareInvite };
                self.negotiate(now, id, event, Some((transaction, request)), None);
            }
            // Their first INVITE is not finished yet (§14.2).
            Stage::Established | Stage::AckWaits | Stage::Ringing => self.refuse_early(now, transaction),
            Stage::Calling
            | Stage::HangUpWaits
            | Stage::Proceeding
            | Stage::Cancelling
            | Stage::ByeWaits
            | Stage::Closing
            | Stage::Over => self.reply(now, transaction, StatusCode::CALL_DOES_NOT_EXIST),
        }
    }

    /// UPDATE of theirs (RFC 3311 §5.2): with an offer it is a re-INVITE that needs no ACK, without it only says where
    /// and who they are now.
    pub(super) fn handle_update(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
    ) {
        if !self.take_in_order(now, id, transaction, request) {
            return;
        }
        if self.refuse_short_lifetime(now, transaction, request) {
            return;
        }
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if let Some(again) = session.repeats(request) {
            self.answer_refresh(now, id, transaction, request, &again);
        } else if request.body_of(compose::SDP).is_none() {
            if let Some(dialog) = session.dialog_of(&request.headers) {
                dialog.refresh_target(&request.headers);
            }
            self.accept_update(now, id, transaction, None);
            self.note_remote(id, |known| identity::answerer(&request.headers, known));
        } else if session.may_be_changed() {
            self.negotiate(now, id, Event::TheirOffer, Some((transaction, request)), None);
        } else {
            // Their last offer is not answered yet, or not for certain.
            self.refuse_early(now, transaction);
        }
    }

    /// Their refresh says again what was agreed on, and so do we: the page has nothing to do with it.
    fn answer_refresh(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
        again: &str,
    ) {
        if let Some(dialog) = self.sessions.get_mut(&id).and_then(|session| session.dialog.as_mut()) {
            dialog.refresh_target(&request.headers);
        }
        if request.method == Method::Invite {
            self.accept_invite(now, id, transaction, Some(again));
        } else {
            self.accept_update(now, id, transaction, Some(again));
        }
        self.note_remote(id, |known| identity::answerer(&request.headers, known));
    }

    /// The 2xx of an UPDATE or a PRACK: a re-INVITE's, but nobody acknowledges it.
    pub(super) fn accept_update(
        &mut self,
        now: Instant,
        id: SessionId,
        update: TransactionId,
        sdp: Option<&str>,
    ) {
        let theirs = self.transactions.request(update).map(|request| request.headers.clone());
        let mut own = Headers::new();
        self.introduce(&mut own);
        // A PRACK refreshes nothing (RFC 4028 §7.4).
        let refreshes = self.transactions.request(update).is_some_and(|of| of.method == Method::Update);
        let up = self.sessions.get(&id).is_some_and(|session| session.stage == Stage::Established);
        if let Some(theirs) = theirs.filter(|_| refreshes && up) {
            self.grant_lifetime(now, id, &theirs, &mut own);
        }
        self.note_our_word(id, update, sdp);
        let tag = self.sessions.get(&id).map(|session| session.local_tag.clone()).unwrap_or_default();
        self.reply_in_dialog(now, update, StatusCode::OK, &tag, &own, sdp);
    }

    /// Our 2xx says `sdp`: with what they offered, if they did, it is what both sides agree on.
    pub(super) fn note_our_word(&mut self, id: SessionId, transaction: TransactionId, sdp: Option<&str>) {
        let request = self.transactions.request(transaction);
        let theirs = request.and_then(|request| sdp_of(request.body_of(compose::SDP)));
        let (Some(session), Some(sdp)) = (self.sessions.get_mut(&id), sdp) else { return };
        if let Some(early) = request.and_then(|request| session.early_of(&request.headers)) {
            early.agreed = Some(sdp.to_owned());
            early.sdp = theirs;
        } else {
            session.agreed = Some(sdp.to_owned());
            session.theirs = theirs;
        }
    }

    /// False if the request comes out of order; it is refused then (§12.2.2).
    pub(super) fn take_in_order(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
    ) -> bool {
        let number = request.headers.cseq().map_or(0, |cseq| cseq.number);
        // A phone that has not told of itself has no dialog yet that could tell.
        let dialog = self.sessions.get_mut(&id).and_then(|session| session.dialog_of(&request.headers));
        let in_order = dialog.is_none_or(|dialog| dialog.take_number(number));
        if !in_order {
            self.reply(now, transaction, StatusCode::SERVER_INTERNAL_ERROR);
        }
        in_order
    }

    /// §14.2: 500 with a Retry-After.
    fn refuse_early(&mut self, now: Instant, transaction: TransactionId) {
        let wait = self.random.between(0, u64::from(BUSY_AT_MOST));
        self.reply_with(now, transaction, StatusCode::SERVER_INTERNAL_ERROR, None, |response| {
            response.with(Name::RetryAfter, wait)
        });
    }

    fn take_reinvite(&mut self, now: Instant, id: SessionId, transaction: TransactionId, request: &Request) {
        // RFC 4320: nothing provisional for a request that is no INVITE.
        if request.method == Method::Invite {
            self.reply(now, transaction, StatusCode::TRYING);
        }
        if let Some(session) = self.sessions.get_mut(&id) {
            session.asked = Some(transaction);
            if let Some(dialog) = session.dialog_of(&request.headers) {
                dialog.refresh_target(&request.headers);
            }
        }
        // From stays as it was when the dialog began; only what the network asserts can be news.
        self.note_remote(id, |known| identity::answerer(&request.headers, known));
        let offer = sdp_of(request.body_of(compose::SDP));
        self.wire.tell(crate::Event::Reoffered { session: id, offer });
    }

    pub(super) fn note_remote(&mut self, id: SessionId, look: impl FnOnce(&crate::Party) -> crate::Party) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let remote = look(&session.remote);
        if remote != session.remote {
            session.remote = remote.clone();
            self.wire.tell(crate::Event::RemoteChanged { session: id, remote });
        }
    }
}

/// For how many seconds a far end has its hands full with a change of its own or an earlier one of ours, if that is why
/// it refuses this one (§14.2).
fn busy_for(response: &Response) -> Option<u32> {
    let wait = response.headers.retry_after().ok().flatten();
    wait.filter(|seconds| response.status == StatusCode::SERVER_INTERNAL_ERROR && *seconds <= BUSY_AT_MOST)
}
