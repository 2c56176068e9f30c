//! Blind transfer: the caller stays with the operator until somebody is known to have taken them.

use std::time::Duration;

use cordboard_desk::{
    Addressee, CallFailure, CallId, CallStatus, Command, ContactId, DirectoryId, Notice, TransferTarget, Way,
    WhyNot,
};
use cordboard_sip::message::Method;

use super::house::House;
use super::pbx::{OnChange, direction};

fn to(number: &str) -> TransferTarget {
    TransferTarget::Number(number.into())
}

fn grace(house: &mut House) -> (DirectoryId, ContactId) {
    let (id, far) = house.ring_in("", "204", "02079460100");
    let contact = house.call(id).who.contact.expect("Grace is in the staff directory");
    house.far(|pbx| pbx.cancel(&far, None));
    house.act(Command::ClearMissed);
    let notices: Vec<_> = house.board().notices.iter().map(|view| view.id).collect();
    for notice in notices {
        house.act(Command::DismissNotice(notice));
    }
    contact
}

#[test]
fn a_transfer_holds_first_asks_then_and_leaves_when_it_is_done() {
    let mut house = House::ready();
    let (directory, contact) = grace(&mut house);
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::TransferBlind {
        call: id,
        to: TransferTarget::Contact { directory, contact, way: Way::Phone },
    });
    assert_eq!(house.status(id), CallStatus::Transferring { target: "Grace Okafor".into() });
    assert_eq!(house.open_microphones(), 0);
    assert_eq!(house.pbx.referred_to(&far), None, "not before the caller is on hold");

    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    assert!(house.pbx.referred_to(&far).is_some_and(|uri| uri.starts_with("sip:204@")));

    house.far(|pbx| pbx.tell_transfer(&far, "180 Ringing", false));
    assert_eq!(house.status(id), CallStatus::Transferring { target: "Grace Okafor".into() });
    house.far(|pbx| pbx.tell_transfer(&far, "200 OK", true));
    assert!(!house.has(id));
    assert_eq!(
        house.notices(),
        [Notice::Transferred { who: "Jan Meyer".into(), target: "Grace Okafor".into() }]
    );
    assert!(!house.pbx.call(&far).left);
    house.wait(Duration::from_secs(3));
    assert!(house.pbx.call(&far).left, "the far end did not leave, so we do");
}

#[test]
fn a_far_end_that_leaves_by_itself_gets_no_bye() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.far(|pbx| pbx.tell_transfer(&far, "200 OK", true));
    house.far(|pbx| pbx.bye(&far));
    house.wait(Duration::from_secs(3));
    assert!(!house.pbx.requests.iter().any(|(method, _)| *method == Method::Bye));
}

#[test]
fn a_transfer_that_fails_brings_the_call_back_with_target_and_reason() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.far(|pbx| pbx.tell_transfer(&far, "486 Busy Here", true));
    assert_eq!(house.status(id), CallStatus::BackFrom { target: "205".into(), why: CallFailure::Busy });
    let (who, target) = ("Jan Meyer".into(), "205".into());
    assert_eq!(house.notices(), [Notice::TransferFailed { who, target, why: CallFailure::Busy }]);
    house.act(Command::Resume(id));
    assert_eq!(house.status(id), CallStatus::Talking);
}

#[test]
fn a_refused_refer_brings_the_call_back() {
    let mut house = House::ready();
    house.pbx.on_refer = Some(603);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    assert_eq!(house.status(id), CallStatus::BackFrom { target: "205".into(), why: CallFailure::Rejected });
    house.pbx.on_refer = Some(202);
    house.act(Command::TransferBlind { call: id, to: to("204") });
    assert_eq!(
        house.status(id),
        CallStatus::Transferring { target: "204".into() },
        "it can be handed on again"
    );
}

#[test]
fn a_far_end_that_leaves_without_a_word_was_handed_over() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.far(|pbx| pbx.bye(&far));
    assert!(!house.has(id));
    assert_eq!(house.notices(), [Notice::HandedOver { who: "Jan Meyer".into(), target: "205".into() }]);
}

