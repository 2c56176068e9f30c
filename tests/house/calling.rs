//! Calling somebody: challenges, early media, and answers that cross a change of mind.

use cordboard_desk::{CallFailure, CallStatus, Command, Tone};
use rsip::Method;

use super::house::House;
use super::pbx::{Pbx, Stage};

#[test]
fn every_make_asks_who_we_are_and_puts_the_call_through() {
    for (whose, pbx) in Pbx::each() {
        let mut house = House::at(pbx);
        for early_media in [false, true] {
            let (call, far) = house.dial("204");
            house.there(|pbx| pbx.ring(far, early_media));
            assert_eq!(house.status(call), CallStatus::RingingOut, "{whose}");
            let tones: Vec<_> = house.page.legs.values().map(|connection| connection.tone).collect();
            let ours = (!early_media).then_some(Tone::RingBack);
            assert_eq!(tones, [ours], "{whose}: the far end's own sound is heard, if it sends any");

            house.there(|pbx| pbx.pick_up(far, Vec::new()));
            assert_eq!(house.status(call), CallStatus::Talking, "{whose}");
            assert!(house.can_talk(far), "{whose}");
            house.act(Command::HangUp(call));
            assert_eq!(house.stage(far), Stage::Over, "{whose}");
        }
    }
}

#[test]
fn a_200_that_crosses_our_cancel_is_acknowledged_and_ended() {
    for (whose, pbx) in Pbx::each() {
        let mut house = House::at(pbx);
        let (call, far) = house.dial("204");
        house.there(|pbx| pbx.ring(far, false));
        let acks = house.pbx.count(Method::Ack);
        house.delay_frames();
        house.act(Command::HangUp(call));
        assert!(!house.has(call), "{whose}: Esc is safe at once");
        house.there(|pbx| pbx.pick_up(far, Vec::new()));
        assert_eq!(house.open_microphones(), 0, "{whose}");
        house.deliver_frames();
        let sent: Vec<_> = house.pbx.heard.iter().map(|request| request.method).collect();
        assert!(sent.ends_with(&[Method::Cancel, Method::Ack, Method::Bye]), "{whose}: {sent:?}");
        assert_eq!(house.pbx.count(Method::Ack), acks + 1, "{whose}");
        assert_eq!(house.stage(far), Stage::Over, "{whose}");
    }
}

#[test]
fn an_answer_that_is_sent_again_is_acknowledged_again_and_is_one_call() {
    let mut house = House::at(Pbx::asterisk());
    let (call, far) = house.dial("204");
    let acks = house.pbx.count(Method::Ack);
    house.delay_frames();
    house.there(|pbx| pbx.pick_up(far, Vec::new()));
    house.wait_seconds(3);
    house.deliver_frames();
    assert_eq!(house.pbx.count(Method::Ack), acks + 3, "one for each copy of the 200");
    assert!(house.can_talk(far));
    assert_eq!(house.board().calls.len(), 1);
    assert_eq!(house.status(call), CallStatus::Talking);
}

#[test]
fn a_call_given_up_before_the_server_has_said_a_word_is_taken_back_when_it_does() {
    let mut house = House::at(Pbx::kamailio());
    let cancels = |house: &House| house.pbx.count(Method::Cancel);
    house.delay_frames();
    house.act(Command::Dial { typed: "204".into() });
    let call = house.board().calls[0].id;
    house.act(Command::HangUp(call));
    assert!(!house.has(call));
    // The challenge to a call that nobody wants any more is the end of it.
    house.deliver_frames();
    assert_eq!(house.pbx.count(Method::Invite), 1);
    assert_eq!(cancels(&house), 0);
    assert!(house.pbx.legs.is_empty());
}

#[test]
fn a_busy_colleague_is_said_to_be_busy_while_the_caller_waits_on_hold() {
    let mut house = House::at(Pbx::asterisk());
    let (caller, waits) = house.talk("Jan", "02079460999");
    let (call, far) = house.dial("204");
    assert_eq!(house.status(caller), CallStatus::OnHold);
    house.there(|pbx| pbx.refuse(far, 486));
    assert_eq!(house.status(call), CallStatus::Failed(CallFailure::Busy));
    house.act(Command::Resume(caller));
    assert!(house.can_talk(waits), "a failed call does not keep the floor");
    house.wait_seconds(9);
    assert!(!house.has(call), "and goes by itself");
    assert!(house.can_talk(waits));
}
