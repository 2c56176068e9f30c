//! Calls that are over: the log, what was missed, and calling again.

use cordboard_practice::Event;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Told, story};

use crate::{ROBIN, at_work};

#[test]
fn a_missed_call_is_counted_listed_and_called_back() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.hang_up(call).await;
        robin.has_no_calls().await?;

        robin.page().button("Missed calls: 1").click().await?;
        robin.page().button("Missed calls: 0").is_there().await?;
        robin.page().button("Missed only").has_state("pressed", "true").await?;
        let log = robin.page().find("grid", "Call log");
        let missed = log.find_starting("row", "Ottoline Marsh, incoming, Missed");
        missed.is_there().await?;
        missed.double_click().await?;
        let back =
            |event: &Event| matches!(event, Event::Dialled { number, .. } if number.ends_with("2079460811"));
        office.tells("the call back", back).await.map(drop)
    })
}

#[test]
fn the_log_outlives_a_reload_is_searched_and_cleared() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for caller in [Office::OTTOLINE, Office::PERCIVAL] {
            office.ring(caller, "robin", Office::LAW).await?;
            robin.page().find("grid", "Incoming calls").find_starting("row", "Ringing").is_there().await?;
            robin.press(Key::F(9)).await?;
            robin.page().find("grid", "Incoming calls").find_starting("row", "Talking").is_there().await?;
            robin.press(Key::F(10)).await?;
            robin.has_no_calls().await?;
        }
        robin.page().reload().await?;
        robin.page().find("navigation", "Views").button("Call log").click().await?;
        let log = robin.page().find("grid", "Call log");
        log.find_starting("row", "Ottoline Marsh, incoming, Answered").is_there().await?;
        log.find_starting("row", "Percival Strand, incoming, Answered").is_there().await?;
        robin.page().screenshot(stage, "call-log").await?;

        robin.press(Key::F(3)).await?;
        robin.page().type_text("strand").await?;
        log.find_starting("row", "Ottoline Marsh").is_gone().await?;
        log.find_starting("row", "Percival Strand").is_there().await?;

        robin.page().button("Clear the call log").click().await?;
        robin.page().find("dialog", "Clear the call log").button("Remove").click().await?;
        robin.page().says("No calls here yet").await?;
        robin.page().reload().await?;
        robin.page().find("navigation", "Views").button("Call log").click().await?;
        robin.page().says("No calls here yet").await
    })
}

#[test]
fn the_redial_list_calls_the_last_number_again() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.dial("301").await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await?;

        robin.press(Key::F(4)).await?;
        robin.page().find("combobox", "Number to call").has_state("focused", "true").await?;
        robin.press(Key::Down).await?;
        robin
            .page()
            .find("listbox", "Suggestions")
            .find_starting("option", "Agnes Thorley")
            .is_there()
            .await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}

#[test]
fn a_telephone_link_fills_the_dial_bar_and_calls_nobody_by_itself() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().go(&format!("{}?dial=tel%3A301", Relay::url())).await?;
        robin.is_registered().await?;
        robin.has_audio().await?;
        let field = robin.page().find("combobox", "Number to call");
        field.has_state("focused", "true").await?;
        field.says("301").await?;
        robin.has_no_calls().await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}

#[test]
fn a_question_mark_shows_every_key() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.press(Key::Character('?')).await?;
        robin.page().find("dialog", "Your keys").is_there().await?;
        robin.page().screenshot(stage, "key-sheet").await?;
        robin.press(Key::Escape).await?;
        robin.page().find("dialog", "Your keys").is_gone().await
    })
}
