//! P3: how soon a caller is seen, from the INVITE in the worker to the call painted, beside the time that JsSIP takes to
//! tell its page of the same INVITE, which paints nothing.

use std::path::Path;

use cordboard_practice::{Algorithm, Exchange, Operator, Settings};
use cordboard_relay::Practice;
use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::Page;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, SOON, Stage, Told, eventually};
use serde_json::Value;

use crate::crowd;
use crate::spread::Spread;

/// How many callers ring, one after another.
const CALLS: usize = 40;
/// Calls on the console when it is full, whoever rings among them.
const FULL: u8 = 30;

const NOTE_INVITES: &str = include_str!("note_invites.js");
const WATCH_CALLS: &str = include_str!("watch_calls.js");

/// Measures both and prints them.
pub(crate) async fn measure(stage: &Stage, peers: &Path) -> Told {
    let (ours, full) = cordboard(stage).await?;
    let jssip = jssip(stage, peers).await?;
    println!(
        "\nP3, a caller rings, {CALLS} times, {} contacts, {} watched telephones; milliseconds but for frames",
        crowd::CONTACTS,
        crowd::TELEPHONES
    );
    println!("    median       p95     worst");
    let row = |spread: Spread, what: &str| {
        println!("{:>10.1}{:>10.1}{:>10.1}  {what}", spread.median(), spread.percentile(95), spread.worst());
    };
    row(
        spread(&ours, |ring| ring.frames),
        "Cordboard, frames until the call is in one, 1 is the next (bar: p95 1)",
    );
    row(spread(&ours, |ring| ring.painted - ring.message), "Cordboard, message in the page to call painted");
    row(spread(&ours, |ring| ring.shown - ring.message), "of these, until the row is in the page");
    row(
        spread(&ours, |ring| ring.message - ring.invite),
        "Cordboard, INVITE in the worker to message in the page",
    );
    row(spread(&ours, |ring| ring.painted - ring.invite), "Cordboard, INVITE in the worker to call painted");
    row(spread(&full, |ring| ring.frames), "Cordboard with 30 calls, frames until the call is in one");
    row(
        spread(&full, |ring| ring.painted - ring.message),
        "Cordboard with 30 calls, message in the page to painted",
    );
    row(spread(&full, |ring| ring.shown - ring.message), "of these, until the row is in the page");
    row(jssip, "JsSIP 3.13.8, INVITE in the page to its newRTCSession event, nothing painted");
    Ok(())
}

/// When one call came how far, milliseconds on the same clock.
#[derive(Clone, Copy, Debug)]
struct Ring {
    /// The INVITE was in the worker.
    invite: f64,
    /// The first message about it was in the page.
    message: f64,
    /// The row was in the page.
    shown: f64,
    /// The row was on the screen.
    painted: f64,
    /// How many frames were begun from the message to the one that the row is in.
    frames: f64,
}

fn spread(rings: &[Ring], time: impl Fn(&Ring) -> f64) -> Spread {
    Spread::of(rings.iter().map(time).collect())
}

/// With one call at a time, and with all the others that a full console has.
async fn cordboard(stage: &Stage) -> Result<(Vec<Ring>, Vec<Ring>), Failed> {
    let office = Office::open_with_exchange(Practice { incoming_calls: FULL, ..crowd::EXCHANGE }).await?;
    let browser = Browser::start(stage, "ringing").await?;
    let page = browser.open_with(stage, &Relay::url(), WATCH_CALLS).await?;
    let sign_in = page.button("Sign in as Robin Ashdown");
    // The engine runs by now; its socket opens after signing in.
    sign_in.is_there().await?;
    browser.in_engine(NOTE_INVITES).await?;
    sign_in.click().await?;
    page.button("Start shift").click().await?;
    page.button("Headset: Audio on").is_there().await?;
    page.find("region", "Current call").says("Registered").await?;
    crowd::import(stage, &Console::of(page.clone())).await?;
    crowd::is_watched(&office, "robin").await?;

    let mut seen = rung(&office, &page).await?;
    for _ in 1..FULL {
        page.evaluate("window.noCall()").await?;
        page.evaluate("window.called = window.nextCall(); true").await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        seen.push(page.evaluate("window.called").await?);
        // Whoever talks is put on hold by that.
        page.press(Key::F(9)).await?;
    }
    seen.extend(rung(&office, &page).await?);
    let invites = times(&browser.in_engine("self.invites").await?);
    if invites.len() != seen.len() {
        return Err(Failed::new(format!("{} calls were rung, {} INVITEs came", seen.len(), invites.len())));
    }
    let mut rings: Vec<_> =
        invites.into_iter().zip(&seen).map(|(invite, seen)| ring(invite, seen)).collect::<Result<_, _>>()?;
    let full = rings.split_off(rings.len() - CALLS);
    rings.truncate(CALLS);
    Ok((rings, full))
}

