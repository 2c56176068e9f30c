//! Who is tied to whom once a call stands.

use super::Switch;
use crate::identity::Identity;
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

    pub(super) fn far_of(&self, id: LegId) -> Far {
        self.legs.get(&id).map_or(Far::Nobody, |leg| leg.far)
    }

    /// The program and identity of a voice, for another voice that takes its place elsewhere.
    pub(super) fn twin(&self, voice: VoiceId) -> Option<(crate::tones::Program, Identity)> {
        self.voices.get(&voice).map(|voice| (voice.program, voice.identity.clone()))
    }
}
