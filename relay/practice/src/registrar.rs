//! The registrar (RFC 3261 §10.3): who is reachable, and over which connection (RFC 5626).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rsip::headers::UntypedHeader;
use rsip::message::HeadersExt;
use rsip::{Header, Method, Request};

use crate::digest::{self, Algorithm, Credentials};
use crate::ids::{ConnId, Tokens};
use crate::message;
use crate::settings::Operator;

/// One console of an operator.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    /// Contact as it was registered, without `expires`.
    contact: String,
    /// Where to send a call.
    pub(crate) target: rsip::Uri,
    /// `+sip.instance`, or the Contact's URI for consoles that have none.
    pub(crate) instance: String,
    /// Its connection: the only way to reach a browser (RFC 5626 §5.3).
    pub(crate) conn: ConnId,
    until: Instant,
}

/// Bindings and nonces.
#[derive(Debug)]
pub(crate) struct Registrar {
    realm: String,
    algorithms: Vec<Algorithm>,
    operators: Vec<Operator>,
    bindings: BTreeMap<String, Vec<Binding>>,
    nonces: BTreeMap<String, Instant>,
}

/// What is answered to a REGISTER.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Prove who you are.
    Challenge(Vec<String>),
    /// Not you.
    Refuse(u16),
    /// Done; these headers list the bindings.
    Granted { user: String, instance: String, headers: Vec<Header>, change: Change },
}

/// What a REGISTER changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A console came.
    Added,
    /// A console stays, or nothing was asked.
    Kept,
    /// A console left.
    Removed,
}

/// How a request proved who sent it.
#[derive(Debug)]
pub(crate) enum Proof {
    /// By this operator's password.
    Operator(String),
    /// Not yet, or with a nonce that is too old: the challenges to send.
    Challenge(Vec<String>),
    /// With a wrong password, or as somebody unknown.
    Wrong,
}

/// A nonce is good for this long; then the console is told `stale`.
const NONCE_LIFE: Duration = Duration::from_secs(300);
/// Longest registration that is granted, seconds.
const LONGEST: u32 = 3_600;

impl Registrar {
    pub(crate) fn new(realm: &str, algorithms: Vec<Algorithm>, operators: Vec<Operator>) -> Self {
        Self {
            realm: realm.to_owned(),
            algorithms,
            operators,
            bindings: BTreeMap::new(),
            nonces: BTreeMap::new(),
        }
    }

    /// The operator who has `user` as user part or extension.
    pub(crate) fn operator(&self, user: &str) -> Option<&Operator> {
        self.operators.iter().find(|operator| operator.user == user || operator.extension == user)
    }

    /// The consoles of an operator.
    pub(crate) fn consoles(&self, user: &str) -> &[Binding] {
        self.bindings.get(user).map_or(&[], Vec::as_slice)
    }

    /// The operators with at least one console.
    pub(crate) fn present(&self) -> Vec<String> {
        self.bindings
            .iter()
            .filter(|(_, consoles)| !consoles.is_empty())
            .map(|(user, _)| user.clone())
            .collect()
    }

    /// The operator and instance behind a connection.
    pub(crate) fn behind(&self, conn: ConnId) -> Option<(String, String)> {
        self.bindings.iter().find_map(|(user, consoles)| {
            let console = consoles.iter().find(|console| console.conn == conn)?;
            Some((user.clone(), console.instance.clone()))
        })
    }

    /// Checks the credentials of a request (RFC 3261 §22).
    pub(crate) fn prove(&mut self, now: Instant, tokens: &mut Tokens, request: &Request) -> Proof {
        let Some(credentials) = credentials(request, &self.realm) else {
            return Proof::Challenge(self.challenge(now, tokens, false));
        };
        let fresh =
            self.nonces.get(&credentials.nonce).is_some_and(|born| now.duration_since(*born) < NONCE_LIFE);
        let known = self.operators.iter().find(|operator| operator.user == credentials.user);
        match known {
            Some(operator) if credentials.prove(&request.method.to_string(), &operator.password) => {
                if fresh {
                    Proof::Operator(operator.user.clone())
                } else {
                    Proof::Challenge(self.challenge(now, tokens, true))
                }
            }
            Some(_) | None => Proof::Wrong,
        }
    }

    /// A new nonce, in one challenge for each hash.
    fn challenge(&mut self, now: Instant, tokens: &mut Tokens, stale: bool) -> Vec<String> {
        self.nonces.retain(|_, born| now.duration_since(*born) < NONCE_LIFE);
        let nonce = tokens.next();
        let challenges = self
            .algorithms
            .iter()
            .map(|&algorithm| digest::challenge(algorithm, &self.realm, &nonce, stale))
            .collect();
        self.nonces.insert(nonce, now);
        challenges
    }

