//! Argon2id passwords: made for the configuration, checked at the door.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use serde::Deserialize;
use tokio::sync::Semaphore;

/// Passwords checked at the same time. Each takes 19 MiB and a processor for some 20 ms; the rest wait their turn.
const AT_ONCE: usize = 2;

/// An argon2id hash in PHC form (`$argon2id$v=19$…`).
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PasswordHash(Arc<Phc>);

/// The text is no argon2id hash.
#[derive(Debug)]
pub(crate) struct NotArgon2id;

impl std::fmt::Display for NotArgon2id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this is no argon2id hash; make one with `cordboard hash-password` and paste its output")
    }
}

impl TryFrom<String> for PasswordHash {
    type Error = NotArgon2id;

    fn try_from(text: String) -> Result<Self, NotArgon2id> {
        let hash = Phc::new(&text).map_err(|_| NotArgon2id)?;
        if hash.algorithm.as_str() != "argon2id" || hash.salt.is_none() || hash.hash.is_none() {
            return Err(NotArgon2id);
        }
        Ok(Self(Arc::new(hash)))
    }
}

/// The hash of a password with a fresh salt, for the configuration.
///
/// # Errors
/// The operating system gave no randomness, or the password is longer than argon2 can take.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Checks passwords off the threads that serve everybody else.
pub(crate) struct Passwords {
    turns: Semaphore,
    /// Worked on for users who do not exist, so that time does not tell which names do.
    decoy: Option<PasswordHash>,
}

impl Passwords {
    /// `any` is some user's hash: a decoy costs then what the real ones cost.
    pub(crate) fn new(any: Option<PasswordHash>) -> Self {
        Self { turns: Semaphore::new(AT_ONCE), decoy: any }
    }

    /// Whether this is the password of the user whose hash this is; never for a user without one.
    pub(crate) async fn matches(&self, hash: Option<&PasswordHash>, password: String) -> bool {
        let known = hash.is_some();
        let Some(PasswordHash(hash)) = hash.or(self.decoy.as_ref()).cloned() else { return false };
        // The semaphore is never closed, and the work does not panic; either would be a refusal.
        let Ok(_turn) = self.turns.acquire().await else { return false };
        let verify = move || Argon2::default().verify_password(password.as_bytes(), hash.as_ref()).is_ok();
        let right = tokio::task::spawn_blocking(verify).await.unwrap_or(false);
        known && right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(password: &str) -> PasswordHash {
        hash_password(password).unwrap().try_into().ok().unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let anna = hash("correct horse");
        let passwords = Passwords::new(Some(anna.clone()));
        assert!(passwords.matches(Some(&anna), "correct horse".into()).await);
        assert!(!passwords.matches(Some(&anna), "correct horsE".into()).await);
        assert!(!passwords.matches(Some(&anna), String::new()).await);
    }

    #[tokio::test]
    async fn nobody_signs_in_as_the_decoy() {
        let passwords = Passwords::new(Some(hash("correct horse")));
        assert!(!passwords.matches(None, "correct horse".into()).await);
        assert!(!Passwords::new(None).matches(None, String::new()).await);
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        assert_ne!(hash_password("same").unwrap(), hash_password("same").unwrap());
    }

    #[test]
    fn other_hashes_and_plain_passwords_are_refused() {
        let bcrypt = "$2b$12$LJ3m4ys3Lk0TSwHCpNqyOeSCCqJbYzvV6bYwY0y3mVJXc8hQ5Zq2e";
        let argon2i = hash_password("x").unwrap().replace("argon2id", "argon2i");
        for text in ["", "hunter2", bcrypt, &argon2i, "$argon2id$v=19$m=19456,t=2,p=1"] {
            assert!(PasswordHash::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
