//! Turns what the engine tells into signals: one for each thing that is painted, one pair for each call.
//!
//! This is the only writer of what a page knows about calls. Components read, and send commands.

use cordboard_desk as desk;
use cordboard_desk::{
    AudioView, CallId, CallStatus, CallView, CallWay, ChoiceView, ConferenceView, ContactsView, Delta,
    DirectoryId, DirectoryView, Instant, LinkState, LinkView, LogView, NoticeView, Overflow, PageId,
    PageOutput, PhoneId, PhoneView, Quality, RedialView, SocketLoss, TeamCallId, TeamCallView, TeamView,
    TraceForm, Verdict, VoicemailView, WhyNot,
};
use cordboard_wire::{Line, Operator};
use leptos::prelude::*;
use vecmap::VecMap;

/// One call: repainted alone when it alone changes.
#[derive(Clone)]
pub struct CallSignals {
    /// What is painted of it.
    pub view: ArcRwSignal<CallView>,
    /// How it sounds; `None` until measured.
    pub quality: ArcRwSignal<Option<Quality>>,
    /// As a party of the conference, it talks just now.
    pub talking: ArcRwSignal<bool>,
}

/// What is being typed, and who could be meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suggestions {
    /// What was typed.
    pub typed: String,
    /// Who could be meant.
    pub choices: Vec<ChoiceView>,
}

/// A file that the engine has written for the operator.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedFile {
    /// Its name.
    pub name: String,
    /// What the browser is told that it is.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

/// Everything a page knows. A handle: copies are the same board.
#[derive(Clone, Copy)]
pub struct Board {
    /// This page, as the engine numbers it.
    pub page: RwSignal<Option<PageId>>,
    /// Who works here.
    pub operator: RwSignal<Option<Operator>>,
    /// True with the practice exchange.
    pub practice: RwSignal<bool>,
    /// The page of the CRM about a caller, with places for number and name; empty if there is none.
    pub crm: RwSignal<String>,
    /// The link to the telephone system.
    pub link: RwSignal<LinkView>,
    /// The microphone and who carries media.
    pub audio: RwSignal<AudioView>,
    /// Lines of this console.
    pub lines: RwSignal<Vec<Line>>,
    /// How loud the operator is heard just now, in steps from 0 to 5.
    pub own_level: RwSignal<u8>,
    /// The conference, if there is one.
    pub conference: RwSignal<Option<ConferenceView>>,
    /// Every directory, in the order of the tabs.
    pub directories: RwSignal<Vec<DirectoryView>>,
    /// The directory that was last brought to the front by a call.
    pub front: RwSignal<Option<DirectoryId>>,
    /// What this page looks at.
    pub contacts: RwSignal<Option<ContactsView>>,
    /// Who could be meant by what is typed.
    pub suggestions: RwSignal<Suggestions>,
    /// Notices on the screen, oldest first.
    pub notices: RwSignal<Vec<NoticeView>>,
    /// Do not disturb is on.
    pub do_not_disturb: RwSignal<bool>,
    /// What becomes of calls that the operator does not take.
    pub overflow: RwSignal<Overflow>,
    /// What those rules said to the call that was asked about last, in their order.
    pub overflow_tried: RwSignal<Vec<Verdict>>,
    /// Missed calls since last cleared.
    pub missed: RwSignal<u32>,
    /// Why nobody can be called now.
    pub dial: RwSignal<Option<WhyNot>>,
    /// The file that was last asked for.
    pub exported: RwSignal<Option<ExportedFile>>,
    /// What was dialled last.
    pub redial: RwSignal<Vec<RedialView>>,
    /// What this page looks at of the log.
    pub log: RwSignal<Option<LogView>>,
    /// The operator's voicemail box; `None` if there is none.
    pub voicemail: RwSignal<Option<VoicemailView>>,
    /// The operator's team; `None` without one.
    pub team: RwSignal<Option<TeamView>>,
    calls: RwSignal<VecMap<CallId, CallSignals>>,
    phones: RwSignal<VecMap<PhoneId, ArcRwSignal<PhoneView>>>,
}

