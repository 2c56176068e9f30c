//! The rules of overflow in French, read as sentences.

use cordboard_desk::{Instead, Occasion, Outcome, Verdict};

use super::told::why_not;

pub(super) fn occasion(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::DoNotDisturb => "En mode ne pas déranger",
        Occasion::OutOfHours => "Hors des heures d’ouverture",
        Occasion::Anonymous => "Correspondants au numéro masqué",
        Occasion::Stranger => "Correspondants hors de mes annuaires",
        Occasion::Crowded => "Quand il y a plus de",
        Occasion::Unanswered => "Sans réponse depuis",
    }
}

pub(super) fn instead(occasion: Occasion, instead: &Instead) -> &'static str {
    match instead {
        Instead::Ring if occasion == Occasion::DoNotDisturb => "refuser comme occupé",
        Instead::Ring if occasion == Occasion::Unanswered => "laisser sonner",
        Instead::Ring => "sonner normalement",
        Instead::SendTo(_) => "envoyer vers un numéro",
        Instead::Voicemail => "envoyer à la messagerie",
        Instead::AnswerAndHold => "répondre et mettre en attente",
        Instead::Refuse => "refuser comme occupé",
    }
}

pub(super) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Off => "Sans effet".into(),
        Outcome::DoesNotApply => "Ne s’applique pas".into(),
        Outcome::NotPossible(why) => format!("Passée\u{202f}: {}", why_not(why)),
        Outcome::Decides => "Décide".into(),
        Outcome::DecidesAfter(seconds) => format!("Décide après {seconds} secondes"),
        Outcome::TooLate => "Déjà décidé".into(),
    }
}

pub(super) fn would_happen(deciding: Option<&Verdict>) -> String {
    let Some(verdict) = deciding else { return "Il sonnerait.".into() };
    let what = match &verdict.instead {
        Instead::Ring => "sonnerait encore".to_owned(),
        Instead::SendTo(number) => format!("serait envoyé vers {number}"),
        Instead::Voicemail => "serait envoyé à la messagerie".into(),
        Instead::AnswerAndHold => "serait pris et mis en attente".into(),
        Instead::Refuse => "serait refusé comme occupé".into(),
    };
    match verdict.outcome {
        Outcome::DecidesAfter(seconds) => format!("Il sonnerait {seconds} secondes, puis {what}."),
        Outcome::Off
        | Outcome::DoesNotApply
        | Outcome::NotPossible(_)
        | Outcome::Decides
        | Outcome::TooLate => format!("Il {what} aussitôt."),
    }
}
