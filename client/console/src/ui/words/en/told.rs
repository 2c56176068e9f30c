//! What the desk tells by code, in English: why something failed, what happened, what to do.

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
        (true, "") => "voicemail".into(),
        (true, name) => format!("voicemail of {name}"),
    }
}

pub(super) fn failure(why: &CallFailure) -> String {
    match why {
        CallFailure::Busy => "Busy".into(),
        CallFailure::NoAnswer => "No answer".into(),
        CallFailure::Rejected => "Rejected".into(),
        CallFailure::WrongNumber => "Wrong number".into(),
        CallFailure::NoCommonMedia => "No sound possible".into(),
        CallFailure::Unreachable => "Not reachable".into(),
        CallFailure::Other { status, reason } => format!("Refused ({status} {reason})"),
    }
}

/// What the operator can do about it.
fn remedy(why: &CallFailure) -> &'static str {
    match why {
        CallFailure::Busy | CallFailure::NoAnswer => "Try somebody else, or take a message.",
        CallFailure::Rejected => "They do not take the call. Try somebody else, or take a message.",
        CallFailure::WrongNumber => "The telephone system does not know the number. Check it and try again.",
        CallFailure::NoCommonMedia => "The two sides share no way to carry sound. Tell your administrator.",
        CallFailure::Unreachable => "The telephone system cannot reach it. Try again in a moment.",
        CallFailure::Other { .. } => "Try again; if it keeps failing, tell your administrator.",
    }
}

pub(super) fn link(state: &LinkState) -> String {
    match state {
        LinkState::Registered => "Registered".into(),
        LinkState::Registering | LinkState::Connecting => "Registering".into(),
        LinkState::Off => "Not registered: switched off".into(),
        LinkState::SocketDown(why) => match why {
            SocketLoss::RelayUnreachable => "Not registered: the relay does not answer".into(),
            SocketLoss::PbxUnreachable => "Not registered: the telephone system does not answer".into(),
            SocketLoss::NotSignedIn => "Not registered: sign in again".into(),
            SocketLoss::Closed { reason, .. } if !reason.is_empty() => format!("Not registered: {reason}"),
            SocketLoss::Closed { code, .. } => format!("Not registered: connection closed ({code})"),
        },
        LinkState::RegistrationFailed(why) => format!(
            "Not registered: {}",
            match why {
                RegistrationFailure::WrongPassword => "wrong telephone password".to_owned(),
                RegistrationFailure::Forbidden { reason } => format!("not allowed ({reason})"),
                RegistrationFailure::UnknownUser =>
                    "the telephone system does not know this account".to_owned(),
                RegistrationFailure::NoUsableChallenge =>
                    "the telephone system asks for an unknown sign-in".to_owned(),
                RegistrationFailure::TimedOut => "no answer".to_owned(),
                RegistrationFailure::NotConnected => "no connection".to_owned(),
                RegistrationFailure::Unavailable { status, .. } => format!("not available now ({status})"),
                RegistrationFailure::Refused { status, reason } => format!("refused ({status} {reason})"),
            }
        ),
    }
}

pub(super) fn why_not(why: WhyNot) -> &'static str {
    match why {
        WhyNot::CallOver => "The call is over",
        WhyNot::NotAnswered => "Not answered yet",
        WhyNot::AlreadyAnswered => "Answered already",
        WhyNot::AlreadyOnHold => "On hold already",
        WhyNot::NotOnHold => "Not on hold",
        WhyNot::BeingTransferred => "Being transferred",
        WhyNot::Changing => "Wait a moment, it is changing",
        WhyNot::Outgoing => "It is an outgoing call",
        WhyNot::NotRegistered => "No link to the telephone system",
        WhyNot::NoAudio => "No microphone yet: press Start shift",
        WhyNot::NoCall => "No call",
        WhyNot::NoFreeSlot => "Every slot is taken",
        WhyNot::NoSuchNumber => "No such number",
        WhyNot::NoSuchContact => "No such contact any more",
        WhyNot::NoParking => "No parking places are set up",
        WhyNot::ParkingFull => "Every parking place is taken",
        WhyNot::NobodyToConnect => "No other call to connect it with",
        WhyNot::NobodyAsked => "Nobody is being asked",
        WhyNot::NoVoicemail => "No way to a voicemail box",
        WhyNot::InConference => "It is in the conference",
        WhyNot::NotInConference => "It is not in the conference",
        WhyNot::NoConference => "You are in no conference",
        WhyNot::NobodyToJoin => "No other call to join: put one on hold",
        WhyNot::ConferenceFull => "Full: 5 of 5 parties, you included",
        WhyNot::NotWatched => "Nobody knows when that phone is free",
        WhyNot::NotQueued => "The caller waits for nobody",
        WhyNot::NothingRings => "Nothing rings there",
        WhyNot::NoPickUp => "The telephone system has no way to intercept",
        WhyNot::BeingTaken => "Somebody is taking it over",
        WhyNot::TeamUnknown => "The relay tells nothing of the team now",
        WhyNot::NothingToUndo => "Nothing to undo",
        WhyNot::ReadOnly => "Read only, handed out by the relay",
    }
}

