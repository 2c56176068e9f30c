//! Sound: the microphone, one peer connection per leg, the conference's mixer, the ringer and the tones.
//!
//! One task owns the microphone, the mixer and the ringer; each leg has a task of its own that works its asks off one after
//! the other. Nothing is shared: tasks are told what to do through channels.

mod codecs;
mod leg;
mod level;
mod microphone;
mod mixer;
mod music;
mod peer;
mod quality;
mod sound;
mod tones;

use cordboard_desk::{
    HoldMusicLoss, LegId, MediaAsk, MediaSetup, MicrophoneLoss, PageInput, Ring, RingStyle,
};
use cordboard_wire::HoldMusic;
use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::{StreamExt, future};
use vecmap::{VecMap, VecSet};
use wasm_bindgen::JsValue;
use web_sys::{Blob, MediaStream, MediaStreamTrack};

use self::leg::{Leg, Order};
use self::microphone::Microphone;
use self::mixer::{Mixer, Sends};
use self::music::Music;
use self::sound::Sound;
use super::{relay, wait};

/// Between two looks at how loud everybody is, milliseconds.
const LOOK: i32 = 100;

/// What the sound task is told.
enum Told {
    Setup(MediaSetup),
    StartShift,
    StartUnasked,
    EndShift,
    /// What came of opening the microphone; with the number of the attempt.
    MicrophoneOpened(u32, Result<Microphone, MicrophoneLoss>),
    BeginAgain,
    MicrophoneUnplugged,
    Ask(MediaAsk),
    Ring(Ring),
    Remind(bool),
    /// A leg's far end sounds like this.
    Voice(LegId, MediaStream),
    /// The file for callers on hold is loaded, or is not to be had.
    MusicLoaded(Option<Blob>),
    /// The browser cannot play it.
    MusicSpoilt,
}

/// The way to the sound task. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Media {
    tell: UnboundedSender<Told>,
}

/// Tells the engine what has become of an ask.
pub(crate) type Say = std::rc::Rc<dyn Fn(PageInput)>;

impl Media {
    /// Starts the sound task; it answers through `say`, and shows by how many of [`level::STEPS`] the operator is heard.
    pub(crate) fn start(say: impl Fn(PageInput) + 'static, show_level: impl Fn(u8) + 'static) -> Self {
        let (tell, told) = mpsc::unbounded();
        let task = SoundTask::new(std::rc::Rc::new(say), Box::new(show_level), tell.clone());
        wasm_bindgen_futures::spawn_local(task.run(told));
        Self { tell }
    }

    /// Hands over the ICE servers and codec order that new connections are made with.
    pub(crate) fn set_up(&self, setup: MediaSetup) {
        self.tell(Told::Setup(setup));
    }

    /// Opens the microphone; to be called in the operator's gesture. Answered by
    /// [`PageInput::MediaReady`] or [`PageInput::MicrophoneLost`].
    pub(crate) fn start_shift(&self) {
        self.tell(Told::StartShift);
    }

    /// As [`start_shift`](Self::start_shift), unless the microphone is open.
    pub(crate) fn start_unasked(&self) {
        self.tell(Told::StartUnasked);
    }

    /// Nobody works here any more: closes the microphone and every connection, and is silent.
    pub(crate) fn end_shift(&self) {
        self.tell(Told::EndShift);
    }

    /// Does what the desk asks of media.
    pub(crate) fn ask(&self, ask: MediaAsk) {
        self.tell(Told::Ask(ask));
    }

    /// An engine that knows nothing of this page's media asks anew: forgets every leg, and says whether there is a
    /// microphone.
    pub(crate) fn begin_again(&self) {
        self.tell(Told::BeginAgain);
    }

    /// Rings, or stops.
    pub(crate) fn ring(&self, ring: Ring) {
        self.tell(Told::Ring(ring));
    }

    /// Whether to sound reminders, or leave them to the screen.
    pub(crate) fn remind(&self, wanted: bool) {
        self.tell(Told::Remind(wanted));
    }

    fn tell(&self, told: Told) {
        // The task lives as long as the page.
        let _ = self.tell.unbounded_send(told);
    }
}

struct SoundTask {
    say: Say,
    tell: UnboundedSender<Told>,
    setup: MediaSetup,
    microphone: Option<Microphone>,
    /// Attempts to open the microphone so far: only the last one counts.
    attempts: u32,
    /// The last attempt has not come to an end. It may take as long as a question of the browser's stands.
    opening: bool,
    legs: VecMap<LegId, UnboundedSender<Order>>,
    mixer: Mixer,
    music: Music,
    ringer: Sound,
    /// What the ringer was last told.
    rung: Ring,
    reminders: bool,
    /// How loud the operator was last shown to be.
    level: u8,
    show_level: Box<dyn Fn(u8)>,
}

