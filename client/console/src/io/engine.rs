//! The port to the engine in its SharedWorker.

use cordboard_desk::protocol::{self, FromEngine, ToEngine, Unreadable};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort, SharedWorker, WorkerOptions};

use super::ffi::{LastingWorkerOptions, LockingNavigator};

/// The file that starts the engine; it has no hash in its name since every page must find the same worker.
const SCRIPT: &str = "worker.js";
/// One engine per browser profile.
const NAME: &str = "cordboard-engine";

/// The way to the engine. Cheap to clone; every clone is the same port.
#[derive(Clone)]
pub(crate) struct Port {
    port: MessagePort,
}

/// Why the engine cannot be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EngineLoss {
    /// The browser has no SharedWorker or refuses it.
    NoWorker,
    /// An engine of another version still runs for another tab: close every tab of Cordboard, then open it again.
    OtherVersion,
    /// The engine said something that its own version does not know.
    Garbled,
}

impl Port {
    /// Sends one message.
    pub(crate) fn send(&self, message: &ToEngine) {
        let bytes = Uint8Array::from(protocol::encode(message).as_slice());
        // Posting plain bytes fails only on a closed port, and then the page is closing.
        let _ = self.port.post_message(&bytes);
    }
}

/// Connects to the engine, starting it if no other page has, and says hello.
///
/// # Errors
///
/// [`EngineLoss::NoWorker`] if the browser will not start a SharedWorker.
pub(crate) fn connect(on: impl Fn(Result<FromEngine, EngineLoss>) + 'static) -> Result<Port, EngineLoss> {
    let options = WorkerOptions::new();
    options.set_name(NAME);
    options.unchecked_ref::<LastingWorkerOptions>().set_extended_lifetime(true);
    let worker = SharedWorker::new_with_worker_options(SCRIPT, &options).map_err(|_| EngineLoss::NoWorker)?;
    let port = worker.port();

    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = event.data().dyn_into::<Uint8Array>().map(|data| data.to_vec()).unwrap_or_default();
        on(protocol::decode(&bytes).map_err(|problem| match problem {
            Unreadable::Version(_) => EngineLoss::OtherVersion,
            Unreadable::Garbled => EngineLoss::Garbled,
        }));
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The port lives as long as the page does.
    on_message.forget();

    let port = Port { port };
    say_hello(port.clone());
    say_goodbye(port.clone());
    Ok(port)
}

/// Takes a lock of this page's own and never lets go: the browser frees it when the page is gone, even by a crash, and
/// so tells the engine. Hello waits until the lock is held, or the engine could be granted it first and take this page
/// for gone.
fn say_hello(port: Port) {
    let lock = format!("cordboard-page-{}-{}", js_sys::Date::now(), js_sys::Math::random());
    let hello = ToEngine::Hello { lock: lock.clone() };
    let granted = Closure::once_into_js(move || {
        port.send(&hello);
        Promise::new(&mut |_, _| {})
    });
    if let Some(window) = web_sys::window() {
        let navigator: LockingNavigator = window.navigator().unchecked_into();
        let _ = navigator.locks().request(&lock, granted.unchecked_ref());
    }
}

/// Tells the engine when this page closes: sooner than the lock would.
fn say_goodbye(port: Port) {
    let Some(window) = web_sys::window() else { return };
    let on_hide = Closure::<dyn FnMut(JsValue)>::new(move |_| port.send(&ToEngine::Goodbye));
    let _ = window.add_event_listener_with_callback("pagehide", on_hide.as_ref().unchecked_ref());
    on_hide.forget();
}
