//! At the door: who is let in, and what those who are not are told.

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
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
