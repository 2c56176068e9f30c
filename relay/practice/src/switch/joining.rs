//! Bringing the two ends of a transfer together, whoever they are: consoles, voices, or mixes of them.

use super::Switch;
use super::placing::Sound;
use super::transfer::{Target, Transfer};
use crate::colleagues::{self, Behaviour};
use crate::ids::{LegId, MixId, TransferId, VoiceId};
use crate::leg::Far;
use crate::timers::Timer;
use crate::tones::Program;
use crate::transfer::TransferEvent;

/// One of the two.
#[derive(Clone, Debug)]
enum End {
    /// A console that another one talks to directly.
    Console(LegId),
    /// Somebody whose sound is made here.
    Sound(Sound),
    /// Those who are in a mix.
    Mix(MixId),
    /// Nobody any more.
    Nobody,
}

impl Switch {
    /// Brings the two ends together.
    pub(super) fn join(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        let (call, kept, target) = (transfer.call, transfer.kept, transfer.target.clone());
        let reached = match target {
            // The operator's console has answered, and its offer goes to the other console.
            Target::Operator(_) => return,
            Target::Nobody(_) => End::Nobody,
            Target::Colleague(colleague) => match self.rooms.get(colleague.extension) {
                Some(room) => End::Mix(*room),
                None if colleague.takes_transfers() => End::Sound(self.music(colleague.extension)),
                None => End::Sound(self.colleague_sound(colleague)),
            },
            Target::Mailbox(owner) => End::Sound(self.mailbox_sound(&owner)),
            Target::OtherEndOf(leg) => self.end(self.far_of(leg)),
            Target::Console(leg) => End::Console(leg),
        };
        match (self.end(kept), reached) {
            (End::Nobody, _) | (_, End::Nobody) => self.transfer_failed(id, 481),
            // Two voices need no sound between them.
            (End::Sound(_), End::Sound(_)) => self.advance(id, TransferEvent::Joined, 200),
            // At a parking place and at a mailbox one hears something, and talks to nobody.
            (End::Mix(_), End::Sound(sound)) if matches!(sound.program, Program::Music | Program::Beep) => {
                self.play_to_partner(id, kept, sound);
                self.advance(id, TransferEvent::Joined, 200);
            }
            (End::Sound(sound), End::Mix(mix)) | (End::Mix(mix), End::Sound(sound)) => {
                let guest = self.admit(mix, call, sound);
                self.after(self.settings.talk, Timer::GuestLeaves(guest));
                self.advance(id, TransferEvent::Joined, 200);
            }
            (End::Mix(from), End::Mix(to)) => {
                self.move_mix(from, to);
                self.advance(id, TransferEvent::Joined, 200);
            }
            (End::Console(leg), End::Sound(sound)) | (End::Sound(sound), End::Console(leg)) => {
                self.place_for(id, leg, sound);
            }
            (End::Console(leg), End::Mix(mix)) | (End::Mix(mix), End::Console(leg)) => {
                let sound = self.mix_sound(mix);
                self.place_for(id, leg, sound);
            }
            // Both have their own connection already and would both have to make an offer: they meet in a mix.
            (End::Console(one), End::Console(other)) => {
                let program = Program::Mix(self.new_mix());
                let next = Sound { program, identity: self.leg_identity(one) };
                if let Some(transfer) = self.transfers.get_mut(&id) {
                    transfer.next = Some((other, next));
                }
                let identity = self.leg_identity(other);
                self.place_for(id, one, Sound { program, identity });
            }
        }
    }

    fn end(&self, far: Far) -> End {
        match far {
            Far::Nobody => End::Nobody,
            Far::Leg(leg) => End::Console(leg),
            Far::Voice(voice) => match (self.mix_of(voice), self.sound_of(voice)) {
                (Some(mix), _) => End::Mix(mix),
                (None, Some(sound)) => End::Sound(sound),
                (None, None) => End::Nobody,
            },
        }
    }

    /// What a mix sounds like to whoever comes in, and whom they are told they talk to: the first who is there.
    pub(super) fn mix_sound(&self, mix: MixId) -> Sound {
        let first = self.in_mix(mix).into_iter().find_map(|voice| {
            let console = self.leg_with_voice(voice).map(|leg| self.leg_identity(leg));
            console.or_else(|| self.sound_of(voice).map(|sound| sound.identity))
        });
        let identity = first.unwrap_or_else(|| self.operator_identity(""));
        Sound { program: Program::Mix(mix), identity }
    }

