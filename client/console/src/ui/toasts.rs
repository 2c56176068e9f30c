//! Notices that float above the work: what happened, why, what to do. Three at most; the rest is counted.

use cordboard_desk::{Command, LinkState, Notice, NoticeView, PhoneId};
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};
use super::screen::use_screen;
use super::words::{say, use_words};
use crate::acts::use_acts;
use crate::board::Board;
use crate::clock::use_clock;
use crate::ui::parts::{Each, When};

/// How many are shown.
const SHOWN: usize = 3;

/// How a notice looks: drawing, tone, and whether it interrupts.
fn look(notice: &Notice) -> (Drawn, &'static str, &'static str) {
    match notice {
        Notice::Missed { .. } => (Drawn::Missed, "note", "status"),
        Notice::TakenElsewhere { .. } | Notice::TakenOver { .. } | Notice::AnsweredItself { .. } => {
            (Drawn::Phone, "note", "status")
        }
        Notice::NotTakenOver { .. } => (Drawn::Back, "warn", "alert"),
        Notice::Transferred { .. } => (Drawn::Checked, "good", "status"),
        Notice::UpdateReady => (Drawn::Checked, "note", "status"),
        Notice::Restarted => (Drawn::Warning, "warn", "status"),
        Notice::HandedOver { .. } => (Drawn::Forward, "note", "status"),
        Notice::Imported { bad_rows, .. } if bad_rows.is_empty() => (Drawn::Checked, "good", "status"),
        Notice::Imported { .. } => (Drawn::Warning, "warn", "status"),
        Notice::NotANumber { .. } | Notice::NotPossible(_) => (Drawn::Alert, "warn", "alert"),
        Notice::TransferFailed { .. } => (Drawn::Back, "bad", "alert"),
        Notice::PhoneRings { .. } => (Drawn::Incoming, "ring", "status"),
        Notice::CallerLeft { .. } => (Drawn::HangUp, "note", "status"),
        Notice::HoldRefused { .. }
        | Notice::ResumeRefused { .. }
        | Notice::CallLost { .. }
        | Notice::NoSound { .. }
        | Notice::HoldMusicLost { .. }
        | Notice::Malformed { .. }
        | Notice::ImportRefused { .. }
        | Notice::StoreFailed { .. }
        | Notice::StoreSpoilt => (Drawn::Warning, "bad", "alert"),
    }
}

/// The notices.
#[component]
pub(super) fn Toasts() -> impl IntoView {
    let w = use_words();
    let board: Board = expect_context();
    let newest = move || board.notices.with(|all| all.iter().rev().take(SHOWN).cloned().collect::<Vec<_>>());
    let more =
        move || board.notices.with(|all| u32::try_from(all.len().saturating_sub(SHOWN)).unwrap_or(u32::MAX));
    view! {
        <div class="toasts">
            <When is=move || more() != 0>
                <p class="more">{move || (w().more_notices)(more())}</p>
            </When>
            <Each of=newest key=|notice| notice.id let(notice)>
                <Toast notice=notice />
            </Each>
            <CopyToast />
            <MicrophoneToast />
            <LinkToast />
        </div>
    }
}

#[component]
fn Toast(notice: NoticeView) -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let NoticeView { id, mut notice, .. } = notice;
    let (drawn, tone, role) = look(&notice);
    let bad_rows = match &notice {
        Notice::Imported { bad_rows, .. } => bad_rows.clone(),
        Notice::Missed { .. }
        | Notice::TakenElsewhere { .. }
        | Notice::AnsweredItself { .. }
        | Notice::TakenOver { .. }
        | Notice::NotTakenOver { .. }
        | Notice::Transferred { .. }
        | Notice::HandedOver { .. }
        | Notice::CallerLeft { .. }
        | Notice::PhoneRings { .. }
        | Notice::TransferFailed { .. }
        | Notice::HoldRefused { .. }
        | Notice::ResumeRefused { .. }
        | Notice::CallLost { .. }
        | Notice::UpdateReady
        | Notice::Restarted
        | Notice::NoSound { .. }
        | Notice::HoldMusicLost { .. }
        | Notice::Malformed { .. }
        | Notice::NotANumber { .. }
        | Notice::NotPossible(_)
        | Notice::ImportRefused { .. }
        | Notice::StoreFailed { .. }
        | Notice::StoreSpoilt => Vec::new(),
    };
    let rings = ringing_phone(&notice);
    let count = u32::try_from(bad_rows.len()).unwrap_or(u32::MAX);
    let is_unknown = notice.who_mut().is_some_and(|who| who.is_empty());
    let said = Signal::derive(move || {
        if !is_unknown {
            return (w().notice)(&notice);
        }
        let mut notice = notice.clone();
        if let Some(who) = notice.who_mut() {
            w().unknown_caller.clone_into(who);
        }
        (w().notice)(&notice)
    });
    let dismiss = move |_| acts.command(Command::DismissNotice(id));
    view! {
        <div class=format!("toast {tone}") role=role aria-label=move || said.get().happened>
            <Icon name=drawn />
            <div>
                {move || { let said = said.get(); view! { <h3>{said.happened}</h3><p>{said.because}</p> } }}
                {rings.map(|phone| view! {
                    <div class="acts">
                        <button class="btn primary loud" aria-keyshortcuts="Alt+I" aria-label=say(|w| w.intercept) on:click=move |_| acts.command(Command::Intercept(phone))>
                            <Icon name=Drawn::Incoming size="m" />
                            {say(|w| w.intercept)}
                            <kbd aria-hidden="true">"Alt+I"</kbd>
                        </button>
                    </div>
                })}
                {(count > 0).then(|| view! {
                    <details class="bad-rows">
                        <summary>{move || (w().import_bad_rows)(count)}</summary>
                        <ul>{move || bad_rows.iter().map(|row| view! { <li>{(w().csv_problem)(row)}</li> }).collect_view()}</ul>
                    </details>
                })}
            </div>
            <button class="icon-btn" aria-label=say(|w| w.dismiss) on:click=dismiss>
                <Icon name=Drawn::Close size="m" />
            </button>
        </div>
    }
}

