//! A day in which anything happens in any order. After each step the desk must be explainable: nobody lost, at most
//! one talks or one conference, slots stand still, what is allowed works, what is not says why, and every page could have been told
//! the board by its deltas alone.

use std::collections::BTreeMap;
use std::time::Duration;

use cordboard_desk::{
    CallId, CallStatus, CallView, CallWay, Command, Input, MicrophoneLoss, Notice, PARTIES, PageId,
    PageInput, SocketLoss, TransferTarget, WhyNot,
};
use cordboard_wire::{HoldMusic, Provision};
use proptest::prelude::*;

use super::house::{FRONT, House, OnAsk, provision};
use super::pbx::OnChange;

const SECOND: PageId = PageId(2);
/// A page that looks at the board and leaves.
const PROBE: PageId = PageId(99);

#[derive(Clone, Debug)]
enum Step {
    Far(Far),
    Act(Act),
    World(World),
}

/// What the telephone system and the people on it do.
#[derive(Clone, Debug)]
enum Far {
    RingIn { known: bool, media: bool },
    CallerGivesUp(u8, bool),
    Leaves(u8),
    Holds(u8, bool),
    AsksForOffer(u8),
    Rings(u8, bool),
    Answers(u8),
    Refuses(u8, u16),
    Agrees(u8),
    OnChange(u8),
    OnRefer(u8),
    TransferNews(u8, u8),
}

/// What the operator does.
#[derive(Clone, Debug)]
enum Act {
    Answer(u8),
    Decline(u8),
    Hold(u8),
    Resume(u8),
    HangUp(u8),
    HandOn(u8),
    Consult(u8),
    Connect(u8, u8),
    Swap(u8),
    BackToCaller(u8),
    Mute(u8, bool),
    Digit(u8),
    NextCall,
    HangUpActive,
    Join(u8),
    MuteParty(u8, bool),
    LeaveConference,
    ReturnToConference,
    EndConference,
    Dial,
    DoNotDisturb(bool),
}

