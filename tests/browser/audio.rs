//! Microphone and mute.

use cordboard_tests::browser::{Browser, Microphone};
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, SOON, Told, eventually, story};

use crate::{ROBIN, answers_ottoline, at_work};

#[test]
fn a_denied_microphone_is_told_with_the_remedy() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let browser = Browser::start_with(stage, "robin", Microphone::Denied).await?;
        let robin = Console::open(stage, &browser).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        robin.start_shift().await?;
        robin.page().button("Headset: Microphone not allowed").is_there().await?;
        robin.page().says("Allow the microphone in the browser's address bar").await?;
        // Calls still reach the console; it is the answer that is not possible.
        robin.is_registered().await
    })
}

#[test]
fn a_muted_operator_is_not_heard_and_still_hears() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = answers_ottoline(&office, &robin).await?;
        office.hears_sound(call).await?;

        robin.current_call().button("Mute").click().await?;
        robin.current_call().button("Mute").has_state("pressed", "true").await?;
        office.hears_nothing(call).await?;
        robin.page().hears_sound().await?;

        robin.current_call().button("Mute").click().await?;
        office.hears_sound(call).await
    })
}

#[test]
fn calls_are_hung_up_while_the_browser_is_still_opening_a_microphone() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        answers_ottoline(&office, &robin).await?;
        robin.page().hears_sound().await?;

        robin.page().unplugs_microphone().await?;
        robin.page().button("Headset: Microphone unplugged").is_there().await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await?;
        eventually("the call's connection to be closed", SOON, async || {
            let heard = robin.page().heard().await?;
            if heard.connections == 0 { Ok(()) } else { Err(Failed::new(format!("{heard:?}"))) }
        })
        .await
    })
}

#[test]
fn calls_that_are_hung_up_as_they_connect_leave_no_connection_in_memory() -> Told {
    story(async |stage| {
        let _relay = Relay::practising(stage).await?;
        let robin = Console::practise(stage, ROBIN).await?;
        robin.is_registered().await?;
        for _ in 0..12 {
            robin.dial("611").await?;
            robin.hangs_up_when_answered().await?;
            robin.has_no_calls().await?;
        }
        robin.page().lets_connections_go().await
    })
}
