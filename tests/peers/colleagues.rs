//! The desk and real telephones of colleagues, by what a real PBX tells of them: waited for, and helped out.

use cordboard_tests::keys::Key;
use cordboard_tests::pjsua::{Habits, Pjsua};
use cordboard_tests::{Told, story};

use crate::company::{Company, OLGA};

#[test]
fn a_caller_waits_for_a_busy_telephone_and_talks_to_it_when_it_is_free() -> Told {
    story(async |stage| {
        let company = Company::open_with_ben(stage).await?;
        let mut anna = company.phone(stage, 201).await?;
        let mut ben = company.phone(stage, 202).await?;
        let mut carl = company.phone(stage, 203).await?;
        let olga = &company.olga;
        company.ben("Available").is_there().await?;
        carl.dial("202").await?;
        ben.rings().await?;
        company.ben("Ringing").is_there().await?;
        ben.accept().await?;
        company.ben("Busy").is_there().await?;

        anna.dial(OLGA).await?;
        olga.incoming("Ringing", "201").is_there().await?;
        olga.press(Key::F(9)).await?;
        anna.talks().await?;
        olga.incoming("Talking", "201").drag_to(&company.ben("Busy")).await?;
        olga.incoming("Queued", "201").is_there().await?;
        company.ben("Busy").says("1 call waiting").await?;
        anna.ear().hears_nothing().await?;

        carl.hang_up().await?;
        ben.is_free().await?;
        ben.rings().await?;
        ben.accept().await?;
        olga.has_no_calls().await?;
        anna.ear().hears_tone(ben.tone()).await?;
        ben.ear().hears_tone(anna.tone()).await?;
        olga.page().has_no_errors()
    })
}

#[test]
fn a_call_that_rings_at_a_telephone_is_taken_over_by_what_the_pbx_tells_of_it() -> Told {
    story(async |stage| {
        let company = Company::open_with_ben(stage).await?;
        let mut anna = Pjsua::start(stage, &company.pbx, 201, &Habits::default()).await?;
        let mut ben = Pjsua::start(stage, &company.pbx, 202, &Habits::default()).await?;
        let olga = &company.olga;
        let to_ben = anna.dial("202").await?;
        let from_anna = ben.rings().await?;
        company.ben("Ringing").right_click().await?;
        let menu = olga.page().find("menu", "Actions for Ben Winter");
        menu.find("menuitem", "Intercept").click().await?;
        anna.is("replaced", to_ben).await?;
        ben.is("over", from_anna).await?;
        olga.outgoing("Talking", "201").is_there().await?;
        anna.ear().hears_sound().await?;
        olga.page().hears_sound().await?;
        olga.page().has_no_errors()
    })
}
