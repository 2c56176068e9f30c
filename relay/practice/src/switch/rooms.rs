//! Conference rooms: whoever calls one, or is transferred to it, hears all others there.

use super::Switch;
use super::placing::Sound;
use crate::colleagues::{self, Behaviour};
use crate::identity::Identity;
use crate::ids::{LegId, MixId, VoiceId};
use crate::shown::{Party, ShownCall, ShownMember, Stage};
use crate::tones::Program;

/// A room that is never empty, and who sits in it: there is somebody to hear.
const ALWAYS_THERE: (&str, &str) = ("802", "402");

impl Switch {
    /// Opens the rooms.
    pub(super) fn open_rooms(&mut self) {
        for room in colleagues::colleagues().iter().filter(|colleague| colleague.does == Behaviour::Meets) {
            let mix = self.new_mix();
            self.rooms.insert(room.extension, mix);
        }
        let (room, extension) = ALWAYS_THERE;
        if let (Some(mix), Some(colleague)) = (self.rooms.get(room).copied(), colleagues::at(extension)) {
            let call = self.new_call();
            let sound = self.colleague_sound(colleague);
            self.admit(mix, call, sound);
        }
    }

    /// A console comes into a room.
    pub(super) fn enter(&mut self, id: LegId, room: &str) {
        let Some((mix, call)) = self.rooms.get(room).copied().zip(self.legs.get(&id).map(|leg| leg.call))
        else {
            return self.refuse_leg(id, 404);
        };
        let sound = self.room_sound(room, mix);
        self.place(id, call, sound);
    }

    /// What a room sounds like to a console.
    pub(super) fn room_sound(&self, room: &str, mix: MixId) -> Sound {
        let Party { name, number } = self.party_at(room);
        Sound { program: Program::Mix(mix), identity: Identity { name, number, withheld: false } }
    }

    /// The room that is this mix.
    pub(super) fn room_with(&self, mix: MixId) -> Option<&'static str> {
        self.rooms.iter().find(|(_, other)| **other == mix).map(|(room, _)| *room)
    }

    /// Who is in a room; `None` if it is no room.
    pub(super) fn members_of(&self, room: &str) -> Option<Vec<ShownMember>> {
        let mix = *self.rooms.get(room)?;
        let members = self.in_mix(mix).into_iter().filter_map(|voice| self.member(voice));
        Some(members.map(|(member, _)| member).collect())
    }

    /// What those see who watch a room as a phone.
    pub(super) fn calls_in_room(&self, room: &str) -> Vec<ShownCall> {
        let Some(mix) = self.rooms.get(room).copied() else { return Vec::new() };
        let members = self.in_mix(mix).into_iter().filter_map(|voice| self.member(voice));
        let domain = &self.settings.domain;
        members
            .map(|(ShownMember { id, who, .. }, since)| ShownCall {
                call_id: format!("{id}@{domain}"),
                local_tag: format!("{id}-to"),
                remote_tag: format!("{id}-from"),
                id,
                outgoing: false,
                stage: Stage::Confirmed,
                held: false,
                local: self.party_at(room),
                remote: who,
                referred_by: None,
                since,
            })
            .collect()
    }

    fn member(&self, id: VoiceId) -> Option<(ShownMember, std::time::Instant)> {
        let voice = self.voices.get(&id)?;
        let console = self.leg_with_voice(id);
        let (who, held) = match console.and_then(|leg| self.legs.get(&leg)) {
            Some(leg) => (self.operator_identity(&leg.user).party(), leg.held),
            None => (voice.identity.party(), false),
        };
        Some((ShownMember { id: format!("member-{}", id.0), who, held }, voice.since))
    }
}