#[test]
fn news_that_end_without_an_outcome_do_not_cut_the_caller_off() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.far(|pbx| pbx.end_transfer_news(&far));
    assert_eq!(house.status(id), CallStatus::Transferring { target: "205".into() });
    house.wait(Duration::from_secs(40));
    assert_eq!(house.status(id), CallStatus::BackFrom { target: "205".into(), why: CallFailure::NoAnswer });
    assert!(!house.pbx.call(&far).left);
}

/// A transfer to 205, whose phone rings until the operator has the caller back.
fn rings_in_vain(house: &mut House) -> (CallId, String) {
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.refer_lasts = 600;
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.far(|pbx| pbx.tell_transfer(&far, "180 Ringing", false));
    house.wait(Duration::from_secs(181));
    assert_eq!(house.status(id), CallStatus::BackFrom { target: "205".into(), why: CallFailure::NoAnswer });
    (id, far)
}

#[test]
fn whoever_comes_back_because_a_phone_rings_on_is_handed_to_somebody_else() {
    let mut house = House::ready();
    let (id, far) = rings_in_vain(&mut house);
    house.act(Command::TransferBlind { call: id, to: to("204") });
    assert_eq!(house.status(id), CallStatus::Transferring { target: "204".into() });
    assert!(house.pbx.referred_to(&far).is_some_and(|uri| uri.starts_with("sip:204@")));
    house.far(|pbx| pbx.tell_transfer(&far, "487 Request Terminated", true));
    assert_eq!(house.status(id), CallStatus::Transferring { target: "204".into() }, "that was the old phone");
    house.wait(Duration::from_secs(5));
    house.far(|pbx| pbx.tell_last_transfer(&far, "200 OK", true));
    assert!(!house.has(id));
    let (who, target) = ("Jan Meyer".into(), "204".into());
    assert_eq!(house.notices().last(), Some(&Notice::Transferred { who, target }));
}

#[test]
fn a_phone_that_is_answered_when_the_caller_is_back_has_them_after_all() {
    let mut house = House::ready();
    let (id, far) = rings_in_vain(&mut house);
    house.far(|pbx| pbx.tell_transfer(&far, "200 OK", true));
    assert!(!house.has(id));
    let (who, target) = ("Jan Meyer".into(), "205".into());
    assert_eq!(house.notices().last(), Some(&Notice::Transferred { who, target }));
    house.wait(Duration::from_secs(3));
    assert!(house.pbx.call(&far).left, "the far end did not leave, so we do");
}

#[test]
fn a_caller_who_is_talked_to_again_is_not_cut_off_when_the_phone_is_answered() {
    let mut house = House::ready();
    let (id, far) = rings_in_vain(&mut house);
    house.act(Command::Resume(id));
    house.far(|pbx| pbx.tell_transfer(&far, "200 OK", true));
    assert_eq!(house.status(id), CallStatus::Talking);
    house.wait(Duration::from_secs(3));
    assert!(!house.pbx.call(&far).left);
}

#[test]
fn a_caller_who_hangs_up_before_the_transfer_began_has_just_gone() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.far(|pbx| pbx.bye(&far));
    assert!(!house.has(id));
    assert!(house.notices().is_empty());
}

#[test]
fn a_held_call_is_handed_on_without_another_hold() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    let exchanges = house.pbx.call(&far).exchanges;
    house.act(Command::TransferBlind { call: id, to: to("205") });
    assert_eq!(house.pbx.call(&far).exchanges, exchanges);
    assert!(house.pbx.referred_to(&far).is_some());
    assert_eq!(house.call(id).allowed.resume, Err(WhyNot::BeingTransferred));
}

#[test]
fn a_refused_hold_does_not_stop_a_transfer() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(488);
    house.act(Command::TransferBlind { call: id, to: to("205") });
    assert!(house.pbx.referred_to(&far).is_some());
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn a_hold_that_is_always_put_off_does_not_stop_a_transfer() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(491);
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.wait(Duration::from_secs(40));
    assert!(house.pbx.referred_to(&far).is_some());
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn a_ringing_call_is_sent_on_unanswered() {
    let mut house = House::ready();
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    assert!(!house.has(id));
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&302));
    let response = house.pbx.call(&far).last_response.as_ref().unwrap();
    let contact = response.headers.get(cordboard_sip::message::Name::Contact).unwrap();
    assert!(contact.contains("sip:205@"), "{contact}");
    assert_eq!(house.board().missed, 0);
    assert_eq!(house.notices(), [Notice::HandedOver { who: "Jan Meyer".into(), target: "205".into() }]);
}

