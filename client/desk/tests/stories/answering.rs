//! Calls that come in.

use std::time::Duration;

use cordboard_desk::{CallStatus, CallWay, Command, Direction, NoSound, Notice, PageInput, WhyNot};

use super::house::{FRONT, House, OnAsk};
use super::pbx::direction;

#[test]
fn a_call_rings_at_once_and_is_accepted_only_when_the_page_has_its_media() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Wait;
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&180));
    assert_eq!(house.status(id), CallStatus::Ringing);

    house.act(Command::Answer(id));
    assert_eq!(house.status(id), CallStatus::Answering);
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&180));

    house.do_asked(FRONT);
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&200));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.call(id).answered_at, Some(house.now));
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn answering_holds_the_active_call_and_does_not_wait_for_it() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    let (second, far) = house.ring_in("Helena", "205", "02079460200");
    house.pbx.on_change = super::pbx::OnChange::Wait;
    house.act(Command::Answer(second));
    assert_eq!(house.status(first), CallStatus::Changing { to_hold: true });
    assert_eq!(house.status(second), CallStatus::Talking);
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&200));
    assert_eq!(house.open_microphones(), 1);

    let held = house.pbx.calls.keys().next().unwrap().clone();
    house.far(|pbx| pbx.agree_to_change(&held));
    assert_eq!(house.status(first), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&held).sdp), "sendonly");
}

#[test]
fn an_invite_without_an_offer_is_answered_with_ours() {
    let mut house = House::ready();
    let far = house.far(|pbx| pbx.invite("Jan", "02079460999", "02079460100", false));
    let id = house.at(CallWay::Incoming, 0).id;
    house.act(Command::Answer(id));
    assert_eq!(house.status(id), CallStatus::Talking);
    let media = house.page().legs.values().next().unwrap().clone();
    assert_eq!(media.offered, Some(Direction::SendRecv));
    assert_eq!(media.applied.len(), 1, "the answer of the ACK is applied");
    assert!(house.pbx.call(&far).sdp.contains("sendrecv"));
}

#[test]
fn a_caller_who_gives_up_is_missed() {
    let mut house = House::ready();
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.far(|pbx| pbx.cancel(&far, None));
    assert!(!house.has(id));
    assert_eq!(house.board().missed, 1);
    assert_eq!(house.notices(), [Notice::Missed { who: "Jan Meyer".into() }]);
    // The counter and the log go on saying so.
    house.wait(Duration::from_secs(20));
    assert_eq!((house.notices(), house.board().missed), (vec![], 1));
    house.act(Command::ClearMissed);
    assert_eq!(house.board().missed, 0);
}

#[test]
fn a_call_that_a_colleague_took_is_not_missed() {
    let mut house = House::ready();
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.far(|pbx| pbx.cancel(&far, Some("SIP;cause=200;text=\"Call completed elsewhere\"")));
    assert!(!house.has(id));
    assert_eq!(house.board().missed, 0);
    assert_eq!(house.notices(), [Notice::TakenElsewhere { who: "Jan Meyer".into() }]);
}

#[test]
fn a_declined_call_is_told_busy() {
    let mut house = House::ready();
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::Decline(id));
    assert!(!house.has(id));
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&486));
    assert_eq!(house.board().missed, 0);
}

#[test]
fn a_caller_who_hangs_up_leaves_the_list() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.far(|pbx| pbx.bye(&far));
    assert!(!house.has(id));
    assert!(house.page().legs.is_empty(), "the connection is closed");
    assert!(house.notices().is_empty());
}

#[test]
fn hanging_up_ends_the_call_at_the_far_end() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::HangUpActive);
    assert!(!house.has(id));
    assert!(house.pbx.call(&far).left);
    house.act(Command::HangUpActive);
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NoCall)]);
}

#[test]
fn slots_are_kept_and_the_lowest_free_one_is_taken() {
    let mut house = House::ready();
    let calls: Vec<_> = (0..8).map(|n| house.ring_in("", &format!("0207946100{n}"), "02079460100")).collect();
    let slots: Vec<_> = calls.iter().map(|(id, _)| house.call(*id).slot).collect();
    assert_eq!(slots, [0, 1, 2, 3, 4, 5, 6, 7]);

    let ninth = house.far(|pbx| pbx.invite("", "02079461111", "02079460100", true));
    assert_eq!(house.pbx.call(&ninth).statuses.last(), Some(&486));

    house.far(|pbx| pbx.cancel(&calls[2].1, None));
    house.far(|pbx| pbx.cancel(&calls[5].1, None));
    assert_eq!(house.call(calls[7].0).slot, 7);
    let (next, _) = house.ring_in("", "02079461112", "02079460100");
    assert_eq!(house.call(next).slot, 2);
}

#[test]
fn do_not_disturb_refuses_new_calls_and_keeps_those_that_are_there() {
    let mut house = House::ready();
    let (id, _) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::SetDoNotDisturb(true));
    assert!(house.board().do_not_disturb);
    let refused = house.far(|pbx| pbx.invite("", "02079461111", "02079460100", true));
    assert_eq!(house.pbx.call(&refused).statuses.last(), Some(&486));
    assert_eq!(house.board().missed, 0);
    assert_eq!(house.status(id), CallStatus::Ringing);
    house.act(Command::SetDoNotDisturb(false));
    house.ring_in("", "02079461111", "02079460100");
}

