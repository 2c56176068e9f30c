//! Parking places, conference rooms and mailboxes.

use std::time::Duration;

use super::taking::First;
use super::{House, LUC, NORA, answer, between, header, request, with_sdp};
use crate::event::Event;
use crate::ids::{CallId, VoiceId};
use crate::switch::{Input, MediaNews, MediaOrder, MixOrder};
use crate::tones::Program;

const SECOND: Duration = Duration::from_secs(1);

impl House {
    fn lucs_call(&mut self, number: &str, cseq: u32) -> String {
        let start = format!("INVITE sip:{number}@practice.invalid");
        let rest = with_sdp("sip:luc@c2.invalid", "v=0\r\no=luc\r\n");
        self.request(
            LUC,
            &start,
            &format!("<sip:{number}@practice.invalid>"),
            &format!("{cseq} INVITE"),
            &rest,
        );
        self.last(LUC)
    }

    /// The media answers the last order, and so the call is answered. Hands out the voice and its program.
    fn media_answers(&mut self) -> (VoiceId, Program) {
        let Some((voice, MediaOrder::Answer(program, _))) = self.orders.last() else {
            panic!("{:?}", self.orders)
        };
        let (voice, program) = (*voice, *program);
        self.take(Input::MediaReported { voice, news: MediaNews::Answer("v=0\r\no=exchange\r\n".into()) });
        (voice, program)
    }

    /// Luc talks to Nora, each with the other's own sound; hands out what Nora needs to speak within the call.
    fn nora_called_by_luc(&mut self) -> First {
        self.lucs_call("201", 1);
        let invite = self.last(NORA);
        self.frame(NORA, &answer(&invite, "200 OK", "v=0\r\no=nora\r\n"));
        let ok = self.last(LUC);
        let ack = request(LUC, "ACK sip:exchange@practice.invalid", &header(&ok, "To"), "1 ACK", "");
        self.frame(LUC, &ack);
        self.frames.clear();
        First { from: header(&invite, "From"), call_id: header(&invite, "Call-ID") }
    }

    fn acknowledges(&mut self, ok: &str, cseq: u32) {
        let ack =
            request(NORA, "ACK sip:exchange@practice.invalid", &header(ok, "To"), &format!("{cseq} ACK"), "");
        self.frame(NORA, &ack);
    }

    fn says_goodbye(&mut self, ok: &str, cseq: u32) {
        let bye =
            request(NORA, "BYE sip:exchange@practice.invalid", &header(ok, "To"), &format!("{cseq} BYE"), "");
        self.frame(NORA, &bye);
    }
}

#[test]
fn a_parked_caller_is_seen_at_the_place_and_taken_back_by_another_operator() {
    let (mut house, first) = House::with_ravenna();
    house.subscribe("701", "dialog", "");
    assert!(!house.only_notice().contains("<dialog "));
    house.refers(&first, "sip:701@practice.invalid");
    let parked = house.frames.iter().find(|(_, text)| text.contains("dialog-info")).unwrap().1.clone();
    assert!(parked.contains("Ravenna Holt") && parked.contains("<state>confirmed</state>"), "{parked}");
    assert!(parked.contains("<referred-by display=\"Nora Fielding\">sip:201@"), "{parked}");
    assert_eq!(house.reports(), ["100 Trying", "200 OK"]);
    assert!(house.events.contains(&Event::Parked { call: CallId(7), place: "701".into() }));
    house.lucs_call("701", 1);
    let (_, program) = house.media_answers();
    assert!(matches!(program, Program::Talk { beep, .. } if beep == 700.0), "{program:?}");
    let ok = house.last(LUC);
    assert!(ok.starts_with("SIP/2.0 200") && ok.contains("Ravenna Holt"), "{ok}");
    assert!(
        house
            .frames
            .iter()
            .any(|(to, text)| *to == NORA && text.contains("dialog-info") && !text.contains("<dialog "))
    );
    house.lucs_call("701", 2);
    assert!(house.last(LUC).starts_with("SIP/2.0 480"), "nobody is parked there any more");
}

