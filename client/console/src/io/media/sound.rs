//! A loudspeaker for repeating sounds: rings and tones.

use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAudioElement, Url};

use super::tones::Cadence;

/// Plays at most one repeating sound. Dropping it stops the sound.
#[derive(Default)]
pub(crate) struct Sound {
    playing: Option<Playing>,
}

struct Playing {
    element: HtmlAudioElement,
    url: String,
}

impl Sound {
    /// Plays `cadence` over and over, in place of what played before.
    pub(crate) fn play(&mut self, cadence: &Cadence) {
        self.stop();
        self.playing = Playing::start(cadence);
    }

    /// Falls silent.
    pub(crate) fn stop(&mut self) {
        self.playing = None;
    }
}

impl Playing {
    fn start(cadence: &Cadence) -> Option<Self> {
        let url = Url::create_object_url_with_blob(&blob(cadence)?).ok()?;
        let element = HtmlAudioElement::new_with_src(&url).ok()?;
        element.set_loop(true);
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

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.element.pause();
        let _ = Url::revoke_object_url(&self.url);
    }
}