impl Board {
    /// An empty board, as it is before the engine has told anything.
    pub fn new() -> Self {
        Self {
            page: RwSignal::new(None),
            operator: RwSignal::new(None),
            practice: RwSignal::new(false),
            crm: RwSignal::new(String::new()),
            link: RwSignal::new(LinkView::default()),
            audio: RwSignal::new(AudioView::default()),
            lines: RwSignal::new(Vec::new()),
            own_level: RwSignal::new(0),
            conference: RwSignal::new(None),
            directories: RwSignal::new(Vec::new()),
            front: RwSignal::new(None),
            contacts: RwSignal::new(None),
            suggestions: RwSignal::new(Suggestions::default()),
            notices: RwSignal::new(Vec::new()),
            do_not_disturb: RwSignal::new(false),
            overflow: RwSignal::new(Overflow::default()),
            overflow_tried: RwSignal::new(Vec::new()),
            missed: RwSignal::new(0),
            dial: RwSignal::new(Some(WhyNot::NotRegistered)),
            exported: RwSignal::new(None),
            redial: RwSignal::new(Vec::new()),
            log: RwSignal::new(None),
            voicemail: RwSignal::new(None),
            team: RwSignal::new(None),
            calls: RwSignal::new(VecMap::new()),
            phones: RwSignal::new(VecMap::new()),
        }
    }

    /// Takes in what the engine tells. Media, ringing and notifications are not painted and pass by.
    pub fn take(self, told: PageOutput) {
        match told {
            PageOutput::Board(board) => self.replace(*board),
            PageOutput::Delta(delta) => self.change(delta),
            PageOutput::Media(_) | PageOutput::Ring(_) | PageOutput::Notify(_) => {}
        }
    }

    /// Somebody's call is on this board.
    pub fn has_calls(self) -> bool {
        self.calls.with_untracked(|calls| !calls.is_empty())
    }

    /// Somebody is heard here: there are calls, and this page carries their sound.
    pub fn is_heard(self) -> bool {
        let host = self.audio.with_untracked(|audio| audio.host);
        host.is_some() && host == self.page.get_untracked() && self.has_calls()
    }

    /// An engine that cannot ask the relay knows nothing of calls yet, and tells no more than that it will ask again.
    pub fn relay_is_away(self, again_at: Instant) {
        self.link.update(|link| {
            link.state = LinkState::SocketDown(SocketLoss::RelayUnreachable);
            link.retry_at = Some(again_at);
        });
    }

    fn replace(self, board: desk::Board) {
        if self.operator.with_untracked(|before| *before != board.operator) {
            self.forget_looks();
        }
        self.page.set(board.page);
        self.operator.set(board.operator);
        self.practice.set(board.practice);
        self.crm.set(board.crm);
        self.link.set(board.link);
        self.audio.set(board.audio);
        self.lines.set(board.lines);
        self.conference.set(board.conference);
        self.directories.set(board.directories);
        self.notices.set(board.notices);
        self.do_not_disturb.set(board.do_not_disturb);
        self.overflow.set(board.overflow);
        self.missed.set(board.missed);
        self.dial.set(board.dial);
        self.redial.set(board.redial);
        self.voicemail.set(board.voicemail);
        self.team.set(board.team);
        self.phones.update(|phones| phones.retain(|id, _| board.phones.iter().any(|phone| phone.id == *id)));
        self.put_phones(board.phones);
        self.calls.update(|calls| calls.retain(|id, _| board.calls.iter().any(|call| call.id == *id)));
        for call in board.calls {
            self.put_call(call);
        }
    }

    /// What was asked for and looked at is nobody else's business.
    fn forget_looks(self) {
        self.exported.set(None);
        self.log.set(None);
        self.contacts.set(None);
        self.overflow_tried.set(Vec::new());
    }

    fn change(self, delta: Delta) {
        match delta {
            Delta::Operator { operator, lines, practice, crm } => {
                self.operator.set(Some(operator));
                self.lines.set(lines);
                self.practice.set(practice);
                self.crm.set(crm);
            }
            Delta::Link(link) => self.link.set(link),
            Delta::Audio(audio) => self.audio.set(audio),
            // What media connections are made with is for `io`.
            Delta::Media(_) => {}
            Delta::Call(call) => self.put_call(*call),
            Delta::CallGone(call) => self.calls.update(|calls| drop(calls.remove(&call))),
            Delta::Conference(conference) => self.conference.set(conference),
            Delta::Talking { call, talking } => {
                if let Some(call) = self.call_now(call) {
                    call.talking.set(talking);
                }
            }
            Delta::Directories(directories) => self.directories.set(directories),
            Delta::Front(directory) => self.front.set(Some(directory)),
            Delta::Contacts(contacts) => self.contacts.set(Some(*contacts)),
            Delta::Suggestions { typed, choices } => self.suggestions.set(Suggestions { typed, choices }),
            Delta::Notice(notice) => self.notices.update(|notices| notices.push(notice)),
            Delta::NoticeGone(gone) => {
                self.notices.update(|notices| notices.retain(|notice| notice.id != gone))
            }
            Delta::DoNotDisturb(on) => self.do_not_disturb.set(on),
            Delta::Overflow(overflow) => self.overflow.set(*overflow),
            Delta::OverflowTried(verdicts) => self.overflow_tried.set(verdicts),
            Delta::Missed(missed) => self.missed.set(missed),
            Delta::Dial(why_not) => self.dial.set(why_not),
            Delta::Redial(redial) => self.redial.set(redial),
            Delta::Phones(phones) => self.put_phones(phones),
            Delta::PhonesGone(gone) => {
                self.phones.update(|phones| phones.retain(|phone, _| !gone.contains(phone)))
            }
            Delta::Voicemail(voicemail) => self.voicemail.set(voicemail),
            Delta::Team(team) => self.team.set(team.map(|team| *team)),
            Delta::Log(log) => self.log.set(Some(*log)),
            Delta::Quality { call, quality } => {
                if let Some(call) = self.call_now(call) {
                    call.quality.set(Some(quality));
                }
            }
            Delta::Exported { file_name, csv, .. } => self.export_csv(file_name, csv),
            Delta::LogExported { csv } => self.export_csv("call-log.csv".to_owned(), csv),
            Delta::Traced { form, content } => {
                let (name, media_type) = match form {
                    TraceForm::Text => ("sip-trace.txt", "text/plain;charset=utf-8"),
                    TraceForm::Pcap => ("sip-trace.pcap", "application/vnd.tcpdump.pcap"),
                };
                self.exported.set(Some(ExportedFile { name: name.to_owned(), media_type, content }))
            }
        }
    }

