//! Challenges and their answers as they stand in headers (RFC 3261 §20.44, RFC 7616 §3.3-3.4, RFC 8760).
//! What they mean is worked out in the user agent's `digest`.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::scan::{cut, is_token, push_quoted, quoted_len, trim, unquote, values};

/// What a server asks for before it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Digest, with the algorithm it names.
    Digest(DigestChallenge),
    /// A scheme that we do not speak, such as `Bearer`.
    Other {
        /// The scheme's name.
        scheme: String,
    },
}

/// A digest challenge (RFC 7616 §3.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestChallenge {
    /// Whose password is wanted.
    pub realm: String,
    /// The server's word to mix in.
    pub nonce: String,
    /// To be sent back as it is.
    pub opaque: Option<String>,
    /// The last answer failed only because its nonce was too old.
    pub stale: bool,
    /// The hash wanted; `None` is one that we do not know.
    pub algorithm: Option<Algorithm>,
    /// Qualities of protection offered that we know. Empty with `qop_named` means: only unknown ones.
    pub qop: Vec<Qop>,
    /// False for a server of RFC 2069, which names no quality at all.
    pub qop_named: bool,
    /// The user name is to be sent hashed (RFC 7616 §3.4.4).
    pub userhash: bool,
}

/// A digest algorithm (RFC 7616 §6.1, RFC 8760 §2.1), weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    /// `MD5`
    Md5,
    /// `MD5-sess`
    Md5Sess,
    /// `SHA-256`
    Sha256,
    /// `SHA-256-sess`
    Sha256Sess,
    /// `SHA-512-256`
    Sha512_256,
    /// `SHA-512-256-sess`
    Sha512_256Sess,
}

impl Algorithm {
    /// All that we know.
    pub const ALL: [Self; 6] =
        [Self::Md5, Self::Md5Sess, Self::Sha256, Self::Sha256Sess, Self::Sha512_256, Self::Sha512_256Sess];

    /// The name in a header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
            Self::Sha512_256 => "SHA-512-256",
            Self::Sha512_256Sess => "SHA-512-256-sess",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(text))
    }
}

/// What the digest protects (RFC 7616 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Qop {
    /// Method and URI.
    Auth,
    /// The body too.
    AuthInt,
}

impl Qop {
    /// The name in a header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }
}

/// The answer to a challenge, for Authorization or Proxy-Authorization.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The user, or its hash if `userhash`.
    pub username: String,
    /// As challenged.
    pub realm: String,
    /// As challenged.
    pub nonce: String,
    /// The URI that the digest was made for.
    pub uri: String,
    /// The digest in hexadecimal.
    pub response: String,
    /// As challenged.
    pub algorithm: Algorithm,
    /// Our word that was mixed in, if one was.
    pub cnonce: Option<String>,
    /// Quality and count; `None` for a server of RFC 2069.
    pub quality: Option<Quality>,
    /// As challenged.
    pub opaque: Option<String>,
    /// `username` is a hash.
    pub userhash: bool,
}

/// The part of an answer that only servers since RFC 2617 understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// What is protected.
    pub qop: Qop,
    /// How often this nonce was used, this time included.
    pub nc: u32,
}

impl Challenge {
    /// Reads all challenges of one header line; there may be several, parted by commas like their own parameters.
    ///
    /// # Errors
    /// [`Problem`] if a digest challenge lacks its realm or nonce, or if the line is no list of challenges.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Problem> {
        let mut challenges = Vec::new();
        let mut scheme = "";
        let mut params: Vec<(&str, &str)> = Vec::new();
        for value in values(text) {
            let value = value?;
            if value.is_empty() {
                continue;
            }
            let (new_scheme, param) = split_scheme(value);
            if let Some(new_scheme) = new_scheme {
                finish(&mut challenges, scheme, &params)?;
                params.clear();
                scheme = new_scheme;
            }
            if let Some((name, value)) = cut(param, b'=') {
                let value = trim(value);
                if value.starts_with('"') && quoted_len(value)? != value.len() {
                    return Err(Problem::Trailing);
                }
                params.push((trim(name), value));
            }
        }
        finish(&mut challenges, scheme, &params)?;
        if challenges.is_empty() { Err(Problem::Empty) } else { Ok(challenges) }
    }
}

/// `Digest realm="x"` begins a challenge; `nonce="y"` goes on with it. A scheme is a word with no `=` behind it.
fn split_scheme(value: &str) -> (Option<&str>, &str) {
    let word_end = value.find([' ', '\t', '=']).unwrap_or(value.len());
    let (word, rest) = value.split_at_checked(word_end).unwrap_or((value, ""));
    let rest = trim(rest);
    if rest.starts_with('=') { (None, value) } else { (Some(word), rest) }
}

