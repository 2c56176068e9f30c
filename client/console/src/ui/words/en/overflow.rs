//! The rules of overflow in English, read as sentences.

use cordboard_desk::{Instead, Occasion, Outcome, Verdict};

use super::told::why_not;

pub(super) fn occasion(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::DoNotDisturb => "With do not disturb",
        Occasion::OutOfHours => "Out of hours",
        Occasion::Anonymous => "Callers who withhold their number",
        Occasion::Stranger => "Callers outside my directories",
        Occasion::Crowded => "When there are more than",
        Occasion::Unanswered => "When nobody answers for",
    }
}

pub(super) fn instead(occasion: Occasion, instead: &Instead) -> &'static str {
    match instead {
        Instead::Ring if occasion == Occasion::DoNotDisturb => "refuse as busy",
        Instead::Ring if occasion == Occasion::Unanswered => "let it ring on",
        Instead::Ring => "ring normally",
        Instead::SendTo(_) => "send to a number",
        Instead::Voicemail => "send to voicemail",
        Instead::AnswerAndHold => "answer and put on hold",
        Instead::Refuse => "refuse as busy",
    }
}

pub(super) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Off => "Not set".into(),
        Outcome::DoesNotApply => "Does not apply".into(),
        Outcome::NotPossible(why) => format!("Passed over: {}", why_not(why)),
        Outcome::Decides => "Decides".into(),
        Outcome::DecidesAfter(seconds) => format!("Decides after {seconds} seconds"),
        Outcome::TooLate => "Decided before".into(),
    }
}

pub(super) fn would_happen(deciding: Option<&Verdict>) -> String {
    let Some(verdict) = deciding else { return "It would ring.".into() };
    let what = match &verdict.instead {
        Instead::Ring => "ring".to_owned(),
        Instead::SendTo(number) => format!("be sent to {number}"),
        Instead::Voicemail => "be sent to voicemail".into(),
        Instead::AnswerAndHold => "be answered and put on hold".into(),
        Instead::Refuse => "be refused as busy".into(),
    };
    match verdict.outcome {
        Outcome::DecidesAfter(seconds) => format!("It would ring for {seconds} seconds, then {what}."),
        Outcome::Off
        | Outcome::DoesNotApply
        | Outcome::NotPossible(_)
        | Outcome::Decides
        | Outcome::TooLate => format!("It would {what} at once."),
    }
}
