//! The team: what others are told of our calls, what is painted of theirs, and one call taken over.
//!
//! A call is taken over by an INVITE that replaces the other console's dialog (RFC 3891), sent to the caller's side. The
//! other console is told by its own dialog's end; who it was, it has heard through the channel before that.

use std::collections::BTreeMap;

use cordboard_sip::message::header::Replaces;
use cordboard_sip::{EndCause, Instant, Party};
use cordboard_wire::{
    MAX_TEAM_CALLS, MAX_TEAM_TEXT, TeamCall, TeamCallState, TeamDialog, TeamTold, TeamWayIn,
};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::calls::Call;
use crate::call::{CallState, Deed, Event, Wish};
use crate::leg::Leg;
use crate::queue::Stage as QueueStage;
use crate::socket::SocketDeed;
use crate::team::Shared;
use crate::team_view::waits;
use crate::who::{called, who};
use crate::{
    CallFailure, CallId, CallWay, Delta, NotTaken, Notice, Output, SocketLoss, TeamCallId, TeamCallView,
    TeamMemberView, TeamView, WhyNot,
};

/// What a call of ours takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Takes {
    pub dialog: TeamDialog,
    /// Who had it.
    from: String,
    /// It rang there.
    rang: bool,
    /// Since when the caller has been there.
    pub first_rang: Option<Instant>,
}

impl Call {
    /// Since when the caller has been there; `None` if they were called.
    fn first_rang(&self) -> Option<Instant> {
        match (&self.takes, self.way) {
            (Some(takes), _) => takes.first_rang,
            (None, CallWay::Incoming) => Some(self.began),
            (None, CallWay::Outgoing) => None,
        }
    }

    /// The state in the words of the team; `None` for what is nobody else's business.
    fn team_state(&self, queued: bool) -> Option<TeamCallState> {
        Some(match &self.state {
            CallState::Ringing => TeamCallState::Ringing,
            CallState::Holding | CallState::Held { .. } if queued => TeamCallState::Queued,
            CallState::Holding | CallState::Held { .. } => TeamCallState::Held,
            CallState::Answering { .. }
            | CallState::Accepted
            | CallState::Talking
            | CallState::Resuming
            | CallState::Joining
            | CallState::Conferring => TeamCallState::Talking,
            CallState::Calling | CallState::RingingOut if self.takes.is_some() => TeamCallState::Taking,
            CallState::Calling
            | CallState::RingingOut
            | CallState::Parting { .. }
            | CallState::Lent { .. }
            | CallState::Failed(_)
            | CallState::Over => return None,
        })
    }

    /// Another console may take its place.
    fn is_open_to_all(&self) -> bool {
        matches!(self.state, CallState::Ringing | CallState::Held { .. })
    }
}

impl Desk {
    // The channel.

    /// Opens the channel if the operator has a team.
    pub(super) fn seek_team(&mut self, now: Instant) {
        let seat = self.shift.as_ref().map(|shift| (shift.operator.user.clone(), shift.team.clone()));
        let seat = seat.filter(|(_, team)| !team.is_empty());
        if self.team.seat() != seat.as_ref() {
            // What somebody else sees, or another team, is not ours to see.
            self.leave_team(now);
        }
        if let Some(seat) = seat {
            self.team.sit_down(seat);
            let deed = self.team.socket.want(now, &mut self.chance);
            self.do_team(deed);
        }
    }

    /// Nobody is to be seen any more.
    pub(super) fn leave_team(&mut self, now: Instant) {
        let deed = self.team.socket.let_go(now, &mut self.chance);
        self.do_team(deed);
        self.team.forget();
    }

    pub(super) fn look_at_team(&mut self, now: Instant) {
        let deed = self.team.socket.look_at_clock(now, &mut self.chance);
        self.do_team(deed);
    }

    pub(super) fn team_connected(&mut self, now: Instant) {
        let deed = self.team.socket.opened(now, &mut self.chance);
        self.do_team(deed);
    }

    pub(super) fn team_disconnected(&mut self, now: Instant, why: SocketLoss) {
        self.team.lost(now);
        let deed = self.team.socket.lost(now, why, &mut self.chance);
        self.do_team(deed);
    }

