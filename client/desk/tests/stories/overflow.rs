//! Overflow: calls that the operator does not take go where the rules say, in the order that the dry run shows.

use std::time::Duration;

use cordboard_desk::{
    Addressee, CallStatus, CallWay, Command, Delta, Input, Instead, Notice, Occasion, Outcome, Overflow,
    PageInput, SocketLoss, StoreWrite, Stored, WhyNot,
};

use super::house::{FRONT, House, OnAsk};
use super::pbx::direction;

fn house_with(overflow: Overflow) -> House {
    let mut house = House::ready();
    house.act(Command::SetOverflow(Box::new(overflow)));
    house
}

fn to(number: &str) -> Instead {
    Instead::SendTo(number.into())
}

/// Somebody calls: what the far end was answered at once.
fn answer_to(house: &mut House, number: &str) -> (String, Option<u16>) {
    let far = house.far(|pbx| pbx.invite("", number, "02079460100", true));
    let status = house.pbx.call(&far).statuses.last().copied();
    (far, status)
}

fn tried(house: &mut House, number: &str) -> Vec<(Occasion, Outcome)> {
    house.act(Command::TryOverflow { number: number.into() });
    match house.page().answers.last() {
        Some(Delta::OverflowTried(verdicts)) => {
            verdicts.iter().map(|verdict| (verdict.occasion, verdict.outcome)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_that_nobody_answers_is_sent_on_after_the_set_time() {
    let mut house = house_with(Overflow { unanswered: to("205"), after: 20, ..Overflow::default() });
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.wait(Duration::from_secs(19));
    assert_eq!(house.status(id), CallStatus::Ringing);
    house.wait(Duration::from_secs(1));
    assert!(!house.has(id));
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&302));
    assert!(house.notices().contains(&Notice::HandedOver { who: "Jan Meyer".into(), target: "205".into() }));
}

#[test]
fn whoever_answers_in_time_keeps_the_call() {
    let mut house = house_with(Overflow { unanswered: to("205"), after: 20, ..Overflow::default() });
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.wait(Duration::from_secs(60));
    assert_eq!(house.status(id), CallStatus::Talking);
}

#[test]
fn a_call_that_nobody_answers_during_an_outage_is_sent_on_when_that_is_over() {
    for (unanswered, status) in [(to("205"), 302), (Instead::Refuse, 486)] {
        let mut house = house_with(Overflow { unanswered, after: 20, ..Overflow::default() });
        let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
        house.wait(Duration::from_secs(19));
        house.cut_network(SocketLoss::RelayUnreachable);
        house.wait(Duration::from_secs(3));
        assert_eq!(house.status(id), CallStatus::Ringing);
        house.mend_network();
        house.wait(Duration::from_secs(5));
        assert!(!house.has(id));
        assert_eq!(house.pbx.call(&far).statuses.last(), Some(&status));
    }
}

#[test]
fn a_call_that_nobody_answers_and_no_page_can_answer_is_picked_up_when_one_can() {
    let overflow = Overflow { unanswered: Instead::AnswerAndHold, after: 15, ..Overflow::default() };
    let mut house = house_with(overflow);
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.close_page(FRONT);
    house.wait(Duration::from_secs(60));
    house.open_page(FRONT);
    assert_eq!(house.status(id), CallStatus::Ringing, "it looks for its microphone");
    house.page_says(FRONT, PageInput::MediaReady);
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
}

#[test]
fn a_rule_that_is_put_right_while_it_rings_sends_the_call_on_at_once_or_in_its_time() {
    let overflow = Overflow { unanswered: to("not a number"), after: 15, ..Overflow::default() };
    let mut house = house_with(overflow.clone());
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.wait(Duration::from_secs(20));
    assert_eq!(house.status(id), CallStatus::Ringing);
    house.act(Command::SetOverflow(Box::new(Overflow { after: 30, ..overflow.clone() })));
    house.wait(Duration::from_secs(5));
    house.act(Command::SetOverflow(Box::new(Overflow {
        unanswered: to("205"),
        after: 30,
        ..overflow.clone()
    })));
    let in_its_time = house.now + Duration::from_secs(5);
    house.wait(Duration::from_secs(20));
    assert!(!house.has(id));
    assert_eq!(house.board().notices.last().map(|view| view.at), Some(in_its_time));
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&302));

    house.act(Command::SetOverflow(Box::new(overflow.clone())));
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.wait(Duration::from_secs(20));
    house.act(Command::SetOverflow(Box::new(Overflow { unanswered: to("205"), ..overflow })));
    assert!(!house.has(id));
    assert_eq!(house.pbx.call(&far).statuses.last(), Some(&302));
}

#[test]
fn a_page_that_fails_to_pick_a_call_up_is_not_asked_again_and_again() {
    let overflow = Overflow { unanswered: Instead::AnswerAndHold, after: 15, ..Overflow::default() };
    let mut house = house_with(overflow);
    let (id, _) = house.ring_in("Jan", "02079460999", "02079460100");
    house.page().on_ask = OnAsk::Fail("no codec".into());
    house.wait(Duration::from_secs(60));
    assert_eq!(house.status(id), CallStatus::Ringing);
    house.page().on_ask = OnAsk::Do;
    house.act(Command::Answer(id));
    assert_eq!(house.status(id), CallStatus::Talking);
}

