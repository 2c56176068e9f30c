//! The engine stops in the middle of everything and begins again: nothing is lost that somebody still waits for.

use std::time::Duration;

use cordboard_desk::{CallStatus, Command, Desk, Direction, LinkState, Notice, PageId, PageInput};

use super::house::{FRONT, House, provision};
use super::pbx::{OnChange, direction};

const SECOND: PageId = PageId(2);

#[test]
fn an_engine_that_was_started_again_has_its_calls_and_gives_them_new_media() {
    let mut house = House::ready();
    let (held, other) = house.talk_in("Helena", "205");
    let (talking, far) = house.talk_in("Jan", "02079460999");
    let (ringing, caller) = house.ring_in("", "02079461111", "02079460100");
    let before = house.board().clone();
    house.crash(Duration::from_secs(2));
    house.open_page(SECOND);
    let after = house.board().clone();
    let seen = |board: &cordboard_desk::Board| -> Vec<_> {
        board.calls.iter().map(|c| (c.id, c.slot, c.status.clone(), c.since, c.who.name.clone())).collect()
    };
    assert_eq!(seen(&before), seen(&after));
    assert_eq!(before.directories, after.directories);
    assert_eq!(house.notices().last(), Some(&Notice::Restarted));
    assert_eq!(after.link.state, cordboard_desk::LinkState::Registered);

    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!((house.status(held), house.status(talking)), (CallStatus::OnHold, CallStatus::Talking));
    let media: Vec<_> = house.pages[&SECOND].legs.values().map(|m| (m.offered, m.microphone)).collect();
    assert_eq!(media, [(Some(Direction::SendOnly), false), (Some(Direction::SendRecv), true)]);
    house.page_says(SECOND, PageInput::Command(Command::Answer(ringing)));
    assert_eq!(house.status(ringing), CallStatus::Talking);
    house.far(|pbx| pbx.bye(&far));
    house.far(|pbx| pbx.bye(&other));
    house.far(|pbx| pbx.bye(&caller));
    assert!(house.board().calls.is_empty());
}

#[test]
fn hold_times_are_as_before_and_a_change_on_its_way_is_asked_for_again() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    let since = house.call(id).since;
    house.wait(Duration::from_secs(100));
    house.crash(Duration::from_secs(1));
    house.open_page(FRONT);
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!((house.status(id), house.call(id).since), (CallStatus::OnHold, since));

    house.pbx.on_change = OnChange::Wait;
    house.act(Command::Resume(id));
    house.pbx.on_change = OnChange::Agree;
    house.crash(Duration::from_secs(1));
    house.open_page(FRONT);
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!(house.status(id), CallStatus::Talking, "whoever asked for it still waits for it");
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendrecv");
    assert_eq!(house.open_microphones(), 1);
    assert!(house.notices().iter().all(|notice| *notice == Notice::Restarted), "{:?}", house.notices());
}

#[test]
fn nothing_that_is_saved_holds_a_password() {
    let mut provision = provision();
    provision.account.password = "sesame-4711".into();
    provision.ice_servers = vec![cordboard_wire::IceServer {
        urls: vec!["turn:turn.test".into()],
        username: "u".into(),
        credential: "relay-4712".into(),
    }];
    let mut house = House::ready_with(provision);
    house.talk_in("Jan", "02079460999");
    house.wait(Duration::from_secs(1));
    let saved = house.snapshot.clone().unwrap();
    let holds = |text: &str| saved.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("alice@pbx.test"));
    assert!(!holds("sesame-4711") && !holds("relay-4712"));
    assert!(saved.len() < 20_000, "{} bytes", saved.len());
}

#[test]
fn a_quiet_desk_is_not_saved_again_and_again() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.wait(Duration::from_secs(1));
    let saved = house.snapshot.take();
    assert!(saved.is_some());
    house.wait(Duration::from_secs(55));
    assert_eq!(house.snapshot, None, "keep-alives and passing time change nothing worth keeping");
    house.act(Command::SetMuted { call: id, muted: true });
    assert_eq!(house.snapshot, None, "changes gather for a moment");
    house.wait(Duration::from_millis(100));
    assert!(house.snapshot.take().is_some());
    house.far(|pbx| pbx.bye(&far));
    house.wait(Duration::from_secs(1));
    house.snapshot = None;
    house.wait(Duration::from_secs(300));
    assert_eq!(house.snapshot, None);
}

#[test]
fn a_call_that_was_on_hold_for_long_is_kept_all_the_same() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    house.wait(Duration::from_secs(2000));
    house.crash(Duration::from_secs(2));
    house.open_page(FRONT);
    assert_eq!(house.status(id), CallStatus::OnHold);
}

#[test]
fn a_browser_that_was_away_for_long_ends_its_calls_and_says_so_to_the_far_end() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.crash(Duration::from_secs(1800));
    house.open_page(FRONT);
    assert!(!house.has(id));
    assert!(house.pbx.call(&far).left, "the far end is told");
    assert_eq!(house.notices(), [Notice::CallLost { who: "Jan Meyer".into() }]);
    assert_eq!(house.board().link.state, LinkState::Registered);
}

#[test]
fn a_desk_of_yesterday_or_of_another_version_is_not_taken_up() {
    let mut house = House::ready();
    house.talk_in("Jan", "02079460999");
    house.wait(Duration::from_secs(1));
    let mut saved = house.snapshot.clone().unwrap();
    assert!(Desk::restore(&saved, 1, house.now).is_some());
    assert!(Desk::restore(&saved, 1, house.now + Duration::from_secs(86_400)).is_none());
    assert!(Desk::restore(&saved[..saved.len() / 2], 1, house.now).is_none());
    saved[0] ^= 0xFF;
    assert!(Desk::restore(&saved, 1, house.now).is_none());
}

#[test]
fn another_operator_at_the_same_browser_gets_none_of_the_calls() {
    let mut house = House::ready();
    house.talk_in("Jan", "02079460999");
    let mut other = provision();
    other.account.aor = "bob@pbx.test".into();
    house.provision = other;
    house.crash(Duration::from_secs(2));
    house.open_page(FRONT);
    assert!(house.board().calls.is_empty());
}

#[test]
fn an_update_waits_for_the_last_call_and_says_so_once() {
    let mut house = House::ready();
    assert!(house.desk.is_idle());
    house.tell(cordboard_desk::Input::NewerPage);
    assert_eq!(house.notices(), [], "nobody need be told of what happens at once");
    let (_, far) = house.talk_in("Jan", "02079460999");
    house.tell(cordboard_desk::Input::NewerPage);
    house.tell(cordboard_desk::Input::NewerPage);
    assert_eq!(house.notices(), [Notice::UpdateReady]);
    assert!(!house.desk.is_idle());
    house.far(|pbx| pbx.bye(&far));
    assert!(house.desk.is_idle());
}
