//! The call log: every call that is over, newest first. Enter or a double click calls back.

use cordboard_desk::{CallEnd, CallWay, Command, LogEntry, LogLook, LogView};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::avatar::LineBadge;
use super::duration::{clock, time_of_day};
use super::icon::{Icon, Icon as Drawn};
use super::screen::{MenuAsked, MenuSubject, Popover, use_screen};
use super::words::{Words, say, use_words};
use crate::acts::use_acts;
use crate::board::Board;

/// The field that F3 jumps to while the log is open.
pub(super) const FIELD: &str = "log-search-field";

/// Who a call was with: name, number, or that nobody knows.
pub(super) fn who_of(words: &Words, entry: &LogEntry) -> String {
    let known = [&entry.name, &entry.number].into_iter().find(|text| !text.is_empty());
    known.cloned().unwrap_or_else(|| words.unknown_caller.to_owned())
}

/// Drawing and tone of how a call ended.
fn look(end: &CallEnd) -> (Drawn, &'static str) {
    match end {
        CallEnd::Answered => (Drawn::Check, "ok"),
        CallEnd::Transferred { .. } => (Drawn::Forward, "ok"),
        CallEnd::Missed | CallEnd::TurnedAway => (Drawn::Missed, "miss"),
        CallEnd::Failed(_) | CallEnd::Lost => (Drawn::HangUp, "miss"),
        CallEnd::LeftOnHold => (Drawn::Leave, "hold"),
        CallEnd::TakenElsewhere => (Drawn::Phone, ""),
        CallEnd::Declined | CallEnd::GivenUp => (Drawn::HangUp, ""),
    }
}

/// The log.
#[component]
pub(super) fn CallLog() -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let board: Board = expect_context();
    let total = move || board.log.with(|log| log.as_ref().map_or(0, |log| log.total));
    let missed_only = move || screen.log.with(|look| look.missed_only);
    let change = move |change: fn(&mut LogLook)| screen.log.update(change);
    view! {
        <section class="log-view" aria-label=say(|w| w.call_log)>
            <div class="bar-row">
                <h2>{say(|w| w.call_log)}</h2>
                <span class="muted" role="status">{move || (w().log_calls)(total())}</span>
                <span class="grow"></span>
                <button
                    class="btn sm"
                    aria-pressed=move || missed_only().to_string()
                    on:click=move |_| change(|look| look.missed_only = !look.missed_only)
                >
                    <Icon name=Drawn::Missed size="m" />
                    {say(|w| w.missed_only)}
                </button>
                <button class="btn sm" on:click=move |_| screen.open(Popover::ClearLog)>
                    <Icon name=Drawn::Remove size="m" />
                    {say(|w| w.clear_log)}
                </button>
            </div>
            <Entries />
            <div class="foot-bar">
                <div class="bar">
                    <Icon name=Drawn::Search size="m" />
                    <input
                        id=FIELD
                        type="search"
                        autocomplete="off"
                        aria-label=say(|w| w.log_search)
                        placeholder=say(|w| w.log_search)
                        prop:value=move || screen.log.with(|look| look.query.clone())
                        on:input=move |event| screen.log.update(|look| look.query = event_target_value(&event))
                    />
                    <kbd aria-hidden="true">"F3"</kbd>
                </div>
            </div>
        </section>
    }
}

#[component]
fn Entries() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let selected = RwSignal::new(0usize);
    let entries = move || {
        board.log.with(|log| log.as_ref().map(|log: &LogView| log.entries.clone())).unwrap_or_default()
    };
    let at = move |place: usize| {
        board.log.with_untracked(|log| log.as_ref().and_then(|log| log.entries.get(place).cloned()))
    };
    let call_back = move |place: usize| {
        if let Some(entry) = at(place).filter(|entry| !entry.number.is_empty()) {
            acts.command(Command::Dial { typed: entry.number });
        }
    };
    let walk = move |event: KeyboardEvent| {
        let place = selected.get_untracked();
        let to = match event.key().as_str() {
            "ArrowUp" => place.saturating_sub(1),
            "ArrowDown" => place + 1,
            "Home" => 0,
            "Enter" => return call_back(place),
            _ => return,
        };
        event.prevent_default();
        if at(to).is_some() {
            selected.set(to);
            show(to);
        }
    };
    let menu = move |place: usize, left: i32, top: i32| {
        selected.set(place);
        if let Some(entry) = at(place) {
            let subject = MenuSubject::Logged(Box::new(entry));
            screen.menu.set(Some(MenuAsked { subject, left: left.into(), top: top.into() }));
        }
    };
    let row = move |(place, entry): (usize, LogEntry)| {
        let (id, tone, name) = (format!("logged-{place}"), look(&entry.end).1, row_name(w(), &entry));
        view! {
            <div
                class="logged"
                id=id
                role="row"
                data-r=tone
                aria-label=name
                aria-selected=move || (selected.get() == place).to_string()
                on:click=move |_| selected.set(place)
                on:dblclick=move |_| call_back(place)
                on:contextmenu=move |event| {
                    event.prevent_default();
                    menu(place, event.client_x(), event.client_y());
                }
            >
                <Cells entry=entry />
            </div>
        }
    };
    view! {
        <div
            class="log"
            role="grid"
            tabindex="0"
            aria-label=say(|w| w.call_log)
            aria-activedescendant=move || format!("logged-{}", selected.get())
            on:keydown=walk
        >
            {move || entries().into_iter().enumerate().map(row).collect_view()}
        </div>
        <Show when=move || board.log.with(|log| log.as_ref().is_some_and(|log| log.total == 0))>
            <div class="nobody"><h3>{say(|w| w.log_empty)}</h3></div>
        </Show>
    }
}

#[component]
fn Cells(entry: LogEntry) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let (drawn, _) = look(&entry.end);
    let way = if entry.way == CallWay::Incoming { Drawn::Incoming } else { Drawn::Outgoing };
    let who = who_of(w(), &entry);
    let number = if who == entry.number { String::new() } else { entry.number.clone() };
    let length = entry.answered_for.map(|length| clock(length.as_secs()));
    let held = Some(entry.held_for.as_secs()).filter(|held| *held > 0).map(clock);
    let line = entry.line.clone();
    view! {
        <span role="gridcell" class="end"><Icon name=way size="m" /><span><Icon name=drawn size="m" />{(w().call_end)(&entry.end)}</span></span>
        <span role="gridcell" class="grow trunc" class:local=entry.local>{who}<small class="num">{number}</small></span>
        <span role="gridcell" class="line trunc">{line.map(|line| { let name = line.name.clone(); view! { <LineBadge line=line lines=board.lines />{name} } })}</span>
        <span role="gridcell" class="num" title=say(|w| w.log_began)>{time_of_day(w().locale, entry.began, true)}</span>
        <span role="gridcell" class="num time" title=say(|w| w.log_length)>{length}</span>
        <span role="gridcell" class="num time" title=say(|w| w.log_held)>{held}</span>
    }
}

fn row_name(words: &Words, entry: &LogEntry) -> String {
    let way = if entry.way == CallWay::Incoming { words.incoming } else { words.outgoing };
    let (who, end) = (who_of(words, entry), (words.call_end)(&entry.end));
    format!("{who}, {}, {end}, {}", way.to_lowercase(), time_of_day(words.locale, entry.began, true))
}

/// Brings a row into sight.
fn show(place: usize) {
    if let Some(row) = document().get_element_by_id(&format!("logged-{place}")) {
        row.scroll_into_view_with_bool(false);
    }
}
