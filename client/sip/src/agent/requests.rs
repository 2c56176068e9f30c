//! What the far end asks of us (RFC 3261 §8.2, §12.2.2).

use super::Agent;
use super::compose::{ALLOW, SDP, SUPPORTED};
use crate::message::{Method, Name, Request, StatusCode};
use crate::transaction::{Arrived, TransactionId};
use crate::{Event, Instant, SessionId};

impl Agent {
    /// A request: matches it to what runs, and serves it if it is new.
    pub(super) fn handle_request(&mut self, now: Instant, request: &Request) {
        match self.transactions.arrive(&mut self.wire, now, request) {
            Ok(Arrived::New(id)) => self.serve(now, id, request),
            Ok(Arrived::Ack) => self.handle_ack(now, request),
            Ok(Arrived::Cancel(id, invite)) => self.handle_cancel(now, id, invite, request),
            // §8.2.2.2
            Ok(Arrived::Merged(id)) => self.reply(now, id, StatusCode::LOOP_DETECTED),
            Ok(Arrived::Absorbed) => {}
            Err(error) => self.wire.tell(Event::Malformed { problem: error.to_string() }),
        }
    }

    /// Looks at a new request in the order of §8.2: method, headers, dialog, content.
    fn serve(&mut self, now: Instant, id: TransactionId, request: &Request) {
        if let Method::Other(_) = request.method {
            return self
                .reply_with(now, id, StatusCode::NOT_IMPLEMENTED, None, |r| r.with(Name::Allow, ALLOW));
        }
        let unknown: Vec<_> = request
            .headers
            .require()
            .filter(|tag| !SUPPORTED.split(", ").any(|known| known.eq_ignore_ascii_case(tag)))
            .collect();
        if !unknown.is_empty() {
            // §8.2.2.3
            let list = unknown.join(", ");
            return self
                .reply_with(now, id, StatusCode::BAD_EXTENSION, None, |r| r.with(Name::Unsupported, list));
        }
        // A transfer may outlive its dialog, so its NOTIFYs are looked for first.
        if request.method == Method::Notify
            && let Some(refer) = self.refer_of(request)
        {
            return self.handle_refer_notify(now, id, refer, request);
        }
        if request.method == Method::Notify
            && let Some(subscription) = self.subscription_of(request)
        {
            return self.handle_subscription_notify(now, id, subscription, request);
        }
        let in_dialog = request.headers.to().is_ok_and(|to| to.tag().is_some());
        if !in_dialog {
            return self.serve_outside(now, id, request);
        }
        match self.session_of(request) {
            Some(session) => self.serve_inside(now, id, session, request),
            // §12.2.2
            None => self.reply(now, id, StatusCode::CALL_DOES_NOT_EXIST),
        }
    }

    fn session_of(&self, request: &Request) -> Option<SessionId> {
        self.sessions.iter().find(|(_, session)| session.owns(&request.headers)).map(|(id, _)| *id)
    }

    /// A request that belongs to no dialog.
    fn serve_outside(&mut self, now: Instant, id: TransactionId, request: &Request) {
        match &request.method {
            Method::Invite => {
                if self.refuse_content(now, id, request) {
                    return;
                }
                self.handle_invite(now, id, request);
            }
            Method::Options => self.answer_options(now, id),
            Method::Notify => self.answer_stray_notify(now, id, request),
            Method::Bye | Method::Info | Method::Prack | Method::Update => {
                self.reply(now, id, StatusCode::CALL_DOES_NOT_EXIST);
            }
            // Whoever has no call with us has no call of ours to move.
            Method::Refer => self.reply(now, id, StatusCode::FORBIDDEN),
            Method::Subscribe => self.reply(now, id, StatusCode::BAD_EVENT),
            Method::Register | Method::Publish | Method::Message => self.refuse_method(now, id),
            // These never come here: the transactions know them.
            Method::Ack | Method::Cancel | Method::Other(_) => {}
        }
    }

    /// A request within one of our sessions.
    fn serve_inside(&mut self, now: Instant, id: TransactionId, session: SessionId, request: &Request) {
        match &request.method {
            Method::Invite => {
                if self.refuse_content(now, id, request) {
                    return;
                }
                self.handle_reinvite(now, session, id, request);
            }
            Method::Update => {
                if self.refuse_content(now, id, request) {
                    return;
                }
                self.handle_update(now, session, id, request);
            }
            Method::Bye => {
                self.reply(now, id, StatusCode::OK);
                self.handle_bye(now, session, request);
            }
            Method::Options => self.answer_options(now, id),
            // Nothing in it that we use, but the far end may think it polite to be told that it arrived.
            Method::Info => self.reply(now, id, StatusCode::OK),
            Method::Notify => self.handle_session_notify(now, id, session, request),
            Method::Refer => self.handle_refer(now, session, id, request),
            Method::Subscribe => self.reply(now, id, StatusCode::BAD_EVENT),
            Method::Prack => {
                if self.refuse_content(now, id, request) {
                    return;
                }
                self.handle_prack(now, session, id, request);
            }
            Method::Register | Method::Publish | Method::Message => self.refuse_method(now, id),
            Method::Ack | Method::Cancel | Method::Other(_) => {}
        }
    }

    fn refuse_method(&mut self, now: Instant, id: TransactionId) {
        self.reply_with(now, id, StatusCode::METHOD_NOT_ALLOWED, None, |r| r.with(Name::Allow, ALLOW));
    }

    /// §11.2
    fn answer_options(&mut self, now: Instant, id: TransactionId) {
        self.reply_with(now, id, StatusCode::OK, None, |response| {
            response.with(Name::Allow, ALLOW).with(Name::Accept, SDP).with(Name::Supported, SUPPORTED)
        });
    }

    /// §8.2.3: a body that is no SDP cannot be an offer. True if it was refused.
    fn refuse_content(&mut self, now: Instant, id: TransactionId, request: &Request) -> bool {
        let encoding = request.headers.get(Name::ContentEncoding);
        let is_encoded = encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"));
        let is_foreign = !request.body.is_empty() && request.body_of(SDP).is_none();
        let refused = is_encoded || is_foreign;
        if refused {
            self.reply_with(now, id, StatusCode::UNSUPPORTED_MEDIA_TYPE, None, |response| {
                response.with(Name::Accept, SDP).with(Name::AcceptEncoding, "identity")
            });
        }
        refused
    }
}
