//! SIP through the relay, between a browser and a PBX that are played here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cordboard_relay::{Relay, serve};
use cordboard_wire::{MAX_FRAME, TunnelEnd, path};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_hdr_async_with_config, connect_async};

use crate::house::{House, PASSWORD, annas_cookie, post, sign_in};

/// Nothing here takes long; whoever waits this long waits in vain.
const SOON: Duration = Duration::from_secs(10);

pub(crate) type Browser = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Line = WebSocketStream<TcpStream>;

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(SOON, what).await.expect("this should not take long")
}

/// A PBX's WebSocket.
struct Pbx(TcpListener);

impl Pbx {
    async fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn url(&self) -> String {
        format!("ws://{}/ws", self.0.local_addr().unwrap())
    }

    /// Takes the next connection of the relay.
    #[allow(clippy::result_large_err, reason = "the callback's type is the library's")]
    async fn accept(&self) -> Line {
        let (stream, _) = soon(self.0.accept()).await.unwrap();
        let handshake = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
            assert_eq!(request.uri().path(), "/ws");
            let offered = request.headers().get("sec-websocket-protocol");
            assert_eq!(offered, Some(&HeaderValue::from_static("sip")));
            response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("sip"));
            Ok(response)
        };
        let unlimited = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        soon(accept_hdr_async_with_config(stream, handshake, Some(unlimited))).await.unwrap()
    }
}

/// A relay that listens.
pub(crate) struct Open {
    pub(crate) relay: Arc<Relay>,
    at: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Open {
    pub(crate) async fn start(house: House) -> Self {
        let relay = house.build();
        let (tell, told) = oneshot::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = Arc::clone(&relay);
        let serving = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            serve(served, "127.0.0.1:0".parse().unwrap(), |at| tell.send(at).unwrap(), stop).await.unwrap();
        });
        let at = soon(told).await.unwrap();
        Self { relay, at, stop, serving }
    }

    /// A bare connection.
    pub(crate) async fn dial(&self) -> TcpStream {
        TcpStream::connect(self.at).await.unwrap()
    }

    /// Asks for a tunnel as a page with this cookie would.
    async fn ask(&self, cookie: &str, protocol: Option<&'static str>) -> Result<Browser, Error> {
        self.ask_for(&path::tunnel_to(0), cookie, protocol).await
    }

    pub(crate) async fn ask_for(
        &self,
        path: &str,
        cookie: &str,
        protocol: Option<&'static str>,
    ) -> Result<Browser, Error> {
        let mut request = format!("ws://{}{path}", self.at).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", format!("http://{}", self.at).parse().unwrap());
        headers.insert("cookie", cookie.parse().unwrap());
        if let Some(protocol) = protocol {
            headers.insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
        }
        soon(connect_async(request)).await.map(|(browser, _)| browser)
    }

    /// Opens a tunnel for this cookie.
    pub(crate) async fn tunnel(&self, cookie: &str) -> Browser {
        self.ask(cookie, Some("sip")).await.unwrap()
    }
}

/// Both ends of a tunnel that carries frames.
async fn ends(open: &Open, pbx: &Pbx) -> (Browser, Line) {
    let cookie = annas_cookie(&open.relay).await;
    ends_for(open, pbx, &cookie).await
}

/// Both ends of a tunnel for this cookie.
async fn ends_for(open: &Open, pbx: &Pbx, cookie: &str) -> (Browser, Line) {
    let (mut browser, mut line) = tokio::join!(open.tunnel(cookie), pbx.accept());
    // Either side is connected before the relay has put them together; a frame that arrives proves that it has.
    line.send(Message::text("ready")).await.unwrap();
    assert_eq!(soon(browser.next()).await.unwrap().unwrap(), Message::text("ready"));
    (browser, line)
}

/// What the browser is told at the end, with its code and reason checked.
pub(crate) async fn told(browser: &mut Browser) -> TunnelEnd {
    loop {
        match soon(browser.next()).await {
            Some(Ok(Message::Close(Some(frame)))) => {
                let end = TunnelEnd::from_code(frame.code.into()).unwrap_or_else(|| panic!("{frame:?}"));
                assert_eq!(frame.reason.as_str(), end.reason());
                return end;
            }
            Some(Ok(_)) => {}
            other => panic!("closed without a reason: {other:?}"),
        }
    }
}

