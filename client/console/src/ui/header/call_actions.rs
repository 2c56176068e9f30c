//! What can be done with the current call, always in the same place.

use cordboard_desk::{Allowed, CallId, CallView, Command, WhyNot};
use leptos::prelude::*;

use super::Current;
use crate::acts::{Acts, use_acts};
use crate::board::{Board, held};
use crate::ui::conferring::next;
use crate::ui::icon::Icon as Drawn;
use crate::ui::reason::{Reason, ReasonedButton, reason};
use crate::ui::screen::{Popover, Screen, Zone, use_screen};
use crate::ui::words::{say, use_words};

/// The call that the toolbar acts on. A handle.
#[derive(Clone, Copy)]
struct Subject {
    current: Memo<Option<CallId>>,
    board: Board,
    acts: Acts,
    screen: Screen,
}

impl Subject {
    fn here() -> Self {
        let Current(current) = expect_context();
        Self { current, board: expect_context(), acts: use_acts(), screen: use_screen() }
    }

    fn view(self) -> Option<CallView> {
        self.board.call(self.current.get()?).map(|call| call.view.get())
    }

    /// True while F6 to F8 act on this call, because it is the selected one.
    fn has_keys(self) -> bool {
        let call = self.current.get();
        self.screen.zone.get() == Zone::Calls && call.is_some() && self.screen.call.get() == call
    }

    fn send(self, command: fn(CallId) -> Command) {
        if let Some(call) = self.current.get_untracked() {
            self.acts.command(command(call));
        }
    }

    fn transfer(self) {
        if let Some(call) = self.current.get_untracked() {
            self.screen.open_transfer(call);
        }
    }

    fn join(self, command: Option<Command>) {
        if let Some(command) = command {
            self.acts.command(command);
        }
    }

    fn switch_mute(self) {
        if let Some(CallView { id, muted, .. }) = untrack(|| self.view()) {
            self.acts.command(Command::SetMuted { call: id, muted: !muted });
        }
    }
}

/// The toolbar.
#[component]
pub(super) fn CallActions() -> impl IntoView {
    let w = use_words();
    let subject = Subject::here();
    let asks = move |ask: fn(&Allowed) -> Result<(), WhyNot>| -> Reason {
        reason(w(), subject.view().map_or(Err(WhyNot::NoCall), |view| ask(&view.allowed)))
    };
    let confers = Memo::new(move |_| subject.board.confers());
    // With several at the other end, which one would it be?
    let of_one =
        move |why_not: Reason| if confers.get() { Some(w().conferring.choose_party) } else { why_not };
    let joins = Memo::new(move |_| next(subject.board, subject.view()));
    let on_hold = Memo::new(move |_| subject.view().is_some_and(|view| held(&view)));
    let muted = Memo::new(move |_| subject.view().is_some_and(|view| view.muted));
    // A cap is shown only where its key does exactly this now.
    let cap = move |key: &'static str| Signal::derive(move || subject.has_keys().then_some(key));
    let hang_up_cap = Signal::derive(move || match (subject.has_keys(), subject.view()) {
        _ if confers.get() => Some("F10"),
        (true, Some(_)) => Some("F7"),
        (false, Some(view)) if !held(&view) => Some("F10"),
        _ => None,
    });

    view! {
        <div class="tools" role="toolbar" aria-label=say(|w| w.current_call)>
            <ReasonedButton
                class=class("tool")
                icon=Signal::derive(move || match (confers.get(), on_hold.get()) {
                    (true, _) => Drawn::Leave,
                    (false, true) => Drawn::Play,
                    (false, false) => Drawn::Pause,
                })
                label=Signal::derive(move || match (confers.get(), on_hold.get()) {
                    (true, _) => w().conferring.leave_short,
                    (false, true) => w().resume,
                    (false, false) => w().hold,
                })
                cap=Signal::derive(move || if confers.get() { None } else { cap("F6").get() })
                why_not=Signal::derive(move || asks(if on_hold.get() { |can| can.resume } else { |can| can.hold }))
                act=move || subject.send(match (confers.get_untracked(), on_hold.get_untracked()) {
                    (true, _) => |_| Command::LeaveConference,
                    (false, true) => Command::Resume,
                    (false, false) => Command::Hold,
                })
            />
            <ReasonedButton
                class=class("tool")
                icon=Drawn::Forward
                label=say(|w| w.transfer)
                cap=cap("F8")
                why_not=Signal::derive(move || of_one(asks(|can| can.transfer.or(can.connect))))
                act=move || subject.transfer()
            />
            <ReasonedButton
                class=class("tool opt")
                icon=Drawn::Conference
                label=Signal::derive(move || if confers.get() { w().conferring.add_short } else { w().conference })
                why_not=Signal::derive(move || reason(w(), joins.get().1))
                act=move || subject.join(joins.get_untracked().0)
            />
            <ReasonedButton
                class=class("tool opt")
                icon=Drawn::Keypad
                label=say(|w| w.keypad)
                why_not=Signal::derive(move || of_one(asks(|can| can.send_digit)))
                act=move || subject.screen.open(Popover::Keypad)
            />
            <ReasonedButton
                class=Signal::derive(move || format!("tool own-level l{}", subject.board.own_level.get()))
                icon=Signal::derive(move || if muted.get() { Drawn::MicrophoneOff } else { Drawn::Microphone })
                label=say(|w| w.mute)
                pressed=muted
                why_not=Signal::derive(move || asks(|can| can.mute))
                act=move || subject.switch_mute()
            />
            <ReasonedButton
                class=Signal::derive(move || hang_up_class(asks(|can| can.hang_up)))
                icon=Drawn::HangUp
                label=Signal::derive(move || if confers.get() { w().conferring.end_short } else { w().hang_up })
                cap=hang_up_cap
                why_not=Signal::derive(move || asks(|can| can.hang_up))
                act=move || subject.send(if confers.get_untracked() { |_| Command::EndConference } else { Command::HangUp })
            />
        </div>
    }
}

/// Hang up is red only where it hangs up.
fn hang_up_class(why_not: Reason) -> String {
    if why_not.is_none() { "tool danger-fill".to_owned() } else { "tool".to_owned() }
}

fn class(class: &str) -> Signal<String> {
    Signal::stored(class.to_owned())
}
