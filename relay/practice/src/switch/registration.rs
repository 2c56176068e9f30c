//! REGISTER, and consoles that come and go.

use std::time::Duration;

use rsip::headers::{ProxyAuthenticate, WwwAuthenticate};
use rsip::{Header, Request};

use super::{EXPIRY_ROUND, Switch};
use crate::event::Event;
use crate::ids::{ConnId, LegId};
use crate::leg::{LegEvent, LegState};
use crate::registrar::{Change, Verdict};
use crate::timers::Timer;

impl Switch {
    pub(super) fn register_received(&mut self, conn: ConnId, request: &Request) {
        match self.registrar.register(self.now, &mut self.tokens, conn, request) {
            Verdict::Challenge(challenges) => {
                let challenges =
                    challenges.into_iter().map(|value| Header::from(WwwAuthenticate::from(value))).collect();
                self.reply(conn, request, 401, challenges);
            }
            Verdict::Refuse(status) => {
                self.tell(Event::SignInRefused);
                self.reply(conn, request, status, Vec::new());
            }
            Verdict::Granted { user, instance, headers, change } => {
                self.reply(conn, request, 200, headers);
                // A console that comes back on another connection takes its calls along (RFC 5626 §5.3).
                for leg in self.legs.values_mut().filter(|leg| leg.user == user && leg.instance == instance) {
                    leg.conn = conn;
                }
                for watch in self.subscriptions.values_mut() {
                    if watch.user == user && watch.instance == instance {
                        watch.conn = conn;
                    }
                }
                let consoles = self.consoles(&user);
                match change {
                    Change::Added => self.tell(Event::Registered { user, consoles }),
                    Change::Removed => self.tell(Event::Unregistered { user, consoles }),
                    Change::Kept => {}
                }
            }
        }
    }

    /// Challenges a call.
    pub(super) fn challenge_call(&mut self, conn: ConnId, request: &Request, challenges: Vec<String>) {
        let challenges =
            challenges.into_iter().map(|value| Header::from(ProxyAuthenticate::from(value))).collect();
        self.reply(conn, request, 407, challenges);
    }

    pub(super) fn connection_closed(&mut self, conn: ConnId) {
        let whose = self.registrar.forget(conn);
        self.tell_unregistered(whose);
        let hit: Vec<(LegId, LegState)> =
            self.legs.iter().filter(|(_, leg)| leg.conn == conn).map(|(id, leg)| (*id, leg.state)).collect();
        for (id, state) in hit {
            match state {
                // Nobody will answer there.
                LegState::Calling | LegState::Ringing => self.leg_refused(id, 480),
                LegState::Quitting | LegState::Cancelling | LegState::Leaving | LegState::Gone => {
                    self.step(id, LegEvent::GiveUp);
                }
                // A reload takes a second or two, and the call must survive it.
                LegState::Invited | LegState::Answered | LegState::Up => {
                    let patience: Duration = self.settings.keep_lost;
                    self.after(patience, Timer::Lost(id, conn));
                }
            }
        }
    }

    /// A console did not come back for its call.
    pub(super) fn lost(&mut self, id: LegId, conn: ConnId) {
        if self.legs.get(&id).is_some_and(|leg| leg.conn == conn) {
            self.console_left(id, LegEvent::GiveUp);
        }
    }

    pub(super) fn expire(&mut self) {
        self.after(EXPIRY_ROUND, Timer::Expire);
        let whose = self.registrar.expire(self.now);
        self.tell_unregistered(whose);
        self.expire_subscriptions();
        self.expire_publications();
    }

    fn tell_unregistered(&mut self, whose: Vec<String>) {
        for user in whose {
            let consoles = self.consoles(&user);
            self.tell(Event::Unregistered { user, consoles });
        }
    }
}
