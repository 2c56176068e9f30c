//! The side of the desk that faces the telephone line: it owns the user agent, and knows which session is which leg.

use cordboard_sip::message::header::Replaces;
use cordboard_sip::package::{OwnPresence, Package};
use cordboard_sip::{
    ActError, Agent, Event, Instant, Output, Party, SessionId, Settings, SubscriptionId, Urgency,
};
use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use crate::{LegId, TraceForm};

/// What the line side wants done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LineOutput {
    /// Send this frame.
    SendFrame(Vec<u8>),
    /// The socket is dead: close it.
    SocketDied,
    /// Something happened. The leg is that of the event's session, if it has one.
    Event(Option<LegId>, Event),
    /// Somebody else has taken the place of this leg's far end; with it comes the event that completed it.
    TakenOver(LegId, Party, Event),
    /// That came to nothing: the old far end is still there.
    NotTakenOver(LegId),
}

/// A session that is to take the place of another.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct StandIn {
    /// The other; `None` once it has ended.
    old: Option<SessionId>,
    /// Who is there then.
    caller: Party,
}

/// The agent and its sessions.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct LineSide {
    agent: Option<Agent>,
    sessions: VecMap<LegId, SessionId>,
    /// Sessions that the far end is to end itself, and until when it may.
    leaving: VecMap<SessionId, Instant>,
    /// Sessions that are about to take the place of others.
    stand_ins: VecMap<SessionId, StandIn>,
    /// Legs that a far end asked for, and the session that it asked in.
    errands: VecMap<LegId, SessionId>,
    /// What calls of ours that are still to be made take over.
    takeovers: VecMap<LegId, Replaces>,
}

impl LineSide {
    /// Starts the agent for an account, in place of one that was there.
    pub(crate) fn start(&mut self, settings: Settings, seed: u64, now: Instant) {
        *self = Self { agent: Some(Agent::new(settings, seed, now)), ..Self::default() };
    }

    /// Gives a restored agent what is not saved, and any agent the settings of today. See [`Agent::resume`].
    pub(crate) fn resume(&mut self, settings: Settings, seed: u64) {
        if let Some(agent) = &mut self.agent {
            agent.resume(settings, seed);
        }
    }

    /// Forgets the account. What was not sent will not be.
    pub(crate) fn stop(&mut self) {
        *self = Self::default();
    }

    /// There is an account.
    pub(crate) fn is_started(&self) -> bool {
        self.agent.is_some()
    }

    /// The telephone system has not answered all that was said to leave it. See [`Agent::is_leaving`].
    pub(crate) fn is_leaving(&self) -> bool {
        self.agent.as_ref().is_some_and(Agent::is_leaving)
    }

    /// Which of the relay's servers the next connection is to go to.
    pub(crate) fn server(&self) -> u32 {
        self.agent.as_ref().map_or(0, Agent::server)
    }

    /// The socket opened.
    pub(crate) fn connected(&mut self, now: Instant) {
        if let Some(agent) = &mut self.agent {
            agent.handle_connected(now);
        }
    }

    /// The socket was lost.
    pub(crate) fn disconnected(&mut self, now: Instant) {
        if let Some(agent) = &mut self.agent {
            agent.handle_disconnected(now);
        }
    }

    /// A frame came in.
    pub(crate) fn frame(&mut self, now: Instant, frame: &[u8]) {
        if let Some(agent) = &mut self.agent {
            agent.handle_frame(now, frame);
        }
    }

    /// Looks at the clock.
    pub(crate) fn look_at_clock(&mut self, now: Instant) {
        let overdue: Vec<_> =
            self.leaving.iter().filter(|(_, until)| **until <= now).map(|(id, _)| *id).collect();
        for session in overdue {
            self.leaving.remove(&session);
            if let Some(agent) = &mut self.agent {
                // It may have ended by itself in the same moment.
                let _ = agent.hang_up(now, session);
            }
        }
        if let Some(agent) = &mut self.agent {
            agent.handle_timeout(now);
        }
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let agent = self.agent.as_ref().and_then(Agent::poll_timeout);
        agent.into_iter().chain(self.leaving.values().copied()).min()
    }

    /// The next thing to be done.
    pub(crate) fn poll(&mut self) -> Option<LineOutput> {
        Some(match self.agent.as_mut()?.poll_output()? {
            Output::SendFrame(frame) => LineOutput::SendFrame(frame),
            Output::DropConnection => LineOutput::SocketDied,
            Output::Event(event) => self.event(event),
        })
    }

