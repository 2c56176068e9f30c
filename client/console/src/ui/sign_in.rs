//! The door: user and password, or one click for a practice operator.

use cordboard_wire::SignIn as Credentials;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::choice::{LanguageChoice, ThemeChoice};
use super::icon::{Icon, Icon as Drawn};
use super::jack_wall::{Brand, JackWall};
use super::words::{Words, say, use_words};
use crate::acts::use_acts;
use crate::door::{Door, DoorProblem};
use crate::ui::parts::When;

/// The sign-in page.
#[component]
pub(super) fn SignIn() -> impl IntoView {
    let w = use_words();
    let door: Door = expect_context();
    let company = move || door.welcome.get().map(|welcome| (w().desk_at)(&welcome.company));
    view! {
        <div class="login">
            <header class="wall">
                <JackWall />
                <Brand />
            </header>
            <main class="form">
                <div>
                    <h1>{say(|w| w.sign_in_title)}</h1>
                    <p class="lede">{company}</p>
                </div>
                <PracticeOperators />
                <PasswordForm />
                <div class="row choices">
                    <LanguageChoice />
                    <ThemeChoice />
                </div>
                <p class="version">{move || door.welcome.get().map(|welcome| format!("Cordboard {}", welcome.version))}</p>
            </main>
        </div>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let door: Door = expect_context();
    let user = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let enter = move |event: SubmitEvent| {
        event.prevent_default();
        acts.sign_in(Credentials { user: user.get_untracked(), password: password.get_untracked() });
    };
    let wrong = move || door.problem.get() == Some(DoorProblem::WrongPassword);
    let problem = move || door.problem.get().map(|problem| said(w(), &problem));
    view! {
        <form aria-label=say(|w| w.sign_in) on:submit=enter>
            <div class="field">
                <label for="user">{say(|w| w.user)}</label>
                <input class="input" id="user" autocomplete="username" required bind:value=user />
            </div>
            <div class="field">
                <label for="password">{say(|w| w.password)}</label>
                <input
                    class="input"
                    class:bad=wrong
                    id="password"
                    type="password"
                    autocomplete="current-password"
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby="door-problem"
                    bind:value=password
                />
                <span id="door-problem" role="alert">
                    {move || problem().map(|said| view! {
                        <span class="err"><Icon name=Drawn::Alert size="m" /><span>{said}</span></span>
                    })}
                </span>
            </div>
            <button class="btn primary" type="submit" disabled=move || door.busy.get()>
                {move || if door.busy.get() { w().signing_in } else { w().sign_in }}
                <kbd aria-hidden="true">{say(|w| w.key_enter)}</kbd>
            </button>
        </form>
    }
}

/// In practice mode, everybody who may sign in with one click.
#[component]
fn PracticeOperators() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let door: Door = expect_context();
    let operators = move || door.welcome.get().map(|welcome| welcome.practice_operators).unwrap_or_default();
    let enter = move |user: String| acts.sign_in(Credentials { user, password: String::new() });
    view! {
        <When is=move || !operators().is_empty()>
            <section class="practice" aria-labelledby="practice-title">
                <h2 id="practice-title">{say(|w| w.practice_title)}</h2>
                <p>{say(|w| w.practice_note)}</p>
                {move || operators().into_iter().map(|operator| {
                    let name = operator.name.clone();
                    view! {
                        <button class="btn" disabled=move || door.busy.get() on:click=move |_| enter(operator.user.clone())>
                            <Icon name=Drawn::Person size="m" />
                            {move || (w().sign_in_as)(&name)}
                        </button>
                    }
                }).collect_view()}
            </section>
        </When>
    }
}

/// A problem at the door, in words.
fn said(words: &Words, problem: &DoorProblem) -> String {
    match problem {
        DoorProblem::WrongPassword => words.wrong_password.into(),
        DoorProblem::LockedOut => words.locked_out.into(),
        DoorProblem::RelayUnreachable => words.relay_unreachable.into(),
        DoorProblem::Refused(why) => (words.relay_refused)(*why).into(),
        DoorProblem::NoEngine => words.engine_lost.into(),
        DoorProblem::OlderEngine => words.older_engine.into(),
        DoorProblem::NewerEngine => words.newer_engine.into(),
    }
}
