//! A person or service that can be reached, as the attendant knows them.
//!
//! A contact is plain data: everything a directory can hold about one entry, and nothing about calls or presence.

use serde::{Deserialize, Serialize};

mod packed;

pub use packed::PackedContact;

/// Names a contact. Unique over all directories of one console, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContactId(pub u32);

/// One entry of a directory, on its own.
pub type Contact = ContactOf<String, Vec<u8>>;

/// One entry of a directory, as the directory lends it.
pub type ContactRef<'a> = ContactOf<&'a str, &'a [u8]>;

/// One entry of a directory, with texts and a picture of these kinds. Any text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactOf<Text, Bytes> {
    /// Family name.
    pub last_name: Text,
    /// Given name.
    pub first_name: Text,
    /// Firm or organisation.
    pub company: Text,
    /// Room, floor or branch.
    pub office: Text,
    /// Department within the company.
    pub department: Text,
    /// Job title.
    pub title: Text,
    /// Whatever the attendant should know.
    pub note: Text,
    /// Desk phone: a number as people write it, or a SIP address.
    pub phone: Text,
    /// Mobile phone.
    pub mobile: Text,
    /// Phone at home.
    pub home: Text,
    /// Where to leave a spoken message.
    pub voicemail: Text,
    /// E-mail address.
    pub email: Text,
    /// XMPP address.
    pub xmpp: Text,
    /// Address of the calendar.
    pub calendar: Text,
    /// Web page.
    pub web: Text,
    /// True when the phone's presence is to be watched.
    pub presence: bool,
    /// What the attendant wants to be told about.
    pub alert: Alerts,
    /// Portrait or logo.
    pub picture: Option<PictureOf<Bytes>>,
}

impl Contact {
    /// The same contact, lent.
    pub fn borrowed(&self) -> ContactRef<'_> {
        self.convert(String::as_str, Vec::as_slice)
    }
}

impl<'a> ContactRef<'a> {
    /// The same contact, on its own.
    pub fn to_contact(&self) -> Contact {
        self.convert(|text| (*text).to_owned(), |bytes| bytes.to_vec())
    }

    /// The name to show, in the order wanted; without a name the company, else the first number or address there is.
    pub fn display_name(&self, order: NameOrder) -> String {
        let (first, second) = match order {
            NameOrder::LastFirst => (self.last_name, self.first_name),
            NameOrder::FirstLast => (self.first_name, self.last_name),
        };
        match (first.is_empty(), second.is_empty()) {
            (false, false) => format!("{first} {second}"),
            (false, true) => first.to_owned(),
            (true, false) => second.to_owned(),
            (true, true) => {
                let rest = [self.company, self.phone, self.mobile, self.home, self.email];
                rest.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
            }
        }
    }

    /// The numbers by which a caller is recognised. Voicemail is left out: many contacts share one box.
    pub fn own_numbers(&self) -> [&'a str; 3] {
        [self.phone, self.mobile, self.home]
    }
}

impl<Text, Bytes> ContactOf<Text, Bytes> {
    /// The same contact with texts and a picture of other kinds.
    fn convert<'a, T, B>(
        &'a self,
        text: impl Fn(&'a Text) -> T,
        bytes: impl Fn(&'a Bytes) -> B,
    ) -> ContactOf<T, B> {
        ContactOf {
            last_name: text(&self.last_name),
            first_name: text(&self.first_name),
            company: text(&self.company),
            office: text(&self.office),
            department: text(&self.department),
            title: text(&self.title),
            note: text(&self.note),
            phone: text(&self.phone),
            mobile: text(&self.mobile),
            home: text(&self.home),
            voicemail: text(&self.voicemail),
            email: text(&self.email),
            xmpp: text(&self.xmpp),
            calendar: text(&self.calendar),
            web: text(&self.web),
            presence: self.presence,
            alert: self.alert,
            picture: self.picture.as_ref().map(|picture| picture.convert(bytes)),
        }
    }
}

/// In which order the parts of a name are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameOrder {
    /// "Okafor Grace"
    LastFirst,
    /// "Grace Okafor"
    #[default]
    FirstLast,
}

