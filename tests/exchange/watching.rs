//! Watching colleagues and being seen (S10, S11).

use cordboard_practice::Exchange;
use cordboard_sip::package::{
    Availability, DialogDirection, DialogState, MemberStanding, OwnPresence, Package, Watched, WatchedDialog,
};
use cordboard_sip::{Agent, Event, Publication, SessionId, SubscriptionFailure, SubscriptionState, Urgency};

use crate::console::{Console, exchange};

/// A caller and the line that is called.
const CALLER: &str = "+447700900417";
const LINE: &str = "02079460100";

/// What a lamp shows: the most urgent call, or that there is none.
fn lamp(state: &Watched) -> Option<DialogState> {
    match state {
        Watched::Dialogs(info) => info.state(),
        _ => panic!("{state:?}"),
    }
}

fn call(state: &Watched) -> Option<WatchedDialog> {
    match state {
        Watched::Dialogs(info) => info.dialogs.first().cloned(),
        _ => panic!("{state:?}"),
    }
}

/// Luc is called, and rings.
async fn ring(exchange: &Exchange, luc: &mut Console) -> SessionId {
    exchange.ring(CALLER, "luc", LINE).await.unwrap();
    let session = luc
        .wait(|event| match event {
            Event::Incoming { session, .. } => Some(*session),
            _ => None,
        })
        .await;
    luc.act(|agent, now| agent.ring(now, session)).unwrap();
    session
}

#[tokio::test]
async fn a_lamp_follows_another_operators_calls() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let mut luc = Console::registered(&exchange, "luc").await;
    let id = nora.watch(Package::Dialog, "202").await;
    assert_eq!(nora.told(id, |state| Some(lamp(state))).await, None);
    let session = ring(&exchange, &mut luc).await;
    let ringing = nora
        .told(id, |state| {
            call(state).filter(|call| call.state == DialogState::Early && call.remote.is_some())
        })
        .await;
    assert_eq!(ringing.direction, Some(DialogDirection::Recipient));
    assert!(!ringing.remote.as_ref().unwrap().number.is_empty());
    luc.act(|agent, now| agent.hang_up(now, session)).unwrap();
    luc.wait(|event| matches!(event, Event::Ended { .. }).then_some(())).await;
    nora.told(id, |state| lamp(state).is_none().then_some(())).await;
}

#[tokio::test]
async fn a_lamp_goes_on_after_a_lost_connection() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let id = nora.watch(Package::Dialog, "301").await;
    nora.reconnect().await;
    nora.standing(id, &SubscriptionState::Active).await;
    exchange.occupy("301", true).await;
    nora.told(id, |state| (lamp(state) == Some(DialogState::Confirmed)).then_some(())).await;
    exchange.occupy("301", false).await;
    nora.told(id, |state| lamp(state).is_none().then_some(())).await;
    nora.act(|agent, now| agent.unsubscribe(now, id));
    nora.standing(id, &SubscriptionState::Ended).await;
}

#[tokio::test]
async fn one_list_shows_everybody() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let id = nora.watch(Package::Dialog, "colleagues").await;
    let all = nora
        .told(id, |state| match state {
            Watched::List(list) if list.full => Some(list.clone()),
            _ => panic!("{state:?}"),
        })
        .await;
    assert_eq!(all.members.len(), cordboard_practice::colleagues().len());
    assert!(
        all.members.iter().all(|member| member.standing == MemberStanding::Active && member.news.is_some())
    );
    exchange.occupy("304", true).await;
    let piece = nora
        .told(id, |state| match state {
            Watched::List(list) => Some(list.clone()),
            _ => None,
        })
        .await;
    assert!(!piece.full);
    let dmitri = piece.members.iter().find(|member| member.uri.contains("304")).unwrap();
    assert_eq!(dmitri.news.as_ref().and_then(lamp), Some(DialogState::Confirmed));
}

#[tokio::test]
async fn what_one_publishes_another_sees() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let mut luc = Console::registered(&exchange, "luc").await;
    let id = nora.watch(Package::Presence, "202").await;
    for (own, seen) in [
        (OwnPresence::DoNotDisturb, Availability::DoNotDisturb),
        (OwnPresence::Away, Availability::Away),
        (OwnPresence::OnThePhone, Availability::OnThePhone),
        (OwnPresence::Available, Availability::Available),
    ] {
        luc.act(|agent, now| agent.publish(now, own));
        luc.wait(|event| (*event == Event::Publication(Publication::Published(own))).then_some(())).await;
        nora.told(id, |state| match state {
            Watched::Presence(presence) => (presence.availability() == Some(seen)).then_some(()),
            _ => panic!("{state:?}"),
        })
        .await;
    }
    luc.act(Agent::unpublish);
    luc.wait(|event| (*event == Event::Publication(Publication::Off)).then_some(())).await;
}

#[tokio::test]
async fn a_mailbox_says_how_many_messages_wait() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let id = nora.watch(Package::MessageSummary, "310").await;
    let summary = nora
        .told(id, |state| match state {
            Watched::Messages(summary) => Some(summary.clone()),
            _ => panic!("{state:?}"),
        })
        .await;
    assert_eq!(summary.waiting, summary.voice().is_some_and(|voice| voice.new > 0), "{summary:?}");
}

#[tokio::test]
async fn who_is_not_there_and_what_is_no_room_is_told() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    for (package, target, refused) in [(Package::Dialog, "999", 404), (Package::Conference, "301", 404)] {
        let id = nora.act(|agent, now| agent.subscribe(now, package, target, Urgency::Later)).unwrap();
        let status = nora
            .wait(|event| match event {
                Event::Subscription {
                    subscription,
                    state:
                        SubscriptionState::Failed {
                            why: SubscriptionFailure::Refused { status, .. },
                            retry_at: None,
                        },
                } if *subscription == id => Some(*status),
                _ => None,
            })
            .await;
        assert_eq!(status, refused);
    }
}

#[tokio::test]
async fn forty_start_at_once_on_one_socket() {
    let exchange = exchange().await;
    let mut nora = Console::registered(&exchange, "nora").await;
    let mut ids = Vec::new();
    for colleague in cordboard_practice::colleagues() {
        for package in [Package::Dialog, Package::Presence] {
            // Machines have calls, but are never away.
            if package == Package::Dialog || colleague.is_person() {
                let whom = colleague.extension;
                ids.push(nora.act(|agent, now| agent.subscribe(now, package, whom, Urgency::Later)).unwrap());
            }
        }
    }
    assert!(ids.len() >= 40);
    let mut stand = std::collections::BTreeSet::new();
    while stand.len() < ids.len() {
        stand.insert(
            nora.wait(|event| match event {
                Event::Subscription { subscription, state: SubscriptionState::Active } => Some(*subscription),
                _ => None,
            })
            .await,
        );
    }
}
