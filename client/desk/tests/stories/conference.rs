//! Conferences: several callers and the operator hear each other, and the operator can go and come back.

use std::time::Duration;

use cordboard_desk::{
    CallId, CallStatus, CallView, Command, Delta, LegId, MicrophoneLoss, Notice, PageId, PageInput,
    TransferTarget, WhyNot,
};
use vecmap::VecSet;

use super::house::{FRONT, House, OnAsk};
use super::pbx::{OnChange, direction};

const SECOND: PageId = PageId(2);

/// Calls of this many people, all in conference with the operator, and their far ends.
fn confer(house: &mut House, people: u8) -> Vec<(CallId, String)> {
    let calls: Vec<_> = (0..people).map(|n| house.talk_in("", &format!("0207946100{n}"))).collect();
    for (id, _) in calls.iter().rev().skip(1) {
        house.act(Command::AddToConference(*id));
    }
    for (id, _) in &calls {
        assert_eq!(house.status(*id), CallStatus::InConference);
    }
    calls
}

/// How many others each leg of the page hears, by leg.
fn heard(house: &mut House) -> Vec<usize> {
    house.page().legs.values().map(|media| media.hears.len()).collect()
}

fn present(house: &House) -> Option<bool> {
    house.board().conference.map(|conference| conference.present)
}

fn why_not(house: &House) -> Option<Notice> {
    house.notices().last().cloned()
}

#[test]
fn a_held_caller_is_brought_into_the_talk_and_everybody_hears_everybody_else() {
    let mut house = House::ready();
    let (first, far) = house.talk_in("Jan", "02079460999");
    let (second, _) = house.talk_in("Helena", "205");
    house.act(Command::AddToConference(first));
    assert_eq!(
        (house.status(first), house.status(second)),
        (CallStatus::InConference, CallStatus::InConference)
    );
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendrecv", "whoever was on hold is resumed");
    let legs: Vec<LegId> = house.page().legs.keys().copied().collect();
    let media: Vec<_> = house.page().legs.values().cloned().collect();
    assert!(media.iter().all(|media| media.microphone && media.speaker));
    let others: Vec<_> = media.iter().map(|media| media.hears.clone()).collect();
    assert_eq!(others, [VecSet::from([legs[1]]), VecSet::from([legs[0]])]);
    assert_eq!(house.board().conference.map(|c| (c.present, c.parties)), Some((true, 2)));
}

#[test]
fn the_talking_call_brings_whoever_was_put_on_hold_last() {
    let mut house = House::ready();
    let (long_held, _) = house.talk_in("Jan", "02079460999");
    house.wait(Duration::from_secs(10));
    let (held, _) = house.talk_in("Helena", "205");
    house.wait(Duration::from_secs(10));
    let (talking, _) = house.talk_in("Grace", "204");
    house.act(Command::AddToConference(talking));
    assert_eq!(house.status(held), CallStatus::InConference);
    assert_eq!(house.status(talking), CallStatus::InConference);
    assert_eq!(house.status(long_held), CallStatus::OnHold);
}

#[test]
fn nobody_confers_alone_and_the_reason_is_said() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.call(id).allowed.join, Err(WhyNot::NobodyToJoin));
    house.act(Command::AddToConference(id));
    assert_eq!(why_not(&house), Some(Notice::NotPossible(WhyNot::NobodyToJoin)));
    house.act(Command::Hold(id));
    assert_eq!(house.call(id).allowed.join, Err(WhyNot::NobodyToJoin));
    let (ringing, _) = house.ring_in("", "02079461111", "02079460100");
    assert_eq!(house.call(ringing).allowed.join, Err(WhyNot::NotAnswered));
    assert_eq!(house.board().conference, None);
}

#[test]
fn four_callers_and_the_operator_are_all_that_it_takes() {
    let mut house = House::ready();
    confer(&mut house, 4);
    assert_eq!(heard(&mut house), [3, 3, 3, 3]);
    assert_eq!(house.open_microphones(), 4);
    let (fifth, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.call(fifth).allowed.join, Err(WhyNot::ConferenceFull));
    house.act(Command::AddToConference(fifth));
    assert_eq!(why_not(&house), Some(Notice::NotPossible(WhyNot::ConferenceFull)));
    assert_eq!(house.status(fifth), CallStatus::Talking);
}

#[test]
fn while_the_operator_talks_to_somebody_else_the_others_go_on() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    let (new, _) = house.talk_in("Jan", "02079460999");
    assert_eq!((present(&house), house.open_microphones()), (Some(false), 1));
    assert_eq!(house.status(new), CallStatus::Talking);
    for (id, far) in &calls {
        assert_eq!(house.status(*id), CallStatus::InConference);
        assert_eq!(direction(&house.pbx.call(far).sdp), "sendrecv");
    }
    assert_eq!(heard(&mut house), [2, 2, 2, 0]);

    house.act(Command::ReturnToConference);
    assert_eq!((present(&house), house.open_microphones()), (Some(true), 3));
    assert_eq!(house.status(new), CallStatus::OnHold, "the call in between is held first");
    house.act(Command::AddToConference(new));
    assert_eq!(heard(&mut house), [3, 3, 3, 3]);
}

