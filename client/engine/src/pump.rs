//! The pump: one loop that owns the desk, the socket, the timer and the pages' ports.
//!
//! Every browser callback only sends a [`Happening`]; the loop takes them one at a time, feeds the desk,
//! drains its outputs completely, and waits for the desk's next deadline.

use cordboard_desk::protocol::{self, FromEngine, ToEngine, Unreadable};
use cordboard_desk::{
    Command, Desk, Input, Instant, Output, PageId, PageInput, PageOutput, SignIn, SignInEvent, SocketLoss,
    StoreWrite, Stored,
};
use cordboard_wire::{Provision, SUBPROTOCOL, path};
use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use vecmap::{VecMap, VecSet};
use web_sys::MessagePort;

use crate::io::page_port::{self, PagePort, Sent};
use crate::io::relay::{self, NoProvision};
use crate::io::socket::{Socket, SocketId};
use crate::io::{clock, store, worker};

/// Something that a browser callback or task reports.
pub(crate) enum Happening {
    /// A page connected.
    PageArrived(MessagePort),
    /// A page sent a message.
    PageSent(PageId, Sent),
    /// A page's lock is free: it has closed or crashed.
    PageGone(PageId),
    /// The store has been read.
    Restored(Stored),
    /// Something that the store had kept could not be read.
    StoreSpoilt,
    /// The store failed, in the browser's words.
    StoreFailed(String),
    /// The relay answered this question for the provision, or did not.
    Provisioned(u32, Result<Box<Provision>, NoProvision>),
    /// A socket is open.
    SocketOpened(SocketId),
    /// A socket brought a frame.
    FrameReceived(SocketId, Vec<u8>),
    /// A socket is closed.
    SocketClosed(SocketId, SocketLoss),
    /// The deadline that was set is here.
    TimerFired,
}

/// Runs the engine for as long as the worker lives.
pub(crate) async fn run() {
    worker::hold_life().await;
    let (happenings, received) = mpsc::unbounded();
    let (writes, to_write) = mpsc::unbounded();
    worker::listen(&happenings);
    wasm_bindgen_futures::spawn_local(store::keep(to_write, happenings.clone()));
    Pump::new(happenings, writes).run(received).await;
}

struct Pump {
    desk: Desk,
    pages: VecMap<PageId, PagePort>,
    /// Pages that the desk knows: only they hear what it tells everybody.
    joined: VecSet<PageId>,
    /// Numbers given to pages and sockets so far.
    given: u32,
    socket: Option<Socket>,
    /// The channel of the team.
    team: Option<Socket>,
    clock: clock::Clock,
    /// The local time that the desk knows.
    minutes_east: Option<i16>,
    sign_in: SignIn,
    /// The relay has ended the session, and pages are shown out after the last call.
    session_over: bool,
    /// How often the relay was asked who works here: only the answer to the last question counts.
    asked: u32,
    /// A page of a newer version has knocked.
    outdated: bool,
    writes: UnboundedSender<StoreWrite>,
    happenings: UnboundedSender<Happening>,
}

impl Pump {
    fn new(happenings: UnboundedSender<Happening>, writes: UnboundedSender<StoreWrite>) -> Self {
        let mut clock = clock::Clock::new(happenings.clone());
        Self {
            desk: Desk::new(worker::seed(), clock.now()),
            pages: VecMap::new(),
            joined: VecSet::new(),
            given: 0,
            socket: None,
            team: None,
            clock,
            minutes_east: None,
            sign_in: SignIn::Asking { failures: 0 },
            session_over: false,
            asked: 0,
            outdated: false,
            writes,
            happenings,
        }
    }

    async fn run(mut self, mut received: UnboundedReceiver<Happening>) {
        while let Some(happening) = received.next().await {
            self.handle(happening);
            self.drain();
            if self.session_over && self.desk.is_idle() {
                self.show_everybody_out();
                self.drain();
            }
            if self.outdated && self.desk.is_idle() {
                return self.hand_over();
            }
        }
    }

    /// Ends this engine once all is written: the pages then start one of their own version, which takes up the shift.
    fn hand_over(mut self) {
        let saved = StoreWrite::PutDesk(self.desk.save(self.clock.now()));
        if self.writes.unbounded_send(saved).is_err() {
            worker::close();
        }
        // Dropping the only sender lets the store end, and with it the worker.
    }

