//! `application/dialog-info+xml`: which calls somebody has (RFC 4235), as telephone systems really write it.

use serde::{Deserialize, Serialize};
use vecmap::VecMap;

use super::version::{Verdict, Versions, version};
use super::xml::Element;
use super::{Learnt, Watched};
use crate::Party;
use crate::identity::named;
use crate::message::header::Replaces;

/// The most dialogs that are kept of one who is watched: switchboards have many.
const MAX_DIALOGS: usize = 500;

/// All calls of somebody, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogInfo {
    /// Whom the document says that it is about; what was subscribed to is the surer word.
    pub entity: String,
    /// Every dialog that has not ended, in the order of their ids.
    pub dialogs: Vec<WatchedDialog>,
}

impl DialogInfo {
    /// The one that counts where one lamp shows all: ringing before talking before calling out; `None` when idle.
    pub fn state(&self) -> Option<DialogState> {
        self.dialogs.iter().map(|dialog| dialog.state).max()
    }
}

/// How far a dialog has come (RFC 4235 §3.7.1), the least urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DialogState {
    /// An INVITE was sent, nothing came back.
    Trying,
    /// A provisional response without a dialog came.
    Proceeding,
    /// The call was answered.
    Confirmed,
    /// It rings.
    Early,
}

/// Who began a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DialogDirection {
    /// The one who is watched made the call.
    Initiator,
    /// The one who is watched is called.
    Recipient,
}

/// One call of somebody who is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedDialog {
    /// Names it within the document.
    pub id: String,
    /// How far it has come.
    pub state: DialogState,
    /// Who began it, if told.
    pub direction: Option<DialogDirection>,
    /// The one who is watched does not hear it (`+sip.rendering=no`, RFC 4235 §3.6.2.1): it is on hold.
    pub held: bool,
    /// Call-ID, if told.
    pub call_id: Option<String>,
    /// Tag of the one who is watched, if told.
    pub local_tag: Option<String>,
    /// Tag of the one at the other end, if told.
    pub remote_tag: Option<String>,
    /// The one who is watched, if told.
    pub local: Option<Party>,
    /// The one at the other end, if told.
    pub remote: Option<Party>,
    /// Who sent the call here, if told (RFC 4235 §4.1.5).
    pub referred_by: Option<Party>,
    /// For how many seconds it has lasted, if told.
    pub duration: Option<u32>,
    /// Where the other end can be reached; with some systems a code to dial for a pickup.
    pub remote_target: Option<String>,
}

impl WatchedDialog {
    /// What an INVITE to the other end says to take this call over (RFC 3891 §3); `None` where the system does not tell
    /// enough, so that a pickup needs its own code. The receiver's own tag is the remote one here.
    pub fn replaces(&self) -> Option<Replaces> {
        Some(Replaces {
            call_id: self.call_id.clone()?,
            to_tag: self.remote_tag.clone()?,
            from_tag: self.local_tag.clone()?,
            early_only: self.state != DialogState::Confirmed,
        })
    }
}

/// What is known of somebody's calls between two documents.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Dialogs {
    versions: Versions,
    entity: String,
    by_id: VecMap<String, WatchedDialog>,
}

impl Dialogs {
    /// Takes a document in.
    pub(super) fn take(&mut self, root: &Element<'_>) -> Learnt {
        // Without the word it is the whole: those who send pieces know the RFC.
        let full = root.attribute("state") != Some("partial");
        let verdict = self.versions.take(version(root.attribute("version")), full);
        if verdict == Verdict::Late {
            return Learnt::nothing();
        }
        if full {
            self.by_id.clear();
        }
        if let Some(entity) = root.attribute("entity") {
            entity.clone_into(&mut self.entity);
        }
        for (place, dialog) in root.all("dialog").enumerate() {
            // An id is a must, but those who always send one dialog can do without.
            let id = dialog.attribute("id").map_or_else(|| place.to_string(), str::to_owned);
            self.take_dialog(id, dialog);
        }
        Learnt { news: Some(self.all()), gap: verdict == Verdict::Gap }
    }

    /// A NOTIFY without a body: where nothing was known, nobody talks.
    pub(super) fn take_nothing(&mut self) -> Learnt {
        if !self.versions.is_new() {
            return Learnt::nothing();
        }
        Learnt { news: Some(self.all()), gap: false }
    }

    /// The whole state is on its way.
    pub(super) fn expect_full(&mut self) {
        self.versions.expect_full();
    }

    fn all(&self) -> Watched {
        let dialogs = self.by_id.values().cloned().collect();
        Watched::Dialogs(DialogInfo { entity: self.entity.clone(), dialogs })
    }

