//! Two consoles of one team on Kamailio: a PJSUA2 telephone calls one of them and is taken over by the other.

use cordboard_tests::baresip::{Phone, WhenCalled};
use cordboard_tests::console::Console;
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::keys::Key;
use cordboard_tests::page::Locator;
use cordboard_tests::pjsua::{Habits, Pjsua, PjsuaCall};
use cordboard_tests::relay::{Operator, Relay};
use cordboard_tests::{Failed, Stage, Told, story};

/// Olga and Paul are a team; Anna calls Olga. Paul looks at the team.
struct Desks {
    olga: Console,
    paul: Console,
    anna: Pjsua,
    pbx: Kamailio,
    _relay: Relay,
}

impl Desks {
    async fn open(stage: &Stage) -> Result<Self, Failed> {
        let pbx = Kamailio::start(stage).await?;
        let in_team =
            |name, number| Operator { team: Some("Reception".to_owned()), ..Operator::new(name, number) };
        let (olga, paul) = (in_team("Olga", 101), in_team("Paul", 102));
        let relay = Relay::before_kamailio(stage, &[&olga, &paul]).await?;
        let olga = Console::at_work(stage, &olga).await?;
        let paul = Console::at_work(stage, &paul).await?;
        let anna = Pjsua::start(stage, &pbx, 201, &Habits::default()).await?;
        paul.page().button("Team").click().await?;
        Ok(Self { olga, paul, anna, pbx, _relay: relay })
    }

    async fn anna_rings(&mut self) -> Result<PjsuaCall, Failed> {
        let call = self.anna.dial("101").await?;
        self.olga.incoming("Ringing", "201").is_there().await?;
        Ok(call)
    }

    /// What Paul sees of Olga's calls.
    fn seen(&self, status: &str) -> Locator {
        self.paul.page().find("rowgroup", "Calls of Olga").find_starting("row", &format!("{status}, 201"))
    }

    async fn paul_takes_over(&mut self, status: &str, call: PjsuaCall) -> Told {
        self.seen(status).button("Take over").click().await?;
        self.paul.incoming("Talking", "201").is_there().await?;
        self.anna.is("replaced", call).await?;
        self.anna.ear().hears_sound().await?;
        self.paul.page().hears_sound().await?;
        self.olga.page().says("Paul has taken over 201").await?;
        self.olga.has_no_calls().await?;
        self.olga.page().has_no_errors()?;
        self.paul.page().has_no_errors()
    }
}

#[test]
fn a_telephone_on_hold_at_one_console_is_taken_over_by_another() -> Told {
    story(async |stage| {
        let mut desks = Desks::open(stage).await?;
        let call = desks.anna_rings().await?;
        desks.olga.press(Key::F(9)).await?;
        desks.anna.is("talks", call).await?;
        desks.anna.ear().hears_sound().await?;
        desks.olga.press(Key::F(9)).await?;
        desks.olga.incoming("On hold", "201").is_there().await?;
        desks.paul_takes_over("On hold", call).await
    })
}

#[test]
fn a_telephone_that_rings_at_one_console_is_taken_over_by_another() -> Told {
    story(async |stage| {
        let mut desks = Desks::open(stage).await?;
        let call = desks.anna_rings().await?;
        desks.paul_takes_over("Ringing", call).await
    })
}

#[test]
fn a_telephone_that_cannot_be_taken_over_stays_where_it_was() -> Told {
    story(async |stage| {
        let desks = Desks::open(stage).await?;
        // It knows no Replaces (RFC 3891), and says so.
        let mut ben = Phone::start(stage, &desks.pbx, 202, WhenCalled::Ring).await?;
        ben.dial("101").await?;
        desks.olga.incoming("Ringing", "202").is_there().await?;
        desks.olga.press(Key::F(9)).await?;
        ben.talks().await?;
        desks.olga.press(Key::F(9)).await?;
        let held = desks.olga.incoming("On hold", "202");
        held.is_there().await?;
        let board = desks.paul.page().find("rowgroup", "Calls of Olga");
        board.find_starting("row", "On hold, 202").button("Take over").click().await?;
        desks.paul.page().says("202 could not be taken over").await?;
        desks.paul.page().says("The call is still with Olga").await?;
        held.is_there().await?;
        desks.olga.press(Key::F(9)).await?;
        desks.olga.incoming("Talking", "202").is_there().await?;
        ben.ear().hears_sound().await?;
        desks.olga.page().hears_sound().await?;
        desks.olga.page().has_no_errors()
    })
}
