//! Finding an operator: all consoles ring, the first that answers has the call (RFC 3261 §16.7 in spirit).

use std::time::Instant;

use rsip::{Header, Method};

use super::{Purpose, Switch};
use crate::dialog::{Dialog, Parties};
use crate::event::Event;
use crate::identity::Identity;
use crate::ids::{CallId, HuntId, LegId, TransferId, VoiceId};
use crate::leg::{Far, Leg, LegEvent, LegState};
use crate::timers::Timer;

/// Who wants the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Voice(VoiceId),
    Leg(LegId),
    Transfer(TransferId),
}

/// What to ring with.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) call: CallId,
    pub(super) origin: Origin,
    pub(super) from: Identity,
    /// The company's line that was called, if one was.
    pub(super) line: Option<&'static str>,
    /// User part of To: the number that was dialled.
    pub(super) to: String,
    /// The operator.
    pub(super) user: String,
    /// A console not to ring.
    pub(super) except: Option<String>,
    pub(super) extra: Vec<Header>,
    /// Without it the consoles are asked for an offer.
    pub(super) offer: Option<String>,
}

/// A search under way.
#[derive(Debug)]
pub(super) struct Hunt {
    pub(super) call: CallId,
    pub(super) from: Identity,
    pub(super) line: Option<&'static str>,
    pub(super) since: Instant,
    pub(super) origin: Origin,
    ringing: Vec<LegId>,
    /// The refusal to report if all refuse.
    refusal: u16,
}

/// Tells the consoles that lost the race why they stop ringing (RFC 3326).
const ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";

impl Switch {
    /// Rings all consoles of an operator. False if there are none.
    pub(super) fn hunt(&mut self, search: Search) -> bool {
        let consoles: Vec<_> = self
            .registrar
            .consoles(&search.user)
            .iter()
            .filter(|console| search.except.as_ref() != Some(&console.instance))
            .cloned()
            .collect();
        if consoles.is_empty() {
            return false;
        }
        let hunt = HuntId(self.tokens.number());
        let domain = self.settings.domain.clone();
        let mut headers = search.from.headers(&domain);
        headers.extend(search.extra);
        let mut ringing = Vec::new();
        for console in consoles {
            let id = LegId(self.tokens.number());
            let parties = Parties {
                from: search.from.address(&domain),
                to: format!("<sip:{}@{domain}>", search.to),
                target: console.target,
            };
            let mut dialog = Dialog::calling(parties, self.tokens.next(), self.tokens.next(), &domain);
            let sdp = search.offer.as_deref().unwrap_or_default();
            let invite = dialog.request(
                Method::Invite,
                &self.tokens.branch(),
                headers.clone(),
                ("application/sdp", sdp),
            );
            let leg = Leg {
                call: search.call,
                conn: console.conn,
                user: search.user.clone(),
                instance: console.instance,
                invite: invite.clone(),
                dialog,
                state: LegState::Calling,
                far: Far::Nobody,
                heard_sequence: 0,
                reoffer: None,
                reinviting: false,
                late_answer: None,
                held: false,
                reaches: None,
                line: search.line,
                since: self.now,
                hunt: Some(hunt),
                cancel_reason: None,
            };
            self.legs.insert(id, leg);
            self.send(id, invite, Purpose::Invite);
            ringing.push(id);
        }
        let Search { call, origin, from, line, .. } = search;
        self.hunts.insert(hunt, Hunt { call, from, line, since: self.now, origin, ringing, refusal: 480 });
        self.after(self.settings.patience, Timer::GiveUp(hunt));
        true
    }

    /// A console rings.
    pub(super) fn hunt_progress(&mut self, id: LegId, status: u16) {
        let Some((hunt, user)) = self.hunt_of(id) else { return };
        let Some(Hunt { call, origin, .. }) = self.hunts.get(&hunt) else { return };
        let (call, origin) = (*call, *origin);
        if status == 180 {
            self.tell(Event::Ringing { call, user });
        }
        match origin {
            Origin::Voice(_) => {}
            Origin::Leg(caller) => {
                if let Some(invite) = self.legs.get(&caller).map(|leg| leg.invite.clone())
                    && status > 100
                {
                    self.reply_in(caller, &invite, 180, "");
                }
            }
            Origin::Transfer(transfer) => self.transfer_rings(transfer),
        }
    }

