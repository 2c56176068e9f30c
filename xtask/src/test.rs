//! Runs every check of the workspace and counts; one failure does not hide the next.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::failure::Failure;
use crate::tally::Tally;
use crate::workspace::{cargo, finish, spoken};
use crate::{dist, setup};

/// How a step tells how it went.
enum Step {
    /// It passes or it does not.
    Check(Vec<&'static str>),
    /// A test runner that prints `test result:` lines.
    Tests(Vec<&'static str>),
    /// The console's build, which the stories below it need.
    Dist,
}

const WASM: &str = "wasm32-unknown-unknown";

/// Every step with the name that a person filters by, cheapest first.
fn steps() -> Vec<(&'static str, Step)> {
    let stories = |target| Step::Tests(vec!["test", "--package", "cordboard-tests", "--test", target]);
    vec![
        ("format", Step::Check(vec!["fmt", "--all", "--check"])),
        ("clippy", Step::Check(vec!["clippy", "--all-targets", "--", "--deny", "warnings"])),
        (
            "clippy of the browser crates",
            Step::Check(vec![
                "clippy",
                "--package=cordboard-engine",
                "--package=cordboard-console",
                "--target",
                WASM,
                "--",
                "--deny",
                "warnings",
            ]),
        ),
        (
            "unit tests",
            Step::Tests(vec![
                "test",
                "--no-fail-fast",
                "--exclude=cordboard-tests",
                "--exclude=cordboard-engine",
                "--exclude=cordboard-console",
                "--workspace",
            ]),
        ),
        (
            "sip and desk on wasm32",
            Step::Check(vec!["check", "-p=cordboard-sip", "-p=cordboard-desk", "--target", WASM]),
        ),
        ("dist for the stories", Step::Dist),
        ("relay for the stories", Step::Check(vec!["build", "--package", "cordboard-relay"])),
        ("browser stories", stories("browser")),
        ("peer stories", stories("peers")),
    ]
}

/// Runs the steps whose name holds one of the words, or all of them.
pub(crate) fn test(words: &[String]) -> Result<(), Failure> {
    setup::everything()?;
    let chosen: Vec<_> = steps()
        .into_iter()
        .filter(|(name, _)| words.is_empty() || words.iter().any(|word| name.contains(word.as_str())))
        .collect();
    let began = Instant::now();
    let mut total = Tally::default();
    let mut failed_steps = Vec::new();
    for (index, (name, step)) in chosen.iter().enumerate() {
        println!("\n[{}/{}] {name}", index + 1, chosen.len());
        let step_began = Instant::now();
        let tally = carry_out(step);
        println!(
            "{name}: {} passed, {} failed, {} s",
            tally.passed,
            tally.failed,
            step_began.elapsed().as_secs()
        );
        if tally.failed > 0 {
            failed_steps.push(*name);
        }
        total.add(tally);
    }
    // Words that match no step have shown nothing.
    total.settle(true);
    println!("\nafter {} s", began.elapsed().as_secs());
    if !failed_steps.is_empty() {
        println!("failed in: {}", failed_steps.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 { Ok(()) } else { Err(Failure::Checks { failed: total.failed }) }
}

fn carry_out(step: &Step) -> Tally {
    match step {
        Step::Check(arguments) => passes(finish(cargo(arguments))),
        Step::Dist => passes(dist::dist()),
        Step::Tests(arguments) => count(cargo(arguments)),
    }
}

fn passes(outcome: Result<(), Failure>) -> Tally {
    if let Err(failure) = &outcome {
        println!("{failure}");
    }
    Tally::one(outcome.is_ok())
}

/// Runs a test runner, passing its output on line by line and counting its results.
fn count(mut runner: Command) -> Tally {
    let mut tally = Tally::default();
    let mut child = match runner.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(problem) => {
            println!("{} could not be started: {problem}", spoken(&runner));
            return Tally::one(false);
        }
    };
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            println!("{line}");
            tally.read(&line);
        }
    }
    tally.settle(child.wait().is_ok_and(|status| status.success()));
    tally
}
