//! Media: what the page that carries them is asked, and what it says. Pages come and go; legs stay.

use cordboard_sip::{ActError, Instant};
use cordboard_wire::HoldMusic;

use super::Desk;
use super::calls::{Call, failure_of, status_of};
use crate::call::{CallState, Event};
use crate::leg::{LegDeed, LegEvent, Sound};
use crate::who::called;
use crate::{
    CallFailure, CallId, Delta, HoldMusicLoss, LegId, MediaAsk, NoSound, Notice, Output, PageInput,
    PageOutput, Quality, Ring, Tone,
};

impl Desk {
    /// Changes the pages; if that moves the media to another page, every leg is to be made anew there.
    pub(super) fn with_host_watched(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.pages.host();
        change(self);
        if self.pages.host() == before {
            return;
        }
        let still_open = before.filter(|page| self.pages.is_open(*page));
        for call in self.calls.values_mut() {
            let close = call.leg.close();
            call.leg.lose_media();
            if let (Some(page), Some(close)) = (still_open, close) {
                self.outputs.push_back(Output::Tell(page, PageOutput::Media(close)));
            }
        }
        if let Some(page) = still_open.filter(|_| self.rung != Ring::Silent) {
            self.outputs.push_back(Output::Tell(page, PageOutput::Ring(Ring::Silent)));
        }
        self.rung = Ring::Silent;
    }

    /// Asks the page that carries media.
    pub(super) fn ask_media(&mut self, ask: MediaAsk) {
        if let Some(host) = self.pages.host() {
            self.outputs.push_back(Output::Tell(host, PageOutput::Media(ask)));
        }
    }

    /// The page that carries media said something about it.
    pub(super) fn media_said(&mut self, now: Instant, said: PageInput) {
        match said {
            PageInput::OfferMade { leg, sdp } => self.media_event(now, leg, LegEvent::PageOffered(sdp)),
            PageInput::AnswerMade { leg, sdp } => self.media_event(now, leg, LegEvent::PageAnswered(sdp)),
            PageInput::MediaFailed { leg, problem } => {
                self.media_event(now, leg, LegEvent::PageFailed(NoSound::Browser { said: problem }))
            }
            PageInput::Quality { leg, quality } => self.heard_quality(leg, quality),
            PageInput::Talking { leg, talking } => self.heard_talking(leg, talking),
            PageInput::MediaConnection { leg, up } => {
                if let Some(call) = self.call_of(leg).and_then(|id| self.calls.get_mut(&id)) {
                    call.leg.connection_changed(now, up);
                }
            }
            PageInput::Command(_)
            | PageInput::MediaReady
            | PageInput::MicrophoneLost(_)
            | PageInput::HoldMusicLost(_) => {}
        }
    }

    fn media_event(&mut self, now: Instant, leg: LegId, event: LegEvent) {
        if let Some(id) = self.call_of(leg) {
            self.leg_happened(now, id, event);
        }
    }

    fn heard_quality(&mut self, leg: LegId, quality: Quality) {
        let Some(call) = self.call_of(leg).and_then(|id| self.calls.get_mut(&id)) else { return };
        if call.quality.is_none_or(|told| is_news(told, quality)) {
            call.quality = Some(quality);
            let call = call.id;
            self.tell_all(Delta::Quality { call, quality });
        }
    }

    /// Has new media made for legs whose connection was down for too long.
    pub(super) fn mend_media(&mut self, now: Instant) {
        let mended: Vec<_> =
            self.calls.values_mut().filter_map(|call| Some((call.id, call.leg.mend(now)?))).collect();
        for (id, (close, last)) in mended {
            self.ask_media(close);
            if last {
                self.no_sound(now, id, NoSound::ConnectionLost);
            }
        }
    }