/// What pages, network and clock do.
#[derive(Clone, Debug)]
enum World {
    OnAsk(u8),
    DoAsked,
    OpenPage(bool),
    ClosePage(bool),
    MediaReady(bool),
    MicrophoneLost(bool),
    Outage(u16),
    Sleep(u16),
    Crash,
    Garbage,
    Wait(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let n = any::<u8>;
    let b = any::<bool>;
    let far = prop_oneof![
        6 => (b(), prop::bool::weighted(0.8)).prop_map(|(known, media)| Far::RingIn { known, media }),
        2 => (n(), b()).prop_map(|(n, taken)| Far::CallerGivesUp(n, taken)),
        2 => n().prop_map(Far::Leaves),
        2 => (n(), b()).prop_map(|(n, held)| Far::Holds(n, held)),
        1 => n().prop_map(Far::AsksForOffer),
        2 => (n(), b()).prop_map(|(n, media)| Far::Rings(n, media)),
        3 => n().prop_map(Far::Answers),
        1 => (n(), prop_oneof![Just(486), Just(404), Just(480), Just(503), Just(603)]).prop_map(|(n, status)| Far::Refuses(n, status)),
        3 => n().prop_map(Far::Agrees),
        2 => n().prop_map(Far::OnChange),
        1 => n().prop_map(Far::OnRefer),
        2 => (n(), n()).prop_map(|(n, news)| Far::TransferNews(n, news)),
    ];
    let act = prop_oneof![
        6 => n().prop_map(Act::Answer),
        1 => n().prop_map(Act::Decline),
        4 => n().prop_map(Act::Hold),
        4 => n().prop_map(Act::Resume),
        2 => n().prop_map(Act::HangUp),
        3 => n().prop_map(Act::HandOn),
        2 => n().prop_map(Act::Consult),
        4 => (n(), n()).prop_map(|(n, with)| Act::Connect(n, with)),
        2 => n().prop_map(Act::Swap),
        2 => n().prop_map(Act::BackToCaller),
        1 => (n(), b()).prop_map(|(n, muted)| Act::Mute(n, muted)),
        1 => n().prop_map(Act::Digit),
        2 => Just(Act::NextCall),
        1 => Just(Act::HangUpActive),
        6 => n().prop_map(Act::Join),
        1 => (n(), b()).prop_map(|(n, muted)| Act::MuteParty(n, muted)),
        1 => Just(Act::LeaveConference),
        2 => Just(Act::ReturnToConference),
        1 => prop::bool::weighted(0.2).prop_map(|end| if end { Act::EndConference } else { Act::LeaveConference }),
        4 => Just(Act::Dial),
        1 => prop::bool::weighted(0.2).prop_map(Act::DoNotDisturb),
    ];
    let world = prop_oneof![
        2 => n().prop_map(World::OnAsk),
        3 => Just(World::DoAsked),
        1 => b().prop_map(World::OpenPage),
        1 => b().prop_map(World::ClosePage),
        2 => b().prop_map(World::MediaReady),
        1 => b().prop_map(World::MicrophoneLost),
        1 => any::<u16>().prop_map(World::Outage),
        1 => any::<u16>().prop_map(World::Sleep),
        1 => Just(World::Garbage),
        1 => Just(World::Crash),
        3 => any::<u16>().prop_map(World::Wait),
    ];
    prop_oneof![5 => far.prop_map(Step::Far), 6 => act.prop_map(Step::Act), 3 => world.prop_map(Step::World)]
}

/// What the story knows without asking the desk.
struct Day {
    house: House,
    /// Which call on the list is which at the far end.
    known: BTreeMap<String, CallId>,
    /// The slot that each call took.
    slots: BTreeMap<CallId, (CallWay, u8)>,
    /// Calls that the desk may end by itself in a moment, or that an outage left in doubt.
    doubtful: Vec<String>,
}

impl Day {
    fn new() -> Self {
        Self {
            house: House::ready_with(Provision { hold_music: HoldMusic::Tone, ..provision() }),
            known: BTreeMap::new(),
            slots: BTreeMap::new(),
            doubtful: Vec::new(),
        }
    }

    fn pick<T: Clone>(n: u8, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| of[usize::from(n) % of.len()].clone())
    }

    fn far(&self, n: u8, which: impl Fn(&super::pbx::FarCall) -> bool) -> Option<String> {
        let found: Vec<_> = self
            .house
            .pbx
            .calls
            .iter()
            .filter(|(_, far)| !far.over && which(far))
            .map(|(call, _)| call.clone())
            .collect();
        Self::pick(n, &found)
    }

    fn calls(&self) -> Vec<CallView> {
        self.house.board().calls.clone()
    }

    fn any_page(&self) -> PageId {
        *self.house.pages.keys().next().unwrap()
    }

    /// The operator acts at some page; the desk must do what it said it allowed, or say why not and do nothing.
    fn act_on(
        &mut self,
        n: u8,
        command: impl Fn(CallId) -> Command,
        allowed: impl Fn(&CallView) -> Result<(), WhyNot>,
    ) {
        let Some(call) = Self::pick(n, &self.calls()) else { return };
        let newest = self.house.board().notices.last().map(|notice| notice.id);
        let before = self.calls();
        let page = self.any_page();
        self.house.page_says(page, PageInput::Command(command(call.id)));
        let notices = self.house.board().notices.clone();
        let new: Vec<_> =
            notices.iter().filter(|notice| Some(notice.id) > newest).map(|notice| &notice.notice).collect();
        match allowed(&call) {
            Ok(()) => assert!(
                !new.iter().any(|notice| matches!(notice, Notice::NotPossible(_))),
                "{call:?} allowed it, and then: {new:?}"
            ),
            Err(why) => {
                assert_eq!(new, [&Notice::NotPossible(why)], "{call:?}");
                assert_eq!(self.calls(), before);
            }
        }
    }

