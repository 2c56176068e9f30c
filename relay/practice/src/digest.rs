//! Digest authentication, the checking side (RFC 7616, RFC 8760).
//!
//! rsip splits the header into its fields. Its own digest knows no `SHA-256` and counts nonces in decimal, so the
//! sums are done here.

use md5::{Digest as _, Md5};
use rsip::headers::typed::Tokenize;
use rsip::headers::typed::tokenizers::AuthTokenizer;
use sha2::Sha256;

/// A hash that a challenge may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `SHA-256` (RFC 8760 §2).
    Sha256,
    /// `MD5`, as older exchanges have it.
    Md5,
}

impl Algorithm {
    const fn token(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
        }
    }

    fn hash(self, text: &str) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sha256 => hex(&Sha256::digest(text)),
            Self::Md5 => hex(&Md5::digest(text)),
        }
    }
}

/// A challenge, as the value of WWW-Authenticate or Proxy-Authenticate.
pub(crate) fn challenge(algorithm: Algorithm, realm: &str, nonce: &str, stale: bool) -> String {
    let stale = if stale { ", stale=true" } else { "" };
    format!(
        "Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={}, qop=\"auth\"{stale}",
        algorithm.token()
    )
}

/// What a console answered to a challenge.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) realm: String,
    pub(crate) nonce: String,
    uri: String,
    response: String,
    algorithm: Algorithm,
    /// Nonce count and client nonce, with `qop=auth`.
    counted: Option<(String, String)>,
}

impl Credentials {
    /// Reads the value of an Authorization header; `None` if a field is missing or the algorithm is none of ours.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        // rsip's reader keeps a trailing space in an unquoted value and takes none before `=`.
        let fields = AuthTokenizer::tokenize(value).ok()?.params;
        let field = |name: &str| {
            let found = fields
                .iter()
                .find(|(other, _)| other.trim().trim_start_matches(',').trim().eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim().to_owned())
        };
        let algorithm = match field("algorithm") {
            None => Algorithm::Md5,
            Some(token) => [Algorithm::Sha256, Algorithm::Md5]
                .into_iter()
                .find(|a| token.eq_ignore_ascii_case(a.token()))?,
        };
        let counted = match field("qop") {
            None => None,
            Some(qop) if qop.eq_ignore_ascii_case("auth") => Some((field("nc")?, field("cnonce")?)),
            Some(_) => return None,
        };
        Some(Self {
            user: field("username")?,
            realm: field("realm")?,
            nonce: field("nonce")?,
            uri: field("uri")?,
            response: field("response")?,
            algorithm,
            counted,
        })
    }

    /// True if the answer was made with `password` (RFC 7616 §3.4.1).
    pub(crate) fn prove(&self, method: &str, password: &str) -> bool {
        let hash = |text: String| self.algorithm.hash(&text);
        let who = hash(format!("{}:{}:{password}", self.user, self.realm));
        let what = hash(format!("{method}:{}", self.uri));
        let expected = match &self.counted {
            Some((count, client_nonce)) => {
                hash(format!("{who}:{}:{count}:{client_nonce}:auth:{what}", self.nonce))
            }
            // Without qop, as RFC 2069 had it and RFC 3261 §22.4 still takes it.
            None => hash(format!("{who}:{}:{what}", self.nonce)),
        };
        self.response.eq_ignore_ascii_case(&expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7616 §3.9.1, in both algorithms.
    #[test]
    fn the_examples_of_the_rfc_are_proved_and_a_wrong_password_is_not() {
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let value = format!(
                "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", \
                 qop=auth, response=\"{response}\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            );
            let credentials = Credentials::parse(&value).unwrap();
            assert!(credentials.prove("GET", "Circle of Life"), "{algorithm}");
            assert!(!credentials.prove("GET", "circle of life"), "{algorithm}");
        }
    }

    #[test]
    fn unknown_algorithms_and_missing_fields_are_no_credentials() {
        assert!(Credentials::parse("Digest username=\"a\"").is_none());
        assert!(Credentials::parse("").is_none());
        assert!(Credentials::parse("Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"d\", response=\"e\", algorithm=SHA-512-256").is_none());
    }
}
