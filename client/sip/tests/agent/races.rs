//! Races and traps that users of other browser phones have reported in public, and the stories that keep us out of them.
//!
//! [`REPORTED`] says where each was reported, what goes wrong there, and which story is about it. The stories at the
//! foot are of those that belong to no other file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use cordboard_sip::message::{Method, Name};
use cordboard_sip::{ActError, EndCause, Event};

use crate::authentication::challenge;
use crate::cancelling::their_cancel;
use crate::far_end::{
    OURS, Phone, THEIRS, accept, grant, in_their_dialog, respond, restored, seconds, their_ack,
    their_bare_invite, their_invite,
};
use crate::two_agents::Pair;

/// Issue, pull request (PR) or release; what happens; where the story is.
const REPORTED: &[(&str, &str, &str)] = &[
    // Giving up and answering.
    (
        "JsSIP 836",
        "a 200 crosses our CANCEL",
        "cancelling::a_200_that_crosses_the_cancel_is_acknowledged_and_ended",
    ),
    ("JsSIP 836", "the same, at both ends at once", "two_agents::giving_up_and_answering_cross"),
    ("JsSIP 385", "hanging up while it rings", "cancelling::a_call_that_rings_is_cancelled_at_once"),
    (
        "SIP.js 907",
        "hanging up before anything was heard",
        "cancelling::a_cancel_waits_for_the_first_provisional_response",
    ),
    (
        "JsSIP 469",
        "hanging up a call that was sent again with credentials",
        "races::hanging_up_after_a_challenge_takes_the_second_invite_back",
    ),
    (
        "JsSIP 597",
        "CANCEL, then BYE, on the heels of our 200",
        "races::a_cancel_and_a_bye_on_the_heels_of_our_answer_end_the_call",
    ),
    (
        "JsSIP 112",
        "CANCEL while the browser still makes the answer",
        "races::an_answer_that_is_ready_after_the_cancel_is_not_sent",
    ),
    (
        "SIP.js 446",
        "accepting and hanging up at once",
        "being_called::hanging_up_before_the_ack_waits_with_the_bye",
    ),
    (
        "SIP.js 944",
        "somebody else was quicker to answer",
        "races::whoever_was_too_late_to_answer_is_told_that_it_was_taken_elsewhere",
    ),
    (
        "SIP.js PR 948",
        "a call taken elsewhere counts as missed",
        "cancelling::a_call_taken_by_somebody_else_is_not_missed",
    ),
    ("JsSIP 113, 114", "two phones answer", "calling::the_2xx_of_another_fork_is_acknowledged_and_ended"),
    (
        "SIP.js 193, 211, 502",
        "early media, and of several phones",
        "calling::early_media_of_one_fork_is_no_answer_of_another",
    ),
    ("JsSIP 463", "INFO before the answer", "races::digits_before_the_answer_do_not_disturb_it"),
    // Changes of media.
    (
        "JsSIP 367",
        "the ACK with the answer comes twice",
        "races::an_answer_in_an_ack_that_comes_twice_is_told_once",
    ),
    (
        "JsSIP 956",
        "another request between a re-INVITE and its ACK",
        "races::an_ack_has_the_number_of_its_invite_whatever_was_sent_meanwhile",
    ),
    (
        "SIP.js PR 798",
        "a re-INVITE overtakes the ACK",
        "races::a_change_that_overtakes_the_ack_is_to_come_again",
    ),
    ("JsSIP 668", "refusing a re-INVITE", "media_change::theirs_can_be_refused_and_the_session_goes_on"),
    (
        "JsSIP 771",
        "theirs comes again after our 491",
        "races::what_we_refused_for_a_glare_is_answered_when_it_comes_again",
    ),
    (
        "JsSIP 3.5.4, 3.8.2",
        "both hold at once",
        "two_agents::both_change_media_at_once_and_both_get_their_way_in_the_end",
    ),
    ("JsSIP 292", "several changes at once", "media_change::theirs_is_answered_by_the_desk"),
    ("SIP.js 685", "a hold that was refused", "media_change::a_refused_change_leaves_the_session_as_it_was"),
    ("SIP.js 543", "resuming changes nothing", "media_change::what_is_in_force_follows_the_answer"),
    (
        "JsSIP 3.4.2, 3.4.4",
        "a re-INVITE without an offer",
        "media_change::theirs_without_an_offer_is_answered_with_one_and_the_ack_brings_the_answer",
    ),
    // Session timers.
    (
        "JsSIP 732",
        "a refresh falls due while a hold is out",
        "races::a_refresh_that_falls_due_while_a_change_is_out_waits",
    ),
    (
        "JsSIP 297, 727",
        "lifetimes that are too short",
        "session_timer::half_an_hour_is_asked_for_and_nobody_needs_to_know_of_it",
    ),
    ("JsSIP 397", "422", "session_timer::a_422_is_obeyed_once"),
    (
        "JsSIP 506",
        "UPDATE is ignored",
        "session_timer::a_gateway_that_names_update_and_ignores_it_gets_a_reinvite",
    ),
    (
        "SIP.js 258",
        "a refresh asks for the microphone",
        "session_timer::their_refresh_that_changes_nothing_bothers_nobody",
    ),
    // Transfers.
    (
        "SIP.js 254",
        "a 2xx to REFER taken for success",
        "transfer::a_200_at_once_and_out_of_nothing_proves_nothing",
    ),
    ("SIP.js 254", "the target is busy", "transfer::a_failure_brings_the_call_back_with_its_reason"),
    (
        "JsSIP 556, PR 878",
        "whoever asked for a call hangs up",
        "referred::the_asker_may_hang_up_and_is_still_told",
    ),
    (
        "JsSIP 556, PR 878",
        "it does not know what it asked for any more",
        "referred::an_asker_who_hears_nothing_any_more_still_gets_what_was_promised",
    ),
    (
        "JsSIP 3.13.5",
        "a challenge to REFER",
        "transfer::a_challenge_to_refer_is_answered_and_the_notify_names_the_new_number",
    ),
    (
        "JsSIP 3.13.3, 3.13.8",
        "headers in Refer-To",
        "referred::the_headers_of_refer_to_become_headers_of_the_call",
    ),
    // Registrations, connections, subscriptions.
    ("JsSIP 414", "registering twice after a new connection", "races::asking_twice_registers_once"),
    ("SIP.js 1071", "a refresh is due while one is out", "races::asking_twice_registers_once"),
    (
        "JsSIP 337",
        "the registration counts as kept",
        "registration::a_lost_connection_is_told_and_the_next_one_registers_at_once",
    ),
    (
        "JsSIP 402",
        "a dead socket is noticed late",
        "keep_alive::a_dead_connection_is_known_in_under_ten_seconds_whenever_it_dies",
    ),
    (
        "JsSIP PR 929",
        "a reload registers as somebody new",
        "races::a_reload_takes_its_own_place_at_the_registrar",
    ),
    ("JsSIP 921, SIP.js 1078", "a reload loses the call", "saved_state::a_call_goes_on_where_it_was"),
    (
        "JsSIP 3.3.2, 3.7.6",
        "several contacts in the 200",
        "registration::the_expiry_granted_to_our_own_contact_counts_not_the_first_in_the_list",
    ),
    ("JsSIP 3.10.2", "423", "registration::an_expiry_found_too_brief_is_lengthened_once"),
    ("SIP.js 366", "a NOTIFY overtakes the 200", "watching::a_notify_may_overtake_the_200"),
    // Digits and long shifts.
    ("JsSIP 137, 496; SIP.js 354, 519", "digits in any order", "races::digits_go_out_in_their_order"),
    ("JsSIP 513, 532; SIP.js 536", "memory that fills up", "races::a_thousand_calls_leave_nothing_behind"),
];

