//! The rush hour: twenty callers within seconds, and two hands on the keyboard.

use std::collections::BTreeSet;

use cordboard_practice::{CallId, Event};
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, SOON, Told, eventually, story};
use tokio::sync::broadcast::Receiver;

use crate::{ROBIN, at_work};

/// Callers of a rush, and the call that asked for it.
const CALLS: usize = 21;

/// Calls that were answered, or whose callers were told that nobody can.
struct Ledger {
    events: Receiver<Event>,
    settled: BTreeSet<CallId>,
}

impl Ledger {
    fn read(&mut self) -> usize {
        while let Ok(event) = self.events.try_recv() {
            if let Event::Answered { call } | Event::Refused { call, .. } | Event::GivenUp { call } = event {
                self.settled.insert(call);
            }
        }
        self.settled.len()
    }
}

/// Waits until somebody rings, or everybody has been seen to: false then.
async fn somebody_rings(robin: &Console, ledger: &mut Ledger) -> Result<bool, Failed> {
    let ringing = "document.querySelectorAll('[role=row][aria-label^=Ringing][data-call]').length";
    eventually("the next caller", SOON, async || {
        let settled = ledger.read();
        let rings = robin.page().evaluate(ringing).await?.as_u64().unwrap_or_default();
        match (rings, settled) {
            (0, CALLS..) => Ok(false),
            (0, _) => Err(Failed::new(format!("{settled} of {CALLS} calls are settled"))),
            (_, _) => Ok(true),
        }
    })
    .await
}

#[test]
fn a_rush_of_twenty_callers_is_handled_with_the_keyboard_alone() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let mut ledger = Ledger { events: office.events(), settled: BTreeSet::new() };
        robin.press(Key::F(4)).await?;
        robin.page().type_text("*20").await?;
        robin.press(Key::Enter).await?;
        let confirmation = robin.page().find("grid", "Outgoing calls").find_starting("row", "Talking");
        confirmation.is_there().await?;
        robin.press(Key::F(10)).await?;
        confirmation.is_gone().await?;

        let talking = robin.page().find("grid", "Incoming calls").find_starting("row", "Talking");
        let mut answered = 0;
        while somebody_rings(&robin, &mut ledger).await? {
            robin.press(Key::F(9)).await?;
            talking.is_there().await?;
            answered += 1;
            if answered == 3 {
                robin.page().screenshot(stage, "rush").await?;
            }
            robin.press(Key::F(10)).await?;
            talking.is_gone().await?;
        }
        if answered < 12 {
            return Err(Failed::new(format!("only {answered} of twenty were answered")));
        }
        robin.has_no_calls().await?;
        robin.page().has_no_errors()
    })
}
