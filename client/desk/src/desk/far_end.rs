//! What comes from the telephone line: the agent's events, turned into events of calls and legs.

use cordboard_sip::sdp::Sdp;
use cordboard_sip::{EndCause, Event as LineEvent, Instant, Party, Registration};

use super::Desk;
use crate::call::Event;
use crate::leg::LegEvent;
use crate::line_side::LineOutput;
use crate::{CallId, LegId, Notice, Output, SocketLoss};

impl Desk {
    /// Works on everything that the agent has to say, and on what that leads to.
    pub(super) fn listen_to_line(&mut self, now: Instant) {
        while let Some(output) = self.line_side.poll() {
            match output {
                LineOutput::SendFrame(frame) => self.outputs.push_back(Output::SendFrame(frame)),
                LineOutput::SocketDied => {
                    self.outputs.push_back(Output::Disconnect);
                    self.disconnected(now, SocketLoss::RelayUnreachable);
                }
                LineOutput::Event(leg, event) => self.line_event(now, leg, event),
                LineOutput::TakenOver(leg, caller, event) => {
                    self.takeover_done(now, leg, caller);
                    self.line_event(now, Some(leg), event);
                }
                LineOutput::NotTakenOver(leg) => self.takeover_failed(now, leg),
            }
        }
    }

    fn line_event(&mut self, now: Instant, leg: Option<LegId>, event: LineEvent) {
        match event {
            LineEvent::Registration(registration) => self.registration_changed(now, registration),
            LineEvent::Incoming { session, invitation } => match invitation.replaces {
                Some(old) => self.taken_over(now, old, session, *invitation),
                None => self.call_came_in(now, session, *invitation),
            },
            LineEvent::Malformed { problem } => self.tell(now, Notice::Malformed { problem }),
            LineEvent::Subscription { subscription, state } => {
                self.subscription_changed(now, subscription, &state)
            }
            LineEvent::Watched { subscription, state } => self.was_told(now, subscription, state),
            // The desk lets nobody else answer its calls, and others' not seeing the operator hinders nothing here.
            LineEvent::Publication(_) | LineEvent::RemoteControl { .. } => {}
            LineEvent::Progress { .. }
            | LineEvent::Answered { .. }
            | LineEvent::Established { .. }
            | LineEvent::Reoffered { .. }
            | LineEvent::ReofferAnswered { .. }
            | LineEvent::ReofferRefused { .. }
            | LineEvent::ReofferGaveWay { .. }
            | LineEvent::ReofferLost { .. }
            | LineEvent::RemoteChanged { .. }
            | LineEvent::ReferProgress { .. }
            | LineEvent::Referred { .. }
            | LineEvent::Ended { .. } => {
                // A session without a leg is one that the operator is done with.
                if let Some(id) = leg.and_then(|leg| self.call_of(leg)) {
                    self.call_event(now, id, event);
                }
            }
        }
    }

    fn registration_changed(&mut self, now: Instant, registration: Registration) {
        self.link.registration_changed(now, registration);
    }

    /// The call that a leg belongs to.
    pub(super) fn call_of(&self, leg: LegId) -> Option<CallId> {
        self.calls.values().find(|call| call.leg.id() == leg).map(|call| call.id)
    }

    fn call_event(&mut self, now: Instant, id: CallId, event: LineEvent) {
        match event {
            LineEvent::Progress { status, sdp, .. } => {
                let heard = status == 180 || sdp.is_some();
                if let Some(sdp) = sdp {
                    self.leg_happened(now, id, LegEvent::EarlyAnswer(sdp));
                }
                if heard {
                    self.happened(now, id, Event::FarEndRings);
                }
            }
            LineEvent::Answered { sdp, remote, .. } => {
                // Of a call that is taken over it is known who that is; the answer may name who let it through.
                if !self.takes_over(id) {
                    self.far_end_is(id, remote);
                }
                self.far_end_says(id, sdp.as_deref());
                self.leg_happened(now, id, LegEvent::Answered(sdp));
                self.far_end_answered(now, id);
            }
            LineEvent::Established { sdp, .. } => {
                self.far_end_says(id, sdp.as_deref());
                self.leg_happened(now, id, LegEvent::Acknowledged(sdp));
                self.happened(now, id, Event::Acknowledged);
            }
            LineEvent::Reoffered { offer, .. } => {
                self.far_end_says(id, offer.as_deref());
                self.leg_happened(now, id, LegEvent::FarEndOffered(offer));
            }
            LineEvent::ReofferAnswered { sdp, .. } => {
                self.far_end_says(id, Some(&sdp));
                self.leg_happened(now, id, LegEvent::Answered(Some(sdp)));
            }
            LineEvent::ReofferRefused { status, .. } => {
                self.leg_happened(now, id, LegEvent::ChangeRefused(status))
            }
            LineEvent::ReofferGaveWay { .. } => self.leg_happened(now, id, LegEvent::ChangeGaveWay),
            LineEvent::ReofferLost { .. } => self.leg_happened(now, id, LegEvent::ChangeLost),
            LineEvent::RemoteChanged { remote, .. } => self.far_end_is(id, remote),
            LineEvent::ReferProgress { progress, .. } => self.happened(now, id, Event::Refer(progress)),
            LineEvent::Referred { target, .. } => self.asked_to_call(now, id, &target),
            LineEvent::Ended { cause: EndCause::Refused { .. }, .. } if self.intercept_by_code(now, id) => {}
            LineEvent::Ended { cause, .. } => {
                let event = self.taken_by_team(id, &cause).unwrap_or(Event::Ended(cause));
                self.happened(now, id, event);
            }
            LineEvent::Registration(_)
            | LineEvent::Incoming { .. }
            | LineEvent::Malformed { .. }
            | LineEvent::Subscription { .. }
            | LineEvent::Watched { .. }
            | LineEvent::Publication(_)
            | LineEvent::RemoteControl { .. } => {}
        }
    }

    /// Whoever was called is there: to talk, or to be connected with the caller who waits for that.
    pub(super) fn far_end_answered(&mut self, now: Instant, id: CallId) {
        self.answered(now, id);
        let event = match self.promised_to(id) {
            Some(caller) => Event::FarEndAnsweredFor(caller),
            None => Event::FarEndAnswered { floor_taken: self.floor_is_taken(id) },
        };
        self.happened(now, id, event);
    }

    /// From here on both can talk.
    pub(super) fn answered(&mut self, now: Instant, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.answered_at.get_or_insert(now);
        }
    }

    /// The far end told who it is, at the answer or later.
    pub(super) fn far_end_is(&mut self, id: CallId, remote: Party) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if remote.number.is_empty() && !remote.anonymous {
            // A PBX that tells no number tells nothing better than what is known.
            return;
        }
        let numbering = self.directories.numbering();
        if call.intercepts.is_some()
            && numbering.canonical(&remote.number) == numbering.canonical(&call.dialled)
        {
            // A code was dialled, and whoever answered is not called that.
            return;
        }
        if numbering.canonical(&remote.number) != numbering.canonical(&call.party.number) {
            call.contact = None;
        }
        call.party = remote;
        self.name_call(id);
    }

    /// The far end's SDP tells whether it wants to hear us.
    fn far_end_says(&mut self, id: CallId, sdp: Option<&str>) {
        if let (Some(call), Some(sdp)) = (self.calls.get_mut(&id), sdp) {
            // SDP that cannot be read says nothing; the page will say why it cannot be used.
            if let Ok(sdp) = Sdp::parse(sdp) {
                call.held_by_far_end = sdp.audio().is_some_and(|audio| audio.direction().is_hold());
            }
        }
    }
}
