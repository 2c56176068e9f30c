//! Questions to the relay over HTTP: who may sign in, signing in and out.

use cordboard_wire::{Problem, ProblemCode, SignIn, SignedIn, Welcome, path};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, RequestInit, Response};

/// Why the relay did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RelayError {
    /// It does not answer.
    Unreachable,
    /// It answered, but not as a relay does.
    Strange,
    /// It refused.
    Refused(ProblemCode),
}

/// What the sign-in page needs to know.
///
/// # Errors
///
/// See [`RelayError`].
pub(crate) async fn welcome() -> Result<Welcome, RelayError> {
    read(&ask("GET", path::WELCOME, None).await?).await
}

/// Signs in; the session is kept in a cookie that no script can read.
///
/// # Errors
///
/// See [`RelayError`].
pub(crate) async fn sign_in(who: &SignIn) -> Result<SignedIn, RelayError> {
    let body = serde_json::to_string(who).map_err(|_| RelayError::Strange)?;
    read(&ask("POST", path::SIGN_IN, Some(&body)).await?).await
}

/// Ends the session.
///
/// # Errors
///
/// See [`RelayError`].
pub(crate) async fn sign_out() -> Result<(), RelayError> {
    ask("POST", path::SIGN_OUT, None).await.map(|_| ())
}

/// The sound file for callers on hold.
///
/// # Errors
///
/// See [`RelayError`].
pub(crate) async fn hold_music() -> Result<Blob, RelayError> {
    let response = ask("GET", path::HOLD_MUSIC, None).await?;
    let content = response.blob().map_err(|_| RelayError::Strange)?;
    JsFuture::from(content)
        .await
        .map_err(|_| RelayError::Unreachable)?
        .dyn_into()
        .map_err(|_| RelayError::Strange)
}

async fn ask(method: &str, path: &str, body: Option<&str>) -> Result<Response, RelayError> {
    let window = web_sys::window().ok_or(RelayError::Unreachable)?;
    let request = RequestInit::new();
    request.set_method(method);
    if let Some(body) = body {
        request.set_body(&JsValue::from_str(body));
        let headers = web_sys::Headers::new().map_err(|_| RelayError::Strange)?;
        headers.set("content-type", "application/json").map_err(|_| RelayError::Strange)?;
        request.set_headers(&headers);
    }
    let response = JsFuture::from(window.fetch_with_str_and_init(path, &request))
        .await
        .map_err(|_| RelayError::Unreachable)?
        .dyn_into::<Response>()
        .map_err(|_| RelayError::Strange)?;
    if response.ok() {
        return Ok(response);
    }
    let problem: Problem = read(&response).await?;
    Err(RelayError::Refused(problem.code))
}

async fn read<T: DeserializeOwned>(response: &Response) -> Result<T, RelayError> {
    let text = response.text().map_err(|_| RelayError::Strange)?;
    let text = JsFuture::from(text).await.map_err(|_| RelayError::Unreachable)?;
    text.as_string().and_then(|text| serde_json::from_str(&text).ok()).ok_or(RelayError::Strange)
}
