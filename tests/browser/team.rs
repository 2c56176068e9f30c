//! The team's board: two operators see each other's calls, and one takes over what the other cannot get to.

use cordboard_practice::CallId;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::page::{Locator, Size};
use cordboard_tests::{Failed, Stage, Told, story};

use crate::{ROBIN, SAM, at_work};

const OTTOLINE: &str = "Ottoline Marsh";
const PERCIVAL: &str = "Percival Strand";

/// Robin and Sam at work; Sam looks at the team.
async fn two_at_work(stage: &Stage) -> Result<(Console, Console), Failed> {
    let robin = at_work(stage, ROBIN).await?;
    let sam = at_work(stage, SAM).await?;
    sam.page().button("Team").click().await?;
    Ok((robin, sam))
}

/// What the operator sees of somebody else's calls.
fn seen(by: &Console, of: &str, status: &str, who: &str) -> Locator {
    by.page().find("rowgroup", &format!("Calls of {of}")).find_starting("row", &format!("{status}, {who}"))
}

/// Ottoline Marsh waits at Robin's on hold.
async fn held_by_robin(office: &Office, robin: &Console) -> Result<CallId, Failed> {
    let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
    robin.incoming("Ringing", OTTOLINE).button("Answer").click().await?;
    robin.incoming("Talking", OTTOLINE).is_there().await?;
    office.hears_sound(call).await?;
    robin.press(Key::F(9)).await?;
    robin.incoming("On hold", OTTOLINE).is_there().await?;
    Ok(call)
}

#[test]
fn a_caller_whom_robin_holds_is_taken_over_by_sam_with_sound_both_ways() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let (robin, sam) = two_at_work(stage).await?;
        let call = held_by_robin(&office, &robin).await?;
        let row = seen(&sam, ROBIN, "On hold", OTTOLINE);
        row.is_there().await?;
        sam.page().screenshot(stage, "team-held").await?;
        row.right_click().await?;
        let menu = sam.page().find("menu", "Actions for Ottoline Marsh");
        menu.find_starting("menuitem", "Take over Ottoline Marsh from Robin Ashdown").is_there().await?;
        sam.press(Key::Escape).await?;
        row.button("Take over").click().await?;

        let taken = sam.incoming("Talking", OTTOLINE);
        taken.is_there().await?;
        if !taken.name().await?.contains("Aldergate Law") {
            return Err(Failed::new("the line that was called is forgotten"));
        }
        office.hears_sound(call).await?;
        sam.page().hears_sound().await?;
        robin.page().says("Sam Velasquez has taken over Ottoline Marsh").await?;
        robin.has_no_calls().await?;
        // It is Sam's now, and Robin sees that.
        robin.page().button("Team").click().await?;
        seen(&robin, SAM, "Talking", OTTOLINE).is_there().await?;
        robin.page().has_no_errors()?;
        sam.page().has_no_errors()
    })
}

#[test]
fn a_caller_who_rings_at_robins_is_taken_over_by_sam_with_the_keyboard() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let (robin, sam) = two_at_work(stage).await?;
        // Sam talks to somebody else, who waits meanwhile.
        office.ring(Office::PERCIVAL, "sam", Office::CLINIC).await?;
        sam.incoming("Ringing", PERCIVAL).button("Answer").click().await?;
        sam.incoming("Talking", PERCIVAL).is_there().await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        // An answered call brings its directory to the front.
        sam.page().button("Team").click().await?;
        let row = seen(&sam, ROBIN, "Ringing", OTTOLINE);
        row.is_there().await?;
        row.click().await?;
        row.has_state("selected", "true").await?;
        sam.press(Key::Enter).await?;
        sam.incoming("Talking", OTTOLINE).is_there().await?;
        sam.incoming("On hold", PERCIVAL).is_there().await?;
        office.hears_sound(call).await?;
        robin.page().says("Sam Velasquez has taken over Ottoline Marsh").await?;
        robin.has_no_calls().await?;
        robin.page().has_no_errors()?;
        sam.page().has_no_errors()
    })
}