    /// Everybody in one mix goes to another, but for the transferor, whose seat is closed when all is done.
    fn move_mix(&mut self, from: MixId, to: MixId) {
        let leaving: Vec<VoiceId> = self
            .transfers
            .values()
            .filter_map(|transfer| match transfer.kept {
                Far::Voice(voice) => Some(voice),
                Far::Leg(_) | Far::Nobody => None,
            })
            .collect();
        for voice in self.in_mix(from).into_iter().filter(|voice| !leaving.contains(voice)) {
            let sound = self.mix_sound(to);
            if self.leg_with_voice(voice).is_some() {
                self.play(voice, sound);
            } else if let (Some(own), Some(call)) = (self.sound_of(voice), self.voices.get(&voice)) {
                let call = call.call;
                self.admit(to, call, own);
                self.close_voice(voice);
            }
        }
    }

    /// Gives a console to a voice, as part of a transfer.
    fn place_for(&mut self, id: TransferId, leg: LegId, sound: Sound) {
        let Some(call) = self.transfers.get(&id).map(|transfer| transfer.call) else { return };
        match self.place(leg, call, sound) {
            Some(voice) => {
                if let Some(transfer) = self.transfers.get_mut(&id) {
                    transfer.placing = Some(voice);
                }
            }
            None => self.transfer_failed(id, 481),
        }
    }

    /// The transfer that waits for a voice to get its console.
    pub(super) fn transfer_placing(&self, voice: VoiceId) -> Option<TransferId> {
        self.transfers.iter().find(|(_, transfer)| transfer.placing == Some(voice)).map(|(id, _)| *id)
    }

    /// A console has its voice: the next one, or the transfer is done.
    pub(super) fn placed_for_transfer(&mut self, voice: VoiceId) {
        let Some(id) = self.transfer_placing(voice) else { return };
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        transfer.placing = None;
        match transfer.next.take() {
            Some((leg, sound)) => self.place_for(id, leg, sound),
            None => self.advance(id, TransferEvent::Joined, 200),
        }
    }

    /// The transfer failed half-way: one console has left the transferor for the mix already. The transferor follows it.
    pub(super) fn bring_back(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        let (call, transferor, kept, placing) =
            (transfer.call, transfer.transferor, transfer.kept, transfer.placing);
        let Far::Leg(console) = kept else { return };
        let Far::Voice(seat) = self.far_of(console) else { return };
        let Some(mix) = self.mix_of(seat).filter(|_| Some(seat) != placing) else { return };
        let sound = Sound { program: Program::Mix(mix), identity: self.leg_identity(console) };
        self.set_far(transferor, Far::Nobody);
        self.place(transferor, call, sound);
    }

    /// The console that a transferor in a mix talks to hears something else.
    fn play_to_partner(&mut self, id: TransferId, kept: Far, sound: Sound) {
        let Far::Voice(voice) = kept else { return };
        let Some((partner, console)) = self.partner_in_mix(voice) else { return };
        self.play(partner, sound);
        // That console is what the transfer is about from here on.
        if let Some(transfer) = self.transfers.get_mut(&id) {
            transfer.kept = Far::Leg(console);
        }
    }

    /// The other console in the mix that a transferor's voice is in.
    fn partner_in_mix(&self, voice: VoiceId) -> Option<(VoiceId, LegId)> {
        let mix = self.mix_of(voice)?;
        self.in_mix(mix)
            .into_iter()
            .filter(|other| *other != voice)
            .find_map(|other| self.leg_with_voice(other).map(|leg| (other, leg)))
    }

    /// What becomes of the one who was transferred: parked, recorded, or talking to a colleague, as those who watch see.
    pub(super) fn settle(&mut self, transfer: &Transfer) {
        let colleague = match &transfer.target {
            Target::Colleague(place) if place.does == Behaviour::Parks => {
                return self.park(place.extension, transfer.call, transfer.kept, transfer.transferor);
            }
            Target::Mailbox(owner) => return self.settle_at_mailbox(transfer.kept, owner),
            Target::Colleague(colleague) => Some(*colleague),
            Target::OtherEndOf(leg) => {
                self.legs.get(leg).and_then(|leg| leg.reaches).and_then(colleagues::at)
            }
            Target::Operator(_) | Target::Console(_) | Target::Nobody(_) => None,
        };
        let Far::Voice(kept) = transfer.kept else { return };
        let caller = self.sound_of(kept).filter(|_| self.mix_of(kept).is_none());
        if let (Some(colleague), Some(caller)) = (colleague.filter(|colleague| colleague.is_person()), caller)
        {
            let call = self.occupy(colleague, Some(caller));
            self.after(self.settings.talk, Timer::Phone(call));
        }
    }

    /// A caller has said it all at once; a console says it until it hangs up.
    fn settle_at_mailbox(&mut self, kept: Far, owner: &str) {
        let console = match kept {
            Far::Leg(console) => Some(console),
            Far::Voice(_) | Far::Nobody => None,
        };
        match console.and_then(|console| self.legs.get_mut(&console)) {
            Some(console) => console.records = Some(owner.to_owned()),
            None => self.leave_message(owner),
        }
    }
}
