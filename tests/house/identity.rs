//! Who it is, and for which line: the headers that telephone systems say it with, and the tile that comes of them.

use cordboard_desk::Command;

use super::house::House;
use super::pbx::{Caller, Pbx};

struct Case {
    what: &'static str,
    caller: Caller,
    name: &'static str,
    number: &'static str,
    anonymous: bool,
    line: Option<&'static str>,
}

/// A call as Jan's, with one header more.
fn jan(name: &'static str, value: &str) -> Caller {
    Caller::new("Jan", "02079460999").with(name, value)
}

fn to(dialled: &'static str, caller: Caller) -> Caller {
    Caller { dialled, ..caller }
}

const CLINIC: Option<&str> = Some("Brightwater Clinic");
const FREIGHT: Option<&str> = Some("Halden Freight");

fn cases() -> Vec<Case> {
    let is = |what, caller, name, number, line| Case { what, caller, name, number, anonymous: false, line };
    let hides = |what, caller| Case { what, caller, name: "", number: "", anonymous: true, line: CLINIC };
    vec![
        is("From alone", Caller::new("Jan", "02079460999"), "Jan", "02079460999", CLINIC),
        is(
            "Asterisk, trust_id_outbound",
            jan("P-Asserted-Identity", "\"Ada\" <sip:02079460998@pbx.test>"),
            "Ada",
            "02079460998",
            CLINIC,
        ),
        is(
            "FreeSWITCH, sip_cid_type=rpid",
            jan("Remote-Party-ID", "\"Ada\" <sip:02079460998@pbx.test>;party=calling;screen=yes;privacy=off"),
            "Ada",
            "02079460998",
            CLINIC,
        ),
        is(
            "a trunk that hides From and vouches itself",
            Caller {
                from: "\"Anonymous\" <sip:anonymous@anonymous.invalid>".into(),
                ..jan("P-Asserted-Identity", "<tel:+442079460998>")
            },
            "",
            "+442079460998",
            CLINIC,
        ),
        is("a colleague by extension", Caller::new("phone 204", "204"), "Grace Okafor", "204", CLINIC),
        hides(
            "withheld",
            Caller { from: "\"Anonymous\" <sip:anonymous@anonymous.invalid>".into(), ..Caller::new("", "") },
        ),
        hides(
            "vouched for and withheld",
            jan("P-Asserted-Identity", "\"Jan\" <sip:02079460999@pbx.test>").with("Privacy", "id"),
        ),
        hides(
            "withheld by Remote-Party-ID",
            jan("Remote-Party-ID", "\"Jan\" <sip:02079460999@pbx.test>;privacy=full"),
        ),
        is(
            "a queue's History-Info",
            to(
                "alice",
                jan("History-Info", "<sip:02079460200@pbx.test>;index=1, <sip:alice@pbx.test>;index=1.1"),
            ),
            "Jan",
            "02079460999",
            FREIGHT,
        ),
        is(
            "Asterisk's Diversion, the original last",
            to(
                "alice",
                jan(
                    "Diversion",
                    "<sip:300@pbx.test>;reason=no-answer, <sip:02079460200@pbx.test>;reason=unconditional",
                ),
            ),
            "Jan",
            "02079460999",
            FREIGHT,
        ),
        is(
            "P-Called-Party-ID in international form",
            to("alice", jan("P-Called-Party-ID", "<sip:+442079460200@pbx.test>")),
            "Jan",
            "02079460999",
            FREIGHT,
        ),
        is("a number that is no line", to("555", Caller::new("Jan", "1")), "Jan", "1", None),
    ]
}

#[test]
fn the_tile_names_caller_and_line_whatever_header_tells_them() {
    for Case { what, caller, name, number, anonymous, line } in cases() {
        let mut house = House::at(Pbx::asterisk());
        let (call, _) = house.ring(caller);
        let view = house.call(call);
        let told = (view.who.name.as_str(), view.who.number.as_str(), view.who.anonymous);
        assert_eq!(told, (name, number, anonymous), "{what}");
        assert_eq!(view.line.as_ref().map(|line| line.name.as_str()), line, "{what}");
    }
}

#[test]
fn a_group_that_is_called_is_answered_by_somebody() {
    let mut house = House::at(Pbx::freeswitch());
    let (call, far) = house.dial("300");
    assert_eq!(house.call(call).who.number, "300");
    let helena = ("P-Asserted-Identity", "\"phone 205\" <sip:205@pbx.test>".to_owned());
    house.there(|pbx| pbx.pick_up(far, vec![helena]));
    assert_eq!(house.call(call).who.name, "Helena Brandt");
}

#[test]
fn after_a_transfer_by_the_telephone_system_the_tile_shows_who_is_there_now() {
    let mut house = House::at(Pbx::asterisk());
    let (call, far) = house.talk("Jan", "02079460999");
    let offer = house.pbx.leg(far).offer(cordboard_desk::Direction::SendRecv);
    let grace = ("P-Asserted-Identity", "\"phone 204\" <sip:204@pbx.test>".to_owned());
    house.there(|pbx| pbx.reinvite(far, vec![grace], &offer));
    assert_eq!(house.call(call).who.name, "Grace Okafor");
    assert!(house.can_talk(far));
    house.act(Command::Hold(call));
    assert_eq!(house.call(call).who.name, "Grace Okafor");
}
