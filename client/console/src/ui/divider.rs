//! Dividers: dragged, or moved by arrow keys; a double-click puts them back; the browser remembers where they were.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use crate::theme;

/// How the divider itself lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    /// A line from left to right; moves up and down.
    Horizontal,
    /// A line from top to bottom; moves left and right.
    Vertical,
}

/// One divider. Its value is the share of what lies before it, percent.
#[component]
pub(super) fn Divider(
    /// Under which name its place is kept.
    name: &'static str,
    /// How it lies.
    orientation: Orientation,
    /// Its name.
    #[prop(into)]
    label: Signal<&'static str>,
    /// Where it is, percent of what it divides.
    value: RwSignal<f64>,
    /// How far it goes.
    range: (f64, f64),
    /// Where it was at first.
    at_first: f64,
) -> impl IntoView {
    let line = NodeRef::<html::Div>::new();
    let held = RwSignal::new(false);
    // The browser reads it: Rust's own reader of fractions is 10 kB to download.
    if let Some(kept) =
        theme::read(name).map(|kept| js_sys::parse_float(&kept)).filter(|kept| kept.is_finite())
    {
        value.set(kept.clamp(range.0, range.1));
    }
    let put = move |percent: f64| {
        let percent = percent.clamp(range.0, range.1);
        value.set(percent);
        theme::write(name, &format!("{percent:.1}"));
    };
    let drag = move |event: PointerEvent| {
        if held.get_untracked()
            && let Some(percent) = percent_at(line, orientation, &event)
        {
            put(percent);
        }
    };
    let press = move |event: PointerEvent| {
        if let Some(line) = line.get_untracked() {
            // Only a pointer that is already gone cannot be captured.
            let _ = line.set_pointer_capture(event.pointer_id());
            held.set(true);
        }
    };
    let walk = move |event: KeyboardEvent| {
        let step = 2.0;
        let now = value.get_untracked();
        put(match (event.key().as_str(), orientation) {
            ("ArrowUp", Orientation::Horizontal) | ("ArrowLeft", Orientation::Vertical) => now - step,
            ("ArrowDown", Orientation::Horizontal) | ("ArrowRight", Orientation::Vertical) => now + step,
            ("Home", _) => range.0,
            ("End", _) => range.1,
            _ => return,
        });
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div
            node_ref=line
            class="split"
            class:active=held
            role="separator"
            tabindex="0"
            aria-orientation=if orientation == Orientation::Vertical { "vertical" } else { "horizontal" }
            aria-label=label
            aria-valuemin=range.0
            aria-valuemax=range.1
            aria-valuenow=move || format!("{:.0}", value.get())
            on:pointerdown=press
            on:pointermove=drag
            on:pointerup=move |_| held.set(false)
            on:pointercancel=move |_| held.set(false)
            on:keydown=walk
            on:dblclick=move |_| put(at_first)
        ></div>
    }
}

/// Where the pointer is within what the divider divides.
fn percent_at(line: NodeRef<html::Div>, orientation: Orientation, event: &PointerEvent) -> Option<f64> {
    let whole = line.get_untracked()?.parent_element()?.get_bounding_client_rect();
    let (at, from, size) = match orientation {
        Orientation::Vertical => (f64::from(event.client_x()), whole.left(), whole.width()),
        Orientation::Horizontal => (f64::from(event.client_y()), whole.top(), whole.height()),
    };
    (size > 0.0).then(|| (at - from) / size * 100.0)
}
