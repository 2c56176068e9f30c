//! Attended transfer: the caller waits while somebody is asked, and nobody is ever lost on the way.

use std::time::Duration;

use cordboard_desk::{
    CallFailure, CallId, CallStatus, CallWay, Command, CordView, Notice, PageInput, TransferTarget, WhyNot,
};
use cordboard_sip::message::Method;

use super::house::{FRONT, House};
use super::pbx::direction;

/// Jan talks with the operator, who calls Helena about him. Gives both calls, as the desk and as the far end have them.
fn asking(house: &mut House) -> ((CallId, String), (CallId, String)) {
    let caller = house.talk_in("Jan", "02079460999");
    let target = house.dial("205");
    house.far(|pbx| pbx.ring_back(&target.1, 180, false));
    (caller, target)
}

/// Helena has answered.
fn asked(house: &mut House) -> ((CallId, String), (CallId, String)) {
    let (caller, target) = asking(house);
    house.far(|pbx| pbx.answer(&target.1));
    assert_eq!(house.status(target.0), CallStatus::Talking);
    assert_eq!(house.status(caller.0), CallStatus::OnHold);
    (caller, target)
}

fn connect(house: &mut House, caller: CallId, target: CallId) {
    house.act(Command::Connect { call: caller, with: target });
}

fn sent(house: &House, method: &Method) -> usize {
    house.pbx.requests.iter().filter(|(sent, _)| sent == method).count()
}

#[test]
fn whoever_is_dialled_in_a_call_is_asked_on_behalf_of_its_caller() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    let cord = |id| house.call(id).cord.clone();
    let (name, armed) = ("Helena Brandt".to_owned(), false);
    assert_eq!(cord(caller.0), Some(CordView::Asking { call: target.0, name, armed }));
    let name = "Jan Meyer".to_owned();
    assert_eq!(cord(target.0), Some(CordView::For { call: caller.0, name, armed }));
}

#[test]
fn a_call_dialled_with_nobody_on_the_line_is_about_nobody() {
    let mut house = House::ready();
    let (caller, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(caller));
    let (target, _) = house.dial("205");
    assert_eq!(house.call(target).cord, None);
    assert_eq!(house.call(target).allowed.back_to_caller, Err(WhyNot::NobodyAsked));
}

#[test]
fn a_call_dialled_from_one_that_the_operator_made_is_about_nobody_unless_told_so() {
    let mut house = House::ready();
    let (first, far) = house.talk_out("204");
    let (second, _) = house.talk_out("205");
    assert_eq!(house.call(second).cord, None);
    connect(&mut house, first, second);
    assert!(house.pbx.referred_to(&far).is_some(), "the two can be connected all the same");
}

#[test]
fn a_caller_on_hold_can_be_asked_about_by_name() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    let (second, _) = house.talk_in("", "02079465555");
    assert_eq!(house.status(first), CallStatus::OnHold);
    house.act(Command::Consult { call: first, to: TransferTarget::Number("205".into()) });
    let target = house.at(CallWay::Outgoing, 0).id;
    assert!(matches!(house.call(target).cord, Some(CordView::For { call, .. }) if call == first));
    assert_eq!(house.status(second), CallStatus::OnHold);
    assert_eq!(house.call(second).cord, None);
}

#[test]
fn connected_callers_leave_the_desk_and_the_old_session_of_the_target_with_them() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    connect(&mut house, caller.0, target.0);
    assert_eq!(house.status(caller.0), CallStatus::Transferring { target: "Helena Brandt".into() });
    assert_eq!(house.status(target.0), CallStatus::Transferring { target: "Jan Meyer".into() });
    assert_eq!(house.open_microphones(), 0);
    let refer_to = house.pbx.referred_to(&caller.1).unwrap();
    assert!(refer_to.contains("Replaces="), "{refer_to}");
    assert_eq!(direction(&house.pbx.call(&target.1).sdp), "sendrecv", "the target is not put on hold for it");

    house.far(|pbx| pbx.tell_transfer(&caller.1, "200 OK", true));
    assert!(house.board().calls.is_empty());
    let (who, target_name) = ("Jan Meyer".to_owned(), "Helena Brandt".to_owned());
    assert_eq!(house.notices(), [Notice::Transferred { who, target: target_name.into() }]);
    assert!(!house.pbx.call(&target.1).left, "its own side ends it");
    house.wait(Duration::from_secs(3));
    assert!(house.pbx.call(&target.1).left, "it did not");
}

#[test]
fn a_target_that_was_taken_over_before_the_outcome_is_told_is_no_failure() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    connect(&mut house, caller.0, target.0);
    house.far(|pbx| pbx.bye(&target.1));
    assert!(!house.has(target.0));
    house.far(|pbx| pbx.tell_transfer(&caller.1, "200 OK", true));
    assert!(house.board().calls.is_empty());
    assert!(matches!(house.notices().as_slice(), [Notice::Transferred { .. }]));
}

