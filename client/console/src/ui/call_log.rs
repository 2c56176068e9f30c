//! The call log: every call that is over, newest first. Enter or a double click calls back.

use cordboard_desk::{CallEnd, CallWay, Command, HOLD_LIMIT, LogEntry, LogLook, LogView};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::avatar::LineBadge;
use super::duration::{clock, time_of_day};
use super::icon::{Icon, Icon as Drawn};
use super::screen::{MenuAsked, MenuSubject, Popover, use_screen};
use super::words::{Words, say, use_words};
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::parts::When;

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
        CallEnd::ToVoicemail { .. } => (Drawn::Voicemail, "ok"),
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
    let acts = use_acts();
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
                <button
                    class="btn sm"
                    aria-label=say(|w| w.export_log)
                    on:click=move |_| acts.command(Command::ExportLog(screen.log.get_untracked()))
                >
                    <Icon name=Drawn::Export size="m" />
                    "CSV"
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

/// Height of one row, CSS pixels, as the style has it.
const ROW: f64 = 40.0;
/// Rows that are asked for above and below what is in sight.
const AROUND: u32 = 20;
/// Rows by which the window moves, so that a slow scroll does not ask for every row anew.
const STEP: u32 = 10;

/// The rows to ask for when the log is scrolled so far and so much of it is in sight: first and how many.
fn window_of(scrolled: f64, sight: f64) -> (u32, u32) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions in a list are small and positive"
    )]
    let rows = |pixels: f64| (pixels / ROW).floor().max(0.0) as u32;
    let first = rows(scrolled).saturating_sub(AROUND);
    (first - first % STEP, rows(sight) + 2 + STEP + 2 * AROUND)
}

#[component]
fn Entries() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let selected = RwSignal::new(0u32);
    let list = NodeRef::<html::Div>::new();
    let total = Memo::new(move |_| board.log.with(|log| log.as_ref().map_or(0, |log| log.total)));
    let first = Memo::new(move |_| board.log.with(|log| log.as_ref().map_or(0, |log| log.look.first)));
    look_where_scrolled(list, selected);
    keep_in_place(list, selected);
    let call_back = move |place: u32| {
        if let Some(entry) = entry_at(board, place).filter(|entry| !entry.number.is_empty()) {
            acts.command(Command::Dial { typed: entry.number });
        }
    };
    let is_painted = move |place: u32| {
        board.log.with(|log| log.as_ref().is_some_and(|log| log.entries.len() > row_in(log, place)))
    };
    let walk = move |event: KeyboardEvent| {
        let place = selected.get_untracked();
        let Some(last) = total.get_untracked().checked_sub(1) else { return };
        let to = match event.key().as_str() {
            "ArrowUp" => place.saturating_sub(1),
            "ArrowDown" => place + 1,
            "PageUp" => place.saturating_sub(PAGE),
            "PageDown" => place + PAGE,
            "Home" => 0,
            "End" => last,
            "Enter" => return call_back(place),
            _ => return,
        };
        event.prevent_default();
        selected.set(to.min(last));
        if let Some(list) = list.get_untracked() {
            show(&list, to.min(last));
        }
    };
    let row = move |(place, entry): (u32, LogEntry)| {
        let (id, tone, name) = (format!("logged-{place}"), look(&entry.end).1, row_name(w(), &entry));
        let subject = entry.clone();
        view! {
            <div
                class="logged"
                id=id
                role="row"
                data-r=tone
                aria-label=name
                aria-rowindex=place + 2
                aria-selected=move || (selected.get() == place).to_string()
                // The second click of two means whom the first one chose, even where calls came in above meanwhile.
                on:click=move |event| if event.detail() < 2 { selected.set(place) }
                on:dblclick=move |_| call_back(selected.get_untracked())
                on:contextmenu=move |event| {
                    event.prevent_default();
                    selected.set(place);
                    let subject = MenuSubject::Logged(Box::new(subject.clone()));
                    let (left, top) = (event.client_x().into(), event.client_y().into());
                    screen.menu.set(Some(MenuAsked { subject, left, top }));
                }
            >
                <Cells entry=entry />
            </div>
        }
    };
    let rows = move || {
        let entries = board.log.with(|log| log.as_ref().map(|log: &LogView| log.entries.clone()));
        (first.get()..).zip(entries.unwrap_or_default()).map(row).collect_view()
    };
    view! {
        <div
            node_ref=list
            class="log"
            role="grid"
            tabindex="0"
            aria-label=say(|w| w.call_log)
            aria-rowcount=move || total.get() + 1
            aria-activedescendant=move || is_painted(selected.get()).then(|| format!("logged-{}", selected.get()))
            on:keydown=walk
        >
            <div class="log-head" role="row" aria-rowindex="1">
                {(0..8usize).map(|column| view! {
                    <span role="columnheader" class=COLUMN_CLASSES.get(column).copied()>
                        <span class:sr=column == 0>{move || w().log_columns.get(column).copied()}</span>
                    </span>
                }).collect_view()}
            </div>
            <div role="presentation" class="log-all" style:height=move || format!("{}px", f64::from(total.get()) * ROW)>
                <div role="presentation" style:translate=move || format!("0 {}px", f64::from(first.get()) * ROW)>{rows}</div>
            </div>
        </div>
        <When is=move || board.log.with(|log| log.as_ref().is_some_and(|log| log.total == 0))>
            <div class="nobody"><h3>{say(|w| w.log_empty)}</h3></div>
        </When>
    }
}

