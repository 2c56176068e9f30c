//! Resource lists: many states by one subscription (RFC 4662): a `multipart/related` body whose root, in RLMI, says
//! which part is about whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::version::{Verdict, Versions, version};
use super::xml::{self, Element};
use super::{Learnt, Memory, Package, Unreadable, Watched};
use crate::message::header::{MediaType, SubscriptionState, Substate};
use crate::message::{BodyPart, Headers, Name, parts};

/// How deep lists may lie in one another.
const MAX_DEPTH: usize = 4;
/// The most members that are kept.
const MAX_MEMBERS: usize = 4_000;

/// What one NOTIFY tells of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceList {
    /// The list's address.
    pub uri: String,
    /// These are all members; if not, the others are as they were.
    pub full: bool,
    /// Members of the list and of lists in it, in the order in which they are told.
    pub members: Vec<ListMember>,
}

/// One member of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMember {
    /// The member's address.
    pub uri: String,
    /// The name that the list has for it; may be empty.
    pub name: String,
    /// How the server's own subscription to it stands.
    pub standing: MemberStanding,
    /// Its state, if there is news of it.
    pub news: Option<Watched>,
}

/// How a list server's subscription to a member stands (RFC 4662 §5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberStanding {
    /// The server watches it.
    Active,
    /// It has to be allowed first.
    Pending,
    /// The server does not watch it.
    Terminated {
        /// Why, in the words of RFC 6665 §4.1.3; may be empty.
        reason: String,
    },
    /// The server has not tried yet, or does not tell.
    Unknown,
}

/// What is known of a list between two NOTIFYs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct List {
    versions: Versions,
    members: BTreeMap<String, Box<Memory>>,
}

impl List {
    /// Takes a body in.
    ///
    /// # Errors
    /// [`Unreadable`] if there is no list in it.
    pub(super) fn take(
        &mut self,
        package: Package,
        media: &MediaType,
        body: &[u8],
    ) -> Result<Learnt, Unreadable> {
        let mut list = ResourceList::default();
        let mut told = Told { list: &mut list, seen: Vec::new(), gap: false };
        let verdict = self.take_part(package, media, body, MAX_DEPTH, &mut told)?;
        if verdict == Verdict::Late {
            return Ok(Learnt::nothing());
        }
        let Told { seen, gap, .. } = told;
        if list.full {
            self.members.retain(|uri, _| seen.contains(uri));
        }
        Ok(Learnt { news: Some(Watched::List(list)), gap: gap || verdict == Verdict::Gap })
    }

    /// The whole state is on its way.
    pub(super) fn expect_full(&mut self) {
        self.versions.expect_full();
        self.members.values_mut().for_each(|memory| memory.expect_full());
    }

    fn take_part(
        &mut self,
        package: Package,
        media: &MediaType,
        body: &[u8],
        depth: usize,
        told: &mut Told<'_>,
    ) -> Result<Verdict, Unreadable> {
        let parts = parts(media, body)?;
        let root = root_of(media, &parts).ok_or(Unreadable::NoList)?;
        let text = String::from_utf8_lossy(root.body);
        let rlmi = xml::read(&text)?;
        // RFC 4662 §5.2
        let full = rlmi.attribute("fullState").is_none_or(|full| full == "true" || full == "1");
        let is_outermost = depth == MAX_DEPTH;
        let mut verdict = Verdict::News;
        if is_outermost {
            verdict = self.versions.take(version(rlmi.attribute("version")), full);
            if verdict == Verdict::Late {
                return Ok(verdict);
            }
            told.list.full = full;
            told.list.uri = rlmi.attribute("uri").unwrap_or_default().to_owned();
        }
        for resource in rlmi.all("resource") {
            self.take_resource(package, resource, &parts, depth, told);
        }
        Ok(verdict)
    }

