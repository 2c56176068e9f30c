//! Throws random input at the user agent, steered by what code it reaches; every target gets the same time.
//!
//! The fuzzer is LLVM's, built from the source that its crate carries. It needs the compiler to count branches, which
//! stable Rust does when asked by code generation flags, so neither nightly nor cargo-fuzz is involved.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::failure::Failure;
use crate::setup;
use crate::workspace::{cargo, command, finish, output_of, root, spoken, target};

/// What is fuzzed, as the binaries of `client/sip/fuzz` are called.
const TARGETS: [&str; 5] = ["message", "headers", "bodies", "watched", "agent"];

/// Count branches, and tell the fuzzer what is compared with what, so that it finds magic words.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// An input that takes longer than this, seconds, has found a loop without end.
const TOO_LONG: u32 = 10;

/// Fuzzes for so many seconds altogether.
pub(crate) fn fuzz(seconds: u64) -> Result<(), Failure> {
    setup::fuzzing()?;
    let binaries = build()?;
    let each = (seconds / TARGETS.len() as u64).max(1);
    for name in TARGETS {
        println!("fuzzing {name} for {each} s");
        run(name, &binaries.join(name), each)?;
    }
    Ok(())
}

/// Builds all targets and gives the folder that they are in.
fn build() -> Result<PathBuf, Failure> {
    let version = output_of({
        let mut rustc = command("rustc");
        rustc.arg("-vV");
        rustc
    });
    let version = version.unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let folder = target().join("fuzz");
    println!("building the fuzz targets (about a minute when nothing was built before)");
    // Naming a target, even our own, keeps the flags away from build scripts, which do not link the fuzzer.
    let mut build = cargo(&["build", "--quiet", "--release", "--target", host, "--manifest-path"]);
    build.arg(sources().join("Cargo.toml")).env("CARGO_TARGET_DIR", &folder);
    finish(build.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}")))?;
    Ok(folder.join(host).join("release"))
}

fn sources() -> PathBuf {
    root().join("client/sip/fuzz")
}

/// Where the inputs that a target begins with are kept; what it finds itself goes elsewhere.
fn seeds(name: &str) -> Vec<PathBuf> {
    let own = sources().join("corpus").join(name);
    let torture = root().join("client/message/tests/data/rfc4475");
    [own, torture].into_iter().take(if name == "message" { 2 } else { 1 }).collect()
}

fn run(name: &str, binary: &Path, seconds: u64) -> Result<(), Failure> {
    let found = target().join("fuzz-found").join(name);
    fs::create_dir_all(&found).map_err(Failure::file(&found))?;
    let mut fuzzer = command(&binary.to_string_lossy());
    fuzzer.arg(&found).args(seeds(name)).arg(format!("-max_total_time={seconds}"));
    fuzzer.args(["-print_final_stats=1", &format!("-timeout={TOO_LONG}")]);
    let crashes = target().join("fuzz-crashes").join(name);
    fs::create_dir_all(&crashes).map_err(Failure::file(&crashes))?;
    fuzzer.arg(format!("-artifact_prefix={}/", crashes.display()));
    let program = spoken(&fuzzer);
    let Output { status, stderr, .. } =
        fuzzer.output().map_err(|source| Failure::Start { program: program.clone(), source })?;
    let said = String::from_utf8_lossy(&stderr);
    if !status.success() {
        let lines: Vec<&str> = said.lines().collect();
        println!("{}", lines.get(lines.len().saturating_sub(60)..).unwrap_or_default().join("\n"));
        println!("the input is in {}; run it alone with\n  {} FILE", crashes.display(), binary.display());
        return Err(Failure::Ended { program, status });
    }
    let runs = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    println!("{name}: {} inputs, nothing found", runs.map_or("unknown", str::trim));
    Ok(())
}