pub(super) fn notice(notice: &Notice) -> Said {
    let said = |happened: String, because: &str| Said { happened, because: because.into() };
    match notice {
        Notice::Missed { who } => {
            said(format!("Missed call from {who}"), "They hung up before an answer. Call back?")
        }
        Notice::TakenElsewhere { who } => said(format!("Somebody else took {who}"), ""),
        Notice::AnsweredItself { who } => said(
            format!("{who} was answered by itself"),
            "The telephone system asked for that. Your microphone is open.",
        ),
        Notice::TakenOver { who, by } => said(format!("{by} has taken over {who}"), ""),
        Notice::NotTakenOver { who, from, why } => team::not_taken_over(who, from, why),
        Notice::Transferred { who, target } => said(transferred(who, target), "The transfer is done."),
        Notice::HandedOver { who, target } => {
            said(sent_to(who, target), "The telephone system did not tell the outcome.")
        }
        Notice::TransferFailed { who, target, why } => Said {
            happened: format!("{who} could not be sent to {}", addressee(target)),
            because: format!("{}. {who} is back with you. {}", failure(why), remedy(why)),
        },
        Notice::CallerLeft { who, target } => {
            said(format!("{who} has hung up"), &format!("They did not wait while you asked {target}."))
        }
        Notice::HoldRefused { who } => {
            said(format!("{who} is not on hold"), "The far end refused. They still hear you; try again.")
        }
        Notice::ResumeRefused { who } => {
            said(format!("{who} is still on hold"), "The far end refused. Try again.")
        }
        Notice::CallLost { who } => {
            said(format!("The call with {who} was lost"), "The connection broke. Call them back.")
        }
        Notice::UpdateReady => said(
            "An update is ready".into(),
            "It starts by itself when no call is up any more. Your calls go on undisturbed.",
        ),
        Notice::Restarted => said(
            "Cordboard stopped for a moment and is back".into(),
            "Your calls were kept. Check each before you go on; tell your administrator if it comes again.",
        ),
        Notice::PhoneRings { name, from, .. } => Said {
            happened: format!("{name}’s phone is ringing"),
            because: if from.is_empty() { String::new() } else { format!("From {from}") },
        },
        Notice::NoSound { who, problem } => Said {
            happened: format!("No sound with {who}"),
            because: format!(
                "Sound could not be set up: {}. Check the headset and the network, then call back.",
                no_sound(problem)
            ),
        },
        Notice::Malformed { problem } => Said {
            happened: "A message of the telephone system could not be read".into(),
            because: format!("{problem}. Nothing was lost; tell your administrator if it comes again."),
        },
        Notice::NotANumber { typed } => said(
            format!("“{typed}” is not a number"),
            "Type digits or an address such as name@company.example.",
        ),
        Notice::NotPossible(why) => said("That is not possible now".into(), why_not(*why)),
        Notice::Imported { directory, file_name, imported, bad_rows } => {
            imported_into(directory, file_name, *imported, bad_rows.len())
        }
        Notice::ImportRefused { file_name, why } => {
            Said { happened: format!("{file_name} was not imported"), because: csv_problem(why) }
        }
        Notice::HoldMusicLost { problem } => hold_music_lost(*problem),
        Notice::StoreSpoilt => store_spoilt(),
        Notice::StoreFailed { problem } => Said {
            happened: "Directories and call log could not be kept on this computer".into(),
            because: format!(
                "{problem}. They work until you close the browser. Free some disk space and reload."
            ),
        },
    }
}

fn transferred(who: &str, target: &Addressee) -> String {
    if target.voicemail { sent_to(who, target) } else { format!("{who} is with {}", target.name) }
}

fn sent_to(who: &str, target: &Addressee) -> String {
    format!("{who} was sent to {}", addressee(target))
}

/// A file was read into a directory.
fn imported_into(directory: &str, file_name: &str, imported: u32, bad_rows: usize) -> Said {
    Said {
        happened: match imported {
            1 => format!("1 contact imported into {directory}"),
            n => format!("{n} contacts imported into {directory}"),
        },
        because: match bad_rows {
            0 => format!("Every row of {file_name} was read. The directory menu can undo it."),
            1 => {
                format!("1 row of {file_name} could not be read. The directory menu can undo the import.")
            }
            n => {
                format!("{n} rows of {file_name} could not be read. The directory menu can undo the import.")
            }
        },
    }
}

