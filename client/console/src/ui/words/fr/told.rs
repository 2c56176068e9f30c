//! What the desk tells by code, in French: why something failed, what happened, what to do.

use cordboard_desk::{
    Addressee, CallEnd, CallFailure, CsvFault, CsvProblem, HoldMusicLoss, LinkState, NoSound, Notice,
    RegistrationFailure, SocketLoss, WhyNot,
};
use cordboard_wire::ProblemCode;

use super::super::Said;
use super::team;

/// Whom a call is handed to, in the middle of a sentence.
pub(super) fn addressee(to: &Addressee) -> String {
    match (to.voicemail, to.name.as_str()) {
        (false, name) => name.into(),
        (true, "") => "la messagerie".into(),
        (true, name) => format!("la messagerie de {name}"),
    }
}

pub(super) fn failure(why: &CallFailure) -> String {
    match why {
        CallFailure::Busy => "Occupé".into(),
        CallFailure::NoAnswer => "Sans réponse".into(),
        CallFailure::Rejected => "Refusé".into(),
        CallFailure::WrongNumber => "Mauvais numéro".into(),
        CallFailure::NoCommonMedia => "Son impossible".into(),
        CallFailure::Unreachable => "Injoignable".into(),
        CallFailure::Other { status, reason } => format!("Refusé ({status} {reason})"),
    }
}

/// What the operator can do about it.
fn remedy(why: &CallFailure) -> &'static str {
    match why {
        CallFailure::Busy | CallFailure::NoAnswer => "Essayez quelqu’un d’autre ou prenez un message.",
        CallFailure::Rejected => "L’appel n’est pas accepté. Essayez quelqu’un d’autre ou prenez un message.",
        CallFailure::WrongNumber => {
            "Le système téléphonique ne connaît pas ce numéro. Vérifiez-le et réessayez."
        }
        CallFailure::NoCommonMedia => {
            "Les deux côtés n’ont aucun moyen commun de porter le son. Prévenez l’administrateur."
        }
        CallFailure::Unreachable => {
            "Le système téléphonique ne peut pas le joindre. Réessayez dans un instant."
        }
        CallFailure::Other { .. } => "Réessayez\u{202f}; si l’échec persiste, prévenez l’administrateur.",
    }
}

pub(super) fn link(state: &LinkState) -> String {
    let why = match state {
        LinkState::Registered => return "Enregistré".into(),
        LinkState::Registering | LinkState::Connecting => return "Enregistrement".into(),
        LinkState::Off => "désactivé".to_owned(),
        LinkState::SocketDown(why) => match why {
            SocketLoss::RelayUnreachable => "le relais ne répond pas".to_owned(),
            SocketLoss::PbxUnreachable => "le système téléphonique ne répond pas".to_owned(),
            SocketLoss::NotSignedIn => "reconnectez-vous".to_owned(),
            SocketLoss::Closed { reason, .. } if !reason.is_empty() => reason.clone(),
            SocketLoss::Closed { code, .. } => format!("liaison fermée ({code})"),
        },
        LinkState::RegistrationFailed(why) => match why {
            RegistrationFailure::WrongPassword => "mot de passe téléphonique incorrect".to_owned(),
            RegistrationFailure::Forbidden { reason } => format!("non autorisé ({reason})"),
            RegistrationFailure::UnknownUser => "le système téléphonique ne connaît pas ce compte".to_owned(),
            RegistrationFailure::NoUsableChallenge => {
                "le système téléphonique demande une identification inconnue".to_owned()
            }
            RegistrationFailure::TimedOut => "aucune réponse".to_owned(),
            RegistrationFailure::NotConnected => "aucune liaison".to_owned(),
            RegistrationFailure::Unavailable { status, .. } => format!("indisponible ({status})"),
            RegistrationFailure::Refused { status, reason } => format!("refusé ({status} {reason})"),
        },
    };
    format!("Non enregistré\u{202f}: {why}")
}

