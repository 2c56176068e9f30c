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
        // RFC 2069 knows no cnonce, but the server of a session needs it whatever the quality.
        cnonce: (qop.is_some() || is_session(algorithm)).then(|| cnonce.to_owned()),
        quality: qop.map(|qop| Quality { qop, nc }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(text: &str) -> DigestChallenge {
        // Unfolded, as the parser hands it out.
        let challenges = Challenge::parse_all(&text.replace('\n', " ")).unwrap();
        strongest(&challenges).unwrap().clone()
    }

    fn credentials(user: &str, password: &str) -> Credentials {
        Credentials { user: user.into(), password: Secret::new(password) }
    }

    fn answer(challenge_text: &str, who: &Credentials, attempt: Attempt<'_>) -> Authorization {
        respond(&challenge(challenge_text), who, attempt).unwrap()
    }

    #[test]
    fn the_rfc_example_with_two_algorithms_comes_out_right() {
        // RFC 7616 §3.9.1
        let get = Method::parse("GET").unwrap();
        let who = credentials("Mufasa", "Circle of Life");
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let text = format!(
                r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm},
                nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
            );
            let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let answer = answer(
                &text,
                &who,
                Attempt { method: &get, uri: "/dir/index.html", body: b"", nc: 1, cnonce },
            );
            assert_eq!(answer.response, response, "{algorithm}");
            let printed = answer.to_string();
            assert!(printed.contains("qop=auth, nc=00000001"), "{printed}");
            assert!(
                printed.contains(r#"opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#),
                "{printed}"
            );
        }
    }

    #[test]
    fn the_rfc_example_with_a_hashed_user_name_comes_out_right() {
        // RFC 7616 §3.9.2 with the figures of erratum 4897: those of the RFC are of a draft of SHA-512/256.
        let get = Method::parse("GET").unwrap();
        let text = r#"Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, charset=UTF-8, userhash=true,
            nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS""#;
        let cnonce = "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v";
        let who = credentials("Jäsøn Doe", "Secret, or not?");
        let answer = answer(text, &who, Attempt { method: &get, uri: "/doe.json", body: b"", nc: 1, cnonce });
        assert_eq!(answer.username, "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b");
        assert_eq!(answer.response, "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
        assert!(answer.to_string().ends_with("userhash=true"));
    }

    #[test]
    fn every_algorithm_and_quality_agrees_with_an_independent_implementation() {
        // Figures by Python's hashlib, for 1001:pbx.example:s3cret, INVITE sip:1002@pbx.example, body `v=0`.
        let rows = [
            ("MD5", Some("auth"), "26f325377d9eeb489051bd64a7681e87"),
            ("MD5", Some("auth-int"), "4b158cb525b22136e320183fbeb3da6e"),
            ("MD5", None, "96e30b8c978bfb582e0a7927a3a41a78"),
            ("MD5-sess", Some("auth"), "e78e759848470d922885883058227114"),
            ("MD5-sess", Some("auth-int"), "e14d14bbb143e73aa6348efdd5e74249"),
            ("SHA-256", Some("auth"), "e426223877014bdf0d4b55e87bec3ad8ad17191c6e255f5281a7fc0ad5701920"),
            ("SHA-256", Some("auth-int"), "ed0863514c965e14075c370cd9fc0e9d4864e49c7196a687f41ebf956d78a23d"),
            ("SHA-256", None, "b539ce08a39112fc0e1dc5baff1122a77d750cfb957eddc572a1b0cf68d65a55"),
            (
                "SHA-256-sess",
                Some("auth"),
                "f54812e50d8d57c74ecd52218fc12d7e97a38fb589032f59d45200f79380b567",
            ),
            (
                "SHA-256-sess",
                Some("auth-int"),
                "4be8829fe689d3ca11b3024c42bdb3978d688f21f6e6836d832edce16a505148",
            ),
            ("SHA-512-256", Some("auth"), "b2fed9d55f0b35661b3e2ac5a26548da1f27750b64030de18bbd62c016b0a415"),
            (
                "SHA-512-256",
                Some("auth-int"),
                "be0c765a0cb3edfb1125c2267dd782e28a7cf0361cb28722e85627e210b02782",
            ),
            ("SHA-512-256", None, "e9833e8ffdf666fbf3ebf3f36b765f37c86ffd61bcac35150f976295c7c602cb"),
            (
                "SHA-512-256-sess",
                Some("auth"),
                "5a9848bc84922290f638708298ca0fd6f12e115c0fc0d9c199b01ee72e2a47dc",
            ),
            (
                "SHA-512-256-sess",
                Some("auth-int"),
                "0bd70b78ee218c7dafc674850c6b920eda0d2205a0ae326504fcd8d28b6a6038",
            ),
        ];
        let who = credentials("1001", "s3cret");
        let attempt = Attempt {
            method: &Method::Invite,
            uri: "sip:1002@pbx.example",
            body: b"v=0\r\n",
            nc: 10,
            cnonce: "0a4f113b",
        };
        for (algorithm, qop, response) in rows {
            let qop = qop.map(|qop| format!(", qop=\"{qop}\"")).unwrap_or_default();
            let text =
                format!("Digest realm=\"pbx.example\", nonce=\"dcd98b71\", algorithm={algorithm}{qop}");
            let answer = answer(&text, &who, attempt);
            assert_eq!(answer.response, response, "{text}");
            assert_eq!(answer.to_string().contains("nc=0000000a"), !qop.is_empty(), "{answer}");
        }
    }

    #[test]
    fn a_session_algorithm_without_quality_still_tells_the_client_nonce() {
        let who = credentials("1001", "s3cret");
        let attempt = Attempt {
            method: &Method::Invite,
            uri: "sip:1002@pbx.example",
            body: b"v=0\r\n",
            nc: 10,
            cnonce: "0a4f113b",
        };
        let answer =
            answer("Digest realm=\"pbx.example\", nonce=\"dcd98b71\", algorithm=MD5-sess", &who, attempt);
        assert_eq!(answer.response, "65c2b1d2526528c0588e9e715eb85f37");
        assert!(answer.to_string().contains("cnonce=\"0a4f113b\""), "{answer}");
        assert!(!answer.to_string().contains("nc="), "{answer}");
    }

    #[test]
    fn the_strongest_challenge_that_can_be_answered_is_taken() {
        let chosen = |text: &str| {
            let challenges = Challenge::parse_all(text).unwrap();
            strongest(&challenges).map(|challenge| challenge.nonce.clone())
        };
        let md5 = r#"Digest realm="a", nonce="md5", algorithm=MD5"#;
        let sha = r#"Digest realm="a", nonce="sha", algorithm=sha-256, qop="auth""#;
        assert_eq!(chosen(&format!("{md5}, {sha}")).as_deref(), Some("sha"));
        assert_eq!(chosen(&format!("{sha}, {md5}")).as_deref(), Some("sha"));
        assert_eq!(
            chosen(&format!(r#"{md5}, Digest realm="a", nonce="x", algorithm=SHA3"#)).as_deref(),
            Some("md5")
        );
        assert_eq!(chosen(&format!(r#"{md5}, Digest realm="b", nonce="second""#)).as_deref(), Some("md5"));
        assert_eq!(chosen(r#"Digest realm="a", nonce="x", qop="token""#), None);
        assert_eq!(chosen("Bearer"), None);
    }

    #[test]
    fn auth_int_is_used_only_where_nothing_else_is_offered() {
        let who = credentials("1", "2");
        let attempt = Attempt { method: &Method::Register, uri: "sip:a", body: b"", nc: 1, cnonce: "c" };
        let both = answer(r#"Digest realm="a", nonce="n", qop="auth-int,auth""#, &who, attempt);
        assert_eq!(both.quality.unwrap().qop, Qop::Auth);
        let only = answer(r#"Digest realm="a", nonce="n", qop="auth-int""#, &who, attempt);
        assert_eq!(only.quality.unwrap().qop, Qop::AuthInt);
    }
}
