//! Who is tied to whom once a call stands.

use super::Switch;
use super::placing::Sound;
use crate::colleagues::{self, Colleague};
use crate::ids::{LegId, VoiceId};
use crate::leg::Far;

impl Switch {
    /// Ties two consoles together.
    pub(super) fn link(&mut self, one: LegId, other: LegId) {
        self.set_far(one, Far::Leg(other));
        self.set_far(other, Far::Leg(one));
    }

    pub(super) fn set_far(&mut self, id: LegId, far: Far) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.far = far;
        }
    }

    /// Lets a voice talk to a console, and those who watch a colleague see that.
    pub(super) fn connect(&mut self, id: LegId, voice: VoiceId) {
        let number = self.voices.get(&voice).map(|voice| voice.identity.number.clone()).unwrap_or_default();
        let colleague = colleagues::at(&number).filter(|colleague| colleague.is_person());
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.far = Far::Voice(voice);
            leg.reaches = colleague.map(|colleague| colleague.extension);
        }
    }

    pub(super) fn far_of(&self, id: LegId) -> Far {
        self.legs.get(&id).map_or(Far::Nobody, |leg| leg.far)
    }

    /// The sound of a voice, for another voice that takes its place elsewhere.
    pub(super) fn sound_of(&self, voice: VoiceId) -> Option<Sound> {
        self.voices
            .get(&voice)
            .map(|voice| Sound { program: voice.program, identity: voice.identity.clone() })
    }

    /// The sound of a colleague.
    pub(super) fn colleague_sound(&self, colleague: &Colleague) -> Sound {
        Sound { program: colleague.program(), identity: self.colleague_identity(colleague) }
    }
}