#[test]
fn the_operator_swaps_between_the_two_as_often_as_they_like() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    for _ in 0..2 {
        house.act(Command::Swap(target.0));
        assert_eq!(house.status(caller.0), CallStatus::Talking);
        assert_eq!(house.status(target.0), CallStatus::OnHold);
        house.act(Command::Swap(target.0));
        assert_eq!(house.status(caller.0), CallStatus::OnHold);
        assert_eq!(house.status(target.0), CallStatus::Talking);
    }
    house.act(Command::Swap(caller.0));
    connect(&mut house, caller.0, target.0);
    assert!(house.pbx.referred_to(&caller.1).is_some(), "from the caller's side as well");
}

#[test]
fn backing_out_ends_the_call_with_whoever_is_asked_whatever_it_does() {
    for answered in [false, true] {
        let mut house = House::ready();
        let (caller, target) = if answered { asked(&mut house) } else { asking(&mut house) };
        house.act(Command::BackToCaller(target.0));
        assert!(house.pbx.call(&target.1).left);
        assert!(!house.has(target.0));
        assert_eq!(house.status(caller.0), CallStatus::Talking);
        assert_eq!(house.call(caller.0).cord, None);
        assert_eq!(house.open_microphones(), 1);
    }
}

#[test]
fn two_that_are_connected_early_are_joined_when_the_target_answers() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    connect(&mut house, caller.0, target.0);
    assert_eq!(house.pbx.referred_to(&caller.1), None, "a phone that rings cannot be taken over");
    let (next, _) = house.talk_in("", "02079465555");

    house.far(|pbx| pbx.answer(&target.1));
    assert_eq!(house.status(next), CallStatus::Talking, "the operator is not disturbed");
    assert_eq!(house.open_microphones(), 1);
    assert!(house.pbx.referred_to(&caller.1).is_some_and(|to| to.contains("Replaces=")));
    house.far(|pbx| pbx.tell_transfer(&caller.1, "200 OK", true));
    assert!(!house.has(caller.0) && !house.has(target.0));
}

#[test]
fn a_promise_that_cannot_be_kept_brings_the_caller_back_with_the_reason() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    connect(&mut house, caller.0, target.0);
    house.far(|pbx| pbx.refuse(&target.1, 486));
    let (target_name, why) = ("Helena Brandt".to_owned(), CallFailure::Busy);
    assert_eq!(
        house.status(caller.0),
        CallStatus::BackFrom { target: target_name.clone().into(), why: why.clone() }
    );
    assert_eq!(
        house.notices(),
        [Notice::TransferFailed { who: "Jan Meyer".into(), target: target_name.into(), why }]
    );
    house.act(Command::Resume(caller.0));
    assert_eq!(house.status(caller.0), CallStatus::Talking);
}

#[test]
fn a_promise_is_taken_back_by_talking_to_the_caller() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    connect(&mut house, caller.0, target.0);
    house.act(Command::Resume(caller.0));
    house.far(|pbx| pbx.answer(&target.1));
    assert_eq!(house.status(caller.0), CallStatus::Talking, "not sent away in mid-sentence");
    assert_eq!(house.status(target.0), CallStatus::OnHold);
    assert_eq!(house.pbx.referred_to(&caller.1), None);
}

#[test]
fn a_promise_is_taken_back_by_going_back_to_the_caller() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    connect(&mut house, caller.0, target.0);
    house.act(Command::BackToCaller(caller.0));
    assert!(house.pbx.call(&target.1).left);
    assert_eq!(house.status(caller.0), CallStatus::Talking);
}

#[test]
fn nobody_is_rung_for_a_caller_who_has_left() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    connect(&mut house, caller.0, target.0);
    house.far(|pbx| pbx.bye(&caller.1));
    assert!(house.pbx.call(&target.1).left);
    let (who, target) = ("Jan Meyer".to_owned(), "Helena Brandt".to_owned());
    assert_eq!(house.notices(), [Notice::CallerLeft { who, target }]);
    assert!(house.board().calls.is_empty());
}

#[test]
fn a_caller_who_leaves_is_told_of_and_the_operator_goes_on_talking() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    house.far(|pbx| pbx.bye(&caller.1));
    assert!(matches!(house.notices().as_slice(), [Notice::CallerLeft { .. }]));
    assert_eq!(house.status(target.0), CallStatus::Talking);
    assert_eq!(house.call(target.0).cord, None);
    assert_eq!(house.call(target.0).allowed.connect, Err(WhyNot::NobodyToConnect));
}

#[test]
fn a_target_who_leaves_or_is_busy_leaves_the_caller_on_hold() {
    for answered in [false, true] {
        let mut house = House::ready();
        let (caller, target) = if answered { asked(&mut house) } else { asking(&mut house) };
        house.far(|pbx| if answered { pbx.bye(&target.1) } else { pbx.refuse(&target.1, 486) });
        assert_eq!(house.status(caller.0), CallStatus::OnHold);
        assert_eq!(house.call(caller.0).cord, None);
        house.act(Command::Resume(caller.0));
        assert_eq!(house.status(caller.0), CallStatus::Talking);
    }
}

