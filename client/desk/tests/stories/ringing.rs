//! Who is calling, for whom, and how loudly that is said.

use std::time::Duration;

use cordboard_desk::{CallStatus, Command, Delta, HOLD_LIMIT, Notification, Ring, RingStyle};

use super::house::House;

#[test]
fn a_call_is_known_by_number_however_it_is_written_and_by_the_line_it_was_for() {
    let mut house = House::ready();
    let (id, _) = house.ring_in("", "+442079460999", "+442079460200");
    let call = house.call(id).clone();
    assert_eq!((call.who.name.as_str(), call.who.company.as_str()), ("Jan Meyer", "Meyer Ltd"));
    assert!(!call.who.local);
    assert_eq!(call.line.map(|line| line.name), Some("Halden Freight".into()));

    let (id, _) = house.ring_in("GRACE O", "204", "02079460100");
    assert!(house.call(id).who.local);
    assert_eq!(house.call(id).who.name, "Grace Okafor");
}

#[test]
fn a_stranger_has_the_name_that_the_telephone_system_gave() {
    let mut house = House::ready();
    let (id, _) = house.ring_in("Nobody Known", "02079465555", "02079460100");
    let who = house.call(id).who.clone();
    assert_eq!((who.name.as_str(), who.number.as_str(), who.contact), ("Nobody Known", "02079465555", None));
}

#[test]
fn a_caller_who_withholds_the_number_is_not_looked_up() {
    let mut house = House::ready();
    let far = house.far(|pbx| pbx.invite("Anonymous", "anonymous", "02079460100", true));
    let who = house.board().calls[0].who.clone();
    assert!(who.anonymous, "{who:?}");
    assert_eq!(who.number, "");
    let _ = far;
}

#[test]
fn the_directory_of_the_answered_line_comes_to_the_front() {
    let mut house = House::ready();
    let (id, _) = house.ring_in("", "02079465555", "02079460200");
    house.act(Command::Answer(id));
    let halden = house.board().directories.iter().find(|d| d.name == "Halden clients").unwrap().id;
    assert_eq!(house.page().answers, [Delta::Front(halden)]);
}

#[test]
fn it_rings_aloud_until_somebody_talks_and_softly_then() {
    let mut house = House::ready();
    let (first, _) = house.ring_in("", "02079465555", "02079460100");
    assert_eq!(house.page().ring, Ring::Loud(RingStyle::Usual));
    house.act(Command::Answer(first));
    assert_eq!(house.page().ring, Ring::Silent);
    let (second, far) = house.ring_in("", "02079465556", "02079460100");
    assert_eq!(house.page().ring, Ring::Soft);
    house.act(Command::Hold(first));
    assert_eq!(house.page().ring, Ring::Loud(RingStyle::Usual));
    house.far(|pbx| pbx.cancel(&far, None));
    assert_eq!(house.page().ring, Ring::Silent);
    let _ = second;
}

#[test]
fn it_rings_as_the_telephone_system_asks_and_the_most_urgent_is_heard() {
    let mut house = House::ready();
    let ring = |house: &mut House, number: &str, alert: &str| {
        house.pbx.next_call_says(&format!("Alert-Info: {alert}\r\n"));
        house.ring_in("", number, "02079460100").1
    };
    ring(&mut house, "205", "<http://pbx.test>;info=alert-internal");
    assert_eq!(house.page().ring, Ring::Loud(RingStyle::Internal));
    let outside = ring(&mut house, "02079465556", "<urn:alert:source:external>");
    assert_eq!(house.page().ring, Ring::Loud(RingStyle::Usual));
    let urgent = ring(&mut house, "02079465557", "<urn:alert:priority:high>");
    assert_eq!(house.page().ring, Ring::Loud(RingStyle::Urgent));
    for (gone, left) in [(urgent, RingStyle::Usual), (outside, RingStyle::Internal)] {
        house.far(|pbx| pbx.cancel(&gone, None));
        assert_eq!(house.page().ring, Ring::Loud(left));
    }
}

#[test]
fn a_ringing_call_is_notified_once_and_taken_back() {
    let mut house = House::ready();
    let (id, far) = house.ring_in("Nobody Known", "02079465555", "02079460100");
    house.far(|pbx| pbx.cancel(&far, None));
    let ringing = Notification::Ringing {
        call: id,
        who: "Nobody Known".into(),
        line: Some("Brightwater Clinic".into()),
    };
    assert_eq!(house.page().notified, [ringing, Notification::Over { call: id }]);
}

#[test]
fn a_caller_entered_into_a_directory_gets_the_name_at_once() {
    let mut house = House::ready();
    let (id, _) = house.ring_in("", "02079465555", "02079460100");
    let personal = house.board().directories.iter().find(|d| d.name == "Personal").unwrap().id;
    let contact = cordboard_desk::Contact {
        last_name: "Lindqvist".into(),
        phone: "020 7946 5555".into(),
        ..Default::default()
    };
    house.act(Command::AddContact { directory: personal, contact: Box::new(contact) });
    assert_eq!(house.call(id).who.name, "Lindqvist");
    assert_eq!(house.status(id), CallStatus::Ringing);
}

#[test]
fn somebody_forgotten_on_hold_is_remembered_by_a_tone_until_seen_to() {
    let mut house = House::ready();
    let (first, _) = house.talk_in("Jan", "02079460999");
    house.act(Command::Hold(first));
    house.wait(HOLD_LIMIT - Duration::from_secs(1));
    assert_eq!(house.page().ring, Ring::Silent);
    house.wait(Duration::from_secs(1));
    assert_eq!(house.page().ring, Ring::Reminder);
    // Whoever rings is more urgent, and does not make the other one forgotten again.
    let (_, far) = house.ring_in("", "02079465556", "02079460100");
    assert_eq!(house.page().ring, Ring::Loud(RingStyle::Usual));
    house.far(|pbx| pbx.cancel(&far, None));
    assert_eq!(house.page().ring, Ring::Reminder);
    house.act(Command::Resume(first));
    assert_eq!(house.page().ring, Ring::Silent);
    house.act(Command::Hold(first));
    assert_eq!(house.page().ring, Ring::Silent, "counted anew");
}
