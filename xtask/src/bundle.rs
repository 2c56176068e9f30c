//! Bundles pages in which the two JavaScript stacks run: to be measured beside, and to be telephoned with.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::workspace::{command, finish, root, target};

/// The stacks, and what bundles them for a browser; none of them is part of the product.
const PACKAGES: [&str; 3] = ["jssip@3.13.8", "sip.js@0.21.2", "esbuild@0.28.2"];

/// A page whose scripts import the stacks.
pub(crate) struct Page {
    /// Where its `index.html` and its scripts lie.
    pub(crate) sources: &'static str,
    /// The script that imports the others; the bundle has its name.
    pub(crate) entry: &'static str,
}

/// The web telephones of the peer stories.
const TELEPHONES: Page = Page { sources: "tests/peers/web", entry: "telephones.js" };

/// Bundles the web telephones to where the stories look for them.
pub(crate) fn telephones() -> Result<(), Failure> {
    bundle(&TELEPHONES, &target().join("web-telephones"))
}

/// Bundles a page into a folder.
pub(crate) fn bundle(page: &Page, into: &Path) -> Result<(), Failure> {
    fs::create_dir_all(into).map_err(Failure::file(into))?;
    let mut npm = command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--silent"]);
    finish(npm.arg("--prefix").arg(into).args(PACKAGES))?;
    // The bundler looks for the stacks from where the scripts lie.
    let scripts = into.join("scripts");
    fs::create_dir_all(&scripts).map_err(Failure::file(&scripts))?;
    let sources = root().join(page.sources);
    for entry in fs::read_dir(&sources).map_err(Failure::file(&sources))? {
        let source = entry.map_err(Failure::file(&sources))?.path();
        let (Some(name), true) = (source.file_name(), source.is_file()) else { continue };
        let folder = if name == "index.html" { into } else { &scripts };
        fs::copy(&source, folder.join(name)).map_err(Failure::file(&source))?;
    }
    let mut esbuild = command("node");
    esbuild.arg(into.join("node_modules/esbuild/bin/esbuild")).arg(scripts.join(page.entry));
    esbuild.args(["--bundle", "--minify", "--log-level=warning"]);
    finish(esbuild.arg(format!("--outfile={}", into.join(page.entry).display())))
}
