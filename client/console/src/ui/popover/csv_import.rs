//! A CSV file on its way into a directory: choose it, see its columns, let the engine read it.

use cordboard_desk::{CsvColumn, DirectoryId};
use js_sys::Uint8Array;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::Frame;
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::screen::use_screen;
use crate::ui::words::{say, use_words};

/// How much of a file is read to show what is in it, bytes.
const PREVIEW: f64 = 65_536.0;

/// A file that was chosen.
#[derive(Clone, PartialEq)]
struct Chosen {
    name: String,
    /// Bytes of all of it.
    size: f64,
    /// How it begins.
    start: Vec<u8>,
}

impl Chosen {
    async fn read(file: &File) -> Result<Self, JsValue> {
        let start = file.slice_with_f64_and_f64(0.0, PREVIEW)?;
        let start = Uint8Array::new(&JsFuture::from(start.array_buffer()).await?).to_vec();
        Ok(Self { name: file.name(), size: file.size(), start })
    }

    /// The names in the first line, and whether each is a column of a directory.
    fn columns(&self) -> Vec<(String, bool)> {
        let text = self.start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.start);
        let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let names = header.split(',').map(|name| name.trim().trim_matches('"').to_owned());
        names
            .map(|name| (CsvColumn::from_name(&name).is_some(), name))
            .map(|(known, name)| (name, known))
            .collect()
    }

    /// Lines after the first that hold anything; fields with line breaks in them make it a little too many. In a large
    /// file as many as the beginning makes likely, to two digits.
    fn rows(&self) -> u32 {
        let lines = self.start.split(|byte| *byte == b'\n').skip(1);
        let lines = lines.filter(|line| line.iter().any(|byte| !byte.is_ascii_whitespace())).count();
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        if self.size <= PREVIEW {
            return lines;
        }
        // A cast from a float keeps to the bounds of the integer.
        let likely = (f64::from(lines) * self.size / PREVIEW) as u32;
        let unit = 10u32.pow(likely.checked_ilog10().unwrap_or_default().saturating_sub(1));
        likely / unit * unit
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
    let lost = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let name = move || {
        board
            .directories
            .with(|all| all.iter().find(|known| known.id == directory).map(|known| known.name.clone()))
    };
    let label = Signal::derive(move || (w().import_title)(&name().unwrap_or_default()));
    let file = move || field.get_untracked().and_then(|field| field.files()).and_then(|files| files.get(0));
    // Moved, deleted or changed since it was chosen. The field forgets it, or choosing it again would be no change.
    let lose = move || {
        lost.try_set(true);
        chosen.try_set(None);
        if let Some(Some(field)) = field.try_get_untracked() {
            field.set_value("");
        }
    };
    let choose = move |_| {
        if let Some(file) = file() {
            spawn_local(async move {
                match Chosen::read(&file).await {
                    Ok(read) => {
                        lost.try_set(false);
                        chosen.try_set(Some(read));
                    }
                    Err(_) => lose(),
                }
            });
        }
    };
    let import = move |_| {
        if let Some(file) = file() {
            spawn_local(async move {
                match JsFuture::from(file.array_buffer()).await {
                    Ok(text) => {
                        acts.import(directory, file.name(), text.unchecked_into());
                        screen.popover.set(None);
                    }
                    Err(_) => lose(),
                }
            });
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
            <span role="alert">
                {move || lost.get().then(|| view! {
                    <span class="field"><span class="err"><Icon name=Drawn::Alert size="m" /><span>{w().import_lost}</span></span></span>
                })}
            </span>
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
        let start = b"\xEF\xBB\xBFLastname,\"firstname\",shoe size\r\nOkafor,Grace,38\r\n\r\n".to_vec();
        let chosen = Chosen { name: "people.csv".into(), size: 56.0, start };
        let columns = chosen.columns();
        let known: Vec<_> = columns.iter().map(|(name, known)| (name.as_str(), *known)).collect();
        assert_eq!(known, [("Lastname", true), ("firstname", true), ("shoe size", false)]);
        assert_eq!(chosen.rows(), 1);
    }
    #[test]
    fn the_rows_of_a_large_file_are_estimated_by_its_beginning() {
        // 32 bytes a line.
        let start = b"firstname,phone\nGrace Okafor....\n".repeat(2_048);
        let start: Vec<u8> = start.into_iter().take(65_536).collect();
        let chosen = Chosen { name: "people.csv".into(), size: 3_300_000.0, start };
        assert_eq!(chosen.rows() % 1_000, 0);
        assert!((100_000..300_000).contains(&chosen.rows()), "{}", chosen.rows());
    }
}
