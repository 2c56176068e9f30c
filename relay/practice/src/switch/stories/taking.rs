//! Calls that are taken over: attended transfers before and after the target answers, and calls picked up elsewhere.

use std::time::Duration;

use super::{House, LUC, NORA, answer, between, header, request, with_sdp};
use crate::callers;
use crate::colleagues;
use crate::event::Event;
use crate::ids::{CallId, ConnId, VoiceId};
use crate::switch::{Input, MediaNews, MediaOrder};

const SECOND: Duration = Duration::from_secs(1);

/// Nora's call with Ravenna, and what is needed to speak within it.
pub(super) struct First {
    pub(super) from: String,
    pub(super) call_id: String,
}

impl House {
    pub(super) fn with_ravenna() -> (Self, First) {
        let mut house = Self::new();
        house.sign_in(NORA, "nora");
        house.sign_in(LUC, "luc");
        let (_, from) = house.answered();
        let call_id = header(&house.last(NORA), "Call-ID");
        house.frames.clear();
        (house, First { from, call_id })
    }

    /// A call of Nora's; hands out what the exchange answered last.
    pub(super) fn dials(&mut self, number: &str, cseq: u32, extra: &str) -> String {
        let start = format!("INVITE sip:{number}@practice.invalid");
        let rest = format!("{extra}{}", with_sdp("sip:nora@c1.invalid", "v=0\r\no=nora\r\n"));
        self.request(
            NORA,
            &start,
            &format!("<sip:{number}@practice.invalid>"),
            &format!("{cseq} INVITE"),
            &rest,
        );
        self.last(NORA)
    }

    /// REFER of the first call to whoever the second one reaches.
    pub(super) fn refers(&mut self, first: &First, to: &str) {
        let rest = format!("Refer-To: <{to}>\r\nContent-Length: 0\r\n\r\n");
        let refer = request(NORA, "REFER sip:exchange@practice.invalid", &first.from, "50 REFER", &rest)
            .replace("tag=f1\r\n", "tag=console\r\n")
            .replace("Call-ID: k1", &format!("Call-ID: {}", first.call_id));
        self.frame(NORA, &refer);
    }

    /// What the transferor was told of the transfer since the last look.
    pub(super) fn reports(&mut self) -> Vec<String> {
        let frames = std::mem::take(&mut self.frames);
        frames
            .iter()
            .filter(|(to, text)| *to == NORA && text.starts_with("NOTIFY") && text.contains("Event: refer"))
            .map(|(_, text)| between(text, "\r\n\r\nSIP/2.0 ", "\r\n"))
            .collect()
    }

    pub(super) fn sent(&self, conn: ConnId, start: &str) -> Option<String> {
        self.frames
            .iter()
            .find(|(to, text)| *to == conn && text.starts_with(start))
            .map(|(_, text)| text.clone())
    }

    pub(super) fn outside_rings(&mut self, extension: &str) {
        let caller = callers::with_number("+447700900417").unwrap();
        let colleague = colleagues::at(extension).unwrap();
        self.take(Input::RingColleagueAsked { call: CallId(3), caller, colleague });
    }

    pub(super) fn last_order(&self) -> (VoiceId, &MediaOrder) {
        let (voice, order) = self.orders.last().unwrap();
        (*voice, order)
    }
}

/// Where a Refer-To points that takes the place of Nora's second call.
fn replacing(ringing: &str) -> String {
    let to = header(ringing, "To");
    let tag = to.split("tag=").nth(1).unwrap();
    format!("sip:301@practice.invalid?Replaces=k1%3Bto-tag%3D{tag}%3Bfrom-tag%3Df1")
}

#[test]
fn a_caller_is_handed_over_while_the_colleague_still_rings() {
    let (mut house, first) = House::with_ravenna();
    let ringing = house.dials("301", 2, "");
    assert!(ringing.starts_with("SIP/2.0 180"), "{ringing}");
    house.refers(&first, &replacing(&ringing));
    assert_eq!(house.reports(), ["100 Trying", "180 Ringing"]);
    house.pass(2 * SECOND);
    assert!(house.sent(NORA, "SIP/2.0 487").is_some(), "{:?}", house.frames);
    assert_eq!(house.reports(), ["200 OK"]);
    assert!(house.events.contains(&Event::Transferred { call: CallId(7), to: "301".into() }));
    // Both calls of the transferor are over.
    house.pass(3 * SECOND);
    assert!(house.sent(NORA, "BYE").is_some());
    assert!(house.switch.legs.is_empty());
}

