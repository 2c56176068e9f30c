//! The table as a whole: what holds in every state.

use super::*;
use crate::CallId;

fn target() -> Target {
    Target { shown: "Grace".into(), place: Place::Address("204".into()) }
}

fn states() -> Vec<CallState> {
    let parting = |stage| CallState::Parting { target: target(), stage };
    vec![
        CallState::Ringing,
        CallState::Answering { aside: false },
        CallState::Answering { aside: true },
        CallState::Accepted,
        CallState::Calling,
        CallState::RingingOut,
        CallState::Talking,
        CallState::Holding,
        CallState::Held { back: None },
        CallState::Held { back: Some(Back { target: "Grace".into(), why: CallFailure::Busy }) },
        CallState::Resuming,
        CallState::Joining,
        CallState::Conferring,
        parting(Stage::ToHold),
        parting(Stage::Asked),
        parting(Stage::Untold),
        CallState::Lent { to: "Jan".into(), held: false },
        CallState::Lent { to: "Jan".into(), held: true },
        CallState::Failed(CallFailure::Busy),
        CallState::Over,
    ]
}

fn wishes() -> Vec<Wish> {
    let asked = Target { shown: "Grace".into(), place: Place::FarEndOf(CallId(7)) };
    vec![
        Wish::Answer,
        Wish::AnswerAndHold,
        Wish::Decline,
        Wish::Hold,
        Wish::Resume,
        Wish::HangUp,
        Wish::Transfer(target()),
        Wish::Transfer(asked),
        Wish::Lend("Jan".into()),
        Wish::Join,
    ]
}

fn events() -> Vec<Event> {
    let refused = EndCause::Refused { status: 486, reason: String::new(), retry_after: None };
    let failed = ReferProgress::Failed { status: 486, reason: String::new() };
    let ends = [
        EndCause::Local,
        EndCause::RemoteHungUp,
        EndCause::Cancelled,
        EndCause::AnsweredElsewhere,
        refused,
        EndCause::TimedOut,
        EndCause::ConnectionLost,
    ];
    let news = [ReferProgress::Accepted, ReferProgress::Succeeded, failed, ReferProgress::Unknown];
    let mut events = vec![
        Event::SteppedAside,
        Event::AnswerSent,
        Event::Acknowledged,
        Event::AnswerFailed,
        Event::FarEndRings,
        Event::NotPutThrough(CallFailure::Busy),
        Event::DirectionAgreed,
        Event::Overdue,
        Event::FarEndAnsweredFor("Jan".into()),
        Event::Joined,
        Event::AskedInVain(Back { target: "Grace".into(), why: CallFailure::Busy }),
    ];
    events.extend([false, true].map(|floor_taken| Event::CameBack { floor_taken }));
    events.extend([false, true].map(|floor_taken| Event::FarEndAnswered { floor_taken }));
    events.extend([false, true].map(|floor_taken| Event::DirectionRefused { floor_taken }));
    events.extend([false, true].map(|present| Event::LeftAlone { present }));
    events.extend(ends.map(Event::Ended));
    events.extend(news.map(Event::Refer));
    events
}

#[test]
fn a_wish_that_is_granted_changes_something() {
    for state in states() {
        for wish in wishes() {
            if let Ok(step) = state.wish(wish.clone()) {
                assert_ne!(step.state, state, "{wish:?}");
            }
        }
    }
}

#[test]
fn every_call_can_be_hung_up_until_it_is_over() {
    for state in states() {
        let step = state.wish(Wish::HangUp);
        if state == CallState::Over {
            assert_eq!(step, Err(WhyNot::CallOver));
        } else {
            assert_eq!(step.map(|step| step.state), Ok(CallState::Over), "{state:?}");
        }
    }
}

#[test]
fn nothing_brings_a_call_back_that_is_over() {
    for wish in wishes() {
        assert_eq!(CallState::Over.wish(wish), Err(WhyNot::CallOver));
    }
    for event in events() {
        assert_eq!(CallState::Over.step(event), Step { state: CallState::Over, deeds: Vec::new() });
    }
}

#[test]
fn the_end_of_the_session_ends_every_call_but_one_that_shows_why_it_failed() {
    for state in states() {
        for event in events().into_iter().filter(|event| matches!(event, Event::Ended(_))) {
            let after = state.clone().step(event).state;
            assert!(matches!(after, CallState::Over | CallState::Failed(_)), "{state:?}: {after:?}");
        }
    }
}

#[test]
fn whoever_steps_aside_is_not_left_talking() {
    for state in states() {
        let after = state.step(Event::SteppedAside).state;
        assert!(!matches!(after, CallState::Talking | CallState::Accepted | CallState::Resuming));
    }
}

#[test]
fn nobody_confers_with_nobody() {
    for state in states() {
        for present in [false, true] {
            assert!(!state.clone().step(Event::LeftAlone { present }).state.is_party(), "{state:?}");
        }
    }
}

#[test]
fn what_waits_for_time_goes_on_when_it_has_passed() {
    for state in states() {
        let moves = state.clone().step(Event::Overdue).state != state;
        assert_eq!(moves, state.patience().is_some(), "{state:?}");
    }
}
