//! The media of one session: who has offered what, and how offer and answer are brought to what the call wants.
//!
//! The call says which way media should flow, and this machine gets there: the operator's wishes can change
//! faster than a far end answers, so a wish is never queued; when an exchange is done, the leg looks at what is
//! wanted now. The media themselves live in a page. When that page goes, its media are stale, and the next page
//! offers anew.

use std::time::Duration;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};
use vecmap::VecSet;

use crate::{CallWay, Direction, LegId, MediaAsk, NoSound, Tone};

/// How far an exchange of offer and answer (RFC 3264) has come.
///
/// ```text
///           dial, or answer an INVITE          the far end's re-INVITE
///           without an offer │                   │ without an offer
///                            ▼                   ▼
///   Blank ─────────────► Offering ◄───────── Agreed ◄───────┬─────────┐
///     │                      │ page has made it ▲ │         │         │
///     │ answer               ▼                  │ │ re-INVITE         │
///     │                   Offered ──answered────┘ │ with an offer     │
///     │                                           ▼         │         │
///     └──────────────────────────────────────► Answering ───┘ (reply) │
///                                                 │ page has made it  │
///                                                 ▼                   │
///                                              Sealing ───────ACK─────┘
/// ```
/// A re-INVITE of ours that is refused or lost leads from Offered to Agreed too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Bargain {
    /// Nothing has been offered.
    Blank,
    /// The page makes an offer.
    Offering(Purpose),
    /// Our offer is with the far end.
    Offered(Purpose),
    /// The page makes an answer to this offer.
    Answering(Purpose, String),
    /// Our answer is in the 200, its ACK is not in.
    Sealing,
    /// Both sides agree.
    Agreed,
}

/// What an exchange is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Purpose {
    /// Our INVITE.
    Dial,
    /// Our 200 to their INVITE.
    Accept,
    /// Our re-INVITE.
    Change,
    /// Our 200 to their re-INVITE or UPDATE, or to the INVITE of somebody who takes their place.
    Reply,
}

/// What happens to a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LegEvent {
    /// The page has made the offer.
    PageOffered(String),
    /// The page has made the answer.
    PageAnswered(String),
    /// The page could not do what it was asked.
    PageFailed(NoSound),
    /// Early media came with a provisional response.
    EarlyAnswer(String),
    /// An offer of ours was answered, but for the one in our 200 to the INVITE; `None` when the answer came before.
    Answered(Option<String>),
    /// Our 200 to the INVITE was acknowledged, with the answer if the offer was ours.
    Acknowledged(Option<String>),
    /// The far end wants to change the media; `None` when it wants our offer.
    FarEndOffered(Option<String>),
    /// Somebody else is to take the far end's place, and offers this; `None` when they want our offer.
    TakenOver(Option<String>),
    /// Our re-INVITE was refused with this status.
    ChangeRefused(u16),
    /// Our re-INVITE could not be sent: the connection was lost in that moment.
    ChangeNotSent,
    /// Our re-INVITE gave way to one of theirs, which is the next thing to happen.
    ChangeGaveWay,
    /// Our re-INVITE was lost with the connection, answered or not.
    ChangeLost,
    /// Our reply to the far end's re-INVITE could not be sent: it was taken back.
    ReplyNotSent,
}

/// What is to be done for a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LegDeed {
    /// Ask the page.
    Ask(MediaAsk),
    /// Send INVITE.
    Invite(String),
    /// Send the 200 to the INVITE.
    Accept(String),
    /// Send re-INVITE.
    Reoffer(String),
    /// Send the 200 to the far end's re-INVITE.
    Reply(String),
    /// Refuse the far end's re-INVITE; the session goes on as it was.
    RefuseReply,
    /// Tell the call that its INVITE can not go out.
    DialFailed(NoSound),
    /// Tell the call that it is not answered.
    AnswerFailed(NoSound),
    /// Tell the call that the far end refused to change the flow.
    DirectionRefused,
    /// Tell the operator that there may be no sound.
    NoSound(NoSound),
}

/// What the page lets through. A page starts each leg with [`Sound::default`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sound {
    /// The operator is heard.
    pub microphone: bool,
    /// The far end is heard.
    pub speaker: bool,
    /// What is heard in its place.
    pub tone: Option<Tone>,
    /// Whom the far end hears besides the operator.
    pub hears: VecSet<LegId>,
    /// The far end hears the music of callers on hold in the operator's place.
    pub music: bool,
}

