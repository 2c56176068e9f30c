//! Answering challenges, on any method, of servers and of proxies (RFC 3261 §22, RFC 7616).
//!
//! What was asked once is answered in advance from then on, with the count that RFC 7616 §3.4 wants, until the server
//! says that the nonce is stale.

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::digest::{Attempt, Credentials, respond, strongest};
use crate::message::header::{Challenge, DigestChallenge};
use crate::message::{Name, Request, Response, StatusCode};
use crate::random::Random;

/// A request is sent this often at most on account of challenges: two proxies, a server, and stale nonces between.
const MAX_TRIES: u8 = 5;

/// Who asked, and hence where the answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Asker {
    Server,
    Proxy,
}

impl Asker {
    fn answer_header(self) -> Name<'static> {
        match self {
            Self::Server => Name::Authorization,
            Self::Proxy => Name::ProxyAuthorization,
        }
    }
}

/// A challenge that we answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Key {
    asker: Asker,
    /// Host of the Request-URI that was challenged: a server's key opens nothing elsewhere, and nobody else is to see
    /// what an answer could be guessed from.
    host: String,
    challenge: DigestChallenge,
    /// Kept for the life of the nonce: the `-sess` algorithms are built on it.
    cnonce: String,
    /// How often the nonce was used.
    count: u32,
}

impl Key {
    /// True if this is what `asker` wants on the way to `host`: a proxy stands on all ways.
    fn opens(&self, asker: Asker, host: &str) -> bool {
        self.asker == asker && (asker == Asker::Proxy || self.host == host)
    }
}

/// Every challenge that we answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Keyring {
    keys: Vec<Key>,
}

/// What a 401 or 407 means for the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send it again with [`Keyring::sign`].
    Again,
    /// It was answered and the answer was refused.
    Wrong,
    /// Nothing in it that we know how to answer.
    Unusable,
}

impl Keyring {
    /// Takes the challenges of a response to `request`, which was sent `tries` times before.
    pub(crate) fn learn(
        &mut self,
        random: &mut Random,
        request: &Request,
        response: &Response,
        tries: u8,
    ) -> Verdict {
        let mut news = false;
        let mut usable = false;
        // A forking proxy may put the challenges of several branches into one response (§16.7 step 7).
        for (asker, challenges) in [
            (Asker::Server, response.headers.www_authenticate()),
            (Asker::Proxy, response.headers.proxy_authenticate()),
        ] {
            for challenge in strongest_of_each_realm(&challenges.unwrap_or_default()) {
                usable = true;
                // What went out in advance may just have been too old, even if the server does not say so.
                let fresh = tries == 0 || challenge.stale || !is_answered(request, asker, &challenge.realm);
                news |= fresh;
                let host = request.uri.host().to_owned();
                // Some take whichever answer of their realm comes first for the one to their question: what was asked of
                // us as somebody else may be the one that they find stale, and is asked for anew where it is needed.
                let stale_again = tries > 0 && challenge.stale;
                self.keys.retain(|key| {
                    let asks = if stale_again { key.asker } else { asker };
                    !key.opens(asks, &host) || key.challenge.realm != challenge.realm
                });
                // A refused answer is not offered again by itself.
                if fresh {
                    self.keys.push(Key { asker, host, challenge, cnonce: random.token(24), count: 0 });
                }
            }
        }
        match (usable, news && tries < MAX_TRIES) {
            (false, _) => Verdict::Unusable,
            (true, true) => Verdict::Again,
            (true, false) => Verdict::Wrong,
        }
    }

    /// Puts our answers into a request, in place of older ones.
    pub(crate) fn sign(&mut self, settings: &Settings, request: &mut Request) {
        request.headers.remove(Name::Authorization);
        request.headers.remove(Name::ProxyAuthorization);
        let who = Credentials { user: settings.auth_user.clone(), password: settings.password.clone() };
        let host = request.uri.host().to_owned();
        for key in self.keys.iter_mut().filter(|key| key.opens(key.asker, &host)) {
            key.count = key.count.saturating_add(1);
            let attempt = Attempt {
                method: &request.method,
                uri: request.uri.as_str(),
                body: &request.body,
                nc: key.count,
                cnonce: &key.cnonce,
            };
            if let Some(answer) = respond(&key.challenge, &who, attempt) {
                request.headers.push(key.asker.answer_header(), answer);
            }
        }
    }
}

/// True for a response that asks for credentials.
pub(crate) fn is_challenge(status: StatusCode) -> bool {
    status == StatusCode::UNAUTHORIZED || status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
}

fn strongest_of_each_realm(challenges: &[Challenge]) -> Vec<DigestChallenge> {
    let mut chosen: Vec<DigestChallenge> = Vec::new();
    for challenge in challenges {
        let Challenge::Digest(digest) = challenge else { continue };
        if chosen.iter().any(|chosen| chosen.realm == digest.realm) {
            continue;
        }
        let of_realm: Vec<_> = challenges
            .iter()
            .filter(|other| matches!(other, Challenge::Digest(other) if other.realm == digest.realm))
            .cloned()
            .collect();
        chosen.extend(strongest(&of_realm).cloned());
    }
    chosen
}

/// True if the request carried an answer for this realm.
fn is_answered(request: &Request, asker: Asker, realm: &str) -> bool {
    let mut quoted = String::from("realm=");
    // Writing into a String does not fail.
    _ = crate::message::push_quoted(&mut quoted, realm);
    request.headers.all(asker.answer_header()).any(|answer| answer.contains(&quoted))
}
