//! The way to the PBX: its addresses in order, each with a time-out.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use cordboard_wire::{MAX_FRAME, SUBPROTOCOL};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error as WebSocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::config::{Config, Upstream};

/// Connects to the PBX.
pub(crate) struct Dialer {
    upstreams: Vec<Upstream>,
    /// For each upstream.
    patience: Duration,
    /// Trust in the configured authority only; `None` trusts those that browsers know.
    tls: Option<Arc<rustls::ClientConfig>>,
}

/// The certificates of `upstream_ca` cannot be used.
#[derive(Debug)]
pub(crate) struct BadAuthority {
    path: PathBuf,
    cause: BadCertificate,
}

#[derive(Debug)]
enum BadCertificate {
    Pem(rustls::pki_types::pem::Error),
    Tls(rustls::Error),
    None,
}

impl fmt::Display for BadAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The certificates in {} (`upstream_ca`) cannot be used: ", self.path.display())?;
        match &self.cause {
            BadCertificate::Pem(cause) => cause.fmt(f),
            BadCertificate::Tls(cause) => cause.fmt(f),
            BadCertificate::None => {
                f.write_str("there are none; the file must hold PEM blocks \"BEGIN CERTIFICATE\"")
            }
        }
    }
}

/// No upstream could be reached.
#[derive(Debug)]
pub struct Unreachable(Vec<(Upstream, Failure)>);

#[derive(Debug)]
enum Failure {
    TimedOut(Duration),
    Connect(Box<WebSocketError>),
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The telephone system cannot be reached: ")?;
        for (n, (upstream, failure)) in self.0.iter().enumerate() {
            let comma = if n > 0 { "; " } else { "" };
            write!(f, "{comma}{upstream} ({failure})")?;
        }
        f.write_str(". Check that it is running and that `upstream` names its SIP WebSocket.")
    }
}

impl std::error::Error for Unreachable {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(patience) => write!(f, "no answer within {} s", patience.as_secs()),
            Self::Connect(error) => {
                if let WebSocketError::Io(cause) = error.as_ref() {
                    if cause.kind() == io::ErrorKind::ConnectionRefused {
                        f.write_str("nothing listens there")
                    } else {
                        cause.fmt(f)
                    }
                } else if let WebSocketError::Http(answer) = error.as_ref() {
                    write!(f, "it answers HTTP {} instead of opening a WebSocket", answer.status().as_u16())
                } else {
                    error.fmt(f)
                }
            }
        }
    }
}

/// A connection to the PBX.
pub(crate) type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Dialer {
    pub(crate) fn new(config: &Config) -> Result<Self, BadAuthority> {
        // One provider for all TLS of this process; an error says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tls = config.upstream_ca.as_deref().map(trust_only).transpose()?;
        Ok(Self { upstreams: config.upstreams.clone(), patience: config.tunnels.connect, tls })
    }

    /// Connects to the first upstream that accepts, beginning with that one; beyond the end of the list it begins anew.
    pub(crate) async fn dial(&self, first: u32) -> Result<Line, Unreachable> {
        let mut failures = Vec::new();
        let skipped = usize::try_from(first).unwrap_or(0) % self.upstreams.len().max(1);
        for upstream in self.upstreams.iter().cycle().skip(skipped).take(self.upstreams.len()) {
            match tokio::time::timeout(self.patience, self.connect(upstream)).await {
                Ok(Ok(line)) => {
                    if !failures.is_empty() {
                        tracing::warn!("{upstream} had to stand in for {} before it", failures.len());
                    }
                    return Ok(line);
                }
                Ok(Err(error)) => failures.push((upstream.clone(), Failure::Connect(Box::new(error)))),
                Err(_) => failures.push((upstream.clone(), Failure::TimedOut(self.patience))),
            }
        }
        Err(Unreachable(failures))
    }

    async fn connect(&self, upstream: &Upstream) -> Result<Line, WebSocketError> {
        let mut request = upstream.uri().into_client_request()?;
        let headers = request.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
        let product = concat!("Cordboard/", env!("CARGO_PKG_VERSION"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(product));
        let limits =
            WebSocketConfig::default().max_message_size(Some(MAX_FRAME)).max_frame_size(Some(MAX_FRAME));
        let tls = self.tls.clone().map(Connector::Rustls);
        // SIP messages are small and somebody waits for each: no delay to fill packets.
        let no_delay = true;
        let (line, _) = connect_async_tls_with_config(request, Some(limits), no_delay, tls).await?;
        Ok(line)
    }
}

/// Whether the PBX can be reached now, for an administrator who wants to know.
///
/// # Errors
/// No upstream accepts a connection.
pub async fn reach(relay: &crate::Relay) -> Result<(), Unreachable> {
    let mut line = relay.dialer.dial(0).await?;
    super::carry::part(&mut line, cordboard_wire::TunnelEnd::Stopping).await;
    Ok(())
}

fn trust_only(path: &Path) -> Result<Arc<rustls::ClientConfig>, BadAuthority> {
    let bad = |cause| BadAuthority { path: path.to_owned(), cause };
    let pem = |cause| bad(BadCertificate::Pem(cause));
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(pem)? {
        roots.add(certificate.map_err(pem)?).map_err(|cause| bad(BadCertificate::Tls(cause)))?;
    }
    if roots.is_empty() {
        return Err(bad(BadCertificate::None));
    }
    Ok(Arc::new(rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}
