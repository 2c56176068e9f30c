//! The caller's page in the CRM, opened from the call.

use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, SOON, Told, eventually, story};

use crate::{ROBIN, at_work};

/// Notes what the page opens instead of opening it: there is no CRM.
const NOTE_TABS: &str =
    "window.opened = []; window.open = (...how) => { opened.push(how); return null }; true";

#[test]
fn a_caller_is_looked_up_in_the_crm_by_key_and_by_menu() -> Told {
    story(async |stage| {
        let office = Office::open_with_crm("https://crm.example.com/find?phone={number}&who={name}").await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().evaluate(NOTE_TABS).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        let call = robin.incoming("Ringing", "Ottoline Marsh");
        call.click().await?;
        robin.press(Key::Character('r')).await?;
        call.right_click().await?;
        robin.page().find("menuitem", "Open in the CRM").click().await?;

        let tab = "https://crm.example.com/find?phone=%2B442079460811&who=Ottoline%20Marsh";
        let expected = serde_json::json!([[tab, "_blank", "noopener"], [tab, "_blank", "noopener"]]);
        eventually("two tabs of the CRM", SOON, async || {
            let opened = robin.page().evaluate("window.opened").await?;
            if opened == expected { Ok(()) } else { Err(Failed::new(format!("there are {opened}"))) }
        })
        .await?;
        // The caller rings on meanwhile.
        call.is_there().await
    })
}

#[test]
fn without_a_crm_the_menu_says_that_there_is_none() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").right_click().await?;
        let item = robin.page().find("menuitem", "Open in the CRM");
        item.has_state("disabled", "true").await?;
        item.says("No CRM is set up").await
    })
}
