//! A console as its operator uses it: by the names that a screen reader says.

use std::path::Path;

use serde_json::json;

use crate::browser::Browser;
use crate::keys::Key;
use crate::page::{Locator, Page};
use crate::relay::{Operator, Relay};
use crate::{Failed, SOON, Stage, eventually};

/// One tab with the console in it.
#[derive(Clone, Debug)]
pub struct Console {
    page: Page,
}

impl Console {
    /// Opens the console in a browser, at its sign-in page.
    ///
    /// # Errors
    /// When the relay does not serve it.
    pub async fn open(stage: &Stage, browser: &Browser) -> Result<Self, Failed> {
        let page = browser.open(stage, &Relay::url()).await?;
        Ok(Self { page })
    }

    /// The console in this tab.
    pub fn of(page: Page) -> Self {
        Self { page }
    }

    /// Opens the console in a browser of its own for a practice operator, up to the start of the shift.
    ///
    /// # Errors
    /// When one of the steps does not come.
    pub async fn practise(stage: &Stage, operator: &str) -> Result<Self, Failed> {
        let browser = Browser::start(stage, operator).await?;
        let console = Self::open(stage, &browser).await?;
        console.page.button(&format!("Sign in as {operator}")).click().await?;
        console.start_shift().await?;
        console.has_audio().await?;
        Ok(console)
    }

    /// As [`practise`](Self::practise), with a microphone that hums a tone without end.
    ///
    /// # Errors
    /// When one of the steps does not come.
    pub async fn practise_humming(stage: &Stage, operator: &str, hertz: f64) -> Result<Self, Failed> {
        let browser = Browser::start(stage, operator).await?;
        let hum = format!("window.cordboardHum = {hertz};{HUM}");
        let page = browser.open_with(stage, &Relay::url(), &hum).await?;
        let console = Self { page };
        console.page.button(&format!("Sign in as {operator}")).click().await?;
        console.start_shift().await?;
        console.has_audio().await?;
        Ok(console)
    }

    /// Opens the console in a browser of its own and signs in with user and password, up to the start of the shift.
    ///
    /// # Errors
    /// When one of the steps does not come.
    pub async fn signed_in(stage: &Stage, operator: &Operator) -> Result<Self, Failed> {
        let browser = Browser::start(stage, &operator.user).await?;
        let console = Self::open(stage, &browser).await?;
        console.sign_in(operator).await?;
        console.start_shift().await?;
        console.has_audio().await?;
        Ok(console)
    }

    /// As [`signed_in`](Self::signed_in), and registered.
    ///
    /// # Errors
    /// When one of the steps does not come.
    pub async fn at_work(stage: &Stage, operator: &Operator) -> Result<Self, Failed> {
        let console = Self::signed_in(stage, operator).await?;
        console.is_registered().await?;
        Ok(console)
    }

    /// Signs in with user and password.
    ///
    /// # Errors
    /// When the form does not come.
    pub async fn sign_in(&self, operator: &Operator) -> Result<(), Failed> {
        let form = self.page.find("form", "Sign in");
        form.find("textbox", "User").fill(&operator.user).await?;
        form.find("textbox", "Password").fill(&operator.password).await?;
        form.button("Sign in").click().await
    }

    /// The gesture that lets the page ring and use the microphone.
    ///
    /// # Errors
    /// When it is not asked for.
    pub async fn start_shift(&self) -> Result<(), Failed> {
        self.page.button("Start shift").click().await
    }

    /// Waits until the page has the microphone.
    ///
    /// # Errors
    /// With what the headset's lamp says instead.
    pub async fn has_audio(&self) -> Result<(), Failed> {
        self.page.button("Headset: Audio on").is_there().await
    }

    /// The tab.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The talking panel.
    pub fn current_call(&self) -> Locator {
        self.page.find("region", "Current call")
    }

    /// A call on the list of incoming calls, by its status word and who calls.
    pub fn incoming(&self, status: &str, who: &str) -> Locator {
        self.page.find("grid", "Incoming calls").find_starting("row", &format!("{status}, {who}"))
    }

