//! Blind transfer: what telephone systems tell of it, what they keep to themselves, and where the caller is.

use cordboard_desk::{Addressee, CallFailure, CallStatus, Command, Notice, TransferTarget};
use rsip::Method;

use super::house::House;
use super::pbx::{Far, OnRefer, Pbx, Stage};

/// Jan is being handed to Grace at 204.
fn handed_on(pbx: Pbx) -> (House, cordboard_desk::CallId, Far) {
    let mut house = House::at(pbx);
    let (call, far) = house.talk("Jan", "02079460999");
    house.act(Command::TransferBlind { call, to: TransferTarget::Number("204".into()) });
    assert_eq!(house.open_microphones(), 0);
    (house, call, far)
}

fn parties() -> (String, Addressee) {
    ("Jan".into(), "204".into())
}

fn claiming(on_refer: OnRefer) -> Pbx {
    let mut pbx = Pbx::asterisk();
    pbx.habits.on_refer = on_refer;
    pbx
}

#[test]
fn the_caller_stays_with_the_operator_until_the_target_has_answered() {
    for (whose, pbx) in Pbx::each() {
        let (mut house, call, far) = handed_on(pbx);
        let (to, by, _) = house.pbx.leg(far).referred.clone().expect("REFER was sent");
        assert_eq!((to.as_str(), by.as_str()), ("sip:204@pbx.test", "sip:alice@pbx.test"), "{whose}");
        house.wait_seconds(2);
        house.there(|pbx| pbx.tell_outcome(far, 180));
        assert_eq!(house.status(call), CallStatus::Transferring { target: "204".into() }, "{whose}");
        house.wait_seconds(6);
        house.there(|pbx| pbx.tell_outcome(far, 200));
        assert!(!house.has(call), "{whose}");
        let (who, target) = parties();
        assert_eq!(house.notices(), [Notice::Transferred { who, target }], "{whose}");
        house.there(|pbx| pbx.hang_up(far, None));
        house.wait_seconds(5);
        assert_eq!(house.pbx.count(Method::Bye), 0, "{whose} has hung up itself");
        let told = house.pbx.leg(far).answers.iter().filter(|(method, _)| method == "NOTIFY");
        assert!(told.clone().all(|(_, status)| *status == 200), "{whose}");
        assert_eq!(told.count(), 3, "{whose}");
    }
}

#[test]
fn transfer_target_busy_brings_the_caller_back_labelled() {
    let outcomes = [
        (486, CallFailure::Busy),
        (480, CallFailure::NoAnswer),
        (404, CallFailure::WrongNumber),
        (603, CallFailure::Rejected),
        (503, CallFailure::Unreachable),
    ];
    for (status, why) in outcomes {
        let (mut house, call, far) = handed_on(Pbx::freeswitch());
        house.wait_seconds(20);
        house.there(|pbx| pbx.tell_outcome(far, status));
        let (who, target) = parties();
        assert_eq!(house.status(call), CallStatus::BackFrom { target: target.clone(), why: why.clone() });
        assert_eq!(house.notices(), [Notice::TransferFailed { who, target, why }]);
        house.act(Command::Resume(call));
        assert!(house.can_talk(far), "{status}");

        house.act(Command::TransferBlind { call, to: TransferTarget::Number("205".into()) });
        house.there(|pbx| pbx.tell_outcome(far, 180));
        house.there(|pbx| pbx.tell_outcome(far, 200));
        assert!(!house.has(call), "{status}: the next try counts for itself");
    }
}

#[test]
fn bye_without_notify_means_handed_over() {
    let (mut house, call, far) = handed_on(claiming(OnRefer::KeepQuiet));
    house.wait_seconds(8);
    assert_eq!(house.status(call), CallStatus::Transferring { target: "204".into() });
    house.there(|pbx| pbx.hang_up(far, None));
    assert!(!house.has(call));
    let (who, target) = parties();
    assert_eq!(house.notices(), [Notice::HandedOver { who, target }], "nobody said that it went well");
}

#[test]
fn success_claimed_in_the_moment_of_asking_is_not_believed() {
    for target_answers in [true, false] {
        let (mut house, call, far) = handed_on(claiming(OnRefer::ClaimSuccess));
        assert_eq!(house.status(call), CallStatus::Transferring { target: "204".into() });
        assert!(house.notices().is_empty());
        let (who, target) = parties();
        if target_answers {
            house.wait_seconds(10);
            house.there(|pbx| pbx.hang_up(far, None));
            assert_eq!(house.notices(), [Notice::HandedOver { who, target }]);
        } else {
            house.wait_seconds(31);
            let why = CallFailure::NoAnswer;
            assert_eq!(house.status(call), CallStatus::BackFrom { target, why });
            house.act(Command::Resume(call));
            assert!(house.can_talk(far), "the caller was there all the time");
        }
    }
}

#[test]
fn a_telephone_system_that_does_no_refer_keeps_the_caller_with_the_operator() {
    for status in [403, 603] {
        let (mut house, call, far) = handed_on(claiming(OnRefer::Refuse(status)));
        let (target, why) = ("204".into(), CallFailure::Rejected);
        assert_eq!(house.status(call), CallStatus::BackFrom { target, why });
        house.act(Command::Resume(call));
        assert!(house.can_talk(far));
    }
}

#[test]
fn a_late_word_about_a_finished_transfer_does_not_touch_the_next_call() {
    let (mut house, _, far) = handed_on(Pbx::asterisk());
    house.there(|pbx| pbx.tell_outcome(far, 180));
    house.there(|pbx| pbx.tell_outcome(far, 200));
    house.there(|pbx| pbx.hang_up(far, None));
    let (next, ada) = house.talk("Ada", "02079460998");
    house.there(|pbx| pbx.tell_outcome(far, 503));
    house.wait_seconds(60);
    house.there(|pbx| pbx.tell_outcome(far, 503));
    assert!(house.can_talk(ada));
    assert_eq!(house.status(next), CallStatus::Talking);
    // That the transfer was done has passed; that one had failed would stand there until it is read.
    assert_eq!(house.notices(), []);
}

#[test]
fn esc_in_mid_transfer_ends_the_call_on_both_sides() {
    let (mut house, call, far) = handed_on(Pbx::kamailio());
    house.there(|pbx| pbx.tell_outcome(far, 180));
    house.act(Command::HangUp(call));
    assert!(!house.has(call));
    assert_eq!(house.stage(far), Stage::Over);
}
