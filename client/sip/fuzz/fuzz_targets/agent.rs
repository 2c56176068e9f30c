//! Any day of an agent: frames, acts, time and the connection in any order. Never a panic; what is sent can be read; no
//! session ends twice; and everything comes to an end by itself. The harness is that of the stories.
#![no_main]
#![allow(dead_code, reason = "the stories use more of their harness")]

#[path = "../../tests/agent/far_end.rs"]
mod far_end;
#[path = "../../tests/agent/turns.rs"]
mod turns;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut day = turns::Day::new();
    let mut rest = bytes;
    while let Some(turn) = turns::Turn::read(&mut rest) {
        day.play(turn);
    }
    day.end();
});
