//! How loud somebody is, and whether that is talking.

use wasm_bindgen::JsValue;
use web_sys::{AnalyserNode, AudioContext};

/// Samples of one look: at 48 kHz some 85 ms, so that looks every tenth of a second miss little.
const SAMPLES: u16 = 4096;
/// From this level on somebody talks, as a share of full scale: -40 dB. A quiet line is at -60 dB or less.
const TALKING: f32 = 0.01;
/// How long somebody still talks after they were last heard, milliseconds: the pause between two words.
const RELEASE: f64 = 300.0;

/// Into how many steps the meter of the operator's own level is divided.
pub(super) const STEPS: u8 = 5;
/// What a step of that meter is, decibels; the lowest begins so many steps below full scale.
const STEP: f32 = 9.0;

/// How many of [`STEPS`] to show for a level.
pub(super) fn shown(level: f32) -> u8 {
    let steps = f32::from(STEPS) + 20.0 * level.max(f32::MIN_POSITIVE).log10() / STEP;
    (1..=STEPS).rev().find(|step| f32::from(*step) <= steps + 1.0).unwrap_or(0)
}

/// A meter to put a sound in.
pub(super) fn analyser(context: &AudioContext) -> Result<AnalyserNode, JsValue> {
    let analyser = context.create_analyser()?;
    analyser.set_fft_size(SAMPLES.into());
    Ok(analyser)
}

/// The level of what went through lately, as a share of full scale.
pub(super) fn of(analyser: &AnalyserNode) -> f32 {
    let mut samples = [0.0_f32; SAMPLES as usize];
    analyser.get_float_time_domain_data(&mut samples);
    root_mean_square(&samples)
}

fn root_mean_square(samples: &[f32]) -> f32 {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    (energy / f32::from(SAMPLES)).sqrt()
}

/// Somebody who talks or does not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Voice {
    talking: bool,
    last_heard: f64,
}

impl Voice {
    /// What a look at the level at `now` (milliseconds) changes: begins or ceases to talk.
    pub(super) fn hear(&mut self, level: f32, now: f64) -> Option<bool> {
        if level >= TALKING {
            self.last_heard = now;
        }
        let talking = level >= TALKING || (self.talking && now - self.last_heard < RELEASE);
        (talking != std::mem::replace(&mut self.talking, talking)).then_some(talking)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_between_words_is_talking_and_a_longer_one_is_not() {
        let mut voice = Voice::default();
        let looks = [
            (0.0, 0.001),
            (100.0, 0.2),
            (200.0, 0.001),
            (350.0, 0.001),
            (360.0, 0.2),
            (659.0, 0.0),
            (661.0, 0.0),
        ];
        let changes: Vec<_> =
            looks.iter().filter_map(|(at, level)| Some((*at, voice.hear(*level, *at)?))).collect();
        assert_eq!(changes, [(100.0, true), (661.0, false)]);
    }

    #[test]
    fn louder_shows_more_and_silence_nothing() {
        let levels = [0.0, 0.001, 0.02, 0.05, 0.14, 0.4, 1.0];
        assert_eq!(levels.map(shown), [0, 0, 2, 3, 4, 5, 5]);
    }

    #[test]
    fn a_full_sine_is_three_decibels_below_full_scale() {
        let sine: Vec<f32> = (0..SAMPLES).map(|at| (f32::from(at) * 0.5).sin()).collect();
        assert!((root_mean_square(&sine) - 0.707).abs() < 0.01);
    }
}
