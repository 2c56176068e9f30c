//! Hold and resume with far ends that answer oddly, refuse, or want the same at the same moment.

use cordboard_desk::{CallStatus, Command, Direction, Notice};
use rsip::Method;

use super::house::House;
use super::pbx::{OnChange, Pbx, Stage};

#[test]
fn hold_is_hold_however_it_is_answered() {
    for says in [Direction::RecvOnly, Direction::Inactive, Direction::SendRecv, Direction::SendOnly] {
        let mut house = House::at(Pbx::freeswitch());
        let (call, far) = house.talk("Jan", "02079460999");
        house.there(|pbx| pbx.habits.on_change = OnChange::Say(says));
        house.act(Command::Hold(call));
        assert_eq!(house.status(call), CallStatus::OnHold, "{says:?}");
        let theirs = house.pbx.leg(far).theirs.unwrap();
        assert_eq!(theirs.direction, Direction::SendOnly, "the telephone system may play its music");
        assert_eq!(house.open_microphones(), 0, "{says:?}");

        house.there(|pbx| pbx.habits.on_change = OnChange::Agree);
        house.act(Command::Resume(call));
        assert!(house.can_talk(far), "{says:?}");
        assert!(!house.call(call).held_by_far_end, "{says:?}");
    }
}

#[test]
fn hold_refused_with_488_is_told_and_the_caller_is_back() {
    let mut house = House::at(Pbx::asterisk());
    let (call, far) = house.talk("Jan", "02079460999");
    house.there(|pbx| pbx.habits.on_change = OnChange::Refuse(488));
    house.act(Command::Hold(call));
    assert_eq!(house.status(call), CallStatus::Talking, "the far end is not on hold");
    assert_eq!(house.notices(), [Notice::HoldRefused { who: "Jan".into() }]);
    assert!(!house.can_talk(far), "the operator wanted not to be heard");
    house.act(Command::SetMuted { call, muted: false });
    assert!(house.can_talk(far));

    house.there(|pbx| pbx.habits.on_change = OnChange::Agree);
    house.act(Command::Hold(call));
    assert_eq!(house.status(call), CallStatus::OnHold, "it can be tried again");
}

#[test]
fn both_sides_hold_at_once_and_one_backs_off() {
    for ours in [true, false] {
        let mut house = House::at(Pbx::asterisk());
        let (call, far) = if ours {
            let (call, far) = house.dial("204");
            house.there(|pbx| pbx.pick_up(far, Vec::new()));
            (call, far)
        } else {
            house.talk("Jan", "02079460999")
        };
        house.delay_frames();
        house.act(Command::Hold(call));
        house.there(|pbx| pbx.reoffer(far, Direction::SendOnly));
        house.deliver_frames();
        assert_eq!(house.status(call), CallStatus::Changing { to_hold: true }, "nobody has agreed yet");
        assert_eq!(house.pbx.leg(far).statuses.last(), Some(&491));

        house.wait_seconds(10);
        assert_eq!(house.status(call), CallStatus::OnHold, "our call: {ours}");
        assert!(house.call(call).held_by_far_end, "our call: {ours}");
        assert!(house.notices().is_empty(), "{:?}", house.notices());

        house.act(Command::Resume(call));
        house.there(|pbx| pbx.reoffer(far, Direction::SendRecv));
        assert!(house.can_talk(far), "our call: {ours}");
    }
}

#[test]
fn held_from_both_ends_each_lets_go_for_itself() {
    for operator_first in [true, false] {
        let mut house = House::at(Pbx::kamailio());
        let (call, far) = house.talk("Jan", "02079460999");
        house.act(Command::Hold(call));
        house.there(|pbx| pbx.reoffer(far, Direction::SendOnly));
        assert_eq!(house.status(call), CallStatus::OnHold);
        assert!(house.call(call).held_by_far_end);
        assert_eq!(house.pbx.leg(far).theirs.unwrap().direction, Direction::Inactive);

        let resume = |house: &mut House| house.act(Command::Resume(call));
        let let_go = |house: &mut House| house.there(|pbx| pbx.reoffer(far, Direction::SendRecv));
        if operator_first {
            resume(&mut house);
            assert!(!house.can_talk(far), "the far end still holds");
            let_go(&mut house);
        } else {
            let_go(&mut house);
            assert_eq!(house.status(call), CallStatus::OnHold);
            assert_eq!(house.open_microphones(), 0, "the operator still holds");
            resume(&mut house);
        }
        assert!(house.can_talk(far), "operator first: {operator_first}");
    }
}

#[test]
fn freeswitch_refreshes_the_session_every_minute_and_nobody_notices() {
    let mut house = House::at(Pbx::freeswitch());
    let (talks, far) = house.talk("Jan", "02079460999");
    let (held, waits) = house.talk("Ada", "02079460998");
    house.act(Command::Resume(talks));
    let before = (house.call(talks).clone(), house.call(held).clone());
    for _ in 0..30 {
        house.wait_seconds(60);
        house.there(|pbx| pbx.reoffer(far, Direction::SendRecv));
        house.there(|pbx| pbx.reoffer(waits, Direction::SendRecv));
        assert!(house.can_talk(far));
        assert_eq!(house.open_microphones(), 1);
    }
    assert_eq!((house.call(talks).clone(), house.call(held).clone()), before);
}

#[test]
fn a_caller_who_hangs_up_while_hold_is_on_its_way_is_gone() {
    let mut house = House::at(Pbx::asterisk());
    let (call, far) = house.talk("Jan", "02079460999");
    house.there(|pbx| pbx.habits.on_change = OnChange::Wait);
    house.act(Command::Hold(call));
    house.there(|pbx| pbx.hang_up(far, None));
    assert!(!house.has(call));
    assert_eq!(house.stage(far), Stage::Over);
    assert_eq!(house.pbx.count(Method::Bye), 0);
    assert!(house.notices().is_empty());
}
