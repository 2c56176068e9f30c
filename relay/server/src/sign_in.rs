//! The door: who may come in, and who is in.

use std::sync::{Arc, PoisonError};

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use cordboard_wire::{PracticeOperator, SignIn, SignedIn, Welcome};
use tokio::time::Instant;

mod cookie;
mod lock_out;
mod password;
mod session;

pub(crate) use lock_out::LockOut;
pub use password::hash_password;
pub(crate) use password::{PasswordHash, Passwords};
pub(crate) use session::{Ending, SessionId, Sessions};

use crate::config::{Admission, User};
use crate::origin::{Address, OwnOrigin};
use crate::refusal::Refusal;
use crate::relay::{Relay, password};

/// Answers what the sign-in page needs before anybody is known.
pub(crate) async fn welcome(State(relay): State<Arc<Relay>>) -> Json<Welcome> {
    let one_click = |user: &&User| matches!(user.admission, Admission::OneClick);
    let practice_operators = relay
        .config
        .users
        .values()
        .filter(one_click)
        .map(|User { operator, .. }| PracticeOperator {
            user: operator.user.clone(),
            name: operator.name.clone(),
        })
        .collect();
    Json(Welcome {
        company: relay.config.company.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        practice_operators,
    })
}

/// Lets an operator in who shows the right password, or who practises.
pub(crate) async fn sign_in(
    State(relay): State<Arc<Relay>>,
    _own: OwnOrigin,
    Address(address): Address,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let Json(SignIn { user: name, password: shown }) =
        body.map_err(|rejection| Refusal::bad_request(rejection.status(), rejection.body_text()))?;
    let user = relay.user(&name);
    match user.map(|user| &user.admission) {
        Some(Admission::OneClick) => {}
        Some(Admission::Password(_)) | None => {
            // What was sent is counted in one spelling, and cut to bound what a flood of names can fill.
            let counted: String = name.to_lowercase().chars().take(64).collect();
            let lock_out = || relay.lock_out.lock().unwrap_or_else(PoisonError::into_inner);
            lock_out().admit(&counted, address, Instant::now()).map_err(|remaining| {
                tracing::warn!("a sign-in was refused: locked out after too many failures");
                Refusal::locked_out(remaining)
            })?;
            if !relay.passwords.matches(user.and_then(password), shown).await {
                tracing::info!("a sign-in failed");
                return Err(Refusal::wrong_password());
            }
            lock_out().forgive(&counted, address);
        }
    }
    let user = user.ok_or_else(Refusal::wrong_password)?;
    let token = relay
        .sessions
        .open(&user.operator.user, Instant::now())
        .map_err(|fault| Refusal::internal(&fault))?;
    tracing::info!("an operator signed in");
    let cookie = cookie::give(&token, relay.sessions.longest(), relay.config.public_url.as_ref());
    Ok((set_cookie(cookie), Json(SignedIn { operator: user.operator.clone() })))
}

/// Ends the session that the cookie names, if any, and everything that lives by it.
pub(crate) async fn sign_out(
    State(relay): State<Arc<Relay>>,
    _own: OwnOrigin,
    headers: axum::http::HeaderMap,
) -> impl IntoResponse {
    let origin = relay.config.public_url.as_ref();
    if let Some(token) = cookie::token(&headers, origin) {
        relay.sessions.end(&SessionId::of_token(token), Instant::now());
        tracing::info!("an operator signed out");
    }
    (set_cookie(cookie::take_back(origin)), StatusCode::NO_CONTENT)
}

fn set_cookie(cookie: Option<HeaderValue>) -> AppendHeaders<Option<(HeaderName, HeaderValue)>> {
    AppendHeaders(cookie.map(|cookie| (header::SET_COOKIE, cookie)))
}

/// The session a request belongs to: whoever takes it as an argument serves nobody else.
pub(crate) struct Session {
    pub(crate) id: SessionId,
    /// The name of an operator who exists.
    pub(crate) user: String,
}

impl FromRequestParts<Arc<Relay>> for Session {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, relay: &Arc<Relay>) -> Result<Self, Refusal> {
        let token = cookie::token(&parts.headers, relay.config.public_url.as_ref());
        let id = token.map(SessionId::of_token).ok_or_else(Refusal::not_signed_in)?;
        let user = relay.sessions.touch(&id, Instant::now()).ok_or_else(Refusal::not_signed_in)?;
        Ok(Self { id, user })
    }
}
