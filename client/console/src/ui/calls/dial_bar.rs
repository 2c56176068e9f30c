//! The dial bar: a number or a name, suggestions while typing. F4 comes here from anywhere.

use cordboard_desk::{ChoiceView, Command};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;

use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::reason::reason;
use crate::ui::screen::use_screen;
use crate::ui::words::{Words, say, use_words};

/// The field that F4 jumps to.
pub(crate) const FIELD: &str = "dial-field";

/// The dial bar.
#[component]
pub(crate) fn DialBar() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let typed = RwSignal::new(String::new());
    let marked = RwSignal::new(None::<usize>);
    let field = NodeRef::<html::Input>::new();
    let why_not = move || reason(w(), board.dial.get().map_or(Ok(()), Err));

    let choices = Memo::new(move |_| {
        board
            .suggestions
            .with(|found| {
                (found.typed == typed.get() && !found.typed.is_empty()).then(|| found.choices.clone())
            })
            .unwrap_or_default()
    });
    let done = move || {
        typed.set(String::new());
        marked.set(None);
    };
    let call_choice = move |choice: &ChoiceView| {
        screen.call_contact(choice.directory, choice.contact, choice.way);
        done();
    };
    let dial = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = marked.get_untracked().and_then(|at| choices.with_untracked(|all| all.get(at).cloned()));
        match chosen {
            Some(choice) => call_choice(&choice),
            None if typed.with_untracked(|typed| typed.trim().is_empty()) => {}
            None if board.dial.get_untracked().is_some() => {}
            None => {
                acts.command(Command::Dial { typed: typed.get_untracked() });
                done();
            }
        }
    };
    let write = move |event| {
        let text = event_target_value(&event);
        marked.set(None);
        typed.set(text.clone());
        acts.command(Command::Suggest { typed: text });
    };
    let walk = move |event: KeyboardEvent| {
        let all = choices.with_untracked(Vec::len);
        let at = marked.get_untracked();
        let next = match event.key().as_str() {
            "ArrowUp" if all > 0 => at.map_or(Some(all - 1), |at| at.checked_sub(1)),
            "ArrowDown" if all > 0 => at.map_or(Some(0), |at| Some(at + 1).filter(|at| *at < all)),
            "Escape" if !typed.with_untracked(String::is_empty) => {
                event.stop_propagation();
                return done();
            }
            _ => return,
        };
        event.prevent_default();
        marked.set(next);
    };
    view! {
        <search class="foot-bar dial" aria-label=say(|w| w.dial)>
            <form on:submit=dial>
                <Suggested choices=choices marked=marked call=call_choice />
                <div class="bar">
                    <Icon name=Drawn::Outgoing size="m" />
                    <input
                        node_ref=field
                        id=FIELD
                        role="combobox"
                        autocomplete="off"
                        aria-label=say(|w| w.dial_number)
                        aria-autocomplete="list"
                        aria-controls="dial-suggestions"
                        aria-expanded=move || (!choices.with(Vec::is_empty)).to_string()
                        aria-activedescendant=move || marked.get().map(|at| format!("dial-choice-{at}"))
                        placeholder=say(|w| w.dial_placeholder)
                        prop:value=typed
                        on:input=write
                        on:keydown=walk
                    />
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

#[component]
fn Suggested(
    choices: Memo<Vec<ChoiceView>>,
    marked: RwSignal<Option<usize>>,
    call: impl Fn(&ChoiceView) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    view! {
        <ul
            class="suggested"
            id="dial-suggestions"
            role="listbox"
            aria-label=say(|w| w.suggestions)
            hidden=move || choices.with(Vec::is_empty)
        >
            {move || choices.get().into_iter().enumerate().map(|(at, choice)| {
                let name = choice.name.clone();
                let number = format!("{} {}", way(w(), &choice), choice.number);
                view! {
                    <li
                        id=format!("dial-choice-{at}")
                        role="option"
                        aria-selected=move || (marked.get() == Some(at)).to_string()
                        on:pointerdown=move |event| event.prevent_default()
                        on:click=move |_| call(&choice)
                    >
                        <span class="grow trunc">{name}</span>
                        <span class="num muted">{number}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
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
