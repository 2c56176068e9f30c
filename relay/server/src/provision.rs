//! What a console is given once its operator is known.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cordboard_wire::{HoldMusic, Provision};

use crate::config;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::sign_in::Session;

/// Answers with everything a console needs to start work.
pub(crate) async fn provision(
    State(relay): State<Arc<Relay>>,
    session: Session,
) -> Result<Json<Provision>, Refusal> {
    let user = relay.user(&session.user).ok_or_else(Refusal::not_signed_in)?;
    let config = &relay.config;
    Ok(Json(Provision {
        operator: user.operator.clone(),
        account: user.account.clone(),
        lines: config.lines.clone(),
        numbering: config.numbering.clone(),
        directories: config.directories.clone(),
        ice_servers: config.ice_servers.clone(),
        practice: config.practice,
        team: user.team.as_ref().map(|team| team.as_str().to_owned()).unwrap_or_default(),
        crm: config.crm.as_ref().map(|crm| crm.as_str().to_owned()).unwrap_or_default(),
        hold_music: match config.hold_music {
            config::HoldMusic::Pbx => HoldMusic::Pbx,
            config::HoldMusic::Tone => HoldMusic::Tone,
            config::HoldMusic::File(_) => HoldMusic::File,
        },
    }))
}

/// Answers with the sound for callers on hold.
pub(crate) async fn hold_music(
    State(relay): State<Arc<Relay>>,
    _session: Session,
) -> Result<Response, Refusal> {
    match &relay.config.hold_music {
        config::HoldMusic::File(sound) => {
            Ok(([(header::CONTENT_TYPE, sound.content_type)], sound.content.clone()).into_response())
        }
        config::HoldMusic::Pbx | config::HoldMusic::Tone => {
            Err(Refusal::bad_request(StatusCode::NOT_FOUND, "No file is configured for callers on hold."))
        }
    }
}