/// The phone that a notice says rings.
pub(super) fn ringing_phone(notice: &Notice) -> Option<PhoneId> {
    if let Notice::PhoneRings { phone, .. } = notice { Some(*phone) } else { None }
}

/// The browser refused to copy: nothing is in the clipboard that was to be.
#[component]
fn CopyToast() -> impl IntoView {
    let screen = use_screen();
    view! {
        <When is=move || screen.copy_failed.get()>
            <div class="toast warn" role="alert" aria-label=say(|w| w.copy_failed)>
                <Icon name=Drawn::Alert />
                <div><h3>{say(|w| w.copy_failed)}</h3><p>{say(|w| w.copy_failed_why)}</p></div>
                <button class="icon-btn" aria-label=say(|w| w.dismiss) on:click=move |_| screen.copy_failed.set(false)>
                    <Icon name=Drawn::Close size="m" />
                </button>
            </div>
        </When>
    }
}

/// The link is down: when the next try is, and that a call goes on.
#[component]
fn LinkToast() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let now = use_clock();
    let board: Board = expect_context();
    let down = Memo::new(move |_| {
        board.link.with(|link| match link.state {
            LinkState::SocketDown(_) | LinkState::RegistrationFailed(_) => true,
            LinkState::Off | LinkState::Connecting | LinkState::Registering | LinkState::Registered => false,
        })
    });
    let next = move || match board.link.with(|link| link.retry_at) {
        Some(at) if at > now.now() => (w().retry_in)(at.since(now.now()).as_millis().div_ceil(1000)),
        Some(_) => w().link_lost_now.to_owned(),
        None => String::new(),
    };
    let goes_on = move || board.active().map(|_| w().calls_go_on);
    let why = move || board.link.with(|link| (w().link)(&link.state));
    view! {
        <When is=move || down.get()>
            <div class="toast bad" role="alert" aria-label=say(|w| w.link_lost)>
                <Icon name=Drawn::LinkBroken />
                <div>
                    <h3>{say(|w| w.link_lost)}</h3>
                    <p>{why}</p>
                    <p aria-live="off">{next}" "{goes_on}</p>
                </div>
                <div class="acts">
                    <button class="btn primary" on:click=move |_| acts.command(Command::SetRegistered(true))>
                        {say(|w| w.try_now)}
                    </button>
                </div>
            </div>
        </When>
    }
}

/// The microphone is lost: why, what to do, and the way to do it.
#[component]
fn MicrophoneToast() -> impl IntoView {
    let w = use_words();
    let acts = use_acts();
    let board: Board = expect_context();
    let lost = Memo::new(move |_| board.audio.with(|audio| audio.lost));
    move || {
        lost.get().map(|why| view! {
            <div class="toast bad" role="alert" aria-label=(w().microphone_lost)(why)>
                <Icon name=Drawn::MicrophoneOff />
                <div>
                    <h3>{(w().microphone_lost)(why)}</h3>
                    <p>{(w().microphone_remedy)(why)}</p>
                </div>
                <div class="acts">
                    <button class="btn primary" on:click=move |_| acts.start_shift()>{w().start_shift}</button>
                </div>
            </div>
        })
    }
}
