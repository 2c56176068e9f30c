//! Music of ours for callers on hold, where the telephone system has none: who hears it, and from when to when.

use std::time::Duration;

use cordboard_desk::{
    CallStatus, Command, HoldMusicLoss, MicrophoneLoss, Notice, PageId, PageInput, TransferTarget,
};
use cordboard_wire::{HoldMusic, Provision};

use super::house::{FRONT, House, provision};
use super::pbx::{OnChange, direction};

const SECOND: PageId = PageId(2);

fn house(hold_music: HoldMusic) -> House {
    House::ready_with(Provision { hold_music, ..provision() })
}

/// Who hears music, by leg, and in how many legs the operator is heard.
fn heard(house: &House, page: PageId) -> (Vec<bool>, usize) {
    let legs = &house.pages[&page].legs;
    let music = legs.values().map(|media| media.music).collect();
    (music, legs.values().filter(|media| media.microphone).count())
}

#[test]
fn whoever_waits_on_hold_hears_music_in_place_of_the_operator_until_both_have_agreed_to_go_on() {
    for music in [HoldMusic::Tone, HoldMusic::File] {
        let mut house = house(music);
        let (id, far) = house.talk_in("Jan", "02079460999");
        assert_eq!(heard(&house, FRONT), (vec![false], 1));
        house.pbx.on_change = OnChange::Wait;
        house.act(Command::Hold(id));
        assert_eq!(heard(&house, FRONT), (vec![true], 0), "before the far end has answered");
        house.far(|pbx| pbx.agree_to_change(&far));
        assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
        assert_eq!(heard(&house, FRONT), (vec![true], 0));

        house.act(Command::Resume(id));
        assert_eq!(heard(&house, FRONT), (vec![true], 0), "the far end still believes that it is on hold");
        house.far(|pbx| pbx.agree_to_change(&far));
        assert_eq!(house.status(id), CallStatus::Talking);
        assert_eq!(heard(&house, FRONT), (vec![false], 1));
    }
}

#[test]
fn a_telephone_system_with_music_of_its_own_is_left_to_play_it() {
    let mut house = house(HoldMusic::Pbx);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(heard(&house, FRONT), (vec![false], 0));
}

#[test]
fn several_on_hold_all_hear_it_and_whoever_is_talked_to_does_not() {
    let mut house = house(HoldMusic::Tone);
    let (first, _) = house.talk_in("Jan", "02079460999");
    house.talk_in("Helena", "205");
    house.talk_in("", "02079461111");
    assert_eq!(heard(&house, FRONT), (vec![true, true, false], 1));
    house.act(Command::Resume(first));
    assert_eq!(heard(&house, FRONT), (vec![false, true, true], 1));
}

#[test]
fn a_refused_hold_ends_the_music_and_a_refused_resume_does_not() {
    let mut house = house(HoldMusic::Tone);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.pbx.on_change = OnChange::Refuse(488);
    house.act(Command::Hold(id));
    assert_eq!((house.status(id), heard(&house, FRONT)), (CallStatus::Talking, (vec![false], 0)));
    house.pbx.on_change = OnChange::Agree;
    house.act(Command::Hold(id));
    house.pbx.on_change = OnChange::Refuse(500);
    house.act(Command::Resume(id));
    assert_eq!((house.status(id), heard(&house, FRONT)), (CallStatus::OnHold, (vec![true], 0)));
}

#[test]
fn a_caller_who_is_sent_on_hears_music_until_the_other_phone_is_answered() {
    let mut house = house(HoldMusic::Tone);
    let (id, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::TransferBlind { call: id, to: TransferTarget::Number("204".into()) });
    assert!(matches!(house.status(id), CallStatus::Transferring { .. }));
    assert_eq!(heard(&house, FRONT), (vec![true], 0));
    house.far(|pbx| pbx.tell_transfer(&far, "180 Ringing", false));
    assert_eq!(heard(&house, FRONT), (vec![true], 0));
    house.far(|pbx| pbx.tell_transfer(&far, "200 OK", true));
    assert!(house.page().legs.is_empty());
}

#[test]
fn a_party_comes_from_the_music_into_the_conference_and_goes_back_to_it() {
    let mut house = house(HoldMusic::Tone);
    let (first, _) = house.talk_in("Jan", "02079460999");
    house.talk_in("Helena", "205");
    house.act(Command::AddToConference(first));
    assert_eq!(heard(&house, FRONT), (vec![false, false], 2));
    house.act(Command::LeaveConference);
    assert_eq!(heard(&house, FRONT), (vec![false, false], 0), "they hear each other");
    house.act(Command::ReturnToConference);
    house.act(Command::Hold(first));
    assert_eq!(heard(&house, FRONT).0, [true, false]);
}

#[test]
fn the_next_page_plays_on_and_so_does_an_engine_that_began_again() {
    let mut house = house(HoldMusic::Tone);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    house.close_page(FRONT);
    house.open_page(SECOND);
    house.page_says(SECOND, PageInput::MediaReady);
    assert_eq!(heard(&house, SECOND), (vec![true], 0));

    house.crash(Duration::from_secs(1));
    house.open_page(FRONT);
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!(heard(&house, FRONT), (vec![true], 0));
    house.act(Command::Resume(id));
    assert_eq!(heard(&house, FRONT), (vec![false], 1));
}

#[test]
fn the_music_plays_on_without_a_microphone() {
    let mut house = house(HoldMusic::Tone);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(id));
    house.page_says(FRONT, PageInput::MicrophoneLost(MicrophoneLoss::Unplugged));
    assert_eq!(heard(&house, FRONT), (vec![true], 0));
}

#[test]
fn a_file_that_cannot_be_played_is_told_once_however_many_pages_try() {
    let mut house = house(HoldMusic::File);
    let lost = PageInput::HoldMusicLost(HoldMusicLoss::NotPlayable);
    // A page finds out before its shift begins.
    house.open_page(SECOND);
    house.page_says(SECOND, lost.clone());
    house.page_says(SECOND, PageInput::MediaReady);
    house.page_says(FRONT, lost);
    let told = house.pages[&SECOND].board.as_ref().unwrap().notices.iter();
    let told: Vec<_> = told.map(|view| view.notice.clone()).collect();
    assert_eq!(told, [Notice::HoldMusicLost { problem: HoldMusicLoss::NotPlayable }]);
}
