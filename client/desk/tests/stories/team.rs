//! The team's board: what others are told, what they tell, and a call taken over, whichever way that goes.

use std::time::Duration;

use cordboard_desk::{
    CallEnd, CallFailure, CallStatus, CallWay, Command, Contact, Delta, Input, LogLook, NotTaken, Notice,
    SocketLoss, TeamCallId, TeamCallView, TeamView, WhyNot,
};
use cordboard_wire::{Operator, TeamCall, TeamCallState, TeamDialog, TeamMember, TeamTold, TeamWayIn};

use super::house::{FRONT, House, provision};

const SECOND: Duration = Duration::from_secs(1);
const ROBIN: u32 = 11;
const SAM: u32 = 12;

/// A shift in a team, and nobody else of it is there yet.
fn alone() -> House {
    let mut house = House::ready_with(in_team());
    house.tell(Input::TeamTold(Box::new(TeamTold::Here(Vec::new()))));
    house
}

fn in_team() -> cordboard_wire::Provision {
    cordboard_wire::Provision { team: "Reception".into(), ..provision() }
}

/// A shift in a team with Robin, who has these calls.
fn with_robin(calls: Vec<TeamCall>) -> House {
    let mut house = alone();
    says(&mut house, ROBIN, "Robin", calls);
    house
}

fn says(house: &mut House, seat: u32, name: &str, calls: Vec<TeamCall>) {
    let operator = Operator { user: name.to_lowercase(), name: name.into(), desk: "Desk 2".into() };
    let member = TeamMember { seat, operator, age_ms: 0, calls };
    house.tell(Input::TeamTold(Box::new(TeamTold::Member(member))));
}

/// A call as another console says it: Jan Meyer, who has been there for a minute.
fn call(id: u32, state: TeamCallState) -> TeamCall {
    TeamCall {
        id,
        state,
        lasts_ms: 20_000,
        waits_ms: Some(60_000),
        name: "J. Meyer".into(),
        number: "02079460999".into(),
        line: "02079460200".into(),
        way_in: Some(TeamWayIn { target: "sip:02079460999@pbx.test".into(), dialog: dialog(id) }),
        ..TeamCall::default()
    }
}

fn dialog(id: u32) -> TeamDialog {
    TeamDialog {
        call_id: format!("robins-{id}"),
        owner_tag: format!("owner-{id}"),
        caller_tag: format!("caller-{id}"),
    }
}

fn of_robin(call: u32) -> TeamCallId {
    TeamCallId { seat: ROBIN, call }
}

fn team(house: &House) -> &TeamView {
    house.board().team.as_ref().expect("there is a team")
}

fn theirs(house: &House, id: TeamCallId) -> &TeamCallView {
    let calls = team(house).members.iter().flat_map(|member| &member.calls);
    calls.into_iter().find(|call| call.id == id).expect("it is on the board")
}

/// Takes a call over; gives the far end of the INVITE that is sent for it.
fn take(house: &mut House, id: TeamCallId) -> Option<String> {
    let before: Vec<_> = house.pbx.calls.keys().cloned().collect();
    house.act(Command::TakeOver(id));
    house.pbx.calls.keys().find(|call| !before.contains(call)).cloned()
}

/// What the others were told last.
fn heard(house: &mut House) -> Vec<TeamCall> {
    house.wait(SECOND);
    house.team_heard.last().map(|said| said.calls.clone()).unwrap_or_default()
}

/// How Robin would take a call of ours over.
fn way_in(house: &mut House) -> TeamWayIn {
    heard(house).first().and_then(|call| call.way_in.clone()).expect("a way in")
}

#[test]
fn without_a_team_there_is_no_board_and_nobody_is_told_anything() {
    let mut house = House::ready();
    house.talk_in("Helena", "205");
    house.wait(SECOND);
    assert_eq!(house.board().team, None);
    assert!(!house.team_wanted);
    assert!(house.team_heard.is_empty());
}

