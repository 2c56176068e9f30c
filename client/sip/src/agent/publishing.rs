//! Telling others of ourselves, by the table of [`crate::publication`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Agent, Purpose};
use crate::message::header::NameAddr;
use crate::message::{Headers, Method, Name, Response, StatusCode};
use crate::package::{OwnPresence, Package};
use crate::publication::{Did, Event, Stage};
use crate::random::Random;
use crate::register::{back_off, refresh_after};
use crate::timer::Timer;
use crate::transaction::Silence;
use crate::{Instant, Publication};

/// Seconds that we ask for: who crashed is not shown as free for longer.
const EXPIRES: u32 = 1_800;

/// What is published and what it is published with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Publisher {
    stage: Stage,
    /// What is to be published.
    wanted: Option<OwnPresence>,
    /// What the last PUBLISH said, or says that is out.
    said: Option<OwnPresence>,
    /// The same for all PUBLISHes of this agent: then proxies send them the same way.
    call_id: String,
    number: u32,
    /// SIP-ETag of what the server has (RFC 3903 §11.3.1).
    tag: Option<String>,
    /// Seconds to ask for, where the server found ours too brief.
    min_expires: Option<u32>,
    granted: u32,
    failures: u32,
    retry_after: Option<u32>,
    retry_at: Option<Instant>,
    /// What failed last: status and words.
    failure: Option<(StatusCode, String)>,
    told: Publication,
}

impl Publisher {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            stage: Stage::Off,
            wanted: None,
            said: None,
            call_id: random.token(24),
            number: 0,
            tag: None,
            min_expires: None,
            granted: EXPIRES,
            failures: 0,
            retry_after: None,
            retry_at: None,
            failure: None,
            told: Publication::Off,
        }
    }

    /// CSeq of the next PUBLISH.
    pub(super) fn next_number(&mut self) -> u32 {
        self.number = self.number.wrapping_add(1) & 0x7fff_ffff;
        self.number
    }

    fn asked_expires(&self) -> u32 {
        self.min_expires.unwrap_or(EXPIRES)
    }
}

impl Agent {
    /// Tells others how we are, now or as soon as there is a connection, until [`Agent::unpublish`].
    pub fn publish(&mut self, now: Instant, presence: OwnPresence) {
        if self.publisher.wanted != Some(presence) {
            self.publisher.wanted = Some(presence);
            self.advance_publication(now, Event::Wanted);
        }
    }

    /// Takes back what was told.
    pub fn unpublish(&mut self, now: Instant) {
        self.publisher.wanted = None;
        self.advance_publication(now, Event::Unwanted);
    }

    /// Something is published that is not to be any more, and the server has not said that it is gone.
    pub(super) fn is_unpublishing(&self) -> bool {
        matches!(self.publisher.stage, Stage::Leaving | Stage::Removing)
    }

    /// The way is free.
    pub(super) fn publish_when_reachable(&mut self, now: Instant) {
        match self.publisher.stage {
            Stage::Waiting => self.advance_publication(now, Event::Reachable),
            Stage::Off
            | Stage::Publishing
            | Stage::Published
            | Stage::BackOff
            | Stage::Stopped
            | Stage::Leaving
            | Stage::Removing => {}
        }
    }

    pub(super) fn stop_publishing_without_connection(&mut self, now: Instant) {
        self.advance_publication(now, Event::Disconnected);
    }

    pub(super) fn handle_publication_refresh_due(&mut self, now: Instant) {
        self.advance_publication(now, Event::RefreshDue);
    }

    pub(super) fn handle_publish_again_due(&mut self, now: Instant) {
        self.advance_publication(now, Event::AgainDue);
    }

    fn advance_publication(&mut self, now: Instant, event: Event) {
        let reachable = self.wire.connected && self.is_registration_settled();
        let step = self.publisher.stage.step(event, reachable);
        self.publisher.stage = step.state;
        for did in step.did {
            self.carry_out_publication(now, *did);
        }
    }

