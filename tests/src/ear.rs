//! What a telephone hears, by the packets that reach it, whatever program the telephone is.

use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::time::sleep;

use crate::Failed;
use crate::sound::Sound;
use crate::wait::{SOON, eventually};
use crate::wiretap::Wiretap;

/// The telephone's ports for media: each number (from 200 to 399) has its own.
pub(crate) fn media_ports_of(number: u16) -> RangeInclusive<u16> {
    let first = 30_000 + 20 * (number - 200);
    first..=first + 19
}

/// What a telephone speaks with, in hertz: each last digit has another tone.
pub(crate) fn tone_of(number: u16) -> u16 {
    400 + 300 * (number % 10)
}

/// The ear of one telephone, listened with on the wire to it.
#[derive(Clone, Debug)]
pub struct Ear {
    telephone: String,
    wire: Wiretap,
    ports: RangeInclusive<u16>,
}

impl Ear {
    pub(crate) fn new(telephone: &str, wire: Wiretap, ports: RangeInclusive<u16>) -> Self {
        Self { telephone: telephone.to_owned(), wire, ports }
    }

    /// All that has reached it since the telephone was started.
    ///
    /// # Errors
    /// When the wire is not tapped.
    pub fn heard(&self) -> Result<Sound, Failed> {
        Ok(self.wire.reaching(self.ports.clone())?.sound())
    }

    /// Waits until these digits have reached it as key presses, and no others, since the telephone was started.
    ///
    /// # Errors
    /// With the digits that came instead.
    pub async fn is_sent_digits(&self, digits: &str) -> Result<(), Failed> {
        eventually(&format!("{} to be sent {digits}", self.telephone), SOON, async || {
            let sent = self.wire.reaching(self.ports.clone())?.digits();
            if sent == digits { Ok(()) } else { Err(Failed::new(format!("it was sent “{sent}”"))) }
        })
        .await
    }

    /// Waits until the last half second that it heard is a given tone.
    ///
    /// # Errors
    /// With what it heard instead.
    pub async fn hears_tone(&self, hertz: f64) -> Result<(), Failed> {
        let before = self.heard()?.seconds();
        eventually(&format!("{} to hear {hertz} Hz", self.telephone), SOON, async || {
            let new = self.heard()?.after(before);
            let recent = new.last(0.5);
            if new.seconds() >= 0.5 && recent.loudness() > 0.01 && recent.share_of(hertz) > 0.8 {
                Ok(())
            } else {
                Err(Failed::new(format!(
                    "{:.1} s more, the end is {:.3} loud, {:.2} of it that tone",
                    new.seconds(),
                    recent.loudness(),
                    recent.share_of(hertz)
                )))
            }
        })
        .await
    }

    /// Waits until the last half second that it heard is all of some tones and none of others.
    ///
    /// # Errors
    /// With how much of each it heard instead.
    pub async fn hears_tones(&self, tones: &[f64], not: &[f64]) -> Result<(), Failed> {
        let before = self.heard()?.seconds();
        eventually(&format!("{} to hear {tones:?} and not {not:?}", self.telephone), SOON, async || {
            let new = self.heard()?.after(before);
            if new.seconds() < 0.5 {
                return Err(Failed::new(format!("{:.1} s more", new.seconds())));
            }
            new.last(0.5).is_all_of(tones, not).map_err(Failed::new)
        })
        .await
    }

    /// Waits until it hears a sound that is no silence, for half a second or more.
    ///
    /// # Errors
    /// With what it heard instead.
    pub async fn hears_sound(&self) -> Result<(), Failed> {
        let before = self.heard()?.seconds();
        eventually(&format!("{} to hear a sound", self.telephone), SOON, async || {
            let new = self.heard()?.after(before);
            if new.seconds() >= 0.5 && new.loudness() > 0.01 {
                Ok(())
            } else {
                Err(Failed::new(format!("{:.1} s more, {:.3} loud", new.seconds(), new.loudness())))
            }
        })
        .await
    }

    /// Waits until a whole second brings it no sound: nothing at all, or silence.
    ///
    /// # Errors
    /// With how loud it still is.
    pub async fn hears_nothing(&self) -> Result<(), Failed> {
        eventually(&format!("{} to hear nothing", self.telephone), SOON, async || {
            let before = self.heard()?.seconds();
            // A measurement has a length; this waits for nothing.
            sleep(Duration::from_secs(1)).await;
            let loudness = self.heard()?.after(before).loudness();
            if loudness < 0.001 { Ok(()) } else { Err(Failed::new(format!("it is {loudness:.3} loud"))) }
        })
        .await
    }
}