#[test]
fn a_place_keeps_one_call() {
    let (mut house, first) = House::with_ravenna();
    house.refers(&first, "sip:701@practice.invalid");
    house.pass(3 * SECOND);
    house.frames.clear();
    let (_, from) = house.answered();
    let second = First { from, call_id: header(&house.last(NORA), "Call-ID") };
    house.frames.clear();
    house.refers(&second, "sip:701@practice.invalid");
    assert_eq!(house.reports(), ["100 Trying", "486 Busy Here"]);
}

#[test]
fn a_parked_caller_comes_back_to_who_parked_the_call_and_says_from_where() {
    let (mut house, first) = House::with_ravenna();
    house.refers(&first, "sip:702@practice.invalid");
    house.pass(59 * SECOND);
    house.frames.clear();
    house.pass(2 * SECOND);
    assert!(house.events.contains(&Event::ParkedTooLong { call: CallId(7), place: "702".into() }));
    let (voice, MediaOrder::Offer(_)) = house.last_order() else { panic!("{:?}", house.orders) };
    house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\n".into()) });
    let invite = house.sent(NORA, "INVITE").unwrap();
    assert!(header(&invite, "P-Asserted-Identity").contains("Ravenna Holt"), "{invite}");
    assert!(header(&invite, "Referred-By").contains("sip:702@"), "{invite}");
    assert_eq!(header(&invite, "Alert-Info"), "<urn:alert:service:recall:hold>");
    assert!(header(&invite, "To").contains("02079460100"), "the line is still told: {invite}");
    assert!(house.switch.parked.is_empty());
}

#[test]
fn another_operator_who_is_parked_hears_music_and_is_taken_back_in_a_mix() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.sign_in(LUC, "luc");
    let first = house.nora_called_by_luc();
    house.refers(&first, "sip:703@practice.invalid");
    let (voice, MediaOrder::Offer(Program::Music)) = house.last_order() else { panic!("{:?}", house.orders) };
    house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\no=music\r\n".into()) });
    let reinvite = house.last(LUC);
    assert!(reinvite.ends_with("o=music\r\n") && reinvite.contains("Parking place 3"), "{reinvite}");
    house.frame(LUC, &answer(&reinvite, "200 OK", "v=0\r\no=luc\r\n"));
    assert_eq!(house.reports(), ["100 Trying", "200 OK"]);
    house.dials("703", 9, "");
    let offers = house.orders.iter().filter(|(_, order)| matches!(order, MediaOrder::Offer(Program::Mix(_))));
    assert_eq!(offers.count(), 1, "{:?}", house.orders);
    assert!(matches!(house.last_order().1, MediaOrder::Answer(Program::Mix(_), _)), "{:?}", house.orders);
}

#[test]
fn people_in_a_room_hear_each_other_and_are_told_who_is_there() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.sign_in(LUC, "luc");
    house.frames.clear();
    house.subscribe("801", "conference", "");
    let empty = house.only_notice();
    assert!(empty.contains("<user-count>0</user-count>") && empty.contains("Event: conference"), "{empty}");
    let _ = house.lucs_call("801", 1);
    let (_, Program::Mix(lucs)) = house.media_answers() else { panic!("no mix") };
    assert!(house.last(LUC).contains("Conference room 1"));
    let one = house.notified(NORA).pop().unwrap();
    assert!(one.contains("<user-count>1</user-count>") && one.contains("Luc Amari"), "{one}");
    house.dials("801", 9, "");
    let (_, Program::Mix(noras)) = house.media_answers() else { panic!("no mix") };
    assert_eq!(lucs, noras);
    let ok = house.last(NORA);
    house.acknowledges(&ok, 9);
    let two = house.notified(NORA).pop().unwrap();
    assert!(two.contains("<user-count>2</user-count>") && two.contains("Nora Fielding"), "{two}");
    house.says_goodbye(&ok, 10);
    assert!(house.notified(NORA).pop().unwrap().contains("<user-count>1</user-count>"));
    assert!(house.sent(LUC, "BYE").is_none(), "who is alone in a room stays");
}

