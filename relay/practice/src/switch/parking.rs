//! Parking places: a call waits there, with music, until somebody takes it back or it comes back by itself.

use std::time::Instant;

use super::Switch;
use super::placing::Sound;
use super::voices::{Ringing, Task};
use crate::event::Event;
use crate::ids::{CallId, LegId};
use crate::leg::Far;
use crate::message;
use crate::shown::{Party, ShownCall, Stage};
use crate::switch::MediaOrder;
use crate::timers::Timer;
use crate::tones::Program;

/// Who waits at a place.
#[derive(Clone, Debug)]
enum Waiting {
    /// Somebody from outside.
    Caller(Sound),
    /// Another console, which hears music.
    Console(LegId),
}

/// A call that is parked.
#[derive(Clone, Debug)]
pub(super) struct Parked {
    pub(super) call: CallId,
    who: Waiting,
    /// The operator who parked it.
    by: String,
    line: Option<&'static str>,
    since: Instant,
}

impl Switch {
    /// Parks whoever was at the other end of a transferor's call.
    pub(super) fn park(&mut self, place: &'static str, call: CallId, kept: Far, transferor: LegId) {
        let who = match kept {
            Far::Leg(console) => Waiting::Console(console),
            Far::Voice(voice) => match self.sound_of(voice) {
                Some(sound) => Waiting::Caller(sound),
                None => return,
            },
            Far::Nobody => return,
        };
        let leg = self.legs.get(&transferor);
        let by = leg.map(|leg| leg.user.clone()).unwrap_or_default();
        let line = leg.and_then(|leg| leg.line);
        self.parked.insert(place, Parked { call, who, by, line, since: self.now });
        self.tell(Event::Parked { call, place: place.to_owned() });
        self.after(self.settings.park, Timer::ParkedTooLong(place, call));
    }

    /// What a console hears at a place.
    pub(super) fn music(&self, place: &str) -> Sound {
        let Party { name, number } = self.party_at(place);
        let identity = crate::identity::Identity { name, number, withheld: false };
        Sound { program: Program::Music, identity }
    }

    /// A console takes back what is parked at a place.
    pub(super) fn unpark(&mut self, id: LegId, place: &str) {
        let Some(Parked { call, who, line, .. }) = self.parked.remove(place) else {
            return self.refuse_leg(id, 480);
        };
        self.belongs_to(id, call, line);
        match who {
            Waiting::Caller(sound) => {
                self.place(id, call, sound);
                self.after(self.settings.talk, Timer::HangUp(id));
            }
            Waiting::Console(other) => self.meet(other, id),
        }
    }

    /// It has waited too long: whoever parked it is rung again, and told where it comes from.
    pub(super) fn parked_too_long(&mut self, place: &'static str, call: CallId) {
        let Some(parked) = self.parked.get(place).filter(|parked| parked.call == call).cloned() else {
            return;
        };
        if self.consoles(&parked.by) == 0 {
            return self.after(self.settings.park, Timer::ParkedTooLong(place, call));
        }
        self.parked.remove(place);
        let extra = vec![
            message::header(
                "Referred-By",
                format!("\"Parking place {place}\" <sip:{place}@{}>", self.settings.domain),
            ),
            // RFC 7462: what rings is no new call.
            message::header("Alert-Info", "<urn:alert:service:recall:hold>"),
        ];
        let ringing = Ringing {
            users: vec![parked.by],
            line: parked.line,
            to: parked.line.map(str::to_owned),
            extra,
            trunk: false,
            patience: self.settings.patience,
        };
        let sound = match parked.who {
            Waiting::Caller(sound) => sound,
            Waiting::Console(console) => {
                // Whoever answers meets the console in a mix.
                let Far::Voice(voice) = self.far_of(console) else { return };
                let program = Program::Mix(self.new_mix());
                let identity = self.leg_identity(console);
                self.play(voice, Sound { program, identity: identity.clone() });
                Sound { program, identity }
            }
        };
        let voice = self.new_voice(call, sound.program, sound.identity, Task::Ring(ringing));
        self.order(voice, MediaOrder::Offer(sound.program));
        self.tell(Event::ParkedTooLong { call, place: place.to_owned() });
    }

    /// A console has left that may have been parked.
    pub(super) fn unpark_console(&mut self, id: LegId) {
        self.parked.retain(|_, parked| !matches!(parked.who, Waiting::Console(console) if console == id));
    }

    pub(super) fn is_place_taken(&self, place: &str) -> bool {
        self.parked.contains_key(place)
    }

    /// What those see who watch a place.
    pub(super) fn calls_at_place(&self, place: &str) -> Vec<ShownCall> {
        let Some(parked) = self.parked.get(place) else { return Vec::new() };
        let domain = &self.settings.domain;
        let id = format!("park-{place}-{}", parked.call.0);
        let remote = match &parked.who {
            Waiting::Caller(sound) => sound.identity.party(),
            Waiting::Console(console) => self.leg_identity(*console).party(),
        };
        vec![ShownCall {
            call_id: format!("{id}@{domain}"),
            local_tag: format!("{id}-to"),
            remote_tag: format!("{id}-from"),
            id,
            outgoing: false,
            stage: Stage::Confirmed,
            held: true,
            local: self.party_at(place),
            remote,
            referred_by: Some(self.operator_identity(&parked.by).party()),
            since: parked.since,
        }]
    }
}
