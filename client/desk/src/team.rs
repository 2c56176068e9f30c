//! What the other consoles of the team said of their calls, and when this one is to say its own. No rules of telephony:
//! those are in `desk/taking_over.rs`.
//!
//! What was said is believed while the channel is open. When it is lost, all of it is as old as that.

use std::time::Duration;

use cordboard_sip::Instant;
use cordboard_wire::{Operator, TeamCall, TeamCallState, TeamDialog, TeamMember, TeamSaid, TeamTold};
use vecmap::VecMap;

use crate::socket::Socket;
use crate::{CallId, TeamCallId};

/// The pause between two messages: calls change in bursts, and nobody can follow faster.
const GATHER: Duration = Duration::from_millis(300);

/// A call with times on our own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    /// The call; its durations mean nothing here.
    pub call: TeamCall,
    /// Since when it does what it does.
    pub since: Instant,
    /// Since when the caller has been there.
    pub first_rang: Option<Instant>,
}

impl Shared {
    /// As it is said now.
    fn said(&self, now: Instant) -> TeamCall {
        let millis = |since: Instant| u64::try_from(now.since(since).as_millis()).unwrap_or(u64::MAX);
        TeamCall { lasts_ms: millis(self.since), waits_ms: self.first_rang.map(millis), ..self.call.clone() }
    }

    fn heard(mut call: TeamCall, said_at: Instant) -> Self {
        let before = |millis: u64| said_at - Duration::from_millis(millis);
        let (lasts, waits) = (std::mem::take(&mut call.lasts_ms), call.waits_ms.take());
        Self { since: before(lasts), first_rang: waits.map(before), call }
    }

    /// The dialog that this call is, if others know.
    pub(crate) fn dialog(&self) -> Option<&TeamDialog> {
        self.call.way_in.as_ref().map(|way| &way.dialog)
    }
}

/// One other console.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    pub operator: Operator,
    pub calls: Vec<Shared>,
}

/// A call of ours that ended while somebody was about to take it over.
#[derive(Clone, Debug)]
struct Parted {
    dialog: TeamDialog,
    who: String,
}

/// What is known of the team.
#[derive(Debug, Default)]
pub(crate) struct Team {
    pub socket: Socket,
    /// The operator and the team that the channel is for.
    seat: Option<(String, String)>,
    consoles: VecMap<u32, Console>,
    /// Since when nothing can be told of them.
    unknown_since: Option<Instant>,
    /// The relay has told who is there since the channel was opened.
    is_here: bool,
    /// What the others were told last.
    said: Option<Vec<Shared>>,
    /// The dialogs of calls of ours that they could take over, by the calls' numbers.
    dialogs: VecMap<u32, TeamDialog>,
    /// When the next message may go.
    free_at: Option<Instant>,
    /// Something waits for that.
    waits: bool,
    parted: Vec<Parted>,
    /// What was painted last was painted of these calls of ours, with this being possible.
    painted: Option<(Vec<Shared>, Able)>,
}

/// The operator is registered, has a microphone, and a free slot.
pub(crate) type Able = (bool, bool, bool);

impl Team {
    /// The relay told something. Gives the callers of ours who were about to be taken over and were not.
    pub(crate) fn told(&mut self, now: Instant, told: TeamTold) -> Vec<String> {
        self.look_again();
        match told {
            TeamTold::Here(members) => {
                self.socket.is_good();
                self.is_here = true;
                self.unknown_since = None;
                self.said = None;
                self.consoles.clear();
                members.into_iter().for_each(|member| self.put(now, member));
            }
            TeamTold::Member(member) => self.put(now, member),
            TeamTold::Gone { seat } => drop(self.consoles.remove(&seat)),
        }
        self.settle_parted()
    }

    fn put(&mut self, now: Instant, member: TeamMember) {
        let said_at = now - Duration::from_millis(member.age_ms);
        let calls = member.calls.into_iter().map(|call| Shared::heard(call, said_at)).collect();
        self.consoles.insert(member.seat, Console { operator: member.operator, calls });
    }

