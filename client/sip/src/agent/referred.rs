//! Being asked to call somebody else (RFC 3515), by the table of [`crate::referred`].

use super::inviting::Errand;
use super::{Agent, Purpose};
use crate::dialog::Dialog;
use crate::identity;
use crate::message::header::{Event as Package, NameAddr, Replaces, SubscriptionState, Substate};
use crate::message::{Method, Name, Request, StatusCode};
use crate::referred::{Did, EXPIRES, Event, Referred, Stage};
use crate::session::stage::Stage as SessionStage;
use crate::timer::{T1_64, Timer};
use crate::transaction::TransactionId;
use crate::uri::{Scheme, Uri};
use crate::{ActError, Instant, SessionId};

impl Agent {
    /// Takes on what the far end of `session` asked for (202). [`Agent::invite_referred`] is to follow.
    ///
    /// # Errors
    /// [`ActError::WrongState`] if it asked for nothing, or has been answered.
    pub fn accept_refer(&mut self, now: Instant, session: SessionId) -> Result<(), ActError> {
        self.asked(session, Stage::Asked)?;
        self.advance_referred(now, session, Event::Accept, StatusCode::TRYING, "");
        Ok(())
    }

    /// Does not do what the far end of `session` asked for, or cannot after all. A `status` that is no refusal counts
    /// as 603.
    ///
    /// # Errors
    /// [`ActError::WrongState`] if it asked for nothing, or the call for it is on its way.
    pub fn reject_refer(&mut self, now: Instant, session: SessionId, status: u16) -> Result<(), ActError> {
        let status = StatusCode::new(status).filter(|status| status.is_failure());
        let status = status.unwrap_or(StatusCode::DECLINE);
        let waits =
            self.referreds.get(&session).is_some_and(|asked| asked.stage != Stage::Done && !asked.begun);
        if !waits {
            return Err(ActError::WrongState);
        }
        self.advance_referred(now, session, Event::Reject, status, "");
        Ok(())
    }

    /// Calls whom the far end of `session` asked us to call; it is told by itself what becomes of that.
    ///
    /// # Errors
    /// [`ActError::WrongState`] if nothing was accepted, or the call was made, and as [`Agent::invite`].
    pub fn invite_referred(
        &mut self,
        now: Instant,
        session: SessionId,
        offer: impl Into<String>,
    ) -> Result<SessionId, ActError> {
        let asked = self.asked(session, Stage::Calling)?;
        if asked.begun {
            return Err(ActError::WrongState);
        }
        let errand =
            Errand { replaces: asked.replaces(), asked_by: Some(session), referred_by: asked.by.clone() };
        // RFC 3261 §19.1.5: the headers of the address have become headers of the request.
        let target = asked.target.without_headers().without_param("method").to_string();
        let target = super::address::target(&target, self.domain())?;
        let id = self.call(now, target, offer.into(), errand)?;
        if let Some(asked) = self.referreds.get_mut(&session) {
            asked.begun = true;
        }
        Ok(id)
    }

    fn asked(&self, session: SessionId, stage: Stage) -> Result<&Referred, ActError> {
        self.referreds.get(&session).filter(|asked| asked.stage == stage).ok_or(ActError::WrongState)
    }

    /// REFER of theirs in one of our sessions.
    pub(super) fn handle_refer(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        request: &Request,
    ) {
        if !self.take_in_order(now, id, transaction, request) {
            return;
        }
        let target = match callable(request) {
            Ok(target) => target,
            Err(status) => return self.reply(now, transaction, status),
        };
        let runs = self.referreds.get(&id).is_some_and(|asked| asked.stage != Stage::Done);
        let up = self.sessions.get(&id).is_some_and(|session| session.stage == SessionStage::Established);
        if runs || !up {
            // One after the other, and only what is up can be moved.
            return self.reply(now, transaction, StatusCode::DECLINE);
        }
        let asked = Referred {
            stage: Stage::Asked,
            transaction,
            number: request.headers.cseq().map_or(0, |cseq| cseq.number),
            target: target.uri.clone(),
            by: request.headers.get(Name::ReferredBy).map(str::to_owned),
            listens: request.headers.refer_sub(),
            dialog: None,
            begun: false,
        };
        let replaces = asked.replaces().is_some();
        self.referreds.insert(id, asked);
        let target = NameAddr { uri: target.uri.without_headers(), ..target };
        self.wire.tell(crate::Event::Referred { session: id, target: identity::party(&target), replaces });
    }

    /// The session that asked for the call `id` is told how that call stands.
    pub(super) fn report(&mut self, now: Instant, id: SessionId, status: StatusCode, words: &str) {
        let asked_by = self.sessions.get(&id).and_then(|session| session.asked_by);
        if let Some(session) = asked_by {
            let event = if status.is_final() { Event::Outcome } else { Event::Progress };
            self.advance_referred(now, session, event, status, words);
        }
    }

    /// The session is over: what it asked for and was not promised is off, for the rest its dialog lives on.
    pub(super) fn keep_report_dialog(&mut self, now: Instant, id: SessionId) {
        if self.asked(id, Stage::Asked).is_ok() {
            self.advance_referred(now, id, Event::Reject, StatusCode::DECLINE, "");
        }
        let dialog = self.sessions.get_mut(&id).and_then(|session| session.dialog.take());
        if let Some(asked) = self.referreds.get_mut(&id) {
            asked.dialog = dialog;
        }
    }

