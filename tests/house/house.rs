//! The house: desk, page and telephone system around one clock, and the line between them.

use std::collections::VecDeque;
use std::time::Duration;

use cordboard_desk::{
    Board, CallId, CallStatus, CallView, Command, Desk, Input, Instant, LinkState, Notice, Output, PageId,
    PageInput, PageOutput, SocketLoss, Stored,
};
use cordboard_wire::{Account, DirectorySeed, Dtmf, HoldMusic, Line, Numbering, Operator, Provision};

use super::page::{Connection, Page};
use super::pbx::{Caller, Far, Pbx, Stage};

/// What the way between desk and telephone system is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Frames arrive at once.
    Up,
    /// Sockets cannot be opened.
    Down,
    /// Nothing arrives over the socket that is open, and nobody says so. A new one would be better.
    Silent,
}

pub(crate) struct House {
    desk: Desk,
    pub(crate) now: Instant,
    pub(crate) pbx: Pbx,
    pub(crate) page: Page,
    pub(crate) network: Network,
    /// The socket is open, as the desk has it.
    pub(crate) socket: bool,
    /// How often it was opened.
    pub(crate) sockets: u32,
    /// Frames from the desk that are still on their way.
    on_the_way: Option<VecDeque<Vec<u8>>>,
}

/// A page that looks in after every step, to see the board as it is given to new pages.
const ONLOOKER: PageId = PageId(9999);

/// What the relay of this house tells.
fn provision() -> Provision {
    let line = |number: &str, name: &str| Line {
        number: number.into(),
        name: name.into(),
        badge: name[..2].into(),
        greeting: String::new(),
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
            voicemail_of: String::new(),
            parking: Vec::new(),
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
        directories: vec![DirectorySeed {
            key: "staff".into(),
            name: "Brightwater staff".into(),
            local: true,
            line: "02079460100".into(),
            note: String::new(),
            csv: "lastname,firstname,phone\nOkafor,Grace,204\nBrandt,Helena,205\n".into(),
        }],
        ice_servers: Vec::new(),
        practice: false,
        team: String::new(),
        hold_music: HoldMusic::Pbx,
        crm: String::new(),
    }
}

impl House {
    /// A shift begins at this telephone system: registered, the microphone ready.
    pub(crate) fn at(pbx: Pbx) -> Self {
        let house = Self::opened_at(pbx);
        assert_eq!(house.link(), &LinkState::Registered);
        house
    }

    /// A shift begins, whatever the telephone system says to it.
    pub(crate) fn opened_at(pbx: Pbx) -> Self {
        let now = Instant::from_millis(1_700_000_000_000);
        let mut house = Self {
            desk: Desk::new(7, now),
            now,
            pbx,
            page: Page::open(PageId(1), 0),
            network: Network::Up,
            socket: false,
            sockets: 0,
            on_the_way: None,
        };
        house.tell(Input::Restored(Stored::default()));
        house.tell(Input::PageJoined(house.page.id));
        house.tell(Input::Provisioned(Box::new(provision())));
        house.tell(Input::PageSaid(house.page.id, PageInput::MediaReady));
        house
    }

    // What happens.

    pub(crate) fn tell(&mut self, input: Input) {
        self.desk.handle_input(self.now, input);
        self.settle();
    }

    /// The operator does something.
    pub(crate) fn act(&mut self, command: Command) {
        self.tell(Input::PageSaid(self.page.id, PageInput::Command(command)));
    }

    /// Something is done at the telephone system.
    pub(crate) fn there<T>(&mut self, act: impl FnOnce(&mut Pbx) -> T) -> T {
        self.pbx.now = self.now;
        let result = act(&mut self.pbx);
        self.settle();
        result
    }

