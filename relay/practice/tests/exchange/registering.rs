//! Consoles that come and go.

use cordboard_practice::Event;
use rsip::Method;
use rsip::headers::UntypedHeader;
use rsip::message::HeadersExt;
use tokio_tungstenite::connect_async;

use crate::phone::Phone;
use crate::{event, exchange};

#[tokio::test]
async fn a_console_registers_with_either_hash() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    for (instance, algorithm) in [(1, "SHA-256"), (2, "MD5")] {
        let mut phone = Phone::connect(&exchange, "nora", instance).await;
        let granted = phone.register("nora's", algorithm, 300).await;
        assert_eq!(granted.status_code.code(), 200, "{algorithm}");
        let consoles = event(&mut events, |event| match event {
            Event::Registered { consoles, .. } => Some(*consoles),
            _ => None,
        })
        .await;
        assert_eq!(consoles, 1);
        // The binding comes back whole, instance and all (RFC 3261 §10.3 step 8).
        let contact = granted.contact_header().unwrap().value().to_owned();
        assert!(contact.contains(&format!("+sip.instance=\"<urn:uuid:{instance}>\"")), "{contact}");
        drop(phone);
        event(&mut events, |event| matches!(event, Event::Unregistered { consoles: 0, .. }).then_some(()))
            .await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_forbidden() {
    let exchange = exchange().await;
    let mut phone = Phone::connect(&exchange, "nora", 1).await;
    assert_eq!(phone.register("luc's", "SHA-256", 300).await.status_code.code(), 403);
    assert_eq!(exchange.consoles("nora").await, 0);
}

#[tokio::test]
async fn two_consoles_of_one_operator_are_both_registered_until_one_signs_out() {
    let exchange = exchange().await;
    let mut first = Phone::registered(&exchange, "nora", 1).await;
    let _second = Phone::registered(&exchange, "nora", 2).await;
    assert_eq!(exchange.consoles("nora").await, 2);
    let left = first.register("nora's", "SHA-256", 0).await;
    assert_eq!(left.contact_headers().len(), 1);
    assert_eq!(exchange.consoles("nora").await, 1);
}

#[tokio::test]
async fn the_subprotocol_is_sip_or_nothing() {
    let exchange = exchange().await;
    assert!(connect_async(exchange.url()).await.is_err());
}

#[tokio::test]
async fn keep_alives_are_answered_and_noise_is_survived() {
    let exchange = exchange().await;
    let mut events = exchange.events();
    let mut phone = Phone::connect(&exchange, "nora", 1).await;
    phone.send("\r\n\r\n".into()).await;
    assert_eq!(phone.frame().await.as_deref(), Some("\r\n"));
    for noise in ["hello", "INVITE", "SIP/2.0 200 OK\r\n\r\n", "BYE sip:x SIP/2.0\r\nVia: \r\n\r\n"] {
        phone.send(noise.into()).await;
        event(&mut events, |event| matches!(event, Event::Malformed { .. }).then_some(())).await;
    }
    assert_eq!(phone.register("nora's", "SHA-256", 300).await.status_code.code(), 200);
}

#[tokio::test]
async fn it_says_that_it_is_not_a_pbx() {
    let exchange = exchange().await;
    let mut phone = Phone::registered(&exchange, "nora", 1).await;
    let call = phone.invite("999", "").await;
    phone.request(&call, Method::Options, "", "", "").await;
    let answer = phone.response(Method::Options).await;
    assert!(answer.to_string().contains("not a PBX"));
}

#[tokio::test]
async fn when_the_exchange_stops_its_connections_end() {
    let exchange = exchange().await;
    let mut phone = Phone::registered(&exchange, "nora", 1).await;
    exchange.stop().await;
    assert_eq!(phone.frame().await, None);
}