    /// The channel is closed.
    pub(crate) fn lost(&mut self, now: Instant) {
        self.look_again();
        if self.is_here {
            self.unknown_since = Some(now);
        }
        self.is_here = false;
        self.said = None;
        self.parted.clear();
    }

    /// Nobody is to be seen any more, and nobody sees us.
    pub(crate) fn forget(&mut self) {
        let socket = std::mem::take(&mut self.socket);
        *self = Self { socket, ..Self::default() };
    }

    /// The operator and the team that the channel is for.
    pub(crate) fn seat(&self) -> Option<&(String, String)> {
        self.seat.as_ref()
    }

    /// The channel is for this operator and this team.
    pub(crate) fn sit_down(&mut self, seat: (String, String)) {
        self.seat = Some(seat);
    }

    /// Names or what else the board is painted with have changed.
    pub(crate) fn look_again(&mut self) {
        self.painted = None;
    }

    /// The board is to be painted anew: something of the others, of our calls or of what is possible has changed.
    pub(crate) fn is_news(&mut self, own: &[Shared], able: Able) -> bool {
        let known = self.painted.as_ref().is_some_and(|(calls, was)| calls == own && *was == able);
        if !known {
            self.painted = Some((own.to_vec(), able));
        }
        !known
    }

    /// Since when nothing is told.
    pub(crate) fn unknown_since(&self) -> Option<Instant> {
        self.unknown_since
    }

    /// What is known is how it is.
    pub(crate) fn is_known(&self) -> bool {
        self.is_here
    }

    /// Everybody, by seat.
    pub(crate) fn consoles(&self) -> impl Iterator<Item = (u32, &Console)> {
        self.consoles.iter().map(|(seat, console)| (*seat, console))
    }

    /// A call of somebody else, and whose it is.
    pub(crate) fn call(&self, id: TeamCallId) -> Option<(&Operator, &Shared)> {
        let console = self.consoles.get(&id.seat)?;
        Some((&console.operator, console.calls.iter().find(|call| call.call.id == id.call)?))
    }

    /// The dialog of a call of ours as the others were told of it last, even if it talks by now or has just ended.
    pub(crate) fn said_dialog(&self, id: CallId) -> Option<&TeamDialog> {
        self.dialogs.get(&id.0)
    }

    /// Who has taken this dialog over, or is about to; true once they have.
    pub(crate) fn taker(&self, dialog: &TeamDialog) -> Option<(&Operator, bool)> {
        self.consoles.values().find_map(|console| {
            let taking = console.calls.iter().find(|call| call.call.takes.as_ref() == Some(dialog))?;
            Some((&console.operator, taking.call.state != TeamCallState::Taking))
        })
    }

    /// A ringing call of ours ended while somebody was about to take it over: whether they have it will be told.
    pub(crate) fn part(&mut self, dialog: TeamDialog, who: String) {
        self.parted.push(Parted { dialog, who });
    }

    fn settle_parted(&mut self) -> Vec<String> {
        let mut lost = Vec::new();
        for parted in std::mem::take(&mut self.parted) {
            match self.taker(&parted.dialog) {
                Some((_, true)) => {}
                Some((_, false)) => self.parted.push(parted),
                None => lost.push(parted.who),
            }
        }
        lost
    }

    /// These are our calls now. Gives what is to be said, if that is new and the last message is not too recent.
    pub(crate) fn say(&mut self, now: Instant, calls: Vec<Shared>) -> Option<TeamSaid> {
        let news = self.is_here && self.said.as_ref() != Some(&calls);
        self.waits = news && self.free_at.is_some_and(|at| now < at);
        if !news || self.waits {
            return None;
        }
        let said = TeamSaid { calls: calls.iter().map(|call| call.said(now)).collect() };
        self.dialogs.retain(|id, _| calls.iter().any(|call| call.call.id == *id));
        let dialogs = calls.iter().filter_map(|call| Some((call.call.id, call.dialog()?.clone())));
        self.dialogs.extend(dialogs);
        self.said = Some(calls);
        self.free_at = Some(now + GATHER);
        Some(said)
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let message = self.free_at.filter(|_| self.waits);
        message.into_iter().chain(self.socket.deadline()).min()
    }
}