#[test]
fn whoever_waits_longest_of_the_team_is_marked_wherever_they_are() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let (robin, sam) = two_at_work(stage).await?;
        let call = held_by_robin(&office, &robin).await?;
        office.ring(Office::PERCIVAL, "sam", Office::CLINIC).await?;
        sam.incoming("Ringing", PERCIVAL).is_there().await?;
        let is_marked = async |row: &Locator| {
            let name = row.name().await?;
            if name.ends_with("longest wait") { Ok(()) } else { Err(Failed::new(name)) }
        };
        let on_board = seen(&sam, ROBIN, "On hold", OTTOLINE);
        cordboard_tests::eventually("the mark on the board", cordboard_tests::SOON, async || {
            is_marked(&on_board).await
        })
        .await?;
        is_marked(&robin.incoming("On hold", OTTOLINE)).await?;
        for (size, name) in [(Size::DESK, "desk"), (Size::LAPTOP, "laptop")] {
            sam.page().resize(size).await?;
            sam.page().screenshot(stage, &format!("team-{name}-light")).await?;
        }
        office.hang_up(call).await;
        let own = sam.incoming("Ringing", PERCIVAL);
        cordboard_tests::eventually("the mark on the own call", cordboard_tests::SOON, async || {
            is_marked(&own).await
        })
        .await?;
        on_board.is_gone().await
    })
}

#[test]
fn nothing_moves_up_under_the_pointer_when_a_call_above_it_ends() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let (robin, sam) = two_at_work(stage).await?;
        let call = held_by_robin(&office, &robin).await?;
        office.ring(Office::PERCIVAL, "robin", Office::CLINIC).await?;
        let below = seen(&sam, ROBIN, "Ringing", PERCIVAL);
        below.click().await?;
        let place = below.place().await?;
        office.hang_up(call).await;
        let gone = seen(&sam, ROBIN, "Gone", OTTOLINE);
        gone.is_there().await?;
        let now = below.place().await?;
        if place != now {
            return Err(Failed::new(format!("it was at {place:?} and is at {now:?}")));
        }
        sam.page().screenshot(stage, "team-gone").await?;
        // Whoever rings next takes the empty place.
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        seen(&sam, ROBIN, "Ringing", OTTOLINE).is_there().await?;
        gone.is_gone().await?;
        if below.place().await? != place {
            return Err(Failed::new("it has moved"));
        }
        // Far from the board everybody moves up.
        robin.incoming("Ringing", OTTOLINE).button("Decline").click().await?;
        gone.is_there().await?;
        sam.page().button("Team").click().await?;
        gone.is_gone().await?;
        sam.page().has_no_errors()
    })
}

#[test]
fn a_board_that_hears_nothing_says_since_when_and_comes_back() -> Told {
    story(async |stage| {
        let (office, mut gate) = Office::open_behind_a_gate().await?;
        let (robin, sam) = two_at_work(stage).await?;
        held_by_robin(&office, &robin).await?;
        let row = seen(&sam, ROBIN, "On hold", OTTOLINE);
        row.is_there().await?;
        gate.shut().await;
        sam.page().says("Unknown since").await?;
        row.button("Take over").has_state("disabled", "true").await?;
        sam.page().screenshot(stage, "team-unknown").await?;
        gate.open_again().await?;
        sam.page().says("1 colleague").await?;
        row.is_there().await?;
        sam.is_registered().await?;
        robin.is_registered().await
    })
}

#[test]
fn a_colleague_who_leaves_is_gone_from_the_board() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let (robin, sam) = two_at_work(stage).await?;
        let robins = sam.page().find("rowgroup", "Calls of Robin Ashdown");
        robins.is_there().await?;
        robin.page().find_starting("button", "Operator").click().await?;
        robin.page().find("menuitem", "Sign out").click().await?;
        robins.is_gone().await?;
        sam.page().says("You are the only one here").await
    })
}
