//! Handing a session on (RFC 3515), by the table of [`crate::refer`].

use std::time::Duration;

use super::{Agent, Purpose};
use crate::message::header::{NameAddr, Replaces, Substate};
use crate::message::{Method, Name, Request, Response, StatusCode};
use crate::refer::{Did, Event, GRACE, LINGER, MAX_PATIENCE, PATIENCE, Refer, Stage, sipfrag};
use crate::session::stage::Stage as SessionStage;
use crate::timer::Timer;
use crate::transaction::{Outgoing, Silence, TransactionId};
use crate::uri::Uri;
use crate::{ActError, Instant, ReferProgress, SessionId};

/// What a step of a transfer is about.
struct News {
    now: Instant,
    status: u16,
    reason: String,
}

impl Agent {
    /// Asks the far end to call `target` in our place (blind transfer). The session stays until somebody ends it. Another
    /// transfer of it that still runs is given up; should that one succeed all the same, this one is said to have.
    ///
    /// # Errors
    /// [`ActError::NoSession`], [`ActError::NotConnected`], [`ActError::BadTarget`], or [`ActError::WrongState`] before
    /// the session is up.
    pub fn refer(&mut self, now: Instant, session: SessionId, target: &str) -> Result<(), ActError> {
        let target = super::address::target(target, self.domain())?;
        self.send_refer(now, session, target, false)
    }

    /// Asks the far end of `session` to take our place in the session `consulted` (attended transfer, RFC 5589 §7).
    /// Both stay until somebody ends them.
    ///
    /// # Errors
    /// As [`Agent::refer`]; [`ActError::WrongState`] also before `consulted` is up: a phone that still rings can not be
    /// taken over (RFC 3891 §3), only called anew.
    pub fn refer_replacing(
        &mut self,
        now: Instant,
        session: SessionId,
        consulted: SessionId,
    ) -> Result<(), ActError> {
        let of = self.alive(consulted)?;
        if of.stage != SessionStage::Established || session == consulted {
            return Err(ActError::WrongState);
        }
        let dialog = of.dialog.as_ref().ok_or(ActError::WrongState)?;
        let target = dialog.address().with_header("Replaces", &dialog.to_replace().to_string());
        self.send_refer(now, session, target, true)
    }

    /// What somebody else needs to take our place in a call that rings here or is up: where its far end is called, and
    /// the dialog as that end knows it. An early one can be taken over only there, since the far end began it
    /// (RFC 3891 §3); so this tells nothing of a call of ours that is not answered.
    pub fn way_in(&self, session: SessionId) -> Option<(String, Replaces)> {
        let of = self.sessions.get(&session)?;
        let rings = of.stage == SessionStage::Ringing;
        if !(rings || of.stage == SessionStage::Established) {
            return None;
        }
        let dialog = of.dialog.as_ref()?;
        Some((dialog.address().to_string(), Replaces { early_only: rings, ..dialog.to_replace() }))
    }

    fn send_refer(
        &mut self,
        now: Instant,
        session: SessionId,
        target: Uri,
        answered: bool,
    ) -> Result<(), ActError> {
        let connected = self.wire.connected;
        let me = self.me().ok_or(ActError::BadTarget)?;
        let older =
            self.refers.get(&session).filter(|refer| refer.may_be_told_of()).map(|refer| refer.number);
        let of = self.alive(session)?;
        if of.stage != SessionStage::Established {
            return Err(ActError::WrongState);
        }
        if !connected {
            return Err(ActError::NotConnected);
        }
        let dialog = of.dialog.as_mut().ok_or(ActError::WrongState)?;
        let number = dialog.next_number();
        let refer = Refer {
            stage: Stage::Asked,
            number,
            call_id: dialog.call_id.clone(),
            local_tag: dialog.local_tag().to_owned(),
            accepted_at: None,
            tried: false,
            answered,
            unheard: false,
            older,
        };
        let mut request = dialog.request(Method::Refer, number);
        self.introduce(&mut request.headers);
        let request = request
            .with(Name::ReferTo, NameAddr::new(target))
            // RFC 3892: so that whom it reaches can see who sent the call.
            .with(Name::ReferredBy, NameAddr::new(me.uri));
        self.wire.timers.set(Timer::ReferSilent(session), now + PATIENCE);
        self.refers.insert(session, refer);
        self.send(now, request, Purpose::Refer(session));
        Ok(())
    }

    /// A response to REFER, after challenges.
    pub(super) fn handle_refer_response(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        if !self.is_last_refer(id, outgoing) {
            return;
        }
        let news = News { now, status: response.status.code(), reason: response.reason.clone() };
        if response.status.is_success() {
            if let Some(refer) = self.refers.get_mut(&id) {
                refer.accepted_at = Some(now);
            }
            let told = response.headers.refer_sub();
            self.advance_refer(id, if told { Event::Accepted } else { Event::AcceptedMute }, &news);
        } else if response.status.is_final() {
            self.advance_refer(id, Event::Refused, &news);
        }
    }

    /// REFER was not answered.
    pub(super) fn handle_refer_silence(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        silence: Silence,
    ) {
        if !self.is_last_refer(id, outgoing) {
            return;
        }
        let status = match silence {
            Silence::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Silence::Lost => StatusCode::SERVICE_UNAVAILABLE,
        };
        let news = News { now, status: status.code(), reason: status.reason().to_owned() };
        self.advance_refer(id, Event::Refused, &news);
    }