pub(super) fn why_not(why: WhyNot) -> &'static str {
    match why {
        WhyNot::CallOver => "L’appel est terminé",
        WhyNot::NotAnswered => "Pas encore répondu",
        WhyNot::AlreadyAnswered => "Déjà répondu",
        WhyNot::AlreadyOnHold => "Déjà en attente",
        WhyNot::NotOnHold => "Pas en attente",
        WhyNot::BeingTransferred => "En cours de transfert",
        WhyNot::Changing => "Un instant, changement en cours",
        WhyNot::Outgoing => "C’est un appel sortant",
        WhyNot::NotRegistered => "Aucune liaison avec le système téléphonique",
        WhyNot::NoAudio => "Pas encore de micro\u{202f}: appuyez sur Prendre le service",
        WhyNot::NoCall => "Aucun appel",
        WhyNot::NoFreeSlot => "Toutes les places de parcage sont prises",
        WhyNot::NoSuchNumber => "Aucun numéro de ce genre",
        WhyNot::NoSuchContact => "Ce contact n’existe plus",
        WhyNot::NoParking => "Aucune place de parcage",
        WhyNot::ParkingFull => "Toutes les places de parcage sont prises",
        WhyNot::NobodyToConnect => "Aucun autre appel à relier",
        WhyNot::NobodyAsked => "Aucune consultation en cours",
        WhyNot::NoVoicemail => "Aucun accès direct à une messagerie",
        WhyNot::InConference => "Déjà dans la conférence",
        WhyNot::NotInConference => "Pas dans la conférence",
        WhyNot::NoConference => "Vous n’êtes dans aucune conférence",
        WhyNot::NobodyToJoin => "Aucun autre appel à joindre\u{202f}: mettez-en un en attente",
        WhyNot::ConferenceFull => "Complet\u{202f}: 5 participants sur 5, vous compris",
        WhyNot::NotWatched => "Nul ne sait quand ce poste est libre",
        WhyNot::NotQueued => "L’appelant n’attend personne",
        WhyNot::NothingRings => "Rien ne sonne à ce poste",
        WhyNot::NoPickUp => "L’autocommutateur ne permet pas d’intercepter",
        WhyNot::BeingTaken => "Quelqu’un est en train de le reprendre",
        WhyNot::TeamUnknown => "Le relais ne dit rien de l’équipe pour l’instant",
        WhyNot::NothingToUndo => "Rien à annuler",
        WhyNot::ReadOnly => "Lecture seule, fourni par le relais",
    }
}

pub(super) fn notice(notice: &Notice) -> Said {
    let said = |happened: String, because: &str| Said { happened, because: because.into() };
    match notice {
        Notice::Missed { who } => said(
            format!("Appel manqué de {who}"),
            "La personne a raccroché avant la réponse. Rappeler\u{202f}?",
        ),
        Notice::TakenElsewhere { who } => said(format!("Quelqu’un d’autre a pris {who}"), ""),
        Notice::AnsweredItself { who } => answered_itself(who),
        Notice::TakenOver { who, by } => said(format!("{by} a repris l’appel de {who}"), ""),
        Notice::NotTakenOver { who, from, why } => team::not_taken_over(who, from, why),
        Notice::Transferred { who, target } => said(transferred(who, target), "Le transfert est fait."),
        Notice::HandedOver { who, target } => {
            said(sent_to(who, target), "Le système téléphonique n’a pas dit la suite.")
        }
        Notice::TransferFailed { who, target, why } => Said {
            happened: format!("{who} n’a pas pu être envoyé vers {}", addressee(target)),
            because: format!("{}. {who} est revenu chez vous. {}", failure(why), remedy(why)),
        },
        Notice::CallerLeft { who, target } => {
            said(format!("{who} a raccroché"), &format!("Sans attendre la réponse de {target}."))
        }
        Notice::HoldRefused { who } => said(
            format!("{who} n’est pas en attente"),
            "L’autre côté a refusé. On vous entend encore\u{202f}; réessayez.",
        ),
        Notice::ResumeRefused { who } => {
            said(format!("{who} est toujours en attente"), "L’autre côté a refusé. Réessayez.")
        }
        Notice::CallLost { who } => {
            said(format!("L’appel avec {who} est perdu"), "La liaison a été coupée. Rappelez.")
        }
        Notice::UpdateReady => said(
            "Une mise à jour est prête".into(),
            "Elle démarre d’elle-même quand aucun appel n’est en cours. Vos appels continuent sans dérangement.",
        ),
        Notice::Restarted => said(
            "Cordboard s’est arrêté un instant et a repris".into(),
            "Vos appels sont gardés. Vérifiez chacun avant de continuer\u{202f}; prévenez l’administrateur si cela revient.",
        ),
        Notice::PhoneRings { name, from, .. } => Said {
            happened: format!("Le poste de {name} sonne"),
            because: if from.is_empty() { String::new() } else { format!("De {from}") },
        },
        Notice::NoSound { who, problem } => Said {
            happened: format!("Aucun son avec {who}"),
            because: format!(
                "Le son n’a pas pu être établi\u{202f}: {}. Vérifiez le casque et le réseau, puis rappelez.",
                no_sound(problem)
            ),
        },
        Notice::Malformed { problem } => Said {
            happened: "Un message du système téléphonique est illisible".into(),
            because: format!(
                "{problem}. Rien n’est perdu\u{202f}; prévenez l’administrateur si cela revient."
            ),
        },
        Notice::NotANumber { typed } => said(
            format!("«\u{202f}{typed}\u{202f}» n’est pas un numéro"),
            "Tapez des chiffres ou une adresse comme nom@societe.example.",
        ),
        Notice::NotPossible(why) => said("Ce n’est pas possible maintenant".into(), why_not(*why)),
        Notice::Imported { directory, file_name, imported, bad_rows } => {
            imported_into(directory, file_name, *imported, bad_rows.len())
        }
        Notice::ImportRefused { file_name, why } => {
            Said { happened: format!("{file_name} n’a pas été importé"), because: csv_problem(why) }
        }
        Notice::HoldMusicLost { problem } => hold_music_lost(*problem),
        Notice::StoreSpoilt => store_spoilt(),
        Notice::StoreFailed { problem } => Said {
            happened: "Les annuaires et le journal n’ont pas pu être gardés sur cet ordinateur".into(),
            because: format!(
                "{problem}. Ils servent jusqu’à la fermeture du navigateur. Libérez de la place et rechargez."
            ),
        },
    }
}

