//! The transfer box: the most likely choice first, a number or a name typed, one key to send.

use cordboard_desk::{CallId, ChoiceView, Command, TransferTarget, Way, WhyNot};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::Frame;
use crate::acts::use_acts;
use crate::board::Board;
use crate::ui::avatar::full_name;
use crate::ui::calls::who::shown_name;
use crate::ui::drag::first_way;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::reason::{Reason, ReasonedButton, reason};
use crate::ui::screen::use_screen;
use crate::ui::words::{Words, say, use_words};

/// Somewhere a call can be sent.
#[derive(Clone, PartialEq)]
struct Choice {
    drawn: Drawn,
    what: String,
    note: String,
    to: TransferTarget,
}

/// The transfer box of a call.
#[component]
pub(super) fn TransferBox(call: CallId) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let screen = use_screen();
    let board: Board = expect_context();
    let typed = RwSignal::new(String::new());
    let marked = RwSignal::new(0usize);

    let view = move || board.call(call).map(|call| call.view.get());
    let who = Signal::derive(move || {
        view().map(|view| (w().transfer_of)(&shown_name(w(), &view.who))).unwrap_or_default()
    });
    let why_not = Signal::derive(move || {
        reason(w(), view().map_or(Err(WhyNot::CallOver), |view| view.allowed.transfer))
    });
    let choices = Memo::new(move |_| choices(w(), board, screen, &typed.get()));
    let send = move || {
        let chosen = choices.with_untracked(|all| all.get(marked.get_untracked()).or(all.first()).cloned());
        if let (Some(choice), None) = (chosen, why_not.get_untracked()) {
            screen.popover.set(None);
            acts.command(Command::TransferBlind { call, to: choice.to });
        }
    };
    let chosen =
        move || choices.with(|all| all.get(marked.get()).or(all.first()).map(|choice| choice.to.clone()));
    let no_voicemail = Signal::derive(move || {
        let of_number = matches!(chosen(), Some(TransferTarget::Number(_))).then_some(w().voicemail_of_whom);
        of_number.or(reason(w(), view().map_or(Err(WhyNot::CallOver), |view| view.allowed.to_voicemail)))
    });
    let voicemail = move || {
        screen.popover.set(None);
        acts.command(to_voicemail(call, untrack(chosen)));
    };
    let write = move |event| {
        let text = event_target_value(&event);
        marked.set(0);
        typed.set(text.clone());
        acts.command(Command::Suggest { typed: text });
    };
    let walk = move |event: KeyboardEvent| {
        let count = choices.with_untracked(Vec::len).max(1);
        let at = marked.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => marked.set((at + 1) % count),
            "ArrowUp" => marked.set((at + count - 1) % count),
            "Enter" => send(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let nobody = Signal::derive(move || {
        why_not.get().or(choices.with(Vec::is_empty).then(|| w().transfer_placeholder))
    });
    view! {
        <Frame class="transfer" label=who>
            <div class="bar">
                <Icon name=Drawn::Forward size="m" />
                <input
                    role="combobox"
                    autocomplete="off"
                    aria-label=say(|w| w.transfer_to)
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls="transfer-choices"
                    aria-activedescendant=move || choices.with(|all| !all.is_empty()).then(|| format!("transfer-choice-{}", marked.get()))
                    placeholder=say(|w| w.transfer_placeholder)
                    prop:value=typed
                    on:input=write
                    on:keydown=walk
                />
            </div>
            <Choices choices=choices marked=marked send=send />
            <WaysOn nobody=nobody send=send no_voicemail=no_voicemail voicemail=voicemail />
            <footer>
                <span><kbd>"↑"</kbd><kbd>"↓"</kbd>{say(|w| w.menu_choose)}</span>
                <span><kbd>{say(|w| w.key_enter)}</kbd>{say(|w| w.menu_send)}</span>
                <span><kbd>{say(|w| w.key_escape)}</kbd>{say(|w| w.menu_back)}</span>
            </footer>
        </Frame>
    }
}

/// To the voicemail box of whoever is chosen, or to the operator's own.
fn to_voicemail(call: CallId, chosen: Option<TransferTarget>) -> Command {
    match chosen {
        Some(TransferTarget::Contact { directory, contact, .. }) => {
            let to = TransferTarget::Contact { directory, contact, way: Way::Voicemail };
            Command::TransferBlind { call, to }
        }
        Some(TransferTarget::Number(_)) | None => Command::ToVoicemail(call),
    }
}

/// Where the call can go; one is marked.
#[component]
fn Choices(
    choices: Memo<Vec<Choice>>,
    marked: RwSignal<usize>,
    send: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let line = move |(at, choice): (usize, Choice)| {
        view! {
            <li
                id=format!("transfer-choice-{at}")
                role="option"
                aria-selected=move || (marked.get() == at).to_string()
                on:pointerdown=move |event| {
                    event.prevent_default();
                    marked.set(at);
                }
                on:dblclick=move |_| send()
            >
                <Icon name=choice.drawn size="m" />
                <span class="grow trunc">{choice.what}<small class="trunc">{choice.note}</small></span>
                <kbd aria-hidden="true">{say(|w| w.key_enter)}</kbd>
            </li>
        }
    };
    view! {
        <ul class="choices" id="transfer-choices" role="listbox" aria-label=say(|w| w.choices)>
            {move || choices.get().into_iter().enumerate().map(line).collect_view()}
        </ul>
    }
}

/// How the call can be sent.
#[component]
fn WaysOn(
    nobody: Signal<Reason>,
    send: impl Fn() + Copy + Send + Sync + 'static,
    no_voicemail: Signal<Reason>,
    voicemail: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let w = use_words();
    let screen = use_screen();
    let not_yet = Signal::derive(move || Some(w().not_yet));
    view! {
            <div class="ways-on">
                <ReasonedButton class=class("btn primary") icon=Drawn::Forward icon_size="m" label=say(|w| w.transfer_now) why_not=nobody act=send />
                <ReasonedButton class=class("btn") icon=Drawn::Answered icon_size="m" label=say(|w| w.ask_first) why_not=not_yet act=|| {} />
                <ReasonedButton class=class("btn") icon=Drawn::Voicemail icon_size="m" label=say(|w| w.to_voicemail) why_not=no_voicemail act=voicemail />
                <ReasonedButton class=class("btn") icon=Drawn::Alarm icon_size="m" label=say(|w| w.queue) why_not=not_yet act=|| {} />
                <button class="btn quiet" on:click=move |_| screen.popover.set(None)>{say(|w| w.cancel)}</button>
            </div>
    }
}

fn class(class: &str) -> Signal<String> {
    Signal::stored(class.to_owned())
}

/// Where the call can go, most likely first: while nothing is typed whoever is selected in the directory, else who could
/// be meant, and what was typed as it is.
fn choices(words: &Words, board: Board, screen: crate::ui::screen::Screen, typed: &str) -> Vec<Choice> {
    if typed.trim().is_empty() {
        let selected = screen.selected_contact().and_then(|(directory, contact)| {
            let (way, number) = first_way(&contact)?;
            Some(Choice {
                drawn: Drawn::Forward,
                what: (words.blind_to)(&full_name(&contact.contact)),
                note: format!("{}, {number}", words.selected_in_directory),
                to: TransferTarget::Contact { directory, contact: contact.id, way },
            })
        });
        return selected.into_iter().collect();
    }
    let found =
        board.suggestions.with(|found| if found.typed == typed { found.choices.clone() } else { Vec::new() });
    let as_typed = Choice {
        drawn: Drawn::Hash,
        what: (words.to_number)(typed.trim()),
        note: words.to_number_note.to_owned(),
        to: TransferTarget::Number(typed.trim().to_owned()),
    };
    let mut choices: Vec<_> = found.iter().map(|choice| of_suggestion(words, choice)).collect();
    // Digits are meant as a number first; letters as a name.
    let is_number = typed.chars().all(|letter| !letter.is_alphabetic());
    choices.insert(if is_number { 0 } else { choices.len() }, as_typed);
    choices
}

fn of_suggestion(words: &Words, choice: &ChoiceView) -> Choice {
    let (drawn, way) = match choice.way {
        Way::Phone => (Drawn::Forward, words.way_phone),
        Way::Mobile => (Drawn::Mobile, words.way_mobile),
        Way::Home => (Drawn::Home, words.way_home),
        Way::Voicemail => (Drawn::Voicemail, words.way_voicemail),
    };
    Choice {
        drawn,
        what: (words.blind_to)(&choice.name),
        note: format!("{way} {}", choice.number),
        to: TransferTarget::Contact { directory: choice.directory, contact: choice.contact, way: choice.way },
    }
}
