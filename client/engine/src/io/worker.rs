//! The worker's own global scope: where pages knock, and what it is seeded with.

use cordboard_desk::protocol;
use futures_channel::mpsc::UnboundedSender;
use futures_channel::oneshot;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort, SharedWorkerGlobalScope};

use crate::ffi::LockingNavigator;
use crate::pump::Happening;

/// The global scope of this SharedWorker.
pub(crate) fn scope() -> SharedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Reports every page that has knocked while the wasm was still loading, and every one from now on.
///
/// `worker.js` keeps the early ports in `waiting`: a `connect` event with no listener is lost for ever.
pub(crate) fn listen(happenings: &UnboundedSender<Happening>) {
    let scope = scope();
    if let Ok(waiting) = Reflect::get(&scope, &JsValue::from_str("waiting"))
        && Array::is_array(&waiting)
    {
        for port in Array::from(&waiting).iter() {
            arrived(happenings, &port);
        }
    }
    let happenings = happenings.clone();
    let on_connect = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        arrived(&happenings, &event.ports().get(0));
    });
    scope.set_onconnect(Some(on_connect.as_ref().unchecked_ref()));
    // The listener lives as long as the worker does.
    on_connect.forget();
}

fn arrived(happenings: &UnboundedSender<Happening>, port: &JsValue) {
    if let Some(port) = port.dyn_ref::<MessagePort>() {
        // The pump is the only receiver and never ends before the worker does.
        let _ = happenings.unbounded_send(Happening::PageArrived(port.clone()));
    }
}

/// Takes the lock that says that an engine lives, and holds it until the worker dies, however that comes about. Waits
/// while another engine of this browser has it: there is never more than one.
pub(crate) async fn hold_life() {
    let (granted, held) = oneshot::channel();
    let on_granted = Closure::once_into_js(move || {
        let _ = granted.send(());
        Promise::new(&mut |_, _| {})
    });
    let navigator: LockingNavigator = scope().navigator().unchecked_into();
    // The promise settles only with the worker.
    let _ = navigator.locks().request(protocol::LIFE, on_granted.unchecked_ref());
    let _ = held.await;
}

/// Ends this worker, and with it the engine.
pub(crate) fn close() {
    scope().close();
}

/// A seed for tags, branches and back-off, from the browser's strong random source.
pub(crate) fn seed() -> u64 {
    let mut bytes = [0; 8];
    if let Ok(crypto) = scope().crypto() {
        // Left at zero if the browser refuses: then uniqueness rests on the clock that is mixed in below.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    u64::from_le_bytes(bytes) ^ super::clock::wall().as_millis()
}
