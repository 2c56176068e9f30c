//! Sending a caller on.

use cordboard_practice::Event;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, Stage, Told, story};

use crate::{ROBIN, at_work};

/// Robin talks with Ottoline Marsh.
async fn talking(stage: &Stage, office: &Office) -> Result<Console, Failed> {
    let robin = at_work(stage, ROBIN).await?;
    office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
    robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
    robin.press(Key::F(9)).await?;
    robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
    robin.page().hears_sound().await?;
    Ok(robin)
}

#[test]
fn a_caller_is_sent_on_by_keys_alone() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.press(Key::F(8)).await?;
        let transfer = robin.page().find("dialog", "Transfer Ottoline Marsh");
        transfer.find("combobox", "Transfer to").has_state("focused", "true").await?;
        robin.page().type_text("301").await?;
        robin.press(Key::Enter).await?;
        office
            .tells("the transfer", |event| matches!(event, Event::Transferred { to, .. } if to == "301"))
            .await?;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_caller_is_sent_on_by_mouse() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.current_call().button("Transfer").click().await?;
        let transfer = robin.page().find("dialog", "Transfer Ottoline Marsh");
        transfer.find("combobox", "Transfer to").fill("304").await?;
        transfer.button("Transfer now").click().await?;
        office
            .tells("the transfer", |event| matches!(event, Event::Transferred { to, .. } if to == "304"))
            .await?;
        robin.has_no_calls().await
    })
}

#[test]
fn a_caller_is_dragged_onto_a_contact() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        let agnes =
            robin.page().find("grid", "Contacts of Aldergate Law").find_starting("row", "Agnes Thorley");
        robin.incoming("Talking", "Ottoline Marsh").drag_to(&agnes).await?;
        office
            .tells("the transfer", |event| matches!(event, Event::Transferred { to, .. } if to == "301"))
            .await?;
        robin.has_no_calls().await
    })
}

#[test]
fn a_caller_who_cannot_be_sent_on_comes_back_with_the_reason() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.press(Key::F(8)).await?;
        robin.page().find("combobox", "Transfer to").has_state("focused", "true").await?;
        robin.page().type_text("305").await?;
        robin.press(Key::Enter).await?;
        office.tells("the failure", |event| matches!(event, Event::TransferFailed { .. })).await?;
        robin.incoming("Back from 305", "Ottoline Marsh").is_there().await?;
        robin.page().says("Ottoline Marsh could not be sent to 305").await?;
        robin.press(Key::F(9)).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn escape_leaves_the_transfer_box_and_the_call_as_it_was() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = talking(stage, &office).await?;
        robin.press(Key::PadPlus).await?;
        let transfer = robin.page().find("dialog", "Transfer Ottoline Marsh");
        transfer.is_there().await?;
        robin.press(Key::Escape).await?;
        transfer.is_gone().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn a_ringing_call_goes_to_voicemail_by_key_or_menu() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let sent_on = |event: &Event| matches!(event, Event::MessageLeft { mailbox } if mailbox == "201");
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        let ottoline = robin.incoming("Ringing", "Ottoline Marsh");
        ottoline.click().await?;
        robin.press(Key::Character('v')).await?;
        office.tells("that the first is sent on", sent_on).await?;
        robin.has_no_calls().await?;

        office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Percival Strand").right_click().await?;
        robin.page().find("menuitem", "To voicemail").click().await?;
        office.tells("that the second is sent on", sent_on).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn the_transfer_box_closes_when_the_caller_hangs_up() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").button("Answer").click().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.press(Key::F(8)).await?;
        let transfer = robin.page().find("dialog", "Transfer Ottoline Marsh");
        transfer.is_there().await?;
        office.hang_up(call).await;
        transfer.is_gone().await?;
        robin.page().has_no_errors()
    })
}