    fn take_resource(
        &mut self,
        package: Package,
        resource: &Element<'_>,
        parts: &[BodyPart<'_>],
        depth: usize,
        told: &mut Told<'_>,
    ) {
        let Some(uri) = resource.attribute("uri") else { return };
        // Where a member is watched in several places, one that tells something is the one to go by.
        let instance = resource
            .all("instance")
            .find(|instance| instance.attribute("state") == Some("active"))
            .or(resource.first("instance"));
        let cid = instance.and_then(|instance| instance.attribute("cid")).or(resource.attribute("cid"));
        let part = cid.and_then(|cid| part_of(parts, cid));
        let media = part.and_then(|part| part.headers.content_type().ok().flatten());
        if let (Some(part), Some(media)) = (part, &media)
            && media.is_multipart()
            && let Some(depth) = depth.checked_sub(1)
            // A list in the list: its members are as good as ours; if it cannot be read, it is a member without news.
            && self.take_part(package, media, part.body, depth, told).is_ok()
        {
            return;
        }
        told.seen.push(uri.to_owned());
        let known = self.members.len() < MAX_MEMBERS || self.members.contains_key(uri);
        let news = part.filter(|_| known).and_then(|part| {
            let memory = self.members.entry(uri.to_owned()).or_insert_with(|| Box::new(Memory::new(package)));
            let learnt = memory.learn_one(&part.headers, part.body).ok()?;
            told.gap |= learnt.gap;
            learnt.news
        });
        told.list.members.push(ListMember {
            uri: uri.to_owned(),
            name: resource.text_of("name").unwrap_or_default().to_owned(),
            standing: standing(instance),
            news,
        });
    }
}

/// What is gathered on the way through a body.
struct Told<'a> {
    list: &'a mut ResourceList,
    seen: Vec<String>,
    gap: bool,
}

/// RFC 2387 §3.2: the part that `start` names, else the first.
fn root_of<'a, 'b>(media: &MediaType, parts: &'b [BodyPart<'a>]) -> Option<&'b BodyPart<'a>> {
    let start = media.params.get("start");
    let named = start.and_then(|start| part_of(parts, start.trim_matches(['<', '>'])));
    named.or(parts.first()).filter(|part| is_rlmi(&part.headers))
}

fn is_rlmi(headers: &Headers) -> bool {
    headers.content_type().ok().flatten().is_some_and(|media| media.is("application/rlmi+xml"))
}

fn part_of<'a, 'b>(parts: &'b [BodyPart<'a>], cid: &str) -> Option<&'b BodyPart<'a>> {
    parts.iter().find(|part| {
        let id = part.headers.get(Name::Other("Content-ID")).unwrap_or_default();
        !cid.is_empty() && id.trim().trim_matches(['<', '>']) == cid
    })
}

