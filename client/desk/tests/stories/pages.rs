//! Pages come and go: all show the same, any can act, one carries the media, and calls outlive them.

use std::time::Duration;

use cordboard_desk::{
    CallStatus, Command, Direction, Look, MicrophoneLoss, Notice, PageId, PageInput, Quality, WhyNot,
};

use super::house::{FRONT, House, OnAsk};
use super::pbx::OnChange;

const SECOND: PageId = PageId(2);

#[test]
fn every_page_shows_the_same_board() {
    let mut house = House::ready();
    house.ring_in("Jan", "02079460999", "02079460100");
    house.open_page(SECOND);
    house.ring_in("Helena", "205", "02079460200");
    house.page_says(SECOND, PageInput::Command(Command::NextCall));
    let boards: Vec<_> = house.pages.values().map(|page| page.board.clone().unwrap()).collect();
    assert_eq!((boards[0].page, boards[1].page), (Some(FRONT), Some(SECOND)));
    assert_eq!(boards[0].calls, boards[1].calls);
    assert_eq!(boards[0].notices, boards[1].notices);
    assert_eq!(boards[0].directories, boards[1].directories);
}

#[test]
fn a_reload_in_mid_call_brings_new_media() {
    let mut house = House::ready();
    let (talking, far) = house.talk_in("Jan", "02079460999");
    let (held, other) = house.talk_in("Helena", "205");
    house.act(Command::Resume(talking));
    house.close_page(FRONT);
    house.open_page(SECOND);
    assert_eq!(house.status(talking), CallStatus::Talking);
    let before = (house.pbx.call(&far).exchanges, house.pbx.call(&other).exchanges);

    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!(house.board().audio.host, Some(SECOND));
    assert_eq!(house.pbx.call(&far).exchanges, before.0 + 1);
    assert_eq!(house.pbx.call(&other).exchanges, before.1 + 1);
    assert_eq!((house.status(talking), house.status(held)), (CallStatus::Talking, CallStatus::OnHold));
    let media: Vec<_> = house.pages[&SECOND].legs.values().cloned().collect();
    assert_eq!(media.len(), 2);
    let offered: Vec<_> = media.iter().map(|media| (media.offered.unwrap(), media.microphone)).collect();
    assert_eq!(offered, [(Direction::SendRecv, true), (Direction::SendOnly, false)]);
    assert!(media.iter().all(|media| media.applied.len() == 1));
}

#[test]
fn with_no_page_at_all_calls_stay_and_new_ones_ring() {
    let mut house = House::ready();
    let (talking, far) = house.talk_in("Jan", "02079460999");
    house.close_page(FRONT);
    let ringing = house.far(|pbx| pbx.invite("Helena", "205", "02079460100", true));
    assert_eq!(house.pbx.call(&ringing).statuses.last(), Some(&180));
    house.wait(Duration::from_secs(30));
    assert!(!house.pbx.call(&far).left);
    house.open_page(SECOND);
    assert_eq!(house.status(talking), CallStatus::Talking);
    assert_eq!(house.board().calls.len(), 2);
    let ringing = house.board().calls.iter().find(|call| call.status == CallStatus::Ringing).unwrap();
    assert_eq!(ringing.allowed.answer, Err(WhyNot::NoAudio));
    assert_eq!(house.call(talking).allowed.hold, Err(WhyNot::NoAudio));
    assert_eq!(house.call(talking).allowed.hang_up, Ok(()));
}

#[test]
fn the_media_move_to_a_page_that_is_ready_already() {
    let mut house = House::ready();
    house.open_page(SECOND);
    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!(house.board().audio.host, Some(FRONT));
    let (talking, far) = house.talk_in("Jan", "02079460999");
    let before = house.pbx.call(&far).exchanges;
    house.close_page(FRONT);
    assert_eq!(house.board().audio.host, Some(SECOND));
    assert_eq!(house.pbx.call(&far).exchanges, before + 1);
    assert_eq!(house.status(talking), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn a_reload_while_a_call_is_being_answered_asks_the_new_page() {
    let mut house = House::ready();
    house.page().on_ask = OnAsk::Wait;
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::Answer(id));
    house.close_page(FRONT);
    house.open_page(SECOND);
    assert_eq!(house.status(id), CallStatus::Answering);
    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&200));
}

#[test]
fn a_reload_while_hold_is_on_its_way_ends_on_hold_with_new_media() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::Hold(id));
    house.close_page(FRONT);
    house.open_page(SECOND);
    house.page_says(SECOND, PageInput::MediaReady);
    house.pbx.on_change = OnChange::Agree;
    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!(house.status(id), CallStatus::OnHold);
    let media = house.pages[&SECOND].legs.values().next().unwrap().clone();
    assert_eq!((media.offered, media.applied.len()), (Some(Direction::SendOnly), 1));
}

