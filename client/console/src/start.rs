//! Joins the screen to the outside: engine, relay, sound and notifications on one side, board and door on the other.

use cordboard_desk::protocol::{FromEngine, ToEngine};
use cordboard_desk::{AudioView, Delta, Notification, PageInput, PageOutput};
use cordboard_wire::{ProblemCode, SignIn};
use futures_channel::mpsc::{self, UnboundedReceiver};
use futures_util::StreamExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::acts::Outside;
use crate::board::Board;
use crate::door::{Door, DoorProblem, Stage};
use crate::io::closing;
use crate::io::engine::{self, EngineLoss, Port};
use crate::io::media::Media;
use crate::io::notify::{self, Notifier};
use crate::io::permission;
use crate::io::relay::{self, RelayError};
use crate::theme::{self, Look, Reminder};
use crate::ui::words::Tongue;

/// Tells across reloads that the operator has given the gesture that starts the shift.
const SHIFT: &str = "shift";

/// Connects to the engine, asks the relay who may come in, and gives the screen its outside.
pub(crate) fn open(board: Board, door: Door, look: Look) -> Outside {
    ask_welcome(door);
    let (heard, hearing) = mpsc::unbounded();
    let connected = engine::connect(move |message| {
        // The loop below ends only with the page.
        let _ = heard.unbounded_send(message);
    });
    let port = match connected {
        Ok(port) => port,
        Err(_) => {
            door.problem.set(Some(DoorProblem::NoEngine));
            door.stage.set(Stage::SignIn);
            return shut();
        }
    };
    let to_engine = port.clone();
    let media = Media::start(
        move |said| to_engine.send(ToEngine::Said(said)),
        move |level| board.own_level.set(level),
    );
    closing::ask_before(move || board.is_heard());
    let reminded = media.clone();
    Effect::new(move || reminded.remind(look.reminder.get() == Reminder::On));
    let page = Page { board, door, tongue: look.tongue, media: media.clone(), notifier: Notifier::default() };
    spawn_local(page.listen(hearing));
    outside(door, port, media)
}

fn outside(door: Door, port: Port, media: Media) -> Outside {
    let (say, hand, enter, leave, ask) = (port.clone(), port.clone(), port.clone(), port.clone(), port);
    Outside {
        say: Box::new(move |said| say.send(ToEngine::Said(said))),
        import: Box::new(move |directory, file_name, text| {
            hand.hand(ToEngine::Import { directory, file_name }, text);
        }),
        sign_in: Box::new(move |who| spawn_local(sign_in(door, enter.clone(), who))),
        sign_out: Box::new(move || spawn_local(sign_out(leave.clone()))),
        ask_relay: Box::new(move || ask.send(ToEngine::AskRelay)),
        start_shift: Box::new(move || {
            theme::write(SHIFT, "on");
            media.start_shift();
            spawn_local(notify::ask_permission());
        }),
    }
}

/// The outside where there is no engine: nothing can be done but read why.
fn shut() -> Outside {
    Outside {
        say: Box::new(|_: PageInput| {}),
        import: Box::new(|_, _, _| {}),
        sign_in: Box::new(|_: SignIn| {}),
        sign_out: Box::new(|| {}),
        ask_relay: Box::new(|| {}),
        start_shift: Box::new(|| {}),
    }
}

fn ask_welcome(door: Door) {
    spawn_local(async move {
        match relay::welcome().await {
            Ok(welcome) => {
                door.welcome.set(Some(welcome));
                door.problem.update(|problem| {
                    problem.take_if(|problem| *problem == DoorProblem::RelayUnreachable);
                });
            }
            Err(error) => door.problem.set(Some(problem(error))),
        }
    });
}

async fn sign_in(door: Door, port: Port, who: SignIn) {
    door.busy.set(true);
    match relay::sign_in(&who).await {
        Ok(_) => {
            door.problem.set(None);
            port.send(ToEngine::SignedIn);
        }
        Err(error) => door.problem.set(Some(problem(error))),
    }
    door.busy.set(false);
}