    fn do_team(&mut self, deed: Option<SocketDeed>) {
        self.outputs.extend(deed.map(|deed| match deed {
            SocketDeed::Connect => Output::ConnectTeam,
            SocketDeed::Disconnect => Output::DisconnectTeam,
        }));
    }

    /// The relay told of the team.
    pub(super) fn team_told(&mut self, now: Instant, told: TeamTold) {
        for who in self.team.told(now, told) {
            // Whoever wanted to take the caller over did not get them.
            self.missed = self.missed.saturating_add(1);
            self.tell(now, Notice::Missed { who });
        }
    }

    /// Brings what the others are told, and what pages are to see of them, to where it is. Neither is looked at anew for
    /// what has nothing to do with it: a thousand lamps must not pay for the team.
    pub(super) fn settle_team(&mut self, now: Instant) {
        let name = self.shift.as_ref().map(|shift| shift.team.clone()).filter(|team| !team.is_empty());
        let Some(name) = name else { return self.team_board = None };
        let own = self.shared();
        let able = (
            self.link.is_registered(),
            self.pages.has_microphone(),
            self.free_slot(CallWay::Incoming).is_some(),
        );
        if self.team.is_news(&own, able) {
            self.team_board = Some(self.team_view(name, &own));
        }
        let said = self.team.say(now, own);
        self.outputs.extend(said.map(Output::TellTeam));
    }

    /// Our calls, as the others are to see them.
    fn shared(&self) -> Vec<Shared> {
        self.calls.values().filter_map(|call| self.share(call)).take(MAX_TEAM_CALLS).collect()
    }

    fn share(&self, call: &Call) -> Option<Shared> {
        let waiter = self.queue.of(call.id).filter(|waiter| waiter.stage != QueueStage::Aside);
        let state = call.team_state(waiter.is_some())?;
        let queued = waiter.filter(|_| state == TeamCallState::Queued);
        let call_shared = TeamCall {
            id: call.id.0,
            state,
            lasts_ms: 0,
            waits_ms: None,
            name: short(&call.who.name),
            number: short(&call.who.number),
            line: short(&call.line.as_ref().map(|line| line.number.clone()).unwrap_or_default()),
            queued_for: short(queued.map_or("", |waiter| &waiter.target.shown.name)),
            way_in: if call.is_open_to_all() { self.way_in(call) } else { None },
            takes: call.takes.as_ref().map(|takes| takes.dialog.clone()),
        };
        let since = queued.map_or(call.since(), |waiter| waiter.since);
        Some(Shared { call: call_shared, since, first_rang: call.first_rang() })
    }

    fn way_in(&self, call: &Call) -> Option<TeamWayIn> {
        let (target, replaces) = self.line_side.way_in(call.leg.id())?;
        let Replaces { call_id, to_tag, from_tag, .. } = replaces;
        let fits = [&target, &call_id, &to_tag, &from_tag].iter().all(|text| text.len() <= MAX_TEAM_TEXT);
        let dialog = TeamDialog { call_id, owner_tag: from_tag, caller_tag: to_tag };
        fits.then_some(TeamWayIn { target, dialog })
    }

    // Taking over.

