//! What `cargo xtask bench` lets the user agent do again and again: natively, and in the browser, built as the console is.

use wasm_bindgen::prelude::wasm_bindgen;

pub mod agents;
pub mod parsing;

/// Does `work` again and again for so many milliseconds of `clock` and gives how often it was done a second; 0 when it
/// fails. `batch` times are done between two looks at the clock, which cost more than a message.
pub fn rate(milliseconds: f64, batch: u32, clock: impl Fn() -> f64, mut work: impl FnMut() -> bool) -> f64 {
    let began = clock();
    let mut done = 0_u32;
    loop {
        for _ in 0..batch {
            if !work() {
                return 0.0;
            }
        }
        done += batch;
        let passed = clock() - began;
        if passed >= milliseconds {
            return f64::from(done) * 1000.0 / passed;
        }
    }
}

/// Messages parsed a second in the browser; 0 when `frame` is refused.
#[wasm_bindgen]
pub fn cordboard_rate(frame: &[u8], milliseconds: f64) -> f64 {
    rate(milliseconds, 200, js_sys::Date::now, || parsing::parses(frame))
}

/// Calls a second between two agents in the browser, from INVITE to BYE; 0 when one fails.
#[wasm_bindgen]
pub fn cordboard_call_rate(milliseconds: f64) -> f64 {
    let mut pair = agents::Pair::new();
    rate(milliseconds, 20, js_sys::Date::now, || pair.call())
}

/// How often a second an agent in the browser registers or leaves; 0 when one fails.
#[wasm_bindgen]
pub fn cordboard_register_rate(milliseconds: f64) -> f64 {
    let mut registrant = agents::Registrant::new();
    rate(milliseconds, 20, js_sys::Date::now, || registrant.register_or_leave())
}