    fn event(&mut self, event: Event) -> LineOutput {
        let session = session_of(&event);
        let leg = session.and_then(|session| self.leg(session));
        if let Event::Ended { session, .. } = event {
            self.leaving.remove(&session);
            for stand_in in self.stand_ins.values_mut() {
                stand_in.old = stand_in.old.filter(|old| *old != session);
            }
            let stood_in = self.stand_ins.remove(&session).and_then(|stand_in| stand_in.old);
            if let (Some(leg), Some(old)) = (leg, stood_in) {
                self.sessions.insert(leg, old);
                return LineOutput::NotTakenOver(leg);
            }
            self.sessions.retain(|_, other| *other != session);
        }
        if let (Event::Established { session, .. }, Some(leg)) = (&event, leg)
            && let Some(stand_in) = self.stand_ins.remove(session)
        {
            return LineOutput::TakenOver(leg, stand_in.caller, event);
        }
        LineOutput::Event(leg, event)
    }

    /// From now on this leg is the session `new`, in place of `old`; `None` if that is no leg of ours.
    pub(crate) fn take_over(&mut self, old: SessionId, new: SessionId, caller: Party) -> Option<LegId> {
        let leg = self.leg(old)?;
        self.sessions.insert(leg, new);
        self.stand_ins.insert(new, StandIn { old: Some(old), caller });
        Some(leg)
    }

    /// Promises to make the call that the far end of `asker` asked for, on the leg `new`; false if it does not want
    /// that any more.
    pub(crate) fn take_errand(&mut self, now: Instant, asker: LegId, new: LegId) -> bool {
        let Ok((agent, session)) = self.session(asker) else { return false };
        let promised = agent.accept_refer(now, session).is_ok();
        if promised {
            self.errands.insert(new, session);
        }
        promised
    }

    /// Does not make the call that the far end of `asker` asked for.
    pub(crate) fn decline_errand(&mut self, now: Instant, asker: LegId, status: u16) {
        if let Ok((agent, session)) = self.session(asker) {
            // It may have changed its mind in the same moment.
            let _ = agent.reject_refer(now, session, status);
        }
    }

    /// The call on the leg `new` is to take over one that rings elsewhere.
    pub(crate) fn take_over_elsewhere(&mut self, new: LegId, replaces: Replaces) {
        self.takeovers.insert(new, replaces);
    }

    /// This leg is not used any more: whoever asked for its call is told, if it was never made.
    pub(crate) fn drop_errand(&mut self, now: Instant, leg: LegId) {
        self.takeovers.remove(&leg);
        if let (Some(asker), Some(agent)) = (self.errands.remove(&leg), self.agent.as_mut()) {
            let _ = agent.reject_refer(now, asker, 480);
        }
    }

    /// What another console needs to take our place in the call on this leg. See [`Agent::way_in`].
    pub(crate) fn way_in(&self, leg: LegId) -> Option<(String, Replaces)> {
        self.agent.as_ref()?.way_in(*self.sessions.get(&leg)?)
    }

    fn leg(&self, session: SessionId) -> Option<LegId> {
        self.sessions.iter().find(|(_, other)| **other == session).map(|(leg, _)| *leg)
    }

    /// From now on this session is that leg.
    pub(crate) fn bind(&mut self, leg: LegId, session: SessionId) {
        self.sessions.insert(leg, session);
    }

    /// What went over the wire lately, without secrets; nothing if there is no account.
    pub(crate) fn trace(&self, form: TraceForm) -> Vec<u8> {
        let trace = self.agent.as_ref().map(Agent::trace);
        trace.map_or_else(Vec::new, |trace| match form {
            TraceForm::Text => trace.to_text().into_bytes(),
            TraceForm::Pcap => trace.to_pcap(),
        })
    }

    /// Registers.
    pub(crate) fn register(&mut self, now: Instant) {
        if let Some(agent) = &mut self.agent {
            agent.register(now);
        }
    }

    /// Leaves the registration.
    pub(crate) fn unregister(&mut self, now: Instant) {
        if let Some(agent) = &mut self.agent {
            agent.unregister(now);
        }
    }

    /// Calls somebody.
    pub(crate) fn invite(
        &mut self,
        now: Instant,
        leg: LegId,
        target: &str,
        offer: &str,
    ) -> Result<(), ActError> {
        let agent = self.agent.as_mut().ok_or(ActError::NotConnected)?;
        let session = match (self.errands.remove(&leg), self.takeovers.remove(&leg)) {
            (Some(asker), _) => agent.invite_referred(now, asker, offer)?,
            (None, Some(replaces)) => agent.invite_replacing(now, target, offer, replaces)?,
            (None, None) => agent.invite(now, target, offer)?,
        };
        self.bind(leg, session);
        Ok(())
    }

