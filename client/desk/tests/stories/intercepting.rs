//! A colleague's phone rings and the operator takes the call: seen, told, and done whichever way the telephone system has.

use cordboard_desk::{CallStatus, Command, Notice, PhoneId, WhyNot};

use super::house::House;
use super::lamps::dialogs;
use super::watching::{begin, phone, ready, watching};

/// A shift in which Grace's phone (204) rings; Jan Meyer calls there. Only a code takes it over, if there is one.
fn rings_without_ids(pickup_of: &str) -> House {
    let mut provision = watching();
    provision.account.pickup_of = pickup_of.into();
    let mut house = House::empty();
    house.pbx.show("dialog", "204", &without_ids("early"));
    begin(house, provision)
}

/// What telephone systems tell that keep the ids of calls to themselves.
fn without_ids(state: &str) -> String {
    format!(
        "<dialog-info version='0' state='full'><dialog id='204'><state>{state}</state>\
         <remote><identity>sip:02079460999@pbx.test</identity></remote></dialog></dialog-info>"
    )
}

fn intercept(house: &mut House, phone: PhoneId) -> Option<String> {
    let before: Vec<_> = house.pbx.calls.keys().cloned().collect();
    house.act(Command::Intercept(phone));
    house.pbx.calls.keys().find(|call| !before.contains(call)).cloned()
}

#[test]
fn what_rings_elsewhere_is_taken_over_by_its_ids() {
    let mut house = ready();
    let (held, _) = house.talk_in("Helena", "205");
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")])));
    let grace = phone(&mut house, "Okafor");
    assert_eq!(grace.intercept, Ok(()));
    let far = intercept(&mut house, grace.id).expect("a call");
    // Sent to who calls, whose tag comes first (RFC 3891 section 3).
    let (to, replaces) = house.pbx.invited(&far);
    assert_eq!(to, "02079460999");
    assert_eq!(replaces.as_deref(), Some("a@pbx.test;to-tag=a-a;from-tag=a-b;early-only"));
    house.far(|pbx| pbx.answer(&far));
    let taken = house.board().calls.iter().find(|call| call.id != held).expect("the call").clone();
    assert_eq!((taken.status, taken.who.name.as_str(), taken.cord), (CallStatus::Talking, "Jan Meyer", None));
    assert_eq!(house.status(held), CallStatus::OnHold);
}

#[test]
fn where_no_ids_are_told_a_code_takes_it_over() {
    let mut house = rings_without_ids("**{number}");
    let grace = phone(&mut house, "Okafor");
    assert_eq!(grace.intercept, Ok(()));
    let far = intercept(&mut house, grace.id).expect("a call");
    assert_eq!(house.pbx.invited(&far), ("**204".into(), None));
    house.far(|pbx| pbx.answer(&far));
    let taken = house.board().calls[0].clone();
    assert_eq!((taken.status, taken.who.name.as_str()), (CallStatus::Talking, "Jan Meyer"));
}

#[test]
fn where_there_is_no_way_the_reason_is_told() {
    let mut house = rings_without_ids("");
    let grace = phone(&mut house, "Okafor");
    assert_eq!(grace.intercept, Err(WhyNot::NoPickUp));
    assert_eq!(intercept(&mut house, grace.id), None);
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::NoPickUp)));
    house.far(|pbx| pbx.show("dialog", "204", &without_ids("confirmed")));
    assert_eq!(phone(&mut house, "Okafor").intercept, Err(WhyNot::NothingRings));
    house.act(Command::Intercept(PhoneId(99)));
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::NotWatched)));
}

#[test]
fn a_call_that_was_answered_meanwhile_says_so() {
    let mut house = ready();
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")])));
    let grace = phone(&mut house, "Okafor");
    let far = intercept(&mut house, grace.id).expect("a call");
    house.far(|pbx| pbx.refuse(&far, 486));
    assert!(matches!(house.board().calls[0].status, CallStatus::Failed(_)));
}

/// A shift in which Grace's phone rings, with ids told, and a code besides. Gives the call that is to take over by ids.
fn refused_by_ids(status: u16) -> (House, String) {
    let mut provision = watching();
    provision.account.pickup_of = "**{number}".into();
    let mut house = House::empty();
    house.pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")]));
    let mut house = begin(house, provision);
    let grace = phone(&mut house, "Okafor");
    let far = intercept(&mut house, grace.id).expect("a call");
    assert!(house.pbx.invited(&far).1.is_some());
    house.far(|pbx| pbx.refuse(&far, status));
    (house, far)
}

