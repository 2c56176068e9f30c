//! How the console looks: it fits its screens, in light and dark. The photographs are for people, in `target/screens`.

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::{Page, Size};
use cordboard_tests::{Failed, Told, story};

use crate::{ROBIN, answers_ottoline, at_work};

/// Fails if the page has to be scrolled sideways, or its last line lies below the window.
async fn fits(page: &Page, what: &str) -> Result<(), Failed> {
    let root = "document.documentElement";
    let script = format!("[{root}.scrollWidth - innerWidth, {root}.scrollHeight - innerHeight].join(' by ')");
    let beyond = page.evaluate(&script).await?;
    match beyond.as_str() {
        Some("0 by 0") => Ok(()),
        _ => Err(Failed::new(format!("{what} reaches {beyond} pixels beyond the window"))),
    }
}

#[test]
fn a_busy_console_fits_its_screens_in_light_and_dark() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let page = robin.page();
        page.screenshot(stage, "ready").await?;

        answers_ottoline(&office, &robin).await?;
        robin.incoming("Talking", "Ottoline Marsh").is_there().await?;
        robin.dial("301").await?;
        robin.outgoing("Consulting", "Agnes Thorley").is_there().await?;
        office.ring(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;

        for (size, name) in [(Size::DESK, "desk"), (Size::LAPTOP, "laptop")] {
            page.resize(size).await?;
            page.screenshot(stage, &format!("busy-{name}-light")).await?;
            fits(page, name).await?;
        }
        page.prefer_dark().await?;
        page.screenshot(stage, "busy-laptop-dark").await?;
        page.resize(Size::DESK).await?;
        page.screenshot(stage, "busy-desk-dark").await?;

        robin.press(Key::F(8)).await?;
        page.find("dialog", "Transfer Ottoline Marsh").is_there().await?;
        page.screenshot(stage, "transfer-desk-dark").await?;
        robin.press(Key::Escape).await?;
        robin.incoming("Ringing", "Percival Strand").right_click().await?;
        page.find_starting("menu", "Actions for Percival Strand").is_there().await?;
        page.screenshot(stage, "menu-desk-dark").await?;
        page.has_no_errors()
    })
}

#[test]
fn the_door_fits_its_screens() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let browser = Browser::start(stage, "door").await?;
        let door = Console::open(stage, &browser).await?;
        door.page().button(&format!("Sign in as {ROBIN}")).is_there().await?;
        for (size, name) in [(Size::DESK, "desk"), (Size::LAPTOP, "laptop")] {
            door.page().resize(size).await?;
            door.page().screenshot(stage, &format!("door-{name}")).await?;
            fits(door.page(), name).await?;
        }
        Ok(())
    })
}
