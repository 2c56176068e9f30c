//! The team's board in French.

use cordboard_desk::{NotTaken, TeamCallState};

use super::told::failure;
use crate::ui::words::{Said, TeamWords};

pub(super) const TEAM: TeamWords = TeamWords {
    team: "Équipe",
    calls_of: |name| format!("Appels chez {name}"),
    colleagues: |count| match count {
        0 | 1 => format!("{count} collègue"),
        n => format!("{n} collègues"),
    },
    waiting: |count| format!("{count} en attente"),
    nobody: "Personne d’autre n’est là",
    nobody_note: "Les collègues de votre équipe apparaissent dès leur connexion.",
    no_calls: "Aucun appel",
    state: |state| match state {
        TeamCallState::Ringing => "Sonne",
        TeamCallState::Talking => "En ligne",
        TeamCallState::Held => "En attente",
        TeamCallState::Queued => "En file",
        TeamCallState::Taking => "Reprise en cours",
    },
    gone: "Parti",
    longest: "Attend le plus",
    since_first_rang: |time| format!("{time} depuis la première sonnerie"),
    take_over: "Reprendre",
    take_over_of: |who, from| format!("Reprendre {who} de chez {from}"),
};

/// A call of a colleague could not be taken over.
pub(super) fn not_taken_over(who: &str, from: &str, why: &NotTaken) -> Said {
    let happened = format!("L’appel de {who} n’a pas pu être repris");
    let because = match why {
        NotTaken::Answered => format!("{from} a répondu entre-temps."),
        NotTaken::Gone => "La personne a raccroché, ou parle déjà à quelqu’un d’autre.".into(),
        NotTaken::Refused(why) => format!(
            "{}. L’appel est toujours chez {from}\u{202f}: réessayez, ou demandez à {from}.",
            failure(why)
        ),
    };
    Said { happened, because }
}
