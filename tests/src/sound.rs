//! What was heard: a small reader of WAV recordings, and how loud a tone is in them.

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use crate::Failed;

/// How much of a sound all of its tones are at least together, each an equal part.
const THERE: f64 = 0.3;
/// How much a tone that is not there can seem to be, by what else there is.
const NOT_THERE: f64 = 0.01;

/// A mono sound; of several channels only the first is kept.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Samples per second.
    rate: u32,
    /// Each from -1 to 1.
    samples: Vec<f64>,
}

impl Sound {
    /// A sound of so many samples a second, each from -1 to 1.
    pub fn new(rate: u32, samples: Vec<f64>) -> Self {
        Self { rate, samples }
    }

    /// Reads a 16-bit PCM recording, also one that is still being written: its header may give no length yet, so
    /// the samples go to the file's end.
    ///
    /// # Errors
    /// When the file is not there, or is no such recording.
    pub fn read(path: &Path) -> Result<Self, Failed> {
        let bytes =
            fs::read(path).map_err(|problem| Failed::new(format!("{}: {problem}", path.display())))?;
        Self::parse(&bytes)
            .ok_or_else(|| Failed::new(format!("{} is no 16-bit WAV file yet", path.display())))
    }

    /// A pure tone at half of full scale, as a file that any program plays: 16 bits, 8,000 samples a second.
    pub fn tone_file(hertz: f64, seconds: u32) -> Vec<u8> {
        let samples = 8_000 * seconds;
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((36 + 2 * samples).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        bytes.extend(8_000_u32.to_le_bytes());
        bytes.extend(16_000_u32.to_le_bytes());
        bytes.extend(b"\x02\0\x10\0data");
        bytes.extend((2 * samples).to_le_bytes());
        for index in 0..samples {
            let sample = (16_384.0 * (TAU * hertz * f64::from(index) / 8_000.0).sin()) as i16;
            bytes.extend(sample.to_le_bytes());
        }
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut chunks = bytes.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
        let mut format = None;
        loop {
            let (head, rest) = chunks.split_at_checked(8)?;
            let (id, length) = head.split_at(4);
            let length = usize::try_from(u32::from_le_bytes(length.try_into().ok()?)).ok()?;
            if id == b"data" {
                let (channels, rate) = format?;
                let frames = rest.chunks_exact(2 * usize::from(channels));
                let samples =
                    frames.filter_map(|frame| Some(f64::from(i16_at(frame, 0)?) / 32_768.0)).collect();
                return Some(Self { rate, samples });
            }
            if id == b"fmt " {
                let rate = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
                let channels = u16_at(rest, 2).filter(|&count| count > 0)?;
                format = (u16_at(rest, 14)? == 16).then_some((channels, rate));
            }
            // Chunks are padded to even lengths.
            chunks = rest.get(length + length % 2..)?;
        }
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate)
    }

    /// Its last part; the whole when it is shorter.
    #[must_use]
    pub fn last(&self, seconds: f64) -> Self {
        let count = (seconds * f64::from(self.rate)) as usize;
        self.skip(self.samples.len().saturating_sub(count))
    }

    /// What comes after so many seconds; nothing when it is shorter.
    #[must_use]
    pub fn after(&self, seconds: f64) -> Self {
        self.skip((seconds * f64::from(self.rate)) as usize)
    }

    fn skip(&self, first: usize) -> Self {
        Self { rate: self.rate, samples: self.samples.get(first..).unwrap_or_default().to_vec() }
    }

    /// The root mean square: 0 is silence, 0.7 a full-scale tone.
    pub fn loudness(&self) -> f64 {
        let power: f64 = self.samples.iter().map(|sample| sample * sample).sum();
        (power / self.samples.len().max(1) as f64).sqrt()
    }

    /// Whether it is loud and all of some tones, and none of others.
    ///
    /// # Errors
    /// With how much of each it is instead.
    pub fn is_all_of(&self, tones: &[f64], not: &[f64]) -> Result<(), String> {
        let there = tones.iter().all(|tone| self.share_of(*tone) > THERE / tones.len() as f64);
        let silent = not.iter().all(|tone| self.share_of(*tone) < NOT_THERE);
        if self.loudness() > 0.01 && there && silent {
            return Ok(());
        }
        let each: Vec<_> = tones
            .iter()
            .chain(not)
            .map(|tone| format!("{:.3} of it at {tone} Hz", self.share_of(*tone)))
            .collect();
        Err(format!("it is {:.3} loud, {}", self.loudness(), each.join(", ")))
    }

    /// How much of the power lies at one frequency (Goertzel's sum): 0 for none of it, near 1 for a pure tone.
    pub fn share_of(&self, hertz: f64) -> f64 {
        let step = TAU * hertz / f64::from(self.rate);
        let (mut real, mut imaginary, mut power) = (0.0, 0.0, 0.0);
        for (index, sample) in self.samples.iter().enumerate() {
            let angle = step * index as f64;
            real += sample * angle.cos();
            imaginary += sample * angle.sin();
            power += sample * sample;
        }
        if power == 0.0 {
            return 0.0;
        }
        2.0 * (real * real + imaginary * imaginary) / (power * self.samples.len() as f64)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn i16_at(bytes: &[u8], at: usize) -> Option<i16> {
    Some(i16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of a tone at half of full scale, as a stereo file whose length is not yet written.
    fn tone(hertz: f64) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0".to_vec();
        bytes.extend(8000_u32.to_le_bytes());
        bytes.extend(32_000_u32.to_le_bytes());
        bytes.extend(b"\x04\0\x10\0data\0\0\0\0");
        for index in 0..8000 {
            let sample = (16_384.0 * (TAU * hertz * f64::from(index) / 8000.0).sin()) as i16;
            bytes.extend(sample.to_le_bytes());
            bytes.extend(0_i16.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_tone_is_found_at_its_frequency_and_at_no_other() {
        let sound = Sound::parse(&tone(1000.0)).unwrap();
        assert!((sound.seconds() - 1.0).abs() < 0.01);
        assert!((sound.loudness() - 0.354).abs() < 0.01, "{}", sound.loudness());
        assert!(sound.share_of(1000.0) > 0.95);
        assert!(sound.share_of(440.0) < 0.05);
    }

    #[test]
    fn silence_has_no_loudness() {
        let silence = Sound::parse(&tone(0.0)).unwrap();
        assert_eq!((silence.loudness(), silence.share_of(440.0)), (0.0, 0.0));
    }

    #[test]
    fn what_is_no_recording_is_refused() {
        assert!(Sound::parse(b"RIFF....WAVEfmt ").is_none());
        assert!(Sound::parse(b"").is_none());
    }
}
