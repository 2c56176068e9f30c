//! Blind and attended transfers, and what the transferor is told.

use cordboard_practice::Event;
use rsip::Method;
use rsip::headers::UntypedHeader;
use rsip::message::HeadersExt;
use str0m::media::Direction;

use crate::attending::{RAVENNA_BEEP, answer, answered};
use crate::browser::Browser;
use crate::phone::{Call, Phone, body, other};
use crate::{event, exchange};

/// Sends REFER, and checks the word that it was taken.
async fn refer(phone: &mut Phone, call: &Call, to: &str) {
    phone.request(call, Method::Refer, &format!("Refer-To: <{to}>\r\n"), "", "").await;
    assert_eq!(phone.response(Method::Refer).await.status_code.code(), 202);
}

/// Where a Refer-To points that takes the place of `call` (RFC 3891).
fn replacing(call: &Call) -> String {
    let tag = |address: &str| address.split("tag=").nth(1).unwrap().to_owned();
    let Call { call_id, local, remote, .. } = call;
    format!(
        "sip:301@practice.invalid?Replaces={call_id}%3Bto-tag%3D{}%3Bfrom-tag%3D{}",
        tag(remote),
        tag(local)
    )
}

/// The next report: its status line, and whether it is the last.
async fn report(phone: &mut Phone) -> (String, bool) {
    let notify = phone.incoming(Method::Notify).await;
    phone.reply(&notify, 200, "").await;
    (body(&notify.body).trim_end().to_owned(), other(&notify, "Subscription-State").starts_with("terminated"))
}

fn told(line: &str, last: bool) -> (String, bool) {
    (line.to_owned(), last)
}

#[tokio::test]
async fn a_caller_is_transferred_to_a_colleague_who_answers() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (id, call, _browser) = answered(&exchange, &mut nora).await;
    refer(&mut nora, &call, "sip:304@practice.invalid").await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 180 Ringing", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 200 OK", true));
    event(&mut events, |event| matches!(event, Event::Transferred { call, .. } if *call == id).then_some(()))
        .await;
    nora.bye(&call).await;
}

#[tokio::test]
async fn the_exchange_says_goodbye_if_the_transferor_does_not() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (_, call, _browser) = answered(&exchange, &mut nora).await;
    refer(&mut nora, &call, "sip:601@practice.invalid").await;
    nora.incoming(Method::Bye).await;
}

#[tokio::test]
async fn a_transfer_that_fails_leaves_the_call_where_it_was() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (_, call, browser) = answered(&exchange, &mut nora).await;
    for (number, status) in [
        ("302", "486 Busy Here"),
        ("305", "603 Decline"),
        ("999", "404 Not Found"),
        ("luc", "480 Temporarily Unavailable"),
    ] {
        refer(&mut nora, &call, &format!("sip:{number}@practice.invalid")).await;
        assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
        assert_eq!(report(&mut nora).await, told(&format!("SIP/2.0 {status}"), true), "{number}");
    }
    browser.hears_its_beep().await;
    nora.bye(&call).await;
}

#[tokio::test]
async fn a_caller_is_transferred_to_another_operator_and_keeps_talking() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let (_, call, _browser) = answered(&exchange, &mut nora).await;
    refer(&mut nora, &call, "sip:202@practice.invalid").await;
    let invite = luc.incoming(Method::Invite).await;
    assert_eq!(other(&invite, "Referred-By"), "<sip:nora@practice.invalid>");
    assert!(other(&invite, "P-Asserted-Identity").contains("Ravenna Holt"));
    luc.reply(&invite, 180, "").await;
    let browser = Browser::new(RAVENNA_BEEP).await;
    answer(&mut luc, &invite, &browser).await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 180 Ringing", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 200 OK", true));
    browser.hears_its_beep().await;
}

#[tokio::test]
async fn an_operator_who_refuses_a_transfer_leaves_it_with_the_transferor() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let (id, call, browser) = answered(&exchange, &mut nora).await;
    refer(&mut nora, &call, "sip:202@practice.invalid").await;
    let invite = luc.incoming(Method::Invite).await;
    luc.reply(&invite, 603, "").await;
    luc.incoming(Method::Ack).await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 603 Decline", true));
    event(&mut events, |event| {
        matches!(event, Event::TransferFailed { call, status: 603, .. } if *call == id).then_some(())
    })
    .await;
    browser.hears_its_beep().await;
}

