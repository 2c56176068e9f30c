//! Ringing and call progress tones, drawn as sound: no file to fetch, so they are there offline.

/// One stretch of a tone: frequencies that sound together, and for how long.
struct Beat {
    hertz: &'static [f32],
    millis: u32,
}

/// A tone that repeats for as long as it is wanted.
pub(crate) struct Cadence {
    beats: &'static [Beat],
    /// 0 to 1.
    loudness: f32,
    /// Strokes rise and fall over this many samples, so that they do not click.
    edge: u32,
}

/// The console rings: two warm strokes, then quiet.
pub(crate) const RING: Cadence = Cadence {
    beats: &[
        Beat { hertz: &[523.25, 659.25], millis: 400 },
        Beat { hertz: &[], millis: 200 },
        Beat { hertz: &[523.25, 659.25], millis: 400 },
        Beat { hertz: &[], millis: 2000 },
    ],
    loudness: 0.6,
    edge: EDGE,
};

/// A colleague rings: one falling stroke, then quiet.
pub(crate) const RING_INTERNAL: Cadence = Cadence {
    beats: &[
        Beat { hertz: &[659.25], millis: 250 },
        Beat { hertz: &[493.88], millis: 350 },
        Beat { hertz: &[], millis: 2400 },
    ],
    loudness: 0.6,
    edge: EDGE,
};

/// Something urgent rings: four quick strokes, and hardly any quiet.
pub(crate) const RING_URGENT: Cadence = Cadence {
    beats: &[
        Beat { hertz: &[783.99, 987.77], millis: 150 },
        Beat { hertz: &[], millis: 100 },
        Beat { hertz: &[783.99, 987.77], millis: 150 },
        Beat { hertz: &[], millis: 100 },
        Beat { hertz: &[783.99, 987.77], millis: 150 },
        Beat { hertz: &[], millis: 100 },
        Beat { hertz: &[783.99, 987.77], millis: 150 },
        Beat { hertz: &[], millis: 700 },
    ],
    loudness: 0.6,
    edge: EDGE,
};

/// A call was answered by itself: a rising stroke, once.
pub(crate) const ANSWERED: Cadence = Cadence {
    beats: &[Beat { hertz: &[523.25], millis: 120 }, Beat { hertz: &[783.99], millis: 180 }],
    loudness: 0.4,
    edge: EDGE,
};

/// A call waits while the operator talks: one short, soft stroke.
pub(crate) const CALL_WAITING: Cadence = Cadence {
    beats: &[Beat { hertz: &[659.25], millis: 150 }, Beat { hertz: &[], millis: 4850 }],
    loudness: 0.15,
    edge: EDGE,
};

/// Somebody is forgotten on hold: two soft, falling strokes, now and then.
pub(crate) const REMINDER: Cadence = Cadence {
    beats: &[
        Beat { hertz: &[523.25], millis: 120 },
        Beat { hertz: &[], millis: 80 },
        Beat { hertz: &[392.0], millis: 180 },
        Beat { hertz: &[], millis: 14_620 },
    ],
    loudness: 0.15,
    edge: EDGE,
};

/// Somebody waits on hold: four notes that rise and fall, soft and slow, and a pause to breathe.
pub(crate) const ON_HOLD: Cadence = Cadence {
    beats: &[
        Beat { hertz: &[392.0], millis: 600 },
        Beat { hertz: &[523.25], millis: 600 },
        Beat { hertz: &[659.25], millis: 600 },
        Beat { hertz: &[523.25], millis: 900 },
        Beat { hertz: &[], millis: 2300 },
    ],
    loudness: 0.12,
    edge: 2000,
};

/// The far end's phone rings (ITU-T E.180, European cadence).
pub(crate) const RING_BACK: Cadence = Cadence {
    beats: &[Beat { hertz: &[425.0], millis: 1000 }, Beat { hertz: &[], millis: 4000 }],
    loudness: 0.2,
    edge: EDGE,
};

/// The far end is busy (ITU-T E.180).
pub(crate) const BUSY: Cadence = Cadence {
    beats: &[Beat { hertz: &[425.0], millis: 500 }, Beat { hertz: &[], millis: 500 }],
    loudness: 0.2,
    edge: EDGE,
};

