//! Keys by the name that is printed on them, as the browser's remote control wants them.

use serde_json::{Value, json};

/// `KeyboardEvent.location` of keys on the number pad.
const NUMPAD: u8 = 3;

/// A key that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A function key, 1 to 12.
    F(u8),
    /// Enter of the main block.
    Enter,
    /// Escape.
    Escape,
    /// Tabulator.
    Tab,
    /// Backspace.
    Backspace,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// 0 of the number pad with NumLock off.
    PadInsert,
    /// The decimal point of the number pad with NumLock off.
    PadDelete,
    /// 5 of the number pad with NumLock off.
    PadClear,
    /// Plus of the number pad.
    PadPlus,
    /// A digit of the number pad that types: with NumLock on, or on a keyboard without it.
    PadDigit(char),
    /// Delete of the main block.
    Delete,
    /// What a layout has on the main row's key of this digit: on AZERTY é without Shift on the key of 2.
    MainRow(char, u8),
    /// A character, as if typed on the main block.
    Character(char),
    /// A letter with Alt held down.
    Alt(char),
}

impl Key {
    /// The parameters of `Input.dispatchKeyEvent` for this key, all but `type`.
    pub(crate) fn event(self) -> Value {
        // name, code, Windows key code, location
        let (key, code, number, location) = match self {
            Self::F(number) => (format!("F{number}"), format!("F{number}"), 111 + u32::from(number), 0),
            Self::Enter => named("Enter", "Enter", 13),
            Self::Escape => named("Escape", "Escape", 27),
            Self::Tab => named("Tab", "Tab", 9),
            Self::Backspace => named("Backspace", "Backspace", 8),
            Self::Up => named("ArrowUp", "ArrowUp", 38),
            Self::Down => named("ArrowDown", "ArrowDown", 40),
            Self::Left => named("ArrowLeft", "ArrowLeft", 37),
            Self::Right => named("ArrowRight", "ArrowRight", 39),
            Self::Home => named("Home", "Home", 36),
            Self::End => named("End", "End", 35),
            Self::PadInsert => on_pad("Insert", "Numpad0", 45),
            Self::PadDelete => on_pad("Delete", "NumpadDecimal", 46),
            Self::PadClear => on_pad("Clear", "Numpad5", 12),
            Self::PadPlus => on_pad("+", "NumpadAdd", 107),
            Self::PadDigit(digit) => return pad_digit(digit),
            Self::Delete => named("Delete", "Delete", 46),
            Self::MainRow(character, digit) => return on_main_row(character, digit),
            Self::Character(character) => return character_event(character),
            Self::Alt(letter) => return with_alt(character_event(letter)),
        };
        let mut event = json!({
            "key": key, "code": code, "windowsVirtualKeyCode": number, "location": location,
            "isKeypad": location == NUMPAD,
        });
        if self == Self::Enter {
            event["text"] = json!("\r");
        } else if self == Self::PadPlus {
            event["text"] = json!("+");
        }
        event
    }
}

fn named(key: &str, code: &str, number: u32) -> (String, String, u32, u8) {
    (key.to_owned(), code.to_owned(), number, 0)
}

fn on_pad(key: &str, code: &str, number: u32) -> (String, String, u32, u8) {
    (key.to_owned(), code.to_owned(), number, NUMPAD)
}

fn pad_digit(digit: char) -> Value {
    let number = 96 + digit.to_digit(10).unwrap_or_default();
    json!({
        "key": digit.to_string(), "code": format!("Numpad{digit}"), "windowsVirtualKeyCode": number,
        "location": NUMPAD, "isKeypad": true, "text": digit.to_string(),
    })
}

fn on_main_row(character: char, digit: u8) -> Value {
    let mut event = character_event(character);
    event["code"] = json!(format!("Digit{digit}"));
    event
}

/// Alt turns a character into a command: nothing is typed.
fn with_alt(mut event: Value) -> Value {
    event["modifiers"] = json!(1);
    if let Some(fields) = event.as_object_mut() {
        fields.remove("text");
    }
    event
}

fn character_event(character: char) -> Value {
    let upper = character.to_ascii_uppercase();
    let code = match upper {
        'A'..='Z' => format!("Key{upper}"),
        '0'..='9' => format!("Digit{upper}"),
        ' ' => "Space".to_owned(),
        // Where the other characters lie depends on the keyboard; a page must not ask.
        _ => String::new(),
    };
    let number = if upper.is_ascii_alphanumeric() { u32::from(upper) } else { 0 };
    json!({ "key": character.to_string(), "code": code, "windowsVirtualKeyCode": number, "text": character.to_string() })
}