fn transferred(who: &str, target: &Addressee) -> String {
    if target.voicemail { sent_to(who, target) } else { format!("{who} est avec {}", target.name) }
}

fn sent_to(who: &str, target: &Addressee) -> String {
    format!("{who} a été envoyé vers {}", addressee(target))
}

/// A file was read into a directory.
fn imported_into(directory: &str, file_name: &str, imported: u32, bad_rows: usize) -> Said {
    Said {
        happened: match imported {
            0 | 1 => format!("{imported} contact importé dans {directory}"),
            n => format!("{n} contacts importés dans {directory}"),
        },
        because: match bad_rows {
            0 => format!("Chaque ligne de {file_name} a été lue. Le menu de l’annuaire peut l’annuler."),
            1 => format!(
                "1 ligne de {file_name} n’a pas pu être lue. Le menu de l’annuaire peut annuler l’import."
            ),
            n => format!(
                "{n} lignes de {file_name} n’ont pas pu être lues. Le menu de l’annuaire peut annuler l’import."
            ),
        },
    }
}

fn hold_music_lost(problem: HoldMusicLoss) -> Said {
    let because = match problem {
        HoldMusicLoss::NotThere => {
            "Le relais n’a pas fourni le fichier. Rechargez la page ou prévenez votre administrateur."
        }
        HoldMusicLoss::NotPlayable => {
            "Ce navigateur ne sait pas lire le fichier. Prévenez votre administrateur\u{202f}; un MP3 convient toujours."
        }
    };
    Said {
        happened: "Les appels en attente entendent une tonalité au lieu de la musique".into(),
        because: because.into(),
    }
}

fn answered_itself(who: &str) -> Said {
    Said {
        happened: format!("Décroché automatiquement\u{202f}: {who}"),
        because: "Le système téléphonique l’a demandé. Votre micro est ouvert.".into(),
    }
}

fn store_spoilt() -> Said {
    Said {
            happened: "Une partie de ce que cet ordinateur gardait est illisible".into(),
            because: "Des contacts ou des appels d’avant peuvent manquer\u{202f}; le reste est là. Réimportez les contacts manquants."
                .into(),
        }
}