    fn take_dialog(&mut self, id: String, element: &Element<'_>) {
        // A dialog of which no state is told is none that anybody could show.
        let Some(word) = element.text_of("state") else { return };
        // An ended one beside a living one says nothing, and an unknown word no more.
        let Some(state) = state(word) else {
            self.by_id.remove(&id);
            return;
        };
        if self.by_id.len() >= MAX_DIALOGS && !self.by_id.contains_key(&id) {
            return;
        }
        let (local, remote) = (element.first("local"), element.first("remote"));
        let told = |name: &str| element.attribute(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let dialog = WatchedDialog {
            state,
            direction: match element.attribute("direction") {
                Some("initiator") => Some(DialogDirection::Initiator),
                Some("recipient") => Some(DialogDirection::Recipient),
                Some(_) | None => None,
            },
            held: local.is_some_and(is_muted),
            call_id: told("call-id"),
            local_tag: told("local-tag"),
            remote_tag: told("remote-tag"),
            local: local.and_then(participant),
            remote: remote.and_then(participant),
            referred_by: element
                .first("referred-by")
                .and_then(|by| named(by.text(), by.attribute("display"))),
            duration: element.text_of("duration").and_then(|seconds| seconds.parse().ok()),
            remote_target: remote
                .and_then(|remote| remote.first("target"))
                .and_then(|target| target.attribute("uri"))
                .map(str::to_owned),
            id: id.clone(),
        };
        self.by_id.insert(id, dialog);
    }
}

fn state(word: &str) -> Option<DialogState> {
    let all = [
        ("trying", DialogState::Trying),
        ("proceeding", DialogState::Proceeding),
        ("early", DialogState::Early),
        ("confirmed", DialogState::Confirmed),
    ];
    all.into_iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, state)| state)
}

/// RFC 4235 §3.6.2.1
fn is_muted(local: &Element<'_>) -> bool {
    let Some(target) = local.first("target") else { return false };
    target.all("param").any(|param| {
        // Some write the name without its plus, as RFC 3840 has it in Contact.
        let name = param.attribute("pname").unwrap_or_default();
        let value = param.attribute("pval").or(param.attribute("pvalue")).unwrap_or_default();
        name.trim_start_matches('+').eq_ignore_ascii_case("sip.rendering") && value.eq_ignore_ascii_case("no")
    })
}