    fn handle(&mut self, happening: Happening) {
        match happening {
            Happening::PageArrived(port) => self.page_arrived(port),
            Happening::PageSent(page, sent) => self.page_sent(page, sent),
            Happening::PageGone(page) => self.page_gone(page),
            Happening::Restored(mut stored) => {
                let saved = stored.desk.take();
                let now = self.clock.now();
                if let Some(desk) = saved.and_then(|saved| Desk::restore(&saved, worker::seed(), now)) {
                    self.desk = desk;
                    self.minutes_east = None;
                }
                self.feed(Input::Restored(stored));
                self.ask_for_provision();
            }
            Happening::StoreSpoilt => self.feed(Input::StoreSpoilt),
            Happening::StoreFailed(problem) => self.feed(Input::StoreFailed { problem }),
            Happening::Provisioned(asked, answer) if asked == self.asked => self.provisioned(answer),
            Happening::Provisioned(..) => {}
            Happening::SocketOpened(id) if self.is_current(id) => self.feed(Input::Connected),
            Happening::FrameReceived(id, frame) if self.is_current(id) => {
                self.feed(Input::FrameReceived(frame))
            }
            Happening::SocketClosed(id, why) if self.is_current(id) => self.socket_closed(why),
            Happening::SocketOpened(id) if self.is_team(id) => self.feed(Input::TeamConnected),
            Happening::FrameReceived(id, frame) if self.is_team(id) => self.team_told(&frame),
            Happening::SocketClosed(id, why) if self.is_team(id) => {
                self.team = None;
                self.feed(Input::TeamDisconnected { why });
            }
            // A socket that has been given up may still have had something to say.
            Happening::SocketOpened(_) | Happening::FrameReceived(..) | Happening::SocketClosed(..) => {}
            Happening::TimerFired => {
                self.clock.fired();
                let now = self.clock.now();
                self.desk.handle_timeout(now);
                self.ask_again_if_due(now);
            }
        }
    }

    fn feed(&mut self, input: Input) {
        let (now, minutes_east) = (self.clock.now(), clock::minutes_east());
        if self.minutes_east.replace(minutes_east) != Some(minutes_east) {
            self.desk.handle_input(now, Input::LocalTime { minutes_east });
        }
        self.desk.handle_input(now, input);
    }

    fn is_current(&self, id: SocketId) -> bool {
        self.socket.as_ref().is_some_and(|socket| socket.id() == id)
    }

    fn is_team(&self, id: SocketId) -> bool {
        self.team.as_ref().is_some_and(|socket| socket.id() == id)
    }

    fn team_told(&mut self, message: &[u8]) {
        match serde_json::from_slice(message) {
            Ok(told) => self.feed(Input::TeamTold(told)),
            Err(_) => web_sys::console::error_1(
                &"The relay told of the team what this version does not know.".into(),
            ),
        }
    }

    fn give_number(&mut self) -> u32 {
        self.given += 1;
        self.given
    }

    fn page_arrived(&mut self, port: MessagePort) {
        let page = PageId(self.give_number());
        self.pages.insert(page, PagePort::open(page, port, self.happenings.clone()));
    }

    fn page_sent(&mut self, page: PageId, sent: Sent) {
        match protocol::decode(&sent.message) {
            Ok(ToEngine::Hello { lock }) => {
                page_port::watch(page, &lock, self.happenings.clone());
                self.welcome(page);
            }
            Ok(ToEngine::SignedIn | ToEngine::AskRelay) => self.ask_for_provision(),
            Ok(ToEngine::SignedOut) => {
                self.feed(Input::SignedOut);
                self.show_everybody_out();
            }
            Ok(ToEngine::Said(said)) => self.feed(Input::PageSaid(page, said)),
            Ok(ToEngine::Import { directory, file_name }) => {
                let import = Command::ImportCsv { directory, file_name, text: sent.file };
                self.feed(Input::PageSaid(page, PageInput::Command(import)));
            }
            Ok(ToEngine::Goodbye) => self.page_gone(page),
            // A page of another version reads the version off any message of ours and says what to do.
            Err(Unreadable::Version(version)) => {
                self.tell(page, &FromEngine::SignInNeeded);
                if version > protocol::VERSION {
                    self.outdated = true;
                    self.feed(Input::NewerPage);
                }
            }
            Err(Unreadable::Garbled) => {
                web_sys::console::error_1(&"A page sent what its own version does not know.".into())
            }
        }
    }

    /// Lets a page in. While the relay is being asked, nobody knows yet which screen to show.
    fn welcome(&mut self, page: PageId) {
        match self.sign_in {
            SignIn::Asking { .. } => {}
            SignIn::Away { again_at, .. } => self.tell(page, &FromEngine::RelayAway { again_at }),
            SignIn::Known => {
                self.tell(page, &FromEngine::Welcome { signed_in: true });
                self.joined.insert(page);
                self.feed(Input::PageJoined(page));
            }
            SignIn::Unknown => self.tell(page, &FromEngine::Welcome { signed_in: false }),
        }
    }

