//! What both catalogues must have in common, and what each owes to its language.

use cordboard_desk::{CallFailure, CallStatus, CsvFault, CsvProblem, LinkState, Notice, SocketLoss, WhyNot};

use super::*;

/// Phrases with a number, of every language.
fn counted(words: &Words, n: u32) -> [String; 8] {
    [
        (words.contacts_found)(n),
        (words.ready_note)(n),
        (words.import_bad_rows)(n),
        (words.step_registered_lines)(n),
        (words.remove_directory_ask)("X", n),
        (words.missed_calls)(n),
        (words.digits_sent)(n),
        (words.ringing_below)(n),
    ]
}

#[test]
fn a_phrase_with_a_number_says_the_number() {
    for language in Language::ALL {
        for phrase in counted(language.words(), 7) {
            assert!(phrase.contains('7'), "{language:?}: {phrase}");
        }
    }
}

#[test]
fn one_and_many_are_told_apart() {
    let english = Language::English.words();
    assert_eq!((english.contacts_found)(1), "1 contact found");
    assert_eq!((english.contacts_found)(0), "0 contacts found");
    // French counts zero as one.
    let french = Language::French.words();
    assert_eq!((french.contacts_found)(0), "0 contact trouvé");
    assert_eq!((french.contacts_found)(1), "1 contact trouvé");
    assert_eq!((french.contacts_found)(2), "2 contacts trouvés");
}

#[test]
fn the_languages_differ_in_what_they_say() {
    let (english, french) = (Language::English.words(), Language::French.words());
    let said =
        |words: &Words| [words.hold, words.hang_up, words.settings, words.free, words.dial_placeholder];
    assert!(said(english).iter().zip(said(french)).all(|(one, other)| one != &other));
    for way in [LinkState::Off, LinkState::Registered, LinkState::SocketDown(SocketLoss::PbxUnreachable)] {
        assert_ne!((english.link)(&way), (french.link)(&way));
    }
}

#[test]
fn french_sets_a_narrow_space_before_two_part_punctuation() {
    let french = Language::French.words();
    let failed = Notice::TransferFailed { who: "A".into(), target: "B".into(), why: CallFailure::Busy };
    let said = [
        (french.remove_contact_ask)("Anne"),
        (french.nobody_matches)("x"),
        (french.headset)("actif"),
        (french.notice)(&Notice::NotANumber { typed: "x".into() }).happened,
        (french.notice)(&failed).because,
        (french.link)(&LinkState::Off),
        (french.csv_problem)(&CsvProblem { line: 3, fault: CsvFault::UnclosedQuote }),
        french.your_keys_lede.to_owned(),
    ];
    for phrase in said {
        for (at, letter) in
            phrase.char_indices().filter(|(_, letter)| matches!(letter, ':' | ';' | '?' | '!' | '»'))
        {
            let before = phrase.get(..at).and_then(|text| text.chars().next_back());
            assert_eq!(before, Some('\u{202f}'), "{letter} in {phrase}");
        }
    }
}

#[test]
fn a_row_is_named_by_status_then_who_then_the_rest() {
    let call = CallName {
        status: "Ringing".into(),
        who: "Helena Brandt",
        local: true,
        number: Some("0533"),
        line: Some("Clinic"),
        waiting_for: None,
    };
    assert_eq!(
        (Language::English.words().row)(&call),
        "Ringing, Helena Brandt, local directory, 0533, for Clinic"
    );
    let stranger = CallName { local: false, number: None, line: None, who: "0533", ..call };
    assert_eq!((Language::English.words().row)(&stranger), "Ringing, 0533");
}

#[test]
fn every_refusal_says_what_to_do_or_why() {
    let why = [CallFailure::Busy, CallFailure::NoAnswer, CallFailure::WrongNumber, CallFailure::Unreachable];
    for language in Language::ALL {
        for why in why.clone() {
            let failed = Notice::TransferFailed { who: "Anna".into(), target: "Bruno".into(), why };
            let said = (language.words().notice)(&failed);
            assert!(said.happened.contains("Anna") && said.happened.contains("Bruno"), "{}", said.happened);
            assert!(said.because.len() > 20, "{}", said.because);
        }
        assert!(!(language.words().why_not)(WhyNot::NoAudio).is_empty());
    }
}

#[test]
fn the_status_words_are_those_that_tests_look_for() {
    let status = |status: CallStatus| (Language::English.words().status)(&status);
    assert_eq!(status(CallStatus::Ringing), "Ringing");
    assert_eq!(status(CallStatus::Talking), "Talking");
    assert_eq!(status(CallStatus::OnHold), "On hold");
    assert_eq!(status(CallStatus::Calling), "Calling");
    assert_eq!(status(CallStatus::Failed(CallFailure::Busy)), "Busy");
    assert_eq!(status(CallStatus::BackFrom { target: "Jo".into(), why: CallFailure::Busy }), "Back from Jo");
}

#[test]
fn a_voicemail_box_is_spoken_of_by_whose_it_is() {
    let said = |language: Language, of: &str| {
        let (who, target) = ("Anna".into(), Addressee::voicemail(of.into()));
        let end = CallEnd::ToVoicemail { of: of.into() };
        let words = language.words();
        ((words.notice)(&Notice::Transferred { who, target }).happened, (words.call_end)(&end))
    };
    let english = ("Anna was sent to voicemail of Bruno".into(), "Voicemail: Bruno".into());
    assert_eq!(said(Language::English, "Bruno"), english);
    assert_eq!(said(Language::English, ""), ("Anna was sent to voicemail".into(), "To voicemail".into()));
    let french = ("Anna a été envoyé vers la messagerie de Bruno".into(), "Messagerie\u{202f}: Bruno".into());
    assert_eq!(said(Language::French, "Bruno"), french);
}

#[test]
fn rail_labels_are_short() {
    for language in Language::ALL {
        let words = language.words();
        for label in [words.directories, words.settings] {
            assert!(label.chars().count() <= 14, "{label}");
        }
    }
}

#[test]
fn the_browsers_wishes_choose_the_language() {
    assert_eq!(Language::from_tags(["de-CH", "fr-CH", "en"]), Some(Language::French));
    assert_eq!(Language::from_tags(["EN-us"]), Some(Language::English));
    assert_eq!(Language::from_tags(["de"]), None);
}
