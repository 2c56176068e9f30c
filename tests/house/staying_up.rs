//! Sockets that die, servers that restart, machines that sleep: what is noticed when, and what becomes of calls.

use std::time::Duration;

use cordboard_desk::{CallStatus, Command, LinkState, Notice};
use rsip::Method;

use super::house::{House, Network};
use super::pbx::{Caller, Pbx, Stage};

#[test]
fn socket_dies_silently_and_is_noticed_within_ten_seconds() {
    for after in [61_000, 62_700, 64_100, 65_500, 67_900] {
        for (whose, pbx) in Pbx::each() {
            let mut house = House::at(pbx);
            house.wait(Duration::from_millis(after));
            house.network = Network::Silent;
            let died_at = house.now;
            while house.link() == &LinkState::Registered {
                house.wait(Duration::from_millis(50));
            }
            let unnoticed = house.now.since(died_at);
            assert!(unnoticed < Duration::from_secs(10), "{whose}, dead after {after} ms: {unnoticed:?}");
            house.wait_seconds(5);
            assert_eq!(house.link(), &LinkState::Registered, "{whose}");
        }
    }
}

#[test]
fn freeswitch_answers_options_pings_only() {
    let mut house = House::at(Pbx::freeswitch());
    house.wait_seconds(3600);
    assert_eq!(house.sockets, 1, "a server that knows no CRLF is not a dead one");
    assert_eq!(house.pbx.pings, 1, "it was tried once");
    let asked = house.pbx.count(Method::Options);
    assert!((700..=950).contains(&asked), "{asked} in an hour");
    assert!(house.notices().is_empty());
}

#[test]
fn asterisk_asks_whether_we_are_there_and_is_told() {
    let mut house = House::at(Pbx::asterisk());
    house.wait_seconds(3600);
    assert_eq!(house.pbx.told_present, 60);
}

#[test]
fn server_restart_in_mid_call_keeps_the_call() {
    let mut house = House::at(Pbx::kamailio());
    let (talks, far) = house.talk("Jan", "02079460999");
    // A proxy holds no calls: sound flows past it, and the far end does not notice.
    house.network = Network::Down;
    house.close_socket();
    house.there(|pbx| pbx.registrar.bindings.clear());
    house.there(|pbx| pbx.registrar.challenge());
    house.wait_seconds(45);
    assert_eq!(house.status(talks), CallStatus::Talking);
    assert!(house.can_talk(far));
    assert!(matches!(house.link(), LinkState::SocketDown(_)));

    house.network = Network::Up;
    house.wait_seconds(40);
    assert_eq!(house.link(), &LinkState::Registered);
    house.act(Command::Hold(talks));
    assert_eq!(house.status(talks), CallStatus::OnHold);
    house.act(Command::Resume(talks));
    assert!(house.can_talk(far));
    assert!(house.notices().is_empty(), "{:?}", house.notices());
}

#[test]
fn a_telephone_system_that_restarts_without_its_calls_is_found_out_and_the_call_is_told_lost() {
    let mut house = House::at(Pbx::asterisk());
    let (call, _) = house.talk("Jan", "02079460999");
    house.there(Pbx::forget_all);
    house.close_socket();
    house.wait_seconds(5);
    assert_eq!(house.link(), &LinkState::Registered);
    // Nobody has to touch the call: it is asked after as soon as there is a connection.
    assert!(!house.has(call), "{:?}", house.call(call));
    assert_eq!(house.notices(), [Notice::CallLost { who: "Jan".into() }]);
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn whoever_is_hung_up_on_during_an_outage_is_released_after_it() {
    let mut house = House::at(Pbx::freeswitch());
    let (call, far) = house.talk("Jan", "02079460999");
    house.network = Network::Down;
    house.close_socket();
    house.act(Command::HangUp(call));
    assert!(!house.has(call));
    assert_eq!(house.stage(far), Stage::Up, "it cannot know");
    house.network = Network::Up;
    house.wait_seconds(40);
    assert_eq!(house.stage(far), Stage::Over);
}

#[test]
fn a_call_that_rings_over_a_short_loss_can_be_answered() {
    let mut house = House::at(Pbx::kamailio());
    let (call, far) = house.ring(Caller::new("Jan", "02079460999"));
    house.close_socket();
    house.wait_seconds(3);
    assert_eq!(house.link(), &LinkState::Registered);
    house.act(Command::Answer(call));
    assert!(house.can_talk(far), "{:?}", house.call(call));
}

#[test]
fn a_console_that_slept_for_a_night_is_reachable_seconds_after_waking() {
    for socket_survives in [true, false] {
        for (whose, pbx) in Pbx::each() {
            let mut house = House::at(pbx);
            house.wait_seconds(100);
            if !socket_survives {
                // The far end has given the socket up; nobody has told this one.
                house.pbx.lose_socket();
                house.network = Network::Silent;
            }
            house.sleep(Duration::from_secs(8 * 3600));
            assert_eq!(house.pbx.registrar.ours(house.now), None, "{whose}: nobody has refreshed");
            house.wait_seconds(12);
            assert!(house.sockets == 1 || !socket_survives, "{whose}: a socket that works is kept");
            assert!(house.pbx.registrar.ours(house.now).is_some(), "{whose}, {socket_survives}");
            assert_eq!(house.link(), &LinkState::Registered, "{whose}, {socket_survives}");
        }
    }
}
