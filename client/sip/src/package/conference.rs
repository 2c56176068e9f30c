//! `application/conference-info+xml`: who is in a conference (RFC 4575).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use super::version::{Verdict, Versions, version};
use super::xml::Element;
use super::{Learnt, Watched};
use crate::Party;
use crate::identity::named;

/// The most users that are kept of a conference.
const MAX_USERS: usize = 1_000;

/// A conference, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// Its address.
    pub entity: String,
    /// What it is about; may be empty.
    pub subject: String,
    /// It goes on; `None` if not told.
    pub active: Option<bool>,
    /// Nobody else may come in.
    pub locked: bool,
    /// How many are in it, if told: not all need to be named.
    pub user_count: Option<u32>,
    /// Who is in it, in the order of their addresses.
    pub users: Vec<ConferenceUser>,
}

/// One who is in a conference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceUser {
    /// The address.
    pub entity: String,
    /// The name to show; may be empty.
    pub name: String,
    /// The words for what the user is there, such as `moderator`.
    pub roles: Vec<String>,
    /// How each of the user's devices stands in it, in the words of RFC 4575 §5.7.3 such as `connected`, `on-hold`,
    /// `dialing-out`; by the device's address.
    pub endpoints: VecMap<String, String>,
}

impl ConferenceUser {
    /// Who it is, as a call would tell.
    pub fn party(&self) -> Party {
        named(&self.entity, Some(&self.name)).unwrap_or_default()
    }

    /// Is in it: not just called, and not gone (RFC 4575 §5.7.3).
    pub fn is_in(&self) -> bool {
        let in_it = |status: &String| matches!(status.as_str(), "connected" | "on-hold" | "muted-via-focus");
        self.endpoints.is_empty() || self.endpoints.values().any(in_it)
    }
}

/// What is known of a conference between two documents.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Room {
    versions: Versions,
    known: Conference,
    users: BTreeMap<String, Box<ConferenceUser>>,
}

impl Room {
    /// Takes a document in.
    pub(super) fn take(&mut self, root: &Element<'_>) -> Learnt {
        let full = root.attribute("state") != Some("partial");
        let verdict = self.versions.take(version(root.attribute("version")), full);
        if verdict == Verdict::Late {
            return Learnt::nothing();
        }
        if full {
            self.known = Conference::default();
            self.users.clear();
        }
        if let Some(entity) = root.attribute("entity") {
            entity.clone_into(&mut self.known.entity);
        }
        if root.attribute("state") == Some("deleted") {
            self.known.active = Some(false);
            self.users.clear();
        }
        if let Some(subject) = root.first("conference-description").and_then(|about| about.text_of("subject"))
        {
            subject.clone_into(&mut self.known.subject);
        }
        if let Some(state) = root.first("conference-state") {
            let yes = |name: &str| state.text_of(name).map(|text| text == "true" || text == "1");
            self.known.active = yes("active").or(self.known.active);
            self.known.locked = yes("locked").unwrap_or(self.known.locked);
            self.known.user_count =
                state.text_of("user-count").and_then(|text| text.parse().ok()).or(self.known.user_count);
        }
        if let Some(users) = root.first("users") {
            if users.attribute("state").unwrap_or("full") == "full" {
                self.users.clear();
            }
            for user in users.all("user") {
                self.take_user(user);
            }
        }
        let users = self.users.values().map(|user| user.as_ref().clone()).collect();
        let news = Watched::Conference(Conference { users, ..self.known.clone() });
        Learnt { news: Some(news), gap: verdict == Verdict::Gap }
    }

    /// The whole state is on its way.
    pub(super) fn expect_full(&mut self) {
        self.versions.expect_full();
    }

