//! The message port to one page.

use cordboard_desk::{PageId, protocol};
use futures_channel::mpsc::UnboundedSender;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use super::worker::scope;
use crate::ffi::LockingNavigator;
use crate::pump::Happening;

/// What a page sent: a message, and the bytes of a file if one came beside it.
#[derive(Default)]
pub(crate) struct Sent {
    /// The message, still encoded.
    pub(crate) message: Vec<u8>,
    /// The file's bytes; empty without one.
    pub(crate) file: Vec<u8>,
}

impl Sent {
    /// Plain bytes are a message; an array is a message and a file's buffer.
    fn read(data: &JsValue) -> Self {
        match data.dyn_ref::<Array>() {
            Some(both) => Self {
                message: Uint8Array::new(&both.get(0)).to_vec(),
                file: Uint8Array::new(&both.get(1)).to_vec(),
            },
            None => Self { message: Uint8Array::new(data).to_vec(), file: Vec::new() },
        }
    }
}

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
            let _ = happenings.unbounded_send(Happening::PageSent(page, Sent::read(&event.data())));
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
        Promise::resolve(&JsValue::UNDEFINED)
    });
    let navigator: LockingNavigator = scope().navigator().unchecked_into();
    // The promise settles with the lock; nobody waits for it.
    let _ = navigator.locks().request(lock, granted.unchecked_ref());
}