    /// The dialog for our NOTIFYs: the session's as long as there is one.
    pub(super) fn report_dialog(&mut self, id: SessionId) -> Option<&mut Dialog> {
        match self.sessions.get_mut(&id) {
            Some(session) => session.dialog.as_mut(),
            None => self.referreds.get_mut(&id)?.dialog.as_mut(),
        }
    }

    pub(super) fn handle_report_expires(&mut self, now: Instant, id: SessionId) {
        self.advance_referred(now, id, Event::Expired, StatusCode::REQUEST_TIMEOUT, "");
    }

    /// NOTIFY was answered, or never was. A refusal says that nobody listens, and no more than that: the call which
    /// was asked for goes on.
    pub(super) fn handle_report_response(&mut self, now: Instant, id: SessionId, status: StatusCode) {
        if status.is_final() && !status.is_success() {
            self.advance_referred(now, id, Event::Unheard, status, "");
        }
    }

    fn advance_referred(
        &mut self,
        now: Instant,
        id: SessionId,
        event: Event,
        status: StatusCode,
        words: &str,
    ) {
        let Some(asked) = self.referreds.get_mut(&id) else { return };
        let step = asked.stage.step(event);
        asked.stage = step.state;
        let (transaction, listens) = (asked.transaction, asked.listens);
        for did in step.did {
            match did {
                Did::SendAccepted => {
                    self.wire.timers.set(Timer::ReportExpires(id), now + EXPIRES);
                    self.answer_refer(now, id, transaction, StatusCode::ACCEPTED, listens);
                }
                Did::SendRefusal => self.answer_refer(now, id, transaction, status, true),
                Did::Notify => {
                    let left = u32::try_from(EXPIRES.as_secs()).ok();
                    self.notify(now, id, Substate::Active, left, "", (status, words));
                }
                Did::NotifyLast => {
                    self.notify(now, id, Substate::Terminated, None, "noresource", (status, words));
                }
                Did::NotifyExpired => {
                    self.notify(now, id, Substate::Terminated, None, "timeout", (status, words));
                }
                Did::FallSilent => {
                    if let Some(asked) = self.referreds.get_mut(&id) {
                        asked.listens = false;
                    }
                }
                Did::Linger => self.wire.timers.set(Timer::ReportExpires(id), now + T1_64),
                Did::Forget => {
                    self.referreds.remove(&id);
                }
            }
        }
    }

    fn answer_refer(
        &mut self,
        now: Instant,
        id: SessionId,
        transaction: TransactionId,
        status: StatusCode,
        listens: bool,
    ) {
        let tag = self.sessions.get(&id).map(|session| session.local_tag.clone());
        let mut own = crate::message::Headers::new();
        if status.is_success() {
            self.introduce(&mut own);
        }
        // RFC 4488 §4: no subscription was wanted, and none is made.
        if !listens {
            own.push(Name::ReferSub, "false");
        }
        self.reply_in_dialog(now, transaction, status, &tag.unwrap_or_default(), &own, None);
    }

    /// RFC 3515 §2.4.4, §2.4.5: a NOTIFY with the start line of what the new call brought.
    fn notify(
        &mut self,
        now: Instant,
        id: SessionId,
        state: Substate,
        expires: Option<u32>,
        reason: &str,
        (status, words): (StatusCode, &str),
    ) {
        let Some(asked) = self.referreds.get(&id).filter(|asked| asked.listens) else { return };
        let mut package = Package::new("refer");
        package.params.set("id", &asked.number.to_string());
        let Some(dialog) = self.report_dialog(id) else { return };
        let number = dialog.next_number();
        let mut request = dialog.request(Method::Notify, number);
        self.introduce(&mut request.headers);
        let state = SubscriptionState { state, reason: reason.to_owned(), expires, retry_after: None };
        let words = if words.is_empty() { status.reason() } else { words };
        let request = request
            .with(Name::Event, package)
            .with(Name::SubscriptionState, state)
            .with_body("message/sipfrag;version=2.0", format!("SIP/2.0 {status} {words}\r\n"));
        self.send(now, request, Purpose::Report(id));
    }
}

/// The one address that Refer-To must name, if it can be called by INVITE (RFC 3515 §2.4.1, §2.4.2).
fn callable(request: &Request) -> Result<NameAddr, StatusCode> {
    let headers = &request.headers;
    let target = headers.refer_to().ok().flatten().ok_or(StatusCode::BAD_REQUEST)?;
    if headers.all(Name::ReferTo).nth(1).is_some() {
        return Err(StatusCode::BAD_REQUEST);
    }
    let uri: &Uri = &target.uri;
    let by_invite = uri.param("method").is_none_or(|method| method.eq_ignore_ascii_case("INVITE"));
    let spoilt = uri.header("Replaces").is_some_and(|replaces| Replaces::parse(&replaces).is_err());
    if spoilt {
        return Err(StatusCode::BAD_REQUEST);
    }
    match uri.scheme() {
        Scheme::Sip | Scheme::Sips | Scheme::Tel if by_invite => Ok(target),
        Scheme::Sip | Scheme::Sips | Scheme::Tel => Err(StatusCode::DECLINE),
        Scheme::Other => Err(StatusCode::UNSUPPORTED_URI_SCHEME),
    }
}
