//! Puts text where the operator can paste it from.

use leptos::prelude::*;

/// Copies a text. A browser that refuses says so itself.
pub(super) fn put(text: &str) {
    let _ = window().navigator().clipboard().write_text(text);
}
