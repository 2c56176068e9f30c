//! One tab, used the way a person with a screen reader, a mouse and a keyboard uses it.
//!
//! Things are found by role and accessible name in the browser's accessibility tree, never by tag, class or id.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::browser::Running;
use crate::devtools::{DevTools, Line};
use crate::keys::Key;
use crate::wait::{SOON, eventually};
use crate::{Failed, Stage};

mod locator;
mod tree;

pub use locator::Locator;

/// The size of a window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// A desk's screen.
    pub const DESK: Self = Self { width: 1600, height: 1000 };
    /// A small laptop.
    pub const LAPTOP: Self = Self { width: 1280, height: 720 };
}

/// What a page sends and hears over all its calls, by the browser's own statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heard {
    /// Connections that are open.
    pub connections: u64,
    /// RTP packets received since the connections began.
    pub packets_in: u64,
    /// RTP packets sent since the connections began.
    pub packets_out: u64,
    /// Sound energy received since the connections began; stays 0 until the sound is played to somebody.
    pub energy_in: f64,
}

/// One tab; a clone is the same tab.
#[derive(Clone, Debug)]
pub struct Page {
    name: String,
    devtools: DevTools,
    /// The browser lives as long as one of its pages is in somebody's hands.
    _browser: Rc<Running>,
    target: String,
    session: String,
    /// Where evidence goes, and whether there is some already.
    evidence: PathBuf,
    kept: Rc<Cell<bool>>,
}

impl Page {
    pub(crate) fn new(
        name: &str,
        devtools: DevTools,
        browser: Rc<Running>,
        target: String,
        session: String,
        evidence: &Path,
    ) -> Self {
        let (name, evidence) = (name.to_owned(), evidence.to_owned());
        Self { name, devtools, _browser: browser, target, session, evidence, kept: Rc::default() }
    }

