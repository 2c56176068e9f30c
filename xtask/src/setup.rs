//! Installs what the workspace needs, each thing only when it is missing, nothing as a ready-made download.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use crate::failure::Failure;
use crate::workspace::{cargo, command, finish, in_ci, output_of, target, tools};

/// The same version as the crate in `Cargo.lock`; the two must match exactly.
const WASM_BINDGEN: &str = "0.2.130";
/// The newest that this Rust version can build.
const TRUNK: &str = "0.21.14";
/// Debian's is too old for what rustc emits.
const BINARYEN: &str = "132";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The telephone systems and the browser of the tests.
const PACKAGES: [&str; 12] = [
    "chromium",
    "kamailio",
    "kamailio-outbound-modules",
    "kamailio-presence-modules",
    "kamailio-websocket-modules",
    "rtpengine-daemon",
    "baresip-core",
    "sip-tester",
    "python3-venv",
    "tcpdump",
    "tshark",
    "iproute2",
];

/// PJSUA2 for Python; part of the tests alone.
const PJSUA2: &str = "pjsua2-python==2.15.1.post1";

/// One thing that is needed.
struct Tool {
    name: &'static str,
    /// How long installing it takes, as a person would say it.
    takes: &'static str,
    present: fn() -> bool,
    install: fn() -> Result<(), Failure>,
}

const BUILD_TOOLS: [Tool; 4] = [
    Tool {
        name: "the wasm32 target of Rust",
        takes: "half a minute",
        present: has_target,
        install: add_target,
    },
    Tool { name: "trunk 0.21.14", takes: "about 9 minutes", present: has_trunk, install: build_trunk },
    Tool {
        name: "wasm-bindgen 0.2.130",
        takes: "about 3 minutes",
        present: has_bindgen,
        install: build_bindgen,
    },
    Tool { name: "wasm-opt 132", takes: "a few seconds", present: has_wasm_opt, install: add_wasm_opt },
];

const PEERS: Tool = Tool {
    name: "the tests' browser and telephones",
    takes: "about a minute",
    present: has_packages,
    install: add_packages,
};

/// A virtual environment of its own keeps it out of the system's Python. It takes the packages to be there.
const TELEPHONES: Tool =
    Tool { name: "PJSUA2", takes: "a few seconds", present: has_pjsua2, install: add_pjsua2 };

const COMPILER: Tool = Tool {
    name: "a C++ compiler, for the fuzzer",
    takes: "about a minute",
    present: has_compiler,
    install: add_compiler,
};

/// What building and running the console takes.
pub(crate) fn build_tools() -> Result<(), Failure> {
    install(&BUILD_TOOLS.iter().collect::<Vec<_>>())
}

/// Build tools, and the peers that the tests talk to.
pub(crate) fn everything() -> Result<(), Failure> {
    install(&BUILD_TOOLS.iter().chain([&PEERS, &TELEPHONES]).collect::<Vec<_>>())
}

/// What building the fuzz targets takes.
pub(crate) fn fuzzing() -> Result<(), Failure> {
    install(&[&COMPILER])
}

fn install(needed: &[&Tool]) -> Result<(), Failure> {
    let count = needed.len();
    for (index, tool) in needed.iter().enumerate() {
        if (tool.present)() {
            continue;
        }
        println!("[{}/{count}] installing {} ({}, once)", index + 1, tool.name, tool.takes);
        let began = Instant::now();
        (tool.install)()?;
        println!("[{}/{count}] {} is there after {} s", index + 1, tool.name, began.elapsed().as_secs());
    }
    Ok(())
}

