//! The team: everybody else of it with their calls. Enter, a double click or the button takes a waiting caller over.

use cordboard_desk::{Command, TeamCallId, TeamCallState, TeamCallView, TeamMemberView};
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

/// How a call is painted, and the drawing on its slab.
fn look(state: TeamCallState) -> (&'static str, Drawn) {
    match state {
        TeamCallState::Ringing => ("ringing", Drawn::Incoming),
        TeamCallState::Talking | TeamCallState::Taking => ("talking", Drawn::Answered),
        TeamCallState::Held => ("hold", Drawn::Pause),
        TeamCallState::Queued => ("queued", Drawn::Hourglass),
    }
}

/// The name of a row, as screen readers say it and tests find it.
fn row_name(words: &Words, call: &TeamCallView) -> String {
    let number =
        (!call.who.name.is_empty() && !call.who.number.is_empty()).then_some(call.who.number.as_str());
    let name = (words.row)(&CallName {
        status: (words.team.state)(call.state).to_owned(),
        who: &shown_name(words, &call.who),
        local: call.who.local,
        number,
        line: call.line.as_ref().map(|line| line.name.as_str()),
        waiting_for: Some(call.queued_for.as_str()).filter(|name| !name.is_empty()),
    });
    if call.longest { format!("{name}, {}", words.team.longest.to_lowercase()) } else { name }
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
            <Show when=move || count() == 0>
                <div class="nobody">
                    <h3>{say(|w| w.team.nobody)}</h3>
                    <p>{say(|w| w.team.nobody_note)}</p>
                </div>
            </Show>
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
    let all = move || {
        board.team.with(|team| {
            let members = team.iter().flat_map(|team| &team.members);
            members.flat_map(|member| &member.calls).map(|call| call.id).collect::<Vec<_>>()
        })
    };
    // The one that was chosen while it is there, else the first.
    let selected = Memo::new(move |_| {
        let all = all();
        chosen.get().filter(|id| all.contains(id)).or_else(|| all.first().copied())
    });
    let walk = move |event: KeyboardEvent| {
        let all = untrack(all);
        let Some(now) = selected.get_untracked() else { return };
        let at = all.iter().position(|id| *id == now).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowUp" => at.saturating_sub(1),
            "ArrowDown" => at + 1,
            "Home" | "PageUp" => 0,
            "End" | "PageDown" => all.len(),
            "Enter" => return acts.command(Command::TakeOver(now)),
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
    let members = move || board.team.get().map(|team| team.members).unwrap_or_default();
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
        >
            <For each=members key=|member| (member.user.clone(), member.name.clone(), member.desk.clone()) let(member)>
                <Member member=member chosen=chosen selected=selected />
            </For>
        </div>
    }
}

fn row_id(id: TeamCallId) -> String {
    format!("team-{}-{}", id.seat, id.call)
}

/// One colleague.
#[component]
fn Member(
    member: TeamMemberView,
    chosen: RwSignal<Option<TeamCallId>>,
    selected: Memo<Option<TeamCallId>>,
) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let TeamMemberView { user, name, desk, .. } = member;
    let calls = Memo::new(move |_| {
        board.team.with(|team| {
            let member = team.iter().flat_map(|team| &team.members).find(|member| member.user == user);
            member
                .map(|member| member.calls.iter().map(|call| call.id).collect::<Vec<_>>())
                .unwrap_or_default()
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
                <Show when=move || calls.with(Vec::is_empty)>
                    <span class="muted" role="gridcell">{say(|w| w.team.no_calls)}</span>
                </Show>
            </div>
            <For each=move || calls.get() key=|id| *id let(id)>
                <Row id=id chosen=chosen selected=selected />
            </For>
        </div>
    }
}

/// One call of a colleague, while it is there.
#[component]
fn Row(
    id: TeamCallId,
    chosen: RwSignal<Option<TeamCallId>>,
    selected: Memo<Option<TeamCallId>>,
) -> impl IntoView {
    let board: Board = expect_context();
    let last = board.team_call(id);
    last.map(|first| {
        // A row is taken away a moment after its call.
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
    let of = move |ask: fn(&TeamCallView) -> bool| Memo::new(move |_| call.with(|(_, call)| ask(call)));
    let (waits, longest) = (of(TeamCallView::waits), of(|call| call.longest));
    let drawn = Signal::derive(move || call.with(|(_, call)| look(call.state).1));
    let line = move || call.with(|(_, call)| call.line.clone());
    let since = move || call.with(|(_, call)| clock(seconds(call.since, now.now())));
    let waited = move || {
        let at = call.with(|(_, call)| call.first_rang.filter(|_| call.waits()));
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
            data-state=move || call.with(|(_, call)| look(call.state).0)
            aria-label=move || call.with(|(_, call)| row_name(w(), call))
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
                <Show when=move || waited().is_some()>
                    <span class="waited" class:longest=longest title=move || waited().map(|time| (w().team.since_first_rang)(&time))>
                        <Icon name=Drawn::Timer size="s" />
                        <Show when=move || longest.get()><span>{say(|w| w.team.longest)}</span></Show>
                        <span class="num" role="timer">{waited}</span>
                    </span>
                </Show>
                <div class="st">
                    <span class="state">{move || call.with(|(_, call)| (w().team.state)(call.state))}</span>
                    <time class="num" role="timer">{since}</time>
                </div>
                <Show when=move || waits.get()>
                    <TakeOver id=id call=call />
                </Show>
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
