//! Icons, by what they say. The drawings are in the sprite that the page carries; each says nothing to a screen reader.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident $id:literal,)*) => {
        /// The drawings of the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon {
            $($name,)*
        }

        impl Icon {
            /// The symbol's id in the sprite.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }

            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

icons! {
    Add "plus",
    AddPerson "user-plus",
    Alarm "alarm-clock",
    Alert "circle-alert",
    Answered "phone-call",
    Back "undo-2",
    Bell "bell",
    BellRinging "bell-ring",
    Calendar "calendar",
    Check "check",
    Checked "circle-check",
    Close "x",
    Conference "users-round",
    Contacts "contact-round",
    Copy "copy",
    Dark "moon",
    DoNotDisturb "circle-minus",
    Down "chevron-down",
    Export "download",
    Forward "phone-forwarded",
    Globe "globe",
    Greeting "message-square-quote",
    HangUp "phone-off",
    Hash "hash",
    Hourglass "hourglass",
    Headphones "headphones",
    Headset "headset",
    History "history",
    Home "house",
    Import "upload",
    Incoming "phone-incoming",
    Keyboard "keyboard",
    Keypad "grip",
    Leave "log-out",
    Light "sun",
    Link "link",
    LinkBroken "link-2-off",
    Loading "loader",
    Local "building-2",
    Mail "mail",
    Merge "merge",
    Microphone "mic",
    MicrophoneOff "mic-off",
    Missed "phone-missed",
    Mobile "smartphone",
    More "ellipsis",
    NoMatch "search-x",
    Open "circle-dashed",
    Outgoing "phone-outgoing",
    Parking "square-parking",
    Pause "pause",
    Pencil "pencil",
    Person "user-round",
    Phone "phone",
    Play "play",
    Pointer "mouse-pointer-2",
    Remove "trash-2",
    Search "search",
    SendTo "corner-down-right",
    Settings "settings-2",
    Sort "arrow-down-a-z",
    Swap "arrow-up-down",
    Timer "timer",
    Voice "audio-lines",
    Voicemail "voicemail",
    Volume "volume-2",
    Warning "triangle-alert",
}

/// An icon of 18 px, or of the size class given: `s` 14, `m` 16, `l` 22, `xl` 28.
#[component]
pub(super) fn Icon(
    #[prop(into)] name: Signal<Icon>,
    #[prop(default = "")] size: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("i {size}") aria-hidden="true">
            <use_ href=move || format!("#{}", name.get().id())></use_>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_has_every_icon_and_no_other() {
        let sprite = include_str!("../../icons.svg");
        for icon in Icon::ALL {
            assert!(sprite.contains(&format!("<symbol id=\"{}\"", icon.id())), "{icon:?}");
        }
        assert_eq!(sprite.matches("<symbol ").count(), Icon::ALL.len());
    }
}
