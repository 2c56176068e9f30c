//! A console and telephones in web pages: by JsSIP and by SIP.js, through Kamailio, with sound from browser to browser.

use cordboard_tests::keys::Key;
use cordboard_tests::web_telephone::{Stack, WebTelephone};
use cordboard_tests::{Stage, Told, story};

use crate::company::{Company, OLGA};

/// Sound in both directions, by what either browser measures.
async fn hear_each_other(company: &Company, wendy: &WebTelephone) -> Told {
    wendy.page().hears_sound().await?;
    company.olga.page().hears_sound().await
}

/// The web telephone calls, the console holds it and takes it back, and the web telephone hangs up.
async fn calls_the_console(stage: &Stage, stack: Stack) -> Told {
    let company = Company::open(stage).await?;
    let olga = &company.olga;
    let wendy = WebTelephone::start(stage, stack, 201).await?;
    wendy.dial(OLGA).await?;
    olga.incoming("Ringing", "201").is_there().await?;
    olga.press(Key::F(9)).await?;
    wendy.tells("talks").await?;
    hear_each_other(&company, &wendy).await?;

    olga.press(Key::F(9)).await?;
    olga.incoming("On hold", "201").is_there().await?;
    wendy.hears_nothing().await?;
    olga.press(Key::F(9)).await?;
    olga.incoming("Talking", "201").is_there().await?;
    hear_each_other(&company, &wendy).await?;

    wendy.act("hangUp").await?;
    olga.has_no_calls().await?;
    olga.page().has_no_errors()
}

/// The console calls the web telephone, is held by it and taken back, and hangs up.
async fn is_called_by_the_console(stage: &Stage, stack: Stack) -> Told {
    let company = Company::open(stage).await?;
    let olga = &company.olga;
    let wendy = WebTelephone::start(stage, stack, 201).await?;
    olga.dial("201").await?;
    wendy.tells("rings").await?;
    olga.outgoing("Ringing", "201").is_there().await?;
    wendy.act("answer").await?;
    olga.outgoing("Talking", "201").is_there().await?;
    hear_each_other(&company, &wendy).await?;

    wendy.act("hold").await?;
    olga.page().says("Holding you").await?;
    wendy.act("resume").await?;
    hear_each_other(&company, &wendy).await?;

    olga.press(Key::F(10)).await?;
    wendy.tells("over").await?;
    olga.has_no_calls().await?;
    olga.page().has_no_errors()
}

#[test]
fn jssip_calls_the_console_is_held_and_hangs_up() -> Told {
    story(async |stage| calls_the_console(stage, Stack::JsSip).await)
}

#[test]
fn jssip_is_called_holds_the_console_and_is_hung_up_on() -> Told {
    story(async |stage| is_called_by_the_console(stage, Stack::JsSip).await)
}

#[test]
fn sipjs_calls_the_console_is_held_and_hangs_up() -> Told {
    story(async |stage| calls_the_console(stage, Stack::SipJs).await)
}

#[test]
fn sipjs_is_called_holds_the_console_and_is_hung_up_on() -> Told {
    story(async |stage| is_called_by_the_console(stage, Stack::SipJs).await)
}