    /// What is heard of an older REFER says nothing about the one that has taken its place.
    fn is_last_refer(&self, id: SessionId, outgoing: &Outgoing) -> bool {
        let number = outgoing.request.headers.cseq().map(|cseq| cseq.number);
        self.refers.get(&id).is_some_and(|refer| number.is_ok_and(|number| number == refer.number))
    }

    /// REFER went out once more, with another CSeq.
    pub(super) fn note_refer_again(&mut self, outgoing: &Outgoing, number: u32) {
        if let Purpose::Refer(id) = outgoing.purpose
            && self.is_last_refer(id, outgoing)
            && let Some(refer) = self.refers.get_mut(&id)
        {
            refer.number = number;
        }
    }

    /// The transfer that a NOTIFY of theirs tells about.
    pub(super) fn refer_of(&self, request: &Request) -> Option<SessionId> {
        let event = request.headers.event().ok().flatten()?;
        let to = request.headers.to().ok()?;
        let call_id = request.headers.call_id().ok()?;
        let refer = self.refers.iter().find(|(_, refer)| {
            refer.call_id == call_id
                && to.tag() == Some(refer.local_tag.as_str())
                && refer.is_meant_by(event.id())
        });
        refer.filter(|_| event.package.eq_ignore_ascii_case("refer")).map(|(id, _)| *id)
    }

    /// A NOTIFY about a transfer. It is answered 200 whatever it says.
    pub(super) fn handle_refer_notify(
        &mut self,
        now: Instant,
        transaction: TransactionId,
        id: SessionId,
        request: &Request,
    ) {
        self.reply(now, transaction, StatusCode::OK);
        let state = request.headers.subscription_state().ok().flatten();
        let ended = state.as_ref().is_some_and(|state| state.state == Substate::Terminated);
        if self.is_older_refer(id, request) {
            return self.hear_of_older_refer(now, id, request, ended);
        }
        if let Some(seconds) = state.as_ref().filter(|_| !ended).and_then(|state| state.expires) {
            self.extend_refer(now, id, seconds);
        }
        match sipfrag(&request.body) {
            Some((status, reason)) if status >= 200 => {
                self.advance_refer(id, Event::Final, &News { now, status, reason });
            }
            // The last word is that there was no last word.
            Some(_) | None if ended => self.advance_refer(id, Event::EndedMute, &News::mute(now)),
            Some((status, reason)) => {
                self.advance_refer(id, Event::Trying, &News { now, status, reason });
                if let Some(refer) = self.refers.get_mut(&id) {
                    refer.tried = true;
                }
            }
            None => {}
        }
    }

    fn is_older_refer(&self, id: SessionId, request: &Request) -> bool {
        let event = request.headers.event().ok().flatten();
        let named = event.as_ref().and_then(|event| event.id());
        self.refers.get(&id).is_some_and(|refer| refer.is_older_meant_by(named))
    }

    /// Nobody waits for that one any more. But if it has succeeded, the far end is not ours to hand on.
    fn hear_of_older_refer(&mut self, now: Instant, id: SessionId, request: &Request, ended: bool) {
        if let Some((status @ 200..=299, reason)) = sipfrag(&request.body) {
            self.advance_refer(id, Event::Final, &News { now, status, reason });
        }
        if let Some(refer) = self.refers.get_mut(&id).filter(|_| ended) {
            refer.older = None;
        }
    }

    /// The far end said how long it will tell us: wait that long and a little.
    fn extend_refer(&mut self, now: Instant, id: SessionId, seconds: u32) {
        let until = now + Duration::from_secs(u64::from(seconds)).min(MAX_PATIENCE) + GRACE;
        let runs = self.refers.get(&id).is_some_and(|refer| refer.stage != Stage::Done);
        if runs {
            self.wire.timers.set(Timer::ReferSilent(id), until);
        }
    }

    /// The session is over: the last word comes soon or never.
    pub(super) fn limit_refer(&mut self, now: Instant, id: SessionId) {
        if self.refers.get(&id).is_some_and(|refer| refer.stage != Stage::Done) {
            self.wire.timers.set(Timer::ReferSilent(id), now + GRACE);
        }
    }

    /// Nothing was heard of a transfer for too long.
    pub(super) fn handle_refer_silent(&mut self, now: Instant, id: SessionId) {
        self.advance_refer(id, Event::Silent, &News::mute(now));
    }

    fn advance_refer(&mut self, id: SessionId, event: Event, news: &News) {
        let Some(refer) = self.refers.get_mut(&id) else { return };
        let too_soon = refer.is_too_soon(news.now);
        refer.unheard |= event == Event::Silent;
        let step = refer.stage.step(event);
        refer.stage = step.state;
        for did in step.did {
            let progress = match did {
                Did::TellAccepted => ReferProgress::Accepted,
                Did::TellTrying => ReferProgress::Trying { status: news.status },
                Did::TellOutcome => match news.status {
                    200..=299 if too_soon => ReferProgress::Unknown,
                    200..=299 => ReferProgress::Succeeded,
                    status => ReferProgress::Failed { status, reason: news.reason.clone() },
                },
                Did::TellRefused => {
                    ReferProgress::Failed { status: news.status, reason: news.reason.clone() }
                }
                Did::TellUnknown => ReferProgress::Unknown,
                Did::Linger => {
                    self.wire.timers.set(Timer::ReferSilent(id), news.now + LINGER);
                    continue;
                }
                Did::Forget => {
                    self.refers.remove(&id);
                    continue;
                }
            };
            self.wire.tell(crate::Event::ReferProgress { session: id, progress });
        }
    }
}

impl News {
    fn mute(now: Instant) -> Self {
        Self { now, status: 0, reason: String::new() }
    }
}
