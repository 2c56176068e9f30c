//! What each key means, whatever has the focus: the function keys, and the numeric keypad with Num Lock off.
//!
//! Keys are told apart by `code`, the place on the keyboard, not by the character that a layout puts there.

/// Whether the numeric keypad types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumLock {
    /// It drives calls.
    #[default]
    Off,
    /// It types.
    On,
    /// Nobody can tell: an Apple keyboard has no Num Lock, its keypad always types.
    Absent,
}

/// One key as the browser reports it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stroke<'a> {
    /// `KeyboardEvent.code`
    pub code: &'a str,
    /// `KeyboardEvent.key`
    pub key: &'a str,
    /// What Num Lock says.
    pub num_lock: NumLock,
    /// Control, Alt or Meta is down.
    pub control: bool,
    /// Alt is down.
    pub alt: bool,
    /// Shift is down.
    pub shift: bool,
    /// The focus is in a field that text is typed into, or that is set by keys.
    pub in_field: bool,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAct {
    /// Answer, hold or resume the selected call; call the selected contact.
    Take,
    /// Hang up the selected call.
    HangUp,
    /// Open the transfer box.
    Transfer,
    /// Switch between calls and directory.
    SwitchZone,
    /// To the search bar.
    Search,
    /// To the dial bar.
    Dial,
    /// Answer the first ringing call, else resume the first held, else hold the active one.
    NextCall,
    /// Hang up the active call.
    HangUpActive,
    /// Move the selection.
    Move(Step),
    /// Select the call in this slot, from 0.
    Slot(u8),
    /// Call a contact, take a choice.
    Confirm,
    /// Close what is open, innermost first; never touches a call.
    Escape,
    /// Mute or unmute the active call.
    Mute,
    /// Menu of what is selected.
    Menu,
    /// Act on the newest alert.
    Alert,
    /// Open this view of the rail, from 0.
    View(u8),
}

/// A move of the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the key of its name")]
pub enum Step {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
}

/// What a key means; `None` leaves it to whatever has the focus.
pub fn meaning(stroke: Stroke<'_>) -> Option<KeyAct> {
    if stroke.alt && !stroke.control && stroke.code == "KeyI" {
        return Some(KeyAct::Alert);
    }
    if stroke.alt && !stroke.control {
        return digit(stroke.code)
            .filter(|digit| (1..=8).contains(digit))
            .map(|digit| KeyAct::View(digit - 1));
    }
    if stroke.control || stroke.alt {
        return None;
    }
    function_key(stroke)
        .or_else(|| keypad(stroke))
        .or_else(|| if stroke.in_field { in_field(stroke) } else { outside(stroke) })
}

/// Function keys work everywhere.
fn function_key(stroke: Stroke<'_>) -> Option<KeyAct> {
    match stroke.code {
        "F3" => Some(KeyAct::Search),
        "F4" => Some(KeyAct::Dial),
        "F5" => Some(KeyAct::SwitchZone),
        "F6" => Some(KeyAct::Take),
        "F7" => Some(KeyAct::HangUp),
        "F8" => Some(KeyAct::Transfer),
        "F9" => Some(KeyAct::NextCall),
        "F10" if stroke.shift => Some(KeyAct::Menu),
        "F10" => Some(KeyAct::HangUpActive),
        _ => None,
    }
}

/// The numeric keypad drives calls everywhere, as long as Num Lock is off.
///
/// With Num Lock off a digit's key is reported as `Insert`, `ArrowDown` and so on; as a character it is meant to be
/// typed: on an Apple keyboard, with Shift on Linux, or over a remote desktop that knows nothing of Num Lock.
fn keypad(stroke: Stroke<'_>) -> Option<KeyAct> {
    match (stroke.code, stroke.num_lock) {
        (_, NumLock::On) => return None,
        // Plus is a plus either way: a field that may be meant gets it.
        ("NumpadAdd", NumLock::Absent) if stroke.in_field => return None,
        ("NumpadAdd", NumLock::Off | NumLock::Absent) => return Some(KeyAct::Transfer),
        (_, NumLock::Off | NumLock::Absent) if types(stroke.key) => return None,
        (_, NumLock::Off | NumLock::Absent) => {}
    }
    match stroke.code {
        "Numpad0" => Some(KeyAct::Take),
        "NumpadDecimal" => Some(KeyAct::HangUp),
        "Numpad5" => Some(KeyAct::SwitchZone),
        "Numpad8" => Some(KeyAct::Move(Step::Up)),
        "Numpad2" => Some(KeyAct::Move(Step::Down)),
        "Numpad4" => Some(KeyAct::Move(Step::Left)),
        "Numpad6" => Some(KeyAct::Move(Step::Right)),
        "Numpad9" => Some(KeyAct::Move(Step::PageUp)),
        "Numpad3" => Some(KeyAct::Move(Step::PageDown)),
        "Numpad7" => Some(KeyAct::Move(Step::First)),
        "Numpad1" => Some(KeyAct::Move(Step::Last)),
        _ => None,
    }
}

