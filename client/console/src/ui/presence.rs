//! How a watched phone is shown: shape and hue of its bar, drawing, word, and since when.

use cordboard_desk::{ContactView, Freshness, Instant, PhoneCallView, PhoneView, PlaceView, Standing};
use leptos::prelude::*;

use super::duration::{clock, seconds, time_of_day};
use super::icon::Icon;
use super::words::Words;
use crate::board::Board;

/// The phone of a contact, repainting whoever asks with every change of it; `None` if it is not watched.
pub(super) fn phone_of(board: Board, contact: &ContactView) -> Memo<Option<PhoneView>> {
    let phone = contact.phone;
    Memo::new(move |_| phone.and_then(|phone| board.phone(phone)))
}

fn standing(phone: Option<&PhoneView>) -> Standing {
    phone.map_or(Standing::Unknown, |phone| phone.standing)
}

/// What it is, if it is a place of which something is known.
fn place(phone: Option<&PhoneView>) -> Option<(&PhoneView, &PlaceView)> {
    let phone = phone.filter(|phone| phone.standing != Standing::Unknown)?;
    Some((phone, phone.place.as_ref()?))
}

/// Which bar the style draws.
pub(super) fn bar(phone: Option<&PhoneView>) -> &'static str {
    if matches!(place(phone), Some((_, PlaceView::Room { people: 1.. }))) {
        return "meet";
    }
    match standing(phone) {
        Standing::Available => "avail",
        Standing::Ringing => "ring",
        Standing::Busy => "busy",
        Standing::DoNotDisturb => "dnd",
        Standing::Away => "away",
        Standing::Offline | Standing::Unknown => "off",
    }
}

/// What is drawn beside the number.
pub(super) fn drawn(phone: Option<&PhoneView>) -> Icon {
    match phone.and_then(|phone| phone.place.as_ref()) {
        Some(PlaceView::Room { .. }) => return Icon::Conference,
        Some(PlaceView::Parking { .. }) => return Icon::Parking,
        None => {}
    }
    match standing(phone) {
        Standing::Available | Standing::Away => Icon::Phone,
        Standing::Ringing => Icon::Incoming,
        Standing::Busy => Icon::Answered,
        Standing::DoNotDisturb => Icon::DoNotDisturb,
        Standing::Offline => Icon::HangUp,
        // Somebody who is not watched has a phone all the same.
        Standing::Unknown if phone.is_none() => Icon::Phone,
        Standing::Unknown => Icon::HangUp,
    }
}

/// What the phone does, without a time that runs: for names and for notes.
pub(super) fn word(words: &Words, phone: Option<&PhoneView>) -> String {
    match place(phone) {
        Some((_, PlaceView::Room { people })) => return (words.people)(*people),
        Some((phone, PlaceView::Parking { .. })) => {
            return if phone.calls.is_empty() { words.place_free } else { words.place_taken }.to_owned();
        }
        None => {}
    }
    match phone {
        Some(PhoneView { standing: Standing::Unknown, freshness: Freshness::Stale { since }, .. }) => {
            (words.unknown_since)(&time_of_day(words.locale, *since, false))
        }
        phone => (words.standing)(standing(phone)).to_owned(),
    }
}

/// Nobody knows any more what the phone does.
pub(super) fn is_stale(phone: Option<&PhoneView>) -> bool {
    phone.is_some_and(|phone| {
        phone.standing == Standing::Unknown && matches!(phone.freshness, Freshness::Stale { .. })
    })
}

/// What the phone does, and for how long it has rung or talked.
pub(super) fn word_and_time(words: &Words, phone: Option<&PhoneView>, now: Instant) -> String {
    let word = word(words, phone);
    match phone {
        Some(phone) if matches!(phone.standing, Standing::Ringing | Standing::Busy) => {
            let since = parked(Some(phone)).map_or(phone.since, |call| call.since);
            (words.standing_for)(&word, &clock(seconds(since, now)))
        }
        Some(_) | None => word,
    }
}

/// Who waits at a parking place.
fn parked(phone: Option<&PhoneView>) -> Option<&PhoneCallView> {
    match place(phone)? {
        (phone, PlaceView::Parking { .. }) => phone.calls.first(),
        (_, PlaceView::Room { .. }) => None,
    }
}

fn named<'a>(words: &'a Words, call: &'a PhoneCallView) -> &'a str {
    let known = [&call.name, &call.number].into_iter().find(|text| !text.is_empty());
    known.map_or(words.unknown_caller, String::as_str)
}

/// Who is in a room, or waits at a parking place; `None` if nobody is, or it is somebody's phone. Without `now`, which is
/// asked only where it matters, there is no time that runs.
pub(super) fn who_is_there(
    words: &Words,
    phone: Option<&PhoneView>,
    now: Option<&dyn Fn() -> Instant>,
) -> Option<String> {
    match place(phone)? {
        (_, PlaceView::Room { people: 0 }) => None,
        (phone, PlaceView::Room { people }) => {
            let names: Vec<_> = phone.calls.iter().map(|call| named(words, call)).collect();
            Some((words.in_room)(*people, &names.join(", ")))
        }
        (phone, PlaceView::Parking { by }) => {
            let call = phone.calls.first()?;
            let time = now.map(|now| clock(seconds(call.since, now()))).unwrap_or_default();
            Some((words.parked)(named(words, call), &time, by))
        }
    }
}

