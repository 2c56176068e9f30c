//! One call on its list. Repainted only when this call changes; its time ticks with the page's clock.

use cordboard_desk::{CallId, CallStatus, CallView, CallWay, Command, CordView, HOLD_LIMIT};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::who::{role, row_name, second, shown_name};
use crate::acts::use_acts;
use crate::board::{Board, held, is_party, rings};
use crate::clock::use_clock;
use crate::ui::avatar::{LineBadge, Portrait};
use crate::ui::conferring::{self, doing};
use crate::ui::drag::{DropLabel, use_drag};
use crate::ui::dropping::Dropped;
use crate::ui::duration::{clock, seconds};
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::parts::When;
use crate::ui::screen::{MenuAsked, MenuSubject, beside_calls, use_screen};
use crate::ui::words::{Words, say, use_words};

/// Seconds on hold after which a caller has waited too long.
const HOLD_SECONDS: u64 = HOLD_LIMIT.as_secs();

/// How a call is painted. Loudness follows priority: ringing is filled, hold and talk are tinted.
fn painted(call: &CallView) -> &'static str {
    match &call.status {
        _ if rings(call) => "ringing",
        CallStatus::Queued { .. } => "queued",
        _ if held(call) => "hold",
        CallStatus::Calling | CallStatus::RingingOut | CallStatus::Ringing => "calling",
        CallStatus::Talking
        | CallStatus::InConference
        | CallStatus::Answering
        | CallStatus::Changing { .. } => "talking",
        CallStatus::OnHold | CallStatus::BackFrom { .. } | CallStatus::Transferring { .. } => "queued",
        CallStatus::Failed(_) => "failed",
    }
}

/// The drawing on the slab.
fn drawn(call: &CallView) -> Drawn {
    match &call.status {
        CallStatus::BackFrom { .. } => Drawn::Back,
        CallStatus::Ringing => Drawn::Incoming,
        CallStatus::Calling | CallStatus::RingingOut => Drawn::Outgoing,
        CallStatus::Talking | CallStatus::Answering | CallStatus::Changing { .. } => Drawn::Answered,
        CallStatus::InConference => Drawn::Conference,
        CallStatus::OnHold => Drawn::Pause,
        CallStatus::Queued { .. } => Drawn::Hourglass,
        CallStatus::Transferring { .. } => Drawn::Forward,
        CallStatus::Failed(_) => Drawn::HangUp,
    }
}

/// One call.
#[component]
pub(crate) fn CallTile(
    /// Which call.
    call: CallId,
    /// The label of its slot.
    label: String,
) -> impl IntoView {
    let board: Board = expect_context();
    board.call_now(call).map(|signals| view! { <Tile id=call label=label call=signals.view.into() talking=signals.talking.into() /> })
}

