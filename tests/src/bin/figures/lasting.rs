//! What a long shift leaves behind: memory and connections after a thousand calls (P8).

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, Stage, Told};

/// Calls of a long shift, and after how many memory is looked at.
const CALLS: usize = 1000;
const EVERY: usize = 250;
/// A practice machine that answers at once.
const MACHINE: &str = "611";

/// Measures and prints.
pub(crate) async fn measure(stage: &Stage) -> Told {
    let _relay = Relay::practising(stage).await?;
    let browser = Browser::start(stage, "lasting").await?;
    let without = browser.memory_of_pages().await?;
    let robin = Console::open(stage, &browser).await?;
    robin.page().button("Sign in as Robin Ashdown").click().await?;
    robin.start_shift().await?;
    robin.has_audio().await?;
    robin.is_registered().await?;

    robin.page().drops_trees().await?;
    println!("\nMemory of page and engine, and open connections, over {CALLS} calls");
    println!("   without it: {} MB, what Chromium takes for no page at all", without / 1_000_000);
    row(&browser, &robin, 0).await?;
    for call in 1..=CALLS {
        robin.press(Key::F(4)).await?;
        robin.page().type_text(MACHINE).await?;
        robin.press(Key::Enter).await?;
        robin.hangs_up_when_answered().await?;
        if call % EVERY == 0 {
            row(&browser, &robin, call).await?;
        }
    }
    Ok(())
}

async fn row(browser: &Browser, robin: &Console, calls: usize) -> Result<(), Failed> {
    robin.page().collect_garbage().await?;
    let megabytes = browser.memory_of_pages().await? / 1_000_000;
    let connections = robin.page().heard().await?.connections;
    println!("{calls:>10} calls: {megabytes} MB, {connections} connections");
    Ok(())
}
