//! The public face, and the tasks behind it: one that owns the switch, one a connection, one a voice.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use crate::event::{Event, Heard};
use crate::ids::{CallId, ConnId, VoiceId};
use crate::media::Studio;
use crate::mixer::Mixer;
use crate::settings::Settings;
use crate::switch::{Input, MediaNews, MediaOrder, MixOrder, Output, Switch};
use crate::{callers, colleagues, media, socket};

/// A running practice exchange. It ends, with all its calls, when this is dropped.
#[derive(Debug)]
pub struct Exchange {
    addr: SocketAddr,
    work: mpsc::Sender<Work>,
    events: broadcast::Sender<Event>,
    heard: HeardByCall,
    task: JoinHandle<()>,
}

type HeardByCall = Arc<Mutex<BTreeMap<CallId, Heard>>>;

/// Why the exchange could not start.
#[derive(Debug)]
pub enum StartError {
    /// The port cannot be listened on.
    Listen { addr: SocketAddr, source: io::Error },
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Listen { addr, source } => {
                write!(f, "the practice exchange cannot listen on {addr}: {source}; choose another port")
            }
        }
    }
}

impl std::error::Error for StartError {}

/// Why nobody can be made to ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingError {
    /// None of [`callers`](crate::callers()) has that number.
    NoSuchCaller,
    /// None of [`lines`](crate::lines()) has that number.
    NoSuchLine,
    /// None of [`colleagues`](crate::colleagues()) is a person with that extension.
    NoSuchColleague,
    /// The operator has no console registered.
    NotRegistered,
    /// The exchange has stopped.
    Stopped,
}

impl std::fmt::Display for RingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoSuchCaller => "no caller has that number; see callers()",
            Self::NoSuchColleague => "nobody has that extension; see colleagues()",
            Self::NoSuchLine => "no line has that number; see lines()",
            Self::NotRegistered => "the operator has no console registered; sign one in first",
            Self::Stopped => "the practice exchange has stopped",
        })
    }
}

impl std::error::Error for RingError {}

/// What the owner of the switch is asked to do.
#[derive(Debug)]
pub(crate) enum Work {
    Input(Input),
    Connected {
        conn: ConnId,
        frames: mpsc::Sender<String>,
    },
    Ring {
        caller: String,
        user: Option<String>,
        line: String,
        by_itself: bool,
        reply: oneshot::Sender<Result<CallId, RingError>>,
    },
    RingColleague {
        caller: String,
        extension: String,
        reply: oneshot::Sender<Result<CallId, RingError>>,
    },
    Consoles {
        user: String,
        reply: oneshot::Sender<usize>,
    },
    Subscriptions {
        user: String,
        reply: oneshot::Sender<usize>,
    },
    Stop,
}

/// Work that may wait; whoever adds more is made to wait too.
const WAITING_WORK: usize = 1_024;
/// Calls whose sound can be asked about; older ones are forgotten.
const REMEMBERED_CALLS: usize = 1_000;
/// Events that a slow watcher may miss by.
const WAITING_EVENTS: usize = 4_096;

impl Exchange {
    /// Listens, and takes consoles from then on.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let addr = settings.listen;
        let listener = TcpListener::bind(addr).await.map_err(|source| StartError::Listen { addr, source })?;
        let addr = listener.local_addr().map_err(|source| StartError::Listen { addr, source })?;
        let (work, inbox) = mpsc::channel(WAITING_WORK);
        let (events, _) = broadcast::channel(WAITING_EVENTS);
        let heard = HeardByCall::default();
        let desk = Office {
            media: settings.media,
            switch: Switch::new(Instant::now(), settings),
            work: work.clone(),
            events: events.clone(),
            heard: Arc::clone(&heard),
            mixer: Arc::default(),
            connections: BTreeMap::new(),
            voices: BTreeMap::new(),
            tasks: JoinSet::new(),
        };
        tracing::info!(%addr, "practice exchange started: this is not a PBX");
        let task = tokio::spawn(desk.run(listener, inbox));
        Ok(Self { addr, work, events, heard, task })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The WebSocket URL that a console, or the relay, connects to.
    pub fn url(&self) -> String {
        format!("ws://{}", self.addr)
    }

    /// Everything that happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// What has been heard from, and sent to, the browser in a call with a voice.
    pub fn heard(&self, call: CallId) -> Heard {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get(&call).cloned().unwrap_or_default()
    }

    /// Lets a caller, named by number, ring an operator on a line.
    ///
    /// # Errors
    /// When there is no such caller or line, or the operator has no console.
    pub async fn ring(&self, caller: &str, operator: &str, line: &str) -> Result<CallId, RingError> {
        self.ask_to_ring(caller, Some(operator), line, false).await
    }

