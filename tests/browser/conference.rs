//! Conferences by sound: each party's exchange tells what it heard, tone by tone.

use cordboard_practice::CallId;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::{Office, tone_at};
use cordboard_tests::{Failed, Stage, Told, story};

use crate::ROBIN;

/// What the operator's microphone hums, Hz; none of the machines plays it.
const ROBINS: f64 = 2_100.0;
/// Machines that each play another tone without end.
const MACHINES: [&str; 4] = ["611", "612", "613", "614"];

/// A machine that has been called.
struct Party {
    call: CallId,
    extension: &'static str,
}

impl Party {
    fn tone(&self) -> f64 {
        tone_at(self.extension)
    }

    fn name(&self) -> String {
        name(self.extension)
    }
}

fn name(extension: &str) -> String {
    let tone = tone_at(extension);
    if tone < 1_000.0 {
        format!("Tone of {tone} Hz")
    } else {
        format!("Tone of {},{:03} Hz", 1, tone - 1_000.0)
    }
}

/// An operator whose microphone hums.
async fn humming(stage: &Stage) -> Result<Console, Failed> {
    let robin = Console::practise_humming(stage, ROBIN, ROBINS).await?;
    robin.is_registered().await?;
    Ok(robin)
}

/// Calls so many machines, one after the other; each waits on hold for the next.
async fn call(office: &mut Office, robin: &Console, machines: usize) -> Result<Vec<Party>, Failed> {
    let mut parties = Vec::new();
    for extension in MACHINES.into_iter().take(machines) {
        robin.dial(extension).await?;
        let call = office.is_called(extension).await?;
        robin.outgoing("Talking", &name(extension)).is_there().await?;
        parties.push(Party { call, extension });
    }
    Ok(parties)
}

/// Brings all of them together.
async fn confer(office: &mut Office, robin: &Console, machines: usize) -> Result<Vec<Party>, Failed> {
    let parties = call(office, robin, machines).await?;
    for party in parties.iter().rev().skip(1) {
        robin.outgoing("On hold", &party.name()).click().await?;
        robin.press(Key::Character('c')).await?;
        robin.outgoing("In conference", &party.name()).is_there().await?;
    }
    Ok(parties)
}

/// Waits until each of these hears exactly the tones of the others, and the operator's if so, and nobody itself.
async fn hear_each_other(office: &Office, parties: &[&Party], operator: bool) -> Told {
    for party in parties {
        let mut expected: Vec<f64> =
            parties.iter().filter(|other| other.call != party.call).map(|other| other.tone()).collect();
        expected.extend(operator.then_some(ROBINS));
        let mut silent: Vec<f64> = MACHINES.iter().map(|machine| tone_at(machine)).chain([ROBINS]).collect();
        silent.retain(|tone| !expected.contains(tone));
        office.hears_tones(party.call, &expected, &silent).await?;
    }
    Ok(())
}

#[test]
fn in_a_conference_of_five_each_hears_exactly_the_four_others() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = humming(stage).await?;
        let parties = confer(&mut office, &robin, 4).await?;
        let all: Vec<&Party> = parties.iter().collect();
        hear_each_other(&office, &all, true).await?;
        robin.page().hears_sound().await?;
        robin.page().says("[Talking]").await?;
        robin.current_call().says("5 of 5").await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn whoever_is_held_hears_nothing_and_the_others_go_on_and_whoever_hangs_up_is_missed_by_nobody() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = humming(stage).await?;
        let parties = confer(&mut office, &robin, 4).await?;
        let [one, two, three, four] = parties.as_slice() else { return Err(Failed::new("four were called")) };

        robin.outgoing("In conference", &two.name()).click().await?;
        robin.press(Key::F(6)).await?;
        robin.outgoing("On hold", &two.name()).is_there().await?;
        office.hears_nothing(two.call).await?;
        hear_each_other(&office, &[one, three, four], true).await?;

        robin.outgoing("On hold", &two.name()).click().await?;
        robin.press(Key::Character('c')).await?;
        robin.outgoing("In conference", &two.name()).is_there().await?;
        hear_each_other(&office, &[one, two, three, four], true).await?;

        office.hang_up(four.call).await;
        hear_each_other(&office, &[one, two, three], true).await?;
        office.hang_up(three.call).await;
        hear_each_other(&office, &[one, two], true).await?;
        office.hang_up(two.call).await;
        // Of two the one that is left is a call like any other.
        robin.outgoing("Talking", &one.name()).is_there().await?;
        hear_each_other(&office, &[one], true).await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn the_others_go_on_while_the_operator_is_away_and_a_new_call_comes_in_with_the_operator() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = humming(stage).await?;
        let mut parties = confer(&mut office, &robin, 3).await?;

        // The next call takes the operator out of the conference by itself.
        robin.dial(MACHINES[3]).await?;
        let call = office.is_called(MACHINES[3]).await?;
        robin.outgoing("Talking", &name(MACHINES[3])).is_there().await?;
        let fourth = Party { call, extension: MACHINES[3] };
        let all: Vec<&Party> = parties.iter().collect();
        hear_each_other(&office, &all, false).await?;
        hear_each_other(&office, &[&fourth], true).await?;

        robin.current_call().button("Conference").click().await?;
        robin.outgoing("In conference", &name(MACHINES[3])).is_there().await?;
        parties.push(fourth);
        let all: Vec<&Party> = parties.iter().collect();
        hear_each_other(&office, &all, true).await?;

        robin.current_call().button("Leave").click().await?;
        hear_each_other(&office, &all, false).await?;
        robin.page().find("toolbar", "Status bar").button("Conference").click().await?;
        hear_each_other(&office, &all, true).await?;

        robin.current_call().button("End all").click().await?;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_muted_party_is_heard_by_nobody_and_the_operators_mute_is_for_all() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = humming(stage).await?;
        let parties = confer(&mut office, &robin, 2).await?;
        let [one, two] = parties.as_slice() else { return Err(Failed::new("two were called")) };
        let tones = [one.tone(), two.tone(), ROBINS];

        robin.outgoing("In conference", &one.name()).click().await?;
        robin.press(Key::Character('m')).await?;
        robin.current_call().says("Muted by you").await?;
        office.hears_tones(two.call, &[ROBINS], &tones[..2]).await?;
        office.hears_tones(one.call, &tones[1..], &tones[..1]).await?;
        robin.press(Key::Character('m')).await?;
        hear_each_other(&office, &[one, two], true).await?;

        robin.current_call().button("Mute").click().await?;
        hear_each_other(&office, &[one, two], false).await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_conference_goes_on_in_the_next_page_when_the_one_that_mixes_it_is_reloaded() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = humming(stage).await?;
        let parties = confer(&mut office, &robin, 3).await?;
        let all: Vec<&Party> = parties.iter().collect();
        hear_each_other(&office, &all, true).await?;
        robin.page().reload().await?;
        robin.has_audio().await?;
        robin.current_call().says("4 of 5").await?;
        hear_each_other(&office, &all, true).await
    })
}

#[test]
fn a_call_dragged_onto_the_conference_comes_in() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = humming(stage).await?;
        let parties = call(&mut office, &robin, 2).await?;
        let [one, two] = parties.as_slice() else { return Err(Failed::new("two were called")) };
        let conference = robin.page().find("toolbar", "Status bar").button("Conference");
        robin.outgoing("On hold", &one.name()).drag_to(&conference).await?;
        robin.outgoing("In conference", &one.name()).is_there().await?;
        hear_each_other(&office, &[one, two], true).await
    })
}
