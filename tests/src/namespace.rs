//! A network namespace with nothing but a loopback in it.
//!
//! Without one, a browser offers the computer's own addresses for media, and stories that run side by side fight
//! over ports. Only the story's own thread moves into it; the processes that it starts are born there.

use std::env;
use std::fs::{self, File};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::Failed;

/// From where the system takes the ports that nobody asks for by number, in the namespace of whoever writes it.
const FREE_PORTS: &str = "/proc/sys/net/ipv4/ip_local_port_range";

/// The namespace of one story; removed with every process in it when dropped.
#[derive(Debug)]
pub(crate) struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes a namespace and moves the calling thread into it.
    ///
    /// `None` where this user may not make one: then the story runs on the computer's own network, which is good
    /// enough to try things out but not for a verdict, so it is an error in CI.
    pub(crate) fn enter() -> Result<Option<Self>, Failed> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cordboard-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        if let Err(reason) = ip(&["netns", "add", &name]) {
            if env::var_os("CI").is_some_and(|value| value == "true") {
                return Err(Failed::new(format!("a network namespace is needed: {reason}")));
            }
            eprintln!("no network namespace ({reason}); running on this computer's own network");
            return Ok(None);
        }
        let namespace = Self { name };
        ip(&["-netns", &namespace.name, "link", "set", "lo", "up"])?;
        let path = format!("/run/netns/{}", namespace.name);
        let handle = File::open(&path).map_err(|problem| Failed::new(format!("{path}: {problem}")))?;
        move_into_link_name_space(handle.as_fd(), Some(LinkNameSpaceType::Network))
            .map_err(|problem| Failed::new(format!("entering {path}: {problem}")))?;
        // Else a browser's port may be one that a telephone is told to use, all of which are lower.
        if let Err(problem) = fs::write(FREE_PORTS, "50000 60999") {
            eprintln!("{FREE_PORTS}: {problem}; a port may be taken twice");
        }
        Ok(Some(namespace))
    }

    /// The processes that live in this namespace. The test process itself is not among them: only one of its
    /// threads has moved.
    fn inhabitants(&self) -> Vec<Pid> {
        let listed = ip(&["netns", "pids", &self.name]).unwrap_or_default();
        listed.lines().filter_map(|line| line.trim().parse().ok().and_then(Pid::from_raw)).collect()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // A browser and a PBX leave children behind when their first process is killed.
        for process in self.inhabitants() {
            // It may have ended by itself meanwhile.
            let _ = kill_process(process, Signal::KILL);
        }
        if let Err(reason) = ip(&["netns", "del", &self.name]) {
            eprintln!("{} is left over: {reason}", self.name);
        }
    }
}

/// Runs `ip` and gives what it printed.
fn ip(arguments: &[&str]) -> Result<String, Failed> {
    let spoken = || format!("ip {}", arguments.join(" "));
    let output = Command::new("ip")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|problem| Failed::new(format!("{}: {problem}", spoken())))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failed::new(format!("{}: {}", spoken(), String::from_utf8_lossy(&output.stderr).trim())))
    }
}