#[test]
fn a_colleague_who_does_not_answer_leaves_both_calls_as_they_were() {
    let (mut house, first) = House::with_ravenna();
    let ringing = house.dials("303", 2, "");
    house.refers(&first, &replacing(&ringing));
    house.pass(30 * SECOND);
    assert!(house.sent(NORA, "SIP/2.0 480").is_some(), "{:?}", house.frames);
    assert_eq!(house.reports(), ["100 Trying", "180 Ringing", "480 Temporarily Unavailable"]);
    assert_eq!(house.switch.legs.len(), 1, "the caller is still there");
}

#[test]
fn a_transferor_may_cancel_the_call_that_the_transfer_has_taken_over() {
    let (mut house, first) = House::with_ravenna();
    let ringing = house.dials("301", 2, "");
    house.refers(&first, &replacing(&ringing));
    let cancel =
        request(NORA, "CANCEL sip:301@practice.invalid", "<sip:301@practice.invalid>", "2 CANCEL", "");
    house.frame(NORA, &cancel.replace("z9hG4bK2CANCEL1", "z9hG4bK2INVITE1"));
    assert!(house.sent(NORA, "SIP/2.0 487").is_some());
    house.pass(2 * SECOND);
    assert_eq!(house.reports().last().unwrap(), "200 OK");
}

#[test]
fn a_target_that_is_gone_is_told_and_the_caller_stays() {
    let (mut house, first) = House::with_ravenna();
    house.refers(&first, "sip:301@practice.invalid?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db");
    assert_eq!(house.reports(), ["100 Trying", "481 Call/Transaction Does Not Exist"]);
    assert_eq!(house.switch.legs.len(), 1);
}

#[test]
fn a_caller_is_handed_over_while_another_operator_still_rings() {
    let (mut house, first) = House::with_ravenna();
    house.dials("202", 2, "");
    let invite = house.last(LUC);
    house.frame(LUC, &answer(&invite, "180 Ringing", ""));
    let ringing = house.last(NORA);
    house.refers(&first, &replacing(&ringing));
    assert_eq!(house.reports(), ["100 Trying", "180 Ringing"]);
    house.frame(LUC, &answer(&invite, "200 OK", "v=0\r\no=luc\r\n"));
    assert!(house.sent(NORA, "SIP/2.0 487").is_some());
    // Luc's sound was agreed with Nora; now it is agreed with the caller.
    let (voice, MediaOrder::Offer(_)) = house.last_order() else { panic!("{:?}", house.orders) };
    house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\no=caller\r\n".into()) });
    let reinvite = house.last(LUC);
    assert!(reinvite.ends_with("o=caller\r\n") && reinvite.contains("Ravenna Holt"), "{reinvite}");
    house.frame(LUC, &answer(&reinvite, "200 OK", "v=0\r\no=luc again\r\n"));
    assert_eq!(house.reports(), ["200 OK"]);
}

#[test]
fn an_operator_who_refuses_leaves_both_calls_as_they_were() {
    let (mut house, first) = House::with_ravenna();
    house.dials("202", 2, "");
    let invite = house.last(LUC);
    house.frame(LUC, &answer(&invite, "180 Ringing", ""));
    let ringing = house.last(NORA);
    house.refers(&first, &replacing(&ringing));
    house.frame(LUC, &answer(&invite, "486 Busy Here", ""));
    assert!(house.sent(NORA, "SIP/2.0 486").is_some(), "{:?}", house.frames);
    assert_eq!(house.reports(), ["100 Trying", "180 Ringing", "486 Busy Here"]);
    assert_eq!(house.switch.legs.len(), 1);
}

#[test]
fn a_call_that_rings_at_a_colleague_is_picked_up_by_the_code() {
    let (mut house, _) = House::with_ravenna();
    house.dials("**301", 2, "");
    assert!(house.last(NORA).starts_with("SIP/2.0 480"), "nothing rings yet");
    house.outside_rings("301");
    house.dials("**301", 3, "");
    let (voice, MediaOrder::Answer(..)) = house.last_order() else { panic!("{:?}", house.orders) };
    house.take(Input::MediaReported { voice, news: MediaNews::Answer("v=0\r\n".into()) });
    let ok = house.last(NORA);
    assert!(ok.starts_with("SIP/2.0 200"), "{ok}");
    assert!(header(&ok, "P-Asserted-Identity").contains("Ravenna Holt"), "{ok}");
    assert!(house.events.contains(&Event::Answered { call: CallId(3) }));
}

