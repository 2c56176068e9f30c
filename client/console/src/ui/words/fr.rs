//! French. Two-part punctuation takes a narrow no-break space (U+202F), guillemets too.

use cordboard_desk::{
    CallFailure, CallStatus, CsvFault, CsvProblem, LinkState, MicrophoneLoss, Notice, RegistrationFailure,
    SocketLoss, SortBy, WhyNot,
};

use super::{CallName, NumpadWords, Said, Words};

/// The French catalogue.
pub(super) static FRENCH: Words = Words {
    tag: "fr",
    name: "Français",
    locale: "fr-FR",

    sign_in: "Se connecter",
    sign_in_title: "Connectez-vous à votre poste",
    desk_at: |company| format!("Accueil de {company}"),
    user: "Utilisateur",
    password: "Mot de passe",
    practice_title: "S’exercer sans système téléphonique",
    practice_note: "Le central d’exercice fait sonner ce poste avec ses propres appels.",
    sign_in_as: |name| format!("Se connecter comme {name}"),
    signing_in: "Connexion…",
    language: "Langue",
    theme: "Thème",
    theme_light: "Clair",
    theme_dark: "Sombre",
    theme_system: "Système",
    density: "Densité",
    density_automatic: "Automatique",
    density_comfortable: "Confortable",
    density_compact: "Compacte",
    contrast: "Contraste",
    contrast_normal: "Normal",
    contrast_more: "Renforcé",
    wrong_password: "Utilisateur ou mot de passe incorrect. Vérifiez les deux et réessayez.",
    locked_out: "Trop d’échecs. Attendez quelques minutes, puis réessayez.",
    relay_unreachable: "Le relais Cordboard ne répond pas. Vérifiez le réseau, puis réessayez.",
    relay_refused: |why| format!("Le relais Cordboard a refusé\u{202f}: {why}"),
    other_version: "Un autre onglet utilise encore une autre version de Cordboard. Fermez tous les onglets de Cordboard, puis rouvrez-en un.",
    engine_lost: "Le moteur téléphonique n’a pas pu démarrer dans ce navigateur. Rechargez la page\u{202f}; si cela ne suffit pas, utilisez Chrome ou Edge récents.",
    connecting_to_relay: "Connexion…",

    start_shift: "Prendre le service",
    good_day: |name| format!("Bonjour {name}"),
    shift_lede: "Un clic permet à cette page d’utiliser votre casque et de sonner. Les appels vous parviennent ensuite.",
    shift_microphone: "Micro",
    shift_microphone_why: "Votre navigateur le demande une fois",
    shift_sound: "Son",
    shift_sound_why: "Pour entendre les appelants et la sonnerie",
    shift_notifications: "Alertes du bureau",
    shift_notifications_why: "Sonner quand cet onglet est caché",

    console: "Poste opérateur",
    current_call: "Appel en cours",
    ready: "Prêt",
    ready_note: |lines| match lines {
        0 => "Aucune ligne, aucun appel".into(),
        1 => "1 ligne, aucun appel".into(),
        n => format!("{n} lignes, aucun appel"),
    },
    talking_for: |time| format!("En ligne depuis {time}"),
    to_line: " vers ",
    call_quality: "Qualité de l’appel",
    quality_good: "Bonne",
    quality_fair: "Moyenne",
    quality_poor: "Mauvaise",
    quality_poor_said: |who| {
        format!("La liaison avec {who} est devenue mauvaise. Vérifiez votre réseau ou proposez de rappeler.")
    },
    milliseconds: |ms| format!("{ms}\u{202f}ms"),
    link,
    link_toggle_off: "Double-cliquez pour quitter l’enregistrement",
    link_toggle_on: "Double-cliquez pour vous enregistrer",
    link_lost: "Non enregistré, les appels ne vous parviennent pas",
    link_lost_now: "Nouvel essai en cours.",
    retry_in: |seconds| format!("Nouvel essai dans {seconds}\u{202f}s."),
    calls_go_on: "Votre appel en cours continue.",
    try_now: "Essayer maintenant",
    headset: |state| format!("Casque\u{202f}: {state}"),
    audio_on: "Audio actif",
    audio_off: "Audio coupé",
    audio_elsewhere: "Autre onglet",
    microphone_lost: |why| match why {
        MicrophoneLoss::Denied => "Micro non autorisé",
        MicrophoneLoss::NotFound => "Aucun micro",
        MicrophoneLoss::Unusable => "Micro pris ailleurs",
        MicrophoneLoss::Unplugged => "Micro débranché",
    },
    microphone_remedy: |why| match why {
        MicrophoneLoss::Denied => {
            "Les appelants ne vous entendent pas. Autorisez le micro dans la barre d’adresse, puis appuyez sur Prendre le service."
        }
        MicrophoneLoss::NotFound => {
            "Les appelants ne vous entendent pas. Branchez un casque, puis appuyez sur Prendre le service."
        }
        MicrophoneLoss::Unusable => {
            "Les appelants ne vous entendent pas. Fermez le programme qui utilise le micro, puis appuyez sur Prendre le service."
        }
        MicrophoneLoss::Unplugged => {
            "Les appelants ne vous entendent pas. Rebranchez le casque\u{202f}; l’appel n’est pas coupé."
        }
    },
    on_a_call: "En appel",
    no_call: "Aucun appel",
    call_ringing: "Sonne",
    operator_menu: "Opérateur",
    sign_out: "Se déconnecter",
    practice: "Exercice",

    answer: "Répondre",
    decline: "Refuser",
    hold: "Attente",
    resume: "Reprendre",
    transfer: "Transférer",
    transfer_dots: "Transférer…",
    forward_dots: "Renvoyer sans répondre…",
    conference: "Conférence",
    mute: "Muet",
    unmute: "Rétablir le micro",
    muted: "Muet",
    keypad: "Clavier",
    hang_up: "Raccrocher",
    take_off: "Retirer de la liste",
    copy_number: "Copier le numéro",
    why_not,
    not_yet: "Pas dans cette version",

    calls: "Appels",
    incoming: "Entrants",
    outgoing: "Sortants",
    incoming_calls: "Appels entrants",
    outgoing_calls: "Appels sortants",
    free: "Libre",
    teach: [
        "Le prochain appel arrive ici. Répondez de partout",
        "Met l’appel choisi en attente, puis le reprend",
        "Transfert\u{202f}: meilleur choix en premier, Entrée valide",
        "Raccroche l’appel choisi",
        "Passe des appels à l’annuaire",
        "Ou glissez un appel sur un contact",
    ],
    status,
    on_hold_too_long: "En attente trop longue",
    on_hold_over: |limit| format!("En attente, plus de {limit}"),
    held_by_far_end: "Vous met en attente",
    going_to: |target| format!("part vers {target}"),
    came_back: |target, why| format!("Retour de {target}\u{202f}: {}", failure(why)),
    row,
    unknown_caller: "Appelant inconnu",
    withheld: "Numéro masqué",
    not_in_directory: "Hors annuaire",
    ringing_below: |n| match n {
        0 | 1 => format!("{n} sonne plus bas"),
        n => format!("{n} sonnent plus bas"),
    },
    call_from: |who, line| match line {
        Some(line) => format!("Appel de {who} pour {line}"),
        None => format!("Appel de {who}"),
    },
    held_too_long_said: |who| format!("{who} est en attente depuis deux minutes"),
    resize_call_lists: "Taille des listes d’appels",
    resize_columns: "Taille des appels et de l’annuaire",

    dial: "Composer",
    dial_number: "Numéro à appeler",
    dial_placeholder: "Composer un numéro ou un nom",
    call: "Appeler",
    suggestions: "Suggestions",

    workspace: "Espace de travail",
    directories: "Annuaires",
    directory_menu: "Menu de l’annuaire",
    quoted: |text| format!("«\u{202f}{text}\u{202f}»"),
    contacts_of: |directory| format!("Contacts de {directory}"),
    local_count: |n| format!("Local, {n}"),
    external_count: |n| format!("Externe, {n}"),
    sort: "Trier par",
    sort_by: |by| match by {
        SortBy::LastName => "Nom",
        SortBy::FirstName => "Prénom",
        SortBy::Company => "Société",
        SortBy::Office => "Bureau",
        SortBy::Department => "Service",
        SortBy::Title => "Fonction",
    },
    add_contact: "Ajouter un contact",
    edit_contact: "Modifier le contact",
    remove_contact: "Supprimer le contact",
    add_directory: "Ajouter un annuaire",
    new_directory: "Nouvel annuaire",
    rename_directory: "Renommer l’annuaire",
    remove_directory: "Supprimer l’annuaire",
    remove_directory_ask: |name, count| match count {
        0 => format!("Supprimer {name}\u{202f}?"),
        1 => format!("Supprimer {name} et son contact\u{202f}?"),
        n => format!("Supprimer {name} et ses {n} contacts\u{202f}?"),
    },
    remove_contact_ask: |name| format!("Supprimer {name}\u{202f}?"),
    import_csv: "Importer un fichier CSV",
    export_csv: "Exporter en CSV",
    undo_import: "Annuler le dernier import",
    read_only: "Fourni par le relais, lecture seule",
    directory_name: "Nom",
    directory_kind: "Qui s’y trouve",
    directory_local: "Les nôtres, en gras",
    directory_external: "Tous les autres",
    save: "Enregistrer",
    cancel: "Annuler",
    remove: "Supprimer",
    close: "Fermer",
    contact_row: |name, presence| format!("{name}, {presence}"),
    presence_unknown: "Inconnu",
    with_you: |time| format!("Avec vous {time}"),
    your_call_rings: |time| format!("Votre appel {time}"),
    call_contact: |name| format!("Appeler {name}"),
    call_mobile: |name| format!("Appeler le mobile de {name}"),
    call_home: |name| format!("Appeler {name} à domicile"),
    call_voicemail: |name| format!("Appeler la messagerie de {name}"),
    email_contact: |name| format!("Écrire à {name}"),
    web_of: |name| format!("Page web de {name}"),
    calendar_of: |name| format!("Agenda de {name}"),
    way_phone: "Téléphone",
    way_mobile: "Mobile",
    way_home: "Domicile",
    way_voicemail: "Messagerie",
    field_names: [
        "Nom",
        "Prénom",
        "Société",
        "Bureau",
        "Service",
        "Fonction",
        "Note",
        "Téléphone",
        "Mobile",
        "Domicile",
        "Messagerie",
        "E-mail",
        "XMPP",
        "Agenda",
        "Web",
    ],
    search: |directory| format!("Rechercher dans {directory}"),
    search_placeholder: |directory| format!("Rechercher dans {directory}"),
    contacts_found: |n| match n {
        0 | 1 => format!("{n} contact trouvé"),
        n => format!("{n} contacts trouvés"),
    },
    no_contact_found: "Aucun contact trouvé",
    nobody_matches: |query| format!("Personne ne correspond à «\u{202f}{query}\u{202f}»"),
    nobody_matches_note: "Aucun nom, société, fonction ni numéro ne le contient.",
    clear: "Effacer",
    empty_directory: "Encore personne ici",
    empty_directory_note: "Importez un fichier CSV ou ajoutez le premier contact à la main.",

    import_title: |directory| format!("Importer dans {directory}"),
    import_choose: "Choisir un fichier…",
    import_note: "Des virgules entre les colonnes, leurs noms sur la première ligne, en UTF-8. Une ligne illisible est signalée, le reste est importé, et tout l’import peut être annulé.",
    import_read: |file, rows| match rows {
        0 | 1 => format!("{file}\u{202f}: {rows} ligne"),
        n => format!("{file}\u{202f}: environ {n} lignes"),
    },
    import_columns: "Colonnes de ce fichier",
    import_unknown_column: "aucun annuaire n’a cette colonne",
    import_now: "Importer",
    import_bad_rows: |n| match n {
        0 | 1 => format!("{n} ligne n’a pas pu être lue"),
        n => format!("{n} lignes n’ont pas pu être lues"),
    },
    csv_problem,

    welcome_lede: "Le poste est prêt pour les appels. Ajoutez les personnes à qui vous transférez et il est prêt à servir.",
    step_registered: "Téléphone enregistré",
    step_registered_lines: |n| match n {
        0 | 1 => format!("{n} ligne"),
        n => format!("{n} lignes"),
    },
    step_audio: "Micro et son",
    step_audio_note: "Cette page porte vos appels",
    step_directory: "Annuaire",
    step_directory_note: "Encore personne à qui transférer",
    done: "fait",
    to_do: "à faire",
    your_keys: "Vos touches",
    your_keys_lede: "Verr Num éteint\u{202f}: le pavé numérique pilote chaque appel. Pas de pavé\u{202f}? Les touches de fonction font de même.",
    function_keys: [
        "Chercher",
        "Composer",
        "Passer",
        "Répondre, attente",
        "Raccrocher",
        "Transférer",
        "Suivant",
        "Finir l’actif",
    ],
    numpad_alt: "Pavé numérique, Verr Num éteint\u{202f}: 0 répond ou met en attente, le point raccroche, plus transfère, 5 passe des appels à l’annuaire, Entrée valide",
    numpad: NumpadWords {
        first: "Début",
        up: "Haut",
        page_up: "Page préc.",
        transfer: "Transfert",
        left: "Gauche",
        switch: "Appels ou annuaire",
        right: "Droite",
        last: "Fin",
        down: "Bas",
        page_down: "Page suiv.",
        confirm: "Valider",
        take: "Répondre, attente, appel",
        hang_up: "Raccrocher",
    },

    views: "Vues",
    settings: "Réglages",
    status_bar: "Barre d’état",
    available: "Disponible",
    do_not_disturb: "Ne pas déranger",
    to_do_not_disturb: "Passer en Ne pas déranger",
    to_available: "Passer en Disponible",
    missed: "Manqués",
    missed_calls: |n| format!("Appels manqués\u{202f}: {n}"),
    missed_clear: "Remettre le compteur à zéro",
    ringing: "Sonnent",
    on_hold: "En attente",
    num_lock_off: "Verr Num éteint",
    num_lock_on: "Verr Num allumé",
    num_lock_off_note: "Verr Num est éteint\u{202f}: le pavé numérique pilote les appels",
    num_lock_on_note: "Verr Num allumé, le pavé écrit des chiffres",
    colon: "\u{202f}: ",

    actions_for: |who| format!("Actions pour {who}"),
    menu_choose: "choisir",
    menu_back: "retour",
    menu_send: "envoyer",

    transfer_of: |who| format!("Transférer {who}"),
    send_to: |who, name| format!("Transférer {who} vers {name}"),
    transfer_to: "Transférer vers",
    transfer_placeholder: "Numéro ou nom",
    choices: "Choix",
    transfer_now: "Transférer",
    ask_first: "Demander d’abord",
    to_voicemail: "Vers la messagerie",
    queue: "Mettre en file",
    blind_to: |name| format!("Direct vers {name}"),
    selected_in_directory: "Choisi dans l’annuaire",
    to_number: |number| format!("Vers {number}"),
    to_number_note: "Tel que composé",

    digits_sent: |n| match n {
        0 | 1 => format!("{n} envoyé"),
        n => format!("{n} envoyés"),
    },
    keypad_note: "Tapez les chiffres de la rangée principale. Le pavé numérique pilote toujours les appels.",

    drop_blind: |name| format!("Transfert direct vers {name}"),
    drop_forward: |name| format!("Renvoyer sans répondre vers {name}"),
    drop_note: |number| format!("{number}. Lâchez pour envoyer l’appel"),
    drop_no_number: "Aucun numéro où envoyer un appel",

    notice,
    dismiss: "Fermer l’avis",
    more_notices: |n| format!("{n} de plus"),

    settings_look: "Apparence",
    settings_look_note: "Langue, thème, densité, contraste",
    settings_keys: "Touches",
    settings_this_computer: "Gardé sur cet ordinateur, appliqué aussitôt.",

    key_insert: "Inser",
    key_delete: "Suppr",
    key_escape: "Échap",
    key_enter: "Entrée",
};

