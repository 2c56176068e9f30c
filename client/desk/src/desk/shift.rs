//! The operator's shift: signing in and out, the account, and the link that it needs.

use std::time::Duration;

use cordboard_sip::{Instant, Registration, Secret, Settings};
use cordboard_wire::{Account, Dtmf, INCOMING_CALLS, Line, Operator, Provision, Watch};
use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use super::Desk;
use crate::call::Wish;
use crate::phone::Kind;
use crate::{
    CanonicalNumber, DirectoryId, DirectoryInfo, MediaSetup, Numbering, Output, SocketLoss, StoreWrite,
    Stored,
};

/// Product token of the User-Agent header.
const USER_AGENT: &str = concat!("Cordboard/", env!("CARGO_PKG_VERSION"));

/// Who works here, on what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Shift {
    pub operator: Operator,
    pub lines: Vec<Line>,
    pub practice: bool,
    /// The page of the CRM about a caller; empty for none.
    pub crm: String,
    pub dtmf: Dtmf,
    /// Not saved: it may hold the password of a TURN server.
    #[serde(skip)]
    pub media: MediaSetup,
    /// The operator was told that the music for callers on hold cannot be played.
    #[serde(skip)]
    pub told_of_music: bool,
    /// The operator's team; empty for none.
    pub team: String,
    pub numbering: Numbering,
    /// What has which number, where that is nobody's phone.
    places: VecMap<CanonicalNumber, Kind>,
    /// Without its password, which only the agent has.
    account: Account,
}

impl Shift {
    /// The address of somebody's voicemail box, if the telephone system has a way there.
    pub(super) fn voicemail_box(&self, number: &str) -> Option<String> {
        Some(self.voicemail_of()?.replace("{number}", number))
    }

    /// The number whose voicemail box has this address, if it has the form of one.
    pub(super) fn in_voicemail_box<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (before, after) = self.voicemail_of()?.split_once("{number}")?;
        let number = address.strip_prefix(before)?.strip_suffix(after)?;
        // Where a box has its owner's number, whoever answers decides.
        Some(number).filter(|number| !number.is_empty() && *number != address)
    }

    /// Numbers of parking places.
    pub(super) fn parking(&self) -> &[String] {
        &self.account.parking
    }

    /// What has a number.
    pub(super) fn kind_of(&self, number: &CanonicalNumber) -> Kind {
        self.places.get(number).copied().unwrap_or(Kind::Phone)
    }

    /// There are places that are nobody's phones.
    pub(super) fn has_places(&self) -> bool {
        !self.places.is_empty()
    }

    /// What is dialled for a voicemail box, with `{number}` in place of the number.
    pub(super) fn voicemail_of(&self) -> Option<&str> {
        Some(self.account.voicemail_of.as_str()).filter(|template| template.contains("{number}"))
    }

    /// The number of the operator's own voicemail box; empty if there is none.
    pub(super) fn voicemail(&self) -> &str {
        &self.account.voicemail
    }

    /// What is dialled to take over what rings at this number, if the telephone system has a way.
    pub(super) fn pickup_code(&self, number: &str) -> Option<String> {
        let template = Some(self.account.pickup_of.as_str()).filter(|template| template.contains("{number}"));
        Some(template?.replace("{number}", number))
    }

    /// Calls sent to a phone that is busy wait until it is free.
    pub(super) fn queues_for_busy(&self) -> bool {
        self.account.queue_busy
    }

    /// How long a phone is to be free before somebody who waits is sent to it.
    pub(super) fn queue_delay(&self) -> Duration {
        Duration::from_secs(u64::from(self.account.queue_delay))
    }

    /// Calls that ask for it are answered by themselves.
    pub(super) fn answers_itself(&self) -> bool {
        self.account.auto_answer
    }

    /// Slots of the incoming list.
    pub(super) fn incoming_slots(&self) -> u8 {
        self.account.incoming_calls.max(INCOMING_CALLS)
    }

    /// What is watched of colleagues' phones.
    pub(super) fn watch(&self) -> &[Watch] {
        &self.account.watch
    }

    /// Others are told whether the operator can be called.
    pub(super) fn publishes(&self) -> bool {
        self.account.publish
    }

    /// The operator's address on the telephone system.
    pub(super) fn own_address(&self) -> String {
        format!("sip:{}", self.account.aor)
    }

    /// The operator's own number, as the telephone system knows it.
    pub(super) fn own_number(&self) -> &str {
        let aor = self.account.aor.as_str();
        aor.split_once('@').map_or(aor, |(user, _)| user)
    }
}