#[component]
fn Tile(id: CallId, label: String, call: Signal<CallView>, talking: Signal<bool>) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let drag = use_drag();
    let board: Board = expect_context();
    let now = use_clock();

    let state = Memo::new(move |_| call.with(painted));
    let selected = Memo::new(move |_| screen.call.get() == Some(id));
    let held_for = move || call.with(|call| held(call).then(|| seconds(call.since, now.now())));
    // Whoever waits for somebody is not forgotten.
    let queued = Memo::new(move |_| call.with(|call| matches!(call.status, CallStatus::Queued { .. })));
    let late = Memo::new(move |_| !queued.get() && held_for().is_some_and(|held| held > HOLD_SECONDS));
    let longest = Memo::new(move |_| board.is_longest(id));
    let name = move || {
        let name = call.with(|call| row_name(w(), call, late.get()));
        if longest.get() { format!("{name}, {}", w().team.longest.to_lowercase()) } else { name }
    };

    let party = Memo::new(move |_| call.with(is_party));
    let cord_rows = Memo::new(move |_| if party.get() { rows_to_next_party(board, id) } else { 0 });

    // A double-click answers what rings and holds or resumes what talks.
    let take = move |_: MouseEvent| take(acts, call);
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        screen.select_call(id);
        let (left, top) = (beside_calls(), f64::from(event.client_y()) - 60.0);
        screen.menu.set(Some(MenuAsked { subject: MenuSubject::Call(id), left, top }));
    };
    view! {
        <div
            class="call"
            class:late=late
            class:in-conf=party
            style=("--cord-rows", move || cord_rows.get().to_string())
            data-conference=move || party.get().then_some("")
            class:dragging=move || drag.carries(id)
            class:drop-ok=move || drag.active() && !drag.carries(id) && call.with(|call| call.allowed.connect.is_ok())
            role="row"
            id=format!("call-{}", id.0)
            data-state=state
            data-call=id.0
            aria-selected=move || selected.get().to_string()
            aria-label=name
            tabindex=move || if selected.get() { "0" } else { "-1" }
            on:focus=move |_| screen.select_call(id)
            on:click=move |_| screen.select_call(id)
            on:dblclick=take
            on:contextmenu=menu
            on:pointerdown=move |event| drag.press(id, &event)
        >
            <div class="slab" role="gridcell">
                <Icon name=Signal::derive(move || call.with(drawn)) size="l" />
                <span class="slot num">{label}</span>
            </div>
            <Who call=call longest=longest />
            <div class="right" role="gridcell">
                <RowActs id=id call=call />
                <StatusAndTime call=call late=late talking=talking />
                <When is=move || state.get() == "ringing">
                    <AnswerButton id=id call=call />
                </When>
            </div>
            <When is=move || held_for().is_some()>
                <div class="fuse" aria-hidden="true">
                    <i style:width=move || format!("{}%", held_for().unwrap_or(0).min(HOLD_SECONDS) * 100 / HOLD_SECONDS)></i>
                </div>
            </When>
            {move || drag.over_call(id).map(|dragged| {
                let dropped = untrack(|| Dropped::on_call(w(), board, dragged, id));
                view! { <DropLabel dropped=dropped /> }
            })}
        </div>
    }
}

/// How far down the list the next party of the conference is: the cord reaches to there.
fn rows_to_next_party(board: Board, id: CallId) -> u8 {
    let Some(this) = board.call(id).map(|call| call.view.with(|view| (view.way, view.slot))) else {
        return 0;
    };
    let parties = board.parties().into_iter().filter_map(|party| board.view_now(party));
    let below =
        parties.filter(|party| party.way == this.0 && party.slot > this.1).map(|party| party.slot).min();
    below.map_or(0, |slot| slot - this.1)
}

/// What a double-click or the take key does to a call.
pub(crate) fn take(acts: crate::acts::Acts, call: Signal<CallView>) {
    let (id, allowed) = call.with_untracked(|call| (call.id, call.allowed));
    if allowed.answer.is_ok() {
        acts.command(Command::Answer(id));
    } else if allowed.resume.is_ok() {
        acts.command(Command::Resume(id));
    } else if allowed.hold.is_ok() {
        acts.command(Command::Hold(id));
    }
}

