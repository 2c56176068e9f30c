//! A call that rings, or stands, elsewhere is taken to another console: by INVITE with Replaces (RFC 3891) or by a code.

use super::Switch;
use super::hunt::Origin;
use super::placing::Sound;
use super::voices::Task;
use crate::ids::{HuntId, LegId, PhoneCallId, VoiceId};
use crate::leg::{Far, LegEvent, LegState};
use crate::message;
use crate::phone::{PhoneEvent, PhoneState};
use crate::timers::Timer;
use crate::tones::Program;
use crate::transfer::TransferEvent;

/// A call that can be taken.
#[derive(Clone, Copy, Debug)]
enum Prey {
    /// Somebody outside calls a colleague.
    Phone(PhoneCallId),
    /// An operator calls a colleague.
    Desk(LegId),
    /// Operators are rung.
    Hunt(HuntId),
    /// An operator talks.
    Talk(LegId),
}

impl Switch {
    /// INVITE with Replaces: the console takes the place of another phone (RFC 3891 §3).
    pub(super) fn replace(&mut self, id: LegId, replaces: &str) {
        let mut parts = replaces.split(';').map(str::trim);
        let call_id = parts.next().unwrap_or_default();
        let (mut to, mut from, mut early_only) = ("", "", false);
        for part in parts {
            match part.split_once('=').unwrap_or((part, "")) {
                ("to-tag", tag) => to = tag,
                ("from-tag", tag) => from = tag,
                (flag, _) => early_only |= flag.eq_ignore_ascii_case("early-only"),
            }
        }
        let Some(prey) = self.prey(call_id, to, from) else { return self.refuse_leg(id, 481) };
        if early_only && !self.rings(prey) {
            // RFC 3891 §3: it has been answered meanwhile.
            return self.refuse_leg(id, 486);
        }
        self.take_over(id, prey);
    }

    /// The code: whatever rings at that number; without a number, whatever rings longest.
    pub(super) fn pick_up_at(&mut self, id: LegId, number: &str) {
        let hunted = self.hunts.iter().find(|(hunt, found)| {
            number.is_empty() || found.line == Some(number) || self.is_hunted(**hunt, number)
        });
        let phone = self.phone_calls.iter().find(|(_, call)| {
            call.state == PhoneState::Ringing && (number.is_empty() || call.extension == number)
        });
        let desk =
            self.legs.iter().find(|(_, leg)| leg.state == LegState::Invited && leg.reaches == Some(number));
        let prey = hunted
            .map(|(hunt, _)| Prey::Hunt(*hunt))
            .or_else(|| phone.map(|(call, _)| Prey::Phone(*call)))
            .or_else(|| desk.map(|(leg, _)| Prey::Desk(*leg)));
        match prey {
            Some(prey) => self.take_over(id, prey),
            None => self.refuse_leg(id, 480),
        }
    }

    /// True while consoles of the operator with this number ring in the search.
    fn is_hunted(&self, hunt: HuntId, number: &str) -> bool {
        let Some(operator) = self.registrar.operator(number) else { return false };
        self.legs.values().any(|leg| {
            leg.hunt == Some(hunt)
                && leg.user == operator.user
                && matches!(leg.state, LegState::Calling | LegState::Ringing)
        })
    }

    /// The call with these ids. The tags are taken in either order, since phones disagree on whose is whose.
    fn prey(&self, call_id: &str, to: &str, from: &str) -> Option<Prey> {
        let leg = self.leg_with(call_id, to, from).or_else(|| self.leg_with(call_id, from, to));
        if let Some(id) = leg {
            let leg = self.legs.get(&id)?;
            return match leg.state {
                LegState::Calling | LegState::Ringing => {
                    leg.hunt.filter(|hunt| self.hunts.contains_key(hunt)).map(Prey::Hunt)
                }
                LegState::Up => Some(Prey::Talk(id)),
                LegState::Invited
                | LegState::Answered
                | LegState::Leaving
                | LegState::Quitting
                | LegState::Cancelling
                | LegState::Gone => None,
            };
        }
        // The calls of colleagues, by the ids that watchers are told.
        let (kind, number) = call_id.split('@').next()?.split_once('-')?;
        let tags = [format!("{kind}-{number}-to"), format!("{kind}-{number}-from")];
        if !(tags.iter().any(|tag| tag == to) && tags.iter().any(|tag| tag == from)) {
            return None;
        }
        let number = number.parse().ok()?;
        match kind {
            "phone" => self
                .phone_calls
                .contains_key(&PhoneCallId(number))
                .then_some(Prey::Phone(PhoneCallId(number))),
            "desk" => self.legs.contains_key(&LegId(number)).then_some(Prey::Desk(LegId(number))),
            _ => None,
        }
    }

