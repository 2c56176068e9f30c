//! Starts the product as a newcomer sees it: the relay with its practice exchange.

use crate::failure::Failure;
use crate::workspace::{cargo, finish};
use crate::{dist, setup};

/// Where the practice console listens; only this computer can reach it.
const LISTEN: &str = "127.0.0.1:8080";

pub(crate) fn run() -> Result<(), Failure> {
    setup::build_tools()?;
    dist::dist()?;
    println!("building the relay");
    finish(&mut cargo(&["build", "--quiet", "--package", "cordboard-relay"]))?;
    println!("starting the relay; Ctrl+C ends it");
    finish(&mut cargo(&[
        "run",
        "--quiet",
        "--package",
        "cordboard-relay",
        "--",
        "--practice",
        "--listen",
        LISTEN,
    ]))
}
