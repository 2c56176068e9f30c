//! Calls that are over go into the log: how each ended is read off its last step.

use std::time::Duration;

use cordboard_sip::{Instant, Invitation};

use super::Desk;
use super::calls::Call;
use crate::call::{CallState, Deed, Saying, Step};
use crate::who::{line_of, who};
use crate::{Addressee, CallEnd, CallId, CallWay, Delta, LogEntry, LogLook, Output, PageId, StoreWrite};

impl Desk {
    /// A call takes a step; if that is its last one, it is logged.
    pub(super) fn log_last_step(&mut self, now: Instant, id: CallId, step: &Step) {
        let Some(call) = self.calls.get(&id) else { return };
        // A call that failed was logged as it failed, and only stays to be seen.
        if matches!(call.state, CallState::Failed(_) | CallState::Over) {
            return;
        }
        // Whoever could not be taken over is in the log of who has them.
        if call.takes.is_some() && call.answered_at.is_none() {
            return;
        }
        if let Some(end) = end_of(call, step) {
            let id = self.log.next_id();
            let entry = LogEntry {
                id,
                way: call.way,
                name: call.who.name.clone(),
                number: call.who.number.clone(),
                local: call.who.local,
                line: call.line.clone(),
                began: call.began,
                answered_for: call.answered_at.map(|at| now.since(at)),
                held_for: call.held_until(now),
                end,
            };
            self.put_into_log(entry);
        }
    }

    /// A caller found nobody to ring.
    pub(super) fn log_turned_away(&mut self, now: Instant, invitation: &Invitation) {
        let who = who(&invitation.caller, None, &self.directories);
        let lines = self.shift.as_ref().map(|shift| shift.lines.as_slice()).unwrap_or_default();
        let line = line_of(&invitation.called, lines, &self.directories);
        let entry = LogEntry {
            id: self.log.next_id(),
            way: CallWay::Incoming,
            name: who.name,
            number: who.number,
            local: who.local,
            line,
            began: now,
            answered_for: None,
            held_for: Duration::ZERO,
            end: CallEnd::TurnedAway,
        };
        self.put_into_log(entry);
    }

    fn put_into_log(&mut self, entry: LogEntry) {
        self.outputs.push_back(Output::Store(StoreWrite::PutLogged(Box::new(entry.clone()))));
        if let Some(gone) = self.log.add(entry) {
            self.outputs.push_back(Output::Store(StoreWrite::RemoveLogged(gone)));
        }
        self.log_changed = true;
    }

    /// Forgets every call that is over.
    pub(super) fn clear_log(&mut self) {
        self.log.clear();
        self.missed = 0;
        self.outputs.push_back(Output::Store(StoreWrite::ClearLog));
        self.log_changed = true;
    }

    /// A page wants to see this of the log from now on.
    pub(super) fn look_at_log(&mut self, page: PageId, look: LogLook) {
        let view = self.log.view(&look);
        self.pages.look_at_log(page, look);
        self.tell_page(page, Delta::Log(Box::new(view)));
    }

    /// A page wants all calls that this look finds as a file.
    pub(super) fn export_log(&mut self, page: PageId, look: &LogLook) {
        self.tell_page(page, Delta::LogExported { csv: self.log.csv(look) });
    }

    /// Shows pages that look at the log what has changed in it.
    pub(super) fn paint_log(&mut self) {
        if !std::mem::take(&mut self.log_changed) {
            return;
        }
        let looks: Vec<_> = self.pages.log_looks().map(|(page, look)| (page, look.clone())).collect();
        for (page, look) in looks {
            let view = self.log.view(&look);
            self.tell_page(page, Delta::Log(Box::new(view)));
        }
    }
}

/// How a call ends with this step; `None` if it goes on.
fn end_of(call: &Call, step: &Step) -> Option<CallEnd> {
    match &step.state {
        CallState::Failed(why) => return Some(CallEnd::Failed(why.clone())),
        CallState::Over => {}
        CallState::Ringing
        | CallState::Answering { .. }
        | CallState::Accepted
        | CallState::Calling
        | CallState::RingingOut
        | CallState::Talking
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Resuming
        | CallState::Joining
        | CallState::Conferring
        | CallState::Parting { .. }
        | CallState::Lent { .. } => return None,
    }
    let told = step.deeds.iter().find_map(|deed| match deed {
        Deed::Say(Saying::Missed) => Some(CallEnd::Missed),
        Deed::Say(Saying::TakenElsewhere | Saying::TakenOver(_)) => Some(CallEnd::TakenElsewhere),
        Deed::Say(Saying::Transferred(target) | Saying::HandedOver(target)) => {
            let Addressee { name, voicemail } = target.clone();
            Some(if voicemail {
                CallEnd::ToVoicemail { of: name }
            } else {
                CallEnd::Transferred { target: name }
            })
        }
        Deed::Say(Saying::CallLost) => Some(CallEnd::Lost),
        Deed::Refuse => Some(CallEnd::Declined),
        Deed::Say(Saying::TransferFailed(..) | Saying::HoldRefused | Saying::ResumeRefused)
        | Deed::TakeFloor
        | Deed::LeaveFloor
        | Deed::Redirect(_)
        | Deed::HangUp
        | Deed::HangUpSoon
        | Deed::Refer(_)
        | Deed::Mute => None,
    });
    let by_us = step.deeds.contains(&Deed::HangUp);
    Some(told.unwrap_or(match (call.answered_at, call.way, &call.state) {
        (Some(_), _, CallState::Held { .. }) if !by_us => CallEnd::LeftOnHold,
        (Some(_), _, _) => CallEnd::Answered,
        (None, CallWay::Incoming, _) => CallEnd::Declined,
        (None, CallWay::Outgoing, _) => CallEnd::GivenUp,
    }))
}
