//! A page of the browser: it keeps the board, and does with media what it is asked, as far as an RTCPeerConnection
//! would let it. What a browser would refuse fails the story.

use std::collections::BTreeMap;

use cordboard_desk::{
    Board, Direction, LegId, MediaAsk, Notification, PageId, PageInput, PageOutput, Ring, Tone,
};
use vecmap::VecSet;

use super::sdp::{Half, Role, at_most};

/// What the connection waits for (WebRTC §4.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signaling {
    Stable,
    HaveLocalOffer,
}

/// One RTCPeerConnection.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// What stands in the description of ours that is in use, or offered.
    pub(crate) ours: Half,
    /// What stood in the one before: a rollback brings it back.
    before: Half,
    editions: u32,
    pub(crate) theirs: Option<Half>,
    signaling: Signaling,
    pub(crate) microphone: bool,
    pub(crate) speaker: bool,
    pub(crate) tone: Option<Tone>,
    pub(crate) hears: VecSet<LegId>,
    pub(crate) music: bool,
    pub(crate) digits: String,
}

impl Connection {
    fn new(number: u32) -> Self {
        let ours = Half { connection: number, edition: 0, direction: Direction::SendRecv };
        Self {
            ours,
            before: ours,
            editions: 0,
            theirs: None,
            signaling: Signaling::Stable,
            microphone: false,
            speaker: false,
            tone: None,
            hears: VecSet::new(),
            music: false,
            digits: String::new(),
        }
    }

    /// Editions are not used twice, not even after a rollback.
    fn describe(&mut self, direction: Direction) {
        self.editions += 1;
        (self.ours.edition, self.ours.direction) = (self.editions, direction);
    }

    pub(crate) fn is_stable(&self) -> bool {
        self.signaling == Signaling::Stable
    }
}

/// The page.
pub(crate) struct Page {
    pub(crate) id: PageId,
    pub(crate) board: Option<Board>,
    pub(crate) legs: BTreeMap<LegId, Connection>,
    pub(crate) ring: Ring,
    pub(crate) notified: Vec<Notification>,
    /// Connections made so far, by all pages of the story.
    made: u32,
}

impl Page {
    pub(crate) fn open(id: PageId, made: u32) -> Self {
        let (legs, notified) = (BTreeMap::new(), Vec::new());
        Self { id, board: None, legs, ring: Ring::Silent, notified, made }
    }

    /// The page that a reload brings.
    pub(crate) fn reloaded(&self) -> Self {
        Self::open(PageId(self.id.0 + 1), self.made)
    }

    /// Takes in what the desk tells; gives what there is to say to it.
    pub(crate) fn hear(&mut self, told: PageOutput) -> Option<PageInput> {
        match told {
            PageOutput::Board(board) => {
                assert!(self.board.replace(*board).is_none(), "the board comes once");
            }
            PageOutput::Delta(delta) => self.board.as_mut().expect("the board comes first").apply(delta),
            PageOutput::Media(ask) => return self.work_on(ask),
            PageOutput::Ring(ring) => self.ring = ring,
            PageOutput::Notify(notification) => self.notified.push(notification),
        }
        None
    }

    fn work_on(&mut self, ask: MediaAsk) -> Option<PageInput> {
        match ask {
            MediaAsk::Offer { leg, direction } => {
                let connection = self.connection(leg);
                if connection.is_stable() {
                    connection.before = connection.ours;
                }
                connection.describe(direction);
                connection.signaling = Signaling::HaveLocalOffer;
                return Some(PageInput::OfferMade { leg, sdp: connection.ours.write(Role::Offer) });
            }
            MediaAsk::Answer { leg, offer, direction } => {
                let theirs = Half::read(&offer, Role::Offer);
                self.renew_for(leg, theirs);
                let connection = self.connection(leg);
                connection.describe(at_most(direction, theirs.direction));
                connection.theirs = Some(theirs);
                // An offer of ours that is out is rolled back (RFC 8829 §4.1.10.2).
                connection.signaling = Signaling::Stable;
                return Some(PageInput::AnswerMade { leg, sdp: connection.ours.write(Role::Answer) });
            }
            MediaAsk::Apply { leg, answer, early } => {
                let connection = self.known(leg);
                assert_eq!(connection.signaling, Signaling::HaveLocalOffer, "an answer to no offer");
                connection.theirs = Some(Half::read(&answer, Role::Answer));
                if !early {
                    connection.signaling = Signaling::Stable;
                }
            }
            MediaAsk::TakeBack { leg } => {
                let connection = self.known(leg);
                assert_eq!(connection.signaling, Signaling::HaveLocalOffer, "there is nothing to take back");
                connection.ours = connection.before;
                connection.signaling = Signaling::Stable;
            }
            MediaAsk::SetMicrophone { leg, open } => self.known(leg).microphone = open,
            MediaAsk::SetSpeaker { leg, open } => self.known(leg).speaker = open,
            MediaAsk::SetHears { leg, others } => self.known(leg).hears = others,
            MediaAsk::PlayMusic { leg, on } => self.known(leg).music = on,
            MediaAsk::SendDigit { leg, digit } => self.known(leg).digits.push(digit),
            MediaAsk::PlayTone { leg, tone } => self.known(leg).tone = tone,
            MediaAsk::Close { leg } => {
                self.legs.remove(&leg).expect("only what is open can be closed");
            }
        }
        None
    }

    fn connection(&mut self, leg: LegId) -> &mut Connection {
        self.legs.entry(leg).or_insert_with(|| {
            self.made += 1;
            Connection::new(self.made)
        })
    }

    fn known(&mut self, leg: LegId) -> &mut Connection {
        self.legs.get_mut(&leg).expect("media of a leg that was never opened")
    }

    /// A browser cannot change the certificate that it has shaken hands with: another one at the far end takes a new
    /// connection here.
    fn renew_for(&mut self, leg: LegId, theirs: Half) {
        let known = self.legs.get(&leg).and_then(|connection| connection.theirs);
        if known.is_some_and(|known| known.connection != theirs.connection) {
            self.made += 1;
            let (number, old) = (self.made, self.known(leg));
            let Connection { microphone, speaker, tone, hears, music, .. } = old.clone();
            *old = Connection { microphone, speaker, tone, hears, music, ..Connection::new(number) };
        }
    }
}