#[test]
fn a_call_that_the_page_cannot_answer_rings_on() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Fail("no codec in common".into());
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::Answer(id));
    assert_eq!(house.status(id), CallStatus::Ringing);
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&180));
    assert_eq!(
        house.notices(),
        [Notice::NoSound {
            who: "Jan Meyer".into(),
            problem: NoSound::Browser { said: "no codec in common".into() }
        }]
    );

    house.page().on_ask = OnAsk::Do;
    house.act(Command::Answer(id));
    assert_eq!(house.status(id), CallStatus::Talking);
}

#[test]
fn of_two_calls_answered_in_one_breath_the_first_goes_to_hold() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Wait;
    let (first, far) = house.ring_in("Jan", "02079460999", "02079460100");
    let (second, other) = house.ring_in("Helena", "205", "02079460100");
    house.act(Command::Answer(first));
    house.act(Command::Answer(second));
    assert_eq!(house.status(first), CallStatus::Answering);
    house.page().on_ask = OnAsk::Do;
    house.do_asked(FRONT);
    assert_eq!((house.status(first), house.status(second)), (CallStatus::OnHold, CallStatus::Talking));
    assert_eq!(house.open_microphones(), 1);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");

    let (third, _) = house.ring_in("", "02079461111", "02079460100");
    let (fourth, gone) = house.ring_in("", "02079461112", "02079460100");
    house.page().on_ask = OnAsk::Wait;
    house.act(Command::Answer(third));
    house.act(Command::Answer(fourth));
    house.act(Command::Answer(third));
    house.far(|pbx| pbx.cancel(&gone, None));
    assert_eq!(house.board().missed, 1, "nobody had answered yet");
    house.page().on_ask = OnAsk::Fail("no codec in common".into());
    house.close_page(FRONT);
    house.open_page(FRONT);
    house.page().on_ask = OnAsk::Fail("no codec in common".into());
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!(house.status(third), CallStatus::Ringing);
    let _ = other;
}

#[test]
fn a_page_that_hangs_does_not_take_the_caller_with_it() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Wait;
    let (id, _) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::Answer(id));
    house.wait(Duration::from_secs(20));
    assert_eq!(house.status(id), CallStatus::Ringing);
}

#[test]
fn what_is_not_possible_says_why() {
    let mut house = House::ready();
    let (id, _) = house.ring_in("Jan", "02079460999", "02079460100");
    let allowed = house.call(id).allowed;
    assert_eq!(allowed.answer, Ok(()));
    assert_eq!(allowed.transfer, Ok(()));
    assert_eq!(allowed.hold, Err(WhyNot::NotAnswered));
    assert_eq!(allowed.send_digit, Err(WhyNot::NotAnswered));
    house.act(Command::Hold(id));
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NotAnswered)]);
    house.act(Command::HangUp(id));
    house.act(Command::Answer(id));
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::CallOver)));
}

#[test]
fn the_next_call_is_the_longest_ringing_then_the_longest_held_then_hold() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::NextCall);
    assert_eq!(house.status(first), CallStatus::OnHold, "nothing else: the active call is held");
    house.wait(Duration::from_secs(5));
    let (second, _) = house.ring_in("", "02079461111", "02079460100");
    house.wait(Duration::from_secs(5));
    let (third, _) = house.ring_in("", "02079461112", "02079460100");
    house.act(Command::NextCall);
    assert_eq!(house.status(second), CallStatus::Talking);
    house.act(Command::NextCall);
    assert_eq!((house.status(second), house.status(third)), (CallStatus::OnHold, CallStatus::Talking));
    house.act(Command::HangUp(third));
    house.act(Command::NextCall);
    assert_eq!(house.status(first), CallStatus::Talking, "it has waited longest");
}

#[test]
fn digits_go_into_the_media_or_into_info_as_the_account_says() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    for digit in ['1', '#', 'a'] {
        house.act(Command::SendDigit { call: id, digit });
    }
    assert_eq!(house.page().legs.values().next().unwrap().digits, "1#A");
    house.act(Command::SendDigit { call: id, digit: 'x' });
    assert_eq!(house.notices(), [Notice::NotANumber { typed: "X".into() }]);

    let mut provision = super::house::provision();
    provision.account.dtmf = cordboard_wire::Dtmf::Info;
    let mut house = House::ready_with(provision);
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::SendDigit { call: id, digit: '5' });
    assert_eq!(house.pbx.call(&far).digits, "5");
    assert_eq!(house.page().legs.values().next().unwrap().digits, "");
}

#[test]
fn a_muted_call_stays_muted_over_hold() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::SetMuted { call: id, muted: true });
    assert!(house.call(id).muted);
    assert_eq!(house.open_microphones(), 0);
    house.act(Command::Hold(id));
    house.act(Command::Resume(id));
    assert_eq!(house.open_microphones(), 0);
    house.act(Command::SetMuted { call: id, muted: false });
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn a_lost_microphone_disables_answering_and_not_the_call_that_is_up() {
    let mut house = House::ready();
    let (talking, _) = house.talk_in("Jan", "02079460999");
    let (ringing, _) = house.ring_in("", "02079461111", "02079460100");
    house.page_says(FRONT, PageInput::MicrophoneLost(cordboard_desk::MicrophoneLoss::Unplugged));
    assert_eq!(house.status(talking), CallStatus::Talking);
    assert_eq!(house.call(ringing).allowed.answer, Err(WhyNot::NoAudio));
    assert_eq!(house.board().dial, Some(WhyNot::NoAudio));
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!(house.call(ringing).allowed.answer, Ok(()));
}
