//! How a watched phone is shown: shape and hue of its bar, drawing, word, and since when.

use cordboard_desk::{ContactView, Freshness, Instant, PhoneView, Standing};
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

/// Which bar the style draws.
pub(super) fn bar(phone: Option<&PhoneView>) -> &'static str {
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
            (words.standing_for)(&word, &clock(seconds(phone.since, now)))
        }
        Some(_) | None => word,
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
        }
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
