//! Event packages: what can be watched, and how what is told is read (RFC 6665 §5).
//!
//! A subscription keeps a memory of what it was told, since documents come in pieces; what goes out to the desk is
//! always the whole state of one who is watched.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::message::header::MediaType;
use crate::message::{BodyError, Headers, body_within};

mod conference;
mod dialog_info;
mod message_summary;
mod presence;
mod resource_list;
mod version;
mod xml;

pub use conference::{Conference, ConferenceUser};
pub use dialog_info::{DialogDirection, DialogInfo, DialogState, WatchedDialog};
pub use message_summary::{MessageCounts, MessageSummary};
pub use presence::{Availability, OwnPresence, Presence};
pub use resource_list::{ListMember, MemberStanding, ResourceList};

/// What of somebody is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Package {
    /// Calls (RFC 4235).
    Dialog,
    /// Presence (RFC 3856).
    Presence,
    /// Waiting messages (RFC 3842).
    MessageSummary,
    /// Who is in a conference (RFC 4575).
    Conference,
}

impl Package {
    /// The word in Event.
    pub fn token(self) -> &'static str {
        match self {
            Self::Dialog => "dialog",
            Self::Presence => "presence",
            Self::MessageSummary => "message-summary",
            Self::Conference => "conference",
        }
    }

    /// The bodies that tell of it, the best first.
    fn types(self) -> &'static [&'static str] {
        match self {
            Self::Dialog => &["application/dialog-info+xml"],
            Self::Presence => &["application/pidf+xml", "application/xpidf+xml", "application/cpim-pidf+xml"],
            Self::MessageSummary => &["application/simple-message-summary"],
            Self::Conference => &["application/conference-info+xml"],
        }
    }

    /// What we say in Accept; lists come with the two types of RFC 4662 §4.1.
    pub(crate) fn accept(self) -> String {
        format!("{}, multipart/related, application/rlmi+xml", self.types().join(", "))
    }
}

/// What was told of somebody, by package. Always all that is known, but for lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watched {
    /// Calls.
    Dialogs(DialogInfo),
    /// Presence.
    Presence(Presence),
    /// Waiting messages.
    Messages(MessageSummary),
    /// A conference.
    Conference(Conference),
    /// Many at once.
    List(ResourceList),
}

/// What a NOTIFY brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Learnt {
    /// What is to be told; nothing if it was late or said nothing.
    pub(crate) news: Option<Watched>,
    /// A piece before it was lost: the whole state should be asked for.
    pub(crate) gap: bool,
}

impl Learnt {
    pub(crate) fn nothing() -> Self {
        Self { news: None, gap: false }
    }

    fn all(news: Watched) -> Self {
        Self { news: Some(news), gap: false }
    }
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// None of the types that tell of the package.
    WrongType,
    /// Not XML, or not such as we read.
    Xml(xml::XmlError),
    /// XML of another kind.
    WrongRoot,
    /// Not the parts that it should have.
    Parts(BodyError),
    /// A list's body without its list.
    NoList,
}

impl From<xml::XmlError> for Unreadable {
    fn from(error: xml::XmlError) -> Self {
        Self::Xml(error)
    }
}

impl From<BodyError> for Unreadable {
    fn from(error: BodyError) -> Self {
        Self::Parts(error)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType => f.write_str("NOTIFY with a body of another type"),
            Self::Xml(error) => write!(f, "NOTIFY with broken XML: {error}"),
            Self::WrongRoot => f.write_str("NOTIFY with XML of another kind"),
            Self::Parts(error) => write!(f, "NOTIFY: {error}"),
            Self::NoList => f.write_str("NOTIFY of a list without the list"),
        }
    }
}

/// What is known of one who is watched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Memory {
    package: Package,
    dialogs: dialog_info::Dialogs,
    room: conference::Room,
    list: resource_list::List,
}

impl Memory {
    pub(crate) fn new(package: Package) -> Self {
        Self {
            package,
            dialogs: dialog_info::Dialogs::default(),
            room: conference::Room::default(),
            list: resource_list::List::default(),
        }
    }

    /// The whole state is on its way, as after every SUBSCRIBE (RFC 6665 §4.2.1.2).
    pub(crate) fn expect_full(&mut self) {
        self.dialogs.expect_full();
        self.room.expect_full();
        self.list.expect_full();
    }

    /// Takes in what a NOTIFY says.
    ///
    /// # Errors
    /// [`Unreadable`]; what was known stays.
    pub(crate) fn learn(&mut self, headers: &Headers, body: &[u8]) -> Result<Learnt, Unreadable> {
        if let Some((media, body)) = list_within(headers, body) {
            match self.list.take(self.package, &media, body) {
                // One document with what belongs to it.
                Err(Unreadable::NoList) => {}
                learnt => return learnt,
            }
        }
        self.learn_one(headers, body)
    }

