//! The call column: incoming above, outgoing below, the dial bar at the foot. It is on the screen in every view.

use cordboard_desk::CallWay;
use leptos::prelude::*;

use super::divider::{Divider, Orientation};
use super::words::{say, use_words};
use crate::board::Board;
use call_list::CallList;
use dial_bar::DialBar;

mod call_list;
pub(super) mod call_tile;
pub(super) mod dial_bar;
pub(super) mod who;

/// The column.
#[component]
pub(super) fn Calls() -> impl IntoView {
    // Share of the incoming list, percent; the number of calls never changes it.
    let share = RwSignal::new(74.0);
    view! {
        <section class="calls" aria-label=say(|w| w.calls)>
            <Head way=CallWay::Incoming />
            <CallList way=CallWay::Incoming share=share />
            <Divider
                name="call-lists"
                orientation=Orientation::Horizontal
                label=say(|w| w.resize_call_lists)
                value=share
                range=(20.0, 85.0)
                at_first=74.0
            />
            <Head way=CallWay::Outgoing />
            <CallList way=CallWay::Outgoing share=share />
            <DialBar />
        </section>
    }
}

#[component]
fn Head(way: CallWay) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let count = Memo::new(move |_| board.slots(way).len());
    let title = move || match way {
        CallWay::Incoming => w().incoming,
        CallWay::Outgoing => w().outgoing,
    };
    view! {
        <div class="sec-head" class:low=way == CallWay::Outgoing>
            <h2>{title}</h2>
            <span class="count num">{count}</span>
        </div>
    }
}
