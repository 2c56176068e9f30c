//! The dial bar: a number or a name, suggestions while typing. F4 comes here from anywhere.

use cordboard_desk::{ChoiceView, Command, RedialView};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use crate::acts::{Acts, use_acts};
use crate::asked;
use crate::board::{Board, Suggestions};
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::presence::{bar, word};
use crate::ui::reason::reason;
use crate::ui::screen::use_screen;
use crate::ui::words::{Words, say, use_words};

/// The field that F4 jumps to.
pub(crate) const FIELD: &str = "dial-field";

/// Somebody or something that can be called from here.
#[derive(Clone, Debug, PartialEq)]
enum Offer {
    /// One of a contact's numbers.
    Contact(ChoiceView),
    /// A number that was dialled before.
    Redial(RedialView),
}

/// What is typed, and which of the suggestions is marked. A handle.
#[derive(Clone, Copy)]
struct Typing {
    typed: RwSignal<String>,
    marked: RwSignal<Option<usize>>,
    /// The redial list was asked for; it shows while nothing is typed.
    redial: RwSignal<bool>,
    choices: Memo<Vec<Offer>>,
}

impl Typing {
    fn new(board: Board) -> Self {
        let typed = RwSignal::new(String::new());
        let redial = RwSignal::new(false);
        // Suggestions for something typed before, or in another field, are not ours.
        let fits = move |found: &Suggestions| !found.typed.is_empty() && found.typed == typed.get();
        let choices = move |_: Option<&_>| {
            if typed.with(String::is_empty) {
                let dialled = if redial.get() { board.redial.get() } else { Vec::new() };
                return dialled.into_iter().map(Offer::Redial).collect();
            }
            let found =
                board.suggestions.with(|found| if fits(found) { found.choices.clone() } else { Vec::new() });
            found.into_iter().map(Offer::Contact).collect()
        };
        Self { typed, marked: RwSignal::new(None), redial, choices: Memo::new(choices) }
    }

    fn clear(self) {
        self.typed.set(String::new());
        self.marked.set(None);
        self.redial.set(false);
    }

    fn write(self, acts: Acts, text: String) {
        self.marked.set(None);
        self.typed.set(text.clone());
        acts.command(Command::Suggest { typed: text });
    }

    /// The suggestion that Enter calls: the one walked to, or the first for a name, which can mean nothing else.
    fn mark(self) -> Option<usize> {
        let first =
            || (self.typed.with(|typed| is_name(typed)) && !self.choices.with(Vec::is_empty)).then_some(0);
        self.marked.get().or_else(first)
    }

    fn chosen(self) -> Option<Offer> {
        let at = untrack(|| self.mark())?;
        self.choices.with_untracked(|all| all.get(at).cloned())
    }

    /// Arrows walk the suggestions, out of them at either end.
    fn walk(self, event: &KeyboardEvent) {
        if event.key() == "ArrowDown" && self.typed.with_untracked(String::is_empty) {
            self.redial.set(true);
        }
        let all = self.choices.with_untracked(Vec::len);
        let at = untrack(|| self.mark());
        let next = match event.key().as_str() {
            "ArrowUp" if all > 0 => at.map_or(Some(all - 1), |at| at.checked_sub(1)),
            "ArrowDown" if all > 0 => at.map_or(Some(0), |at| Some(at + 1).filter(|at| *at < all)),
            "Escape" => return self.clear(),
            _ => return,
        };
        event.prevent_default();
        self.marked.set(next);
    }
}

/// Letters without the signs of an address are somebody's name.
fn is_name(typed: &str) -> bool {
    typed.chars().any(char::is_alphabetic) && !typed.contains(['@', ':'])
}

