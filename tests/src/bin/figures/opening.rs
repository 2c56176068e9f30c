//! P2: how long an operator waits who has signed in before, from opening the page to being registered.

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, Stage, Told};

use crate::spread::Spread;

/// How often the console is opened each way.
const OPENINGS: usize = 9;

/// What nobody notices waiting for, milliseconds.
const BAR: u32 = 500;

const WHEN_REGISTERED: &str = include_str!("when_registered.js");

/// Measures both ways and prints them: the first page of the day, and one more beside a page that is open.
pub(crate) async fn measure(stage: &Stage) -> Told {
    let _relay = Relay::practising(stage).await?;
    let browser = Browser::start(stage, "opening").await?;
    let first = Console::open(stage, &browser).await?;
    first.page().button("Sign in as Robin Ashdown").click().await?;
    first.is_registered().await?;

    let mut beside = Vec::new();
    for _ in 0..OPENINGS {
        beside.push(open(stage, &browser).await?);
    }
    first.page().clone().close().await?;
    let mut alone = Vec::new();
    for _ in 0..OPENINGS {
        browser.end_engine().await?;
        alone.push(open(stage, &browser).await?);
    }

    println!("\nP2, opened to registered, signed in before and files cached, {OPENINGS} times, milliseconds");
    println!("    median     worst");
    let row = |spread: &Spread, what: &str| {
        println!("{:>10.0}{:>10.0}  Cordboard, {what} (bar: {BAR})", spread.median(), spread.worst());
    };
    row(&Spread::of(alone), "no engine running");
    row(&Spread::of(beside), "the engine running for another tab");
    Ok(())
}

/// Opens the console, gives the time that it took, and closes it.
async fn open(stage: &Stage, browser: &Browser) -> Result<f64, Failed> {
    let page = browser.open_with(stage, &Relay::url(), WHEN_REGISTERED).await?;
    let took = page.evaluate("window.whenRegistered").await?.as_f64().unwrap_or(f64::NAN);
    page.close().await?;
    Ok(took)
}
