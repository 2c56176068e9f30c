//! Boxes that float above the workspace, one at a time, never above a call. None of them stops the console.

use super::words::say;
use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::screen::{Popover, use_screen};
use contact_form::ContactForm;
use csv_import::CsvImport;
use directory_name::DirectoryName;
use key_sheet::KeySheet;
use keypad::Keypad;
use remove::{ClearLog, RemoveContact, RemoveDirectory};
use transfer_box::TransferBox;

mod contact_form;
mod csv_import;
mod directory_name;
mod key_sheet;
pub(super) mod keypad;
mod remove;
mod transfer_box;

/// The box that is open, if one is.
#[component]
pub(super) fn OpenPopover() -> impl IntoView {
    let screen = use_screen();
    move || {
        screen.popover.get().map(|popover| match popover {
            Popover::Transfer(call) => view! { <TransferBox call=call /> }.into_any(),
            Popover::Keypad => view! { <Keypad /> }.into_any(),
            Popover::Import(directory) => view! { <CsvImport directory=directory /> }.into_any(),
            Popover::Contact(directory, contact) => {
                view! { <ContactForm directory=directory contact=contact /> }.into_any()
            }
            Popover::AddCaller(directory, contact) => {
                view! { <ContactForm directory=directory contact=None caller=*contact /> }.into_any()
            }
            Popover::DirectoryName(directory) => view! { <DirectoryName directory=directory /> }.into_any(),
            Popover::ClearLog => view! { <ClearLog /> }.into_any(),
            Popover::Keys => view! { <KeySheet /> }.into_any(),
            Popover::RemoveDirectory(directory) => view! { <RemoveDirectory id=directory /> }.into_any(),
            Popover::RemoveContact(directory, contact) => {
                view! { <RemoveContact directory=directory contact=contact /> }.into_any()
            }
        })
    }
}

/// The frame of a box: a non-modal dialog that takes the focus and gives it back.
#[component]
pub(super) fn Frame(
    /// Class of this box.
    class: &'static str,
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// What stands beside its name.
    #[prop(optional, into)]
    beside: ViewFn,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let screen = use_screen();
    let frame = NodeRef::<html::Div>::new();
    let came_from = StoredValue::new_local(document().active_element());
    Effect::new(move || {
        let Some(frame) = frame.get() else { return };
        let first = frame.query_selector("input, select, textarea, .pad button").ok().flatten();
        focus(first);
    });
    on_cleanup(move || focus(came_from.try_get_value().flatten()));
    view! {
        <div node_ref=frame class=format!("pop {class}") role="dialog" aria-label=label>
            <header>
                <h3 class="trunc">{label}</h3>
                {move || beside.run()}
                <button class="icon-btn" aria-label=say(|w| w.close) on:click=move |_| screen.popover.set(None)>
                    <Icon name=Drawn::Close size="m" />
                </button>
            </header>
            {children()}
        </div>
    }
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) =
        element.and_then(|element| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element).ok())
    {
        // What is gone takes no focus.
        let _ = element.focus();
    }
}
