//! Consoles watch numbers, and publish whether they are there.

use std::time::Duration;

use super::{House, LUC, MINUTE, NORA, between, header, with_sdp};
use crate::callers;
use crate::colleagues;
use crate::ids::{CallId, ConnId};
use crate::switch::Input;

const SECOND: Duration = Duration::from_secs(1);

impl House {
    /// SUBSCRIBE to a number; `rest` has more headers.
    pub(super) fn subscribe(&mut self, number: &str, event: &str, rest: &str) {
        let cseq = format!("{} SUBSCRIBE", self.number());
        let rest =
            format!("Contact: <sip:nora@c1.invalid>\r\nEvent: {event}\r\n{rest}Content-Length: 0\r\n\r\n");
        let to = format!("<sip:{number}@practice.invalid>");
        self.request(NORA, &format!("SUBSCRIBE sip:{number}@practice.invalid"), &to, &cseq, &rest);
    }

    /// SUBSCRIBE within the last subscription.
    fn again(&mut self, subscribed: &str, expires: u32) {
        let cseq = format!("{} SUBSCRIBE", self.number());
        let rest = format!("Event: dialog\r\nExpires: {expires}\r\nContent-Length: 0\r\n\r\n");
        self.request(
            NORA,
            "SUBSCRIBE sip:exchange@practice.invalid",
            &header(subscribed, "To"),
            &cseq,
            &rest,
        );
    }

    fn publish(&mut self, rest: &str, body: &str) -> String {
        let cseq = format!("{} PUBLISH", self.number());
        let length = body.len();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/pidf+xml\r\n" };
        let rest = format!("Event: presence\r\n{rest}{kind}Content-Length: {length}\r\n\r\n{body}");
        self.request(LUC, "PUBLISH sip:luc@practice.invalid", "<sip:luc@practice.invalid>", &cseq, &rest);
        self.last(LUC)
    }

    /// A number that rises.
    fn number(&mut self) -> usize {
        self.requests += 1;
        100 + self.requests
    }

    /// Everything told to a connection since the last look, by NOTIFY; each is answered.
    pub(super) fn notified(&mut self, conn: ConnId) -> Vec<String> {
        let notices = self.unanswered(conn);
        for notice in &notices {
            self.frame(conn, &super::answer(notice, "200 OK", ""));
        }
        notices
    }

    fn unanswered(&mut self, conn: ConnId) -> Vec<String> {
        let frames = std::mem::take(&mut self.frames);
        frames
            .into_iter()
            .filter(|(to, text)| *to == conn && text.starts_with("NOTIFY"))
            .map(|(_, text)| text)
            .collect()
    }

    pub(super) fn only_notice(&mut self) -> String {
        let mut notices = self.notified(NORA);
        assert_eq!(notices.len(), 1, "{notices:#?}");
        notices.remove(0)
    }
}

fn watching() -> House {
    let mut house = House::new();
    house.sign_in(NORA, "nora");
    house.sign_in(LUC, "luc");
    house.frames.clear();
    house
}

#[test]
fn a_colleague_who_is_watched_rings_talks_and_is_free_again() {
    let mut house = watching();
    house.subscribe("301", "dialog", "Accept: application/dialog-info+xml\r\n");
    let (_, ok) = house.frames[0].clone();
    assert!(ok.starts_with("SIP/2.0 200"), "{ok}");
    assert_eq!(header(&ok, "Expires"), "3600");
    let first = house.only_notice();
    assert!(
        first.contains("Event: dialog\r\n") && first.contains("Subscription-State: active;expires=3600"),
        "{first}"
    );
    assert!(first.contains("version=\"0\" state=\"full\" entity=\"sip:301@practice.invalid\""), "{first}");
    assert!(!first.contains("<dialog "), "{first}");
    let caller = callers::with_number("+447700900417").unwrap();
    let colleague = colleagues::at("301").unwrap();
    house.take(Input::RingColleagueAsked { call: CallId(3), caller, colleague });
    let ringing = house.only_notice();
    assert!(ringing.contains("version=\"1\"") && ringing.contains("<state>early</state>"), "{ringing}");
    assert!(ringing.contains("direction=\"recipient\""), "{ringing}");
    assert!(
        ringing.contains("<identity display=\"Ravenna Holt\">sip:+447700900417@practice.invalid</identity>"),
        "{ringing}"
    );
    assert!(
        ringing.contains("call-id=\"phone-")
            && ringing.contains("local-tag=")
            && ringing.contains("remote-tag=")
    );
    house.pass(10 * SECOND);
    assert!(house.only_notice().contains("<state>confirmed</state>"));
    house.pass(2 * MINUTE);
    let free = house.only_notice();
    assert!(free.contains("version=\"3\"") && !free.contains("<dialog "), "{free}");
}

