//! A company with one operator at work, for the stories.

use cordboard_tests::baresip::{Phone, WhenCalled};
use cordboard_tests::console::Console;
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::page::Locator;
use cordboard_tests::relay::{Operator, Relay};
use cordboard_tests::{Failed, Stage};

/// A company with one operator at work.
pub(crate) struct Company {
    pub(crate) pbx: Kamailio,
    pub(crate) olga: Console,
    _relay: Relay,
}

/// The number at which the operator is called.
pub(crate) const OLGA: &str = "101";

impl Company {
    /// Opens the company; its operator is at work.
    pub(crate) async fn open(stage: &Stage) -> Result<Self, Failed> {
        Self::open_with(stage, "").await
    }

    /// As [`open`](Self::open), with more keys in the relay's configuration.
    pub(crate) async fn open_with(stage: &Stage, keys: &str) -> Result<Self, Failed> {
        let pbx = Kamailio::start(stage).await?;
        let operator = Operator::new("Olga", 101);
        let relay = Relay::before_kamailio_with(stage, &[&operator], keys).await?;
        let olga = Console::at_work(stage, &operator).await?;
        Ok(Self { pbx, olga, _relay: relay })
    }

    /// As [`open`](Self::open), with Ben at 202 in the directory, whose telephone is seen at the desk.
    pub(crate) async fn open_with_ben(stage: &Stage) -> Result<Self, Failed> {
        let pbx = Kamailio::start(stage).await?;
        let operator = Operator::new("Olga", 101);
        let people = "firstname,lastname,phone\nBen,Winter,202\n";
        let relay = Relay::before_kamailio_with_people(stage, &[&operator], people).await?;
        let olga = Console::at_work(stage, &operator).await?;
        Ok(Self { pbx, olga, _relay: relay })
    }

    /// Ben's row in the directory, by what his telephone does.
    pub(crate) fn ben(&self, does: &str) -> Locator {
        self.olga
            .page()
            .find("grid", "Contacts of Staff")
            .find_starting("row", &format!("Ben Winter, {does}"))
    }

    /// A telephone of the company's that rings when it is called.
    pub(crate) async fn phone(&self, stage: &Stage, number: u16) -> Result<Phone, Failed> {
        Phone::start(stage, &self.pbx, number, WhenCalled::Ring).await
    }
}