    fn ring_in(&mut self, known: bool, media: bool) {
        let before: Vec<_> = self.calls().iter().map(|call| call.id).collect();
        let number = if known { "204" } else { "02079465555" };
        let far = self.house.far(|pbx| pbx.invite("", number, "02079460100", media));
        let new: Vec<_> = self.calls().into_iter().filter(|call| !before.contains(&call.id)).collect();
        let statuses = &self.house.pbx.call(&far).statuses;
        if statuses.contains(&180) {
            assert_eq!(new.len(), 1);
            self.known.insert(far, new[0].id);
        } else {
            assert_eq!((statuses.last(), new.len()), (Some(&486), 0));
        }
    }

    fn dial(&mut self) {
        let before: Vec<_> = self.house.pbx.calls.keys().cloned().collect();
        let listed: Vec<_> = self.calls().iter().map(|call| call.id).collect();
        let why_not = self.house.board().dial;
        let page = self.any_page();
        self.house.page_says(page, PageInput::Command(Command::Dial { typed: "0207 946 5555".into() }));
        let new = self.calls().into_iter().find(|call| !listed.contains(&call.id));
        assert_eq!(new.is_some(), why_not.is_none());
        self.find_new_far_calls(&before, new.map(|call| call.id));
    }

    /// Calls of ours reach the far end when the page has made its offer, perhaps much later.
    fn find_new_far_calls(&mut self, before: &[String], newest: Option<CallId>) {
        let new: Vec<_> =
            self.house.pbx.calls.keys().filter(|call| !before.contains(call)).cloned().collect();
        for far in new {
            if let Some(id) = newest.filter(|_| !self.known.contains_key(&far)) {
                self.known.insert(far, id);
            }
        }
    }

    fn do_step(&mut self, step: &Step) {
        match step {
            Step::Far(step) => self.at_far_end(step),
            Step::Act(step) => self.at_desk(step),
            Step::World(step) => self.around(step),
        }
    }

    fn at_far_end(&mut self, step: &Far) {
        match *step {
            Far::RingIn { known, media } => self.ring_in(known, media),
            Far::CallerGivesUp(n, taken) => {
                if let Some(far) = self.far(n, |far| far.incoming && !far.established) {
                    let reason = taken.then_some("SIP;cause=200;text=\"Call completed elsewhere\"");
                    self.house.far(|pbx| pbx.cancel(&far, reason));
                }
            }
            Far::Leaves(n) => self.at_far(n, |far| far.established, |pbx, far| pbx.bye(far)),
            Far::Holds(n, held) => {
                let direction = if held { "sendonly" } else { "sendrecv" };
                self.at_far(
                    n,
                    |far| far.established && !far.asking,
                    |pbx, far| pbx.change_to(far, direction),
                );
            }
            Far::AsksForOffer(n) => {
                self.at_far(n, |far| far.established && !far.asking, |pbx, far| pbx.bare_reinvite(far));
            }
            Far::Rings(n, media) => {
                let status = if media { 183 } else { 180 };
                self.at_far(
                    n,
                    |far| !far.incoming && !far.established,
                    |pbx, far| pbx.ring_back(far, status, media),
                );
            }
            Far::Answers(n) => {
                self.at_far(n, |far| !far.incoming && !far.established, |pbx, far| pbx.answer(far))
            }
            Far::Refuses(n, status) => {
                self.at_far(n, |far| !far.incoming && !far.established, |pbx, far| pbx.refuse(far, status));
            }
            Far::Agrees(n) => self.at_far(n, |far| far.established, |pbx, far| pbx.agree_to_change(far)),
            Far::OnChange(n) => {
                self.house.pbx.on_change = match n % 4 {
                    0 | 1 => OnChange::Agree,
                    2 => OnChange::Wait,
                    _ => OnChange::Refuse(if n > 127 { 488 } else { 491 }),
                }
            }
            Far::OnRefer(n) => {
                self.house.pbx.on_refer = [Some(202), Some(202), Some(603), None][usize::from(n % 4)]
            }
            Far::TransferNews(n, news) => {
                let (status, last) =
                    [("180 Ringing", false), ("200 OK", true), ("486 Busy", true), ("100 Trying", true)]
                        [usize::from(news % 4)];
                let Some(far) = self.far(n, |far| far.is_referred()) else { return };
                // The desk leaves a transferred call in a moment.
                self.doubtful.push(far.clone());
                self.house.far(|pbx| pbx.tell_transfer(&far, status, last));
            }
        }
    }

