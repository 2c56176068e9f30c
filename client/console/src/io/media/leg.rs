//! One leg's task: works off what the desk asks of it, one after the other.

use cordboard_desk::{LegId, MediaAsk, MediaSetup, PageInput, Tone};
use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::{StreamExt, future};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack};

use super::peer::Peer;
use super::quality::Meter;
use super::sound::Sound;
use super::{Say, tones};
use crate::io::wait;

/// Between two looks at the statistics, milliseconds.
const METER: i32 = 1000;

/// What a leg is told.
pub(crate) enum Order {
    /// The desk asks this.
    Ask(MediaAsk),
    /// Speak through this microphone from now on.
    Microphone(Option<MediaStreamTrack>),
    /// Send this from now on in place of the microphone; `None` sends the microphone again.
    Mix(Option<MediaStreamTrack>),
}

/// Hears what a leg's far end sounds like, each time that changes.
pub(crate) type OnVoice = std::rc::Rc<dyn Fn(MediaStream)>;

/// Media of one SIP session.
pub(crate) struct Leg {
    id: LegId,
    setup: MediaSetup,
    microphone: Option<MediaStreamTrack>,
    mix: Option<MediaStreamTrack>,
    microphone_open: bool,
    speaker_open: bool,
    peer: Option<Peer>,
    tone: Sound,
    meter: Meter,
    voice: OnVoice,
    say: Say,
}

impl Leg {
    /// Starts the leg's task. It ends, and closes all it holds, when the sender is dropped.
    pub(crate) fn start(
        id: LegId,
        setup: MediaSetup,
        microphone: Option<MediaStreamTrack>,
        voice: OnVoice,
        say: Say,
    ) -> UnboundedSender<Order> {
        let (tell, orders) = mpsc::unbounded();
        let leg = Self {
            id,
            setup,
            microphone,
            mix: None,
            microphone_open: false,
            speaker_open: false,
            peer: None,
            tone: Sound::default(),
            meter: Meter::default(),
            voice,
            say,
        };
        wasm_bindgen_futures::spawn_local(leg.run(orders));
        tell
    }

    async fn run(mut self, mut orders: UnboundedReceiver<Order>) {
        loop {
            let order = {
                let tick = std::pin::pin!(wait::for_millis(METER));
                match future::select(orders.next(), tick).await {
                    future::Either::Left((None, _)) => return,
                    future::Either::Left((Some(order), _)) => Some(order),
                    future::Either::Right(_) => None,
                }
            };
            match order {
                Some(order) => self.carry_out(order).await,
                None => self.measure().await,
            }
        }
    }

    async fn carry_out(&mut self, order: Order) {
        let done = match order {
            Order::Ask(ask) => self.ask(ask).await,
            Order::Microphone(track) => {
                self.microphone = track;
                match &mut self.peer {
                    Some(peer) => peer.change_microphone(self.microphone.as_ref()).await,
                    None => Ok(()),
                }
            }
            Order::Mix(track) => {
                self.mix = track;
                match &mut self.peer {
                    Some(peer) => peer.send_mix(self.mix.as_ref()).await,
                    None => Ok(()),
                }
            }
        };
        if let Err(problem) = done {
            self.fail(&problem);
        }
    }

    async fn ask(&mut self, ask: MediaAsk) -> Result<(), JsValue> {
        match ask {
            MediaAsk::Offer { direction, .. } => {
                let setup = self.setup.clone();
                let sdp = self.peer()?.offer(&setup, direction).await?;
                (self.say)(PageInput::OfferMade { leg: self.id, sdp });
            }
            MediaAsk::Answer { offer, direction, .. } => {
                if self.peer.as_ref().is_some_and(|peer| peer.is_other_far_end(&offer)) {
                    self.peer = None;
                }
                let setup = self.setup.clone();
                let sdp = self.peer()?.answer(&setup, &offer, direction).await?;
                (self.say)(PageInput::AnswerMade { leg: self.id, sdp });
            }
            MediaAsk::Apply { answer, early, .. } => self.peer()?.apply(&answer, early).await?,
            MediaAsk::TakeBack { .. } => {
                if let Some(peer) = &self.peer {
                    peer.take_back().await?;
                }
            }
            MediaAsk::SetMicrophone { open, .. } => {
                self.microphone_open = open;
                if let Some(peer) = &mut self.peer {
                    peer.set_microphone(open);
                }
            }
            MediaAsk::SetSpeaker { open, .. } => {
                self.speaker_open = open;
                if let Some(peer) = &self.peer {
                    peer.set_speaker(open);
                }
            }
            MediaAsk::SendDigit { digit, .. } => {
                if let Some(peer) = &self.peer {
                    peer.send_digit(digit)?;
                }
            }
            MediaAsk::PlayTone { tone, .. } => self.play(tone),
            // The mixer's, and the music's.
            MediaAsk::SetHears { .. } | MediaAsk::PlayMusic { .. } => {}
            // The task is ended by its sender instead.
            MediaAsk::Close { .. } => self.peer = None,
        }
        Ok(())
    }

    fn peer(&mut self) -> Result<&mut Peer, JsValue> {
        let peer = match self.peer.take() {
            Some(peer) => peer,
            None => self.new_peer()?,
        };
        Ok(self.peer.insert(peer))
    }

    fn new_peer(&self) -> Result<Peer, JsValue> {
        let (id, say) = (self.id, self.say.clone());
        let connected = move |up| say(PageInput::MediaConnection { leg: id, up });
        let voice = self.voice.clone();
        let mut peer =
            Peer::new(&self.setup, self.microphone.as_ref(), self.mix.as_ref(), connected, move |heard| {
                voice(heard)
            })?;
        peer.set_microphone(self.microphone_open);
        peer.set_speaker(self.speaker_open);
        Ok(peer)
    }

    fn play(&mut self, tone: Option<Tone>) {
        match tone {
            Some(Tone::RingBack) => self.tone.play(&tones::RING_BACK),
            Some(Tone::Busy) => self.tone.play(&tones::BUSY),
            Some(Tone::Congestion) => self.tone.play(&tones::CONGESTION),
            None => self.tone.stop(),
        }
    }

    async fn measure(&mut self) {
        let Some(peer) = &self.peer else { return };
        if let Some(stats) = peer.stats().await
            && let Some(quality) = self.meter.read(&stats)
        {
            (self.say)(PageInput::Quality { leg: self.id, quality });
        }
    }

    fn fail(&self, problem: &JsValue) {
        (self.say)(PageInput::MediaFailed { leg: self.id, problem: said(problem) });
    }
}

/// What the browser says about a problem.
pub(super) fn said(problem: &JsValue) -> String {
    problem
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| problem.as_string())
        .unwrap_or_else(|| format!("{problem:?}"))
}
