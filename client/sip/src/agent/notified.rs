//! NOTIFYs: what is told of those whom we watch (RFC 6665 §4.1.3), what is told unasked, and wishes from beside.

use std::time::Duration;

use super::Agent;
use crate::dialog::Dialog;
use crate::message::header::{SubscriptionState, Substate};
use crate::message::{Name, Request, StatusCode};
use crate::package::{Learnt, Unreadable, unasked_summary};
use crate::subscription::Event;
use crate::timer::Timer;
use crate::transaction::TransactionId;
use crate::{Instant, RemoteWish, SessionId, SubscriptionFailure, SubscriptionId, TerminationReason};

/// How often the whole state is asked for, at most, because pieces of it were lost.
const WHOLE_AGAIN: Duration = Duration::from_secs(60);

impl Agent {
    /// Lets a NOTIFY with `Event: talk` or `Event: hold` in a call ask for it to be answered, resumed or held
    /// ([`crate::Event::RemoteControl`]); without leave they are refused. Whoever can send one can have a microphone
    /// opened.
    pub fn allow_remote_control(&mut self, allowed: bool) {
        self.remote_control = allowed;
    }

    /// The subscription that a NOTIFY tells about.
    pub(super) fn subscription_of(&self, request: &Request) -> Option<SubscriptionId> {
        let id = *self.subscriptions.by_call.get(request.headers.call_id().ok()?)?;
        let of = self.subscriptions.all.get(&id)?;
        let to = request.headers.to().ok()?;
        (to.tag().is_some() && to.tag() == of.from.as_ref()?.tag()).then_some(id)
    }

    /// A NOTIFY about somebody who is watched. A refusal would end the subscription (RFC 6665 §4.2.2), so what cannot be
    /// read is told to the desk and accepted.
    pub(super) fn handle_subscription_notify(
        &mut self,
        now: Instant,
        transaction: TransactionId,
        id: SubscriptionId,
        request: &Request,
    ) {
        if let Err(status) = self.admit_notify(id, request) {
            return self.reply(now, transaction, status);
        }
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        let encoding = request.headers.get(Name::ContentEncoding);
        let is_encoded = encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"));
        let state = request.headers.subscription_state().ok().flatten();
        let ended = state.as_ref().filter(|state| state.state == Substate::Terminated);
        let learnt = if is_encoded {
            Err(Unreadable::WrongType)
        } else if ended.is_some() && request.body.is_empty() {
            // An end without a state says nothing about the state.
            Ok(Learnt::nothing())
        } else {
            of.memory.learn(&request.headers, &request.body)
        };
        if learnt == Err(Unreadable::WrongType) {
            // RFC 3261 §8.2.3: we said what we can read.
            let accept = of.package.accept();
            self.reply_with(now, transaction, StatusCode::UNSUPPORTED_MEDIA_TYPE, None, |response| {
                response.with(Name::Accept, accept).with(Name::AcceptEncoding, "identity")
            });
        } else {
            self.reply(now, transaction, StatusCode::OK);
        }
        // Some leave the word out; then it goes on.
        if ended.is_none() {
            self.note_standing(now, id, state.as_ref());
        }
        let is_wanted = self.subscriptions.all.get(&id).is_some_and(|of| of.stage.is_wanted());
        match learnt {
            Ok(learnt) => {
                if let Some(state) = learnt.news.filter(|_| is_wanted) {
                    self.wire.tell(crate::Event::Watched { subscription: Some(id), state });
                }
                if learnt.gap {
                    self.ask_for_whole(now, id);
                }
            }
            Err(problem) => self.wire.tell(crate::Event::Malformed { problem: problem.to_string() }),
        }
        if let Some(state) = ended {
            self.note_end(now, id, state);
        }
        self.take_turns(now);
    }

    /// Matches the NOTIFY to the dialog, or lets it make one.
    fn admit_notify(&mut self, id: SubscriptionId, request: &Request) -> Result<(), StatusCode> {
        let Some(of) = self.subscriptions.all.get_mut(&id) else {
            return Err(StatusCode::CALL_DOES_NOT_EXIST);
        };
        let event = request.headers.event().ok().flatten();
        if event.is_some_and(|event| !event.package.eq_ignore_ascii_case(of.package.token())) {
            return Err(StatusCode::BAD_EVENT);
        }
        let bad = |_| StatusCode::BAD_REQUEST;
        let from = request.headers.from().map_err(bad)?;
        match &mut of.dialog {
            Some(dialog) if dialog.is_with(from.tag()) => {
                // RFC 3261 §12.2.2
                if !dialog.take_number(request.headers.cseq().map_err(bad)?.number) {
                    return Err(StatusCode::SERVER_INTERNAL_ERROR);
                }
                dialog.refresh_target(&request.headers);
            }
            // RFC 6665 §4.4.1: one fork is enough, and the first that tells something is it.
            Some(_) if of.notified => return Err(StatusCode::CALL_DOES_NOT_EXIST),
            Some(_) | None => {
                let local = of.from.as_ref().ok_or(StatusCode::CALL_DOES_NOT_EXIST)?;
                of.dialog = Some(Dialog::subscribed(local, of.number, request).map_err(bad)?);
            }
        }
        of.notified = true;
        Ok(())
    }

