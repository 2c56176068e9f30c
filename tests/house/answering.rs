//! Being called: every make rings, and what crosses on the way ends in one story and not in two.

use cordboard_desk::{CallStatus, Command, Notice, Ring};
use rsip::Method;

use super::house::House;
use super::pbx::{Caller, Pbx, Stage};

#[test]
fn every_make_rings_is_answered_and_hangs_up() {
    for (whose, pbx) in Pbx::each() {
        let mut house = House::at(pbx);
        for caller in [Caller::new("Jan", "02079460999"), Caller::new("Jan", "02079460999").without_offer()] {
            let (call, far) = house.ring(caller);
            assert_eq!(house.status(call), CallStatus::Ringing, "{whose}");
            assert_eq!(house.pbx.leg(far).statuses, [100, 180], "{whose}");
            house.act(Command::Answer(call));
            assert_eq!(house.status(call), CallStatus::Talking, "{whose}");
            assert!(house.can_talk(far), "{whose}");
            house.there(|pbx| pbx.hang_up(far, None));
            assert!(!house.has(call), "{whose}");
            assert!(house.notices().is_empty(), "{whose}");
        }
    }
}

#[test]
fn answered_elsewhere_is_not_missed() {
    let elsewhere = [
        "SIP;cause=200;text=\"Call completed elsewhere\"",
        "sip ; cause=200",
        "Q.850;cause=26",
        "Q.850;cause=16;text=\"Normal call clearing\", SIP;cause=200;text=\"Call completed elsewhere\"",
    ];
    let given_up =
        ["Q.850;cause=16;text=\"Normal call clearing\"", "SIP;cause=487;text=\"ORIGINATOR_CANCEL\""];
    let reasons = elsewhere.map(|reason| (reason, true)).into_iter();
    for (reason, is_elsewhere) in reasons.chain(given_up.map(|reason| (reason, false))) {
        let mut house = House::at(Pbx::asterisk());
        let (call, far) = house.ring(Caller::new("Jan", "02079460999"));
        house.there(|pbx| pbx.cancel(far, Some(reason)));
        assert!(!house.has(call));
        assert_eq!(house.page.ring, Ring::Silent);
        assert_eq!(house.pbx.leg(far).statuses.last(), Some(&487));
        let who = "Jan".to_owned();
        let told = if is_elsewhere { Notice::TakenElsewhere { who } } else { Notice::Missed { who } };
        assert_eq!(house.notices(), [told], "{reason}");
        assert_eq!(house.board().missed, u32::from(!is_elsewhere), "{reason}");
    }
}

#[test]
fn a_cancel_that_crosses_our_answer_leaves_no_ghost() {
    let mut house = House::at(Pbx::asterisk());
    let (call, far) = house.ring(Caller::new("Jan", "02079460999"));
    house.delay_frames();
    house.act(Command::Answer(call));
    house.there(|pbx| pbx.cancel(far, None));
    assert_eq!(house.status(call), CallStatus::Answering, "the 200 is out and stands");
    house.deliver_frames();
    // The caller's side acknowledges the 200 and hangs up (RFC 3261 §9.1).
    assert!(!house.has(call));
    assert_eq!(house.stage(far), Stage::Over);
    assert_eq!(house.open_microphones(), 0);
    assert_eq!(house.pbx.count(Method::Bye), 0, "the caller's BYE was enough");
}

#[test]
fn an_answer_is_repeated_until_it_is_acknowledged() {
    let mut house = House::at(Pbx::freeswitch());
    let (call, far) = house.ring(Caller::new("Jan", "02079460999"));
    house.delay_frames();
    house.act(Command::Answer(call));
    house.wait_seconds(3);
    assert_eq!(house.status(call), CallStatus::Answering);
    house.deliver_frames();
    assert_eq!(house.status(call), CallStatus::Talking);
    assert!(house.can_talk(far));
    let answers = house.pbx.leg(far).statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(answers, 3, "at once, after 0.5 s, after another 1 s");
}

#[test]
fn a_caller_who_hangs_up_in_the_moment_of_the_answer_is_gone_from_both_sides() {
    let mut house = House::at(Pbx::kamailio());
    let (call, far) = house.ring(Caller::new("Jan", "02079460999"));
    house.act(Command::Answer(call));
    house.delay_frames();
    house.act(Command::HangUp(call));
    house.there(|pbx| pbx.hang_up(far, None));
    assert!(!house.has(call));
    // Our BYE meets a dialog that is no more.
    house.deliver_frames();
    assert_eq!(house.pbx.count(Method::Bye), 1);
}
