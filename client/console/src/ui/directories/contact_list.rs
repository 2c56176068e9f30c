//! The contacts of the directory in front, however many: only those in sight, and a few around them, are in the page.

use std::hash::{DefaultHasher, Hash, Hasher};

use cordboard_desk::{ContactView, DirectoryId};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::contact_tile::ContactTile;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::{Each, When};
use crate::ui::screen::{Popover, Zone, use_screen};
use crate::ui::words::use_words;

/// Rows that are asked for above and below what is in sight.
const AROUND: u32 = 12;
/// Rows by which the window moves, so that a slow scroll does not ask for every row anew.
const STEP: u32 = 8;

/// How the list is laid out just now.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    /// Height of one row of tiles, CSS pixels.
    row: f64,
    /// How many tiles stand side by side.
    columns: u32,
    /// Height of what is in sight.
    sight: f64,
}

/// The rows to ask for: first and how many.
fn window_of(layout: Layout, scrolled: f64) -> (u32, u32) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions in a list are small and positive"
    )]
    let lines = |pixels: f64| (pixels / layout.row).floor().max(0.0) as u32;
    let first = (lines(scrolled) * layout.columns).saturating_sub(AROUND);
    let first = first - first % (STEP * layout.columns);
    let count = (lines(layout.sight) + 2 + STEP) * layout.columns + 2 * AROUND;
    (first, count)
}

/// The list.
#[component]
pub(super) fn ContactList() -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let list = NodeRef::<html::Div>::new();
    let layout = RwSignal::new(Layout { row: 66.0, columns: 1, sight: 800.0 });

    let look = move || {
        let Some(list) = list.get_untracked() else { return };
        let wanted = window_of(layout.get_untracked(), f64::from(list.scroll_top()));
        if screen.window.get_untracked() != wanted {
            screen.window.set(wanted);
        }
    };
    let measure = move || {
        let Some(list) = list.get_untracked() else { return };
        let now = measured(&list);
        if layout.get_untracked() != now {
            layout.set(now);
            screen.columns.set(now.columns);
        }
        look();
    };
    watch_size(list, measure);
    keep_in_sight(list, layout);

    let total = Memo::new(move |_| screen.contacts().map(|contacts| contacts.total));
    let name = move || screen.directory_view().map(|directory| (w().contacts_of)(&directory.name));
    let lines = move || f64::from(total.get().unwrap_or(0).div_ceil(layout.get().columns));
    let first = move || screen.contacts().map_or(0, |contacts| contacts.look.first);
    let top = move || f64::from(first() / layout.get().columns) * layout.get().row;
    view! {
        <div
            node_ref=list
            class="dir"
            id="contacts"
            role="grid"
            tabindex="0"
            aria-label=name
            aria-rowcount=move || total.get().unwrap_or(0)
            aria-activedescendant=move || screen.row.get().map(|row| format!("contact-{row}"))
            on:focus=move |_| screen.zone.set(Zone::Workspace)
            on:scroll=move |_| look()
        >
            <div class="dir-all" role="presentation" style:height=move || format!("{}px", lines() * layout.get().row)>
                <div class="dir-window" role="presentation" style:translate=move || format!("0 {}px", top())>
                    <Tiles />
                </div>
            </div>
        </div>
        <When is=move || total.get() == Some(0)>
            <Nobody />
        </When>
    }
}

/// The tiles of the window. A tile is kept while its row shows the same contact.
#[component]
fn Tiles() -> impl IntoView {
    let screen = use_screen();
    let local = Memo::new(move |_| screen.directory_view().is_some_and(|directory| directory.local));
    let rows = move || {
        let Some(contacts) = screen.contacts() else { return Vec::new() };
        let directory = contacts.look.directory;
        let numbered = (contacts.look.first..).zip(contacts.rows);
        numbered.map(|(row, contact)| (directory, row, contact)).collect()
    };
    // A contact that was edited is another tile.
    let same = |(directory, row, contact): &(DirectoryId, u32, ContactView)| {
        (*directory, *row, contact.id, text_of(contact))
    };
    view! {
        <Each of=rows key=same let((directory, row, contact))>
            <ContactTile directory=directory row=row contact=contact local=local.get_untracked() />
        </Each>
    }
}

/// A fingerprint of what is painted of a contact.
fn text_of(contact_view: &ContactView) -> u64 {
    let contact = &contact_view.contact;
    let mut hasher = DefaultHasher::new();
    let names =
        [&contact.first_name, &contact.last_name, &contact.company, &contact.department, &contact.title];
    let ways = [
        &contact.phone,
        &contact.mobile,
        &contact.home,
        &contact.voicemail,
        &contact.email,
        &contact.calendar,
        &contact.web,
    ];
    contact_view.phone.hash(&mut hasher);
    names.hash(&mut hasher);
    ways.hash(&mut hasher);
    hasher.finish()
}