#[test]
fn each_has_its_story() {
    for (source, _, story) in REPORTED {
        assert!(is_told(story), "{source}: {story} is not there");
    }
}

/// True if there is a story of this name, such as `races::each_has_its_story`.
pub(crate) fn is_told(story: &str) -> bool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agent");
    let (file, name) = story.split_once("::").unwrap();
    let text = fs::read_to_string(folder.join(file).with_extension("rs")).unwrap();
    text.contains(&format!("#[test]\nfn {name}() {{"))
}

#[test]
fn hanging_up_after_a_challenge_takes_the_second_invite_back() {
    let (mut phone, session, first) = Phone::calling();
    phone.receive(challenge(&first, "n1", ""));
    phone.request(Method::Ack);
    let second = phone.request(Method::Invite);
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    // What was heard of the first says nothing about the second.
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Local });
    phone.silent();
    phone.receive(respond(&second, 100));
    let cancel = phone.request(Method::Cancel);
    assert_eq!(cancel.headers.via().unwrap().branch(), second.headers.via().unwrap().branch());
    assert_eq!(cancel.headers.cseq().unwrap().number, second.headers.cseq().unwrap().number);
    phone.receive(respond(&cancel, 200));
    phone.receive(respond(&second, 487));
    phone.request(Method::Ack);
    phone.silent();
}

