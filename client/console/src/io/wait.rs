//! Waiting in the page: a promise that a timer settles.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// Waits for this many milliseconds; a hidden page may wait longer.
pub(crate) async fn for_millis(millis: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = JsFuture::from(promise).await;
}
