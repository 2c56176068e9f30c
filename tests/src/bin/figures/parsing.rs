//! P4: how many messages are parsed in a second, beside the peers.

use cordboard_tests::{Failed, Told};

use crate::stacks::{RUN, Stacks};

/// An INVITE as an exchange sends it to a browser.
const INVITE: &str = include_str!("../../../../client/message/tests/data/invite.sip");

/// Measures all three and prints them; all headers that a call needs are typed.
pub(crate) async fn measure(stacks: &Stacks) -> Told {
    let frame = INVITE.replace('\n', "\r\n");
    let text = serde_json::to_string(&frame).map_err(|problem| Failed::new(problem.to_string()))?;
    let scripts = [
        format!("wasm_bindgen.cordboard_rate(new TextEncoder().encode({text}), {RUN})"),
        format!("peerRates['JsSIP']({text}, {RUN})"),
        format!("peerRates['SIP.js']({text}, {RUN})"),
    ];
    let [ours, jssip, sip_js] = stacks.rates(&scripts).await?;
    println!("\nP4, messages parsed a second in the browser, all headers that a call needs typed");
    println!("{ours:>10.0}  Cordboard");
    println!("{jssip:>10.0}  JsSIP 3.13.8, {:.0} times slower (bar 50)", ours / jssip);
    println!("{sip_js:>10.0}  SIP.js 0.21.2, {:.0} times slower (bar 200)", ours / sip_js);
    Ok(())
}
