//! What a console is given once its operator is known.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cordboard_wire::Provision;

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
    }))
}