fn finish(challenges: &mut Vec<Challenge>, scheme: &str, params: &[(&str, &str)]) -> Result<(), Problem> {
    if scheme.is_empty() {
        return if params.is_empty() { Ok(()) } else { Err(Problem::Token) };
    }
    if !is_token(scheme) {
        return Err(Problem::Token);
    }
    if !scheme.eq_ignore_ascii_case("Digest") {
        challenges.push(Challenge::Other { scheme: scheme.to_owned() });
        return Ok(());
    }
    let find = |name: &'static str| {
        params.iter().find(|(written, _)| written.eq_ignore_ascii_case(name)).map(|(_, value)| bare(value))
    };
    let is_true = |name| find(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let qop = find("qop");
    challenges.push(Challenge::Digest(DigestChallenge {
        realm: find("realm").ok_or(Problem::MissingParam("realm"))?,
        nonce: find("nonce").ok_or(Problem::MissingParam("nonce"))?,
        opaque: find("opaque"),
        stale: is_true("stale"),
        // RFC 7616 §3.3: none named means MD5.
        algorithm: find("algorithm").map_or(Some(Algorithm::Md5), |name| Algorithm::read(&name)),
        qop: qop.as_deref().map(read_qop).unwrap_or_default(),
        qop_named: qop.is_some(),
        userhash: is_true("userhash"),
    }));
    Ok(())
}

fn read_qop(list: &str) -> Vec<Qop> {
    list.split(',')
        .filter_map(|word| match trim(word) {
            word if word.eq_ignore_ascii_case("auth") => Some(Qop::Auth),
            word if word.eq_ignore_ascii_case("auth-int") => Some(Qop::AuthInt),
            _ => None,
        })
        .collect()
}

fn bare(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) => unquote(inside).into_owned(),
        None => value.to_owned(),
    }
}

impl fmt::Display for Authorization {
    /// Quoted and bare as RFC 7616 §3.4 asks: algorithm, qop, nc and userhash are bare.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest ")?;
        quoted(f, "username", &self.username)?;
        for (name, value) in
            [("realm", &self.realm), ("nonce", &self.nonce), ("uri", &self.uri), ("response", &self.response)]
        {
            f.write_str(", ")?;
            quoted(f, name, value)?;
        }
        write!(f, ", algorithm={}", self.algorithm.as_str())?;
        if let Some(cnonce) = &self.cnonce {
            f.write_str(", ")?;
            quoted(f, "cnonce", cnonce)?;
        }
        if let Some(quality) = self.quality {
            write!(f, ", qop={}, nc={:08x}", quality.qop.as_str(), quality.nc)?;
        }
        if let Some(opaque) = &self.opaque {
            f.write_str(", ")?;
            quoted(f, "opaque", opaque)?;
        }
        if self.userhash { f.write_str(", userhash=true") } else { Ok(()) }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    f.write_str(name)?;
    f.write_char('=')?;
    push_quoted(f, value)
}

/// Keeps the digest out of logs.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("realm", &self.realm)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(text: &str) -> Vec<DigestChallenge> {
        Challenge::parse_all(text)
            .unwrap()
            .into_iter()
            .filter_map(|challenge| match challenge {
                Challenge::Digest(digest) => Some(digest),
                Challenge::Other { .. } => None,
            })
            .collect()
    }

    #[test]
    fn one_challenge_with_all_its_parameters() {
        let text = r#"Digest realm="a, \"b\"", nonce="n=", opaque="", stale=TRUE, algorithm=SHA-256, qop="auth,auth-int,x", userhash=true"#;
        let challenge = &digests(text)[0];
        assert_eq!((challenge.realm.as_str(), challenge.nonce.as_str()), (r#"a, "b""#, "n="));
        assert_eq!(challenge.opaque.as_deref(), Some(""));
        assert!(challenge.stale && challenge.userhash);
        assert_eq!(challenge.algorithm, Some(Algorithm::Sha256));
        assert_eq!(challenge.qop, [Qop::Auth, Qop::AuthInt]);
    }

    #[test]
    fn several_challenges_in_one_line_are_told_apart() {
        let text = r#"Digest realm="a",nonce="1", Bearer x="y", Digest algorithm=MD5-sess, realm = "b" , nonce="2", Negotiate"#;
        let challenges = Challenge::parse_all(text).unwrap();
        assert_eq!(challenges.len(), 4);
        assert_eq!(challenges[3], Challenge::Other { scheme: "Negotiate".into() });
        let digests = digests(text);
        assert_eq!((digests[0].realm.as_str(), digests[1].realm.as_str()), ("a", "b"));
        assert_eq!(digests[0].algorithm, Some(Algorithm::Md5));
        assert!(!digests[0].qop_named);
    }

    #[test]
    fn a_challenge_without_nonce_is_none() {
        assert_eq!(Challenge::parse_all(r#"Digest realm="a""#), Err(Problem::MissingParam("nonce")));
        assert_eq!(Challenge::parse_all(""), Err(Problem::Empty));
        assert_eq!(Challenge::parse_all(r#"realm="a""#), Err(Problem::Token));
        assert_eq!(Challenge::parse_all(r#"Digest realm="a"#), Err(Problem::OpenQuote));
    }
}
