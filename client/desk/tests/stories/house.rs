//! A house to tell stories in: a desk, a telephone system, pages with a microphone, and a clock that the story turns.

use std::collections::BTreeMap;
use std::time::Duration;

use cordboard_desk::{
    Board, CallId, CallStatus, CallView, CallWay, Command, Delta, Desk, Direction, Input, Instant, LegId,
    LinkState, MediaAsk, Notice, Notification, Output, PageId, PageInput, PageOutput, Ring, StoreWrite,
    Stored, Tone,
};
use cordboard_wire::{
    Account, DirectorySeed, Dtmf, HoldMusic, Line, Numbering, Operator, Provision, TeamSaid,
};
use vecmap::VecSet;

use super::pbx::{Pbx, sdp};

/// One RTCPeerConnection, as a page has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Media {
    pub(crate) microphone: bool,
    pub(crate) speaker: bool,
    pub(crate) tone: Option<Tone>,
    pub(crate) hears: VecSet<LegId>,
    pub(crate) music: bool,
    pub(crate) offered: Option<Direction>,
    pub(crate) answered_with: Option<Direction>,
    pub(crate) applied: Vec<(String, bool)>,
    pub(crate) digits: String,
}

/// What a page does when it is asked for an offer or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OnAsk {
    Do,
    Fail(String),
    /// Leaves it to [`House::do_asked`].
    Wait,
}

/// A page of the browser.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) board: Option<Board>,
    pub(crate) legs: BTreeMap<LegId, Media>,
    pub(crate) on_ask: OnAsk,
    pub(crate) waiting: Vec<MediaAsk>,
    pub(crate) ring: Ring,
    /// How often it was told of a call that was answered by itself.
    pub(crate) strokes: u32,
    pub(crate) notified: Vec<Notification>,
    /// Deltas that are no part of the board.
    pub(crate) answers: Vec<Delta>,
    /// How many deltas came.
    pub(crate) deltas: usize,
}

impl Page {
    /// Two legs are one, or in one conference.
    fn are_together(&self, one: LegId, other: LegId) -> bool {
        let hears = |who: LegId, whom| self.legs.get(&who).is_some_and(|media| media.hears.contains(&whom));
        one == other || hears(one, other) || hears(other, one)
    }
}

pub(crate) struct House {
    pub(crate) desk: Desk,
    pub(crate) now: Instant,
    pub(crate) pbx: Pbx,
    pub(crate) pages: BTreeMap<PageId, Page>,
    pub(crate) stored: Vec<StoreWrite>,
    /// The desk as it was last saved.
    pub(crate) snapshot: Option<Vec<u8>>,
    pub(crate) provision: Provision,
    /// What the desk wants of the socket, and what it has.
    pub(crate) socket_wanted: bool,
    pub(crate) socket_open: bool,
    /// How often the desk asked for the socket.
    pub(crate) connects: u32,
    /// Which of the relay's servers it asked for last.
    pub(crate) server: u32,
    /// Connections succeed.
    pub(crate) network: bool,
    /// The desk wants the channel of the team.
    pub(crate) team_wanted: bool,
    /// What the team was told.
    pub(crate) team_heard: Vec<TeamSaid>,
    media: u32,
}

pub(crate) const FRONT: PageId = PageId(1);