/// The identity of one side; the target, where only that is told.
fn participant(side: &Element<'_>) -> Option<Party> {
    let identity = side.first("identity");
    let target = || side.first("target").and_then(|target| target.attribute("uri"));
    let address = identity.map(Element::text).filter(|text| !text.is_empty()).or_else(target)?;
    named(address, identity.and_then(|identity| identity.attribute("display")))
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    fn take(dialogs: &mut Dialogs, text: &str) -> Option<DialogInfo> {
        match dialogs.take(&xml::read(text).unwrap()).news {
            Some(Watched::Dialogs(info)) => Some(info),
            Some(_) => panic!(),
            None => None,
        }
    }

    fn info(text: &str) -> DialogInfo {
        take(&mut Dialogs::default(), text).unwrap()
    }

    #[test]
    fn a_ringing_call_tells_all_that_a_pickup_needs() {
        let info = info(
            r#"<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full" entity="sip:202@pbx.example">
  <dialog id="a7" call-id="12@a&amp;b" local-tag="l&quot;1" remote-tag="r1" direction="recipient">
    <state>early</state>
    <local><identity>sip:202@pbx.example</identity><target uri="sip:202@192.0.2.2"/></local>
    <remote><identity display="Alice &lt;A&gt;">sip:201@pbx.example</identity><target uri="sip:**202@pbx.example"/></remote>
  </dialog>
</dialog-info>"#,
        );
        assert_eq!(info.state(), Some(DialogState::Early));
        let dialog = &info.dialogs[0];
        assert_eq!((dialog.direction, dialog.held), (Some(DialogDirection::Recipient), false));
        let remote = dialog.remote.as_ref().unwrap();
        assert_eq!((remote.name.as_str(), remote.number.as_str()), ("Alice <A>", "201"));
        assert_eq!(dialog.remote_target.as_deref(), Some("sip:**202@pbx.example"));
        let replaces = dialog.replaces().unwrap();
        assert_eq!(replaces.to_string(), "12@a&b;to-tag=r1;from-tag=l\"1;early-only");
    }

    #[test]
    fn a_parked_call_tells_who_parked_it_and_for_how_long_it_waits() {
        let info = info(
            "<dialog-info><dialog id='1'><state>confirmed</state><duration>42</duration>\
             <referred-by display='Robin'>sip:201@x</referred-by>\
             <remote><identity display='Helena'>sip:205@x</identity></remote></dialog></dialog-info>",
        );
        let by = info.dialogs[0].referred_by.as_ref().unwrap();
        assert_eq!((by.name.as_str(), by.number.as_str()), ("Robin", "201"));
        assert_eq!(info.dialogs[0].duration, Some(42));
    }

    #[test]
    fn every_shape_that_telephone_systems_send_is_understood() {
        for (body, state) in [
            // No dialog at all: idle.
            (r#"<dialog-info version="0" state="full" entity="sip:1@x"/>"#, None),
            // Without version and state.
            (
                "<dialog-info><dialog id='1'><state>confirmed</state></dialog></dialog-info>",
                Some(DialogState::Confirmed),
            ),
            // A dialog without state.
            (r#"<dialog-info version="1" state="full"><dialog id="1"/></dialog-info>"#, None),
            // One dialog for all that an extension does, idle.
            (
                r#"<dialog-info version="1" state="full"><dialog id="1"><state>terminated</state></dialog></dialog-info>"#,
                None,
            ),
            // Prefixes, upper case, no id.
            (
                "<d:dialog-info><d:dialog><d:state> Trying </d:state></d:dialog></d:dialog-info>",
                Some(DialogState::Trying),
            ),
            // An ended one beside a living one.
            (
                "<dialog-info><dialog id='1'><state>confirmed</state></dialog><dialog id='2'><state>terminated</state></dialog></dialog-info>",
                Some(DialogState::Confirmed),
            ),
            // Called while talking: it must show as ringing.
            (
                "<dialog-info><dialog id='1'><state>confirmed</state></dialog><dialog id='2'><state>early</state></dialog></dialog-info>",
                Some(DialogState::Early),
            ),
            (
                "<dialog-info><dialog id='1'><state>proceeding</state></dialog><dialog id='2'><state>trying</state></dialog></dialog-info>",
                Some(DialogState::Proceeding),
            ),
            // A word that nobody knows.
            ("<dialog-info><dialog id='1'><state>dreaming</state></dialog></dialog-info>", None),
        ] {
            assert_eq!(info(body).state(), state, "{body}");
        }
    }

    #[test]
    fn a_call_on_hold_is_told_by_what_is_not_rendered() {
        for (name, key, value, held) in [
            ("+sip.rendering", "pval", "no", true),
            ("+sip.rendering", "pvalue", "no", true),
            ("sip.rendering", "pvalue", "NO", true),
            ("+sip.rendering", "pvalue", "yes", false),
            ("+sip.byeless", "pvalue", "no", false),
        ] {
            let body = format!(
                "<dialog-info><dialog id='200'><state>confirmed</state><local><target uri='sip:200@x'>\
                 <param pname='{name}' {key}='{value}'/></target></local></dialog></dialog-info>"
            );
            assert_eq!(info(&body).dialogs[0].held, held, "{body}");
        }
    }

    #[test]
    fn a_system_that_tells_no_tags_allows_no_replaces() {
        let body = "<dialog-info><dialog id='200' call-id='1'><state>early</state></dialog></dialog-info>";
        assert_eq!(info(body).dialogs[0].replaces(), None);
    }

    #[test]
    fn pieces_are_put_together_and_late_ones_dropped() {
        let piece = |version: u32, kind: &str, dialogs: &str| {
            format!(
                "<dialog-info version='{version}' state='{kind}' entity='sip:1@x'>{dialogs}</dialog-info>"
            )
        };
        let dialog = |id: &str, state: &str| format!("<dialog id='{id}'><state>{state}</state></dialog>");
        let mut dialogs = Dialogs::default();
        take(&mut dialogs, &piece(0, "full", &dialog("a", "confirmed")));
        let both = take(&mut dialogs, &piece(1, "partial", &dialog("b", "early"))).unwrap();
        assert_eq!((both.dialogs.len(), both.state()), (2, Some(DialogState::Early)));
        assert_eq!(take(&mut dialogs, &piece(1, "partial", &dialog("a", "terminated"))), None);
        let one = take(&mut dialogs, &piece(2, "partial", &dialog("b", "terminated"))).unwrap();
        assert_eq!((one.dialogs.len(), one.state()), (1, Some(DialogState::Confirmed)));
        let gap = dialogs.take(&xml::read(&piece(4, "partial", &dialog("c", "early"))).unwrap());
        assert!(gap.gap && gap.news.is_some());
    }

    #[test]
    fn an_identity_that_is_no_address_is_still_shown() {
        let body = "<dialog-info><dialog id='1'><state>early</state><remote><identity display='Bob'>not an address@x</identity>\
                    </remote></dialog></dialog-info>";
        let remote = info(body).dialogs[0].remote.clone().unwrap();
        assert_eq!((remote.name.as_str(), remote.number.as_str()), ("Bob", "not an address"));
    }
}
