//! Where things are, and how a program is started from here.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;

/// The folder that holds the root `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the manifest folder of this crate, which is one below the root.
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .canonicalize()
        .unwrap_or_else(|_| PathBuf::from("."))
}

/// Where tools that are built for this workspace go; never committed.
pub(crate) fn tools() -> PathBuf {
    root().join("tools")
}

/// Where Cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where the built console goes.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// True where a missing prerequisite must fail the run instead of being worked around.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}

/// A command that runs in the root folder and finds the workspace's own tools before any others.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", search_path());
    command
}

/// The cargo that runs this task, with the given arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = command(&program);
    command.args(arguments);
    command
}

/// Runs a command to its end; its output goes where ours goes.
pub(crate) fn finish(command: &mut Command) -> Result<(), Failure> {
    let program = spoken(command);
    let status = command.status().map_err(|source| Failure::Start { program: program.clone(), source })?;
    if status.success() { Ok(()) } else { Err(Failure::Ended { program, status }) }
}

/// What a command prints, or `None` if it cannot be started or says no.
pub(crate) fn output_of(mut command: Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// A command as a person would type it.
pub(crate) fn spoken(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    command.get_args().fold(name, |line, argument| format!("{line} {}", argument.to_string_lossy()))
}

fn search_path() -> OsString {
    let own = [tools().join("bin"), tools().join("node_modules/.bin")];
    let inherited = env::var_os("PATH").unwrap_or_default();
    // A path with a colon in it cannot be joined; then the inherited one has to do.
    env::join_paths(own.into_iter().chain(env::split_paths(&inherited))).unwrap_or(inherited)
}