    /// Tells a caller that the phone rings.
    pub(crate) fn ring(&mut self, now: Instant, leg: LegId) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.ring(now, session)
    }

    /// Answers a caller.
    pub(crate) fn accept(&mut self, now: Instant, leg: LegId, sdp: &str) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.accept(now, session, sdp)
    }

    /// Refuses a caller that has no leg yet.
    pub(crate) fn refuse(&mut self, now: Instant, session: SessionId, status: u16) {
        if let Some(agent) = &mut self.agent {
            // The caller may have given up in the same moment.
            let _ = agent.reject(now, session, status);
        }
    }

    /// Refuses a caller, or a change of media that the far end asked for.
    pub(crate) fn reject(&mut self, now: Instant, leg: LegId, status: u16) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.reject(now, session, status)
    }

    /// Sends a caller on.
    pub(crate) fn redirect(&mut self, now: Instant, leg: LegId, target: &str) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.redirect(now, session, target)
    }

    /// Ends a session and forgets it.
    pub(crate) fn hang_up(&mut self, now: Instant, leg: LegId) {
        if let Ok((agent, session)) = self.session(leg) {
            // It may have ended by itself in the same moment.
            let _ = agent.hang_up(now, session);
            let old = self.stand_ins.remove(&session).and_then(|stand_in| stand_in.old);
            if let (Some(old), Some(agent)) = (old, self.agent.as_mut()) {
                let _ = agent.hang_up(now, old);
            }
        }
        self.sessions.remove(&leg);
    }

    /// Forgets a session, and ends it then if the far end has not.
    pub(crate) fn leave_to_far_end(&mut self, leg: LegId, until: Instant) {
        if let Some(session) = self.sessions.remove(&leg) {
            self.leaving.insert(session, until);
        }
    }

    /// Offers new media.
    pub(crate) fn reoffer(&mut self, now: Instant, leg: LegId, offer: &str) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.reoffer(now, session, offer)
    }

    /// Answers the far end's re-INVITE, or the INVITE of whoever takes its place.
    pub(crate) fn reply(&mut self, now: Instant, leg: LegId, sdp: &str) -> Result<(), ActError> {
        let session = self.sessions.get(&leg).copied();
        let stands_in = session.is_some_and(|session| self.stand_ins.contains_key(&session));
        let (agent, session) = self.session(leg)?;
        if stands_in { agent.accept(now, session, sdp) } else { agent.answer(now, session, sdp) }
    }

    /// Asks the far end to call somebody else.
    pub(crate) fn refer(&mut self, now: Instant, leg: LegId, target: &str) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.refer(now, session, target)
    }

    /// Asks the far end to take our place with the far end of another leg.
    pub(crate) fn refer_replacing(
        &mut self,
        now: Instant,
        leg: LegId,
        consulted: LegId,
    ) -> Result<(), ActError> {
        let consulted = self.sessions.get(&consulted).copied().ok_or(ActError::NoSession)?;
        let (agent, session) = self.session(leg)?;
        agent.refer_replacing(now, session, consulted)
    }

    /// Sends a digit by INFO.
    pub(crate) fn send_digit(&mut self, now: Instant, leg: LegId, digit: char) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.send_digit_info(now, session, digit)
    }

    /// Watches somebody; `None` if that is no address.
    pub(crate) fn subscribe(
        &mut self,
        now: Instant,
        package: Package,
        target: &str,
        urgency: Urgency,
    ) -> Option<SubscriptionId> {
        self.agent.as_mut()?.subscribe(now, package, target, urgency).ok()
    }

    /// Stops watching.
    pub(crate) fn unsubscribe(&mut self, now: Instant, subscription: SubscriptionId) {
        if let Some(agent) = &mut self.agent {
            agent.unsubscribe(now, subscription);
        }
    }

    /// Somebody looks at what this watches, or nobody does any more.
    pub(crate) fn set_urgency(&mut self, subscription: SubscriptionId, urgency: Urgency) {
        if let Some(agent) = &mut self.agent {
            agent.set_urgency(subscription, urgency);
        }
    }

    /// Tells others how we are; with `None` nothing any more.
    pub(crate) fn publish(&mut self, now: Instant, presence: Option<OwnPresence>) {
        if let Some(agent) = &mut self.agent {
            match presence {
                Some(presence) => agent.publish(now, presence),
                None => agent.unpublish(now),
            }
        }
    }

    fn session(&mut self, leg: LegId) -> Result<(&mut Agent, SessionId), ActError> {
        let session = self.sessions.get(&leg).copied().ok_or(ActError::NoSession)?;
        Ok((self.agent.as_mut().ok_or(ActError::NoSession)?, session))
    }
}

fn session_of(event: &Event) -> Option<SessionId> {
    match event {
        Event::Incoming { session, .. }
        | Event::Progress { session, .. }
        | Event::Answered { session, .. }
        | Event::Established { session, .. }
        | Event::Reoffered { session, .. }
        | Event::ReofferAnswered { session, .. }
        | Event::ReofferRefused { session, .. }
        | Event::ReofferGaveWay { session }
        | Event::ReofferLost { session }
        | Event::RemoteChanged { session, .. }
        | Event::ReferProgress { session, .. }
        | Event::Referred { session, .. }
        | Event::RemoteControl { session, .. }
        | Event::Ended { session, .. } => Some(*session),
        Event::Registration(_)
        | Event::Subscription { .. }
        | Event::Watched { .. }
        | Event::Publication(_)
        | Event::Malformed { .. } => None,
    }
}