#[test]
fn a_transfer_to_nobody_changes_nothing() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("???") });
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.notices(), [Notice::NotANumber { typed: "???".into() }]);
}

#[test]
fn a_call_being_handed_on_can_be_hung_up() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: to("205") });
    house.act(Command::HangUp(id));
    assert!(!house.has(id));
    assert!(house.pbx.call(&far).left);
}

#[test]
fn a_ringing_call_goes_to_ones_own_voicemail_unanswered_and_a_held_one_by_transfer() {
    let mut house = House::ready();
    let (ringing, caller) = house.ring_in("Jan", "02079460999", "02079460100");
    assert_eq!(house.call(ringing).allowed.to_voicemail, Ok(()));
    house.act(Command::ToVoicemail(ringing));
    assert_eq!(house.pbx.call(&caller).statuses.last(), Some(&302));
    assert!(!house.has(ringing));
    let (who, target) = ("Jan Meyer".into(), Addressee::voicemail("Alice".into()));
    assert_eq!(house.notices(), [Notice::HandedOver { who, target }]);

    let (held, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(held));
    house.act(Command::ToVoicemail(held));
    assert!(house.pbx.referred_to(&far).unwrap().contains("*alice@"), "{:?}", house.pbx.referred_to(&far));
    let target = Addressee::voicemail("Alice".into());
    assert_eq!(house.status(held), CallStatus::Transferring { target });
}

#[test]
fn a_contacts_voicemail_is_where_the_telephone_system_keeps_it() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Suggest { typed: "okafor".into() });
    let grace = house
        .page()
        .answers
        .iter()
        .find_map(|delta| match delta {
            cordboard_desk::Delta::Suggestions { choices, .. } => choices.first().cloned(),
            _ => None,
        })
        .unwrap();
    let to = TransferTarget::Contact {
        directory: grace.directory,
        contact: grace.contact,
        way: cordboard_desk::Way::Voicemail,
    };
    house.act(Command::TransferBlind { call: id, to });
    assert!(house.pbx.referred_to(&far).unwrap().contains("*204@"), "{:?}", house.pbx.referred_to(&far));
    let target = Addressee::voicemail("Grace Okafor".into());
    assert_eq!(house.status(id), CallStatus::Transferring { target });
}

#[test]
fn a_typed_voicemail_box_is_told_by_whose_it_is_and_another_code_as_it_was_typed() {
    for (typed, told) in [
        ("*201", Addressee::voicemail("Alice".into())),
        ("*204", Addressee::voicemail("Grace Okafor".into())),
        ("*8", "*8".into()),
        ("204", "204".into()),
    ] {
        let mut provision = super::house::provision();
        provision.account.aor = "201@pbx.test".into();
        let mut house = House::ready_with(provision);
        let (id, _) = house.talk_in("Jan", "02079460999");
        house.act(Command::TransferBlind { call: id, to: to(typed) });
        assert_eq!(house.status(id), CallStatus::Transferring { target: told });
    }
}

#[test]
fn without_a_way_to_voicemail_it_is_refused_with_the_reason() {
    let mut provision = super::house::provision();
    provision.account.voicemail_of = String::new();
    let mut house = House::ready_with(provision);
    let (id, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.call(id).allowed.to_voicemail, Err(cordboard_desk::WhyNot::NoVoicemail));
    house.act(Command::ToVoicemail(id));
    assert_eq!(house.notices(), [cordboard_desk::Notice::NotPossible(cordboard_desk::WhyNot::NoVoicemail)]);
    assert!(house.has(id));
}

#[test]
fn a_parked_call_goes_to_the_first_free_place() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Park(id));
    assert!(house.pbx.referred_to(&far).is_some_and(|uri| uri.starts_with("sip:701@")));
    assert_eq!(house.status(id), CallStatus::Transferring { target: "701".into() });
}

#[test]
fn nobody_is_parked_where_there_is_no_place() {
    let mut provision = super::house::provision();
    provision.account.parking = Vec::new();
    let mut house = House::ready_with(provision);
    let (id, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.call(id).allowed.park, Err(WhyNot::NoParking));
    house.act(Command::Park(id));
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NoParking)]);
}
