//! What the consoles of a team tell each other through the relay.

use cordboard_wire::{
    MAX_TEAM_CALLS, MAX_TEAM_MESSAGE, MAX_TEAM_TEXT, TEAM_MESSAGES, TeamCall, TeamCallState, TeamDialog,
    TeamMember, TeamSaid, TeamTold, TeamWayIn, TunnelEnd, path,
};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::house::{House, ORIGIN, PASSWORD, post, sign_in};
use crate::tunnel::{Browser, Open, soon, told};

/// Anna and Bert are one team, Carl and Dora another, Emil is in none.
async fn open() -> Open {
    open_with("").await
}

async fn open_with(tables: &str) -> Open {
    let house = House::new()
        .in_team("Reception")
        .with_tables(tables)
        .with_colleague("bert", Some("Reception"))
        .with_colleague("carl", Some("Service"))
        .with_colleague("dora", Some("Service"))
        .with_colleague("emil", None);
    Open::start(house).await
}

async fn cookie(open: &Open, user: &str) -> String {
    sign_in(&open.relay, user, PASSWORD).await.cookie()
}

/// A console that has come into its team, and who was there.
async fn enter(open: &Open, user: &str) -> (Browser, Vec<TeamMember>) {
    let cookie = cookie(open, user).await;
    let mut console = open.ask_for(path::TEAM, &cookie, None).await.unwrap();
    match hears(&mut console).await {
        TeamTold::Here(here) => (console, here),
        other @ (TeamTold::Member(_) | TeamTold::Gone { .. }) => panic!("not first: {other:?}"),
    }
}