fn row(call: &CallName<'_>) -> String {
    let mut name = format!("{}, {}", call.status, call.who);
    if call.local {
        name += ", annuaire local";
    }
    if let Some(number) = call.number {
        name += &format!(", {number}");
    }
    if let Some(line) = call.line {
        name += &format!(", pour {line}");
    }
    name
}

fn status(status: &CallStatus) -> String {
    match status {
        CallStatus::Ringing | CallStatus::RingingOut => "Sonne".into(),
        CallStatus::BackFrom { target, .. } => format!("Retour de {target}"),
        CallStatus::Answering => "Connexion".into(),
        CallStatus::Calling => "Appel".into(),
        CallStatus::Talking => "En ligne".into(),
        CallStatus::OnHold => "En attente".into(),
        CallStatus::Changing { to_hold: true } => "Mise en attente".into(),
        CallStatus::Changing { to_hold: false } => "Reprise".into(),
        CallStatus::Transferring { .. } => "Transfert".into(),
        CallStatus::Failed(why) => failure(why),
    }
}

fn failure(why: &CallFailure) -> String {
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

fn link(state: &LinkState) -> String {
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

fn why_not(why: WhyNot) -> &'static str {
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
        WhyNot::NoFreeSlot => "Toutes les places sont prises",
        WhyNot::NoSuchNumber => "Aucun numéro de ce genre",
        WhyNot::NoSuchContact => "Ce contact n’existe plus",
        WhyNot::NothingToUndo => "Rien à annuler",
        WhyNot::ReadOnly => "Lecture seule, fourni par le relais",
    }
}