#[test]
fn a_call_that_rings_at_a_colleague_is_picked_up_by_the_ids_that_watchers_are_told() {
    let (mut house, _) = House::with_ravenna();
    house.request(
        NORA,
        "SUBSCRIBE sip:301@practice.invalid",
        "<sip:301@practice.invalid>",
        "60 SUBSCRIBE",
        "Contact: <sip:nora@c1.invalid>\r\nEvent: dialog\r\nContent-Length: 0\r\n\r\n",
    );
    house.outside_rings("301");
    let told = house.last(NORA);
    let ids = |attribute: &str| between(&told, &format!("{attribute}=\""), "\"");
    let replaces = format!(
        "Replaces: {};to-tag={};from-tag={};early-only\r\n",
        ids("call-id"),
        ids("remote-tag"),
        ids("local-tag")
    );
    house.dials("301", 2, &replaces);
    assert!(matches!(house.last_order().1, MediaOrder::Answer(..)), "{:?}", house.orders);
    assert!(house.frames.iter().any(|(_, text)| text.starts_with("NOTIFY") && !text.contains("<dialog ")));
    // What has been taken cannot be taken again, and what has been answered not by those who want it early only.
    house.dials("301", 3, &replaces);
    assert!(house.sent(NORA, "SIP/2.0 481").is_some());
    house.frames.clear();
    house.outside_rings("304");
    let id = house.switch.phone_calls.keys().next_back().unwrap().0;
    house.pass(10 * SECOND);
    let replaces = |flag: &str| {
        format!(
            "Replaces: phone-{id}@practice.invalid;to-tag=phone-{id}-to;from-tag=phone-{id}-from{flag}\r\n"
        )
    };
    house.dials("304", 4, &replaces(";early-only"));
    assert!(house.sent(NORA, "SIP/2.0 486").is_some(), "{:?}", house.frames);
    house.dials("304", 5, &replaces(""));
    assert!(matches!(house.last_order().1, MediaOrder::Answer(..)));
}

#[test]
fn a_call_that_rings_at_another_operator_is_picked_up_and_the_other_is_told_why() {
    let (mut house, _) = House::with_ravenna();
    house.ring("luc");
    let voice = house.orders.last().unwrap().0;
    house.take(Input::MediaReported { voice, news: MediaNews::Offer("v=0\r\n".into()) });
    let invite = house.last(LUC);
    house.frame(LUC, &answer(&invite, "180 Ringing", ""));
    house.dials("**luc", 2, "");
    let cancel = house.sent(LUC, "CANCEL").unwrap();
    assert!(cancel.contains("Reason: SIP;cause=200;text=\"Call completed elsewhere\""), "{cancel}");
    assert!(matches!(house.last_order(), (taken, MediaOrder::Answer(..)) if taken == voice));
}

#[test]
fn a_standing_call_is_taken_from_another_operator_who_is_told_goodbye() {
    let (mut house, first) = House::with_ravenna();
    let tag = first.from.split("tag=").nth(1).unwrap();
    let replaces = format!("Replaces: {};to-tag={tag};from-tag=console\r\n", first.call_id);
    let rest = format!("{replaces}{}", with_sdp("sip:luc@c2.invalid", "v=0\r\no=luc\r\n"));
    house.request(LUC, "INVITE sip:nora@practice.invalid", "<sip:nora@practice.invalid>", "1 INVITE", &rest);
    assert!(house.sent(NORA, "BYE").is_some());
    let (voice, MediaOrder::Answer(_, offer)) = house.last_order() else { panic!("{:?}", house.orders) };
    assert!(offer.ends_with("o=luc\r\n"));
    house.take(Input::MediaReported { voice, news: MediaNews::Answer("v=0\r\n".into()) });
    assert!(house.last(LUC).starts_with("SIP/2.0 200"));
    assert!(!house.events.contains(&Event::Ended { call: CallId(7) }));
}