/// Waits until the PBX sees the connection end in order.
async fn sees_the_end(line: &mut Line) {
    loop {
        match soon(line.next()).await {
            Some(Ok(Message::Close(_))) => return,
            Some(Ok(_)) => {}
            other => panic!("cut: {other:?}"),
        }
    }
}

#[tokio::test]
async fn frames_travel_both_ways_as_they_are() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let (mut browser, mut line) = ends(&open, &pbx).await;
    let frames = [
        Message::text("OPTIONS sip:ü SIP/2.0\r\n\r\n"),
        Message::binary(vec![0, 255, 13, 10]),
        Message::text(""),
    ];
    for frame in frames {
        browser.send(frame.clone()).await.unwrap();
        assert_eq!(soon(line.next()).await.unwrap().unwrap(), frame);
        line.send(frame.clone()).await.unwrap();
        assert_eq!(soon(browser.next()).await.unwrap().unwrap(), frame);
    }
}

#[tokio::test]
async fn the_tunnel_speaks_sip_and_nothing_else() {
    let open = Open::start(House::new()).await;
    let cookie = annas_cookie(&open.relay).await;
    for protocol in [None, Some("xmpp")] {
        match open.ask(&cookie, protocol).await {
            Err(Error::Http(answer)) => assert_eq!(answer.status(), 400, "{protocol:?}"),
            other => panic!("{protocol:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn without_a_session_there_is_no_tunnel() {
    let open = Open::start(House::new()).await;
    match open.ask("cordboard=guess", Some("sip")).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 401),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_pbx_that_is_down_is_told_in_words() {
    let open = Open::start(House::new()).await;
    let mut browser = open.tunnel(&annas_cookie(&open.relay).await).await;
    assert_eq!(told(&mut browser).await, TunnelEnd::Unreachable);
}

#[tokio::test]
async fn the_second_pbx_stands_in_for_the_first() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&["ws://127.0.0.1:9", &pbx.url()])).await;
    ends(&open, &pbx).await;
}

#[tokio::test]
async fn a_console_may_ask_for_another_pbx_than_the_first() {
    let (first, second) = (Pbx::new().await, Pbx::new().await);
    let open = Open::start(House::before(&[&first.url(), &second.url()])).await;
    let cookie = annas_cookie(&open.relay).await;
    for (server, pbx) in [(1, &second), (2, &first), (3, &second)] {
        let path = path::tunnel_to(server);
        let (browser, _line) = tokio::join!(open.ask_for(&path, &cookie, Some("sip")), pbx.accept());
        browser.unwrap();
    }
    // What cannot be read means the first, and nobody is turned away for it.
    let (browser, _line) =
        tokio::join!(open.ask_for("/sip?server=x&y", &cookie, Some("sip")), first.accept());
    browser.unwrap();
}

#[tokio::test]
async fn a_pbx_that_accepts_and_says_nothing_is_passed_over() {
    let (silent, pbx) = (Pbx::new().await, Pbx::new().await);
    let house = House::before(&[&silent.url(), &pbx.url()]).with_tables("[limits]\nconnect_seconds = 1");
    let open = Open::start(house).await;
    ends(&open, &pbx).await;
}

#[tokio::test]
async fn the_largest_frame_passes_and_a_larger_one_ends_the_tunnel() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let (mut browser, mut line) = ends(&open, &pbx).await;
    let largest = Message::text("x".repeat(MAX_FRAME));
    browser.send(largest.clone()).await.unwrap();
    assert_eq!(soon(line.next()).await.unwrap().unwrap(), largest);
    line.send(largest.clone()).await.unwrap();
    assert_eq!(soon(browser.next()).await.unwrap().unwrap(), largest);
    browser.send(Message::text("x".repeat(MAX_FRAME + 1))).await.unwrap();
    assert_eq!(told(&mut browser).await, TunnelEnd::TooBig);
    sees_the_end(&mut line).await;
}

