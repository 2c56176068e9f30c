//! Every call that is over is in the log, with how it ended; the log outlives the engine.

use std::time::Duration;

use cordboard_desk::{
    CallEnd, CallFailure, CallWay, Command, Delta, Input, LogEntry, LogLook, LogView, StoreWrite, Stored,
    TransferTarget,
};

use super::house::{FRONT, House};

/// What the front page sees of the log now.
fn log(house: &mut House) -> LogView {
    seen(house, LogLook { count: 100, ..LogLook::default() })
}

fn seen(house: &mut House, look: LogLook) -> LogView {
    house.act(Command::LookAtLog(look));
    told(house)
}

/// What the front page was last told of the log.
fn told(house: &mut House) -> LogView {
    let told = house.page().answers.iter().rev().find_map(|delta| match delta {
        Delta::Log(view) => Some((**view).clone()),
        _ => None,
    });
    told.expect("the log was told")
}

fn ends(view: &LogView) -> Vec<(CallWay, &str, CallEnd)> {
    view.entries.iter().map(|entry| (entry.way, entry.name.as_str(), entry.end.clone())).collect()
}

#[test]
fn every_way_to_end_is_told_apart_newest_first() {
    let mut house = House::ready();
    let (_, far) = house.ring_in("Jan", "02079460999", "02079460100");
    house.far(|pbx| pbx.cancel(&far, None));
    let (declined, _) = house.ring_in("", "02079461111", "02079460200");
    house.act(Command::Decline(declined));
    let (talked, _) = house.talk_in("Helena", "205");
    house.act(Command::HangUp(talked));
    let (held, far) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(held));
    house.far(|pbx| pbx.bye(&far));
    let (given_up, _) = house.dial("204");
    house.act(Command::HangUp(given_up));
    let (_, far) = house.dial("205");
    house.far(|pbx| pbx.refuse(&far, 486));
    let (sent_on, _) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::TransferBlind { call: sent_on, to: TransferTarget::Number("204".into()) });
    let (boxed, _) = house.ring_in("Jan", "02079460999", "02079460100");
    house.act(Command::ToVoicemail(boxed));
    house.act(Command::SetDoNotDisturb(true));
    house.far(|pbx| pbx.invite("Jan", "02079460999", "02079460100", true));

    let view = log(&mut house);
    let (incoming, outgoing) = (CallWay::Incoming, CallWay::Outgoing);
    assert_eq!(
        ends(&view),
        [
            (incoming, "Jan Meyer", CallEnd::TurnedAway),
            (incoming, "Jan Meyer", CallEnd::ToVoicemail { of: "Alice".into() }),
            (incoming, "Jan Meyer", CallEnd::Transferred { target: "204".into() }),
            (outgoing, "Helena Brandt", CallEnd::Failed(CallFailure::Busy)),
            (outgoing, "Grace Okafor", CallEnd::GivenUp),
            (incoming, "Jan Meyer", CallEnd::LeftOnHold),
            (incoming, "Helena Brandt", CallEnd::Answered),
            (incoming, "", CallEnd::Declined),
            (incoming, "Jan Meyer", CallEnd::Missed),
        ]
    );
    assert_eq!(view.entries[7].line.as_ref().unwrap().name, "Halden Freight");
}

#[test]
fn how_long_it_was_answered_and_on_hold_is_kept() {
    let mut house = House::ready();
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.wait(Duration::from_secs(10));
    house.act(Command::Hold(id));
    house.wait(Duration::from_secs(30));
    house.act(Command::Resume(id));
    house.wait(Duration::from_secs(5));
    house.act(Command::HangUp(id));
    let view = log(&mut house);
    let times: Vec<_> = view.entries.iter().map(|entry| (entry.answered_for, entry.held_for)).collect();
    assert_eq!(times, [(Some(Duration::from_secs(45)), Duration::from_secs(30))]);
}

#[test]
fn a_page_that_looks_is_told_of_new_calls_and_of_what_it_searches() {
    let mut house = House::ready();
    assert_eq!(log(&mut house).total, 0);
    let (id, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::HangUp(id));
    assert_eq!(told(&mut house).total, 1, "without asking again");
    let (_, far) = house.ring_in("Helena", "205", "02079460100");
    house.far(|pbx| pbx.cancel(&far, None));
    let names = |view: LogView| view.entries.into_iter().map(|entry| entry.name).collect::<Vec<_>>();
    let query = LogLook { query: "meyer".into(), count: 100, ..LogLook::default() };
    assert_eq!(names(seen(&mut house, query)), ["Jan Meyer"]);
    assert_eq!(
        names(seen(&mut house, LogLook { missed_only: true, count: 100, ..LogLook::default() })),
        ["Helena Brandt"]
    );
}

#[test]
fn the_log_outlives_the_engine_and_is_forgotten_when_it_is_cleared() {
    let mut house = House::ready();
    let (id, _) = house.talk_out("204");
    house.act(Command::HangUp(id));
    assert_eq!(house.board().redial[0].number, "204");
    let kept: Vec<LogEntry> = house
        .stored
        .iter()
        .filter_map(|write| match write {
            StoreWrite::PutLogged(entry) => Some((**entry).clone()),
            _ => None,
        })
        .collect();
    let mut next = House::ready();
    next.tell(Input::Restored(Stored { log: kept, ..Stored::default() }));
    assert_eq!(log(&mut next).entries, log(&mut house).entries);
    assert_eq!(next.board().redial[0].name, "Grace Okafor");

    next.act(Command::ClearLog);
    assert_eq!((told(&mut next).total, next.board().redial.len()), (0, 0));
    assert_eq!(next.stored.last(), Some(&StoreWrite::ClearLog));
    assert!(next.pages.contains_key(&FRONT));
}
