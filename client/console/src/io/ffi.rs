//! Hand-written bindings for what stable `web-sys` lacks in a page: Web Locks, the worker's long life, a DTMF
//! sender that may refuse.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `Navigator`, seen only for its locks.
    pub(crate) type LockingNavigator;

    /// The lock manager of this origin.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn locks(this: &LockingNavigator) -> LockManager;

    /// `LockManager` of the Web Locks API.
    pub(crate) type LockManager;

    /// Calls `granted` once the lock is ours; it is held until the promise that `granted` returns settles.
    #[wasm_bindgen(method)]
    pub(crate) fn request(this: &LockManager, name: &str, granted: &Function) -> Promise;

    /// `RTCDTMFSender`, whose refusal is caught here: it throws while the call is not connected.
    pub(crate) type DigitSender;

    /// Sounds `tones` in place of those still waiting; times in milliseconds.
    #[wasm_bindgen(method, catch, js_name = insertDTMF)]
    pub(crate) fn insert(this: &DigitSender, tones: &str, duration: u32, gap: u32) -> Result<(), JsValue>;

    /// `SharedWorkerOptions` with the member that keeps a worker alive while a page reloads.
    #[derive(Clone)]
    pub(crate) type LastingWorkerOptions;

    /// Asks for a worker that outlives its last page by some seconds.
    #[wasm_bindgen(method, setter, js_name = extendedLifetime)]
    pub(crate) fn set_extended_lifetime(this: &LastingWorkerOptions, extended: bool);
}