    /// Something happened to a call's leg.
    pub(super) fn leg_happened(&mut self, now: Instant, id: CallId, event: LegEvent) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        for deed in call.leg.step(event) {
            self.do_for_leg(now, id, deed);
        }
    }

    fn do_for_leg(&mut self, now: Instant, id: CallId, deed: LegDeed) {
        let Some(call) = self.calls.get(&id) else { return };
        let leg = call.leg.id();
        match deed {
            LegDeed::Ask(ask) => self.ask_media(ask),
            LegDeed::Invite(sdp) => {
                let target = call.dialled.clone();
                if let Err(error) = self.line_side.invite(now, leg, &target, &sdp) {
                    self.happened(now, id, Event::NotPutThrough(failure_of(error)));
                }
            }
            LegDeed::Accept(sdp) => match self.line_side.accept(now, leg, &sdp) {
                Ok(()) => {
                    self.answered(now, id);
                    self.happened(now, id, Event::AnswerSent);
                }
                // The only way is that the caller has gone, which is the next event.
                Err(_) => self.happened(now, id, Event::AnswerFailed),
            },
            LegDeed::Reoffer(sdp) => match self.line_side.reoffer(now, leg, &sdp) {
                Ok(()) => {}
                Err(ActError::NotConnected) => self.leg_happened(now, id, LegEvent::ChangeNotSent),
                Err(error) => self.leg_happened(now, id, LegEvent::ChangeRefused(status_of(error))),
            },
            LegDeed::Reply(sdp) => {
                if self.line_side.reply(now, leg, &sdp).is_err() {
                    self.leg_happened(now, id, LegEvent::ReplyNotSent);
                }
            }
            LegDeed::RefuseReply => {
                // RFC 3261 section 14.2: what cannot be had is refused with 488, and the session goes on. Should it
                // have been taken back there is nothing to refuse.
                let _ = self.line_side.reject(now, leg, 488);
            }
            LegDeed::DialFailed(problem) => {
                self.no_sound(now, id, problem);
                self.happened(now, id, Event::NotPutThrough(CallFailure::NoCommonMedia));
            }
            LegDeed::AnswerFailed(problem) => {
                self.no_sound(now, id, problem);
                self.happened(now, id, Event::AnswerFailed);
            }
            LegDeed::DirectionRefused => {
                let floor_taken = self.floor_is_taken(id);
                self.happened(now, id, Event::DirectionRefused { floor_taken });
            }
            LegDeed::NoSound(problem) => self.no_sound(now, id, problem),
        }
    }

    /// Told once: every page would say the same.
    pub(super) fn hold_music_lost(&mut self, now: Instant, problem: HoldMusicLoss) {
        if let Some(shift) = &mut self.shift
            && !std::mem::replace(&mut shift.told_of_music, true)
        {
            self.tell(now, Notice::HoldMusicLost { problem });
        }
    }

    fn no_sound(&mut self, now: Instant, id: CallId, problem: NoSound) {
        if let Some(call) = self.calls.get(&id) {
            let who = called(&call.who);
            self.tell(now, Notice::NoSound { who, problem });
        }
    }

    /// Brings every leg to what its call wants. What shuts comes first: nobody may hear a moment too much.
    pub(super) fn settle_media(&mut self, now: Instant) {
        let possible = self.pages.host().is_some() && self.link.is_open();
        let mut shut = Vec::new();
        let mut exchange = Vec::new();
        let mut open = Vec::new();
        let conference = self.voices();
        let ours = self.shift.as_ref().is_some_and(|shift| shift.media.hold_music != HoldMusic::Pbx);
        for call in self.calls.values_mut() {
            let sound = match &conference {
                Some(conference) if call.state == CallState::Conferring => conference.sound_of(call),
                Some(_) | None => sound_of(call, self.floor == Some(call.id)),
            };
            exchange.extend(call.leg.pursue(now, call.state.wants(), possible));
            let sound = Sound { music: ours && call.state.waits_on_hold(), ..sound };
            for ask in call.leg.let_through(sound) {
                if is_shutting(&ask) { shut.push(ask) } else { open.push(ask) }
            }
        }
        for ask in shut.into_iter().chain(exchange).chain(open) {
            self.ask_media(ask);
        }
    }
}

/// What the operator and the far end of a call hear of each other.
fn sound_of(call: &Call, has_floor: bool) -> Sound {
    if !has_floor {
        return Sound::default();
    }
    match &call.state {
        CallState::Accepted | CallState::Talking => {
            Sound { microphone: !call.muted, speaker: true, ..Sound::default() }
        }
        CallState::Calling => Sound { speaker: true, ..Sound::default() },
        CallState::RingingOut => {
            let tone = if call.leg.has_early_media() { None } else { Some(Tone::RingBack) };
            Sound { speaker: true, tone, ..Sound::default() }
        }
        CallState::Failed(CallFailure::Busy) => Sound { tone: Some(Tone::Busy), ..Sound::default() },
        CallState::Failed(_) => Sound { tone: Some(Tone::Congestion), ..Sound::default() },
        CallState::Ringing
        | CallState::Answering { .. }
        | CallState::Holding
        | CallState::Held { .. }
        | CallState::Resuming
        | CallState::Joining
        | CallState::Conferring
        | CallState::Parting { .. }
        | CallState::Lent { .. }
        | CallState::Over => Sound::default(),
    }
}

fn is_shutting(ask: &MediaAsk) -> bool {
    match ask {
        MediaAsk::SetMicrophone { open, .. } | MediaAsk::SetSpeaker { open, .. } => !open,
        MediaAsk::PlayTone { tone, .. } => tone.is_none(),
        // It takes the microphone's place before that is open, and gives it back then.
        MediaAsk::PlayMusic { on, .. } => !on,
        // Whoever is no party any more is to be heard no more; and parties hear each other before the operator opens up.
        MediaAsk::SetHears { .. } => true,
        MediaAsk::Offer { .. }
        | MediaAsk::Answer { .. }
        | MediaAsk::Apply { .. }
        | MediaAsk::TakeBack { .. }
        | MediaAsk::SendDigit { .. }
        | MediaAsk::Close { .. } => false,
    }
}

/// Whether anybody would hear or see the difference. Figures come every second; most change nothing.
fn is_news(told: Quality, now: Quality) -> bool {
    let far = |a: f32, b: f32, by: f32| (a - b).abs() >= by;
    far(told.mos, now.mos, 0.2)
        || far(told.loss, now.loss, 0.01)
        || far(told.jitter_ms, now.jitter_ms, 10.0)
        || far(told.round_trip_ms, now.round_trip_ms, 25.0)
}
