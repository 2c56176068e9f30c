//! The desk watches colleagues' phones: whose, what it shows of them, how old that may be, and who watches the operator.

use std::time::Duration;

use cordboard_desk::{
    Command, Contact, ContactView, Delta, DirectoryId, Freshness, Look, PhoneView, SocketLoss, Standing,
    StoreWrite,
};
use cordboard_wire::{Provision, Watch};

use super::house::{FRONT, House, provision, seed};
use super::lamps::{dialogs, presence};

const MINUTE: Duration = Duration::from_secs(60);

/// A house where phones are watched by their calls and their people's presence.
pub(super) fn watching() -> Provision {
    let mut provision = provision();
    provision.account.watch = vec![Watch::Dialog, Watch::Presence];
    provision.account.parking.clear();
    provision
}

/// A shift in which Grace (204) and Helena (205) are watched and free.
pub(super) fn ready() -> House {
    let mut house = House::empty();
    for user in ["204", "205"] {
        house.pbx.show("dialog", user, &dialogs(&[]));
        house.pbx.show("presence", user, &presence("open", "unknown"));
    }
    begin(house, watching())
}

pub(super) fn begin(mut house: House, provision: Provision) -> House {
    house.tell(cordboard_desk::Input::Restored(cordboard_desk::Stored::default()));
    house.open_page(FRONT);
    house.provision = provision.clone();
    house.tell(cordboard_desk::Input::Provisioned(Box::new(provision)));
    house.page_says(FRONT, cordboard_desk::PageInput::MediaReady);
    house
}

pub(super) fn directory(house: &House, name: &str) -> DirectoryId {
    house.board().directories.iter().find(|view| view.name == name).expect("the directory").id
}

/// What the page sees of a directory, asked for anew.
pub(super) fn rows(house: &mut House, name: &str) -> Vec<ContactView> {
    let directory = directory(house, name);
    house.act(Command::Look(Look::all(directory, 1_000)));
    let shown = house.page().answers.iter().rev().find_map(|delta| match delta {
        Delta::Contacts(view) => Some(view.rows.clone()),
        _ => None,
    });
    shown.expect("an answer")
}

/// The phone of the contact with this last name.
pub(super) fn phone(house: &mut House, last_name: &str) -> PhoneView {
    let rows = rows(house, "Brightwater staff");
    let row = rows.iter().find(|row| row.contact.last_name == last_name).expect("the contact");
    let id = row.phone.expect("a phone that is watched");
    house.board().phones.iter().find(|phone| phone.id == id).expect("the phone").clone()
}

fn standing(house: &mut House, last_name: &str) -> Standing {
    phone(house, last_name).standing
}

#[test]
fn colleagues_are_seen_free_ringing_talking_and_undisturbed() {
    let mut house = ready();
    assert_eq!(standing(&mut house, "Okafor"), Standing::Available);
    house.wait(MINUTE);
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "early", "02079460999")])));
    let ringing = phone(&mut house, "Okafor");
    assert_eq!(
        (ringing.standing, ringing.since, ringing.freshness),
        (Standing::Ringing, house.now, Freshness::Known)
    );
    // Who calls them is named as a caller of the operator's own is.
    assert_eq!((ringing.calls[0].name.as_str(), ringing.calls[0].ringing), ("Jan Meyer", true));
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "02079460999")])));
    assert_eq!(standing(&mut house, "Okafor"), Standing::Busy);
    house.far(|pbx| pbx.show("presence", "204", &presence("closed", "dnd")));
    assert_eq!(standing(&mut house, "Okafor"), Standing::DoNotDisturb);
    house.far(|pbx| pbx.show("presence", "204", &presence("open", "away")));
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[])));
    assert_eq!(standing(&mut house, "Okafor"), Standing::Away);
    assert_eq!(standing(&mut house, "Brandt"), Standing::Available);
}

#[test]
fn only_a_phone_that_changes_is_told_and_nothing_is_saved_for_it() {
    let mut house = ready();
    rows(&mut house, "Brightwater staff");
    house.wait(MINUTE);
    let (answers, deltas) = (house.page().answers.len(), house.page().deltas);
    let saved = house.snapshot.clone();
    for turn in 0..500 {
        let calls: &[_] = if turn % 2 == 0 { &[("a", "early", "0799")] } else { &[] };
        house.far(|pbx| pbx.show("dialog", "204", &dialogs(calls)));
    }
    house.wait(Duration::from_secs(1));
    assert_eq!(house.page().deltas - deltas, 500);
    assert_eq!(house.page().answers.len(), answers, "windows are not sent anew");
    assert!(house.snapshot == saved);
    // And what was not told is not known otherwise by a page that comes later.
    let before = house.board().phones.clone();
    house.open_page(cordboard_desk::PageId(2));
    assert_eq!(house.pages[&cordboard_desk::PageId(2)].board.as_ref().unwrap().phones, before);
}

