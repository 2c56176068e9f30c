//! The picture at the door: a wall of jacks with cords in some of them.

use leptos::prelude::*;

const COLUMNS: u32 = 9;
const ROWS: u32 = 9;
/// Between two jacks.
const PITCH: u32 = 104;
const PITCH_DOWN: u32 = 108;
/// The first jack.
const LEFT: u32 = 72;
const TOP: u32 = 72;

/// A jack by column and row.
type Jack = (u32, u32);

/// A cord between two jacks; how deep it hangs; which colour.
const CORDS: [(Jack, Jack, u32, &str); 4] = [
    ((1, 2), (5, 5), 762, "a"),
    ((3, 3), (6, 1), 626, "b"),
    ((1, 5), (4, 4), 742, "a"),
    ((5, 6), (7, 3), 860, "c"),
];

fn place((column, row): Jack) -> (u32, u32) {
    (LEFT + column * PITCH, TOP + row * PITCH_DOWN)
}

/// The picture.
#[component]
pub(super) fn JackWall() -> impl IntoView {
    let jacks = (1..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| place((column, row))));
    view! {
        <svg class="jacks" viewBox="0 0 856 1000" preserveAspectRatio="xMinYMin slice" aria-hidden="true">
            {jacks.map(|(x, y)| view! { <circle class="rim" cx=x cy=y r="15" /><circle class="hole" cx=x cy=y r="6" /> }).collect_view()}
            {CORDS.map(|(from, to, depth, colour)| {
                let ((x1, y1), (x2, y2)) = (place(from), place(to));
                let path = format!("M{x1} {y1}C{x1} {depth},{x2} {depth},{x2} {y2}");
                view! {
                    <g class=colour>
                        <path class="shade" d=path.clone() />
                        <path d=path />
                        <circle cx=x1 cy=y1 r="11" /><circle class="pin" cx=x1 cy=y1 r="4.5" />
                        <circle cx=x2 cy=y2 r="11" /><circle class="pin" cx=x2 cy=y2 r="4.5" />
                    </g>
                }
            }).collect_view()}
        </svg>
    }
}

/// The mark and the name.
#[component]
pub(super) fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <svg viewBox="0 0 34 34" aria-hidden="true">
                <rect width="34" height="34" rx="9" fill="#3446d1" />
                <g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round">
                    <path d="M10.5 12.5V16a6.5 6.5 0 0 0 6.5 6.5a6.5 6.5 0 0 1 6.5 2" />
                    <circle cx="10.5" cy="9.8" r="3.6" />
                </g>
                <circle cx="23.5" cy="24.5" r="3.4" fill="#fff" />
            </svg>
            "Cordboard"
        </span>
    }
}
