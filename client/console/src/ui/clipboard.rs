//! Puts text where the operator can paste it from.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::screen::Screen;

/// Copies a text; where the browser refuses, the screen says so.
pub(super) fn put(screen: Screen, text: &str) {
    // Browsers hide the clipboard from pages that are not secure.
    if !window().is_secure_context() {
        screen.copy_failed.set(true);
        return;
    }
    let copied = window().navigator().clipboard().write_text(text);
    spawn_local(async move { screen.copy_failed.set(JsFuture::from(copied).await.is_err()) });
}
