//! Carries out the table of [`crate::register`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Agent, Purpose};
use crate::message::header::NameAddr;
use crate::message::{Headers, Method, Name, Request, Response, StatusCode};
use crate::random::Random;
use crate::register::{Did, Event, Stage, back_off, refresh_after, refused_pause};
use crate::servers;
use crate::session::Redirects;
use crate::timer::Timer;
use crate::transaction::{Outgoing, Silence};
use crate::uri::Uri;
use crate::{Instant, Registration, RegistrationFailure};

/// The registration and what it is made with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Registrar {
    stage: Stage,
    /// The same for all REGISTERs of this agent (RFC 3261 §10.2).
    call_id: String,
    /// CSeq of the last REGISTER.
    number: u32,
    /// Seconds to ask for, where the server found the settings too brief.
    min_expires: Option<u32>,
    /// The way to the registrar keeps no flows: register as one did before RFC 5626.
    without_flow: bool,
    /// Where REGISTER goes if not to our own domain: a redirection said so (RFC 3261 §8.1.3.4).
    at: Option<Uri>,
    /// Where else it may go.
    redirects: Redirects,
    /// Seconds granted last; none if this account never was.
    granted: u32,
    /// Failures in a row.
    failures: u32,
    /// Those among them that only a person can mend.
    refusals: u32,
    /// What failed last, and how long the server wants to be left alone.
    failure: Option<RegistrationFailure>,
    retry_after: Option<u32>,
    retry_at: Option<Instant>,
}

impl Registrar {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            stage: Stage::Off,
            call_id: random.token(24),
            number: 0,
            min_expires: None,
            without_flow: false,
            at: None,
            redirects: Redirects::default(),
            granted: 0,
            failures: 0,
            refusals: 0,
            failure: None,
            retry_after: None,
            retry_at: None,
        }
    }

    /// The same account and password were good before.
    fn was_granted(&self) -> bool {
        self.granted > 0
    }

    /// CSeq of the next REGISTER.
    pub(super) fn next_number(&mut self) -> u32 {
        self.number = self.number.wrapping_add(1) & 0x7fff_ffff;
        self.number
    }
}

impl Agent {
    /// Makes the account reachable, now or as soon as there is a connection, and keeps it so. After a failure that
    /// waits for its next try, tries at once.
    pub fn register(&mut self, now: Instant) {
        self.advance_registration(now, Event::Wanted);
        self.wake_subscriptions(now);
    }

    /// Leaves the registration. What goes with it is taken back first (RFC 3903 §4.4, RFC 6665 §4.1.2.3): what we publish
    /// for good, what we watch until the next [`Agent::register`]. Of a thousand who are watched the first few are left
    /// before, the others in their turns while the connection lasts; they expire by themselves.
    pub fn unregister(&mut self, now: Instant) {
        if self.registrar.stage != Stage::Off {
            self.unpublish(now);
            self.rest_subscriptions(now);
        }
        self.advance_registration(now, Event::Unwanted);
    }

    /// Something that was said to end a session, the registration or the publication is not answered yet. What is asked
    /// again of whoever leaves, a password above all, is answered only while there is a connection.
    pub fn is_leaving(&self) -> bool {
        !self.sessions.is_empty() || self.registrar.stage == Stage::Unregistering || self.is_unpublishing()
    }

    pub(super) fn register_on_new_connection(&mut self, now: Instant) {
        self.advance_registration(now, Event::Connected);
    }

    pub(super) fn stop_registering_without_connection(&mut self, now: Instant) {
        self.advance_registration(now, Event::Disconnected);
    }

    pub(super) fn handle_refresh_due(&mut self, now: Instant) {
        self.advance_registration(now, Event::RefreshDue);
    }

    pub(super) fn handle_register_again_due(&mut self, now: Instant) {
        self.advance_registration(now, Event::AgainDue);
    }

    fn advance_registration(&mut self, now: Instant, event: Event) {
        let step = self.registrar.stage.step(event, self.wire.connected);
        self.registrar.stage = step.state;
        for did in step.did {
            self.carry_out_registration(now, *did);
        }
        self.take_turns(now);
    }

