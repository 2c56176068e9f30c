//! The message port to one page.

use cordboard_desk::{PageId, protocol};
use futures_channel::mpsc::UnboundedSender;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use super::worker::scope;
use crate::ffi::LockingNavigator;
use crate::pump::Happening;

/// A page that is connected. Dropping it closes the port.
pub(crate) struct PagePort {
    port: MessagePort,
    // Kept alive for as long as the port calls it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl PagePort {
    /// Listens to `port` and reports what it says as coming from `page`.
    pub(crate) fn open(page: PageId, port: MessagePort, happenings: UnboundedSender<Happening>) -> Self {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = event.data().dyn_into::<Uint8Array>().map(|data| data.to_vec()).unwrap_or_default();
            let _ = happenings.unbounded_send(Happening::PageSent(page, bytes));
        });
        // Setting the handler also starts the port.
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self { port, _on_message: on_message }
    }

    /// Sends one message. A page that is gone hears nothing; its lock tells us so.
    pub(crate) fn send(&self, message: &protocol::FromEngine) {
        let bytes = Uint8Array::from(protocol::encode(message).as_slice());
        let _ = self.port.post_message(&bytes);
    }
}

impl Drop for PagePort {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

/// Reports `page` as gone once the lock that it holds while it lives is free.
pub(crate) fn watch(page: PageId, lock: &str, happenings: UnboundedSender<Happening>) {
    let granted = Closure::once_into_js(move || {
        let _ = happenings.unbounded_send(Happening::PageGone(page));
        Promise::resolve(&wasm_bindgen::JsValue::UNDEFINED)
    });
    let navigator: LockingNavigator = scope().navigator().unchecked_into();
    // The promise settles with the lock; nobody waits for it.
    let _ = navigator.locks().request(lock, granted.unchecked_ref());
}
