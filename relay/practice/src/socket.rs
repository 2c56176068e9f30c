//! WebSocket connections of consoles, or of the relay on their behalf.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::exchange::Work;
use crate::ids::ConnId;
use crate::switch::Input;

/// The subprotocol that a console must ask for (RFC 7118 §4.1).
const SUBPROTOCOL: &str = "sip";
/// No SIP message of a console is nearly as long.
const LONGEST_MESSAGE: usize = 256 * 1024;
/// Frames that wait for a console that does not read; then it is cut off.
const WAITING_FRAMES: usize = 256;

/// Serves one connection until it ends.
pub(crate) async fn serve(conn: ConnId, stream: TcpStream, work: mpsc::Sender<Work>) {
    if let Err(error) = carry(conn, stream, &work).await {
        tracing::debug!(%error, "a connection ended");
    }
    // Nobody to tell when the exchange itself is gone.
    let _ = work.send(Work::Input(Input::ConnectionClosed { conn })).await;
}

async fn carry(conn: ConnId, stream: TcpStream, work: &mpsc::Sender<Work>) -> Result<(), Error> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE));
    let mut socket = accept_hdr_async_with_config(stream, agree, Some(config)).await?;
    let (frames, mut outgoing) = mpsc::channel(WAITING_FRAMES);
    if work.send(Work::Connected { conn, frames }).await.is_err() {
        return Ok(());
    }
    loop {
        tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(text) => socket.send(Message::text(text)).await?,
                // The exchange let go of the connection.
                None => return socket.close(None).await,
            },
            message = socket.next() => {
                let bytes = match message.transpose()? {
                    Some(Message::Text(text)) => text.as_bytes().to_vec(),
                    Some(Message::Binary(bytes)) => bytes.to_vec(),
                    Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => continue,
                    Some(Message::Close(_)) | None => return Ok(()),
                };
                if work.send(Work::Input(Input::FrameReceived { conn, bytes })).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

#[allow(clippy::result_large_err, reason = "the signature is tungstenite's")]
fn agree(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let asked = request.headers().get_all("Sec-WebSocket-Protocol").iter();
    let sip = asked.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    if sip.into_iter().any(|word| word.trim().eq_ignore_ascii_case(SUBPROTOCOL)) {
        response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
        return Ok(response);
    }
    let mut refusal = ErrorResponse::new(Some(
        "This is the Cordboard practice exchange; it speaks the subprotocol sip.".into(),
    ));
    *refusal.status_mut() = StatusCode::BAD_REQUEST;
    Err(refusal)
}
