//! Dialogs: what two user agents remember of each other between requests (RFC 3261 §12).

use serde::{Deserialize, Serialize};

use crate::message::header::{HeaderError, NameAddr, Replaces};
use crate::message::{Headers, Method, Name, Request, Response};
use crate::uri::Uri;

/// A dialog, seen from our side.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Dialog {
    /// Shared by both sides.
    pub(crate) call_id: String,
    /// Us, with our tag.
    local: NameAddr,
    /// Them, with their tag.
    remote: NameAddr,
    /// Where their requests are to go (§12.2.1.1); refreshed by each re-INVITE and its answer.
    target: Uri,
    /// Proxies on the way, nearest first.
    routes: Vec<NameAddr>,
    /// CSeq of our last request.
    local_seq: u32,
    /// CSeq of their last request.
    remote_seq: Option<u32>,
}

impl Dialog {
    /// The dialog that a response to our INVITE makes (§12.1.2).
    ///
    /// # Errors
    /// The response lacks what a dialog needs.
    pub(crate) fn calling(invite: &Request, response: &Response) -> Result<Self, HeaderError> {
        let headers = &response.headers;
        let mut routes = headers.record_routes()?;
        routes.reverse();
        Ok(Self {
            call_id: headers.call_id()?.to_owned(),
            local: invite.headers.from()?,
            remote: headers.to()?,
            // A peer that forgot its Contact is reached where it was called.
            target: contact(headers)?.unwrap_or_else(|| invite.uri.clone()),
            routes,
            local_seq: invite.headers.cseq()?.number,
            remote_seq: None,
        })
    }

    /// The dialog that our response with `tag` to their INVITE makes (§12.1.1).
    ///
    /// # Errors
    /// The INVITE lacks what a dialog needs.
    pub(crate) fn called(invite: &Request, tag: &str) -> Result<Self, HeaderError> {
        let headers = &invite.headers;
        let remote = headers.from()?;
        Ok(Self {
            call_id: headers.call_id()?.to_owned(),
            local: headers.to()?.with_tag(tag),
            target: contact(headers)?.unwrap_or_else(|| remote.uri.clone()),
            remote,
            routes: headers.record_routes()?,
            local_seq: 0,
            remote_seq: Some(headers.cseq()?.number),
        })
    }

    /// The dialog that a NOTIFY makes for a SUBSCRIBE of ours, sent by `local` with CSeq `number` (RFC 6665 §4.4.1).
    ///
    /// # Errors
    /// The NOTIFY lacks what a dialog needs.
    pub(crate) fn subscribed(local: &NameAddr, number: u32, notify: &Request) -> Result<Self, HeaderError> {
        let headers = &notify.headers;
        let remote = headers.from()?;
        Ok(Self {
            call_id: headers.call_id()?.to_owned(),
            local: local.clone(),
            target: contact(headers)?.unwrap_or_else(|| remote.uri.clone()),
            remote,
            routes: headers.record_routes()?,
            local_seq: number,
            remote_seq: Some(headers.cseq()?.number),
        })
    }

    /// Takes the way from a 2xx to our SUBSCRIBE where the NOTIFY before it named none: proxies that follow RFC 3265
    /// record it only there.
    pub(crate) fn complete_routes(&mut self, response: &Response) {
        if self.routes.is_empty()
            && let Ok(mut routes) = response.headers.record_routes()
        {
            routes.reverse();
            self.routes = routes;
        }
    }

    /// True if the message with these headers, sent by them, is of this dialog (§12.2.2).
    pub(crate) fn owns(&self, headers: &Headers) -> bool {
        let tags = headers.to().ok().zip(headers.from().ok());
        headers.call_id() == Ok(self.call_id.as_str())
            && tags.is_some_and(|(to, from)| to.tag() == self.local.tag() && from.tag() == self.remote.tag())
    }

    /// True if a response of theirs is of this dialog and not of another fork.
    pub(crate) fn is_with(&self, tag: Option<&str>) -> bool {
        self.remote.tag() == tag
    }

    /// This dialog, confirmed by a 2xx, goes on counting where its early time left off (§13.2.2.4).
    pub(crate) fn after(mut self, early: &Self) -> Self {
        self.local_seq = self.local_seq.max(early.local_seq);
        self.remote_seq = early.remote_seq;
        self
    }

    /// What a third party puts into an INVITE to take our place in this dialog: tags as the far end, which will receive
    /// it, sees them (RFC 3891 §3).
    pub(crate) fn to_replace(&self) -> Replaces {
        Replaces {
            call_id: self.call_id.clone(),
            to_tag: self.remote.tag().unwrap_or_default().to_owned(),
            from_tag: self.local_tag().to_owned(),
            early_only: false,
        }
    }

