//! The telephones among themselves: what the harness says of them holds without a console.

use cordboard_tests::baresip::{Phone, WhenCalled};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::pjsua::{Habits, Pjsua};
use cordboard_tests::sipp::{Script, Sipp};
use cordboard_tests::{Told, story};

#[test]
fn two_telephones_hear_each_other_through_kamailio() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let mut anna = Phone::start(stage, &pbx, 201, WhenCalled::Ring).await?;
        let mut ben = Phone::start(stage, &pbx, 202, WhenCalled::Ring).await?;

        anna.dial(&ben.number()).await?;
        ben.rings().await?;
        ben.accept().await?;
        anna.talks().await?;
        anna.ear().hears_tone(ben.tone()).await?;
        ben.ear().hears_tone(anna.tone()).await?;
        let tone = anna.tone();
        ben.records("the other's tone", |sound| sound.last(0.5).share_of(tone) > 0.8).await?;

        anna.hold().await?;
        ben.ear().hears_nothing().await?;
        anna.resume().await?;
        ben.ear().hears_tone(anna.tone()).await?;

        anna.hang_up().await?;
        ben.is_free().await
    })
}

#[test]
fn two_pjsua_telephones_hear_each_other_and_hold_each_other() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let mut anna = Pjsua::start(stage, &pbx, 201, &Habits::default()).await?;
        let by_tcp = Habits { transport: "tcp", ..Habits::default() };
        let mut ben = Pjsua::start(stage, &pbx, 202, &by_tcp).await?;

        let to_ben = anna.dial(&ben.number()).await?;
        let from_anna = ben.rings().await?;
        anna.is("early", to_ben).await?;
        ben.answer(from_anna, 200).await?;
        anna.is("talks", to_ben).await?;
        anna.ear().hears_tone(ben.tone()).await?;
        ben.ear().hears_tone(anna.tone()).await?;

        anna.act("hold", to_ben).await?;
        ben.is("held", from_anna).await?;
        ben.ear().hears_nothing().await?;
        anna.act("resume", to_ben).await?;
        ben.ear().hears_tone(anna.tone()).await?;

        anna.act("hang_up", to_ben).await?;
        ben.is("over", from_anna).await.map(drop)
    })
}

#[test]
fn a_line_follows_its_script_when_it_is_called_and_when_it_calls() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let mut anna = Pjsua::start(stage, &pbx, 201, &Habits::default()).await?;
        let answers = Script::called()
            .answers_call("180 Ringing", "", "")
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &answers).await?;
        let to_line = anna.dial("901").await?;
        anna.is("talks", to_line).await?;
        anna.act("hang_up", to_line).await?;
        line.is_content().await?;

        let calls = Script::calls("").hears(180).meets(200).acknowledges("").asks("BYE", "", "").hears(200);
        let line = Sipp::calls(stage, 902, &calls, "201")?;
        let from_line = anna.rings().await?;
        anna.answer(from_line, 200).await?;
        anna.is("over", from_line).await?;
        line.is_content().await
    })
}
