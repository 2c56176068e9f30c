//! The computer sleeps through the night with the shift open: the clock leaps, and everything is due at once.

use std::time::Duration;

use cordboard_desk::{Command, Instead, LinkState, Notice, Overflow, Ring};
use cordboard_sip::message::Method;

use super::house::House;
use super::pbx::OnChange;

const NIGHT: Duration = Duration::from_secs(12 * 3600);

/// The lid closes and is opened in the morning. The telephone system has long ended what there was.
fn sleep(house: &mut House) {
    house.pbx.on_change = OnChange::Refuse(481);
    house.sleep(NIGHT);
}

#[test]
fn in_the_morning_the_desk_registers_again_and_tells_of_the_calls_that_are_long_over() {
    let mut house = House::ready();
    house.talk_in("Helena", "205");
    house.talk_in("Jan", "02079460999");
    sleep(&mut house);
    let (morning, asked) = (house.now, house.pbx.requests.len());
    house.wait(Duration::from_secs(10));
    assert_eq!(house.board().link.state, LinkState::Registered);
    assert!(house.board().link.since >= morning, "not since yesterday");
    assert_eq!(house.pbx.requests[asked].0, Method::Register);
    assert!(house.board().calls.is_empty());
    let lost = |who: &str| Notice::CallLost { who: who.into() };
    assert_eq!(house.notices(), [lost("Helena Brandt"), lost("Jan Meyer")]);
    assert_eq!(house.open_microphones(), 0);

    house.pbx.on_change = OnChange::Agree;
    let (id, _) = house.talk_in("Jan", "02079460999");
    assert_eq!(house.call(id).since, house.now, "its tile counts from now");
}

#[test]
fn nobody_rings_in_the_morning_who_rang_in_the_evening() {
    for unanswered in [Instead::Ring, Instead::SendTo("205".into())] {
        let mut house = House::ready();
        house.act(Command::SetOverflow(Box::new(Overflow { unanswered, ..Overflow::default() })));
        let (missed, _) = house.ring_in("Jan", "02079460999", "02079460100");
        sleep(&mut house);
        assert!(!house.has(missed), "whoever rang has given up");
        assert_eq!(house.page().ring, Ring::Silent);
        assert_eq!(house.notices(), [Notice::Missed { who: "Jan Meyer".into() }], "and went nowhere");
        house.wait(Duration::from_secs(10));
        house.ring_in("Jan", "02079460999", "02079460100");
        assert_ne!(house.page().ring, Ring::Silent);
    }
}