/// How long a page may take to make an offer or an answer. Gathering candidates takes half a second at most;
/// a page that needs this long hangs.
const PAGE_PATIENCE: Duration = Duration::from_secs(15);
/// How long a connection may be down before new media are made: ICE often finds back by itself (RFC 7675 section
/// 5.1 gives up after 30 s, which is long for a caller).
const SILENCE: Duration = Duration::from_secs(5);
/// How often new media are made before the operator is told that it is no use.
const MENDS: u8 = 3;

/// One leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leg {
    id: LegId,
    way: CallWay,
    /// The offer in the INVITE that came in.
    invited_with: Option<String>,
    bargain: Bargain,
    /// The direction of the exchange under way.
    direction: Direction,
    /// The direction both sides last agreed on, as we see it.
    agreed: Option<Direction>,
    /// The direction that was refused last and is not asked for again until something else was wanted.
    refused: Option<Direction>,
    /// The page at hand has been asked for what the bargain waits for; it has until then.
    asked_until: Option<Instant>,
    /// A page that has this leg's media is there.
    has_media: bool,
    /// The media that the far end knows went away with their page.
    stale: bool,
    /// The last early answer.
    early: Option<String>,
    /// What the page was last told to let through.
    sound: Sound,
    /// The connection is down; when to make new media.
    mend_at: Option<Instant>,
    /// How often that was done since the connection was last up.
    mends: u8,
}

impl Leg {
    /// A leg for a call of ours.
    pub(crate) fn outgoing(id: LegId) -> Self {
        Self::new(id, CallWay::Outgoing, None)
    }

    /// A leg for an INVITE that came in with this offer.
    pub(crate) fn incoming(id: LegId, offer: Option<String>) -> Self {
        Self::new(id, CallWay::Incoming, offer)
    }

    fn new(id: LegId, way: CallWay, invited_with: Option<String>) -> Self {
        Self {
            id,
            way,
            invited_with,
            bargain: Bargain::Blank,
            direction: Direction::SendRecv,
            agreed: None,
            refused: None,
            asked_until: None,
            has_media: false,
            stale: false,
            early: None,
            sound: Sound::default(),
            mend_at: None,
            mends: 0,
        }
    }

    /// Which leg.
    pub(crate) fn id(&self) -> LegId {
        self.id
    }

    /// The far end plays something before it answers.
    pub(crate) fn has_early_media(&self) -> bool {
        self.early.is_some()
    }

    /// Both sides agree that media flow this way.
    pub(crate) fn agrees_on(&self, wanted: Direction) -> bool {
        self.bargain == Bargain::Agreed && self.agreed == Some(wanted)
    }