fn hold_music_lost(problem: HoldMusicLoss) -> Said {
    let because = match problem {
        HoldMusicLoss::NotThere => {
            "The relay did not hand the file out. Reload the page, or tell your administrator."
        }
        HoldMusicLoss::NotPlayable => {
            "This browser cannot play the file. Tell your administrator; an MP3 always works."
        }
    };
    Said { happened: "Callers on hold hear a tone instead of music".into(), because: because.into() }
}

fn store_spoilt() -> Said {
    Said {
        happened: "Part of what this computer had kept could not be read".into(),
        because:
            "Contacts or calls of before may be missing; the rest is there. Import missing contacts again."
                .into(),
    }
}

pub(super) fn csv_problem(problem: &CsvProblem) -> String {
    let line = problem.line;
    match &problem.fault {
        CsvFault::EmptyFile => "The file is empty. Choose another.".into(),
        CsvFault::Semicolons => {
            "The columns are separated by semicolons. Save the file with commas and import it again.".into()
        }
        CsvFault::Tabs => "The columns are separated by tabs. Save the file with commas and import it again.".into(),
        CsvFault::Utf16 => "The file is UTF-16 text. Save it as UTF-8 and import it again.".into(),
        CsvFault::NoHeader => {
            "The first line does not name the columns. Put the column names there, such as lastname,firstname,phone.".into()
        }
        CsvFault::UnknownColumn(name) => format!("No directory has a column “{name}”. Rename or remove it."),
        CsvFault::RepeatedColumn(column) => format!("The column {} is there twice. Remove one.", column.name()),
        CsvFault::FieldCount { expected, found } => {
            format!("Line {line}: {found} fields instead of {expected}. A comma may be missing its quotes.")
        }
        CsvFault::UnclosedQuote => format!("Line {line}: a quote is opened and never closed."),
        CsvFault::NotUtf8 => format!("Line {line}: not UTF-8. Save the file as UTF-8."),
        CsvFault::BadPresence(value) => format!("Line {line}: presence is “{value}”; use true or false."),
        CsvFault::BadAlert(letter) => format!("Line {line}: alert has “{letter}”; use the letters a r b d n f s."),
        CsvFault::BadPictureType(value) => format!("Line {line}: picturetype is “{value}”; use jpg, png or gif."),
        CsvFault::NoPictureType => format!("Line {line}: there is a picture without a picturetype."),
        CsvFault::BadPicture => format!("Line {line}: the picture is not base64."),
        CsvFault::TooLong(column) => format!("Line {line}: {} is too long.", column.name()),
    }
}

fn no_sound(why: &NoSound) -> String {
    match why {
        NoSound::PageSilent => "the tab that carries the sound did not answer".into(),
        NoSound::ConnectionLost => "its connection was lost, and a new one did not help".into(),
        NoSound::Refused { status } => format!("the far end refused it ({status})"),
        NoSound::Browser { said } => format!("the browser says “{said}”"),
    }
}

/// How a call of the log ended.
pub(super) fn call_end(end: &CallEnd) -> String {
    match end {
        CallEnd::Answered => "Answered".into(),
        CallEnd::Missed => "Missed".into(),
        CallEnd::LeftOnHold => "Left on hold".into(),
        CallEnd::TakenElsewhere => "Taken elsewhere".into(),
        CallEnd::Declined => "Declined".into(),
        CallEnd::Transferred { target } => format!("To {target}"),
        CallEnd::GivenUp => "Given up".into(),
        CallEnd::Failed(why) => failure(why),
        CallEnd::Lost => "Connection lost".into(),
        CallEnd::TurnedAway => "Turned away".into(),
        CallEnd::ToVoicemail { of } if of.is_empty() => "To voicemail".into(),
        CallEnd::ToVoicemail { of } => format!("Voicemail: {of}"),
    }
}

/// Why the relay refused what was asked at the door.
pub(super) fn relay_refused(why: ProblemCode) -> &'static str {
    match why {
        ProblemCode::WrongPassword => "User or password is wrong. Check both and try again.",
        ProblemCode::LockedOut => "Too many failures. Wait some minutes, then try again.",
        ProblemCode::NotSignedIn => "Your session has ended. Sign in again.",
        ProblemCode::ForeignOrigin => {
            "This page is not the relay’s own. Open the address of the relay itself."
        }
        ProblemCode::BadRequest => {
            "The relay did not understand this page. Reload it; it may be of another version."
        }
        ProblemCode::Internal => "The relay has a fault. Try again; tell your administrator if it lasts.",
    }
}
