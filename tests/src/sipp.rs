//! Far ends that follow a script: sipp.
//!
//! A telephone does what its authors thought of; a script does what a story needs, message by message. Lines have the
//! numbers from 901 to 999; they are not registered, and the PBX asks them for no password.

use std::fs;
use std::path::PathBuf;

use tokio::process::Command;

mod script;

pub use script::Script;

use crate::kamailio::Kamailio;
use crate::process::Process;
use crate::wait::SOON;
use crate::{Failed, Stage, Told};

/// One line that follows its script for one call.
#[derive(Debug)]
pub struct Sipp {
    process: Process,
    errors: PathBuf,
}

impl Sipp {
    /// Lets a line follow a script when it is called, and waits until it can be called.
    ///
    /// # Errors
    /// When sipp is not installed or does not come up.
    pub async fn answers(stage: &Stage, line: u16, script: &Script) -> Result<Self, Failed> {
        let name = format!("sipp-{line}");
        let mut process = Process::start(stage, &name, command(stage, &name, line, script)?)?;
        process.ready(async || listens(port_of(line))).await?;
        Ok(Self { process, errors: errors_of(stage, &name) })
    }

    /// Lets a line call a number and follow a script.
    ///
    /// # Errors
    /// When sipp is not installed.
    pub fn calls(stage: &Stage, line: u16, script: &Script, number: &str) -> Result<Self, Failed> {
        let name = format!("sipp-{line}");
        let mut command = command(stage, &name, line, script)?;
        command.args(["-s", number, Kamailio::SIP]);
        Ok(Self { process: Process::start(stage, &name, command)?, errors: errors_of(stage, &name) })
    }

    /// Waits until the script is through, with every message as it expects.
    ///
    /// # Errors
    /// With what went otherwise; the messages are beside the story's other evidence.
    pub async fn is_content(self) -> Told {
        self.process.ends_well(SOON).await.map_err(|failure| {
            // The screen that it prints tells how many calls failed, not why.
            let why = fs::read_to_string(&self.errors).unwrap_or_default();
            Failed::new(format!("{failure}\n{}", why.trim()))
        })
    }
}

fn errors_of(stage: &Stage, name: &str) -> PathBuf {
    stage.folder().join(format!("{name}.errors"))
}

fn port_of(line: u16) -> u16 {
    15_000 + line
}

fn command(stage: &Stage, name: &str, line: u16, script: &Script) -> Result<Command, Failed> {
    let file = |suffix: &str| stage.folder().join(format!("{name}.{suffix}"));
    let scenario = file("xml");
    fs::write(&scenario, script.scenario())
        .map_err(|problem| Failed::new(format!("{}: {problem}", scenario.display())))?;
    let mut command = Command::new("sipp");
    command.arg("-sf").arg(scenario);
    command.args(["-i", "127.0.0.1", "-p", &port_of(line).to_string()]);
    command.args(["-mp", &(33_000 + 20 * (line - 900)).to_string()]);
    command.args(["-key", "line", &line.to_string()]);
    // One call, and a verdict by the exit code; nobody waits for it so long.
    command.args(["-m", "1", "-nostdin", "-timeout", "60s", "-timeout_error"]);
    command.arg("-trace_msg").arg("-message_file").arg(file("messages"));
    command.arg("-trace_err").arg("-error_file").arg(errors_of(stage, name));
    Ok(command)
}

/// Whether something listens at a UDP port of this thread's network.
fn listens(port: u16) -> Told {
    let table = fs::read_to_string("/proc/thread-self/net/udp");
    let table = table.map_err(|problem| Failed::new(problem.to_string()))?;
    // The local address is in hexadecimal, as the machine keeps it.
    let ours = format!("0100007F:{port:04X}");
    match table.contains(&ours) {
        true => Ok(()),
        false => Err(Failed::new(format!("nothing listens at UDP port {port}"))),
    }
}
