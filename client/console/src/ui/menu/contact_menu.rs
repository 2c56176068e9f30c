//! Everything that can be done with a contact.

use cordboard_desk::{ContactView, DirectoryId, PhoneView, TransferTarget, Way};
use leptos::prelude::*;

use super::{Menu, MenuItem};
use crate::acts::use_acts;
use crate::board::Board;
use crate::clock::use_clock;
use crate::ui::avatar::full_name;
use crate::ui::calls::who::shown_name;
use crate::ui::clipboard;
use crate::ui::drag::first_way;
use crate::ui::header::Current;
use crate::ui::icon::Icon as Drawn;
use crate::ui::presence;
use crate::ui::reason::{Reason, reason};
use crate::ui::screen::{Popover, use_screen};
use crate::ui::words::use_tongue;

pub(super) fn menu(directory: DirectoryId, contact: &ContactView) -> Menu {
    let words = use_tongue().words_now();
    let (acts, screen, now) = (use_acts(), use_screen(), use_clock());
    let board: Board = expect_context();
    let Current(current) = expect_context();
    let id = contact.id;
    let name = full_name(&contact.contact);
    let phone = contact.phone.and_then(|phone| untrack(|| board.phone(phone)));
    let is_place = phone.as_ref().is_some_and(|phone| phone.place.is_some());
    let cannot_dial = board.dial.get_untracked().map(|why| (words.why_not)(why));
    let first = first_way(contact).map(|(way, _)| way);
    let ways = [
        (
            Way::Phone,
            Drawn::Phone,
            &contact.contact.phone,
            presence::call_label(words, phone.as_ref(), &name),
        ),
        (Way::Mobile, Drawn::Mobile, &contact.contact.mobile, (words.call_mobile)(&name)),
        (Way::Home, Drawn::Home, &contact.contact.home, (words.call_home)(&name)),
        (Way::Voicemail, Drawn::Voicemail, &contact.contact.voicemail, (words.call_voicemail)(&name)),
    ];
    let mut items: Vec<_> = ways
        .into_iter()
        .filter(|(way, _, number, _)| *way == Way::Phone || !number.is_empty())
        .map(|(way, drawn, number, label)| {
            let no_number =
                number.is_empty().then_some((words.why_not)(cordboard_desk::WhyNot::NoSuchNumber));
            let item = MenuItem::new(drawn, label, move || screen.call_contact(directory, id, way));
            let item = item.unless(no_number.or(cannot_dial));
            if Some(way) == first { item.keys(&[words.key_insert, "F6"], "F6") } else { item }
        })
        .collect();

    if !is_place {
        items.extend(phone.as_ref().map(|phone| intercepting(phone, cannot_dial)));
    }

    // What is talked or held can be sent here.
    if let Some(call) =
        current.get_untracked().or(screen.call.get_untracked()).and_then(|call| board.view_now(call))
    {
        let label = (words.send_to)(&shown_name(words, &call.who), &name);
        let why_not =
            reason(words, call.allowed.transfer).or(first.is_none().then_some(words.drop_no_number));
        let send = move || {
            if let Some(way) = first {
                let to = TransferTarget::Contact { directory, contact: id, way };
                acts.command(cordboard_desk::Command::TransferBlind { call: call.id, to });
            }
        };
        items.push(MenuItem::new(Drawn::Forward, label, send).unless(why_not).below_a_rule());
        let unwatched =
            contact.phone.is_none().then_some((words.why_not)(cordboard_desk::WhyNot::NotWatched));
        let queue = move || {
            let to = TransferTarget::Contact { directory, contact: id, way: Way::Phone };
            acts.command(cordboard_desk::Command::Queue { call: call.id, to });
        };
        let queue = MenuItem::new(Drawn::Hourglass, (words.queue_for)(&name), queue)
            .unless(reason(words, call.allowed.queue).or(unwatched));
        items.extend(Some(queue).filter(|_| !is_place));
    }
    let number = first_way(contact).map(|(_, number)| number.to_owned()).unwrap_or_default();
    items.extend(keeping(board, directory, contact, &number));
    let told = presence::who_is_there(words, phone.as_ref(), Some(&|| untrack(|| now.now())));
    let drawn = if is_place { presence::drawn(phone.as_ref()) } else { Drawn::Person };
    Menu { drawn, about: name, number, told, items }
}

/// Taking over what rings at the contact's phone.
fn intercepting(phone: &PhoneView, cannot_dial: Reason) -> MenuItem {
    let words = use_tongue().words_now();
    let (acts, id) = (use_acts(), phone.id);
    let item = MenuItem::new(Drawn::Incoming, words.intercept, move || {
        acts.command(cordboard_desk::Command::Intercept(id));
    });
    item.unless(reason(words, phone.intercept).or(cannot_dial))
}

/// Copying the contact's number, and changing the contact itself.
fn keeping(board: Board, directory: DirectoryId, contact: &ContactView, number: &str) -> [MenuItem; 3] {
    let words = use_tongue().words_now();
    let screen = use_screen();
    let read_only = board
        .directories
        .with_untracked(|all| all.iter().any(|known| known.id == directory && known.read_only))
        .then_some(words.read_only);
    let (edited, removed) = (Box::new(contact.clone()), Box::new(contact.clone()));
    let copied = number.to_owned();
    [
        MenuItem::new(Drawn::Copy, words.copy_number, move || clipboard::put(screen, &copied))
            .unless(number.is_empty().then_some(words.drop_no_number))
            .below_a_rule(),
        MenuItem::new(Drawn::Pencil, words.edit_contact, move || {
            screen.open(Popover::Contact(directory, Some(edited.clone())));
        })
        .unless(read_only),
        MenuItem::new(Drawn::Remove, words.remove_contact, move || {
            screen.open(Popover::RemoveContact(directory, removed.clone()));
        })
        .unless(read_only)
        .danger(),
    ]
}