#[test]
fn whoever_was_dialled_meanwhile_comes_in_with_the_operator() {
    let mut house = House::ready();
    confer(&mut house, 2);
    let (new, _) = house.talk_out("204");
    assert_eq!(present(&house), Some(false));
    house.act(Command::AddToConference(new));
    assert_eq!(present(&house), Some(true));
    assert_eq!(heard(&mut house), [2, 2, 2]);
    assert_eq!(house.open_microphones(), 3);
}

#[test]
fn the_operator_leaves_and_comes_back() {
    let mut house = House::ready();
    confer(&mut house, 3);
    house.act(Command::LeaveConference);
    assert_eq!((present(&house), house.open_microphones()), (Some(false), 0));
    assert!(house.page().legs.values().all(|media| !media.speaker));
    assert_eq!(heard(&mut house), [2, 2, 2]);
    house.act(Command::LeaveConference);
    assert_eq!(why_not(&house), Some(Notice::NotPossible(WhyNot::NoConference)));
    house.act(Command::NextCall);
    assert_eq!((present(&house), house.open_microphones()), (Some(true), 3));
    house.act(Command::NextCall);
    assert_eq!(present(&house), Some(false), "with nobody else to answer or resume, the key leaves it");
}

#[test]
fn one_party_is_taken_out_on_hold_and_the_others_go_on() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    // Whoever it is: also the one by whom the operator came in.
    for (id, far) in &calls {
        house.act(Command::Hold(*id));
        assert_eq!(house.status(*id), CallStatus::OnHold);
        assert_eq!(direction(&house.pbx.call(far).sdp), "sendonly");
        assert_eq!((present(&house), house.open_microphones()), (Some(true), 2));
        assert_eq!(heard(&mut house).iter().sum::<usize>(), 2);
        house.act(Command::AddToConference(*id));
        assert_eq!(heard(&mut house), [2, 2, 2]);
    }
}

#[test]
fn of_two_the_one_that_is_left_is_a_call_like_any_other() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    house.far(|pbx| pbx.bye(&calls[0].1));
    assert_eq!(heard(&mut house), [1, 1]);
    house.far(|pbx| pbx.bye(&calls[2].1));
    assert_eq!(house.status(calls[1].0), CallStatus::Talking);
    assert_eq!((heard(&mut house), house.open_microphones()), (vec![0], 1));
    assert_eq!(house.board().conference, None);
}

#[test]
fn of_two_the_one_that_is_left_while_the_operator_is_away_waits_on_hold() {
    let mut house = House::ready();
    let calls = confer(&mut house, 2);
    house.act(Command::LeaveConference);
    house.far(|pbx| pbx.bye(&calls[0].1));
    assert_eq!(house.status(calls[1].0), CallStatus::OnHold);
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn a_party_that_is_handed_on_leaves() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    let to = TransferTarget::Number("205".into());
    house.act(Command::TransferBlind { call: calls[1].0, to });
    assert!(matches!(house.status(calls[1].0), CallStatus::Transferring { .. }));
    assert_eq!((present(&house), house.open_microphones()), (Some(true), 2));
}

#[test]
fn everybody_is_hung_up_on_at_once() {
    let mut house = House::ready();
    let calls = confer(&mut house, 4);
    house.act(Command::HangUpActive);
    assert!(house.board().calls.is_empty());
    assert!(calls.iter().all(|(_, far)| house.pbx.call(far).left));
    assert!(house.page().legs.is_empty());
    house.act(Command::EndConference);
    assert_eq!(why_not(&house), Some(Notice::NotPossible(WhyNot::NoConference)));
}

#[test]
fn a_muted_party_is_heard_by_nobody_and_hears_all() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    house.act(Command::MuteParty { call: calls[1].0, muted: true });
    assert!(house.call(calls[1].0).silenced);
    assert_eq!(heard(&mut house), [1, 2, 1]);
    let speakers: Vec<_> = house.page().legs.values().map(|media| media.speaker).collect();
    assert_eq!(speakers, [true, false, true], "the operator does not hear them either");
    assert_eq!(house.open_microphones(), 3);
    // On hold and back in: what was about the conference is over.
    house.act(Command::Hold(calls[1].0));
    house.act(Command::AddToConference(calls[1].0));
    assert_eq!(heard(&mut house), [2, 2, 2]);
    let (other, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.call(other).allowed.mute_party, Err(WhyNot::NotInConference));
}