/// A page of the log, rows: about what fits on the screen.
const PAGE: u32 = 14;
/// The class of each column's heading, as its cells have it.
const COLUMN_CLASSES: [&str; 8] = ["way", "end", "who", "number", "line", "began", "time", "time"];

/// The call in a row, if it is among those in the page.
fn entry_at(board: Board, place: u32) -> Option<LogEntry> {
    board.log.with_untracked(|log| {
        let log = log.as_ref()?;
        log.entries.get(row_in(log, place)).cloned()
    })
}

/// Which of the rows that a page has is at a place of the log; beyond the last one if none is.
fn row_in(log: &LogView, place: u32) -> usize {
    place.checked_sub(log.look.first).and_then(|row| usize::try_from(row).ok()).unwrap_or(usize::MAX)
}

/// How many places down the calls have moved that both views have, because others came in above them.
fn moved_down(before: &LogView, now: &LogView) -> u32 {
    let same = (&before.look.query, before.look.missed_only) == (&now.look.query, now.look.missed_only);
    let place_before = |entry: &LogEntry| {
        let known = (before.look.first..).zip(&before.entries).find(|(_, known)| known.id == entry.id);
        known.map(|(place, _)| place)
    };
    let mut entries = (now.look.first..).zip(&now.entries).filter(|_| same);
    let moved = entries.find_map(|(place, entry)| place.checked_sub(place_before(entry)?));
    moved.unwrap_or(0)
}

/// Lets the selection follow its call when others come in above, and what is in sight stay where it is: nothing moves
/// under the pointer. Only at its very top the log shows the newest.
fn keep_in_place(list: NodeRef<html::Div>, selected: RwSignal<u32>) {
    let board: Board = expect_context();
    let follow = move |now: &Option<LogView>, before: Option<&Option<LogView>>, _: Option<()>| {
        let (Some(now), Some(Some(before))) = (now, before) else { return };
        let moved = moved_down(before, now);
        if moved == 0 {
            return;
        }
        selected.update(|place| *place += moved);
        if let Some(list) = list.get_untracked().filter(|list| list.scroll_top() > 0) {
            scroll_to(&list, f64::from(list.scroll_top()) + f64::from(moved) * ROW);
        }
    };
    Effect::watch(move || board.log.get(), follow, false);
}

/// Asks for the rows in sight whenever the log is scrolled or its size changes, and goes back to the newest call when
/// something else is looked for.
fn look_where_scrolled(list: NodeRef<html::Div>, selected: RwSignal<u32>) {
    let screen = use_screen();
    let look = move || {
        let Some(list) = list.get_untracked() else { return };
        let (first, count) = window_of(f64::from(list.scroll_top()), f64::from(list.client_height()));
        if screen.log.with_untracked(|look| (look.first, look.count) != (first, count)) {
            screen.log.update(|look| (look.first, look.count) = (first, count));
        }
    };
    Effect::new(move || {
        let Some(element) = list.get() else { return };
        look();
        let scrolled = Closure::<dyn Fn()>::new(look);
        let _ = element.add_event_listener_with_callback("scroll", scrolled.as_ref().unchecked_ref());
        if let Ok(observer) = web_sys::ResizeObserver::new(scrolled.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // The closure lives as long as the observer and the element that call it.
            let watching = StoredValue::new_local(Some((observer, scrolled)));
            on_cleanup(move || {
                if let Some((observer, _)) = watching.try_update_value(Option::take).flatten() {
                    observer.disconnect();
                }
            });
        }
    });
    let wanted = Memo::new(move |_| screen.log.with(|look| (look.query.clone(), look.missed_only)));
    let from_top = move |_: &(String, bool), _: Option<&(String, bool)>, _: Option<()>| {
        selected.set(0);
        if let Some(list) = list.get_untracked() {
            list.set_scroll_top(0);
        }
        look();
    };
    Effect::watch(move || wanted.get(), from_top, false);
}

