//! The link to the telephone system: lost, found again, and told layer by layer.

use std::time::Duration;

use cordboard_desk::{
    CallStatus, Command, Delta, Input, LinkState, RegistrationFailure, SocketLoss, StoreWrite, Stored,
    TraceForm, WhyNot,
};
use cordboard_sip::message::Method;

use super::house::{FRONT, House, provision};

fn registers(house: &House) -> usize {
    house.pbx.requests.iter().filter(|(method, _)| *method == Method::Register).count()
}

#[test]
fn a_shift_begins_registered_with_an_instance_of_its_own() {
    let house = House::ready();
    assert_eq!(registers(&house), 1);
    let kept: Vec<_> = house.stored.iter().filter(|w| matches!(w, StoreWrite::PutInstance(_))).collect();
    assert_eq!(kept.len(), 1);
}

#[test]
fn the_instance_of_the_browser_profile_is_kept() {
    let mut house = House::empty();
    let instance = "urn:uuid:00000000-0000-4000-8000-000000000001".to_owned();
    house.tell(Input::Restored(Stored { instance: Some(instance), ..Stored::default() }));
    house.tell(Input::Provisioned(Box::new(provision())));
    assert!(!house.stored.iter().any(|write| matches!(write, StoreWrite::PutInstance(_))));
}

#[test]
fn a_lost_socket_is_tried_again_without_end_and_with_growing_pauses() {
    let mut house = House::ready();
    let lost_at = house.now;
    house.cut_network(SocketLoss::Closed { code: 1006, reason: String::new() });
    let link = house.board().link.clone();
    assert!(matches!(link.state, LinkState::SocketDown(_)));
    assert_eq!(link.since, lost_at);
    let pause = link.retry_at.unwrap().since(house.now);
    assert!(pause >= Duration::from_millis(750) && pause <= Duration::from_millis(1250), "{pause:?}");

    house.wait(Duration::from_secs(3600));
    let tries = house.connects;
    assert!(tries > 90 && tries < 200, "{tries} tries in an hour");
    assert_eq!(house.board().link.since, lost_at, "down since it was lost, not since the last try");

    house.mend_network();
    house.wait(Duration::from_secs(45));
    assert_eq!(house.board().link.state, LinkState::Registered);
    assert_eq!(house.board().dial, None);
}

#[test]
fn try_now_does_not_wait() {
    let mut house = House::ready();
    house.cut_network(SocketLoss::PbxUnreachable);
    house.wait(Duration::from_secs(120));
    house.mend_network();
    house.act(Command::SetRegistered(true));
    assert_eq!(house.board().link.state, LinkState::Registered);
}

#[test]
fn whoever_has_to_sign_in_again_is_not_tried_again() {
    let mut house = House::ready();
    house.cut_network(SocketLoss::NotSignedIn);
    let connects = house.connects;
    house.wait(Duration::from_secs(600));
    assert_eq!(house.connects, connects);
    assert_eq!(house.board().link.state, LinkState::SocketDown(SocketLoss::NotSignedIn));
    assert_eq!(house.board().link.retry_at, None);

    house.mend_network();
    house.tell(Input::Provisioned(Box::new(provision())));
    assert_eq!(house.board().link.state, LinkState::Registered, "signing in again is enough");
}

#[test]
fn calls_outlive_a_lost_socket() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.cut_network(SocketLoss::RelayUnreachable);
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
    assert_eq!(house.call(id).allowed.hold, Err(WhyNot::NotRegistered));
    assert_eq!(house.board().dial, Some(WhyNot::NotRegistered));
    house.mend_network();
    house.wait(Duration::from_secs(10));
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::OnHold);
}

#[test]
fn a_refused_registration_is_another_layer_than_the_socket() {
    let mut house = House::empty();
    house.pbx.on_register = Some(404);
    house.open_page(FRONT);
    house.tell(Input::Provisioned(Box::new(provision())));
    assert_eq!(house.board().link.state, LinkState::RegistrationFailed(RegistrationFailure::UnknownUser));
    house.pbx.on_register = Some(200);
    house.act(Command::SetRegistered(true));
    assert_eq!(house.board().link.state, LinkState::Registered);
}

#[test]
fn leaving_the_registration_closes_the_socket_when_the_last_call_is_over() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::SetRegistered(false));
    assert_eq!(house.board().link.state, LinkState::Off);
    assert!(house.socket_open, "the caller is still there");
    house.act(Command::HangUp(id));
    assert!(house.pbx.call(&far).left);
    assert!(!house.socket_open);
    house.act(Command::SetRegistered(true));
    assert_eq!(house.board().link.state, LinkState::Registered);
}

