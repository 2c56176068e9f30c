//! Measures the figures that the README publishes, side by side with the peers, in one run on one machine.

use std::path::PathBuf;

use crate::bundle::{Page, bundle};
use crate::failure::Failure;
use crate::workspace::{cargo, command, finish, target};
use crate::{dist, setup};

/// The peers' page.
const PAGE: Page = Page { sources: "tests/figures", entry: "peers.js" };

const WASM: &str = "wasm32-unknown-unknown";

/// The figures for which the console is opened.
const OF_THE_CONSOLE: [&str; 4] = ["opening", "conferring", "lasting", "ringing"];

/// Measures everything, or only what has one of these words in its name.
pub(crate) fn bench(words: &[String]) -> Result<(), Failure> {
    setup::everything()?;
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    if wanted("load") || OF_THE_CONSOLE.into_iter().any(wanted) {
        println!("\nP1, first load");
        dist::dist()?;
        finish(&mut cargo(&["build", "--quiet", "--release", "--package", "cordboard-relay"]))?;
    }
    build_page()?;
    let mut figures =
        cargo(&["run", "--quiet", "--release", "--package", "cordboard-tests", "--bin", "figures", "--"]);
    figures.arg(page()).args(words);
    finish(&mut figures)
}

/// The page with the three stacks in it.
fn page() -> PathBuf {
    target().join("figures")
}

fn build_page() -> Result<(), Failure> {
    let page = page();
    bundle(&PAGE, &page)?;
    // Built and shrunk as the console is.
    finish(&mut cargo(&[
        "build",
        "--quiet",
        "--package=cordboard-figures",
        "--target",
        WASM,
        "--profile=client",
    ]))?;
    let built = target().join(WASM).join("client/cordboard_figures.wasm");
    let mut bindgen = command("wasm-bindgen");
    bindgen.args(["--target", "no-modules", "--no-typescript", "--out-dir"]);
    finish(bindgen.arg(&page).arg(built))?;
    let wasm = page.join("cordboard_figures_bg.wasm");
    let mut wasm_opt = command("wasm-opt");
    wasm_opt.args(["-Os", "--one-caller-inline-max-function-size=0", "--strip-debug"]);
    finish(wasm_opt.arg(&wasm).arg("-o").arg(&wasm))
}
