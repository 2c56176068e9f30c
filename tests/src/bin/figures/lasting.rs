//! What a long shift leaves behind: memory and connections after a thousand calls, with the contacts and the watched
//! telephones of a large company (P8).

use cordboard_tests::browser::{Browser, Memory};
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, Stage, Told};

use crate::crowd;

/// Calls of a long shift, and after how many memory is looked at.
const CALLS: usize = 1000;
const EVERY: usize = 250;
/// Calls after those whose number is typed each time: the browser keeps what was typed into a field, so that it can be
/// undone, up to a thousand steps.
const TYPED: usize = 500;
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
    let (page, process) = browser.open_unseen(stage, &Relay::url()).await?;
    let robin = Console::of(page);
    robin.shows("Registered").await?;
    robin.shows("Audio on").await?;
    crowd::is_watched(&office, "robin").await?;
    println!("\nP8, memory of the tab, page and engine (bar: 200 MB, no growth over the last 500 calls)");
    let crowded = format!("with {} contacts, {} watched telephones", crowd::CONTACTS, crowd::TELEPHONES);
    row(&browser, process, &robin, &crowded).await?;
    type_and_call(&robin).await?;
    for call in 1..=CALLS {
        if call > 1 {
            call_again(&robin).await?;
        }
        robin.hangs_up_when_answered().await?;
        if call % EVERY == 0 {
            robin.page().lets_connections_go().await?;
            row(&browser, process, &robin, &format!("after {call} calls, no connection in memory")).await?;
        }
    }
    for _ in 0..TYPED {
        type_and_call(&robin).await?;
        robin.hangs_up_when_answered().await?;
    }
    robin.page().lets_connections_go().await?;
    row(&browser, process, &robin, &format!("after {TYPED} more, each number typed")).await
}

async fn type_and_call(robin: &Console) -> Told {
    robin.press(Key::F(4)).await?;
    robin.page().type_text(MACHINE).await?;
    robin.press(Key::Enter).await
}

/// Calls whom was called last, from the redial list.
async fn call_again(robin: &Console) -> Told {
    robin.press(Key::F(4)).await?;
    robin.press(Key::Down).await?;
    robin.press(Key::Enter).await
}

async fn row(browser: &Browser, process: u64, robin: &Console, when: &str) -> Result<(), Failed> {
    robin.page().collect_garbage().await?;
    browser.collect_garbage_of_engines().await?;
    let memory = Memory::of(process)?;
    let megabytes = |bytes: u64| bytes / 1_000_000;
    println!(
        "{:>10} MB of its own, {} with its share of Chromium's program: {when}",
        megabytes(memory.own),
        megabytes(memory.all)
    );
    Ok(())
}
