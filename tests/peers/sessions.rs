//! The user agent, scripted lines and PJSUA2: answers that are confirmed before the call is taken (RFC 3262), sessions
//! with a lifetime (RFC 4028), and changes by UPDATE (RFC 3311).

use std::time::Duration;

use cordboard_sip::sdp::Direction;
use cordboard_sip::{EndCause, Event};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::pjsua::{Habits, Pjsua};
use cordboard_tests::sipp::{Script, Sipp};
use cordboard_tests::{Told, story};
use serde_json::json;

use crate::softphone::Softphone;

#[test]
fn sipp_insists_on_early_media_being_confirmed_before_it_answers() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script = Script::called()
            .answers_call("183 Session Progress", "Require: 100rel\nRSeq: 77\n", "sendrecv")
            .gets_with("PRACK", "RAck: 77 [0-9]* INVITE")
            .answers("200 OK", "")
            // What was agreed on is not said again.
            .answers_call("200 OK", "", "")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        let (_, early) = olga.hears_of(call, 183).await?;
        assert!(early.is_some());
        olga.talks(call).await?;
        olga.hang_up(call)?;
        line.is_content().await
    })
}

#[test]
fn sipp_insists_on_a_ringing_that_it_can_confirm() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("Require: 100rel\n")
            .meets_reliably(180)
            .confirms()
            .hears(200)
            .hears(200)
            .acknowledges("")
            .asks("BYE", "", "")
            .hears(200);
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        olga.traces("PRACK sip:").await?;
        olga.accept(call)?;
        assert_eq!(olga.is_over(call).await?, EndCause::RemoteHungUp);
        line.is_content().await
    })
}

#[test]
fn sipp_hears_media_before_its_call_is_taken() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("Supported: 100rel\n")
            .hears(180)
            .meets_reliably(183)
            .confirms()
            .hears(200)
            .hears(200)
            .acknowledges("")
            .asks("BYE", "", "")
            .hears(200);
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        let answer = olga.answer(Direction::SendOnly);
        olga.must(|agent, now| agent.progress(now, call, answer))?;
        olga.traces("PRACK sip:").await?;
        olga.accept(call)?;
        assert_eq!(olga.is_over(call).await?, EndCause::RemoteHungUp);
        line.is_content().await
    })
}

#[test]
fn sipp_wants_longer_sessions_and_the_phone_keeps_them_alive_by_update() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let lifetime = "Require: timer\nSession-Expires: 2400;refresher=uac\n";
        let script = Script::called()
            .answers_call("422 Session Interval Too Small", "Min-SE: 2400\n", "")
            .gets("ACK")
            .is_called_again("Session-Expires: 2400")
            .answers_call("200 OK", &format!("Allow: INVITE, ACK, BYE, UPDATE\n{lifetime}"), "sendrecv")
            .gets("ACK")
            .gets_with("UPDATE", "Session-Expires: 2400;refresher=uac")
            .answers("200 OK", lifetime)
            .gets_with("UPDATE", "Session-Expires: 2400;refresher=uac")
            .answers("200 OK", lifetime)
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        olga.talks(call).await?;
        for refreshes in 1..=2 {
            olga.let_pass(Duration::from_secs(1201)).await?;
            olga.is_answered("UPDATE", refreshes).await?;
        }
        assert!(!olga.has_told(|event| matches!(event, Event::Ended { .. })));
        olga.hang_up(call)?;
        line.is_content().await
    })
}

#[test]
fn sipp_knows_no_update_and_is_kept_alive_by_reinvite() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let lifetime = "Allow: INVITE, ACK, BYE\nRequire: timer\nSession-Expires: 1800;refresher=uac\n";
        let script = Script::called()
            .answers_call("200 OK", lifetime, "sendrecv")
            .gets("ACK")
            .gets_with("INVITE", "Session-Expires: 1800;refresher=uac")
            .answers_with("200 OK", lifetime, "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        olga.talks(call).await?;
        let acknowledged = olga.carried("ACK");
        olga.let_pass(Duration::from_secs(901)).await?;
        olga.has_carried("ACK", acknowledged + 1).await?;
        olga.hang_up(call)?;
        line.is_content().await
    })
}

