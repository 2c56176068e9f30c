//! The team: everybody else of it with their calls. Enter, a double click or the button takes a waiting caller over.

use cordboard_desk::{Command, TeamCallId, TeamCallState, TeamCallView};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::avatar::{LineBadge, Portrait};
use super::calls::who::{second, shown_name};
use super::duration::{clock, seconds, time_of_day};
use super::icon::{Icon, Icon as Drawn};
use super::reason::{ReasonedButton, reason};
use super::screen::{MenuAsked, MenuSubject, use_screen};
use super::words::{CallName, Words, say, use_words};
use crate::acts::use_acts;
use crate::board::Board;
use crate::clock::use_clock;
use crate::ui::parts::{Each, When};
use places::{Place, arrange};

mod places;

/// How a call is painted, and the drawing on its slab.
fn look(state: TeamCallState) -> (&'static str, Drawn) {
    match state {
        TeamCallState::Ringing => ("ringing", Drawn::Incoming),
        TeamCallState::Talking | TeamCallState::Taking => ("talking", Drawn::Answered),
        TeamCallState::Held => ("hold", Drawn::Pause),
        TeamCallState::Queued => ("queued", Drawn::Hourglass),
    }
}

/// What a row says of its call.
fn said(words: &Words, call: &TeamCallView, gone: bool) -> &'static str {
    if gone { words.team.gone } else { (words.team.state)(call.state) }
}

/// The name of a row, as screen readers say it and tests find it.
fn row_name(words: &Words, call: &TeamCallView, gone: bool) -> String {
    let number =
        (!call.who.name.is_empty() && !call.who.number.is_empty()).then_some(call.who.number.as_str());
    let name = (words.row)(&CallName {
        status: said(words, call, gone).to_owned(),
        who: &shown_name(words, &call.who),
        local: call.who.local,
        number,
        line: call.line.as_ref().map(|line| line.name.as_str()),
        waiting_for: Some(call.queued_for.as_str()).filter(|name| !name.is_empty()),
    });
    if call.longest && !gone { format!("{name}, {}", words.team.longest.to_lowercase()) } else { name }
}

/// The board.
#[component]
pub(super) fn Team() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let name = move || board.team.with(|team| team.as_ref().map(|team| team.name.clone()));
    let count = move || {
        let there = board.team.with(|team| team.as_ref().map_or(0, |team| team.members.len()));
        u32::try_from(there).unwrap_or(u32::MAX)
    };
    let unknown =
        Memo::new(move |_| board.team.with(|team| team.as_ref().and_then(|team| team.unknown_since)));
    let told = move || {
        match unknown.get() {
        Some(since) => view! {
            <span class="chip warn"><Icon name=Drawn::LinkBroken size="s" />{(w().unknown_since)(&time_of_day(w().locale, since, false))}</span>
        }
        .into_any(),
        None => view! {
            <span class="chip"><Icon name=Drawn::Headset size="s" />{(w().team.colleagues)(count())}</span>
            <span class="muted">{(w().team.waiting)(board.waiting_elsewhere())}</span>
        }
        .into_any(),
    }
    };
    view! {
        <section class="team-view" aria-label=say(|w| w.team.team)>
            <div class="bar-row">
                <h2 class="trunc">{name}</h2>
                <div class="told" role="status">{told}</div>
            </div>
            <Members />
            <When is=move || count() == 0>
                <div class="nobody">
                    <h3>{say(|w| w.team.nobody)}</h3>
                    <p>{say(|w| w.team.nobody_note)}</p>
                </div>
            </When>
        </section>
    }
}

