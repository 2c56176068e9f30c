//! Several tabs of one console, and tabs that are loaded again.

use cordboard_practice::Event;
use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::wait::{SOON, eventually};
use cordboard_tests::{Failed, Told, story};

use crate::{ROBIN, answers_ottoline, at_work};

#[test]
fn a_second_tab_shows_the_same_call_and_can_end_it() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let first = Console::open(stage, &browser).await?;
        first.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        first.start_shift().await?;
        first.is_registered().await?;
        let second = Console::open(stage, &browser).await?;
        second.is_registered().await?;

        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        first.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        second.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        first.page().to_front().await?;
        first.press(Key::F(9)).await?;
        second.incoming("Talking", "Ottoline Marsh").is_there().await?;
        first.page().hears_sound().await?;
        assert_eq!(second.page().heard().await?.connections, 0, "sound belongs to one tab");

        second.page().to_front().await?;
        second.press(Key::F(10)).await?;
        first.has_no_calls().await?;
        second.has_no_calls().await
    })
}

#[test]
fn a_call_outlives_a_reload_and_its_sound_comes_back_by_itself() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = answers_ottoline(&office, &robin).await?;
        office.hears_sound(call).await?;

        robin.page().reload().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.has_audio().await?;
        office.hears_sound(call).await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn only_a_tab_that_carries_calls_asks_before_it_goes() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().reload().await?;
        robin.has_audio().await?;
        assert_eq!(robin.page().asked_to_leave(), 0);

        answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.page().reload().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        assert_eq!(robin.page().asked_to_leave(), 1);
        Ok(())
    })
}

#[test]
fn a_call_outlives_the_tab_that_carried_its_sound() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let first = Console::open(stage, &browser).await?;
        first.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        first.start_shift().await?;
        first.has_audio().await?;
        let call = answers_ottoline(&office, &first).await?;
        office.hears_sound(call).await?;

        let second = Console::open(stage, &browser).await?;
        second.incoming("Talking", "Ottoline Marsh").is_there().await?;
        first.page().clone().close().await?;
        second.has_audio().await?;
        office.hears_sound(call).await?;
        second.page().hears_sound().await
    })
}

#[test]
fn a_call_outlives_an_engine_that_crashed() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = Console::open(stage, &browser).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        robin.start_shift().await?;
        robin.has_audio().await?;
        robin.is_registered().await?;
        let held = office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Percival Strand").is_there().await?;
        let call = answers_ottoline(&office, &robin).await?;
        robin.incoming("On hold", "Percival Strand").is_there().await?;
        office.hears_sound(call).await?;
        // What an engine has saved is less than a blink old.
        office.hears_nothing(held).await?;

        browser.crash_engine().await?;
        robin.page().find("status", "Cordboard stopped for a moment and is back").is_there().await?;
        robin.incoming("On hold", "Percival Strand").is_there().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.is_registered().await?;
        robin.has_audio().await?;
        office.hears_sound(call).await?;
        office.hears_nothing(held).await?;
        robin.page().hears_sound().await?;

        robin.press(Key::F(10)).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_gone().await?;
        robin.press(Key::F(9)).await?;
        office.hears_sound(held).await
    })
}

/// Tells one engine from the next.
const ENGINE: &str = "navigator.locks.query().then(({ held }) => held.find((lock) => lock.name === 'cordboard-engine')?.clientId ?? '')";

#[test]
fn an_engine_gives_way_to_a_newer_version_when_the_last_call_is_over() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let registered = |event: &Event| matches!(event, Event::Registered { .. });
        let browser = Browser::start(stage, "robin").await?;
        let robin = Console::open(stage, &browser).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        robin.start_shift().await?;
        robin.has_audio().await?;
        robin.is_registered().await?;
        office.tells("the first registration", registered).await?;
        let call = answers_ottoline(&office, &robin).await?;
        office.hears_sound(call).await?;

        let before = robin.page().evaluate(ENGINE).await?;
        browser.newer_page_knocks(robin.page()).await?;
        robin.page().find("status", "An update is ready").is_there().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        office.hears_sound(call).await?;
        assert_eq!(robin.page().evaluate(ENGINE).await?, before);

        robin.press(Key::F(10)).await?;
        eventually("the next engine", SOON, async || {
            let now = robin.page().evaluate(ENGINE).await?;
            if now != before && now != "" { Ok(()) } else { Err(Failed::new("it is the same one")) }
        })
        .await?;
        office.tells("the next engine's registration", registered).await?;
        robin.is_registered().await?;
        robin.has_audio().await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await
    })
}