#[test]
fn contacts_with_one_number_share_one_watch_and_strangers_have_none() {
    let mut provision = watching();
    provision.directories.push(seed(
        "more",
        "More staff",
        true,
        "",
        "lastname,phone,presence\nDesk,(204),yes\nQuiet,209,no\n",
    ));
    let mut house = House::empty();
    house.pbx.show("dialog", "204", &dialogs(&[]));
    let mut house = begin(house, provision);
    let asked = |house: &House, user: &str| {
        house
            .pbx
            .lamps
            .subscribes
            .iter()
            .filter(|(_, of, _)| of == user)
            .map(|(event, _, _)| event.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(asked(&house, "204"), ["dialog", "presence"]);
    assert!(asked(&house, "209").is_empty());
    let more = rows(&mut house, "More staff");
    let grace =
        rows(&mut house, "Brightwater staff").iter().find(|row| row.contact.phone == "204").unwrap().phone;
    assert_eq!((more[0].phone, more[1].phone), (grace, None));
    // Nobody outside is watched unless that was asked for.
    assert_eq!(rows(&mut house, "Halden clients")[0].phone, None);
    assert_eq!(house.pbx.lamps.subscribes.len(), 4);
    // Who is chosen by name or number is shown with the phone as well.
    house.act(Command::Suggest { typed: "Okafor".into() });
    let Some(Delta::Suggestions { choices, .. }) = house.page().answers.last().cloned() else { panic!() };
    assert_eq!((choices[0].phone, choices[1].phone), (grace, None));
}

#[test]
fn whom_the_telephone_system_does_not_know_is_unknown_and_does_no_harm() {
    let mut house = ready();
    house.pbx.show("dialog", "204", "not even XML");
    house.far(|pbx| pbx.show("dialog", "204", "not even XML"));
    assert_eq!(standing(&mut house, "Okafor"), Standing::Available);
    let mut house = begin(House::empty(), watching());
    let stranger = phone(&mut house, "Okafor");
    assert_eq!((stranger.standing, stranger.freshness), (Standing::Unknown, Freshness::Untold));
    let (call, _) = house.talk_in("Jan", "02079460999");
    assert!(house.has(call));
}

#[test]
fn who_is_watched_follows_the_directories() {
    let mut house = ready();
    for number in ["300", "301"] {
        house.pbx.show("dialog", number, &dialogs(&[("a", "confirmed", "1")]));
    }
    let personal = directory(&house, "Personal");
    let contact = |phone: &str, presence| {
        Box::new(Contact { last_name: "Own".into(), phone: phone.into(), presence, ..Contact::default() })
    };
    house.act(Command::AddContact { directory: personal, contact: contact("300", true) });
    let shown = rows(&mut house, "Personal")[0].clone();
    let of = |house: &House, id| {
        house.board().phones.iter().find(|phone| Some(phone.id) == id).map(|phone| phone.standing)
    };
    assert_eq!(of(&house, shown.phone), Some(Standing::Busy));
    house.act(Command::EditContact { directory: personal, contact: shown.id, to: contact("301", true) });
    let moved = rows(&mut house, "Personal")[0].clone();
    assert_eq!((of(&house, shown.phone), of(&house, moved.phone)), (None, Some(Standing::Busy)));
    let left = ("dialog".to_owned(), "300".to_owned(), "0".to_owned());
    assert!(house.pbx.lamps.subscribes.contains(&left));
    house.act(Command::EditContact { directory: personal, contact: shown.id, to: contact("301", false) });
    assert_eq!((rows(&mut house, "Personal")[0].phone, house.board().phones.len()), (None, 2));
    house.act(Command::RemoveContact { directory: personal, contact: shown.id });
    house.tell(cordboard_desk::Input::SignedOut);
    assert!(house.board().phones.is_empty());
}

#[test]
fn a_thousand_are_watched_and_whoever_is_looked_at_is_among_them() {
    let mut provision = watching();
    provision.account.watch = vec![Watch::Dialog];
    let rows_of =
        |first: u32, count: u32| (first..first + count).map(|n| format!("N{n},{n}\n")).collect::<String>();
    provision.directories =
        vec![seed("all", "Everybody", true, "", &format!("lastname,phone\n{}", rows_of(2_000, 1_200)))];
    let mut house = House::empty();
    for number in 2_000..3_200 {
        house.pbx.show("dialog", &number.to_string(), &dialogs(&[]));
    }
    let mut house = begin(house, provision);
    assert_eq!((house.board().phones.len(), house.pbx.lamps.subscribes.len()), (1_000, 1_000));
    let directory = directory(&house, "Everybody");
    let look = Look { first: 1_150, count: 50, ..Look::all(directory, 50) };
    house.act(Command::Look(look));
    let Some(Delta::Contacts(view)) = house.page().answers.last().cloned() else { panic!() };
    let phones = house.board().phones.clone();
    assert_eq!(phones.len(), 1_000);
    for row in view.rows {
        let id = row.phone.expect("it is watched");
        assert!(
            phones.iter().any(|phone| phone.id == id && phone.standing == Standing::Available),
            "{row:?}"
        );
    }
    let left = house.pbx.lamps.subscribes.iter().filter(|(_, _, expires)| expires == "0").count();
    assert_eq!(left, 50);
}

#[test]
fn without_a_connection_what_was_seen_is_believed_for_a_minute() {
    let mut house = ready();
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "1")])));
    house.wait(MINUTE);
    let lost = house.now;
    house.cut_network(SocketLoss::RelayUnreachable);
    house.wait(Duration::from_secs(59));
    let stale = phone(&mut house, "Okafor");
    assert_eq!((stale.standing, stale.freshness), (Standing::Busy, Freshness::Stale { since: lost }));
    house.wait(Duration::from_secs(1));
    let unknown = phone(&mut house, "Okafor");
    assert_eq!((unknown.standing, unknown.since, unknown.calls.len()), (Standing::Unknown, lost, 0));
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[])));
    house.mend_network();
    house.wait(MINUTE);
    let known = phone(&mut house, "Okafor");
    assert_eq!((known.standing, known.freshness), (Standing::Available, Freshness::Known));
}

