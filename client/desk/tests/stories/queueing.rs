//! Callers wait on hold for a colleague who is busy, and are sent on by themselves, in the order in which they came.

use std::time::Duration;

use cordboard_desk::{CallId, CallStatus, CallWay, Command, Notice, SocketLoss, TransferTarget, WhyNot};

use super::house::{FRONT, House};
use super::lamps::dialogs;
use super::watching::{begin, phone, watching};

const DELAY: Duration = Duration::from_secs(3);
const SECOND: Duration = Duration::from_secs(1);

/// A shift in which Grace (204) talks; `by_itself` as the account says.
fn grace_talks(by_itself: bool) -> House {
    let mut provision = watching();
    provision.account.queue_busy = by_itself;
    let mut house = House::empty();
    house.pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "1")]));
    house.pbx.show("dialog", "205", &dialogs(&[]));
    begin(house, provision)
}

fn to_grace() -> TransferTarget {
    TransferTarget::Number("204".into())
}

/// Somebody calls, is answered, and waits for Grace.
fn queued(house: &mut House, name: &str, number: &str) -> (CallId, String) {
    let (id, far) = house.talk_in(name, number);
    house.act(Command::Queue { call: id, to: to_grace() });
    assert_eq!(house.status(id), CallStatus::Queued { target: "204".into() });
    (id, far)
}

fn free(house: &mut House) {
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[])));
}

fn rings(house: &mut House) {
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("b", "early", "1")])));
}

fn busy(house: &mut House) {
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("b", "confirmed", "1")])));
}

/// Grace answers whoever was sent to her.
fn put_through(house: &mut House, far: &str) {
    house.far(|pbx| pbx.tell_transfer(far, "200 OK", true));
    house.far(|pbx| pbx.bye(far));
}

#[test]
fn a_caller_waits_on_hold_and_is_sent_on_when_the_phone_has_been_free_for_a_while() {
    let mut house = grace_talks(true);
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.wait(SECOND);
    house.act(Command::TransferBlind { call: id, to: to_grace() });
    let view = house.call(id).clone();
    assert_eq!(
        (view.status, view.since, view.waits_for.as_deref()),
        (CallStatus::Queued { target: "204".into() }, house.now, Some("204"))
    );
    assert_eq!(house.open_microphones(), 0);
    assert_eq!(phone(&mut house, "Okafor").waiting, 1);
    assert!(phone(&mut house, "Okafor").queues);
    house.wait(Duration::from_secs(60));
    assert!(!house.pbx.call(&far).is_referred());
    free(&mut house);
    house.wait(DELAY - SECOND);
    assert!(!house.pbx.call(&far).is_referred(), "she may be about to call somebody");
    house.wait(SECOND);
    assert_eq!(house.pbx.referred_to(&far).as_deref(), Some("sip:204@pbx.test"));
    assert_eq!(house.status(id), CallStatus::Transferring { target: "204".into() });
    put_through(&mut house, &far);
    assert!(!house.has(id));
    assert_eq!(phone(&mut house, "Okafor").waiting, 0);
}

#[test]
fn a_phone_that_is_taken_again_in_the_meantime_is_left_alone() {
    let mut house = grace_talks(true);
    let (id, far) = queued(&mut house, "Jan", "02079460999");
    free(&mut house);
    house.wait(SECOND);
    busy(&mut house);
    house.wait(Duration::from_secs(60));
    assert!(!house.pbx.call(&far).is_referred());
    assert_eq!(house.status(id), CallStatus::Queued { target: "204".into() });
}

#[test]
fn whoever_came_first_is_served_first_and_the_next_when_she_is_free_again() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (second, two) = queued(&mut house, "Una", "02079461111");
    assert_eq!(phone(&mut house, "Okafor").waiting, 2);
    free(&mut house);
    house.wait(DELAY);
    assert!(house.pbx.call(&one).is_referred() && !house.pbx.call(&two).is_referred());
    busy(&mut house);
    put_through(&mut house, &one);
    house.wait(Duration::from_secs(60));
    assert!(!house.has(first));
    assert_eq!(house.status(second), CallStatus::Queued { target: "204".into() });
    free(&mut house);
    house.wait(DELAY);
    assert!(house.pbx.call(&two).is_referred());
}

#[test]
fn the_next_is_not_sent_on_the_heels_of_the_first_while_her_lamp_is_late() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (second, two) = queued(&mut house, "Una", "02079461111");
    free(&mut house);
    house.wait(DELAY);
    assert!(house.pbx.call(&one).is_referred());
    put_through(&mut house, &one);
    assert!(!house.has(first));
    assert!(!house.pbx.call(&two).is_referred(), "her phone is about to ring");
    house.wait(SECOND);
    rings(&mut house);
    house.wait(Duration::from_secs(60));
    assert!(!house.pbx.call(&two).is_referred());
    assert_eq!(house.status(second), CallStatus::Queued { target: "204".into() });
    free(&mut house);
    house.wait(DELAY);
    assert!(house.pbx.call(&two).is_referred());
}

