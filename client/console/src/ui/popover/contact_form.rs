//! A contact by hand: a new one, or one that is changed.

use cordboard_desk::{Command, Contact, ContactView, DirectoryId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::Frame;
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::screen::use_screen;
use crate::ui::words::{say, use_words};

/// The texts of a contact, in the order of [`crate::ui::words::Words::field_names`].
fn texts(contact: &mut Contact) -> [&mut String; 15] {
    [
        &mut contact.last_name,
        &mut contact.first_name,
        &mut contact.company,
        &mut contact.office,
        &mut contact.department,
        &mut contact.title,
        &mut contact.note,
        &mut contact.phone,
        &mut contact.mobile,
        &mut contact.home,
        &mut contact.voicemail,
        &mut contact.email,
        &mut contact.xmpp,
        &mut contact.calendar,
        &mut contact.web,
    ]
}

/// The form.
#[component]
pub(super) fn ContactForm(
    directory: DirectoryId,
    /// The one that is changed; `None` for a new one.
    contact: Option<Box<ContactView>>,
    /// What a new one begins with.
    #[prop(optional)]
    caller: Contact,
) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let id = contact.as_ref().map(|contact| contact.id);
    let mut start = contact.map_or(caller, |contact| contact.contact);
    let fields = texts(&mut start).map(|text| RwSignal::new(text.clone()));
    // The company's own people are watched unless somebody says otherwise.
    let local = move || {
        board.directories.with_untracked(|all| all.iter().any(|known| known.id == directory && known.local))
    };
    let watched = RwSignal::new(if id.is_some() { start.presence } else { local() });
    let start = StoredValue::new(start);
    let label =
        Signal::derive(move || if id.is_some() { w().edit_contact } else { w().add_contact }.to_owned());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let mut contact = start.get_value();
        for (text, field) in texts(&mut contact).into_iter().zip(fields) {
            field.get_untracked().trim().clone_into(text);
        }
        contact.presence = watched.get_untracked();
        let contact = Box::new(contact);
        screen.popover.set(None);
        acts.command(match id {
            Some(id) => Command::EditContact { directory, contact: id, to: contact },
            None => Command::AddContact { directory, contact },
        });
    };
    view! {
        <Frame class="form wide" label=label>
            <form on:submit=save>
                <div class="fields">
                    {fields.into_iter().enumerate().map(|(at, field)| {
                        let id = format!("contact-field-{at}");
                        view! {
                            <div class="field">
                                <label for=id.clone()>{move || w().field_names.get(at).copied()}</label>
                                <input class="input" id=id autocomplete="off" bind:value=field />
                            </div>
                        }
                    }).collect_view()}
                </div>
                <label class="check">
                    <input type="checkbox" prop:checked=watched on:change=move |event| watched.set(event_target_checked(&event)) />
                    {say(|w| w.watch_phone)}
                </label>
                <div class="row end">
                    <button class="btn quiet" type="button" on:click=move |_| screen.popover.set(None)>{say(|w| w.cancel)}</button>
                    <button class="btn primary" type="submit">{say(|w| w.save)}</button>
                </div>
            </form>
        </Frame>
    }
}