    /// Lets time pass, deadline by deadline.
    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        let mut turns = 0;
        while let Some(next) = self.next_deadline().filter(|at| *at <= until) {
            turns = if next > self.now { 0 } else { turns + 1 };
            assert!(turns < 50, "somebody asks for {next:?} again and again");
            self.now = self.now.max(next);
            self.pass_time();
        }
        self.now = until;
        self.pass_time();
    }

    pub(crate) fn wait_seconds(&mut self, seconds: u64) {
        self.wait(Duration::from_secs(seconds));
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.desk.poll_timeout().into_iter().chain(self.pbx.deadline()).min()
    }

    fn pass_time(&mut self) {
        self.pbx.now = self.now;
        self.pbx.handle_timeout();
        self.desk.handle_timeout(self.now);
        self.settle();
    }

    /// The machine sleeps: nothing happens on this side, and the other side goes on.
    pub(crate) fn sleep(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(next) = self.pbx.deadline().filter(|at| *at <= until) {
            self.pbx.now = next;
            self.pbx.handle_timeout();
            // What is sent to a machine that sleeps is not acknowledged: the operating system gives it up.
            while self.pbx.poll().is_some() {}
        }
        self.now = until;
        self.pbx.now = until;
    }

    /// The socket closes, and everybody knows. What was on its way is lost.
    pub(crate) fn close_socket(&mut self) {
        if std::mem::take(&mut self.socket) {
            self.pbx.lose_socket();
            self.tell(Input::Disconnected { why: SocketLoss::Closed { code: 1006, reason: String::new() } });
        }
    }

    /// From now on what the desk says takes its time.
    pub(crate) fn delay_frames(&mut self) {
        self.on_the_way = Some(VecDeque::new());
    }

    /// What the desk said meanwhile arrives.
    pub(crate) fn deliver_frames(&mut self) {
        for frame in self.on_the_way.take().unwrap_or_default() {
            self.there(|pbx| pbx.hear(&frame));
        }
    }

    /// The operator reloads the page.
    pub(crate) fn reload(&mut self) {
        let next = self.page.reloaded();
        let gone = std::mem::replace(&mut self.page, next).id;
        self.tell(Input::PageLeft(gone));
        self.tell(Input::PageJoined(self.page.id));
        self.tell(Input::PageSaid(self.page.id, PageInput::MediaReady));
    }

    // Carrying everything to where it goes.

    fn settle(&mut self) {
        loop {
            if let Some(output) = self.desk.poll_output() {
                self.carry(output);
            } else if let Some(frame) = self.pbx.poll() {
                if self.socket && self.network == Network::Up {
                    self.desk.handle_input(self.now, Input::FrameReceived(frame));
                }
            } else {
                break;
            }
        }
        self.look_in();
    }

    fn carry(&mut self, output: Output) {
        match output {
            Output::Connect { .. } => {
                self.socket = self.network != Network::Down;
                self.sockets += u32::from(self.socket);
                if self.network == Network::Silent {
                    self.network = Network::Up;
                }
                let input = if self.socket {
                    Input::Connected
                } else {
                    Input::Disconnected { why: SocketLoss::PbxUnreachable }
                };
                self.desk.handle_input(self.now, input);
            }
            // Nobody here is in a team.
            Output::ConnectTeam | Output::DisconnectTeam | Output::TellTeam(_) => {}
            Output::Disconnect => {
                self.socket = false;
                self.pbx.lose_socket();
            }
            Output::SendFrame(frame) => {
                assert!(self.socket, "a frame without a socket: {}", String::from_utf8_lossy(&frame));
                match &mut self.on_the_way {
                    Some(on_the_way) => on_the_way.push_back(frame),
                    None if self.network == Network::Up => {
                        self.pbx.now = self.now;
                        self.pbx.hear(&frame);
                    }
                    None => {}
                }
            }
            Output::Tell(page, told) if page == self.page.id => self.page_hears(told),
            Output::Tell(page, told) => panic!("{page:?} is not open and is told {told:?}"),
            Output::TellAll(told) => self.page_hears(told),
            Output::Store(_) => {}
        }
    }

    fn page_hears(&mut self, told: PageOutput) {
        if let Some(said) = self.page.hear(told) {
            self.desk.handle_input(self.now, Input::PageSaid(self.page.id, said));
        }
    }

    /// What the page has pieced together is what a page is given that opens now.
    fn look_in(&mut self) {
        let Some(pieced) = &self.page.board else { return };
        self.desk.handle_input(self.now, Input::PageJoined(ONLOOKER));
        let Some(Output::Tell(ONLOOKER, PageOutput::Board(given))) = self.desk.poll_output() else {
            panic!("a page that opens is given the board");
        };
        assert_eq!(Board { page: pieced.page, ..*given }, *pieced);
        self.desk.handle_input(self.now, Input::PageLeft(ONLOOKER));
        assert_eq!(self.desk.poll_output(), None, "looking in changes nothing");
    }

    // Looking around.

    pub(crate) fn board(&self) -> &Board {
        self.page.board.as_ref().expect("the page is open")
    }

    pub(crate) fn link(&self) -> &LinkState {
        &self.board().link.state
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

    pub(crate) fn stage(&mut self, far: Far) -> Stage {
        self.pbx.leg(far).stage
    }

    /// The page's connection that the far end has the description of.
    pub(crate) fn connection(&mut self, far: Far) -> Option<&Connection> {
        let theirs = self.pbx.leg(far).theirs?;
        self.page.legs.values().find(|connection| connection.ours == theirs)
    }

    /// Sound flows both ways between operator and far end, by what both sides have agreed on.
    pub(crate) fn can_talk(&mut self, far: Far) -> bool {
        let ours = self.pbx.leg(far).ours;
        self.connection(far).is_some_and(|connection| {
            let both_ways = [connection.ours, ours].map(|half| half.direction);
            connection.is_stable()
                && connection.theirs == Some(ours)
                && both_ways == [cordboard_desk::Direction::SendRecv; 2]
                && connection.microphone
                && connection.speaker
        })
    }

    /// How many far ends could hear the operator.
    pub(crate) fn open_microphones(&self) -> usize {
        self.page.legs.values().filter(|connection| connection.microphone).count()
    }

    // Small stories that others begin with.

    /// Somebody calls.
    pub(crate) fn ring(&mut self, caller: Caller) -> (CallId, Far) {
        let far = self.there(|pbx| pbx.call_desk(caller)).expect("the desk is reachable");
        (self.newest(), far)
    }

    /// Somebody calls and is answered.
    pub(crate) fn talk(&mut self, name: &str, number: &str) -> (CallId, Far) {
        let (call, far) = self.ring(Caller::new(name, number));
        self.act(Command::Answer(call));
        assert!(self.can_talk(far), "{:?}", self.call(call));
        (call, far)
    }

    /// The operator calls somebody.
    pub(crate) fn dial(&mut self, typed: &str) -> (CallId, Far) {
        self.act(Command::Dial { typed: typed.into() });
        let far = *self.pbx.legs.keys().next_back().expect("the call has reached the telephone system");
        (self.newest(), far)
    }

    fn newest(&self) -> CallId {
        self.board().calls.iter().map(|call| call.id).max().expect("a call is on the list")
    }

    /// The day ends: everybody hangs up, and nobody and nothing is left behind.
    fn end_of_day(&mut self) {
        self.network = Network::Up;
        self.deliver_frames();
        self.pbx.registrar.out_of_order = None;
        self.act(Command::SetRegistered(true));
        self.wait_seconds(90);
        let calls: Vec<_> = self.board().calls.iter().map(|call| call.id).collect();
        for call in calls {
            self.act(Command::HangUp(call));
        }
        self.wait_seconds(90);
        assert!(self.board().calls.is_empty(), "{:?}", self.board().calls);
        assert!(self.page.legs.is_empty(), "media left open: {:?}", self.page.legs);
        for leg in self.pbx.legs.values() {
            assert_eq!(leg.stage, Stage::Over, "left behind: {leg:?}");
            assert!(leg.asked.is_none() && leg.open.is_none() && leg.unacked.is_none(), "{leg:?}");
        }
        self.act(Command::SetRegistered(false));
        assert!(!self.socket, "the socket is left open");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end_of_day();
        }
    }
}
