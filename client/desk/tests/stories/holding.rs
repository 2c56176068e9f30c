//! Hold and resume: what the screen says is what the far end agreed to, and what the far end hears is less at once.

use std::time::Duration;

use cordboard_desk::{CallId, CallStatus, Command, Notice, SocketLoss, WhyNot};

use super::house::{FRONT, House, OnAsk};
use super::pbx::{OnChange, direction};

#[test]
fn a_hold_that_is_still_on_its_way_can_be_taken_back() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::Hold(id));
    house.act(Command::Resume(id));
    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendrecv", "the second wish follows the first");
    assert_eq!(house.open_microphones(), 0, "the far end still believes that it is on hold");
    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn hold_shuts_microphone_and_speaker_before_the_far_end_has_answered() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::Changing { to_hold: true });
    let media = house.page().legs.values().next().unwrap().clone();
    assert!(!media.microphone && !media.speaker);
    assert_eq!(house.call(id).allowed.hold, Err(WhyNot::Changing));

    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");

    house.pbx.on_change = OnChange::Agree;
    house.act(Command::Resume(id));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendrecv");
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn a_refused_hold_is_said_and_leaves_the_microphone_shut() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(488);
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert!(house.call(id).muted);
    assert_eq!(house.open_microphones(), 0);
    assert_eq!(house.notices(), [Notice::HoldRefused { who: "Jan Meyer".into() }]);

    house.pbx.on_change = OnChange::Agree;
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::OnHold, "it can be tried again");
}

#[test]
fn a_hold_refused_while_another_call_talks_keeps_this_end_shut() {
    let mut house = House::ready();
    let (first, far) = house.talk_in("Jan", "02079460999");
    let (second, _) = house.ring_in("", "02079461111", "02079460100");
    house.pbx.on_change = OnChange::Refuse(488);
    house.act(Command::Answer(second));
    assert_eq!(house.status(first), CallStatus::OnHold);
    assert_eq!(house.open_microphones(), 1);
    assert_eq!(house.notices(), [Notice::HoldRefused { who: "Jan Meyer".into() }]);
    let asked = house.pbx.call(&far).exchanges;
    house.wait(Duration::from_secs(60));
    assert_eq!(house.pbx.call(&far).exchanges, asked, "what was refused is not asked for again and again");
    house.act(Command::Resume(first));
    assert_eq!(house.status(first), CallStatus::Talking);
}

#[test]
fn a_refused_resume_leaves_the_caller_on_hold() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    house.pbx.on_change = OnChange::Refuse(500);
    house.act(Command::Resume(id));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(house.open_microphones(), 0);
    assert_eq!(house.notices(), [Notice::ResumeRefused { who: "Jan Meyer".into() }]);
}

#[test]
fn resuming_one_call_holds_the_other() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    let (second, _) = house.talk_in("Helena", "205");
    assert_eq!(house.status(first), CallStatus::OnHold);
    house.act(Command::Resume(first));
    assert_eq!((house.status(first), house.status(second)), (CallStatus::Talking, CallStatus::OnHold));
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn a_call_resumed_and_left_in_one_breath_ends_on_hold() {
    let mut house = House::ready();
    let (first, far) = house.talk_in("Jan", "02079460999");
    let (second, _) = house.talk_in("Helena", "205");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::Resume(first));
    assert_eq!(house.status(first), CallStatus::Changing { to_hold: false });
    let (third, _) = house.ring_in("", "02079461111", "02079460100");
    house.act(Command::Answer(third));
    assert_eq!(house.status(third), CallStatus::Talking);
    assert_eq!(house.status(first), CallStatus::Changing { to_hold: true });
    house.pbx.on_change = OnChange::Agree;
    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!(
        house.status(first),
        CallStatus::OnHold,
        "the resume was answered, then hold was asked for again"
    );
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    let _ = second;
}

#[test]
fn the_far_end_can_hold_us_and_let_us_go() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.far(|pbx| pbx.change_to(&far, "sendonly"));
    assert!(house.call(id).held_by_far_end);
    assert_eq!(house.status(id), CallStatus::Talking);
    house.far(|pbx| pbx.change_to(&far, "sendrecv"));
    assert!(!house.call(id).held_by_far_end);
}

