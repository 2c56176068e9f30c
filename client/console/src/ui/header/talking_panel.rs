//! Who I talk with, on which line, since when, and how it sounds.

use cordboard_desk::{CallId, CallView, CallWay, CordView, Quality};
use leptos::prelude::*;

use super::Current;
use crate::board::{Board, held};
use crate::clock::use_clock;
use crate::ui::avatar::Portrait;
use crate::ui::calls::who::{role, shown_name};
use crate::ui::conferring;
use crate::ui::duration::{clock, clock_with_hours, seconds};
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::Each;
use crate::ui::words::{Words, say, speak_here, use_tongue, use_words};

/// How many parties of a conference it shows.
const PANEL: usize = 3;

/// The talking panel.
#[component]
pub(super) fn TalkingPanel() -> impl IntoView {
    let board: Board = expect_context();
    let tongue = use_tongue();
    let Current(current) = expect_context();
    let state = move || match current.get().and_then(|call| board.call(call)) {
        Some(_) if board.confers() => "talk",
        Some(call) if call.view.with(held) => "hold",
        Some(call) if call.view.with(rings_out) => "calling",
        Some(_) => "talk",
        None => "idle",
    };
    view! {
        <div class="party" class:party3=move || board.confers() data-state=state>
            {move || {
                // Each time anew, whatever is shown: what was said here before is gone with what it was said for.
                speak_here(tongue.language());
                if board.confers() {
                    return view! { <Conference /> }.into_any();
                }
                match current.get().and_then(|call| board.call(call)) {
                    Some(call) => view! { <Party call=call.view.into() quality=call.quality.into() /> }.into_any(),
                    None => view! { <Idle /> }.into_any(),
                }
            }}
        </div>
    }
}

#[component]
fn Party(call: Signal<CallView>, quality: Signal<Option<Quality>>) -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let name = Signal::derive(move || call.with(|call| shown_name(w(), &call.who)));
    let picture = Memo::new(move |_| call.with(|call| call.who.picture.clone()));
    let what = move || call.with(|call| role(&call.who));
    let number = move || call.with(|call| call.who.number.clone());
    let line = move || call.with(|call| call.line.clone().map(|line| line.name));
    let since = move || {
        call.with(|call| if held(call) { call.since } else { call.answered_at.unwrap_or(call.since) })
    };
    let time = move || seconds(since(), now.now());
    let cord = move || {
        call.with(|call| match &call.cord {
            Some(CordView::Asking { name, .. } | CordView::For { name, .. }) => Some(name.clone()),
            None => None,
        })
    };
    let drawn = Signal::derive(move || {
        call.with(|call| match call {
            call if held(call) => Drawn::Pause,
            call if rings_out(call) => Drawn::Outgoing,
            _ => Drawn::Answered,
        })
    });
    view! {
        <div class="slab">
            <Icon name=drawn size="l" />
            <span class="sr">{move || call.with(|call| (w().status)(&call.status))}</span>
        </div>
        <Portrait name=name picture=picture />
        <div class="trunc">
            <div class="nmrow">
                <h2 class="nm trunc" title=name>{name}</h2>
                {move || cord().map(|with| view! { <span class="chip talk"><span class="cord talk trunc">{w().named(&with).to_owned()}</span></span> })}
            </div>
            <div class="meta trunc">{what}</div>
            <div class="meta num trunc">
                {number}
                {move || line().map(|line| view! { <span class="muted">{w().to_line}</span>{line} })}
            </div>
        </div>
        <div class="clock">
            <span class="num" role="timer" aria-label=move || (w().talking_for)(&clock_with_hours(time()))>
                {move || clock(time())}
            </span>
            {move || quality.get().map(|quality| view! { <Meter quality=quality /> })}
        </div>
    }
}

#[component]
fn Idle() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    // Whoever forgets it waits for callers in vain.
    let state = move || if board.do_not_disturb.get() { w().do_not_disturb } else { w().ready };
    let lines = move || u32::try_from(board.lines.with(Vec::len)).unwrap_or(u32::MAX);
    view! {
        <div class="slab"><Icon name=Drawn::Phone size="l" /></div>
        <span class="ava b" aria-hidden="true"><Icon name=Drawn::Headphones /></span>
        <div class="trunc">
            <h2 class="nm trunc">{state}</h2>
            <div class="meta trunc">{move || (w().ready_note)(lines())}</div>
        </div>
        <div class="clock"><span class="num muted" aria-hidden="true">"0:00"</span></div>
    }
}