#[test]
fn the_operators_mute_is_for_the_whole_conference() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    let (second, far) = house.talk_in("Helena", "205");
    house.act(Command::SetMuted { call: second, muted: true });
    house.act(Command::AddToConference(first));
    assert!(house.call(first).muted && house.call(second).muted, "muted before, muted after");
    assert_eq!(house.open_microphones(), 0);
    house.act(Command::SetMuted { call: first, muted: false });
    assert_eq!(house.open_microphones(), 2);
    house.act(Command::SetMuted { call: first, muted: true });
    house.far(|pbx| pbx.bye(&far));
    assert!(house.call(first).muted, "whoever is left hears nothing that they did not hear before");
    assert_eq!(house.open_microphones(), 0);
}

#[test]
fn a_resume_that_is_refused_keeps_the_caller_out() {
    let mut house = House::ready();
    let calls = confer(&mut house, 2);
    let (third, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::ReturnToConference);
    house.pbx.on_change = OnChange::Refuse(488);
    house.act(Command::AddToConference(third));
    assert_eq!(house.status(third), CallStatus::OnHold);
    assert_eq!(why_not(&house), Some(Notice::ResumeRefused { who: "Jan Meyer".into() }));
    assert_eq!(heard(&mut house), [1, 1, 0]);
    assert_eq!(house.status(calls[0].0), CallStatus::InConference);
}

#[test]
fn a_caller_on_the_way_in_is_heard_by_nobody_yet() {
    let mut house = House::ready();
    let (first, far) = house.talk_in("Jan", "02079460999");
    house.talk_in("Helena", "205");
    house.pbx.on_change = OnChange::Wait;
    house.act(Command::AddToConference(first));
    assert_eq!((heard(&mut house), house.open_microphones()), (vec![0, 0], 1));
    house.far(|pbx| pbx.agree_to_change(&far));
    assert_eq!((heard(&mut house), house.open_microphones()), (vec![1, 1], 2));
}

#[test]
fn another_page_mixes_on_when_the_first_one_closes() {
    let mut house = House::ready();
    confer(&mut house, 3);
    house.close_page(FRONT);
    house.open_page(SECOND);
    house.page_says(SECOND, PageInput::MediaReady);
    let media: Vec<_> = house.pages[&SECOND].legs.values().cloned().collect();
    assert!(media.iter().all(|media| media.hears.len() == 2 && media.microphone && media.speaker));
    assert_eq!(present(&house), Some(true));
}

#[test]
fn a_conference_outlives_the_engine() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    house.act(Command::MuteParty { call: calls[0].0, muted: true });
    house.act(Command::LeaveConference);
    house.crash(Duration::from_secs(1));
    house.open_page(FRONT);
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!((heard(&mut house), house.open_microphones()), (vec![2, 1, 1], 0));
    house.act(Command::ReturnToConference);
    assert_eq!((present(&house), house.open_microphones()), (Some(true), 3));
}

#[test]
fn a_party_whose_far_end_changes_its_media_stays_in() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    house.far(|pbx| pbx.change_to(&calls[0].1, "sendrecv"));
    house.far(|pbx| pbx.bare_reinvite(&calls[1].1));
    assert_eq!((heard(&mut house), house.open_microphones()), (vec![2, 2, 2], 3));
}

#[test]
fn pages_see_who_talks_also_those_that_come_later() {
    let mut house = House::ready();
    let calls = confer(&mut house, 2);
    let leg = *house.page().legs.keys().next().unwrap();
    let told = |house: &House, page: PageId| -> Vec<Delta> {
        let deltas = house.pages[&page].answers.iter();
        deltas.filter(|delta| matches!(delta, Delta::Talking { .. })).cloned().collect()
    };
    for talking in [true, true, false, true] {
        house.page_says(FRONT, PageInput::Talking { leg, talking });
    }
    let talks = |talking| Delta::Talking { call: calls[0].0, talking };
    assert_eq!(told(&house, FRONT), [talks(true), talks(false), talks(true)]);
    house.open_page(SECOND);
    assert_eq!(told(&house, SECOND), [talks(true)]);
}

#[test]
fn a_conference_without_a_page_cannot_be_come_back_to() {
    let mut house = House::ready();
    confer(&mut house, 2);
    house.act(Command::LeaveConference);
    house.close_page(FRONT);
    house.open_page(SECOND);
    assert_eq!(house.board().conference.map(|c| c.comeback), Some(Err(WhyNot::NoAudio)));
    house.page_says(SECOND, PageInput::MicrophoneLost(MicrophoneLoss::Denied));
    let held: Vec<CallView> = house.board().calls.clone();
    assert!(held.iter().all(|call| call.allowed.hold == Err(WhyNot::NoAudio)));
}

#[test]
fn a_party_whose_media_cannot_be_made_is_said_and_the_others_go_on() {
    let mut house = House::ready();
    let calls = confer(&mut house, 3);
    house.page().on_ask = OnAsk::Fail("no".into());
    house.far(|pbx| pbx.bare_reinvite(&calls[0].1));
    assert!(matches!(why_not(&house), Some(Notice::NoSound { .. })));
    assert_eq!(heard(&mut house), [2, 2, 2]);
}
