//! Calls that the operator makes.

use std::time::Duration;

use cordboard_desk::{
    CallFailure, CallStatus, CallWay, Command, Delta, Notice, Tone, TransferTarget, Way, WhyNot,
};
use cordboard_sip::message::Method;

use super::house::{FRONT, House, OnAsk};

#[test]
fn a_number_is_cleaned_called_and_heard_ringing() {
    let mut house = House::ready();
    let (id, far) = house.dial(" (020) 7946-0999 ");
    assert_eq!(house.status(id), CallStatus::Calling);
    assert_eq!(house.call(id).who.number, "02079460999");
    assert_eq!(house.call(id).who.name, "Jan Meyer");
    house.far(|pbx| pbx.ring_back(&far, 180, false));
    assert_eq!(house.status(id), CallStatus::RingingOut);
    assert_eq!(house.page().legs.values().next().unwrap().tone, Some(Tone::RingBack));

    house.far(|pbx| pbx.answer(&far));
    assert_eq!(house.status(id), CallStatus::Talking);
    let media = house.page().legs.values().next().unwrap().clone();
    assert_eq!(media.tone, None);
    assert!(media.microphone && media.speaker);
    assert!(house.pbx.call(&far).acked);
}

#[test]
fn early_media_is_heard_in_place_of_our_tone() {
    let mut house = House::ready();
    let (id, far) = house.dial("02079460999");
    house.far(|pbx| pbx.ring_back(&far, 183, true));
    assert_eq!(house.status(id), CallStatus::RingingOut);
    let media = house.page().legs.values().next().unwrap().clone();
    assert_eq!(media.applied.iter().map(|(_, early)| *early).collect::<Vec<_>>(), [true]);
    assert_eq!(media.tone, None);
    assert!(media.speaker && !media.microphone);
    house.far(|pbx| pbx.answer(&far));
    assert_eq!(house.page().legs.values().next().unwrap().applied.len(), 2);
}

#[test]
fn a_refusal_is_said_in_words_and_goes_by_itself() {
    for (status, why, tone) in [
        (486, CallFailure::Busy, Tone::Busy),
        (480, CallFailure::NoAnswer, Tone::Congestion),
        (603, CallFailure::Rejected, Tone::Congestion),
        (404, CallFailure::WrongNumber, Tone::Congestion),
        (488, CallFailure::NoCommonMedia, Tone::Congestion),
        (503, CallFailure::Unreachable, Tone::Congestion),
    ] {
        let mut house = House::ready();
        let (id, far) = house.dial("02079460999");
        house.far(|pbx| pbx.refuse(&far, status));
        assert_eq!(house.status(id), CallStatus::Failed(why));
        assert_eq!(house.page().legs.values().next().unwrap().tone, Some(tone));
        house.wait(Duration::from_secs(7));
        assert!(house.has(id));
        house.wait(Duration::from_secs(2));
        assert!(!house.has(id), "{status}");
        assert!(house.page().legs.is_empty());
    }
}

#[test]
fn a_call_of_ours_is_held_and_hung_up_like_any_other() {
    let mut house = House::ready();
    let (id, far) = house.talk_out("204");
    house.act(Command::NextCall);
    assert_eq!(house.status(id), CallStatus::OnHold);
    house.act(Command::NextCall);
    house.act(Command::HangUpActive);
    assert!(house.pbx.call(&far).left);
}

#[test]
fn a_failed_call_can_be_taken_off_at_once() {
    let mut house = House::ready();
    let (id, far) = house.dial("02079460999");
    house.far(|pbx| pbx.refuse(&far, 486));
    house.act(Command::HangUp(id));
    assert!(!house.has(id));
}

#[test]
fn hanging_up_before_the_answer_cancels() {
    let mut house = House::ready();
    let (id, far) = house.dial("02079460999");
    house.far(|pbx| pbx.ring_back(&far, 180, false));
    house.act(Command::HangUp(id));
    assert!(!house.has(id));
    assert!(house.pbx.call(&far).left);
}

