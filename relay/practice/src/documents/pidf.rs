//! `application/pidf+xml` (RFC 3863) with what the person does (RFC 4479, RFC 4480).

use super::{About, XML, escape, uri};
use crate::shown::{Activity, ShownPresence};

pub(super) fn write(about: About<'_>, presence: &ShownPresence) -> String {
    match presence {
        // The person's own word goes on as it came.
        ShownPresence::Published(document) => document.clone(),
        ShownPresence::Known { open, activity } => known(about, *open, *activity),
    }
}

fn known(about: About<'_>, open: bool, activity: Activity) -> String {
    let entity = escape(&uri(about.number, about.domain));
    let basic = if open { "open" } else { "closed" };
    // RFC 4480 knows no "do not disturb": it is busy, and the note says the rest, as exchanges have it.
    let (activity, note) = match activity {
        Activity::None => ("", ""),
        Activity::OnThePhone => ("<rpid:on-the-phone/>", "On the phone"),
        Activity::Away => ("<rpid:away/>", "Away"),
        Activity::DoNotDisturb => ("<rpid:busy/>", "Do not disturb"),
    };
    let person = if activity.is_empty() {
        String::new()
    } else {
        format!(
            "<dm:person id=\"person\"><rpid:activities>{activity}</rpid:activities><dm:note>{note}</dm:note></dm:person>\r\n"
        )
    };
    let note = if note.is_empty() { String::new() } else { format!("<note>{note}</note>") };
    format!(
        "{XML}<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
         xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"{entity}\">\r\n\
         <tuple id=\"phone\"><status><basic>{basic}</basic></status><contact>{entity}</contact>{note}</tuple>\r\n\
         {person}</presence>\r\n"
    )
}
