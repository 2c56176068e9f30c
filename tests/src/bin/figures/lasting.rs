//! What a long shift leaves behind: memory and connections after a thousand calls, with the contacts and the watched
//! telephones of a large company (P8).

use std::collections::BTreeSet;

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, Stage, Told};

use crate::crowd;

/// Calls of a long shift, and after how many memory is looked at.
const CALLS: usize = 1000;
const EVERY: usize = 250;
/// A practice machine that answers at once.
const MACHINE: &str = "611";

/// Measures and prints.
pub(crate) async fn measure(stage: &Stage) -> Told {
    let office = Office::open_with_exchange(crowd::EXCHANGE).await?;
    let browser = Browser::start(stage, "lasting").await?;
    let robin = Console::open(stage, &browser).await?;
    robin.page().button("Sign in as Robin Ashdown").click().await?;
    robin.start_shift().await?;
    robin.has_audio().await?;
    robin.is_registered().await?;
    crowd::import(stage, &robin).await?;
    crowd::is_watched(&office, "robin").await?;

    let browser = browser.next_day(stage).await?;
    let others = browser.processes_of_pages().await?;
    let robin = Console::of(browser.open_unseen(stage, &Relay::url()).await?);
    robin.shows("Registered").await?;
    robin.shows("Audio on").await?;
    crowd::is_watched(&office, "robin").await?;
    println!("\nP8, memory of the tab, page and engine (bar: 200 MB, no growth over the last 500 calls)");
    let crowded = format!("with {} contacts, {} watched telephones", crowd::CONTACTS, crowd::TELEPHONES);
    row(&browser, &others, &robin, &crowded).await?;
    for call in 1..=CALLS {
        robin.press(Key::F(4)).await?;
        robin.page().type_text(MACHINE).await?;
        robin.press(Key::Enter).await?;
        robin.hangs_up_when_answered().await?;
        if call % EVERY == 0 {
            robin.page().lets_connections_go().await?;
            row(&browser, &others, &robin, &format!("after {call} calls, no connection in memory")).await?;
        }
    }
    Ok(())
}

async fn row(browser: &Browser, others: &BTreeSet<u64>, robin: &Console, when: &str) -> Result<(), Failed> {
    robin.page().collect_garbage().await?;
    let memory = browser.memory_of_pages(others).await?;
    let megabytes = |bytes: u64| bytes / 1_000_000;
    println!(
        "{:>10} MB of its own, {} with its share of Chromium's program: {when}",
        megabytes(memory.own),
        megabytes(memory.all)
    );
    Ok(())
}
