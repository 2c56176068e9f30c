//! The engine: a SharedWorker that owns the desk, the socket to the PBX, the timer and the store.
//!
//! It outlives every page. Pages come and go over message ports; all of them see the same calls.
//! This crate is glue: every rule about calls stands in `cordboard-desk`.

mod ffi;
mod io;
mod pump;

fn main() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(pump::run());
}