/// Rings and hangs up, one call after another; gives when each was seen.
async fn rung(office: &Office, page: &Page) -> Result<Vec<Value>, Failed> {
    let mut seen = Vec::new();
    for _ in 0..CALLS {
        page.evaluate("window.noCall()").await?;
        page.evaluate("window.called = window.nextCall(); true").await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        seen.push(page.evaluate("window.called").await?);
        office.hang_up(call).await;
    }
    Ok(seen)
}

fn ring(invite: f64, seen: &Value) -> Result<Ring, Failed> {
    let time = |name: &str| seen.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let messages = times(seen.get("messages").unwrap_or(&Value::Null));
    let message = messages.into_iter().find(|&at| at >= invite);
    let message = message.ok_or_else(|| Failed::new("a call was shown before the engine told of it"))?;
    let painted = time("painted");
    let frames = times(seen.get("frames").unwrap_or(&Value::Null));
    let frames = frames.iter().filter(|&&begun| message < begun && begun < painted).count();
    let frames = f64::from(u32::try_from(frames).unwrap_or(u32::MAX));
    Ok(Ring { invite, message, shown: time("shown"), painted, frames })
}

/// JsSIP, straight at an exchange of the same kind.
async fn jssip(stage: &Stage, peers: &Path) -> Result<Spread, Failed> {
    let operators = vec![Operator::new("robin", "bench", "Robin Ashdown", "201")];
    // JsSIP answers no other challenge than one with MD5.
    let settings = Settings { operators, algorithms: vec![Algorithm::Md5], ..Settings::default() };
    let domain = settings.domain.clone();
    let exchange = Exchange::start(settings).await.map_err(|problem| Failed::new(problem.to_string()))?;
    let browser = Browser::start(stage, "jssip").await?;
    let url = format!("file://{}", peers.join("index.html").display());
    let page = browser.open_with(stage, &url, NOTE_INVITES).await?;
    let script = format!("jssipRegistered('{}', 'sip:robin@{domain}', 'bench')", exchange.url());
    eventually("JsSIP to be registered", SOON, async || page.evaluate(&script).await).await?;

    for rung in 1..=CALLS {
        let call = exchange.ring(Office::OTTOLINE, "robin", Office::LAW).await;
        let call = call.map_err(|problem| Failed::new(problem.to_string()))?;
        has(&page, "jssipCalls.told.length", rung).await?;
        exchange.hang_up(call).await;
        has(&page, "jssipCalls.over", rung).await?;
    }
    let invites = times(&page.evaluate("self.invites").await?);
    let told = times(&page.evaluate("jssipCalls.told").await?);
    if invites.len() != told.len() {
        return Err(Failed::new(format!("JsSIP told of {} calls of {}", told.len(), invites.len())));
    }
    Ok(Spread::of(told.iter().zip(&invites).map(|(told, invite)| told - invite).collect()))
}

async fn has(page: &Page, script: &str, count: usize) -> Told {
    eventually(script, SOON, async || match page.evaluate(script).await?.as_u64() {
        Some(found) if usize::try_from(found) == Ok(count) => Ok(()),
        found => Err(Failed::new(format!("{found:?} and not {count}"))),
    })
    .await
}

fn times(list: &Value) -> Vec<f64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}