#[test]
fn a_call_dialled_over_a_reload_is_offered_by_the_new_page() {
    let mut house = House::ready();
    let (id, far) = house.dial("204");
    house.close_page(FRONT);
    house.open_page(SECOND);
    house.page_says(SECOND, PageInput::MediaReady);
    house.far(|pbx| pbx.answer(&far));
    assert_eq!(house.status(id), CallStatus::Talking);
    assert_eq!(house.pbx.call(&far).exchanges, 2, "the INVITE was the lost page's, so there is a re-INVITE");
    assert_eq!(house.pages[&SECOND].legs.values().next().unwrap().applied.len(), 1);
}

#[test]
fn a_page_with_a_microphone_takes_over_from_one_that_lost_it() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.open_page(SECOND);
    house.page_says(FRONT, PageInput::MicrophoneLost(MicrophoneLoss::Unplugged));
    assert_eq!(house.board().audio.lost, Some(MicrophoneLoss::Unplugged));
    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!((house.board().audio.host, house.board().audio.lost), (Some(SECOND), None));
    assert!(house.pages[&FRONT].legs.is_empty(), "the first page lets go of its connection");
    assert_eq!(house.pages[&SECOND].legs.len(), 1);
    assert_eq!(house.status(id), CallStatus::Talking);
}

#[test]
fn each_page_looks_for_itself_and_sees_changes_of_what_it_looks_at() {
    let mut house = House::ready();
    house.open_page(SECOND);
    let staff = house.board().directories.iter().find(|d| d.name == "Brightwater staff").unwrap().id;
    let personal = house.board().directories.iter().find(|d| d.name == "Personal").unwrap().id;
    house.act(Command::Look(Look::all(personal, 50)));
    house.page_says(
        SECOND,
        PageInput::Command(Command::Look(Look { query: "grace".into(), ..Look::all(staff, 50) })),
    );
    assert_eq!(house.pages[&FRONT].answers.len(), 1);
    assert_eq!(house.pages[&SECOND].answers.len(), 1);
    let contact = cordboard_desk::Contact { last_name: "New".into(), ..Default::default() };
    house.act(Command::AddContact { directory: personal, contact: Box::new(contact) });
    assert_eq!(house.pages[&FRONT].answers.len(), 2);
    assert_eq!(house.pages[&SECOND].answers.len(), 1);
}

#[test]
fn how_a_call_sounds_is_told_when_it_changes_and_to_pages_that_come_later() {
    let mut house = House::ready();
    house.talk_in("Jan", "02079460999");
    let leg = *house.page().legs.keys().next().unwrap();
    let quality = Quality { mos: 4.2, ..Quality::default() };
    for _ in 0..10 {
        house.page_says(FRONT, PageInput::Quality { leg, quality });
    }
    assert_eq!(house.page().answers.len(), 2, "the directory came to the front, and this once");
    house.open_page(SECOND);
    house.page_says(FRONT, PageInput::Quality { leg, quality });
    assert_eq!(house.pages[&SECOND].answers.len(), 1);
    house.page_says(FRONT, PageInput::Quality { leg, quality: Quality { mos: 3.0, ..quality } });
    assert_eq!(house.pages[&SECOND].answers.len(), 2);
}

#[test]
fn a_connection_that_stays_down_is_made_anew_and_one_that_comes_back_is_left_alone() {
    let mut house = House::ready();
    let (id, far) = house.talk_in("Jan", "02079460999");
    let leg = *house.page().legs.keys().next().unwrap();
    let before = house.pbx.call(&far).exchanges;
    house.page_says(FRONT, PageInput::MediaConnection { leg, up: false });
    house.wait(Duration::from_secs(3));
    house.page_says(FRONT, PageInput::MediaConnection { leg, up: true });
    house.wait(Duration::from_secs(10));
    assert_eq!(house.pbx.call(&far).exchanges, before);

    house.act(Command::Hold(id));
    let before = house.pbx.call(&far).exchanges;
    house.page_says(FRONT, PageInput::MediaConnection { leg, up: false });
    house.wait(Duration::from_secs(6));
    assert_eq!(house.pbx.call(&far).exchanges, before + 1);
    let media = house.page().legs[&leg].clone();
    assert_eq!(
        (media.offered, media.applied.len()),
        (Some(Direction::SendOnly), 1),
        "a fresh one, still on hold"
    );
    assert_eq!(house.status(id), CallStatus::OnHold);

    for _ in 0..5 {
        house.page_says(FRONT, PageInput::MediaConnection { leg, up: false });
        house.wait(Duration::from_secs(6));
    }
    assert_eq!(house.pbx.call(&far).exchanges, before + 3, "not without end");
    assert!(matches!(house.notices()[..], [Notice::NoSound { .. }]));
    assert_eq!(house.status(id), CallStatus::OnHold, "the call is the operator's to end");
}

#[test]
fn a_page_that_lost_the_media_is_not_listened_to() {
    let mut house = House::ready();
    house.open_page(SECOND);
    house.page().on_ask = OnAsk::Wait;
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::Answer(id));
    house.page_says(FRONT, PageInput::MicrophoneLost(MicrophoneLoss::Unplugged));
    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!(house.status(id), CallStatus::Talking);
    let sdp = house.pbx.call(&far).sdp.clone();
    house.do_asked(FRONT);
    assert_eq!(house.pbx.call(&far).sdp, sdp);
}
