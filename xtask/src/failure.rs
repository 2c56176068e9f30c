//! What can go wrong in a task, each with what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// A task that could not be finished.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line was not understood; holds the usage.
    Usage(&'static str),
    /// A program could not be started at all.
    Start { program: String, source: io::Error },
    /// A program ran and said no.
    Ended { program: String, status: ExitStatus },
    /// A file could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// Packages of the operating system are missing and this user may not install them.
    Packages { command: String },
    /// A tool could not be installed; `instead` is the other way to get it.
    Tool { name: &'static str, instead: &'static str },
    /// Checks failed; they have been listed and counted already.
    Checks,
}

impl Failure {
    /// Wraps an I/O error with the file that it is about.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(usage) => write!(f, "{usage}"),
            Self::Start { program, source } => write!(f, "{program} could not be started: {source}"),
            Self::Ended { program, status } => {
                write!(f, "{program} failed ({status}); its own message is above")
            }
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Packages { command } => {
                write!(f, "the tests need packages that are not installed; run\n  {command}")
            }
            Self::Tool { name, instead } => write!(f, "{name} could not be installed; {instead}"),
            Self::Checks => write!(f, "not everything passed"),
        }
    }
}
