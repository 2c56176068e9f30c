//! Places where people meet or wait, with sound: conference rooms, parking, pick-up.

use cordboard_practice::Event;
use rsip::Method;
use rsip::message::HasHeaders;
use str0m::media::Direction;

use crate::attending::{RAVENNA, RAVENNA_BEEP, answered};
use crate::browser::Browser;
use crate::phone::{Call, Phone, other};
use crate::{event, exchange};

/// The pitch of what a browser here sends.
const OWN_BEEP: usize = 500;
/// Leocadia Brandt's beep, who sits in the second room.
const LEOCADIA_BEEP: usize = 2_050;

/// Calls a number, and listens there for a beep.
async fn listens(phone: &mut Phone, number: &str, hz: usize) -> (Call, Browser) {
    let browser = Browser::new(hz).await;
    let mut call = phone.invite(number, &browser.offer(Direction::SendRecv).await).await;
    let answer = phone.outcome(&mut call).await;
    assert_eq!(answer.status_code.code(), 200);
    browser.apply(&answer.body);
    (call, browser)
}

#[tokio::test]
async fn people_in_a_conference_room_hear_each_other() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let (call, noras) = listens(&mut nora, "801", OWN_BEEP).await;
    let (_, lucs) = listens(&mut luc, "801", OWN_BEEP).await;
    noras.hears_its_beep().await;
    lucs.hears_its_beep().await;
    // Alone, Luc hears silence, and never his own voice.
    nora.bye(&call).await;
    lucs.hears(|before, now| now.packets >= before.packets + 25).await;
    let before = lucs.heard();
    lucs.hears(|_, now| now.packets >= before.packets + 25).await;
    assert_eq!(lucs.heard().beeps, before.beeps);
}

#[tokio::test]
async fn somebody_is_always_in_the_second_room() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let (_, browser) = listens(&mut nora, "802", LEOCADIA_BEEP).await;
    browser.hears_its_beep().await;
}

#[tokio::test]
async fn a_parked_caller_is_heard_by_whoever_takes_the_call_back() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    let mut luc = Phone::registered(&exchange, "luc", 1).await;
    let (id, call, _browser) = answered(&exchange, &mut nora).await;
    nora.request(&call, Method::Refer, "Refer-To: <sip:701@practice.invalid>\r\n", "", "").await;
    event(&mut events, |event| matches!(event, Event::Parked { call, .. } if *call == id).then_some(()))
        .await;
    let (_, browser) = listens(&mut luc, "701", RAVENNA_BEEP).await;
    browser.hears_its_beep().await;
}

#[tokio::test]
async fn a_call_picked_up_from_a_colleague_s_phone_is_heard() {
    let exchange = exchange().await;
    let mut nora = Phone::registered(&exchange, "nora", 1).await;
    exchange.ring_colleague(RAVENNA, "303").await.unwrap();
    let browser = Browser::new(RAVENNA_BEEP).await;
    let mut call = nora.invite("**303", &browser.offer(Direction::SendRecv).await).await;
    let answer = nora.outcome(&mut call).await;
    assert!(other(&answer, "P-Asserted-Identity").contains("Ravenna Holt"), "{:?}", answer.headers());
    browser.apply(&answer.body);
    browser.hears_its_beep().await;
}
