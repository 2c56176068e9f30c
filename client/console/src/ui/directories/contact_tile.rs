//! One contact in list view.

use cordboard_desk::{ContactView, DirectoryId, PhoneView, Way};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::matched::Matched;
use crate::board::Board;
use crate::clock::use_clock;
use crate::ui::avatar::{Portrait, full_name};
use crate::ui::drag::{DropLabel, first_way, use_drag};
use crate::ui::dropping::Dropped;
use crate::ui::duration::{clock, seconds};
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::presence;
use crate::ui::screen::{MenuAsked, MenuSubject, use_screen};
use crate::ui::words::{Words, use_words};

/// One contact.
#[component]
pub(super) fn ContactTile(
    /// Where it stands.
    directory: DirectoryId,
    /// Its row, from 0.
    row: u32,
    /// What it is.
    contact: ContactView,
    /// The directory holds the company's own people.
    local: bool,
) -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let drag = use_drag();
    let board: Board = expect_context();
    let id = contact.id;
    let name = full_name(&contact.contact);
    let selected = Memo::new(move |_| screen.row.get() == Some(row));
    let first = first_way(&contact).map(|(way, _)| way);
    let with_me = Memo::new(move |_| {
        board.first(|call| call.who.contact == Some((directory, id)) && call.allowed.hang_up.is_ok())
    });

    // Our call, and nobody at the far end has answered yet.
    let ringing = move || {
        let call = with_me.get().and_then(|call| board.call(call));
        call.is_some_and(|call| call.view.with(|call| call.answered_at.is_none()))
    };

    let call = move |way: Way| screen.call_contact(directory, id, way);
    let asked = contact.clone();
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        screen.row.set(Some(row));
        let subject = MenuSubject::Contact(directory, Box::new(asked.clone()));
        let (left, top) = (f64::from(event.client_x()), f64::from(event.client_y()));
        screen.menu.set(Some(MenuAsked { subject, left, top }));
    };
    let phone = presence::phone_of(board, &contact);
    let row_name = {
        let name = name.clone();
        let told = move |phone: Option<&PhoneView>| {
            presence::who_is_there(w(), phone, None).unwrap_or_else(|| presence::word(w(), phone))
        };
        move || (w().contact_row)(&name, &phone.with(|phone| told(phone.as_ref())))
    };
    let takes_calls = move || first.is_some() && phone.with(|phone| presence::takes_calls(phone.as_ref()));
    let hovering = contact.clone();
    view! {
        <div
            class="tile pr"
            class:linked=move || with_me.get().is_some()
            class:ringing=ringing
            class:place=move || phone.with(|phone| phone.as_ref().is_some_and(|phone| phone.place.is_some()))
            class:stale=move || phone.with(|phone| presence::is_stale(phone.as_ref()))
            class:drop-ok=move || drag.active() && takes_calls()
            class:drop-no=move || drag.active() && !takes_calls()
            role="row"
            id=format!("contact-{row}")
            data-contact=id.0
            data-p=move || phone.with(|phone| presence::bar(phone.as_ref()))
            aria-rowindex=row + 1
            aria-selected=move || selected.get().to_string()
            aria-label=row_name
            on:click=move |_| screen.row.set(Some(row))
            on:dblclick=move |_| if let Some(way) = first { call(way) }
            on:contextmenu=menu
        >
            <span class="pbar" aria-hidden="true"></span>
            <Portrait name=Signal::stored(name.clone()) picture=Signal::stored(contact.contact.picture.clone()) />
            <Identity contact=contact.clone() phone=phone local=local />
            <Telephone contact=contact.clone() name=name.clone() phone=phone with_me=with_me call=call />
            <Ways contact=contact name=name call=call />
            {move || drag.over_contact(id).map(|call| {
                let dropped = untrack(|| Dropped::on_contact(w(), board, call, directory, &hovering));
                view! { <DropLabel dropped=dropped /> }
            })}
        </div>
    }
}

/// Name, and what they do.
#[component]
fn Identity(contact: ContactView, phone: Memo<Option<PhoneView>>, local: bool) -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let query = Signal::derive(move || screen.query.get());
    let contact = contact.contact;
    let place =
        if local { [&contact.title, &contact.department] } else { [&contact.title, &contact.company] };
    let place: Vec<&str> = place.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let place = if place.is_empty() { contact.company.clone() } else { place.join(", ") };
    let name = if contact.first_name.is_empty() || contact.last_name.is_empty() {
        let whole = full_name(&contact);
        view! { <b><Matched text=whole query=query /></b> }.into_any()
    } else {
        view! { <Matched text=contact.first_name query=query />" "<b><Matched text=contact.last_name query=query /></b> }.into_any()
    };
    let now = use_clock();
    let there = Memo::new(move |_| {
        phone.with(|phone| presence::who_is_there(w(), phone.as_ref(), Some(&|| now.now())))
    });
    let place = StoredValue::new(place);
    let title = move || there.get().unwrap_or_else(|| place.get_value());
    let what = move || match there.get() {
        Some(who) => view! { <span class="there">{who}</span> }.into_any(),
        None => view! { <Matched text=place.get_value() query=query /> }.into_any(),
    };
    let waiting = Memo::new(move |_| phone.with(|phone| phone.as_ref().map_or(0, |phone| phone.waiting)));
    let waits = move || {
        let count = Some(waiting.get()).filter(|count| *count > 0)?;
        let told = (w().calls_wait)(count);
        let title = told.clone();
        Some(view! {
            <span class="waits" title=title>
                <Icon name=Drawn::Hourglass size="s" />
                <span aria-hidden="true">{count}</span>
                <span class="sr">{told}</span>
            </span>
        })
    };
    view! {
        <div class="idn" role="gridcell">
            <span class="nm trunc">{name}{waits}</span>
            <span class="sub trunc" title=title>{what}</span>
        </div>
    }
}

