//! The conference's mixing desk, and the meter of the operator's own level: what a party hears is the operator's
//! microphone and every other party, never itself.
//!
//! Only legs that hear others go through here; a plain call sends its microphone as it is. The mixer knows what each far
//! end sounds like and whom each leg is to hear, in whichever order it learns of them: connections are made anew beneath
//! a conference that goes on.

use cordboard_desk::LegId;
use js_sys::Array;
use vecmap::{VecMap, VecSet};
use wasm_bindgen::JsValue;
use web_sys::{
    AnalyserNode, AudioContext, AudioNode, ChannelCountMode, GainNode, MediaStream,
    MediaStreamAudioDestinationNode, MediaStreamAudioSourceNode, MediaStreamTrack,
};

use super::level::{self, Voice as Talker};

/// What mixes and measures. Nothing runs while nobody hears anybody.
#[derive(Default)]
pub(super) struct Mixer {
    context: Option<AudioContext>,
    microphone: Option<MediaStreamTrack>,
    /// The microphone as a sound in the context, and its meter. Kept from one call to the next: Chromium does not let go
    /// of what a sleeping context was left with.
    operator: Option<Operator>,
    voices: VecMap<LegId, Voice>,
    mixes: VecMap<LegId, Mix>,
    /// Legs that the microphone is open for.
    open: VecSet<LegId>,
}

/// What one far end sounds like.
struct Voice {
    stream: MediaStream,
    /// There while somebody hears it.
    sound: Option<Sound>,
}

struct Sound {
    source: MediaStreamAudioSourceNode,
    analyser: AnalyserNode,
    talker: Talker,
}

/// The operator's microphone as a sound.
struct Operator {
    source: MediaStreamAudioSourceNode,
    analyser: AnalyserNode,
}

/// What one leg hears.
struct Mix {
    others: VecSet<LegId>,
    operator: GainNode,
    into: MediaStreamAudioDestinationNode,
}

/// What a leg is to send from now on.
pub(super) enum Sends {
    /// This, in place of the microphone.
    Mix(MediaStreamTrack),
    /// The microphone itself.
    Microphone,
}

impl Mixer {
    /// The microphone is this one from now on.
    pub(super) fn set_microphone(&mut self, track: Option<&MediaStreamTrack>) -> Result<(), JsValue> {
        self.microphone = track.cloned();
        self.plug_in_operator()
    }

    /// The microphone is open for a leg, or not. While it is open anywhere, its level is measured.
    pub(super) fn set_open(&mut self, leg: LegId, open: bool) -> Result<(), JsValue> {
        if open {
            self.open.insert(leg);
        } else {
            self.open.remove(&leg);
        }
        if let Some(mix) = self.mixes.get(&leg) {
            mix.let_operator_in(open);
        }
        if self.open.is_empty() {
            self.rest();
            return Ok(());
        }
        let context = self.context()?;
        if self.operator.is_none() {
            self.operator = self.new_operator(&context)?;
        }
        Ok(())
    }

    /// A leg's far end sounds like this from now on.
    pub(super) fn set_voice(&mut self, leg: LegId, stream: MediaStream) -> Result<(), JsValue> {
        let talking = self.unplug(leg);
        let mut voice = Voice { stream, sound: None };
        if let (Some(context), true) = (&self.context, self.is_heard(leg)) {
            voice.plug_in(context, talking)?;
            for mix in self.mixes.values().filter(|mix| mix.others.contains(&leg)) {
                voice.connect(mix)?;
            }
        }
        self.voices.insert(leg, voice);
        Ok(())
    }

    /// A leg is to hear these from now on. Gives what it is to send, if that changes.
    pub(super) fn set_hears(&mut self, leg: LegId, others: VecSet<LegId>) -> Result<Option<Sends>, JsValue> {
        if others.is_empty() {
            return Ok(self.mixes.remove(&leg).map(|mix| {
                self.take_apart(&mix);
                Sends::Microphone
            }));
        }
        let (mix, sends) = match self.mixes.remove(&leg) {
            Some(known) => (known, None),
            None => {
                let mix = self.new_mix(leg)?;
                let sends = mix.track().map(Sends::Mix);
                (mix, sends)
            }
        };
        for gone in mix.others.difference(&others) {
            if let Some(voice) = self.voices.get(gone) {
                voice.disconnect(&mix);
            }
        }
        let context = self.context()?;
        for come in others.difference(&mix.others) {
            if let Some(voice) = self.voices.get_mut(come) {
                voice.plug_in(&context, Talker::default())?;
                voice.connect(&mix)?;
            }
        }
        self.mixes.insert(leg, Mix { others, ..mix });
        self.rest();
        Ok(sends)
    }

    /// What a leg hears, if it hears others.
    pub(super) fn track(&self, leg: LegId) -> Option<MediaStreamTrack> {
        self.mixes.get(&leg).and_then(Mix::track)
    }

    /// A leg is closed.
    pub(super) fn forget(&mut self, leg: LegId) {
        self.open.remove(&leg);
        self.unplug(leg);
        self.voices.remove(&leg);
        if let Some(mix) = self.mixes.remove(&leg) {
            self.take_apart(&mix);
        }
        self.rest();
    }

    /// Every leg is closed.
    pub(super) fn forget_all(&mut self) {
        let all: Vec<_> = self.voices.keys().chain(self.mixes.keys()).copied().collect();
        self.open.clear();
        all.into_iter().for_each(|leg| self.forget(leg));
        self.rest();
    }

    /// There is something to measure: somebody hears somebody else, or the operator.
    pub(super) fn is_awake(&self) -> bool {
        self.is_mixing() || !self.open.is_empty()
    }

