//! The user agent and PJSUA2 telephones: calls handed on with REFER and Replaces, in every role.

use cordboard_sip::sdp::Direction;
use cordboard_sip::{EndCause, Event, ReferProgress, SessionId};
use cordboard_tests::baresip::{Phone, WhenCalled};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::pjsua::{Habits, Pjsua, PjsuaCall};
use cordboard_tests::{Failed, Stage, Told, story};
use serde_json::json;

use crate::softphone::Softphone;

/// A phone and two telephones.
struct Trio {
    olga: Softphone,
    anna: Pjsua,
    ben: Pjsua,
    _pbx: Kamailio,
}

impl Trio {
    async fn meet(stage: &Stage) -> Result<Self, Failed> {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let anna = Pjsua::start(stage, &pbx, 201, &Habits::default()).await?;
        let ben = Pjsua::start(stage, &pbx, 202, &Habits::default()).await?;
        Ok(Self { olga, anna, ben, _pbx: pbx })
    }

    /// Anna calls Olga, who answers.
    async fn anna_calls_olga(&mut self) -> Result<(PjsuaCall, SessionId), Failed> {
        calls_olga(&mut self.anna, &self.olga).await
    }

    async fn hear_each_other(&mut self) -> Told {
        self.anna.ear().hears_tone(self.ben.tone()).await?;
        self.ben.ear().hears_tone(self.anna.tone()).await
    }
}

async fn calls_olga(telephone: &mut Pjsua, olga: &Softphone) -> Result<(PjsuaCall, SessionId), Failed> {
    let theirs = telephone.dial("101").await?;
    let (ours, _) = olga.rings().await?;
    olga.accept(ours)?;
    telephone.is("talks", theirs).await?;
    olga.talks(ours).await?;
    Ok((theirs, ours))
}

async fn olga_calls(olga: &Softphone, telephone: &mut Pjsua) -> Result<(SessionId, PjsuaCall), Failed> {
    let ours = olga.dial(&telephone.number())?;
    let theirs = telephone.rings().await?;
    telephone.answer(theirs, 200).await?;
    olga.talks(ours).await?;
    telephone.is("talks", theirs).await?;
    Ok((ours, theirs))
}

/// Waits until the telephone that sent somebody on hears how that ended.
async fn hears_outcome(telephone: &mut Pjsua) -> Result<i64, Failed> {
    let told = telephone.tells("transfer", |told| told["final"] == json!(true)).await?;
    Ok(told.get("status").and_then(serde_json::Value::as_i64).unwrap_or_default())
}

#[test]
fn pjsua_is_sent_on_unasked_and_the_outcome_is_told() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (theirs, ours) = trio.anna_calls_olga().await?;
        trio.olga.must(|agent, now| agent.refer(now, ours, "202"))?;
        trio.anna.is("sent_on", theirs).await?;
        let to_ben = trio.ben.rings().await?;
        trio.olga
            .transfer_is(ours, |progress| matches!(progress, ReferProgress::Trying { status: 180 }))
            .await?;
        trio.ben.answer(to_ben, 200).await?;
        trio.olga.transfer_is(ours, |progress| *progress == ReferProgress::Succeeded).await?;
        trio.olga.hang_up(ours)?;
        trio.anna.is("over", theirs).await?;
        trio.hear_each_other().await
    })
}

#[test]
fn pjsua_is_sent_to_somebody_who_declines_and_stays() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (_, ours) = trio.anna_calls_olga().await?;
        trio.olga.must(|agent, now| agent.refer(now, ours, "202"))?;
        let to_ben = trio.ben.rings().await?;
        trio.ben.answer(to_ben, 486).await?;
        let busy = |progress: &ReferProgress| matches!(progress, ReferProgress::Failed { status: 486, .. });
        trio.olga.transfer_is(ours, busy).await?;
        assert!(!trio.olga.has_told(|event| matches!(event, Event::Ended { .. })));
        trio.olga.hang_up(ours)
    })
}

