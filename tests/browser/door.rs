//! At the door: who is let in, and what those who are not are told.

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::office::Office;
use cordboard_tests::relay::{Operator, Relay};
use cordboard_tests::{Told, story};

use crate::ROBIN;

#[test]
fn the_program_practises_without_a_pbx() -> Told {
    story(async |stage| {
        let _relay = Relay::practising(stage).await?;
        let robin = Console::practise(stage, ROBIN).await?;
        robin.is_registered().await?;
        robin.dial("601").await?;
        robin.outgoing("Talking", "Music").is_there().await?;
        robin.page().hears_sound().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_wrong_password_is_told_and_the_right_one_lets_in() -> Told {
    story(async |stage| {
        let olga = Operator::new("Olga", 101);
        // The door is the relay's own; no PBX has to answer for it.
        let _relay = Relay::before_kamailio(stage, &[&olga]).await?;
        let browser = Browser::start(stage, "olga").await?;
        let console = Console::open(stage, &browser).await?;
        console.sign_in(&Operator { password: "guessed".to_owned(), ..olga.clone() }).await?;
        console.page().says("User or password is wrong").await?;
        console.sign_in(&olga).await?;
        console.start_shift().await?;
        console.current_call().says("Not registered: the telephone system does not answer").await
    })
}

#[test]
fn an_engine_that_ended_while_the_relay_is_away_is_back_and_registered_by_itself_with_the_relay() -> Told {
    story(async |stage| {
        let (_office, mut gate) = Office::open_behind_a_gate().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = Console::open(stage, &browser).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        robin.start_shift().await?;
        robin.has_audio().await?;
        robin.is_registered().await?;

        // Not even the engine can be loaded while the relay is away.
        gate.shut().await;
        browser.crash_engine().await?;
        robin.current_call().says("Not registered: the relay does not answer").await?;
        robin.page().button("Sign in").is_gone().await?;

        gate.open_again().await?;
        robin.is_registered().await?;
        robin.has_audio().await
    })
}

/// A network that lets nothing of the engine's through, and the way back.
const CUT: &str = "self.fetchedBefore = self.fetch; self.fetch = () => Promise.reject(new TypeError('cut'))";
const MEND: &str = "self.fetch = self.fetchedBefore";

#[test]
fn an_engine_that_cannot_ask_the_relay_says_so_and_asks_again_by_itself() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = Console::open(stage, &browser).await?;
        let enter = robin.page().button(&format!("Sign in as {ROBIN}"));
        enter.is_there().await?;
        browser.in_engine(CUT).await?;
        enter.click().await?;
        robin.page().find("status", "The Cordboard relay does not answer").is_there().await?;
        robin.page().says("Trying again").await?;
        enter.is_gone().await?;
        robin.page().screenshot(stage, "relay-away").await?;

        browser.in_engine(MEND).await?;
        robin.start_shift().await?;
        robin.is_registered().await
    })
}
