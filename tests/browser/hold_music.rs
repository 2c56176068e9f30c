//! What callers on hold hear where the music is ours, by the spectrum of what reaches them.

use std::fs;

use cordboard_practice::CallId;
use cordboard_relay::config::{HoldMusic, SoundFile};
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::sound::Sound;
use cordboard_tests::{Failed, Stage, Told, story};

use crate::ROBIN;

/// What the operator's microphone hums, Hz.
const ROBINS: f64 = 2_100.0;
/// The note of the console's own tone that sounds longest, Hz.
const NOTE: f64 = 523.25;
/// What the file plays, Hz.
const MUSIC: f64 = 1_300.0;

/// An operator whose microphone hums.
async fn humming(stage: &Stage) -> Result<Console, Failed> {
    let robin = Console::practise_humming(stage, ROBIN, ROBINS).await?;
    robin.is_registered().await?;
    Ok(robin)
}

/// Calls a machine, which hears the operator.
async fn call(office: &mut Office, robin: &Console, extension: &str) -> Result<CallId, Failed> {
    robin.dial(extension).await?;
    let call = office.is_called(extension).await?;
    robin.outgoing("Talking", "").is_there().await?;
    office.hears_tones(call, &[ROBINS], &[NOTE, MUSIC]).await?;
    Ok(call)
}

/// A file for callers on hold, as an administrator would name it.
fn file(stage: &Stage, content: &[u8]) -> Result<HoldMusic, Failed> {
    let path = stage.folder().join("hold.wav");
    fs::write(&path, content).map_err(|problem| Failed::new(format!("{}: {problem}", path.display())))?;
    SoundFile::read(&path).map(HoldMusic::File).map_err(|wrong| Failed::new(wrong.to_string()))
}

#[test]
fn all_on_hold_hear_the_consoles_tone_and_nothing_of_the_operator_until_they_are_resumed() -> Told {
    story(async |stage| {
        let mut office = Office::open_with_music(HoldMusic::Tone).await?;
        let robin = humming(stage).await?;
        let first = call(&mut office, &robin, "611").await?;
        let second = call(&mut office, &robin, "612").await?;
        office.hears_tones(first, &[NOTE], &[ROBINS]).await?;
        robin.current_call().button("Hold").click().await?;
        office.hears_tones(second, &[NOTE], &[ROBINS]).await?;
        office.hears_tones(first, &[NOTE], &[ROBINS]).await?;

        robin.outgoing("On hold", "Tone of 600 Hz").button("Resume").click().await?;
        office.hears_tones(first, &[ROBINS], &[NOTE]).await?;
        office.hears_tones(second, &[NOTE], &[ROBINS]).await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_file_is_played_to_whoever_is_on_hold_also_by_the_page_that_takes_the_sound_over() -> Told {
    story(async |stage| {
        let music = file(stage, &Sound::tone_file(MUSIC, 3))?;
        let mut office = Office::open_with_music(music).await?;
        let robin = humming(stage).await?;
        let one = call(&mut office, &robin, "611").await?;
        robin.press(Key::F(9)).await?;
        office.hears_tones(one, &[MUSIC], &[ROBINS, NOTE]).await?;

        robin.page().reload().await?;
        robin.has_audio().await?;
        office.hears_tones(one, &[MUSIC], &[ROBINS, NOTE]).await?;
        robin.press(Key::F(9)).await?;
        robin.outgoing("Talking", "").is_there().await?;
        office.hears_tones(one, &[ROBINS], &[MUSIC, NOTE]).await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn in_place_of_a_file_that_no_browser_plays_there_is_the_tone_and_the_operator_is_told_once() -> Told {
    story(async |stage| {
        let mut office = Office::open_with_music(file(stage, b"this is no sound")?).await?;
        let robin = humming(stage).await?;
        robin.page().find("alert", "Callers on hold hear a tone instead of music").is_there().await?;
        robin.page().button("Dismiss").click().await?;
        let one = call(&mut office, &robin, "611").await?;
        robin.press(Key::F(9)).await?;
        office.hears_tones(one, &[NOTE], &[ROBINS]).await?;

        robin.page().reload().await?;
        robin.has_audio().await?;
        office.hears_tones(one, &[NOTE], &[ROBINS]).await?;
        robin.page().find("alert", "Callers on hold hear a tone instead of music").is_gone().await
    })
}