#[test]
fn two_pjsua_telephones_are_connected_with_each_other() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (from_anna, with_anna) = trio.anna_calls_olga().await?;
        let (with_ben, from_olga) = olga_calls(&trio.olga, &mut trio.ben).await?;
        trio.olga.must(|agent, now| agent.refer_replacing(now, with_anna, with_ben))?;
        trio.anna.is("sent_on", from_anna).await?;
        trio.ben.is("replaced", from_olga).await?;
        trio.olga.transfer_is(with_anna, |progress| *progress == ReferProgress::Succeeded).await?;
        assert_eq!(trio.olga.is_over(with_ben).await?, EndCause::RemoteHungUp);
        trio.olga.hang_up(with_anna)?;
        trio.hear_each_other().await
    })
}

#[test]
fn pjsua_sends_the_phone_on_unasked_and_is_told_the_outcome() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (theirs, ours) = trio.anna_calls_olga().await?;
        trio.anna.send_on(theirs, "202").await?;
        let (target, replaces) = trio.olga.is_referred(ours).await?;
        assert_eq!((target.number.as_str(), replaces), ("202", false));
        let onward = trio.olga.goes_along(ours)?;
        let to_ben = trio.ben.rings().await?;
        trio.ben.answer(to_ben, 200).await?;
        trio.olga.talks(onward).await?;
        assert_eq!(hears_outcome(&mut trio.anna).await?, 200);
        trio.anna.act("hang_up", theirs).await?;
        assert_eq!(trio.olga.is_over(ours).await?, EndCause::RemoteHungUp);
        trio.olga.hang_up(onward)?;
        trio.ben.is("over", to_ben).await.map(drop)
    })
}

#[test]
fn pjsua_is_told_that_the_phone_does_not_go_along() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (theirs, ours) = trio.anna_calls_olga().await?;
        trio.anna.send_on(theirs, "202").await?;
        trio.olga.is_referred(ours).await?;
        trio.olga.must(|agent, now| agent.reject_refer(now, ours, 603))?;
        assert_eq!(hears_outcome(&mut trio.anna).await?, 603);
        trio.anna.act("hang_up", theirs).await?;
        assert_eq!(trio.olga.is_over(ours).await?, EndCause::RemoteHungUp);
        Ok(())
    })
}

#[test]
fn pjsua_connects_the_phone_with_somebody_it_talks_to() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (theirs, ours) = trio.anna_calls_olga().await?;
        let with_ben = trio.anna.dial("202").await?;
        let from_anna = trio.ben.rings().await?;
        trio.ben.answer(from_anna, 200).await?;
        trio.anna.is("talks", with_ben).await?;
        trio.anna.connect(theirs, with_ben).await?;
        let (_, replaces) = trio.olga.is_referred(ours).await?;
        assert!(replaces);
        let onward = trio.olga.goes_along(ours)?;
        trio.ben.is("replaced", from_anna).await?;
        trio.olga.talks(onward).await?;
        trio.anna.is("over", with_ben).await?;
        assert_eq!(hears_outcome(&mut trio.anna).await?, 200);
        trio.anna.act("hang_up", theirs).await?;
        assert_eq!(trio.olga.is_over(ours).await?, EndCause::RemoteHungUp);
        trio.olga.hang_up(onward)
    })
}

#[test]
fn pjsua_takes_over_the_call_of_another_with_the_phone() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (with_olga, ours) = trio.anna_calls_olga().await?;
        let with_ben = trio.anna.dial("202").await?;
        let from_anna = trio.ben.rings().await?;
        trio.ben.answer(from_anna, 200).await?;
        trio.anna.is("talks", with_ben).await?;
        trio.anna.connect(with_ben, with_olga).await?;
        let (taken, invitation) = trio.olga.is_invited().await?;
        assert_eq!(invitation.replaces, Some(ours));
        assert_eq!(invitation.caller.number, "202");
        trio.olga.accept(taken)?;
        trio.olga.talks(taken).await?;
        assert_eq!(trio.olga.is_over(ours).await?, EndCause::Local);
        trio.anna.is("over", with_olga).await?;
        trio.olga.hang_up(taken)
    })
}

