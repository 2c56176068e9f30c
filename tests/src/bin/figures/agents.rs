//! How much a whole user agent does in a second, with its transactions, dialogs and timers: natively, in the browser, and
//! beside JsSIP. All is in memory; no socket and no sound take part.

use std::time::Instant;

use cordboard_figures::agents::{Pair, Registrant};
use cordboard_tests::Told;

use crate::spread::Spread;
use crate::stacks::{ROUNDS, RUN, Stacks};

/// Measures and prints it.
pub(crate) async fn measure(stacks: &Stacks) -> Told {
    let mut pair = Pair::new();
    let native_calls = natively(|| pair.call());
    let mut registrant = Registrant::new();
    let native_registrations = natively(|| registrant.register_or_leave());
    let scripts = [
        format!("wasm_bindgen.cordboard_call_rate({RUN})"),
        format!("wasm_bindgen.cordboard_register_rate({RUN})"),
        format!("jssipRegisterRate({RUN})"),
    ];
    let [calls, registrations, jssip] = stacks.rates(&scripts).await?;
    println!("\nWhole user agents in memory, a second");
    let row = |rate: f64, what: &str| println!("{rate:>10.0}  {what}");
    row(native_calls, "calls between two agents of Cordboard, INVITE to BYE, both ends, native");
    row(calls, "the same in the browser");
    row(native_registrations, "REGISTERs of Cordboard, which registers and leaves in turn, native");
    row(registrations, "the same in the browser");
    row(jssip, &format!("the same by JsSIP 3.13.8, {:.0} times slower", registrations / jssip));
    Ok(())
}

fn natively(mut work: impl FnMut() -> bool) -> f64 {
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64() * 1000.0;
    let rates = (0..ROUNDS).map(|_| cordboard_figures::rate(f64::from(RUN), 20, clock, &mut work));
    Spread::of(rates.collect()).median()
}
