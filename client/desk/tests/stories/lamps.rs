//! What the telephone system of the stories tells of those who are watched.

use std::collections::BTreeMap;

use cordboard_sip::message::{Name, Request, StatusCode};

use super::pbx::uri_of;

/// Every subscription of the desk's, and what each is told.
#[derive(Debug, Default)]
pub(crate) struct Lamps {
    /// What is told, by event and user. Whoever is not here is refused with 404.
    shown: BTreeMap<(String, String), String>,
    asked: BTreeMap<(String, String), Lamp>,
    /// Every SUBSCRIBE: event, user, Expires.
    pub(crate) subscribes: Vec<(String, String, String)>,
    /// Every body that was published.
    pub(crate) published: Vec<String>,
}

#[derive(Debug)]
struct Lamp {
    /// The SUBSCRIBE that stands for it.
    request: Request,
    number: u32,
}

impl Lamps {
    /// What one sees of a phone; told to whoever has asked.
    pub(super) fn show(&mut self, event: &str, user: &str, body: &str) -> Vec<Vec<u8>> {
        let key = (event.to_owned(), user.to_owned());
        self.shown.insert(key.clone(), body.to_owned());
        self.notify(&key, "active;expires=600").into_iter().collect()
    }

    /// The desk asks.
    pub(super) fn subscribed(&mut self, request: &Request) -> Vec<Vec<u8>> {
        let event = request.headers.get(Name::Event).unwrap_or_default().to_owned();
        let user = request.uri.user().into_owned();
        let expires = request.headers.get(Name::Expires).unwrap_or_default().to_owned();
        self.subscribes.push((event.clone(), user.clone(), expires.clone()));
        let key = (event, user);
        let answer = |status| request.respond(StatusCode::new(status).expect("a status"), Some("lamp"));
        if !self.shown.contains_key(&key) {
            return vec![answer(404).to_bytes()];
        }
        let number = self.asked.get(&key).map_or(0, |lamp| lamp.number);
        self.asked.insert(key.clone(), Lamp { request: request.clone(), number });
        let ok = answer(200)
            .with(Name::Expires, expires.clone())
            .with(Name::Contact, format!("<sip:{}@pbx.test>", key.1));
        let state = if expires == "0" {
            "terminated;reason=timeout".into()
        } else {
            format!("active;expires={expires}")
        };
        let notify = self.notify(&key, &state);
        if expires == "0" {
            self.asked.remove(&key);
        }
        [Some(ok.to_bytes()), notify].into_iter().flatten().collect()
    }

    fn notify(&mut self, key: &(String, String), state: &str) -> Option<Vec<u8>> {
        let lamp = self.asked.get_mut(key)?;
        lamp.number += 1;
        let header = |name| lamp.request.headers.get(name).unwrap_or_default();
        let body = &self.shown[key];
        let kind = match key.0.as_str() {
            "dialog" => "application/dialog-info+xml",
            "presence" => "application/pidf+xml",
            "conference" => "application/conference-info+xml",
            _ => "application/simple-message-summary",
        };
        let to = header(Name::To);
        let from = if to.contains(";tag=") { to.to_owned() } else { format!("{to};tag=lamp") };
        let (call, event, user) = (header(Name::CallId), &key.0, &key.1);
        let text = format!(
            "NOTIFY {} SIP/2.0\r\nVia: SIP/2.0/WS pbx.test;branch=z9hG4bK{call}{}\r\nMax-Forwards: 70\r\n\
             From: {from}\r\nTo: {}\r\nCall-ID: {call}\r\nCSeq: {} NOTIFY\r\nContact: <sip:{user}@pbx.test>\r\n\
             Event: {event}\r\nSubscription-State: {state}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            uri_of(header(Name::Contact)),
            lamp.number,
            header(Name::From),
            lamp.number,
            body.len(),
        );
        Some(text.into_bytes())
    }
}

/// The calls of a phone: each an id, a state, and who is at the other end.
pub(crate) fn dialogs(calls: &[(&str, &str, &str)]) -> String {
    let calls: String = calls
        .iter()
        .map(|(id, state, remote)| {
            format!(
                "<dialog id='{id}' call-id='{id}@pbx.test' local-tag='{id}-b' remote-tag='{id}-a' direction='recipient'>\
                 <state>{state}</state><remote><identity>sip:{remote}@pbx.test</identity></remote></dialog>"
            )
        })
        .collect();
    format!("<?xml version='1.0'?><dialog-info state='full' entity='sip:x@pbx.test'>{calls}</dialog-info>")
}

/// A parking place where this caller has waited for so many seconds, parked by this operator.
pub(crate) fn parked(caller: &str, seconds: u32, by: &str) -> String {
    format!(
        "<dialog-info state='full' entity='sip:x@pbx.test'><dialog id='p'><state>confirmed</state>\
         <duration>{seconds}</duration><referred-by>sip:{by}@pbx.test</referred-by>\
         <remote><identity>sip:{caller}@pbx.test</identity></remote></dialog></dialog-info>"
    )
}

/// A room with so many in it, of whom these are named: each a name and a number.
pub(crate) fn room(count: usize, named: &[(&str, &str)]) -> String {
    let users: String = named
        .iter()
        .map(|(name, number)| {
            format!("<user entity='sip:{number}@pbx.test'><display-text>{name}</display-text></user>")
        })
        .collect();
    format!(
        "<conference-info state='full' entity='sip:x@pbx.test'><conference-state><user-count>{count}</user-count>\
         </conference-state><users>{users}</users></conference-info>"
    )
}

/// The presence of a person: `open` or `closed`, and what they do.
pub(crate) fn presence(basic: &str, activity: &str) -> String {
    format!(
        "<presence entity='sip:x@pbx.test'><tuple id='1'><status><basic>{basic}</basic></status></tuple>\
         <person id='p'><activities><{activity}/></activities></person></presence>"
    )
}