#[test]
fn an_operator_is_seen_ringing_by_the_other_with_the_caller_and_the_line() {
    let mut house = watching();
    house.subscribe("202", "dialog", "");
    house.notified(NORA);
    house.ring("luc");
    let voice = house.orders.last().unwrap().0;
    house.take(Input::MediaReported { voice, news: crate::switch::MediaNews::Offer("v=0\r\n".into()) });
    let invite = house.last(LUC);
    assert!(house.only_notice().contains("<state>trying</state>"));
    house.frame(LUC, &super::answer(&invite, "180 Ringing", ""));
    let ringing = house.only_notice();
    assert!(ringing.contains("<state>early</state>"), "{ringing}");
    assert!(ringing.contains("local-tag=\"console\""), "{ringing}");
    assert!(ringing.contains(&format!("call-id=\"{}\"", header(&invite, "Call-ID"))), "{ringing}");
    assert!(ringing.contains("<local><identity display=\"Aldergate Law\">sip:02079460100@"), "{ringing}");
    assert!(ringing.contains("<remote><identity display=\"Ravenna Holt\">"), "{ringing}");
    house.frame(LUC, &super::answer(&invite, "200 OK", "v=0\r\no=luc\r\n"));
    assert!(house.only_notice().contains("<state>confirmed</state>"));
}

#[test]
fn a_line_shows_who_waits_on_it() {
    let mut house = watching();
    house.subscribe("02079460100", "dialog", "");
    house.notified(NORA);
    house.ring("luc");
    let voice = house.orders.last().unwrap().0;
    house.take(Input::MediaReported { voice, news: crate::switch::MediaNews::Offer("v=0\r\n".into()) });
    let waiting = house.only_notice();
    assert!(waiting.contains("Ravenna Holt") && waiting.contains("<state>early</state>"), "{waiting}");
    house.take(Input::HangUpAsked { call: CallId(7) });
    assert!(!house.only_notice().contains("<dialog "));
}

#[test]
fn a_colleague_is_busy_and_free_by_turns_and_takes_calls_when_free() {
    let mut house = watching();
    house.subscribe("308", "dialog", "");
    assert!(house.only_notice().contains("<state>confirmed</state>"));
    let call = with_sdp("sip:nora@c1.invalid", "v=0\r\n");
    house.request(NORA, "INVITE sip:308@practice.invalid", "<sip:308@practice.invalid>", "1 INVITE", &call);
    assert!(house.last(NORA).starts_with("SIP/2.0 486"), "{}", house.last(NORA));
    house.frames.clear();
    house.pass(30 * SECOND);
    assert!(!house.only_notice().contains("<dialog "));
    house.request(NORA, "INVITE sip:308@practice.invalid", "<sip:308@practice.invalid>", "2 INVITE", &call);
    assert!(house.starts(NORA).contains(&"SIP/2.0 180 Ringing".to_owned()));
}

