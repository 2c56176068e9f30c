//! A telephone without a browser and without sound: the product's own SIP user agent on a real socket, by a real clock.
//!
//! Somebody calls [`Phone::turn`] again and again; whoever has its [`Handset`] acts meanwhile. Media is described, so that
//! calls come about, and flows nowhere. A lost connection is opened again by itself.

use std::fmt;
use std::future::{Future, pending};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cordboard_sip::sdp::{Direction, Sdp};
use cordboard_sip::{Agent, Event, Instant, Output, Settings};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Pauses between attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Opened = Result<Box<Socket>, tungstenite::Error>;
type Opening = Pin<Box<dyn Future<Output = Opened> + Send>>;

/// The connection.
enum Link {
    Waits { until: Instant },
    Opens(Opening),
    Open(Box<Socket>),
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The socket is open.
    Connected,
    /// The socket is closed or could not be opened; says why.
    Disconnected(String),
    /// The user agent tells.
    Event(Event),
}

/// What a person has in the hand: acts on the user agent, while the telephone itself is on the wire. All copies are of
/// the same telephone.
#[derive(Clone, Debug)]
pub struct Handset {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    acted: Notify,
}

#[derive(Debug)]
struct State {
    agent: Agent,
    /// What the clock showed when the telephone was made, and how long ago that is.
    began: (Instant, tokio::time::Instant),
    /// How far the agent's clock is ahead of that.
    ahead: Duration,
    /// How many descriptions of media were made; each is a newer version.
    described: u64,
    /// The connection is to be lost.
    cut: bool,
}

impl State {
    fn now(&self) -> Instant {
        self.began.0 + self.began.1.elapsed() + self.ahead
    }
}

impl Handset {
    /// Nothing in the telephone waits while it is locked; who panicked there has left it as it was.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the user agent. What comes of it is told by the telephone's next turns.
    pub fn act<T>(&self, act: impl FnOnce(&mut Agent, Instant) -> T) -> T {
        let mut state = self.state();
        let now = state.now();
        let done = act(&mut state.agent, now);
        self.inner.acted.notify_one();
        done
    }

    /// Looks at the user agent.
    pub fn look<T>(&self, look: impl FnOnce(&Agent) -> T) -> T {
        look(&self.state().agent)
    }

    /// Puts the user agent's clock forward, and lets it do what has fallen due.
    pub fn put_clock_forward(&self, by: Duration) {
        self.state().ahead += by;
        self.act(Agent::handle_timeout);
    }

    /// Loses the connection without a word. The telephone opens another by itself.
    pub fn cut(&self) {
        self.state().cut = true;
        self.inner.acted.notify_one();
    }

    /// Describes media for an offer: G.711 over DTLS, going nowhere.
    pub fn offer(&self, direction: Direction) -> String {
        self.describe(direction, "actpass")
    }

    /// Describes media for an answer in this direction.
    pub fn answer(&self, direction: Direction) -> String {
        self.describe(direction, "active")
    }

    /// The answer to an offer, with the direction that it leaves to us; an offer, if there was none.
    pub fn answer_to(&self, offer: Option<&str>) -> String {
        let Some(offer) = offer else { return self.offer(Direction::SendRecv) };
        let wanted = Sdp::parse(offer).ok();
        let wanted = wanted.and_then(|sdp| sdp.audio().map(|audio| audio.direction()));
        self.answer(wanted.unwrap_or(Direction::SendRecv).reversed())
    }

    fn describe(&self, direction: Direction, setup: &str) -> String {
        let mut state = self.state();
        state.described += 1;
        // An address of zeros would count as hold at older telephones.
        format!(
            "v=0\r\no=- {} {} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 50100 UDP/TLS/RTP/SAVPF 8 101\r\n\
            c=IN IP4 127.0.0.1\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na={}\r\na=mid:0\r\n\
            a=rtcp-mux\r\na=ice-ufrag:none\r\na=ice-pwd:nosoundflowsthroughhere\r\na=setup:{setup}\r\n\
            a=fingerprint:sha-256 {}\r\n",
            state.began.0.as_millis(),
            state.described,
            direction.as_str(),
            ["AB"; 32].join(":"),
        )
    }
}

/// A telephone.
pub struct Phone {
    url: String,
    handset: Handset,
    link: Link,
    pause: Duration,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phone")
            .field("url", &self.url)
            .field("handset", &self.handset)
            .finish_non_exhaustive()
    }
}