/// Everybody, each with their calls below.
#[component]
fn Members() -> impl IntoView {
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let chosen = RwSignal::new(None::<TeamCallId>);
    let pointed_at = RwSignal::new(false);
    let places = Memo::new(move |before: Option<&Vec<Place>>| {
        let before = before.filter(|_| pointed_at.get()).map(Vec::as_slice);
        board.team.with(|team| arrange(before, team.as_ref().map_or(&[], |team| &team.members)))
    });
    let all = move || places.with(|all| all.iter().flat_map(|place| place.calls.clone()).collect::<Vec<_>>());
    // The first until one is chosen; when that has gone, nobody, for Enter is not to take over somebody else.
    let selected = Memo::new(move |_| {
        let all = all();
        chosen.get().map_or(all.first().copied(), |id| Some(id).filter(|id| all.contains(id)))
    });
    let walk = move |event: KeyboardEvent| {
        let all = untrack(all);
        let now = selected.get_untracked();
        let at = now.and_then(|now| all.iter().position(|id| *id == now));
        let to = match event.key().as_str() {
            "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
            "ArrowDown" => at.map_or(0, |at| at + 1),
            "Home" | "PageUp" => 0,
            "End" | "PageDown" => all.len(),
            "Enter" => return now.into_iter().for_each(|now| acts.command(Command::TakeOver(now))),
            _ => return,
        };
        event.prevent_default();
        if let Some(id) = all.get(to.min(all.len().saturating_sub(1))) {
            chosen.set(Some(*id));
            if let Some(row) = document().get_element_by_id(&row_id(*id)) {
                row.scroll_into_view_with_bool(false);
            }
        }
    };
    // The menu key asks the grid itself, which has the focus.
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        let Some(id) = selected.get_untracked() else { return };
        let Some(row) = document().get_element_by_id(&row_id(id)) else { return };
        let place = row.get_bounding_client_rect();
        let (left, top) = (place.left() + 60.0, place.bottom() - 8.0);
        screen.menu.set(Some(MenuAsked { subject: MenuSubject::TeamCall(id), left, top }));
    };
    view! {
        <div
            class="team"
            class:stale=move || board.team.with(|team| team.as_ref().is_some_and(|team| team.unknown_since.is_some()))
            role="grid"
            tabindex="0"
            aria-label=say(|w| w.team.team)
            aria-activedescendant=move || selected.get().map(row_id)
            on:keydown=walk
            on:contextmenu=menu
            on:pointerenter=move |_| pointed_at.set(true)
            on:pointerleave=move |_| pointed_at.set(false)
        >
            <Each of=move || places.get() key=|place| (place.user.clone(), place.name.clone(), place.desk.clone()) let(place)>
                <Member place=place places=places chosen=chosen selected=selected />
            </Each>
        </div>
    }
}

fn row_id(id: TeamCallId) -> String {
    format!("team-{}-{}", id.seat, id.call)
}

/// One colleague.
#[component]
fn Member(
    place: Place,
    places: Memo<Vec<Place>>,
    chosen: RwSignal<Option<TeamCallId>>,
    selected: Memo<Option<TeamCallId>>,
) -> impl IntoView {
    let w = use_words();
    let Place { user, name, desk, .. } = place;
    let calls = Memo::new(move |_| {
        places.with(|all| {
            all.iter().find(|place| place.user == user).map(|place| place.calls.clone()).unwrap_or_default()
        })
    });
    let (shown, named) = (name.clone(), name.clone());
    view! {
        <div class="member" role="rowgroup" aria-label=move || (w().team.calls_of)(&named)>
            <div class="member-head" role="row">
                <div role="rowheader">
                    <Portrait name=Signal::stored(shown.clone()) />
                    <b class="trunc">{shown}</b>
                    <span class="muted trunc">{desk}</span>
                </div>
                <When is=move || calls.with(Vec::is_empty)>
                    <span class="muted" role="gridcell">{say(|w| w.team.no_calls)}</span>
                </When>
            </div>
            <Each of=move || calls.get() key=|id| *id let(id)>
                <Row id=id chosen=chosen selected=selected />
            </Each>
        </div>
    }
}