    /// Other requests need not wait for the registration: it stands, or nobody works at it.
    pub(super) fn is_registration_settled(&self) -> bool {
        match self.registrar.stage {
            Stage::Off | Stage::Registered | Stage::Stopped | Stage::Unregistering => true,
            Stage::Waiting | Stage::Registering | Stage::BackOff => false,
        }
    }

    fn carry_out_registration(&mut self, now: Instant, did: Did) {
        match did {
            Did::SendRegister => {
                let expires = self.asked_expires();
                self.send_register(now, Purpose::Register, expires);
            }
            Did::SendUnregister => self.send_register(now, Purpose::Unregister, 0),
            Did::StartRefresh => {
                self.registrar.failures = 0;
                self.registrar.refusals = 0;
                let wait = refresh_after(self.registrar.granted);
                self.wire.timers.set(Timer::Refresh, now + wait);
            }
            Did::StartBackOff => {
                let (least, most) = self.pause();
                let jittered = self.random.span(least, most);
                let asked = Duration::from_secs(u64::from(self.registrar.retry_after.take().unwrap_or(0)));
                let at = now + jittered.max(asked);
                self.registrar.retry_at = Some(at);
                self.wire.timers.set(Timer::RegisterAgain, at);
            }
            Did::StopTimers => {
                self.wire.timers.stop(Timer::Refresh);
                self.wire.timers.stop(Timer::RegisterAgain);
            }
            Did::TellRegistering => self.tell_registration(Registration::Registering),
            Did::TellRegistered => {
                let until = now + Duration::from_secs(u64::from(self.registrar.granted));
                self.tell_registration(Registration::Registered { until });
            }
            Did::TellFailed => {
                let retry_at = self.registrar.retry_at.take();
                if let Some(why) = self.registrar.failure.take() {
                    self.tell_registration(Registration::Failed { why, retry_at });
                }
            }
            Did::TellNotConnected => {
                let why = RegistrationFailure::NotConnected;
                self.tell_registration(Registration::Failed { why, retry_at: None });
            }
            Did::TellOff => self.tell_registration(Registration::Off),
        }
    }

    /// The bounds of the pause after this failure, which is counted.
    fn pause(&mut self) -> (Duration, Duration) {
        let registrar = &mut self.registrar;
        let (failures, refusals) = (registrar.failures, registrar.refusals);
        registrar.failures = failures.saturating_add(1);
        if registrar.failure.as_ref().is_some_and(is_hopeless) {
            registrar.refusals = refusals.saturating_add(1);
            refused_pause(refusals)
        } else {
            back_off(failures)
        }
    }

    fn tell_registration(&mut self, registration: Registration) {
        self.wire.tell(crate::Event::Registration(registration));
    }

    fn send_register(&mut self, now: Instant, purpose: Purpose, expires: u32) {
        match self.register_request(expires) {
            Some(request) => {
                self.send(now, request, purpose);
            }
            None => self.fail_registration(now, RegistrationFailure::UnknownUser),
        }
    }

    /// Seconds that we ask for.
    fn asked_expires(&self) -> u32 {
        self.registrar.min_expires.unwrap_or(self.settings.expires)
    }

    /// RFC 3261 §10.2 with RFC 5626 §4.2.1. `None` if the settings name no address of record that can be used.
    fn register_request(&mut self, expires: u32) -> Option<Request> {
        let me = self.me()?;
        let home = Uri::sip("", self.domain()).ok()?;
        let uri = self.registrar.at.clone().unwrap_or(home);
        let mut contact = NameAddr::new(self.contact.uri()?);
        if !self.registrar.without_flow {
            contact.params.set("reg-id", "1");
        }
        let contact = contact
            .with_param("+sip.instance", &format!("<{}>", self.settings.instance))
            .with_param("expires", &expires.to_string());
        let from = me.clone().with_tag(&self.random.token(12));
        let number = self.registrar.next_number();
        // A REGISTER goes to the registrar itself, not along the way that it named for other requests.
        let request = Request::new(Method::Register, uri)
            .with(Name::MaxForwards, 70)
            .with(Name::From, from)
            .with(Name::To, NameAddr::new(me.uri))
            .with(Name::CallId, &self.registrar.call_id)
            .with(Name::CSeq, format_args!("{number} REGISTER"))
            .with(Name::Contact, contact)
            .with(Name::Expires, expires)
            .with(Name::Allow, super::compose::ALLOW)
            .with(Name::Supported, super::compose::SUPPORTED);
        Some(request)
    }