#[tokio::test]
async fn a_transferor_may_leave_before_the_target_answers() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let (id, call, _browser) = answered(&exchange, &mut nora).await;
    refer(&mut nora, &call, "sip:202@practice.invalid").await;
    let invite = luc.incoming(Method::Invite).await;
    nora.bye(&call).await;
    let browser = Browser::new(RAVENNA_BEEP).await;
    answer(&mut luc, &invite, &browser).await;
    event(&mut events, |event| matches!(event, Event::Transferred { call, .. } if *call == id).then_some(()))
        .await;
    browser.hears_its_beep().await;
}

#[tokio::test]
async fn a_console_is_transferred_to_a_machine_by_new_media() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let mut call = nora.invite("202", "v=0\r\no=nora\r\n").await;
    let invite = luc.incoming(Method::Invite).await;
    luc.reply(&invite, 200, "v=0\r\no=luc\r\n").await;
    luc.incoming(Method::Ack).await;
    nora.outcome(&mut call).await;
    // Agnes Thorley answers, and Luc hears her.
    refer(&mut nora, &call, "sip:301@practice.invalid").await;
    let reinvite = luc.incoming(Method::Invite).await;
    assert!(other(&reinvite, "P-Asserted-Identity").contains("Agnes Thorley"));
    let browser = Browser::new(1_500).await;
    answer(&mut luc, &reinvite, &browser).await;
    browser.hears_its_beep().await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 180 Ringing", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 200 OK", true));
}

#[tokio::test]
async fn a_console_is_transferred_to_another_console_by_their_own_sdp() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let mut home = Phone::registered(&exchange, "nora", 2).await;
    let mut call = luc.invite("201", "v=0\r\no=luc\r\n").await;
    let unanswered = home.incoming(Method::Invite).await;
    home.reply(&unanswered, 486, "").await;
    home.incoming(Method::Ack).await;
    let invite = nora.incoming(Method::Invite).await;
    let answered = nora.reply(&invite, 200, "v=0\r\no=nora\r\n").await;
    nora.incoming(Method::Ack).await;
    luc.outcome(&mut call).await;
    // Nora sends Luc on to her own second console, which makes the offer.
    refer(&mut nora, &answered, "sip:201@practice.invalid").await;
    let target = home.incoming(Method::Invite).await;
    assert!(target.body.is_empty());
    home.reply(&target, 200, "v=0\r\no=home\r\n").await;
    let reinvite = luc.incoming(Method::Invite).await;
    assert_eq!(body(&reinvite.body), "v=0\r\no=home\r\n");
    luc.reply(&reinvite, 200, "v=0\r\no=luc again\r\n").await;
    luc.incoming(Method::Ack).await;
    let ack = home.incoming(Method::Ack).await;
    assert_eq!(body(&ack.body), "v=0\r\no=luc again\r\n");
}

#[tokio::test]
async fn a_caller_is_handed_over_after_asking_the_colleague() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (_, first, _browser) = answered(&exchange, &mut nora).await;
    let browser = Browser::new(1_500).await;
    let mut second = nora.invite("301", &browser.offer(Direction::SendRecv).await).await;
    assert_eq!(nora.outcome(&mut second).await.status_code.code(), 200);
    refer(&mut nora, &first, &replacing(&second)).await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 200 OK", true));
    // Both calls end without another word of the console.
    let ended = [nora.incoming(Method::Bye).await, nora.incoming(Method::Bye).await];
    let call_ids: Vec<String> =
        ended.iter().map(|bye| bye.call_id_header().unwrap().value().to_owned()).collect();
    assert!(call_ids.contains(&first.call_id) && call_ids.contains(&second.call_id), "{call_ids:?}");
}

