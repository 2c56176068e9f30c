//! The user agent and Kamailio's presence agent: who is there, who talks, and what waits in the mailbox.
#![allow(clippy::wildcard_enum_match_arm, reason = "a story waits for one event and passes over all others")]

use std::time::Duration;

use cordboard_sip::package::{Availability, DialogState, OwnPresence, Package, Watched};
use cordboard_sip::sdp::Direction;
use cordboard_sip::{Event, Publication, Registration, SubscriptionId, SubscriptionState, Urgency};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::pjsua::{Habits, Pjsua};
use cordboard_tests::sipp::{Script, Sipp};
use cordboard_tests::{Failed, Told, story};

use crate::softphone::Softphone;

fn watch(phone: &Softphone, package: Package, whom: &str) -> Result<SubscriptionId, Failed> {
    phone.must(|agent, now| agent.subscribe(now, package, whom, Urgency::Visible))
}

/// Waits until what is told of the one who is watched is so.
async fn sees<T>(
    phone: &Softphone,
    subscription: SubscriptionId,
    what: &str,
    which: impl Fn(&Watched) -> Option<T>,
) -> Result<T, Failed> {
    phone
        .tells(what, |event| match event {
            Event::Watched { subscription: of, state } if *of == Some(subscription) => which(state),
            _ => None,
        })
        .await
}

async fn publishes(phone: &Softphone, presence: OwnPresence) -> Told {
    phone.act(|agent, now| agent.publish(now, presence));
    let done = |event: &Event| (*event == Event::Publication(Publication::Published(presence))).then_some(());
    phone.tells("that it is published", done).await
}

#[test]
fn a_phone_sees_another_go_away_and_come_back() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let paul = Softphone::start(stage, 102).await?;
        publishes(&paul, OwnPresence::OnThePhone).await?;
        let watches = watch(&olga, Package::Presence, "102")?;
        for (told, seen) in [
            (OwnPresence::Away, Availability::Away),
            (OwnPresence::DoNotDisturb, Availability::DoNotDisturb),
            (OwnPresence::OnThePhone, Availability::OnThePhone),
            (OwnPresence::Available, Availability::Available),
        ] {
            publishes(&paul, told).await?;
            sees(&olga, watches, "that presence", |state| match state {
                Watched::Presence(presence) => (presence.availability() == Some(seen)).then_some(()),
                _ => None,
            })
            .await?;
        }
        Ok(())
    })
}

#[test]
fn a_phone_sees_a_telephone_ring_talk_and_be_free() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let mut anna = Pjsua::start(stage, &pbx, 201, &Habits::default()).await?;
        let mut ben = Pjsua::start(stage, &pbx, 202, &Habits::default()).await?;
        let watches = watch(&olga, Package::Dialog, "202")?;
        let is = |wanted: Option<DialogState>| {
            move |state: &Watched| match state {
                Watched::Dialogs(dialogs) => (dialogs.state() == wanted).then(|| dialogs.clone()),
                _ => None,
            }
        };
        sees(&olga, watches, "a free telephone", is(None)).await?;
        let to_ben = anna.dial("202").await?;
        let from_anna = ben.rings().await?;
        sees(&olga, watches, "a ringing telephone", is(Some(DialogState::Early))).await?;
        ben.answer(from_anna, 200).await?;
        sees(&olga, watches, "a busy telephone", is(Some(DialogState::Confirmed))).await?;
        anna.act("hang_up", to_ben).await?;
        sees(&olga, watches, "a free telephone", is(None)).await.map(drop)
    })
}

#[test]
fn a_call_that_rings_a_telephone_is_picked_up_by_what_was_seen_of_it() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let mut anna = Pjsua::start(stage, &pbx, 201, &Habits::default()).await?;
        let mut ben = Pjsua::start(stage, &pbx, 202, &Habits::default()).await?;
        let watches = watch(&olga, Package::Dialog, "202")?;
        let to_ben = anna.dial("202").await?;
        let from_anna = ben.rings().await?;
        let (replaces, who) = sees(&olga, watches, "enough to pick it up", |state| match state {
            Watched::Dialogs(dialogs) => dialogs.dialogs.iter().find_map(|dialog| {
                let early = dialog.state == DialogState::Early;
                Some((dialog.replaces().filter(|_| early)?, dialog.remote.clone()?))
            }),
            _ => None,
        })
        .await?;
        assert_eq!(who.number, "201");
        let offer = olga.offer(Direction::SendRecv);
        let picked = olga.must(|agent, now| agent.invite_replacing(now, &who.number, offer, replaces))?;
        olga.talks(picked).await?;
        anna.is("replaced", to_ben).await?;
        ben.is("over", from_anna).await?;
        olga.hang_up(picked)
    })
}

#[test]
fn a_phone_sees_what_waits_in_its_mailbox() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let watches = watch(&olga, Package::MessageSummary, "101")?;
        let news = "Messages-Waiting: yes\nMessage-Account: sip:101@pbx.test\nVoice-Message: 3/8 (1/0)\n";
        let script =
            Script::publishes("message-summary", "application/simple-message-summary", news).hears(200);
        let mailbox = Sipp::calls(stage, 901, &script, "101")?;
        mailbox.is_content().await?;
        let voice = sees(&olga, watches, "three new messages", |state| match state {
            Watched::Messages(summary) => summary.voice().filter(|voice| voice.new == 3),
            _ => None,
        })
        .await?;
        assert_eq!((voice.old, voice.urgent_new), (8, 1));
        Ok(())
    })
}

#[test]
fn a_registration_and_a_subscription_go_on_for_hours() -> Told {
    story(async |stage| {
        let _pbx = Kamailio::start(stage).await?;
        let olga = Softphone::start(stage, 101).await?;
        let watches = watch(&olga, Package::MessageSummary, "101")?;
        let active = |event: &Event| {
            let now = Event::Subscription { subscription: watches, state: SubscriptionState::Active };
            (*event == now).then_some(())
        };
        olga.tells("that it watches", active).await?;
        for _ in 0..4 {
            let told = olga.carried("NOTIFY");
            // The PBX grants ten minutes and half an hour.
            olga.let_pass(Duration::from_secs(29 * 60)).await?;
            let registered = |event: &Event| {
                matches!(event, Event::Registration(Registration::Registered { .. })).then_some(())
            };
            olga.tells("that it is registered", registered).await?;
            // Whoever asks again is told again.
            olga.has_carried("NOTIFY", told + 1).await?;
        }
        assert!(!olga.has_told(|event| matches!(event, Event::Subscription { .. })));
        Ok(())
    })
}
