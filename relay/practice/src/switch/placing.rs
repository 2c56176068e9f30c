//! Putting the exchange's own sound at the other end of a console's call, whatever was there before, and mixes of such.

use super::{MediaOrder, Output, Purpose, Switch};
use crate::identity::Identity;
use crate::ids::{CallId, LegId, MixId, VoiceId};
use crate::leg::{Far, LegEvent, LegState};
use crate::message;
use crate::switch::voices::Task;
use crate::tones::Program;

/// Something of the mixer's that is to be done.
#[derive(Debug)]
pub(crate) enum MixOrder {
    /// Let somebody without a line talk in the mix.
    Admit(Program),
    /// Somebody without a line leaves.
    Leave,
}

/// Whose sound a console is given.
#[derive(Clone, Debug)]
pub(super) struct Sound {
    pub(super) program: Program,
    /// Who the console is told that it talks to.
    pub(super) identity: Identity,
}

impl Switch {
    /// Gives a console's call to a voice of ours: in the answer to its INVITE, or by re-INVITE.
    pub(super) fn place(&mut self, id: LegId, call: CallId, sound: Sound) -> Option<VoiceId> {
        let leg = self.legs.get(&id)?;
        let (state, offer) = (leg.state, message::body(&leg.invite.body));
        let Sound { program, identity } = sound;
        if state == LegState::Invited {
            let voice = self.new_voice(call, program, identity, Task::Answer(id));
            self.connect(id, voice);
            self.negotiate(voice, offer);
            return Some(voice);
        }
        let voice = self.new_voice(call, program, identity, Task::Place(id));
        self.order(voice, MediaOrder::Offer(program));
        Some(voice)
    }

    /// The voice's offer is there: the console gets it.
    pub(super) fn place_offer(&mut self, voice: VoiceId, id: LegId, offer: &str) {
        let free = self
            .legs
            .get(&id)
            .is_some_and(|leg| leg.state == LegState::Up && !leg.reinviting && leg.reoffer.is_none());
        if !free {
            return self.place_failed(voice, id, 491);
        }
        let identity = self.voices.get(&voice).map(|voice| voice.identity.clone());
        let who = identity.map(|identity| identity.headers(&self.settings.domain)).unwrap_or_default();
        self.reinvite(id, who, offer, Purpose::Place { voice });
    }

    /// The console answered that offer.
    pub(super) fn placed(
        &mut self,
        voice: VoiceId,
        id: LegId,
        status: u16,
        sequence: u32,
        answer: Option<String>,
    ) {
        if status >= 300 {
            return self.place_failed(voice, id, status);
        }
        self.ack(id, sequence, "");
        let before = self.far_of(id);
        if !self.voices.contains_key(&voice) {
            // What was to be placed has gone meanwhile.
            return self.console_left(id, LegEvent::HangUp);
        }
        self.connect_voice(voice, id, answer);
        if let Far::Voice(before) = before
            && before != voice
        {
            self.close_voice(before);
        }
        self.placed_for_transfer(voice);
    }

    pub(super) fn place_failed(&mut self, voice: VoiceId, id: LegId, status: u16) {
        match self.transfer_placing(voice) {
            // The transfer clears its voices away, and the call is where it was.
            Some(transfer) => self.transfer_failed(transfer, status),
            None => {
                self.close_voice(voice);
                self.console_left(id, LegEvent::HangUp);
            }
        }
    }

    /// A mix for two or more.
    pub(super) fn new_mix(&mut self) -> MixId {
        MixId(self.tokens.number())
    }

    /// The mix that a voice is in.
    pub(super) fn mix_of(&self, voice: VoiceId) -> Option<MixId> {
        self.voices.get(&voice)?.mix
    }

    /// Everybody in a mix.
    pub(super) fn in_mix(&self, mix: MixId) -> Vec<VoiceId> {
        self.voices.iter().filter(|(_, voice)| voice.mix == Some(mix)).map(|(id, _)| *id).collect()
    }

    /// Lets a voice that has no console talk in a mix.
    pub(super) fn admit(&mut self, mix: MixId, call: CallId, sound: Sound) -> VoiceId {
        let Sound { program, identity } = sound;
        let guest = self.new_voice(call, program, identity, Task::Guest);
        if let Some(voice) = self.voices.get_mut(&guest) {
            voice.mix = Some(mix);
        }
        self.outputs.push_back(Output::OrderMix { mix, voice: guest, order: MixOrder::Admit(program) });
        guest
    }

    /// Lets a voice that is connected play something else: its console notices nothing but the sound.
    pub(super) fn play(&mut self, id: VoiceId, sound: Sound) {
        let Some(voice) = self.voices.get_mut(&id) else { return };
        voice.program = sound.program;
        voice.identity = sound.identity;
        voice.mix = mix_in(sound.program);
        self.order(id, MediaOrder::Play(sound.program));
    }

    /// Somebody left a mix: one who is alone in it, and in no room, has nobody to talk to.
    pub(super) fn left_mix(&mut self, mix: MixId, voice: VoiceId) {
        self.outputs.push_back(Output::OrderMix { mix, voice, order: MixOrder::Leave });
        if self.room_with(mix).is_some() {
            return;
        }
        if let [alone] = self.in_mix(mix).as_slice() {
            let alone = *alone;
            let leg = self.leg_with_voice(alone);
            self.close_voice(alone);
            if let Some(leg) = leg {
                self.console_left(leg, LegEvent::HangUp);
            }
        }
    }

    /// The console that a voice talks to.
    pub(super) fn leg_with_voice(&self, voice: VoiceId) -> Option<LegId> {
        self.legs.iter().find(|(_, leg)| leg.far == Far::Voice(voice)).map(|(id, _)| *id)
    }
}

/// The mix that a program plays.
pub(super) const fn mix_in(program: Program) -> Option<MixId> {
    match program {
        Program::Mix(mix) => Some(mix),
        Program::Talk { .. } | Program::Tone { .. } | Program::Music | Program::Echo | Program::Beep => None,
    }
}
