//! Runs the figures in a real browser and prints them; `cargo xtask bench` builds what it needs.
#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

mod agents;
mod conferring;
mod crowd;
mod lasting;
mod opening;
mod parsing;
mod ringing;
mod spread;
mod stacks;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cordboard_tests::{Failed, story};
use stacks::Stacks;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(peers) = arguments.next().map(PathBuf::from) else {
        eprintln!("say where the page with the peers is; cargo xtask bench does");
        return ExitCode::FAILURE;
    };
    let words: Vec<String> = arguments.filter_map(|word| word.into_string().ok()).collect();
    match measure(&peers, &words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Each on a stage of its own, so that none shares a port, a browser or a relay with another. All, or what has one of
/// the words in its name.
fn measure(peers: &Path, words: &[String]) -> Result<(), Failed> {
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    if wanted("opening") {
        story(async |stage| opening::measure(stage).await)?;
    }
    if wanted("conferring") {
        story(async |stage| conferring::measure(stage).await)?;
    }
    if wanted("lasting") {
        story(async |stage| lasting::measure(stage).await)?;
    }
    let folder = peers.to_owned();
    if wanted("ringing") {
        story(async move |stage| ringing::measure(stage, &folder).await)?;
    }
    let (parsing, agents, folder) = (wanted("parsing"), wanted("agents"), peers.to_owned());
    if !parsing && !agents {
        return Ok(());
    }
    story(async move |stage| {
        let stacks = Stacks::open(stage, &folder).await?;
        if parsing {
            parsing::measure(&stacks).await?;
        }
        if agents {
            agents::measure(&stacks).await?;
        }
        Ok(())
    })
}