#[test]
fn an_engine_that_begins_again_sees_what_it_saw_and_asks_anew() {
    let mut house = ready();
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[("a", "confirmed", "1")])));
    house.talk_in("Jan", "02079460999");
    house.far(|pbx| pbx.show("dialog", "205", &dialogs(&[("b", "early", "1")])));
    let asked = house.pbx.lamps.subscribes.len();
    house.crash(Duration::from_secs(2));
    house.open_page(FRONT);
    let seen = (standing(&mut house, "Okafor"), standing(&mut house, "Brandt"));
    assert_eq!(seen, (Standing::Busy, Standing::Ringing));
    // Once for each of what was asked before, not twice.
    assert_eq!(house.pbx.lamps.subscribes.len(), 2 * asked);
    assert_eq!(house.board().phones.len(), 2);
    house.far(|pbx| pbx.show("dialog", "204", &dialogs(&[])));
    assert_eq!(standing(&mut house, "Okafor"), Standing::Available);
}

#[test]
fn nobody_is_asked_about_where_the_account_does_not_say_so() {
    let mut house = House::ready();
    assert!(house.pbx.lamps.subscribes.is_empty());
    assert_eq!(rows(&mut house, "Brightwater staff")[0].phone, None);
    assert!(house.pbx.lamps.published.is_empty());
}

#[test]
fn others_see_the_operator_where_the_account_says_so() {
    let mut provision = provision();
    provision.account.publish = true;
    let mut house = House::ready_with(provision);
    let last = |house: &House| house.pbx.lamps.published.last().cloned().unwrap_or_default();
    assert!(last(&house).contains("<basic>open</basic>"), "{}", last(&house));
    let (call, _) = house.talk_in("Jan", "02079460999");
    assert!(last(&house).contains("on-the-phone"));
    let told = house.pbx.lamps.published.len();
    house.act(Command::Hold(call));
    assert_eq!(house.pbx.lamps.published.len(), told, "nothing new");
    house.act(Command::SetDoNotDisturb(true));
    assert!(last(&house).contains("Do not disturb"));
    house.act(Command::SetDoNotDisturb(false));
    house.act(Command::HangUp(call));
    assert!(!last(&house).contains("on-the-phone"));
    house.act(Command::SetRegistered(false));
    assert_eq!(last(&house), "", "what was published is taken back");
}

#[test]
fn the_voicemail_lamp_shows_how_many_are_new() {
    let mut provision = provision();
    provision.account.voicemail = "*97".into();
    let mut house = House::empty();
    house.pbx.show("message-summary", "alice", "Messages-Waiting: yes\r\nVoice-Message: 3/8 (1/0)\r\n");
    let mut house = begin(house, provision);
    let shown =
        |house: &House| house.board().voicemail.clone().map(|view| (view.number, view.waiting, view.new));
    assert_eq!(shown(&house), Some(("*97".into(), true, Some(3))));
    house.far(|pbx| pbx.show("message-summary", "alice", "Messages-Waiting: no\r\n"));
    assert_eq!(shown(&house), Some(("*97".into(), false, Some(0))));
    house.far(|pbx| pbx.show("message-summary", "alice", "Messages-Waiting: yes\r\n"));
    assert_eq!(shown(&house), Some(("*97".into(), true, None)));
    assert!(House::ready().board().voicemail.is_none());
    assert!(!house.stored.iter().any(|write| matches!(write, StoreWrite::PutLogged(_))));
}
