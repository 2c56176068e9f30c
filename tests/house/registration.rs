//! Being reachable: what registrars of each make grant, list and refuse, and what an operator is told of it.

use cordboard_desk::{Command, LinkState, RegistrationFailure};
use rsip::Method;

use super::house::House;
use super::pbx::{Listing, Pbx};

/// Looks every ten seconds for twenty minutes whether the desk can be called.
fn stays_reachable(house: &mut House, whose: &str) {
    for _ in 0..120 {
        house.wait_seconds(10);
        let now = house.now;
        assert!(house.pbx.registrar.ours(now).is_some(), "{whose} has forgotten the desk");
        assert_eq!(house.link(), &LinkState::Registered, "{whose}");
    }
}

#[test]
fn an_expiry_granted_shorter_than_asked_is_kept_to() {
    for (whose, mut pbx) in Pbx::each() {
        pbx.registrar.longest = 120;
        stays_reachable(&mut House::at(pbx), whose);
    }
}

#[test]
fn own_binding_is_found_by_instance_not_by_position() {
    let listings = [Listing::AsRegistered, Listing::WithoutInstance, Listing::Rewritten];
    for listing in listings {
        let mut pbx = Pbx::kamailio();
        pbx.registrar.listing = listing;
        pbx.registrar.longest = 120;
        pbx.registrar.bind_another(cordboard_desk::Instant::from_millis(1_700_000_000_000));
        stays_reachable(&mut House::at(pbx), &format!("a registrar that lists {listing:?}"));
    }
}

#[test]
fn freeswitch_which_knows_no_instances_keeps_one_binding_of_ours() {
    let mut house = House::at(Pbx::freeswitch());
    for _ in 0..3 {
        house.close_socket();
        house.wait_seconds(10);
    }
    assert_eq!(house.sockets, 4);
    assert_eq!(house.pbx.registrar.bindings.len(), 1, "{:?}", house.pbx.registrar.bindings);
}

#[test]
fn asterisk_with_one_contact_evicts_us_and_the_next_refresh_wins_the_place_back() {
    let mut pbx = Pbx::asterisk();
    pbx.registrar.most = 1;
    let mut house = House::at(pbx);
    let now = house.now;
    house.there(|pbx| pbx.registrar.bind_another(now));
    assert!(house.pbx.registrar.ours(now).is_none());
    house.wait_seconds(600);
    let now = house.now;
    assert!(house.pbx.registrar.ours(now).is_some());
    assert_eq!(house.pbx.registrar.bindings.len(), 1);
}

#[test]
fn asterisk_with_its_only_contact_taken_forbids_us_and_the_password_is_not_blamed() {
    let mut pbx = Pbx::asterisk();
    (pbx.registrar.most, pbx.registrar.oldest_gives_way) = (1, false);
    let mut house = House::at(pbx);
    house.close_socket();
    let now = house.now;
    house.there(|pbx| pbx.registrar.bind_another(now));
    house.wait_seconds(10);
    let forbidden = RegistrationFailure::Forbidden { reason: "Forbidden".into() };
    assert_eq!(house.link(), &LinkState::RegistrationFailed(forbidden));

    // The other console signs out.
    house.there(|pbx| pbx.registrar.bindings.clear());
    house.act(Command::SetRegistered(true));
    assert_eq!(house.link(), &LinkState::Registered);
}

#[test]
fn a_password_changed_in_mid_shift_is_said_at_the_next_refresh_and_locks_nobody_out() {
    let mut house = House::at(Pbx::freeswitch());
    let (call, far) = house.talk("Jan", "02079460999");
    house.there(|pbx| pbx.registrar.password = "changed");
    house.wait_seconds(600);
    assert_eq!(house.link(), &LinkState::RegistrationFailed(RegistrationFailure::WrongPassword));
    assert!(house.can_talk(far), "{:?}", house.call(call));

    // Each try is two requests: one that is asked for the password, and one that has it wrong.
    for _ in 0..6 {
        let before = house.pbx.count(Method::Register);
        house.wait_seconds(600);
        let wrong = (house.pbx.count(Method::Register) - before) / 2;
        assert!(wrong < 5, "{wrong} wrong passwords within ten minutes: the account would be locked out");
        assert!(house.board().link.retry_at.is_some(), "the operator sees when it is tried again");
    }

    // Whoever changed it hears of it.
    house.there(|pbx| pbx.registrar.password = "secret");
    house.wait_seconds(900);
    assert_eq!(house.link(), &LinkState::Registered);
}

#[test]
fn an_exchange_that_begins_anew_without_its_accounts_has_the_desk_back_by_itself() {
    let mut house = House::at(Pbx::freeswitch());
    house.there(|pbx| {
        pbx.registrar.bindings.clear();
        pbx.registrar.password = "nobody is known yet";
    });
    house.close_socket();
    house.wait_seconds(20);
    assert_eq!(house.link(), &LinkState::RegistrationFailed(RegistrationFailure::WrongPassword));
    house.there(|pbx| pbx.registrar.password = "secret");
    house.wait_seconds(60);
    assert_eq!(house.link(), &LinkState::Registered);
}

#[test]
fn a_refresh_that_meets_an_overloaded_server_is_tried_when_the_server_says() {
    let mut house = House::at(Pbx::kamailio());
    house.there(|pbx| pbx.registrar.out_of_order = Some((503, vec![("Retry-After", "300".into())])));
    house.wait_seconds(545);
    let link = house.board().link.clone();
    assert!(matches!(
        link.state,
        LinkState::RegistrationFailed(RegistrationFailure::Unavailable { status: 503, .. })
    ));
    let wait = link.retry_at.expect("it is tried again").since(house.now).as_secs();
    assert!((290..=300).contains(&wait), "{wait} s");

    let tries = house.pbx.count(Method::Register);
    house.wait_seconds(wait - 1);
    assert_eq!(house.pbx.count(Method::Register), tries, "the server asked to be left alone");
    house.there(|pbx| pbx.registrar.out_of_order = None);
    house.wait_seconds(5);
    assert_eq!(house.link(), &LinkState::Registered);
}