#[component]
fn Cells(entry: LogEntry) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let ((drawn, _), end) = (look(&entry.end), (w().call_end)(&entry.end));
    let told = end.clone();
    let way = if entry.way == CallWay::Incoming { Drawn::Incoming } else { Drawn::Outgoing };
    let who = who_of(w(), &entry);
    let number = if who == entry.number { w().not_in_directory.to_owned() } else { entry.number.clone() };
    let length = entry.answered_for.map_or("–".to_owned(), |length| clock(length.as_secs()));
    let held = Some(entry.held_for.as_secs()).filter(|held| *held > 0).map_or("–".to_owned(), clock);
    let late = entry.held_for > HOLD_LIMIT;
    let line = entry.line.clone();
    view! {
        <span role="gridcell" class="way"><Icon name=way size="m" /></span>
        <span role="gridcell" class="end" title=told><Icon name=drawn size="m" /><span class="trunc">{end}</span></span>
        <span role="gridcell" class="who trunc" class:local=entry.local>{who}</span>
        <span role="gridcell" class="number num trunc">{number}</span>
        <span role="gridcell" class="line">{line.map(|line| { let name = line.name.clone(); view! { <LineBadge line=line lines=board.lines /><span class="trunc">{name}</span> } })}</span>
        <span role="gridcell" class="began num" title=say(|w| w.log_began)>{time_of_day(w().locale, entry.began, true)}</span>
        <span role="gridcell" class="num time" title=say(|w| w.log_length)>{length}</span>
        <span role="gridcell" class="num time" class:late=late title=say(|w| w.log_held)>{held}</span>
    }
}

fn row_name(words: &Words, entry: &LogEntry) -> String {
    let way = if entry.way == CallWay::Incoming { words.incoming } else { words.outgoing };
    let (who, end) = (who_of(words, entry), (words.call_end)(&entry.end));
    format!("{who}, {}, {end}, {}", way.to_lowercase(), time_of_day(words.locale, entry.began, true))
}

/// Scrolls so far that a row is in sight below the headings, and no further.
fn show(list: &web_sys::HtmlDivElement, place: u32) {
    let (top, scrolled) = (f64::from(place) * ROW, f64::from(list.scroll_top()));
    let sight = f64::from(list.client_height()) - HEAD;
    let to = if top < scrolled {
        top
    } else if top + ROW > scrolled + sight {
        top + ROW - sight
    } else {
        return;
    };
    scroll_to(list, to);
}

fn scroll_to(list: &web_sys::HtmlDivElement, top: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "browsers scroll no further than an i32 can tell")]
    list.set_scroll_top(top.round() as i32);
}

/// Height of the headings, CSS pixels, as the style has it.
const HEAD: f64 = 32.0;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cordboard_desk::{Instant, LogId};

    use super::*;

    fn logged(first: u32, ids: impl Iterator<Item = u32>) -> LogView {
        let entry = |id| LogEntry {
            id: LogId(id),
            way: CallWay::Incoming,
            name: String::new(),
            number: String::new(),
            local: false,
            line: None,
            began: Instant::default(),
            answered_for: None,
            held_for: Duration::ZERO,
            end: CallEnd::Missed,
        };
        let look = LogLook { first, ..LogLook::default() };
        LogView { look, total: 100, entries: ids.map(entry).collect() }
    }

    #[test]
    fn calls_that_come_in_move_the_others_down_and_scrolling_does_not() {
        let before = logged(0, (41..=100).rev());
        assert_eq!(moved_down(&before, &before), 0);
        assert_eq!(moved_down(&before, &logged(0, (43..=102).rev())), 2);
        assert_eq!(moved_down(&before, &logged(10, (31..=90).rev())), 0);
        assert_eq!(moved_down(&logged(20, (21..=80).rev()), &logged(20, (22..=81).rev())), 1);
        let mut searched = logged(0, (43..=102).rev());
        searched.look.query = "grace".into();
        assert_eq!(moved_down(&before, &searched), 0);
        assert_eq!(moved_down(&before, &logged(0, 0..0)), 0);
    }

    #[test]
    fn the_window_covers_what_is_in_sight_wherever_the_log_is_scrolled() {
        for scrolled in [0.0, 39.0, 4_000.0, 159_000.0] {
            let (first, count) = window_of(scrolled, 700.0);
            assert!(f64::from(first) * ROW <= scrolled, "{scrolled}: {first}");
            assert!(f64::from(first + count) * ROW >= scrolled + 700.0, "{scrolled}: {first} {count}");
        }
        assert_eq!(
            window_of(4_000.0, 700.0),
            window_of(4_030.0, 700.0),
            "a short scroll asks for nothing new"
        );
    }
}
