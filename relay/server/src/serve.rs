//! Puts the relay behind a listener and takes it down again in good order.

use std::fmt;
use std::future::{Future, IntoFuture as _};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::relay::Relay;

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
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), CannotListen> {
    let cannot = |cause| CannotListen { at, cause };
    let listener = TcpListener::bind(at).await.map_err(cannot)?;
    listening(listener.local_addr().map_err(cannot)?);
    // SIP messages are small and somebody waits for each: no delay to fill packets.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    let app = crate::app(Arc::clone(&relay)).into_make_service_with_connect_info::<SocketAddr>();
    let told = Arc::clone(&relay);
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop.await;
        tracing::info!("stopping");
        told.stop();
    });
    let answers = async {
        let too_late = async {
            relay.stopping().await;
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            served = serving.into_future() => served.map_err(cannot),
            () = too_late => {
                tracing::warn!("answers were still under way after {PATIENCE:?} and have been cut");
                Ok(())
            }
        }
    };
    // Connections that became tunnels are not among those that `answers` waits for.
    let tunnels = async {
        relay.stopping().await;
        let all_left = async { tokio::join!(relay.seats.all_left(), relay.team_seats.all_left()) };
        if tokio::time::timeout(PATIENCE, all_left).await.is_err() {
            tracing::warn!("tunnels were still open after {PATIENCE:?} and have been cut");
        }
        Ok(())
    };
    tokio::try_join!(answers, tunnels).map(drop)
}