/// Both stand for the same telephone: calls and registration of the one are those of the other.
fn is_same_telephone(one: &Account, other: &Account) -> bool {
    one.aor == other.aor && one.auth_user == other.auth_user
}

fn places(account: &Account, numbering: &Numbering) -> VecMap<CanonicalNumber, Kind> {
    let rooms = account.rooms.iter().map(|number| (number, Kind::Room));
    let parking = account.parking.iter().map(|number| (number, Kind::Parking));
    rooms.chain(parking).map(|(number, kind)| (numbering.canonical(number), kind)).collect()
}

impl Desk {
    /// The relay told who the operator is and what the console has, for the first time or again.
    pub(super) fn provisioned(&mut self, now: Instant, provision: Provision) {
        let Provision {
            operator,
            mut account,
            lines,
            numbering,
            directories,
            ice_servers,
            practice,
            hold_music,
            team,
            crm,
        } = provision;
        let password = Secret::new(std::mem::take(&mut account.password));
        let before = self.shift.take().map(|shift| shift.account);
        let same_telephone = before.as_ref().is_some_and(|before| is_same_telephone(before, &account));
        let numbering = Numbering::from(&numbering);
        self.directories.set_numbering(numbering.clone());
        self.watching.outdated = true;
        self.take_over_directories(now, &directories);
        let settings = self.settings(&account, password);
        let seed = self.chance.bits();
        let places = places(&account, &numbering);
        let media = MediaSetup { ice_servers, codecs: account.codecs.clone(), hold_music };
        self.shift = Some(Shift {
            operator,
            lines,
            practice,
            crm,
            dtmf: account.dtmf,
            media,
            team,
            told_of_music: false,
            numbering,
            places,
            account,
        });
        self.seek_team(now);
        self.team.look_again();
        if let Some(before) = before.filter(|_| same_telephone) {
            self.line_side.resume(settings, seed);
            self.follow_account(now, &before);
            // Somebody signed in again, or the engine began again: a link that waited for that need not wait any more.
            if self.link.is_wanted() && !self.link.is_registered() {
                self.set_registered(now, true);
            } else if !self.calls.is_empty() {
                let deed = self.link.try_again(now, &mut self.chance);
                self.do_link(deed);
            }
        } else {
            self.end_all_calls(now);
            self.line_side.start(settings, seed, now);
            self.watch_nobody();
            // A socket that was opened under another account is not ours to use.
            let deed = self.link.let_go(now, &mut self.chance);
            self.do_link(deed);
            self.set_registered(now, true);
        }
    }

    /// The account of this telephone may say otherwise than before what goes on around its calls.
    fn follow_account(&mut self, now: Instant, before: &Account) {
        let Some(account) =
            self.shift.as_ref().map(|shift| &shift.account).filter(|account| *account != before)
        else {
            return;
        };
        let places = account.parking != before.parking || account.rooms != before.rooms;
        let (watches, publishes) = (account.watch != before.watch || places, account.publish);
        if watches {
            self.watch_otherwise(now);
        }
        if before.publish && !publishes {
            self.line_side.publish(now, None);
        }
        self.watching.list.touch_all();
    }

    fn settings(&mut self, account: &Account, password: Secret) -> Settings {
        if self.instance.is_none() {
            let instance = self.chance.uuid_urn();
            self.outputs.push_back(Output::Store(StoreWrite::PutInstance(instance.clone())));
            self.instance = Some(instance);
        }
        Settings {
            aor: account.aor.clone(),
            display_name: account.display_name.clone(),
            auth_user: account.auth_user.clone(),
            password,
            instance: self.instance.clone().unwrap_or_default(),
            expires: account.expires,
            user_agent: USER_AGENT.to_owned(),
            servers: account.servers,
            line_header: account.line_header.clone(),
        }
    }

