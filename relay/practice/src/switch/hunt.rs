//! Finding an operator: all consoles ring, the first that answers has the call (RFC 3261 §16.7 in spirit).

use std::time::Instant;

use rsip::Method;

use super::{Purpose, Switch};
use crate::dialog::{Dialog, Parties};
use crate::event::Event;
use crate::identity::Identity;
use crate::ids::{CallId, HuntId, LegId, TransferId, VoiceId};
use crate::leg::{Far, Leg, LegEvent, LegState};
use crate::registrar::Binding;
use crate::switch::voices::Ringing;
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
    pub(super) ringing: Ringing,
    /// A console not to ring.
    pub(super) except: Option<String>,
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
}

/// Tells the consoles that lost the race why they stop ringing (RFC 3326).
const ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";

/// Whom From names where the network alone says who calls.
const TRUNK: &str = "trunk";

impl Switch {
    /// Rings all consoles of all operators who are wanted, at once. False if there are none.
    pub(super) fn hunt(&mut self, search: Search) -> bool {
        let Search { call, origin, from, ringing: wanted, except, offer } = search;
        let consoles: Vec<(String, Binding)> = wanted
            .users
            .iter()
            .flat_map(|user| {
                self.registrar.consoles(user).iter().map(|console| (user.clone(), console.clone()))
            })
            .filter(|(_, console)| except.as_ref() != Some(&console.instance))
            .collect();
        if consoles.is_empty() {
            return false;
        }
        let hunt = HuntId(self.tokens.number());
        let domain = self.settings.domain.clone();
        let mut headers = from.headers(&domain);
        headers.extend(wanted.extra);
        let mut ringing = Vec::new();
        for (user, console) in consoles {
            let id = LegId(self.tokens.number());
            let to = wanted.to.as_ref().unwrap_or(&user);
            let parties = Parties {
                from: if wanted.trunk { format!("<sip:{TRUNK}@{domain}>") } else { from.address(&domain) },
                to: format!("<sip:{to}@{domain}>"),
                target: console.target,
            };
            let mut dialog = Dialog::calling(parties, self.tokens.next(), self.tokens.next(), &domain);
            let sdp = offer.as_deref().unwrap_or_default();
            let invite = dialog.request(
                Method::Invite,
                &self.tokens.branch(),
                headers.clone(),
                ("application/sdp", sdp),
            );
            let leg = Leg {
                call,
                conn: console.conn,
                user,
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
                records: None,
                line: wanted.line,
                since: self.now,
                hunt: Some(hunt),
                cancel_reason: None,
            };
            self.legs.insert(id, leg);
            self.send(id, invite, Purpose::Invite);
            ringing.push(id);
        }
        let (line, since) = (wanted.line, self.now);
        self.hunts.insert(hunt, Hunt { call, from, line, since, origin, ringing });
        self.after(wanted.patience, Timer::GiveUp(hunt));
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
        let hunted = self.hunt_of(id);
        self.step(id, LegEvent::Refused);
        let Some((hunt, user)) = hunted else { return };
        let Some(found) = self.hunts.get_mut(&hunt) else { return };
        found.ringing.retain(|other| *other != id);
        // A 6xx speaks for all consoles of the operator (RFC 3261 §16.7 step 5), though not for colleagues in the group.
        let silenced: Vec<LegId> = found
            .ringing
            .iter()
            .copied()
            .filter(|other| status >= 600 && self.legs.get(other).is_some_and(|leg| leg.user == user))
            .collect();
        found.ringing.retain(|other| !silenced.contains(other));
        let nobody_rings = found.ringing.is_empty();
        for other in silenced {
            self.step(other, LegEvent::HangUp);
        }
        if nobody_rings {
            self.stop_hunt(hunt, status);
        }
    }

    /// A console sent the call on to somebody else: that is the operator's word, and nobody is rung any longer.
    pub(super) fn leg_redirected(&mut self, id: LegId, number: &str) {
        let hunted = self.hunt_of(id);
        self.step(id, LegEvent::Refused);
        let Some((hunt, by)) = hunted else { return };
        if let Some(hunt) = self.take_hunt(hunt) {
            self.deflect(hunt.origin, hunt.call, &by, number);
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
