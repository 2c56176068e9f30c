//! Parking and rooms: one operator parks a caller, another sees who waits where and takes them back; a room shows who is in it.

use cordboard_practice::Event;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::Locator;
use cordboard_tests::{Failed, Told, story};

use crate::{ROBIN, SAM, at_work};

/// A row of the directory in which places and rooms are, by what it says.
async fn place(console: &Console, row: &str) -> Result<Locator, Failed> {
    console.page().find("tab", "Practice exchange").click().await?;
    Ok(console.page().find("grid", "Contacts of Practice exchange").find_starting("row", row))
}

#[test]
fn a_caller_who_is_parked_by_one_operator_is_taken_back_by_another() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let sam = at_work(stage, SAM).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").button("Answer").click().await?;
        robin.incoming("Talking", "Ottoline Marsh").click().await?;
        robin.press(Key::Character('p')).await?;
        office.tells("the parking", |event| matches!(event, Event::Parked { .. })).await?;
        robin.has_no_calls().await?;

        let parked = place(&sam, "Parking place 1, Parked: Ottoline Marsh, by Robin Ashdown").await?;
        parked.button("Take back Ottoline Marsh").click().await?;
        sam.outgoing("Talking", "Ottoline Marsh").is_there().await?;
        sam.page().hears_sound().await?;
        place(&sam, "Parking place 1, Free").await?.is_there().await?;
        place(&robin, "Parking place 1, Free").await?.is_there().await?;
        sam.page().has_no_errors()
    })
}

#[test]
fn a_room_shows_who_is_in_it_while_it_fills_and_empties() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let sam = at_work(stage, SAM).await?;
        place(&sam, "Conference room 1, Empty").await?.is_there().await?;
        place(&sam, "Conference room 2, 1 in the room: Leocadia Brandt").await?.is_there().await?;

        robin.dial("801").await?;
        robin.outgoing("Talking", "Conference room 1").is_there().await?;
        place(&sam, "Conference room 1, 1 in the room: Robin Ashdown").await?.is_there().await?;
        sam.dial("801").await?;
        sam.outgoing("Talking", "Conference room 1").is_there().await?;
        let both = "Conference room 1, 2 in the room: Robin Ashdown, Sam Velasquez";
        place(&robin, both).await?.is_there().await?;
        robin.page().hears_sound().await?;

        robin.press(Key::F(10)).await?;
        sam.press(Key::F(10)).await?;
        place(&robin, "Conference room 1, Empty").await?.is_there().await?;
        robin.page().has_no_errors()
    })
}