#[tokio::test]
async fn a_caller_is_handed_over_after_asking_another_operator() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let (_, first, _browser) = answered(&exchange, &mut nora).await;
    let mut second = nora.invite("202", "v=0\r\no=nora\r\n").await;
    let invite = luc.incoming(Method::Invite).await;
    luc.reply(&invite, 200, "v=0\r\no=luc\r\n").await;
    luc.incoming(Method::Ack).await;
    nora.outcome(&mut second).await;
    refer(&mut nora, &first, &replacing(&second)).await;
    // Luc's call changes under him: the caller's name, and the caller's sound.
    let reinvite = luc.incoming(Method::Invite).await;
    assert!(other(&reinvite, "P-Asserted-Identity").contains("Ravenna Holt"));
    let browser = Browser::new(RAVENNA_BEEP).await;
    answer(&mut luc, &reinvite, &browser).await;
    browser.hears_its_beep().await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 200 OK", true));
    nora.incoming(Method::Bye).await;
    nora.incoming(Method::Bye).await;
}

/// The pitch of what a browser here sends.
const OWN_BEEP: usize = 500;

#[tokio::test]
async fn two_operators_who_both_talked_to_a_third_hear_each_other_afterwards() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let mut ana = Phone::registered(&exchange, "ana", 1).await;
    let mut calls = Vec::new();
    for (other, number) in [(&mut luc, "202"), (&mut ana, "203")] {
        let mut call = nora.invite(number, "v=0\r\no=nora\r\n").await;
        let invite = other.incoming(Method::Invite).await;
        other.reply(&invite, 200, "v=0\r\no=other\r\n").await;
        other.incoming(Method::Ack).await;
        nora.outcome(&mut call).await;
        calls.push(call);
    }
    refer(&mut nora, &calls[0], &replacing(&calls[1])).await;
    // Both get an offer of the exchange, and meet in its mix.
    let (first, second) = (Browser::new(OWN_BEEP).await, Browser::new(OWN_BEEP).await);
    let reinvite = luc.incoming(Method::Invite).await;
    assert!(other(&reinvite, "P-Asserted-Identity").contains("Ana Reyes"));
    answer(&mut luc, &reinvite, &first).await;
    let reinvite = ana.incoming(Method::Invite).await;
    assert!(other(&reinvite, "P-Asserted-Identity").contains("Luc Amari"));
    let anas = answer(&mut ana, &reinvite, &second).await;
    first.hears_its_beep().await;
    second.hears_its_beep().await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 200 OK", true));
    nora.incoming(Method::Bye).await;
    nora.incoming(Method::Bye).await;
    // One leaves, and the other is alone.
    ana.skip(100);
    ana.bye(&anas).await;
    luc.incoming(Method::Bye).await;
}

#[tokio::test]
async fn a_target_that_cannot_be_joined_leaves_the_caller_with_the_transferor() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let mut ana = Phone::registered(&exchange, "ana", 1).await;
    let mut calls = Vec::new();
    for (other, number) in [(&mut luc, "202"), (&mut ana, "203")] {
        let mut call = nora.invite(number, "v=0\r\no=nora\r\n").await;
        let invite = other.incoming(Method::Invite).await;
        other.reply(&invite, 200, "v=0\r\no=other\r\n").await;
        other.incoming(Method::Ack).await;
        nora.outcome(&mut call).await;
        calls.push(call);
    }
    refer(&mut nora, &calls[0], &replacing(&calls[1])).await;
    let (lucs, noras) = (Browser::new(OWN_BEEP).await, Browser::new(OWN_BEEP).await);
    let reinvite = luc.incoming(Method::Invite).await;
    answer(&mut luc, &reinvite, &lucs).await;
    // Ana's browser does not take the new offer.
    let reinvite = ana.incoming(Method::Invite).await;
    ana.reply(&reinvite, 488, "").await;
    ana.incoming(Method::Ack).await;
    assert_eq!(report(&mut nora).await, told("SIP/2.0 100 Trying", false));
    assert_eq!(report(&mut nora).await, told("SIP/2.0 488 Not Acceptable Here", true));
    // Luc has left for the mix already: Nora follows.
    let reinvite = nora.incoming(Method::Invite).await;
    assert!(other(&reinvite, "P-Asserted-Identity").contains("Luc Amari"));
    answer(&mut nora, &reinvite, &noras).await;
    lucs.hears_its_beep().await;
    noras.hears_its_beep().await;
}