#[test]
fn a_subscription_is_refreshed_ended_or_runs_out() {
    let mut house = watching();
    house.subscribe("301", "dialog;id=7", "Expires: 120\r\n");
    let (_, ok) = house.frames[0].clone();
    assert!(house.only_notice().contains("Event: dialog;id=7\r\n"));
    house.pass(100 * SECOND);
    house.again(&ok, 120);
    assert!(house.only_notice().contains("active;expires=120"));
    house.pass(100 * SECOND);
    assert_eq!(house.notified(NORA), Vec::<String>::new());
    house.pass(30 * SECOND);
    assert!(house.only_notice().contains("Subscription-State: terminated;reason=timeout"));
    house.again(&ok, 120);
    assert_eq!(house.starts(NORA), ["SIP/2.0 481 Call/Transaction Does Not Exist"]);
    house.sign_in(NORA, "nora");
    house.frames.clear();
    house.subscribe("301", "dialog", "");
    let (_, ok) = house.frames[0].clone();
    house.notified(NORA);
    house.again(&ok, 0);
    assert!(house.only_notice().contains("terminated;reason=timeout"));
    assert!(house.switch.subscriptions.is_empty());
}

#[test]
fn a_look_without_a_subscription_is_answered_once() {
    let mut house = watching();
    house.subscribe("301", "presence", "Expires: 0\r\n");
    let notice = house.only_notice();
    assert!(notice.contains("terminated") && notice.contains("<basic>open</basic>"), "{notice}");
    assert!(house.switch.subscriptions.is_empty());
}

#[test]
fn what_cannot_be_watched_is_refused_with_the_reason() {
    let mut house = watching();
    for (number, event, rest, status) in [
        ("301", "weather", "", "489 Bad Event"),
        ("999", "dialog", "", "404 Not Found"),
        ("600", "presence", "", "404 Not Found"),
        ("301", "dialog", "Expires: 10\r\n", "423 Interval Too Brief"),
        ("301", "dialog", "Accept: text/plain\r\n", "406 Not Acceptable"),
        ("colleagues", "dialog", "", "421 Extension Required"),
    ] {
        house.subscribe(number, event, rest);
        assert!(house.last(NORA).starts_with(&format!("SIP/2.0 {status}")), "{number}: {}", house.last(NORA));
    }
    assert!(house.frames.iter().any(|(_, text)| header(text, "Min-Expires") == "60"));
    assert!(house.frames.iter().any(|(_, text)| header(text, "Allow-Events").contains("dialog")));
    assert!(house.switch.subscriptions.is_empty());
    // Nobody watches before registering.
    let stranger = ConnId(77);
    house.request(
        stranger,
        "SUBSCRIBE sip:301@practice.invalid",
        "<sip:301@practice.invalid>",
        "1 SUBSCRIBE",
        "",
    );
    assert!(house.last(stranger).starts_with("SIP/2.0 403"));
}

#[test]
fn a_console_that_refuses_a_notice_or_does_not_answer_is_not_told_again() {
    for refusal in ["481 Call/Transaction Does Not Exist", ""] {
        let mut house = watching();
        house.subscribe("301", "dialog", "");
        let notice = house.unanswered(NORA).remove(0);
        if refusal.is_empty() {
            house.pass(33 * SECOND);
        } else {
            house.frame(NORA, &super::answer(&notice, refusal, ""));
        }
        assert!(house.switch.subscriptions.is_empty() && house.switch.notices.is_empty());
    }
}

#[test]
fn a_subscription_moves_with_its_console_to_another_connection() {
    let mut house = watching();
    house.subscribe("301", "dialog", "");
    house.take(Input::ConnectionClosed { conn: NORA });
    let back = ConnId(9);
    house.sign_in(back, "nora");
    house.frames.clear();
    house.take(Input::OccupyAsked { extension: "301".into(), busy: true });
    assert_eq!(house.notified(back).len(), 1);
}