fn has_target() -> bool {
    let mut rustc = command("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    output_of(rustc).is_some_and(|folder| std::path::Path::new(folder.trim()).is_dir())
}

fn add_target() -> Result<(), Failure> {
    let mut rustup = command("rustup");
    rustup.args(["target", "add", WASM_TARGET]);
    finish(&mut rustup).map_err(|failure| {
        println!("{failure}");
        Failure::Tool {
            name: "the wasm32 target",
            instead: "where rustup cannot reach its server, use a Rust that brings the target with it \
                      (Debian: rustc-web, cargo-web, rust-web-src and lld), first on PATH",
        }
    })
}

/// True if the program reports this version.
fn reports(program: &str, version: &str) -> bool {
    let mut asked = command(program);
    asked.arg("--version").stderr(Stdio::null());
    output_of(asked).is_some_and(|said| said.split_whitespace().any(|word| word == version))
}

fn has_trunk() -> bool {
    reports("trunk", TRUNK)
}

fn build_trunk() -> Result<(), Failure> {
    build_from_source("trunk", TRUNK)
}

fn has_bindgen() -> bool {
    reports("wasm-bindgen", WASM_BINDGEN)
}

fn build_bindgen() -> Result<(), Failure> {
    build_from_source("wasm-bindgen-cli", WASM_BINDGEN)
}

/// As its authors locked it; where a registry lags behind that lock, with the newest dependencies that it has.
fn build_from_source(package: &str, version: &str) -> Result<(), Failure> {
    let folder = tools();
    let install = |locked: &[&str]| {
        let mut install = cargo(&["install", "--version", version, "--root"]);
        install.arg(&folder).args(locked).arg(package).env("CARGO_TARGET_DIR", folder.join("build"));
        finish(&mut install)
    };
    install(&["--locked"]).or_else(|failure| {
        println!("{failure}\ntrying {package} {version} with other versions of what it needs");
        install(&[])
    })
}

fn has_wasm_opt() -> bool {
    reports("wasm-opt", BINARYEN)
}

fn add_wasm_opt() -> Result<(), Failure> {
    let mut npm = command("npm");
    npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(tools());
    npm.arg(format!("binaryen@{BINARYEN}"));
    finish(&mut npm)
}

fn has_packages() -> bool {
    missing_packages().is_empty()
}

/// The packages that Debian's package manager does not have as installed.
fn missing_packages() -> Vec<&'static str> {
    let installed = |package: &&str| {
        let mut dpkg = command("dpkg-query");
        dpkg.args(["--show", "--showformat=${db:Status-Status}", package]).stderr(Stdio::null());
        output_of(dpkg).is_some_and(|status| status == "installed")
    };
    PACKAGES.into_iter().filter(|package| !installed(package)).collect()
}

fn has_compiler() -> bool {
    let mut compiler = command("c++");
    compiler.arg("--version").stderr(Stdio::null());
    output_of(compiler).is_some()
}

fn add_compiler() -> Result<(), Failure> {
    if is_root() {
        install_packages(&["g++"])
    } else {
        Err(Failure::Packages { command: spoken_sudo(&["g++"]) })
    }
}

fn spoken_sudo(packages: &[&str]) -> String {
    format!("sudo apt-get install --yes --no-install-recommends {}", packages.join(" "))
}

fn add_packages() -> Result<(), Failure> {
    let missing = missing_packages();
    if !is_root() {
        if in_ci() {
            return Err(Failure::Packages { command: spoken_sudo(&missing) });
        }
        println!(
            "the stories with a browser and telephones will fail until you run\n  {}",
            spoken_sudo(&missing)
        );
        return Ok(());
    }
    install_packages(&missing)
}

fn install_packages(packages: &[&str]) -> Result<(), Failure> {
    // A fresh machine knows of no packages yet.
    finish(command("apt-get").args(["--quiet", "update"]))?;
    let mut apt = command("apt-get");
    apt.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    finish(apt.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Where the stories look for a Python that has it.
fn python() -> PathBuf {
    target().join("python")
}

fn has_pjsua2() -> bool {
    let mut imports = command(&python().join("bin/python").to_string_lossy());
    imports.args(["-c", "import pjsua2"]).stderr(Stdio::null());
    output_of(imports).is_some()
}

fn add_pjsua2() -> Result<(), Failure> {
    // Debian's, which the package above completes; another one on PATH may have no venv.
    let mut venv = command("/usr/bin/python3");
    venv.args(["-m", "venv"]).arg(python());
    let mut pip = command(&python().join("bin/pip").to_string_lossy());
    pip.args(["install", "--quiet", "--disable-pip-version-check", PJSUA2]);
    finish(&mut venv).and_then(|()| finish(&mut pip)).or_else(|failure| {
        println!("{failure}");
        if in_ci() {
            return Err(Failure::Tool { name: "PJSUA2", instead: "it needs Python 3.9 or newer and PyPI" });
        }
        println!("the stories with telephones that transfer will fail without PJSUA2");
        Ok(())
    })
}

fn is_root() -> bool {
    let mut id = command("id");
    id.arg("-u");
    output_of(id).is_some_and(|user| user.trim() == "0")
}