#[test]
fn whoever_begins_to_wait_in_that_moment_is_not_sent_on_the_heels_of_the_first_either() {
    let mut house = grace_talks(true);
    let (_, one) = queued(&mut house, "Jan", "02079460999");
    free(&mut house);
    house.wait(DELAY);
    // Nobody tells how it went: the call just ends.
    house.far(|pbx| pbx.bye(&one));
    let (_, two) = queued(&mut house, "Una", "02079461111");
    house.wait(DELAY);
    assert!(!house.pbx.call(&two).is_referred());
}

#[test]
fn whoever_waits_for_a_phone_whose_lamp_never_says_that_it_was_taken_has_a_turn_all_the_same() {
    let mut house = grace_talks(true);
    let (_, one) = queued(&mut house, "Jan", "02079460999");
    let (_, two) = queued(&mut house, "Una", "02079461111");
    free(&mut house);
    house.wait(DELAY);
    house.wait(Duration::from_secs(40));
    assert!(!house.pbx.call(&two).is_referred(), "nobody knows what became of Jan");
    put_through(&mut house, &one);
    house.wait(Duration::from_secs(29));
    assert!(!house.pbx.call(&two).is_referred());
    house.wait(SECOND);
    assert!(house.pbx.call(&two).is_referred());
}

#[test]
fn a_phone_that_refused_one_is_not_rung_at_once_by_the_next() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (_, two) = queued(&mut house, "Una", "02079461111");
    free(&mut house);
    house.wait(DELAY);
    house.far(|pbx| pbx.tell_transfer(&one, "486 Busy Here", true));
    house.act(Command::Resume(first));
    house.wait(DELAY);
    assert_eq!(house.status(first), CallStatus::Talking);
    assert!(!house.pbx.call(&two).is_referred());
}

#[test]
fn a_caller_who_finds_her_busy_all_the_same_has_the_old_place() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (_, two) = queued(&mut house, "Una", "02079461111");
    free(&mut house);
    house.wait(DELAY);
    house.far(|pbx| pbx.tell_transfer(&one, "486 Busy Here", true));
    assert_eq!(house.status(first), CallStatus::Queued { target: "204".into() });
    busy(&mut house);
    house.wait(Duration::from_secs(10));
    free(&mut house);
    house.wait(DELAY);
    assert_eq!(house.status(first), CallStatus::Transferring { target: "204".into() });
    assert!(!house.pbx.call(&two).is_referred());
}

#[test]
fn a_transfer_that_fails_otherwise_comes_back_to_the_operator() {
    let mut house = grace_talks(true);
    let (id, far) = queued(&mut house, "Jan", "02079460999");
    free(&mut house);
    house.wait(DELAY);
    house.far(|pbx| pbx.tell_transfer(&far, "480 Temporarily Unavailable", true));
    assert!(matches!(house.status(id), CallStatus::BackFrom { .. }), "{:?}", house.status(id));
    assert_eq!(house.call(id).waits_for, None);
}

#[test]
fn the_operator_talks_to_somebody_who_waits_and_puts_them_back() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (second, two) = queued(&mut house, "Una", "02079461111");
    house.act(Command::Resume(first));
    assert_eq!(
        (house.status(first), house.call(first).waits_for.as_deref()),
        (CallStatus::Talking, Some("204"))
    );
    house.act(Command::Hold(first));
    assert_eq!(house.status(first), CallStatus::Queued { target: "204".into() });
    free(&mut house);
    house.wait(DELAY);
    assert!(house.pbx.call(&one).is_referred() && !house.pbx.call(&two).is_referred());
    assert_eq!(house.status(second), CallStatus::Queued { target: "204".into() });
}

/// The operator asks Helena on behalf of somebody who waits. Gives her call, as the desk and as the far end have it.
fn asks_helena(house: &mut House, caller: CallId) -> (CallId, String) {
    let before: Vec<_> = house.pbx.calls.keys().cloned().collect();
    house.act(Command::Consult { call: caller, to: TransferTarget::Number("205".into()) });
    let far = house.pbx.calls.keys().find(|call| !before.contains(call)).cloned().unwrap();
    house.far(|pbx| pbx.ring_back(&far, 180, false));
    (house.at(CallWay::Outgoing, 0).id, far)
}

#[test]
fn nobody_is_sent_on_while_somebody_else_is_asked_on_their_behalf() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (asked, helena) = asks_helena(&mut house, first);
    assert_eq!(
        (house.status(first), house.call(first).waits_for.as_deref()),
        (CallStatus::OnHold, Some("204")),
        "the place is kept"
    );
    free(&mut house);
    house.wait(Duration::from_secs(10));
    assert!(!house.pbx.call(&one).is_referred(), "while it rings at Helena's");
    house.far(|pbx| pbx.answer(&helena));
    house.wait(Duration::from_secs(10));
    assert!(!house.pbx.call(&one).is_referred(), "while the operator talks with her");
    assert!(house.call(asked).cord.is_some());
    house.act(Command::HangUp(asked));
    assert_eq!(house.pbx.referred_to(&one).as_deref(), Some("sip:204@pbx.test"));
}

