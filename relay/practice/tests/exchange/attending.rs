//! Callers ring; an operator answers, holds, comes back on other media, hangs up or does not answer.

use cordboard_practice::{CallId, Event, Exchange};
use rsip::headers::UntypedHeader;
use rsip::message::HeadersExt;
use rsip::{Method, Request};
use str0m::media::Direction;

use crate::browser::Browser;
use crate::phone::{Call, Phone, other};
use crate::{event, exchange, hasty_exchange};

/// A caller with a name, whose beep is 700 Hz.
pub(crate) const RAVENNA: &str = "+447700900417";
/// That beep.
pub(crate) const RAVENNA_BEEP: usize = 700;
/// A caller with a withheld number.
const WITHHELD: &str = "+442079460977";
/// Aldergate Law.
pub(crate) const LAW: &str = "02079460100";

/// Ravenna rings Nora, who answers; both hear each other.
pub(crate) async fn answered(exchange: &Exchange, nora: &mut Phone) -> (CallId, Call, Browser) {
    let id = exchange.ring(RAVENNA, "nora", LAW).await.unwrap();
    let invite = nora.incoming(Method::Invite).await;
    nora.reply(&invite, 180, "").await;
    let browser = Browser::new(RAVENNA_BEEP).await;
    let call = answer(nora, &invite, &browser).await;
    browser.hears_its_beep().await;
    (id, call, browser)
}

pub(crate) async fn answer(phone: &mut Phone, invite: &Request, browser: &Browser) -> Call {
    let answer = browser.answer(&invite.body).await;
    let call = phone.reply(invite, 200, &answer).await;
    phone.incoming(Method::Ack).await;
    call
}

#[tokio::test]
async fn a_caller_rings_on_a_line_and_talks() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let id = exchange.ring(RAVENNA, "nora", LAW).await.unwrap();
    let invite = nora.incoming(Method::Invite).await;
    // Who, and on which line.
    assert_eq!(
        other(&invite, "P-Asserted-Identity"),
        "\"Ravenna Holt\" <sip:+447700900417@practice.invalid>"
    );
    assert_eq!(invite.to_header().unwrap().value(), "<sip:02079460100@practice.invalid>");
    // The Request-URI is the console's own Contact.
    assert_eq!(format!("<{}>", invite.uri).to_lowercase(), nora.contact());
    let browser = Browser::new(RAVENNA_BEEP).await;
    let call = answer(&mut nora, &invite, &browser).await;
    browser.hears_its_beep().await;
    event(&mut events, |event| {
        matches!(event, Event::Heard { call, heard } if *call == id && heard.rms > 0.1).then_some(())
    })
    .await;
    assert!(exchange.heard(id).packets > 0);
    nora.bye(&call).await;
}

#[tokio::test]
async fn a_withheld_number_stays_withheld() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    exchange.ring(WITHHELD, "nora", LAW).await.unwrap();
    let invite = nora.incoming(Method::Invite).await;
    assert!(invite.from_header().unwrap().value().contains("anonymous.invalid"));
    assert_eq!(other(&invite, "Privacy"), "id");
    assert!(!invite.to_string().contains(WITHHELD));
}

#[tokio::test]
async fn a_caller_who_is_not_answered_gives_up() {
    let exchange = hasty_exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    exchange.ring(RAVENNA, "nora", LAW).await.unwrap();
    let invite = nora.incoming(Method::Invite).await;
    nora.reply(&invite, 180, "").await;
    let cancel = nora.incoming(Method::Cancel).await;
    nora.reply(&cancel, 200, "").await;
    nora.reply(&invite, 487, "").await;
    nora.incoming(Method::Ack).await;
    event(&mut events, |event| matches!(event, Event::GivenUp { .. }).then_some(())).await;
}

#[tokio::test]
async fn a_caller_on_hold_is_silent_until_taken_back() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (id, mut call, browser) = answered(&exchange, &mut nora).await;
    let held = nora.reinvite(&mut call, &browser.offer(Direction::Inactive).await).await;
    browser.apply(&held.body);
    event(&mut events, |event| matches!(event, Event::Held { call } if *call == id).then_some(())).await;
    // Reports go on while nothing is sent: the second with the same count is silence.
    let mut last = None;
    event(&mut events, |event| {
        let Event::Heard { heard, .. } = event else { return None };
        (last.replace(heard.sent) == Some(heard.sent)).then_some(())
    })
    .await;
    let silent = browser.heard().packets;
    let resumed = nora.reinvite(&mut call, &browser.offer(Direction::SendRecv).await).await;
    browser.apply(&resumed.body);
    event(&mut events, |event| matches!(event, Event::Resumed { .. }).then_some(())).await;
    browser.hears_its_beep().await;
    assert!(browser.heard().packets > silent);
}

#[tokio::test]
async fn a_page_that_reloads_comes_back_with_other_media_and_another_connection() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (_, mut call, browser) = answered(&exchange, &mut nora).await;
    drop((nora, browser));
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let fresh = Browser::new(RAVENNA_BEEP).await;
    // The engine has kept the numbers of the call's requests.
    nora.skip(100);
    let answer = nora.reinvite(&mut call, &fresh.offer(Direction::SendRecv).await).await;
    assert_eq!(answer.status_code.code(), 200);
    fresh.apply(&answer.body);
    fresh.hears_its_beep().await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_says_goodbye() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (id, ..) = answered(&exchange, &mut nora).await;
    exchange.hang_up(id).await;
    nora.incoming(Method::Bye).await;
}
