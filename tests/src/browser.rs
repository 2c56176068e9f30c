//! A real Chromium without a screen, with a microphone that beeps.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::devtools::DevTools;
use crate::page::{Page, Size};
use crate::process::Process;
use crate::{Failed, SOON, Stage, eventually};

/// What the browser answers when a page asks for the microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Microphone {
    /// There is one; it beeps once a second.
    Beeps,
    /// The person has said no.
    Denied,
}

/// Memory of a process, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its anonymous memory, resident or swapped out: what Chromium counts as its private footprint.
    pub own: u64,
    /// With its share of what others have as well, which is Chromium's own program for the most part.
    pub all: u64,
}

impl Memory {
    /// What a process has now.
    ///
    /// # Errors
    /// When it is gone, or the system does not tell.
    pub fn of(process: u64) -> Result<Self, Failed> {
        let tell = |file: &str, of: &str| {
            let told = fs::read_to_string(format!("/proc/{process}/{file}"))
                .map_err(|problem| Failed::new(problem.to_string()))?;
            let value = told.lines().find_map(|line| line.strip_prefix(of)?.split_whitespace().next());
            let kilobytes = value.and_then(|value| value.parse::<u64>().ok());
            let bytes = kilobytes.map(|kilobytes| kilobytes * 1024);
            bytes.ok_or_else(|| Failed::new(format!("{process} does not tell {of}")))
        };
        let own = tell("status", "RssAnon:")? + tell("status", "VmSwap:")?;
        Ok(Self { own, all: tell("smaps_rollup", "Pss:")? })
    }
}

/// In its profile Chromium writes its port and path there once it listens.
const ADDRESS: &str = "DevToolsActivePort";

/// One browser with a profile of its own, as on one computer. It runs until the story ends, so that its pages can
/// be photographed when the story fails.
#[derive(Debug)]
pub struct Browser {
    name: String,
    devtools: DevTools,
    running: Rc<Running>,
}

/// Ends the browser and removes its profile when the last page is let go.
#[derive(Debug)]
pub(crate) struct Running {
    profile: PathBuf,
    process: RefCell<Process>,
}

impl Browser {
    /// Starts a browser with a fresh profile and a microphone.
    ///
    /// # Errors
    /// When Chromium is not installed or does not come up.
    pub async fn start(stage: &Stage, name: &str) -> Result<Self, Failed> {
        Self::start_with(stage, name, Microphone::Beeps).await
    }

    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// When Chromium is not installed or does not come up.
    pub async fn start_with(stage: &Stage, name: &str, microphone: Microphone) -> Result<Self, Failed> {
        let profile = stage.folder().join(format!("{name}.profile"));
        Self::start_at(stage, name, microphone, profile).await
    }

    /// Ends the browser as its user does, and starts it again with what it has kept: the next day.
    ///
    /// # Errors
    /// When it does not end, or does not come up again.
    pub async fn next_day(self, stage: &Stage) -> Result<Self, Failed> {
        self.devtools.browser("Browser.close", json!({})).await?;
        eventually(&format!("{} to end", self.name), SOON, async || {
            if self.running.process.borrow_mut().has_ended() {
                Ok(())
            } else {
                Err("it still runs".to_owned())
            }
        })
        .await?;
        let profile = self.running.profile.clone();
        // Nothing to remove where it tidied up itself.
        let _ = fs::remove_file(profile.join(ADDRESS));
        Self::start_at(stage, &self.name, Microphone::Beeps, profile).await
    }

    async fn start_at(
        stage: &Stage,
        name: &str,
        microphone: Microphone,
        profile: PathBuf,
    ) -> Result<Self, Failed> {
        let mut command = Command::new("chromium");
        command.args(FLAGS).arg(match microphone {
            Microphone::Beeps => "--use-fake-ui-for-media-stream",
            Microphone::Denied => "--use-fake-ui-for-media-stream=deny",
        });
        command.arg(format!("--user-data-dir={}", profile.display()));
        let mut process = Process::start(stage, name, command)?;
        let address = profile.join(ADDRESS);
        let url = process
            .ready(async || {
                let text =
                    fs::read_to_string(&address).map_err(|problem| Failed::new(problem.to_string()))?;
                let mut lines = text.lines();
                match (lines.next(), lines.next()) {
                    (Some(port), Some(path)) => Ok(format!("ws://127.0.0.1:{port}{path}")),
                    _ => Err(Failed::new("its address is not yet written")),
                }
            })
            .await?;
        let devtools = DevTools::connect(&url).await?;
        let running = Rc::new(Running { profile, process: RefCell::new(process) });
        Ok(Self { name: name.to_owned(), devtools, running })
    }

    /// Opens a tab at an address, the size of a desk's screen, and watches it for the story's evidence.
    ///
    /// # Errors
    /// When the tab cannot be opened.
    pub async fn open(&self, stage: &Stage, url: &str) -> Result<Page, Failed> {
        self.open_with(stage, url, "").await
    }

