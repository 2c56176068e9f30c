//! A loudspeaker for rings and tones.

use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAudioElement, Url};

use super::tones::Cadence;

/// Plays at most one repeating sound, and beside it one that is heard once. Dropping it stops both.
#[derive(Default)]
pub(crate) struct Sound {
    playing: Option<Playing>,
    once: Option<Playing>,
}

struct Playing {
    element: HtmlAudioElement,
    url: String,
}

impl Sound {
    /// Plays `cadence` over and over, in place of what played before.
    pub(crate) fn play(&mut self, cadence: &Cadence) {
        self.stop();
        self.playing = Playing::start(cadence, true);
    }

    /// Plays `cadence` to its end, whatever is played or stopped meanwhile.
    pub(crate) fn play_once(&mut self, cadence: &Cadence) {
        self.once = Playing::start(cadence, false);
    }

    /// Stops what repeats.
    pub(crate) fn stop(&mut self) {
        self.playing = None;
    }
}

impl Playing {
    fn start(cadence: &Cadence, again_and_again: bool) -> Option<Self> {
        let url = Url::create_object_url_with_blob(&blob(cadence)?).ok()?;
        let element = HtmlAudioElement::new_with_src(&url).ok()?;
        element.set_loop(again_and_again);
        start(&element);
        Some(Self { element, url })
    }
}

/// One round of a tone as a file in memory.
pub(super) fn blob(cadence: &Cadence) -> Option<Blob> {
    let parts = Array::of1(&Uint8Array::from(cadence.wav().as_slice()));
    let kind = BlobPropertyBag::new();
    kind.set_type("audio/wav");
    Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()
}

/// Has a player play, if it may.
pub(super) fn start(player: &HtmlAudioElement) {
    if let Ok(playing) = player.play() {
        // Refused until the page had its gesture (the shift's start is one), and when it is stopped before its
        // first sample: both are as they should be.
        spawn_local(async move {
            let _ = JsFuture::from(playing).await;
        });
    }
}

/// Stops a player for good and lets go of what it plays.
pub(super) fn end(player: &HtmlAudioElement, url: &str) {
    let _ = player.pause();
    // It may not have begun to read yet, and would look for what is gone.
    let _ = player.remove_attribute("src");
    player.load();
    let _ = Url::revoke_object_url(url);
}

impl Drop for Playing {
    fn drop(&mut self) {
        end(&self.element, &self.url);
    }
}