impl SoundTask {
    fn new(say: Say, show_level: Box<dyn Fn(u8)>, tell: UnboundedSender<Told>) -> Self {
        Self {
            say,
            tell,
            setup: MediaSetup::default(),
            microphone: None,
            attempts: 0,
            opening: false,
            legs: VecMap::new(),
            mixer: Mixer::default(),
            music: Music::default(),
            ringer: Sound::default(),
            rung: Ring::Silent,
            reminders: true,
            level: 0,
            show_level,
        }
    }

    async fn run(mut self, mut told: UnboundedReceiver<Told>) {
        loop {
            let Some(told) = self.next(&mut told).await else {
                self.measure();
                continue;
            };
            let Some(told) = told else { return };
            match told {
                Told::Setup(setup) => self.set_up(setup),
                Told::StartShift => self.open_microphone(),
                Told::StartUnasked if self.microphone.is_none() && !self.opening => self.open_microphone(),
                Told::StartUnasked => {}
                Told::MicrophoneOpened(attempt, opened) => self.microphone_opened(attempt, opened),
                Told::MicrophoneUnplugged => self.unplugged(),
                Told::EndShift => self.end_shift(),
                Told::BeginAgain => self.begin_again(),
                Told::Ask(ask) => self.ask(ask),
                Told::Voice(leg, stream) => self.voice(leg, stream),
                Told::MusicLoaded(file) => self.music_loaded(file),
                Told::MusicSpoilt => self.music_lost(HoldMusicLoss::NotPlayable),
                Told::Ring(ring) => self.ring(ring),
                Told::Remind(wanted) => {
                    self.reminders = wanted;
                    self.ring(self.rung);
                }
            }
        }
    }

    /// What the task is told next, `Some(None)` at its end; `None` when it is time to measure.
    async fn next(&self, told: &mut UnboundedReceiver<Told>) -> Option<Option<Told>> {
        if !self.mixer.is_awake() {
            return Some(told.next().await);
        }
        let tick = std::pin::pin!(wait::for_millis(LOOK));
        match future::select(told.next(), tick).await {
            future::Either::Left((told, _)) => Some(told),
            future::Either::Right(_) => None,
        }
    }

    fn measure(&mut self) {
        self.show_own_level();
        for (leg, talking) in self.mixer.who_talks(js_sys::Date::now()) {
            (self.say)(PageInput::Talking { leg, talking });
        }
    }

    /// Shown only when it changes by what an eye could see.
    fn show_own_level(&mut self) {
        let shown = level::shown(self.mixer.own_level());
        if std::mem::replace(&mut self.level, shown) != shown {
            (self.show_level)(shown);
        }
    }

    fn voice(&mut self, leg: LegId, stream: MediaStream) {
        if self.legs.contains_key(&leg) {
            let mixed = self.mixer.set_voice(leg, stream);
            self.complain(leg, mixed);
        }
    }

    /// Has a leg hear others, which may change what it sends.
    fn mix(&mut self, leg: LegId, others: VecSet<LegId>) {
        match self.mixer.set_hears(leg, others) {
            Ok(None) => {}
            Ok(Some(sends)) => {
                let track = match sends {
                    Sends::Mix(track) => Some(track),
                    Sends::Microphone => None,
                };
                self.send(leg, track);
            }
            Err(problem) => self.complain(leg, Err(problem)),
        }
    }

    /// Has a leg send this; `None` is the microphone.
    fn send(&self, leg: LegId, track: Option<MediaStreamTrack>) {
        if let Some(leg) = self.legs.get(&leg) {
            let _ = leg.unbounded_send(Order::Mix(track));
        }
    }

