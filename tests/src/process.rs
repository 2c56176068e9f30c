//! Programs that a story starts; each ends with the value that stands for it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::wait::{SOON, eventually};
use crate::{Failed, Stage};

/// A running program whose output goes to a file in the story's folder.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program; `name` also names its log, which is continued when the program is started again.
    ///
    /// # Errors
    /// When the program is not there or the log cannot be written.
    pub fn start(stage: &Stage, name: &str, mut command: Command) -> Result<Self, Failed> {
        let (log, output) = log_of(stage, name)?;
        let errors = output.try_clone().map_err(|problem| cannot_start(name, &problem))?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        Self::spawn(name, log, command)
    }

    /// Starts a program that takes orders and tells what happens; only its errors go to the log.
    ///
    /// # Errors
    /// When the program is not there or the log cannot be written.
    pub fn start_talking(
        stage: &Stage,
        name: &str,
        mut command: Command,
    ) -> Result<(Self, ChildStdin, ChildStdout), Failed> {
        let (log, errors) = log_of(stage, name)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut process = Self::spawn(name, log, command)?;
        match (process.child.stdin.take(), process.child.stdout.take()) {
            (Some(orders), Some(told)) => Ok((process, orders, told)),
            _ => Err(Failed::new(format!("{name} does not talk"))),
        }
    }

    fn spawn(name: &str, log: PathBuf, mut command: Command) -> Result<Self, Failed> {
        let child = command.kill_on_drop(true).spawn().map_err(|problem| cannot_start(name, &problem))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// Waits until the program ends by itself, and fails with the end of its log unless it ends well.
    ///
    /// # Errors
    /// When it ends badly, or not within `time`.
    pub async fn ends_well(mut self, time: Duration) -> Result<(), Failed> {
        let what = format!("{} to end", self.name);
        let ended = eventually(&what, time, async || match self.child.try_wait() {
            Ok(Some(status)) => Ok(status),
            Ok(None) => Err("it still runs".to_owned()),
            Err(problem) => Err(problem.to_string()),
        })
        .await;
        let problem = match ended {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => format!("it ended with {status}"),
            Err(failure) => failure.to_string(),
        };
        Err(Failed::new(format!("{}: {problem}\n{}", self.name, last_lines(&self.log))))
    }

    /// Waits until `ready` holds, and fails at once when the program ends before.
    ///
    /// # Errors
    /// With the end of the log, when the program ended or was not ready in time.
    pub async fn ready<T>(&mut self, mut ready: impl AsyncFnMut() -> Result<T, Failed>) -> Result<T, Failed> {
        let child = &mut self.child;
        let waited =
            eventually(&format!("{} to be ready", self.name), SOON, async || match child.try_wait() {
                Ok(Some(status)) => Ok(Err(Failed::new(format!("it ended ({status})")))),
                _ => ready().await.map(Ok),
            })
            .await;
        match waited {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(failure)) | Err(failure) => {
                Err(Failed::new(format!("{}: {failure}\n{}", self.name, last_lines(&self.log))))
            }
        }
    }

    /// True once the program has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Asks the program to end and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop(mut self) -> Result<(), Failed> {
        let process = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(process) = process {
            kill_process(process, Signal::TERM)
                .map_err(|problem| Failed::new(format!("{} could not be ended: {problem}", self.name)))?;
        }
        let name = self.name.clone();
        eventually(&format!("{name} to end"), SOON, async || match self.child.try_wait() {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err("it still runs".to_owned()),
            Err(problem) => Err(problem.to_string()),
        })
        .await
    }
}

fn log_of(stage: &Stage, name: &str) -> Result<(PathBuf, File), Failed> {
    let log = stage.folder().join(format!("{name}.log"));
    let file = File::options().create(true).append(true).open(&log);
    Ok((log, file.map_err(|problem| cannot_start(name, &problem))?))
}

fn cannot_start(name: &str, problem: &std::io::Error) -> Failed {
    Failed::new(format!("{name} could not be started: {problem}"))
}

fn last_lines(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default();
    format!("the end of {}:\n  {}", log.display(), shown.join("\n  "))
}
