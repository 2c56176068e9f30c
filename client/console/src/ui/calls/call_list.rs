//! One list of calls: numbered slots, as on a switchboard. A call stays in its slot until it ends; nothing moves because
//! another came or went.

use cordboard_desk::{CallId, CallWay};
use leptos::prelude::*;
use vecmap::VecMap;
use wasm_bindgen::JsCast;

use super::call_tile::CallTile;
use crate::board::{Board, rings};
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::{Each, When};
use crate::ui::words::{Language, speak_here, use_tongue, use_words};

/// Slots that are always shown: incoming 1 to 8, outgoing A and B.
const fn shown_at_least(way: CallWay) -> u8 {
    match way {
        CallWay::Incoming => 8,
        CallWay::Outgoing => 2,
    }
}

/// What stands in a slot.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Taken {
    By(CallId),
    /// Free; `tall` while a lower slot is taken, so that nothing moves up.
    Free {
        tall: bool,
    },
}

/// One of the two lists.
#[component]
pub(super) fn CallList(
    /// Which.
    way: CallWay,
    /// Share of the incoming list, percent.
    share: RwSignal<f64>,
) -> impl IntoView {
    let w = use_words();
    let tongue = use_tongue();
    let board: Board = expect_context();
    let slots = Memo::new(move |_| slots(way, board.slots(way)));
    let grow = move || match way {
        CallWay::Incoming => share.get(),
        CallWay::Outgoing => 100.0 - share.get(),
    };
    let name = move || match way {
        CallWay::Incoming => w().incoming_calls,
        CallWay::Outgoing => w().outgoing_calls,
    };
    let teach = Memo::new(move |_| {
        let nobody = board.directories.with(|all| all.iter().all(|directory| directory.count == 0));
        way == CallWay::Incoming
            && nobody
            && slots.with(|slots| slots.iter().all(|(_, taken)| is_free(*taken)))
    });
    let scroller: NodeRef<leptos::html::Div> = NodeRef::new();
    let scrolled = RwSignal::new(0);
    let follow = move |_| scrolled.set(scroller.get_untracked().map_or(0, |list| list.scroll_top()));
    view! {
        <div class="list" style=("--share", move || grow().to_string())>
        <div class="scroller" node_ref=scroller on:scroll=follow>
            <div class="slots" role="grid" aria-label=name>
                <Each of=move || in_words(slots.get(), tongue.language()) key=|row| *row let((slot, taken, language))>
                    {speak_here(language)}
                    {match taken {
                        Taken::By(call) => view! { <CallTile call=call label=label(way, slot) /> }.into_any(),
                        Taken::Free { tall } => view! { <FreeSlot way=way at=slot tall=tall teach=teach /> }.into_any(),
                    }}
                </Each>
            </div>
        </div>
        <RingingBelow way=way scroller=scroller scrolled=scrolled />
        </div>
    }
}

/// The slots, each a row of its own in each language.
fn in_words(slots: Vec<(u8, Taken)>, language: Language) -> Vec<(u8, Taken, Language)> {
    slots.into_iter().map(|(slot, taken)| (slot, taken, language)).collect()
}

fn is_free(taken: Taken) -> bool {
    match taken {
        Taken::By(_) => false,
        Taken::Free { .. } => true,
    }
}

/// Every slot of a list, from the first to the last that is shown.
fn slots(way: CallWay, calls: Vec<(u8, CallId)>) -> Vec<(u8, Taken)> {
    let calls: VecMap<_, _> = calls.into_iter().collect();
    let below_last = calls.keys().next_back().map_or(0, |last| last.saturating_add(1));
    let free = |slot| Taken::Free { tall: slot < below_last };
    let last = below_last.max(shown_at_least(way));
    (0..last).map(|slot| (slot, calls.get(&slot).copied().map_or(free(slot), Taken::By))).collect()
}

/// `1` to `8` for incoming, `A` to `Z` for outgoing.
fn label(way: CallWay, slot: u8) -> String {
    match way {
        CallWay::Incoming => (u16::from(slot) + 1).to_string(),
        CallWay::Outgoing => char::from(b'A' + slot % 26).to_string(),
    }
}

#[component]
fn FreeSlot(way: CallWay, at: u8, tall: bool, teach: Memo<bool>) -> impl IntoView {
    let w = use_words();
    let lesson = move || (teach.get()).then(|| w().teach.get(usize::from(at)).copied()).flatten();
    let caps = move || match at {
        0 => vec!["F9"],
        1 => vec![w().key_insert, "F6"],
        2 => vec!["+", "F8"],
        3 => vec![w().key_delete, "F7"],
        4 => vec!["5", "F5"],
        _ => Vec::new(),
    };
    move || match lesson() {
        Some(lesson) => view! {
            <div class="teach" aria-hidden="true">
                <span class="num">{label(way, at)}</span>
                <span>{lesson}</span>
                <span class="caps">
                    {caps().into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view()}
                    {(at == 5).then(|| view! { <Icon name=Drawn::Pointer size="m" /> })}
                </span>
            </div>
        }
        .into_any(),
        None => view! {
            <div class="free" class:tall=tall aria-hidden="true">
                <span class="num">{label(way, at)}</span>
                <span>{w().free}</span>
            </div>
        }
        .into_any(),
    }
}

/// Says at the list's edge how many calls ring out of sight.
#[component]
fn RingingBelow(
    way: CallWay,
    scroller: NodeRef<leptos::html::Div>,
    scrolled: RwSignal<i32>,
) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let below = RwSignal::new(0);
    // What is out of sight is known only once it is laid out.
    Effect::new(move || {
        scrolled.track();
        let ringing = board.count(|call| call.way == way && rings(call));
        request_animation_frame(move || {
            let list = scroller.try_get_untracked().flatten().filter(|_| ringing > 0);
            below.try_set(list.map_or(0, |list| out_of_sight(&list)));
        });
    });
    view! {
        <When is=move || below.get() != 0>
            <button class="ringing-below" tabindex="-1">
                <Icon name=Drawn::BellRinging size="s" />
                {move || (w().ringing_below)(below.get())}
            </button>
        </When>
    }
}

/// How many ringing rows are below the lower edge of a list.
fn out_of_sight(list: &web_sys::HtmlDivElement) -> u32 {
    let edge = list.get_bounding_client_rect().bottom();
    let Ok(rows) = list.query_selector_all("[data-state=ringing]") else { return 0 };
    let rows = (0..rows.length()).filter_map(|at| rows.get(at)?.dyn_into::<web_sys::Element>().ok());
    let hidden = rows.filter(|row| row.get_bounding_client_rect().top() > edge - 24.0);
    u32::try_from(hidden.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_freed_above_a_taken_one_keeps_its_height() {
        let slots = slots(CallWay::Incoming, vec![(0, CallId(7)), (2, CallId(9))]);
        let tall: Vec<_> =
            slots.iter().map(|(_, taken)| matches!(taken, Taken::Free { tall: true })).collect();
        assert_eq!(tall, [false, true, false, false, false, false, false, false]);
    }

    #[test]
    fn a_list_is_as_long_as_its_last_call_needs() {
        assert_eq!(slots(CallWay::Outgoing, vec![]).len(), 2);
        assert_eq!(slots(CallWay::Outgoing, vec![(3, CallId(1))]).len(), 4);
        assert_eq!(label(CallWay::Outgoing, 3), "D");
        assert_eq!(label(CallWay::Incoming, 7), "8");
    }
}
