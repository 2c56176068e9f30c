//! Who is at the far end: the directories' word before the signalling's.

use cordboard_sip::Party;
use cordboard_wire::Line;

use crate::{ContactId, ContactRef, Directories, DirectoryId, NameOrder, Way, WhoView};

/// Names a party: as `contact` if one was called by name, else by number where a directory knows it.
pub(crate) fn who(
    party: &Party,
    contact: Option<(DirectoryId, ContactId)>,
    directories: &Directories,
) -> WhoView {
    let mut who = WhoView {
        name: party.name.clone(),
        number: party.number.clone(),
        anonymous: party.anonymous,
        ..WhoView::default()
    };
    if let Some((directory, id)) = contact
        && let Some(info) = directories.info(directory)
        && let Some(contact) = directories.contact(directory, id)
    {
        who.contact = Some((directory, id));
        who.local = info.local;
        describe(&mut who, &contact, info.name_order);
        return who;
    }
    // Whoever withholds the number is not looked up by it, even if the PBX let it through.
    if party.anonymous {
        who.number.clear();
        return who;
    }
    let number = directories.numbering().canonical(&party.number);
    if let Some(found) = directories.identify(&number) {
        who.contact = Some((found.directory, found.id));
        who.local = found.local;
        let order = directories.info(found.directory).map(|info| info.name_order).unwrap_or_default();
        describe(&mut who, &found.contact, order);
    }
    who
}

fn describe(who: &mut WhoView, contact: &ContactRef<'_>, order: NameOrder) {
    who.name = contact.display_name(order);
    who.company = contact.company.to_owned();
    who.title = contact.title.to_owned();
    who.picture = contact.picture.as_ref().map(|picture| picture.convert(|bytes| bytes.to_vec()));
}

/// How a call is spoken of in a notice.
pub(crate) fn called(who: &WhoView) -> String {
    if who.name.is_empty() { who.number.clone() } else { who.name.clone() }
}

/// The first address that a call was meant for and that is a line of ours.
pub(crate) fn line_of(called: &[Party], lines: &[Line], directories: &Directories) -> Option<Line> {
    let numbering = directories.numbering();
    called.iter().find_map(|party| {
        let number = numbering.canonical(&party.number);
        lines.iter().find(|line| !number.is_empty() && numbering.canonical(&line.number) == number).cloned()
    })
}

/// One of a contact's numbers; `None` if it has no such number.
pub(crate) fn number_of<'a>(contact: &ContactRef<'a>, way: Way) -> Option<&'a str> {
    let number = match way {
        Way::Phone => contact.phone,
        Way::Mobile => contact.mobile,
        Way::Home => contact.home,
        Way::Voicemail => contact.voicemail,
    };
    Some(number).filter(|number| !number.trim().is_empty())
}
