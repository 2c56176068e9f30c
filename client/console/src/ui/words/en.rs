//! English.

use cordboard_desk::{
    CallFailure, CallStatus, CsvFault, CsvProblem, LinkState, MicrophoneLoss, Notice, RegistrationFailure,
    SocketLoss, SortBy, WhyNot,
};

use super::{CallName, NumpadWords, Said, Words};

/// The English catalogue.
pub(super) static ENGLISH: Words = Words {
    tag: "en",
    name: "English",
    locale: "en-GB",

    sign_in: "Sign in",
    sign_in_title: "Sign in to your console",
    desk_at: |company| format!("Front desk at {company}"),
    user: "User",
    password: "Password",
    practice_title: "Practise without a telephone system",
    practice_note: "The practice exchange rings this console with calls of its own.",
    sign_in_as: |name| format!("Sign in as {name}"),
    signing_in: "Signing in…",
    language: "Language",
    theme: "Theme",
    theme_light: "Light",
    theme_dark: "Dark",
    theme_system: "System",
    density: "Density",
    density_automatic: "Automatic",
    density_comfortable: "Comfortable",
    density_compact: "Compact",
    contrast: "Contrast",
    contrast_normal: "Normal",
    contrast_more: "More",
    wrong_password: "User or password is wrong. Check both and try again.",
    locked_out: "Too many failed tries. Wait a few minutes, then try again.",
    relay_unreachable: "The Cordboard relay does not answer. Check the network, then try again.",
    relay_refused: |why| format!("The Cordboard relay refused: {why}"),
    other_version: "Another tab still runs another version of Cordboard. Close every tab of it, then open it again.",
    engine_lost: "The telephone engine could not be started in this browser. Reload the page; if that does not help, use a recent Chrome or Edge.",
    connecting_to_relay: "Connecting…",

    start_shift: "Start shift",
    good_day: |name| format!("Good day, {name}"),
    shift_lede: "One click lets this page use your headset and ring. Calls can reach you from then on.",
    shift_microphone: "Microphone",
    shift_microphone_why: "Your browser asks for it once",
    shift_sound: "Sound",
    shift_sound_why: "To hear callers and the bell",
    shift_notifications: "Desktop alerts",
    shift_notifications_why: "Ring when this tab is hidden",

    console: "Attendant console",
    current_call: "Current call",
    ready: "Ready",
    ready_note: |lines| match lines {
        0 => "No line, no call".into(),
        1 => "1 line, no call".into(),
        n => format!("{n} lines, no call"),
    },
    talking_for: |time| format!("Talking for {time}"),
    to_line: " to ",
    call_quality: "Call quality",
    quality_good: "Good",
    quality_fair: "Fair",
    quality_poor: "Poor",
    quality_poor_said: |who| {
        format!("The connection to {who} has become poor. Check your network, or offer to call back.")
    },
    milliseconds: |ms| format!("{ms} ms"),
    link,
    link_toggle_off: "Double-click to leave the registration",
    link_toggle_on: "Double-click to register",
    link_lost: "Not registered, calls cannot reach you",
    link_lost_now: "Trying again now.",
    retry_in: |seconds| format!("Trying again in {seconds} s."),
    calls_go_on: "Your current call continues.",
    try_now: "Try now",
    headset: |state| format!("Headset: {state}"),
    audio_on: "Audio on",
    audio_off: "Audio off",
    audio_elsewhere: "In another tab",
    microphone_lost: |why| match why {
        MicrophoneLoss::Denied => "Microphone not allowed",
        MicrophoneLoss::NotFound => "No microphone",
        MicrophoneLoss::Unusable => "Microphone in use elsewhere",
        MicrophoneLoss::Unplugged => "Microphone unplugged",
    },
    microphone_remedy: |why| match why {
        MicrophoneLoss::Denied => {
            "Callers cannot hear you. Allow the microphone in the browser's address bar, then press Start shift again."
        }
        MicrophoneLoss::NotFound => {
            "Callers cannot hear you. Plug a headset in, then press Start shift again."
        }
        MicrophoneLoss::Unusable => {
            "Callers cannot hear you. Close the program that uses the microphone, then press Start shift again."
        }
        MicrophoneLoss::Unplugged => {
            "Callers cannot hear you. Plug the headset in again; the call was not dropped."
        }
    },
    on_a_call: "On a call",
    no_call: "No call",
    call_ringing: "Ringing",
    operator_menu: "Operator",
    sign_out: "Sign out",
    practice: "Practice",

    answer: "Answer",
    decline: "Decline",
    hold: "Hold",
    resume: "Resume",
    transfer: "Transfer",
    transfer_dots: "Transfer…",
    forward_dots: "Send on unanswered…",
    conference: "Conference",
    mute: "Mute",
    unmute: "Unmute",
    muted: "Muted",
    keypad: "Keypad",
    hang_up: "Hang up",
    take_off: "Take off the list",
    copy_number: "Copy number",
    why_not,
    not_yet: "Not in this version",

    calls: "Calls",
    incoming: "Incoming",
    outgoing: "Outgoing",
    incoming_calls: "Incoming calls",
    outgoing_calls: "Outgoing calls",
    free: "Free",
    teach: [
        "The next call lands here. Answer it from anywhere",
        "Hold the selected call, press again to resume",
        "Transfer: best choice first, Enter confirms",
        "Hang up the selected call",
        "Jump between calls and directory",
        "Or drag a call onto a contact to send it",
    ],
    status,
    on_hold_too_long: "On hold too long",
    on_hold_over: |limit| format!("On hold, over {limit}"),
    held_by_far_end: "Holding you",
    going_to: |target| format!("going to {target}"),
    came_back: |target, why| format!("Back from {target}: {}", failure(why)),
    row,
    unknown_caller: "Unknown caller",
    withheld: "Number withheld",
    not_in_directory: "Not in any directory",
    ringing_below: |n| format!("{n} ringing below"),
    call_from: |who, line| match line {
        Some(line) => format!("Call from {who} for {line}"),
        None => format!("Call from {who}"),
    },
    held_too_long_said: |who| format!("{who} has been on hold for two minutes"),
    resize_call_lists: "Resize call lists",
    resize_columns: "Resize calls and directory",

    dial: "Dial",
    dial_number: "Number to call",
    dial_placeholder: "Dial a number or name",
    call: "Call",
    suggestions: "Suggestions",

    workspace: "Workspace",
    directories: "Directories",
    directory_menu: "Directory menu",
    quoted: |text| format!("“{text}”"),
    contacts_of: |directory| format!("Contacts of {directory}"),
    local_count: |n| format!("Local, {n}"),
    external_count: |n| format!("External, {n}"),
    sort: "Sort by",
    sort_by: |by| match by {
        SortBy::LastName => "Last name",
        SortBy::FirstName => "First name",
        SortBy::Company => "Company",
        SortBy::Office => "Office",
        SortBy::Department => "Department",
        SortBy::Title => "Title",
    },
    add_contact: "Add contact",
    edit_contact: "Edit contact",
    remove_contact: "Remove contact",
    add_directory: "Add directory",
    new_directory: "New directory",
    rename_directory: "Rename directory",
    remove_directory: "Remove directory",
    remove_directory_ask: |name, count| match count {
        1 => format!("Remove {name} and its one contact?"),
        n => format!("Remove {name} and its {n} contacts?"),
    },
    remove_contact_ask: |name| format!("Remove {name}?"),
    import_csv: "Import a CSV file",
    export_csv: "Export as CSV",
    undo_import: "Undo last import",
    read_only: "Handed out by the relay, read only",
    directory_name: "Name",
    directory_kind: "People in it",
    directory_local: "Our own, shown bold",
    directory_external: "Everybody else",
    save: "Save",
    cancel: "Cancel",
    remove: "Remove",
    close: "Close",
    contact_row: |name, presence| format!("{name}, {presence}"),
    presence_unknown: "Unknown",
    with_you: |time| format!("With you {time}"),
    your_call_rings: |time| format!("Your call {time}"),
    call_contact: |name| format!("Call {name}"),
    call_mobile: |name| format!("Call {name}'s mobile"),
    call_home: |name| format!("Call {name} at home"),
    call_voicemail: |name| format!("Call {name}'s voicemail"),
    email_contact: |name| format!("E-mail {name}"),
    web_of: |name| format!("Web page of {name}"),
    calendar_of: |name| format!("Calendar of {name}"),
    way_phone: "Phone",
    way_mobile: "Mobile",
    way_home: "Home",
    way_voicemail: "Voicemail",
    field_names: [
        "Last name",
        "First name",
        "Company",
        "Office",
        "Department",
        "Title",
        "Note",
        "Phone",
        "Mobile",
        "Home",
        "Voicemail",
        "E-mail",
        "XMPP",
        "Calendar",
        "Web",
    ],
    search: |directory| format!("Search {directory}"),
    search_placeholder: |directory| format!("Search {directory}"),
    contacts_found: |n| match n {
        1 => "1 contact found".into(),
        n => format!("{n} contacts found"),
    },
    no_contact_found: "No contact found",
    nobody_matches: |query| format!("Nobody matches “{query}”"),
    nobody_matches_note: "No name, company, title or number contains it.",
    clear: "Clear",
    empty_directory: "Nobody in here yet",
    empty_directory_note: "Import a CSV file or add the first contact by hand.",

    import_title: |directory| format!("Import into {directory}"),
    import_choose: "Choose a file…",
    import_note: "Commas between columns, the column names in the first line, UTF-8. A row that cannot be read is reported, the rest is imported, and the whole import can be undone.",
    import_read: |file, rows| match rows {
        1 => format!("{file}: 1 row"),
        n => format!("{file}: about {n} rows"),
    },
    import_columns: "Columns in this file",
    import_unknown_column: "no directory has this column",
    import_now: "Import",
    import_bad_rows: |n| match n {
        1 => "1 row could not be read".into(),
        n => format!("{n} rows could not be read"),
    },
    csv_problem,

    welcome_lede: "The console is ready for calls. Add the people you transfer to and it is ready for work.",
    step_registered: "Phone registered",
    step_registered_lines: |n| match n {
        1 => "1 line".into(),
        n => format!("{n} lines"),
    },
    step_audio: "Microphone and sound",
    step_audio_note: "This page carries your calls",
    step_directory: "Directory",
    step_directory_note: "Nobody to transfer to yet",
    done: "done",
    to_do: "to do",
    your_keys: "Your keys",
    your_keys_lede: "Num Lock off: the numeric keypad drives every call. No keypad? The function keys do the same.",
    function_keys: [
        "Search",
        "Dial",
        "Switch",
        "Answer, hold",
        "Hang up",
        "Transfer",
        "Next call",
        "End active",
    ],
    numpad_alt: "Numeric keypad with Num Lock off: 0 answers or holds, the dot hangs up, plus transfers, 5 switches between calls and directory, Enter confirms",
    numpad: NumpadWords {
        first: "First",
        up: "Up",
        page_up: "Page up",
        transfer: "Transfer box",
        left: "Left",
        switch: "Calls or directory",
        right: "Right",
        last: "Last",
        down: "Down",
        page_down: "Page down",
        confirm: "Confirm",
        take: "Answer, hold, call",
        hang_up: "Hang up",
    },

    views: "Views",
    settings: "Settings",
    status_bar: "Status bar",
    available: "Available",
    do_not_disturb: "Do not disturb",
    to_do_not_disturb: "Switch to Do not disturb",
    to_available: "Switch to Available",
    missed: "Missed",
    missed_calls: |n| format!("Missed calls: {n}"),
    missed_clear: "Set the counter back",
    ringing: "Ringing",
    on_hold: "On hold",
    num_lock_off: "Num Lock off",
    num_lock_on: "Num Lock on",
    num_lock_off_note: "Num Lock is off: the numeric keypad drives calls",
    num_lock_on_note: "Num Lock on, keypad types digits",
    colon: ": ",

    actions_for: |who| format!("Actions for {who}"),
    menu_choose: "choose",
    menu_back: "back",
    menu_send: "send",

    transfer_of: |who| format!("Transfer {who}"),
    send_to: |who, name| format!("Transfer {who} to {name}"),
    transfer_to: "Transfer to",
    transfer_placeholder: "Number or name",
    choices: "Choices",
    transfer_now: "Transfer now",
    ask_first: "Ask first",
    to_voicemail: "To voicemail",
    queue: "Queue",
    blind_to: |name| format!("Blind to {name}"),
    selected_in_directory: "Selected in the directory",
    to_number: |number| format!("To {number}"),
    to_number_note: "As typed",

    digits_sent: |n| format!("{n} sent"),
    keypad_note: "Type digits on the main row. The numeric keypad keeps driving calls.",

    drop_blind: |name| format!("Blind transfer to {name}"),
    drop_forward: |name| format!("Forward unanswered to {name}"),
    drop_note: |number| format!("{number}. Drop to send the call now"),
    drop_no_number: "No number to send a call to",

    notice,
    dismiss: "Dismiss",
    more_notices: |n| format!("{n} more"),

    settings_look: "Look",
    settings_look_note: "Language, theme, density, contrast",
    settings_keys: "Keys",
    settings_this_computer: "Kept on this computer, in force at once.",

    key_insert: "Ins",
    key_delete: "Del",
    key_escape: "Esc",
    key_enter: "Enter",
};