    fn carry_out_publication(&mut self, now: Instant, did: Did) {
        let publisher = &mut self.publisher;
        match did {
            Did::Send => {
                publisher.said = publisher.wanted;
                self.send_publish(now, self.publisher.asked_expires(), true);
            }
            Did::SendRefresh => self.send_publish(now, self.publisher.asked_expires(), false),
            Did::SendRemoval => {
                publisher.said = None;
                self.send_publish(now, 0, false);
            }
            Did::DropTag => publisher.tag = None,
            Did::StartRefresh => {
                publisher.failures = 0;
                let wait = refresh_after(publisher.granted);
                self.wire.timers.set(Timer::PublicationRefresh, now + wait);
            }
            Did::StartBackOff => {
                let (least, most) = back_off(publisher.failures);
                publisher.failures = publisher.failures.saturating_add(1);
                let asked = Duration::from_secs(u64::from(publisher.retry_after.take().unwrap_or(0)));
                let at = now + self.random.span(least, most).max(asked);
                self.publisher.retry_at = Some(at);
                self.wire.timers.set(Timer::PublishAgain, at);
            }
            Did::StopTimers => {
                self.wire.timers.stop(Timer::PublicationRefresh);
                self.wire.timers.stop(Timer::PublishAgain);
            }
            Did::TellWaiting => self.tell_publication(Publication::Waiting),
            Did::TellPublished => {
                if let Some(said) = publisher.said {
                    self.tell_publication(Publication::Published(said));
                }
            }
            Did::TellFailed => {
                let retry_at = publisher.retry_at.take();
                let Some((status, reason)) = publisher.failure.take() else { return };
                let status_code = status.code();
                self.tell_publication(if is_unsupported(status) {
                    Publication::Unsupported { status: status_code }
                } else {
                    Publication::Failed { status: status_code, reason, retry_at }
                });
            }
            Did::TellOff => self.tell_publication(Publication::Off),
        }
    }

    /// Tells what was not told already.
    fn tell_publication(&mut self, publication: Publication) {
        if self.publisher.told != publication {
            self.publisher.told = publication.clone();
            self.wire.tell(crate::Event::Publication(publication));
        }
    }

    /// RFC 3903 §4.1: with an entity-tag it changes, prolongs or removes what the server has. Without one it begins, and
    /// needs a body.
    fn send_publish(&mut self, now: Instant, expires: u32, with_body: bool) {
        let Some(me) = self.me() else { return };
        let from = me.clone().with_tag(&self.random.token(12));
        let number = self.publisher.next_number();
        let to = NameAddr::new(me.uri.clone());
        let mut request = self
            .request(Method::Publish, me.uri.clone(), &from, &to)
            .with(Name::CallId, &self.publisher.call_id)
            .with(Name::CSeq, format_args!("{number} PUBLISH"))
            .with(Name::Event, Package::Presence.token())
            .with(Name::Expires, expires);
        if let Some(tag) = &self.publisher.tag {
            request.headers.push(Name::SipIfMatch, tag);
        }
        if let Some(said) = self.publisher.said.filter(|_| with_body || self.publisher.tag.is_none()) {
            request = request.with_body("application/pidf+xml", said.document(me.uri.as_str()));
        }
        self.send(now, request, Purpose::Publish);
    }

    /// A response to PUBLISH, after challenges.
    pub(super) fn handle_publish_response(&mut self, now: Instant, response: &Response) {
        let status = response.status;
        if status.is_provisional() {
            return;
        }
        let publisher = &mut self.publisher;
        if status.is_success() {
            publisher.tag = response.headers.get(Name::SipETag).map(str::to_owned);
            publisher.granted = response.headers.expires().unwrap_or(publisher.asked_expires());
            let event = if publisher.wanted == publisher.said { Event::Accepted } else { Event::Outdated };
            return self.advance_publication(now, event);
        }
        if status == StatusCode::CONDITIONAL_REQUEST_FAILED && publisher.tag.is_some() {
            return self.advance_publication(now, Event::Forgotten);
        }
        if status == StatusCode::INTERVAL_TOO_BRIEF && self.take_publish_min_expires(&response.headers) {
            return self.send_publish(now, self.publisher.asked_expires(), true);
        }
        self.publisher.retry_after = response.headers.retry_after().ok().flatten();
        self.publisher.failure = Some((status, response.reason.clone()));
        let event = match status.code() {
            408 | 430 | 480 | 481 | 491 | 500 | 502..=504 => Event::FailedForNow,
            _ => Event::FailedForGood,
        };
        self.advance_publication(now, event);
    }

    /// PUBLISH was not answered.
    pub(super) fn handle_publish_silence(&mut self, now: Instant, silence: Silence) {
        match silence {
            Silence::TimedOut => {
                let status = StatusCode::REQUEST_TIMEOUT;
                self.publisher.failure = Some((status, status.reason().to_owned()));
                self.advance_publication(now, Event::FailedForNow);
            }
            // The connection's end is told by itself.
            Silence::Lost => {}
        }
    }

    /// RFC 3903 §4.1; false if the server names nothing longer than what it refused.
    fn take_publish_min_expires(&mut self, headers: &Headers) -> bool {
        let asked = self.publisher.asked_expires();
        let named = headers.min_expires().ok().flatten().filter(|seconds| *seconds > asked);
        self.publisher.min_expires = named.or(self.publisher.min_expires);
        named.is_some()
    }
}

/// The server has no place for publications, whatever they say.
fn is_unsupported(status: StatusCode) -> bool {
    matches!(status.code(), 405 | 489 | 501)
}
