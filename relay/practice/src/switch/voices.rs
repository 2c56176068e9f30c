//! Voices: colleagues, machines and callers, whose sound the exchange makes itself.

use rsip::Header;

use super::hunt::{Origin, Search};
use super::phones::caller_identity;
use super::placing::mix_in;
use super::{MediaNews, MediaOrder, Switch};
use crate::callers::{self, Caller};
use crate::colleagues::{self, Colleague, Line};
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
}

/// What the voice's next SDP is for.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// To answer what this leg's console asked.
    Answer(LegId),
    /// To ring an operator as a caller from outside.
    Ring { user: String, line: &'static Line },
    /// To ring the operator to whom a call is transferred.
    RingTarget { transfer: TransferId, user: String },
    /// To take the place of whoever this leg's console talks to.
    Place(LegId),
    /// None: somebody who talks in a mix and has no console.
    Guest,
}

/// A caller who is on hold, or being transferred, waits so much longer before hanging up.
const MORE_PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// Calls that an operator is given at a time by the regular rounds.
const CALLS_AT_ONCE: usize = 3;

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
        self.voices.insert(voice, Voice { call, program, identity, mix: mix_in(program), task });
        voice
    }

    pub(super) fn close_voice(&mut self, voice: VoiceId) {
        let Some(closed) = self.voices.remove(&voice) else { return };
        self.order(voice, MediaOrder::Close);
        if let Some(mix) = closed.mix {
            self.left_mix(mix, voice);
        }
    }

    /// A caller rings an operator: sound first, since the INVITE carries the offer.
    pub(super) fn ring(&mut self, call: CallId, caller: &'static Caller, user: String, line: &'static Line) {
        let identity = caller_identity(caller);
        let program = caller.program();
        let voice = self.new_voice(call, program, identity, Task::Ring { user, line });
        self.order(voice, MediaOrder::Offer(program));
    }

    /// The next caller for every operator who is there.
    pub(super) fn round(&mut self) {
        let Some(every) = self.settings.ring_every else { return };
        self.after(every, Timer::Round);
        for user in self.registrar.present() {
            if self.legs.values().filter(|leg| leg.user == user).count() >= CALLS_AT_ONCE {
                continue;
            }
            let (callers, lines) = (callers::callers(), colleagues::lines());
            let caller = callers.iter().cycle().nth(self.rounds % callers.len().max(1));
            let line = lines.iter().cycle().nth(self.rounds % lines.len().max(1));
            self.rounds += 1;
            if let (Some(caller), Some(line)) = (caller, line) {
                let call = self.new_call();
                self.ring(call, caller, user, line);
            }
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
                Task::Ring { user, line } => {
                    self.ring_operator(id, user, Some(line.number), Origin::Voice(id), Vec::new(), sdp)
                }
                Task::RingTarget { transfer, user } => {
                    let extra = self.referred_by(transfer);
                    self.ring_operator(id, user, None, Origin::Transfer(transfer), extra, sdp);
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

    fn ring_operator(
        &mut self,
        id: VoiceId,
        user: String,
        line: Option<&'static str>,
        origin: Origin,
        extra: Vec<Header>,
        offer: String,
    ) {
        let Some(voice) = self.voices.get(&id) else { return };
        let (call, from) = (voice.call, voice.identity.clone());
        let to = line.map_or_else(|| user.clone(), str::to_owned);
        let search = Search { call, origin, from, line, to, user, except: None, extra, offer: Some(offer) };
        if self.hunt(search) {
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
            Task::Ring { .. } => self.close_voice(id),
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
        for voice in voices {
            self.call_off(Origin::Voice(voice));
            self.close_voice(voice);
        }
        for leg in legs {
            self.console_left(leg, LegEvent::HangUp);
        }
    }
}
