//! Calls that the far end moves: the tile stays, whoever is behind it.

use cordboard_desk::{CallStatus, CallWay, Command};
use cordboard_sip::message::Method;

use super::house::{House, OnAsk};
use super::pbx::direction;

#[test]
fn a_call_that_another_phone_takes_over_goes_on_with_whoever_is_there() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::SendDigit { call: id, digit: '1' });
    let new = house.far(|pbx| pbx.take_over(&far, "Helena", "205", true));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.call(id).who.number, "205");
    assert_eq!(house.board().calls.len(), 1, "nothing rings");
    let media = house.page().legs.values().next().unwrap();
    assert_eq!(media.digits, "", "a connection of its own, not the one with the old far end");
    assert_eq!(house.open_microphones(), 1);
    assert_eq!(house.pbx.call(&new).statuses.last(), Some(&200));
    assert!(house.pbx.call(&far).left, "the old far end gets BYE");
    house.act(Command::Hold(id));
    assert_eq!(direction(&house.pbx.call(&new).sdp), "sendonly");
    house.act(Command::HangUp(id));
    assert!(house.pbx.call(&new).left);
}

#[test]
fn a_held_call_that_is_taken_over_stays_on_hold() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    let new = house.far(|pbx| pbx.take_over(&far, "Helena", "205", true));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&new).sdp), "sendonly");
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn whoever_takes_over_may_want_our_offer() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    let new = house.far(|pbx| pbx.take_over(&far, "Helena", "205", false));
    assert_eq!(house.pbx.call(&new).statuses.last(), Some(&200));
    assert_eq!(house.status(id), CallStatus::Talking);
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::OnHold);
}

#[test]
fn a_call_of_ours_that_rings_is_picked_up_elsewhere() {
    let mut house = House::ready();
    let (id, far) = house.dial("205");
    house.far(|pbx| pbx.ring_back(&far, 180, false));
    assert_eq!(house.status(id), CallStatus::RingingOut);
    let new = house.far(|pbx| pbx.take_over(&far, "Grace", "204", true));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.call(id).who.name, "Grace Okafor");
    assert!(house.pbx.call(&far).left, "the phone that still rings gets CANCEL");
    assert!(!house.pbx.call(&new).left);
}

#[test]
fn a_takeover_that_is_given_up_leaves_the_call_as_it_was() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.page().on_ask = OnAsk::Wait;
    let new = house.far(|pbx| pbx.take_over(&far, "Helena", "205", true));
    house.far(|pbx| pbx.cancel(&new, None));
    house.page().on_ask = OnAsk::Do;
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.call(id).who.number, "02079460999");
    assert!(!house.pbx.call(&far).left);
    house.act(Command::HangUp(id));
    assert!(house.pbx.call(&far).left);
}

#[test]
fn hanging_up_while_somebody_takes_over_ends_both() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.page().on_ask = OnAsk::Wait;
    let new = house.far(|pbx| pbx.take_over(&far, "Helena", "205", true));
    house.act(Command::HangUp(id));
    assert!(house.pbx.call(&far).left);
    assert_eq!(house.pbx.call(&new).statuses.last(), Some(&486));
    assert!(!house.has(id));
}

#[test]
fn a_call_is_made_that_the_far_end_asks_for_and_it_hears_what_becomes_of_it() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.far(|pbx| pbx.ask_to_call(&far, "sip:205@pbx.test"));
    assert_eq!(house.status(id), CallStatus::OnHold);
    let new = house.at(CallWay::Outgoing, 0).id;
    assert_eq!(house.call(new).who.number, "205");
    let far_new = house.pbx.calls.iter().find(|(_, call)| !call.incoming).unwrap().0.clone();
    house.far(|pbx| pbx.answer(&far_new));
    assert_eq!(house.status(new), CallStatus::Talking);
    assert_eq!(house.pbx.told, ["SIP/2.0 100 Trying", "SIP/2.0 200 OK"]);
    house.far(|pbx| pbx.bye(&far));
    assert!(!house.has(id));
    assert_eq!(house.status(new), CallStatus::Talking);
}

#[test]
fn a_call_that_was_asked_for_and_is_given_up_is_told() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.page().on_ask = OnAsk::Wait;
    house.far(|pbx| pbx.ask_to_call(&far, "sip:205@pbx.test"));
    let new = house.at(CallWay::Outgoing, 0).id;
    // Before the page has made its half of the media: nobody has been called yet.
    house.act(Command::HangUp(new));
    assert_eq!(house.pbx.told, ["SIP/2.0 100 Trying", "SIP/2.0 480 Temporarily Unavailable"]);
    assert!(house.has(id));
}

#[test]
fn nobody_can_have_a_call_made_that_the_operator_could_not_make() {
    let mut house = House::ready();
    let (_, far) = house.talk_in("Jan", "02079460999");
    for typed in ["204", "205", "206", "207"] {
        house.talk_out(typed);
    }
    house.far(|pbx| pbx.ask_to_call(&far, "sip:208@pbx.test"));
    assert!(house.pbx.told.is_empty());
    assert!(!house.pbx.requests.iter().any(|(method, to)| *method == Method::Invite && to.contains("208")));
}