#[test]
fn the_team_is_told_of_every_call_with_how_long_it_lasts_and_whom_it_waits_for() {
    let mut house = alone();
    let (id, far) = house.ring_in("Helena", "205", "02079460100");
    house.wait(SECOND);
    let said = house.team_heard.last().expect("something").calls.clone();
    let [ringing] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((ringing.id, ringing.state), (id.0, TeamCallState::Ringing));
    assert_eq!((ringing.name.as_str(), ringing.number.as_str()), ("Helena Brandt", "205"));
    assert_eq!(ringing.line, "02079460100");
    let way = ringing.way_in.clone().expect("a way in");
    assert_eq!(way.target, "sip:205@pbx.test");
    assert_eq!((way.dialog.call_id.as_str(), way.dialog.caller_tag.as_str()), (far.as_str(), "far1"));
    house.wait(9 * SECOND);
    house.act(Command::Answer(id));
    let talking = heard(&mut house).remove(0);
    assert_eq!((talking.state, talking.way_in.clone()), (TeamCallState::Talking, None));
    house.act(Command::Hold(id));
    // The last change before the message goes is the one that is told.
    let held = heard(&mut house).remove(0);
    assert_eq!((held.state, held.waits_ms.is_some_and(|ms| ms >= 11_000)), (TeamCallState::Held, true));
    assert_eq!(held.way_in.map(|way| way.dialog), Some(way.dialog), "the same dialog");
    house.far(|pbx| pbx.bye(&far));
    assert_eq!(heard(&mut house), []);
}

#[test]
fn a_burst_of_changes_is_told_at_most_a_few_times_a_second_and_the_last_one_always() {
    let mut house = alone();
    let (id, _) = house.talk_in("Helena", "205");
    house.wait(SECOND);
    house.team_heard.clear();
    for _ in 0..20 {
        house.act(Command::Hold(id));
        house.wait(SECOND / 20);
        house.act(Command::Resume(id));
        house.wait(SECOND / 20);
    }
    house.act(Command::Hold(id));
    house.wait(SECOND);
    assert!(house.team_heard.len() <= 11, "{}", house.team_heard.len());
    assert_eq!(house.team_heard.last().unwrap().calls[0].state, TeamCallState::Held);
}

#[test]
fn what_others_say_is_painted_on_our_own_clock_with_our_own_names() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    let board = team(&house);
    assert_eq!((board.name.as_str(), board.unknown_since), ("Reception", None));
    assert_eq!((board.members[0].name.as_str(), board.members[0].desk.as_str()), ("Robin", "Desk 2"));
    let view = theirs(&house, of_robin(1)).clone();
    assert_eq!(view.who.name, "Jan Meyer", "as our directory has him");
    assert_eq!(view.line.map(|line| line.name).as_deref(), Some("Halden Freight"));
    assert_eq!(house.now.since(view.since), 20 * SECOND);
    assert_eq!(view.first_rang.map(|at| house.now.since(at)), Some(60 * SECOND));
    assert_eq!(view.take_over, Ok(()));
    // Somebody who comes later is told how old that is.
    let operator = Operator { user: "sam".into(), name: "Sam".into(), desk: String::new() };
    let calls = vec![call(5, TeamCallState::Ringing)];
    let member = TeamMember { seat: SAM, operator, age_ms: 5000, calls };
    house.tell(Input::TeamTold(Box::new(TeamTold::Here(vec![member]))));
    let view = theirs(&house, TeamCallId { seat: SAM, call: 5 });
    assert_eq!(house.now.since(view.since), 25 * SECOND);
    assert_eq!(team(&house).members.len(), 1, "Robin is not there any more");
    house.tell(Input::TeamTold(Box::new(TeamTold::Gone { seat: SAM })));
    assert!(team(&house).members.is_empty());
}

#[test]
fn a_caller_who_is_put_into_a_directory_is_named_on_the_board_at_once() {
    let stranger = TeamCall { number: "02079460777".into(), ..call(1, TeamCallState::Held) };
    let mut house = with_robin(vec![stranger]);
    assert_eq!(theirs(&house, of_robin(1)).who.name, "J. Meyer", "as Robin has them");
    let personal = house.board().directories.iter().find(|directory| !directory.read_only).expect("one").id;
    let contact = Contact { last_name: "Meyer".into(), phone: "02079460777".into(), ..Contact::default() };
    house.act(Command::AddContact { directory: personal, contact: Box::new(contact) });
    assert_eq!(theirs(&house, of_robin(1)).who.name, "Meyer");
}