/// The next thing that a console is told.
async fn hears(console: &mut Browser) -> TeamTold {
    // Pings alone are not to make anybody wait for ever.
    soon(async {
        loop {
            match console.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    })
    .await
}

/// Whose calls a console is told next, and which.
async fn hears_of(console: &mut Browser) -> (String, Vec<u32>) {
    match hears(console).await {
        TeamTold::Member(member) => (member.operator.user, member.calls.iter().map(|call| call.id).collect()),
        other @ (TeamTold::Here(_) | TeamTold::Gone { .. }) => panic!("{other:?}"),
    }
}

async fn says(console: &mut Browser, said: &TeamSaid) {
    console.send(Message::text(serde_json::to_string(said).unwrap())).await.unwrap();
}

fn said(ids: &[u32]) -> TeamSaid {
    TeamSaid { calls: ids.iter().map(|id| TeamCall { id: *id, ..TeamCall::default() }).collect() }
}

#[tokio::test]
async fn everybody_of_a_team_sees_what_the_others_say_and_as_they_said_it() {
    let open = open().await;
    let (mut anna, here) = enter(&open, "anna").await;
    assert_eq!(here, []);
    let (mut bert, here) = enter(&open, "bert").await;
    assert_eq!(here.iter().map(|member| member.operator.name.as_str()).collect::<Vec<_>>(), ["Anna Bell"]);
    assert_eq!(hears_of(&mut anna).await, ("bert".to_owned(), vec![]), "that he is there");
    let dialog = TeamDialog {
        call_id: "k1".to_owned(),
        owner_tag: "anna".to_owned(),
        caller_tag: "caller".to_owned(),
    };
    let call = TeamCall {
        id: 7,
        state: TeamCallState::Queued,
        lasts_ms: 1500,
        waits_ms: Some(61_000),
        name: "Ottoline Marsh".to_owned(),
        number: "+442079460811".to_owned(),
        line: "02079460100".to_owned(),
        queued_for: "Agnes Thorley".to_owned(),
        way_in: Some(TeamWayIn { target: "sip:caller@pbx.test".to_owned(), dialog: dialog.clone() }),
        takes: Some(dialog),
    };
    says(&mut anna, &TeamSaid { calls: vec![call.clone()] }).await;
    match hears(&mut bert).await {
        TeamTold::Member(member) => {
            assert_eq!((member.operator.desk.as_str(), &member.calls), ("Front desk 1", &vec![call]));
            assert_eq!(member.seat, here[0].seat);
        }
        other @ (TeamTold::Here(_) | TeamTold::Gone { .. }) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn another_team_sees_nothing_of_it() {
    let open = open().await;
    let (mut carl, _) = enter(&open, "carl").await;
    let (mut anna, _) = enter(&open, "anna").await;
    says(&mut anna, &said(&[1])).await;
    let (mut dora, here) = enter(&open, "dora").await;
    assert_eq!(here.len(), 1, "Carl alone");
    says(&mut dora, &said(&[2])).await;
    // Whatever had been meant for him before would come first.
    let heard = [hears_of(&mut carl).await, hears_of(&mut carl).await];
    assert!(heard.iter().all(|(user, _)| user == "dora"), "{heard:?}");
}

#[tokio::test]
async fn a_newcomer_is_given_everybodys_calls_with_their_age() {
    let open = open().await;
    let (mut anna, _) = enter(&open, "anna").await;
    let (mut bert, _) = enter(&open, "bert").await;
    hears(&mut anna).await;
    says(&mut anna, &said(&[1, 2])).await;
    hears(&mut bert).await;
    let (_, here) = enter(&open, "bert").await;
    let [anna] = here.as_slice() else { panic!("{here:?}") };
    assert_eq!(anna.calls.iter().map(|call| call.id).collect::<Vec<_>>(), [1, 2]);
    assert!(anna.age_ms < 10_000, "{}", anna.age_ms);
}

#[tokio::test]
async fn nobody_is_told_of_their_own_other_browser() {
    let open = open().await;
    let (mut here, _) = enter(&open, "anna").await;
    let (mut there, others) = enter(&open, "anna").await;
    assert_eq!(others, []);
    says(&mut there, &said(&[1])).await;
    let (mut bert, both) = enter(&open, "bert").await;
    assert_eq!(both.len(), 2, "others see both");
    assert_eq!(hears_of(&mut here).await.0, "bert", "the first thing that is told at all");
    says(&mut here, &said(&[2])).await;
    assert_eq!(hears_of(&mut bert).await, ("anna".to_owned(), vec![2]));
}

#[tokio::test]
async fn whoever_leaves_is_gone_at_once() {
    let open = open().await;
    let (mut anna, _) = enter(&open, "anna").await;
    let (mut bert, here) = enter(&open, "bert").await;
    let seat = here[0].seat;
    anna.close(None).await.unwrap();
    assert_eq!(hears(&mut bert).await, TeamTold::Gone { seat });
    let (anna, here) = enter(&open, "anna").await;
    assert!(here.iter().all(|member| member.seat != seat));
    hears(&mut bert).await;
    drop(anna);
    assert!(matches!(hears(&mut bert).await, TeamTold::Gone { .. }), "cut off");
}

#[tokio::test]
async fn signing_out_ends_the_channel() {
    let open = open().await;
    let cookie = cookie(&open, "anna").await;
    let mut anna = open.ask_for(path::TEAM, &cookie, None).await.unwrap();
    hears(&mut anna).await;
    let (mut bert, _) = enter(&open, "bert").await;
    post(&open.relay, "/api/sign-out", ORIGIN, &cookie, String::new()).await;
    assert!(matches!(hears(&mut bert).await, TeamTold::Gone { .. }));
    assert_eq!(told(&mut anna).await, TunnelEnd::SignedOut);
}

#[tokio::test]
async fn without_a_session_or_a_team_there_is_no_channel() {
    let open = open().await;
    let emil = cookie(&open, "emil").await;
    for (cookie, status, said) in
        [("cordboard=guess", 401, "not-signed-in"), (emil.as_str(), 404, "is in no team")]
    {
        match open.ask_for(path::TEAM, cookie, None).await {
            Err(Error::Http(answer)) => {
                assert_eq!(answer.status(), status);
                let body = String::from_utf8_lossy(answer.body().as_deref().unwrap_or_default()).into_owned();
                assert!(body.contains(said), "{body}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn rubbish_ends_the_channel_and_reaches_nobody() {
    let open = open().await;
    let (mut bert, _) = enter(&open, "bert").await;
    let long = TeamCall { name: "x".repeat(MAX_TEAM_TEXT + 1), ..TeamCall::default() };
    let many: Vec<_> = (0..=MAX_TEAM_CALLS as u32).collect();
    let rubbish = [
        Message::text("hello"),
        Message::text("{\"calls\":[{\"id\":-1}]}"),
        Message::text("{\"calls\":[],\"more\":1}"),
        Message::text(serde_json::to_string(&TeamSaid { calls: vec![long] }).unwrap()),
        Message::text(serde_json::to_string(&said(&many)).unwrap()),
        Message::binary(vec![1, 2, 3]),
    ];
    for message in rubbish {
        let (mut anna, _) = enter(&open, "anna").await;
        anna.send(message).await.unwrap();
        assert_eq!(told(&mut anna).await, TunnelEnd::NotUnderstood);
        // She came, and went.
        assert_eq!(hears_of(&mut bert).await, ("anna".to_owned(), vec![]));
        assert!(matches!(hears(&mut bert).await, TeamTold::Gone { .. }));
    }
}

#[tokio::test]
async fn too_much_at_once_or_too_often_ends_the_channel() {
    let open = open().await;
    let (mut anna, _) = enter(&open, "anna").await;
    anna.send(Message::text("x".repeat(MAX_TEAM_MESSAGE + 1))).await.unwrap();
    assert_eq!(told(&mut anna).await, TunnelEnd::TooBig);
    let (mut anna, _) = enter(&open, "anna").await;
    for _ in 0..=TEAM_MESSAGES {
        says(&mut anna, &said(&[])).await;
    }
    assert_eq!(told(&mut anna).await, TunnelEnd::TooFast);
}

#[tokio::test]
async fn one_operator_cannot_take_all_places() {
    let open = open_with("[limits]\ntunnels_per_operator = 1").await;
    let (_first, _) = enter(&open, "anna").await;
    let cookie = cookie(&open, "anna").await;
    let mut second = open.ask_for(path::TEAM, &cookie, None).await.unwrap();
    assert_eq!(told(&mut second).await, TunnelEnd::TooMany);
}

#[tokio::test]
async fn a_console_that_no_longer_answers_is_gone() {
    let open = open_with("[limits]\nping_seconds = 1\nsilence_seconds = 2").await;
    let (anna, _) = enter(&open, "anna").await;
    let (mut bert, _) = enter(&open, "bert").await;
    // Nobody reads what comes for Anna, so no ping is answered; Bert's are, by reading on.
    assert!(matches!(hears(&mut bert).await, TeamTold::Gone { .. }));
    drop(anna);
}

#[tokio::test]
async fn a_relay_that_stops_says_so() {
    let open = open().await;
    let (mut anna, _) = enter(&open, "anna").await;
    open.stop.send(()).unwrap();
    assert_eq!(told(&mut anna).await, TunnelEnd::Stopping);
}