pub(super) fn csv_problem(problem: &CsvProblem) -> String {
    let line = problem.line;
    let at_line = |what: String| format!("Ligne {line}\u{202f}: {what}");
    match &problem.fault {
        CsvFault::EmptyFile => "Le fichier est vide. Choisissez-en un autre.".into(),
        CsvFault::Semicolons => {
            "Les colonnes sont séparées par des points-virgules. Enregistrez avec des virgules et réimportez.".into()
        }
        CsvFault::Tabs => "Les colonnes sont séparées par des tabulations. Enregistrez avec des virgules et réimportez.".into(),
        CsvFault::Utf16 => "Le fichier est en UTF-16. Enregistrez-le en UTF-8 et réimportez.".into(),
        CsvFault::NoHeader => {
            "La première ligne ne nomme pas les colonnes. Mettez-y leurs noms, comme lastname,firstname,phone.".into()
        }
        CsvFault::UnknownColumn(name) => {
            format!("Aucun annuaire n’a de colonne «\u{202f}{name}\u{202f}». Renommez-la ou supprimez-la.")
        }
        CsvFault::RepeatedColumn(column) => format!("La colonne {} y est deux fois. Supprimez-en une.", column.name()),
        CsvFault::FieldCount { expected, found } => {
            at_line(format!("{found} champs au lieu de {expected}. Une virgule n’est peut-être pas entre guillemets."))
        }
        CsvFault::UnclosedQuote => at_line("un guillemet est ouvert et jamais fermé.".into()),
        CsvFault::NotUtf8 => at_line("pas en UTF-8. Enregistrez le fichier en UTF-8.".into()),
        CsvFault::BadPresence(value) => {
            at_line(format!("presence vaut «\u{202f}{value}\u{202f}»\u{202f}; mettez true ou false."))
        }
        CsvFault::BadAlert(letter) => {
            at_line(format!("alert contient «\u{202f}{letter}\u{202f}»\u{202f}; lettres permises\u{202f}: a r b d n f s."))
        }
        CsvFault::BadPictureType(value) => {
            at_line(format!("picturetype vaut «\u{202f}{value}\u{202f}»\u{202f}; mettez jpg, png ou gif."))
        }
        CsvFault::NoPictureType => at_line("une image sans picturetype.".into()),
        CsvFault::BadPicture => at_line("l’image n’est pas en base64.".into()),
        CsvFault::TooLong(column) => at_line(format!("{} est trop long.", column.name())),
    }
}

fn no_sound(why: &NoSound) -> String {
    match why {
        NoSound::PageSilent => "l’onglet qui porte le son n’a pas répondu".into(),
        NoSound::ConnectionLost => "sa liaison est perdue, et une nouvelle n’a rien changé".into(),
        NoSound::Refused { status } => format!("l’autre côté l’a refusé ({status})"),
        NoSound::Browser { said } => format!("le navigateur dit «\u{202f}{said}\u{202f}»"),
    }
}

/// How a call of the log ended.
pub(super) fn call_end(end: &CallEnd) -> String {
    match end {
        CallEnd::Answered => "Répondu".into(),
        CallEnd::Missed => "Manqué".into(),
        CallEnd::LeftOnHold => "Parti en attente".into(),
        CallEnd::TakenElsewhere => "Pris ailleurs".into(),
        CallEnd::Declined => "Refusé".into(),
        CallEnd::Transferred { target } => format!("Vers {target}"),
        CallEnd::ToVoicemail { of } if of.is_empty() => "Vers la messagerie".into(),
        CallEnd::ToVoicemail { of } => format!("Messagerie\u{202f}: {of}"),
        CallEnd::GivenUp => "Abandonné".into(),
        CallEnd::Failed(why) => failure(why),
        CallEnd::Lost => "Liaison perdue".into(),
        CallEnd::TurnedAway => "Non accepté".into(),
    }
}

/// Why the relay refused what was asked at the door.
pub(super) fn relay_refused(why: ProblemCode) -> &'static str {
    match why {
        ProblemCode::WrongPassword => {
            "Utilisateur ou mot de passe incorrect. Vérifiez les deux et réessayez."
        }
        ProblemCode::LockedOut => "Trop d’échecs. Attendez quelques minutes, puis réessayez.",
        ProblemCode::NotSignedIn => "Votre session est terminée. Reconnectez-vous.",
        ProblemCode::ForeignOrigin => {
            "Cette page n’est pas celle du relais. Ouvrez l’adresse du relais lui-même."
        }
        ProblemCode::BadRequest => {
            "Le relais n’a pas compris cette page. Rechargez-la\u{202f}; elle est peut-être d’une autre version."
        }
        ProblemCode::Internal => {
            "Le relais a une panne. Réessayez\u{202f}; prévenez l’administrateur si cela dure."
        }
    }
}
