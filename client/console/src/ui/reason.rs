//! Controls that say why they cannot be used, instead of hiding.

use std::sync::atomic::{AtomicU32, Ordering};

use cordboard_desk::WhyNot;
use leptos::prelude::*;

use super::icon::Icon;
use super::words::Words;

/// Why a control cannot be used now; `None` when it can.
pub(super) type Reason = Option<&'static str>;

/// The reason that the desk gave, in words.
pub(super) fn reason(words: &Words, allowed: Result<(), WhyNot>) -> Reason {
    allowed.err().map(|why| (words.why_not)(why))
}

/// An id that no other element of the page has.
pub(super) fn fresh_id(prefix: &str) -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// A button that can be focused and heard even when it cannot be used.
#[component]
pub(super) fn ReasonedButton(
    /// Classes of the button.
    #[prop(into)]
    class: Signal<String>,
    /// Its drawing.
    #[prop(into)]
    icon: Signal<Icon>,
    /// Size class of the drawing.
    #[prop(default = "")]
    icon_size: &'static str,
    /// Its word, which is its name too.
    #[prop(into)]
    label: Signal<&'static str>,
    /// Key cap, while that key does exactly this.
    #[prop(into, optional)]
    cap: Signal<Reason>,
    /// Whether it is switched on, for a button that switches.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Why it cannot be used now.
    #[prop(into)]
    why_not: Signal<Reason>,
    /// What it does.
    act: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    let id = fresh_id("why");
    let described = id.clone();
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || why_not.get().map(|_| "true")
            aria-describedby=move || why_not.get().map(|_| described.clone())
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            title=move || why_not.get()
            on:click=move |_| if why_not.get_untracked().is_none() { act() }
        >
            <Icon name=icon size=icon_size />
            {move || cap.get().map(|cap| view! { <kbd aria-hidden="true">{cap}</kbd> })}
            <span>{label}</span>
        </button>
        <span id=id class="sr" hidden>{move || why_not.get()}</span>
    }
}
