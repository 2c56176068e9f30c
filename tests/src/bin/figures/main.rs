//! Runs the figures in a real browser and prints them; `cargo xtask bench` builds what it needs.
#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

mod opening;
mod parsing;
mod ringing;
mod spread;

use std::path::PathBuf;
use std::process::ExitCode;

use cordboard_tests::{Failed, story};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(peers) = arguments.next().map(PathBuf::from) else {
        eprintln!("say where the page with the peers is; cargo xtask bench does");
        return ExitCode::FAILURE;
    };
    match measure(peers) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Each figure on a stage of its own, so that none shares a port, a browser or a relay with another.
fn measure(peers: PathBuf) -> Result<(), Failed> {
    story(async |stage| opening::measure(stage).await)?;
    let folder = peers.clone();
    story(async move |stage| ringing::measure(stage, &folder).await)?;
    story(async move |stage| parsing::measure(stage, &peers).await)
}
