//! Asking before a caller is sent on: consult, swap, back out, connect, by mouse, key and drag.

use cordboard_practice::Event;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::Locator;
use cordboard_tests::{Failed, Stage, Told, story};

use crate::{ROBIN, at_work};

const CALLER: &str = "Ottoline Marsh";

/// Robin talks with Ottoline Marsh.
async fn talking(stage: &Stage, office: &Office) -> Result<Console, Failed> {
    let robin = at_work(stage, ROBIN).await?;
    office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
    robin.incoming("Ringing", CALLER).button("Answer").click().await?;
    robin.incoming("Talking", CALLER).is_there().await?;
    robin.page().hears_sound().await?;
    Ok(robin)
}

/// A line of the menu of a call.
async fn menu_of(robin: &Console, row: &Locator, about: &str, line: &str) -> Result<Locator, Failed> {
    row.right_click().await?;
    let menu = robin.page().find("menu", &format!("Actions for {about}"));
    menu.is_there().await?;
    Ok(menu.find_starting("menuitem", line))
}

async fn is_transferred(office: &mut Office) -> Result<(), Failed> {
    office.tells("the transfer", |event| matches!(event, Event::Transferred { .. })).await.map(drop)
}

#[test]
fn a_caller_is_connected_with_whoever_was_asked_first_by_keys_alone() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        // The caller goes on hold by being asked about.
        robin.dial("301").await?;
        let asked = robin.outgoing("Consulting", "Agnes Thorley");
        asked.is_there().await?;
        asked.says("for Ottoline Marsh").await?;
        robin.incoming("On hold", CALLER).is_there().await?;
        robin.page().hears_sound().await?;
        robin.page().screenshot(stage, "consulting").await?;

        asked.click().await?;
        robin.press(Key::PadPlus).await?;
        let transfer = robin.page().find("dialog", "Transfer Ottoline Marsh");
        transfer.find_starting("option", "Connect to Agnes Thorley").has_state("selected", "true").await?;
        robin.page().screenshot(stage, "consulting-transfer").await?;
        robin.press(Key::Enter).await?;
        is_transferred(&mut office).await?;
        robin.has_no_calls().await?;
        robin.page().says("Ottoline Marsh is with Agnes Thorley").await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn asking_first_is_a_button_of_the_transfer_box() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.press(Key::F(8)).await?;
        let transfer = robin.page().find("dialog", "Transfer Ottoline Marsh");
        transfer.find("combobox", "Transfer to").fill("304").await?;
        transfer.button("Ask first").click().await?;
        let asked = robin.outgoing("Consulting", "Dmitri Halloran");
        asked.is_there().await?;
        menu_of(&robin, &asked, "Dmitri Halloran", "Connect Ottoline Marsh to Dmitri Halloran")
            .await?
            .click()
            .await?;
        is_transferred(&mut office).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn the_operator_swaps_between_the_two_and_goes_back_to_the_caller() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.dial("301").await?;
        let asked = robin.outgoing("Consulting", "Agnes Thorley");
        asked.is_there().await?;
        asked.click().await?;
        robin.press(Key::Character('s')).await?;
        robin.incoming("Talking", CALLER).is_there().await?;
        robin.outgoing("On hold", "Agnes Thorley").is_there().await?;
        robin.page().hears_sound().await?;
        robin.press(Key::Character('s')).await?;
        asked.is_there().await?;
        robin.incoming("On hold", CALLER).is_there().await?;

        robin.press(Key::Character('b')).await?;
        asked.is_gone().await?;
        robin.incoming("Talking", CALLER).is_there().await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn a_caller_is_dragged_onto_whoever_was_asked() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.dial("301").await?;
        let asked = robin.outgoing("Consulting", "Agnes Thorley");
        asked.is_there().await?;
        robin.incoming("On hold", CALLER).drag_to(&asked).await?;
        is_transferred(&mut office).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn a_caller_who_is_promised_to_a_phone_that_rings_is_connected_when_it_answers() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        let sam = at_work(stage, crate::SAM).await?;
        robin.dial("202").await?;
        let ringing = robin.outgoing("Ringing", "202");
        ringing.is_there().await?;
        robin.incoming("On hold", CALLER).drag_to(&ringing).await?;
        robin.incoming("On hold", CALLER).says("connects when 202 answers").await?;
        robin.page().screenshot(stage, "promised").await?;
        sam.incoming("Ringing", ROBIN).button("Answer").click().await?;
        is_transferred(&mut office).await?;
        robin.has_no_calls().await?;
        sam.page().hears_sound().await?;
        sam.incoming("Talking", CALLER).is_there().await
    })
}

#[test]
fn a_promise_that_nobody_keeps_brings_the_caller_back_with_the_reason() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        let sam = at_work(stage, crate::SAM).await?;
        robin.dial("202").await?;
        let ringing = robin.outgoing("Ringing", "202");
        ringing.is_there().await?;
        let caller = robin.incoming("On hold", CALLER);
        menu_of(&robin, &caller, CALLER, "Connect Ottoline Marsh to 202").await?.click().await?;
        caller.says("connects when 202 answers").await?;
        sam.incoming("Ringing", ROBIN).button("Decline").click().await?;
        robin.incoming("Back from 202", CALLER).is_there().await?;
        robin.page().says("Ottoline Marsh could not be sent to 202").await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", CALLER).is_there().await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn two_callers_are_connected_with_each_other() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        office.ring(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        robin.incoming("Ringing", "Percival Strand").button("Answer").click().await?;
        let second = robin.incoming("Talking", "Percival Strand");
        second.is_there().await?;
        robin.incoming("On hold", CALLER).drag_to(&second).await?;
        is_transferred(&mut office).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn a_caller_who_does_not_wait_is_told_of() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", CALLER).button("Answer").click().await?;
        robin.incoming("Talking", CALLER).is_there().await?;
        robin.dial("301").await?;
        robin.outgoing("Consulting", "Agnes Thorley").is_there().await?;
        office.hang_up(call).await;
        robin.page().says("Ottoline Marsh has hung up").await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}
