//! Presence: PIDF (RFC 3863) with RPID (RFC 4480), its older kin XPIDF, and what telephone systems put into them; and
//! our own, which we publish.

use serde::{Deserialize, Serialize};

use super::xml::{self, Element};

/// The most activities and the longest note that are kept.
const MAX_ACTIVITIES: usize = 16;
const MAX_NOTE: usize = 500;

/// What is known of somebody's presence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Whom the document says that it is about; some systems name the watcher here.
    pub entity: String,
    /// One of the person's devices can be reached; `None` if not told.
    pub open: Option<bool>,
    /// What the person does, in the words of RFC 4480 §3.2, lower case.
    pub activities: Vec<String>,
    /// What the person or the system has to say.
    pub note: String,
}

/// A person's presence in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    /// No device can be reached.
    Offline,
    /// Can be called.
    Available,
    /// Has something else to do.
    Busy,
    /// Is in a call.
    OnThePhone,
    /// Wants no calls.
    DoNotDisturb,
    /// Is not there.
    Away,
}

impl Presence {
    /// All of it in one word; `None` if nothing was told.
    pub fn availability(&self) -> Option<Availability> {
        let does = |words: &[&str]| self.activities.iter().any(|activity| words.contains(&activity.as_str()));
        let notes = |words: &[&str]| words.iter().any(|word| self.note.eq_ignore_ascii_case(word));
        if does(&["dnd", "do-not-disturb"]) || notes(&["do not disturb", "dnd"]) {
            Some(Availability::DoNotDisturb)
        // Some say `busy` for every call, and only the note says that it is one.
        } else if does(&["on-the-phone", "onthephone"]) || notes(&["on the phone", "ringing", "on hold"]) {
            Some(Availability::OnThePhone)
        } else if does(&["busy", "meeting", "appointment", "presentation", "performance"]) {
            Some(Availability::Busy)
        } else if self.open == Some(false) {
            Some(Availability::Offline)
        } else if self.activities.iter().any(|activity| !is_presence(activity)) {
            Some(Availability::Away)
        } else {
            self.open.map(|_| Availability::Available)
        }
    }
}

/// Activities of somebody who sits at the desk.
fn is_presence(activity: &str) -> bool {
    ["unknown", "working", "other", "available", "online", "chat"].contains(&activity)
}

/// Reads a document of either kind.
pub(super) fn read(root: &Element<'_>) -> Presence {
    let mut presence = Presence { entity: entity(root), ..Presence::default() };
    root.each_within(&mut |element| match element.name {
        "basic" => presence.add_basic(element.text()),
        "activities" => element.children().for_each(|activity| {
            // An older draft of RPID writes the word as text.
            let word = if activity.name == "activity" { activity.text() } else { activity.name };
            presence.add_activity(word);
        }),
        "note" if presence.note.is_empty() => presence.set_note(element.text()),
        // Asterisk's own, for phones of its maker.
        "digium_presence" => {
            presence.add_device_presence(element.attribute("type").unwrap_or_default());
            if !element.text().is_empty() {
                presence.set_note(element.text());
            }
        }
        // XPIDF
        "status" => {
            if let Some(word) = element.attribute("status") {
                presence.add_basic(word);
                presence.add_activity(if word == "inuse" { "on-the-phone" } else { "" });
            }
        }
        "msnsubstatus" => match element.attribute("substatus").unwrap_or_default() {
            word @ ("onthephone" | "busy" | "away" | "idle") => presence.add_activity(word),
            "berightback" | "outtolunch" => presence.add_activity("away"),
            _ => {}
        },
        _ => {}
    });
    presence
}

fn entity(root: &Element<'_>) -> String {
    let older = || root.first("presentity").and_then(|presentity| presentity.attribute("uri"));
    root.attribute("entity").or_else(older).unwrap_or_default().to_owned()
}

impl Presence {
    /// One open device is enough.
    fn add_basic(&mut self, word: &str) {
        let open = match word.trim().to_ascii_lowercase().as_str() {
            "open" | "inuse" => true,
            "closed" => false,
            _ => return,
        };
        self.open = Some(open || self.open == Some(true));
    }

    fn add_activity(&mut self, word: &str) {
        let word = word.to_ascii_lowercase();
        if !word.is_empty() && self.activities.len() < MAX_ACTIVITIES && !self.activities.contains(&word) {
            self.activities.push(word);
        }
    }

    fn set_note(&mut self, text: &str) {
        self.note = text.chars().take(MAX_NOTE).collect();
    }

    fn add_device_presence(&mut self, kind: &str) {
        match kind {
            "unavailable" => self.open = Some(false),
            "away" | "xa" => self.add_activity("away"),
            "dnd" => self.add_activity("dnd"),
            "available" | "chat" => self.open = Some(true),
            // `not_set` and what may come.
            _ => {}
        }
    }
}

/// What we tell others of ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwnPresence {
    /// Can be called.
    Available,
    /// Is in a call.
    OnThePhone,
    /// Wants no calls.
    DoNotDisturb,
    /// Is not there.
    Away,
}