#[test]
fn a_call_that_is_picked_up_by_itself_waits_on_hold_and_disturbs_nobody() {
    let overflow = Overflow { unanswered: Instead::AnswerAndHold, after: 15, ..Overflow::default() };
    let mut house = house_with(overflow);
    let (talking, _) = house.talk_in("", "204");
    let (id, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.wait(Duration::from_secs(15));
    assert_eq!(house.status(id), CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
    assert_eq!(house.status(talking), CallStatus::Talking);
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn the_hold_of_a_call_is_not_an_answer_that_nobody_gave() {
    let overflow = Overflow { anonymous: Instead::AnswerAndHold, ..Overflow::default() };
    let mut house = house_with(overflow);
    let (far, status) = answer_to(&mut house, "anonymous");
    assert_eq!(status, Some(200));
    assert_eq!(house.open_microphones(), 0);
    assert_eq!(house.at(CallWay::Incoming, 0).status, CallStatus::OnHold);
    assert_eq!(direction(&house.pbx.call(&far).sdp), "sendonly");
}

#[test]
fn strangers_and_anonymous_callers_go_where_their_rules_say_and_others_ring() {
    let overflow =
        Overflow { anonymous: Instead::Refuse, stranger: Instead::Voicemail, ..Overflow::default() };
    let mut house = house_with(overflow);
    assert_eq!(answer_to(&mut house, "anonymous").1, Some(486));
    assert_eq!(answer_to(&mut house, "02079465555").1, Some(302));
    let (who, target) = ("02079465555".into(), Addressee::voicemail("Alice".into()));
    assert!(house.notices().contains(&Notice::HandedOver { who, target }), "{:?}", house.notices());
    assert_eq!(answer_to(&mut house, "204").1, Some(180));
}

#[test]
fn one_call_too_many_is_sent_on_and_the_ones_before_stay() {
    let mut house = house_with(Overflow { crowded: to("205"), most_calls: 2, ..Overflow::default() });
    let first = house.ring_in("", "204", "02079460100").0;
    let second = house.talk_in("Jan", "02079460999").0;
    assert_eq!(answer_to(&mut house, "02079465555").1, Some(302));
    assert!(house.has(first) && house.has(second));
}

#[test]
fn an_operator_who_is_not_to_be_disturbed_is_busy_unless_a_rule_says_better() {
    let mut house = House::ready();
    house.act(Command::SetDoNotDisturb(true));
    assert_eq!(answer_to(&mut house, "204").1, Some(486));
    let overflow = Overflow { do_not_disturb: Instead::Voicemail, ..Overflow::default() };
    house.act(Command::SetOverflow(Box::new(overflow)));
    assert_eq!(answer_to(&mut house, "204").1, Some(302));
}

#[test]
fn a_closed_desk_follows_the_local_time_and_not_that_of_greenwich() {
    // It is Tuesday, 14 November 2023, 22:13 in Greenwich: eight in the morning of the next day in Brisbane.
    let overflow = Overflow { out_of_hours: Instead::Voicemail, ..Overflow::default() };
    let mut house = house_with(overflow);
    assert_eq!(answer_to(&mut house, "204").1, Some(180), "nobody has told the time");
    house.tell(Input::LocalTime { minutes_east: 0 });
    assert_eq!(answer_to(&mut house, "204").1, Some(302));
    house.tell(Input::LocalTime { minutes_east: 10 * 60 });
    assert_eq!(answer_to(&mut house, "204").1, Some(302), "they open at nine");
    house.wait(Duration::from_secs(3600));
    assert_eq!(answer_to(&mut house, "204").1, Some(180));
}

#[test]
fn the_dry_run_says_what_every_rule_would_do_and_then_it_happens() {
    let overflow = Overflow {
        stranger: Instead::AnswerAndHold,
        crowded: to("not a number"),
        most_calls: 0,
        unanswered: to("205"),
        after: 10,
        ..Overflow::default()
    };
    let mut house = house_with(overflow);
    assert_eq!(
        tried(&mut house, "204"),
        [
            (Occasion::DoNotDisturb, Outcome::DoesNotApply),
            (Occasion::OutOfHours, Outcome::Off),
            (Occasion::Anonymous, Outcome::Off),
            (Occasion::Stranger, Outcome::DoesNotApply),
            (Occasion::Crowded, Outcome::NotPossible(WhyNot::NoSuchNumber)),
            (Occasion::Unanswered, Outcome::DecidesAfter(10)),
        ]
    );
    assert!(tried(&mut house, "02079465555").contains(&(Occasion::Stranger, Outcome::Decides)));
    assert!(house.board().calls.is_empty(), "nobody was called for it");
    let (_, status) = answer_to(&mut house, "204");
    assert_eq!(status, Some(180));
    house.wait(Duration::from_secs(10));
    assert!(house.board().calls.is_empty());
}

#[test]
fn a_rule_that_needs_a_page_is_passed_over_when_there_is_none() {
    let overflow = Overflow { anonymous: Instead::AnswerAndHold, ..Overflow::default() };
    let mut house = house_with(overflow);
    house.close_page(FRONT);
    assert_eq!(answer_to(&mut house, "anonymous").1, Some(180));
}

#[test]
fn the_rules_are_kept_beside_the_desk_and_come_back_with_it() {
    let overflow = Overflow { anonymous: Instead::Refuse, ..Overflow::default() };
    let house = house_with(overflow.clone());
    assert!(house.stored.contains(&StoreWrite::PutOverflow(Box::new(overflow.clone()))));
    let mut next = House::empty();
    next.tell(Input::Restored(Stored { overflow: Some(Box::new(overflow.clone())), ..Stored::default() }));
    next.open_page(FRONT);
    assert_eq!(next.board().overflow, overflow);
    assert_eq!(house.board().overflow, overflow);
}
