//! Runs the figures in a real browser and prints them; `cargo xtask bench` builds what it needs.
#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cordboard_tests::browser::Browser;
use cordboard_tests::page::Page;
use cordboard_tests::{Failed, SOON, Stage, Told, eventually, story};

/// An INVITE as an exchange sends it to a browser.
const INVITE: &str = include_str!("../../../client/sip/tests/data/invite.sip");

/// How long each parser runs, milliseconds, and how often in turn; the middle of its rates counts.
const RUN: u32 = 1_500;
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("say where the page with the parsers is; cargo xtask bench does");
        return ExitCode::FAILURE;
    };
    match story(async move |stage| parsing(stage, folder).await) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// P4: messages parsed a second, all headers that a call needs typed, beside the peers.
async fn parsing(stage: &Stage, folder: PathBuf) -> Told {
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
    let [ours, jssip, sip_js] = rates.map(middle);
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

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
