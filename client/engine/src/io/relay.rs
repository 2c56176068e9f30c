//! Questions to the relay over HTTP.

use cordboard_wire::{Provision, path};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

use super::worker::scope;

/// Why the relay gave no provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoProvision {
    /// It does not know this browser's session.
    NotSignedIn,
    /// It does not answer, or not as a relay does.
    Unreachable,
}

/// How long the relay may take to answer, milliseconds: a network that swallows everything says nothing for minutes.
const PATIENCE: u32 = 10_000;

/// What the signed-in operator's console is given.
pub(crate) async fn provision() -> Result<Provision, NoProvision> {
    let request = RequestInit::new();
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    let response = JsFuture::from(scope().fetch_with_str_and_init(path::PROVISION, &request))
        .await
        .ok()
        .and_then(|response| response.dyn_into::<Response>().ok())
        .ok_or(NoProvision::Unreachable)?;
    if response.status() == 401 {
        return Err(NoProvision::NotSignedIn);
    }
    let text = response.text().map_err(|_| NoProvision::Unreachable)?;
    let text =
        JsFuture::from(text).await.ok().and_then(|text| text.as_string()).ok_or(NoProvision::Unreachable)?;
    // From bytes, as what the team says is read: a reader of text would be downloaded beside that of bytes.
    serde_json::from_slice(text.as_bytes()).map_err(|_| NoProvision::Unreachable)
}
