//! Calling somebody: INVITE and all that may come back (RFC 3261 §13.2, §9.1, §8.1.3.4).

use super::ending::Occasion;
use super::reliable::insists;
use super::{Agent, Purpose, compose};
use crate::dialog::Dialog;
use crate::identity;
use crate::message::header::{NameAddr, Replaces};
use crate::message::{Method, Name, Request, Response, StatusCode};
use crate::session::negotiation::{self, Negotiation};
use crate::session::stage::{Event, Stage};
use crate::session::{Ack, Redirects, Session};
use crate::transaction::{Outgoing, Silence, TransactionId};
use crate::uri::Uri;
use crate::{ActError, Instant, SessionId};

/// What an INVITE is for, beyond a call.
#[derive(Debug, Default)]
pub(super) struct Errand {
    /// The dialog to take over.
    pub(super) replaces: Option<Replaces>,
    /// The session whose far end asked for this call.
    pub(super) asked_by: Option<SessionId>,
    /// In whose name that far end asked.
    pub(super) referred_by: Option<String>,
}

impl Agent {
    /// Calls `target` with an offer.
    ///
    /// # Errors
    /// [`ActError::NotConnected`], or [`ActError::BadTarget`] if `target` is neither a number nor an address.
    pub fn invite(
        &mut self,
        now: Instant,
        target: &str,
        offer: impl Into<String>,
    ) -> Result<SessionId, ActError> {
        let uri = super::address::target(target, self.domain())?;
        self.call(now, uri, offer.into(), Errand::default())
    }

    /// Calls `target` to take over a dialog of its: a call that rings elsewhere, or one that was handed over in talk
    /// (RFC 3891). `replaces` names the dialog as `target` sees it.
    ///
    /// # Errors
    /// As [`Agent::invite`].
    pub fn invite_replacing(
        &mut self,
        now: Instant,
        target: &str,
        offer: impl Into<String>,
        replaces: Replaces,
    ) -> Result<SessionId, ActError> {
        let uri = super::address::target(target, self.domain())?;
        let errand = Errand { replaces: Some(replaces), ..Errand::default() };
        self.call(now, uri, offer.into(), errand)
    }

    pub(super) fn call(
        &mut self,
        now: Instant,
        uri: Uri,
        offer: String,
        errand: Errand,
    ) -> Result<SessionId, ActError> {
        if !self.wire.connected {
            return Err(ActError::NotConnected);
        }
        let me = self.me().ok_or(ActError::BadTarget)?;
        let id = self.next_session();
        let call_id = self.random.token(24);
        let local_tag = self.random.token(12);
        let session =
            Session::new(Stage::Calling, Negotiation::OfferSent, call_id.clone(), local_tag.clone());
        let session = Session {
            remote: identity::party(&NameAddr::new(uri.clone())),
            offer: Some(offer.clone()),
            redirects: Redirects::from(&uri),
            asked_by: errand.asked_by,
            ..session
        };
        self.sessions.insert(id, Box::new(session));
        let to = NameAddr::new(uri.clone());
        let mut request = self.request(Method::Invite, uri, &me.with_tag(&local_tag), &to);
        request.headers.push(Name::CallId, call_id);
        request.headers.push(Name::CSeq, "1 INVITE");
        self.introduce(&mut request.headers);
        self.ask_lifetime(id, &mut request.headers);
        if let Some(replaces) = errand.replaces {
            request.headers.push(Name::Replaces, replaces);
            // RFC 3891 §4: whoever does not know Replaces would take this for one more call.
            request.headers.push(Name::Require, "replaces");
        }
        if let Some(referred_by) = errand.referred_by {
            // RFC 3892 §2.2: handed on as it came.
            request.headers.push(Name::ReferredBy, referred_by);
        }
        self.send_invite(now, id, request.with_body(compose::SDP, offer));
        Ok(id)
    }

    fn send_invite(&mut self, now: Instant, id: SessionId, request: Request) {
        let transaction = self.send(now, request, Purpose::Invite(id));
        if let Some(session) = self.sessions.get_mut(&id) {
            session.invite = Some(transaction);
        }
    }

