//! Choices of a few, side by side: language, theme, density, contrast.

use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::words::{Language, Words, use_words};
use crate::theme::{Contrast, Density, Reminder, Theme, use_look};

/// One of the choices: what it stands for, its drawing, its word.
type Choosable<T> = (T, Option<Drawn>, fn(&Words) -> &'static str);

/// Buttons of which exactly one is pressed.
fn choice<T: Copy + PartialEq + Send + Sync + 'static>(
    label: fn(&Words) -> &'static str,
    options: &'static [Choosable<T>],
    chosen: impl Fn() -> T + Copy + Send + Sync + 'static,
    choose: impl Fn(T) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    view! {
        <div class="seg" role="group" aria-label=move || label(w())>
            {options.iter().map(|(value, drawn, word)| view! {
                <button type="button" aria-pressed=move || (chosen() == *value).to_string() on:click=move |_| choose(*value)>
                    {drawn.map(|drawn| view! { <Icon name=drawn size="s" /> })}
                    {move || word(w())}
                </button>
            }).collect_view()}
        </div>
    }
}

/// English or French, each in its own words.
#[component]
pub(super) fn LanguageChoice() -> impl IntoView {
    let look = use_look();
    choice(
        |words| words.language,
        &[
            (Language::English, None, |_| Language::English.words().name),
            (Language::French, None, |_| Language::French.words().name),
        ],
        move || look.tongue.language(),
        move |language| look.choose_language(language),
    )
}

/// Light, dark, or as the system says.
#[component]
pub(super) fn ThemeChoice() -> impl IntoView {
    let look = use_look();
    choice(
        |words| words.theme,
        &[
            (Theme::System, None, |words| words.theme_system),
            (Theme::Light, Some(Drawn::Light), |words| words.theme_light),
            (Theme::Dark, Some(Drawn::Dark), |words| words.theme_dark),
        ],
        move || look.theme.get(),
        move |theme| look.choose_theme(theme),
    )
}

/// How tight rows are.
#[component]
pub(super) fn DensityChoice() -> impl IntoView {
    let look = use_look();
    choice(
        |words| words.density,
        &[
            (Density::Automatic, None, |words| words.density_automatic),
            (Density::Comfortable, None, |words| words.density_comfortable),
            (Density::Compact, None, |words| words.density_compact),
        ],
        move || look.density.get(),
        move |density| look.choose_density(density),
    )
}

/// How hard edges and ink are.
#[component]
pub(super) fn ContrastChoice() -> impl IntoView {
    let look = use_look();
    choice(
        |words| words.contrast,
        &[
            (Contrast::Normal, None, |words| words.contrast_normal),
            (Contrast::More, None, |words| words.contrast_more),
        ],
        move || look.contrast.get(),
        move |contrast| look.choose_contrast(contrast),
    )
}

/// A tone for callers who have been on hold for long, or none.
#[component]
pub(super) fn ReminderChoice() -> impl IntoView {
    let look = use_look();
    choice(
        |words| words.reminder,
        &[
            (Reminder::On, Some(Drawn::Bell), |words| words.reminder_on),
            (Reminder::Off, None, |words| words.reminder_off),
        ],
        move || look.reminder.get(),
        move |reminder| look.choose_reminder(reminder),
    )
}