    /// Takes over a call of somebody else.
    pub(super) fn take_over(&mut self, now: Instant, id: TeamCallId) -> Result<(), WhyNot> {
        let (owner, theirs) = self.team.call(id).ok_or(WhyNot::CallOver)?;
        let (owner, theirs) = (owner.name.clone(), theirs.clone());
        self.can_take_over(&theirs)?;
        if let Some(own) = self.rings_here_too(&theirs) {
            return self.wish(now, own, Wish::Answer);
        }
        let way = theirs.call.way_in.ok_or(WhyNot::NoPickUp)?;
        let slot = self.free_slot(CallWay::Incoming).ok_or(WhyNot::NoFreeSlot)?;
        let TeamCall { name, number, line, state, .. } = theirs.call;
        let party = Party { anonymous: number.is_empty(), name, number, ..Party::default() };
        let line = self.line_numbered(&line).filter(|_| !line.is_empty());
        let rang = state == TeamCallState::Ringing;
        let replaces = Replaces {
            call_id: way.dialog.call_id.clone(),
            to_tag: way.dialog.caller_tag.clone(),
            from_tag: way.dialog.owner_tag.clone(),
            // Should it be answered there meanwhile, whoever talks is not to be interrupted (RFC 3891 section 7.1).
            early_only: rang,
        };
        let leg = Leg::outgoing(self.new_leg_id());
        self.line_side.take_over_elsewhere(leg.id(), replaces);
        let call = self.put_on_list(now, CallWay::Outgoing, slot, leg, party);
        // The INVITE is ours, but it is they who called.
        call.way = CallWay::Incoming;
        call.dialled = way.target;
        call.line.clone_from(&line);
        call.takes = Some(Takes { dialog: way.dialog, from: owner, rang, first_rang: theirs.first_rang });
        let id = call.id;
        self.name_call(id);
        self.carry_out(now, id, Deed::TakeFloor);
        if let Some(directory) = line.and_then(|line| self.directory_of(&line)) {
            self.tell_all(Delta::Front(directory));
        }
        Ok(())
    }

    /// Whether a call of somebody else can be taken over now, or why not.
    fn can_take_over(&self, theirs: &Shared) -> Result<(), WhyNot> {
        if !self.team.is_known() {
            return Err(WhyNot::TeamUnknown);
        }
        match theirs.call.state {
            TeamCallState::Talking => return Err(WhyNot::AlreadyAnswered),
            TeamCallState::Taking => return Err(WhyNot::BeingTaken),
            TeamCallState::Ringing | TeamCallState::Held | TeamCallState::Queued => {}
        }
        if !self.link.is_registered() {
            return Err(WhyNot::NotRegistered);
        }
        if !self.pages.has_microphone() {
            return Err(WhyNot::NoAudio);
        }
        if self.rings_here_too(theirs).is_some() {
            return Ok(());
        }
        let dialog = theirs.dialog().ok_or(WhyNot::NoPickUp)?;
        // One that failed stays to be seen for a while, and may be tried again.
        let ours = self.calls.values().filter(|call| call.is_alive()).filter_map(|call| call.takes.as_ref());
        let ours = ours.map(|takes| &takes.dialog).any(|own| own == dialog);
        if ours || self.team.taker(dialog).is_some() {
            return Err(WhyNot::BeingTaken);
        }
        if self.free_slot(CallWay::Incoming).is_none() {
            return Err(WhyNot::NoFreeSlot);
        }
        Ok(())
    }

    /// A call of ours is a take-over that has not come to anything yet.
    pub(super) fn takes_over(&self, id: CallId) -> bool {
        self.calls.get(&id).is_some_and(|call| call.takes.is_some() && call.state.is_being_made())
    }

    /// A take-over failed.
    pub(super) fn tell_not_taken_over(&mut self, now: Instant, id: CallId, why: &CallFailure) {
        let Some(call) = self.calls.get(&id) else { return };
        let Some(takes) = &call.takes else { return };
        let why = match why {
            // RFC 3891 section 3: the answer to `early-only` where there is nothing early any more.
            CallFailure::Busy if takes.rang => NotTaken::Answered,
            // And to the ids of a dialog that there is not; an address where nobody has it says the same by 404.
            CallFailure::Other { status: 481, .. } | CallFailure::WrongNumber => NotTaken::Gone,
            CallFailure::Busy
            | CallFailure::NoAnswer
            | CallFailure::Rejected
            | CallFailure::NoCommonMedia
            | CallFailure::Unreachable
            | CallFailure::Other { .. } => NotTaken::Refused(why.clone()),
        };
        let (who, from) = (called(&call.who), takes.from.clone());
        self.tell(now, Notice::NotTakenOver { who, from, why });
    }

