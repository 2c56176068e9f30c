//! Parking: a caller waits at a place that every operator sees, and whoever calls the place has them.

use cordboard_practice::Event;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Told, story};

use crate::{ROBIN, SAM, at_work};

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

        sam.dial("701").await?;
        sam.outgoing("Talking", "").is_there().await?;
        sam.page().hears_sound().await?;
        sam.page().has_no_errors()
    })
}