    /// Takes in what a body says about one.
    fn learn_one(&mut self, headers: &Headers, body: &[u8]) -> Result<Learnt, Unreadable> {
        if body.trim_ascii().is_empty() {
            return Ok(match self.package {
                Package::Dialog => self.dialogs.take_nothing(),
                Package::Presence | Package::MessageSummary | Package::Conference => Learnt::nothing(),
            });
        }
        let found = self.package.types().iter().find_map(|essence| body_within(headers, body, essence));
        let body = found.or_else(|| is_untold(headers).then_some(body)).ok_or(Unreadable::WrongType)?;
        let text = String::from_utf8_lossy(body);
        if self.package == Package::MessageSummary {
            return Ok(message_summary::read(&text)
                .map_or_else(Learnt::nothing, |summary| Learnt::all(Watched::Messages(summary))));
        }
        let root = xml::read(&text)?;
        match (self.package, root.name) {
            (Package::Dialog, "dialog-info") => Ok(self.dialogs.take(&root)),
            (Package::Conference, "conference-info") => Ok(self.room.take(&root)),
            (Package::Presence, "presence") => Ok(Learnt::all(Watched::Presence(presence::read(&root)))),
            (Package::Dialog | Package::Conference | Package::Presence | Package::MessageSummary, _) => {
                Err(Unreadable::WrongRoot)
            }
        }
    }
}

/// A NOTIFY that nobody asked for, about waiting messages; `None` if it says nothing.
pub(crate) fn unasked_summary(headers: &Headers, body: &[u8]) -> Option<Watched> {
    Memory::new(Package::MessageSummary).learn_one(headers, body).ok()?.news
}

/// The sender does not say what it is, or says no more than that it is XML or text: the package says the rest.
fn is_untold(headers: &Headers) -> bool {
    let generic = ["text/xml", "application/xml", "text/plain", "application/octet-stream"];
    headers.content_type().ok().flatten().is_none_or(|media| generic.iter().any(|known| media.is(known)))
}

fn list_within<'a>(headers: &Headers, body: &'a [u8]) -> Option<(MediaType, &'a [u8])> {
    let media = headers.content_type().ok().flatten()?;
    media.is("multipart/related").then_some((media, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Name;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    const ALL: [Package; 4] =
        [Package::Dialog, Package::Presence, Package::MessageSummary, Package::Conference];

    /// One body of each kind, from which others are made.
    const BODIES: [(&str, &str); 5] = [
        (
            "application/dialog-info+xml",
            "<dialog-info version='1' state='partial'><dialog id='1' call-id='c' direction='recipient'><state>early</state>\
             <local><target uri='sip:a'><param pname='+sip.rendering' pval='no'/></target></local>\
             <remote><identity display='B'>sip:b@x</identity></remote></dialog></dialog-info>",
        ),
        (
            "application/pidf+xml",
            "<presence entity='sip:a'><tuple><status><basic>open</basic></status><note>n</note></tuple>\
             <person><activities><away/></activities></person></presence>",
        ),
        ("application/simple-message-summary", "Messages-Waiting: yes\r\nVoice-Message: 1/2 (3/4)\r\n"),
        (
            "application/conference-info+xml",
            "<conference-info version='1'><conference-state><user-count>1</user-count></conference-state>\
             <users><user entity='a'><endpoint entity='b'><status>connected</status></endpoint></user></users></conference-info>",
        ),
        (
            "multipart/related;boundary=b",
            "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list version='1' fullState='true'><resource uri='sip:a'>\
             <instance id='1' state='active' cid='c'/></resource></list>\r\n--b\r\nContent-ID: <c>\r\n\
             Content-Type: application/dialog-info+xml\r\n\r\n<dialog-info version='1'/>\r\n--b--",
        ),
    ];

    fn headers(content_type: &str) -> Headers {
        let mut headers = Headers::new();
        headers.push(Name::ContentType, content_type);
        headers
    }

    #[test]
    fn xml_of_another_kind_and_other_types_are_refused() {
        let learn = |content_type: &str, body: &str| {
            Memory::new(Package::Dialog).learn(&headers(content_type), body.as_bytes()).unwrap_err()
        };
        assert_eq!(learn("application/dialog-info+xml", "<presence/>"), Unreadable::WrongRoot);
        assert_eq!(learn("application/pidf+xml", "<presence/>"), Unreadable::WrongType);
        let bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]><dialog-info/>";
        assert_eq!(learn("text/xml", bomb), Unreadable::Xml(xml::XmlError::Definitions));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(which in select(&BODIES[..]), bytes in vec(any::<u8>(), 0..200)) {
            for package in ALL {
                _ = Memory::new(package).learn(&headers(which.0), &bytes);
            }
        }

        #[test]
        fn no_broken_body_makes_it_stumble(
            which in select(&BODIES[..]),
            wounds in vec((any::<Index>(), any::<u8>()), 1..6),
            cut in any::<Index>(),
        ) {
            let mut body = which.1.as_bytes().to_vec();
            for (place, byte) in wounds {
                let place = place.index(body.len());
                body[place] = byte;
            }
            body.truncate(cut.index(body.len() * 2).min(body.len()));
            for package in ALL {
                let mut memory = Memory::new(package);
                _ = memory.learn(&headers(which.0), which.1.as_bytes());
                _ = memory.learn(&headers(which.0), &body);
                memory.expect_full();
                _ = memory.learn(&headers(which.0), which.1.as_bytes());
            }
        }
    }
}
