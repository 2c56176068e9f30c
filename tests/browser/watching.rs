//! Seeing what colleagues' phones do, waiting for one that is busy, taking over one that rings.

use cordboard_practice::Event;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::Locator;
use cordboard_tests::{Told, story};

use crate::{ROBIN, answers_ottoline, at_work};

/// The row of a contact of the law firm, by how its name begins.
fn contact(console: &cordboard_tests::console::Console, name: &str) -> Locator {
    console.page().find("grid", "Contacts of Aldergate Law").find_starting("row", name)
}

#[test]
fn a_colleague_is_seen_free_busy_and_free_again() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        contact(&robin, "Agnes Thorley, Available").is_there().await?;
        office.occupy("301", true).await;
        contact(&robin, "Agnes Thorley, Busy").is_there().await?;
        office.occupy("301", false).await;
        contact(&robin, "Agnes Thorley, Available").is_there().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_caller_waits_for_a_busy_colleague_and_is_sent_on_when_she_is_free() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.occupy("301", true).await;
        contact(&robin, "Agnes Thorley, Busy").is_there().await?;
        answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.incoming("Talking", "Ottoline Marsh").drag_to(&contact(&robin, "Agnes Thorley")).await?;
        robin.incoming("Queued", "Ottoline Marsh").is_there().await?;
        robin.page().says("waiting for Agnes Thorley").await?;
        robin.page().says("1 call waiting").await?;
        office.occupy("301", false).await;
        office
            .tells("the transfer", |event| matches!(event, Event::Transferred { to, .. } if to == "301"))
            .await?;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn what_rings_at_a_colleague_is_intercepted_from_the_menu() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        contact(&robin, "Agnes Thorley, Available").is_there().await?;
        office.ring_colleague(Office::OTTOLINE, "301").await?;
        contact(&robin, "Agnes Thorley, Ringing").right_click().await?;
        robin.page().find("menu", "Actions for Agnes Thorley").find("menuitem", "Intercept").click().await?;
        robin.outgoing("Talking", "Ottoline Marsh").is_there().await?;
        robin.page().hears_sound().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_phone_that_nobody_answers_is_told_of_and_helped_out_by_key() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        contact(&robin, "Clemence Duval").is_there().await?;
        office.ring_colleague(Office::OTTOLINE, "303").await?;
        let told = robin.page().find("status", "Clemence Duval’s phone is ringing");
        told.says("From Ottoline Marsh").await?;
        told.button("Intercept").is_there().await?;
        robin.page().screenshot(stage, "phone-rings").await?;
        robin.press(Key::Alt('i')).await?;
        robin.outgoing("Talking", "Ottoline Marsh").is_there().await?;
        told.is_gone().await?;
        robin.page().hears_sound().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn the_voicemail_lamp_calls_the_voicemail() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().find("toolbar", "Status bar").button("Voicemail: 0 new").click().await?;
        robin.outgoing("Talking", "Voicemail of Robin Ashdown").is_there().await
    })
}
