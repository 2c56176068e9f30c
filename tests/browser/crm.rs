//! The caller's page in the CRM, opened from the call.

use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Told, story};

use crate::{ROBIN, at_work};

#[test]
fn a_caller_is_looked_up_in_the_crm_by_key_and_by_menu() -> Told {
    story(async |stage| {
        // Any page that is there will do for a CRM.
        let crm = format!("{}healthz", Relay::url());
        let office = Office::open_with_crm(&format!("{crm}?phone={{number}}&who={{name}}")).await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        let call = robin.incoming("Ringing", "Ottoline Marsh");
        call.click().await?;
        robin.press(Key::Character('r')).await?;
        let caller = format!("{crm}?phone=%2B442079460811&who=Ottoline%20Marsh");
        robin.page().has_tabs(1, &caller).await?;

        robin.page().to_front().await?;
        call.right_click().await?;
        robin.page().find("menuitem", "Open in the CRM").click().await?;
        robin.page().has_tabs(2, &caller).await?;
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