    /// Takes a REGISTER in.
    pub(crate) fn register(
        &mut self,
        now: Instant,
        tokens: &mut Tokens,
        conn: ConnId,
        request: &Request,
    ) -> Verdict {
        let user = match self.prove(now, tokens, request) {
            Proof::Operator(user) => user,
            Proof::Challenge(challenges) => return Verdict::Challenge(challenges),
            Proof::Wrong => return Verdict::Refuse(403),
        };
        // Nobody registers for somebody else (RFC 3261 §10.3 step 4).
        if message::to(request).is_none_or(|(_, to)| to.user() != user) {
            return Verdict::Refuse(403);
        }
        let default = request
            .expires_header()
            .and_then(|expires| expires.value().trim().parse().ok())
            .unwrap_or(LONGEST);
        let consoles = self.bindings.entry(user.clone()).or_default();
        consoles.retain(|console| console.until > now);
        let before = consoles.len();
        let mut instance = String::new();
        for (text, contact) in message::contacts(request) {
            if text == "*" {
                consoles.clear();
                continue;
            }
            let Some(contact) = contact else { return Verdict::Refuse(400) };
            let expires =
                contact.param("expires").map_or(Some(default), |value| value.parse().ok()).unwrap_or(default);
            instance = contact.param("+sip.instance").map_or_else(|| contact.uri.to_string(), str::to_owned);
            // The same instance replaces its older binding, wherever that came from (RFC 5626 §6).
            consoles.retain(|console| console.instance != instance);
            if expires > 0 {
                let until = now + Duration::from_secs(expires.min(LONGEST).into());
                let contact_text = without_expires(&text);
                consoles.push(Binding {
                    contact: contact_text,
                    target: contact.uri,
                    instance: instance.clone(),
                    conn,
                    until,
                });
            }
        }
        let change = match consoles.len().cmp(&before) {
            std::cmp::Ordering::Greater => Change::Added,
            std::cmp::Ordering::Equal => Change::Kept,
            std::cmp::Ordering::Less => Change::Removed,
        };
        let headers = consoles.iter().map(|console| listed(console, now)).collect();
        Verdict::Granted { user, instance, headers, change }
    }

    /// Forgets the consoles of a connection that is gone (RFC 5626 §4.2: the flow is the binding). Tells whose they were.
    pub(crate) fn forget(&mut self, conn: ConnId) -> Vec<String> {
        self.drop_where(|console| console.conn == conn)
    }

    /// Forgets the consoles that were not refreshed in time. Tells whose they were.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<String> {
        self.drop_where(|console| console.until <= now)
    }

    fn drop_where(&mut self, gone: impl Fn(&Binding) -> bool) -> Vec<String> {
        let mut whose = Vec::new();
        for (user, consoles) in &mut self.bindings {
            let before = consoles.len();
            consoles.retain(|console| !gone(console));
            if consoles.len() < before {
                whose.push(user.clone());
            }
        }
        whose
    }
}

/// What the console answered to the question that requests of this kind are asked: a registrar's (RFC 3261 §22.2), or a
/// proxy's (§22.3). One that has only the answer to the other may show that.
fn credentials(request: &Request, realm: &str) -> Option<Credentials> {
    let (mut registrars, mut proxys) = (Vec::new(), Vec::new());
    for header in request.headers.iter() {
        if let Header::Authorization(value) = header {
            registrars.push(value.value());
        } else if let Header::ProxyAuthorization(value) = header {
            proxys.push(value.value());
        }
    }
    let [mut asked, other] =
        if request.method == Method::Register { [registrars, proxys] } else { [proxys, registrars] };
    asked.extend(other);
    asked.into_iter().filter_map(Credentials::parse).find(|credentials| credentials.realm == realm)
}

fn without_expires(contact: &str) -> String {
    contact
        .split(';')
        .filter(|part| !part.trim_start().to_ascii_lowercase().starts_with("expires="))
        .collect::<Vec<_>>()
        .join(";")
}

fn listed(console: &Binding, now: Instant) -> Header {
    let left = console.until.saturating_duration_since(now).as_secs();
    rsip::headers::Contact::from(format!("{};expires={left}", console.contact)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_proved_by_the_answer_to_the_question_that_it_was_asked() {
        let answer = |nonce: &str| {
            format!("Digest username=\"nora\", realm=\"r\", nonce=\"{nonce}\", uri=\"sip:r\", response=\"0\"")
        };
        for (method, expected) in [("REGISTER", "old"), ("INVITE", "new")] {
            let text = format!(
                "{method} sip:r SIP/2.0\r\nAuthorization: {}\r\nProxy-Authorization: {}\r\n\r\n",
                answer("old"),
                answer("new")
            );
            let request = Request::try_from(text.as_str()).unwrap();
            assert_eq!(credentials(&request, "r").unwrap().nonce, expected, "{method}");
        }
    }
}
