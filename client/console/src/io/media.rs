//! Sound: the microphone, one peer connection per leg, the ringer and the tones.
//!
//! One task owns the microphone and the ringer; each leg has a task of its own that works its asks off one after
//! the other. Nothing is shared: tasks are told what to do through channels.

mod codecs;
mod leg;
mod microphone;
mod peer;
mod quality;
mod sound;
mod tones;

use std::collections::BTreeMap;

use cordboard_desk::{LegId, MediaAsk, MediaSetup, PageInput, Ring};
use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use web_sys::MediaStreamTrack;

use self::leg::{Leg, Order};
use self::microphone::Microphone;
use self::sound::Sound;

/// What the sound task is told.
enum Told {
    Setup(MediaSetup),
    StartShift,
    StartUnasked,
    BeginAgain,
    MicrophoneUnplugged,
    Ask(MediaAsk),
    Ring(Ring),
    Remind(bool),
}

/// The way to the sound task. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Media {
    tell: UnboundedSender<Told>,
}

/// Tells the engine what has become of an ask.
pub(crate) type Say = std::rc::Rc<dyn Fn(PageInput)>;

impl Media {
    /// Starts the sound task; it answers through `say`.
    pub(crate) fn start(say: impl Fn(PageInput) + 'static) -> Self {
        let (tell, told) = mpsc::unbounded();
        let task = SoundTask::new(std::rc::Rc::new(say), tell.clone());
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
    legs: BTreeMap<LegId, UnboundedSender<Order>>,
    ringer: Sound,
    /// What the ringer was last told.
    rung: Ring,
    reminders: bool,
}

impl SoundTask {
    fn new(say: Say, tell: UnboundedSender<Told>) -> Self {
        Self {
            say,
            tell,
            setup: MediaSetup::default(),
            microphone: None,
            legs: BTreeMap::new(),
            ringer: Sound::default(),
            rung: Ring::Silent,
            reminders: true,
        }
    }

    async fn run(mut self, mut told: UnboundedReceiver<Told>) {
        while let Some(told) = told.next().await {
            match told {
                Told::Setup(setup) => self.setup = setup,
                Told::StartShift => self.start_shift().await,
                Told::MicrophoneUnplugged => self.unplugged().await,
                Told::StartUnasked if self.microphone.is_none() => self.start_shift().await,
                Told::StartUnasked => {}
                Told::BeginAgain => self.begin_again(),
                Told::Ask(ask) => self.ask(ask),
                Told::Ring(ring) => self.ring(ring),
                Told::Remind(wanted) => {
                    self.reminders = wanted;
                    self.ring(self.rung);
                }
            }
        }
    }

    fn ring(&mut self, ring: Ring) {
        self.rung = ring;
        match ring {
            Ring::Loud => self.ringer.play(&tones::RING),
            Ring::Soft => self.ringer.play(&tones::CALL_WAITING),
            Ring::Reminder if self.reminders => self.ringer.play(&tones::REMINDER),
            Ring::Reminder | Ring::Silent => self.ringer.stop(),
        }
    }

    async fn start_shift(&mut self) {
        let tell = self.tell.clone();
        let opened = Microphone::open(move || {
            let _ = tell.unbounded_send(Told::MicrophoneUnplugged);
        })
        .await;
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

    fn begin_again(&mut self) {
        self.legs.clear();
        self.ring(Ring::Silent);
        if self.microphone.is_some() {
            (self.say)(PageInput::MediaReady);
        }
    }

    /// Another microphone may be there: take it, else say that there is none. Calls go on either way.
    async fn unplugged(&mut self) {
        (self.say)(PageInput::MicrophoneLost(cordboard_desk::MicrophoneLoss::Unplugged));
        self.microphone = None;
        self.start_shift().await;
    }

    fn give_to_legs(&self, track: Option<&MediaStreamTrack>) {
        for leg in self.legs.values() {
            let _ = leg.unbounded_send(Order::Microphone(track.cloned()));
        }
    }

    fn ask(&mut self, ask: MediaAsk) {
        let id = leg_of(&ask);
        if matches!(ask, MediaAsk::Close { .. }) {
            // The leg's task ends with its channel and closes what it holds.
            self.legs.remove(&id);
            return;
        }
        let leg = self.legs.entry(id).or_insert_with(|| {
            let track = self.microphone.as_ref().map(Microphone::track);
            Leg::start(id, self.setup.clone(), track, self.say.clone())
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
        | MediaAsk::SendDigit { leg, .. }
        | MediaAsk::PlayTone { leg, .. }
        | MediaAsk::Close { leg } => *leg,
    }
}
