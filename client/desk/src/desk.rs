//! The desk: everything that an attendant works with, driven from outside.
//!
//! The drive contract: hand in one [`Input`] (or call [`Desk::handle_timeout`]), drain [`Desk::poll_output`] until it
//! is `None`, then ask [`Desk::poll_timeout`] when to call [`Desk::handle_timeout`] at the latest.
//!
//! Each input is worked on in two halves. First the events: tables step, and what they ask of the line is done at
//! once. Then [`Desk::settle`] compares what should be with what was last told, for media, ringing, the link and the
//! board, and tells the difference. So nothing has to remember to update anything.

use std::collections::VecDeque;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};
use vecmap::{VecMap, VecSet};

use crate::chance::Chance;
use crate::consultation::Consultation;
use crate::line_side::LineSide;
use crate::link::Link;
use crate::log::CallLog;
use crate::notice::Notices;
use crate::pages::Pages;
use crate::queue::Queue;
use crate::socket::SocketDeed;
use crate::team::Team;
use crate::{
    Board, CallId, Delta, Directories, DirectoryId, Input, LegId, Notice, Numbering, Output, Overflow,
    PageId, PageInput, PageOutput, Ring, TeamView,
};

mod calls;
mod commands;
mod conference;
mod consulting;
mod far_end;
mod intercepting;
mod logging;
mod media;
mod moved;
mod overflowing;
mod paint;
mod queueing;
mod ringing;
mod saving;
mod shelf;
mod shift;
mod taking_over;
mod unattended;
mod watching;

use calls::Call;
pub use ringing::HOLD_LIMIT;
use saving::is_worth_saving;
use shift::Shift;
use watching::Watching;

/// The attendant's desk.
#[derive(Serialize, Deserialize)]
pub struct Desk {
    chance: Chance,
    /// The browser profile's SIP instance id, once known.
    instance: Option<String>,
    shift: Option<Shift>,
    link: Link,
    line_side: LineSide,
    calls: VecMap<CallId, Call>,
    /// The call that microphone and speaker belong to.
    floor: Option<CallId>,
    /// Who is asked on whose behalf, in the order in which that began.
    consultations: Vec<Consultation>,
    next_call: u32,
    next_leg: u32,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    directories: Directories,
    /// Calls that are over. Kept entry by entry, beside the desk.
    #[serde(skip)]
    log: CallLog,
    /// The log changed since pages were last told.
    #[serde(skip)]
    log_changed: bool,
    /// Directories changed since pages were last told.
    #[serde(skip)]
    changed: VecSet<DirectoryId>,
    notices: Notices,
    do_not_disturb: bool,
    /// What becomes of calls that the operator does not take. Kept beside the desk.
    #[serde(skip)]
    overflow: Overflow,
    /// Local time is that of Greenwich and so many minutes, as far as told.
    #[serde(skip)]
    minutes_east: Option<i16>,
    missed: u32,
    watching: Watching,
    queue: Queue,
    /// What others of the team say. Whoever begins again is told anew.
    #[serde(skip)]
    team: Team,
    /// What pages are to see of it.
    #[serde(skip)]
    team_board: Option<TeamView>,
    /// What every page was last told.
    #[serde(skip)]
    painted: Board,
    /// What the media page was last told to ring.
    #[serde(skip)]
    rung: Ring,
    /// Calls with a desktop notification.
    #[serde(skip)]
    announced: VecSet<CallId>,
    #[serde(skip)]
    outputs: VecDeque<Output>,
    /// Something has changed since the desk was last saved; when to save it.
    #[serde(skip)]
    save_at: Option<Instant>,
}

impl Desk {
    /// An empty desk. All chance (identifiers, jitter) follows from `seed`.
    pub fn new(seed: u64, now: Instant) -> Self {
        let link = Link::new(now);
        Self {
            chance: Chance::new(seed),
            instance: None,
            shift: None,
            painted: Board { link: link.view(), ..Board::default() },
            link,
            line_side: LineSide::default(),
            calls: VecMap::new(),
            floor: None,
            consultations: Vec::new(),
            next_call: 1,
            next_leg: 1,
            pages: Pages::default(),
            directories: Directories::new(Numbering::default()),
            log: CallLog::default(),
            log_changed: false,
            changed: VecSet::new(),
            notices: Notices::default(),
            do_not_disturb: false,
            overflow: Overflow::default(),
            minutes_east: None,
            missed: 0,
            watching: Watching::default(),
            queue: Queue::default(),
            team: Team::default(),
            team_board: None,
            rung: Ring::Silent,
            announced: VecSet::new(),
            outputs: VecDeque::new(),
            save_at: None,
        }
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Instant, input: Input) {
        match input {
            Input::Provisioned(provision) => self.provisioned(now, *provision),
            Input::SignedOut => self.signed_out(now),
            Input::Restored(stored) => self.restored(stored),
            Input::Connected => self.connected(now),
            Input::Disconnected { why } => self.disconnected(now, why),
            Input::FrameReceived(frame) => {
                // An ACK or a 100 moves a session on and need not show anywhere else.
                self.change_if(now, is_worth_saving(&frame));
                self.line_side.frame(now, &frame);
            }
            Input::TeamConnected => self.team_connected(now),
            Input::TeamDisconnected { why } => self.team_disconnected(now, why),
            Input::TeamTold(told) => self.team_told(now, *told),
            Input::PageJoined(page) => self.page_joined(now, page),
            Input::PageLeft(page) => {
                self.watching.list.hide(page);
                self.with_host_watched(|desk| desk.pages.leave(page));
            }
            Input::PageSaid(page, said) => self.page_said(now, page, said),
            Input::LocalTime { minutes_east } => self.minutes_east = Some(minutes_east),
            Input::NewerPage => self.newer_page(now),
            Input::StoreFailed { problem } => self.tell(now, Notice::StoreFailed { problem }),
            Input::StoreSpoilt => self.tell(now, Notice::StoreSpoilt),
        }
        self.settle(now);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.save_if_due(now);
        self.line_side.look_at_clock(now);
        // After a sleep all is due at once: calls that are over come first, lest the rules send them somewhere.
        self.listen_to_line(now);
        let deed = self.link.look_at_clock(now, &mut self.chance);
        self.do_link(deed);
        self.look_at_team(now);
        self.look_at_calls(now);
        self.watching.list.look_at_clock(now);
        self.look_at_cords(now);
        self.notices.look_at_clock(now);
        self.settle(now);
    }