    /// What has become of a call of ours whose far end has left, if somebody of the team has taken it.
    pub(super) fn taken_by_team(&mut self, id: CallId, cause: &EndCause) -> Option<Event> {
        match cause {
            EndCause::Cancelled | EndCause::RemoteHungUp | EndCause::AnsweredElsewhere => {}
            EndCause::Local | EndCause::Refused { .. } | EndCause::TimedOut | EndCause::ConnectionLost => {
                return None;
            }
        }
        let call = self.calls.get(&id)?;
        let dialog = self.team.said_dialog(id)?.clone();
        let (by, has_it) = self.team.taker(&dialog)?;
        let by = by.name.clone();
        if call.state == CallState::Ringing && !has_it {
            let who = called(&call.who);
            self.team.part(dialog, who);
        }
        Some(Event::TakenBy(by))
    }

    /// The call of ours that rings with the same caller, who was sent to both consoles.
    fn rings_here_too(&self, theirs: &Shared) -> Option<CallId> {
        let ringing = self.calls.values().filter(|call| call.state == CallState::Ringing);
        let mut ringing = ringing.filter_map(|call| Some((call.id, self.share(call)?)));
        ringing.find(|(_, own)| self.is_same_caller(own, theirs)).map(|(id, _)| id)
    }

    /// One caller rings at both: a proxy keeps the caller's ids, and other telephone systems at least the numbers.
    fn is_same_caller(&self, one: &Shared, other: &Shared) -> bool {
        let caller =
            |call: &Shared| call.dialog().map(|dialog| (dialog.call_id.clone(), dialog.caller_tag.clone()));
        if caller(one).is_some() && caller(one) == caller(other) {
            return true;
        }
        let numbering = self.directories.numbering();
        let numbers =
            |call: &Shared| (numbering.canonical(&call.call.number), numbering.canonical(&call.call.line));
        let rings = |call: &Shared| call.call.state == TeamCallState::Ringing;
        rings(one) && rings(other) && !one.call.number.is_empty() && numbers(one) == numbers(other)
    }

    // What is painted.

    fn team_view(&self, name: String, own: &[Shared]) -> TeamView {
        let theirs = self.team.consoles().flat_map(|(_, console)| &console.calls);
        let theirs = theirs.filter(|_| self.team.is_known());
        let waiting = own.iter().chain(theirs).filter(|call| waits(call.call.state));
        let longest = waiting.filter(|call| call.first_rang.is_some()).min_by_key(|call| call.first_rang);
        let is_longest = |call: &Shared| {
            waits(call.call.state)
                && longest.is_some_and(|longest| longest == call || self.is_same_caller(longest, call))
        };
        let mut members: BTreeMap<(String, String), TeamMemberView> = BTreeMap::new();
        for (seat, console) in self.team.consoles() {
            let operator = &console.operator;
            let member = members.entry((operator.name.clone(), operator.user.clone()));
            let member = member.or_insert_with(|| TeamMemberView {
                user: operator.user.clone(),
                name: operator.name.clone(),
                desk: operator.desk.clone(),
                calls: Vec::new(),
            });
            let known = self.team.is_known();
            let views =
                console.calls.iter().map(|call| self.team_call_view(seat, call, known && is_longest(call)));
            member.calls.extend(views);
        }
        TeamView {
            name,
            unknown_since: self.team.unknown_since(),
            members: members.into_values().collect(),
            longest: own.iter().filter(|call| is_longest(call)).map(|call| CallId(call.call.id)).collect(),
        }
    }

    fn team_call_view(&self, seat: u32, theirs: &Shared, longest: bool) -> TeamCallView {
        let Shared { call, since, first_rang } = theirs;
        let party = Party {
            name: call.name.clone(),
            number: call.number.clone(),
            anonymous: call.number.is_empty(),
            ..Party::default()
        };
        TeamCallView {
            id: TeamCallId { seat, call: call.id },
            state: call.state,
            since: *since,
            first_rang: *first_rang,
            who: who(&party, None, &self.directories),
            line: self.line_numbered(&call.line).filter(|_| !call.line.is_empty()),
            queued_for: call.queued_for.clone(),
            longest,
            take_over: self.can_take_over(theirs),
        }
    }
}

/// A text of no more than the relay takes.
fn short(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_TEAM_TEXT);
    text.get(..end).unwrap_or_default().to_owned()
}
