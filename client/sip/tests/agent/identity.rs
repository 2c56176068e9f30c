//! Who calls, and whom the call was meant for (S12).

use cordboard_sip::Party;
use cordboard_sip::message::Name;

use crate::far_end::{Phone, settings, their_invite};

fn caller(headers: &[(Name<'static>, &str)]) -> Party {
    invitation(headers).caller
}

fn called(headers: &[(Name<'static>, &str)]) -> Vec<String> {
    invitation(headers).called.into_iter().map(|party| party.number).collect()
}

fn invitation(headers: &[(Name<'static>, &str)]) -> cordboard_sip::Invitation {
    let mut invite = their_invite();
    for (name, value) in headers {
        match name {
            Name::From | Name::To => invite.headers.set(*name, value),
            _ => invite.headers.push(*name, value),
        }
    }
    *Phone::called_with(invite).2
}

#[test]
fn the_networks_word_counts_more_than_the_callers() {
    let pai = (Name::PAssertedIdentity, "\"Company\" <sip:+15550100@pbx.example>");
    let rpid = (Name::RemotePartyId, "\"Older\" <sip:301@pbx.example>;party=calling;privacy=off");
    for (headers, name, number) in [
        (&[][..], "Carol", "300"),
        (&[rpid], "Older", "301"),
        (&[rpid, pai], "Company", "+15550100"),
        (&[(Name::PAssertedIdentity, "tel:+15550100"), pai], "Company", "+15550100"),
        (&[(Name::PAssertedIdentity, "<tel:+15550101>")], "", "+15550101"),
    ] {
        let caller = caller(headers);
        assert_eq!((caller.name.as_str(), caller.number.as_str(), caller.anonymous), (name, number, false));
    }
}

#[test]
fn a_name_that_was_written_as_for_mail_is_read() {
    let names = |display: &str| {
        let asserted = format!("\"{display}\" <sip:301@pbx.example>");
        caller(&[(Name::PAssertedIdentity, asserted.as_str())]).name
    };
    assert_eq!(names("=?UTF-8?B?SsO8cmdlbiBNw7xsbGVy?="), "Jürgen Müller");
    assert_eq!(names("=?ISO-8859-1?Q?Andr=E9_Pirard?="), "André Pirard");
    assert_eq!(names("=?KOI8-R?B?8A==?="), "=?KOI8-R?B?8A==?=");
}

#[test]
fn who_asks_for_privacy_stays_unknown() {
    for headers in [
        &[(Name::Privacy, "id"), (Name::PAssertedIdentity, "<sip:+15550100@pbx.example>")][..],
        &[(Name::From, "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=carol")],
        &[(Name::From, "<sip:Anonymous@pbx.example>;tag=carol")],
        &[(Name::RemotePartyId, "\"Carol\" <sip:300@pbx.example>;privacy=full")],
        &[(Name::Privacy, "header;user")],
    ] {
        let caller = caller(headers);
        assert!(caller.anonymous, "{headers:?}");
        assert_eq!((caller.name.as_str(), caller.number.as_str()), ("", ""), "{headers:?}");
    }
    assert!(!caller(&[(Name::Privacy, "none")]).anonymous);
}

#[test]
fn the_called_addresses_come_most_original_first_and_each_once() {
    assert_eq!(called(&[]), ["front", "front"]);
    let diversion = (
        Name::Diversion,
        "<sip:120@pbx.example>;reason=no-answer, <sip:110@pbx.example>;reason=unconditional",
    );
    let history =
        (Name::HistoryInfo, "<sip:100@pbx.example>;index=1, <sip:110@pbx.example?Reason=x>;index=1.1");
    let called_party = (Name::PCalledPartyId, "<sip:130@pbx.example>");
    let to = (Name::To, "<sip:140@pbx.example>");
    assert_eq!(called(&[to]), ["140", "front"]);
    assert_eq!(called(&[to, called_party]), ["130", "140", "front"]);
    assert_eq!(called(&[diversion, to]), ["110", "120", "140", "front"]);
    assert_eq!(called(&[to, diversion, called_party, history]), ["100", "110", "120", "130", "140", "front"]);
}

#[test]
fn a_header_that_cannot_be_read_does_not_hide_the_others() {
    assert_eq!(
        called(&[(Name::HistoryInfo, "<sip:"), (Name::To, "<sip:140@pbx.example>")]),
        ["140", "front"]
    );
    assert_eq!(caller(&[(Name::PAssertedIdentity, "\"open")]).number, "300");
}

#[test]
fn who_sent_the_call_on_is_known() {
    let invitation = invitation(&[(Name::ReferredBy, "\"Colleague\" <sip:210@pbx.example>;cid=1")]);
    assert_eq!(invitation.referred_by.map(|by| by.number), Some("210".to_owned()));
}

#[test]
fn parameters_inside_a_number_are_not_part_of_it() {
    let caller = caller(&[(Name::From, "<sip:+15550100;isub=1@gw.example;user=phone>;tag=carol")]);
    assert_eq!(caller.number, "+15550100");
}

#[test]
fn a_header_that_the_settings_name_tells_the_line_before_all_others() {
    for (value, line) in [
        ("<sip:5000@pbx.example>;x=1", "5000"),
        ("\"Sales\" <sip:5000@pbx.example>", "5000"),
        ("5000", "5000"),
        ("+44 20 7946 0000", "+44 20 7946 0000"),
    ] {
        let line_header = "X-Called-Line".to_owned();
        let mut phone = Phone::with(&cordboard_sip::Settings { line_header, ..settings() });
        phone.connect();
        let diverted = (Name::Diversion, "<sip:400@pbx.example>");
        phone.receive(their_invite().with(diverted.0, diverted.1).with(Name::Other("x-called-line"), value));
        phone.response(100);
        let cordboard_sip::Event::Incoming { invitation, .. } = phone.event() else { panic!() };
        let called: Vec<_> = invitation.called.iter().map(|party| party.number.as_str()).collect();
        assert_eq!(called, [line, "400", "front", "front"], "{value}");
    }
    // Named by nobody, it says nothing.
    let called = called(&[(Name::Other("X-Called-Line"), "5000")]);
    assert_eq!(called, ["front", "front"]);
}

#[test]
fn how_a_call_wants_to_be_announced_is_told_and_not_done() {
    let invitation = invitation(&[
        (Name::AlertInfo, "<http://pbx.example>;info=alert-internal"),
        (Name::CallInfo, "<sip:pbx.example>;answer-after=2"),
        (Name::CallInfo, "<https://pbx.example/300.png>;purpose=icon"),
    ]);
    assert_eq!(invitation.ring.as_deref(), Some("alert-internal"));
    assert_eq!(invitation.answer_after, Some(2));
    assert_eq!(invitation.links.len(), 1);
}
