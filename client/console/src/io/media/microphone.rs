//! The operator's microphone.

use cordboard_desk::MicrophoneLoss;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// An open microphone. Dropping it closes the device.
pub(crate) struct Microphone {
    track: MediaStreamTrack,
    // Kept alive for as long as the track calls it.
    _on_ended: Closure<dyn FnMut()>,
}

impl Microphone {
    /// Opens the browser's default microphone; calls `unplugged` once if it goes away.
    pub(crate) async fn open(unplugged: impl FnOnce() + 'static) -> Result<Self, MicrophoneLoss> {
        let devices = web_sys::window()
            .and_then(|window| window.navigator().media_devices().ok())
            // Browsers hide the API altogether on pages that are not secure.
            .ok_or(MicrophoneLoss::Unusable)?;
        let wanted = MediaStreamConstraints::new();
        wanted.set_audio(&JsValue::TRUE);
        let asked = devices.get_user_media_with_constraints(&wanted).map_err(|error| loss(&error))?;
        let stream: MediaStream = JsFuture::from(asked).await.map_err(|error| loss(&error))?.unchecked_into();
        let track: MediaStreamTrack =
            stream.get_audio_tracks().get(0).dyn_into().map_err(|_| MicrophoneLoss::NotFound)?;
        let on_ended = Closure::once(unplugged);
        track.set_onended(Some(on_ended.as_ref().unchecked_ref()));
        Ok(Self { track, _on_ended: on_ended })
    }

    /// The track that legs take copies of.
    pub(crate) fn track(&self) -> MediaStreamTrack {
        // Another handle on the same track; the browser's own `clone` would open a second one.
        Clone::clone(&self.track)
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.track.set_onended(None);
        self.track.stop();
    }
}

/// The reasons of `getUserMedia` (W3C Media Capture and Streams, section 10.2.1).
fn loss(error: &JsValue) -> MicrophoneLoss {
    let name = Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => MicrophoneLoss::Denied,
        Some("NotFoundError" | "OverconstrainedError") => MicrophoneLoss::NotFound,
        Some(_) | None => MicrophoneLoss::Unusable,
    }
}