#[test]
fn a_refusal_gives_both_back_and_it_can_be_tried_again() {
    let mut house = House::ready();
    house.pbx.on_refer = Some(501);
    let (caller, target) = asked(&mut house);
    connect(&mut house, caller.0, target.0);
    assert!(matches!(house.status(caller.0), CallStatus::BackFrom { .. }));
    assert_eq!(house.status(target.0), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
    assert_eq!(sent(&house, &Method::Bye), 0, "nobody was hung up on");
    house.pbx.on_refer = Some(202);
    connect(&mut house, caller.0, target.0);
    assert_eq!(sent(&house, &Method::Refer), 2);
    house.far(|pbx| pbx.tell_transfer(&caller.1, "200 OK", true));
    assert!(house.board().calls.is_empty());
}

#[test]
fn a_failure_does_not_tear_the_operator_out_of_another_call() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    connect(&mut house, caller.0, target.0);
    let (next, _) = house.talk_in("", "02079465555");
    house.far(|pbx| pbx.tell_transfer(&caller.1, "603 Decline", true));
    assert_eq!(house.status(next), CallStatus::Talking);
    assert!(matches!(house.status(caller.0), CallStatus::BackFrom { .. }));
    assert_eq!(house.status(target.0), CallStatus::OnHold);
}

#[test]
fn a_target_who_is_still_there_after_the_caller_left_without_a_word_is_back() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    connect(&mut house, caller.0, target.0);
    house.far(|pbx| pbx.bye(&caller.1));
    assert!(matches!(house.notices().as_slice(), [Notice::HandedOver { .. }]));
    house.wait(Duration::from_secs(3));
    assert!(
        matches!(house.status(target.0), CallStatus::Transferring { .. }),
        "most likely they are connected"
    );
    house.wait(Duration::from_secs(2));
    assert_eq!(house.status(target.0), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn a_target_who_leaves_after_the_caller_did_was_connected() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    connect(&mut house, caller.0, target.0);
    house.far(|pbx| pbx.bye(&caller.1));
    house.far(|pbx| pbx.bye(&target.1));
    assert!(house.board().calls.is_empty());
    assert_eq!(house.notices().len(), 1);
}

#[test]
fn any_two_callers_can_be_connected() {
    let mut house = House::ready();
    let (first, far) = house.talk_in("Jan", "02079460999");
    let (second, _) = house.talk_in("", "205");
    connect(&mut house, first, second);
    assert!(house.pbx.referred_to(&far).is_some_and(|to| to.contains("Replaces=")));
    house.far(|pbx| pbx.tell_transfer(&far, "200 OK", true));
    assert!(house.board().calls.is_empty());
}

#[test]
fn whichever_of_the_two_is_dropped_on_the_other_the_caller_is_the_one_handed_over() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    connect(&mut house, target.0, caller.0);
    assert!(house.pbx.referred_to(&caller.1).is_some());
    assert_eq!(house.pbx.referred_to(&target.1), None);
}

#[test]
fn a_call_is_not_connected_with_itself_or_with_nobody() {
    let mut house = House::ready();
    let (caller, _) = house.talk_in("Jan", "02079460999");
    let none = Notice::NotPossible(WhyNot::NobodyToConnect);
    connect(&mut house, caller, caller);
    assert_eq!(house.notices(), std::slice::from_ref(&none));
    let (other, _) = house.ring_in("", "205", "02079460100");
    connect(&mut house, caller, other);
    assert_eq!(house.notices(), [none.clone(), none]);
    assert_eq!(house.status(caller), CallStatus::Talking);
}

#[test]
fn a_second_opinion_is_for_the_same_caller() {
    let mut house = House::ready();
    let (caller, _) = asked(&mut house);
    let (second, _) = house.talk_out("204");
    assert!(matches!(house.call(second).cord, Some(CordView::For { call, .. }) if call == caller.0));
    connect(&mut house, caller.0, second);
    house.far(|pbx| pbx.tell_transfer(&caller.1, "200 OK", true));
    assert_eq!(house.board().calls.len(), 1, "the first who was asked is still on hold");
}

/// The engine begins again, and the page after it.
fn crash(house: &mut House) {
    house.crash(Duration::from_secs(1));
    house.open_page(FRONT);
    house.page_says(FRONT, PageInput::MediaReady);
}

#[test]
fn a_crash_breaks_the_call_that_rings_and_the_caller_is_told_back() {
    let mut house = House::ready();
    let (caller, target) = asking(&mut house);
    connect(&mut house, caller.0, target.0);
    crash(&mut house);
    assert!(matches!(house.status(caller.0), CallStatus::BackFrom { .. }));
}

#[test]
fn two_who_talked_before_a_crash_can_be_connected_after_it() {
    let mut house = House::ready();
    let (caller, target) = asked(&mut house);
    crash(&mut house);
    assert!(matches!(house.call(target.0).cord, Some(CordView::For { call, .. }) if call == caller.0));
    connect(&mut house, caller.0, target.0);
    house.far(|pbx| pbx.tell_transfer(&caller.1, "200 OK", true));
    assert!(house.board().calls.is_empty());
}
