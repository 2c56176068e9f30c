//! Voices: colleagues, machines and callers, whose sound the exchange makes itself.

use rsip::Header;

use super::hunt::{Origin, Search};
use super::placing::mix_in;
use super::{MediaNews, MediaOrder, Switch};
use crate::colleagues::Colleague;
use crate::event::Event;
use crate::identity::Identity;
use crate::ids::{CallId, LegId, MixId, TransferId, VoiceId};
use crate::leg::{Far, LateAnswer, LegEvent, LegState};
use crate::timers::Timer;
use crate::tones::Program;

/// Somebody whose sound is made here.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) call: CallId,
    pub(super) program: Program,
    pub(super) identity: Identity,
    /// The mix that it hears, or talks in.
    pub(super) mix: Option<MixId>,
    pub(super) task: Task,
    /// When it began.
    pub(super) since: std::time::Instant,
}

/// Whom to ring, and what to tell them.
#[derive(Clone, Debug)]
pub(super) struct Ringing {
    /// Operators; all their consoles ring.
    pub(super) users: Vec<String>,
    /// The company's line that was called, if one was.
    pub(super) line: Option<&'static str>,
    /// User part of To; `None` for the operator's own.
    pub(super) to: Option<String>,
    pub(super) extra: Vec<Header>,
    /// True when From names the line by which the call comes in; only the network says who calls (RFC 3325).
    pub(super) trunk: bool,
    /// How long it rings.
    pub(super) patience: std::time::Duration,
}

/// What the voice's next SDP is for.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// To answer what this leg's console asked.
    Answer(LegId),
    /// To ring operators as a caller from outside.
    Ring(Ringing),
    /// To ring the operator to whom a call is transferred.
    RingTarget { transfer: TransferId, user: String },
    /// To take the place of whoever this leg's console talks to.
    Place(LegId),
    /// None: somebody who talks in a mix and has no console.
    Guest,
}

/// A caller who is on hold, or being transferred, waits so much longer before hanging up.
const MORE_PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

impl Switch {
    pub(super) fn colleague_identity(&self, colleague: &Colleague) -> Identity {
        Identity { name: colleague.name.to_owned(), number: colleague.extension.to_owned(), withheld: false }
    }

    pub(super) fn operator_identity(&self, user: &str) -> Identity {
        let operator = self.registrar.operator(user);
        Identity {
            name: operator.map(|operator| operator.name.clone()).unwrap_or_default(),
            number: operator.map_or_else(|| user.to_owned(), |operator| operator.extension.clone()),
            withheld: false,
        }
    }

    pub(super) fn new_voice(
        &mut self,
        call: CallId,
        program: Program,
        identity: Identity,
        task: Task,
    ) -> VoiceId {
        let voice = VoiceId(self.tokens.number());
        self.voices
            .insert(voice, Voice { call, program, identity, mix: mix_in(program), task, since: self.now });
        voice
    }

    pub(super) fn close_voice(&mut self, voice: VoiceId) {
        let Some(closed) = self.voices.remove(&voice) else { return };
        self.order(voice, MediaOrder::Close);
        if let Some(mix) = closed.mix {
            self.left_mix(mix, voice);
        }
    }

    /// Lets the voice answer `offer`, or make an offer where the console sent none (RFC 3261 §13.2.1).
    pub(super) fn negotiate(&mut self, voice: VoiceId, offer: Option<String>) {
        let Some(program) = self.voices.get(&voice).map(|voice| voice.program) else { return };
        self.order(
            voice,
            match offer {
                Some(offer) => MediaOrder::Answer(program, offer),
                None => MediaOrder::Offer(program),
            },
        );
    }

    /// Ties a voice to the leg that answered its offer.
    pub(super) fn connect_voice(&mut self, voice: VoiceId, id: LegId, answer: Option<String>) {
        let (Some(found), true) = (self.voices.get_mut(&voice), self.legs.contains_key(&id)) else {
            return self.step(id, LegEvent::HangUp);
        };
        found.task = Task::Answer(id);
        self.connect(id, voice);
        match answer {
            Some(answer) => self.order(voice, MediaOrder::Apply(answer)),
            None => self.console_left(id, LegEvent::HangUp),
        }
    }