fn other_call(house: &House, than: &str) -> Option<String> {
    house.pbx.calls.keys().find(|call| *call != than).cloned()
}

#[test]
fn a_caller_who_cannot_be_replaced_is_taken_over_by_the_code() {
    for status in [403, 420, 481, 501] {
        let (mut house, by_ids) = refused_by_ids(status);
        let by_code = other_call(&house, &by_ids).expect("the code was dialled");
        assert_eq!(house.pbx.invited(&by_code), ("**204".into(), None));
        house.far(|pbx| pbx.ring_back(&by_code, 180, false));
        assert_eq!(house.board().calls.len(), 1, "one call to the operator, whatever was tried");
        house.far(|pbx| pbx.answer(&by_code));
        let taken = house.board().calls[0].clone();
        assert_eq!((taken.status, taken.who.name.as_str()), (CallStatus::Talking, "Jan Meyer"));
        assert_eq!(house.open_microphones(), 1);
        assert_eq!(house.page().legs.len(), 1, "what the refused call had is closed");
    }
}

#[test]
fn where_the_code_is_refused_as_well_that_is_said_once() {
    let (mut house, by_ids) = refused_by_ids(481);
    let by_code = other_call(&house, &by_ids).expect("the code was dialled");
    house.far(|pbx| pbx.refuse(&by_code, 404));
    assert!(matches!(house.board().calls[0].status, CallStatus::Failed(_)));
    assert_eq!(house.pbx.calls.len(), 2);
}

#[test]
fn whoever_answered_the_phone_in_the_meantime_is_left_in_peace() {
    let mut provision = watching();
    provision.account.pickup_of = "**{number}".into();
    let mut house = House::empty();
    house.pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")]));
    let mut house = begin(house, provision);
    let grace = phone(&mut house, "Okafor");
    let far = intercept(&mut house, grace.id).expect("a call");
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "02079460999")])));
    house.far(|pbx| pbx.refuse(&far, 486));
    assert!(matches!(house.board().calls[0].status, CallStatus::Failed(_)));
    assert_eq!(other_call(&house, &far), None);
}

#[test]
fn whoever_is_to_be_helped_is_told_of_while_the_phone_rings() {
    let mut provision = watching();
    provision.directories[0].csv =
        "lastname,firstname,phone,alert\nOkafor,Grace,204,r\nBrandt,Helena,205,\n".into();
    let mut house = House::empty();
    for user in ["204", "205"] {
        house.pbx.show("dialog", user, &dialogs(&[]));
    }
    let mut house = begin(house, provision);
    house.far(|pbx| pbx.show("dialog", "205", &dialogs(&[("b", "early", "02079460999")])));
    assert!(house.notices().is_empty(), "nobody asked to be told of her");
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")])));
    let grace = phone(&mut house, "Okafor").id;
    let told = Notice::PhoneRings { phone: grace, name: "Grace Okafor".into(), from: "Jan Meyer".into() };
    assert_eq!(house.notices(), [told]);
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")])));
    assert_eq!(house.notices().len(), 1, "once");
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "02079460999")])));
    assert!(house.notices().is_empty(), "she has answered");
    // What the operator does is no news.
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "early", "alice")])));
    assert!(house.notices().is_empty());
}

#[test]
fn an_operator_asks_to_be_told_of_a_colleague_in_an_entry_of_the_own_directory() {
    let mut house = ready();
    let own = cordboard_desk::Contact {
        last_name: "Helena of the second floor".into(),
        phone: "205".into(),
        alert: cordboard_desk::Alerts { ringing: true, ..Default::default() },
        ..Default::default()
    };
    let personal = super::watching::directory(&house, "Personal");
    house.act(Command::AddContact { directory: personal, contact: Box::new(own) });
    house.far(|pbx| pbx.show("dialog", "205", &dialogs(&[("b", "early", "02079460999")])));
    let helena = phone(&mut house, "Brandt").id;
    let told = Notice::PhoneRings { phone: helena, name: "Helena Brandt".into(), from: "Jan Meyer".into() };
    assert_eq!(house.notices(), [told]);
}