/// What the relay of this house tells.
pub(crate) fn provision() -> Provision {
    let line = |number: &str, name: &str| Line {
        number: number.into(),
        name: name.into(),
        badge: name[..2].into(),
        greeting: format!("{name}, good morning"),
    };
    Provision {
        operator: Operator { user: "alice".into(), name: "Alice".into(), desk: "Front desk".into() },
        account: Account {
            aor: "alice@pbx.test".into(),
            display_name: "Alice".into(),
            auth_user: "alice".into(),
            password: "secret".into(),
            expires: 600,
            codecs: vec!["opus".into()],
            dtmf: Dtmf::Rtp,
            voicemail: String::new(),
            voicemail_of: "*{number}".into(),
            parking: vec!["701".into(), "702".into()],
            rooms: Vec::new(),
            servers: 1,
            line_header: String::new(),
            watch: Vec::new(),
            publish: false,
            pickup_of: String::new(),
            queue_busy: false,
            queue_delay: 3,
            auto_answer: false,
            incoming_calls: 8,
        },
        lines: vec![line("02079460100", "Brightwater Clinic"), line("02079460200", "Halden Freight")],
        numbering: Numbering {
            country_code: "44".into(),
            trunk_prefix: "0".into(),
            international_prefix: "00".into(),
            extension_length: 4,
        },
        directories: vec![
            seed(
                "staff",
                "Brightwater staff",
                true,
                "02079460100",
                "lastname,firstname,phone,mobile\nOkafor,Grace,204,07700900123\nBrandt,Helena,205,\n",
            ),
            seed(
                "clients",
                "Halden clients",
                false,
                "02079460200",
                "lastname,firstname,company,phone\nMeyer,Jan,Meyer Ltd,+44 20 7946 0999\n",
            ),
        ],
        ice_servers: Vec::new(),
        practice: false,
        team: String::new(),
        hold_music: HoldMusic::Pbx,
        crm: String::new(),
    }
}

pub(crate) fn seed(key: &str, name: &str, local: bool, line: &str, csv: &str) -> DirectorySeed {
    let (key, name, line, csv) = (key.into(), name.into(), line.into(), csv.into());
    DirectorySeed { key, name, local, line, note: String::new(), csv }
}

impl House {
    /// A house where nobody has signed in.
    pub(crate) fn empty() -> Self {
        let now = Instant::from_millis(1_700_000_000_000);
        Self {
            desk: Desk::new(7, now),
            now,
            pbx: Pbx::new(),
            pages: BTreeMap::new(),
            stored: Vec::new(),
            snapshot: None,
            provision: provision(),
            socket_wanted: false,
            socket_open: false,
            connects: 0,
            server: 0,
            network: true,
            team_wanted: false,
            team_heard: Vec::new(),
            media: 0,
        }
    }

    /// A shift has begun: registered, one page, its microphone ready.
    pub(crate) fn ready() -> Self {
        Self::ready_with(provision())
    }

    pub(crate) fn ready_with(provision: Provision) -> Self {
        let mut house = Self::empty();
        house.tell(Input::Restored(Stored::default()));
        house.open_page(FRONT);
        house.provision = provision.clone();
        house.tell(Input::Provisioned(Box::new(provision)));
        house.page_says(FRONT, PageInput::MediaReady);
        assert_eq!(house.board().link.state, LinkState::Registered);
        house
    }

    // Turning the handle.

    pub(crate) fn tell(&mut self, input: Input) {
        self.desk.handle_input(self.now, input);
        self.settle();
    }

    pub(crate) fn page_says(&mut self, page: PageId, said: PageInput) {
        self.tell(Input::PageSaid(page, said));
    }

    /// The operator does something at the front page.
    pub(crate) fn act(&mut self, command: Command) {
        self.page_says(FRONT, PageInput::Command(command));
    }

    pub(crate) fn open_page(&mut self, page: PageId) {
        let fresh = Page {
            board: None,
            legs: BTreeMap::new(),
            on_ask: OnAsk::Do,
            waiting: Vec::new(),
            ring: Ring::Silent,
            strokes: 0,
            notified: Vec::new(),
            answers: Vec::new(),
            deltas: 0,
        };
        self.pages.insert(page, fresh);
        self.tell(Input::PageJoined(page));
    }

    pub(crate) fn close_page(&mut self, page: PageId) {
        self.pages.remove(&page);
        self.tell(Input::PageLeft(page));
    }