impl Phone {
    /// A telephone that connects to `url` (`ws:` or `wss:`) from its first turn on.
    pub fn new(url: &str, settings: Settings) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Instant::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        // The standard library's own randomness, which comes from the operating system.
        let seed = RandomState::new().build_hasher().finish();
        let state = State {
            agent: Agent::new(settings, seed, now),
            began: (now, tokio::time::Instant::now()),
            ahead: Duration::ZERO,
            described: 0,
            cut: false,
        };
        let inner = Inner { state: Mutex::new(state), acted: Notify::new() };
        Self {
            url: url.to_owned(),
            handset: Handset { inner: Arc::new(inner) },
            link: Link::Waits { until: now },
            pause: FIRST_PAUSE,
        }
    }

    /// What to act with.
    pub fn handset(&self) -> Handset {
        self.handset.clone()
    }

    /// Waits for the next thing that is worth telling. Giving up a turn in the middle loses nothing.
    pub async fn turn(&mut self) -> Told {
        loop {
            // Taken out one by one: what is not sent yet when a turn is given up stays for the next.
            while let Some(output) = self.output() {
                match output {
                    Output::Event(event) => return Told::Event(event),
                    Output::DropConnection => {
                        return self.lose("no sign of life from the far end".to_owned());
                    }
                    Output::SendFrame(frame) => {
                        if let Err(problem) = self.send(frame).await {
                            return self.lose(problem.to_string());
                        }
                    }
                }
            }
            let (now, due, cut) = {
                let mut state = self.handset.state();
                (state.now(), state.agent.poll_timeout(), std::mem::take(&mut state.cut))
            };
            if cut {
                return self.lose("cut".to_owned());
            }
            let inner = Arc::clone(&self.handset.inner);
            tokio::select! {
                () = sleep_until(now, due) => {}
                () = inner.acted.notified() => {}
                told = next_of(&mut self.link, now) => if let Some(told) = self.take(told) {
                    return told;
                },
            }
            let mut state = self.handset.state();
            let now = state.now();
            if due.is_some_and(|due| due <= now) {
                state.agent.handle_timeout(now);
            }
        }
    }

    fn output(&self) -> Option<Output> {
        self.handset.state().agent.poll_output()
    }

    async fn send(&mut self, frame: Vec<u8>) -> Result<(), tungstenite::Error> {
        let Link::Open(socket) = &mut self.link else { return Ok(()) };
        // As text where it is UTF-8, since some servers take nothing else (RFC 7118 section 5.2).
        let message = match String::from_utf8(frame) {
            Ok(text) => Message::text(text),
            Err(bytes) => Message::binary(bytes.into_bytes()),
        };
        socket.send(message).await
    }

    fn take(&mut self, news: News) -> Option<Told> {
        match news {
            News::PauseOver => {
                self.link = Link::Opens(Box::pin(open(self.url.clone())));
                None
            }
            News::Opened(Ok(socket)) => {
                self.link = Link::Open(socket);
                self.pause = FIRST_PAUSE;
                self.handset.act(Agent::handle_connected);
                Some(Told::Connected)
            }
            News::Opened(Err(problem)) => Some(self.lose(problem.to_string())),
            News::Frame(frame) => {
                self.handset.act(|agent, now| agent.handle_frame(now, &frame));
                None
            }
            News::Nothing => None,
            News::Closed(why) => Some(self.lose(why)),
        }
    }

    fn lose(&mut self, why: String) -> Told {
        if matches!(self.link, Link::Open(_)) {
            self.handset.act(Agent::handle_disconnected);
        }
        let now = self.handset.state().now();
        self.link = Link::Waits { until: now + self.pause };
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Told::Disconnected(why)
    }
}

/// What a connection brings.
enum News {
    PauseOver,
    Opened(Opened),
    Frame(Vec<u8>),
    /// WebSocket's own business.
    Nothing,
    Closed(String),
}

async fn next_of(link: &mut Link, now: Instant) -> News {
    match link {
        Link::Waits { until } => {
            sleep_until(now, Some(*until)).await;
            News::PauseOver
        }
        Link::Opens(opening) => News::Opened(opening.await),
        Link::Open(socket) => match socket.next().await {
            Some(Ok(Message::Text(text))) => News::Frame(text.as_bytes().to_vec()),
            Some(Ok(Message::Binary(bytes))) => News::Frame(bytes.to_vec()),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => News::Nothing,
            Some(Ok(Message::Close(_))) | None => News::Closed("closed by the far end".to_owned()),
            Some(Err(problem)) => News::Closed(problem.to_string()),
        },
    }
}

async fn sleep_until(now: Instant, until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep(until.since(now)).await,
        None => pending().await,
    }
}

async fn open(url: String) -> Opened {
    let mut request = url.into_client_request()?;
    // RFC 7118 section 4.1
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("sip"));
    Ok(Box::new(connect_async(request).await?.0))
}
