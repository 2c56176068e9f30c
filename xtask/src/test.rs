//! Runs every check of the workspace and counts; one failure does not hide the next.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::failure::Failure;
use crate::tally::Tally;
use crate::workspace::{cargo, finish, spoken};
use crate::{bundle, dist, fuzz, setup};

/// One thing to check, by the name that a person filters by.
struct Step {
    name: &'static str,
    kind: Kind,
}

/// How a step tells how it went.
enum Kind {
    /// Cargo does it, or it does not.
    Check(Vec<&'static str>),
    /// A test runner that prints `test result:` lines.
    Tests(Vec<&'static str>),
    /// Tests that use the built product, which has to be built before.
    Stories(&'static str),
    /// The console's build, for the stories.
    Dist,
    /// The relay's build, for the stories.
    Relay,
    /// The telephones in web pages, for the stories with peers.
    WebTelephones,
    /// Random input for so many seconds.
    Fuzz(u64),
}

const TESTS: &str = "--package=cordboard-tests";
const WASM: &str = "wasm32-unknown-unknown";

/// Every step, cheapest first.
fn steps() -> Vec<Step> {
    use Kind::{Check, Dist, Fuzz, Relay, Stories, Tests, WebTelephones};
    // The console's words, keys and tones are tested natively; these two have nothing without a browser.
    let not_native = ["--exclude=cordboard-engine", "--exclude=cordboard-figures"];
    let browser_crates = [
        "--package=cordboard-engine",
        "--package=cordboard-console",
        "--package=cordboard-figures",
        "--target",
        WASM,
    ];
    let deny = ["--", "--deny", "warnings"];
    let step = |name, kind| Step { name, kind };
    vec![
        step("format", Check(vec!["fmt", "--all", "--check"])),
        step("clippy", Check([&["clippy", "--all-targets"][..], &deny].concat())),
        step("clippy of the browser crates", Check([&["clippy"], &browser_crates[..], &deny].concat())),
        step(
            "message, sip and desk on wasm32",
            Check(vec![
                "check",
                "-p=cordboard-message",
                "-p=cordboard-sip",
                "-p=cordboard-desk",
                "--target",
                WASM,
            ]),
        ),
        step(
            "unit tests",
            Tests(
                [&["test", "--no-fail-fast", "--workspace", "--exclude=cordboard-tests"], &not_native[..]]
                    .concat(),
            ),
        ),
        step(
            "tidy and harness tests",
            Tests(
                [&["test", "--no-fail-fast", TESTS, "--lib"], &["--test=tidy", "--test=citations"][..]]
                    .concat(),
            ),
        ),
        step(
            "house, exchange and relay stories",
            Tests(vec!["test", "--no-fail-fast", TESTS, "--test=house", "--test=exchange", "--test=relay"]),
        ),
        // Long enough to notice what is plainly wrong; `cargo xtask fuzz` goes on for as long as it is told.
        step("fuzzing", Fuzz(24)),
        step("dist", Dist),
        step("relay", Relay),
        step("browser stories", Stories("browser")),
        step("web telephones", WebTelephones),
        step("peer stories", Stories("peers")),
    ]
}

/// The steps whose name holds one of the words, or all of them; stories bring with them what they need.
fn chosen(words: &[String]) -> Vec<Step> {
    let named = |step: &Step| words.is_empty() || words.iter().any(|word| step.name.contains(word.as_str()));
    let told = |which: fn(&Kind) -> bool| steps().iter().any(|step| which(&step.kind) && named(step));
    let stories = told(|kind| matches!(kind, Kind::Stories(_)));
    let peers = told(|kind| matches!(kind, Kind::Stories("peers")));
    let needed = |step: &Step| match step.kind {
        Kind::Dist | Kind::Relay => stories,
        Kind::WebTelephones => peers,
        Kind::Check(_) | Kind::Tests(_) | Kind::Fuzz(_) | Kind::Stories(_) => false,
    };
    steps().into_iter().filter(|step| named(step) || needed(step)).collect()
}

/// Runs the steps whose name holds one of the words, or all of them.
pub(crate) fn test(words: &[String]) -> Result<(), Failure> {
    setup::everything()?;
    let chosen = chosen(words);
    let began = Instant::now();
    let mut total = Tally::default();
    let mut failed_steps = Vec::new();
    for (index, Step { name, kind }) in chosen.iter().enumerate() {
        println!("\n[{}/{}] {name}", index + 1, chosen.len());
        let step_began = Instant::now();
        let tally = carry_out(kind);
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
    if total.failed == 0 { Ok(()) } else { Err(Failure::Checks) }
}

fn carry_out(kind: &Kind) -> Tally {
    match kind {
        Kind::Check(arguments) => passes(finish(&mut cargo(arguments))),
        Kind::Tests(arguments) => count(cargo(arguments)),
        Kind::Stories(target) => count(cargo(&["test", TESTS, "--test", target])),
        Kind::Dist => passes(dist::dist()),
        Kind::WebTelephones => passes(bundle::telephones()),
        Kind::Fuzz(seconds) => passes(fuzz::fuzz(*seconds)),
        Kind::Relay => passes(finish(&mut cargo(&["build", "--package", "cordboard-relay"]))),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> Vec<&'static str> {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        chosen(&words).iter().map(|step| step.name).collect()
    }

    #[test]
    fn no_word_means_everything() {
        assert_eq!(names(&[]).len(), steps().len());
    }

    #[test]
    fn stories_bring_the_builds_that_they_need() {
        assert_eq!(names(&["peer"]), ["dist", "relay", "web telephones", "peer stories"]);
        assert_eq!(names(&["browser stories"]), ["dist", "relay", "browser stories"]);
        assert_eq!(names(&["format"]), ["format"]);
    }

    #[test]
    fn a_word_that_names_nothing_chooses_nothing() {
        assert!(names(&["xyzzy"]).is_empty());
    }
}