/// The number that a double-click calls, and the phone's presence.
#[component]
fn Telephone(
    contact: ContactView,
    name: String,
    phone: Memo<Option<PhoneView>>,
    with_me: Memo<Option<cordboard_desk::CallId>>,
    call: impl Fn(Way) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let board: Board = expect_context();
    let screen = use_screen();
    let query = Signal::derive(move || screen.query.get());
    let state = move || {
        with_me.get().and_then(|call| board.call(call)).map(|call| {
            let (since, ringing) =
                call.view.with(|call| (call.answered_at.unwrap_or(call.since), call.answered_at.is_none()));
            let time = clock(seconds(since, now.now()));
            if ringing { (w().your_call_rings)(&time) } else { (w().with_you)(&time) }
        })
    };
    let told = move || phone.with(|phone| presence::word_and_time(w(), phone.as_ref(), now.now()));
    let drawn = Signal::derive(move || phone.with(|phone| presence::drawn(phone.as_ref())));
    let button = first_way(&contact).map(|(way, number)| {
        let number = number.to_owned();
        let label = Signal::derive(move || {
            phone.with(|phone| presence::call_label(w(), phone.as_ref(), &name))
        });
        view! {
            <span class="ext num">
                <button class="icon-btn" tabindex="-1" aria-label=label title=label on:click=move |_| call(way)>
                    <Icon name=drawn size="m" />
                </button>
                <span class="trunc"><Matched text=number query=query /></span>
            </span>
        }
    });
    view! {
        <div class="tel" role="gridcell">
            {button}
            <span class="pst trunc">{move || state().unwrap_or_else(told)}</span>
        </div>
    }
}

/// The other ways to reach them, each in its own column so that drawings line up.
#[component]
fn Ways(
    contact: ContactView,
    name: String,
    call: impl Fn(Way) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let contact = contact.contact;
    let calls = |number: &str, drawn: Drawn, way: Way, label: Label| {
        (!number.is_empty()).then(|| {
            view! { <CallWay drawn=drawn label=label name=name.clone() act=move || call(way) /> }.into_any()
        })
    };
    let opens = |address: &str, scheme: &str, drawn: Drawn, label: Label| {
        let target = format!("{scheme}{address}");
        (!address.is_empty())
            .then(|| view! { <OpenWay drawn=drawn label=label name=name.clone() target=target /> }.into_any())
    };
    // The first number is in the column before; it is not repeated here.
    let mobile = if contact.phone.is_empty() { "" } else { contact.mobile.as_str() };
    let last = opens(&contact.calendar, "", Drawn::Calendar, |words| words.calendar_of)
        .or_else(|| opens(&contact.web, "", Drawn::Globe, |words| words.web_of))
        .or_else(|| calls(&contact.home, Drawn::Home, Way::Home, |words| words.call_home));
    let columns = [
        calls(mobile, Drawn::Mobile, Way::Mobile, |words| words.call_mobile),
        opens(&contact.email, "mailto:", Drawn::Mail, |words| words.email_contact),
        calls(&contact.voicemail, Drawn::Voicemail, Way::Voicemail, |words| words.call_voicemail),
        last,
    ];
    let columns = columns.map(|way| way.unwrap_or_else(|| view! { <span></span> }.into_any()));
    view! { <div class="ways" role="gridcell">{columns.into_iter().collect_view()}</div> }
}

/// Chooses the phrase that names a way.
type Label = fn(&Words) -> fn(&str) -> String;

/// A way that is called.
#[component]
fn CallWay(
    drawn: Drawn,
    label: Label,
    name: String,
    act: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    let label = Signal::derive(move || label(w())(&name));
    let press = move |event: MouseEvent| {
        event.stop_propagation();
        act();
    };
    view! {
        <button class="icon-btn" tabindex="-1" aria-label=label title=label on:click=press>
            <Icon name=drawn size="m" />
        </button>
    }
}

/// A way that opens something else. Only addresses of the web and of mail are links; a directory file cannot smuggle in
/// a script.
#[component]
fn OpenWay(drawn: Drawn, label: Label, name: String, target: String) -> impl IntoView {
    let w = use_words();
    let label = Signal::derive(move || label(w())(&name));
    let safe = ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    let target = if safe { target } else { format!("https://{target}") };
    view! {
        <a class="icon-btn" tabindex="-1" href=target target="_blank" rel="noopener noreferrer" aria-label=label title=label>
            <Icon name=drawn size="m" />
        </a>
    }
}
