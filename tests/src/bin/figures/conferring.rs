//! What a conference of five costs the operator's computer, beside a plain call and a console at rest.

use std::time::{Duration, Instant};

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, Stage, Told};
use tokio::time::sleep;

/// Practice machines that play a tone each without end, and their names.
const MACHINES: [(&str, &str); 4] = [
    ("611", "Tone of 600 Hz"),
    ("612", "Tone of 900 Hz"),
    ("613", "Tone of 1,200 Hz"),
    ("614", "Tone of 1,500 Hz"),
];
/// How long is looked at each.
const LOOK: Duration = Duration::from_secs(10);

/// Measures and prints.
pub(crate) async fn measure(stage: &Stage) -> Told {
    let _relay = Relay::practising(stage).await?;
    let browser = Browser::start(stage, "conferring").await?;
    let robin = Console::open(stage, &browser).await?;
    robin.page().button("Sign in as Robin Ashdown").click().await?;
    robin.start_shift().await?;
    robin.has_audio().await?;
    robin.is_registered().await?;

    println!("\nProcessor time of all of Chromium, percent of one core over {} s", LOOK.as_secs());
    row(&browser, "at rest").await?;
    let [first, others @ ..] = MACHINES;
    call(&robin, first).await?;
    row(&browser, "one call").await?;
    for machine in others {
        call(&robin, machine).await?;
    }
    for (_, name) in MACHINES.iter().rev().skip(1) {
        robin.outgoing("On hold", name).click().await?;
        robin.press(Key::Character('c')).await?;
        robin.outgoing("In conference", name).is_there().await?;
    }
    row(&browser, "a conference of five").await
}

async fn call(robin: &Console, (number, name): (&str, &str)) -> Told {
    robin.dial(number).await?;
    robin.outgoing("Talking", name).is_there().await
}

async fn row(browser: &Browser, what: &str) -> Result<(), Failed> {
    let (began, used) = (Instant::now(), browser.processor_time().await?);
    // A measurement has a length; this waits for nothing.
    sleep(LOOK).await;
    let used = browser.processor_time().await? - used;
    println!("{:>10.1}  {what}", 100.0 * used / began.elapsed().as_secs_f64());
    Ok(())
}
