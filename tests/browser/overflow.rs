//! Rules for calls that the operator does not take: set in the settings, tried there, and kept when callers come.

use cordboard_practice::Event;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::Locator;
use cordboard_tests::{Told, story};

use crate::{ROBIN, at_work};

/// The number of somebody in no directory.
const STRANGER: &str = "+447700900582";

/// Opens the rules in the settings.
async fn open_rules(robin: &Console) -> Told {
    robin.page().find("navigation", "Views").button("Settings").click().await?;
    robin.page().find_starting("DisclosureTriangle", "Incoming calls").click().await
}

/// A rule by how it begins when it is read as a sentence.
fn rule(robin: &Console, occasion: &str) -> Locator {
    robin.page().find("listitem", occasion)
}

/// What the rule does with a call.
async fn set(robin: &Console, occasion: &str, instead: &str) -> Told {
    let what_then = format!("What then: {occasion}");
    rule(robin, occasion).find("combobox", &what_then).choose(instead).await
}

/// Writes into a field of a rule.
async fn write(robin: &Console, occasion: &str, role: &'static str, field: &str, text: &str) -> Told {
    rule(robin, occasion).find(role, field).fill(text).await?;
    robin.press(Key::Tab).await
}

/// Asks what would happen now to a call from this number.
async fn would(robin: &Console, number: &str, answer: &str) -> Told {
    robin.page().find("textbox", "A caller’s number, empty if withheld").fill(number).await?;
    robin.page().button("What would happen now?").click().await?;
    robin.page().find("region", "Settings").find("status", "").says(answer).await
}

#[test]
fn a_caller_whom_nobody_answers_goes_to_voicemail_when_the_rule_said_so() -> Told {
    story(async |stage| {
        const NOBODY: &str = "When nobody answers for";
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        open_rules(&robin).await?;
        would(&robin, Office::OTTOLINE, "It would ring.").await?;
        write(&robin, NOBODY, "spinbutton", "seconds", "2").await?;
        set(&robin, NOBODY, "send to voicemail").await?;
        would(&robin, Office::OTTOLINE, "It would ring for 2 seconds, then be sent to voicemail.").await?;
        rule(&robin, NOBODY).says("Decides after 2 seconds").await?;

        // Rules outlive the page.
        robin.page().reload().await?;
        robin.is_registered().await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        let left = |event: &Event| matches!(event, Event::MessageLeft { mailbox } if mailbox == "201");
        office.tells("a message", left).await?;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn strangers_are_sent_to_a_number_and_friends_ring() -> Told {
    story(async |stage| {
        const OUTSIDE: &str = "Callers outside my directories";
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        open_rules(&robin).await?;
        set(&robin, OUTSIDE, "send to a number").await?;
        // A rule that names no number yet loses nobody.
        would(&robin, STRANGER, "It would ring.").await?;
        write(&robin, OUTSIDE, "textbox", &format!("Number: {OUTSIDE}"), "304").await?;
        would(&robin, STRANGER, "It would be sent to 304 at once.").await?;
        would(&robin, Office::OTTOLINE, "It would ring.").await?;

        office.ring(STRANGER, "robin", Office::LAW).await?;
        office.tells("the way on", |event| matches!(event, Event::SentOn { to, .. } if to == "304")).await?;
        robin.has_no_calls().await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_second_call_is_refused_where_one_is_enough_and_undisturbed_all_are_answered_and_held() -> Told {
    story(async |stage| {
        const CROWD: &str = "When there are more than";
        const UNDISTURBED: &str = "With do not disturb";
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        open_rules(&robin).await?;
        write(&robin, CROWD, "spinbutton", "calls", "1").await?;
        set(&robin, CROWD, "refuse as busy").await?;
        set(&robin, UNDISTURBED, "answer and put on hold").await?;
        would(&robin, Office::OTTOLINE, "It would ring.").await?;
        let first = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        would(&robin, Office::PERCIVAL, "It would be refused as busy at once.").await?;
        office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        office.tells("the refusal", |event| matches!(event, Event::Refused { status: 486, .. })).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.hang_up(first).await;
        robin.has_no_calls().await?;

        robin.page().find("toolbar", "Status bar").button("Available").click().await?;
        would(&robin, Office::PERCIVAL, "It would be answered and put on hold at once.").await?;
        let second = office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        robin.incoming("On hold", "Percival Strand").is_there().await?;
        office.hears_nothing(second).await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn the_choice_of_a_rule_is_made_by_arrows_and_no_key_of_it_touches_a_call() -> Told {
    story(async |stage| {
        const NOBODY: &str = "When nobody answers for";
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        open_rules(&robin).await?;
        for (caller, line) in [(Office::OTTOLINE, Office::LAW), (Office::PERCIVAL, Office::CLINIC)] {
            office.ring(caller, "robin", line).await?;
        }
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        set(&robin, NOBODY, "send to voicemail").await?;
        robin.press(Key::Down).await?;
        let choice = rule(&robin, NOBODY).find("combobox", &format!("What then: {NOBODY}"));
        choice.holds("answer and put on hold").await?;
        for key in [Key::Delete, Key::Character('2'), Key::Up] {
            robin.press(key).await?;
        }
        choice.holds("send to voicemail").await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        robin.page().has_no_errors()
    })
}
