//! `application/dialog-info+xml` (RFC 4235 §4): the calls of a number, always all of them.

use super::{About, XML, escape, identity, uri};
use crate::shown::{ShownCall, Stage};

pub(super) fn write(about: About<'_>, calls: &[ShownCall]) -> String {
    let About { number, domain, version, .. } = about;
    let entity = escape(&uri(number, domain));
    let dialogs: String = calls.iter().map(|call| dialog(about, call)).collect();
    format!(
        "{XML}<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"full\" \
         entity=\"{entity}\">\r\n{dialogs}</dialog-info>\r\n"
    )
}

fn dialog(about: About<'_>, call: &ShownCall) -> String {
    let domain = about.domain;
    let direction = if call.outgoing { "initiator" } else { "recipient" };
    let state = match call.stage {
        Stage::Trying => "trying",
        Stage::Early => "early",
        Stage::Confirmed => "confirmed",
    };
    let seconds = about.now.saturating_duration_since(call.since).as_secs();
    let tag = |name: &str, tag: &str| {
        if tag.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escape(tag)) }
    };
    let referred = call.referred_by.as_ref().map_or_else(String::new, |by| {
        let name =
            if by.name.is_empty() { String::new() } else { format!(" display=\"{}\"", escape(&by.name)) };
        format!("<referred-by{name}>{}</referred-by>\r\n", escape(&uri(&by.number, domain)))
    });
    let rendering = if call.held { "no" } else { "yes" };
    let own = escape(&uri(about.number, domain));
    format!(
        "<dialog id=\"{id}\" call-id=\"{call_id}\"{local_tag}{remote_tag} direction=\"{direction}\">\r\n\
         <state>{state}</state>\r\n<duration>{seconds}</duration>\r\n{referred}\
         <local>{local}<target uri=\"{own}\"><param pname=\"+sip.rendering\" pval=\"{rendering}\"/></target></local>\r\n\
         <remote>{remote}<target uri=\"{far}\"/></remote>\r\n</dialog>\r\n",
        id = escape(&call.id),
        call_id = escape(&call.call_id),
        local_tag = tag("local-tag", &call.local_tag),
        remote_tag = tag("remote-tag", &call.remote_tag),
        local = identity(&call.local, domain),
        remote = identity(&call.remote, domain),
        far = escape(&uri(&call.remote.number, domain)),
    )
}