#[test]
fn all_colleagues_are_watched_by_one_subscription_and_only_changes_are_told() {
    let mut house = watching();
    house.subscribe("colleagues", "dialog", "Supported: eventlist\r\n");
    let all = house.only_notice();
    assert!(all.contains("Require: eventlist\r\n") && all.contains("fullState=\"true\""), "{all}");
    assert_eq!(
        all.matches("Content-Type: application/dialog-info+xml").count(),
        colleagues::colleagues().len()
    );
    assert!(all.contains("<resource uri=\"sip:301@practice.invalid\"><name>Agnes Thorley</name>"));
    house.take(Input::OccupyAsked { extension: "301".into(), busy: true });
    let one = house.only_notice();
    assert!(one.contains("fullState=\"false\"") && one.contains("version=\"1\""), "{one}");
    assert_eq!(one.matches("Content-Type: application/dialog-info+xml").count(), 1, "{one}");
    assert!(one.contains("<state>confirmed</state>"));
}

#[test]
fn presence_tells_who_is_there_away_talking_or_not_to_be_disturbed() {
    let mut house = watching();
    for (number, words) in [
        ("301", vec!["<basic>open</basic>"]),
        ("302", vec!["<basic>open</basic>", "<rpid:on-the-phone/>"]),
        ("303", vec!["<rpid:away/>"]),
        ("405", vec!["<basic>closed</basic>", "Do not disturb"]),
        ("202", vec!["<basic>open</basic>"]),
    ] {
        house.subscribe(number, "presence", "");
        let notice = house.only_notice();
        assert!(words.iter().all(|word| notice.contains(word)), "{number}: {notice}");
    }
    house.take(Input::ConnectionClosed { conn: LUC });
    let gone = house.only_notice();
    assert!(gone.contains("sip:202@") && gone.contains("<basic>closed</basic>"), "{gone}");
}

#[test]
fn what_an_operator_publishes_is_told_until_it_is_withdrawn_or_runs_out() {
    let mut house = watching();
    house.subscribe("luc", "presence", "");
    house.notified(NORA);
    let ok = house.publish("Expires: 120\r\n", "<presence>lunch</presence>");
    assert!(ok.starts_with("SIP/2.0 200") && header(&ok, "Expires") == "120", "{ok}");
    assert!(house.only_notice().ends_with("<presence>lunch</presence>"));
    // A refresh has no body, and gets another tag.
    let etag = header(&ok, "SIP-ETag");
    let refreshed = house.publish(&format!("SIP-If-Match: {etag}\r\nExpires: 120\r\n"), "");
    assert!(refreshed.starts_with("SIP/2.0 200") && header(&refreshed, "SIP-ETag") != etag);
    let stale = house.publish(&format!("SIP-If-Match: {etag}\r\n"), "<presence/>");
    assert!(stale.starts_with("SIP/2.0 412"), "{stale}");
    let etag = header(&refreshed, "SIP-ETag");
    house.publish(&format!("SIP-If-Match: {etag}\r\nExpires: 120\r\n"), "<presence>back</presence>");
    assert!(house.notified(NORA).last().unwrap().ends_with("<presence>back</presence>"));
    assert!(house.publish("Expires: 10\r\n", "<presence/>").starts_with("SIP/2.0 423"));
    assert!(house.publish("", "").starts_with("SIP/2.0 400"));
    house.frames.clear();
    house.pass(121 * SECOND);
    assert!(house.notified(NORA).last().unwrap().contains("xmlns:rpid"));
}

#[test]
fn nobody_publishes_for_somebody_else() {
    let mut house = watching();
    house.request(
        LUC,
        "PUBLISH sip:nora@practice.invalid",
        "<sip:nora@practice.invalid>",
        "9 PUBLISH",
        "Event: presence\r\nContent-Length: 2\r\n\r\nxx",
    );
    assert!(house.last(LUC).starts_with("SIP/2.0 403"));
}

#[test]
fn a_mailbox_is_empty_at_first() {
    let mut house = watching();
    house.subscribe("nora", "message-summary", "");
    let notice = house.only_notice();
    assert_eq!(between(&notice, "Voice-Message: ", "\r\n"), "0/0 (0/0)");
    assert!(notice.contains("Messages-Waiting: no\r\n"));
}