#[test]
fn a_cancel_and_a_bye_on_the_heels_of_our_answer_end_the_call() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_cancel(None));
    phone.response(200);
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 2));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::RemoteHungUp });
    phone.pass(seconds(100));
    phone.silent();
}

#[test]
fn an_answer_that_is_ready_after_the_cancel_is_not_sent() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    phone.response(180);
    phone.receive(their_cancel(None));
    phone.response(200);
    phone.response(487);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::Cancelled });
    let late = phone.act(|agent, now| agent.accept(now, session, OURS));
    assert_eq!(late, Err(ActError::NoSession));
    phone.silent();
}

#[test]
fn whoever_was_too_late_to_answer_is_told_that_it_was_taken_elsewhere() {
    // Our 200 was on its way when another phone's came first: whoever called acknowledges it and hangs up on us.
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    let reason = r#"SIP;cause=200;text="Call completed elsewhere""#;
    phone.receive(in_their_dialog(&ok.headers, Method::Bye, 2).with(Name::Reason, reason));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session, cause: EndCause::AnsweredElsewhere });
}

#[test]
fn digits_before_the_answer_do_not_disturb_it() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    phone.receive(in_their_dialog(&ringing.headers, Method::Info, 2));
    phone.response(200);
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    phone.pass(seconds(32));
    phone.silent();
}

#[test]
fn an_answer_in_an_ack_that_comes_twice_is_told_once() {
    let (mut phone, session, _) = Phone::called_with(their_bare_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.pass(Duration::from_millis(600));
    assert_eq!(phone.response(200), ok);
    phone.receive(their_ack(&ok, THEIRS));
    assert_eq!(phone.event(), Event::Established { session, sdp: Some(THEIRS.to_owned()) });
    // Each of our two 200s gets one.
    phone.receive(their_ack(&ok, THEIRS));
    phone.silent();
}

#[test]
fn an_ack_has_the_number_of_its_invite_whatever_was_sent_meanwhile() {
    let (mut phone, session, _) = Phone::in_call();
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    let reinvite = phone.request(Method::Invite);
    phone.act(|agent, now| agent.refer(now, session, "201")).unwrap();
    let refer = phone.request(Method::Refer);
    let numbers = [&reinvite, &refer].map(|request| request.headers.cseq().unwrap().number);
    assert_eq!(numbers, [2, 3]);
    phone.receive(accept(&reinvite, "theirs"));
    assert_eq!(phone.request(Method::Ack).headers.get(Name::CSeq), Some("2 ACK"));
}

#[test]
fn a_change_that_overtakes_the_ack_is_to_come_again() {
    // RFC 5407 §3.1.5
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    let change =
        |number| in_their_dialog(&ok.headers, Method::Invite, number).with_body("application/sdp", THEIRS);
    phone.receive(change(2));
    assert!(phone.response(500).headers.contains(Name::RetryAfter));
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session, sdp: None });
    phone.receive(change(3));
    phone.response(100);
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(THEIRS.to_owned()) });
}