    pub(super) fn media_reported(&mut self, id: VoiceId, news: MediaNews) {
        let Some(voice) = self.voices.get(&id) else { return };
        let (call, task) = (voice.call, voice.task.clone());
        match news {
            MediaNews::Heard(heard) => self.tell(Event::Heard { call, heard }),
            MediaNews::Digit(digit) => self.tell(Event::Digit { call, digit }),
            MediaNews::Failed(problem) => {
                self.tell(Event::MediaFailed { call, problem });
                self.media_failed(id, &task);
            }
            MediaNews::Answer(sdp) => {
                if let Task::Answer(leg) = task {
                    self.answer_console(leg, &sdp, None);
                }
            }
            MediaNews::Offer(sdp) => match task {
                Task::Answer(leg) => self.answer_console(leg, &sdp, Some(LateAnswer::Voice(id))),
                Task::Ring(ringing) => self.ring_operators(id, ringing, Origin::Voice(id), sdp),
                Task::RingTarget { transfer, user } => {
                    let ringing = Ringing {
                        users: vec![user],
                        line: None,
                        to: None,
                        extra: self.referred_by(transfer),
                        trunk: false,
                        patience: self.settings.patience,
                    };
                    self.ring_operators(id, ringing, Origin::Transfer(transfer), sdp);
                }
                Task::Place(leg) => self.place_offer(id, leg, &sdp),
                Task::Guest => {}
            },
        }
    }

    /// Sends the voice's SDP to the console that waits for it: at the start of a call or for a re-INVITE.
    fn answer_console(&mut self, id: LegId, sdp: &str, late: Option<LateAnswer>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.late_answer = late;
        if leg.state == LegState::Invited {
            self.answer_leg(id, sdp);
        } else if let Some(reoffer) = leg.reoffer.take() {
            self.reply_in(id, &reoffer, 200, sdp);
        }
    }

    fn ring_operators(&mut self, id: VoiceId, ringing: Ringing, origin: Origin, offer: String) {
        let Some(voice) = self.voices.get(&id) else { return };
        let (call, from) = (voice.call, voice.identity.clone());
        if self.hunt(Search { call, origin, from, ringing, except: None, offer: Some(offer) }) {
            return;
        }
        if let Origin::Transfer(transfer) = origin {
            self.transfer_failed(transfer, 480);
        } else {
            self.close_voice(id);
            self.tell(Event::Refused { call, status: 480 });
        }
    }

    fn media_failed(&mut self, id: VoiceId, task: &Task) {
        match *task {
            Task::Answer(leg) => {
                let Some(found) = self.legs.get_mut(&leg) else { return self.close_voice(id) };
                if found.state == LegState::Invited {
                    self.refuse_leg(leg, 488);
                } else if let Some(reoffer) = found.reoffer.take() {
                    // The session goes on as it was (RFC 3261 §14.2).
                    self.reply_in(leg, &reoffer, 488, "");
                } else {
                    self.console_left(leg, LegEvent::HangUp);
                }
            }
            Task::Ring(_) => self.close_voice(id),
            Task::RingTarget { transfer, .. } => self.transfer_failed(transfer, 500),
            Task::Place(leg) => self.place_failed(id, leg, 500),
            Task::Guest => {}
        }
    }

    /// A caller has talked long enough.
    pub(super) fn talked_out(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        if leg.held || self.transfer_by(id).is_some() {
            return self.after(MORE_PATIENCE, Timer::HangUp(id));
        }
        if matches!(leg.far, Far::Voice(_)) {
            self.console_left(id, LegEvent::HangUp);
        }
    }

    /// Ends a call from outside the exchange: whoever is a voice in it hangs up or gives up.
    pub(super) fn hang_up_call(&mut self, call: CallId) {
        let legs: Vec<LegId> =
            self.legs.iter().filter(|(_, leg)| leg.call == call).map(|(id, _)| *id).collect();
        let voices: Vec<VoiceId> =
            self.voices.iter().filter(|(_, voice)| voice.call == call).map(|(id, _)| *id).collect();
        self.parked.retain(|_, parked| parked.call != call);
        for voice in voices {
            self.call_off(Origin::Voice(voice));
            self.close_voice(voice);
        }
        for leg in legs {
            self.console_left(leg, LegEvent::HangUp);
        }
    }
}
