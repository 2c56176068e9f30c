//! PUBLISH (RFC 3903): an operator tells whether they are there.

use std::time::Instant;

use rsip::{Header, Request};

use super::Switch;
use super::subscribing::{Granted, allow_events, grant, granted};
use crate::ids::ConnId;
use crate::message;
use crate::shown::Package;

/// What a console published.
#[derive(Debug)]
pub(super) struct Publication {
    user: String,
    /// Names it until the next PUBLISH (RFC 3903 §4.1).
    etag: String,
    document: String,
    until: Instant,
}

impl Switch {
    pub(super) fn publish_received(&mut self, conn: ConnId, request: &Request) {
        let Some((user, _)) = self.proven(conn, request) else { return };
        let event = message::value(request, "Event").unwrap_or_default();
        if Package::named(&event) != Some(Package::Presence) {
            return self.reply(conn, request, 489, vec![allow_events()]);
        }
        // Nobody speaks for somebody else (RFC 3903 §6 step 1).
        let meant = self.registrar.operator(&crate::address::user(&request.uri));
        if meant.is_none_or(|operator| operator.user != user) {
            return self.reply(conn, request, 403, Vec::new());
        }
        let place = match message::value(request, "SIP-If-Match") {
            None => None,
            Some(etag) => {
                let mine = |one: &Publication| one.user == user && one.etag == etag;
                let Some(place) = self.publications.iter().position(mine) else {
                    return self.reply(conn, request, 412, Vec::new());
                };
                Some(place)
            }
        };
        let time = match grant(request) {
            Granted::TooBrief(least) => return self.reply(conn, request, 423, vec![least]),
            Granted::Nothing => {
                place.map(|place| self.publications.remove(place));
                return self.published(conn, request, std::time::Duration::ZERO, String::new());
            }
            Granted::For(time) => time,
        };
        let old = place.map(|place| self.publications.remove(place).document);
        // A refresh has no body: what was published goes on (RFC 3903 §4.1).
        let Some(document) = message::body(&request.body).or(old) else {
            return self.reply(conn, request, 400, Vec::new());
        };
        let etag = self.tokens.next();
        let until = self.now + time;
        self.publications.push(Publication { user, etag: etag.clone(), document, until });
        self.published(conn, request, time, etag);
    }

    fn published(&mut self, conn: ConnId, request: &Request, time: std::time::Duration, etag: String) {
        let mut headers: Vec<Header> = vec![granted(time)];
        let etag = if etag.is_empty() { self.tokens.next() } else { etag };
        headers.push(message::header("SIP-ETag", etag));
        self.reply(conn, request, 200, headers);
    }

    /// The newest document that a console of this operator published.
    pub(super) fn publication(&self, user: &str) -> Option<&str> {
        self.publications.iter().rev().find(|one| one.user == user).map(|one| one.document.as_str())
    }

    pub(super) fn expire_publications(&mut self) {
        let now = self.now;
        self.publications.retain(|one| one.until > now);
    }
}
