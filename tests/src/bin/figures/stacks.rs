//! The three stacks in one page of a real browser, which are asked for rates in turn.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cordboard_tests::browser::Browser;
use cordboard_tests::page::Page;
use cordboard_tests::{Failed, SOON, Stage, eventually};

use crate::spread::Spread;

/// How long each runs, milliseconds, and how often in turn; the middle of its rates counts.
pub(crate) const RUN: u32 = 1_500;
pub(crate) const ROUNDS: usize = 3;

/// The page, with all of them loaded.
pub(crate) struct Stacks {
    page: Page,
    /// The page lives as long as its browser.
    _browser: Browser,
}

impl Stacks {
    /// Opens the page that `cargo xtask bench` has built in `folder`.
    pub(crate) async fn open(stage: &Stage, folder: &Path) -> Result<Self, Failed> {
        let browser = Browser::start(stage, "figures").await?;
        let page = browser.open(stage, &format!("file://{}", folder.join("index.html").display())).await?;
        let wasm = folder.join("cordboard_figures_bg.wasm");
        let wasm =
            fs::read(&wasm).map_err(|problem| Failed::new(format!("{}: {problem}", wasm.display())))?;
        // A page from a file may not fetch another file; it is handed over as text.
        let start = format!(
            "wasm_bindgen.initSync({{ module: Uint8Array.from(atob('{}'), letter => letter.charCodeAt(0)) }}); true",
            STANDARD.encode(wasm)
        );
        eventually("the stacks to be loaded", SOON, async || page.evaluate(&start).await).await?;
        Ok(Self { page, _browser: browser })
    }

    /// The rates that these scripts tell, run one after the other in each round.
    pub(crate) async fn rates<const COUNT: usize>(
        &self,
        scripts: &[String; COUNT],
    ) -> Result<[f64; COUNT], Failed> {
        let mut rates = [const { Vec::new() }; COUNT];
        for _ in 0..ROUNDS {
            for (script, rates) in scripts.iter().zip(&mut rates) {
                rates.push(self.rate(script).await?);
            }
        }
        Ok(rates.map(|rates| Spread::of(rates).median()))
    }

    async fn rate(&self, script: &str) -> Result<f64, Failed> {
        let rate = self.page.evaluate(script).await?.as_f64().unwrap_or_default();
        if rate > 0.0 { Ok(rate) } else { Err(Failed::new(format!("a stack fails at {script}"))) }
    }
}
