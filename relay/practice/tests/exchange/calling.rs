//! A console calls colleagues, machines and another console.

use cordboard_practice::{Event, Exchange, Settings};
use rsip::Method;
use rsip::message::HeadersExt;
use str0m::media::Direction;

use crate::browser::Browser;
use crate::phone::{Phone, body, credentials, other};
use crate::{event, exchange, hasty_exchange, settings};

#[tokio::test]
async fn sound_goes_both_ways_with_a_colleague() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    // The first colleague's beep.
    let browser = Browser::new(1_500).await;
    let mut call = nora.invite("301", &browser.offer(Direction::SendRecv).await).await;
    assert_eq!(nora.any_response(Method::Invite).await.status_code.code(), 100);
    assert_eq!(nora.any_response(Method::Invite).await.status_code.code(), 180);
    let answer = nora.outcome(&mut call).await;
    assert_eq!(answer.status_code.code(), 200);
    browser.apply(&answer.body);
    browser.hears_its_beep().await;
    let heard = event(&mut events, |event| match event {
        Event::Heard { heard, .. } if heard.rms > 0.1 => Some(heard.clone()),
        _ => None,
    })
    .await;
    assert!(heard.packets > 10 && heard.energy > 0.1, "{heard:?}");
    nora.bye(&call).await;
    event(&mut events, |event| matches!(event, Event::Ended { .. }).then_some(())).await;
}

#[tokio::test]
async fn an_echo_sends_back_what_it_hears() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    // The browser sends 500 Hz: 8 samples up, 8 down.
    let browser = Browser::new(500).await;
    let mut call = nora.invite("600", &browser.offer(Direction::SendRecv).await).await;
    let answer = nora.outcome(&mut call).await;
    browser.apply(&answer.body);
    browser.hears_its_beep().await;
}

#[tokio::test]
async fn busy_declining_absent_and_unknown_numbers_say_so() {
    let exchange = hasty_exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    for (number, status) in [("302", 486), ("305", 603), ("303", 480), ("999", 404), ("luc", 480)] {
        let mut call = nora.invite(number, "v=0\r\n").await;
        assert_eq!(nora.outcome(&mut call).await.status_code.code(), status, "{number}");
    }
}

#[tokio::test]
async fn a_call_that_is_cancelled_stops_ringing() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let mut call = nora.invite("202", "v=0\r\n").await;
    let ringing = luc.incoming(Method::Invite).await;
    luc.reply(&ringing, 180, "").await;
    event(&mut events, |event| matches!(event, Event::Ringing { .. }).then_some(())).await;
    nora.cancel(&call).await;
    assert_eq!(nora.response(Method::Cancel).await.status_code.code(), 200);
    assert_eq!(nora.outcome(&mut call).await.status_code.code(), 487);
    let cancel = luc.incoming(Method::Cancel).await;
    luc.reply(&cancel, 200, "").await;
    luc.reply(&ringing, 487, "").await;
    luc.incoming(Method::Ack).await;
}

#[tokio::test]
async fn two_consoles_agree_on_their_sound_themselves() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut desk = Phone::registered(&exchange, "luc", 1).await;
    let mut home = Phone::registered(&exchange, "luc", 2).await;
    let mut call = nora.invite("202", "v=0\r\no=nora\r\n").await;
    // Both ring; the offer arrives as it was sent, and the name is the operator's.
    let at_desk = desk.incoming(Method::Invite).await;
    let at_home = home.incoming(Method::Invite).await;
    assert_eq!(body(&at_desk.body), "v=0\r\no=nora\r\n");
    assert_eq!(other(&at_desk, "P-Asserted-Identity"), "\"Nora Fielding\" <sip:201@practice.invalid>");
    desk.reply(&at_desk, 180, "").await;
    home.reply(&at_home, 180, "").await;
    let at_desk_call = desk.reply(&at_desk, 200, "v=0\r\no=luc\r\n").await;
    desk.incoming(Method::Ack).await;
    let answer = nora.outcome(&mut call).await;
    assert_eq!(body(&answer.body), "v=0\r\no=luc\r\n");
    // The other console is told why it stops ringing.
    assert!(other(&home.incoming(Method::Cancel).await, "Reason").contains("completed elsewhere"));
    home.reply(&at_home, 487, "").await;
    // Hold passes through in both directions, and the end too.
    nora.request(&call, Method::Invite, "", "application/sdp", "v=0\r\na=sendonly\r\n").await;
    let hold = desk.incoming(Method::Invite).await;
    assert_eq!(body(&hold.body), "v=0\r\na=sendonly\r\n");
    desk.reply(&hold, 200, "v=0\r\na=recvonly\r\n").await;
    desk.incoming(Method::Ack).await;
    assert_eq!(body(&nora.outcome(&mut call).await.body), "v=0\r\na=recvonly\r\n");
    desk.bye(&at_desk_call).await;
    nora.incoming(Method::Bye).await;
}