#[test]
fn an_operator_with_two_browsers_is_one_of_the_team() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    says(&mut house, 13, "Robin", vec![call(2, TeamCallState::Ringing)]);
    let [robin] = team(&house).members.as_slice() else { panic!("{:?}", team(&house)) };
    assert_eq!(robin.calls.len(), 2);
}

#[test]
fn a_colleague_who_leaves_is_gone_with_their_calls() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    says(&mut house, SAM, "Sam", vec![call(2, TeamCallState::Held)]);
    house.tell(Input::TeamTold(Box::new(TeamTold::Gone { seat: ROBIN })));
    let there: Vec<_> = team(&house).members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(there, ["Sam"]);
    assert_eq!(take(&mut house, of_robin(1)), None, "there is nothing to take over any more");
}

#[test]
fn a_held_caller_is_taken_over_and_stays_who_they_are() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    let (other, _) = house.talk_in("Helena", "205");
    let far = take(&mut house, of_robin(1)).expect("an INVITE");
    let (to, replaces) = house.pbx.invited(&far);
    assert_eq!(to, "02079460999");
    assert_eq!(replaces.as_deref(), Some("robins-1;to-tag=caller-1;from-tag=owner-1"));
    let taking = house.at(CallWay::Incoming, 1).clone();
    assert_eq!(taking.status, CallStatus::Answering);
    let said = heard(&mut house);
    let claim = said.iter().find(|call| call.takes.is_some()).expect("the others are told");
    assert_eq!((claim.state, claim.takes.clone()), (TeamCallState::Taking, Some(dialog(1))));
    house.far(|pbx| pbx.answer(&far));
    let taken = house.call(taking.id).clone();
    assert_eq!((taken.status, taken.who.name.as_str()), (CallStatus::Talking, "Jan Meyer"));
    assert_eq!(taken.line.map(|line| line.name).as_deref(), Some("Halden Freight"));
    assert_eq!(house.status(other), CallStatus::OnHold, "the active call waits");
    let mine = heard(&mut house).into_iter().find(|call| call.takes.is_some()).expect("the call");
    assert_eq!(mine.state, TeamCallState::Talking);
    assert!(mine.waits_ms.is_some_and(|ms| ms >= 60_000), "the time that they have waited is kept: {mine:?}");
    assert!(house.notices().is_empty(), "{:?}", house.notices());
}

#[test]
fn a_ringing_caller_is_taken_over_only_while_it_rings() {
    let mut house = with_robin(vec![call(1, TeamCallState::Ringing)]);
    let far = take(&mut house, of_robin(1)).expect("an INVITE");
    let (_, replaces) = house.pbx.invited(&far);
    assert_eq!(replaces.as_deref(), Some("robins-1;to-tag=caller-1;from-tag=owner-1;early-only"));
    // Robin was faster.
    house.far(|pbx| pbx.refuse(&far, 486));
    let why = NotTaken::Answered;
    let told = Notice::NotTakenOver { who: "Jan Meyer".into(), from: "Robin".into(), why };
    assert_eq!(house.notices(), [told]);
    house.wait(10 * SECOND);
    assert!(house.board().calls.is_empty());
    let log = log(&mut house);
    assert!(log.is_empty(), "nothing happened to anybody: {log:?}");
}

#[test]
fn every_refusal_says_why_and_leaves_the_call_where_it_was() {
    for (status, why) in [
        (481, NotTaken::Gone),
        (404, NotTaken::Gone),
        (603, NotTaken::Refused(CallFailure::Rejected)),
        (486, NotTaken::Refused(CallFailure::Busy)),
        (420, NotTaken::Refused(CallFailure::Other { status: 420, reason: String::new() })),
    ] {
        let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
        let far = take(&mut house, of_robin(1)).expect("an INVITE");
        house.far(|pbx| pbx.refuse(&far, status));
        let notices = house.notices();
        let [Notice::NotTakenOver { why: told, .. }] = notices.as_slice() else { panic!("{notices:?}") };
        match (told, &why) {
            (
                NotTaken::Refused(CallFailure::Other { status: told, .. }),
                NotTaken::Refused(CallFailure::Other { status, .. }),
            ) => assert_eq!(told, status),
            (told, why) => assert_eq!(told, why),
        }
        assert_eq!(theirs(&house, of_robin(1)).take_over, Ok(()), "{status}: it can be tried again");
    }
}

