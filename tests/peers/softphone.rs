//! The SIP user agent itself at the PBX, over a real WebSocket and by a real clock, without a browser around it.
//!
//! What a story does, and how soon, is not filtered by a desk; media is only described. A story may let an hour pass
//! at once for the agent, since time is its argument: the far ends live on by the real clock.
#![allow(clippy::wildcard_enum_match_arm, reason = "a story waits for one event and passes over all others")]

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cordboard_sip::message::header::NameAddr;
use cordboard_sip::message::{self as sip, Frame, Name, StatusCode, parse};
use cordboard_sip::trace::Traced;
use cordboard_sip::{
    ActError, Agent, EndCause, Event, Instant, Invitation, Output, Party, ReferProgress, Registration,
    Secret, SessionId, Settings,
};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::{Failed, SOON, Stage, Told, eventually};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

/// A phone registered at [`Kamailio`].
pub(crate) struct Softphone {
    inner: Rc<Inner>,
}

struct Inner {
    number: u16,
    agent: RefCell<Agent>,
    /// Told, and not yet waited for.
    told: RefCell<Vec<Event>>,
    /// How far the agent's clock is ahead of the real one.
    ahead: Cell<Duration>,
    /// How many descriptions of media were made; each is a newer version.
    described: Cell<u64>,
    acted: Notify,
    trace: PathBuf,
}

impl Inner {
    fn now(&self) -> Instant {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_millis(u64::try_from((real + self.ahead.get()).as_millis()).unwrap_or(u64::MAX))
    }

    /// Takes out what the agent wants: frames to be sent; events are kept.
    fn drain(&self) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        let mut agent = self.agent.borrow_mut();
        while let Some(output) = agent.poll_output() {
            match output {
                Output::SendFrame(frame) => frames.push(frame),
                Output::Event(event) => self.told.borrow_mut().push(event),
                Output::DropConnection => {}
            }
        }
        frames
    }

    fn wait(&self) -> Duration {
        let next = self.agent.borrow().poll_timeout();
        next.map_or(Duration::from_secs(3600), |next| next.since(self.now()))
    }
}

/// Evidence of every story, passed or not.
impl Drop for Inner {
    fn drop(&mut self) {
        // A story that cannot keep it has other worries.
        let _ = fs::write(&self.trace, self.agent.borrow().trace().to_text());
    }
}

/// Which way a phone lets media flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Both,
    /// The other side is held.
    Out,
    /// The other side holds.
    In,
}

impl Softphone {
    /// Connects and registers the phone with this number (from 101 to 199).
    ///
    /// # Errors
    /// When it is not registered in time.
    pub(crate) async fn start(stage: &Stage, number: u16) -> Result<Self, Failed> {
        let failed = |problem: &dyn std::fmt::Display| Failed::new(format!("phone {number}: {problem}"));
        let address = Kamailio::WEBSOCKET.trim_start_matches("ws://");
        let stream = TcpStream::connect(address).await.map_err(|problem| failed(&problem))?;
        let mut request = Kamailio::WEBSOCKET.into_client_request().map_err(|problem| failed(&problem))?;
        let protocol = "sip".parse().map_err(|_| Failed::new("no header"))?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        let (socket, _) = client_async(request, stream).await.map_err(|problem| failed(&problem))?;
        let settings = Settings {
            aor: format!("{number}@{}", Kamailio::DOMAIN),
            display_name: format!("Phone {number}"),
            auth_user: number.to_string(),
            password: Secret::new(format!("pw{number}")),
            instance: format!("urn:uuid:00000000-0000-4000-8000-000000000{number}"),
            expires: 600,
            user_agent: "Cordboard".to_owned(),
            servers: 1,
            line_header: String::new(),
        };
        let trace = stage.folder().join(format!("softphone-{number}.trace"));
        let agent = Agent::new(settings, u64::from(number), Instant::default());
        let inner = Rc::new(Inner {
            number,
            agent: RefCell::new(agent),
            told: RefCell::default(),
            ahead: Cell::default(),
            described: Cell::default(),
            acted: Notify::new(),
            trace,
        });
        let phone = Self { inner: Rc::clone(&inner) };
        phone.act(|agent, now| {
            agent.handle_connected(now);
            agent.register(now);
        });
        tokio::task::spawn_local(run(inner, socket));
        let registered = |event: &Event| {
            matches!(event, Event::Registration(Registration::Registered { .. })).then_some(())
        };
        phone.tells("that it is registered", registered).await?;
        Ok(phone)
    }

