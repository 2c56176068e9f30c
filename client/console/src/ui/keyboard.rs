//! Hears every key once, at the window, before anything else does, and does what the key table says.

use cordboard_desk::{CallId, CallWay, Command};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::call_log;
use super::calls::call_tile::take;
use super::conferring::{next, party_mute};
use super::directories::search_bar;
use super::drag::{Drag, first_way};
use super::header::Current;
use super::menu::about_caller::{add_caller, open_crm};
use super::popover::keypad::Digits;
use super::screen::{MenuAsked, MenuSubject, Popover, Screen, View, Zone, beside_calls};
use super::toasts::ringing_phone;
use crate::acts::Acts;
use crate::board::{Board, is_party};
use crate::keys::{KeyAct, NumLock, Step, Stroke, call_digit, meaning, repeats};
use crate::ui::calls::dial_bar;

/// How long a key that was pressed twice may mean a call that is gone already, milliseconds.
const STRAY_PRESS: f64 = 1_000.0;

/// What keys act on.
#[derive(Clone, Copy)]
pub(super) struct Keyboard {
    /// The calls.
    pub board: Board,
    /// The outside.
    pub acts: Acts,
    /// What is selected and open.
    pub screen: Screen,
    /// What is dragged.
    pub drag: Drag,
    /// The keypad's digits.
    pub digits: Digits,
    /// The call in the header.
    pub current: Current,
    /// The numeric keypad types.
    pub num_lock: RwSignal<bool>,
    /// The key that did something when it was pressed last, by its `code`.
    pub held: StoredValue<Option<String>>,
    /// The call that was hung up last by key, and when, milliseconds.
    pub hung_up: StoredValue<Option<(CallId, f64)>>,
}