#[test]
fn a_change_by_the_far_end_does_not_take_our_hold_away() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    house.far(|pbx| pbx.change_to(&far, "sendrecv"));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn a_change_without_an_offer_is_given_one_with_our_direction() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    house.far(|pbx| pbx.bare_reinvite(&far));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    house.act(Command::Resume(id));
    assert_eq!(house.status(id), CallStatus::Talking);
}

#[test]
fn offers_that_cross_end_with_the_caller_on_hold() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(491);
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::Changing { to_hold: true });
    assert_eq!(house.open_microphones(), 0);
    house.pbx.on_change = OnChange::Agree;
    house.wait(Duration::from_secs(5));
    assert_eq!(house.status(id), CallStatus::OnHold);

    house.pbx.on_change = OnChange::Refuse(491);
    house.act(Command::Resume(id));
    house.pbx.on_change = OnChange::Agree;
    house.far(|pbx| pbx.change_to(&far, "sendrecv"));
    house.wait(Duration::from_secs(5));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendrecv");
}

/// The connection goes while the telephone system has our change in its hands, and comes back.
fn lose_what_is_on_its_way(house: &mut House, id: CallId, act: Command) {
    house.pbx.on_change = OnChange::Wait;
    house.act(act);
    let asked = house.status(id);
    house.cut_network(SocketLoss::RelayUnreachable);
    house.wait(Duration::from_secs(40));
    assert_eq!(house.status(id), asked, "nobody knows what the far end heard of it");
    assert_eq!(house.open_microphones(), 0);
    assert!(house.notices().is_empty(), "nobody has refused anything: {:?}", house.notices());
    house.pbx.on_change = OnChange::Agree;
    house.mend_network();
    house.wait(Duration::from_secs(45));
}

#[test]
fn a_hold_lost_with_the_connection_is_asked_for_again_when_it_is_back() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    lose_what_is_on_its_way(&mut house, id, Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    assert_eq!(house.open_microphones(), 0);
    assert!(house.notices().is_empty());
}

#[test]
fn a_resume_lost_with_the_connection_is_asked_for_again_when_it_is_back() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    lose_what_is_on_its_way(&mut house, id, Command::Resume(id));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendrecv");
    assert_eq!(house.open_microphones(), 1);
    assert!(house.notices().is_empty());
}

#[test]
fn a_hold_that_waits_out_a_glare_outlives_the_connection() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(491);
    house.act(Command::Hold(id));
    house.cut_network(SocketLoss::RelayUnreachable);
    house.wait(Duration::from_secs(60));
    assert_eq!(house.status(id), CallStatus::Changing { to_hold: true });
    house.pbx.on_change = OnChange::Agree;
    house.mend_network();
    house.wait(Duration::from_secs(45));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    assert!(house.notices().is_empty());
}

#[test]
fn a_hold_that_is_always_put_off_is_refused_in_the_end() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(491);
    house.act(Command::Hold(id));
    house.wait(Duration::from_secs(40));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.notices(), [Notice::HoldRefused { who: "Jan Meyer".into() }]);
    let asked = house.pbx.call(&far).exchanges;
    house.wait(Duration::from_secs(60));
    assert_eq!(house.pbx.call(&far).exchanges, asked, "it is not offered for ever");
}

#[test]
fn the_far_end_changes_media_while_the_page_makes_our_offer() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.page().on_ask = OnAsk::Wait;
    house.act(Command::Hold(id));
    house.far(|pbx| pbx.change_to(&far, "sendrecv"));
    house.do_asked(FRONT);
    house.do_asked(FRONT);
    house.page().on_ask = OnAsk::Do;
    house.do_asked(FRONT);
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
}

#[test]
fn any_number_of_calls_wait_on_hold() {
    let mut house = House::ready();
    let calls: Vec<_> = (0..8).map(|n| house.talk_in("", &format!("0207946100{n}")).0).collect();
    let held = calls.iter().filter(|id| house.status(**id) == CallStatus::OnHold).count();
    assert_eq!(held, 7);
    assert_eq!(house.open_microphones(), 1);
}