impl OwnPresence {
    /// The document that says so. RFC 4480 has no word for not wanting to be disturbed: `busy` with a note is what
    /// phones show as that.
    pub(crate) fn document(self, entity: &str) -> String {
        let (basic, activity, note) = match self {
            Self::Available => ("open", "", ""),
            Self::OnThePhone => ("open", "on-the-phone", "On the phone"),
            Self::DoNotDisturb => ("closed", "busy", "Do not disturb"),
            Self::Away => ("open", "away", "Away"),
        };
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
             xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"",
        );
        xml::push_escaped(&mut out, entity);
        out.push_str("\">\r\n<tuple id=\"desk\"><status><basic>");
        out.push_str(basic);
        out.push_str("</basic></status>");
        if !note.is_empty() {
            out.push_str("<note>");
            out.push_str(note);
            out.push_str("</note>");
        }
        out.push_str("</tuple>\r\n<dm:person id=\"person\"><rpid:activities>");
        if activity.is_empty() {
            out.push_str("<rpid:unknown/>");
        } else {
            out.push_str("<rpid:");
            out.push_str(activity);
            out.push_str("/>");
        }
        out.push_str("</rpid:activities></dm:person>\r\n</presence>\r\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence(text: &str) -> Presence {
        read(&xml::read(text).unwrap())
    }

    #[test]
    fn what_asterisk_says_of_an_extension_is_understood() {
        for (basic, activity, note, meant) in [
            ("open", "", "Ready", Availability::Available),
            ("open", "<ep:busy/>", "On the phone", Availability::OnThePhone),
            ("open", "<ep:busy/>", "Ringing", Availability::OnThePhone),
            ("open", "<ep:on-the-phone/>", "", Availability::OnThePhone),
            ("open", "<ep:busy/>", "", Availability::Busy),
            ("closed", "<ep:away/>", "Unavailable", Availability::Offline),
            ("open", "<ep:away/>", "", Availability::Away),
            ("open", "<ep:dnd/>", "", Availability::DoNotDisturb),
            ("open", "<es:activity>meeting</es:activity>", "", Availability::Busy),
            ("open", "<ep:vacation/>", "", Availability::Away),
        ] {
            let text = format!(
                "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:pp='a' xmlns:ep='b' entity='sip:200@x'><note>{note}</note>\
                 <tuple id='200'><contact priority='1'>sip:200@x</contact><status><basic>{basic}</basic></status></tuple>\
                 <pp:person><status><ep:activities>{activity}</ep:activities></status></pp:person></presence>"
            );
            assert_eq!(presence(&text).availability(), Some(meant), "{text}");
        }
    }

    #[test]
    fn a_makers_own_word_for_not_to_be_disturbed_counts() {
        let text = "<presence><tuple id='a'><status><basic>open</basic></status></tuple><tuple id='digium-presence'>\
                    <status><digium_presence type='dnd' subtype='x'>In a meeting till 3</digium_presence></status></tuple></presence>";
        let presence = presence(text);
        assert_eq!(presence.availability(), Some(Availability::DoNotDisturb));
        assert_eq!(presence.note, "In a meeting till 3");
    }

    #[test]
    fn the_older_format_is_understood() {
        for (status, substatus, meant) in [
            ("open", "online", Availability::Available),
            ("inuse", "onthephone", Availability::OnThePhone),
            ("closed", "offline", Availability::Offline),
            ("open", "outtolunch", Availability::Away),
        ] {
            let text = format!(
                "<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\"><presence>\
                 <presentity uri=\"sip:200@x;method=SUBSCRIBE\"/><atom id=\"1\"><address uri=\"sip:200@x\" priority=\"0.8\">\
                 <status status=\"{status}\"/><msnsubstatus substatus=\"{substatus}\"/></address></atom></presence>"
            );
            let presence = presence(&text);
            assert_eq!(presence.availability(), Some(meant), "{text}");
            assert_eq!(presence.entity, "sip:200@x;method=SUBSCRIBE");
        }
    }

    #[test]
    fn of_several_devices_one_open_one_is_enough() {
        let text = "<presence><tuple><status><basic>open</basic></status></tuple><tuple><status><basic>closed</basic></status></tuple></presence>";
        assert_eq!(presence(text).open, Some(true));
        assert_eq!(presence("<presence/>").availability(), None);
    }

    #[test]
    fn what_we_publish_reads_as_what_we_meant() {
        for (own, meant) in [
            (OwnPresence::Available, Availability::Available),
            (OwnPresence::OnThePhone, Availability::OnThePhone),
            (OwnPresence::DoNotDisturb, Availability::DoNotDisturb),
            (OwnPresence::Away, Availability::Away),
        ] {
            let document = own.document("sip:a&b@x");
            let presence = presence(&document);
            assert_eq!(presence.availability(), Some(meant), "{document}");
            assert_eq!(presence.entity, "sip:a&b@x");
        }
    }
}