    /// What was kept from before.
    pub(super) fn restored(&mut self, stored: Stored) {
        self.instance = stored.instance.or(self.instance.take());
        self.overflow = stored.overflow.map(|overflow| *overflow).unwrap_or_default();
        self.log.restore(stored.log);
        self.log_changed = true;
        self.watching.outdated = true;
        for directory in stored.directories {
            self.changed.insert(directory.id);
            self.directories.restore(directory);
        }
    }

    /// The operator signed out. What has to be said to the PBX is said; when that is answered, the socket closes and the
    /// account is forgotten.
    pub(super) fn signed_out(&mut self, now: Instant) {
        self.end_all_calls(now);
        self.set_registered(now, false);
        self.listen_to_line(now);
        self.watch_nobody();
        self.link.registration_changed(now, Registration::Off);
        self.shift = None;
        self.leave_team(now);
    }

    fn end_all_calls(&mut self, now: Instant) {
        let all: Vec<_> = self.calls.keys().copied().collect();
        for id in all {
            // Every call can be hung up but one that is over.
            let _ = self.wish(now, id, Wish::HangUp);
        }
        self.listen_to_line(now);
        self.bury_calls(now);
    }

    /// Registers or leaves the registration. When the link is down this also tries at once.
    pub(super) fn set_registered(&mut self, now: Instant, registered: bool) {
        // Whoever has signed out and is still saying goodbye is nobody to be called.
        if self.shift.is_none() || !self.line_side.is_started() {
            return;
        }
        if registered {
            let deed = self.link.want(now, &mut self.chance);
            self.do_link(deed);
            self.line_side.register(now);
        } else {
            self.link.leave(now);
            // With it goes what was published and what is watched.
            self.line_side.unregister(now);
        }
    }

    /// The socket opened.
    pub(super) fn connected(&mut self, now: Instant) {
        let deed = self.link.opened(now, &mut self.chance);
        self.do_link(deed);
        if self.link.is_open() {
            self.line_side.connected(now);
        }
    }

    /// The socket was lost.
    pub(super) fn disconnected(&mut self, now: Instant, why: SocketLoss) {
        self.line_side.disconnected(now);
        let deed = self.link.lost(now, why, &mut self.chance);
        self.do_link(deed);
    }

    /// Closes the socket when nobody needs it any more and all goodbyes are said: whoever leaves may be asked once more
    /// who they are.
    pub(super) fn settle_link(&mut self, now: Instant) {
        if self.link.is_wanted() || !self.calls.is_empty() {
            return self.link.is_needed();
        }
        if self.line_side.is_leaving() && self.link.has_time_for_goodbyes(now) {
            return;
        }
        let deed = self.link.let_go(now, &mut self.chance);
        self.do_link(deed);
        if self.shift.is_none() && self.line_side.is_started() {
            self.line_side.stop();
            // Nothing of the account is left where the desk is saved.
            self.change_if(now, true);
        }
    }

    /// The line with this number.
    pub(super) fn line_numbered(&self, number: &str) -> Option<Line> {
        let numbering = self.directories.numbering();
        let wanted = numbering.canonical(number);
        let lines = self.shift.as_ref().map(|shift| shift.lines.as_slice()).unwrap_or_default();
        lines.iter().find(|line| numbering.canonical(&line.number) == wanted).cloned()
    }

    /// The directory that belongs to a line.
    pub(super) fn directory_of(&self, line: &Line) -> Option<DirectoryId> {
        let belongs = |info: &DirectoryInfo| {
            info.line
                .as_ref()
                .and_then(|number| self.line_numbered(number))
                .is_some_and(|other| other == *line)
        };
        self.directories.iter().find(|(_, info, _)| belongs(info)).map(|(id, _, _)| id)
    }
}