#[test]
fn pjsua_picks_up_a_call_that_the_phone_makes_to_another() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let to_anna = trio.olga.dial("201")?;
        let rings = trio.anna.rings().await?;
        trio.olga.hears_of(to_anna, 180).await?;
        let (call_id, ours, theirs) = trio.olga.early_dialog()?;
        let replaces = format!("{call_id};to-tag={ours};from-tag={theirs};early-only");
        let picked =
            trio.ben.dial_with("101", json!({ "Replaces": replaces, "Require": "replaces" })).await?;
        let (taken, invitation) = trio.olga.is_invited().await?;
        assert_eq!(invitation.replaces, Some(to_anna));
        trio.olga.accept(taken)?;
        trio.ben.is("talks", picked).await?;
        trio.anna.is("over", rings).await?;
        assert_eq!(trio.olga.is_over(to_anna).await?, EndCause::Local);
        trio.olga.hang_up(taken)
    })
}

#[test]
fn pjsua_and_the_phone_hold_each_other() -> Told {
    story(async |stage| {
        let mut trio = Trio::meet(stage).await?;
        let (theirs, ours) = trio.anna_calls_olga().await?;
        trio.olga.reoffer(ours, Direction::SendOnly)?;
        trio.anna.is("held", theirs).await?;
        trio.olga.reoffer_is_answered(ours).await?;
        trio.olga.reoffer(ours, Direction::SendRecv)?;
        trio.olga.reoffer_is_answered(ours).await?;

        trio.anna.act("hold", theirs).await?;
        let offer = trio.olga.is_reoffered(ours).await?.unwrap_or_default();
        assert!(offer.contains("a=sendonly") || offer.contains("a=inactive"), "{offer}");
        trio.olga.agree_to_be_held(ours)?;
        trio.anna.is("holds", theirs).await?;
        trio.anna.act("resume", theirs).await?;
        let offer = trio.olga.is_reoffered(ours).await?.unwrap_or_default();
        assert!(offer.contains("a=sendrecv"), "{offer}");
        trio.olga.agree(ours)?;
        trio.olga.hang_up(ours)?;
        trio.anna.is("over", theirs).await.map(drop)
    })
}

#[test]
fn baresip_sends_the_phone_on_unasked() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let mut anna = Phone::start(stage, &pbx, 201, WhenCalled::Ring).await?;
        let mut ben = Phone::start(stage, &pbx, 202, WhenCalled::Answer).await?;
        anna.dial("101").await?;
        let (ours, _) = olga.rings().await?;
        olga.accept(ours)?;
        anna.talks().await?;
        olga.talks(ours).await?;
        anna.send_on("202").await?;
        let (target, replaces) = olga.is_referred(ours).await?;
        assert_eq!((target.number.as_str(), replaces), ("202", false));
        let onward = olga.goes_along(ours)?;
        olga.talks(onward).await?;
        ben.talks().await?;
        assert_eq!(olga.is_over(ours).await?, EndCause::RemoteHungUp);
        olga.hang_up(onward)?;
        ben.is_free().await
    })
}

#[test]
fn a_telephone_that_speaks_tcp_calls_and_is_called() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let by_tcp = Habits { transport: "tcp", ..Habits::default() };
        let mut anna = Pjsua::start(stage, &pbx, 201, &by_tcp).await?;
        let (theirs, ours) = calls_olga(&mut anna, &olga).await?;
        anna.act("hang_up", theirs).await?;
        olga.is_over(ours).await?;
        let (ours, theirs) = olga_calls(&olga, &mut anna).await?;
        olga.hang_up(ours)?;
        anna.is("over", theirs).await.map(drop)
    })
}
