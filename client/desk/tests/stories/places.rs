//! Conference rooms and parking places as contacts: who is in them, and how a parked call is taken back by anybody.

use std::time::Duration;

use cordboard_desk::{
    CallStatus, Command, Freshness, Input, PhoneView, PlaceView, SocketLoss, Standing, TransferTarget, Way,
    WhyNot,
};
use cordboard_wire::{Provision, Watch};

use super::house::{House, seed};
use super::lamps::{dialogs, parked, room};
use super::watching::{begin, directory, rows, watching};

/// A company with two parking places and a room, of which the first place and the room are in a directory.
fn provisioned() -> Provision {
    let mut provision = watching();
    provision.account.queue_busy = true;
    provision.account.parking = vec!["701".into(), "702".into()];
    provision.account.rooms = vec!["801".into()];
    let csv = "lastname,phone\nPlace one,701\nMeeting room,801\n";
    provision.directories.push(seed("places", "Places", true, "", csv));
    provision
}

fn house() -> House {
    let mut house = House::empty();
    for place in ["701", "702"] {
        house.pbx.show("dialog", place, &dialogs(&[]));
    }
    house.pbx.show("conference", "801", &room(0, &[]));
    begin(house, provisioned())
}

/// What the page shows of a place.
fn place(house: &mut House, last_name: &str) -> PhoneView {
    let rows = rows(house, "Places");
    let row = rows.iter().find(|row| row.contact.last_name == last_name).expect("the contact");
    let id = row.phone.expect("a place that is watched");
    house.board().phones.iter().find(|phone| phone.id == id).expect("the place").clone()
}

fn names(place: &PhoneView) -> Vec<&str> {
    place.calls.iter().map(|call| call.name.as_str()).collect()
}

fn people(place: &PhoneView) -> u32 {
    match place.place {
        Some(PlaceView::Room { people }) => people,
        Some(PlaceView::Parking { .. }) | None => panic!("{place:?} is no room"),
    }
}

#[test]
fn a_room_shows_who_is_in_it_as_it_fills_and_empties() {
    let mut house = house();
    let empty = place(&mut house, "Meeting room");
    assert_eq!((empty.standing, people(&empty), empty.calls.len()), (Standing::Available, 0, 0));

    house.far(|pbx| pbx.show("conference", "801", &room(2, &[("Zoe", "614"), ("", "204")])));
    let two = place(&mut house, "Meeting room");
    assert_eq!(
        (people(&two), names(&two)),
        (2, vec!["Grace Okafor", "Zoe"]),
        "known numbers by the directory"
    );
    assert_eq!(two.standing, Standing::Available, "whoever calls comes in");

    // Not all need to be named.
    house.far(|pbx| pbx.show("conference", "801", &room(7, &[("Zoe", "614")])));
    assert_eq!(people(&place(&mut house, "Meeting room")), 7);
    house.far(|pbx| pbx.show("conference", "801", &room(0, &[])));
    assert_eq!(people(&place(&mut house, "Meeting room")), 0);
}

#[test]
fn a_parking_place_shows_who_waits_since_when_and_who_parked_them() {
    let mut house = house();
    let free = place(&mut house, "Place one");
    assert_eq!(
        (free.standing, free.place),
        (Standing::Available, Some(PlaceView::Parking { by: String::new() }))
    );

    house.far(|pbx| pbx.show("dialog", "701", &parked("02079460999", 42, "205")));
    let taken = place(&mut house, "Place one");
    assert_eq!(taken.place, Some(PlaceView::Parking { by: "Helena Brandt".into() }));
    assert_eq!((taken.standing, names(&taken)), (Standing::Busy, vec!["Jan Meyer"]));
    // However long this desk has looked.
    assert_eq!(taken.calls[0].since, house.now - Duration::from_secs(42));
    house.wait(Duration::from_secs(10));
    house.far(|pbx| pbx.show("dialog", "701", &parked("02079460999", 52, "205")));
    assert_eq!(place(&mut house, "Place one").calls[0].since, taken.calls[0].since);
}

