//! Measures the figures that the README publishes, side by side with the peers, in one run on one machine.

use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::workspace::{cargo, command, finish, root, target};
use crate::{dist, setup};

/// The peers, and what bundles them for a browser; none of them is part of the product.
const PEERS: [&str; 3] = ["jssip@3.13.8", "sip.js@0.21.2", "esbuild@0.28.2"];

/// What the peers are asked to do; the first holds the others.
const SCRIPTS: [&str; 3] = ["peers.js", "parsing.js", "ringing.js"];

const WASM: &str = "wasm32-unknown-unknown";

pub(crate) fn bench() -> Result<(), Failure> {
    setup::everything()?;
    println!("\nP1, first load");
    dist::dist()?;
    build_page()?;
    finish(&mut cargo(&["build", "--quiet", "--release", "--package", "cordboard-relay"]))?;
    let mut figures =
        cargo(&["run", "--quiet", "--release", "--package", "cordboard-tests", "--bin", "figures", "--"]);
    figures.arg(page());
    finish(&mut figures)
}

/// The page with the three parsers, and a telephone by JsSIP, in it.
fn page() -> PathBuf {
    target().join("figures")
}

fn build_page() -> Result<(), Failure> {
    let page = page();
    fs::create_dir_all(&page).map_err(Failure::file(&page))?;
    let sources = root().join("tests/figures");

    let mut npm = command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "--prefix"]);
    finish(npm.arg(&page).args(PEERS))?;
    let html = page.join("index.html");
    fs::copy(sources.join("index.html"), &html).map_err(Failure::file(&html))?;
    // The bundler looks for the peers from where the scripts lie.
    let scripts = page.join("scripts");
    fs::create_dir_all(&scripts).map_err(Failure::file(&scripts))?;
    for script in SCRIPTS {
        let to = scripts.join(script);
        fs::copy(sources.join(script), &to).map_err(Failure::file(&to))?;
    }
    let mut esbuild = command("node");
    esbuild.arg(page.join("node_modules/esbuild/bin/esbuild")).arg(scripts.join("peers.js"));
    esbuild.args(["--bundle", "--minify", "--log-level=warning"]);
    finish(esbuild.arg(format!("--outfile={}", page.join("peers.js").display())))?;

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
    finish(wasm_opt.args(["-Oz", "--strip-debug"]).arg(&wasm).arg("-o").arg(&wasm))
}