    fn page_gone(&mut self, page: PageId) {
        self.pages.remove(&page);
        if self.joined.remove(&page) {
            self.feed(Input::PageLeft(page));
        }
    }

    fn ask_for_provision(&mut self) {
        self.sign_in = self.sign_in.on(SignInEvent::Asked);
        self.ask();
    }

    fn ask_again_if_due(&mut self, now: Instant) {
        let before = self.sign_in;
        self.sign_in = before.on(SignInEvent::TimeCame { now });
        if self.sign_in != before {
            self.ask();
        }
    }

    fn ask(&mut self) {
        self.asked += 1;
        let (asked, happenings) = (self.asked, self.happenings.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let answer = relay::provision().await.map(Box::new);
            let _ = happenings.unbounded_send(Happening::Provisioned(asked, answer));
        });
    }

    fn provisioned(&mut self, answer: Result<Box<Provision>, NoProvision>) {
        match answer {
            Ok(provision) => {
                self.session_over = false;
                self.feed(Input::Provisioned(provision));
                self.sign_in = self.sign_in.on(SignInEvent::Known);
            }
            Err(NoProvision::NotSignedIn) => self.end_session(),
            Err(NoProvision::Unreachable) => {
                let event = SignInEvent::NoAnswer { now: self.clock.now(), chance: worker::seed() };
                self.sign_in = self.sign_in.on(event);
            }
        }
        // Whoever is still to be shown out stays where the calls are.
        let stays = |page: &PageId| self.session_over && self.joined.contains(page);
        let pages: Vec<PageId> = self.pages.keys().copied().filter(|page| !stays(page)).collect();
        for page in pages {
            self.welcome(page);
        }
    }

    fn socket_closed(&mut self, why: SocketLoss) {
        self.socket = None;
        if why == SocketLoss::NotSignedIn {
            self.end_session();
        }
        self.feed(Input::Disconnected { why });
    }

    /// Does everything that the desk asks for, then sets the timer.
    fn drain(&mut self) {
        while let Some(output) = self.desk.poll_output() {
            match output {
                Output::Connect { server } => self.connect(server),
                Output::Disconnect => self.socket = None,
                Output::ConnectTeam => self.connect_team(),
                Output::DisconnectTeam => self.team = None,
                Output::TellTeam(said) => {
                    // Serialising plain structs into memory has no way to fail.
                    let said = serde_json::to_vec(&said).unwrap_or_default();
                    if let Some(team) = &self.team {
                        team.send(&said);
                    }
                }
                Output::SendFrame(frame) => {
                    if let Some(socket) = &self.socket {
                        socket.send(&frame);
                    }
                }
                Output::Tell(page, said) => self.tell(page, &FromEngine::Tell(said)),
                Output::TellAll(said) => self.tell_all(said),
                Output::Store(write) => {
                    // The writer ends only when the store could not be opened, and has said so.
                    let _ = self.writes.unbounded_send(write);
                }
            }
        }
        let deadlines = [self.desk.poll_timeout(), self.sign_in.deadline()];
        self.clock.wait_for(deadlines.into_iter().flatten().min());
    }

    fn connect(&mut self, server: u32) {
        let id = SocketId(self.give_number());
        let path = path::tunnel_to(server);
        self.socket = Socket::open(id, &path, Some(SUBPROTOCOL), &self.happenings);
        if self.socket.is_none() {
            self.feed(Input::Disconnected { why: SocketLoss::RelayUnreachable });
        }
    }

    fn connect_team(&mut self) {
        let id = SocketId(self.give_number());
        self.team = Socket::open(id, path::TEAM, None, &self.happenings);
        if self.team.is_none() {
            self.feed(Input::TeamDisconnected { why: SocketLoss::RelayUnreachable });
        }
    }

    fn tell(&self, page: PageId, message: &FromEngine) {
        if let Some(port) = self.pages.get(&page) {
            port.send(message);
        }
    }

    fn tell_all(&self, said: PageOutput) {
        let message = FromEngine::Tell(said);
        for page in &self.joined {
            self.tell(*page, &message);
        }
    }

    /// The relay does not know the operator any more. Calls never leave the screen, and their sound needs no relay.
    fn end_session(&mut self) {
        self.sign_in = self.sign_in.on(SignInEvent::NotKnown);
        self.session_over = true;
    }

    /// Every page goes back to the door; the desk's calls, if any, stay.
    fn show_everybody_out(&mut self) {
        self.session_over = false;
        self.sign_in = self.sign_in.on(SignInEvent::NotKnown);
        for page in std::mem::take(&mut self.joined) {
            self.tell(page, &FromEngine::SignInNeeded);
            self.feed(Input::PageLeft(page));
        }
    }
}