#[test]
fn nothing_is_offered_that_cannot_be_done() {
    let without_way = TeamCall { way_in: None, ..call(4, TeamCallState::Held) };
    let claim = TeamCall { takes: Some(dialog(5)), way_in: None, ..call(6, TeamCallState::Taking) };
    let mut house = with_robin(vec![
        call(1, TeamCallState::Ringing),
        call(2, TeamCallState::Queued),
        call(3, TeamCallState::Talking),
        without_way,
        call(5, TeamCallState::Held),
    ]);
    says(&mut house, SAM, "Sam", vec![claim]);
    let told = |house: &House, call| theirs(house, of_robin(call)).take_over;
    assert_eq!(told(&house, 1), Ok(()));
    assert_eq!(told(&house, 2), Ok(()));
    assert_eq!(told(&house, 3), Err(WhyNot::AlreadyAnswered));
    assert_eq!(told(&house, 4), Err(WhyNot::NoPickUp));
    assert_eq!(told(&house, 5), Err(WhyNot::BeingTaken), "Sam is about to");
    assert_eq!(theirs(&house, TeamCallId { seat: SAM, call: 6 }).take_over, Err(WhyNot::BeingTaken));
    assert_eq!(take(&mut house, of_robin(3)), None);
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::AlreadyAnswered)));
    assert_eq!(take(&mut house, of_robin(9)), None);
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::CallOver)));
    // One click and another one are one take-over.
    take(&mut house, of_robin(1)).expect("an INVITE");
    assert_eq!(told(&house, 1), Err(WhyNot::BeingTaken));
    assert_eq!(take(&mut house, of_robin(1)), None);
}

#[test]
fn no_slot_no_microphone_no_registration_no_take_over() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    for number in 0..8 {
        house.ring_in("", &format!("0207946020{number}"), "02079460100");
    }
    assert_eq!(theirs(&house, of_robin(1)).take_over, Err(WhyNot::NoFreeSlot));
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    house.close_page(FRONT);
    house.open_page(FRONT);
    assert_eq!(theirs(&house, of_robin(1)).take_over, Err(WhyNot::NoAudio));
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    house.cut_network(SocketLoss::PbxUnreachable);
    assert_eq!(theirs(&house, of_robin(1)).take_over, Err(WhyNot::NotRegistered));
}

#[test]
fn a_caller_who_rings_here_too_is_simply_answered() {
    let mut house = alone();
    let (own, far) = house.ring_in("", "02079460999", "02079460200");
    says(&mut house, ROBIN, "Robin", vec![call(1, TeamCallState::Ringing)]);
    assert_eq!(take(&mut house, of_robin(1)), None, "no second call");
    assert_eq!(house.status(own), CallStatus::Talking);
    assert!(house.pbx.call(&far).established);
}

#[test]
fn when_the_channel_is_lost_the_board_says_since_when_and_offers_nothing() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    let then = house.now;
    house.network = false;
    house.tell(Input::TeamDisconnected { why: SocketLoss::RelayUnreachable });
    assert_eq!(team(&house).unknown_since, Some(then));
    assert_eq!(theirs(&house, of_robin(1)).take_over, Err(WhyNot::TeamUnknown));
    assert!(!theirs(&house, of_robin(1)).longest);
    assert_eq!(take(&mut house, of_robin(1)), None);
    house.wait(20 * SECOND);
    assert_eq!(team(&house).unknown_since, Some(then), "the first loss counts");
    house.mend_network();
    house.wait(40 * SECOND);
    house.tell(Input::TeamTold(Box::new(TeamTold::Here(Vec::new()))));
    assert_eq!(team(&house).unknown_since, None);
    assert!(team(&house).members.is_empty(), "whoever is not there any more is not shown");
}

