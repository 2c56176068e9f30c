//! A name for a directory: a new one, or one that is renamed.

use cordboard_desk::{Command, DirectoryId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::Frame;
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::screen::use_screen;
use crate::ui::words::{say, use_words};

/// The box.
#[component]
pub(super) fn DirectoryName(directory: Option<DirectoryId>) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let known = directory.and_then(|id| {
        board.directories.with_untracked(|all| all.iter().find(|known| known.id == id).cloned())
    });
    let name = RwSignal::new(known.map(|known| known.name).unwrap_or_default());
    let local = RwSignal::new(true);
    let is_new = directory.is_none();
    let label =
        Signal::derive(move || if is_new { w().new_directory } else { w().rename_directory }.to_owned());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        screen.popover.set(None);
        acts.command(match directory {
            Some(directory) => Command::RenameDirectory { directory, name },
            None => Command::AddDirectory { name, local: local.get_untracked() },
        });
    };
    let kind = move |value: bool, word: fn(&crate::ui::words::Words) -> &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="kind" prop:checked=move || local.get() == value on:change=move |_| local.set(value) />
                {move || word(w())}
            </label>
        }
    };
    view! {
        <Frame class="form" label=label>
            <form on:submit=save>
                <div class="field">
                    <label for="directory-name">{say(|w| w.directory_name)}</label>
                    <input class="input" id="directory-name" required maxlength="80" bind:value=name />
                </div>
                {is_new.then(|| view! {
                    <fieldset class="field">
                        <legend class="lb">{say(|w| w.directory_kind)}</legend>
                        {kind(true, |words| words.directory_local)}
                        {kind(false, |words| words.directory_external)}
                    </fieldset>
                })}
                <div class="row end">
                    <button class="btn quiet" type="button" on:click=move |_| screen.popover.set(None)>{say(|w| w.cancel)}</button>
                    <button class="btn primary" type="submit">{say(|w| w.save)}</button>
                </div>
            </form>
        </Frame>
    }
}
