//! Everything the console says, one typed catalogue a language. A third language is one more file.
//!
//! A catalogue is a constant of [`Words`]: the compiler refuses one that leaves anything unsaid. What holds a number,
//! a name or a code is a function, so that each language puts it where its grammar wants it.

use cordboard_desk::{
    Addressee, CallEnd, CallFailure, CallStatus, CsvProblem, Instead, LinkState, MicrophoneLoss, Notice,
    Occasion, Outcome, SortBy, Standing, TeamCallState, Verdict, WhyNot,
};
use cordboard_wire::ProblemCode;
use leptos::prelude::*;

mod en;
mod fr;

/// The languages there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English
    #[default]
    English,
    /// French
    French,
}

impl Language {
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// The language's words.
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &en::ENGLISH,
            Self::French => &fr::FRENCH,
        }
    }

    /// The first language of these tags (BCP 47, most wanted first) that there is.
    pub fn from_tags<'a>(tags: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        tags.into_iter().find_map(|tag| {
            let primary = tag.split('-').next().unwrap_or_default();
            Self::ALL.into_iter().find(|language| language.words().tag.eq_ignore_ascii_case(primary))
        })
    }
}

/// Who a phrase is about: a call as its row names it.
pub struct CallName<'a> {
    /// The status word.
    pub status: String,
    /// Name, or number where there is none.
    pub who: &'a str,
    /// Found in a local directory.
    pub local: bool,
    /// The number, where the name is not the number already.
    pub number: Option<&'a str>,
    /// The line that was called.
    pub line: Option<&'a str>,
    /// Whom the caller waits for.
    pub waiting_for: Option<&'a str>,
}

/// What a notice says: what happened, and why or what to do.
#[derive(Clone)]
pub struct Said {
    /// What happened, one sentence.
    pub happened: String,
    /// Why, or what to do; may be empty.
    pub because: String,
}

/// All phrases of one language.
#[expect(missing_docs, reason = "each is the phrase of its name; the English catalogue shows it")]
pub struct Words {
    // The language itself
    pub tag: &'static str,
    pub name: &'static str,
    pub locale: &'static str,

    // The door
    pub sign_in: &'static str,
    pub sign_in_title: &'static str,
    pub desk_at: fn(&str) -> String,
    pub user: &'static str,
    pub password: &'static str,
    pub practice_title: &'static str,
    pub practice_note: &'static str,
    pub sign_in_as: fn(&str) -> String,
    pub signing_in: &'static str,
    pub language: &'static str,
    pub theme: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub theme_system: &'static str,
    pub density: &'static str,
    pub density_automatic: &'static str,
    pub density_comfortable: &'static str,
    pub density_compact: &'static str,
    pub contrast: &'static str,
    pub contrast_normal: &'static str,
    pub contrast_more: &'static str,
    pub wrong_password: &'static str,
    pub locked_out: &'static str,
    pub relay_unreachable: &'static str,
    pub relay_refused: fn(ProblemCode) -> &'static str,
    pub engine_lost: &'static str,
    pub older_engine: &'static str,
    pub newer_engine: &'static str,
    pub connecting_to_relay: &'static str,
    pub relay_away: &'static str,
    pub relay_away_note: &'static str,

    // The first gesture
    pub start_shift: &'static str,
    pub good_day: fn(&str) -> String,
    pub shift_lede: &'static str,
    pub shift_microphone: &'static str,
    pub shift_microphone_why: &'static str,
    pub shift_sound: &'static str,
    pub shift_sound_why: &'static str,
    pub shift_notifications: &'static str,
    pub shift_notifications_why: &'static str,

