//! The side of the desk that faces the telephone line: it owns the user agent, and knows which session is which leg.

use std::collections::BTreeMap;

use cordboard_sip::{ActError, Agent, Event, Instant, Output, SessionId, Settings};

use serde::{Deserialize, Serialize};

use crate::LegId;

/// What the line side wants done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LineOutput {
    /// Send this frame.
    SendFrame(Vec<u8>),
    /// The socket is dead: close it.
    SocketDied,
    /// Something happened. The leg is that of the event's session, if it has one.
    Event(Option<LegId>, Event),
}

/// The agent and its sessions.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct LineSide {
    agent: Option<Agent>,
    sessions: BTreeMap<LegId, SessionId>,
    /// Sessions that the far end is to end itself, and until when it may.
    leaving: BTreeMap<SessionId, Instant>,
}

impl LineSide {
    /// Starts the agent for an account, in place of one that was there.
    pub(crate) fn start(&mut self, settings: Settings, seed: u64, now: Instant) {
        *self = Self { agent: Some(Agent::new(settings, seed, now)), ..Self::default() };
    }

    /// Forgets the account. What was not sent will not be.
    pub(crate) fn stop(&mut self) {
        *self = Self::default();
    }

    /// There is an account.
    pub(crate) fn is_started(&self) -> bool {
        self.agent.is_some()
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
            Output::Event(event) => {
                let session = session_of(&event);
                let leg = session.and_then(|session| self.leg(session));
                if let Event::Ended { session, .. } = event {
                    self.leaving.remove(&session);
                    self.sessions.retain(|_, other| *other != session);
                }
                LineOutput::Event(leg, event)
            }
        })
    }

    fn leg(&self, session: SessionId) -> Option<LegId> {
        self.sessions.iter().find(|(_, other)| **other == session).map(|(leg, _)| *leg)
    }

    /// From now on this session is that leg.
    pub(crate) fn bind(&mut self, leg: LegId, session: SessionId) {
        self.sessions.insert(leg, session);
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
        let session = agent.invite(now, target, offer)?;
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

    /// Answers the far end's re-INVITE.
    pub(crate) fn reply(&mut self, now: Instant, leg: LegId, sdp: &str) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.answer(now, session, sdp)
    }

    /// Asks the far end to call somebody else.
    pub(crate) fn refer(&mut self, now: Instant, leg: LegId, target: &str) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.refer(now, session, target)
    }

    /// Sends a digit by INFO.
    pub(crate) fn send_digit(&mut self, now: Instant, leg: LegId, digit: char) -> Result<(), ActError> {
        let (agent, session) = self.session(leg)?;
        agent.send_digit_info(now, session, digit)
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
        | Event::RemoteChanged { session, .. }
        | Event::ReferProgress { session, .. }
        | Event::Ended { session, .. } => Some(*session),
        Event::Registration(_) | Event::Malformed { .. } => None,
    }
}
