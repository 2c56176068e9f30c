//! P4: how many messages are parsed in a second, beside the peers.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cordboard_tests::browser::Browser;
use cordboard_tests::page::Page;
use cordboard_tests::{Failed, SOON, Stage, Told, eventually};

use crate::spread::Spread;

/// An INVITE as an exchange sends it to a browser.
const INVITE: &str = include_str!("../../../../client/message/tests/data/invite.sip");

/// How long each parser runs, milliseconds, and how often in turn; the middle of its rates counts.
const RUN: u32 = 1_500;
const ROUNDS: usize = 3;

/// Measures all three and prints them; all headers that a call needs are typed.
pub(crate) async fn measure(stage: &Stage, folder: &Path) -> Told {
    let browser = Browser::start(stage, "figures").await?;
    let page = browser.open(stage, &format!("file://{}", folder.join("index.html").display())).await?;
    let wasm = folder.join("cordboard_figures_bg.wasm");
    let wasm =
        std::fs::read(&wasm).map_err(|problem| Failed::new(format!("{}: {problem}", wasm.display())))?;
    // A page from a file may not fetch another file; it is handed over as text.
    let start = format!(
        "wasm_bindgen.initSync({{ module: Uint8Array.from(atob('{}'), letter => letter.charCodeAt(0)) }}); true",
        STANDARD.encode(wasm)
    );
    eventually("the parsers to be loaded", SOON, async || page.evaluate(&start).await).await?;
    let frame = INVITE.replace('\n', "\r\n");
    let text = serde_json::to_string(&frame).map_err(|problem| Failed::new(problem.to_string()))?;
    let scripts = [
        format!("wasm_bindgen.cordboard_rate(new TextEncoder().encode({text}), {RUN})"),
        format!("peerRates['JsSIP']({text}, {RUN})"),
        format!("peerRates['SIP.js']({text}, {RUN})"),
    ];
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (script, rates) in scripts.iter().zip(&mut rates) {
            rates.push(rate(&page, script).await?);
        }
    }
    let [ours, jssip, sip_js] = rates.map(|rates| Spread::of(rates).median());
    println!("\nP4, messages parsed a second in the browser, all headers that a call needs typed");
    println!("{ours:>10.0}  Cordboard");
    println!("{jssip:>10.0}  JsSIP 3.13.8, {:.0} times slower (bar 50)", ours / jssip);
    println!("{sip_js:>10.0}  SIP.js 0.21.2, {:.0} times slower (bar 200)", ours / sip_js);
    Ok(())
}

async fn rate(page: &Page, script: &str) -> Result<f64, Failed> {
    let rate = page.evaluate(script).await?.as_f64().unwrap_or_default();
    if rate > 0.0 { Ok(rate) } else { Err(Failed::new("one of the parsers refuses the message")) }
}
