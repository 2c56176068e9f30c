//! Calls from the first ring to the last word, by mouse.

use cordboard_practice::Event;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Told, story};

use crate::{ROBIN, SAM, at_work};

#[test]
fn two_consoles_call_each_other_and_both_hear() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let sam = at_work(stage, SAM).await?;

        robin.dial("202").await?;
        sam.incoming("Ringing", ROBIN).button("Answer").click().await?;
        robin.outgoing("Talking", SAM).is_there().await?;
        sam.incoming("Talking", ROBIN).is_there().await?;
        robin.page().hears_sound().await?;
        sam.page().hears_sound().await?;

        sam.current_call().button("Hang up").click().await?;
        robin.has_no_calls().await?;
        sam.has_no_calls().await?;
        robin.page().has_no_errors()?;
        sam.page().has_no_errors()
    })
}

#[test]
fn a_caller_is_named_answered_held_and_resumed_by_mouse() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;

        let ringing = robin.incoming("Ringing", "Ottoline Marsh");
        ringing.says("Aldergate Law").await?;
        ringing.button("Answer").click().await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.current_call().find("heading", "Ottoline Marsh").is_there().await?;
        office.hears_sound(call).await?;
        robin.page().hears_sound().await?;

        robin.current_call().button("Hold").click().await?;
        office.tells("the hold", |event| matches!(event, Event::Held { .. })).await?;
        robin.incoming("On hold", "Ottoline Marsh").button("Resume").click().await?;
        office.tells("the end of the hold", |event| matches!(event, Event::Resumed { .. })).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        office.hears_sound(call).await?;
        robin.page().hears_sound().await?;

        office.hang_up(call).await;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_declined_caller_is_refused_and_nothing_stays_on_the_list() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        robin.incoming("Ringing", "Percival Strand").button("Decline").click().await?;
        office.tells("the refusal", |event| matches!(event, Event::Refused { .. })).await?;
        robin.has_no_calls().await
    })
}

#[test]
fn a_caller_who_gives_up_is_counted_as_missed() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.hang_up(call).await;
        robin.has_no_calls().await?;
        robin.page().find("toolbar", "Status bar").button("Missed calls: 1").is_there().await?;
        robin.page().says("Missed call from Ottoline Marsh").await
    })
}

#[test]
fn a_call_that_asks_for_it_is_answered_by_itself_once_and_nobody_breaks_into_a_talk() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.speak_up(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.page().says("Ottoline Marsh was answered by itself").await?;
        robin.page().screenshot(stage, "answered-by-itself").await?;
        office.hears_sound(call).await?;
        robin.page().hears_sound().await?;

        office.speak_up(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        let second = robin.incoming("Ringing", "Percival Strand");
        second.is_there().await?;
        office.hears_sound(call).await?;
        second.button("Answer").click().await?;
        robin.incoming("Talking", "Percival Strand").is_there().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn double_click_answers_and_then_holds() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").double_click().await?;
        robin.incoming("Talking", "Ottoline Marsh").double_click().await?;
        office.tells("the hold", |event| matches!(event, Event::Held { .. })).await?;
        robin.incoming("On hold", "Ottoline Marsh").is_there().await
    })
}

#[test]
fn each_new_call_puts_the_one_before_on_hold() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for (number, name) in
            [("301", "Agnes Thorley"), ("304", "Dmitri Halloran"), ("306", "Fergus Adeyemi")]
        {
            robin.dial(number).await?;
            robin.outgoing("Talking", name).is_there().await?;
        }
        robin.outgoing("On hold", "Agnes Thorley").is_there().await?;
        robin.outgoing("On hold", "Dmitri Halloran").is_there().await?;
        robin.page().hears_sound().await?;

        robin.outgoing("On hold", "Agnes Thorley").button("Resume").click().await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await?;
        robin.outgoing("On hold", "Fergus Adeyemi").is_there().await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn a_call_that_does_not_go_through_is_explained_in_words() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for (number, words) in [("302", "Busy"), ("305", "Rejected"), ("999", "Wrong number")] {
            robin.dial(number).await?;
            robin.page().find("grid", "Outgoing calls").find_starting("row", words).is_there().await?;
        }
        Ok(())
    })
}

#[test]
fn digits_reach_the_far_end_by_keypad_and_by_keyboard() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.dial("600").await?;
        robin.outgoing("Talking", "Echo").is_there().await?;
        robin.page().hears_sound().await?;

        robin.page().find("toolbar", "Status bar").button("Keypad").click().await?;
        robin.page().find("dialog", "Keypad").button("7").click().await?;
        office.tells("a 7", |event| matches!(event, Event::Digit { digit: '7', .. })).await?;
        robin.press(Key::Character('3')).await?;
        office.tells("a 3", |event| matches!(event, Event::Digit { digit: '3', .. })).await.map(drop)
    })
}