    /// `active`, `pending`, or nothing said.
    fn note_standing(&mut self, now: Instant, id: SubscriptionId, state: Option<&SubscriptionState>) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        of.pending = state.is_some_and(|state| state.state == Substate::Pending);
        of.since.get_or_insert(now);
        of.forgive(now);
        if let Some(seconds) = state.and_then(|state| state.expires) {
            let until = now + Duration::from_secs(u64::from(seconds));
            // The server may have shortened it meanwhile, or tells it here only (RFC 6665 §4.1.3).
            let shortened = until + Duration::from_secs(5) < of.until;
            of.until = until;
            if shortened {
                self.wire.timers.set(Timer::SubscriptionRefresh(id), now + until.since(now) / 2);
            }
        } else if of.until <= now {
            of.until = now + Duration::from_secs(60);
        }
        self.happen_to_subscription(now, id, Event::Notified);
    }

    /// A piece of the state was lost: the next SUBSCRIBE brings all of it (RFC 4235 §4.3).
    fn ask_for_whole(&mut self, now: Instant, id: SubscriptionId) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        if of.whole_asked_at.is_none_or(|at| now.since(at) >= WHOLE_AGAIN) {
            of.whole_asked_at = Some(now);
            self.happen_to_subscription(now, id, Event::RefreshDue);
        }
    }

    /// RFC 6665 §4.1.3
    fn note_end(&mut self, now: Instant, id: SubscriptionId, state: &SubscriptionState) {
        let Some(of) = self.subscriptions.all.get_mut(&id) else { return };
        let reason = termination(&state.reason);
        let lived = of.has_lived(now);
        of.retry_after = None;
        let event = match reason {
            TerminationReason::Deactivated | TerminationReason::Timeout if lived => Event::Gone,
            TerminationReason::Other if lived && state.retry_after.is_none() => Event::Gone,
            TerminationReason::Deactivated | TerminationReason::Timeout => Event::EndedForNow,
            TerminationReason::Probation | TerminationReason::GiveUp | TerminationReason::Other => {
                of.retry_after = state.retry_after;
                Event::EndedForNow
            }
            TerminationReason::Rejected | TerminationReason::NoResource | TerminationReason::Invariant => {
                Event::FailedForGood
            }
        };
        self.fail_subscription(now, id, SubscriptionFailure::Terminated(reason), event);
    }

    /// A NOTIFY outside of dialogs: servers tell of waiting messages unasked (RFC 3842 in the field); another that
    /// nothing here asked for is refused (RFC 6665 §4.1.3).
    pub(super) fn answer_stray_notify(&mut self, now: Instant, id: TransactionId, request: &Request) {
        let event = request.headers.event().ok().flatten();
        if event.is_none_or(|event| event.package != "message-summary") {
            return self.reply(now, id, StatusCode::CALL_DOES_NOT_EXIST);
        }
        self.reply(now, id, StatusCode::OK);
        if let Some(state) = unasked_summary(&request.headers, &request.body) {
            self.wire.tell(crate::Event::Watched { subscription: None, state });
        }
    }

    /// A NOTIFY in a call, as telephone systems send that remote-control their phones.
    pub(super) fn handle_session_notify(
        &mut self,
        now: Instant,
        id: TransactionId,
        session: SessionId,
        request: &Request,
    ) {
        let event = request.headers.event().ok().flatten();
        let wish = event.and_then(|event| match event.package.as_str() {
            "talk" => Some(RemoteWish::Talk),
            "hold" => Some(RemoteWish::Hold),
            _ => None,
        });
        match wish {
            Some(wish) if self.remote_control => {
                self.reply(now, id, StatusCode::OK);
                self.wire.tell(crate::Event::RemoteControl { session, wish });
            }
            Some(_) => self.reply(now, id, StatusCode::BAD_EVENT),
            None => self.reply(now, id, StatusCode::CALL_DOES_NOT_EXIST),
        }
    }
}

fn termination(reason: &str) -> TerminationReason {
    match reason.to_ascii_lowercase().as_str() {
        "deactivated" => TerminationReason::Deactivated,
        "probation" => TerminationReason::Probation,
        "rejected" => TerminationReason::Rejected,
        "timeout" => TerminationReason::Timeout,
        "giveup" => TerminationReason::GiveUp,
        "noresource" => TerminationReason::NoResource,
        "invariant" => TerminationReason::Invariant,
        _ => TerminationReason::Other,
    }
}