#[test]
fn calling_a_place_takes_back_whoever_waits_there_under_their_own_name() {
    let mut house = house();
    let places = directory(&house, "Places");
    let contact = rows(&mut house, "Places").iter().find(|row| row.contact.phone == "701").unwrap().id;
    for how in [
        Command::CallContact { directory: places, contact, way: Way::Phone },
        Command::Dial { typed: "701".into() },
    ] {
        house.far(|pbx| pbx.show("dialog", "701", &parked("02079460999", 5, "205")));
        let (talking, _) = house.talk_in("Helena", "205");
        house.act(how);
        let call = house.board().calls.iter().find(|call| call.id != talking).unwrap().clone();
        assert_eq!(call.who.name, "Jan Meyer");
        assert_eq!(call.cord, None, "a caller who is taken back is asked for nobody");
        assert_eq!(call.status, CallStatus::Calling);
        house.act(Command::HangUp(call.id));
        house.act(Command::HangUp(talking));
    }

    // An empty place is called like anybody.
    house.far(|pbx| pbx.show("dialog", "701", &dialogs(&[])));
    house.act(Command::CallContact { directory: places, contact, way: Way::Phone });
    assert_eq!(house.board().calls[0].who.name, "Place one");
}

#[test]
fn nobody_waits_in_the_queue_for_a_place_or_a_room() {
    let mut house = house();
    house.far(|pbx| pbx.show("dialog", "701", &parked("02079460999", 5, "205")));
    house.far(|pbx| pbx.show("conference", "801", &room(2, &[("Zoe", "614")])));
    for number in ["701", "801"] {
        let (id, _) = house.talk_in("", "02079461111");
        house.act(Command::Queue { call: id, to: TransferTarget::Number(number.into()) });
        assert_eq!(house.notices().pop(), Some(cordboard_desk::Notice::NotPossible(WhyNot::NotWatched)));
        house.act(Command::TransferBlind { call: id, to: TransferTarget::Number(number.into()) });
        assert!(matches!(house.status(id), CallStatus::Transferring { .. }), "{:?}", house.status(id));
    }
}

#[test]
fn a_call_is_parked_where_nobody_waits_even_if_no_directory_has_the_place() {
    let mut house = house();
    house.far(|pbx| pbx.show("dialog", "701", &parked("02079460999", 5, "205")));
    let (id, far) = house.talk_in("", "02079461111");
    house.act(Command::Park(id));
    assert!(house.pbx.referred_to(&far).is_some_and(|uri| uri.starts_with("sip:702@")));
    house.far(|pbx| pbx.show("dialog", "702", &parked("02079461111", 0, "alice")));
    let (id, _) = house.talk_in("", "02079461112");
    assert_eq!(house.call(id).allowed.park, Err(WhyNot::ParkingFull));
}

#[test]
fn without_a_connection_who_is_in_a_room_is_believed_for_a_minute() {
    let mut house = house();
    house.far(|pbx| pbx.show("conference", "801", &room(1, &[("Zoe", "614")])));
    let at = house.now;
    house.cut_network(SocketLoss::RelayUnreachable);
    house.wait(Duration::from_secs(50));
    assert_eq!(people(&place(&mut house, "Meeting room")), 1);
    house.wait(Duration::from_secs(20));
    let old = place(&mut house, "Meeting room");
    assert_eq!((old.standing, people(&old), old.calls.len()), (Standing::Unknown, 0, 0));
    assert!(matches!(old.freshness, Freshness::Stale { since } if since >= at));
    house.mend_network();
    house.wait(Duration::from_secs(60));
    assert_eq!(people(&place(&mut house, "Meeting room")), 1);
}

#[test]
fn an_engine_that_begins_again_sees_who_is_where() {
    let mut house = house();
    house.far(|pbx| pbx.show("conference", "801", &room(1, &[("Zoe", "614")])));
    house.talk_in("Jan", "02079460999");
    house.crash(Duration::from_secs(1));
    house.open_page(super::house::FRONT);
    house.wait(Duration::from_secs(60));
    assert_eq!(names(&place(&mut house, "Meeting room")), ["Zoe"]);
}

#[test]
fn what_is_a_place_is_what_the_account_says_and_may_change() {
    let mut house = house();
    house.far(|pbx| pbx.show("dialog", "801", &dialogs(&[])));
    house.provision.account.rooms.clear();
    house.tell(Input::Provisioned(Box::new(house.provision.clone())));
    assert_eq!(place(&mut house, "Meeting room").place, None);
    house.provision.account.rooms = vec!["801".into()];
    // Rooms are told of by a package of their own.
    house.provision.account.watch = Vec::<Watch>::new();
    house.tell(Input::Provisioned(Box::new(house.provision.clone())));
    house.far(|pbx| pbx.show("conference", "801", &room(1, &[("Zoe", "614")])));
    assert_eq!(people(&place(&mut house, "Meeting room")), 1);
    assert_eq!(rows(&mut house, "Places").iter().find(|row| row.contact.phone == "701").unwrap().phone, None);
}