    fn at_desk(&mut self, step: &Act) {
        match *step {
            Act::Answer(n) => self.act_on(n, Command::Answer, |call| call.allowed.answer),
            Act::Decline(n) => self.act_on(n, Command::Decline, |call| call.allowed.decline),
            Act::Hold(n) => self.act_on(n, Command::Hold, |call| call.allowed.hold),
            Act::Resume(n) => self.act_on(n, Command::Resume, |call| call.allowed.resume),
            Act::HangUp(n) => self.act_on(n, Command::HangUp, |call| call.allowed.hang_up),
            Act::HandOn(n) => {
                let to = TransferTarget::Number("205".into());
                self.act_on(
                    n,
                    |call| Command::TransferBlind { call, to: to.clone() },
                    |call| call.allowed.transfer,
                );
            }
            Act::Consult(n) => {
                let before: Vec<_> = self.house.pbx.calls.keys().cloned().collect();
                let listed: Vec<_> = self.calls().iter().map(|call| call.id).collect();
                let to = TransferTarget::Number("205".into());
                self.act_on(n, |call| Command::Consult { call, to: to.clone() }, |call| call.allowed.consult);
                let new = self.calls().into_iter().find(|call| !listed.contains(&call.id));
                self.find_new_far_calls(&before, new.map(|call| call.id));
            }
            Act::Connect(n, with) => self.connect(n, with),
            Act::Swap(n) => self.act_on(n, Command::Swap, |call| call.allowed.swap),
            Act::BackToCaller(n) => self.act_on(n, Command::BackToCaller, |call| call.allowed.back_to_caller),
            Act::Mute(n, muted) => {
                self.act_on(n, |call| Command::SetMuted { call, muted }, |call| call.allowed.mute);
            }
            Act::Digit(n) => {
                self.act_on(
                    n,
                    |call| Command::SendDigit { call, digit: '5' },
                    |call| call.allowed.send_digit,
                );
            }
            Act::Join(n) => self.act_on(n, Command::AddToConference, |call| call.allowed.join),
            Act::MuteParty(n, muted) => {
                self.act_on(n, |call| Command::MuteParty { call, muted }, |call| call.allowed.mute_party);
            }
            Act::LeaveConference => self.act(Command::LeaveConference),
            Act::ReturnToConference => self.act(Command::ReturnToConference),
            Act::EndConference => self.act(Command::EndConference),
            Act::NextCall => self.act(Command::NextCall),
            Act::HangUpActive => self.act(Command::HangUpActive),
            Act::Dial => self.dial(),
            Act::DoNotDisturb(on) => self.act(Command::SetDoNotDisturb(on)),
        }
    }

    fn connect(&mut self, n: u8, with: u8) {
        let Some(with) = Self::pick(with, &self.calls()) else { return };
        let one = Self::pick(n, &self.calls()).map(|call| call.id);
        if one == Some(with.id) || with.allowed.connect.is_err() {
            return;
        }
        // The desk leaves whoever is connected in a moment.
        let pair = [one, Some(with.id)];
        self.doubtful.extend(
            self.known.iter().filter(|(_, id)| pair.contains(&Some(**id))).map(|(far, _)| far.clone()),
        );
        let ringing = |call: &CallView| matches!(call.status, CallStatus::Calling | CallStatus::RingingOut);
        let both_ring = ringing(&with) && one.is_some_and(|id| ringing(self.house.call(id)));
        if !both_ring {
            self.act_on(n, |call| Command::Connect { call, with: with.id }, |call| call.allowed.connect);
        }
    }

