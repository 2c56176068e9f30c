//! A console whose far end is moved by PJSUA2 telephones: the operator's call goes on with whoever is there, with sound.

use cordboard_tests::keys::Key;
use cordboard_tests::pjsua::{Habits, Pjsua, PjsuaCall};
use cordboard_tests::{Failed, Stage, Told, story};

use crate::company::{Company, OLGA};

async fn telephone(stage: &Stage, company: &Company, number: u16) -> Result<Pjsua, Failed> {
    Pjsua::start(stage, &company.pbx, number, &Habits::default()).await
}

/// The telephone calls the operator, who answers; they hear each other.
async fn talks_with_olga(company: &Company, telephone: &mut Pjsua) -> Result<PjsuaCall, Failed> {
    let olga = &company.olga;
    let call = telephone.dial(OLGA).await?;
    olga.incoming("Ringing", &telephone.number()).is_there().await?;
    olga.press(Key::F(9)).await?;
    telephone.is("talks", call).await?;
    hear_each_other(company, telephone).await?;
    Ok(call)
}

/// The telephone calls another, which answers.
async fn calls(caller: &mut Pjsua, called: &mut Pjsua) -> Result<(PjsuaCall, PjsuaCall), Failed> {
    let ours = caller.dial(&called.number()).await?;
    let theirs = called.rings().await?;
    called.answer(theirs, 200).await?;
    caller.is("talks", ours).await?;
    Ok((ours, theirs))
}

async fn hear_each_other(company: &Company, telephone: &Pjsua) -> Told {
    telephone.ear().hears_sound().await?;
    company.olga.page().hears_sound().await
}

#[test]
fn a_telephone_asks_the_console_to_call_another_and_leaves() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = telephone(stage, &company, 201).await?;
        let mut ben = telephone(stage, &company, 202).await?;
        let call = talks_with_olga(&company, &mut anna).await?;
        anna.send_on(call, "202").await?;
        let from_olga = ben.rings().await?;
        company.olga.outgoing("Ringing", "202").is_there().await?;
        ben.answer(from_olga, 200).await?;
        anna.tells("transfer", |told| told.get("status").and_then(serde_json::Value::as_i64) == Some(200))
            .await?;
        anna.act("hang_up", call).await?;
        company.olga.outgoing("Talking", "202").is_there().await?;
        hear_each_other(&company, &ben).await?;
        company.olga.page().has_no_errors()
    })
}

#[test]
fn a_telephone_connects_the_console_with_another_that_it_talks_to() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = telephone(stage, &company, 201).await?;
        let mut ben = telephone(stage, &company, 202).await?;
        let with_olga = talks_with_olga(&company, &mut anna).await?;
        let (with_ben, from_anna) = calls(&mut anna, &mut ben).await?;
        anna.connect(with_olga, with_ben).await?;
        ben.is("replaced", from_anna).await?;
        anna.is("over", with_ben).await?;
        company.olga.outgoing("Talking", "202").is_there().await?;
        hear_each_other(&company, &ben).await?;
        company.olga.page().has_no_errors()
    })
}

#[test]
fn a_telephone_hands_the_console_to_another_without_asking_it() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = telephone(stage, &company, 201).await?;
        let mut ben = telephone(stage, &company, 202).await?;
        let with_olga = talks_with_olga(&company, &mut anna).await?;
        let (with_ben, _) = calls(&mut anna, &mut ben).await?;
        anna.connect(with_ben, with_olga).await?;
        company.olga.incoming("Talking", "202").is_there().await?;
        anna.is("over", with_olga).await?;
        hear_each_other(&company, &ben).await?;
        company.olga.page().has_no_errors()
    })
}

#[test]
fn the_operator_asks_one_telephone_about_the_other_and_connects_them() -> Told {
    story(async |stage| {
        let company = Company::open(stage).await?;
        let mut anna = telephone(stage, &company, 201).await?;
        let mut ben = telephone(stage, &company, 202).await?;
        talks_with_olga(&company, &mut anna).await?;
        company.olga.dial("202").await?;
        let asked = ben.rings().await?;
        ben.answer(asked, 200).await?;
        company.olga.outgoing("Consulting", "202").is_there().await?;
        hear_each_other(&company, &ben).await?;
        company.olga.press(Key::F(8)).await?;
        company.olga.page().find_starting("option", "Connect to 202").is_there().await?;
        company.olga.press(Key::Enter).await?;
        company.olga.has_no_calls().await?;
        ben.is("replaced", asked).await?;
        anna.ear().hears_sound().await?;
        ben.ear().hears_sound().await?;
        company.olga.page().has_no_errors()
    })
}