    /// RFC 4575 §4.6: each element says by itself whether it is whole, a piece, or gone.
    fn take_user(&mut self, element: &Element<'_>) {
        let Some(entity) = element.attribute("entity") else { return };
        let state = element.attribute("state").unwrap_or("full");
        if state == "deleted" {
            self.users.remove(entity);
            return;
        }
        let mut user = match self.users.remove(entity).filter(|_| state == "partial") {
            Some(known) => known,
            None => Box::new(ConferenceUser { entity: entity.to_owned(), ..ConferenceUser::default() }),
        };
        if self.users.len() >= MAX_USERS {
            return;
        }
        if let Some(name) = element.text_of("display-text") {
            name.clone_into(&mut user.name);
        }
        if let Some(roles) = element.first("roles") {
            user.roles = roles.all("entry").map(|entry| entry.text().to_owned()).collect();
        }
        for endpoint in element.all("endpoint") {
            let of = endpoint.attribute("entity").unwrap_or_default().to_owned();
            match (endpoint.attribute("state"), endpoint.text_of("status")) {
                (Some("deleted"), _) => {
                    user.endpoints.remove(&of);
                }
                (_, Some(status)) => {
                    user.endpoints.insert(of, status.to_ascii_lowercase());
                }
                (_, None) => {}
            }
        }
        self.users.insert(entity.to_owned(), user);
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    fn take(room: &mut Room, text: &str) -> Conference {
        match room.take(&xml::read(text).unwrap()).news {
            Some(Watched::Conference(conference)) => conference,
            _ => panic!(),
        }
    }

    const FULL: &str = r#"<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sip:room@x" state="full" version="1">
        <conference-description><subject>Monday</subject></conference-description>
        <conference-state><user-count>2</user-count><active>true</active></conference-state>
        <users>
          <user entity="sip:a@x" state="full"><display-text>Ann</display-text><roles><entry>moderator</entry></roles>
            <endpoint entity="sip:a@1"><status>connected</status></endpoint></user>
          <user entity="sip:b@x"><endpoint entity="sip:b@1"><status>on-hold</status></endpoint></user>
        </users></conference-info>"#;

    #[test]
    fn a_whole_conference_is_read() {
        let conference = take(&mut Room::default(), FULL);
        assert_eq!(
            (conference.subject.as_str(), conference.active, conference.user_count),
            ("Monday", Some(true), Some(2))
        );
        assert_eq!(conference.users.len(), 2);
        assert_eq!(
            (conference.users[0].name.as_str(), conference.users[0].roles[0].as_str()),
            ("Ann", "moderator")
        );
        assert_eq!(conference.users[1].endpoints["sip:b@1"], "on-hold");
    }

    #[test]
    fn whoever_is_only_called_or_has_gone_is_not_in_it() {
        let users = |status: &str| {
            let text = format!(
                "<conference-info><users><user entity='sip:614@x'><display-text>Zoe</display-text>\
                 <endpoint entity='e'><status>{status}</status></endpoint></user></users></conference-info>"
            );
            take(&mut Room::default(), &text).users
        };
        for (status, is_in) in [
            ("connected", true),
            ("on-hold", true),
            ("muted-via-focus", true),
            ("dialing-out", false),
            ("alerting", false),
            ("disconnected", false),
        ] {
            assert_eq!(users(status)[0].is_in(), is_in, "{status}");
        }
        let zoe = users("connected")[0].party();
        assert_eq!((zoe.name.as_str(), zoe.number.as_str()), ("Zoe", "614"));
    }

    #[test]
    fn pieces_change_only_what_they_name() {
        let mut room = Room::default();
        take(&mut room, FULL);
        let conference = take(
            &mut room,
            r#"<conference-info entity="sip:room@x" state="partial" version="2"><users state="partial">
               <user entity="sip:a@x" state="partial"><endpoint entity="sip:a@1" state="partial"><status>muted-via-focus</status></endpoint></user>
               <user entity="sip:b@x" state="deleted"/><user entity="sip:c@x" state="full"/></users></conference-info>"#,
        );
        assert_eq!(conference.subject, "Monday");
        let names: Vec<_> = conference.users.iter().map(|user| user.entity.as_str()).collect();
        assert_eq!(names, ["sip:a@x", "sip:c@x"]);
        assert_eq!(
            (conference.users[0].name.as_str(), conference.users[0].endpoints["sip:a@1"].as_str()),
            ("Ann", "muted-via-focus")
        );
        let over = take(&mut room, r#"<conference-info entity="sip:room@x" state="deleted" version="3"/>"#);
        assert_eq!((over.active, over.users.len()), (Some(false), 0));
    }
}
