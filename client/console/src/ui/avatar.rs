//! Pictures of people, else their initials; badges of lines.

use cordboard_desk::Contact;
use cordboard_wire::Line;
use leptos::prelude::*;

use super::icon::{Icon, Icon as Drawn};

/// The initials on one of four quiet grounds, or a drawing where there are none.
#[component]
pub(super) fn Initials(
    /// Name as shown; the ground follows from it, so a person keeps theirs.
    #[prop(into)]
    name: Signal<String>,
    /// What to draw for somebody without a name.
    #[prop(default = Drawn::Person)]
    nameless: Drawn,
) -> impl IntoView {
    let ground = move || match name.with(|name| hash(name)) % 4 {
        0 => "",
        1 => "b",
        2 => "c",
        _ => "d",
    };
    view! {
        <span class=move || format!("ava {}", ground()) aria-hidden="true">
            {move || {
                let initials = name.with(|name| initials(name));
                if initials.is_empty() {
                    view! { <Icon name=nameless /> }.into_any()
                } else {
                    initials.into_any()
                }
            }}
        </span>
    }
}

/// First letters of the first and the last word.
pub(super) fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .filter(|letter| letter.is_alphabetic());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The name of a contact with the family name last.
pub(super) fn full_name(contact: &Contact) -> String {
    contact.display_name(cordboard_desk::NameOrder::FirstLast)
}

fn hash(text: &str) -> u8 {
    text.bytes().fold(7, |hash: u8, byte| hash.wrapping_mul(31).wrapping_add(byte))
}

/// The two letters of a line. Lines take the four badge colours in turn.
#[component]
pub(super) fn LineBadge(
    /// The line.
    line: Line,
    /// All lines, for the colour.
    #[prop(into)]
    lines: Signal<Vec<Line>>,
) -> impl IntoView {
    let number = line.number.clone();
    let colour = move || {
        let place = lines.with(|lines| lines.iter().position(|line| line.number == number)).unwrap_or(0);
        match place % 4 {
            0 => "",
            1 => "l2",
            2 => "l3",
            _ => "l4",
        }
    };
    view! { <span class=move || format!("badge {}", colour()) aria-hidden="true">{line.badge}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        let told =
            [("Marie Dupont", "MD"), ("Élise", "É"), ("Jan van der Berg", "JB"), ("+44 20", ""), ("", "")];
        for (name, letters) in told {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