/// Name and number above, line or cord below.
#[component]
fn Who(call: Signal<CallView>, longest: Memo<bool>) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let name = move || call.with(|call| shown_name(w(), &call.who));
    let local = move || call.with(|call| call.who.local);
    let cord = move || {
        call.with(|call| match &call.status {
            // Who waits for whom; of a caller whose line matters more only once that is settled.
            _ if call.waits_for.is_some() => call.waits_for.as_deref().map(w().waiting_for),
            CallStatus::Calling | CallStatus::RingingOut | CallStatus::Talking | CallStatus::OnHold => {
                call.cord.as_ref().and_then(|cord| tied(w(), cord))
            }
            CallStatus::Transferring { target } => Some((w().going_to)(target)),
            CallStatus::BackFrom { target, why } => Some((w().came_back)(target, why)),
            CallStatus::Ringing
            | CallStatus::Answering
            | CallStatus::InConference
            | CallStatus::Queued { .. }
            | CallStatus::Changing { .. }
            | CallStatus::Failed(_) => None,
        })
    };
    let talks = move || call.with(|call| call.status == CallStatus::Talking);
    let picture = Memo::new(move |_| call.with(|call| call.who.picture.clone()));
    let pictured = move || picture.with(Option::is_some);
    let line = move || call.with(|call| call.line.clone());
    let role = move || call.with(|call| role(&call.who));
    view! {
        <div class="who" class:pictured=pictured role="gridcell">
            <When is=pictured><Portrait name=Signal::derive(name) picture=picture /></When>
            <div class="l1">
                {move || if local() {
                    view! { <span class="name" title=name><b>{name()}</b></span><Icon name=Drawn::Local size="s" /> }.into_any()
                } else {
                    view! { <span class="name" title=name>{name()}</span> }.into_any()
                }}
                <span class="nr num trunc">{move || call.with(|call| second(w(), &call.who))}</span>
                <When is=move || longest.get()>
                    <span class="longest" title=say(|w| w.team.longest)><Icon name=Drawn::Timer size="s" /></span>
                </When>
            </div>
            <div class="l2">
                {move || line().map(|line| view! { <LineBadge line=line lines=board.lines /> })}
                {move || match (cord(), line()) {
                    (Some(cord), _) => view! { <span class="cord trunc" class:talk=talks>{cord}</span> }.into_any(),
                    (None, Some(line)) => view! {
                        <span class="line trunc">{line.name}</span>
                        <span class="num line-nr">{line.number}</span>
                    }
                    .into_any(),
                    // Without a line there is room to say who they are.
                    (None, None) => view! { <span class="trunc">{role()}</span> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// What the cord of a call ties it to, where that is worth more than its line.
fn tied(words: &Words, cord: &CordView) -> Option<String> {
    match cord {
        CordView::For { name, armed: false, .. } => Some((words.on_behalf_of)(words.named(name))),
        CordView::For { name, armed: true, .. } => Some((words.connects_to)(words.named(name))),
        CordView::Asking { name, armed: true, .. } => Some((words.connects_when_answered)(words.named(name))),
        CordView::Asking { armed: false, .. } => None,
    }
}

/// The state in words, and how long it lasts.
#[component]
fn StatusAndTime(call: Signal<CallView>, late: Memo<bool>, talking: Signal<bool>) -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let said = move || {
        call.with(|call| match &call.status {
            _ if late.get() => (w().on_hold_over)(&clock(HOLD_SECONDS)),
            CallStatus::Talking | CallStatus::InConference if call.held_by_far_end => {
                w().held_by_far_end.to_owned()
            }
            CallStatus::Talking if call.muted => w().muted.to_owned(),
            CallStatus::Talking if matches!(call.cord, Some(CordView::For { .. })) => {
                w().consulting.to_owned()
            }
            CallStatus::InConference => doing(&w().conferring, call, talking.get()).to_owned(),
            CallStatus::BackFrom { .. } if rings(call) => w().call_ringing.to_owned(),
            CallStatus::BackFrom { .. } => w().on_hold.to_owned(),
            CallStatus::Ringing
            | CallStatus::Answering
            | CallStatus::Calling
            | CallStatus::RingingOut
            | CallStatus::Talking
            | CallStatus::OnHold
            | CallStatus::Queued { .. }
            | CallStatus::Changing { .. }
            | CallStatus::Transferring { .. }
            | CallStatus::Failed(_) => (w().status)(&call.status),
        })
    };
    let mark = move || {
        call.with(|call| match &call.status {
            _ if late.get() => Some(Drawn::Alarm),
            _ if rings(call) => Some(Drawn::BellRinging),
            CallStatus::Talking if call.muted => Some(Drawn::MicrophoneOff),
            CallStatus::InConference => conferring::drawn(call, talking.get()),
            CallStatus::Talking
            | CallStatus::Ringing
            | CallStatus::BackFrom { .. }
            | CallStatus::Answering
            | CallStatus::Calling
            | CallStatus::RingingOut
            | CallStatus::OnHold
            | CallStatus::Queued { .. }
            | CallStatus::Changing { .. }
            | CallStatus::Transferring { .. }
            | CallStatus::Failed(_) => None,
        })
    };
    let since = move || {
        call.with(|call| match call.status {
            CallStatus::Talking | CallStatus::InConference => call.answered_at.unwrap_or(call.since),
            CallStatus::Ringing
            | CallStatus::BackFrom { .. }
            | CallStatus::Answering
            | CallStatus::Calling
            | CallStatus::RingingOut
            | CallStatus::OnHold
            | CallStatus::Queued { .. }
            | CallStatus::Changing { .. }
            | CallStatus::Transferring { .. }
            | CallStatus::Failed(_) => call.since,
        })
    };
    view! {
        <div class="st">
            <span class="state">
                {move || mark().map(|mark| view! { <Icon name=mark size="s" /> })}
                {said}
            </span>
            <time class="num" role="timer">{move || clock(seconds(since(), now.now()))}</time>
        </div>
    }
}

/// The one button that is always seen, on a call that rings.
#[component]
fn AnswerButton(id: CallId, call: Signal<CallView>) -> impl IntoView {
    let acts = use_acts();
    let board: Board = expect_context();
    // F9 answers the first that rings.
    let screen = use_screen();
    let next = Memo::new(move |_| board.next_to_answer() == Some(id));
    let answer = move |event: MouseEvent| {
        event.stop_propagation();
        screen.select_call(id);
        acts.command(Command::Answer(id));
    };
    view! {
        <button
            class="btn"
            tabindex="-1"
            aria-disabled=move || call.with(|call| call.allowed.answer.is_err()).then_some("true")
            on:click=answer
            on:dblclick=|event| event.stop_propagation()
        >
            {say(|w| w.answer)}
            {move || next.get().then(|| view! { <kbd aria-hidden="true">"F9"</kbd> })}
        </button>
    }
}

/// What else can be done, shown on the row under the pointer and on the selected one.
#[component]
fn RowActs(id: CallId, call: Signal<CallView>) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let can = move |ask: fn(&CallView) -> bool| Memo::new(move |_| call.with(ask));
    let (decline, hold) = (can(|call| call.allowed.decline.is_ok()), can(|call| call.allowed.hold.is_ok()));
    let resume = can(|call| call.allowed.resume.is_ok());
    let transfer = can(|call| call.allowed.transfer.is_ok());
    let connect = can(|call| call.cord.is_some() && call.allowed.connect.is_ok());
    let join = move || {
        if let Some(cord) = call.with_untracked(|call| call.cord.clone()) {
            acts.command(Command::Connect { call: id, with: cord.call() });
        }
    };
    let hang_up = can(|call| call.allowed.hang_up.is_ok() && call.allowed.decline.is_err());
    let is_over = can(|call| match call.status {
        CallStatus::Failed(_) => call.way == CallWay::Outgoing,
        CallStatus::Ringing
        | CallStatus::BackFrom { .. }
        | CallStatus::Answering
        | CallStatus::Calling
        | CallStatus::RingingOut
        | CallStatus::Talking
        | CallStatus::InConference
        | CallStatus::OnHold
        | CallStatus::Queued { .. }
        | CallStatus::Changing { .. }
        | CallStatus::Transferring { .. } => false,
    });
    let hang_up_word = Signal::derive(move || if is_over.get() { w().take_off } else { w().hang_up });
    view! {
        <div class="acts" on:keydown=stop_take>
            <RowAct when=hold icon=Drawn::Pause label=say(|w| w.hold) act=move || acts.command(Command::Hold(id)) />
            <RowAct when=resume icon=Drawn::Play label=say(|w| w.resume) act=move || acts.command(Command::Resume(id)) />
            <RowAct when=transfer icon=Drawn::Forward label=say(|w| w.transfer) act=move || screen.open_transfer(id) />
            <RowAct when=connect icon=Drawn::Merge label=say(|w| w.connect) act=join />
            <RowAct when=decline icon=Drawn::HangUp label=say(|w| w.decline) act=move || acts.command(Command::Decline(id)) />
            <RowAct when=hang_up icon=Drawn::HangUp label=hang_up_word act=move || acts.command(Command::HangUp(id)) />
        </div>
    }
}

/// Enter on one of the row's buttons presses the button and nothing else.
fn stop_take(event: KeyboardEvent) {
    if event.key() == "Enter" {
        event.stop_propagation();
    }
}

#[component]
fn RowAct(
    when: Memo<bool>,
    icon: Drawn,
    #[prop(into)] label: Signal<&'static str>,
    act: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let press = move |event: MouseEvent| {
        event.stop_propagation();
        act();
    };
    view! {
        <When is=move || when.get()>
            <button
                class="icon-btn"
                tabindex="-1"
                aria-label=label
                title=label
                on:click=press
                on:dblclick=|event| event.stop_propagation()
            >
                <Icon name=icon size="m" />
            </button>
        </When>
    }
}