    /// As [`ring`](Self::ring), where the caller's side asks the console to answer by itself (RFC 5373).
    ///
    /// # Errors
    /// As [`ring`](Self::ring).
    pub async fn speak_up(&self, caller: &str, operator: &str, line: &str) -> Result<CallId, RingError> {
        self.ask_to_ring(caller, Some(operator), line, true).await
    }

    /// Lets a caller, named by number, ring all operators who have a console registered, at once. The first who answers
    /// has the call.
    ///
    /// # Errors
    /// When there is no such caller or line, or no operator has a console.
    pub async fn ring_all(&self, caller: &str, line: &str) -> Result<CallId, RingError> {
        self.ask_to_ring(caller, None, line, false).await
    }

    async fn ask_to_ring(
        &self,
        caller: &str,
        user: Option<&str>,
        line: &str,
        by_itself: bool,
    ) -> Result<CallId, RingError> {
        let (reply, answer) = oneshot::channel();
        let (caller, user, line) = (caller.to_owned(), user.map(str::to_owned), line.to_owned());
        let ring = Work::Ring { caller, user, line, by_itself, reply };
        self.work.send(ring).await.map_err(|_| RingError::Stopped)?;
        answer.await.map_err(|_| RingError::Stopped)?
    }

    /// Lets so many callers ring all operators who are there, within seconds.
    pub async fn rush(&self, callers: usize) {
        // A stopped exchange has no callers.
        let _ = self.work.send(Work::Input(Input::RushAsked { callers })).await;
    }

    /// Lets a caller, named by number, ring a colleague directly. The colleague picks up after a while, if that is the
    /// colleague's habit; until then somebody else can.
    ///
    /// # Errors
    /// When there is no such caller or colleague.
    pub async fn ring_colleague(&self, caller: &str, extension: &str) -> Result<CallId, RingError> {
        let (reply, answer) = oneshot::channel();
        let ring = Work::RingColleague { caller: caller.into(), extension: extension.into(), reply };
        self.work.send(ring).await.map_err(|_| RingError::Stopped)?;
        answer.await.map_err(|_| RingError::Stopped)?
    }

    /// Puts a colleague on the phone with somebody outside, or lets the colleague hang up. Unknown extensions are nobody's.
    pub async fn occupy(&self, extension: &str, busy: bool) {
        // A stopped exchange has no colleagues.
        let _ = self.work.send(Work::Input(Input::OccupyAsked { extension: extension.into(), busy })).await;
    }

    /// Lets the voice in a call hang up, or give up ringing.
    pub async fn hang_up(&self, call: CallId) {
        // A stopped exchange has no calls.
        let _ = self.work.send(Work::Input(Input::HangUpAsked { call })).await;
    }

    /// How many consoles an operator has registered.
    pub async fn consoles(&self, operator: &str) -> usize {
        let (reply, answer) = oneshot::channel();
        if self.work.send(Work::Consoles { user: operator.into(), reply }).await.is_err() {
            return 0;
        }
        answer.await.unwrap_or_default()
    }

    /// How many subscriptions an operator's consoles have, to whatever it is.
    pub async fn subscriptions(&self, operator: &str) -> usize {
        let (reply, answer) = oneshot::channel();
        if self.work.send(Work::Subscriptions { user: operator.into(), reply }).await.is_err() {
            return 0;
        }
        answer.await.unwrap_or_default()
    }

