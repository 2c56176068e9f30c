//! Menus beside what they act on: every act with its key; what is not possible is there, greyed, with the reason.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::reason::{Reason, fresh_id};
use super::screen::{MenuAsked, MenuSubject, use_screen};
use super::words::use_tongue;

pub(super) mod about_caller;
mod call_menu;
mod contact_menu;
mod directory_menu;
mod log_menu;
mod operator_menu;
mod team_menu;

/// One line of a menu.
pub(super) struct MenuItem {
    /// Its drawing.
    drawn: Drawn,
    /// What it does, in words.
    label: String,
    /// Its key caps.
    caps: Vec<&'static str>,
    /// Its key, as ARIA writes keys.
    keys: &'static str,
    /// Why it cannot be done now.
    why_not: Reason,
    /// What it will do, in small, while it can be done.
    note: Reason,
    /// It ends or removes something.
    danger: bool,
    /// It is the one in force among its like.
    checked: bool,
    /// A rule is drawn above it.
    rule: bool,
    /// Does it.
    act: Box<dyn Fn() + Send + Sync>,
}

impl MenuItem {
    fn new(drawn: Drawn, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            drawn,
            label: label.into(),
            caps: Vec::new(),
            keys: "",
            why_not: None,
            note: None,
            danger: false,
            checked: false,
            rule: false,
            act: Box::new(act),
        }
    }

    fn keys(self, caps: &[&'static str], keys: &'static str) -> Self {
        Self { caps: caps.to_vec(), keys, ..self }
    }

    fn unless(self, why_not: Reason) -> Self {
        Self { why_not, ..self }
    }

    fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    fn danger(self) -> Self {
        Self { danger: true, ..self }
    }

    fn checked(self, checked: bool) -> Self {
        Self { checked, ..self }
    }

    fn below_a_rule(self) -> Self {
        Self { rule: true, ..self }
    }
}

/// A menu: what it is about, and its lines.
pub(super) struct Menu {
    /// The drawing beside the head.
    drawn: Drawn,
    /// Who or what it is about.
    about: String,
    /// The number beside the name.
    number: String,
    /// What there is to know about it beforehand.
    told: Option<String>,
    /// Its lines.
    items: Vec<MenuItem>,
}

/// The menu that is open, if one is.
#[component]
pub(super) fn OpenMenu() -> impl IntoView {
    let screen = use_screen();
    move || screen.menu.get().map(|asked| view! { <Floating asked=asked /> })
}

