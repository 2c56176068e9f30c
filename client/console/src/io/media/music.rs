//! What callers on hold hear where the telephone system plays nothing: a file that the relay hands out, or a tone.
//!
//! There is one player for all of them: whoever is put on hold while it plays comes in where it is, as at a concert. The
//! sound goes to the far ends alone, never to the operator's own speaker.

use cordboard_desk::LegId;
use vecmap::VecSet;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    AudioContext, Blob, ChannelCountMode, HtmlAudioElement, MediaElementAudioSourceNode,
    MediaStreamAudioDestinationNode, MediaStreamTrack, Url,
};

use super::sound;
use super::tones;

/// Plays to whoever is on hold. Nothing runs while nobody is.
#[derive(Default)]
pub(super) struct Music {
    listeners: VecSet<LegId>,
    /// In place of the tone.
    file: Option<Record>,
    tone: Option<Record>,
    stage: Option<Stage>,
}

/// Where the sound goes.
struct Stage {
    context: AudioContext,
    into: MediaStreamAudioDestinationNode,
}

/// One sound that is played over and over.
struct Record {
    player: HtmlAudioElement,
    url: String,
    /// There once it has been played.
    source: Option<MediaElementAudioSourceNode>,
    // Kept alive for as long as the player calls it.
    _on_error: Option<Closure<dyn FnMut()>>,
}

impl Music {
    /// Plays this file from now on; `spoilt` hears it once if the browser cannot.
    pub(super) fn set_file(&mut self, file: &Blob, spoilt: impl FnOnce() + 'static) {
        self.tone = None;
        let on_error = Closure::once(spoilt);
        self.file = Record::of(file, Some(on_error));
        self.play_on();
    }

    /// Plays the tone from now on.
    pub(super) fn set_tone(&mut self) {
        self.file = None;
        self.play_on();
    }

    /// Somebody is on hold: gives what they are to hear.
    pub(super) fn play_to(&mut self, leg: LegId) -> Result<MediaStreamTrack, JsValue> {
        self.listeners.insert(leg);
        let stage = match self.stage.take() {
            Some(stage) => stage,
            None => Stage::new()?,
        };
        let track = stage.track();
        self.stage = Some(stage);
        self.play_on();
        track
    }

    /// Somebody is not on hold any more.
    pub(super) fn stop_for(&mut self, leg: LegId) {
        self.listeners.remove(&leg);
        self.rest();
    }

    /// Nobody is.
    pub(super) fn stop_for_all(&mut self) {
        self.listeners.clear();
        self.rest();
    }

    fn play_on(&mut self) {
        let (Some(stage), false) = (&self.stage, self.listeners.is_empty()) else { return };
        if self.file.is_none() && self.tone.is_none() {
            self.tone = sound::blob(&tones::ON_HOLD).and_then(|tone| Record::of(&tone, None));
        }
        if let Some(record) = self.file.as_mut().or(self.tone.as_mut()) {
            record.play(stage);
        }
    }

    /// Whoever comes next hears it from the beginning.
    fn rest(&self) {
        if !self.listeners.is_empty() {
            return;
        }
        for record in self.file.iter().chain(&self.tone) {
            record.rewind();
        }
        if let Some(stage) = &self.stage {
            // Settles when it sleeps; nobody waits for that.
            let _ = stage.context.suspend();
        }
    }
}

impl Stage {
    fn new() -> Result<Self, JsValue> {
        let context = AudioContext::new()?;
        let into = context.create_media_stream_destination()?;
        // A telephone has one ear.
        into.set_channel_count(1);
        into.set_channel_count_mode(ChannelCountMode::Explicit);
        Ok(Self { context, into })
    }

    fn track(&self) -> Result<MediaStreamTrack, JsValue> {
        self.into.stream().get_audio_tracks().get(0).dyn_into()
    }
}

impl Record {
    fn of(content: &Blob, on_error: Option<Closure<dyn FnMut()>>) -> Option<Self> {
        let url = Url::create_object_url_with_blob(content).ok()?;
        let player = HtmlAudioElement::new().ok()?;
        player.set_loop(true);
        if let Some(on_error) = &on_error {
            player.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        }
        player.set_preload("auto");
        player.set_src(&url);
        Some(Self { player, url, source: None, _on_error: on_error })
    }

    fn play(&mut self, stage: &Stage) {
        if self.source.is_none() {
            // A player that has a source in a context is heard there and nowhere else.
            self.source = stage.context.create_media_element_source(&self.player).ok();
            if let Some(source) = &self.source {
                // Refused only between two contexts, and there is one.
                let _ = source.connect_with_audio_node(&stage.into);
            }
        }
        let _ = stage.context.resume();
        sound::start(&self.player);
    }

    fn rewind(&self) {
        let _ = self.player.pause();
        self.player.set_current_time(0.0);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.player.set_onerror(None);
        if let Some(source) = &self.source {
            // A node that is connected to nothing is as good.
            let _ = source.disconnect();
        }
        sound::end(&self.player, &self.url);
    }
}
