//! What voices say: speech-like sound and tones, made here, so that nobody's recording is needed.

use std::f32::consts::TAU;

use crate::g711::{FRAME, RATE};
use crate::ids::MixId;

/// What a voice sends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Program {
    /// A beep that is this voice's own, then talk, over and over.
    Talk {
        /// Frequency of the beep, by which a voice can be told from all others. Hz.
        beep: f32,
        /// Pitch of the talk, Hz.
        pitch: f32,
    },
    /// One tone without end.
    Tone {
        /// Its frequency, Hz.
        hertz: f32,
    },
    /// A melody.
    Music,
    /// What was heard, sent back.
    Echo,
    /// One beep, then silence: after it one speaks.
    Beep,
    /// All others in a mix.
    Mix(MixId),
}

/// 20 ms of sound.
pub(crate) type Frame = [i16; FRAME];

/// Silence.
pub(crate) const SILENCE: Frame = [0; FRAME];

/// A program being played.
#[derive(Debug)]
pub(crate) struct Player {
    program: Program,
    /// Samples played so far.
    at: u64,
}

/// A beep opens each round and takes this long.
const BEEP_SECONDS: f32 = 0.6;
/// Pitch of the beep after which one speaks, Hz.
const MAILBOX_BEEP: f32 = 1_000.0;
/// Beep and talk together.
const ROUND_SECONDS: f32 = 2.4;
/// Syllables a second: people speak four to five.
const SYLLABLES: f32 = 4.0;
/// The first two resonances (Hz) of a, e, i, o, u: enough for an ear to hear vowels.
const VOWELS: [(f32, f32); 5] =
    [(730.0, 1090.0), (530.0, 1840.0), (270.0, 2290.0), (570.0, 840.0), (300.0, 870.0)];
/// A slow tune: half-tones above A4, two notes a second.
const TUNE: [f32; 12] = [0.0, 4.0, 7.0, 12.0, 7.0, 4.0, 5.0, 9.0, 12.0, 9.0, 5.0, 2.0];
/// Loudness of everything made here, of 32,767.
const LEVEL: f32 = 9_000.0;

impl Player {
    pub(crate) const fn new(program: Program) -> Self {
        Self { program, at: 0 }
    }

    pub(crate) const fn program(&self) -> Program {
        self.program
    }

    /// The next 20 ms. An echo and a mix make no sound of their own.
    pub(crate) fn next_frame(&mut self) -> Frame {
        let mut frame = SILENCE;
        for slot in &mut frame {
            *slot = quantise(self.value());
            self.at += 1;
        }
        frame
    }

    /// The sound now, -1 to 1.
    fn value(&self) -> f32 {
        let seconds = seconds(self.at);
        match self.program {
            Program::Talk { beep, pitch } => {
                let within = seconds % ROUND_SECONDS;
                if within < BEEP_SECONDS { (TAU * beep * seconds).sin() } else { talk(pitch, seconds) }
            }
            // Half as loud as talk: a few of them are heard together.
            Program::Tone { hertz } => 0.5 * (TAU * hertz * seconds).sin(),
            Program::Music => {
                let note = pick(&TUNE, seconds * 2.0);
                let hz = 440.0 * (note / 12.0).exp2();
                // Each note dies away, as on a plucked string.
                (TAU * hz * seconds).sin() * (-3.0 * (seconds * 2.0).fract()).exp()
            }
            Program::Beep if seconds < BEEP_SECONDS => (TAU * MAILBOX_BEEP * seconds).sin(),
            Program::Beep | Program::Echo | Program::Mix(_) => 0.0,
        }
    }
}

/// Something that an ear takes for talk: harmonics of a pitch, shaped into vowels and syllables.
fn talk(pitch: f32, seconds: f32) -> f32 {
    let (first, second) = pick(&VOWELS, seconds * SYLLABLES);
    let syllable = (TAU / 2.0 * (seconds * SYLLABLES).fract()).sin();
    let mut sum = 0.0;
    let mut hz = pitch;
    while hz < 3_400.0 {
        let near = |centre: f32| 1.0 / (1.0 + ((hz - centre) / 90.0).powi(2));
        sum += (near(first) + 0.5 * near(second)) * (TAU * hz * seconds).sin();
        hz += pitch;
    }
    (sum * syllable * 0.6).clamp(-1.0, 1.0)
}

fn seconds(samples: u64) -> f32 {
    // One hour repeats: an f32 would lose the pitch of anything longer.
    f32::from(u16::try_from(samples / u64::from(RATE) % 3_600).unwrap_or_default())
        + f32::from(u16::try_from(samples % u64::from(RATE)).unwrap_or_default()) / 8_000.0
}

/// The entry of `table` at `position`, going round.
fn pick<T: Copy + Default>(table: &[T], position: f32) -> T {
    table.iter().copied().cycle().nth(whole(position) % table.len().max(1)).unwrap_or_default()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions are small and never negative"
)]
fn whole(position: f32) -> usize {
    position as usize
}

#[allow(clippy::cast_possible_truncation, reason = "the value is within -1 to 1, the level within 16 bits")]
fn quantise(value: f32) -> i16 {
    (value * LEVEL) as i16
}

/// Mean of the squares of the samples, 0 to 1.
pub(crate) fn power(frame: &[i16]) -> f32 {
    let sum: f32 = frame.iter().map(|&sample| (f32::from(sample) / 32_768.0).powi(2)).sum();
    sum / f32::from(u16::try_from(frame.len().max(1)).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of the power of `samples` that is at `hz` (Goertzel).
    fn share_at(hz: f32, samples: &[i16]) -> f32 {
        let step = 2.0 * (TAU * hz / 8_000.0).cos();
        let (mut one, mut two) = (0.0_f32, 0.0_f32);
        for &sample in samples {
            (one, two) = (f32::from(sample) / 32_768.0 + step * one - two, one);
        }
        let length = samples.len() as f32;
        2.0 * (one * one + two * two - step * one * two) / (length * length) / power(samples)
    }

    fn play(program: Program, frames: usize) -> Vec<i16> {
        let mut player = Player::new(program);
        (0..frames).flat_map(|_| player.next_frame()).collect()
    }

    #[test]
    fn a_voice_is_known_by_its_beep() {
        let beep = play(Program::Talk { beep: 700.0, pitch: 120.0 }, 25);
        assert!(share_at(700.0, &beep) > 0.95);
        assert!(share_at(900.0, &beep) < 0.05);
    }

    #[test]
    fn a_tone_is_nothing_but_that_tone() {
        let tone = play(Program::Tone { hertz: 900.0 }, 60);
        assert!(share_at(900.0, &tone) > 0.95);
        assert!(share_at(1_200.0, &tone) < 0.05);
    }

    #[test]
    fn talk_and_music_are_loud_enough_to_hear_and_an_echo_is_silent() {
        assert!(power(&play(Program::Talk { beep: 700.0, pitch: 120.0 }, 120)[800 * 8..]) > 0.001);
        assert!(power(&play(Program::Music, 100)) > 0.001);
        assert!(power(&play(Program::Echo, 10)) == 0.0);
    }
}