#[test]
fn sipp_keeps_a_session_alive_and_is_hung_up_on_when_it_stops() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script = Script::called()
            .answers_call("200 OK", "Require: timer\nSession-Expires: 1800;refresher=uas\n", "sendrecv")
            .gets("ACK")
            .asks("UPDATE", "Supported: timer\nSession-Expires: 1800;refresher=uac\n", "")
            .hears_with(200, "Session-Expires: 1800;refresher=uac")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        olga.talks(call).await?;
        olga.has_carried("UPDATE", 1).await?;
        olga.let_pass(Duration::from_secs(1800)).await?;
        assert_eq!(olga.is_over(call).await?, EndCause::TimedOut);
        line.is_content().await
    })
}

#[test]
fn sipp_is_told_that_its_sessions_are_too_short() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let short = "Supported: timer\nMin-SE: 30\nSession-Expires: 30\n";
        let script = Script::calls(short).hears_with(422, "Min-SE: 90").accepts_refusal();
        let line = Sipp::calls(stage, 901, &script, "101")?;
        line.is_content().await?;
        assert!(!olga.has_told(|event| matches!(event, Event::Incoming { .. })));
        Ok(())
    })
}

#[test]
fn sipp_holds_by_update() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("")
            .hears(180)
            .meets(200)
            .acknowledges("")
            .asks("UPDATE", "", "sendonly")
            .hears_with(200, "a=recvonly")
            .asks("BYE", "", "")
            .hears(200);
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        olga.accept(call)?;
        let offer = olga.is_reoffered(call).await?.unwrap_or_default();
        assert!(offer.contains("a=sendonly"), "{offer}");
        olga.agree_to_be_held(call)?;
        line.is_content().await
    })
}

#[test]
fn pjsua_and_the_phone_confirm_each_others_ringing() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let insists = Habits { reliable: "always", ..Habits::default() };
        let mut anna = Pjsua::start(stage, &pbx, 201, &insists).await?;
        let prack = |told: &serde_json::Value| told.get("method") == Some(&json!("PRACK"));

        let theirs = anna.dial("101").await?;
        let (ours, _) = olga.rings().await?;
        anna.is("early", theirs).await?;
        anna.tells("asked", prack).await?;
        olga.accept(ours)?;
        anna.is("talks", theirs).await?;
        olga.talks(ours).await?;
        anna.act("hang_up", theirs).await?;
        olga.is_over(ours).await?;

        let ours = olga.dial("201")?;
        let theirs = anna.rings().await?;
        olga.hears_of(ours, 180).await?;
        anna.tells("was_asked", prack).await?;
        anna.answer(theirs, 200).await?;
        olga.talks(ours).await?;
        olga.hang_up(ours)?;
        anna.is("over", theirs).await.map(drop)
    })
}

#[test]
fn pjsua_is_kept_alive_by_the_phone_and_hung_up_on_when_it_falls_silent() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let timed = Habits { timer: "always", session_expires: 600, ..Habits::default() };
        let mut anna = Pjsua::start(stage, &pbx, 201, &timed).await?;
        let ours = olga.dial("201")?;
        let theirs = anna.rings().await?;
        anna.answer(theirs, 200).await?;
        olga.talks(ours).await?;
        anna.is("talks", theirs).await?;
        olga.let_pass(Duration::from_secs(901)).await?;
        let refresh = |told: &serde_json::Value| told.get("method") == Some(&json!("UPDATE"));
        anna.tells("was_asked", refresh).await?;
        assert!(!olga.has_told(|event| matches!(event, Event::Ended { .. })));
        olga.hang_up(ours)?;
        anna.is("over", theirs).await?;

        let theirs = anna.dial("101").await?;
        let (ours, _) = olga.rings().await?;
        olga.accept(ours)?;
        anna.is("talks", theirs).await?;
        olga.talks(ours).await?;
        olga.let_pass(Duration::from_secs(600)).await?;
        assert_eq!(olga.is_over(ours).await?, EndCause::TimedOut);
        anna.is("over", theirs).await.map(drop)
    })
}