#[test]
fn a_caller_is_transferred_into_a_room_and_talks_there() {
    let (mut house, first) = House::with_ravenna();
    house.subscribe("802", "conference", "");
    assert!(house.only_notice().contains("Leocadia Brandt"), "somebody is always there");
    house.refers(&first, "sip:802@practice.invalid");
    let told =
        house.frames.iter().rev().find(|(_, text)| text.contains("conference-info")).unwrap().1.clone();
    assert!(told.contains("Ravenna Holt") && told.contains("<user-count>2</user-count>"), "{told}");
    assert_eq!(house.reports(), ["100 Trying", "200 OK"]);
    assert!(
        matches!(house.mixed.last(), Some((_, _, MixOrder::Admit(Program::Talk { beep, .. }))) if *beep == 700.0)
    );
    house.pass(3 * 60 * SECOND);
    assert!(matches!(house.mixed.last(), Some((_, _, MixOrder::Leave))), "callers leave when all is said");
}

#[test]
fn a_caller_sent_to_voicemail_leaves_a_message_and_the_lamp_lights() {
    let (mut house, first) = House::with_ravenna();
    house.subscribe("nora", "message-summary", "");
    house.notified(NORA);
    house.refers(&first, "sip:*201@practice.invalid");
    let lamp = house.frames.iter().find(|(_, text)| text.contains("Voice-Message")).unwrap().1.clone();
    assert!(lamp.contains("Messages-Waiting: yes") && lamp.contains("Voice-Message: 1/0 (0/0)"), "{lamp}");
    assert_eq!(house.reports(), ["100 Trying", "200 OK"]);
    assert!(house.events.contains(&Event::MessageLeft { mailbox: "201".into() }));
    // Listening makes it old.
    house.dials("*97", 9, "");
    let (_, program) = house.media_answers();
    assert_eq!(program, Program::Beep);
    let lamp = house.notified(NORA).into_iter().find(|text| text.contains("Voice-Message")).unwrap();
    assert_eq!(between(&lamp, "Voice-Message: ", "\r\n"), "0/1 (0/0)");
    assert!(lamp.contains("Messages-Waiting: no"));
}

#[test]
fn an_operator_speaks_to_the_mailbox_of_a_colleague_who_does_not_answer() {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.dials("310", 9, "");
    assert!(house.last(NORA).starts_with("SIP/2.0 180"));
    house.pass(30 * SECOND);
    let (_, program) = house.media_answers();
    assert_eq!(program, Program::Beep);
    let ok = house.last(NORA);
    assert!(ok.starts_with("SIP/2.0 200") && ok.contains("Voicemail of Jocelyn Mbeki"), "{ok}");
    house.acknowledges(&ok, 9);
    assert!(!house.events.iter().any(|event| matches!(event, Event::MessageLeft { .. })));
    house.says_goodbye(&ok, 10);
    assert!(house.events.contains(&Event::MessageLeft { mailbox: "310".into() }));
}

#[test]
fn a_call_that_rings_is_sent_on_unanswered_to_voicemail_a_colleague_or_another_operator() {
    for number in ["*201", "301", "202"] {
        let mut house = House::new();
        house.sign_in(NORA, "nora");
        house.sign_in(LUC, "luc");
        house.ring("nora");
        let voice = house.orders.last().unwrap().0;
        house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\n".into()) });
        let invite = house.last(NORA);
        let moved = answer(&invite, "302 Moved Temporarily", "")
            .replace("sip:nora@c1.invalid", &format!("sip:{number}@practice.invalid"));
        house.frame(NORA, &moved);
        assert!(house.events.contains(&Event::SentOn { call: CallId(7), to: number.into() }));
        match number {
            "*201" => assert!(house.events.contains(&Event::MessageLeft { mailbox: "201".into() })),
            "301" => assert_eq!(
                house.switch.phone_calls.values().filter(|call| call.extension == "301").count(),
                1
            ),
            _ => {
                let voice = house.orders.last().unwrap().0;
                house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\n".into()) });
                let invite = house.sent(LUC, "INVITE").unwrap();
                assert!(header(&invite, "Diversion").contains("reason=deflection"), "{invite}");
            }
        }
    }
}
