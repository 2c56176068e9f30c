//! The transfer box: the most likely choice first, a number or a name typed, one key to send.

use cordboard_desk::{
    Allowed, CallId, CallView, ChoiceView, Command, CordView, PhoneView, TransferTarget, Way, WhyNot,
};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::Frame;
use crate::acts::{Acts, use_acts};
use crate::board::Board;
use crate::ui::avatar::full_name;
use crate::ui::calls::who::shown_name;
use crate::ui::drag::first_way;
use crate::ui::icon::{Icon, Icon as Drawn};
use crate::ui::presence::{bar, word};
use crate::ui::reason::{Reason, ReasonedButton, reason};
use crate::ui::screen::{Screen, use_screen};
use crate::ui::words::{Tongue, Words, say, use_tongue, use_words};

/// Somewhere a call can be sent.
#[derive(Clone, PartialEq)]
struct Choice {
    drawn: Drawn,
    what: String,
    note: String,
    /// The phone there, if it is watched.
    phone: Option<PhoneView>,
    to: Destination,
}

/// What is at the other end of a choice.
#[derive(Clone, PartialEq)]
enum Destination {
    /// A number or a contact.
    Target(TransferTarget),
    /// A contact, as soon as they are free.
    Queued(TransferTarget),
    /// Whoever is asked on the caller's behalf.
    Asked(CallId),
}

impl Destination {
    /// What sends the call there.
    fn command(self, call: CallId) -> Command {
        match self {
            Self::Target(to) => Command::TransferBlind { call, to },
            Self::Queued(to) => Command::Queue { call, to },
            Self::Asked(with) => Command::Connect { call, with },
        }
    }
}

/// A transfer that is being thought over. A handle.
#[derive(Clone, Copy)]
struct Transfer {
    call: CallId,
    board: Board,
    acts: Acts,
    screen: Screen,
    tongue: Tongue,
    choices: Memo<Vec<Choice>>,
    marked: RwSignal<usize>,
}

impl Transfer {
    fn view(self) -> Option<CallView> {
        self.board.call(self.call).map(|call| call.view.get())
    }

    fn allowed(self, ask: fn(&Allowed) -> Result<(), WhyNot>) -> Reason {
        let allowed = self.view().map_or(Err(WhyNot::CallOver), |view| ask(&view.allowed));
        reason(self.tongue.words(), allowed)
    }

    /// The choice that is marked.
    fn chosen(self) -> Option<Destination> {
        let marked = self.marked.get();
        self.choices.with(|all| all.get(marked).or(all.first()).map(|choice| choice.to.clone()))
    }

    fn cannot_send(self) -> Reason {
        match self.chosen() {
            Some(Destination::Asked(_)) => self.allowed(|can| can.connect),
            Some(Destination::Target(_)) => self.allowed(|can| can.transfer),
            Some(Destination::Queued(_)) => self.allowed(|can| can.queue),
            None => self.allowed(|can| can.transfer).or(Some(self.tongue.words().transfer_placeholder)),
        }
    }

    fn cannot_ask(self) -> Reason {
        match self.chosen() {
            Some(Destination::Target(_) | Destination::Queued(_)) => self.allowed(|can| can.consult),
            Some(Destination::Asked(_)) => Some(self.tongue.words().asked_already),
            None => Some(self.tongue.words().transfer_placeholder),
        }
    }

    /// The target that is chosen, whether now or as soon as it is free.
    fn target(self) -> Option<TransferTarget> {
        match self.chosen()? {
            Destination::Target(to) | Destination::Queued(to) => Some(to),
            Destination::Asked(_) => None,
        }
    }

    /// Why the caller cannot wait for whoever is chosen.
    fn cannot_queue(self) -> Reason {
        let words = self.tongue.words();
        let watched = self.choices.with(|all| {
            let marked = all.get(self.marked.get()).or(all.first());
            marked.is_some_and(|choice| choice.phone.is_some())
        });
        match self.chosen() {
            None => Some(words.transfer_placeholder),
            Some(Destination::Asked(_)) => Some(words.asked_already),
            Some(Destination::Target(_) | Destination::Queued(_)) => {
                let unwatched = (!watched).then_some((words.why_not)(WhyNot::NotWatched));
                self.allowed(|can| can.queue).or(unwatched)
            }
        }
    }

    fn queue(self) {
        if let (Some(to), None) = untrack(|| (self.target(), self.cannot_queue())) {
            self.done(Command::Queue { call: self.call, to });
        }
    }

    fn no_voicemail(self) -> Reason {
        let number = matches!(self.chosen(), Some(Destination::Target(TransferTarget::Number(_))));
        let of_whom = number.then_some(self.tongue.words().voicemail_of_whom);
        of_whom.or(self.allowed(|can| can.to_voicemail))
    }