impl Keyboard {
    /// Hears keys until this screen is gone.
    pub(super) fn listen(self) {
        let hear = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| self.hear(&event));
        self.keep_focus();
        // A window takes listeners; capture comes before any field.
        let _ = window().add_event_listener_with_callback_and_bool(
            "keydown",
            hear.as_ref().unchecked_ref(),
            true,
        );
        let hear = StoredValue::new_local(Some(hear));
        on_cleanup(move || {
            if let Some(hear) = hear.try_update_value(Option::take).flatten() {
                let _ = window().remove_event_listener_with_callback_and_bool(
                    "keydown",
                    hear.as_ref().unchecked_ref(),
                    true,
                );
            }
        });
    }

    /// When the call that has the focus ends, the focus goes where the selection goes; it never moves otherwise.
    fn keep_focus(self) {
        let Self { board, screen, .. } = self;
        let follow = move |call: &Option<CallId>, before: Option<&Option<CallId>>, _: Option<()>| {
            let ended = before.copied().flatten().is_some_and(|call| board.call_now(call).is_none());
            let nowhere = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
            if let (Some(_), true, true) = (call, ended, nowhere) {
                self.focus_call();
            }
        };
        Effect::watch(move || screen.call.get(), follow, false);
    }

    fn hear(self, event: &KeyboardEvent) {
        let num_lock = num_lock(event);
        self.num_lock.set(num_lock != NumLock::Off);
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let (code, key) = (event.code(), event.key());
        let stroke = Stroke {
            code: &code,
            key: &key,
            num_lock,
            control: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            in_field: target.as_ref().is_some_and(is_field),
        };
        let act = meaning(stroke);
        if event.repeat() && !act.is_some_and(repeats) {
            // One press is one act, also where that brought the focus to a field, which a key that is still down would
            // type into, or to a button, which Enter would press.
            let held = self.held.with_value(|held| held.as_ref() == Some(&code));
            if held || act.is_some() {
                stop(event);
            }
            return;
        }
        let done = self.press(stroke, act, Place::of(target.as_ref()));
        if done {
            stop(event);
        }
        self.held.set_value(done.then_some(code));
    }

    /// Does what a key asks for. False leaves it to whatever has the focus.
    fn press(self, stroke: Stroke<'_>, act: Option<KeyAct>, place: Place) -> bool {
        let keypad_open = self.screen.popover.with_untracked(|open| *open == Some(Popover::Keypad));
        if keypad_open && let Some(digit) = call_digit(stroke) {
            self.digits.send(digit);
            return true;
        }
        match act {
            // Where it selects no call a digit is typed, as is what else a layout has on its key.
            Some(act @ KeyAct::Slot(_)) => self.act(act, place) || self.letter(stroke.key, place),
            Some(act) => self.act(act, place),
            None if stroke.control || stroke.alt || stroke.in_field => false,
            None => self.letter(stroke.key, place),
        }
    }

    /// Does it. False leaves the key to whatever has the focus.
    fn act(self, act: KeyAct, place: Place) -> bool {
        match act {
            // Function keys and keypad are the console's, even where nothing can be done.
            KeyAct::Take => self.take(place),
            KeyAct::HangUp => self.hang_up(),
            KeyAct::Transfer => self.transfer(),
            KeyAct::SwitchZone => self.switch_zone(),
            KeyAct::Search => self.search(),
            // Always there, so at once: a frame later, digits typed by then would be selected and typed over.
            KeyAct::Dial => focus(dial_bar::FIELD),
            KeyAct::NextCall => self.next_call(),
            KeyAct::HangUpActive => self.acts.command(Command::HangUpActive),
            KeyAct::Move(step) => return self.step(step, place),
            KeyAct::Slot(slot) => return self.slot(slot, place),
            KeyAct::Confirm => return self.confirm(place),
            KeyAct::Escape => return self.drag.cancel() || self.screen.close_innermost(),
            KeyAct::Mute => self.mute(),
            KeyAct::Menu => return self.menu(place),
            KeyAct::Alert => return self.intercept(),
            KeyAct::View(view) => return self.view(view),
        }
        true
    }

    /// To the search field of this view, or of the directories where it has none: before the next key comes.
    fn search(self) {
        match self.screen.view.get_untracked() {
            View::Log => focus(call_log::FIELD),
            View::Directories => focus(search_bar::FIELD),
            View::Settings | View::Team => {
                self.screen.view.set(View::Directories);
                focus_painted(search_bar::FIELD);
            }
        }
    }

    fn take(self, place: Place) {
        let on_contact = match place {
            Place::Calls => false,
            Place::Directory => true,
            Place::Search => untrack(|| self.screen.selected_contact()).is_some(),
            Place::Menu | Place::Elsewhere => self.screen.zone.get_untracked() == Zone::Workspace,
        };
        if on_contact {
            self.take_contact();
        } else if let Some(call) = self.screen.call.get_untracked().and_then(|call| self.board.call_now(call))
        {
            take(self.acts, call.view.into());
        }
    }

    /// Calls the selected contact, or holds and resumes the call with them.
    fn take_contact(self) {
        let Some((directory, contact)) = untrack(|| self.screen.selected_contact()) else { return };
        let with_them =
            untrack(|| self.board.first(|call| call.who.contact == Some((directory, contact.id))));
        match with_them.and_then(|call| self.board.call_now(call)) {
            Some(call) => take(self.acts, call.view.into()),
            None => {
                if let Some((way, _)) = first_way(&contact) {
                    self.screen.call_contact(directory, contact.id, way);
                }
            }
        }
    }

    /// Whoever is answered is the one to act on next.
    fn next_call(self) {
        if let Some(call) = untrack(|| self.board.next_to_answer()) {
            self.screen.select_call(call);
        }
        self.acts.command(Command::NextCall);
    }

    /// Hangs up the selected call, unless it has only just taken the place of the one that was hung up: a second press
    /// means the call that is gone.
    fn hang_up(self) {
        let Some(call) = self.screen.call.get_untracked() else { return };
        let now = js_sys::Date::now();
        let again = self.hung_up.get_value().is_some_and(|(last, at)| last != call && now - at < STRAY_PRESS);
        if again && !self.screen.is_chosen(call) {
            return;
        }
        self.hung_up.set_value(Some((call, now)));
        self.acts.command(Command::HangUp(call));
    }

    fn of_selected(self, command: fn(CallId) -> Command) {
        if let Some(call) = self.screen.call.get_untracked() {
            self.acts.command(command(call));
        }
    }

    /// The box for the selected call; in the directory for the call that can be sent to the selected contact.
    fn transfer(self) {
        let Current(current) = self.current;
        let in_directory = self.screen.zone.get_untracked() == Zone::Workspace;
        let active = if in_directory { current.get_untracked() } else { None };
        if let Some(call) = active.or(self.screen.call.get_untracked()) {
            self.screen.open_transfer(call);
        }
    }

    fn switch_zone(self) {
        let zone = self.screen.zone.get_untracked();
        match zone {
            Zone::Calls => {
                self.screen.view.set(View::Directories);
                self.screen.zone.set(Zone::Workspace);
                if self.screen.row.get_untracked().is_none() {
                    self.screen.row.set(Some(0));
                }
                focus_painted("contacts");
            }
            Zone::Workspace => {
                self.screen.zone.set(Zone::Calls);
                self.focus_call();
            }
        }
    }

    fn focus_call(self) {
        if let Some(call) = self.screen.call.get_untracked() {
            focus_soon(&format!("call-{}", call.0));
        }
    }

    fn step(self, step: Step, place: Place) -> bool {
        match (place, self.screen.zone.get_untracked()) {
            (Place::Calls, _) | (Place::Elsewhere, Zone::Calls) => self.step_calls(step),
            (Place::Directory | Place::Search, _) | (Place::Elsewhere, Zone::Workspace) => {
                self.step_contacts(step, place);
            }
            (Place::Menu, _) => return false,
        }
        true
    }

    fn step_calls(self, step: Step) {
        let ways = [CallWay::Incoming, CallWay::Outgoing].into_iter();
        let all: Vec<_> = ways.flat_map(|way| self.board.slots_now(way)).map(|(_, call)| call).collect();
        let at = self
            .screen
            .call
            .get_untracked()
            .and_then(|call| all.iter().position(|other| *other == call))
            .unwrap_or(0);
        let last = all.len().saturating_sub(1);
        let to = match step {
            Step::Up | Step::Left => at.saturating_sub(1),
            Step::Down | Step::Right => (at + 1).min(last),
            Step::PageUp | Step::First => 0,
            Step::PageDown | Step::Last => last,
        };
        if let Some(call) = all.get(to) {
            self.screen.select_call(*call);
            self.focus_call();
        }
    }

    fn step_contacts(self, step: Step, place: Place) {
        let total = untrack(|| self.screen.contacts()).map_or(0, |contacts| contacts.total);
        let columns = self.screen.columns.get_untracked();
        let at = self.screen.row.get_untracked();
        // A page is what about fits on the screen.
        let page = columns * 9;
        let to = match (step, at) {
            (_, None) => 0,
            (Step::Up, Some(at)) => at.checked_sub(columns).unwrap_or(at),
            (Step::Down, Some(at)) => at + columns,
            (Step::Left, Some(at)) => at.saturating_sub(1),
            (Step::Right, Some(at)) => at + 1,
            (Step::PageUp, Some(at)) => at.saturating_sub(page),
            (Step::PageDown, Some(at)) => at + page,
            (Step::First, Some(_)) => 0,
            (Step::Last, Some(_)) => u32::MAX,
        };
        if let Some(last) = total.checked_sub(1) {
            self.screen.row.set(Some(to.min(last)));
            if place == Place::Directory {
                self.screen.zone.set(Zone::Workspace);
            }
        }
    }

    fn slot(self, slot: u8, place: Place) -> bool {
        let call = self.board.slots_now(CallWay::Incoming).into_iter().find(|(taken, _)| *taken == slot);
        match (place, call) {
            (Place::Calls | Place::Elsewhere, Some((_, call))) => {
                self.screen.select_call(call);
                self.focus_call();
                true
            }
            (Place::Calls | Place::Elsewhere | Place::Directory | Place::Search | Place::Menu, _) => false,
        }
    }

    fn confirm(self, place: Place) -> bool {
        match place {
            Place::Directory | Place::Search => self.take_contact(),
            Place::Calls => self.take(place),
            Place::Menu | Place::Elsewhere => return false,
        }
        true
    }

    /// The selected call comes into the conference; with none of those, whatever the conference's button does.
    fn confer(self) {
        let selected = self.screen.call.get_untracked().and_then(|call| self.board.view_now(call));
        if let (Some(command), _) = untrack(|| next(self.board, selected)) {
            self.acts.command(command);
        }
    }

    fn mute(self) {
        let selected = self.screen.call.get_untracked().and_then(|call| self.board.view_now(call));
        if let Some(party) = selected.filter(is_party) {
            return self.acts.command(party_mute(&party));
        }
        let Current(current) = self.current;
        if let Some(view) = current.get_untracked().and_then(|call| self.board.view_now(call)) {
            self.acts.command(Command::SetMuted { call: view.id, muted: !view.muted });
        }
    }

    fn menu(self, place: Place) -> bool {
        let place_of =
            |id: String| document().get_element_by_id(&id).map(|row| row.get_bounding_client_rect());
        let asked = match place {
            Place::Directory | Place::Search => {
                untrack(|| self.screen.selected_contact()).and_then(|(directory, contact)| {
                    let row = place_of(format!("contact-{}", self.screen.row.get_untracked().unwrap_or(0)))?;
                    let subject = MenuSubject::Contact(directory, Box::new(contact));
                    Some(MenuAsked { subject, left: row.left() + 60.0, top: row.bottom() - 8.0 })
                })
            }
            Place::Calls | Place::Elsewhere => self.screen.call.get_untracked().and_then(|call| {
                let row = place_of(format!("call-{}", call.0))?;
                Some(MenuAsked {
                    subject: MenuSubject::Call(call),
                    left: beside_calls(),
                    top: row.top() - 20.0,
                })
            }),
            Place::Menu => None,
        };
        let found = asked.is_some();
        if found {
            self.screen.menu.set(asked);
        }
        found
    }

    /// Takes over what rings where somebody was told of last.
    fn intercept(self) -> bool {
        let newest = self
            .board
            .notices
            .with_untracked(|all| all.iter().rev().find_map(|view| ringing_phone(&view.notice)));
        if let Some(phone) = newest {
            self.acts.command(Command::Intercept(phone));
        }
        newest.is_some()
    }

    fn view(self, view: u8) -> bool {
        match view {
            0 => self.screen.view.set(View::Directories),
            1 if self.board.team.with_untracked(Option::is_some) => self.screen.view.set(View::Team),
            2 => self.screen.view.set(View::Log),
            7 => self.screen.view.set(View::Settings),
            _ => return false,
        }
        true
    }

    /// Letters act on the selected call; in the directory they start the search. False leaves them to the browser.
    fn letter(self, key: &str, place: Place) -> bool {
        let mut letters = key.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { return false };
        match (place, letter.to_ascii_lowercase()) {
            (Place::Calls, 't') => self.transfer(),
            (Place::Calls, 'm') => self.mute(),
            (Place::Calls, 'c') => self.confer(),
            (Place::Calls, 'l') => self.acts.command(Command::LeaveConference),
            (Place::Calls, 'a') => {
                if let Some(call) = self.screen.call.get_untracked() {
                    add_caller(self.board, self.screen, call);
                }
            }
            (Place::Calls, 'r') => {
                if let Some(call) = self.screen.call.get_untracked() {
                    open_crm(self.board, call);
                }
            }
            (Place::Calls, 'p') => self.of_selected(Command::Park),
            (Place::Calls, 'v') => self.of_selected(Command::ToVoicemail),
            (Place::Calls, 's') => self.of_selected(Command::Swap),
            (Place::Calls, 'b') => self.of_selected(Command::BackToCaller),
            (_, '?') => self.screen.open(Popover::Keys),
            (Place::Directory, _) if letter.is_alphanumeric() => {
                // First the focus, which selects what stands there: the next letter comes behind this one.
                focus(search_bar::FIELD);
                self.screen.search(letter.to_string());
            }
            _ => return false,
        }
        true
    }
}