#[test]
fn what_we_refused_for_a_glare_is_answered_when_it_comes_again() {
    let (mut phone, session, ok) = Phone::answered();
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    let ours = phone.request(Method::Invite);
    let theirs =
        |number| in_their_dialog(&ok.headers, Method::Invite, number).with_body("application/sdp", THEIRS);
    phone.receive(theirs(2));
    phone.response(491);
    phone.receive(accept(&ours, "carol"));
    phone.request(Method::Ack);
    phone.events.clear();
    phone.receive(theirs(3));
    phone.response(100);
    assert_eq!(phone.event(), Event::Reoffered { session, offer: Some(THEIRS.to_owned()) });
    phone.act(|agent, now| agent.answer(now, session, OURS)).unwrap();
    phone.response(200);
}

#[test]
fn a_refresh_that_falls_due_while_a_change_is_out_waits() {
    let (mut phone, session, invite) = Phone::calling();
    let kept = |request| accept(request, "theirs").with(Name::SessionExpires, "1800;refresher=uac");
    phone.receive(kept(&invite));
    phone.request(Method::Ack);
    phone.pass(seconds(899));
    phone.act(|agent, now| agent.reoffer(now, session, OURS)).unwrap();
    let change = phone.request(Method::Invite);
    phone.receive(respond(&change, 100));
    // Half of the lifetime is over, and there is one INVITE out.
    phone.pass(seconds(5));
    phone.receive(kept(&change));
    phone.request(Method::Ack);
    // It was a refresh as well (RFC 4028 §7.4).
    phone.pass(seconds(899));
    assert!(phone.sent.is_empty(), "{:?}", phone.sent);
    phone.pass(seconds(1));
    phone.request(Method::Invite);
}

#[test]
fn asking_twice_registers_once() {
    let mut phone = Phone::registered(600);
    phone.disconnect();
    phone.connect();
    phone.act(|agent, now| agent.register(now));
    let register = phone.request(Method::Register);
    assert!(phone.sent.is_empty(), "{:?}", phone.sent);
    phone.receive(grant(&register, 600));
    phone.events.clear();
    // A refresh that is out is enough, too.
    phone.pass(seconds(540));
    phone.request(Method::Register);
    phone.act(|agent, now| agent.register(now));
    phone.pass(seconds(20));
    phone.silent();
}

#[test]
fn a_reload_takes_its_own_place_at_the_registrar() {
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.register(now));
    let before = phone.request(Method::Register);
    phone.receive(grant(&before, 600));
    restored(&mut phone);
    phone.disconnect();
    phone.connect();
    let after = phone.request(Method::Register);
    assert_eq!(after.headers.call_id(), before.headers.call_id());
    assert!(after.headers.cseq().unwrap().number > before.headers.cseq().unwrap().number);
    // The same address, flow and instance.
    assert_eq!(after.headers.get(Name::Contact), before.headers.get(Name::Contact));
}

#[test]
fn digits_go_out_in_their_order() {
    let (mut phone, session, _) = Phone::in_call();
    for digit in "0815#".chars() {
        phone.act(|agent, now| agent.send_digit_info(now, session, digit)).unwrap();
    }
    let mut told = String::new();
    let mut last = 1;
    while told.len() < 5 {
        let info = phone.request(Method::Info);
        let number = info.headers.cseq().unwrap().number;
        assert_eq!(number, last + 1);
        last = number;
        let body = String::from_utf8(info.body.clone()).unwrap();
        told.push_str(body.lines().next().unwrap().trim_start_matches("Signal="));
        phone.receive(respond(&info, 200));
    }
    assert_eq!(told, "0815#");
    phone.silent();
}

#[test]
fn a_thousand_calls_leave_nothing_behind() {
    let mut pair = Pair::alone();
    let mut sizes_after = |calls: u32| {
        for _ in 0..calls {
            let (ours, theirs) = pair.talk();
            pair.end(ours, theirs);
        }
        // The longest that a transaction lingers on.
        let both = [&mut pair.left, &mut pair.right];
        both.map(|phone| {
            phone.pass(seconds(64));
            postcard::to_allocvec(&phone.agent).unwrap().len()
        })
    };
    for (one, thousand) in sizes_after(1).into_iter().zip(sizes_after(1000)) {
        // Some numbers have a digit more.
        assert!(thousand <= one + 16, "{one} bytes after one call, {thousand} after a thousand more");
    }
}
