//! Puts the relay behind a listener and takes it down again in good order.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::{Listener as _, ListenerExt as _};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower_http::add_extension::AddExtension;

use crate::relay::Relay;

/// How long a connection may take for the head of its next request. Who sends half a head must not keep a connection
/// for ever, and a browser that asks for nothing loses one that it opens again unseen.
const NEXT_HEAD: Duration = Duration::from_secs(30);

/// How long tunnels and answers may take to end once the relay is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// The relay cannot listen where it was told to.
#[derive(Debug)]
pub struct CannotListen {
    at: SocketAddr,
    cause: io::Error,
}

impl fmt::Display for CannotListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, cause } = self;
        let (port, host) = (at.port(), at.ip());
        let kind = cause.kind();
        if kind == io::ErrorKind::AddrInUse {
            write!(
                f,
                "Port {port} on {host} is taken by another program: end that one, or choose another port with --listen."
            )
        } else if kind == io::ErrorKind::PermissionDenied {
            write!(f, "This user may not listen on port {port}: choose one above 1023 with --listen.")
        } else if kind == io::ErrorKind::AddrNotAvailable {
            write!(f, "This computer does not have the address {host}: choose one that it has with --listen.")
        } else {
            write!(f, "Cannot listen on {at}: {cause}.")
        }
    }
}

impl std::error::Error for CannotListen {}

/// Listens, says where by `listening`, and serves until `stop` resolves and all tunnels have been told.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(
    relay: Arc<Relay>,
    at: SocketAddr,
    listening: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), CannotListen> {
    let cannot = |cause| CannotListen { at, cause };
    let listener = TcpListener::bind(at).await.map_err(cannot)?;
    listening(listener.local_addr().map_err(cannot)?);
    let answers = async {
        let too_late = async {
            relay.stopping().await;
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            () = answer(&relay, listener, stop) => {}
            () = too_late => tracing::warn!("answers were still under way after {PATIENCE:?} and have been cut"),
        }
    };
    // Connections that became tunnels are not among those that `answers` waits for.
    let tunnels = async {
        relay.stopping().await;
        let all_left = async { tokio::join!(relay.seats.all_left(), relay.team_seats.all_left()) };
        if tokio::time::timeout(PATIENCE, all_left).await.is_err() {
            tracing::warn!("tunnels were still open after {PATIENCE:?} and have been cut");
        }
    };
    tokio::join!(answers, tunnels);
    Ok(())
}

/// Takes connections until `stop` resolves, then waits for the answers that are under way.
async fn answer(relay: &Arc<Relay>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let app = crate::app(Arc::clone(relay));
    // SIP messages are small and somebody waits for each: no delay to fill packets.
    let mut listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            (stream, from) = listener.accept() => {
                let app = AddExtension::new(app.clone(), ConnectInfo(from));
                connections.spawn(converse(Arc::clone(relay), app, stream));
            }
            Some(_) = connections.join_next() => {}
            () = &mut stop => break,
        }
    }
    tracing::info!("stopping");
    relay.stop();
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Answers what is asked on one connection until it ends, becomes a tunnel, or the relay stops.
async fn converse(relay: Arc<Relay>, app: AddExtension<Router, ConnectInfo<SocketAddr>>, stream: TcpStream) {
    // `axum::serve` gives HTTP no timer, and without one nobody is too slow for it.
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(NEXT_HEAD);
    let service = TowerToHyperService::new(app);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = relay.stopping() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(broken) = ended {
        tracing::trace!("a connection ended: {broken}");
    }
}
