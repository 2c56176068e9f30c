//! The relay hands out the account again with other settings: calls go on, and the new settings are in force at once.

use std::time::Duration;

use cordboard_desk::{CallStatus, Command, Input, LinkState, Standing, TransferTarget, WhyNot};
use cordboard_sip::message::Method;
use cordboard_wire::{Account, Watch};

use super::house::{FRONT, House};
use super::lamps::{dialogs, presence};
use super::watching::{begin, phone, ready, rows, watching};

/// The relay hands it out again, changed.
fn changed(house: &mut House, change: impl FnOnce(&mut Account)) {
    change(&mut house.provision.account);
    house.tell(Input::Provisioned(Box::new(house.provision.clone())));
}

fn registers(house: &House) -> usize {
    house.pbx.requests.iter().filter(|(method, _)| *method == Method::Register).count()
}

/// What was asked for and given up about a user since so many SUBSCRIBEs.
fn asked(house: &House, since: usize, user: &str) -> Vec<String> {
    let of_user = house.pbx.lamps.subscribes.iter().skip(since).filter(|(_, of, _)| of == user);
    of_user.map(|(event, _, expires)| format!("{event} {expires}")).collect()
}

#[test]
fn settings_of_another_kind_than_the_telephones_end_no_call() {
    let mut house = ready();
    let (talking, _) = house.talk_in("Jan", "02079460999");
    let registered = registers(&house);
    assert_eq!(house.call(talking).allowed.park, Err(WhyNot::NoParking));
    changed(&mut house, |account| {
        account.parking = vec!["701".into()];
        account.voicemail_of = String::new();
        account.display_name = "Alice at the front".into();
        account.line_header = "X-Line".into();
        account.codecs = vec!["PCMA".into()];
        account.expires = 300;
        account.servers = 2;
    });
    assert_eq!(house.status(talking), CallStatus::Talking);
    assert_eq!((registers(&house), house.board().link.state.clone()), (registered, LinkState::Registered));
    assert_eq!(house.call(talking).allowed.park, Ok(()));
    house.act(Command::Hold(talking));
    assert_eq!(house.status(talking), CallStatus::OnHold);
    house.act(Command::Dial { typed: "300".into() });
    assert!(house.pbx.calls.values().any(|far| far.them.contains("\"Alice at the front\"")));
}

#[test]
fn another_telephone_ends_what_goes_on_at_the_one_before() {
    for change in [
        |account: &mut Account| account.aor = "bob@pbx.test".into(),
        |account: &mut Account| account.auth_user = "bob".into(),
    ] {
        let mut house = ready();
        let (talking, _) = house.talk_in("Jan", "02079460999");
        changed(&mut house, change);
        assert!(!house.has(talking));
    }
}

#[test]
fn whoever_waits_is_sent_on_by_the_rules_of_today() {
    let mut house = ready();
    let (waits, far) = house.talk_in("Jan", "02079460999");
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "1")])));
    house.act(Command::Queue { call: waits, to: TransferTarget::Number("204".into()) });
    assert!(!phone(&mut house, "Okafor").queues);
    changed(&mut house, |account| {
        account.queue_busy = true;
        account.queue_delay = 10;
    });
    assert!(phone(&mut house, "Okafor").queues);
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[])));
    house.wait(Duration::from_secs(9));
    assert!(!house.pbx.call(&far).is_referred(), "it was three seconds");
    house.wait(Duration::from_secs(1));
    assert!(house.pbx.call(&far).is_referred());
}