    /// A response to REGISTER, after challenges.
    pub(super) fn handle_register_response(
        &mut self,
        now: Instant,
        outgoing: &Outgoing,
        response: &Response,
    ) {
        if response.status.is_provisional() || !self.is_last_register(outgoing) {
            return;
        }
        if response.status.is_success() {
            if matches!(outgoing.purpose, Purpose::Register) {
                self.take_binding(&response.headers);
            }
            self.advance_registration(now, Event::Accepted);
            self.advance_servers(now, servers::Event::Registered);
        } else if self.learn_from_refusal(&outgoing.request, response) {
            self.send_register_again(now, outgoing);
        } else {
            self.registrar.retry_after = response.headers.retry_after().ok().flatten();
            let why = failure(outgoing, response, self.registrar.was_granted());
            self.fail_registration(now, why);
        }
    }

    /// True if the refusal says how to ask so that it may be granted.
    fn learn_from_refusal(&mut self, request: &Request, response: &Response) -> bool {
        match response.status {
            status if status.is_redirection() => self.follow_registrar(request, response),
            StatusCode::INTERVAL_TOO_BRIEF => self.take_min_expires(&response.headers),
            // RFC 5626 §6
            StatusCode::FIRST_HOP_LACKS_OUTBOUND_SUPPORT => {
                !std::mem::replace(&mut self.registrar.without_flow, true)
            }
            _ => false,
        }
    }

    /// The same once more, with what was learnt meanwhile.
    fn send_register_again(&mut self, now: Instant, outgoing: &Outgoing) {
        let leaves = matches!(outgoing.purpose, Purpose::Unregister);
        let expires = if leaves { 0 } else { self.asked_expires() };
        self.send_register(now, outgoing.purpose.clone(), expires);
    }

    /// Takes the next registrar that a 3xx names; false if there is none that has not been asked (RFC 3261 §8.1.3.4).
    fn follow_registrar(&mut self, request: &Request, response: &Response) -> bool {
        if self.registrar.at.is_none() {
            self.registrar.redirects = Redirects::from(&request.uri);
        }
        self.registrar.redirects.learn(&response.headers);
        let next = self.registrar.redirects.next();
        let found = next.is_some();
        self.registrar.at = next.or(self.registrar.at.take());
        found
    }

    /// REGISTER was not answered.
    pub(super) fn handle_register_silence(&mut self, now: Instant, outgoing: &Outgoing, silence: Silence) {
        match silence {
            Silence::TimedOut if self.is_last_register(outgoing) => {
                self.fail_registration(now, RegistrationFailure::TimedOut);
            }
            // The connection's end is told by itself.
            Silence::TimedOut | Silence::Lost => {}
        }
    }

    /// A challenge to REGISTER that cannot be answered.
    pub(super) fn handle_register_unanswerable(&mut self, now: Instant, outgoing: &Outgoing, wrong: bool) {
        if self.is_last_register(outgoing) {
            let why = if wrong {
                RegistrationFailure::WrongPassword
            } else {
                RegistrationFailure::NoUsableChallenge
            };
            self.fail_registration(now, why);
        }
    }

    /// An older REGISTER says nothing about what is wanted now.
    fn is_last_register(&self, outgoing: &Outgoing) -> bool {
        outgoing.request.headers.cseq().is_ok_and(|cseq| cseq.number == self.registrar.number)
    }

