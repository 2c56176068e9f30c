//! A dialog (RFC 3261 §12): the peer-to-peer tie that requests within a call are built from.

use rsip::headers::{
    Allow, CSeq, CallId, Contact, From as FromHeader, MaxForwards, RecordRoute, Route, To, UntypedHeader,
    UserAgent, Via,
};
use rsip::message::HeadersExt;
use rsip::{Header, Headers, Method, Request, Response, Uri};

use crate::message::{self, PRODUCT};

/// One dialog, seen from the exchange.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) call_id: String,
    pub(crate) local_tag: String,
    /// Empty until the far end has answered with one.
    pub(crate) remote_tag: String,
    /// From of our requests, with our tag.
    local: String,
    /// To of our requests, with the far end's tag once it is known.
    remote: String,
    /// Where our requests go: the Contact of the far end.
    target: Uri,
    route: Vec<Route>,
    sequence: u32,
    contact: String,
    host: String,
}

/// Who is who in a call that we start.
#[derive(Debug)]
pub(crate) struct Parties {
    /// From, without tag.
    pub(crate) from: String,
    /// To.
    pub(crate) to: String,
    /// Request-URI: a binding's Contact.
    pub(crate) target: Uri,
}

impl Dialog {
    /// The dialog that an INVITE of a console opens once we put `local_tag` on our answers (RFC 3261 §12.1.1).
    pub(crate) fn called(invite: &Request, local_tag: String, host: &str) -> Option<Self> {
        let (remote, from) = message::from(invite)?;
        let (to, _) = message::to(invite)?;
        let (_, contact) = message::contacts(invite).into_iter().next()?;
        Some(Self {
            call_id: message::call_id(invite),
            local: format!("{to};tag={local_tag}"),
            local_tag,
            remote,
            remote_tag: message::tag(&from),
            target: contact?.uri,
            route: record_routes(&invite.headers)
                .into_iter()
                .map(|route| Route::from(route.value()))
                .collect(),
            sequence: 0,
            contact: own_contact(host),
            host: host.to_owned(),
        })
    }

    /// A dialog that we are about to open.
    pub(crate) fn calling(parties: Parties, call_id: String, local_tag: String, host: &str) -> Self {
        Self {
            call_id,
            local: format!("{};tag={local_tag}", parties.from),
            local_tag,
            remote: parties.to,
            remote_tag: String::new(),
            target: parties.target,
            route: Vec::new(),
            sequence: 0,
            contact: own_contact(host),
            host: host.to_owned(),
        }
    }

    /// Takes the tag from a provisional answer (RFC 3261 §12.1.2): those who watch are told it.
    pub(crate) fn early(&mut self, response: &Response) {
        if let Some((_, to)) = message::to(response) {
            self.remote_tag = message::tag(&to);
        }
    }

    /// Takes tag, Contact and route from the answer that makes the dialog (RFC 3261 §12.1.2).
    pub(crate) fn answered(&mut self, response: &Response) {
        if let Some((value, to)) = message::to(response) {
            self.remote_tag = message::tag(&to);
            self.remote = value;
        }
        self.route = record_routes(&response.headers)
            .into_iter()
            .rev()
            .map(|route| Route::from(route.value()))
            .collect();
        self.retarget(response);
    }

    /// A Contact in a re-INVITE or its answer is the new target (RFC 3261 §12.2).
    pub(crate) fn retarget(&mut self, message: &impl HeadersExt) {
        if let Some((_, Some(contact))) = message::contacts(message).into_iter().next() {
            self.target = contact.uri;
        }
    }

    /// The next request within the dialog; also the INVITE that opens it (RFC 3261 §12.2.1.1).
    pub(crate) fn request(
        &mut self,
        method: Method,
        branch: &str,
        extra: Vec<Header>,
        body: (&str, &str),
    ) -> Request {
        self.sequence += 1;
        self.numbered(self.sequence, method, branch, extra, body)
    }

    /// The ACK of a 2xx: a transaction of its own with the number of its INVITE (RFC 3261 §13.2.2.4).
    pub(crate) fn ack(&self, sequence: u32, branch: &str, sdp: &str) -> Request {
        self.numbered(sequence, Method::Ack, branch, Vec::new(), ("application/sdp", sdp))
    }

    /// Contact of ours.
    pub(crate) fn contact(&self) -> Header {
        Contact::from(self.contact.as_str()).into()
    }

    fn numbered(
        &self,
        sequence: u32,
        method: Method,
        branch: &str,
        extra: Vec<Header>,
        (kind, body): (&str, &str),
    ) -> Request {
        let mut headers = Headers::default();
        headers.push(Via::from(format!("SIP/2.0/WS {};branch={branch}", self.host)).into());
        headers.push(MaxForwards::from(70).into());
        headers.extend(self.route.iter().cloned().map(Header::from).collect());
        headers.push(FromHeader::from(self.local.as_str()).into());
        headers.push(To::from(self.remote.as_str()).into());
        headers.push(CallId::from(self.call_id.as_str()).into());
        headers.push(CSeq::from(format!("{sequence} {method}")).into());
        // Requests that can change the target carry a Contact (RFC 3261 §12.2.1.1; RFC 6665 §4.2.2 for NOTIFY).
        if matches!(method, Method::Invite | Method::Notify) {
            headers.push(self.contact());
        }
        if method == Method::Invite {
            headers.push(Allow::from(message::ALLOW).into());
        }
        headers.push(UserAgent::from(PRODUCT).into());
        headers.extend(extra);
        message::set_body(&mut headers, kind, body);
        Request {
            method,
            uri: self.target.clone(),
            version: rsip::Version::V2,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }
}

/// The CANCEL of an INVITE: the same transaction, no body (RFC 3261 §9.1).
pub(crate) fn cancel(invite: &Request, reason: Option<&str>) -> Request {
    let mut request = follow_up(invite, Method::Cancel, invite.to_header().ok().cloned());
    if let Some(reason) = reason {
        request.headers.push(message::header("Reason", reason));
    }
    request
}

/// The ACK of a refused INVITE, hop by hop (RFC 3261 §17.1.1.3).
pub(crate) fn ack_refusal(invite: &Request, response: &Response) -> Request {
    follow_up(invite, Method::Ack, response.to_header().ok().cloned())
}

fn follow_up(invite: &Request, method: Method, to: Option<To>) -> Request {
    let mut headers = Headers::default();
    for header in invite.headers.iter() {
        if matches!(
            header,
            Header::Via(_) | Header::MaxForwards(_) | Header::Route(_) | Header::From(_) | Header::CallId(_)
        ) {
            headers.push(header.clone());
        }
    }
    if let Some(to) = to {
        headers.push(to.into());
    }
    let sequence = message::cseq(invite).map(|(sequence, _)| sequence).unwrap_or_default();
    headers.push(CSeq::from(format!("{sequence} {method}")).into());
    message::set_body(&mut headers, "", "");
    Request { method, uri: invite.uri.clone(), version: rsip::Version::V2, headers, body: Vec::new() }
}

fn own_contact(host: &str) -> String {
    format!("<sip:exchange@{host};transport=ws>")
}

fn record_routes(headers: &Headers) -> Vec<&RecordRoute> {
    headers
        .iter()
        .filter_map(|header| if let Header::RecordRoute(route) = header { Some(route) } else { None })
        .collect()
}