    /// Does something with the agent.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Agent, Instant) -> T) -> T {
        let done = act(&mut self.inner.agent.borrow_mut(), self.inner.now());
        self.inner.acted.notify_one();
        done
    }

    /// As [`act`](Self::act), with something that may be refused.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn must<T>(
        &self,
        act: impl FnOnce(&mut Agent, Instant) -> Result<T, ActError>,
    ) -> Result<T, Failed> {
        let number = self.inner.number;
        self.act(act).map_err(|refusal| Failed::new(format!("phone {number} refuses: {refusal:?}")))
    }

    /// Lets time pass for the agent, once its ping is answered: else the connection would seem to be dead.
    ///
    /// # Errors
    /// When the PBX does not answer a ping.
    pub(crate) async fn let_pass(&self, time: Duration) -> Told {
        let count = |frame: &[u8]| {
            let agent = self.inner.agent.borrow();
            agent.trace().frames().filter(|traced| traced.frame == frame).count()
        };
        eventually("a ping to be answered", SOON, async || match (count(Frame::PING), count(Frame::PONG)) {
            (pings, pongs) if pings <= pongs => Ok(()),
            (pings, pongs) => Err(Failed::new(format!("{pings} pings, {pongs} pongs"))),
        })
        .await?;
        self.inner.ahead.set(self.inner.ahead.get() + time);
        self.act(Agent::handle_timeout);
        Ok(())
    }

    /// Describes its media for an offer, as a browser would.
    pub(crate) fn offer(&self, flow: Flow) -> String {
        self.media(flow, "actpass")
    }

    /// Describes its media for an answer, as a browser would.
    pub(crate) fn answer(&self, flow: Flow) -> String {
        self.media(flow, "active")
    }

    fn media(&self, flow: Flow, setup: &str) -> String {
        let version = self.inner.described.get() + 1;
        self.inner.described.set(version);
        let flow = match flow {
            Flow::Both => "sendrecv",
            Flow::Out => "sendonly",
            Flow::In => "recvonly",
        };
        format!(
            "v=0\r\no=- {} {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 50{} UDP/TLS/RTP/SAVPF 8 101\r\n\
             c=IN IP4 127.0.0.1\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na={flow}\r\n\
             a=mid:0\r\na=rtcp-mux\r\na=ice-ufrag:cord\r\na=ice-pwd:aboardwithmanycordsonit22\r\n\
             a=setup:{setup}\r\na=fingerprint:sha-256 {}\r\n",
            self.inner.number,
            self.inner.number,
            ["AB"; 32].join(":"),
        )
    }

    /// Calls a number.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn dial(&self, number: &str) -> Result<SessionId, Failed> {
        let offer = self.offer(Flow::Both);
        self.must(|agent, now| agent.invite(now, number, offer))
    }

    /// Answers a call that rings.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn accept(&self, session: SessionId) -> Told {
        let answer = self.answer(Flow::Both);
        self.must(|agent, now| agent.accept(now, session, answer))
    }

    /// Goes along with being held.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn agree_to_be_held(&self, session: SessionId) -> Told {
        let answer = self.answer(Flow::In);
        self.must(|agent, now| agent.answer(now, session, answer))
    }

    /// Goes along with a change of media.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn agree(&self, session: SessionId) -> Told {
        let answer = self.answer(Flow::Both);
        self.must(|agent, now| agent.answer(now, session, answer))
    }

    /// Offers another flow of media.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn reoffer(&self, session: SessionId, flow: Flow) -> Told {
        let offer = self.offer(flow);
        self.must(|agent, now| agent.reoffer(now, session, offer))
    }

    /// Ends a call.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn hang_up(&self, session: SessionId) -> Told {
        self.must(|agent, now| agent.hang_up(now, session))
    }

    /// Waits for an event, and takes it out of those that were told; the others stay to be waited for.
    ///
    /// # Errors
    /// With all that was told instead.
    pub(crate) async fn tells<T>(
        &self,
        what: &str,
        which: impl Fn(&Event) -> Option<T>,
    ) -> Result<T, Failed> {
        let number = self.inner.number;
        eventually(&format!("phone {number} to tell {what}"), SOON, async || {
            let mut told = self.inner.told.borrow_mut();
            let found = told.iter().enumerate().find_map(|(place, event)| Some((place, which(event)?)));
            match found {
                Some((place, found)) => {
                    told.remove(place);
                    Ok(found)
                }
                None => Err(Failed::new(format!("it told\n  {told:#?}"))),
            }
        })
        .await
    }

    /// Whether something was told and not waited for.
    pub(crate) fn has_told(&self, which: impl Fn(&Event) -> bool) -> bool {
        self.inner.told.borrow().iter().any(which)
    }

    /// Waits for a call, lets it ring, and gives it.
    ///
    /// # Errors
    /// When none comes in time.
    pub(crate) async fn rings(&self) -> Result<(SessionId, Box<Invitation>), Failed> {
        let (session, invitation) = self.is_invited().await?;
        self.must(|agent, now| agent.ring(now, session))?;
        Ok((session, invitation))
    }

    /// Waits for a call, and does nothing yet.
    ///
    /// # Errors
    /// When none comes in time.
    pub(crate) async fn is_invited(&self) -> Result<(SessionId, Box<Invitation>), Failed> {
        self.tells("a call", |event| match event {
            Event::Incoming { session, invitation } => Some((*session, invitation.clone())),
            _ => None,
        })
        .await
    }

    /// Waits for progress of a call of its own, and gives the fork and the early media.
    ///
    /// # Errors
    /// When that status does not come in time.
    pub(crate) async fn hears_of(
        &self,
        session: SessionId,
        status: u16,
    ) -> Result<(usize, Option<String>), Failed> {
        self.tells(&status.to_string(), |event| match event {
            Event::Progress { session: of, fork, status: told, sdp } if (*of, *told) == (session, status) => {
                Some((*fork, sdp.clone()))
            }
            _ => None,
        })
        .await
    }

    /// Waits until a call of its own is answered, or one that it answered is acknowledged.
    ///
    /// # Errors
    /// When it is not in time.
    pub(crate) async fn talks(&self, session: SessionId) -> Told {
        self.tells("that it talks", |event| match event {
            Event::Answered { session: of, .. } | Event::Established { session: of, .. } => {
                (*of == session).then_some(())
            }
            _ => None,
        })
        .await
    }

    /// Waits until a call has ended, and gives the cause.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn is_over(&self, session: SessionId) -> Result<EndCause, Failed> {
        self.tells("an end", |event| match event {
            Event::Ended { session: of, cause } if *of == session => Some(cause.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until the far end offers new media, and gives the offer.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn is_reoffered(&self, session: SessionId) -> Result<Option<String>, Failed> {
        self.tells("an offer", |event| match event {
            Event::Reoffered { session: of, offer } if *of == session => Some(offer.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until its own offer of new media is answered, and gives the answer.
    ///
    /// # Errors
    /// When it is not in time.
    pub(crate) async fn reoffer_is_answered(&self, session: SessionId) -> Result<String, Failed> {
        self.tells("an answer", |event| match event {
            Event::ReofferAnswered { session: of, sdp } if *of == session => Some(sdp.clone()),
            _ => None,
        })
        .await
    }
}

impl Softphone {
    /// Waits until the far end asks it to call somebody else; gives whom, and whether to take a call over.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn is_referred(&self, session: SessionId) -> Result<(Party, bool), Failed> {
        self.tells("that it is sent on", |event| match event {
            Event::Referred { session: of, target, replaces } if *of == session => {
                Some((target.clone(), *replaces))
            }
            _ => None,
        })
        .await
    }

    /// Calls whom the far end asked it to call.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn goes_along(&self, session: SessionId) -> Result<SessionId, Failed> {
        self.must(|agent, now| agent.accept_refer(now, session))?;
        let offer = self.offer(Flow::Both);
        self.must(|agent, now| agent.invite_referred(now, session, offer))
    }

    /// Waits until a transfer has come that far.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn transfer_is(
        &self,
        session: SessionId,
        which: impl Fn(&ReferProgress) -> bool,
    ) -> Told {
        self.tells("that progress of a transfer", |event| match event {
            Event::ReferProgress { session: of, progress } => {
                (*of == session && which(progress)).then_some(())
            }
            _ => None,
        })
        .await
    }

    /// Waits until something has gone over its wire.
    ///
    /// # Errors
    /// When it has not in time.
    pub(crate) async fn traces(&self, text: &str) -> Told {
        eventually(&format!("“{text}” on the wire"), SOON, async || {
            match self.inner.agent.borrow().trace().to_text().contains(text) {
                true => Ok(()),
                false => Err(Failed::new("it is not in the trace")),
            }
        })
        .await
    }

    /// How many requests with a method have gone over its wire.
    pub(crate) fn carried(&self, method: &str) -> usize {
        let start = format!("{method} ");
        let agent = self.inner.agent.borrow();
        agent.trace().frames().filter(|traced| traced.frame.starts_with(start.as_bytes())).count()
    }

    /// Waits until so many requests with a method have gone over its wire.
    ///
    /// # Errors
    /// When fewer have in time.
    pub(crate) async fn has_carried(&self, method: &str, count: usize) -> Told {
        eventually(&format!("{count} {method} on the wire"), SOON, async || match self.carried(method) {
            carried if carried >= count => Ok(()),
            carried => Err(Failed::new(format!("{carried} so far"))),
        })
        .await
    }

    /// Waits until so many requests with a method have been answered with 200.
    ///
    /// # Errors
    /// When fewer have in time.
    pub(crate) async fn is_answered(&self, method: &str, count: usize) -> Told {
        let answers = |traced: &Traced| match parse(&traced.frame) {
            Ok(Frame::Message(sip::Message::Response(response))) => {
                let number = response.headers.cseq();
                response.status == StatusCode::OK
                    && number.is_ok_and(|number| number.method.to_string() == method)
            }
            _ => false,
        };
        eventually(&format!("{count} answers to {method}"), SOON, async || {
            let found = self.inner.agent.borrow().trace().frames().filter(&answers).count();
            if found >= count { Ok(()) } else { Err(Failed::new(format!("{found} so far"))) }
        })
        .await
    }

    /// The Call-ID, its own tag and the other side's of the call of its own that rings, as they stand on the wire.
    ///
    /// # Errors
    /// When none does.
    pub(crate) fn early_dialog(&self) -> Result<(String, String, String), Failed> {
        let agent = self.inner.agent.borrow();
        let ringing = agent.trace().frames().filter_map(|traced| match parse(&traced.frame) {
            Ok(Frame::Message(sip::Message::Response(response)))
                if response.status == StatusCode::RINGING =>
            {
                let headers = &response.headers;
                let tag = |address: Option<NameAddr>| address?.tag().map(str::to_owned);
                Some((
                    headers.get(Name::CallId)?.to_owned(),
                    tag(headers.from().ok())?,
                    tag(headers.to().ok())?,
                ))
            }
            _ => None,
        });
        ringing.last().ok_or_else(|| Failed::new("nothing rings"))
    }
}

/// Carries frames between the agent and the socket, and wakes the agent when something falls due.
async fn run(inner: Rc<Inner>, mut socket: WebSocketStream<TcpStream>) {
    loop {
        for frame in inner.drain() {
            let text = String::from_utf8_lossy(&frame).into_owned();
            if socket.send(Message::text(text)).await.is_err() {
                return inner.agent.borrow_mut().handle_disconnected(inner.now());
            }
        }
        tokio::select! {
            frame = socket.next() => match frame {
                Some(Ok(Message::Text(text))) => inner.agent.borrow_mut().handle_frame(inner.now(), text.as_bytes()),
                Some(Ok(Message::Binary(bytes))) => inner.agent.borrow_mut().handle_frame(inner.now(), &bytes),
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return inner.agent.borrow_mut().handle_disconnected(inner.now()),
            },
            () = sleep(inner.wait()) => inner.agent.borrow_mut().handle_timeout(inner.now()),
            () = inner.acted.notified() => {}
        }
    }
}
