//! `application/conference-info+xml` (RFC 4575): who is in a conference room.

use super::{About, XML, escape, uri};
use crate::shown::ShownMember;

pub(super) fn write(about: About<'_>, members: &[ShownMember]) -> String {
    let About { number, domain, version, .. } = about;
    let entity = escape(&uri(number, domain));
    let users: String = members.iter().map(|member| user(member, domain)).collect();
    let active = !members.is_empty();
    format!(
        "{XML}<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" entity=\"{entity}\" state=\"full\" \
         version=\"{version}\">\r\n\
         <conference-description><display-text>Conference room {number}</display-text></conference-description>\r\n\
         <conference-state><user-count>{count}</user-count><active>{active}</active></conference-state>\r\n\
         <users>\r\n{users}</users>\r\n</conference-info>\r\n",
        count = members.len(),
    )
}

fn user(member: &ShownMember, domain: &str) -> String {
    let address = escape(&uri(&member.who.number, domain));
    let name = escape(&member.who.name);
    let status = if member.held { "on-hold" } else { "connected" };
    format!(
        "<user entity=\"{address}\" state=\"full\"><display-text>{name}</display-text>\
         <endpoint entity=\"{address};id={id}\"><status>{status}</status></endpoint></user>\r\n",
        id = escape(&member.id),
    )
}