    /// A console answered: the others stop ringing.
    pub(super) fn hunt_won(&mut self, id: LegId, sdp: Option<String>, sequence: u32) {
        let won = self.hunt_of(id).and_then(|(hunt, _)| self.hunts.remove(&hunt));
        let Some(hunt) = won else {
            self.ack(id, sequence, "");
            return self.step(id, LegEvent::HangUp);
        };
        for other in hunt.ringing.into_iter().filter(|other| *other != id) {
            if let Some(leg) = self.legs.get_mut(&other) {
                leg.cancel_reason = Some(ELSEWHERE);
            }
            self.step(other, LegEvent::HangUp);
        }
        match hunt.origin {
            Origin::Voice(voice) => {
                self.ack(id, sequence, "");
                self.tell(Event::Answered { call: hunt.call });
                self.connect_voice(voice, id, sdp);
                self.after(self.settings.talk, Timer::HangUp(id));
            }
            Origin::Leg(caller) => {
                self.ack(id, sequence, "");
                self.link(caller, id);
                self.answer_leg(caller, sdp.as_deref().unwrap_or_default());
            }
            Origin::Transfer(transfer) => self.transfer_answered(transfer, id, sdp, sequence),
        }
    }

    /// A console refused, or cannot be reached.
    pub(super) fn leg_refused(&mut self, id: LegId, status: u16) {
        let hunt = self.hunt_of(id).map(|(hunt, _)| hunt);
        self.step(id, LegEvent::Refused);
        let Some(hunt) = hunt else { return };
        let Some(found) = self.hunts.get_mut(&hunt) else { return };
        found.ringing.retain(|other| *other != id);
        found.refusal = status;
        // A 6xx speaks for all consoles of the operator (RFC 3261 §16.7 step 5).
        if found.ringing.is_empty() || status >= 600 {
            self.stop_hunt(hunt, status);
        }
    }

    /// Whoever rings has had enough.
    pub(super) fn give_up(&mut self, hunt: HuntId) {
        self.stop_hunt(hunt, 480);
    }

    /// Ends the search that `origin` started, without telling it.
    pub(super) fn call_off(&mut self, origin: Origin) {
        let found: Vec<HuntId> =
            self.hunts.iter().filter(|(_, hunt)| hunt.origin == origin).map(|(id, _)| *id).collect();
        for id in found {
            let ringing = self.hunts.remove(&id).map(|hunt| hunt.ringing).unwrap_or_default();
            for leg in ringing {
                self.step(leg, LegEvent::HangUp);
            }
        }
    }

    /// The search goes on for somebody else.
    pub(super) fn hand_hunt_over(&mut self, from: Origin, to: Origin) {
        self.hunts.values_mut().filter(|hunt| hunt.origin == from).for_each(|hunt| hunt.origin = to);
    }

    /// Takes a search away from its consoles: they stop ringing, since the call is answered elsewhere.
    pub(super) fn take_hunt(&mut self, id: HuntId) -> Option<Hunt> {
        let hunt = self.hunts.remove(&id)?;
        for leg in &hunt.ringing {
            if let Some(leg) = self.legs.get_mut(leg) {
                leg.cancel_reason = Some(ELSEWHERE);
            }
            self.step(*leg, LegEvent::HangUp);
        }
        Some(hunt)
    }

    fn stop_hunt(&mut self, hunt: HuntId, status: u16) {
        let Some(hunt) = self.hunts.remove(&hunt) else { return };
        let given_up = !hunt.ringing.is_empty() && status == 480;
        for leg in hunt.ringing {
            self.step(leg, LegEvent::HangUp);
        }
        match hunt.origin {
            Origin::Voice(voice) => {
                self.close_voice(voice);
                let call = hunt.call;
                self.tell(if given_up { Event::GivenUp { call } } else { Event::Refused { call, status } });
            }
            Origin::Leg(caller) => self.refuse_leg(caller, status),
            Origin::Transfer(transfer) => self.transfer_failed(transfer, status),
        }
    }

    fn hunt_of(&self, id: LegId) -> Option<(HuntId, String)> {
        let leg = self.legs.get(&id)?;
        Some((leg.hunt?, leg.user.clone()))
    }
}
