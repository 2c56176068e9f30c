//! TLS to the PBX: which certificates are trusted.

use std::sync::Arc;

use cordboard_relay::reach;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::house::House;

/// A certificate authority of a company's own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Starts a PBX with a certificate of this authority and returns its address.
    async fn pbx(&self) -> String {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("wss://localhost:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever does not trust the certificate breaks off here.
                if let Ok(stream) = acceptor.accept(stream).await {
                    drop(accept_hdr_async(stream, speak_sip).await);
                }
            }
        });
        url
    }
}

#[allow(clippy::result_large_err, reason = "the callback's type is the library's")]
#[allow(clippy::unnecessary_wraps, reason = "so is this")]
fn speak_sip(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("sip"));
    Ok(response)
}

#[tokio::test]
async fn a_company_names_its_own_authority() {
    let authority = Authority::new();
    let relay = House::before(&[&authority.pbx().await])
        .with_keys("upstream_ca = \"ca.pem\"")
        .with_file("ca.pem", authority.pem.clone())
        .build();
    assert_eq!(reach(&relay).await.map_err(|told| told.to_string()), Ok(()));
}

#[tokio::test]
async fn a_certificate_of_anybody_else_is_not_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let url = authority.pbx().await;
    let own_only =
        House::before(&[&url]).with_keys("upstream_ca = \"ca.pem\"").with_file("ca.pem", other.pem).build();
    let public_only = House::before(&[&url]).build();
    for relay in [own_only, public_only] {
        let told = reach(&relay).await.map_err(|told| told.to_string()).unwrap_err();
        assert!(told.contains("invalid peer certificate"), "{told}");
    }
}
