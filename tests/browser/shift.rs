//! The shift around the calls: do not disturb, menus, language, going home.

use cordboard_practice::Event;
use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, SOON, Told, eventually, story};
use cordboard_wire::path;

use crate::{ROBIN, answers_ottoline, at_work};

#[test]
fn do_not_disturb_refuses_callers_until_it_is_taken_back() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let bar = robin.page().find("toolbar", "Status bar");
        bar.button("Available").click().await?;
        bar.button("Do not disturb").has_state("pressed", "true").await?;
        robin.current_call().find("heading", "Do not disturb").is_there().await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        office.tells("the refusal", |event| matches!(event, Event::Refused { status: 486, .. })).await?;

        bar.button("Do not disturb").click().await?;
        bar.button("Available").is_there().await?;
        office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await
    })
}

#[test]
fn a_right_click_lists_what_can_be_done_and_enter_does_it() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").right_click().await?;
        let menu = robin.page().find_starting("menu", "Actions for Ottoline Marsh");
        menu.find("menuitem", "Mute").has_state("disabled", "true").await?;
        menu.find("menuitem", "Mute").says("Not answered yet").await?;
        menu.find("menuitem", "Answer").has_state("focused", "true").await?;
        robin.press(Key::Enter).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        menu.is_gone().await
    })
}

#[test]
fn the_console_turns_french_in_the_middle_of_a_call() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;

        robin.page().find("navigation", "Views").button("Settings").click().await?;
        robin.page().find("group", "Language").button("Français").click().await?;
        robin
            .page()
            .find("grid", "Appels entrants")
            .find_starting("row", "En ligne, Ottoline Marsh")
            .is_there()
            .await?;
        office.hears_sound(call).await?;
        robin.page().find("region", "Appel en cours").button("Raccrocher").click().await?;
        robin.page().find("grid", "Appels entrants").find_starting("row", "En ligne").is_gone().await
    })
}

#[test]
fn signing_out_leaves_the_registration_and_leads_to_the_door() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().find_starting("button", "Operator").click().await?;
        robin.page().find("menuitem", "Sign out").click().await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).is_there().await?;
        office
            .tells("the end of the registration", |event| matches!(event, Event::Unregistered { .. }))
            .await
            .map(drop)
    })
}

#[test]
fn nobody_signs_out_while_calls_are_up() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.page().find_starting("button", "Operator").click().await?;
        let sign_out = robin.page().find("menuitem", "Sign out");
        sign_out.has_state("disabled", "true").await?;
        sign_out.says("Calls are up: end them first").await?;
        robin.press(Key::Escape).await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await?;
        robin.page().find_starting("button", "Operator").click().await?;
        sign_out.click().await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).is_there().await
    })
}

#[test]
fn who_signs_out_leaves_no_microphone_open() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().has_microphones(1).await?;
        robin.page().find_starting("button", "Operator").click().await?;
        robin.page().find("menuitem", "Sign out").click().await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).is_there().await?;
        robin.page().has_microphones(0).await
    })
}

#[test]
fn a_session_that_ends_in_mid_call_shows_nobody_out_before_the_call_is_over() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = answers_ottoline(&office, &robin).await?;
        office.hears_sound(call).await?;

        // As from another computer of the same operator, or by the clock.
        robin.page().evaluate(&format!("fetch('{}', {{ method: 'POST' }})", path::SIGN_OUT)).await?;
        robin.current_call().says("sign in again").await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        office.hears_sound(call).await?;
        robin.page().hears_sound().await?;

        robin.press(Key::F(10)).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).is_there().await?;
        robin.page().has_microphones(0).await
    })
}

#[test]
fn a_file_that_was_saved_is_not_saved_again_for_whoever_signs_in_next() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let note = "window.saved = 0; addEventListener('click', (event) => { \
            if (event.target.closest('a[download]')) { event.preventDefault(); window.saved += 1; } }, true)";
        robin.page().evaluate(note).await?;
        robin.page().find("navigation", "Views").button("Call log").click().await?;
        robin.page().button("Export the call log as CSV").click().await?;
        eventually("a file to be saved", SOON, async || {
            match robin.page().evaluate("window.saved").await? {
                saved if saved == 1 => Ok(()),
                saved => Err(Failed::new(format!("there were {saved}"))),
            }
        })
        .await?;

        robin.page().find_starting("button", "Operator").click().await?;
        robin.page().find("menuitem", "Sign out").click().await?;
        robin.page().button("Sign in as Sam Velasquez").click().await?;
        robin.start_shift().await?;
        robin.is_registered().await?;
        assert_eq!(robin.page().evaluate("window.saved").await?, 1);
        Ok(())
    })
}

#[test]
fn telephone_links_are_asked_for_in_the_settings() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let note = "window.asked = []; \
            navigator.registerProtocolHandler = (scheme, url) => window.asked.push(`${scheme} ${url}`)";
        robin.page().evaluate(note).await?;
        robin.page().find("navigation", "Views").button("Settings").click().await?;
        robin.page().button("Open them in Cordboard").click().await?;
        let asked = robin.page().evaluate("window.asked.join(', ')").await?;
        let url = format!("{}?dial=%s", Relay::url());
        assert_eq!(asked, format!("tel {url}, sip {url}"));
        Ok(())
    })
}

#[test]
fn a_number_is_copied_and_a_browser_that_refuses_is_told_of() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let note = "window.copied = ''; window.refuses = false; \
            navigator.clipboard.writeText = async (text) => { \
                if (window.refuses) throw new Error('no'); window.copied = text; }";
        robin.page().evaluate(note).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        let ottoline = robin.incoming("Ringing", "Ottoline Marsh");
        ottoline.right_click().await?;
        robin.page().find("menuitem", "Copy number").click().await?;
        assert_eq!(robin.page().evaluate("window.copied").await?, Office::OTTOLINE);
        robin.page().find("alert", "Nothing was copied").is_gone().await?;

        robin.page().evaluate("window.refuses = true").await?;
        ottoline.right_click().await?;
        robin.page().find("menuitem", "Copy number").click().await?;
        let notice = robin.page().find("alert", "Nothing was copied");
        notice.is_there().await?;
        notice.button("Dismiss").click().await?;
        notice.is_gone().await
    })
}

/// A night's sleep, as Chromium has it on Linux and macOS: the wall clock goes on, the steady clock and all timers stand
/// still.
const NIGHT: &str = "const wall = Date.now; Date.now = () => wall() + 12 * 3600 * 1000";
/// Counts what is sent to keep the registration.
const COUNT_REGISTERS: &str = "self.registers = 0; const send = WebSocket.prototype.send; \
    WebSocket.prototype.send = function (frame) { \
        self.registers += `${frame}`.startsWith('REGISTER '); \
        send.call(this, frame); \
    }";

#[test]
fn after_a_night_asleep_the_phone_registers_anew_and_calls_are_timed_from_now() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = Console::open(stage, &browser).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        robin.start_shift().await?;
        robin.has_audio().await?;
        robin.is_registered().await?;

        browser.in_engine(COUNT_REGISTERS).await?;
        browser.in_engine(NIGHT).await?;
        robin.page().evaluate(NIGHT).await?;
        eventually("the registration of the morning", SOON, async || {
            match browser.in_engine("self.registers").await? {
                sent if sent == 1 => Ok(()),
                sent => Err(Failed::new(format!("{sent} were sent"))),
            }
        })
        .await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").button("Answer").click().await?;
        robin.current_call().find_starting("timer", "Talking for 0:00:").is_there().await
    })
}