    /// How loud the operator is, as a share of full scale; 0 while nobody hears the microphone.
    pub(super) fn own_level(&self) -> f32 {
        match &self.operator {
            Some(operator) if !self.open.is_empty() => level::of(&operator.analyser),
            Some(_) | None => 0.0,
        }
    }

    /// Somebody hears somebody else.
    fn is_mixing(&self) -> bool {
        !self.mixes.is_empty()
    }

    /// Who has begun or ceased to talk since the last look; `now` in milliseconds.
    pub(super) fn who_talks(&mut self, now: f64) -> Vec<(LegId, bool)> {
        let mut changed = Vec::new();
        for (leg, voice) in &mut self.voices {
            if let Some(sound) = &mut voice.sound
                && let Some(talking) = sound.talker.hear(level::of(&sound.analyser), now)
            {
                changed.push((*leg, talking));
            }
        }
        changed
    }

    fn is_heard(&self, leg: LegId) -> bool {
        self.mixes.values().any(|mix| mix.others.contains(&leg))
    }

    fn new_mix(&mut self, leg: LegId) -> Result<Mix, JsValue> {
        let context = self.context()?;
        let operator = context.create_gain()?;
        let into = context.create_media_stream_destination()?;
        // A telephone has one ear.
        into.set_channel_count(1);
        into.set_channel_count_mode(ChannelCountMode::Explicit);
        operator.connect_with_audio_node(&into)?;
        let mix = Mix { others: VecSet::new(), operator, into };
        mix.let_operator_in(self.open.contains(&leg));
        if self.operator.is_none() {
            self.operator = self.new_operator(&context)?;
        }
        if let Some(operator) = &self.operator {
            operator.source.connect_with_audio_node(&mix.operator)?;
        }
        Ok(mix)
    }

    fn plug_in_operator(&mut self) -> Result<(), JsValue> {
        if let Some(operator) = self.operator.take() {
            unplug(&operator.source);
        }
        if self.is_awake() {
            let context = self.context()?;
            self.operator = self.new_operator(&context)?;
            for mix in self.mixes.values() {
                if let Some(operator) = &self.operator {
                    operator.source.connect_with_audio_node(&mix.operator)?;
                }
            }
        }
        Ok(())
    }

    fn new_operator(&self, context: &AudioContext) -> Result<Option<Operator>, JsValue> {
        let Some(track) = &self.microphone else { return Ok(None) };
        let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
        let (source, analyser) = (context.create_media_stream_source(&stream)?, level::analyser(context)?);
        source.connect_with_audio_node(&analyser)?;
        Ok(Some(Operator { source, analyser }))
    }

    /// Ends a voice as it was; gives who was heard to talk.
    fn unplug(&mut self, leg: LegId) -> Talker {
        let sound = self.voices.get_mut(&leg).and_then(|voice| voice.sound.take());
        sound.map_or_else(Talker::default, |sound| {
            unplug(&sound.source);
            sound.talker
        })
    }

    fn take_apart(&mut self, mix: &Mix) {
        for voice in self.voices.values() {
            voice.disconnect(mix);
        }
        unplug(&mix.operator);
        if let Some(operator) = &self.operator {
            // It is connected: every mix is when it is made.
            let _ = operator.source.disconnect_with_audio_node(&mix.operator);
        }
        self.rest();
    }

    /// Lets go of what nobody hears any more, and of the processor when nothing is left to do.
    fn rest(&mut self) {
        let heard: VecSet<_> = self.mixes.values().flat_map(|mix| mix.others.iter().copied()).collect();
        let silent: Vec<_> = self.voices.keys().filter(|leg| !heard.contains(leg)).copied().collect();
        for leg in silent {
            self.unplug(leg);
        }
        if let (false, Some(context)) = (self.is_awake(), &self.context) {
            // Settles when it sleeps; nobody waits for that.
            let _ = context.suspend();
        }
    }

    /// The context, awake.
    fn context(&mut self) -> Result<AudioContext, JsValue> {
        let context = match self.context.take() {
            Some(context) => context,
            None => AudioContext::new()?,
        };
        // A page that captures may play without a gesture; where it may not, the next one of the operator wakes it.
        let _ = context.resume()?;
        Ok(self.context.insert(context).clone())
    }
}

impl Voice {
    /// Makes it a sound of the context, if it is none yet.
    fn plug_in(&mut self, context: &AudioContext, talker: Talker) -> Result<(), JsValue> {
        if self.sound.is_none() {
            let source = context.create_media_stream_source(&self.stream)?;
            let analyser = level::analyser(context)?;
            source.connect_with_audio_node(&analyser)?;
            self.sound = Some(Sound { source, analyser, talker });
        }
        Ok(())
    }

    fn connect(&self, mix: &Mix) -> Result<(), JsValue> {
        match &self.sound {
            Some(sound) => sound.source.connect_with_audio_node(&mix.into).map(drop),
            None => Ok(()),
        }
    }

    fn disconnect(&self, mix: &Mix) {
        if let Some(sound) = &self.sound {
            // Refused where it never was connected, which is as it should be.
            let _ = sound.source.disconnect_with_audio_node(&mix.into);
        }
    }
}

impl Mix {
    fn let_operator_in(&self, open: bool) {
        self.operator.gain().set_value(if open { 1.0 } else { 0.0 });
    }

    fn track(&self) -> Option<MediaStreamTrack> {
        use wasm_bindgen::JsCast;
        self.into.stream().get_audio_tracks().get(0).dyn_into().ok()
    }
}

fn unplug(node: &AudioNode) {
    // A node that is connected to nothing is as good.
    let _ = node.disconnect();
}
