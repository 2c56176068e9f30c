//! The channel of a team: what each console says of its calls is handed to the consoles of the same team, unread.
//!
//! Like a tunnel it ends when the console leaves, falls silent or misbehaves, when the session ends, or when the relay
//! stops, and says why by a [`TunnelEnd`].

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use cordboard_wire::{MAX_TEAM_MESSAGE, TEAM_MESSAGES, TEAM_SECONDS, TeamSaid, TeamTold, TunnelEnd};
use tokio::time::{Duration, Instant, interval_at, sleep_until, timeout};

mod rooms;

pub(crate) use rooms::Rooms;

use crate::origin::OwnOrigin;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::sign_in::{Ending, Session};
use crate::tunnel::{Oversize as _, forbidden, part};
use rooms::Place;

/// Opens the channel of a signed-in operator's team.
pub(crate) async fn team(
    State(relay): State<Arc<Relay>>,
    _own: OwnOrigin,
    session: Session,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let in_team = relay.user(&session.user).is_some_and(|user| user.team.is_some());
    if !in_team {
        return Err(Refusal::no_team());
    }
    let upgrade = upgrade
        .map_err(|rejection| Refusal::bad_request(rejection.status(), rejection.body_text()))?
        .max_message_size(MAX_TEAM_MESSAGE)
        .max_frame_size(MAX_TEAM_MESSAGE);
    let ending = relay.sessions.ending(&session.id, Instant::now()).ok_or_else(Refusal::not_signed_in)?;
    Ok(upgrade.on_upgrade(move |console| serve(relay, session, ending, console)))
}

async fn serve(relay: Arc<Relay>, session: Session, mut ending: Ending, mut console: WebSocket) {
    let Some((team, user)) =
        relay.user(&session.user).and_then(|user| Some((user.team.as_ref()?.as_str(), user)))
    else {
        return;
    };
    let Some(seat) = relay.team_seats.take(&session.user) else {
        tracing::warn!("a team's channel was refused: its operator has several open already");
        return part(&mut console, TunnelEnd::TooMany).await;
    };
    let (place, here) = relay.rooms.enter(team, user.operator.clone(), Instant::now());
    let end = tokio::select! {
        end = talk(&relay, &place, here, &mut console) => end,
        end = forbidden(&relay, &session.id, &mut ending) => Some(end),
    };
    // The others need not wait until the farewell is over.
    drop(place);
    if let Some(end) = end {
        tracing::debug!(?end, "a team's channel is over");
        part(&mut console, end).await;
    }
    drop(seat);
}

/// Carries what is said until it cannot; nothing is to be told to a console that has left.
async fn talk(relay: &Relay, place: &Place, here: TeamTold, console: &mut WebSocket) -> Option<TunnelEnd> {
    let pace = relay.config.tunnels;
    let mut ping = interval_at(Instant::now() + pace.ping, pace.ping);
    let mut heard = Instant::now();
    let mut budget = Budget::new(heard);
    let mut news = vec![here];
    loop {
        for told in std::mem::take(&mut news) {
            // Plain structs have no way to fail.
            let text = serde_json::to_string(&told).unwrap_or_default();
            match timeout(pace.silence, console.send(Message::Text(text.into()))).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some(TunnelEnd::Silent),
            }
        }
        tokio::select! {
            biased;
            received = console.recv() => match received {
                None => return None,
                Some(Err(error)) if error.is_oversize() => return Some(TunnelEnd::TooBig),
                Some(Err(_)) | Some(Ok(Message::Close(_))) => return None,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => heard = Instant::now(),
                Some(Ok(Message::Binary(_))) => return Some(TunnelEnd::NotUnderstood),
                Some(Ok(Message::Text(text))) => {
                    heard = Instant::now();
                    if !budget.allows(heard) {
                        return Some(TunnelEnd::TooFast);
                    }
                    match serde_json::from_str::<TeamSaid>(&text) {
                        Ok(said) if said.is_modest() => place.say(said, heard),
                        Ok(_) | Err(_) => return Some(TunnelEnd::NotUnderstood),
                    }
                }
            },
            () = place.news() => news = place.take_news(Instant::now()),
            _ = ping.tick() => {
                if !matches!(timeout(pace.silence, console.send(Message::Ping("".into()))).await, Ok(Ok(()))) {
                    return None;
                }
            }
            () = sleep_until(heard + pace.silence) => return Some(TunnelEnd::Silent),
        }
    }
}

/// How many messages a console may still say.
struct Budget {
    since: Instant,
    said: u32,
}

impl Budget {
    fn new(now: Instant) -> Self {
        Self { since: now, said: 0 }
    }

    fn allows(&mut self, now: Instant) -> bool {
        if now.duration_since(self.since) >= Duration::from_secs(TEAM_SECONDS) {
            *self = Self::new(now);
        }
        self.said += 1;
        self.said <= TEAM_MESSAGES
    }
}
