//! Digest authentication: the answer to a challenge (RFC 7616, RFC 8760).

use md5::Md5;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512_256};

use crate::Secret;
use crate::message::Method;
use crate::message::header::{Algorithm, Authorization, Challenge, DigestChallenge, Qop, Quality};

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user that the server knows.
    pub user: String,
    /// The user's password.
    pub password: Secret,
}

/// The request that an answer is for.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// The Request-URI.
    pub uri: &'a str,
    /// The request's body.
    pub body: &'a [u8],
    /// How often the nonce was used, this time included; 1 for a new nonce.
    pub nc: u32,
    /// Our word to mix in, different each time.
    pub cnonce: &'a str,
}

/// The strongest challenge that we can answer (RFC 8760 §2.4 leaves the choice to us); the first of equals.
pub fn strongest(challenges: &[Challenge]) -> Option<&DigestChallenge> {
    let mut best: Option<&DigestChallenge> = None;
    for challenge in challenges {
        let Challenge::Digest(digest) = challenge else { continue };
        if is_answerable(digest) && best.is_none_or(|best| digest.algorithm > best.algorithm) {
            best = Some(digest);
        }
    }
    best
}

/// A server that names only qualities that we do not know wants something else than we can give.
fn is_answerable(challenge: &DigestChallenge) -> bool {
    challenge.algorithm.is_some() && (!challenge.qop_named || !challenge.qop.is_empty())
}

/// The answer to `challenge`; `None` if [`strongest`] would not have chosen it.
pub fn respond(
    challenge: &DigestChallenge,
    who: &Credentials,
    attempt: Attempt<'_>,
) -> Option<Authorization> {
    let algorithm = challenge.algorithm.filter(|_| is_answerable(challenge))?;
    let hash = |text: &str| hash(algorithm, text.as_bytes());
    // `auth` is taken before `auth-int`: what changes bodies under way would break the other.
    let qop = [Qop::Auth, Qop::AuthInt].into_iter().find(|qop| challenge.qop.contains(qop));
    let DigestChallenge { realm, nonce, .. } = challenge;

    // RFC 7616 §3.4.2
    let mut secret = hash(&format!("{}:{realm}:{}", who.user, who.password.reveal()));
    if is_session(algorithm) {
        secret = hash(&format!("{secret}:{nonce}:{}", attempt.cnonce));
    }
    // RFC 7616 §3.4.3
    let Attempt { method, uri, body, nc, cnonce } = attempt;
    let what = match qop {
        Some(Qop::AuthInt) => hash(&format!("{method}:{uri}:{}", self::hash(algorithm, body))),
        Some(Qop::Auth) | None => hash(&format!("{method}:{uri}")),
    };
    // RFC 7616 §3.4.1; without qop as in RFC 2069
    let response = match qop {
        Some(qop) => hash(&format!("{secret}:{nonce}:{nc:08x}:{cnonce}:{}:{what}", qop.as_str())),
        None => hash(&format!("{secret}:{nonce}:{what}")),
    };
    Some(Authorization {
        username: if challenge.userhash { hash(&format!("{}:{realm}", who.user)) } else { who.user.clone() },
        realm: realm.clone(),
        nonce: nonce.clone(),
        uri: uri.to_owned(),
        response,
        algorithm,
        quality: qop.map(|qop| Quality { qop, cnonce: cnonce.to_owned(), nc }),
        opaque: challenge.opaque.clone(),
        userhash: challenge.userhash,
    })
}

fn is_session(algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Md5Sess | Algorithm::Sha256Sess | Algorithm::Sha512_256Sess => true,
        Algorithm::Md5 | Algorithm::Sha256 | Algorithm::Sha512_256 => false,
    }
}

fn hash(algorithm: Algorithm, bytes: &[u8]) -> String {
    match algorithm {
        Algorithm::Md5 | Algorithm::Md5Sess => hex(&Md5::digest(bytes)),
        Algorithm::Sha256 | Algorithm::Sha256Sess => hex(&Sha256::digest(bytes)),
        Algorithm::Sha512_256 | Algorithm::Sha512_256Sess => hex(&Sha512_256::digest(bytes)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0'))
        .collect()
}
