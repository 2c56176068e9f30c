//! Pictures of people, else their initials; badges of lines.

use cordboard_desk::{Contact, Picture};
use cordboard_wire::Line;
use leptos::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url};

use super::icon::{Icon, Icon as Drawn};

/// The picture if there is one that can be shown, else the initials on one of four quiet grounds, or a drawing where
/// there are none.
#[component]
pub(super) fn Portrait(
    /// Name as shown; the ground follows from it, so a person keeps theirs.
    #[prop(into)]
    name: Signal<String>,
    /// What to draw for somebody without a name.
    #[prop(default = Drawn::Person)]
    nameless: Drawn,
    /// The picture, if a directory has one.
    #[prop(into, default = Signal::stored(None))]
    picture: Signal<Option<Picture>>,
) -> impl IntoView {
    // A file that the browser cannot read is none.
    let unreadable = RwSignal::new(None::<Picture>);
    let shown =
        move || picture.with(|picture| picture.clone().filter(|_| unreadable.with(|bad| bad != picture)));
    let ground = move || match name.with(|name| hash(name)) % 4 {
        0 => "",
        1 => "b",
        2 => "c",
        _ => "d",
    };
    view! {
        <span class=move || format!("ava {}", ground()) aria-hidden="true">
            {move || {
                if let Some(address) = shown().as_ref().and_then(address) {
                    let refused = move |_| unreadable.set(picture.get_untracked());
                    return view! { <img src=address alt="" on:error=refused /> }.into_any();
                }
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

/// Where the browser finds the picture, until what shows it is gone.
fn address(picture: &Picture) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(picture.bytes.as_slice()));
    let kind = BlobPropertyBag::new();
    kind.set_type(picture.kind.media_type());
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let done = address.clone();
    on_cleanup(move || {
        let _ = Url::revoke_object_url(&done);
    });
    Some(address)
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
    contact.borrowed().display_name(cordboard_desk::NameOrder::FirstLast)
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