    // Header
    pub console: &'static str,
    pub current_call: &'static str,
    pub ready: &'static str,
    pub ready_note: fn(u32) -> String,
    pub talking_for: fn(&str) -> String,
    pub to_line: &'static str,
    pub call_quality: &'static str,
    pub quality_good: &'static str,
    pub quality_fair: &'static str,
    pub quality_poor: &'static str,
    pub quality_poor_said: fn(&str) -> String,
    pub milliseconds: fn(u32) -> String,
    pub link: fn(&LinkState) -> String,
    pub link_toggle_off: &'static str,
    pub link_toggle_on: &'static str,
    pub link_lost: &'static str,
    pub link_lost_now: &'static str,
    pub retry_in: fn(u128) -> String,
    pub calls_go_on: &'static str,
    pub try_now: &'static str,
    pub headset: fn(&str) -> String,
    pub audio_on: &'static str,
    pub audio_off: &'static str,
    pub audio_elsewhere: &'static str,
    pub microphone_lost: fn(MicrophoneLoss) -> &'static str,
    pub microphone_remedy: fn(MicrophoneLoss) -> &'static str,
    pub on_a_call: &'static str,
    pub no_call: &'static str,
    pub call_ringing: &'static str,
    pub operator_menu: &'static str,
    pub sign_out: &'static str,
    pub calls_are_up: &'static str,
    pub practice: &'static str,

    // Acts on a call
    pub answer: &'static str,
    pub decline: &'static str,
    pub hold: &'static str,
    pub resume: &'static str,
    pub transfer: &'static str,
    pub transfer_dots: &'static str,
    pub forward_dots: &'static str,
    pub connect: &'static str,
    pub connect_with: fn(&str, &str) -> String,
    pub add_caller: &'static str,
    pub known_already: &'static str,
    pub mail_about: &'static str,
    pub open_crm: &'static str,
    pub no_crm: &'static str,
    pub mail_subject: fn(&str) -> String,
    pub mail_body: fn(&str, &str, Option<&str>) -> String,
    pub swap: &'static str,
    pub park: &'static str,
    pub back_to: fn(&str) -> String,
    pub conference: &'static str,
    pub mute: &'static str,
    pub unmute: &'static str,
    pub muted: &'static str,
    pub keypad: &'static str,
    pub hang_up: &'static str,
    pub take_off: &'static str,
    pub copy_number: &'static str,
    pub why_not: fn(WhyNot) -> &'static str,

