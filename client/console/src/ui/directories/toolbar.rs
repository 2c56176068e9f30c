//! The directory's head: what it is, how it is sorted, what can be done with it; and what to say when its line rings.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::reason::fresh_id;
use crate::ui::screen::{MenuAsked, MenuSubject, Popover, use_screen};
use crate::ui::words::{say, use_words};

/// Asks for a menu below the button that was pressed.
fn menu_below(event: &MouseEvent, subject: MenuSubject) -> Option<MenuAsked> {
    let button = event.current_target()?.dyn_into::<web_sys::Element>().ok()?.get_bounding_client_rect();
    Some(MenuAsked { subject, left: button.left(), top: button.bottom() + 4.0 })
}

/// The toolbar.
#[component]
pub(super) fn Toolbar() -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let directory = Memo::new(move |_| screen.directory_view());
    let name = move || directory.get().map(|directory| directory.name);
    let kind = move || {
        directory.get().map(|directory| {
            if directory.local {
                (w().local_count)(directory.count)
            } else {
                (w().external_count)(directory.count)
            }
        })
    };
    let line = move || directory.get().and_then(|directory| directory.line).map(|line| line.number);
    let drawn = Signal::derive(move || match directory.get() {
        Some(directory) if directory.local => Drawn::Local,
        _ => Drawn::Globe,
    });
    let read_only = move || directory.get().is_none_or(|directory| directory.read_only);
    let why = fresh_id("why");
    let described = why.clone();
    let menu = move |event: MouseEvent| {
        let subject = screen.directory.get_untracked().map(MenuSubject::Directory);
        screen.menu.set(subject.and_then(|subject| menu_below(&event, subject)));
    };
    let sort = move |event: MouseEvent| screen.menu.set(menu_below(&event, MenuSubject::Sort));
    let add = move |_| {
        if let (Some(directory), false) = (screen.directory.get_untracked(), untrack(read_only)) {
            screen.open(Popover::Contact(directory, None));
        }
    };
    view! {
        <div class="bar-row">
            <h2>{name}</h2>
            <span class="chip"><Icon name=drawn size="s" />{kind}</span>
            {move || line().map(|line| view! {
                <span class="chip num opt"><Icon name=Drawn::Incoming size="s" />{line}</span>
            })}
            <span class="grow"></span>
            <button class="btn quiet sm" aria-haspopup="menu" title=say(|w| w.sort) on:click=sort>
                <Icon name=Drawn::Sort size="s" />
                {move || (w().sort_by)(screen.sort.get())}
                <Icon name=Drawn::Down size="s" />
            </button>
            <button
                class="icon-btn"
                aria-label=say(|w| w.add_contact)
                title=move || if read_only() { w().read_only } else { w().add_contact }
                aria-disabled=move || read_only().then_some("true")
                aria-describedby=move || read_only().then(|| described.clone())
                on:click=add
            >
                <Icon name=Drawn::AddPerson size="m" />
            </button>
            <span id=why hidden>{say(|w| w.read_only)}</span>
            <button class="icon-btn" aria-haspopup="menu" aria-label=say(|w| w.directory_menu) title=say(|w| w.directory_menu) on:click=menu>
                <Icon name=Drawn::More size="m" />
            </button>
        </div>
    }
}

/// What to say when the line of this directory rings, and the directory's note.
#[component]
pub(super) fn GreetingStrip() -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let told = Memo::new(move |_| {
        let directory = screen.directory_view()?;
        let greeting = directory.line.map(|line| line.greeting).unwrap_or_default();
        let anything = !greeting.is_empty() || !directory.note.is_empty();
        anything.then_some((greeting, directory.note))
    });
    move || {
        let (greeting, note) = told.get()?;
        let greeting =
            (!greeting.is_empty()).then(|| view! { <q class="trunc">{(w().quoted)(&greeting)}</q> });
        Some(view! {
            <div class="strip">
                <Icon name=Drawn::Greeting size="m" />
                {greeting}
                <span class="trunc">{note}</span>
            </div>
        })
    }
}
