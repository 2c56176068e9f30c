//! Telephones in web pages: JsSIP and SIP.js, each in a browser of its own, straight at the PBX.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::browser::Browser;
use crate::kamailio::Kamailio;
use crate::page::Page;
use crate::story::target;
use crate::{Failed, SOON, Stage, Told, eventually};

/// Who wrote the telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// JsSIP.
    JsSip,
    /// SIP.js, by its own simple user.
    SipJs,
}

impl Stack {
    fn name(self) -> &'static str {
        match self {
            Self::JsSip => "JsSIP",
            Self::SipJs => "SIP.js",
        }
    }
}

/// A telephone registered at [`Kamailio`].
#[derive(Clone, Debug)]
pub struct WebTelephone {
    page: Page,
}

impl WebTelephone {
    /// Opens the telephone with this number (from 201 to 399) and waits until it is registered.
    ///
    /// # Errors
    /// When its page is not built, or it is not registered in time.
    pub async fn start(stage: &Stage, stack: Stack, number: u16) -> Result<Self, Failed> {
        let html = target().join("web-telephones/index.html");
        if !html.is_file() {
            return Err(Failed::new("the web telephones are not built; run cargo xtask test web"));
        }
        let browser = Browser::start(stage, stack.name()).await?;
        let page = browser.open(stage, &format!("file://{}", html.display())).await?;
        // The page may still be loading.
        let loaded = async || match page.evaluate("'telephone' in window").await?.as_bool() {
            Some(true) => Ok(()),
            _ => Err(Failed::new("its script has not run")),
        };
        eventually("the web telephone to load", SOON, loaded).await?;
        let account = json!({
            "url": Kamailio::WEBSOCKET,
            "domain": Kamailio::DOMAIN,
            "number": number.to_string(),
            "password": format!("pw{number}"),
        });
        page.evaluate(&format!("telephone.start('{}', {account})", stack.name())).await?;
        Ok(Self { page })
    }

    /// The tab that it runs in.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Calls a number.
    ///
    /// # Errors
    /// When the stack throws.
    pub async fn dial(&self, number: &str) -> Told {
        self.page.evaluate(&format!("telephone.dial('{number}')")).await.map(drop)
    }

    /// Does something to its call: `answer`, `hold`, `resume`, `hangUp`.
    ///
    /// # Errors
    /// When the stack throws.
    pub async fn act(&self, what: &str) -> Told {
        self.page.evaluate(&format!("telephone.{what}()")).await.map(drop)
    }

    /// Waits until it has told something of its call: `rings`, `early`, `talks`, `held`, `taken back`, `over`.
    ///
    /// # Errors
    /// With what it has told instead.
    pub async fn tells(&self, what: &str) -> Told {
        eventually(&format!("the web telephone to tell “{what}”"), SOON, async || {
            let told = self.page.evaluate("telephone.told").await?;
            match told.as_array().is_some_and(|told| told.contains(&json!(what))) {
                true => Ok(()),
                false => Err(Failed::new(format!("it told {told}"))),
            }
        })
        .await
    }

    /// Waits until a whole second brings it no sound.
    ///
    /// # Errors
    /// With what still arrives.
    pub async fn hears_nothing(&self) -> Told {
        eventually("the web telephone to hear nothing", SOON, async || {
            let before = self.page.heard().await?;
            // A measurement has a length; this waits for nothing.
            sleep(Duration::from_secs(1)).await;
            let now = self.page.heard().await?;
            if now.energy_in - before.energy_in < 0.000_1 {
                Ok(())
            } else {
                Err(Failed::new(format!("before {before:?}, now {now:?}")))
            }
        })
        .await
    }
}