    /// A response to an INVITE that begins a session, after challenges.
    pub(super) fn handle_invite_response(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        if response.status.is_success() {
            self.handle_answered(now, id, outgoing, response);
        } else if response.status.is_provisional() {
            self.handle_progress(now, id, outgoing, response);
        } else if !self.ask_for_longer(now, id, outgoing, response)
            && !self.follow_redirect(now, id, outgoing, response)
        {
            self.advance(now, id, Event::Refused, &Occasion::of(response));
        }
    }

    fn handle_progress(&mut self, now: Instant, id: SessionId, outgoing: &Outgoing, response: &Response) {
        let sdp = sdp_of(response.body_of(compose::SDP));
        let mut fork = 0;
        let mut news = true;
        // §12.1: 100 makes no dialog.
        let makes_dialog =
            response.status != StatusCode::TRYING && response.headers.to().is_ok_and(|to| to.tag().is_some());
        if makes_dialog
            && let Some(session) = self.sessions.get_mut(&id)
            && let Ok(dialog) = Dialog::calling(&outgoing.request, response)
            && let Some((place, early)) = session.early(dialog)
        {
            fork = place;
            let rseq = response.headers.rseq().ok().flatten().filter(|_| insists(&response.headers));
            // RFC 3262 §4: a copy, or one that has overtaken another, is not taken.
            news = rseq.zip(early.rseq).is_none_or(|(rseq, last)| rseq == last.wrapping_add(1));
            if news {
                early.dialog.refresh_target(&response.headers);
                early.sdp = sdp.clone().or(early.sdp.take());
                early.rseq = rseq.or(early.rseq);
                if rseq.is_some() && sdp.is_some() {
                    early.negotiation = early.negotiation.step(negotiation::Event::Accepted).state;
                }
            }
            if let Some(rseq) = rseq.filter(|_| news) {
                self.send_prack(now, id, outgoing, response, rseq);
            }
        }
        if !news {
            return;
        }
        self.advance(now, id, Event::Provisional, &Occasion { sdp, fork, ..Occasion::of(response) });
    }

    fn handle_answered(&mut self, now: Instant, id: SessionId, outgoing: &Outgoing, response: &Response) {
        let Ok(dialog) = Dialog::calling(&outgoing.request, response) else {
            self.wire.tell(crate::Event::Malformed { problem: "2xx to INVITE makes no dialog".to_owned() });
            return;
        };
        let Some(session) = self.sessions.get_mut(&id).filter(|session| is_first(session, &dialog)) else {
            return self.handle_further_answer(now, dialog, outgoing);
        };
        if session.dialog.is_some() {
            return self.acknowledge_again(now, id, dialog.last_number());
        }
        session.remote = identity::answerer(&response.headers, &session.remote);
        let sdp = session.be_answered(dialog, sdp_of(response.body_of(compose::SDP)));
        let event = if session.theirs.is_some() { Event::Answered } else { Event::Spoilt };
        self.refuse_lost_phones(now, id);
        self.take_lifetime(now, id, &response.headers);
        let occasion = Occasion { sdp, invite: Some(&outgoing.request), ..Occasion::of(response) };
        self.advance(now, id, event, &occasion);
    }

    /// A 2xx of another fork, or of a session that is over: it is acknowledged and ended (§13.2.2.4).
    fn handle_further_answer(&mut self, now: Instant, mut dialog: Dialog, outgoing: &Outgoing) {
        let ack = dialog.request(Method::Ack, dialog.last_number());
        self.acknowledge(now, ack, &outgoing.request);
        let number = dialog.next_number();
        let bye = dialog.request(Method::Bye, number);
        self.send(now, bye, Purpose::StrayBye(Box::new(dialog)));
    }

    /// A copy of a 2xx gets the same ACK (§13.2.2.4).
    pub(super) fn acknowledge_again(&mut self, now: Instant, id: SessionId, number: u32) {
        let ack = self.sessions.get(&id).and_then(|session| session.ack.as_ref());
        if let Some(ack) = ack.filter(|ack| ack.number == number) {
            self.wire.send(now, ack.frame.clone());
        }
    }

