//! The user agent and lines that follow scripts, through Kamailio: what the RFCs allow and telephones seldom do.
#![allow(clippy::wildcard_enum_match_arm, reason = "a story waits for one event and passes over all others")]

use std::time::Duration;

use cordboard_sip::package::Package;
use cordboard_sip::sdp::Direction;
use cordboard_sip::{EndCause, Event, SubscriptionFailure, SubscriptionState, Urgency};
use cordboard_tests::kamailio::{Kamailio, SetUp};
use cordboard_tests::sipp::{Script, Sipp};
use cordboard_tests::{Told, story};

use crate::softphone::Softphone;

#[test]
fn sipp_rings_without_and_with_early_media_and_answers() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script = Script::called()
            .answers_call("180 Ringing", "", "")
            .answers_call("183 Session Progress", "", "sendrecv")
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        let (_, silent) = olga.hears_of(call, 180).await?;
        let (_, early) = olga.hears_of(call, 183).await?;
        assert_eq!(silent, None);
        assert!(early.is_some_and(|sdp| sdp.contains("m=audio")));
        olga.talks(call).await?;
        olga.hang_up(call)?;
        line.is_content().await
    })
}

#[test]
fn sipp_answers_200_although_it_is_cancelled_and_is_hung_up_on() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script = Script::called()
            .answers_call("180 Ringing", "", "")
            .gets("CANCEL")
            .answers("200 OK", "")
            // It had been taken just before the CANCEL came.
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        olga.hears_of(call, 180).await?;
        olga.hang_up(call)?;
        line.is_content().await?;
        assert_eq!(olga.is_over(call).await?, EndCause::Local);
        assert!(!olga.has_told(|event| matches!(event, Event::Answered { .. })));
        Ok(())
    })
}

#[test]
fn sipp_gives_up_and_hears_487() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("").hears(180).cancels().hears(200).hears(487).accepts_refusal();
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        assert_eq!(olga.is_over(call).await?, EndCause::Cancelled);
        line.is_content().await
    })
}

#[test]
fn sipp_calls_and_is_offered_media_in_the_200_and_again_in_a_reinvite() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls_without_offer("")
            .hears(180)
            .meets(200)
            .acknowledges("sendrecv")
            .asks("INVITE", "", "")
            .hears_with(200, "m=audio")
            .acknowledges("sendonly")
            .asks("BYE", "", "")
            .hears(200);
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, invitation) = olga.rings().await?;
        assert_eq!(invitation.offer, None);
        olga.accept(call)?;
        olga.talks(call).await?;
        assert_eq!(olga.is_reoffered(call).await?, None);
        olga.agree(call)?;
        let answer = olga.reoffer_is_answered(call).await?;
        assert!(answer.contains("a=sendonly"), "{answer}");
        assert_eq!(olga.is_over(call).await?, EndCause::RemoteHungUp);
        line.is_content().await
    })
}

#[test]
fn two_lines_ring_with_early_media_and_of_two_answers_the_later_is_hung_up_on() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let first = Script::called()
            .answers_call("183 Session Progress", "", "sendrecv")
            // The other's early media comes meanwhile.
            .waits(1500)
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        // Taken in the moment in which the other was.
        let second = Script::called()
            .answers_call("183 Session Progress", "", "sendrecv")
            .gets("CANCEL")
            .answers("200 OK", "")
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let first = Sipp::answers(stage, 901, &first).await?;
        let second = Sipp::answers(stage, 902, &second).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("700")?;
        let (one, media) = olga.hears_of(call, 183).await?;
        let (other, other_media) = olga.hears_of(call, 183).await?;
        assert_eq!((one, other), (0, 1));
        assert!(media.is_some() && other_media.is_some());
        olga.talks(call).await?;
        second.is_content().await?;
        assert!(!olga.has_told(|event| matches!(event, Event::Ended { .. })));
        olga.hang_up(call)?;
        first.is_content().await
    })
}

#[test]
fn sipp_sends_the_caller_to_another_line() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let moved = Script::called().redirects("sip:902@pbx.test").gets("ACK");
        let moved = Sipp::answers(stage, 901, &moved).await?;
        let there = Script::called()
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let there = Sipp::answers(stage, 902, &there).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        olga.talks(call).await?;
        moved.is_content().await?;
        olga.hang_up(call)?;
        there.is_content().await
    })
}

#[test]
fn sipp_is_overloaded_and_the_caller_is_told_so() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script =
            Script::called().answers_call("503 Service Unavailable", "Retry-After: 7\n", "").gets("ACK");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        let cause = olga.is_over(call).await?;
        // A proxy says that the line is overloaded, not that it is so itself (RFC 3261 section 16.7).
        assert!(matches!(cause, EndCause::Refused { status: 500, retry_after: None, .. }), "{cause:?}");
        line.is_content().await
    })
}

#[test]
fn sipp_is_away_and_the_caller_is_told_for_how_long() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script = Script::called().answers_call("480 Away", "Retry-After: 420 (lunch)\n", "").gets("ACK");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        let call = olga.dial("901")?;
        let cause = olga.is_over(call).await?;
        assert!(matches!(cause, EndCause::Refused { status: 480, retry_after: Some(420), .. }), "{cause:?}");
        line.is_content().await
    })
}

#[test]
fn sipp_has_no_time_to_be_watched_and_is_asked_again_when_it_says() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let script = Script::asked("SUBSCRIBE").answers("480 Temporarily Unavailable", "Retry-After: 60\n");
        let line = Sipp::answers(stage, 901, &script).await?;
        let olga = Softphone::start(stage, 101).await?;
        watches_again_after_a_minute(&olga, "901", 480).await?;
        line.is_content().await
    })
}