    fn send(self) {
        if let (Some(to), None) = untrack(|| (self.chosen(), self.cannot_send())) {
            self.done(to.command(self.call));
        }
    }

    fn ask(self) {
        if let (Some(to), None) = untrack(|| (self.target(), self.cannot_ask())) {
            self.done(Command::Consult { call: self.call, to });
        }
    }

    fn voicemail(self) {
        self.done(to_voicemail(self.call, untrack(|| self.chosen())));
    }

    fn done(self, command: Command) {
        self.screen.popover.set(None);
        self.acts.command(command);
    }

    /// Arrows walk the choices; Enter sends, with Shift it asks first.
    fn walk(self, event: &KeyboardEvent) {
        let count = self.choices.with_untracked(Vec::len).max(1);
        let at = self.marked.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => self.marked.set((at + 1) % count),
            "ArrowUp" => self.marked.set((at + count - 1) % count),
            "Enter" if event.shift_key() => self.ask(),
            "Enter" => self.send(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The transfer box of a call.
#[component]
pub(super) fn TransferBox(call: CallId) -> impl IntoView {
    let w = use_words();
    let (acts, screen, tongue) = (use_acts(), use_screen(), use_tongue());
    let board: Board = expect_context();
    let typed = RwSignal::new(String::new());
    let marked = RwSignal::new(0usize);
    let choices = Memo::new(move |_| {
        let view = board.call(call).map(|call| call.view.get());
        let cord = view.and_then(|view| view.cord).filter(|_| typed.with(|typed| typed.trim().is_empty()));
        let asked = cord.and_then(|cord| of_asked(w(), board, &cord));
        asked.into_iter().chain(choices(w(), board, screen, &typed.get())).collect::<Vec<_>>()
    });
    Effect::new(move || {
        // Nobody is left to be sent anywhere.
        if board.call(call).is_none() {
            screen.popover.set(None);
        }
    });
    let transfer = Transfer { call, board, acts, screen, tongue, choices, marked };
    let who = Signal::derive(move || {
        transfer.view().map(|view| (w().transfer_of)(&shown_name(w(), &view.who))).unwrap_or_default()
    });
    let write = move |event| {
        let text = event_target_value(&event);
        marked.set(0);
        typed.set(text.clone());
        acts.command(Command::Suggest { typed: text });
    };
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
                    on:keydown=move |event| transfer.walk(&event)
                />
            </div>
            <Choices transfer=transfer />
            <WaysOn transfer=transfer />
            <footer>
                <span><kbd>"↑"</kbd><kbd>"↓"</kbd>{say(|w| w.menu_choose)}</span>
                <span><kbd>{say(|w| w.key_enter)}</kbd>{say(|w| w.menu_send)}</span>
                <span><kbd>{say(|w| w.key_escape)}</kbd>{say(|w| w.menu_back)}</span>
            </footer>
        </Frame>
    }
}

/// To the voicemail box of whoever is chosen, or to the operator's own.
fn to_voicemail(call: CallId, chosen: Option<Destination>) -> Command {
    match chosen {
        Some(
            Destination::Target(TransferTarget::Contact { directory, contact, .. })
            | Destination::Queued(TransferTarget::Contact { directory, contact, .. }),
        ) => {
            let to = TransferTarget::Contact { directory, contact, way: Way::Voicemail };
            Command::TransferBlind { call, to }
        }
        Some(
            Destination::Target(TransferTarget::Number(_))
            | Destination::Queued(TransferTarget::Number(_))
            | Destination::Asked(_),
        )
        | None => Command::ToVoicemail(call),
    }
}

/// Where the call can go; one is marked.
#[component]
fn Choices(transfer: Transfer) -> impl IntoView {
    let Transfer { choices, marked, .. } = transfer;
    let line = move |(at, choice): (usize, Choice)| {
        view! {
            <li
                id=format!("transfer-choice-{at}")
                class="pr"
                data-p=choice.phone.as_ref().map(|phone| bar(Some(phone)))
                role="option"
                aria-selected=move || (marked.get() == at).to_string()
                on:pointerdown=move |event| {
                    event.prevent_default();
                    marked.set(at);
                }
                on:dblclick=move |_| transfer.send()
            >
                {choice.phone.is_some().then(|| view! { <span class="pbar" aria-hidden="true"></span> })}
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
fn WaysOn(transfer: Transfer) -> impl IntoView {
    let [cannot_send, cannot_ask, no_voicemail, cannot_queue] =
        [Transfer::cannot_send, Transfer::cannot_ask, Transfer::no_voicemail, Transfer::cannot_queue]
            .map(|why| Signal::derive(move || why(transfer)));
    let w = use_words();
    let cap_of_asking = Signal::derive(move || cannot_ask.get().is_none().then_some(w().key_shift_enter));
    view! {
            <div class="ways-on">
                <ReasonedButton class=class("btn primary") icon=Drawn::Forward icon_size="m" label=say(|w| w.transfer_now) why_not=cannot_send act=move || transfer.send() />
                <ReasonedButton class=class("btn") icon=Drawn::Answered icon_size="m" label=say(|w| w.ask_first) cap=cap_of_asking why_not=cannot_ask act=move || transfer.ask() />
                <ReasonedButton class=class("btn") icon=Drawn::Voicemail icon_size="m" label=say(|w| w.to_voicemail) why_not=no_voicemail act=move || transfer.voicemail() />
                <ReasonedButton class=class("btn") icon=Drawn::Hourglass icon_size="m" label=say(|w| w.queue) why_not=cannot_queue act=move || transfer.queue() />
                <button class="btn quiet" on:click=move |_| transfer.screen.popover.set(None)>{say(|w| w.cancel)}</button>
            </div>
    }
}

/// Whoever is asked on the caller's behalf, or would be connected with them.
fn of_asked(words: &Words, board: Board, cord: &CordView) -> Option<Choice> {
    let with = cord.call();
    let other = board.call(with)?.view.get();
    let name = shown_name(words, &other.who);
    let answered = other.answered_at.is_some();
    Some(Choice {
        drawn: Drawn::Merge,
        what: (words.connect_to)(&name),
        note: (if answered { words.connect_note } else { words.connect_early_note }).to_owned(),
        phone: None,
        to: Destination::Asked(with),
    })
}

fn class(class: &str) -> Signal<String> {
    Signal::stored(class.to_owned())
}

/// Where the call can go, most likely first: while nothing is typed whoever is selected in the directory, else who could
/// be meant, and what was typed as it is.
fn choices(words: &Words, board: Board, screen: Screen, typed: &str) -> Vec<Choice> {
    if typed.trim().is_empty() {
        let selected = screen.selected_contact().and_then(|(directory, contact)| {
            let (way, number) = first_way(&contact)?;
            let phone = contact.phone.filter(|_| way == Way::Phone).and_then(|phone| board.phone(phone));
            let name = full_name(&contact.contact);
            let note = format!("{}, {number}", words.selected_in_directory);
            let to = TransferTarget::Contact { directory, contact: contact.id, way };
            Some(Choice::of(words, Drawn::Forward, &name, note, phone, to))
        });
        return selected.into_iter().collect();
    }
    let found =
        board.suggestions.with(|found| if found.typed == typed { found.choices.clone() } else { Vec::new() });
    let as_typed = Choice {
        drawn: Drawn::Hash,
        what: (words.to_number)(typed.trim()),
        note: words.to_number_note.to_owned(),
        phone: None,
        to: Destination::Target(TransferTarget::Number(typed.trim().to_owned())),
    };
    let mut choices: Vec<_> = found.iter().map(|choice| of_suggestion(words, board, choice)).collect();
    // Digits are meant as a number first; letters as a name.
    let is_number = typed.chars().all(|letter| !letter.is_alphabetic());
    choices.insert(if is_number { 0 } else { choices.len() }, as_typed);
    choices
}

impl Choice {
    /// A contact: now, or as soon as they are free where calls for them wait.
    fn of(
        words: &Words,
        drawn: Drawn,
        name: &str,
        note: String,
        phone: Option<PhoneView>,
        to: TransferTarget,
    ) -> Self {
        let note = match &phone {
            Some(phone) => format!("{note}, {}", word(words, Some(phone))),
            None => note,
        };
        if phone.as_ref().is_some_and(|phone| phone.queues) {
            let note = format!("{note}, {}", words.queue_for_note);
            let (what, to) = ((words.queue_for)(name), Destination::Queued(to));
            return Self { drawn: Drawn::Hourglass, what, note, phone, to };
        }
        Self { drawn, what: (words.blind_to)(name), note, phone, to: Destination::Target(to) }
    }
}

fn of_suggestion(words: &Words, board: Board, choice: &ChoiceView) -> Choice {
    let (drawn, way) = match choice.way {
        Way::Phone => (Drawn::Forward, words.way_phone),
        Way::Mobile => (Drawn::Mobile, words.way_mobile),
        Way::Home => (Drawn::Home, words.way_home),
        Way::Voicemail => (Drawn::Voicemail, words.way_voicemail),
    };
    let phone = choice.phone.and_then(|phone| board.phone(phone));
    let to =
        TransferTarget::Contact { directory: choice.directory, contact: choice.contact, way: choice.way };
    Choice::of(words, drawn, &choice.name, format!("{way} {}", choice.number), phone, to)
}
