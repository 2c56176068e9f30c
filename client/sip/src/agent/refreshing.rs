//! Keeping sessions alive (RFC 4028), by the table of [`crate::session::lifetime`]; and telling the far end where we
//! are after the connection was a new one (RFC 3261 §12.2.1.1).

use super::ending::Occasion;
use super::{Agent, Purpose};
use crate::message::{Headers, Method, Name, Request, Response, StatusCode};
use crate::session::Session;
use crate::session::lifetime::{Did, Event, Keeper, LEAST, PAUSE};
use crate::session::negotiation::{self, Negotiation};
use crate::session::stage::{self, Stage};
use crate::timer::Timer;
use crate::transaction::{Outgoing, Silence};
use crate::{Instant, SessionId, identity};

/// The extension's name.
const TAG: &str = "timer";

impl Agent {
    fn advance_lifetime(&mut self, now: Instant, id: SessionId, event: Event) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let lifetime = &mut session.lifetime;
        let step = lifetime.stage.step(event);
        lifetime.stage = step.state;
        let (whole, half) = (lifetime.whole(), lifetime.half());
        for did in step.did {
            match did {
                Did::Stop => {
                    self.wire.timers.stop(Timer::SessionOver(id));
                    self.wire.timers.stop(Timer::RefreshSession(id));
                }
                Did::StartWhole => self.wire.timers.set(Timer::SessionOver(id), now + whole),
                Did::StartHalf => self.wire.timers.set(Timer::RefreshSession(id), now + half),
                Did::StartPause => self.wire.timers.set(Timer::RefreshSession(id), now + PAUSE),
                Did::Refresh => self.refresh(now, id),
                // §10
                Did::End => self.advance(now, id, stage::Event::Unanswered, &Occasion::default()),
            }
        }
    }

    pub(super) fn handle_refresh_session(&mut self, now: Instant, id: SessionId) {
        self.advance_lifetime(now, id, Event::Due);
    }

    pub(super) fn handle_session_over(&mut self, now: Instant, id: SessionId) {
        self.advance_lifetime(now, id, Event::Over);
    }

    /// The connection is a new one: requests of the far end may be on their way to the old.
    pub(super) fn tell_where_we_are(&mut self, now: Instant) {
        let up = self.sessions.iter().filter(|(_, session)| session.stage == Stage::Established);
        let up: Vec<_> = up.map(|(id, _)| *id).collect();
        for id in up {
            self.advance_lifetime(now, id, Event::Moved);
        }
    }

    /// UPDATE if the far end takes it, else a re-INVITE that changes nothing (§7.4).
    fn refresh(&mut self, now: Instant, id: SessionId) {
        let connected = self.wire.connected;
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let quiet = session.negotiation == Negotiation::Settled && session.unacked.is_none();
        let possible = session.updates || session.agreed.is_some();
        if !connected || !quiet || !possible || session.stage != Stage::Established {
            // What is under way refreshes the session as well, if it succeeds.
            return self.advance_lifetime(now, id, Event::Failed);
        }
        if !session.updates {
            return self.negotiate(now, id, negotiation::Event::Refresh, None, None);
        }
        let Some(dialog) = session.dialog.as_mut() else { return };
        let number = dialog.next_number();
        let mut request = dialog.request(Method::Update, number);
        ask(session, &mut request.headers);
        self.introduce(&mut request.headers);
        self.send(now, request, Purpose::Update(id));
    }

    /// A response to an UPDATE of ours, after challenges.
    pub(super) fn handle_update_response(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        if response.status.is_provisional() || self.ask_for_longer(now, id, outgoing, response) {
            return;
        }
        match response.status {
            status if status.is_success() => {
                if let Some(dialog) = self.sessions.get_mut(&id).and_then(|session| session.dialog.as_mut()) {
                    dialog.refresh_target(&response.headers);
                }
                self.take_lifetime(now, id, &response.headers);
                self.note_remote(id, |known| identity::answerer(&response.headers, known));
            }
            // RFC 3261 §12.2.1.2
            StatusCode::CALL_DOES_NOT_EXIST => {
                self.advance(now, id, stage::Event::Unknown, &Occasion::default());
            }
            // Another change is under way (RFC 3311 §5.2); that one is a refresh too.
            StatusCode::REQUEST_PENDING | StatusCode::SERVER_INTERNAL_ERROR => {
                self.advance_lifetime(now, id, Event::Failed);
            }
            _ => self.do_without_update(now, id),
        }
    }

    /// UPDATE was not answered.
    pub(super) fn handle_update_silence(&mut self, now: Instant, id: SessionId, silence: Silence) {
        match silence {
            Silence::TimedOut => self.do_without_update(now, id),
            Silence::Lost => self.advance_lifetime(now, id, Event::Failed),
        }
    }

    /// Gateways are met that name UPDATE in Allow and then refuse or ignore it: re-INVITE tells whether they live.
    fn do_without_update(&mut self, now: Instant, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.updates = false;
        }
        self.advance_lifetime(now, id, Event::Failed);
    }

    /// A re-INVITE of ours came to nothing: the session is as old as before.
    pub(super) fn note_no_refresh(&mut self, now: Instant, id: SessionId) {
        self.advance_lifetime(now, id, Event::Failed);
    }

    /// Puts onto an INVITE or re-INVITE of ours how long we want the session to live.
    pub(super) fn ask_lifetime(&self, id: SessionId, headers: &mut Headers) {
        if let Some(session) = self.sessions.get(&id) {
            ask(session, headers);
        }
    }

    /// Takes what their 2xx says of the session's lifetime.
    pub(super) fn take_lifetime(&mut self, now: Instant, id: SessionId, headers: &Headers) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let keeper = session.lifetime.granted(headers.session_expires().ok().flatten());
        session.note_methods(headers);
        self.advance_lifetime(now, id, Event::Agreed(keeper));
    }

    /// Puts onto our 2xx how long the session is to live (§9).
    pub(super) fn grant_lifetime(
        &mut self,
        now: Instant,
        id: SessionId,
        theirs: &Headers,
        own: &mut Headers,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let named = theirs.session_expires().ok().flatten();
        let knows = theirs.supports(TAG) || theirs.require().any(|tag| tag.eq_ignore_ascii_case(TAG));
        let keeper = session.lifetime.grant(named, knows);
        session.note_methods(theirs);
        let seconds = session.lifetime.seconds;
        match keeper {
            Keeper::Nobody => {}
            // Of a far end that knows nothing of it nothing is asked, but it may be told.
            Keeper::Us if named.is_some() || knows => {
                own.push(Name::SessionExpires, format_args!("{seconds};refresher=uas"));
            }
            Keeper::Us => {}
            Keeper::Them => {
                own.push(Name::SessionExpires, format_args!("{seconds};refresher=uac"));
                own.push(Name::Require, TAG);
            }
        }
        self.advance_lifetime(now, id, Event::Agreed(keeper));
    }

    /// True if the request was sent once more, with the lifetime that a 422 asks for (§7.3).
    pub(super) fn ask_for_longer(
        &mut self,
        now: Instant,
        id: SessionId,
        outgoing: &Outgoing,
        response: &Response,
    ) -> bool {
        let Some(session) = self.sessions.get_mut(&id).filter(|session| session.stage.is_alive()) else {
            return false;
        };
        let least = response.headers.min_se().ok().flatten();
        if response.status != StatusCode::SESSION_INTERVAL_TOO_SMALL || !session.lifetime.take_least(least) {
            return false;
        }
        let mut longer = outgoing.clone();
        ask(session, &mut longer.request.headers);
        let Some(number) = self.number_again(outgoing) else { return false };
        self.send_in_place(now, longer, number, 0);
        true
    }

    /// True if the request asked for a lifetime that is too short; it is refused then (§9).
    pub(super) fn refuse_short_lifetime(
        &mut self,
        now: Instant,
        transaction: crate::transaction::TransactionId,
        request: &Request,
    ) -> bool {
        let named = request.headers.session_expires().ok().flatten();
        // Whoever does not know the extension could not do anything about it.
        let short = named.is_some_and(|named| named.seconds < LEAST) && request.headers.supports(TAG);
        if short {
            self.reply_with(now, transaction, StatusCode::SESSION_INTERVAL_TOO_SMALL, None, |response| {
                response.with(Name::MinSe, LEAST)
            });
        }
        short
    }
}

fn ask(session: &Session, headers: &mut Headers) {
    headers.set(Name::SessionExpires, session.lifetime.asked());
    if let Some(least) = session.lifetime.least {
        headers.set(Name::MinSe, least);
    }
}