    /// A call on the list of outgoing calls, by its status word and who is called.
    pub fn outgoing(&self, status: &str, who: &str) -> Locator {
        self.page.find("grid", "Outgoing calls").find_starting("row", &format!("{status}, {who}"))
    }

    /// Waits until the PBX knows where to send calls.
    ///
    /// # Errors
    /// With what the panel says instead.
    pub async fn is_registered(&self) -> Result<(), Failed> {
        self.current_call().says("Registered").await
    }

    /// Waits until neither list holds a call.
    ///
    /// # Errors
    /// When a call stays.
    pub async fn has_no_calls(&self) -> Result<(), Failed> {
        for list in ["Incoming calls", "Outgoing calls"] {
            for status in ["Ringing", "Calling", "Connecting", "Talking", "On hold", "Transferring"] {
                self.page.find("grid", list).find_starting("row", status).is_gone().await?;
            }
        }
        Ok(())
    }

    /// Dials from the keyboard: F4, the number, Enter.
    ///
    /// # Errors
    /// When the dial bar does not take the focus.
    pub async fn dial(&self, number: &str) -> Result<(), Failed> {
        self.page.press(Key::F(4)).await?;
        let field = self.page.find("combobox", "Number to call");
        field.has_state("focused", "true").await?;
        self.page.type_text(number).await?;
        self.page.press(Key::Enter).await
    }

    /// Waits until the far end answers, hangs up in that moment, and waits until the call is gone. Looks at the page
    /// itself and not at its accessibility tree, which costs the browser memory and time.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn hangs_up_when_answered(&self) -> Result<(), Failed> {
        self.page.evaluate(HANG_UP_WHEN_ANSWERED).await.map(drop)
    }

    /// Waits until these words are on the page; as above without its accessibility tree.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn shows(&self, words: &str) -> Result<(), Failed> {
        let look = format!("document.body.innerText.includes({})", json!(words));
        eventually(&format!("{words:?} on the page"), SOON, async || {
            let shown = self.page.evaluate(&look).await?;
            if shown == json!(true) { Ok(()) } else { Err(Failed::new("it is not there")) }
        })
        .await
    }

    /// Adds a directory of local people and shows it.
    ///
    /// # Errors
    /// When one of the steps does not come.
    pub async fn adds_directory(&self, name: &str) -> Result<(), Failed> {
        self.page.button("Add directory").click().await?;
        let form = self.page.find("dialog", "New directory");
        form.find("textbox", "Name").fill(name).await?;
        form.button("Save").click().await?;
        self.page.find("tab", name).click().await
    }

    /// The box that imports into the directory that is shown, with this file chosen.
    ///
    /// # Errors
    /// When one of the steps does not come.
    pub async fn chooses_csv(&self, directory: &str, file: &Path) -> Result<Locator, Failed> {
        self.page.button("Directory menu").click().await?;
        self.page.find("menuitem", "Import a CSV file").click().await?;
        let import = self.page.find("dialog", &format!("Import into {directory}"));
        import.button("Choose a file…").choose_file(file).await?;
        Ok(import)
    }

    /// Presses a key.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn press(&self, key: Key) -> Result<(), Failed> {
        self.page.press(key).await
    }

    /// What a key sends twice more while it is held down after its press.
    ///
    /// # Errors
    /// When the tab is gone.
    pub async fn keeps_holding(&self, key: Key) -> Result<(), Failed> {
        self.page.repeat(key).await?;
        self.page.repeat(key).await
    }
}

/// Hangs up as soon as the far end has answered, in the middle of the connection's making; settles when the call is gone.
const HANG_UP_WHEN_ANSWERED: &str = "new Promise((tell) => {
    let answered = false;
    const look = () => {
        const talks = document.querySelector('[role=row][aria-label^=Talking]') !== null;
        if (talks && !answered) dispatchEvent(new KeyboardEvent('keydown', { key: 'F10', code: 'F10' }));
        if (answered && !talks) {
            observer.disconnect();
            tell();
        }
        answered ||= talks;
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { attributes: true, childList: true, subtree: true });
    look();
})";

/// A microphone that hums in place of the browser's own, whose noise suppression would take any steady tone away.
const HUM: &str = include_str!("page/hum.js");