fn notice(notice: &Notice) -> Said {
    let said = |happened: String, because: &str| Said { happened, because: because.into() };
    match notice {
        Notice::Missed { who } => said(
            format!("Appel manqué de {who}"),
            "La personne a raccroché avant la réponse. Rappeler\u{202f}?",
        ),
        Notice::TakenElsewhere { who } => said(format!("Quelqu’un d’autre a pris {who}"), ""),
        Notice::Transferred { who, target } => {
            said(format!("{who} est avec {target}"), "Le transfert est fait.")
        }
        Notice::HandedOver { who, target } => {
            said(format!("{who} a été envoyé vers {target}"), "Le système téléphonique n’a pas dit la suite.")
        }
        Notice::TransferFailed { who, target, why } => Said {
            happened: format!("{who} n’a pas pu être envoyé vers {target}"),
            because: format!("{}. {who} est revenu chez vous. {}", failure(why), remedy(why)),
        },
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
        Notice::NoSound { who, problem } => Said {
            happened: format!("Aucun son avec {who}"),
            because: format!(
                "Le son n’a pas pu être établi ({problem}). Vérifiez le casque et le réseau, puis rappelez."
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
        Notice::Imported { directory, file_name, imported, bad_rows } => Said {
            happened: match imported {
                0 | 1 => format!("{imported} contact importé dans {directory}"),
                n => format!("{n} contacts importés dans {directory}"),
            },
            because: match bad_rows.len() {
                0 => format!("Chaque ligne de {file_name} a été lue. Le menu de l’annuaire peut l’annuler."),
                1 => format!(
                    "1 ligne de {file_name} n’a pas pu être lue. Le menu de l’annuaire peut annuler l’import."
                ),
                n => format!(
                    "{n} lignes de {file_name} n’ont pas pu être lues. Le menu de l’annuaire peut annuler l’import."
                ),
            },
        },
        Notice::ImportRefused { file_name, why } => {
            Said { happened: format!("{file_name} n’a pas été importé"), because: csv_problem(why) }
        }
        Notice::StoreFailed { problem } => Said {
            happened: "Les annuaires n’ont pas pu être gardés sur cet ordinateur".into(),
            because: format!(
                "{problem}. Ils servent jusqu’à la fermeture du navigateur. Libérez de la place et rechargez."
            ),
        },
    }
}

fn csv_problem(problem: &CsvProblem) -> String {
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