#[tokio::test]
async fn digits_are_heard_by_info() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let browser = Browser::new(500).await;
    let mut call = nora.invite("600", &browser.offer(Direction::SendRecv).await).await;
    nora.outcome(&mut call).await;
    nora.request(&call, Method::Info, "", "application/dtmf-relay", "Signal=7\r\nDuration=160\r\n").await;
    assert_eq!(nora.response(Method::Info).await.status_code.code(), 200);
    event(&mut events, |event| matches!(event, Event::Digit { digit: '7', .. }).then_some(())).await;
}

#[tokio::test]
async fn an_offer_that_cannot_be_read_is_not_acceptable() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut call = nora.invite("600", "v=0\r\nthis is no offer\r\n").await;
    assert_eq!(nora.outcome(&mut call).await.status_code.code(), 488);
}

#[tokio::test]
async fn requests_of_no_call_are_told_so() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut call = nora.invite("999", "v=0\r\n").await;
    nora.outcome(&mut call).await;
    nora.request(&call, Method::Bye, "", "", "").await;
    let gone = nora.response(Method::Bye).await;
    assert_eq!(gone.status_code.code(), 481);
    assert!(gone.to_header().is_ok());
}

#[tokio::test]
async fn a_call_is_challenged_as_exchanges_do() {
    let exchange = Exchange::start(Settings { challenge_calls: true, ..settings() }).await.unwrap();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut call = nora.invite("302", "v=0\r\n").await;
    let challenge = nora.outcome(&mut call).await;
    assert_eq!(challenge.status_code.code(), 407);
    for (password, status) in [("luc's", 403), ("nora's", 486)] {
        call.remote = "<sip:302@practice.invalid>".into();
        let proof = credentials("nora", password, &challenge, "SHA-256", "INVITE:sip:302@practice.invalid");
        let proof = format!("Proxy-Authorization: {proof}\r\n");
        nora.request(&call, Method::Invite, &proof, "application/sdp", "v=0\r\n").await;
        assert_eq!(nora.outcome(&mut call).await.status_code.code(), status);
    }
}

#[tokio::test]
async fn an_update_tells_where_a_console_is_and_brings_no_offer() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let browser = Browser::new(500).await;
    let mut call = nora.invite("600", &browser.offer(Direction::SendRecv).await).await;
    let answer = nora.outcome(&mut call).await;
    assert!(answer.to_string().lines().any(|line| line.starts_with("Allow:") && line.contains("UPDATE")));
    nora.request(&call, Method::Update, "", "", "").await;
    let updated = nora.response(Method::Update).await;
    assert_eq!(updated.status_code.code(), 200);
    assert!(updated.contact_header().is_ok());
    nora.request(&call, Method::Update, "", "application/sdp", "v=0\r\n").await;
    assert_eq!(nora.response(Method::Update).await.status_code.code(), 488);
    nora.request(&call, Method::PRack, "RAck: 1 1 INVITE\r\n", "", "").await;
    assert_eq!(nora.response(Method::PRack).await.status_code.code(), 405);
    nora.bye(&call).await;
    nora.request(&call, Method::Update, "", "", "").await;
    assert_eq!(nora.response(Method::Update).await.status_code.code(), 481);
}
