//! Operators of one group: all ring, one answers, the others are told; lines, and callers in a rush.

use std::time::Duration;

use super::{House, LUC, NORA, answer, header};
use crate::callers;
use crate::colleagues;
use crate::event::Event;
use crate::ids::CallId;
use crate::switch::{Input, MediaNews, MediaOrder};

const SECOND: Duration = Duration::from_secs(1);

impl House {
    fn group() -> Self {
        let mut house = Self::new();
        house.sign_in(NORA, "nora");
        house.sign_in(LUC, "luc");
        house.frames.clear();
        house
    }

    /// A caller rings all operators.
    fn rings_all(&mut self, caller: &str) {
        let caller = callers::with_number(caller).unwrap();
        let line = colleagues::line("02079460200").unwrap();
        let users = self.switch.present();
        self.take(Input::RingAsked { call: CallId(7), caller, users, line, by_itself: false });
        self.offers();
    }

    /// The media makes the offers that it was asked for.
    fn offers(&mut self) {
        let asked: Vec<_> = std::mem::take(&mut self.orders);
        for (voice, order) in asked {
            if matches!(order, MediaOrder::Offer(_)) {
                self.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\n".into()) });
            }
        }
    }

    fn invites(&self, conn: crate::ids::ConnId) -> Vec<String> {
        let invites = self.frames.iter().filter(|(to, text)| *to == conn && text.starts_with("INVITE"));
        invites.map(|(_, text)| text.clone()).collect()
    }
}

#[test]
fn all_operators_ring_and_who_was_slower_is_told_that_it_was_answered_elsewhere() {
    let mut house = House::group();
    house.rings_all("+442079460811");
    let (noras, lucs) = (house.invites(NORA).remove(0), house.invites(LUC).remove(0));
    house.frame(NORA, &answer(&noras, "180 Ringing", ""));
    house.frame(LUC, &answer(&lucs, "180 Ringing", ""));
    house.frame(NORA, &answer(&noras, "200 OK", "v=0\r\n"));
    let cancel = house.sent(LUC, "CANCEL").unwrap();
    assert_eq!(header(&cancel, "Reason"), "SIP;cause=200;text=\"Call completed elsewhere\"");
    assert!(house.events.contains(&Event::Answered { call: CallId(7) }));
}

#[test]
fn operators_of_a_group_see_each_other_ring_and_talk() {
    let mut house = House::group();
    house.subscribe("202", "dialog", "");
    house.notified(NORA);
    house.rings_all("+442079460811");
    let lucs = house.invites(LUC).remove(0);
    house.frame(LUC, &answer(&lucs, "180 Ringing", ""));
    let told = house.notified(NORA);
    assert!(
        told.last().unwrap().contains("<state>early</state>")
            && told.last().unwrap().contains("Ottoline Marsh")
    );
    house.frame(LUC, &answer(&lucs, "200 OK", "v=0\r\n"));
    assert!(house.notified(NORA).last().unwrap().contains("<state>confirmed</state>"));
}

#[test]
fn an_operator_who_declines_does_not_decline_for_the_others() {
    let mut house = House::group();
    house.rings_all("+442079460811");
    let (noras, lucs) = (house.invites(NORA).remove(0), house.invites(LUC).remove(0));
    house.frame(NORA, &answer(&noras, "603 Decline", ""));
    assert!(house.sent(LUC, "CANCEL").is_none());
    house.frame(LUC, &answer(&lucs, "486 Busy Here", ""));
    assert!(house.events.contains(&Event::Refused { call: CallId(7), status: 486 }));
}

#[test]
fn the_line_is_told_as_networks_tell_it() {
    for (caller, to, name, value) in [
        ("+442079460811", "<sip:02079460200@practice.invalid>", "", ""),
        (
            "+12025550143",
            "<sip:nora@practice.invalid>",
            "P-Called-Party-ID",
            "<sip:02079460200@practice.invalid>",
        ),
        (
            "+441174960871",
            "<sip:nora@practice.invalid>",
            "Diversion",
            "<sip:02079460200@practice.invalid>;reason=unconditional;counter=1",
        ),
        (
            "+441174960871",
            "<sip:nora@practice.invalid>",
            "History-Info",
            "<sip:02079460200@practice.invalid>;index=1",
        ),
    ] {
        let mut house = House::group();
        house.rings_all(caller);
        let invite = house.invites(NORA).remove(0);
        assert_eq!(header(&invite, "To"), to);
        assert_eq!(header(&invite, name), value, "{invite}");
    }
}

#[test]
fn some_networks_name_the_caller_in_another_header_than_from() {
    let mut house = House::group();
    house.rings_all("+12025550143");
    let invite = house.invites(NORA).remove(0);
    assert!(header(&invite, "From").starts_with("<sip:trunk@practice.invalid>;tag="), "{invite}");
    assert_eq!(
        header(&invite, "P-Asserted-Identity"),
        "\"Yusuf Calloway\" <sip:+12025550143@practice.invalid>"
    );
}

#[test]
fn some_callers_give_up_sooner_than_others() {
    let mut house = House::group();
    house.rings_all("+441174960245");
    house.pass(20 * SECOND);
    assert!(!house.events.contains(&Event::GivenUp { call: CallId(7) }));
    let mut house = House::group();
    house.rings_all("+442079460835");
    house.pass(9 * SECOND);
    assert!(house.events.contains(&Event::GivenUp { call: CallId(7) }));
}

#[test]
fn in_the_rush_hour_twenty_callers_ring_within_seconds() {
    let mut house = House::group();
    house.dials("*20", 9, "");
    house.offers();
    for _ in 0..100 {
        house.pass(Duration::from_millis(100));
        house.offers();
    }
    let (noras, lucs) = (house.invites(NORA), house.invites(LUC));
    assert_eq!((noras.len(), lucs.len()), (20, 20));
    let lines = noras.iter().filter(|invite| invite.contains("02079460200")).count();
    assert_eq!(lines, 10, "both lines are called");
    let names: std::collections::BTreeSet<String> =
        noras.iter().map(|invite| header(invite, "Call-ID")).collect();
    assert_eq!(names.len(), 20);
}