/// The dial bar.
#[component]
pub(crate) fn DialBar() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let typing = Typing::new(board);
    let focused = RwSignal::new(false);
    let why_not = move || reason(w(), board.dial.get().map_or(Ok(()), Err));
    let shown = Memo::new(move |_| focused.get() && typing.choices.with(|choices| !choices.is_empty()));

    let call = move |offer: &Offer| {
        match offer {
            Offer::Contact(choice) => screen.call_contact(choice.directory, choice.contact, choice.way),
            Offer::Redial(redial) => acts.command(Command::Dial { typed: redial.number.clone() }),
        }
        typing.clear();
    };
    if let Some(number) = asked::take() {
        typing.typed.set(number);
        request_animation_frame(focus_field);
    }
    let dial = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = typing.typed.get_untracked();
        if let Some(choice) = typing.chosen() {
            call(&choice);
        } else if !typed.trim().is_empty() {
            // Where it is not possible, or nobody is called so, the engine says why; what was typed stays.
            let goes_out = board.dial.get_untracked().is_none() && !is_name(&typed);
            acts.command(Command::Dial { typed });
            if goes_out {
                typing.clear();
            }
        }
    };
    view! {
        <search class="foot-bar dial" aria-label=say(|w| w.dial)>
            <form on:submit=dial>
                <Suggested typing=typing shown=shown call=call />
                <div class="bar">
                    <Icon name=Drawn::Outgoing size="m" />
                    <input
                        id=FIELD
                        role="combobox"
                        autocomplete="off"
                        aria-label=say(|w| w.dial_number)
                        aria-autocomplete="list"
                        aria-controls="dial-suggestions"
                        aria-expanded=move || shown.get().to_string()
                        aria-activedescendant=move || typing.mark().map(|at| format!("dial-choice-{at}"))
                        placeholder=say(|w| w.dial_placeholder)
                        prop:value=typing.typed
                        on:input=move |event| typing.write(acts, event_target_value(&event))
                        on:keydown=move |event| typing.walk(&event)
                        on:focus=move |_| focused.set(true)
                        on:blur=move |_| {
                            focused.set(false);
                            typing.redial.set(false);
                        }
                    />
                    <RedialButton typing=typing />
                    <button
                        class="btn sm"
                        type="submit"
                        aria-disabled=move || why_not().map(|_| "true")
                        aria-describedby="dial-why"
                        title=why_not
                    >
                        {say(|w| w.call)}
                    </button>
                    <span id="dial-why" class="sr">{why_not}</span>
                    <kbd aria-hidden="true">"F4"</kbd>
                </div>
            </form>
        </search>
    }
}

/// Shows or hides what was dialled last.
#[component]
fn RedialButton(typing: Typing) -> impl IntoView {
    let toggle = move |_| {
        focus_field();
        typing.redial.update(|shown| *shown = !*shown);
    };
    view! {
        <button
            class="icon-btn"
            type="button"
            aria-label=say(|w| w.redial)
            title=say(|w| w.redial)
            on:pointerdown=move |event| event.prevent_default()
            on:click=toggle
        >
            <Icon name=Drawn::Down size="m" />
        </button>
    }
}

#[component]
fn Suggested(
    typing: Typing,
    shown: Memo<bool>,
    call: impl Fn(&Offer) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    view! {
        <ul
            class="suggested"
            id="dial-suggestions"
            role="listbox"
            aria-label=say(|w| w.suggestions)
            hidden=move || !shown.get()
        >
            {move || typing.choices.get().into_iter().enumerate().map(|(at, choice)| {
                let (name, number) = match &choice {
                    Offer::Contact(choice) => (choice.name.clone(), format!("{} {}", way(w(), choice), choice.number)),
                    // Whoever has no name goes by the number, where names are read.
                    Offer::Redial(redial) if redial.name.is_empty() => (redial.number.clone(), String::new()),
                    Offer::Redial(redial) => (redial.name.clone(), redial.number.clone()),
                };
                let phone = match &choice {
                    Offer::Contact(choice) => choice.phone.and_then(|phone| board.phone(phone)),
                    Offer::Redial(_) => None,
                };
                view! {
                    <li
                        id=format!("dial-choice-{at}")
                        class="pr"
                        data-p=phone.as_ref().map(|phone| bar(Some(phone)))
                        role="option"
                        aria-selected=move || (typing.mark() == Some(at)).to_string()
                        on:pointerdown=move |event| event.prevent_default()
                        on:click=move |_| call(&choice)
                    >
                        {phone.as_ref().map(|_| view! { <span class="pbar" aria-hidden="true"></span> })}
                        <span class="grow trunc">{name}</span>
                        {phone.as_ref().map(|phone| view! { <span class="pst">{word(w(), Some(phone))}</span> })}
                        <span class="num muted">{number}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

fn focus_field() {
    let field = document().get_element_by_id(FIELD);
    if let Some(field) =
        field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(field).ok())
    {
        // What is painted can be focused.
        let _ = field.focus();
    }
}

/// Which of the ways a suggestion takes.
pub(crate) fn way(words: &Words, choice: &ChoiceView) -> &'static str {
    match choice.way {
        cordboard_desk::Way::Phone => words.way_phone,
        cordboard_desk::Way::Mobile => words.way_mobile,
        cordboard_desk::Way::Home => words.way_home,
        cordboard_desk::Way::Voicemail => words.way_voicemail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_numbers_and_addresses() {
        for name in ["mb", "Agnes", "o'brien 2"] {
            assert!(is_name(name), "{name}");
        }
        for other in ["306", "+44 20 7946 0100", "**306", "agnes@example.com", "sip:agnes", "tel:306", ""] {
            assert!(!is_name(other), "{other}");
        }
    }
}