/// The call failed (ITU-T E.180).
pub(crate) const CONGESTION: Cadence = Cadence {
    beats: &[Beat { hertz: &[425.0], millis: 250 }, Beat { hertz: &[], millis: 250 }],
    loudness: 0.2,
    edge: EDGE,
};

/// Samples a second.
const RATE: u32 = 8000;
/// The edge of a plain tone: 10 ms.
const EDGE: u32 = 80;

impl Cadence {
    /// One round of the tone as a WAV file: mono, 16 bits.
    pub(crate) fn wav(&self) -> Vec<u8> {
        let samples: Vec<i16> =
            self.beats.iter().flat_map(|beat| beat.samples(self.loudness, self.edge)).collect();
        let bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
        let mut wav = Vec::with_capacity(44 + samples.len() * 2);
        wav.extend_from_slice(b"RIFF");
        wav.extend_from_slice(&(36 + bytes).to_le_bytes());
        wav.extend_from_slice(b"WAVEfmt ");
        wav.extend_from_slice(&16_u32.to_le_bytes());
        // PCM, one channel.
        wav.extend_from_slice(&1_u16.to_le_bytes());
        wav.extend_from_slice(&1_u16.to_le_bytes());
        wav.extend_from_slice(&RATE.to_le_bytes());
        wav.extend_from_slice(&(RATE * 2).to_le_bytes());
        // Two bytes a sample.
        wav.extend_from_slice(&2_u16.to_le_bytes());
        wav.extend_from_slice(&16_u16.to_le_bytes());
        wav.extend_from_slice(b"data");
        wav.extend_from_slice(&bytes.to_le_bytes());
        wav.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        wav
    }
}

impl Beat {
    fn samples(&self, loudness: f32, edge: u32) -> impl Iterator<Item = i16> {
        let count = RATE * self.millis / 1000;
        (0..count).map(move |at| {
            let risen = at.min(count - at).min(edge);
            let envelope = loudness * ratio(risen, edge);
            let voices = self.hertz.len().max(1);
            let wave: f32 = self.hertz.iter().map(|hertz| wave(*hertz, at)).sum();
            sample(envelope * wave / ratio(u32::try_from(voices).unwrap_or(1), 1))
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "sample counts are far below 2^23")]
fn ratio(part: u32, whole: u32) -> f32 {
    part as f32 / whole as f32
}

fn wave(hertz: f32, at: u32) -> f32 {
    sine(hertz * ratio(at, RATE))
}

/// The sine of so many turns to 0.002, by the formula of Bhaskara: nobody hears the difference, and the exact one is
/// 2 kB to download.
fn sine(turns: f32) -> f32 {
    let halves = turns.fract() * 2.0;
    let (up, rest) = if halves < 1.0 { (1.0, halves) } else { (-1.0, halves - 1.0) };
    let arch = rest * (1.0 - rest);
    up * 16.0 * arch / (5.0 - 4.0 * arch)
}

#[expect(clippy::cast_possible_truncation, reason = "the wave stays within the range of a sample")]
fn sample(level: f32) -> i16 {
    (level * f32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudest(cadence: &Cadence) -> i16 {
        let wav = cadence.wav();
        wav[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).abs()).max().unwrap()
    }

    #[test]
    fn one_round_lasts_as_long_as_its_beats() {
        // Busy: 1 s of 8,000 samples of two bytes behind a header of 44 bytes.
        assert_eq!(BUSY.wav().len(), 44 + 16_000);
    }

    #[test]
    fn a_waiting_call_is_softer_than_a_ringing_one() {
        assert!(loudest(&CALL_WAITING) < loudest(&RING) / 2);
        assert!(loudest(&CALL_WAITING) > 1000);
    }

    #[test]
    fn whoever_waits_hears_it_softly_for_most_of_the_time() {
        assert!(loudest(&ON_HOLD) < loudest(&RING) / 2);
        // 2.7 of 5 seconds.
        assert_eq!(ON_HOLD.wav().len(), 44 + 5 * 16_000);
    }

    #[test]
    fn a_wave_is_a_sine() {
        for step in 0..1000_u16 {
            let turns = f32::from(step) / 300.0;
            let exact = (std::f32::consts::TAU * turns).sin();
            assert!((sine(turns) - exact).abs() < 0.002, "{turns}");
        }
    }

    #[test]
    fn strokes_begin_and_end_in_silence() {
        let wav = RING_BACK.wav();
        assert_eq!(wav[44..46], [0, 0]);
    }
}