/// On which changes of a contact's state the attendant is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// The phone has become free.
    pub available: bool,
    /// The phone rings.
    pub ringing: bool,
    /// The phone is in use.
    pub busy: bool,
    /// Do not disturb was switched on.
    pub do_not_disturb: bool,
    /// The person has come online.
    pub online: bool,
    /// The person has gone offline.
    pub offline: bool,
    /// Tell with a sound as well.
    pub sound: bool,
}

impl Alerts {
    /// Reads the letters of the `alert` column: `a`vailable, `r`inging, `b`usy, `d`o not disturb, o`n`line, o`f`fline, `s`ound,
    /// in any order and case.
    ///
    /// # Errors
    /// The first letter that stands for nothing.
    pub fn from_letters(letters: &str) -> Result<Self, char> {
        let mut alerts = Self::default();
        for letter in letters.chars().filter(|letter| !letter.is_whitespace()) {
            match letter.to_ascii_lowercase() {
                'a' => alerts.available = true,
                'r' => alerts.ringing = true,
                'b' => alerts.busy = true,
                'd' => alerts.do_not_disturb = true,
                'n' => alerts.online = true,
                'f' => alerts.offline = true,
                's' => alerts.sound = true,
                _ => return Err(letter),
            }
        }
        Ok(alerts)
    }

    /// The letters of the `alert` column, in the order a r b d n f s.
    pub fn letters(self) -> String {
        let all = [
            (self.available, 'a'),
            (self.ringing, 'r'),
            (self.busy, 'b'),
            (self.do_not_disturb, 'd'),
            (self.online, 'n'),
            (self.offline, 'f'),
            (self.sound, 's'),
        ];
        all.into_iter().filter_map(|(wanted, letter)| wanted.then_some(letter)).collect()
    }
}

/// A picture as it came, not decoded.
pub type Picture = PictureOf<Vec<u8>>;

/// A picture as it came, not decoded, with bytes of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureOf<Bytes> {
    /// The format that the bytes claim to be in.
    pub kind: PictureKind,
    /// The file's bytes.
    pub bytes: Bytes,
}

impl<Bytes> PictureOf<Bytes> {
    /// The same picture with bytes of another kind.
    pub(crate) fn convert<'a, B>(&'a self, bytes: impl FnOnce(&'a Bytes) -> B) -> PictureOf<B> {
        PictureOf { kind: self.kind, bytes: bytes(&self.bytes) }
    }
}

/// The picture formats that a directory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureKind {
    /// JPEG
    Jpg,
    /// PNG
    Png,
    /// GIF
    Gif,
}

impl PictureKind {
    /// The name in the `picturetype` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }

    /// The media type to show the picture with.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }

    /// Reads the `picturetype` column, in any case; `jpeg` is taken for `jpg`.
    pub fn from_name(name: &str) -> Option<Self> {
        let known = [("jpg", Self::Jpg), ("jpeg", Self::Jpg), ("png", Self::Png), ("gif", Self::Gif)];
        known.into_iter().find_map(|(known, kind)| name.eq_ignore_ascii_case(known).then_some(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_without_a_name_is_shown_by_what_it_has() {
        let mut contact = Contact { phone: "204".into(), ..Contact::default() };
        assert_eq!(contact.borrowed().display_name(NameOrder::LastFirst), "204");
        contact.company = "Halden Freight".into();
        assert_eq!(contact.borrowed().display_name(NameOrder::LastFirst), "Halden Freight");
        contact.first_name = "Grace".into();
        assert_eq!(contact.borrowed().display_name(NameOrder::LastFirst), "Grace");
        contact.last_name = "Okafor".into();
        assert_eq!(contact.borrowed().display_name(NameOrder::LastFirst), "Okafor Grace");
        assert_eq!(contact.borrowed().display_name(NameOrder::FirstLast), "Grace Okafor");
    }

    #[test]
    fn alert_letters_come_in_any_order_and_leave_in_one() {
        let alerts = Alerts::from_letters("S nA").unwrap();
        assert!(alerts.available && alerts.online && alerts.sound && !alerts.busy);
        assert_eq!(alerts.letters(), "ans");
        assert_eq!(Alerts::from_letters("ax"), Err('x'));
    }
}
