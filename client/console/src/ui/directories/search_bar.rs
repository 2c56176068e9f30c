//! The search bar of the directory in front: searches with each key, green with matches, red without. F3 comes here.

use leptos::prelude::*;

use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::When;
use crate::ui::screen::{Zone, use_screen};
use crate::ui::words::{say, use_words};

/// The field that F3 jumps to.
pub(crate) const FIELD: &str = "search-field";

/// The search bar.
#[component]
pub(crate) fn SearchBar() -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let directory = move || screen.directory_view().map(|directory| directory.name).unwrap_or_default();
    let searching = Memo::new(move |_| screen.query.with(|query| !query.is_empty()));
    let found = Memo::new(move |_| {
        let answered =
            screen.contacts().filter(|contacts| screen.query.with(|query| *query == contacts.look.query));
        answered.filter(|_| searching.get()).map(|contacts| contacts.total)
    });
    let state = move || found.get().map(|found| if found > 0 { "yes" } else { "no" });
    let hits = move || {
        found.get().map(|found| match found {
            0 => (Drawn::NoMatch, w().no_contact_found.to_owned()),
            found => (Drawn::Check, (w().contacts_found)(found)),
        })
    };
    view! {
        <div class="foot-bar">
            <div class="bar" data-found=state>
                <Icon name=Drawn::Search size="m" />
                <input
                    id=FIELD
                    type="search"
                    autocomplete="off"
                    aria-label=move || (w().search)(&directory())
                    placeholder=move || (w().search_placeholder)(&directory())
                    prop:value=move || screen.query.get()
                    on:focus=move |_| screen.zone.set(Zone::Workspace)
                    on:input=move |event| screen.search(event_target_value(&event))
                />
                <span class="hits" role="status">
                    {move || hits().map(|(drawn, said)| view! { <Icon name=drawn size="m" />{said} })}
                </span>
                <When is=move || searching.get()>
                    <button class="icon-btn" aria-label=say(|w| w.clear) on:click=move |_| screen.search(String::new())>
                        <Icon name=Drawn::Close size="m" />
                    </button>
                    <kbd aria-hidden="true">{say(|w| w.key_escape)}</kbd>
                </When>
                <kbd aria-hidden="true">"F3"</kbd>
            </div>
        </div>
    }
}