/// One call of a colleague, while it has a place.
#[component]
fn Row(
    id: TeamCallId,
    chosen: RwSignal<Option<TeamCallId>>,
    selected: Memo<Option<TeamCallId>>,
) -> impl IntoView {
    let board: Board = expect_context();
    let last = board.team_call(id);
    last.map(|first| {
        // A row may stay for a while after its call.
        let call = Memo::new(move |before: Option<&(String, TeamCallView)>| {
            board.team_call(id).or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        view! { <Call id=id call=call chosen=chosen selected=selected /> }
    })
}

#[component]
fn Call(
    id: TeamCallId,
    call: Memo<(String, TeamCallView)>,
    chosen: RwSignal<Option<TeamCallId>>,
    selected: Memo<Option<TeamCallId>>,
) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let now = use_clock();
    let gone = Memo::new(move |_| board.team_call(id).is_none());
    let of = move |ask: fn(&TeamCallView) -> bool| {
        Memo::new(move |_| call.with(|(_, call)| ask(call)) && !gone.get())
    };
    let (waits, longest) = (of(TeamCallView::waits), of(|call| call.longest));
    let look = move || if gone.get() { ("", Drawn::HangUp) } else { call.with(|(_, call)| look(call.state)) };
    let drawn = Signal::derive(move || look().1);
    let line = move || call.with(|(_, call)| call.line.clone());
    let since = move || (!gone.get()).then(|| call.with(|(_, call)| clock(seconds(call.since, now.now()))));
    let waited = move || {
        let at = call.with(|(_, call)| call.first_rang).filter(|_| waits.get());
        at.map(|at| clock(seconds(at, now.now())))
    };
    let queued_for = move || {
        call.with(|(_, call)| (!call.queued_for.is_empty()).then(|| (w().waiting_for)(&call.queued_for)))
    };
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        chosen.set(Some(id));
        let (left, top) = (event.client_x().into(), event.client_y().into());
        screen.menu.set(Some(MenuAsked { subject: MenuSubject::TeamCall(id), left, top }));
    };
    view! {
        <div
            class="call"
            id=row_id(id)
            role="row"
            data-state=move || look().0
            class:gone=gone
            aria-label=move || call.with(|(_, call)| row_name(w(), call, gone.get()))
            aria-selected=move || (selected.get() == Some(id)).to_string()
            on:click=move |_| chosen.set(Some(id))
            on:dblclick=move |_| acts.command(Command::TakeOver(id))
            on:contextmenu=menu
        >
            <div class="slab" role="gridcell"><Icon name=drawn size="l" /></div>
            <div class="who" role="gridcell">
                <div class="l1">
                    <span class="name" class:local=move || call.with(|(_, call)| call.who.local)>{move || call.with(|(_, call)| shown_name(w(), &call.who))}</span>
                    <span class="nr num trunc">{move || call.with(|(_, call)| second(w(), &call.who))}</span>
                </div>
                <div class="l2">
                    {move || line().map(|line| view! { <LineBadge line=line lines=board.lines /> })}
                    {move || match queued_for() {
                        Some(said) => view! { <span class="cord trunc">{said}</span> }.into_any(),
                        None => view! { <span class="line trunc">{line().map(|line| line.name)}</span> }.into_any(),
                    }}
                </div>
            </div>
            <div class="right" role="gridcell">
                <When is=move || waited().is_some()>
                    <span class="waited" class:longest=longest title=move || waited().map(|time| (w().team.since_first_rang)(&time))>
                        <Icon name=Drawn::Timer size="s" />
                        <When is=move || longest.get()><span>{say(|w| w.team.longest)}</span></When>
                        <span class="num" role="timer">{waited}</span>
                    </span>
                </When>
                <div class="st">
                    <span class="state">{move || call.with(|(_, call)| said(w(), call, gone.get()))}</span>
                    <time class="num" role="timer">{since}</time>
                </div>
                <When is=move || waits.get()>
                    <TakeOver id=id call=call />
                </When>
            </div>
        </div>
    }
}

/// The button of a caller who waits.
#[component]
fn TakeOver(id: TeamCallId, call: Memo<(String, TeamCallView)>) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let why_not = Signal::derive(move || call.with(|(_, call)| reason(w(), call.take_over)));
    view! {
        <span class="take" on:dblclick=|event| event.stop_propagation()>
            <ReasonedButton
                class="btn sm"
                icon=Drawn::Answered
                icon_size="s"
                label=say(|w| w.team.take_over)
                why_not=why_not
                act=move || acts.command(Command::TakeOver(id))
            />
        </span>
    }
}
