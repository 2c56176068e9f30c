//! The tunnel: SIP between a browser's WebSocket and the PBX's, frame by frame and unread.
//!
//! ```text
//!  browser ──upward──► PBX       Each direction is one loop that takes a frame only when the last one has been taken,
//!  browser ◄─downward─ PBX       so a slow side slows the other down and nothing piles up in between.
//! ```
//!
//! A tunnel ends when either side leaves, falls silent or misbehaves, when the session ends, or when the relay stops;
//! whoever is still there is told why by a [`TunnelEnd`].

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use cordboard_wire::{MAX_FRAME, SUBPROTOCOL, TunnelEnd, path};
use futures_util::StreamExt as _;
use tokio::time::Instant;

mod carry;
mod frame;
mod seats;
mod upstream;

pub(crate) use carry::part;
pub(crate) use frame::Oversize;
pub(crate) use seats::Seats;
pub(crate) use upstream::{BadAuthority, Dialer};
pub use upstream::{Unreachable, reach};

use crate::origin::OwnOrigin;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::sign_in::{Ending, Session, SessionId};
use carry::{Stopped, carry};

/// Opens a tunnel for a signed-in operator's own page.
pub(crate) async fn tunnel(
    State(relay): State<Arc<Relay>>,
    _own: OwnOrigin,
    session: Session,
    at: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade
        .map_err(|rejection| Refusal::bad_request(rejection.status(), rejection.body_text()))?
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .protocols([SUBPROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        let message = "The tunnel speaks the WebSocket subprotocol \"sip\" only (RFC 7118); offer it.";
        return Err(Refusal::bad_request(StatusCode::BAD_REQUEST, message));
    }
    let ending = relay.sessions.ending(&session.id, Instant::now()).ok_or_else(Refusal::not_signed_in)?;
    let first = path::server_in(at.query().unwrap_or_default());
    Ok(upgrade.on_upgrade(move |browser| serve(relay, session, ending, first, browser)))
}

async fn serve(relay: Arc<Relay>, session: Session, mut ending: Ending, first: u32, mut browser: WebSocket) {
    let Some(seat) = relay.seats.take(&session.user) else {
        tracing::warn!("a tunnel was refused: its operator has {} open already", relay.seats.per_operator());
        return part(&mut browser, TunnelEnd::TooMany).await;
    };
    let upstream = tokio::select! {
        dialled = relay.dialer.dial(first) => dialled,
        end = forbidden(&relay, &session.id, &mut ending) => return part(&mut browser, end).await,
    };
    let upstream = match upstream {
        Ok(upstream) => upstream,
        Err(unreachable) => {
            tracing::warn!("{unreachable}");
            return part(&mut browser, TunnelEnd::Unreachable).await;
        }
    };
    tracing::debug!("a tunnel is open");
    let (mut to_browser, mut from_browser) = browser.split();
    let (mut to_upstream, mut from_upstream) = upstream.split();
    let pace = relay.config.tunnels;
    let end = tokio::select! {
        stopped = carry(&mut from_browser, &mut to_upstream, pace) => after_upward(&stopped),
        stopped = carry(&mut from_upstream, &mut to_browser, pace) => Some(after_downward(&stopped)),
        end = forbidden(&relay, &session.id, &mut ending) => Some(end),
    };
    tracing::debug!(?end, "a tunnel is over");
    let mut browser = from_browser.reunite(to_browser).ok();
    let mut upstream = from_upstream.reunite(to_upstream).ok();
    let tell_browser = async {
        if let (Some(browser), Some(end)) = (&mut browser, end) {
            part(browser, end).await;
        }
    };
    let tell_upstream = async {
        if let Some(upstream) = &mut upstream {
            // Whatever happened, to the PBX it means that this browser is going away.
            part(upstream, TunnelEnd::Stopping).await;
        }
    };
    tokio::join!(tell_browser, tell_upstream);
    // Before the connection itself goes, so that a browser which comes back at once finds its seat free.
    drop(seat);
}

/// Waits for a reason outside a tunnel or channel to end it. An open one keeps its session from being idle.
pub(crate) async fn forbidden(relay: &Relay, id: &SessionId, ending: &mut Ending) -> TunnelEnd {
    let session_over = async {
        loop {
            if tokio::time::timeout(relay.config.tunnels.ping, ending.reached()).await.is_ok()
                || relay.sessions.touch(id, Instant::now()).is_none()
            {
                return;
            }
        }
    };
    tokio::select! {
        () = session_over => TunnelEnd::SignedOut,
        () = relay.stopping() => TunnelEnd::Stopping,
    }
}

/// What the browser is told when nothing more can be carried up; nothing, if it has left.
fn after_upward(stopped: &Stopped) -> Option<TunnelEnd> {
    match stopped {
        Stopped::Left => None,
        Stopped::TooBig => Some(TunnelEnd::TooBig),
        Stopped::Silent => Some(TunnelEnd::Silent),
        Stopped::Stalled | Stopped::Gone => Some(TunnelEnd::Dropped),
    }
}

/// What the browser is told when nothing more can be carried down.
fn after_downward(stopped: &Stopped) -> TunnelEnd {
    match stopped {
        Stopped::Left | Stopped::TooBig | Stopped::Silent => TunnelEnd::Dropped,
        Stopped::Stalled | Stopped::Gone => TunnelEnd::Silent,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::{Assets, Config};

    #[tokio::test(start_paused = true)]
    async fn an_open_tunnel_keeps_its_session_in_use_until_that_is_too_old() {
        let text = "upstream = \"ws://pbx\"\nuser = []\n[session]\nidle_minutes = 1\nabsolute_hours = 8\n";
        let config = Config::parse(text, Path::new("cordboard.toml")).unwrap();
        let relay = Relay::new(config, Assets::none()).unwrap();
        let began = Instant::now();
        let id = SessionId::of_token(&relay.sessions.open("anna", began).unwrap());
        let mut ending = relay.sessions.ending(&id, began).unwrap();
        assert_eq!(forbidden(&relay, &id, &mut ending).await, TunnelEnd::SignedOut);
        let lasted = began.elapsed();
        let hours = Duration::from_secs(8 * 3600);
        assert!(lasted >= hours && lasted <= hours + relay.config.tunnels.ping, "{lasted:?}");
    }
}