    fn export_csv(self, name: String, csv: String) {
        let (media_type, content) = ("text/csv;charset=utf-8", csv.into_bytes());
        self.exported.set(Some(ExportedFile { name, media_type, content }));
    }

    /// A call that is known repaints itself; only a new one repaints the list.
    fn put_call(self, call: CallView) {
        match self.call_now(call.id) {
            Some(known) => {
                if known.view.with_untracked(|view| *view != call) {
                    known.view.set(call);
                }
            }
            None => self.calls.update(|calls| {
                let (quality, talking) = (ArcRwSignal::new(None), ArcRwSignal::new(false));
                calls.insert(call.id, CallSignals { view: ArcRwSignal::new(call), quality, talking });
            }),
        }
    }

    /// Phones that are known repaint themselves; only new ones repaint whatever waits for them.
    fn put_phones(self, told: Vec<PhoneView>) {
        let known = self.phones.with_untracked(|phones| {
            told.iter().map(|phone| phones.get(&phone.id).cloned()).collect::<Vec<_>>()
        });
        let mut new = Vec::new();
        for (phone, known) in told.into_iter().zip(known) {
            match known {
                Some(known) => known.set(phone),
                None => new.push((phone.id, ArcRwSignal::new(phone))),
            }
        }
        if !new.is_empty() {
            self.phones.update(|phones| phones.extend(new));
        }
    }

    /// A watched phone, for use where a change of it must repaint.
    pub fn phone(self, phone: PhoneId) -> Option<PhoneView> {
        self.phones.with(|phones| phones.get(&phone).cloned()).map(|phone| phone.get())
    }

    /// A call, for use where a change of the list must repaint.
    pub fn call(self, call: CallId) -> Option<CallSignals> {
        self.calls.with(|calls| calls.get(&call).cloned())
    }

    /// A call as it is now, for use in handlers.
    pub fn call_now(self, call: CallId) -> Option<CallSignals> {
        self.calls.with_untracked(|calls| calls.get(&call).cloned())
    }

    /// What is painted of a call now, for use in handlers.
    pub fn view_now(self, call: CallId) -> Option<CallView> {
        self.call_now(call).map(|call| call.view.get_untracked())
    }

    /// How many callers wait at the consoles of the others of the team, as far as that is known.
    pub fn waiting_elsewhere(self) -> u32 {
        self.team.with(|team| {
            let known = team.iter().filter(|team| team.unknown_since.is_none());
            let members = known.flat_map(|team| &team.members);
            let waiting = members.flat_map(|member| &member.calls).filter(|call| call.waits());
            u32::try_from(waiting.count()).unwrap_or(u32::MAX)
        })
    }

    /// A call of somebody else of the team, and whose it is.
    pub fn team_call(self, id: TeamCallId) -> Option<(String, TeamCallView)> {
        self.team.with(|team| {
            team.as_ref()?.members.iter().find_map(|member| {
                let call = member.calls.iter().find(|call| call.id == id)?;
                Some((member.name.clone(), call.clone()))
            })
        })
    }

    /// Nobody of the whole team's callers has waited longer than in this call of ours.
    pub fn is_longest(self, call: CallId) -> bool {
        self.team.with(|team| team.as_ref().is_some_and(|team| team.longest.contains(&call)))
    }

