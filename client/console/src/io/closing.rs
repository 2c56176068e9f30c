//! The browser's own question before a tab is closed or loaded anew.

use wasm_bindgen::prelude::*;
use web_sys::Event;

/// Has the browser ask before the tab goes while `something_would_be_lost`.
pub(crate) fn ask_before(something_would_be_lost: impl Fn() -> bool + 'static) {
    let Some(window) = web_sys::window() else { return };
    let on_leave = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if something_would_be_lost() {
            event.prevent_default();
        }
    });
    let _ = window.add_event_listener_with_callback("beforeunload", on_leave.as_ref().unchecked_ref());
    // It listens for as long as the page is there.
    on_leave.forget();
}