#[test]
fn other_things_are_watched_of_the_same_people() {
    let mut house = ready();
    let (waits, far) = house.talk_in("Jan", "02079460999");
    house.far(|pbx| pbx.show("presence", "204", &presence("closed", "dnd")));
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "1")])));
    house.act(Command::Queue { call: waits, to: TransferTarget::Number("204".into()) });
    assert_eq!(phone(&mut house, "Okafor").standing, Standing::DoNotDisturb);
    let before = house.pbx.lamps.subscribes.len();
    changed(&mut house, |account| account.watch = vec![Watch::Dialog]);
    assert_eq!(asked(&house, before, "204"), ["dialog 0", "presence 0", "dialog 1800"]);
    assert_eq!(phone(&mut house, "Okafor").standing, Standing::Busy);
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[])));
    house.wait(Duration::from_secs(3));
    assert!(house.pbx.call(&far).is_referred(), "whoever waited waits on");

    let before = house.pbx.lamps.subscribes.len();
    changed(&mut house, |account| account.watch.clear());
    assert_eq!(asked(&house, before, "205"), ["dialog 0"]);
    assert_eq!(rows(&mut house, "Brightwater staff")[1].phone, None);
    changed(&mut house, |account| account.watch = vec![Watch::Presence]);
    assert_eq!(phone(&mut house, "Brandt").standing, Standing::Available);
}

#[test]
fn what_is_published_and_what_waits_in_the_mailbox_come_and_go() {
    let mut provision = watching();
    provision.account.voicemail = "*97".into();
    let mut house = House::empty();
    house.pbx.show("message-summary", "alice", "Messages-Waiting: yes\r\nVoice-Message: 3/8 (1/0)\r\n");
    let mut house = begin(house, provision);
    house.talk_in("Jan", "02079460999");
    assert!(house.pbx.lamps.published.is_empty());
    changed(&mut house, |account| account.publish = true);
    assert_eq!(house.pbx.lamps.published.len(), 1);
    changed(&mut house, |account| account.publish = false);
    assert_eq!(house.pbx.lamps.published.last().map(String::as_str), Some(""), "taken back");

    assert!(house.board().voicemail.is_some());
    let before = house.pbx.lamps.subscribes.len();
    changed(&mut house, |account| account.voicemail.clear());
    assert_eq!(asked(&house, before, "alice"), ["message-summary 0"]);
    assert!(house.board().voicemail.is_none());
}

#[test]
fn whoever_signs_out_takes_back_what_was_told_and_asked_before_leaving_the_registration() {
    let mut provision = watching();
    provision.account.publish = true;
    let mut house = House::empty();
    for user in ["204", "205"] {
        house.pbx.show("dialog", user, &dialogs(&[]));
        house.pbx.show("presence", user, &presence("open", "unknown"));
    }
    let mut house = begin(house, provision);
    let (before, so_far) = (house.pbx.lamps.subscribes.len(), house.pbx.requests.len());
    house.tell(Input::SignedOut);
    for user in ["204", "205"] {
        assert_eq!(asked(&house, before, user), ["dialog 0", "presence 0"]);
    }
    assert_eq!(house.pbx.lamps.published.last().map(String::as_str), Some(""));
    let methods: Vec<_> = house.pbx.requests.iter().skip(so_far).map(|(method, _)| method.clone()).collect();
    assert_eq!(methods.last(), Some(&Method::Register), "{methods:?}");
    assert!(!house.socket_wanted);
    assert!(house.pages[&FRONT].board.as_ref().is_some_and(|board| board.phones.is_empty()));
}

#[test]
fn a_console_with_room_for_more_takes_more_callers_at_once() {
    let mut house = ready();
    let ring =
        |house: &mut House, n: u32| house.far(|pbx| pbx.invite("", &n.to_string(), "02079460100", true));
    let eight: Vec<_> = (0..8).map(|n| ring(&mut house, n)).collect();
    let ninth = ring(&mut house, 8);
    assert_eq!(house.pbx.call(&ninth).statuses.last(), Some(&486));

    changed(&mut house, |account| account.incoming_calls = 30);
    let more: Vec<_> = (8..30).map(|n| ring(&mut house, n)).collect();
    assert!(eight.iter().chain(&more).all(|call| house.pbx.call(call).statuses.last() == Some(&180)));
    let last = ring(&mut house, 30);
    assert_eq!(house.pbx.call(&last).statuses.last(), Some(&486));
}
