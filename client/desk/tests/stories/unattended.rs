//! Calls that ask to be answered by themselves: where the account allows it, and only while nobody talks.

use std::time::Duration;

use cordboard_desk::{CallId, CallStatus, Command, MicrophoneLoss, Notice, PageInput, Ring, RingStyle};

use super::house::{FRONT, House, provision};

const AT_ONCE: &str = "Answer-Mode: Auto\r\n";
const AFTER_THREE: &str = "Call-Info: <sip:pbx.test>;answer-after=3\r\n";

fn house(allowed: bool) -> House {
    let mut provision = provision();
    provision.account.auto_answer = allowed;
    House::ready_with(provision)
}

/// Jan calls and asks so.
fn asks(house: &mut House, how: &str) -> CallId {
    house.pbx.next_call_says(how);
    house.ring_in("Jan", "02079460999", "02079460100").0
}

#[test]
fn a_call_that_asks_for_it_is_answered_by_itself_and_that_is_told() {
    let mut house = house(true);
    let call = asks(&mut house, AT_ONCE);
    assert_eq!(house.status(call), CallStatus::Talking);
    assert_eq!((house.open_microphones(), house.page().strokes), (1, 1));
    assert_eq!(house.page().ring, Ring::Silent);
    assert_eq!(house.notices(), [Notice::AnsweredItself { who: "Jan Meyer".into() }]);
}

#[test]
fn it_rings_for_as_long_as_was_asked_before() {
    let mut house = house(true);
    let call = asks(&mut house, AFTER_THREE);
    house.wait(Duration::from_millis(2_999));
    assert_eq!((house.status(call), house.page().ring), (CallStatus::Ringing, Ring::Loud(RingStyle::Usual)));
    let due = house.now + Duration::from_millis(1);
    house.wait(Duration::from_secs(10));
    assert_eq!((house.status(call), house.page().strokes), (CallStatus::Talking, 1));
    assert_eq!(house.call(call).answered_at, Some(due));
}

#[test]
fn nothing_answers_itself_where_the_account_does_not_say_so() {
    let mut house = house(false);
    for how in [AT_ONCE, AFTER_THREE] {
        let call = asks(&mut house, how);
        house.wait(Duration::from_secs(20));
        assert_eq!(house.status(call), CallStatus::Ringing);
    }
    assert_eq!((house.open_microphones(), house.page().strokes), (0, 0));
}

#[test]
fn nobody_breaks_into_a_talk() {
    let mut house = house(true);
    let (talking, far) = house.talk_in("Una", "02079461111");
    let call = asks(&mut house, AT_ONCE);
    assert_eq!((house.status(talking), house.status(call)), (CallStatus::Talking, CallStatus::Ringing));
    // Not when the talk is over either: the moment has passed.
    house.far(|pbx| pbx.bye(&far));
    house.wait(Duration::from_secs(20));
    assert_eq!((house.status(call), house.page().strokes), (CallStatus::Ringing, 0));
    house.act(Command::Answer(call));
    assert_eq!(house.status(call), CallStatus::Talking);
    assert_eq!(house.notices(), []);
}

#[test]
fn without_a_microphone_it_rings_on() {
    let mut house = house(true);
    house.page_says(FRONT, PageInput::MicrophoneLost(MicrophoneLoss::Unplugged));
    let call = asks(&mut house, AT_ONCE);
    assert_eq!((house.status(call), house.page().strokes), (CallStatus::Ringing, 0));
}

#[test]
fn whoever_gave_up_before_is_not_answered() {
    let mut house = house(true);
    house.pbx.next_call_says(AFTER_THREE);
    let (call, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.wait(Duration::from_secs(1));
    house.far(|pbx| pbx.cancel(&far, None));
    house.wait(Duration::from_secs(5));
    assert!(!house.has(call));
    assert_eq!(house.notices(), [Notice::Missed { who: "Jan Meyer".into() }]);
}
