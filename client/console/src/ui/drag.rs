//! Dragging a call onto a contact, another call or the conference. Starts after 6 px, says in words what a drop will
//! do, and Escape changes nothing.

use cordboard_desk::{CallId, CallView, Command, ContactId, ContactView, DirectoryId, Way};
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::calls::who::shown_name;
use super::dropping::Dropped;
use super::icon::{Icon, Icon as Drawn};
use super::screen::Screen;
use super::words::{Tongue, use_tongue, use_words};
use crate::acts::Acts;
use crate::board::{Board, held as is_held, rings};
use crate::clock::use_clock;
use crate::ui::duration::{clock, seconds};
use crate::ui::parts::When;

/// How far the pointer goes before a press becomes a drag, CSS pixels.
const SLACK: f64 = 6.0;
/// How long a call hangs over a tab before the tab opens, milliseconds.
const OVER_TAB: u64 = 500;

/// A point of the window, CSS pixels.
type Point = (f64, f64);

/// What is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Under {
    /// A contact of the directory in front.
    Contact(ContactId),
    /// Another call.
    Call(CallId),
    /// A tab.
    Tab(DirectoryId),
    /// The conference: one of its parties, or its count.
    Conference,
}

/// A press that may become a drag, and the drag itself.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    call: CallId,
    from: Point,
    at: Point,
    moved: bool,
    under: Option<Under>,
}

/// The drag of this screen; at most one.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    held: RwSignal<Option<Held>>,
    screen: Screen,
    board: Board,
    tongue: Tongue,
    acts: Acts,
}

/// The drag here.
pub(super) fn use_drag() -> Drag {
    expect_context()
}

impl Drag {
    /// A screen where nothing is dragged yet.
    pub(super) fn new(acts: Acts, screen: Screen, board: Board) -> Self {
        let drag = Self { held: RwSignal::new(None), screen, board, tongue: use_tongue(), acts };
        let moves = window_event_listener(leptos::ev::pointermove, move |event| drag.follow(&event));
        let ends = window_event_listener(leptos::ev::pointerup, move |_| drag.drop_here());
        let breaks = window_event_listener(leptos::ev::pointercancel, move |_| {
            drag.cancel();
        });
        on_cleanup(move || {
            moves.remove();
            ends.remove();
            breaks.remove();
        });
        drag
    }

    /// A press on a call's row.
    pub(super) fn press(self, call: CallId, event: &PointerEvent) {
        let on_button = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| target.closest("button").ok().flatten().is_some());
        if event.button() == 0 && !on_button {
            let from = (f64::from(event.client_x()), f64::from(event.client_y()));
            self.held.set(Some(Held { call, from, at: from, moved: false, under: None }));
        }
    }

    fn follow(self, event: &PointerEvent) {
        let Some(mut held) = self.held.get_untracked() else { return };
        held.at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let (dx, dy) = (held.at.0 - held.from.0, held.at.1 - held.from.1);
        held.moved |= dx.hypot(dy) > SLACK;
        if held.moved {
            event.prevent_default();
            let before = held.under;
            held.under = under(held.at);
            if let (Some(Under::Tab(directory)), true) = (held.under, held.under != before) {
                self.open_after_a_while(directory);
            }
        }
        self.held.set(Some(held));
    }

    /// A tab opens when a call hangs over it for a while, so that the drag can go on.
    fn open_after_a_while(self, directory: DirectoryId) {
        let wait = std::time::Duration::from_millis(OVER_TAB);
        set_timeout(
            move || {
                let still = self.held.get_untracked().and_then(|held| held.under);
                if still == Some(Under::Tab(directory)) {
                    self.screen.open_directory(directory);
                }
            },
            wait,
        );
    }

    fn drop_here(self) {
        let Some(held) = self.held.get_untracked() else { return };
        self.held.set(None);
        if !held.moved {
            return;
        }
        if held.under == Some(Under::Conference) {
            self.acts.command(Command::AddToConference(held.call));
        }
        let board = self.board;
        let words = self.tongue.words_now();
        let dropped = untrack(|| match held.under? {
            Under::Contact(id) => {
                let (directory, contact) = self.shown(id)?;
                Some(Dropped::on_contact(words, board, held.call, directory, &contact))
            }
            Under::Call(other) => Some(Dropped::on_call(words, board, held.call, other)),
            Under::Tab(_) | Under::Conference => None,
        });
        if let Some(command) = dropped.and_then(|dropped| dropped.command(held.call)) {
            self.acts.command(command);
        }
    }

    /// Ends the drag; nothing changes. True if there was one.
    pub(super) fn cancel(self) -> bool {
        let dragging = self.held.get_untracked().is_some_and(|held| held.moved);
        self.held.set(None);
        dragging
    }

    fn shown(self, id: ContactId) -> Option<(DirectoryId, ContactView)> {
        let contacts = self.screen.contacts()?;
        let contact = contacts.rows.into_iter().find(|contact| contact.id == id)?;
        Some((contacts.look.directory, contact))
    }

    fn dragging(self) -> Option<Held> {
        self.held.get().filter(|held| held.moved)
    }

    /// True while this call is dragged.
    pub(super) fn carries(self, call: CallId) -> bool {
        self.dragging().is_some_and(|held| held.call == call)
    }

    /// True while any call is dragged.
    pub(super) fn active(self) -> bool {
        self.dragging().is_some()
    }

    /// The call that hangs over this contact.
    pub(super) fn over_contact(self, contact: ContactId) -> Option<CallId> {
        self.dragging().filter(|held| held.under == Some(Under::Contact(contact))).map(|held| held.call)
    }

    /// The call that hangs over this other one.
    pub(super) fn over_call(self, call: CallId) -> Option<CallId> {
        let held = self.dragging().filter(|held| held.under == Some(Under::Call(call)) && held.call != call);
        held.map(|held| held.call)
    }

    /// The call that is dragged and could be dropped on the conference, and whether it hangs over it.
    pub(super) fn for_conference(self) -> Option<bool> {
        let held = self.dragging()?;
        let could = self.board.call(held.call)?.view.with(|call| call.allowed.join.is_ok());
        could.then_some(held.under == Some(Under::Conference))
    }

    /// True while a call hangs over this tab.
    pub(super) fn over_tab(self, directory: DirectoryId) -> bool {
        self.dragging().is_some_and(|held| held.under == Some(Under::Tab(directory)))
    }
}