    /// As [`open`](Self::open), with a script that runs before any of the page's own.
    ///
    /// # Errors
    /// When the tab cannot be opened.
    pub async fn open_with(&self, stage: &Stage, url: &str, script: &str) -> Result<Page, Failed> {
        let blank = json!({ "url": "about:blank", "newWindow": false });
        let target = self.devtools.browser("Target.createTarget", blank).await?["targetId"].take();
        let attach = json!({ "targetId": target, "flatten": true });
        let session = self.devtools.browser("Target.attachToTarget", attach).await?["sessionId"].take();
        let (target, session) = (text(&target), text(&session));
        let (devtools, running) = (self.devtools.clone(), Rc::clone(&self.running));
        let page = Page::new(&self.name, devtools, running, target, session, stage.folder());
        page.prepare(Size::DESK).await?;
        page.before_any_script(script).await?;
        stage.watch(&page);
        page.go(url).await?;
        Ok(page)
    }

    /// As [`open`](Self::open), but the tab builds no accessibility tree until something is looked for by role and name:
    /// that costs memory which nobody else pays. With it comes the process that runs the page and its engine.
    ///
    /// # Errors
    /// When the tab cannot be opened, or has not one process to itself.
    pub async fn open_unseen(&self, stage: &Stage, url: &str) -> Result<(Page, u64), Failed> {
        let page = self.open(stage, "about:blank").await?;
        page.drops_trees().await?;
        // A site does not run where the blank page did; all others are of other tabs and of the browser's own panels.
        let others = self.processes_of_pages().await?;
        page.go(url).await?;
        let process = eventually("the tab to have a process to itself", SOON, async || {
            let all = self.processes_of_pages().await?;
            let new: Vec<u64> = all.difference(&others).copied().collect();
            match new.as_slice() {
                [process] => Ok(*process),
                several => Err(Failed::new(format!("there came {several:?}"))),
            }
        })
        .await?;
        Ok((page, process))
    }

    /// Lets wasm trap in the engine's worker, as a fault in the engine would: a module of one function that does it.
    ///
    /// # Errors
    /// When no engine runs.
    pub async fn crash_engine(&self) -> Result<(), Failed> {
        let trap = "const bytes = '0061736d0100000001040160000003020100070501017400000a05010300000b'; \
            const module = new WebAssembly.Module(Uint8Array.from(bytes.match(/../g), (byte) => parseInt(byte, 16))); \
            void setTimeout(new WebAssembly.Instance(module).exports.t, 200)";
        self.in_engine(trap).await?;
        self.stop_watching_engine().await.map(drop)
    }

    /// Runs a script in the engine's SharedWorker and gives its value; a promise is waited for.
    ///
    /// # Errors
    /// When no engine runs, or the script throws.
    pub async fn in_engine(&self, script: &str) -> Result<Value, Failed> {
        let workers = self.devtools.workers();
        let session = workers.keys().next().ok_or_else(|| Failed::new("no engine runs"))?;
        self.devtools.evaluate(session, script).await
    }

    /// Processor time that all its processes have used so far, seconds.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn processor_time(&self) -> Result<f64, Failed> {
        let told = self.devtools.browser("SystemInfo.getProcessInfo", json!({})).await?;
        let processes = told["processInfo"].as_array().into_iter().flatten();
        Ok(processes.filter_map(|process| process["cpuTime"].as_f64()).sum())
    }

    async fn processes_of_pages(&self) -> Result<BTreeSet<u64>, Failed> {
        let told = self.devtools.browser("SystemInfo.getProcessInfo", json!({})).await?;
        let processes = told["processInfo"].as_array().into_iter().flatten();
        let pages = processes.filter(|process| process["type"] == "renderer");
        Ok(pages.filter_map(|process| process["id"].as_u64()).collect())
    }

    /// Lets every engine forget what nothing needs any more.
    ///
    /// # Errors
    /// When an engine is gone.
    pub async fn collect_garbage_of_engines(&self) -> Result<(), Failed> {
        for session in self.devtools.workers().keys() {
            self.devtools.page(session, "HeapProfiler.collectGarbage", json!({})).await?;
        }
        Ok(())
    }

    /// Ends the engine, which else outlives its last page for a while.
    ///
    /// # Errors
    /// When the browser does not end it.
    pub async fn end_engine(&self) -> Result<(), Failed> {
        for target in self.stop_watching_engine().await? {
            self.devtools.browser("Target.closeTarget", json!({ "targetId": target })).await?;
        }
        Ok(())
    }

    /// A page of a version to come knocks at the engine, which is to give way to one of that version.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn newer_page_knocks(&self, page: &Page) -> Result<(), Failed> {
        let knock = "const options = { name: 'cordboard-engine', extendedLifetime: true }; \
            void new SharedWorker('worker.js', options).port.postMessage(new Uint8Array([255]))";
        page.evaluate(knock).await?;
        self.stop_watching_engine().await.map(drop)
    }

    /// Lets go of the engine's worker and gives its target: one that is being watched when it ends keeps its place in
    /// the browser's list, and no other is started.
    async fn stop_watching_engine(&self) -> Result<Vec<String>, Failed> {
        let workers = self.devtools.workers();
        for session in workers.keys() {
            self.devtools.browser("Target.detachFromTarget", json!({ "sessionId": session })).await?;
        }
        Ok(workers.into_values().collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The browser still writes to it until it is gone; a rest does no harm.
        let _ = fs::remove_dir_all(&self.profile);
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Without a screen or a sound card, with a microphone, a camera and loudspeakers that are not there, and with
/// background tabs that run as the visible one does. No process is kept in reserve, so that a new tab's is a new one.
const FLAGS: [&str; 18] = [
    "--headless=new",
    "--disable-features=SpareRendererForSitePerProcess",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--remote-debugging-port=0",
    "--lang=en-US",
];
