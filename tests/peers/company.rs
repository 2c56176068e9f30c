//! A company with one operator at work, for the stories.

use cordboard_tests::baresip::{Phone, WhenCalled};
use cordboard_tests::console::Console;
use cordboard_tests::kamailio::Kamailio;
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
        let pbx = Kamailio::start(stage).await?;
        let operator = Operator::new("Olga", 101);
        let relay = Relay::before_kamailio(stage, &[&operator]).await?;
        let olga = Console::at_work(stage, &operator).await?;
        Ok(Self { pbx, olga, _relay: relay })
    }

    /// A telephone of the company's that rings when it is called.
    pub(crate) async fn phone(&self, stage: &Stage, number: u16) -> Result<Phone, Failed> {
        Phone::start(stage, &self.pbx, number, WhenCalled::Ring).await
    }
}