    /// The file for callers on hold is fetched now: the first of them is not to wait for it.
    fn set_up(&mut self, setup: MediaSetup) {
        let before = std::mem::replace(&mut self.setup, setup).hold_music;
        if self.setup.hold_music == HoldMusic::File && before != HoldMusic::File {
            let tell = self.tell.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let _ = tell.unbounded_send(Told::MusicLoaded(relay::hold_music().await.ok()));
            });
        }
    }

    fn music_loaded(&mut self, file: Option<Blob>) {
        let tell = self.tell.clone();
        let spoilt = move || {
            let _ = tell.unbounded_send(Told::MusicSpoilt);
        };
        match file {
            Some(file) => self.music.set_file(&file, spoilt),
            None => self.music_lost(HoldMusicLoss::NotThere),
        }
    }

    fn music_lost(&mut self, problem: HoldMusicLoss) {
        self.music.set_tone();
        (self.say)(PageInput::HoldMusicLost(problem));
    }

    fn play_music(&mut self, leg: LegId, on: bool) {
        if on {
            match self.music.play_to(leg) {
                Ok(track) => self.send(leg, Some(track)),
                Err(problem) => self.complain(leg, Err(problem)),
            }
        } else {
            self.music.stop_for(leg);
            self.send(leg, self.mixer.track(leg));
        }
    }

    fn complain(&self, leg: LegId, done: Result<(), JsValue>) {
        if let Err(problem) = done {
            (self.say)(PageInput::MediaFailed { leg, problem: leg::said(&problem) });
        }
    }

    fn ring(&mut self, ring: Ring) {
        if ring == Ring::Answered {
            return self.ringer.play_once(&tones::ANSWERED);
        }
        self.rung = ring;
        match ring {
            Ring::Loud(RingStyle::Usual) => self.ringer.play(&tones::RING),
            Ring::Loud(RingStyle::Internal) => self.ringer.play(&tones::RING_INTERNAL),
            Ring::Loud(RingStyle::Urgent) => self.ringer.play(&tones::RING_URGENT),
            Ring::Soft => self.ringer.play(&tones::CALL_WAITING),
            Ring::Reminder if self.reminders => self.ringer.play(&tones::REMINDER),
            Ring::Reminder | Ring::Answered | Ring::Silent => self.ringer.stop(),
        }
    }

    /// Opens it beside all else: calls ring, are answered and hung up meanwhile.
    fn open_microphone(&mut self) {
        self.attempts += 1;
        self.opening = true;
        let (attempt, tell, unplugged) = (self.attempts, self.tell.clone(), self.tell.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let opened = Microphone::open(move || {
                let _ = unplugged.unbounded_send(Told::MicrophoneUnplugged);
            })
            .await;
            let _ = tell.unbounded_send(Told::MicrophoneOpened(attempt, opened));
        });
    }

    fn microphone_opened(&mut self, attempt: u32, opened: Result<Microphone, MicrophoneLoss>) {
        if attempt != self.attempts {
            return;
        }
        self.opening = false;
        match opened {
            Ok(microphone) => {
                let track = microphone.track();
                self.microphone = Some(microphone);
                self.give_to_legs(Some(&track));
                (self.say)(PageInput::MediaReady);
            }
            Err(loss) => (self.say)(PageInput::MicrophoneLost(loss)),
        }
    }

    fn end_shift(&mut self) {
        self.forget_legs();
        self.microphone = None;
        self.give_to_legs(None);
        // A microphone that is still being opened is closed again.
        self.attempts += 1;
        self.opening = false;
        self.show_own_level();
    }

    fn forget_legs(&mut self) {
        self.legs.clear();
        self.mixer.forget_all();
        self.music.stop_for_all();
        self.ring(Ring::Silent);
    }

    fn begin_again(&mut self) {
        self.forget_legs();
        if self.microphone.is_some() {
            (self.say)(PageInput::MediaReady);
        }
    }

    /// Another microphone may be there: take it, else say that there is none. Calls go on either way.
    fn unplugged(&mut self) {
        // Word of one that has been closed meanwhile.
        if self.microphone.take().is_some() {
            (self.say)(PageInput::MicrophoneLost(MicrophoneLoss::Unplugged));
            self.open_microphone();
        }
    }

    fn give_to_legs(&mut self, track: Option<&MediaStreamTrack>) {
        for leg in self.legs.values() {
            let _ = leg.unbounded_send(Order::Microphone(track.cloned()));
        }
        let mixed = self.mixer.set_microphone(track);
        if let Some(any) = self.legs.keys().next() {
            self.complain(*any, mixed);
        }
    }

    fn ask(&mut self, ask: MediaAsk) {
        let id = leg_of(&ask);
        if matches!(ask, MediaAsk::Close { .. }) {
            // The leg's task ends with its channel and closes what it holds.
            self.legs.remove(&id);
            self.mixer.forget(id);
            self.music.stop_for(id);
            self.show_own_level();
            return;
        }
        if let MediaAsk::SetHears { leg, others } = ask {
            return self.mix(leg, others);
        }
        if let MediaAsk::PlayMusic { leg, on } = ask {
            return self.play_music(leg, on);
        }
        if let MediaAsk::SetMicrophone { leg, open } = ask {
            let measured = self.mixer.set_open(leg, open);
            self.complain(leg, measured);
        }
        let leg = self.legs.entry(id).or_insert_with(|| {
            let track = self.microphone.as_ref().map(Microphone::track);
            let tell = self.tell.clone();
            let voice = std::rc::Rc::new(move |stream| {
                let _ = tell.unbounded_send(Told::Voice(id, stream));
            });
            let leg = Leg::start(id, self.setup.clone(), track, voice, self.say.clone());
            // Whom it is to hear may have been said before.
            let _ = leg.unbounded_send(Order::Mix(self.mixer.track(id)));
            leg
        });
        let _ = leg.unbounded_send(Order::Ask(ask));
    }
}

fn leg_of(ask: &MediaAsk) -> LegId {
    match ask {
        MediaAsk::Offer { leg, .. }
        | MediaAsk::Answer { leg, .. }
        | MediaAsk::Apply { leg, .. }
        | MediaAsk::TakeBack { leg }
        | MediaAsk::SetMicrophone { leg, .. }
        | MediaAsk::SetSpeaker { leg, .. }
        | MediaAsk::SetHears { leg, .. }
        | MediaAsk::PlayMusic { leg, .. }
        | MediaAsk::SendDigit { leg, .. }
        | MediaAsk::PlayTone { leg, .. }
        | MediaAsk::Close { leg } => *leg,
    }
}
