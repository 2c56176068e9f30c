//! The relay with its practice exchange: who may practise, and that the exchange is behind the tunnel.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::http::StatusCode;
use cordboard_practice::Exchange;
use cordboard_relay::{Assets, Practice, Relay, practise, reach};
use cordboard_wire::{Provision, Welcome};

use crate::house::{get, sign_in};

/// The exchange lives as long as it is held.
async fn practising() -> (Arc<Relay>, Exchange) {
    let practice =
        Practice { media: Ipv4Addr::LOCALHOST.into(), ring_every: None, incoming_calls: 8, telephones: 0 };
    let (config, exchange) = practise(practice).await.unwrap();
    (Relay::new(config, Assets::none()).unwrap(), exchange)
}

#[tokio::test]
async fn whoever_is_offered_may_practise_without_a_password() {
    let (relay, _exchange) = practising().await;
    let welcome: Welcome = get(&relay, "/api/welcome", &[]).await.json();
    assert!(welcome.practice_operators.len() >= 2, "one can call the other");
    let mut passwords = Vec::new();
    for operator in welcome.practice_operators {
        let signed_in = sign_in(&relay, &operator.user, "").await;
        let given: Provision = get(&relay, "/api/provision", &[("cookie", &signed_in.cookie())]).await.json();
        assert!(given.practice);
        assert_eq!(given.operator.name, operator.name);
        assert_eq!(given.lines.len(), 2);
        for line in &given.lines {
            assert!(
                given.directories.iter().any(|one| one.local && one.line == line.number),
                "{}",
                line.name
            );
        }
        assert!(given.directories.iter().any(|one| !one.local));
        assert!(given.account.password.len() >= 32);
        passwords.push(given.account.password);
    }
    passwords.sort();
    passwords.dedup();
    assert!(passwords.len() >= 2, "each has an account of their own");
}

#[tokio::test]
async fn nobody_else_may_practise() {
    let (relay, _exchange) = practising().await;
    assert_eq!(sign_in(&relay, "nobody", "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_exchange_is_where_the_tunnel_leads() {
    let (relay, exchange) = practising().await;
    assert_eq!(reach(&relay).await.map_err(|told| told.to_string()), Ok(()));
    exchange.stop().await;
    let told = reach(&relay).await.map_err(|told| told.to_string()).unwrap_err();
    assert!(told.starts_with("The telephone system cannot be reached: ws://127.0.0.1:"), "{told}");
}
