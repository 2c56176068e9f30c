//! The WebSockets to the relay: its tunnel (RFC 7118), one SIP message a frame, and the channel of the team.

use cordboard_desk::SocketLoss;
use cordboard_wire::TunnelEnd;
use futures_channel::mpsc::UnboundedSender;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use super::relay::{self, NoProvision};
use super::worker::scope;
use crate::pump::Happening;

/// The close code that browsers give when no close frame came (RFC 6455 section 7.1.5).
const ABNORMAL: u16 = 1006;

/// Tells the sockets of one engine apart, so that a late event of an old one is not taken for the new one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SocketId(pub(crate) u32);

/// An open or opening socket. Dropping it closes it and silences its events.
pub(crate) struct Socket {
    id: SocketId,
    socket: WebSocket,
    // Kept alive for as long as the socket calls them.
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Starts to open, to this path of the relay; `None` if the browser refuses the address outright.
    pub(crate) fn open(
        id: SocketId,
        path: &str,
        protocol: Option<&str>,
        happenings: &UnboundedSender<Happening>,
    ) -> Option<Self> {
        let location = scope().location();
        let scheme = if location.protocol() == "https:" { "wss" } else { "ws" };
        let url = format!("{scheme}://{}{path}", location.host());
        let socket = match protocol {
            Some(protocol) => WebSocket::new_with_str(&url, protocol),
            None => WebSocket::new(&url),
        };
        let socket = socket.ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let tell = happenings.clone();
        let on_open = Closure::<dyn FnMut()>::new(move || {
            let _ = tell.unbounded_send(Happening::SocketOpened(id));
        });
        let tell = happenings.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(frame) = frame(&event) {
                let _ = tell.unbounded_send(Happening::FrameReceived(id, frame));
            }
        });
        let tell = happenings.clone();
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            let tell = tell.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let why = why(event.code(), event.reason()).await;
                let _ = tell.unbounded_send(Happening::SocketClosed(id, why));
            });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self { id, socket, _on_open: on_open, _on_message: on_message, _on_close: on_close })
    }

    /// Which socket this is.
    pub(crate) fn id(&self) -> SocketId {
        self.id
    }

    /// Sends one frame: as text where it is UTF-8, since some servers take nothing else (RFC 7118 section 5.2).
    pub(crate) fn send(&self, frame: &[u8]) {
        // Fails only while the socket is not open; its close event follows and tells the desk.
        let _ = match std::str::from_utf8(frame) {
            Ok(text) => self.socket.send_with_str(text),
            Err(_) => self.socket.send_with_u8_array(frame),
        };
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

fn frame(event: &MessageEvent) -> Option<Vec<u8>> {
    let data = event.data();
    data.as_string()
        .map(String::into_bytes)
        .or_else(|| data.dyn_into::<ArrayBuffer>().ok().map(|buffer| Uint8Array::new(&buffer).to_vec()))
}

/// Puts a close code into a reason. A refused upgrade looks like a dead relay to a browser, so the relay is asked.
async fn why(code: u16, reason: String) -> SocketLoss {
    match TunnelEnd::from_code(code) {
        Some(TunnelEnd::SignedOut) => SocketLoss::NotSignedIn,
        Some(TunnelEnd::Unreachable | TunnelEnd::Dropped) => SocketLoss::PbxUnreachable,
        Some(TunnelEnd::Stopping) => SocketLoss::RelayUnreachable,
        Some(
            TunnelEnd::TooBig
            | TunnelEnd::NotUnderstood
            | TunnelEnd::Silent
            | TunnelEnd::TooMany
            | TunnelEnd::TooFast,
        ) => SocketLoss::Closed { code, reason },
        None if code == ABNORMAL => match relay::provision().await {
            Err(NoProvision::NotSignedIn) => SocketLoss::NotSignedIn,
            Err(NoProvision::Unreachable) => SocketLoss::RelayUnreachable,
            Ok(_) => SocketLoss::Closed { code, reason },
        },
        None => SocketLoss::Closed { code, reason },
    }
}
