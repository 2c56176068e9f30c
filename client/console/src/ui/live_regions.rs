//! What screen readers are told without being asked: each ringing call once, at once; the rest when there is time.

use cordboard_desk::{CallId, CallWay, HOLD_LIMIT};
use leptos::prelude::*;
use vecmap::VecSet;

use super::calls::who::shown_name;
use super::duration::seconds;
use super::words::use_words;
use crate::board::{Board, held, rings};
use crate::clock::use_clock;
use crate::ui::header::Current;
use crate::ui::parts::Each;

/// Below this mean opinion score a call sounds poor.
const POOR: f32 = 3.1;

/// The live regions.
#[component]
pub(super) fn LiveRegions() -> impl IntoView {
    view! {
        <Ringing />
        <Polite />
    }
}

/// Every call that rings. An element stays while its call rings, so it is said once.
#[component]
fn Ringing() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let ringing = Memo::new(move |_| {
        let calls = board.slots(CallWay::Incoming).into_iter().map(|(_, call)| call);
        calls.filter(|call| board.call(*call).is_some_and(|call| call.view.with(rings))).collect::<Vec<_>>()
    });
    let said = move |call: CallId| {
        board.view_now(call).map(|call| {
            (w().call_from)(&shown_name(w(), &call.who), call.line.as_ref().map(|line| line.name.as_str()))
        })
    };
    view! {
        <div class="sr" role="alert" aria-live="assertive" aria-relevant="additions">
            <Each of=move || ringing.get() key=|call| *call let(call)>
                <p>{move || said(call)}</p>
            </Each>
        </div>
    }
}

/// Callers that wait too long, and a connection that turns poor: each once.
#[component]
fn Polite() -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let board: Board = expect_context();
    let Current(current) = expect_context();
    let waiting = Memo::new(move |_| {
        let calls = [CallWay::Incoming, CallWay::Outgoing].into_iter().flat_map(|way| board.slots(way));
        let too_long = |call: CallId| {
            board.call(call).is_some_and(|call| {
                call.view.with(|call| held(call) && seconds(call.since, now.now()) > HOLD_LIMIT.as_secs())
            })
        };
        calls.map(|(_, call)| call).filter(|call| too_long(*call)).collect::<VecSet<_>>()
    });
    let name =
        move |call: CallId| board.view_now(call).map(|call| shown_name(w(), &call.who)).unwrap_or_default();
    let poor = Memo::new(move |_| {
        let call = current.get()?;
        let quality = board.call(call)?.quality.get()?;
        (quality.mos < POOR).then_some(call)
    });
    view! {
        <div class="sr" aria-live="polite">
            <Each of=move || waiting.get() key=|call| *call let(call)>
                <p>{move || (w().held_too_long_said)(&name(call))}</p>
            </Each>
            {move || poor.get().map(|call| view! { <p>{(w().quality_poor_said)(&name(call))}</p> })}
        </div>
    }
}