    fn rings(&self, prey: Prey) -> bool {
        match prey {
            Prey::Phone(id) => {
                self.phone_calls.get(&id).is_some_and(|call| call.state == PhoneState::Ringing)
            }
            Prey::Desk(id) => self.legs.get(&id).is_some_and(|leg| leg.state == LegState::Invited),
            Prey::Hunt(_) => true,
            Prey::Talk(_) => false,
        }
    }

    fn take_over(&mut self, id: LegId, prey: Prey) {
        match prey {
            Prey::Phone(phone) => self.take_phone(id, phone),
            Prey::Desk(other) => {
                let far = self.far_of(other);
                self.set_far(other, Far::Nobody);
                self.drop_far(far);
                self.meet(other, id);
            }
            Prey::Hunt(hunt) => self.take_ringing(id, hunt),
            Prey::Talk(other) => self.take_talk(id, other),
        }
    }

    fn take_phone(&mut self, id: LegId, phone: PhoneCallId) {
        let Some(taken) = self.phone_calls.get(&phone) else { return self.refuse_leg(id, 481) };
        let (call, sound) = (taken.call, Sound { program: taken.program, identity: taken.with.clone() });
        self.step_phone(phone, PhoneEvent::Taken);
        self.belongs_to(id, call, None);
        self.place(id, call, sound);
        self.after(self.settings.talk, Timer::HangUp(id));
    }

    fn take_ringing(&mut self, id: LegId, hunt: HuntId) {
        let Some(hunt) = self.take_hunt(hunt) else { return self.refuse_leg(id, 481) };
        self.belongs_to(id, hunt.call, hunt.line);
        match hunt.origin {
            Origin::Voice(voice) => self.give(voice, id),
            Origin::Leg(caller) => self.meet(caller, id),
            Origin::Transfer(transfer) => {
                let kept = self.transfers.get(&transfer).map_or(Far::Nobody, |transfer| transfer.kept);
                match kept {
                    Far::Voice(voice) => {
                        if let Some(sound) = self.sound_of(voice) {
                            self.place(id, hunt.call, sound);
                        }
                        self.after(self.settings.talk, Timer::HangUp(id));
                    }
                    Far::Leg(other) => self.meet(other, id),
                    Far::Nobody => return self.refuse_leg(id, 481),
                }
                self.picked_up_instead(transfer);
                self.advance(transfer, TransferEvent::Answers, 200);
                self.advance(transfer, TransferEvent::Joined, 200);
            }
        }
    }

    fn take_talk(&mut self, id: LegId, other: LegId) {
        let Some(leg) = self.legs.get(&other) else { return self.refuse_leg(id, 481) };
        let (call, line, far) = (leg.call, leg.line, leg.far);
        self.belongs_to(id, call, line);
        self.set_far(other, Far::Nobody);
        match far {
            Far::Voice(voice) => self.give(voice, id),
            Far::Leg(partner) => self.meet(partner, id),
            Far::Nobody => return self.refuse_leg(id, 481),
        }
        // RFC 3891 §3: the one who is replaced is told goodbye.
        self.step(other, LegEvent::HangUp);
    }

    /// A voice goes on at another console, whose INVITE has the offer.
    fn give(&mut self, voice: VoiceId, id: LegId) {
        if let Some(voice) = self.voices.get_mut(&voice) {
            voice.task = Task::Answer(id);
        }
        self.connect(id, voice);
        let offer = self.legs.get(&id).and_then(|leg| message::body(&leg.invite.body));
        self.negotiate(voice, offer);
        self.after(self.settings.talk, Timer::HangUp(id));
    }

    /// Two consoles that have each made an offer, or talk already, meet in a mix.
    pub(super) fn meet(&mut self, one: LegId, other: LegId) {
        let program = Program::Mix(self.new_mix());
        let call = self.legs.get(&one).map(|leg| leg.call).unwrap_or_else(|| self.new_call());
        let (first, second) = (self.leg_identity(one), self.leg_identity(other));
        self.place(one, call, Sound { program, identity: second });
        self.place(other, call, Sound { program, identity: first });
    }

    pub(super) fn belongs_to(&mut self, id: LegId, call: crate::ids::CallId, line: Option<&'static str>) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.call = call;
            leg.line = line;
        }
    }
}