#[test]
fn a_new_channel_is_told_everything_again() {
    let mut house = alone();
    house.ring_in("Helena", "205", "02079460100");
    house.wait(SECOND);
    house.team_heard.clear();
    house.tell(Input::TeamDisconnected { why: SocketLoss::RelayUnreachable });
    house.wait(5 * SECOND);
    assert!(house.team_heard.is_empty(), "nobody listens until the relay has said who is there");
    house.tell(Input::TeamTold(Box::new(TeamTold::Here(Vec::new()))));
    house.wait(SECOND);
    assert_eq!(house.team_heard.len(), 1);
    assert_eq!(house.team_heard[0].calls.len(), 1);
}

#[test]
fn signing_out_leaves_the_team() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    assert!(house.team_wanted);
    house.tell(Input::SignedOut);
    assert!(!house.team_wanted);
    assert_eq!(house.board().team, None);
}

#[test]
fn whoever_is_put_into_another_team_sees_that_one() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    house.tell(Input::Provisioned(Box::new(in_team())));
    assert_eq!(team(&house).members.len(), 1, "nothing has changed");
    let moved = cordboard_wire::Provision { team: "Service".into(), ..provision() };
    house.tell(Input::Provisioned(Box::new(moved)));
    assert!(house.team_wanted);
    assert_eq!((team(&house).name.as_str(), team(&house).members.len()), ("Service", 0));
    house.tell(Input::Provisioned(Box::new(provision())));
    assert!(!house.team_wanted);
    assert_eq!(house.board().team, None);
}

/// Sam is about to take our call over, or has it.
fn sam_has(house: &mut House, way: &TeamWayIn, state: TeamCallState) {
    let taken = TeamCall { way_in: None, takes: Some(way.dialog.clone()), ..call(1, state) };
    says(house, SAM, "Sam", vec![taken]);
}

#[test]
fn a_held_call_that_a_colleague_takes_over_goes_with_their_name() {
    let mut house = alone();
    let (id, far) = house.talk_in("Helena", "205");
    house.act(Command::Hold(id));
    let way = way_in(&mut house);
    sam_has(&mut house, &way, TeamCallState::Taking);
    house.far(|pbx| pbx.bye(&far));
    assert!(!house.has(id));
    let told = Notice::TakenOver { who: "Helena Brandt".into(), by: "Sam".into() };
    assert_eq!(house.notices(), std::slice::from_ref(&told));
    sam_has(&mut house, &way, TeamCallState::Talking);
    assert_eq!(house.notices(), [told], "once");
    assert_eq!(log(&mut house), [CallEnd::TakenElsewhere]);
}

#[test]
fn a_ringing_call_that_a_colleague_takes_over_is_not_missed() {
    let mut house = alone();
    let (id, far) = house.ring_in("Helena", "205", "02079460100");
    let way = way_in(&mut house);
    sam_has(&mut house, &way, TeamCallState::Taking);
    house.far(|pbx| pbx.cancel(&far, None));
    assert!(!house.has(id));
    sam_has(&mut house, &way, TeamCallState::Talking);
    says(&mut house, SAM, "Sam", Vec::new());
    let told = Notice::TakenOver { who: "Helena Brandt".into(), by: "Sam".into() };
    assert_eq!((house.notices(), house.board().missed), (vec![told], 0));
}

#[test]
fn a_caller_who_hangs_up_while_they_are_taken_over_is_missed_after_all() {
    let mut house = alone();
    let (_, far) = house.ring_in("Helena", "205", "02079460100");
    let way = way_in(&mut house);
    sam_has(&mut house, &way, TeamCallState::Taking);
    house.far(|pbx| pbx.cancel(&far, None));
    assert_eq!(house.board().missed, 0);
    // Sam has nobody.
    says(&mut house, SAM, "Sam", Vec::new());
    assert_eq!(house.board().missed, 1);
    assert_eq!(house.notices().last(), Some(&Notice::Missed { who: "Helena Brandt".into() }));
}

