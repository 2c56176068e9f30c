//! Whether a request comes from the console's own page, and from which address.
//!
//! Cookies are SameSite=Strict, but a *site* is more than a host, and WebSockets know no CORS: whatever changes something
//! or opens a tunnel must also come from the relay's own origin.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::config::PublicUrl;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Proof that a request came from a page of the relay's own.
pub(crate) struct OwnOrigin;

impl FromRequestParts<Arc<Relay>> for OwnOrigin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, relay: &Arc<Relay>) -> Result<Self, Refusal> {
        let expected = match &relay.config.public_url {
            Some(url) => url.clone(),
            // A page of another origin cannot choose the Host of its requests, so this compares what the browser says.
            None => own_host(parts).ok_or_else(|| Refusal::foreign_origin("this relay"))?,
        };
        let origin = parts.headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
        // Missing is foreign: browsers always say where a POST or a WebSocket comes from.
        if origin == Some(expected.as_str()) {
            Ok(Self)
        } else {
            Err(Refusal::foreign_origin(expected.as_str()))
        }
    }
}

fn own_host(parts: &Parts) -> Option<PublicUrl> {
    let host = parts.headers.get(header::HOST)?.to_str().ok()?;
    PublicUrl::try_from(format!("http://{host}")).ok()
}

/// The address that failures are counted for.
pub(crate) struct Address(pub(crate) IpAddr);

impl FromRequestParts<Arc<Relay>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, relay: &Arc<Relay>) -> Result<Self, Infallible> {
        // Without a listener (as in tests) there is no address, and all requests share this one.
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip().to_canonical());
        Ok(Self(behind_proxies(peer, &relay.config.trusted_proxies, &parts.headers)))
    }
}

/// The last address on the way that is not a trusted proxy's: whatever stands before it may be invented.
fn behind_proxies(peer: IpAddr, trusted: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let said: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect();
    let mut address = peer;
    for hop in said.into_iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_about_addresses() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.7, 203.0.113.5".parse().unwrap());
        let said: IpAddr = "203.0.113.5".parse().unwrap();
        assert_eq!(behind_proxies(proxy, &[proxy], &headers), said, "not the first, which anybody can write");
        assert_eq!(behind_proxies(stranger, &[proxy], &headers), stranger);
        assert_eq!(behind_proxies(proxy, &[proxy], &HeaderMap::new()), proxy);
    }
}