    fn around(&mut self, step: &World) {
        match *step {
            World::OnAsk(n) => {
                let page = self.any_page();
                let on_ask =
                    [OnAsk::Do, OnAsk::Do, OnAsk::Wait, OnAsk::Fail("no".into())][usize::from(n % 4)].clone();
                self.house.pages.get_mut(&page).unwrap().on_ask = on_ask;
            }
            World::DoAsked => self.do_asked(),
            World::OpenPage(second) => {
                let page = if second { SECOND } else { FRONT };
                if !self.house.pages.contains_key(&page) {
                    self.house.open_page(page);
                }
            }
            World::ClosePage(second) => {
                let page = if second { SECOND } else { FRONT };
                if self.house.pages.len() > 1 && self.house.pages.contains_key(&page) {
                    self.house.close_page(page);
                }
            }
            World::MediaReady(second) => self.page_says(second, PageInput::MediaReady),
            World::MicrophoneLost(second) => {
                self.page_says(second, PageInput::MicrophoneLost(MicrophoneLoss::Unplugged));
            }
            World::Outage(millis) => {
                self.house.cut_network(SocketLoss::RelayUnreachable);
                self.house.wait(Duration::from_millis(millis.into()));
                self.house.mend_network();
                self.doubt(|far| !far.established || far.is_waiting());
                self.house.wait(Duration::from_secs(45));
            }
            World::Sleep(seconds) => {
                self.doubt(|far| !far.established || far.is_waiting());
                self.house.sleep(Duration::from_secs(seconds.into()));
                self.house.wait(Duration::from_secs(45));
            }
            World::Crash => {
                self.doubt(|far| !far.established || far.is_waiting());
                self.house.crash(Duration::from_secs(1));
                self.house.open_page(FRONT);
            }
            World::Garbage => self.house.tell(Input::FrameReceived(b"SIP/2.0 200 \r\nVia\r\n\r\n".to_vec())),
            World::Wait(millis) => {
                // Timers end sessions of which one side leaves the other without an answer.
                self.doubt(super::pbx::FarCall::is_waiting);
                self.house.wait(Duration::from_millis(millis.into()));
            }
        }
    }

    fn doubt(&mut self, which: impl Fn(&super::pbx::FarCall) -> bool) {
        let found = self.house.pbx.calls.iter().filter(|(_, far)| which(far)).map(|(call, _)| call.clone());
        self.doubtful.extend(found);
    }

    fn at_far(
        &mut self,
        n: u8,
        which: impl Fn(&super::pbx::FarCall) -> bool,
        act: impl FnOnce(&mut super::pbx::Pbx, &str),
    ) {
        if let Some(far) = self.far(n, which) {
            self.house.far(|pbx| act(pbx, &far));
        }
    }

    fn act(&mut self, command: Command) {
        let page = self.any_page();
        self.house.page_says(page, PageInput::Command(command));
    }

    fn do_asked(&mut self) {
        let pages: Vec<_> = self.house.pages.keys().copied().collect();
        for page in pages {
            self.house.do_asked(page);
        }
    }

    fn page_says(&mut self, second: bool, said: PageInput) {
        let page = if second { SECOND } else { FRONT };
        if self.house.pages.contains_key(&page) {
            self.house.page_says(page, said);
        }
    }

    // What must hold after every step.

    fn check(&mut self) {
        let calls = self.calls();
        self.check_who_talks(&calls);
        self.check_who_hears_whom();
        self.check_slots(&calls);
        self.check_nobody_is_lost(&calls);
        self.check_board();
    }