fn standing(instance: Option<&Element<'_>>) -> MemberStanding {
    let Some(word) = instance.and_then(|instance| instance.attribute("state")) else {
        return MemberStanding::Unknown;
    };
    match SubscriptionState::parse(word).map(|state| state.state) {
        Ok(Substate::Active) => MemberStanding::Active,
        Ok(Substate::Pending) => MemberStanding::Pending,
        Ok(Substate::Terminated) => {
            let reason = instance.and_then(|instance| instance.attribute("reason"));
            MemberStanding::Terminated { reason: reason.unwrap_or_default().to_owned() }
        }
        Err(_) => MemberStanding::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::DialogState;
    use super::*;

    fn media(boundary: &str) -> MediaType {
        MediaType::parse(&format!(
            "multipart/related;type=\"application/rlmi+xml\";start=\"<root>\";boundary=\"{boundary}\""
        ))
        .unwrap()
    }

    fn body(rlmi: &str, dialogs: &[(&str, &str)]) -> Vec<u8> {
        let mut body =
            format!("--b\r\nContent-ID: <root>\r\nContent-Type: application/rlmi+xml\r\n\r\n{rlmi}\r\n");
        for (cid, state) in dialogs {
            body.push_str(&format!(
                "--b\r\nContent-ID: <{cid}>\r\nContent-Type: application/dialog-info+xml\r\n\r\n\
                 <dialog-info version='0' state='full'><dialog id='1'><state>{state}</state></dialog></dialog-info>\r\n"
            ));
        }
        (body + "--b--\r\n").into_bytes()
    }

    fn take(list: &mut List, body: &[u8]) -> (ResourceList, bool) {
        let learnt = list.take(Package::Dialog, &media("b"), body).unwrap();
        match learnt.news {
            Some(Watched::List(told)) => (told, learnt.gap),
            _ => panic!(),
        }
    }

    fn state(member: &ListMember) -> Option<DialogState> {
        match &member.news {
            Some(Watched::Dialogs(info)) => info.state(),
            _ => None,
        }
    }

    const ONE: &str = r#"<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:team@x" version="1" fullState="true">
        <resource uri="sip:a@x"><name>Ann</name><instance id="1" state="active" cid="a"/></resource>
        <resource uri="sip:b@x"><instance id="1" state="pending"/></resource>
        <resource uri="sip:c@x"><instance id="1" state="terminated" reason="noresource"/></resource>
        <resource uri="sip:d@x"/></list>"#;

    #[test]
    fn each_member_has_its_standing_and_its_state() {
        let (told, gap) = take(&mut List::default(), &body(ONE, &[("a", "early")]));
        assert!(told.full && !gap);
        assert_eq!(told.uri, "sip:team@x");
        assert_eq!(
            (told.members[0].name.as_str(), state(&told.members[0])),
            ("Ann", Some(DialogState::Early))
        );
        let standings: Vec<_> = told.members.into_iter().map(|member| member.standing).collect();
        assert_eq!(
            standings,
            [
                MemberStanding::Active,
                MemberStanding::Pending,
                MemberStanding::Terminated { reason: "noresource".to_owned() },
                MemberStanding::Unknown
            ]
        );
    }

    #[test]
    fn a_piece_tells_of_one_member_and_a_missed_piece_is_noticed() {
        let piece = |version: u32| {
            let rlmi = format!(
                "<list uri='sip:team@x' version='{version}' fullState='false'><resource uri='sip:a@x'>\
                 <instance id='1' state='active' cid='a'/></resource></list>"
            );
            body(&rlmi, &[("a", "confirmed")])
        };
        let mut list = List::default();
        take(&mut list, &body(ONE, &[("a", "early")]));
        let (told, gap) = take(&mut list, &piece(2));
        assert!(!told.full && !gap);
        assert_eq!((told.members.len(), state(&told.members[0])), (1, Some(DialogState::Confirmed)));
        assert!(list.take(Package::Dialog, &media("b"), &piece(2)).unwrap().news.is_none());
        assert!(take(&mut list, &piece(5)).1);
    }

    #[test]
    fn a_member_who_left_the_list_is_forgotten_and_a_piece_of_a_state_is_no_whole() {
        let mut list = List::default();
        take(&mut list, &body(ONE, &[("a", "early")]));
        let without = "<list uri='sip:team@x' version='2' fullState='true'/>";
        assert!(take(&mut list, &body(without, &[])).0.members.is_empty());
        let again =
            String::from_utf8(body(&ONE.replace("version=\"1\"", "version=\"3\""), &[("a", "early")]))
                .unwrap();
        let piece = again.replace("version='0' state='full'", "version='1' state='partial'");
        assert_ne!(again, piece);
        assert!(take(&mut list, piece.as_bytes()).1);
    }

    #[test]
    fn the_members_of_a_list_in_a_list_are_members() {
        let inner = String::from_utf8(body(ONE, &[("a", "early")])).unwrap();
        let outer = format!(
            "--o\r\nContent-ID: <root>\r\nContent-Type: application/rlmi+xml\r\n\r\n<list uri='sip:all@x' version='0' fullState='true'>\
             <resource uri='sip:team@x'><instance id='1' state='active' cid='inner'/></resource></list>\r\n--o\r\n\
             Content-ID: <inner>\r\nContent-Type: multipart/related;start=\"<root>\";boundary=b\r\n\r\n{inner}\r\n--o--\r\n"
        );
        let learnt = List::default().take(Package::Dialog, &media("o"), outer.as_bytes()).unwrap();
        let Some(Watched::List(told)) = learnt.news else { panic!() };
        assert_eq!((told.uri.as_str(), told.members.len()), ("sip:all@x", 4));
    }

    #[test]
    fn a_body_without_a_list_is_refused() {
        for body in
            ["", "--b\r\n\r\nx\r\n--b--", "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list\r\n--b--"]
        {
            assert!(List::default().take(Package::Dialog, &media("b"), body.as_bytes()).is_err(), "{body}");
        }
    }
}