    /// The browser's name, for evidence.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn prepare(&self, size: Size) -> Result<(), Failed> {
        for domain in ["Page", "Runtime", "Log", "DOM", "Accessibility"] {
            self.order(&format!("{domain}.enable"), json!({})).await?;
        }
        self.before_any_script(KNOW_PEER_CONNECTIONS).await?;
        self.resize(size).await
    }

    /// Runs a script in this tab before the scripts of any page that is opened in it later.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn before_any_script(&self, script: &str) -> Result<(), Failed> {
        self.order("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await.map(drop)
    }

    /// Opens an address in this tab.
    ///
    /// # Errors
    /// When there is nothing at that address.
    pub async fn go(&self, url: &str) -> Result<(), Failed> {
        let opened = self.order("Page.navigate", json!({ "url": url })).await?;
        match opened["errorText"].as_str() {
            Some(problem) => Err(Failed::new(format!("{url}: {problem}"))),
            None => Ok(()),
        }
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn reload(&self) -> Result<(), Failed> {
        self.order("Page.reload", json!({})).await.map(drop)
    }

    /// Closes the tab.
    ///
    /// # Errors
    /// When it is closed already.
    pub async fn close(self) -> Result<(), Failed> {
        self.devtools.browser("Target.closeTarget", json!({ "targetId": self.target })).await.map(drop)
    }

    /// Brings the tab to the front.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn to_front(&self) -> Result<(), Failed> {
        self.order("Page.bringToFront", json!({})).await.map(drop)
    }

    /// Gives the window another size.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn resize(&self, size: Size) -> Result<(), Failed> {
        let metrics =
            json!({ "width": size.width, "height": size.height, "deviceScaleFactor": 1, "mobile": false });
        self.order("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// Tells the page that this person likes dark screens.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn prefer_dark(&self) -> Result<(), Failed> {
        let dark = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
        self.order("Emulation.setEmulatedMedia", json!({ "features": dark })).await.map(drop)
    }

    /// Photographs the page for people to look at, as `target/screens/<name>.png`.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn screenshot(&self, stage: &Stage, name: &str) -> Result<(), Failed> {
        let folder = stage.screens();
        fs::create_dir_all(&folder)
            .map_err(|problem| Failed::new(format!("{}: {problem}", folder.display())))?;
        self.photograph(&folder.join(format!("{name}.png"))).await
    }

    async fn photograph(&self, path: &Path) -> Result<(), Failed> {
        // A tab behind another is not painted.
        self.to_front().await?;
        let shot = self.order("Page.captureScreenshot", json!({ "format": "png" })).await?;
        let bytes = STANDARD.decode(shot["data"].as_str().unwrap_or_default());
        let bytes = bytes.map_err(|problem| Failed::new(format!("screenshot: {problem}")))?;
        fs::write(path, bytes).map_err(|problem| Failed::new(format!("{}: {problem}", path.display())))
    }

    /// Waits as [`eventually`] does, and photographs the page when it was in vain, before the story takes its
    /// scenery down.
    pub(crate) async fn wait_for<T>(
        &self,
        what: &str,
        within: Duration,
        check: impl AsyncFnMut() -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let outcome = eventually(what, within, check).await;
        if outcome.is_err() {
            self.kept.set(false);
            self.keep_evidence().await?;
        }
        outcome
    }

    /// Saves a photograph, what a screen reader would hear, and the console, unless that was done already.
    pub(crate) async fn keep_evidence(&self) -> Result<(), Failed> {
        if self.kept.replace(true) {
            return Ok(());
        }
        let file = |suffix: &str| self.evidence.join(format!("{}-{}.{suffix}", self.name, self.target));
        let console: Vec<String> =
            self.console().iter().map(|line| format!("{}: {}", line.level, line.text)).collect();
        let written = fs::write(file("console.txt"), console.join("\n"));
        written.map_err(|problem| Failed::new(problem.to_string()))?;
        let heard = self.tree().await?.spoken();
        fs::write(file("heard.txt"), heard).map_err(|problem| Failed::new(problem.to_string()))?;
        self.photograph(&file("png")).await
    }

    /// All that this page and the browser's SharedWorkers wrote to their consoles.
    pub fn console(&self) -> Vec<Line> {
        self.devtools.lines(&self.session)
    }

    /// Fails if the page or a SharedWorker reported an error on its console.
    ///
    /// # Errors
    /// With the errors.
    pub fn has_no_errors(&self) -> Result<(), Failed> {
        let console = self.console();
        let errors: Vec<&str> =
            console.iter().filter(|line| line.level == "error").map(|line| line.text.as_str()).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Failed::new(format!("on the console: {}", errors.join("; "))))
        }
    }

    /// Presses and releases a key.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn press(&self, key: Key) -> Result<(), Failed> {
        self.key_down(key, false).await?;
        let mut event = key.event();
        event["type"] = json!("keyUp");
        if let Some(fields) = event.as_object_mut() {
            fields.remove("text");
        }
        self.order("Input.dispatchKeyEvent", event).await.map(drop)
    }

    /// What a key sends once more while it is held down after its press.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn repeat(&self, key: Key) -> Result<(), Failed> {
        self.key_down(key, true).await
    }

    async fn key_down(&self, key: Key, again: bool) -> Result<(), Failed> {
        let mut event = key.event();
        event["type"] = json!(if event["text"].is_string() { "keyDown" } else { "rawKeyDown" });
        event["autoRepeat"] = json!(again);
        self.order("Input.dispatchKeyEvent", event).await.map(drop)
    }

    /// Types a text, key by key, into whatever has the focus.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn type_text(&self, text: &str) -> Result<(), Failed> {
        for character in text.chars() {
            self.press(Key::Character(character)).await?;
        }
        Ok(())
    }

    /// The whole page, to look for things in.
    pub fn find(&self, role: &'static str, name: &str) -> Locator {
        Locator::on(self.clone(), role, name)
    }

    /// A thing whose name begins so.
    pub fn find_starting(&self, role: &'static str, beginning: &str) -> Locator {
        Locator::starting(self.clone(), role, beginning)
    }

    /// A button by its exact name.
    pub fn button(&self, name: &str) -> Locator {
        self.find("button", name)
    }

    /// Waits until a text stands somewhere on the page.
    ///
    /// # Errors
    /// With all that stands there instead.
    pub async fn says(&self, text: &str) -> Result<(), Failed> {
        self.wait_for(&format!("{} to say “{text}”", self.name), SOON, async || {
            let spoken = self.tree().await?.spoken();
            if spoken.contains(text) { Ok(()) } else { Err(Failed::new(format!("it says\n{spoken}"))) }
        })
        .await
    }

    /// Runs a script in the page and gives its value; a promise is waited for.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn evaluate(&self, script: &str) -> Result<Value, Failed> {
        self.devtools.evaluate(&self.session, script).await
    }

    /// Waits until the browser has so many tabs at an address.
    ///
    /// # Errors
    /// With the tabs that it has.
    pub async fn has_tabs(&self, count: usize, url: &str) -> Result<(), Failed> {
        self.wait_for(&format!("{} to have {count} tabs at {url}", self.name), SOON, async || {
            let told = self.devtools.browser("Target.getTargets", json!({})).await?;
            let targets = told["targetInfos"].as_array().into_iter().flatten();
            let tabs: Vec<_> = targets.filter(|target| target["type"] == "page").collect();
            if tabs.iter().filter(|tab| tab["url"] == url).count() == count {
                Ok(())
            } else {
                Err(Failed::new(format!("there are {tabs:?}")))
            }
        })
        .await
    }

    /// Lets the browser forget the trees that finding things by role and name needs: they cost more memory the longer a
    /// page lives. Nothing can be found by them after this.
    ///
    /// # Errors
    /// When the page is gone.
    pub(crate) async fn drops_trees(&self) -> Result<(), Failed> {
        for domain in ["Accessibility", "DOM"] {
            self.order(&format!("{domain}.disable"), json!({})).await?;
        }
        Ok(())
    }

    /// Lets the page forget what nothing needs any more.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn collect_garbage(&self) -> Result<(), Failed> {
        self.order("HeapProfiler.collectGarbage", json!({})).await.map(drop)
    }

    /// Waits until no connection of an ended call is in memory any more.
    ///
    /// # Errors
    /// With how many there are.
    pub async fn lets_connections_go(&self) -> Result<(), Failed> {
        self.order("Performance.enable", json!({})).await?;
        self.wait_for(&format!("{} to let its connections go", self.name), SOON, async || {
            self.collect_garbage().await?;
            let told = self.order("Performance.getMetrics", json!({})).await?;
            let mut metrics = told["metrics"].as_array().into_iter().flatten();
            let connections = metrics.find(|metric| metric["name"] == "RTCPeerConnections");
            match connections.and_then(|metric| metric["value"].as_f64()) {
                Some(0.0) => Ok(()),
                kept => Err(Failed::new(format!("there are {kept:?}"))),
            }
        })
        .await
    }

    /// Waits until the page has so many microphones open.
    ///
    /// # Errors
    /// With how many it has.
    pub async fn has_microphones(&self, count: u64) -> Result<(), Failed> {
        self.wait_for(&format!("{} to have {count} microphones open", self.name), SOON, async || {
            let open = self.evaluate("window.cordboardMicrophones()").await?;
            if open == count { Ok(()) } else { Err(Failed::new(format!("it has {open}"))) }
        })
        .await
    }

    /// Takes the microphone away. Another one is asked for, and the browser does not say what becomes of that.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn unplugs_microphone(&self) -> Result<(), Failed> {
        self.evaluate("window.cordboardUnplug()").await.map(drop)
    }

    /// How often the browser has asked whether the page may go; it always may.
    pub fn asked_to_leave(&self) -> usize {
        self.console().iter().filter(|line| line.level == "beforeunload").count()
    }

    /// What the page sends and hears now.
    ///
    /// # Errors
    /// When the page cannot tell.
    pub async fn heard(&self) -> Result<Heard, Failed> {
        let told = self.evaluate("window.cordboardHeard()").await?;
        Ok(Heard {
            connections: told["connections"].as_u64().unwrap_or_default(),
            packets_in: told["packetsIn"].as_u64().unwrap_or_default(),
            packets_out: told["packetsOut"].as_u64().unwrap_or_default(),
            energy_in: told["energyIn"].as_f64().unwrap_or_default(),
        })
    }

    /// Waits until sound arrives and is played: packets and their energy go up by what half a second brings.
    ///
    /// # Errors
    /// With what arrived instead.
    pub async fn hears_sound(&self) -> Result<(), Failed> {
        let before = self.heard().await?;
        self.wait_for(&format!("{} to hear a sound", self.name), SOON, async || {
            let now = self.heard().await?;
            // Another connection may have ended meanwhile and taken its packets with it.
            let packets = now.packets_in.saturating_sub(before.packets_in);
            if packets >= 25 && now.energy_in - before.energy_in > 0.000_1 {
                Ok(())
            } else {
                Err(Failed::new(format!("before {before:?}, now {now:?}")))
            }
        })
        .await
    }

    pub(crate) async fn tree(&self) -> Result<tree::Tree, Failed> {
        self.order("Accessibility.getFullAXTree", json!({}))
            .await
            .map(|answer| tree::Tree::read(&answer["nodes"]))
    }

    pub(crate) async fn order(&self, method: &str, parameters: Value) -> Result<Value, Failed> {
        self.devtools.page(&self.session, method, parameters).await
    }
}

/// Knows every peer connection that the page makes, and adds up what they hear.
const KNOW_PEER_CONNECTIONS: &str = include_str!("page/know_peer_connections.js");
