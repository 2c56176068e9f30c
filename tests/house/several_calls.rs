//! Several callers at once: one of them is talked to, the others hear nothing, and each far end knows which it is.

use cordboard_desk::{CallId, CallStatus, Command, Direction};

use super::house::House;
use super::pbx::{Caller, Far, Pbx};

/// Three callers, each answered; the last one talks.
fn three(pbx: Pbx) -> (House, Vec<(CallId, Far)>) {
    let mut house = House::at(pbx);
    let callers = [("Jan", "02079460999"), ("Ada", "02079460998"), ("Ben", "02079460997")];
    let calls = callers.map(|(name, number)| house.talk(name, number));
    (house, calls.to_vec())
}

fn only_talks_to(house: &mut House, calls: &[(CallId, Far)], talking: usize) {
    for (index, (call, far)) in calls.iter().enumerate() {
        let expected = if index == talking { CallStatus::Talking } else { CallStatus::OnHold };
        assert_eq!(house.status(*call), expected, "caller {index} while {talking} talks");
        assert_eq!(house.can_talk(*far), index == talking, "caller {index} while {talking} talks");
        let says = house.pbx.leg(*far).theirs.unwrap().direction;
        assert_eq!(says == Direction::SendOnly, index != talking, "caller {index} while {talking} talks");
    }
    assert_eq!(house.open_microphones(), 1);
}

#[test]
fn going_round_three_callers_opens_one_microphone_at_a_time() {
    for (_, pbx) in Pbx::each() {
        let (mut house, calls) = three(pbx);
        for talking in [2, 0, 1, 2, 1, 0] {
            if house.status(calls[talking].0) != CallStatus::Talking {
                house.act(Command::Resume(calls[talking].0));
            }
            only_talks_to(&mut house, &calls, talking);
        }
    }
}

#[test]
fn a_reload_brings_every_call_back_with_new_media_as_it_was() {
    let (mut house, calls) = three(Pbx::asterisk());
    let before: Vec<_> =
        calls.iter().map(|(_, far)| house.pbx.leg(*far).theirs.unwrap().connection).collect();
    house.reload();
    only_talks_to(&mut house, &calls, 2);
    let after: Vec<_> = calls.iter().map(|(_, far)| house.pbx.leg(*far).theirs.unwrap().connection).collect();
    assert!(before.iter().all(|old| !after.contains(old)), "{before:?} {after:?}");
}

#[test]
fn whoever_calls_when_the_list_is_full_hears_busy_and_the_others_go_on() {
    let mut house = House::at(Pbx::freeswitch());
    let calls: Vec<_> =
        (0..8).map(|number| house.ring(Caller::new("Jan", &format!("0207946099{number}")))).collect();
    let ninth = house.there(|pbx| pbx.call_desk(Caller::new("Ada", "02079460900"))).unwrap();
    assert_eq!(house.pbx.leg(ninth).statuses, [100, 486]);
    assert_eq!(house.board().calls.len(), 8);
    for (call, far) in calls {
        house.act(Command::Answer(call));
        assert!(house.can_talk(far));
    }
}

#[test]
fn the_far_end_of_a_held_call_hangs_up_and_the_talk_goes_on() {
    let (mut house, calls) = three(Pbx::kamailio());
    house.there(|pbx| pbx.hang_up(calls[0].1, None));
    assert!(!house.has(calls[0].0));
    only_talks_to(&mut house, &calls[1..], 1);
}

#[test]
fn somebody_else_ends_the_talk_and_the_longest_waiting_is_next() {
    let (mut house, calls) = three(Pbx::asterisk());
    house.there(|pbx| pbx.hang_up(calls[2].1, None));
    house.wait_seconds(3);
    house.act(Command::NextCall);
    only_talks_to(&mut house, &calls[..2], 0);
}
