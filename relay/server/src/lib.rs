//! The relay: serves the console, signs people in, tunnels SIP, lets a team's consoles tell each other of their calls.
//!
//! It never decides about a call and never parses SIP: it copies frames, checks who may connect, and answers look-ups.
//! [`app`] is all of it as a router; [`serve`] puts that behind a listener, as the binary `cordboard` does.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use cordboard_wire::path;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

mod assets;
pub mod config;
mod headers;
mod origin;
mod practice;
mod provision;
mod refusal;
mod relay;
mod secret;
mod serve;
mod sign_in;
mod team;
mod tunnel;

pub use assets::{Assets, AssetsError, NONCE_PLACEHOLDER};
pub use config::Config;
pub use practice::{CannotPractise, Practice, practise, what_to_dial};
pub use relay::{CannotBuild, Relay};
pub use secret::NoRandomness;
pub use serve::{CannotListen, serve};
pub use sign_in::hash_password;
pub use tunnel::{Unreachable, reach};

/// The largest body that a request may have, bytes. The only bodies are sign-ins.
const LARGEST_BODY: usize = 16 * 1024;

/// How long an answer may take, except the tunnel's.
const LONGEST_ANSWER: Duration = Duration::from_secs(15);

/// The whole relay as a router, without a listener.
pub fn app(relay: Arc<Relay>) -> Router {
    let answers = Router::new()
        .route(path::WELCOME, get(sign_in::welcome))
        .route(path::SIGN_IN, post(sign_in::sign_in))
        .route(path::SIGN_OUT, post(sign_in::sign_out))
        .route(path::PROVISION, get(provision::provision))
        .route(path::HOLD_MUSIC, get(provision::hold_music))
        .route(path::HEALTH, get(|| async { "ok\n" }))
        .fallback(assets::serve)
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_ANSWER))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    Router::new()
        .route(path::TUNNEL, get(tunnel::tunnel))
        .route(path::TEAM, get(team::team))
        .merge(answers)
        .layer(axum::middleware::map_response_with_state(Arc::clone(&relay), headers::secure))
        // Outermost but one: a fault in one request must not take down the tunnels of others.
        .layer(CatchPanicLayer::new())
        .with_state(relay)
}