#[test]
fn whoever_is_promised_to_somebody_else_is_not_sent_on_and_waits_again_if_that_comes_to_nothing() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (_, two) = queued(&mut house, "Una", "02079461111");
    let (asked, helena) = asks_helena(&mut house, first);
    house.act(Command::Connect { call: first, with: asked });
    free(&mut house);
    house.wait(DELAY);
    assert!(!house.pbx.call(&one).is_referred());
    assert!(house.pbx.call(&two).is_referred(), "Una need not wait for Helena");
    busy(&mut house);
    put_through(&mut house, &two);
    house.wait(SECOND);
    house.far(|pbx| pbx.refuse(&helena, 486));
    assert_eq!(house.status(first), CallStatus::Queued { target: "204".into() });
    free(&mut house);
    house.wait(DELAY);
    assert_eq!(house.pbx.referred_to(&one).as_deref(), Some("sip:204@pbx.test"));
}

#[test]
fn whoever_is_connected_with_the_one_who_was_asked_waits_no_more() {
    let mut house = grace_talks(true);
    let (first, one) = queued(&mut house, "Jan", "02079460999");
    let (asked, helena) = asks_helena(&mut house, first);
    house.far(|pbx| pbx.answer(&helena));
    house.act(Command::Connect { call: first, with: asked });
    assert_eq!(phone(&mut house, "Okafor").waiting, 0);
    house.far(|pbx| pbx.tell_transfer(&one, "200 OK", true));
    assert!(!house.has(first));
}

#[test]
fn a_caller_who_waits_is_sent_elsewhere_or_waits_no_more_or_gives_up() {
    let mut house = grace_talks(true);
    let (elsewhere, one) = queued(&mut house, "Jan", "02079460999");
    let (cancelled, two) = queued(&mut house, "Una", "02079461111");
    let (gone, three) = queued(&mut house, "Ida", "02079462222");
    house.act(Command::TransferBlind { call: elsewhere, to: TransferTarget::Number("205".into()) });
    assert_eq!(house.pbx.referred_to(&one).as_deref(), Some("sip:205@pbx.test"));
    house.act(Command::Unqueue(cancelled));
    assert_eq!(
        (house.status(cancelled), house.call(cancelled).waits_for.clone()),
        (CallStatus::OnHold, None)
    );
    house.far(|pbx| pbx.bye(&three));
    assert!(!house.has(gone));
    assert_eq!(phone(&mut house, "Okafor").waiting, 0);
    free(&mut house);
    house.wait(DELAY);
    assert!(!house.pbx.call(&two).is_referred());
    house.act(Command::Unqueue(cancelled));
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::NotQueued)));
}

#[test]
fn nobody_waits_for_a_phone_that_is_not_watched_nor_before_being_answered() {
    let mut house = grace_talks(true);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Queue { call: id, to: TransferTarget::Number("300".into()) });
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::NotWatched)));
    assert_eq!(house.status(id), CallStatus::Talking);
    let (ringing, _) = house.ring_in("Una", "02079461111", "02079460100");
    assert_eq!(house.call(ringing).allowed.queue, Err(WhyNot::NotAnswered));
    house.act(Command::Queue { call: ringing, to: to_grace() });
    assert_eq!(house.status(ringing), CallStatus::Ringing);
}

#[test]
fn where_calls_do_not_wait_by_themselves_they_are_sent_at_once() {
    let mut house = grace_talks(false);
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to_grace() });
    assert!(house.pbx.call(&far).is_referred());
    assert!(!phone(&mut house, "Okafor").queues);
}

#[test]
fn without_a_connection_nobody_is_sent_on_and_all_wait_as_before() {
    let mut house = grace_talks(true);
    let (id, far) = queued(&mut house, "Jan", "02079460999");
    free(&mut house);
    house.cut_network(SocketLoss::RelayUnreachable);
    house.wait(Duration::from_secs(10));
    assert!(!house.pbx.call(&far).is_referred());
    assert_eq!(house.status(id), CallStatus::Queued { target: "204".into() });
    house.mend_network();
    house.wait(Duration::from_secs(60));
    assert!(house.pbx.call(&far).is_referred());
}

#[test]
fn a_queue_outlives_an_engine_that_begins_again() {
    let mut house = grace_talks(true);
    let (id, far) = queued(&mut house, "Jan", "02079460999");
    house.crash(Duration::from_secs(2));
    house.open_page(FRONT);
    assert_eq!(house.status(id), CallStatus::Queued { target: "204".into() });
    house.page_says(FRONT, cordboard_desk::PageInput::MediaReady);
    free(&mut house);
    house.wait(DELAY);
    assert!(house.pbx.call(&far).is_referred());
}