#[tokio::test]
async fn a_pbx_that_sends_too_much_is_left() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let (mut browser, mut line) = ends(&open, &pbx).await;
    line.send(Message::text("x".repeat(MAX_FRAME + 1))).await.unwrap();
    assert_eq!(told(&mut browser).await, TunnelEnd::Dropped);
}

#[tokio::test]
async fn the_browser_learns_that_the_pbx_has_hung_up_or_broken_down() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let (mut browser, mut line) = ends(&open, &pbx).await;
    line.close(None).await.unwrap();
    assert_eq!(told(&mut browser).await, TunnelEnd::Dropped);
    let (mut browser, line) = ends(&open, &pbx).await;
    drop(line);
    assert_eq!(told(&mut browser).await, TunnelEnd::Dropped);
}

#[tokio::test]
async fn the_pbx_learns_that_the_browser_has_left() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let (mut browser, mut line) = ends(&open, &pbx).await;
    browser.close(None).await.unwrap();
    sees_the_end(&mut line).await;
    let (browser, mut line) = ends(&open, &pbx).await;
    drop(browser);
    sees_the_end(&mut line).await;
}

#[tokio::test]
async fn signing_out_ends_the_tunnel() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let cookie = annas_cookie(&open.relay).await;
    let (mut browser, mut line) = ends_for(&open, &pbx, &cookie).await;
    post(&open.relay, "/api/sign-out", crate::house::ORIGIN, &cookie, String::new()).await;
    assert_eq!(told(&mut browser).await, TunnelEnd::SignedOut);
    sees_the_end(&mut line).await;
}

#[tokio::test]
async fn one_operator_cannot_take_all_tunnels_and_gets_theirs_back() {
    let pbx = Pbx::new().await;
    let open =
        Open::start(House::before(&[&pbx.url()]).with_tables("[limits]\ntunnels_per_operator = 1")).await;
    let (mut first, mut line) = ends(&open, &pbx).await;
    let cookie = sign_in(&open.relay, "anna", PASSWORD).await.cookie();
    let mut second = open.tunnel(&cookie).await;
    assert_eq!(told(&mut second).await, TunnelEnd::TooMany);
    first.close(None).await.unwrap();
    // The browser's side is over when the relay has answered its close, and only then is the seat free.
    sees_the_end(&mut line).await;
    drop(line);
    while soon(first.next()).await.is_some() {}
    ends_for(&open, &pbx, &cookie).await;
}

#[tokio::test]
async fn a_browser_that_no_longer_answers_is_given_up() {
    let pbx = Pbx::new().await;
    let limits = "[limits]\nping_seconds = 1\nsilence_seconds = 2";
    let open = Open::start(House::before(&[&pbx.url()]).with_tables(limits)).await;
    let (browser, mut line) = ends(&open, &pbx).await;
    // Nobody reads what comes for the browser, so no ping is answered.
    sees_the_end(&mut line).await;
    drop(browser);
}

#[tokio::test]
async fn a_relay_that_stops_tells_everybody_first() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let (mut browser, mut line) = ends(&open, &pbx).await;
    open.stop.send(()).unwrap();
    let (end, ()) = tokio::join!(told(&mut browser), sees_the_end(&mut line));
    assert_eq!(end, TunnelEnd::Stopping);
    // Both answer the farewell by reading on.
    tokio::join!(async { while browser.next().await.is_some() {} }, async {
        while line.next().await.is_some() {}
    });
    soon(open.serving).await.unwrap();
    assert!(TcpStream::connect(open.at).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn somebody_who_never_finishes_asking_does_not_keep_tunnels_waiting_for_the_end() {
    let pbx = Pbx::new().await;
    let open = Open::start(House::before(&[&pbx.url()])).await;
    let mut slow = open.dial().await;
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: slow\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ").await.unwrap();
    slow.readable().await.unwrap();
    let (mut browser, _line) = ends(&open, &pbx).await;
    open.stop.send(()).unwrap();
    assert_eq!(told(&mut browser).await, TunnelEnd::Stopping);
    assert!(!open.serving.is_finished());
}