    /// Where a third party reaches this dialog's far end. A Contact is good for that only if it says so by `gr`
    /// (RFC 5627 §3.3); others may be known to this path alone, so the address that was called or calls comes first.
    pub(crate) fn address(&self) -> Uri {
        let nowhere = self.remote.uri.host().to_ascii_lowercase().ends_with(".invalid");
        if self.target.has_param("gr") || nowhere || !self.remote.uri.is_sip() {
            self.target.clone()
        } else {
            self.remote.uri.without_headers()
        }
    }

    /// Our own tag.
    pub(crate) fn local_tag(&self) -> &str {
        self.local.tag().unwrap_or_default()
    }

    /// The far end, as From or To named it.
    pub(crate) fn remote(&self) -> &NameAddr {
        &self.remote
    }

    /// The CSeq for another request of ours.
    pub(crate) fn next_number(&mut self) -> u32 {
        self.local_seq = self.local_seq.wrapping_add(1) & 0x7fff_ffff;
        self.local_seq
    }

    /// The CSeq of our last request.
    pub(crate) fn last_number(&self) -> u32 {
        self.local_seq
    }

    /// Takes the CSeq of a request of theirs; false if it comes out of order (§12.2.2).
    pub(crate) fn take_number(&mut self, number: u32) -> bool {
        let in_order = self.remote_seq.is_none_or(|last| number > last);
        if in_order {
            self.remote_seq = Some(number);
        }
        in_order
    }

    /// Takes the Contact of a target refresh (§12.2.1.2, §12.2.2).
    pub(crate) fn refresh_target(&mut self, headers: &Headers) {
        if let Ok(Some(target)) = contact(headers) {
            self.target = target;
        }
    }

    /// A request of ours in this dialog, still without Via (§12.2.1.1). ACK takes the number of its INVITE.
    pub(crate) fn request(&self, method: Method, number: u32) -> Request {
        let (uri, routes) = self.way();
        let cseq = format!("{number} {method}");
        let mut request = Request::new(method, uri)
            .with(Name::MaxForwards, 70)
            .with(Name::From, &self.local)
            .with(Name::To, &self.remote)
            .with(Name::CallId, &self.call_id)
            .with(Name::CSeq, cseq);
        for route in routes {
            request.headers.push(Name::Route, route);
        }
        request
    }

    /// Request-URI and routes. A first proxy without `lr` is a strict router and wants itself as the Request-URI.
    fn way(&self) -> (Uri, Vec<NameAddr>) {
        match self.routes.split_first() {
            Some((strict, rest)) if !strict.uri.has_param("lr") => {
                let mut routes = rest.to_vec();
                routes.push(NameAddr::new(self.target.clone()));
                (strict.uri.without_headers(), routes)
            }
            Some(_) | None => (self.target.clone(), self.routes.clone()),
        }
    }
}

fn contact(headers: &Headers) -> Result<Option<Uri>, HeaderError> {
    Ok(headers.contacts()?.into_iter().next().map(|contact| contact.uri.without_headers()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Frame, Message, parse};

    fn request(text: &str) -> Request {
        let text = text.trim_start().replace('\n', "\r\n") + "\r\n";
        match parse(text.as_bytes()).unwrap() {
            Frame::Message(Message::Request(request)) => request,
            Frame::Message(Message::Response(_)) | Frame::Ping | Frame::Pong => panic!("no request"),
        }
    }

    fn called(extra: &str) -> Dialog {
        let invite = request(&format!(
            "
INVITE sip:me@here.invalid SIP/2.0
Via: SIP/2.0/WS pbx.example;branch=z9hG4bK1
From: <sip:bob@b.example>;tag=theirs
To: <sip:me@a.example>
Call-ID: call
CSeq: 7 INVITE
Contact: <sip:bob@192.0.2.1>
{extra}"
        ));
        Dialog::called(&invite, "ours").unwrap()
    }

    #[test]
    fn a_loose_route_set_leaves_the_target_in_the_request_uri() {
        let mut dialog = called("Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>\n");
        let number = dialog.next_number();
        let bye = dialog.request(Method::Bye, number);
        assert_eq!(bye.uri.as_str(), "sip:bob@192.0.2.1");
        assert_eq!(
            bye.headers.all(Name::Route).collect::<Vec<_>>(),
            ["<sip:p1.example;lr>", "<sip:p2.example;lr>"]
        );
        assert_eq!(bye.headers.get(Name::CSeq), Some("1 BYE"));
    }

    #[test]
    fn a_strict_router_becomes_the_request_uri_and_the_target_the_last_route() {
        let bye = called("Record-Route: <sip:p1.example>, <sip:p2.example;lr>\n").request(Method::Bye, 1);
        assert_eq!(bye.uri.as_str(), "sip:p1.example");
        assert_eq!(
            bye.headers.all(Name::Route).collect::<Vec<_>>(),
            ["<sip:p2.example;lr>", "<sip:bob@192.0.2.1>"]
        );
    }

    #[test]
    fn requests_of_theirs_must_come_in_order() {
        let mut dialog = called("");
        assert!(!dialog.take_number(7));
        assert!(dialog.take_number(9));
        assert!(!dialog.take_number(8));
    }
}