    fn check_who_talks(&self, calls: &[CallView]) {
        let talking: Vec<_> = calls.iter().filter(|call| call.status == CallStatus::Talking).collect();
        assert!(talking.len() <= 1, "{talking:?}");
        let parties = calls.iter().filter(|call| call.status == CallStatus::InConference).count();
        assert!(parties != 1 && parties <= usize::from(PARTIES), "{parties} confer");
        let present = self.house.board().conference.is_some_and(|conference| conference.present);
        assert!(!(present && talking.len() == 1), "in the conference and elsewhere: {calls:?}");
        let open = self.house.open_microphones();
        assert!(open <= if present { parties } else { 1 }, "{open} microphones");
        if open > 0 {
            let may = calls.iter().any(|call| {
                let heard = match call.status {
                    CallStatus::Talking | CallStatus::Answering => true,
                    CallStatus::InConference => present,
                    _ => false,
                };
                heard && !call.muted
            });
            assert!(may, "somebody hears the office: {calls:?}");
        }
    }

    /// Whoever hears is heard, unless silenced, and nobody outside of the conference hears anybody but the office.
    fn check_who_hears_whom(&self) {
        let silenced = self.calls().iter().filter(|call| call.silenced).count();
        let parties = self.house.board().conference.map_or(0, |conference| usize::from(conference.parties));
        for page in self.house.pages.values() {
            let hearing: Vec<_> = page.legs.iter().filter(|(_, media)| !media.hears.is_empty()).collect();
            assert!(hearing.len() <= parties, "{hearing:?}");
            for (leg, media) in hearing {
                let deaf = media
                    .hears
                    .iter()
                    .filter(|other| page.legs.get(other).is_some_and(|other| !other.hears.contains(leg)));
                assert!(deaf.count() == 0 || silenced > 0, "{leg:?} overhears somebody");
            }
        }
    }

    fn check_slots(&mut self, calls: &[CallView]) {
        let mut taken = BTreeMap::new();
        for call in calls {
            let most = if call.way == CallWay::Incoming { 8 } else { 4 };
            assert!(call.slot < most);
            let other = taken.insert((call.way, call.slot), call.id);
            assert_eq!(other, None, "two calls in a slot");
            let first = self.slots.entry(call.id).or_insert((call.way, call.slot));
            assert_eq!(*first, (call.way, call.slot), "a call moved");
        }
    }

    fn check_nobody_is_lost(&self, calls: &[CallView]) {
        for (far, id) in &self.known {
            if self.doubtful.contains(far) {
                continue;
            }
            let there = self.house.pbx.call(far);
            let here = calls.iter().find(|call| call.id == *id);
            let alive = !there.over && !there.left;
            match here {
                Some(call) if matches!(call.status, CallStatus::Failed(_)) => {
                    assert!(!alive, "{call:?} {there:?}")
                }
                Some(call) => assert!(alive, "a ghost: {call:?} {there:?}"),
                None => assert!(!alive, "lost: {far} {there:?}"),
            }
        }
    }

    fn check_board(&mut self) {
        let mut told = self.house.board().clone();
        self.house.open_page(PROBE);
        let mut fresh = self.house.pages[&PROBE].board.clone().unwrap();
        self.house.close_page(PROBE);
        (told.page, fresh.page) = (None, None);
        assert_eq!(told, fresh, "the deltas do not add up to the board");
    }
}

/// How many days to try: `PROPTEST_CASES`, or what a test run has time for.
fn days() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: days(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nobody_is_lost_and_only_one_talks(steps in prop::collection::vec(step(), 1..120)) {
        let mut day = Day::new();
        for step in &steps {
            day.do_step(step);
            day.check();
        }
        // The evening: everybody is hung up on, and nothing stays behind.
        day.house.pbx.on_change = OnChange::Agree;
        for call in day.calls() {
            day.act(Command::HangUp(call.id));
        }
        day.house.wait(Duration::from_secs(200));
        prop_assert!(day.calls().is_empty());
        prop_assert!(day.house.pages.values().all(|page| page.legs.is_empty()));
    }
}
