//! How the console looks and sounds on this computer: theme, density, contrast, language, reminders. Kept by the browser, in force at once.

use leptos::prelude::*;
use leptos::web_sys;

use crate::ui::words::{Language, Tongue};

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How tight rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Compact on small screens.
    #[default]
    Automatic,
    /// Never compact.
    Comfortable,
    /// Always compact.
    Compact,
}

/// How hard edges and ink are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// As designed.
    #[default]
    Normal,
    /// Harder.
    More,
}

/// Whether a tone reminds of callers who have been on hold for long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reminder {
    /// It does: a red row alone is easily overlooked.
    #[default]
    On,
    /// The screen says it and nothing else does.
    Off,
}

/// A choice that is kept as an attribute of the root element and under one key of the browser's store.
trait Kept: Copy + Default + PartialEq + 'static {
    const KEY: &'static str;
    const ALL: &'static [Self];
    /// The attribute's value; `None` for no attribute.
    fn value(self) -> Option<&'static str>;
}

impl Kept for Theme {
    const KEY: &'static str = "theme";
    const ALL: &'static [Self] = &[Self::System, Self::Light, Self::Dark];
    fn value(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

impl Kept for Density {
    const KEY: &'static str = "density";
    const ALL: &'static [Self] = &[Self::Automatic, Self::Comfortable, Self::Compact];
    fn value(self) -> Option<&'static str> {
        match self {
            Self::Automatic => None,
            Self::Comfortable => Some("comfortable"),
            Self::Compact => Some("compact"),
        }
    }
}

impl Kept for Contrast {
    const KEY: &'static str = "contrast";
    const ALL: &'static [Self] = &[Self::Normal, Self::More];
    fn value(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::More => Some("more"),
        }
    }
}

impl Kept for Reminder {
    const KEY: &'static str = "reminder";
    const ALL: &'static [Self] = &[Self::On, Self::Off];
    fn value(self) -> Option<&'static str> {
        match self {
            Self::On => None,
            Self::Off => Some("off"),
        }
    }
}

/// The operator's choices.
#[derive(Clone, Copy)]
pub struct Look {
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// Tight or not.
    pub density: RwSignal<Density>,
    /// Hard or not.
    pub contrast: RwSignal<Contrast>,
    /// Reminded by a tone or not.
    pub reminder: RwSignal<Reminder>,
    /// English or French.
    pub tongue: Tongue,
}

impl Look {
    /// The choices as they were last made here; the browser's own wishes where none was.
    pub fn kept() -> Self {
        let asks_more = window()
            .match_media("(prefers-contrast: more)")
            .ok()
            .flatten()
            .is_some_and(|asked| asked.matches());
        let contrast = if asks_more { Contrast::More } else { Contrast::Normal };
        let look = Self {
            theme: RwSignal::new(recall().unwrap_or_default()),
            density: RwSignal::new(recall().unwrap_or_default()),
            contrast: RwSignal::new(recall().unwrap_or(contrast)),
            reminder: RwSignal::new(recall().unwrap_or_default()),
            tongue: Tongue::new(kept_language()),
        };
        Effect::new(move || apply(look.theme.get()));
        Effect::new(move || apply(look.density.get()));
        Effect::new(move || apply(look.contrast.get()));
        Effect::new(move || set_root("lang", Some(look.tongue.words().tag)));
        look
    }

    /// Chooses a theme and keeps the choice.
    pub fn choose_theme(self, theme: Theme) {
        self.theme.set(theme);
        keep(theme);
    }

    /// Chooses a density and keeps the choice.
    pub fn choose_density(self, density: Density) {
        self.density.set(density);
        keep(density);
    }

    /// Chooses a contrast and keeps the choice.
    pub fn choose_contrast(self, contrast: Contrast) {
        self.contrast.set(contrast);
        keep(contrast);
    }

    /// Chooses whether to be reminded and keeps the choice.
    pub fn choose_reminder(self, reminder: Reminder) {
        self.reminder.set(reminder);
        keep(reminder);
    }

    /// Chooses a language and keeps the choice.
    pub fn choose_language(self, language: Language) {
        self.tongue.speak(language);
        write("language", language.words().tag);
    }
}

/// The choices of this page.
pub fn use_look() -> Look {
    expect_context()
}

fn kept_language() -> Language {
    let kept = read("language");
    let wished =
        window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect::<Vec<_>>();
    let tags = kept.iter().chain(&wished).map(String::as_str);
    Language::from_tags(tags).unwrap_or_default()
}

fn apply<T: Kept>(choice: T) {
    set_root(&format!("data-{}", T::KEY), choice.value());
}

fn set_root(attribute: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    // Both calls fail only for names that are not attribute names; ours are.
    let _ = match value {
        Some(value) => root.set_attribute(attribute, value),
        None => root.remove_attribute(attribute),
    };
}

fn recall<T: Kept>() -> Option<T> {
    let kept = read(T::KEY)?;
    T::ALL.iter().copied().find(|choice| choice.value().unwrap_or("auto") == kept)
}

fn keep<T: Kept>(choice: T) {
    write(T::KEY, choice.value().unwrap_or("auto"));
}

/// What the browser keeps for this page under a name.
pub fn read(name: &str) -> Option<String> {
    store()?.get_item(&format!("cordboard.{name}")).ok().flatten()
}

/// Lets the browser keep something for this page; where it keeps nothing, the choice lasts until reload.
pub fn write(name: &str, value: &str) {
    if let Some(store) = store() {
        let _ = store.set_item(&format!("cordboard.{name}"), value);
    }
}

fn store() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
