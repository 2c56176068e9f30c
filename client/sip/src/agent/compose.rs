//! Making requests and responses: what each of them carries, and how it is sent.

use serde::{Deserialize, Serialize};

use super::{Agent, Purpose};
use crate::Instant;
use crate::message::header::{NameAddr, Transport, Via};
use crate::message::{Method, Name, Request, Response, StatusCode};
use crate::random::Random;
use crate::transaction::{Outgoing, TransactionId};
use crate::uri::Uri;

/// Methods that we serve (RFC 3261 §20.5).
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, INFO, UPDATE, REFER, PRACK";
/// Extensions that we know (RFC 3261 §20.37): flows, their paths and addresses that reach this flow (RFC 5626, 3327,
/// 5627), calls that take over others (RFC 3891), REFER without a subscription (RFC 4488), lists of those who are watched
/// (RFC 4662), provisional responses that are confirmed (RFC 3262), sessions that are kept alive (RFC 4028).
pub(super) const SUPPORTED: &str = "outbound, path, gruu, replaces, norefersub, eventlist, 100rel, timer";
/// The body that a session needs.
pub(super) const SDP: &str = "application/sdp";

/// Where we can be reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Contact {
    /// Random, so that strangers cannot guess our address.
    pub(super) user: String,
    /// A browser has no address of its own (RFC 7118 §5): a random name that nobody resolves.
    pub(super) host: String,
    /// The address that the registrar gave us (RFC 5627).
    pub(super) gruu: Option<Uri>,
    /// The way that the registrar wants our requests to take (RFC 3608).
    pub(super) service_routes: Vec<NameAddr>,
}

impl Contact {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            user: random.token(8),
            host: format!("{}.invalid", random.token(12)),
            gruu: None,
            service_routes: Vec::new(),
        }
    }

    /// The address of this flow. `transport=ws` holds for TLS as well (RFC 7118 §5.2.2).
    pub(super) fn uri(&self) -> Option<Uri> {
        Uri::sip(&self.user, &self.host).ok().map(|uri| uri.with_param("transport", "ws"))
    }

    /// The address to put into requests that make a dialog: the registrar's, or our own, marked as one of a flow
    /// (RFC 5626 §4.3).
    fn in_dialog(&self) -> Option<NameAddr> {
        let uri = self.gruu.clone().or_else(|| self.uri().map(|uri| uri.with_param("ob", "")));
        uri.map(NameAddr::new)
    }
}

impl Agent {
    /// Our address of record; `None` if the settings have none that can be used.
    pub(super) fn me(&self) -> Option<NameAddr> {
        let (user, domain) = self.settings.aor.rsplit_once('@')?;
        let user = user.strip_prefix("sip:").unwrap_or(user);
        let uri = Uri::sip(user, domain).ok().filter(|uri| !uri.raw_user().is_empty())?;
        Some(NameAddr::new(uri).with_display(&self.settings.display_name))
    }

    /// The domain of our address of record.
    pub(super) fn domain(&self) -> &str {
        self.settings.aor.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    fn via(&mut self) -> Via {
        let branch = format!("z9hG4bK{}", self.random.token(20));
        // RFC 7118 §5.2.1: `WS` or `WSS`; which of them the relay speaks we cannot see, and servers take either.
        Via::new(Transport::Ws, &self.contact.host, &branch)
    }

    /// A request outside of dialogs (RFC 3261 §8.1.1), still without Via.
    pub(super) fn request(&self, method: Method, uri: Uri, from: &NameAddr, to: &NameAddr) -> Request {
        let mut request =
            Request::new(method, uri).with(Name::MaxForwards, 70).with(Name::From, from).with(Name::To, to);
        for route in &self.contact.service_routes {
            request.headers.push(Name::Route, route);
        }
        request
    }

    /// Adds what requests and responses say of us: Contact, Allow, Supported (RFC 3261 §13.2.1), Allow-Events.
    pub(super) fn introduce(&self, headers: &mut crate::message::Headers) {
        if let Some(contact) = self.contact.in_dialog() {
            headers.push(Name::Contact, contact);
        }
        headers.push(Name::Allow, ALLOW);
        headers.push(Name::Supported, SUPPORTED);
        // Telephone systems ask only those for an answer who say that they may (RFC 6665 §8.2.2).
        if self.remote_control {
            headers.push(Name::AllowEvents, "talk, hold");
        }
    }

    /// Puts our Via, our name and our credentials on a request.
    fn stamp(&mut self, request: &mut Request) {
        let via = self.via();
        request.headers.push_front(Name::Via, via);
        if !self.settings.user_agent.is_empty() {
            request.headers.set(Name::UserAgent, &self.settings.user_agent);
        }
        self.keyring.sign(&self.settings, request);
    }

    /// Sends a request and waits for its responses.
    pub(super) fn send(&mut self, now: Instant, mut request: Request, purpose: Purpose) -> TransactionId {
        self.stamp(&mut request);
        self.transactions.begin(&mut self.wire, now, request, purpose, 0)
    }

    /// Sends a request once more as a new one, with new credentials or to a new place (RFC 3261 §8.1.3.5, §22.2).
    pub(super) fn send_again(
        &mut self,
        now: Instant,
        outgoing: Outgoing,
        number: u32,
        tries: u8,
    ) -> TransactionId {
        let Outgoing { mut request, purpose, .. } = outgoing;
        request.headers.remove(Name::Via);
        request.headers.set(Name::CSeq, format_args!("{number} {}", request.method));
        self.stamp(&mut request);
        self.transactions.begin(&mut self.wire, now, request, purpose, tries)
    }

    /// The ACK of a 2xx: a request of its own that nobody answers, with the credentials of its INVITE (§13.2.2.4,
    /// §22.1).
    pub(super) fn acknowledge(&mut self, now: Instant, mut ack: Request, invite: &Request) -> Vec<u8> {
        let via = self.via();
        ack.headers.push_front(Name::Via, via);
        ack.headers.copy_from(&invite.headers, Name::Authorization);
        ack.headers.copy_from(&invite.headers, Name::ProxyAuthorization);
        let frame = ack.to_bytes();
        self.wire.send(now, frame.clone());
        frame
    }

    /// Answers a request with a bare status.
    pub(super) fn reply(&mut self, now: Instant, id: TransactionId, status: StatusCode) {
        self.reply_with(now, id, status, None, |response| response);
    }

    /// Answers a request. `tag` is ours in the dialog that the request makes; others get a random one.
    pub(super) fn reply_with(
        &mut self,
        now: Instant,
        id: TransactionId,
        status: StatusCode,
        tag: Option<&str>,
        complete: impl FnOnce(Response) -> Response,
    ) {
        let random_tag = self.random.token(12);
        let Some(request) = self.transactions.request(id) else { return };
        // RFC 3261 §8.2.6.2: 100 needs no tag, all others do.
        let tag = (status != StatusCode::TRYING).then(|| tag.unwrap_or(&random_tag));
        let response = complete(request.respond(status, tag));
        self.transactions.respond(&mut self.wire, now, id, &response);
    }
}