    /// The engine dies a moment after whatever happened last, and is started again after `pause`: the desk and the
    /// directories come from the store, the account from the relay. Pages come back by themselves.
    pub(crate) fn crash(&mut self, pause: Duration) {
        self.wait(Duration::from_millis(100));
        self.pages.clear();
        (self.socket_wanted, self.socket_open) = (false, false);
        self.now = self.now + pause;
        let saved = self.snapshot.clone().expect("something was saved");
        let seed = self.now.as_millis();
        self.desk = Desk::restore(&saved, seed, self.now).unwrap_or_else(|| Desk::new(seed, self.now));
        let directories = self.stored.iter().filter_map(|write| match write {
            StoreWrite::PutDirectory(directory) => Some((**directory).clone()),
            _ => None,
        });
        let stored = Stored { directories: directories.collect(), ..Stored::default() };
        self.tell(Input::Restored(stored));
        self.tell(Input::Provisioned(Box::new(self.provision.clone())));
    }

    /// Something is done at the telephone system; its frames reach the desk.
    pub(crate) fn far<T>(&mut self, act: impl FnOnce(&mut Pbx) -> T) -> T {
        let result = act(&mut self.pbx);
        self.settle();
        result
    }

    /// Lets time pass, deadline by deadline.
    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        let mut turns = 0;
        while let Some(next) = self.desk.poll_timeout().filter(|at| *at <= until) {
            turns = if next > self.now { 0 } else { turns + 1 };
            assert!(turns < 50, "the desk asks for {next:?} again and again");
            self.now = self.now.max(next);
            self.desk.handle_timeout(self.now);
            self.settle();
        }
        self.now = until;
        self.desk.handle_timeout(self.now);
        self.settle();
    }

    /// The computer sleeps: the clock leaps, everything is due at once, and the browser has not noticed yet that nobody
    /// hears the socket any more.
    pub(crate) fn sleep(&mut self, time: Duration) {
        self.socket_open = false;
        self.now = self.now + time;
        self.desk.handle_timeout(self.now);
        self.settle();
    }

    pub(crate) fn cut_network(&mut self, why: cordboard_desk::SocketLoss) {
        self.network = false;
        if self.socket_open {
            self.socket_open = false;
            self.tell(Input::Disconnected { why });
        }
    }

    pub(crate) fn mend_network(&mut self) {
        self.network = true;
    }

    /// Carries everything to where it goes until nothing moves.
    pub(crate) fn settle(&mut self) {
        for turn in 0.. {
            assert!(turn < 50_000, "desk, pages and telephone system never come to rest");
            if let Some(output) = self.desk.poll_output() {
                self.carry(output);
            } else if let Some(frame) = self.pbx.poll() {
                if self.socket_open {
                    self.desk.handle_input(self.now, Input::FrameReceived(frame));
                }
            } else {
                break;
            }
        }
    }

    fn carry(&mut self, output: Output) {
        match output {
            Output::Connect { server } => {
                self.server = server;
                self.socket_wanted = true;
                self.connects += 1;
                self.socket_open = self.network;
                let input = if self.network {
                    Input::Connected
                } else {
                    Input::Disconnected { why: cordboard_desk::SocketLoss::RelayUnreachable }
                };
                self.desk.handle_input(self.now, input);
            }
            Output::ConnectTeam => {
                self.team_wanted = true;
                let input = if self.network {
                    Input::TeamConnected
                } else {
                    Input::TeamDisconnected { why: cordboard_desk::SocketLoss::RelayUnreachable }
                };
                self.desk.handle_input(self.now, input);
            }
            Output::DisconnectTeam => self.team_wanted = false,
            Output::TellTeam(said) => self.team_heard.push(said),
            Output::Disconnect => (self.socket_wanted, self.socket_open) = (false, false),
            Output::SendFrame(frame) => {
                if self.socket_open {
                    self.pbx.frame(&frame);
                }
            }
            Output::Tell(page, told) => self.page_hears(page, told),
            Output::TellAll(told) => {
                let all: Vec<_> = self.pages.keys().copied().collect();
                for page in all {
                    self.page_hears(page, told.clone());
                }
            }
            Output::Store(StoreWrite::PutDesk(saved)) => self.snapshot = Some(saved),
            Output::Store(write) => self.stored.push(write),
        }
    }

    fn page_hears(&mut self, id: PageId, told: PageOutput) {
        let page = self.pages.get_mut(&id).expect("only pages that are open are told");
        match told {
            PageOutput::Board(board) => {
                assert!(page.board.is_none(), "the board comes once");
                page.board = Some(*board);
            }
            PageOutput::Delta(delta) => {
                page.deltas += 1;
                let board = page.board.as_mut().expect("the board comes first");
                match delta {
                    Delta::Front(_)
                    | Delta::Contacts(_)
                    | Delta::Suggestions { .. }
                    | Delta::OverflowTried(_)
                    | Delta::Talking { .. }
                    | Delta::Quality { .. }
                    | Delta::Log(_)
                    | Delta::Exported { .. }
                    | Delta::Traced { .. } => {
                        page.answers.push(delta);
                    }
                    _ => board.apply(delta),
                }
            }
            PageOutput::Media(ask) => self.page_is_asked(id, ask),
            PageOutput::Ring(Ring::Answered) => page.strokes += 1,
            PageOutput::Ring(ring) => page.ring = ring,
            PageOutput::Notify(notification) => page.notified.push(notification),
        }
    }

    fn page_is_asked(&mut self, id: PageId, ask: MediaAsk) {
        let page = self.pages.get_mut(&id).expect("open");
        match ask {
            MediaAsk::Offer { .. } | MediaAsk::Answer { .. } => match page.on_ask.clone() {
                OnAsk::Do => self.do_ask(id, ask),
                OnAsk::Fail(problem) => {
                    let said = PageInput::MediaFailed { leg: leg_of(&ask), problem };
                    self.desk.handle_input(self.now, Input::PageSaid(id, said));
                }
                OnAsk::Wait => page.waiting.push(ask),
            },
            MediaAsk::Apply { leg, answer, early } => {
                page.legs.entry(leg).or_default().applied.push((answer, early))
            }
            MediaAsk::TakeBack { leg } => page.legs.entry(leg).or_default().offered = None,
            MediaAsk::SetMicrophone { leg, open } => {
                // Not even for a moment are two people heard, or hear, at once.
                assert!(
                    !open
                        || page
                            .legs
                            .iter()
                            .all(|(other, media)| !media.microphone || page.are_together(leg, *other))
                );
                let media = page.legs.entry(leg).or_default();
                assert!(!open || !media.music, "the operator is heard or the music, not both");
                media.microphone = open;
            }
            MediaAsk::SetSpeaker { leg, open } => {
                assert!(
                    !open
                        || page
                            .legs
                            .iter()
                            .all(|(other, media)| !media.speaker || page.are_together(leg, *other))
                );
                page.legs.entry(leg).or_default().speaker = open;
            }
            MediaAsk::SetHears { leg, others } => {
                assert!(!others.contains(&leg), "nobody hears themselves");
                page.legs.entry(leg).or_default().hears = others;
            }
            MediaAsk::PlayMusic { leg, on } => {
                let media = page.legs.entry(leg).or_default();
                assert!(!on || !media.microphone, "the operator is heard or the music, not both");
                media.music = on;
            }
            MediaAsk::SendDigit { leg, digit } => page.legs.entry(leg).or_default().digits.push(digit),
            MediaAsk::PlayTone { leg, tone } => page.legs.entry(leg).or_default().tone = tone,
            MediaAsk::Close { leg } => {
                page.legs.remove(&leg);
                page.waiting.retain(|ask| leg_of(ask) != leg);
            }
        }
    }

    /// The page works on what it was asked.
    fn do_ask(&mut self, id: PageId, ask: MediaAsk) {
        self.media += 1;
        let legs = &mut self.pages.get_mut(&id).expect("open").legs;
        let said = match ask {
            MediaAsk::Offer { leg, direction } => {
                legs.entry(leg).or_default().offered = Some(direction);
                PageInput::OfferMade { leg, sdp: sdp(self.media, in_sdp(direction)) }
            }
            MediaAsk::Answer { leg, direction, .. } => {
                legs.entry(leg).or_default().answered_with = Some(direction);
                PageInput::AnswerMade { leg, sdp: sdp(self.media, in_sdp(direction)) }
            }
            other => panic!("{other:?} is not asked for"),
        };
        self.desk.handle_input(self.now, Input::PageSaid(id, said));
    }

    /// A page that waited does all that it was asked.
    pub(crate) fn do_asked(&mut self, page: PageId) {
        let waiting = std::mem::take(&mut self.pages.get_mut(&page).expect("open").waiting);
        for ask in waiting {
            self.do_ask(page, ask);
            self.settle();
        }
    }

    // Looking around.

    pub(crate) fn page(&mut self) -> &mut Page {
        self.pages.get_mut(&FRONT).expect("the front page is open")
    }

    pub(crate) fn board(&self) -> &Board {
        self.pages.values().find_map(|page| page.board.as_ref()).expect("a page is open")
    }

    /// The only call in a slot of a list.
    pub(crate) fn at(&self, way: CallWay, slot: u8) -> &CallView {
        let found: Vec<_> =
            self.board().calls.iter().filter(|call| call.way == way && call.slot == slot).collect();
        assert_eq!(found.len(), 1, "one call at {way:?} {slot}: {:?}", self.board().calls);
        found[0]
    }

    pub(crate) fn call(&self, id: CallId) -> &CallView {
        self.board().calls.iter().find(|call| call.id == id).expect("the call is on the list")
    }

    pub(crate) fn status(&self, id: CallId) -> CallStatus {
        self.call(id).status.clone()
    }

    pub(crate) fn has(&self, id: CallId) -> bool {
        self.board().calls.iter().any(|call| call.id == id)
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.board().notices.iter().map(|view| view.notice.clone()).collect()
    }

    /// Legs whose microphone is open.
    pub(crate) fn open_microphones(&self) -> usize {
        self.pages.values().flat_map(|page| page.legs.values()).filter(|media| media.microphone).count()
    }

    // Small stories that others begin with.

    /// Somebody calls; the desk shows it ringing.
    pub(crate) fn ring_in(&mut self, name: &str, number: &str, line: &str) -> (CallId, String) {
        let far = self.far(|pbx| pbx.invite(name, number, line, true));
        let newest =
            self.board().calls.iter().filter(|call| call.way == CallWay::Incoming).max_by_key(|call| call.id);
        (newest.expect("the call is on the list").id, far)
    }

    /// Somebody calls and is answered.
    pub(crate) fn talk_in(&mut self, name: &str, number: &str) -> (CallId, String) {
        let (id, far) = self.ring_in(name, number, "02079460100");
        self.act(Command::Answer(id));
        assert_eq!(self.status(id), CallStatus::Talking);
        (id, far)
    }

    /// The operator calls somebody.
    pub(crate) fn dial(&mut self, typed: &str) -> (CallId, String) {
        let before: Vec<_> = self.pbx.calls.keys().cloned().collect();
        self.act(Command::Dial { typed: typed.into() });
        let newest =
            self.board().calls.iter().filter(|call| call.way == CallWay::Outgoing).max_by_key(|call| call.id);
        let id = newest.expect("the call is on the list").id;
        let far = self.pbx.calls.keys().find(|call| !before.contains(call)).cloned().unwrap_or_default();
        (id, far)
    }

    /// The operator calls somebody, who answers.
    pub(crate) fn talk_out(&mut self, typed: &str) -> (CallId, String) {
        let (id, far) = self.dial(typed);
        self.far(|pbx| pbx.answer(&far));
        assert_eq!(self.status(id), CallStatus::Talking);
        (id, far)
    }
}

fn leg_of(ask: &MediaAsk) -> LegId {
    match ask {
        MediaAsk::Offer { leg, .. }
        | MediaAsk::Answer { leg, .. }
        | MediaAsk::Apply { leg, .. }
        | MediaAsk::TakeBack { leg }
        | MediaAsk::SetMicrophone { leg, .. }
        | MediaAsk::SetSpeaker { leg, .. }
        | MediaAsk::SetHears { leg, .. }
        | MediaAsk::PlayMusic { leg, .. }
        | MediaAsk::SendDigit { leg, .. }
        | MediaAsk::PlayTone { leg, .. }
        | MediaAsk::Close { leg } => *leg,
    }
}

fn in_sdp(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}
