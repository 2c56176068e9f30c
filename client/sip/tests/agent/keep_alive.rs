//! Is the other end still there? (S1, P11)

use cordboard_sip::message::{Frame, Method, Name};

use crate::far_end::{Phone, grant, respond, seconds};

#[test]
fn a_living_connection_is_pinged_every_few_seconds_with_jitter() {
    let mut phone = Phone::connected();
    phone.pass(seconds(60));
    let pauses: Vec<_> = phone.pings.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    assert!(pauses.len() >= 11);
    assert!(pauses.iter().all(|pause| (seconds(4)..=seconds(5)).contains(pause)), "{pauses:?}");
    assert!(pauses.windows(2).any(|pair| pair[0] != pair[1]), "no jitter");
    assert!(phone.drops.is_empty());
    phone.silent();
}

#[test]
fn a_dead_connection_is_known_in_under_ten_seconds_whenever_it_dies() {
    for died_after in 0..10 {
        let mut phone = Phone::connected();
        phone.pass(seconds(20) + std::time::Duration::from_millis(537 * died_after));
        let died = phone.now;
        phone.pongs = false;
        phone.pass(seconds(30));
        assert_eq!(phone.drops.len(), 1, "dropped once");
        assert!(phone.drops[0].since(died) < seconds(10));
    }
}

#[test]
fn a_server_that_says_other_things_but_no_pong_is_asked_by_options() {
    let mut phone = Phone::new();
    phone.pongs = false;
    phone.connect();
    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    phone.receive(grant(&register, 600));
    phone.events.clear();
    phone.pass(seconds(5));
    let options = phone.request(Method::Options);
    assert_eq!(options.uri.as_str(), "sip:pbx.example");
    // Whatever it answers, it lives.
    phone.receive(respond(&options, 404));
    phone.pass(seconds(5));
    phone.request(Method::Options);
    phone.pass(seconds(5));
    assert_eq!(phone.drops.len(), 1);
}

#[test]
fn a_server_that_says_nothing_at_all_is_asked_both_ways_before_it_counts_as_dead() {
    let mut phone = Phone::new();
    phone.pongs = false;
    phone.connect();
    phone.pass(seconds(4));
    let options = phone.request(Method::Options);
    assert!(phone.drops.is_empty());
    phone.receive(respond(&options, 200));
    phone.pass(seconds(5));
    phone.request(Method::Options);

    let mut phone = Phone::new();
    phone.pongs = false;
    phone.connect();
    phone.pass(seconds(9));
    assert_eq!(phone.drops.len(), 1);
}

#[test]
fn any_frame_proves_life() {
    let mut phone = Phone::connected();
    phone.pass(seconds(20));
    phone.pongs = false;
    for _ in 0..20 {
        phone.pass(seconds(3));
        phone.receive_bytes(Frame::PING);
    }
    assert!(phone.drops.is_empty());
}

#[test]
fn a_shorter_flow_timer_is_kept() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    phone.receive(grant(&register, 600).with(Name::FlowTimer, 2));
    phone.pass(seconds(10));
    phone.pings.clear();
    phone.pass(seconds(20));
    let pauses: Vec<_> = phone.pings.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    assert!(pauses.iter().all(|pause| *pause <= seconds(2)), "{pauses:?}");
}

#[test]
fn a_machine_that_slept_looks_before_it_drops() {
    let mut phone = Phone::connected();
    phone.pass(seconds(20));
    phone.pongs = false;
    // The last ping goes out, then the lid closes for an hour.
    phone.pass(seconds(5));
    phone.now = phone.now + seconds(3600);
    phone.act(|agent, now| agent.handle_timeout(now));
    assert!(phone.drops.is_empty());
    phone.receive_bytes(Frame::PONG);
    phone.pass(seconds(3));
    assert!(phone.drops.is_empty());
}

#[test]
fn without_a_connection_nothing_is_pinged() {
    let mut phone = Phone::connected();
    phone.disconnect();
    phone.pings.clear();
    phone.pass(seconds(60));
    assert!(phone.pings.is_empty() && phone.drops.is_empty());
}
