//! Hand-written bindings for what stable `web-sys` lacks in a worker: Web Locks.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `WorkerNavigator`, seen only for its locks.
    pub(crate) type LockingNavigator;

    /// The lock manager of this origin.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn locks(this: &LockingNavigator) -> LockManager;

    /// `LockManager` of the Web Locks API.
    pub(crate) type LockManager;

    /// Calls `granted` once the lock is ours; it is let go when the promise that `granted` returns settles.
    #[wasm_bindgen(method)]
    pub(crate) fn request(this: &LockManager, name: &str, granted: &Function) -> Promise;
}