/// In a field the main keys edit text; up and down still walk the list that the field searches.
fn in_field(stroke: Stroke<'_>) -> Option<KeyAct> {
    match stroke.code {
        "Escape" => Some(KeyAct::Escape),
        "ArrowUp" => Some(KeyAct::Move(Step::Up)),
        "ArrowDown" => Some(KeyAct::Move(Step::Down)),
        "PageUp" => Some(KeyAct::Move(Step::PageUp)),
        "PageDown" => Some(KeyAct::Move(Step::PageDown)),
        "Enter" | "NumpadEnter" => Some(KeyAct::Confirm),
        _ => None,
    }
}

/// Outside of fields the main keys drive calls too.
fn outside(stroke: Stroke<'_>) -> Option<KeyAct> {
    match stroke.code {
        "Escape" => Some(KeyAct::Escape),
        "Insert" => Some(KeyAct::Take),
        "Delete" => Some(KeyAct::HangUp),
        "Enter" | "NumpadEnter" => Some(KeyAct::Confirm),
        "ContextMenu" => Some(KeyAct::Menu),
        "ArrowUp" => Some(KeyAct::Move(Step::Up)),
        "ArrowDown" => Some(KeyAct::Move(Step::Down)),
        "ArrowLeft" => Some(KeyAct::Move(Step::Left)),
        "ArrowRight" => Some(KeyAct::Move(Step::Right)),
        "PageUp" => Some(KeyAct::Move(Step::PageUp)),
        "PageDown" => Some(KeyAct::Move(Step::PageDown)),
        "Home" => Some(KeyAct::Move(Step::First)),
        "End" => Some(KeyAct::Move(Step::Last)),
        code => digit(code).filter(|digit| *digit > 0).map(|digit| KeyAct::Slot(digit - 1)),
    }
}

/// The key brings a character and is no key with a name.
fn types(key: &str) -> bool {
    key.chars().count() == 1
}

/// The digit of a key of the main row.
fn digit(code: &str) -> Option<u8> {
    code.strip_prefix("Digit").and_then(|digit| digit.parse().ok())
}

/// The digit for a call that a key types outside of fields: main row, star and hash, and a keypad that types.
pub fn call_digit(stroke: Stroke<'_>) -> Option<char> {
    if stroke.control || stroke.alt || stroke.in_field {
        return None;
    }
    let mut typed = stroke.key.chars();
    match (typed.next(), typed.next()) {
        (Some(digit @ ('0'..='9' | '*' | '#')), None) => Some(digit),
        // The main row of a French keyboard has its digits with Shift; here nothing but a digit can be meant.
        (Some(_), None) if !stroke.shift => {
            digit(stroke.code).and_then(|digit| char::from_digit(digit.into(), 10))
        }
        _ => None,
    }
}