    /// When to look at the clock.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.asked_until.into_iter().chain(self.mend_at).min()
    }

    /// The page was asked and has not answered in time.
    pub(crate) fn page_hangs(&self, now: Instant) -> bool {
        self.asked_until.is_some_and(|until| until <= now)
    }

    /// The page's connection came up or went down.
    pub(crate) fn connection_changed(&mut self, now: Instant, up: bool) {
        if up {
            self.mend_at = None;
            self.mends = 0;
        } else if self.mend_at.is_none() && self.mends < MENDS {
            self.mend_at = Some(now + SILENCE);
        }
    }

    /// Gives the connection up if it was down for too long: what the page is to close, and whether that was the
    /// last try.
    pub(crate) fn mend(&mut self, now: Instant) -> Option<(MediaAsk, bool)> {
        self.mend_at.filter(|at| *at <= now)?;
        self.mend_at = None;
        self.mends += 1;
        let close = self.close()?;
        self.lose_media();
        Some((close, self.mends == MENDS))
    }

    /// The page that had the media is gone.
    pub(crate) fn lose_media(&mut self) {
        self.asked_until = None;
        self.mend_at = None;
        self.sound = Sound::default();
        self.has_media = false;
        match self.bargain {
            Bargain::Blank => {}
            // Nothing of the lost page's has gone out: the next page is simply asked in its place. But an
            // exchange on a leg that had media before is about media that are lost.
            Bargain::Offering(purpose) | Bargain::Answering(purpose, _) => {
                self.stale |= matches!(purpose, Purpose::Change | Purpose::Reply);
            }
            Bargain::Offered(_) | Bargain::Sealing | Bargain::Agreed => self.stale = true,
        }
    }

    /// Moves towards what is wanted; gives what the page is to be asked. Waits until there is a page to ask and a
    /// connection to send what it makes.
    pub(crate) fn pursue(
        &mut self,
        now: Instant,
        wanted: Option<Direction>,
        possible: bool,
    ) -> Option<MediaAsk> {
        let wanted = wanted?;
        if self.agreed == Some(wanted) {
            self.refused = None;
        }
        if !possible {
            return None;
        }
        match self.bargain {
            Bargain::Blank => self.bargain = self.opening(),
            Bargain::Agreed => {
                let differs = self.agreed != Some(wanted) && self.refused != Some(wanted);
                if differs || self.stale {
                    self.bargain = Bargain::Offering(Purpose::Change);
                }
            }
            Bargain::Offering(_) | Bargain::Offered(_) | Bargain::Answering(..) | Bargain::Sealing => {}
        }
        if self.asked_until.is_some() {
            return None;
        }
        let ask = match &self.bargain {
            Bargain::Offering(_) => MediaAsk::Offer { leg: self.id, direction: wanted },
            Bargain::Answering(_, offer) => {
                MediaAsk::Answer { leg: self.id, offer: offer.clone(), direction: wanted }
            }
            Bargain::Blank | Bargain::Offered(_) | Bargain::Sealing | Bargain::Agreed => return None,
        };
        self.direction = wanted;
        self.has_media = true;
        self.asked_until = Some(now + PAGE_PATIENCE);
        Some(ask)
    }

    fn opening(&self) -> Bargain {
        match (self.way, &self.invited_with) {
            (CallWay::Incoming, Some(offer)) => Bargain::Answering(Purpose::Accept, offer.clone()),
            (CallWay::Incoming, None) => Bargain::Offering(Purpose::Accept),
            (CallWay::Outgoing, _) => Bargain::Offering(Purpose::Dial),
        }
    }

    /// Tells the page what changed in what it is to let through.
    pub(crate) fn let_through(&mut self, sound: Sound) -> Vec<MediaAsk> {
        if !self.has_media {
            return Vec::new();
        }
        let mut asks = Vec::new();
        let leg = self.id;
        if self.sound.hears != sound.hears {
            asks.push(MediaAsk::SetHears { leg, others: sound.hears.clone() });
        }
        if self.sound.microphone != sound.microphone {
            asks.push(MediaAsk::SetMicrophone { leg, open: sound.microphone });
        }
        if self.sound.speaker != sound.speaker {
            asks.push(MediaAsk::SetSpeaker { leg, open: sound.speaker });
        }
        if self.sound.music != sound.music {
            asks.push(MediaAsk::PlayMusic { leg, on: sound.music });
        }
        if self.sound.tone != sound.tone {
            asks.push(MediaAsk::PlayTone { leg, tone: sound.tone });
        }
        self.sound = sound;
        asks
    }

    /// Takes the media off the page, if it has any.
    pub(crate) fn close(&mut self) -> Option<MediaAsk> {
        std::mem::take(&mut self.has_media).then_some(MediaAsk::Close { leg: self.id })
    }

    /// What an event does.
    pub(crate) fn step(&mut self, event: LegEvent) -> Vec<LegDeed> {
        match event {
            LegEvent::PageOffered(sdp) => self.page_offered(sdp),
            LegEvent::PageAnswered(sdp) => self.page_answered(sdp),
            LegEvent::PageFailed(problem) => self.page_failed(problem),
            LegEvent::EarlyAnswer(sdp) => self.early_answer(sdp),
            LegEvent::Answered(sdp) => self.answered(sdp),
            LegEvent::Acknowledged(sdp) => self.acknowledged(sdp),
            LegEvent::FarEndOffered(offer) => self.far_end_offered(offer),
            LegEvent::TakenOver(offer) => self.taken_over(offer),
            LegEvent::ChangeRefused(status) => self.change_refused(status),
            LegEvent::ChangeNotSent => {
                self.bargain = Bargain::Agreed;
                self.stale = true;
                Vec::new()
            }
            LegEvent::ChangeGaveWay => self.change_gave_way(),
            LegEvent::ChangeLost => self.change_lost(),
            // What is agreed on now is anybody's guess: ask again.
            LegEvent::ReplyNotSent => {
                self.agreed = None;
                self.bargain = Bargain::Agreed;
                Vec::new()
            }
        }
    }

    fn page_offered(&mut self, sdp: String) -> Vec<LegDeed> {
        match self.bargain {
            Bargain::Offering(purpose) if self.asked_until.is_some() => {
                self.bargain = Bargain::Offered(purpose);
                self.page_is_done();
                vec![match purpose {
                    Purpose::Dial => LegDeed::Invite(sdp),
                    Purpose::Accept => LegDeed::Accept(sdp),
                    Purpose::Change => LegDeed::Reoffer(sdp),
                    Purpose::Reply => LegDeed::Reply(sdp),
                }]
            }
            // Made for an ask that the far end's own offer has overtaken.
            Bargain::Offering(_)
            | Bargain::Blank
            | Bargain::Offered(_)
            | Bargain::Answering(..)
            | Bargain::Sealing
            | Bargain::Agreed => Vec::new(),
        }
    }

    fn page_answered(&mut self, sdp: String) -> Vec<LegDeed> {
        match self.bargain {
            Bargain::Answering(purpose, _) if self.asked_until.is_some() => {
                self.page_is_done();
                match purpose {
                    Purpose::Accept | Purpose::Dial => {
                        self.bargain = Bargain::Sealing;
                        vec![LegDeed::Accept(sdp)]
                    }
                    Purpose::Change | Purpose::Reply => {
                        self.agree();
                        vec![LegDeed::Reply(sdp)]
                    }
                }
            }
            Bargain::Answering(..)
            | Bargain::Blank
            | Bargain::Offering(_)
            | Bargain::Offered(_)
            | Bargain::Sealing
            | Bargain::Agreed => Vec::new(),
        }
    }

    /// The page's half is new, so nothing of it is stale.
    fn page_is_done(&mut self) {
        self.asked_until = None;
        self.stale = false;
    }

    fn agree(&mut self) {
        self.agreed = Some(self.direction);
        self.bargain = Bargain::Agreed;
    }

    fn page_failed(&mut self, problem: NoSound) -> Vec<LegDeed> {
        self.asked_until = None;
        match self.bargain {
            Bargain::Offering(purpose) | Bargain::Answering(purpose, _) => match purpose {
                Purpose::Dial => {
                    self.bargain = Bargain::Blank;
                    vec![LegDeed::DialFailed(problem)]
                }
                Purpose::Accept => {
                    self.bargain = Bargain::Blank;
                    vec![LegDeed::AnswerFailed(problem)]
                }
                Purpose::Change => {
                    self.give_up_change();
                    vec![LegDeed::DirectionRefused, LegDeed::NoSound(problem)]
                }
                Purpose::Reply => {
                    self.bargain = Bargain::Agreed;
                    vec![LegDeed::RefuseReply, LegDeed::NoSound(problem)]
                }
            },
            Bargain::Blank => Vec::new(),
            Bargain::Offered(_) | Bargain::Sealing | Bargain::Agreed => vec![LegDeed::NoSound(problem)],
        }
    }

    fn give_up_change(&mut self) {
        self.bargain = Bargain::Agreed;
        self.refused = Some(self.direction);
        // Another attempt with the same media would meet the same refusal.
        self.stale = false;
    }

    fn early_answer(&mut self, answer: String) -> Vec<LegDeed> {
        match self.bargain {
            Bargain::Offered(Purpose::Dial) => {
                self.early = Some(answer.clone());
                self.apply(answer, true)
            }
            Bargain::Offered(Purpose::Accept | Purpose::Change | Purpose::Reply)
            | Bargain::Blank
            | Bargain::Offering(_)
            | Bargain::Answering(..)
            | Bargain::Sealing
            | Bargain::Agreed => Vec::new(),
        }
    }

    fn answered(&mut self, answer: Option<String>) -> Vec<LegDeed> {
        match self.bargain {
            Bargain::Offered(Purpose::Dial | Purpose::Change | Purpose::Reply) => {
                self.agree();
                // What a reliable provisional response answered was applied as if more could follow.
                let answer = answer.or_else(|| self.early.take());
                answer.map(|answer| self.apply(answer, false)).unwrap_or_default()
            }
            Bargain::Offered(Purpose::Accept)
            | Bargain::Blank
            | Bargain::Offering(_)
            | Bargain::Answering(..)
            | Bargain::Sealing
            | Bargain::Agreed => Vec::new(),
        }
    }

    fn acknowledged(&mut self, answer: Option<String>) -> Vec<LegDeed> {
        match self.bargain {
            Bargain::Sealing => {
                self.agree();
                Vec::new()
            }
            // A reply is acknowledged here if it went to somebody who took the far end's place.
            Bargain::Offered(Purpose::Accept | Purpose::Reply) => {
                self.agree();
                answer.map(|answer| self.apply(answer, false)).unwrap_or_default()
            }
            Bargain::Offered(Purpose::Dial | Purpose::Change)
            | Bargain::Blank
            | Bargain::Offering(_)
            | Bargain::Answering(..)
            | Bargain::Agreed => Vec::new(),
        }
    }

    /// An answer to an offer of lost media is of no use to the page that is there now.
    fn apply(&self, answer: String, early: bool) -> Vec<LegDeed> {
        if !self.has_media {
            return Vec::new();
        }
        vec![LegDeed::Ask(MediaAsk::Apply { leg: self.id, answer, early })]
    }

    fn far_end_offered(&mut self, offer: Option<String>) -> Vec<LegDeed> {
        match self.bargain {
            // Offers that cross: theirs wins, since it is here; ours is made again if it is still wanted.
            Bargain::Agreed
            | Bargain::Sealing
            | Bargain::Offering(Purpose::Change | Purpose::Reply)
            | Bargain::Offered(Purpose::Change | Purpose::Reply)
            | Bargain::Answering(Purpose::Change | Purpose::Reply, _) => {
                self.asked_until = None;
                self.bargain = match offer {
                    Some(offer) => Bargain::Answering(Purpose::Reply, offer),
                    None => Bargain::Offering(Purpose::Reply),
                };
                Vec::new()
            }
            // Before the first exchange is done there is nothing to change (RFC 3311 section 5.2).
            Bargain::Blank
            | Bargain::Offering(Purpose::Dial | Purpose::Accept)
            | Bargain::Offered(Purpose::Dial | Purpose::Accept)
            | Bargain::Answering(Purpose::Dial | Purpose::Accept, _) => vec![LegDeed::RefuseReply],
        }
    }

    /// Whatever was under way was with the old far end. Whoever comes is another end of DTLS, even if a gateway shows
    /// the same certificate for both: the media begin anew.
    fn taken_over(&mut self, offer: Option<String>) -> Vec<LegDeed> {
        let close = self.close().map(LegDeed::Ask);
        self.lose_media();
        self.early = None;
        self.bargain = match offer {
            Some(offer) => Bargain::Answering(Purpose::Reply, offer),
            None => Bargain::Offering(Purpose::Reply),
        };
        close.into_iter().collect()
    }

    /// What we want is looked at again after their change (RFC 3261 section 14.1).
    fn change_gave_way(&mut self) -> Vec<LegDeed> {
        if self.bargain == Bargain::Offered(Purpose::Change) {
            self.bargain = Bargain::Agreed;
        }
        Vec::new()
    }

    /// Which way media flow now is anybody's guess. The page offers anew when there is a connection.
    fn change_lost(&mut self) -> Vec<LegDeed> {
        if self.bargain == Bargain::Offered(Purpose::Change) {
            self.agreed = None;
            self.bargain = Bargain::Agreed;
            self.stale = true;
        }
        Vec::new()
    }

    fn change_refused(&mut self, status: u16) -> Vec<LegDeed> {
        match self.bargain {
            Bargain::Offered(Purpose::Change) => {
                let for_new_media = self.agreed == Some(self.direction);
                let told = if for_new_media {
                    LegDeed::NoSound(NoSound::Refused { status })
                } else {
                    LegDeed::DirectionRefused
                };
                // The page that made the offer has begun to live by it.
                let knows = self.has_media && !self.stale;
                let take_back = knows.then_some(LegDeed::Ask(MediaAsk::TakeBack { leg: self.id }));
                self.give_up_change();
                take_back.into_iter().chain([told]).collect()
            }
            Bargain::Offered(Purpose::Dial | Purpose::Accept | Purpose::Reply)
            | Bargain::Blank
            | Bargain::Offering(_)
            | Bargain::Answering(..)
            | Bargain::Sealing
            | Bargain::Agreed => Vec::new(),
        }
    }
}