async fn sign_out(port: Port) {
    theme::write(SHIFT, "");
    // The engine first: it leaves the registration over a tunnel that the relay closes with the session.
    port.send(ToEngine::SignedOut);
    // A relay that cannot be asked lets the session run out by itself.
    let _ = relay::sign_out().await;
}

fn problem(error: RelayError) -> DoorProblem {
    match error {
        RelayError::Unreachable | RelayError::Strange => DoorProblem::RelayUnreachable,
        RelayError::Refused(ProblemCode::WrongPassword) => DoorProblem::WrongPassword,
        RelayError::Refused(ProblemCode::LockedOut) => DoorProblem::LockedOut,
        RelayError::Refused(code) => DoorProblem::Refused(code),
    }
}

fn no_engine(loss: EngineLoss) -> DoorProblem {
    match loss {
        EngineLoss::OlderEngine => DoorProblem::OlderEngine,
        EngineLoss::NewerEngine => DoorProblem::NewerEngine,
        EngineLoss::NoWorker | EngineLoss::Garbled => DoorProblem::NoEngine,
    }
}

/// What hears the engine.
struct Page {
    board: Board,
    door: Door,
    tongue: Tongue,
    media: Media,
    notifier: Notifier,
}

impl Page {
    async fn listen(mut self, mut hearing: UnboundedReceiver<Result<FromEngine, EngineLoss>>) {
        while let Some(message) = hearing.next().await {
            match message {
                Ok(FromEngine::Welcome { signed_in: true }) => {
                    self.door.problem.set(None);
                    self.door.stage.set(Stage::Console);
                }
                Ok(FromEngine::Welcome { signed_in: false } | FromEngine::SignInNeeded) => {
                    // The relay may have been away when it was asked first.
                    if self.door.welcome.with_untracked(Option::is_none) {
                        ask_welcome(self.door);
                    }
                    self.media.end_shift();
                    self.door.stage.set(Stage::SignIn);
                }
                // Calls never leave the screen.
                Ok(FromEngine::RelayAway { again_at }) if self.board.has_calls() => {
                    self.board.relay_is_away(again_at);
                }
                Ok(FromEngine::RelayAway { again_at }) => {
                    self.door.again_at.set(again_at);
                    self.door.stage.set(Stage::RelayAway);
                }
                Ok(FromEngine::Tell(told)) => self.take(told),
                Err(loss) => {
                    self.door.problem.set(Some(no_engine(loss)));
                    self.door.stage.set(Stage::SignIn);
                }
            }
        }
    }

    fn take(&mut self, told: PageOutput) {
        match &told {
            // The first board, or that of an engine that took the place of another one.
            PageOutput::Board(board) => {
                self.media.set_up(board.media.clone());
                self.media.begin_again();
                self.start_unasked(&board.audio);
            }
            PageOutput::Delta(Delta::Audio(audio)) => self.start_unasked(audio),
            PageOutput::Delta(Delta::Media(setup)) => self.media.set_up(setup.clone()),
            PageOutput::Media(ask) => self.media.ask(ask.clone()),
            PageOutput::Ring(ring) => self.media.ring(*ring),
            PageOutput::Notify(notification) => self.notify(notification),
            PageOutput::Delta(_) => {}
        }
        self.board.take(told);
    }

    /// Nobody carries the calls' sound, after a reload for one: takes it over by itself where the operator has started
    /// the shift before and the browser would not ask again. A page that captures may play sound without a gesture.
    fn start_unasked(&self, audio: &AudioView) {
        if audio.host.is_some() || audio.lost.is_some() || theme::read(SHIFT).as_deref() != Some("on") {
            return;
        }
        let media = self.media.clone();
        spawn_local(async move {
            if permission::microphone_is_granted().await {
                media.start_unasked();
            }
        });
    }

    fn notify(&mut self, notification: &Notification) {
        match notification {
            Notification::Ringing { call, who, line } => {
                let words = self.tongue.words_now();
                let said = (words.call_from)(words.named(who), line.as_deref());
                self.notifier.show(*call, &said, "Cordboard");
            }
            Notification::Over { call } => self.notifier.take_away(*call),
        }
    }
}