/// The way by which a call reaches a contact, and its number: the desk phone, else the mobile, else home.
pub(super) fn first_way(contact: &ContactView) -> Option<(Way, &str)> {
    let ways = [
        (Way::Phone, &contact.contact.phone),
        (Way::Mobile, &contact.contact.mobile),
        (Way::Home, &contact.contact.home),
    ];
    ways.into_iter().find(|(_, number)| !number.is_empty()).map(|(way, number)| (way, number.as_str()))
}

/// What the window shows at a point, as far as a call can be dropped there.
fn under((x, y): Point) -> Option<Under> {
    #[expect(clippy::cast_possible_truncation, reason = "a window is a few thousand pixels wide")]
    let element = document().element_from_point(x as f32, y as f32)?;
    let number = |attribute: &str| {
        let holder = element.closest(&format!("[{attribute}]")).ok().flatten()?;
        holder.get_attribute(attribute)?.parse().ok()
    };
    let contact = number("data-contact").map(|id| Under::Contact(ContactId(id)));
    let call = || number("data-call").map(|id| Under::Call(CallId(id)));
    let tab = || number("data-tab").map(|id| Under::Tab(DirectoryId(id)));
    let conference = element.closest("[data-conference]").ok().flatten().map(|_| Under::Conference);
    conference.or(contact).or_else(call).or_else(tab)
}

/// What a drop here would do, over whatever is under the pointer.
#[component]
pub(super) fn DropLabel(dropped: Dropped) -> impl IntoView {
    let label = dropped.label(use_tongue().words_now());
    let note = Some(label.note).filter(|note| !note.is_empty());
    view! {
        <div class=label.class>
            <Icon name=label.drawn />
            <span>{label.what}{note.map(|note| view! { <small>{note}</small> })}</span>
        </div>
    }
}

/// What a drop on the conference would do, where a call could be dropped there.
#[component]
pub(super) fn ConferenceDrop() -> impl IntoView {
    let w = use_words();
    let drag = use_drag();
    let over = Memo::new(move |_| drag.for_conference());
    view! {
        <When is=move || over.get().is_some()>
            <span class="drop-conf" class:over=move || over.get() == Some(true)>
                <Icon name=Drawn::Conference size="s" />
                {move || w().conferring.add}
            </span>
        </When>
    }
}

/// The plug under the pointer and the cord back to the slot.
#[component]
pub(super) fn DragLayer() -> impl IntoView {
    let drag = use_drag();
    let board: Board = expect_context();
    let carried = Memo::new(move |_| drag.dragging().map(|held| held.call));
    move || {
        let call = board.call(carried.get()?)?;
        Some(view! { <Plug call=call.view.into() /> })
    }
}

#[component]
fn Plug(call: Signal<CallView>) -> impl IntoView {
    let w = use_words();
    let now = use_clock();
    let drag = use_drag();
    let at = move || drag.dragging().map_or((0.0, 0.0), |held| held.at);
    let (id, state, drawn) = call.with_untracked(|call| match call {
        call if rings(call) => (call.id, "ringing", Drawn::Incoming),
        call if is_held(call) => (call.id, "hold", Drawn::Pause),
        call => (call.id, "talking", Drawn::Answered),
    });
    let slot =
        document().get_element_by_id(&format!("call-{}", id.0)).map(|row| row.get_bounding_client_rect());
    let start = slot.map_or((0.0, 0.0), |slot| (slot.right(), slot.top() + slot.height() / 2.0));
    view! {
        <svg class="cord-path" aria-hidden="true">
            <path d=move || cord(start, at()) />
            <circle cx=start.0 cy=start.1 r="5" />
        </svg>
        <div
            class="ghost"
            data-state=state
            style:left=move || format!("{}px", at().0 + 14.0)
            style:top=move || format!("{}px", at().1 + 16.0)
            aria-hidden="true"
        >
            <span class="slab"><Icon name=drawn /></span>
            <b>{move || call.with(|call| shown_name(w(), &call.who))}</b>
            <span class="num">{move || clock(seconds(call.with(|call| call.since), now.now()))}</span>
        </div>
    }
}

/// The way of a cord that hangs up and over from one point to another.
fn cord((x1, y1): Point, (x2, y2): Point) -> String {
    let top = (y1.min(y2) - 90.0).max(40.0);
    format!("M{x1} {y1}C{} {top},{} {top},{x2} {y2}", x1 + (x2 - x1) * 0.3, x1 + (x2 - x1) * 0.8)
}