#[test]
fn signing_out_ends_calls_and_leaves_the_registration() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    let before = registers(&house);
    house.tell(Input::SignedOut);
    assert!(!house.has(id));
    assert!(house.pbx.call(&far).left);
    assert_eq!(registers(&house), before + 1);
    assert!(!house.socket_open);
    house.tell(Input::Provisioned(Box::new(provision())));
    assert_eq!(house.board().link.state, LinkState::Registered);
}

#[test]
fn whoever_signs_out_and_is_asked_who_they_are_answers_before_the_socket_closes() {
    let mut provision = provision();
    provision.account.publish = true;
    let mut house = House::ready_with(provision);
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.nonce = Some("fresh");
    house.tell(Input::SignedOut);
    assert!(!house.has(id));
    assert!(house.pbx.call(&far).left, "the caller would hear silence");
    assert!(!house.pbx.bound, "calls would be sent to nobody");
    assert_eq!(house.pbx.lamps.published.last().map(String::as_str), Some(""), "others would see somebody");
    assert!(!house.socket_open);
}

#[test]
fn the_last_call_of_whoever_has_left_is_ended_before_the_socket_closes() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::SetRegistered(false));
    house.pbx.nonce = Some("fresh");
    house.act(Command::HangUp(id));
    assert!(house.pbx.call(&far).left);
    assert!(!house.socket_open);
}

#[test]
fn goodbyes_that_nobody_answers_keep_the_socket_open_for_a_moment_only() {
    let mut house = House::ready();
    house.pbx.on_register = None;
    house.tell(Input::SignedOut);
    assert!(house.socket_open);
    // Nobody is there for a caller who comes now, and nobody can ask for more.
    let caller = house.far(|pbx| pbx.invite("Jan", "02079460999", "02079460100", true));
    assert_eq!(house.pbx.call(&caller).statuses.last(), Some(&480));
    assert!(house.board().calls.is_empty());
    house.act(Command::SetRegistered(true));
    assert_eq!(house.board().link.state, LinkState::Off);
    house.wait(Duration::from_secs(3));
    assert!(house.socket_open);
    house.wait(Duration::from_millis(1_100));
    assert!(!house.socket_open);
    let saved = house.snapshot.clone().unwrap();
    assert!(!saved.windows(5).any(|bytes| bytes == b"alice"), "the account is forgotten");
    let (asked, connects) = (house.pbx.requests.len(), house.connects);
    house.wait(Duration::from_secs(600));
    assert_eq!((house.pbx.requests.len(), house.connects), (asked, connects), "nobody is there to be called");
}

#[test]
fn whoever_signs_in_while_goodbyes_are_said_has_a_socket_of_their_own() {
    let mut house = House::ready();
    house.pbx.on_register = None;
    house.tell(Input::SignedOut);
    house.pbx.on_register = Some(200);
    let connects = house.connects;
    house.tell(Input::Provisioned(Box::new(provision())));
    assert_eq!(house.connects, connects + 1);
    assert_eq!(house.board().link.state, LinkState::Registered);
    house.wait(Duration::from_secs(10));
    assert_eq!(house.board().link.state, LinkState::Registered);
    assert!(house.socket_open);
}

#[test]
fn a_dead_socket_is_noticed_and_replaced() {
    let mut house = House::ready();
    let connects = house.connects;
    // The network swallows everything, and nobody says so.
    house.network = false;
    house.socket_open = false;
    house.wait(Duration::from_secs(60));
    assert!(house.connects > connects);
    house.mend_network();
    house.wait(Duration::from_secs(45));
    assert_eq!(house.board().link.state, LinkState::Registered);
}

#[test]
fn garbage_is_told_once() {
    let mut house = House::ready();
    for _ in 0..1000 {
        house.tell(Input::FrameReceived(b"INVITE me maybe\r\n\r\n".to_vec()));
    }
    assert_eq!(house.notices().len(), 1, "{:?}", house.notices());
}

#[test]
fn nothing_is_told_while_nothing_changes() {
    let mut house = House::ready();
    house.talk_in("Jan", "02079460999");
    let before = house.page().deltas;
    house.wait(Duration::from_secs(300));
    assert_eq!(house.page().deltas, before);
}

#[test]
fn what_went_over_the_wire_is_told_to_whoever_asks_without_secrets() {
    let mut house = House::ready();
    house.act(Command::SaveTrace(TraceForm::Text));
    house.act(Command::SaveTrace(TraceForm::Pcap));
    let answers = house.page().answers.clone();
    let [
        Delta::Traced { form: TraceForm::Text, content: text },
        Delta::Traced { form: TraceForm::Pcap, content: pcap },
    ] = &answers[..]
    else {
        panic!("{answers:?}")
    };
    let text = String::from_utf8(text.clone()).unwrap();
    assert!(text.contains("REGISTER sip:") && text.contains("SIP/2.0 200"), "{text}");
    assert!(pcap.starts_with(&0xa1b2_c3d4_u32.to_le_bytes()));
}