#[test]
fn dialling_holds_the_active_call() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    let (second, far) = house.dial("204");
    assert_eq!(house.status(first), CallStatus::OnHold);
    house.far(|pbx| pbx.answer(&far));
    assert_eq!(house.status(second), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn somebody_called_who_answers_while_we_talk_to_another_waits_on_hold() {
    let mut house = House::ready();
    let (out, far) = house.dial("204");
    house.far(|pbx| pbx.ring_back(&far, 180, false));
    let (incoming, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.status(out), CallStatus::RingingOut, "it goes on ringing");
    assert!(house.page().legs.values().all(|media| media.tone.is_none()), "but is not heard");
    house.far(|pbx| pbx.answer(&far));
    assert_eq!(house.status(out), CallStatus::OnHold);
    assert_eq!(house.status(incoming), CallStatus::Talking);
}

#[test]
fn there_are_four_slots_for_calls_of_ours() {
    let mut house = House::ready();
    for number in ["201", "202", "203", "204"] {
        house.dial(number);
    }
    assert_eq!(house.at(CallWay::Outgoing, 3).who.number, "204");
    assert_eq!(house.board().dial, Some(WhyNot::NoFreeSlot));
    house.act(Command::Dial { typed: "205".into() });
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NoFreeSlot)]);
}

#[test]
fn what_is_no_number_is_not_called() {
    let mut house = House::ready();
    house.act(Command::Dial { typed: "hello there".into() });
    assert_eq!(house.notices(), [Notice::NotANumber { typed: "hello there".into() }]);
    assert!(house.board().calls.is_empty());
}

#[test]
fn a_contact_is_called_by_name() {
    let mut house = House::ready();
    let (directory, contact) = {
        let (id, _) = house.dial("204");
        house.call(id).who.contact.expect("Grace is in the staff directory")
    };
    house.act(Command::HangUpActive);
    house.act(Command::CallContact { directory, contact, way: Way::Mobile });
    let call = house.at(CallWay::Outgoing, 0);
    assert_eq!((call.who.name.as_str(), call.who.number.as_str()), ("Grace Okafor", "07700900123"));
    assert!(call.who.local);
    house.act(Command::CallContact { directory, contact, way: Way::Home });
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NoSuchNumber)]);
    let id = house.at(CallWay::Outgoing, 0).id;
    house.act(Command::TransferBlind { call: id, to: TransferTarget::Number("205".into()) });
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::NotAnswered)));
}

#[test]
fn a_page_that_cannot_offer_fails_the_call_and_not_the_desk() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Fail("no microphone".into());
    let (id, _) = house.dial("204");
    assert_eq!(house.status(id), CallStatus::Failed(CallFailure::NoCommonMedia));
    assert!(!house.pbx.requests.iter().any(|(method, _)| *method == Method::Invite));
}

#[test]
fn silence_from_the_pbx_ends_as_unreachable_and_silence_of_a_phone_as_no_answer() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Do;
    let (id, far) = house.dial("204");
    house.far(|pbx| pbx.ring_back(&far, 180, false));
    house.far(|pbx| pbx.refuse(&far, 408));
    assert_eq!(house.status(id), CallStatus::Failed(CallFailure::NoAnswer));
}

#[test]
fn without_a_page_that_has_a_microphone_nobody_is_called() {
    let mut house = House::empty();
    house.tell(cordboard_desk::Input::Provisioned(Box::new(super::house::provision())));
    house.open_page(FRONT);
    assert_eq!(house.board().dial, Some(WhyNot::NoAudio));
    house.act(Command::Dial { typed: "204".into() });
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NoAudio)]);
    house.page_says(FRONT, cordboard_desk::PageInput::MediaReady);
    assert_eq!(house.board().dial, None);
}

#[test]
fn who_could_be_meant_is_suggested_while_typing() {
    let mut house = House::ready();
    house.act(Command::Suggest { typed: "graç".into() });
    house.act(Command::Suggest { typed: "grac".into() });
    let answers = house.page().answers.clone();
    let Some(Delta::Suggestions { typed, choices }) = answers.last() else { panic!("{answers:?}") };
    assert_eq!(typed, "grac");
    let choices: Vec<_> = choices.iter().map(|c| (c.name.as_str(), c.way, c.number.as_str())).collect();
    assert_eq!(choices, [("Grace Okafor", Way::Phone, "204"), ("Grace Okafor", Way::Mobile, "07700900123")]);
}