fn row(call: &CallName<'_>) -> String {
    let mut name = format!("{}, {}", call.status, call.who);
    if call.local {
        name += ", local directory";
    }
    if let Some(number) = call.number {
        name += &format!(", {number}");
    }
    if let Some(line) = call.line {
        name += &format!(", for {line}");
    }
    name
}

fn status(status: &CallStatus) -> String {
    match status {
        CallStatus::Ringing | CallStatus::RingingOut => "Ringing".into(),
        CallStatus::BackFrom { target, .. } => format!("Back from {target}"),
        CallStatus::Answering => "Connecting".into(),
        CallStatus::Calling => "Calling".into(),
        CallStatus::Talking => "Talking".into(),
        CallStatus::OnHold => "On hold".into(),
        CallStatus::Changing { to_hold: true } => "Holding".into(),
        CallStatus::Changing { to_hold: false } => "Resuming".into(),
        CallStatus::Transferring { .. } => "Transferring".into(),
        CallStatus::Failed(why) => failure(why),
    }
}

fn failure(why: &CallFailure) -> String {
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

fn link(state: &LinkState) -> String {
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

fn why_not(why: WhyNot) -> &'static str {
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
        WhyNot::NothingToUndo => "Nothing to undo",
        WhyNot::ReadOnly => "Read only, handed out by the relay",
    }
}