    /// Acknowledges the 2xx of an INVITE or re-INVITE of this session.
    pub(super) fn acknowledge_session(&mut self, now: Instant, id: SessionId, invite: &Request) {
        let (Some(session), Ok(cseq)) = (self.sessions.get(&id), invite.headers.cseq()) else { return };
        let Some(dialog) = &session.dialog else { return };
        let ack = dialog.request(Method::Ack, cseq.number);
        let frame = self.acknowledge(now, ack, invite);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.ack = Some(Ack { number: cseq.number, frame });
        }
    }

    /// Calls the next target that a 3xx named; false if there is none, or if nobody wants the call any more.
    fn follow_redirect(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) -> bool {
        let Some(session) = self.sessions.get_mut(&id).filter(|session| session.stage.is_alive()) else {
            return false;
        };
        if response.status.is_redirection() {
            session.redirects.learn(&response.headers);
        }
        let Some(target) = session.redirects.next() else { return false };
        self.call_elsewhere(now, id, outgoing, target);
        true
    }

    /// The same INVITE to another place: Call-ID, From and To stay (§8.1.3.4).
    fn call_elsewhere(&mut self, now: Instant, id: SessionId, outgoing: &Outgoing, target: Uri) {
        let Ok(cseq) = outgoing.request.headers.cseq() else { return };
        let mut elsewhere = outgoing.clone();
        elsewhere.request.uri = target;
        self.advance(now, id, Event::SentAgain, &Occasion::default());
        let transaction = self.send_again(now, elsewhere, cseq.number + 1, 0);
        self.begin_anew(now, id, transaction);
    }

    /// The INVITE of a session went out once more, in this transaction: the phones that the last one rang are gone.
    pub(super) fn begin_anew(&mut self, now: Instant, id: SessionId, invite: TransactionId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.early.clear();
            session.invite = Some(invite);
        }
        self.refuse_lost_phones(now, id);
    }

    /// What a phone asked that does not get the call is not answered any more.
    fn refuse_lost_phones(&mut self, now: Instant, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let headers =
            session.asked.and_then(|asked| self.transactions.request(asked)).map(|request| &request.headers);
        let is_lost = headers.is_some_and(|headers| session.dialog_of(headers).is_none());
        if let Some(asked) = session.asked.take_if(|_| is_lost) {
            self.reply(now, asked, StatusCode::CALL_DOES_NOT_EXIST);
        }
    }

    /// An INVITE that begins a session was not answered.
    pub(super) fn handle_invite_silence(&mut self, now: Instant, id: SessionId, silence: Silence) {
        let event = match silence {
            Silence::TimedOut => Event::Unanswered,
            Silence::Lost => Event::Lost,
        };
        self.advance(now, id, event, &Occasion::default());
    }

    /// Takes our INVITE back (§9.1): same branch, same CSeq number.
    pub(super) fn send_cancel(&mut self, now: Instant, id: SessionId) {
        let invite = self.sessions.get(&id).and_then(|session| session.invite);
        let Some(invite) = invite.and_then(|invite| self.transactions.outgoing(invite)) else { return };
        let invite = &invite.request;
        let Ok(cseq) = invite.headers.cseq() else { return };
        let mut cancel = Request::new(Method::Cancel, invite.uri.clone());
        for name in [Name::Via, Name::MaxForwards, Name::Route, Name::From, Name::To, Name::CallId] {
            cancel.headers.copy_from(&invite.headers, name);
        }
        cancel.headers.push(Name::CSeq, format_args!("{} CANCEL", cseq.number));
        self.transactions.begin(&mut self.wire, now, cancel, Purpose::Cancel, 0);
    }

    /// A CANCEL brought no final response in 64*T1: the INVITE counts as cancelled (§9.1).
    pub(super) fn handle_cancel_gives_up(&mut self, now: Instant, id: SessionId) {
        if let Some(invite) = self.sessions.get(&id).and_then(|session| session.invite) {
            // Whatever it might still have told is of no interest.
            _ = self.transactions.abandon(invite);
        }
        self.advance(now, id, Event::Unanswered, &Occasion::default());
    }
}

/// True unless the session is with another fork than `dialog`.
fn is_first(session: &Session, dialog: &Dialog) -> bool {
    session.dialog.as_ref().is_none_or(|known| known.is_with(dialog.remote().tag()))
}

/// An SDP as text; what is no UTF-8 is replaced, since only names in it can be.
pub(super) fn sdp_of(body: Option<&[u8]>) -> Option<String> {
    body.filter(|body| !body.is_empty()).map(|body| String::from_utf8_lossy(body).into_owned())
}