/// Where the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Calls,
    Directory,
    Search,
    /// A menu, a box, a field or a button: arrows and Enter are theirs.
    Menu,
    /// Nowhere in particular.
    Elsewhere,
}

impl Place {
    fn of(target: Option<&web_sys::Element>) -> Self {
        let within = |what: &str| target.is_some_and(|target| target.closest(what).ok().flatten().is_some());
        if within(".menu, .pop, .log-view, .team-view, .foot-bar.dial, [role=tablist], [role=separator]") {
            Self::Menu
        } else if within("#search-field") {
            Self::Search
        } else if within("button, a, input, select, textarea, summary") {
            Self::Menu
        } else if within(".calls") {
            Self::Calls
        } else if within("#contacts") {
            Self::Directory
        } else {
            Self::Elsewhere
        }
    }
}

/// What is typed into, or set by arrows and letters: the main keys are its own.
fn is_field(element: &web_sys::Element) -> bool {
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("radio" | "checkbox" | "file")),
        _ => false,
    }
}

/// What Num Lock says; an Apple keyboard has none.
fn num_lock(event: &KeyboardEvent) -> NumLock {
    let apple = || window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"));
    if event.get_modifier_state("NumLock") {
        NumLock::On
    } else if apple() {
        NumLock::Absent
    } else {
        NumLock::Off
    }
}

fn stop(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_propagation();
}

/// Focuses an element of a view that was just asked for, as soon as it is there. That is before the next key: a frame
/// later, digits typed by then would have gone elsewhere.
fn focus_painted(id: &'static str) {
    spawn_local(async move {
        tick().await;
        focus(id);
    });
}

/// Focuses an element once what was just asked for is painted.
fn focus_soon(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || focus(&id));
}

/// Focuses an element, and selects the text of a field.
fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    if let Some(field) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        field.select();
    }
    if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
        // What is painted can be focused.
        let _ = element.focus();
    }
}