fn notice(notice: &Notice) -> Said {
    let said = |happened: String, because: &str| Said { happened, because: because.into() };
    match notice {
        Notice::Missed { who } => {
            said(format!("Missed call from {who}"), "They hung up before an answer. Call back?")
        }
        Notice::TakenElsewhere { who } => said(format!("Somebody else took {who}"), ""),
        Notice::Transferred { who, target } => {
            said(format!("{who} is with {target}"), "The transfer is done.")
        }
        Notice::HandedOver { who, target } => {
            said(format!("{who} was sent to {target}"), "The telephone system did not tell the outcome.")
        }
        Notice::TransferFailed { who, target, why } => Said {
            happened: format!("{who} could not be sent to {target}"),
            because: format!("{}. {who} is back with you. {}", failure(why), remedy(why)),
        },
        Notice::HoldRefused { who } => {
            said(format!("{who} is not on hold"), "The far end refused. They still hear you; try again.")
        }
        Notice::ResumeRefused { who } => {
            said(format!("{who} is still on hold"), "The far end refused. Try again.")
        }
        Notice::CallLost { who } => {
            said(format!("The call with {who} was lost"), "The connection broke. Call them back.")
        }
        Notice::NoSound { who, problem } => Said {
            happened: format!("No sound with {who}"),
            because: format!(
                "Sound could not be set up ({problem}). Check the headset and the network, then call back."
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
        Notice::Imported { directory, file_name, imported, bad_rows } => Said {
            happened: match imported {
                1 => format!("1 contact imported into {directory}"),
                n => format!("{n} contacts imported into {directory}"),
            },
            because: match bad_rows.len() {
                0 => format!("Every row of {file_name} was read. The directory menu can undo it."),
                1 => {
                    format!("1 row of {file_name} could not be read. The directory menu can undo the import.")
                }
                n => format!(
                    "{n} rows of {file_name} could not be read. The directory menu can undo the import."
                ),
            },
        },
        Notice::ImportRefused { file_name, why } => {
            Said { happened: format!("{file_name} was not imported"), because: csv_problem(why) }
        }
        Notice::StoreFailed { problem } => Said {
            happened: "The directories could not be kept on this computer".into(),
            because: format!(
                "{problem}. They work until you close the browser. Free some disk space and reload."
            ),
        },
    }
}

fn csv_problem(problem: &CsvProblem) -> String {
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
