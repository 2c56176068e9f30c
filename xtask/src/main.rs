//! The tasks behind the README's commands: `cargo xtask run`, `cargo xtask test`, `cargo xtask dist`.
//!
//! Nothing has to be installed first but Rust, Node and what the operating system brings; what else is needed is
//! built from source once, by `setup`.
#![allow(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod bench;
mod bundle;
mod dist;
mod failure;
mod fuzz;
mod run;
mod setup;
mod tally;
mod test;
mod workspace;

use std::process::ExitCode;

use failure::Failure;

const USAGE: &str = "\
cargo xtask <command>

  run                builds the console and starts the relay with its practice exchange on http://127.0.0.1:8080
  test [WORD]...     runs every check, or only those whose name holds one of the words (say: test browser)
  fuzz SECONDS       throws random input at the user agent, each of its fuzz targets for an equal share
  bench [WORD]...    measures what the README claims, beside JsSIP and SIP.js, or only what has one of the words in its
                     name: load, opening, conferring, ringing, parsing, agents
  dist               builds the console into dist/, compressed, and tells its size
  setup [peers]      installs what the build needs; with `peers`, also the telephone systems of the tests";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", &[] as &[String]),
    };
    let outcome = match command {
        "run" => run::run(),
        "test" => test::test(rest),
        "bench" => bench::bench(rest),
        "fuzz" => match rest.first().and_then(|seconds| seconds.parse().ok()) {
            Some(seconds) => fuzz::fuzz(seconds),
            None => Err(Failure::Usage(USAGE)),
        },
        "dist" => setup::build_tools().and_then(|()| dist::dist()),
        "setup" if rest.iter().any(|word| word == "peers") => setup::everything(),
        "setup" => setup::build_tools(),
        _ => Err(Failure::Usage(USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The line with the figures has said it, and has to be the last.
        Err(Failure::Checks) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
