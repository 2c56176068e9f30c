//! Stories of an operator at a real browser, with the practice exchange at the other end.

mod audio;
mod calls;
mod conference;
mod consulting;
mod crm;
mod directories;
mod door;
mod hold_music;
mod keys;
mod log;
mod looks;
mod overflow;
mod parking;
mod rush;
mod shift;
mod stored;
mod tabs;
mod team;
mod transfer;
mod watching;

use cordboard_practice::CallId;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, Stage};

/// The practice operators by the names they sign in with.
const ROBIN: &str = "Robin Ashdown";
const SAM: &str = "Sam Velasquez";

/// An operator at work, in a browser of their own.
async fn at_work(stage: &Stage, operator: &str) -> Result<Console, Failed> {
    let console = Console::practise(stage, operator).await?;
    console.is_registered().await?;
    Ok(console)
}

/// Ottoline rings for the law firm, and the operator, who is Robin, answers by key.
async fn answers_ottoline(office: &Office, robin: &Console) -> Result<CallId, Failed> {
    let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
    robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
    robin.press(Key::F(9)).await?;
    Ok(call)
}