#[test]
fn a_call_that_ends_while_nobody_takes_it_ends_as_ever() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    let (_, far) = house.ring_in("Helena", "205", "02079460100");
    way_in(&mut house);
    house.far(|pbx| pbx.cancel(&far, None));
    assert_eq!(house.notices(), [Notice::Missed { who: "Helena Brandt".into() }]);
}

#[test]
fn the_operator_can_talk_to_a_caller_whom_a_colleague_is_about_to_take() {
    let mut house = alone();
    let (id, far) = house.talk_in("Helena", "205");
    house.act(Command::Hold(id));
    let way = way_in(&mut house);
    sam_has(&mut house, &way, TeamCallState::Taking);
    house.act(Command::Resume(id));
    assert_eq!(house.status(id), CallStatus::Talking);
    // The telephone system decides, and whoever loses is told.
    house.far(|pbx| pbx.bye(&far));
    assert_eq!(house.notices(), [Notice::TakenOver { who: "Helena Brandt".into(), by: "Sam".into() }]);
}

#[test]
fn a_taken_call_can_be_given_up_before_it_is_there() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    let far = take(&mut house, of_robin(1)).expect("an INVITE");
    let id = house.at(CallWay::Incoming, 0).id;
    house.act(Command::HangUp(id));
    assert!(house.pbx.call(&far).left);
    assert!(!house.has(id));
    assert!(house.notices().is_empty());
}

#[test]
fn whoever_has_waited_longest_of_the_whole_team_is_marked() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held), call(2, TeamCallState::Talking)]);
    let (own, far) = house.ring_in("Helena", "205", "02079460100");
    assert!(theirs(&house, of_robin(1)).longest);
    assert!(!theirs(&house, of_robin(2)).longest, "whoever talks does not wait");
    assert_eq!(team(&house).longest, []);
    says(&mut house, ROBIN, "Robin", vec![TeamCall { waits_ms: None, ..call(1, TeamCallState::Held) }]);
    assert_eq!(team(&house).longest, [own], "whoever was called is no caller");
    house.act(Command::Answer(own));
    assert_eq!(team(&house).longest, []);
    house.act(Command::Hold(own));
    assert_eq!(team(&house).longest, [own]);
    house.far(|pbx| pbx.bye(&far));
    assert_eq!(team(&house).longest, []);
}

#[test]
fn a_caller_who_rings_at_two_consoles_is_marked_at_both() {
    let mut house = alone();
    let (own, _) = house.ring_in("", "+442079460999", "02079460200");
    house.wait(SECOND);
    says(&mut house, ROBIN, "Robin", vec![call(1, TeamCallState::Ringing)]);
    assert_eq!(team(&house).longest, [own]);
    assert!(theirs(&house, of_robin(1)).longest);
}

#[test]
fn an_engine_that_begins_again_still_knows_what_it_has_taken_over() {
    let mut house = with_robin(vec![call(1, TeamCallState::Held)]);
    let far = take(&mut house, of_robin(1)).expect("an INVITE");
    house.far(|pbx| pbx.answer(&far));
    house.crash(SECOND);
    house.open_page(FRONT);
    house.tell(Input::TeamTold(Box::new(TeamTold::Here(Vec::new()))));
    let mine = heard(&mut house);
    assert_eq!(mine[0].takes, Some(dialog(1)));
    assert!(mine[0].waits_ms.is_some_and(|ms| ms >= 61_000));
}

#[test]
fn texts_that_nobody_could_read_are_cut_rather_than_refused() {
    let mut house = alone();
    house.ring_in(&"é".repeat(2000), "205000", "02079460100");
    let said = heard(&mut house);
    assert!(cordboard_wire::TeamSaid { calls: said.clone() }.is_modest(), "{}", said[0].name.len());
}

/// How calls ended, as the log has it.
fn log(house: &mut House) -> Vec<CallEnd> {
    let look = LogLook { count: 10, ..LogLook::default() };
    house.act(Command::LookAtLog(look));
    let log = house.page().answers.iter().rev().find_map(|delta| match delta {
        Delta::Log(log) => Some(log.clone()),
        _ => None,
    });
    let log = log.expect("the log");
    log.entries.iter().map(|entry| entry.end.clone()).collect()
}