/// Who is in the conference with the operator, the first three of them by name.
#[component]
fn Conference() -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let board: Board = expect_context();
    let parties = Memo::new(move |_| board.parties());
    let shown = Memo::new(move |_| parties.get().into_iter().take(PANEL).collect::<Vec<_>>());
    let since = Memo::new(move |_| {
        let answered = |party: &CallId| board.view_now(*party).and_then(|call| call.answered_at);
        parties.get().iter().filter_map(answered).min()
    });
    let time = move || since.get().map_or(0, |since| seconds(since, now.now()));
    let count = move || conferring::count(board);
    view! {
        <div class="slab"><Icon name=Drawn::Conference size="l" /></div>
        <h2 class="sr">{move || format!("{}, {}", w().conference, count().map(|(parties, _)| (w().conferring.in_it)(parties)).unwrap_or_default())}</h2>
        <Each of=move || shown.get() key=|party| *party let(party)>
            {board.call_now(party).map(|call| view! { <OfConference call=call.view.into() talking=call.talking.into() /> })}
        </Each>
        <div class="clock">
            <span class="num" role="timer" aria-label=move || (w().talking_for)(&clock_with_hours(time()))>
                {move || clock(time())}
            </span>
            <span class="muted num">{move || count().map(|(parties, most)| (w().conferring.count)(parties, most))}</span>
        </div>
    }
}

#[component]
fn OfConference(call: Signal<CallView>, talking: Signal<bool>) -> impl IntoView {
    let w = use_words();
    let name = Signal::derive(move || call.with(|call| shown_name(w(), &call.who)));
    let picture = Memo::new(move |_| call.with(|call| call.who.picture.clone()));
    let talks = move || talking.get() && call.with(|call| !call.silenced);
    view! {
        <div class="p" class:on=talks>
            <Portrait name=name picture=picture />
            <span class="trunc">
                <b class="trunc" title=name>{name}</b>
                <span class="s" class:on=talks>
                    {move || call.with(|call| conferring::drawn(call, talking.get())).map(|drawn| view! { <Icon name=drawn size="s" /> })}
                    {move || call.with(|call| conferring::doing(&w().conferring, call, talking.get()))}
                </span>
            </span>
        </div>
    }
}

/// True until somebody at the far end answers a call of ours.
fn rings_out(call: &CallView) -> bool {
    call.way == CallWay::Outgoing && call.answered_at.is_none()
}

/// Four bars, a word, the round trip.
#[component]
fn Meter(quality: Quality) -> impl IntoView {
    let w = use_words();
    let bars = bars(quality.mos);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a round trip is small and positive"
    )]
    let round_trip = quality.round_trip_ms.round() as u32;
    view! {
        <span
            class="quality"
            class:poor=bars < 2
            role="meter"
            aria-label=say(|w| w.call_quality)
            aria-valuemin="1"
            aria-valuemax="4.5"
            aria-valuenow=format!("{:.1}", quality.mos)
            aria-valuetext=move || word(w(), bars)
        >
            <span class="bars" aria-hidden="true">
                {(1..=4).map(|bar| view! { <span class=format!("b{bar}") class:o=move || { bar > bars }></span> }).collect_view()}
            </span>
            {move || word(w(), bars)}
            <span class="num">{move || (w().milliseconds)(round_trip)}</span>
        </span>
    }
}

/// How many of the four bars a mean opinion score fills (ITU-T G.107 annex B: 4.0 satisfied, 3.6 some not, 3.1 many not).
fn bars(mos: f32) -> u8 {
    match mos {
        mos if mos >= 4.0 => 4,
        mos if mos >= 3.6 => 3,
        mos if mos >= 3.1 => 2,
        _ => 1,
    }
}

fn word(words: &Words, bars: u8) -> &'static str {
    match bars {
        4 => words.quality_good,
        2 | 3 => words.quality_fair,
        _ => words.quality_poor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worse_score_never_fills_more_bars() {
        let scores = [4.4, 4.0, 3.9, 3.5, 3.0, 1.0];
        assert_eq!(scores.map(bars), [4, 4, 3, 2, 1, 1]);
    }
}