/// What a call to it does: takes a caller back where one is parked, and calls `name` else.
pub(super) fn call_label(words: &Words, phone: Option<&PhoneView>, name: &str) -> String {
    match parked(phone) {
        Some(call) => (words.take_back)(named(words, call)),
        None => (words.call_contact)(name),
    }
}

/// No call is sent to somebody who takes none; whoever is unknown may still answer.
pub(super) fn takes_calls(phone: Option<&PhoneView>) -> bool {
    match standing(phone) {
        Standing::DoNotDisturb | Standing::Offline => false,
        Standing::Available | Standing::Ringing | Standing::Busy | Standing::Away | Standing::Unknown => true,
    }
}

#[cfg(test)]
mod tests {
    use cordboard_desk::PhoneId;

    use super::*;
    use crate::ui::words::Language;

    fn phone(standing: Standing) -> PhoneView {
        let since = Instant::from_millis(1_000);
        PhoneView {
            id: PhoneId(1),
            standing,
            since,
            freshness: Freshness::Known,
            waiting: 0,
            queues: false,
            intercept: Ok(()),
            calls: Vec::new(),
            place: None,
        }
    }

    fn call(name: &str, number: &str) -> PhoneCallView {
        let since = Instant::from_millis(24_000);
        PhoneCallView { name: name.into(), number: number.into(), ringing: false, since }
    }

    #[test]
    fn a_room_tells_how_many_are_in_it_and_who_as_far_as_they_are_known() {
        let words = Language::English.words();
        let room = |people, calls| {
            Some(PhoneView { place: Some(PlaceView::Room { people }), calls, ..phone(Standing::Available) })
        };
        let empty = room(0, Vec::new());
        assert_eq!((word(words, empty.as_ref()).as_str(), bar(empty.as_ref())), ("Empty", "avail"));
        assert_eq!(who_is_there(words, empty.as_ref(), None), None);
        let two = room(2, vec![call("Zoe", "801"), call("", "614")]);
        assert_eq!((word(words, two.as_ref()).as_str(), bar(two.as_ref())), ("2 people", "meet"));
        assert_eq!(who_is_there(words, two.as_ref(), None).as_deref(), Some("2 in the room: Zoe, 614"));
        let unnamed = room(3, Vec::new());
        assert_eq!(who_is_there(words, unnamed.as_ref(), None).as_deref(), Some("3 in the room"));
        assert_eq!(call_label(words, two.as_ref(), "Room 1"), "Call Room 1");
    }

    #[test]
    fn a_parking_place_tells_who_waits_for_how_long_and_offers_to_take_them_back() {
        let words = Language::English.words();
        let now: Option<&dyn Fn() -> Instant> = Some(&|| Instant::from_millis(66_000));
        let place = |by: &str, calls: Vec<_>| {
            let standing = if calls.is_empty() { Standing::Available } else { Standing::Busy };
            Some(PhoneView { place: Some(PlaceView::Parking { by: by.into() }), calls, ..phone(standing) })
        };
        let free = place("", Vec::new());
        assert_eq!(
            (word(words, free.as_ref()).as_str(), who_is_there(words, free.as_ref(), now)),
            ("Free", None)
        );
        let taken = place("Robin", vec![call("Helena Brandt", "205")]);
        assert_eq!(word_and_time(words, taken.as_ref(), Instant::from_millis(66_000)), "Parked 0:42");
        let told = |by: &str, call, now| who_is_there(words, place(by, vec![call]).as_ref(), now);
        assert_eq!(
            told("Robin", call("Helena Brandt", "205"), now).as_deref(),
            Some("Parked: Helena Brandt, 0:42, by Robin")
        );
        assert_eq!(told("", call("", ""), None).as_deref(), Some("Parked: Unknown caller"));
        assert_eq!(call_label(words, taken.as_ref(), "Place 1"), "Take back Helena Brandt");
    }

    #[test]
    fn only_what_rings_or_talks_has_a_running_time() {
        let words = Language::English.words();
        let now = Instant::from_millis(66_000);
        for (standing, told) in [
            (Standing::Available, "Available"),
            (Standing::Ringing, "Ringing 1:05"),
            (Standing::Busy, "Busy 1:05"),
            (Standing::DoNotDisturb, "Do not disturb"),
            (Standing::Away, "Away"),
            (Standing::Offline, "Not registered"),
            (Standing::Unknown, "Unknown"),
        ] {
            assert_eq!(word_and_time(words, Some(&phone(standing)), now), told);
        }
        assert_eq!(word(words, Some(&phone(Standing::Busy))), "Busy");
        assert_eq!(word(words, None), "Unknown");
    }

    #[test]
    fn every_standing_that_is_told_looks_different() {
        let all =
            [Standing::Available, Standing::Ringing, Standing::Busy, Standing::DoNotDisturb, Standing::Away];
        let bars: std::collections::BTreeSet<_> =
            all.iter().map(|standing| bar(Some(&phone(*standing)))).collect();
        assert_eq!(bars.len(), all.len());
    }
}
