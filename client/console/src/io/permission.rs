//! What the browser allows without asking.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{PermissionState, PermissionStatus};

/// True if the microphone can be opened without a question to the operator.
pub(crate) async fn microphone_is_granted() -> bool {
    let asked = web_sys::window().and_then(|window| {
        let which = js_sys::JSON::parse(r#"{"name":"microphone"}"#).ok()?.dyn_into().ok()?;
        window.navigator().permissions().ok()?.query(&which).ok()
    });
    let Some(asked) = asked else { return false };
    // A browser that does not know the question is one that asks the operator.
    let answer =
        JsFuture::from(asked).await.ok().and_then(|answer| answer.dyn_into::<PermissionStatus>().ok());
    answer.is_some_and(|status| status.state() == PermissionState::Granted)
}