    /// Every call of a list with its slot, by slot. Changes only when a call comes or goes.
    pub fn slots(self, way: CallWay) -> Vec<(u8, CallId)> {
        let mut slots: Vec<_> = self.calls.with(|calls| {
            let views = calls.values().map(|call| call.view.read_untracked());
            views.filter(|view| view.way == way).map(|view| (view.slot, view.id)).collect()
        });
        slots.sort_unstable();
        slots
    }

    /// Every call of a list as it is now, by slot, for use in handlers.
    pub fn slots_now(self, way: CallWay) -> Vec<(u8, CallId)> {
        untrack(|| self.slots(way))
    }

    /// How many calls are as asked. Repaints with every change of any call.
    pub fn count(self, counts: impl Fn(&CallView) -> bool) -> usize {
        self.calls.with(|calls| calls.values().filter(|call| call.view.with(&counts)).count())
    }

    /// The first call, lowest slot of the incoming list first, that is as asked.
    pub fn first(self, wanted: impl Fn(&CallView) -> bool) -> Option<CallId> {
        let mut found: Vec<_> = self.calls.with(|calls| {
            let views = calls.values().map(|call| call.view.read());
            views.filter(|view| wanted(view)).map(|view| (view.way, view.slot, view.id)).collect()
        });
        found.sort_unstable();
        found.first().map(|(_, _, id)| *id)
    }

    /// Whoever rings and has waited longest: whom F9 answers.
    pub fn next_to_answer(self) -> Option<CallId> {
        self.calls
            .with(|calls| {
                let views = calls.values().map(|call| call.view.read());
                views.filter(|view| rings(view)).map(|view| (view.since, view.id)).min()
            })
            .map(|(_, id)| id)
    }

    /// The call that the operator talks in: what header, keypad and F10 act on. In the conference, its first party.
    pub fn active(self) -> Option<CallId> {
        let party = || self.parties().first().copied().filter(|_| self.confers());
        self.first(|call| is_active(&call.status)).or_else(party)
    }

    /// The operator is in the conference.
    pub fn confers(self) -> bool {
        self.conference.get().is_some_and(|conference| conference.present)
    }

    /// The parties of the conference, as the lists have them from top to bottom.
    pub fn parties(self) -> Vec<CallId> {
        let mut found: Vec<_> = self.calls.with(|calls| {
            let views = calls.values().map(|call| call.view.read());
            views.filter(|view| is_party(view)).map(|view| (view.way, view.slot, view.id)).collect()
        });
        found.sort_unstable();
        found.into_iter().map(|(_, _, id)| id).collect()
    }

    /// Whoever was put on hold last.
    pub fn held_last(self) -> Option<CallId> {
        let views = self.calls.with(|calls| {
            let views = calls.values().map(|call| call.view.read());
            views.filter(|view| held(view)).map(|view| (view.since, view.id)).collect::<Vec<_>>()
        });
        views.into_iter().max().map(|(_, id)| id)
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}

/// True while the operator hears or is about to hear the far end of a call.
pub fn is_active(status: &CallStatus) -> bool {
    match status {
        CallStatus::Talking
        | CallStatus::Answering
        | CallStatus::Calling
        | CallStatus::RingingOut
        | CallStatus::Changing { .. } => true,
        CallStatus::Ringing
        | CallStatus::BackFrom { .. }
        | CallStatus::InConference
        | CallStatus::OnHold
        | CallStatus::Queued { .. }
        | CallStatus::Transferring { .. }
        | CallStatus::Failed(_) => false,
    }
}

/// True while a call rings in and can be answered.
pub fn rings(call: &CallView) -> bool {
    match call.status {
        CallStatus::Ringing => true,
        CallStatus::BackFrom { .. } => call.allowed.answer.is_ok(),
        CallStatus::Answering
        | CallStatus::Calling
        | CallStatus::RingingOut
        | CallStatus::Talking
        | CallStatus::InConference
        | CallStatus::OnHold
        | CallStatus::Queued { .. }
        | CallStatus::Changing { .. }
        | CallStatus::Transferring { .. }
        | CallStatus::Failed(_) => false,
    }
}

/// True while a call is held by us.
pub fn held(call: &CallView) -> bool {
    match call.status {
        CallStatus::OnHold | CallStatus::Queued { .. } => true,
        CallStatus::BackFrom { .. } => call.allowed.answer.is_err(),
        CallStatus::Ringing
        | CallStatus::Answering
        | CallStatus::Calling
        | CallStatus::RingingOut
        | CallStatus::Talking
        | CallStatus::InConference
        | CallStatus::Changing { .. }
        | CallStatus::Transferring { .. }
        | CallStatus::Failed(_) => false,
    }
}

/// True for a party of the conference.
pub fn is_party(call: &CallView) -> bool {
    call.status == CallStatus::InConference
}