    fn fail_registration(&mut self, now: Instant, why: RegistrationFailure) {
        let for_good = is_hopeless(&why) && !self.registrar.was_granted();
        let event = if for_good { Event::FailedForGood } else { Event::FailedForNow };
        let is_down = match &why {
            RegistrationFailure::TimedOut | RegistrationFailure::Unavailable { .. } => true,
            RegistrationFailure::WrongPassword
            | RegistrationFailure::Forbidden { .. }
            | RegistrationFailure::UnknownUser
            | RegistrationFailure::NoUsableChallenge
            | RegistrationFailure::NotConnected
            | RegistrationFailure::Refused { .. } => false,
        };
        // The next try begins at home again.
        self.registrar.at = None;
        self.registrar.failure = Some(why);
        self.advance_registration(now, event);
        if is_down {
            self.advance_servers(now, servers::Event::Failed);
        }
    }

    /// Takes over what the registrar granted: expiry, addresses, the way for requests, the keep-alive.
    fn take_binding(&mut self, headers: &Headers) {
        let contacts = headers.contacts().unwrap_or_default();
        let own = self.contact.uri();
        // Other phones of the same account are in the list too: ours is known by its instance (RFC 5626 §6),
        // or, where the registrar keeps none, by the user part that we made up for it: some write the address that the
        // socket came from over our host.
        let by_instance = contacts.iter().find(|contact| is_instance(contact, &self.settings.instance));
        let binding = by_instance.or_else(|| {
            contacts.iter().find(|contact| own.as_ref().is_some_and(|own| contact.uri.user() == own.user()))
        });
        let asked = self.asked_expires();
        self.registrar.granted = binding.and_then(NameAddr::expires).or(headers.expires()).unwrap_or(asked);
        // RFC 5627 §4.2
        self.contact.gruu = binding
            .and_then(|binding| binding.params.get("pub-gruu"))
            .and_then(|gruu| Uri::parse(&gruu).ok());
        self.contact.service_routes = headers.service_routes().unwrap_or_default();
        self.probing.flow_timer = headers.flow_timer().ok().flatten();
    }

    /// RFC 3261 §10.2.8; false if the server names nothing longer than what it refused.
    fn take_min_expires(&mut self, headers: &Headers) -> bool {
        let asked = self.asked_expires();
        let named = headers.min_expires().ok().flatten().filter(|seconds| *seconds > asked);
        self.registrar.min_expires = named.or(self.registrar.min_expires);
        named.is_some()
    }
}

fn is_instance(contact: &NameAddr, instance: &str) -> bool {
    let named = contact.params.get("+sip.instance");
    named.is_some_and(|named| named.trim_matches(['<', '>']).eq_ignore_ascii_case(instance))
}

fn failure(outgoing: &Outgoing, response: &Response, is_trusted: bool) -> RegistrationFailure {
    let status = response.status.code();
    let reason = response.reason.clone();
    let was_signed = outgoing.request.headers.contains(Name::Authorization)
        || outgoing.request.headers.contains(Name::ProxyAuthorization);
    match status {
        // Many registrars refuse a wrong password like this; others, that the account has no place for one more phone.
        403 if was_signed && !is_trusted => RegistrationFailure::WrongPassword,
        403 => RegistrationFailure::Forbidden { reason },
        404 => RegistrationFailure::UnknownUser,
        408 | 430 | 480 | 500..=599 => RegistrationFailure::Unavailable { status, reason },
        _ => RegistrationFailure::Refused { status, reason },
    }
}

/// True if trying again is pointless until somebody changes something, here or, where the account was good before, there.
fn is_hopeless(why: &RegistrationFailure) -> bool {
    match why {
        RegistrationFailure::WrongPassword
        | RegistrationFailure::Forbidden { .. }
        | RegistrationFailure::UnknownUser
        | RegistrationFailure::NoUsableChallenge => true,
        RegistrationFailure::TimedOut
        | RegistrationFailure::NotConnected
        | RegistrationFailure::Unavailable { .. }
        | RegistrationFailure::Refused { .. } => false,
    }
}