/// Nobody matches, or nobody is here.
#[component]
fn Nobody() -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let query = move || screen.query.get();
    let can_add = move || {
        screen.directory_view().filter(|directory| !directory.read_only).map(|directory| directory.id)
    };
    let add = move || {
        can_add().map(|directory| {
            view! {
                <button class="btn" on:click=move |_| screen.open(Popover::Contact(directory, None))>
                    <Icon name=Drawn::AddPerson size="m" />
                    {w().add_contact}
                </button>
            }
        })
    };
    let import = move || {
        can_add().filter(|_| query().is_empty()).map(|directory| {
            view! {
                <button class="btn primary" on:click=move |_| screen.open(Popover::Import(directory))>
                    <Icon name=Drawn::Import size="m" />
                    {w().import_csv}
                </button>
            }
        })
    };
    let clear = move || {
        (!query().is_empty()).then(|| {
            view! {
                <button class="btn" on:click=move |_| screen.search(String::new())>
                    <Icon name=Drawn::Close size="m" />
                    {w().clear}
                    <kbd aria-hidden="true">{w().key_escape}</kbd>
                </button>
            }
        })
    };
    view! {
        <div class="nobody">
            <Icon name=Signal::derive(move || if query().is_empty() { Drawn::Contacts } else { Drawn::NoMatch }) size="xl" />
            <h3>{move || if query().is_empty() { w().empty_directory.to_owned() } else { (w().nobody_matches)(&query()) }}</h3>
            <p>{move || if query().is_empty() { w().empty_directory_note } else { w().nobody_matches_note }}</p>
            <div class="row">{clear}{import}{add}</div>
        </div>
    }
}

/// Reads the row height from the design's tokens and the columns from the width.
fn measured(list: &web_sys::HtmlDivElement) -> Layout {
    let style = window().get_computed_style(list).ok().flatten();
    let row = style.and_then(|style| style.get_property_value("--h-tile").ok());
    let row = row.map(|row| js_sys::parse_float(&row)).filter(|row| *row > 0.0).unwrap_or(66.0);
    // Two columns from 700 px on, as the style has it.
    let columns = if list.client_width() > 700 { 2 } else { 1 };
    Layout { row, columns, sight: f64::from(list.client_height()) }
}

/// Measures now and whenever the list changes its size: by a divider, by the window, by another density.
fn watch_size(list: NodeRef<html::Div>, measure: impl Fn() + Copy + 'static) {
    Effect::new(move || {
        let Some(element) = list.get() else { return };
        measure();
        let changed = Closure::<dyn Fn()>::new(measure);
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // The closure lives as long as the observer that calls it.
            let watching = StoredValue::new_local(Some((observer, changed)));
            on_cleanup(move || {
                if let Some((observer, _)) = watching.try_update_value(Option::take).flatten() {
                    observer.disconnect();
                }
            });
        }
    });
}

/// Scrolls so far that the selected row is in sight, and no further.
fn keep_in_sight(list: NodeRef<html::Div>, layout: RwSignal<Layout>) {
    let screen = use_screen();
    Effect::new(move || {
        let (Some(row), Some(list)) = (screen.row.get(), list.get()) else { return };
        let Layout { row: height, columns, sight } = layout.get_untracked();
        let top = f64::from(row / columns) * height;
        let scrolled = f64::from(list.scroll_top());
        let to = if top < scrolled {
            top
        } else if top + height > scrolled + sight {
            top + height - sight
        } else {
            return;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "browsers scroll no further than an i32 can tell"
        )]
        list.set_scroll_top(to.round() as i32);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout { row: 66.0, columns: 2, sight: 660.0 };

    #[test]
    fn the_window_covers_what_is_in_sight_wherever_the_list_is_scrolled() {
        for scrolled in [0.0, 65.0, 660.0, 12_345.0, 400_000.0] {
            let (first, count) = window_of(LAYOUT, scrolled);
            let (top, bottom) = (scrolled / 66.0 * 2.0, (scrolled + 660.0) / 66.0 * 2.0);
            assert!(f64::from(first) <= top, "{scrolled}: {first} {top}");
            assert!(f64::from(first + count) >= bottom, "{scrolled}: {} {bottom}", first + count);
        }
    }

    #[test]
    fn a_short_scroll_asks_for_nothing_new() {
        assert_eq!(window_of(LAYOUT, 1_000.0), window_of(LAYOUT, 1_010.0));
    }

    #[test]
    fn a_window_begins_with_a_whole_line() {
        assert_eq!(window_of(LAYOUT, 7_777.0).0 % LAYOUT.columns, 0);
    }
}