    // Calls
    pub calls: &'static str,
    pub incoming: &'static str,
    pub outgoing: &'static str,
    pub incoming_calls: &'static str,
    pub outgoing_calls: &'static str,
    pub free: &'static str,
    pub teach: [&'static str; 6],
    pub status: fn(&CallStatus) -> String,
    pub consulting: &'static str,
    pub on_behalf_of: fn(&str) -> String,
    pub connects_to: fn(&str) -> String,
    pub connects_when_answered: fn(&str) -> String,
    pub on_hold_too_long: &'static str,
    pub on_hold_over: fn(&str) -> String,
    pub held_by_far_end: &'static str,
    pub going_to: fn(&Addressee) -> String,
    pub came_back: fn(&Addressee, &CallFailure) -> String,
    pub row: fn(&CallName<'_>) -> String,
    pub unknown_caller: &'static str,
    pub withheld: &'static str,
    pub not_in_directory: &'static str,
    pub ringing_below: fn(u32) -> String,
    pub call_from: fn(&str, Option<&str>) -> String,
    pub held_too_long_said: fn(&str) -> String,
    pub resize_call_lists: &'static str,
    pub resize_columns: &'static str,

    // Dial bar
    pub dial: &'static str,
    pub dial_number: &'static str,
    pub dial_placeholder: &'static str,
    pub call: &'static str,
    pub suggestions: &'static str,
    pub redial: &'static str,

    // Directories
    pub workspace: &'static str,
    pub directories: &'static str,
    pub directory_menu: &'static str,
    pub contacts_of: fn(&str) -> String,
    pub quoted: fn(&str) -> String,
    pub local_count: fn(u32) -> String,
    pub external_count: fn(u32) -> String,
    pub sort: &'static str,
    pub sort_by: fn(SortBy) -> &'static str,
    pub add_contact: &'static str,
    pub edit_contact: &'static str,
    pub remove_contact: &'static str,
    pub add_directory: &'static str,
    pub new_directory: &'static str,
    pub rename_directory: &'static str,
    pub remove_directory: &'static str,
    pub remove_directory_ask: fn(&str, u32) -> String,
    pub remove_contact_ask: fn(&str) -> String,
    pub import_csv: &'static str,
    pub export_csv: &'static str,
    pub undo_import: &'static str,
    pub read_only: &'static str,
    pub directory_name: &'static str,
    pub directory_kind: &'static str,
    pub directory_local: &'static str,
    pub directory_external: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub remove: &'static str,
    pub close: &'static str,
    pub contact_row: fn(&str, &str) -> String,
    pub standing: fn(Standing) -> &'static str,
    /// How many are in a conference room.
    pub people: fn(u32) -> String,
    /// Who is in a conference room: how many, and the names as far as they are known.
    pub in_room: fn(u32, &str) -> String,
    /// Nobody waits at a parking place.
    pub place_free: &'static str,
    /// Somebody waits at a parking place.
    pub place_taken: &'static str,
    /// Who waits at a parking place, for how long, and who parked them; the last two may be empty.
    pub parked: fn(&str, &str, &str) -> String,
    /// Takes a call back from a parking place.
    pub take_back: fn(&str) -> String,
    pub standing_for: fn(&str, &str) -> String,
    pub unknown_since: fn(&str) -> String,
    pub watch_phone: &'static str,
    pub with_you: fn(&str) -> String,
    pub your_call_rings: fn(&str) -> String,
    pub call_contact: fn(&str) -> String,
    pub call_mobile: fn(&str) -> String,
    pub call_home: fn(&str) -> String,
    pub call_voicemail: fn(&str) -> String,
    pub email_contact: fn(&str) -> String,
    pub web_of: fn(&str) -> String,
    pub calendar_of: fn(&str) -> String,
    pub way_phone: &'static str,
    pub way_mobile: &'static str,
    pub way_home: &'static str,
    pub way_voicemail: &'static str,
    pub field_names: [&'static str; 15],
    pub search: fn(&str) -> String,
    pub search_placeholder: fn(&str) -> String,
    pub contacts_found: fn(u32) -> String,
    pub no_contact_found: &'static str,
    pub nobody_matches: fn(&str) -> String,
    pub nobody_matches_note: &'static str,
    pub clear: &'static str,
    pub empty_directory: &'static str,
    pub empty_directory_note: &'static str,

    // Import
    pub import_title: fn(&str) -> String,
    pub import_choose: &'static str,
    pub import_lost: &'static str,
    pub import_note: &'static str,
    pub import_read: fn(&str, u32) -> String,
    pub import_columns: &'static str,
    pub import_unknown_column: &'static str,
    pub import_now: &'static str,
    pub import_bad_rows: fn(u32) -> String,
    pub csv_problem: fn(&CsvProblem) -> String,

    // Welcome
    pub welcome_lede: &'static str,
    pub step_registered: &'static str,
    pub step_registered_lines: fn(u32) -> String,
    pub step_audio: &'static str,
    pub step_audio_note: &'static str,
    pub step_directory: &'static str,
    pub step_directory_note: &'static str,
    pub done: &'static str,
    pub to_do: &'static str,
    pub your_keys: &'static str,
    pub your_keys_lede: &'static str,
    pub function_keys: [&'static str; 8],
    pub letter_keys: [(&'static str, &'static str); 17],
    pub numpad_alt: &'static str,
    pub numpad: NumpadWords,

    // Rail and status bar
    pub views: &'static str,
    pub settings: &'static str,
    pub status_bar: &'static str,
    pub available: &'static str,
    pub do_not_disturb: &'static str,
    pub to_do_not_disturb: &'static str,
    pub to_available: &'static str,
    pub missed: &'static str,
    pub missed_calls: fn(u32) -> String,
    pub missed_list: &'static str,
    pub voicemail: &'static str,
    pub voicemail_new: fn(Option<u32>) -> String,
    pub voicemail_call: &'static str,
    pub ringing: &'static str,
    pub on_hold: &'static str,
    pub num_lock_off: &'static str,
    pub num_lock_on: &'static str,
    pub num_lock_off_note: &'static str,
    pub num_lock_on_note: &'static str,
    pub colon: &'static str,

    // Call log
    pub call_log: &'static str,
    pub log_calls: fn(u32) -> String,
    pub log_search: &'static str,
    pub log_columns: [&'static str; 8],
    pub export_log: &'static str,
    pub log_empty: &'static str,
    pub log_began: &'static str,
    pub log_length: &'static str,
    pub log_held: &'static str,
    pub missed_only: &'static str,
    pub clear_log: &'static str,
    pub clear_log_ask: &'static str,
    pub call_back: &'static str,
    pub call_end: fn(&CallEnd) -> String,

    // Conference
    pub conferring: ConferenceWords,

    // Team
    pub team: TeamWords,

    // Menus
    pub actions_for: fn(&str) -> String,
    pub menu_choose: &'static str,
    pub menu_back: &'static str,
    pub menu_send: &'static str,

    // Transfer box
    pub transfer_of: fn(&str) -> String,
    pub send_to: fn(&str, &str) -> String,
    pub transfer_to: &'static str,
    pub transfer_placeholder: &'static str,
    pub choices: &'static str,
    pub transfer_now: &'static str,
    pub ask_first: &'static str,
    pub asked_already: &'static str,
    pub connect_to: fn(&str) -> String,
    pub connect_note: &'static str,
    pub connect_early_note: &'static str,
    pub to_voicemail: &'static str,
    pub voicemail_of_whom: &'static str,
    pub queue: &'static str,
    pub queue_for: fn(&str) -> String,
    pub queue_for_note: &'static str,
    pub waiting_for: fn(&str) -> String,
    pub stop_waiting: &'static str,
    pub calls_wait: fn(u32) -> String,
    pub intercept: &'static str,
    pub drop_queue: fn(&str) -> String,
    pub drop_queue_note: &'static str,
    pub blind_to: fn(&str) -> String,
    pub selected_in_directory: &'static str,
    pub to_number: fn(&str) -> String,
    pub to_number_note: &'static str,

    // Keypad
    pub digits_sent: fn(u32) -> String,
    pub keypad_note: &'static str,

    // Drag
    pub drop_blind: fn(&str) -> String,
    pub drop_forward: fn(&str) -> String,
    pub drop_note: fn(&str) -> String,
    pub drop_no_number: &'static str,
    pub drop_attended: fn(&str) -> String,
    pub drop_attended_note: &'static str,
    pub drop_when_answered: fn(&str) -> String,
    pub drop_callers: &'static str,
    pub drop_callers_note: &'static str,

    // Notices
    pub notice: fn(&Notice) -> Said,
    pub dismiss: &'static str,
    pub copy_failed: &'static str,
    pub copy_failed_why: &'static str,
    pub more_notices: fn(u32) -> String,

    // Settings
    pub settings_look: &'static str,
    pub settings_look_note: &'static str,
    pub settings_keys: &'static str,
    pub settings_overflow: &'static str,
    pub settings_overflow_note: &'static str,
    pub overflow_order: &'static str,
    pub occasion: fn(Occasion) -> &'static str,
    pub instead: fn(Occasion, &Instead) -> &'static str,
    pub instead_for: fn(&str) -> String,
    pub number_for: fn(&str) -> String,
    pub overflow_calls: &'static str,
    pub overflow_seconds: &'static str,
    pub days: [&'static str; 7],
    pub opens_on: fn(&str) -> String,
    pub closes_on: fn(&str) -> String,
    pub outcome: fn(Outcome) -> String,
    pub would_happen: fn(Option<&Verdict>) -> String,
    pub try_number: &'static str,
    pub try_now_call: &'static str,
    pub settings_links: &'static str,
    pub settings_links_note: &'static str,
    pub take_links: &'static str,
    pub settings_sound: &'static str,
    pub settings_sound_note: &'static str,
    pub reminder: &'static str,
    pub reminder_on: &'static str,
    pub reminder_off: &'static str,
    pub settings_help: &'static str,
    pub sip_trace: &'static str,
    pub sip_trace_note: &'static str,
    pub save_sip_trace: &'static str,
    pub save_sip_trace_pcap: &'static str,
    pub settings_this_computer: &'static str,

    // Key caps
    pub key_insert: &'static str,
    pub key_delete: &'static str,
    pub key_escape: &'static str,
    pub key_enter: &'static str,
    pub key_shift_enter: &'static str,
}

impl Words {
    /// Somebody whom the desk names by name or number; who nobody knows has neither.
    pub fn named<'a>(&'a self, name: &'a str) -> &'a str {
        if name.is_empty() { self.unknown_caller } else { name }
    }
}

/// What each key of the numeric keypad does.
#[expect(missing_docs, reason = "each is the phrase of its key")]
pub struct NumpadWords {
    pub first: &'static str,
    pub up: &'static str,
    pub page_up: &'static str,
    pub transfer: &'static str,
    pub left: &'static str,
    pub switch: &'static str,
    pub right: &'static str,
    pub last: &'static str,
    pub down: &'static str,
    pub page_down: &'static str,
    pub confirm: &'static str,
    pub take: &'static str,
    pub hang_up: &'static str,
}

/// What is said about the conference.
#[expect(missing_docs, reason = "each is the phrase of its name; the English catalogue shows it")]
pub struct ConferenceWords {
    pub add: &'static str,
    pub add_another: &'static str,
    pub add_short: &'static str,
    pub remove: &'static str,
    pub remove_note: &'static str,
    pub mute_party: &'static str,
    pub unmute_party: &'static str,
    pub leave: &'static str,
    pub leave_short: &'static str,
    pub leave_note: &'static str,
    pub come_back: &'static str,
    pub end: &'static str,
    pub end_short: &'static str,
    pub talking: &'static str,
    pub listening: &'static str,
    pub silenced: &'static str,
    pub choose_party: &'static str,
    pub count: fn(u32, u32) -> String,
    pub in_it: fn(u32) -> String,
}

/// What is said about the operator's team.
#[expect(missing_docs, reason = "each is the phrase of its name; the English catalogue shows it")]
pub struct TeamWords {
    pub team: &'static str,
    pub calls_of: fn(&str) -> String,
    pub colleagues: fn(u32) -> String,
    pub waiting: fn(u32) -> String,
    pub nobody: &'static str,
    pub nobody_note: &'static str,
    pub no_calls: &'static str,
    pub state: fn(TeamCallState) -> &'static str,
    pub gone: &'static str,
    pub longest: &'static str,
    pub since_first_rang: fn(&str) -> String,
    pub take_over: &'static str,
    pub take_over_of: fn(&str, &str) -> String,
}

/// The operator's language, for everything below.
#[derive(Clone, Copy)]
pub struct Tongue(RwSignal<Language>);

impl Tongue {
    /// Speaks this language until told otherwise.
    pub fn new(language: Language) -> Self {
        Self(RwSignal::new(language))
    }

    /// The language now.
    pub fn language(self) -> Language {
        self.0.get()
    }

    /// Speaks another language from now on.
    pub fn speak(self, language: Language) {
        self.0.set(language);
    }

    /// The words, for use where a change of language must repaint.
    pub fn words(self) -> &'static Words {
        self.0.get().words()
    }

    /// The words now, for use in handlers.
    pub fn words_now(self) -> &'static Words {
        self.0.get_untracked().words()
    }
}

/// The language in force here.
pub fn use_tongue() -> Tongue {
    expect_context()
}

/// Speaks `language` in what is built here and goes before long: a call's row. A signal forgets who listened to it and is
/// gone only when it changes, and the operator's language hardly ever does: a shift's thousands of calls would stay in
/// memory. Whoever uses this builds anew when the language changes.
pub fn speak_here(language: Language) {
    provide_context(Tongue::new(language));
}

/// The words in force here, as a function to call where they are painted.
pub fn use_words() -> impl Fn() -> &'static Words + Copy + Send + Sync + 'static {
    let tongue = use_tongue();
    move || tongue.words()
}

/// A phrase as a signal, for where nothing but a phrase is painted.
pub fn say(phrase: fn(&'static Words) -> &'static str) -> Signal<&'static str> {
    let tongue = use_tongue();
    Signal::derive(move || phrase(tongue.words()))
}

#[cfg(test)]
mod tests;