    /// Ends everything, and returns when it has ended.
    pub async fn stop(mut self) {
        // Both fail only when it has ended already.
        let _ = self.work.send(Work::Stop).await;
        let _ = (&mut self.task).await;
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The owner of the switch.
#[derive(Debug)]
struct Office {
    switch: Switch,
    media: std::net::IpAddr,
    work: mpsc::Sender<Work>,
    events: broadcast::Sender<Event>,
    heard: HeardByCall,
    mixer: Arc<Mutex<Mixer>>,
    connections: BTreeMap<ConnId, mpsc::Sender<String>>,
    voices: BTreeMap<VoiceId, mpsc::Sender<MediaOrder>>,
    /// Dropped with the office, and all tasks with it.
    tasks: JoinSet<()>,
}

/// Orders that may wait for a voice: far more than one call has.
const WAITING_ORDERS: usize = 64;

impl Office {
    async fn run(mut self, listener: TcpListener, mut inbox: mpsc::Receiver<Work>) {
        let mut connections = 0;
        loop {
            let due = self.switch.poll_timeout().map(tokio::time::Instant::from_std);
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        connections += 1;
                        self.tasks.spawn(socket::serve(ConnId(connections), stream, self.work.clone()));
                    }
                }
                work = inbox.recv() => match work {
                    None | Some(Work::Stop) => return,
                    Some(work) => self.take(work),
                },
                () = tokio::time::sleep_until(due.unwrap_or_else(tokio::time::Instant::now)), if due.is_some() => {
                    self.switch.handle(Instant::now(), Input::TimePassed);
                }
                // Finished tasks are taken off the list.
                Some(_) = self.tasks.join_next(), if !self.tasks.is_empty() => {}
            }
            while let Some(output) = self.switch.poll_output() {
                self.perform(output);
            }
        }
    }

    fn take(&mut self, work: Work) {
        match work {
            Work::Input(input) => {
                if let Input::ConnectionClosed { conn } = &input {
                    self.connections.remove(conn);
                }
                self.switch.handle(Instant::now(), input);
            }
            Work::Connected { conn, frames } => drop(self.connections.insert(conn, frames)),
            // Whoever asked may have stopped waiting for the reply.
            Work::Ring { caller, user, line, by_itself, reply } => {
                let _ = reply.send(self.ring(&caller, user, &line, by_itself));
            }
            Work::RingColleague { caller, extension, reply } => {
                let _ = reply.send(self.ring_colleague(&caller, &extension));
            }
            Work::Consoles { user, reply } => drop(reply.send(self.switch.consoles(&user))),
            Work::Subscriptions { user, reply } => drop(reply.send(self.switch.subscriptions(&user))),
            Work::Stop => {}
        }
    }

    fn ring(
        &mut self,
        caller: &str,
        user: Option<String>,
        line: &str,
        by_itself: bool,
    ) -> Result<CallId, RingError> {
        let caller = callers::with_number(caller).ok_or(RingError::NoSuchCaller)?;
        let line = colleagues::line(line).ok_or(RingError::NoSuchLine)?;
        let users = match user {
            Some(user) => vec![user],
            None => self.switch.present(),
        };
        if users.iter().all(|user| self.switch.consoles(user) == 0) {
            return Err(RingError::NotRegistered);
        }
        let call = self.switch.new_call();
        self.switch.handle(Instant::now(), Input::RingAsked { call, caller, users, line, by_itself });
        Ok(call)
    }

    fn ring_colleague(&mut self, caller: &str, extension: &str) -> Result<CallId, RingError> {
        let caller = callers::with_number(caller).ok_or(RingError::NoSuchCaller)?;
        let colleague = colleagues::at(extension).filter(|colleague| colleague.is_person());
        let colleague = colleague.ok_or(RingError::NoSuchColleague)?;
        let call = self.switch.new_call();
        self.switch.handle(Instant::now(), Input::RingColleagueAsked { call, caller, colleague });
        Ok(call)
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::SendFrame { conn, text } => {
                // A console that does not read is cut off: its channel goes, and with it the connection.
                if self.connections.get(&conn).is_some_and(|frames| frames.try_send(text).is_err()) {
                    self.connections.remove(&conn);
                }
            }
            Output::OrderMedia { voice, order } => self.order(voice, order),
            Output::OrderMix { mix, voice, order } => {
                let mut mixer = self.mixer.lock().unwrap_or_else(PoisonError::into_inner);
                match order {
                    MixOrder::Admit(program) => mixer.admit(mix, voice, program),
                    MixOrder::Leave => mixer.leave(voice),
                }
            }
            Output::Tell(event) => self.tell(event),
        }
    }

    fn tell(&self, event: Event) {
        if let Event::Heard { call, heard } = &event {
            let mut all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(*call, heard.clone());
            if all.len() > REMEMBERED_CALLS {
                all.pop_first();
            }
        } else {
            tracing::debug!(?event, "practice exchange");
        }
        // Nobody need watch.
        let _ = self.events.send(event);
    }

    fn order(&mut self, voice: VoiceId, order: MediaOrder) {
        if matches!(order, MediaOrder::Close) {
            self.voices.remove(&voice);
            return;
        }
        if !self.voices.contains_key(&voice) {
            let orders = self.voice(voice);
            self.voices.insert(voice, orders);
        }
        let sent = self.voices.get(&voice).is_some_and(|orders| orders.try_send(order).is_ok());
        if !sent {
            let news = MediaNews::Failed("the voice has stopped".into());
            self.switch.handle(Instant::now(), Input::MediaReported { voice, news });
        }
    }

    /// Starts a voice, with somebody to pass its news on.
    fn voice(&mut self, voice: VoiceId) -> mpsc::Sender<MediaOrder> {
        let (orders, ordered) = mpsc::channel(WAITING_ORDERS);
        let (tell, mut told) = mpsc::channel(WAITING_ORDERS);
        let studio = Studio { ip: self.media, voice, mixer: Arc::clone(&self.mixer) };
        let work = self.work.clone();
        self.tasks.spawn(async move {
            let mut session = JoinSet::new();
            session.spawn(media::run(studio, ordered, tell));
            while let Some(news) = told.recv().await {
                if work.send(Work::Input(Input::MediaReported { voice, news })).await.is_err() {
                    return;
                }
            }
            // SDP that makes the media library panic must not leave a call waiting.
            if session.join_next().await.is_some_and(|ended| ended.is_err()) {
                let news = MediaNews::Failed("the media session broke".into());
                let _ = work.send(Work::Input(Input::MediaReported { voice, news })).await;
            }
        });
        orders
    }
}