#[test]
fn a_pbx_that_is_overloaded_is_asked_again_when_it_says() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        watches_again_after_a_minute(&olga, "999", 503).await
    })
}

async fn watches_again_after_a_minute(olga: &Softphone, whom: &str, refused_with: u16) -> Told {
    olga.must(|agent, now| agent.subscribe(now, Package::Dialog, whom, Urgency::Visible))?;
    let status = olga
        .tells("that it is refused for now", |event| match event {
            Event::Subscription {
                state:
                    SubscriptionState::Failed {
                        why: SubscriptionFailure::Refused { status, .. },
                        retry_at: Some(_),
                    },
                ..
            } => Some(*status),
            _ => None,
        })
        .await?;
    assert_eq!(status, refused_with);
    let asked = olga.carried("SUBSCRIBE");
    olga.let_pass(Duration::from_secs(55)).await?;
    assert_eq!(olga.carried("SUBSCRIBE"), asked);
    // A little later than it says, lest a thousand come at once.
    olga.let_pass(Duration::from_secs(10)).await?;
    olga.has_carried("SUBSCRIBE", asked + 1).await
}

#[test]
fn sipp_is_heard_once_though_a_loop_brings_its_call_twice() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("").hears(180).meets(200).acknowledges("").asks("BYE", "", "").hears(200);
        let line = Sipp::calls(stage, 901, &script, "601")?;
        let (call, _) = olga.rings().await?;
        // RFC 3261 section 8.2.2.2.
        olga.traces("SIP/2.0 482").await?;
        olga.accept(call)?;
        assert_eq!(olga.is_over(call).await?, EndCause::RemoteHungUp);
        assert!(!olga.has_told(|event| matches!(event, Event::Incoming { .. })));
        line.is_content().await
    })
}

#[test]
fn sipp_gives_up_since_somebody_else_has_answered() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let reason = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\n";
        let script =
            Script::calls("").hears(180).cancels_with(reason).hears(200).hears(487).accepts_refusal();
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        assert_eq!(olga.is_over(call).await?, EndCause::AnsweredElsewhere);
        line.is_content().await
    })
}

#[test]
fn sipp_wants_the_next_word_for_itself_and_is_asked_again_a_little_later() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("")
            .hears(180)
            .meets(200)
            .acknowledges("")
            .gets("INVITE")
            .answers("491 Request Pending", "")
            .gets("ACK")
            .gets_with("INVITE", "a=sendonly")
            .answers_with("200 OK", "", "recvonly")
            .gets("ACK")
            .asks("BYE", "", "")
            .hears(200);
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        olga.accept(call)?;
        olga.talks(call).await?;
        olga.reoffer(call, Direction::SendOnly)?;
        let answer = olga.reoffer_is_answered(call).await?;
        assert!(answer.contains("a=recvonly"), "{answer}");
        line.is_content().await
    })
}

#[test]
fn sipp_offers_while_an_offer_to_it_is_open_and_is_told_491() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::calls("")
            .hears(180)
            .meets(200)
            .acknowledges("")
            .is_reinvited()
            .asks("INVITE", "", "sendonly")
            .hears(491)
            .accepts_refusal()
            .answers_reinvite("200 OK", "recvonly")
            .gets("ACK")
            .asks("BYE", "", "")
            .hears(200);
        let line = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        olga.accept(call)?;
        olga.talks(call).await?;
        olga.reoffer(call, Direction::SendOnly)?;
        olga.reoffer_is_answered(call).await?;
        line.is_content().await?;
        assert!(!olga.has_told(|event| matches!(event, Event::Reoffered { .. })));
        Ok(())
    })
}

#[test]
fn a_pbx_that_wants_sha_256_gets_it_at_registering_and_calling() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start_with(stage, SetUp::Sha256).await?;
        let olga = Softphone::start(stage, 101).await?;
        let script = Script::called()
            .answers_call("200 OK", "", "sendrecv")
            .gets("ACK")
            .gets("BYE")
            .answers("200 OK", "");
        let line = Sipp::answers(stage, 901, &script).await?;
        let call = olga.dial("901")?;
        olga.talks(call).await?;
        olga.traces("algorithm=SHA-256").await?;
        olga.hang_up(call)?;
        line.is_content().await
    })
}

#[test]
fn a_phone_behind_an_edge_proxy_is_reached_over_its_own_flow() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start_with(stage, SetUp::BehindEdge).await?;
        let olga = Softphone::start(stage, 101).await?;
        // RFC 5626 section 6: the registrar says that it keeps the flow.
        olga.traces("Require: outbound").await?;
        olga.traces("Flow-Timer: 25").await?;

        let script = Script::calls("").hears(180).meets(200).acknowledges("").asks("BYE", "", "").hears(200);
        let caller = Sipp::calls(stage, 901, &script, "101")?;
        let (call, _) = olga.rings().await?;
        olga.accept(call)?;
        assert_eq!(olga.is_over(call).await?, EndCause::RemoteHungUp);
        caller.is_content().await?;

        let script = Script::called().takes_call().gets("ACK").gets("BYE").answers("200 OK", "");
        let called = Sipp::answers(stage, 902, &script).await?;
        let call = olga.dial("902")?;
        olga.talks(call).await?;
        olga.hang_up(call)?;
        called.is_content().await
    })
}