/// Whether a key that is held down acts again and again: the moves do, for one press of any other key is one act.
pub fn repeats(act: KeyAct) -> bool {
    matches!(act, KeyAct::Move(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: &str) -> Option<KeyAct> {
        meaning(Stroke { code, ..Stroke::default() })
    }

    fn press_in_field(code: &str) -> Option<KeyAct> {
        meaning(Stroke { code, in_field: true, ..Stroke::default() })
    }

    #[test]
    fn keypad_and_function_keys_mean_the_same() {
        let pairs = [("Numpad0", "F6"), ("NumpadDecimal", "F7"), ("NumpadAdd", "F8"), ("Numpad5", "F5")];
        for (keypad, function) in pairs {
            assert_eq!(press(keypad), press(function), "{keypad} {function}");
            assert_eq!(press_in_field(keypad), press(function), "{keypad} in a field");
            assert!(press(function).is_some());
        }
    }

    #[test]
    fn num_lock_gives_the_keypad_back_to_digits() {
        for code in ["Numpad0", "NumpadDecimal", "NumpadAdd", "Numpad5", "Numpad8"] {
            let stroke = Stroke { code, num_lock: NumLock::On, ..Stroke::default() };
            assert_eq!(meaning(stroke), None, "{code}");
        }
    }

    #[test]
    fn a_keypad_digit_that_comes_as_a_character_is_typed_whatever_num_lock_says() {
        for num_lock in [NumLock::Off, NumLock::Absent] {
            for (code, key) in [
                ("Numpad0", "0"),
                ("Numpad5", "5"),
                ("Numpad8", "8"),
                ("NumpadDecimal", "."),
                ("NumpadDecimal", ","),
            ] {
                for in_field in [true, false] {
                    let stroke = Stroke { code, key, num_lock, in_field, ..Stroke::default() };
                    assert_eq!(meaning(stroke), None, "{code} {key} {num_lock:?}");
                }
            }
        }
    }

    #[test]
    fn a_keypad_digit_that_comes_as_a_key_with_a_name_drives_calls() {
        for (code, key, act) in [
            ("Numpad0", "Insert", KeyAct::Take),
            ("NumpadDecimal", "Delete", KeyAct::HangUp),
            ("Numpad5", "Clear", KeyAct::SwitchZone),
            ("Numpad2", "ArrowDown", KeyAct::Move(Step::Down)),
        ] {
            for in_field in [true, false] {
                assert_eq!(meaning(Stroke { code, key, in_field, ..Stroke::default() }), Some(act), "{code}");
            }
        }
    }

    #[test]
    fn the_keypads_plus_is_left_to_a_field_where_num_lock_cannot_be_told() {
        let plus = |num_lock, in_field| {
            meaning(Stroke { code: "NumpadAdd", key: "+", num_lock, in_field, ..Stroke::default() })
        };
        assert_eq!(plus(NumLock::Off, true), Some(KeyAct::Transfer));
        assert_eq!(plus(NumLock::Absent, false), Some(KeyAct::Transfer));
        assert_eq!(plus(NumLock::Absent, true), None);
        assert_eq!(plus(NumLock::On, false), None);
        for code in ["NumpadMultiply", "NumpadDivide", "NumpadSubtract"] {
            assert_eq!(press_in_field(code), None, "{code}");
        }
    }

    #[test]
    fn a_key_that_is_held_moves_on_and_does_nothing_else_again() {
        let held = |code| press(code).is_some_and(repeats);
        for code in ["ArrowDown", "PageUp", "End", "Numpad8"] {
            assert!(held(code), "{code}");
        }
        for code in ["F5", "F6", "F7", "F9", "F10", "Delete", "NumpadDecimal", "Enter", "Escape", "Digit1"] {
            assert!(press(code).is_some() && !held(code), "{code}");
        }
    }

    #[test]
    fn the_main_delete_key_deletes_text_in_a_field_and_hangs_up_outside() {
        assert_eq!(press_in_field("Delete"), None);
        assert_eq!(press("Delete"), Some(KeyAct::HangUp));
    }

    #[test]
    fn a_digit_selects_a_slot_but_not_while_typing() {
        assert_eq!(press("Digit3"), Some(KeyAct::Slot(2)));
        assert_eq!(press("Digit0"), None);
        assert_eq!(press_in_field("Digit3"), None);
    }

    #[test]
    fn alt_and_a_digit_open_a_view() {
        let alt = |code| meaning(Stroke { code, alt: true, in_field: true, ..Stroke::default() });
        assert_eq!(alt("Digit1"), Some(KeyAct::View(0)));
        assert_eq!(alt("Digit9"), None);
    }

    #[test]
    fn shift_f10_opens_the_menu_and_never_hangs_up() {
        assert_eq!(meaning(Stroke { code: "F10", shift: true, ..Stroke::default() }), Some(KeyAct::Menu));
        assert_eq!(press("F10"), Some(KeyAct::HangUpActive));
    }

    #[test]
    fn the_browsers_own_shortcuts_are_left_alone() {
        for code in ["F5", "Digit1", "KeyC"] {
            assert_eq!(meaning(Stroke { code, control: true, ..Stroke::default() }), None, "{code}");
        }
    }

    #[test]
    fn call_digits_come_from_the_main_row_and_from_a_keypad_that_types() {
        let typed = |code, key| call_digit(Stroke { code, key, ..Stroke::default() });
        assert_eq!(typed("Digit5", "5"), Some('5'));
        assert_eq!(typed("Digit3", "#"), Some('#'));
        assert_eq!(typed("Numpad5", "5"), Some('5'));
        assert_eq!(typed("NumpadMultiply", "*"), Some('*'));
        assert_eq!(typed("Numpad5", "Clear"), None);
        assert_eq!(typed("KeyA", "a"), None);
    }

    #[test]
    fn the_main_row_of_a_french_keyboard_sends_digits_with_and_without_shift() {
        let typed = |code, key, shift| call_digit(Stroke { code, key, shift, ..Stroke::default() });
        assert_eq!(typed("Digit1", "&", false), Some('1'));
        assert_eq!(typed("Digit2", "é", false), Some('2'));
        assert_eq!(typed("Digit0", "à", false), Some('0'));
        assert_eq!(typed("Digit2", "2", true), Some('2'));
        assert_eq!(typed("Digit4", "$", true), None, "on an English keyboard");
    }
}