    /// When to call [`Desk::handle_timeout`] at the latest; `None` when nothing waits for time to pass.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let calls = self.calls.values().filter_map(Call::deadline);
        let cords = self.consultations.iter().filter_map(Consultation::deadline);
        calls
            .chain(cords)
            .chain(self.line_side.deadline())
            .chain(self.link.deadline())
            .chain(self.watching.list.deadline())
            .chain(self.queue_deadline())
            .chain(self.overflow_deadline())
            .chain(self.team.deadline())
            .chain(self.notices.deadline())
            .chain(self.save_at)
            .min()
    }

    /// No call is up: an engine that ends now takes nothing from anybody.
    pub fn is_idle(&self) -> bool {
        self.calls.is_empty()
    }

    fn newer_page(&mut self, now: Instant) {
        let told = self.notices.iter().any(|view| view.notice == Notice::UpdateReady);
        if !self.is_idle() && !told {
            self.tell(now, Notice::UpdateReady);
        }
    }

    /// The next thing to be done outside, oldest first.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Brings everything outside to where it should be now.
    fn settle(&mut self, now: Instant) {
        loop {
            self.listen_to_line(now);
            if !self.settle_directions(now) {
                break;
            }
        }
        self.answer_unattended(now);
        self.settle_overflow(now);
        self.settle_queue(now);
        self.bury_calls(now);
        self.settle_media(now);
        self.settle_link(now);
        self.tell_of_ringing_phones(now);
        self.settle_team(now);
        self.paint(now);
        self.settle_watching(now);
        // The tile first: starting the bell keeps a page busy for some milliseconds.
        self.settle_ringing();
        self.note_outputs(now);
    }

    fn page_joined(&mut self, now: Instant, page: PageId) {
        // What is painted is what every other page shows; from here on this one gets the same deltas.
        let board = Board { page: Some(page), phones: self.phone_views(now), ..self.painted.clone() };
        self.outputs.push_back(Output::Tell(page, PageOutput::Board(Box::new(board))));
        // How calls sound is not on the board: this page is to hear it with everybody else's next figures.
        for call in self.calls.values_mut() {
            call.quality = None;
        }
        self.tell_who_talks(page);
        self.pages.join(page);
    }

    fn page_said(&mut self, now: Instant, page: PageId, said: PageInput) {
        if !self.pages.is_open(page) {
            return;
        }
        match said {
            PageInput::Command(command) => self.command(now, page, command),
            PageInput::MediaReady => self.with_host_watched(|desk| desk.pages.media_ready(page)),
            PageInput::MicrophoneLost(why) => {
                self.with_host_watched(|desk| desk.pages.microphone_lost(page, why))
            }
            // A page finds out before it has anything to play, whether it will carry the media or not.
            PageInput::HoldMusicLost(problem) => self.hold_music_lost(now, problem),
            PageInput::OfferMade { .. }
            | PageInput::AnswerMade { .. }
            | PageInput::MediaFailed { .. }
            | PageInput::MediaConnection { .. }
            | PageInput::Talking { .. }
            | PageInput::Quality { .. } => {
                // A page that carried the media before may still finish what it was asked.
                if self.pages.host() == Some(page) {
                    self.media_said(now, said);
                }
            }
        }
    }

    fn tell(&mut self, now: Instant, notice: Notice) {
        // Garbage can come by the thousand; one notice says it.
        let repeated = matches!(notice, Notice::Malformed { .. })
            && self.notices.iter().any(|view| matches!(view.notice, Notice::Malformed { .. }));
        if repeated {
            return;
        }
        self.notices.put_up(now, notice);
    }

    fn tell_all(&mut self, delta: Delta) {
        if !self.pages.is_empty() {
            self.outputs.push_back(Output::TellAll(PageOutput::Delta(delta)));
        }
    }

    fn tell_page(&mut self, page: PageId, delta: Delta) {
        self.outputs.push_back(Output::Tell(page, PageOutput::Delta(delta)));
    }

    fn do_link(&mut self, deed: Option<SocketDeed>) {
        match deed {
            Some(SocketDeed::Connect) => {
                let server = self.line_side.server();
                self.outputs.push_back(Output::Connect { server });
            }
            Some(SocketDeed::Disconnect) => self.outputs.push_back(Output::Disconnect),
            None => {}
        }
    }

    fn new_call_id(&mut self) -> CallId {
        let id = CallId(self.next_call);
        self.next_call = self.next_call.wrapping_add(1);
        id
    }

    fn new_leg_id(&mut self) -> LegId {
        let id = LegId(self.next_leg);
        self.next_leg = self.next_leg.wrapping_add(1);
        id
    }
}