#[component]
fn Floating(asked: MenuAsked) -> impl IntoView {
    let words = use_tongue().words_now();
    let screen = use_screen();
    let menu = NodeRef::<html::Div>::new();
    let MenuAsked { subject, left, top } = asked;
    let Menu { drawn, about, number, told, items } = lines(subject);
    let place = RwSignal::new((left, top));
    let came_from = document().active_element();

    // The menu keeps inside the window, takes the focus, and gives it back to the row it came from.
    Effect::new(move || {
        let Some(menu) = menu.get() else { return };
        place.set(inside(&menu, left, top));
        focus_item(&menu, 0);
    });
    let came_from = StoredValue::new_local(came_from);
    on_cleanup(move || {
        let row = came_from.try_get_value().flatten();
        if let Some(row) =
            row.and_then(|row| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(row).ok())
        {
            // A row that is gone takes no focus, and none is needed.
            let _ = row.focus();
        }
    });
    let name = (words.actions_for)(&about);
    view! {
        <div class="menu-ground" on:pointerdown=move |_| screen.menu.set(None) on:contextmenu=|event| event.prevent_default()></div>
        <div
            node_ref=menu
            class="menu"
            style:left=move || format!("{}px", place.get().0)
            style:top=move || format!("{}px", place.get().1)
            on:keydown=move |event| walk(menu, &event)
        >
            <div class="head">
                <Icon name=drawn size="m" />
                <b class="trunc">{about}</b>
                <span class="num">{number}</span>
            </div>
            {told.map(|told| view! { <p>{told}</p> })}
            <div role="menu" aria-label=name>
                {items.into_iter().map(|item| view! { <Line item=item /> }).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn Line(item: MenuItem) -> impl IntoView {
    let screen = use_screen();
    let MenuItem { drawn, label, caps, keys, why_not, note, danger, checked, rule, act } = item;
    let id = fresh_id("menu-why");
    let described = why_not.or(note).map(|_| id.clone());
    let press = move |_| {
        if why_not.is_none() {
            screen.menu.set(None);
            act();
        }
    };
    view! {
        {rule.then(|| view! { <hr /> })}
        <button
            role="menuitem"
            class:bad=danger
            class:checked=checked
            tabindex="-1"
            aria-keyshortcuts=(!keys.is_empty()).then_some(keys)
            aria-disabled=why_not.map(|_| "true")
            aria-describedby=described
            on:click=press
        >
            <Icon name=drawn size="m" />
            <span class="grow">{label}{why_not.or(note).map(|why| view! { <small id=id aria-hidden="true">{why}</small> })}</span>
            {checked.then(|| view! { <Icon name=Drawn::Check size="m" /> })}
            {caps.into_iter().map(|cap| view! { <kbd aria-hidden="true">{cap}</kbd> }).collect_view()}
        </button>
    }
}

fn lines(subject: MenuSubject) -> Menu {
    match subject {
        MenuSubject::Call(call) => call_menu::menu(call),
        MenuSubject::Contact(directory, contact) => contact_menu::menu(directory, &contact),
        MenuSubject::Directory(directory) => directory_menu::menu(directory),
        MenuSubject::Logged(entry) => log_menu::menu(*entry),
        MenuSubject::TeamCall(id) => team_menu::menu(id),
        MenuSubject::Sort => directory_menu::sort(),
        MenuSubject::Operator => operator_menu::menu(),
    }
}

/// Where the menu goes so that all of it is inside the window, and the status bar stays in sight.
fn inside(menu: &web_sys::HtmlDivElement, left: f64, top: f64) -> (f64, f64) {
    let size = menu.get_bounding_client_rect();
    let limit =
        |size: Result<wasm_bindgen::JsValue, _>| size.ok().and_then(|size| size.as_f64()).unwrap_or(f64::MAX);
    let (width, height) = (limit(window().inner_width()), limit(window().inner_height()));
    let margin = 8.0;
    let bar = document().query_selector("footer").ok().flatten();
    let height = bar.map_or(height, |bar| bar.get_bounding_client_rect().top());
    let left = left.min(width - size.width() - margin).max(margin);
    let top = top.min(height - size.height() - margin).max(margin);
    (left, top)
}

/// Arrows walk the lines and wrap; the rest of the keys is the window's.
fn walk(menu: NodeRef<html::Div>, event: &KeyboardEvent) {
    let Some(menu) = menu.get_untracked() else { return };
    let count = items_of(&menu).map_or(0, |items| items.length());
    let at = focused(&menu);
    let to = match event.key().as_str() {
        "ArrowDown" => at.map_or(0, |at| (at + 1) % count.max(1)),
        "ArrowUp" => at.unwrap_or(0).checked_sub(1).unwrap_or(count.saturating_sub(1)),
        "Home" | "PageUp" => 0,
        "End" | "PageDown" => count.saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    focus_item(&menu, to);
}

fn items_of(menu: &web_sys::HtmlDivElement) -> Option<web_sys::NodeList> {
    menu.query_selector_all("[role=menuitem]").ok()
}

fn focused(menu: &web_sys::HtmlDivElement) -> Option<u32> {
    let (items, active) = (items_of(menu)?, document().active_element()?);
    (0..items.length()).find(|at| items.get(*at).is_some_and(|item| item.is_same_node(Some(&active))))
}

fn focus_item(menu: &web_sys::HtmlDivElement, at: u32) {
    let item = items_of(menu).and_then(|items| items.get(at));
    if let Some(item) =
        item.and_then(|item| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(item).ok())
    {
        // A line of an open menu can be focused.
        let _ = item.focus();
    }
}
