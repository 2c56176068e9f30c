//! Mixing: everybody in a mix hears all the others, and never themselves.
//!
//! The exchange's sound is G.711 throughout, so what is mixed are samples of 8 kHz; a console in a mix hears telephone
//! quality whatever its browser could do.

use std::collections::{BTreeMap, VecDeque};

use crate::ids::{MixId, VoiceId};
use crate::tones::{Frame, Player, Program, SILENCE};

/// Frames that wait for a listener at most: 100 ms, more than any jitter between tasks of one machine.
const WAITING: usize = 5;

/// All mixes.
#[derive(Debug, Default)]
pub(crate) struct Mixer {
    mixes: BTreeMap<MixId, Mix>,
}

#[derive(Debug, Default)]
struct Mix {
    /// What each listener has not heard yet, by who said it.
    listeners: BTreeMap<VoiceId, BTreeMap<VoiceId, VecDeque<Frame>>>,
    /// Those who talk without a line of their own.
    guests: BTreeMap<VoiceId, Program>,
    /// Each listener's place in what a guest says.
    players: BTreeMap<(VoiceId, VoiceId), Player>,
}

impl Mixer {
    /// Lets somebody without a line talk in a mix.
    pub(crate) fn admit(&mut self, mix: MixId, guest: VoiceId, program: Program) {
        self.mixes.entry(mix).or_default().guests.insert(guest, program);
    }

    /// Takes what a member said.
    pub(crate) fn put(&mut self, mix: MixId, from: VoiceId, frame: &Frame) {
        let Some(mix) = self.mixes.get_mut(&mix) else { return };
        for (_, heard) in mix.listeners.iter_mut().filter(|(listener, _)| **listener != from) {
            let waiting = heard.entry(from).or_default();
            waiting.push_back(*frame);
            if waiting.len() > WAITING {
                waiting.pop_front();
            }
        }
    }

    /// What a member hears next. Whoever listens is in the mix from then on.
    pub(crate) fn take(&mut self, mix: MixId, to: VoiceId) -> Frame {
        let Mix { listeners, guests, players } = self.mixes.entry(mix).or_default();
        let mut sum = SILENCE;
        for waiting in listeners.entry(to).or_default().values_mut() {
            if let Some(frame) = waiting.pop_front() {
                add(&mut sum, &frame);
            }
        }
        for (guest, program) in guests {
            let player = players.entry((to, *guest)).or_insert_with(|| Player::new(*program));
            add(&mut sum, &player.next_frame());
        }
        sum
    }

    /// Somebody leaves all mixes. A mix in which nobody is left is gone.
    pub(crate) fn leave(&mut self, voice: VoiceId) {
        for mix in self.mixes.values_mut() {
            mix.listeners.remove(&voice);
            mix.listeners.values_mut().for_each(|heard| drop(heard.remove(&voice)));
            mix.guests.remove(&voice);
            mix.players.retain(|(listener, guest), _| *listener != voice && *guest != voice);
        }
        self.mixes.retain(|_, mix| !mix.listeners.is_empty() || !mix.guests.is_empty());
    }
}

fn add(sum: &mut Frame, frame: &Frame) {
    for (total, sample) in sum.iter_mut().zip(frame) {
        *total = total.saturating_add(*sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tones::power;

    const ROOM: MixId = MixId(1);
    const NORA: VoiceId = VoiceId(1);
    const LUC: VoiceId = VoiceId(2);
    const ANA: VoiceId = VoiceId(3);

    fn loud(level: i16) -> Frame {
        [level; SILENCE.len()]
    }

    #[test]
    fn each_hears_all_others_and_never_themselves() {
        let mut mixer = Mixer::default();
        for member in [NORA, LUC, ANA] {
            assert_eq!(mixer.take(ROOM, member), SILENCE);
        }
        mixer.put(ROOM, NORA, &loud(100));
        mixer.put(ROOM, LUC, &loud(20));
        mixer.put(ROOM, ANA, &loud(30_000));
        mixer.put(MixId(2), ANA, &loud(7));
        assert_eq!(mixer.take(ROOM, NORA), loud(30_020));
        assert_eq!(mixer.take(ROOM, LUC), loud(30_100));
        assert_eq!(mixer.take(ROOM, ANA), loud(120));
        assert_eq!(mixer.take(ROOM, ANA), SILENCE);
    }

    #[test]
    fn loud_voices_do_not_wrap_around_and_late_listeners_hear_the_latest() {
        let mut mixer = Mixer::default();
        mixer.take(ROOM, ANA);
        mixer.put(ROOM, NORA, &loud(30_000));
        mixer.put(ROOM, LUC, &loud(30_000));
        assert_eq!(mixer.take(ROOM, ANA), loud(i16::MAX));
        for level in 0..20 {
            mixer.put(ROOM, NORA, &loud(level));
        }
        assert_eq!(mixer.take(ROOM, ANA), loud(15));
    }

    #[test]
    fn a_guest_is_heard_until_leaving() {
        let mut mixer = Mixer::default();
        mixer.admit(ROOM, LUC, Program::Talk { beep: 700.0, pitch: 100.0 });
        assert!(power(&mixer.take(ROOM, NORA)) > 0.001);
        mixer.leave(LUC);
        assert_eq!(mixer.take(ROOM, NORA), SILENCE);
        mixer.leave(NORA);
        assert!(mixer.mixes.is_empty());
    }
}
