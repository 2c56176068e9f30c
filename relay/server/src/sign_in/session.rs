//! Who is signed in, for how long, and what ends with a session.
//!
//! The browser holds a random token in a cookie; the relay keeps only its SHA-256. A session ends when it is signed out,
//! idle for too long, or too old; whatever lives by it (a tunnel) holds an [`Ending`] and learns of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::SessionTimes;
use crate::secret::{NoRandomness, digest, random_hex};

/// Sessions of one operator at a time; the oldest gives way. More than a few means that cookies are thrown away.
const PER_OPERATOR: usize = 8;

/// What the relay keeps of a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionId([u8; 32]);

impl SessionId {
    pub(crate) fn of_token(token: &str) -> Self {
        Self(digest(token.as_bytes()))
    }
}

/// Resolves when a session is over.
#[derive(Clone)]
pub(crate) struct Ending(watch::Receiver<()>);

impl Ending {
    /// Waits for the session's end.
    pub(crate) async fn reached(&mut self) {
        // Nothing is ever sent: the channel closes when the table drops the session.
        while self.0.changed().await.is_ok() {}
    }
}

struct Session {
    user: String,
    began: Instant,
    seen: Instant,
    ends: watch::Sender<()>,
}

/// All sessions of this relay.
pub(crate) struct Sessions {
    times: SessionTimes,
    open: Mutex<BTreeMap<SessionId, Session>>,
}

impl Sessions {
    pub(crate) fn new(times: SessionTimes) -> Self {
        Self { times, open: Mutex::default() }
    }

    /// How long a session can last at most.
    pub(crate) fn longest(&self) -> Duration {
        self.times.absolute
    }

    /// Opens a session for a user and returns the token for the cookie.
    pub(crate) fn open(&self, user: &str, now: Instant) -> Result<String, NoRandomness> {
        let token = random_hex::<32>()?;
        self.with(now, |open| {
            let mut own: Vec<(Instant, SessionId)> = open
                .iter()
                .filter(|(_, session)| session.user == user)
                .map(|(id, session)| (session.began, *id))
                .collect();
            own.sort_unstable();
            for (_, id) in own.iter().rev().skip(PER_OPERATOR - 1) {
                open.remove(id);
            }
            let session =
                Session { user: user.to_owned(), began: now, seen: now, ends: watch::Sender::new(()) };
            open.insert(SessionId::of_token(&token), session);
        });
        Ok(token)
    }

    /// The user of a session that is still good, which is hereby used.
    pub(crate) fn touch(&self, id: &SessionId, now: Instant) -> Option<String> {
        self.with(now, |open| {
            let session = open.get_mut(id)?;
            session.seen = now;
            Some(session.user.clone())
        })
    }

    /// Something to wait on for the session's end, while it is good.
    pub(crate) fn ending(&self, id: &SessionId, now: Instant) -> Option<Ending> {
        self.with(now, |open| open.get(id).map(|session| Ending(session.ends.subscribe())))
    }

    /// Ends a session and all that lives by it.
    pub(crate) fn end(&self, id: &SessionId, now: Instant) {
        self.with(now, |open| drop(open.remove(id)));
    }

    /// Works on the sessions that are still good: every look first drops what has expired.
    fn with<R>(&self, now: Instant, work: impl FnOnce(&mut BTreeMap<SessionId, Session>) -> R) -> R {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, session| {
            now.duration_since(session.seen) < self.times.idle
                && now.duration_since(session.began) < self.times.absolute
        });
        work(&mut open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn sessions() -> Sessions {
        Sessions::new(SessionTimes { idle: 10 * MINUTE, absolute: 60 * MINUTE })
    }

    #[test]
    fn a_session_lives_as_long_as_it_is_used_but_not_for_ever() {
        let (sessions, start) = (sessions(), Instant::now());
        let id = SessionId::of_token(&sessions.open("anna", start).unwrap());
        for minutes in (9..60).step_by(9) {
            assert_eq!(
                sessions.touch(&id, start + minutes * MINUTE).as_deref(),
                Some("anna"),
                "minute {minutes}"
            );
        }
        assert_eq!(sessions.touch(&id, start + 60 * MINUTE), None);
    }

    #[test]
    fn an_idle_session_ends() {
        let (sessions, start) = (sessions(), Instant::now());
        let id = SessionId::of_token(&sessions.open("anna", start).unwrap());
        assert_eq!(sessions.touch(&id, start + 10 * MINUTE), None);
        assert_eq!(sessions.touch(&id, start), None, "what has expired does not come back");
    }

    #[test]
    fn a_token_of_ones_own_making_opens_nothing() {
        let (sessions, start) = (sessions(), Instant::now());
        sessions.open("anna", start).unwrap();
        assert_eq!(sessions.touch(&SessionId::of_token("guess"), start), None);
    }

    #[test]
    fn the_oldest_of_too_many_sessions_gives_way() {
        let (sessions, start) = (sessions(), Instant::now());
        let ids: Vec<_> = (0..=PER_OPERATOR)
            .map(|n| sessions.open("anna", start + Duration::from_secs(n as u64)).unwrap())
            .map(|token| SessionId::of_token(&token))
            .collect();
        let now = start + MINUTE;
        assert_eq!(sessions.touch(&ids[0], now), None);
        assert!(ids[1..].iter().all(|id| sessions.touch(id, now).is_some()));
    }

    #[tokio::test]
    async fn whoever_waits_learns_that_the_session_was_signed_out() {
        let (sessions, start) = (sessions(), Instant::now());
        let id = SessionId::of_token(&sessions.open("anna", start).unwrap());
        let mut ending = sessions.ending(&id, start).unwrap();
        sessions.end(&id, start);
        ending.reached().await;
        assert!(sessions.ending(&id, start).is_none());
    }
}
