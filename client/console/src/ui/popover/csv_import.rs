//! A CSV file on its way into a directory: choose it, see its columns, let the engine read it.

use cordboard_desk::{Command, CsvColumn, DirectoryId};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Frame;
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::screen::use_screen;
use crate::ui::words::{say, use_words};

/// A file that was chosen and read.
#[derive(Clone, PartialEq)]
struct Chosen {
    name: String,
    text: Vec<u8>,
}

impl Chosen {
    /// The names in the first line, and whether each is a column of a directory.
    fn columns(&self) -> Vec<(String, bool)> {
        let text = self.text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.text);
        let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let names = header.split(',').map(|name| name.trim().trim_matches('"').to_owned());
        names
            .map(|name| (CsvColumn::from_name(&name).is_some(), name))
            .map(|(known, name)| (name, known))
            .collect()
    }

    /// Lines after the first that hold anything. Fields with line breaks in them make it a little too many.
    fn rows(&self) -> u32 {
        let lines = self
            .text
            .split(|byte| *byte == b'\n')
            .skip(1)
            .filter(|line| line.iter().any(|byte| !byte.is_ascii_whitespace()));
        u32::try_from(lines.count()).unwrap_or(u32::MAX)
    }
}

/// The box.
#[component]
pub(super) fn CsvImport(directory: DirectoryId) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let chosen = RwSignal::new(None::<Chosen>);
    let field = NodeRef::<html::Input>::new();
    let name = move || {
        board
            .directories
            .with(|all| all.iter().find(|known| known.id == directory).map(|known| known.name.clone()))
    };
    let label = Signal::derive(move || (w().import_title)(&name().unwrap_or_default()));
    let choose = move |_| {
        let file = field.get_untracked().and_then(|field| field.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            spawn_local(async move {
                // A file that has gone meanwhile simply stays unchosen.
                if let Ok(buffer) = JsFuture::from(file.array_buffer()).await {
                    let text = js_sys::Uint8Array::new(&buffer).to_vec();
                    chosen.try_set(Some(Chosen { name: file.name(), text }));
                }
            });
        }
    };
    let import = move |_| {
        if let Some(Chosen { name, text }) = chosen.get_untracked() {
            screen.popover.set(None);
            acts.command(Command::ImportCsv { directory, file_name: name, text });
        }
    };
    view! {
        <Frame class="form wide" label=label>
            <p class="muted">{say(|w| w.import_note)}</p>
            <label class="btn file">
                <Icon name=Drawn::Import size="m" />
                {say(|w| w.import_choose)}
                <input node_ref=field class="sr" type="file" accept=".csv,text/csv" on:change=choose />
            </label>
            {move || chosen.get().map(|chosen| view! {
                <p role="status">{(w().import_read)(&chosen.name, chosen.rows())}</p>
                <h4>{w().import_columns}</h4>
                <ul class="columns">
                    {chosen.columns().into_iter().map(|(name, known)| view! {
                        <li class="chip" class:ring=!known title=(!known).then(|| w().import_unknown_column)>
                            <Icon name=if known { Drawn::Check } else { Drawn::Warning } size="s" />
                            {name}
                            {(!known).then(|| view! { <span class="sr">", "{w().import_unknown_column}</span> })}
                        </li>
                    }).collect_view()}
                </ul>
            })}
            <div class="row end">
                <button class="btn quiet" on:click=move |_| screen.popover.set(None)>{say(|w| w.cancel)}</button>
                <button class="btn primary" disabled=move || chosen.with(Option::is_none) on:click=import>{say(|w| w.import_now)}</button>
            </div>
        </Frame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preview_knows_which_columns_a_directory_has() {
        let text = b"\xEF\xBB\xBFLastname,\"firstname\",shoe size\r\nOkafor,Grace,38\r\n\r\n".to_vec();
        let chosen = Chosen { name: "people.csv".into(), text };
        let columns = chosen.columns();
        let known: Vec<_> = columns.iter().map(|(name, known)| (name.as_str(), *known)).collect();
        assert_eq!(known, [("Lastname", true), ("firstname", true), ("shoe size", false)]);
        assert_eq!(chosen.rows(), 1);
    }
}
