//! `multipart/related` with a resource list (RFC 4662 §5): many documents in one NOTIFY.

use super::{About, XML, escape, uri};

/// One document of a list.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) document: String,
}

/// The media type and the body. `full` unless only what has changed is in it; `ended` when the subscription is.
pub(crate) fn resource_list(
    about: About<'_>,
    kind: &str,
    members: &[Member],
    full: bool,
    ended: bool,
) -> (String, String) {
    let About { number, domain, version, .. } = about;
    // Our documents are XML and texts of this exchange: none has a line like this.
    let boundary = "cordboard-practice-list";
    let root = format!("list@{domain}");
    let state = if ended { "state=\"terminated\" reason=\"timeout\"" } else { "state=\"active\"" };
    let resources: String = members
        .iter()
        .map(|member| {
            let (address, name) = (escape(&uri(&member.number, domain)), escape(&member.name));
            let cid = content_id(&member.number, domain);
            format!(
                "<resource uri=\"{address}\"><name>{name}</name><instance id=\"1\" {state} cid=\"{cid}\"/></resource>\r\n"
            )
        })
        .collect();
    let list = format!(
        "{XML}<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" uri=\"{}\" version=\"{version}\" fullState=\"{full}\">\r\n{resources}</list>\r\n",
        escape(&uri(number, domain)),
    );
    let mut body = part(boundary, &root, "application/rlmi+xml;charset=\"UTF-8\"", &list);
    for member in members {
        body.push_str(&part(boundary, &content_id(&member.number, domain), kind, &member.document));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    let kind =
        format!("multipart/related;type=\"application/rlmi+xml\";start=\"<{root}>\";boundary=\"{boundary}\"");
    (kind, body)
}

fn content_id(number: &str, domain: &str) -> String {
    format!("{number}@{domain}")
}

fn part(boundary: &str, id: &str, kind: &str, body: &str) -> String {
    format!(
        "--{boundary}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\nContent-Type: {kind}\r\n\r\n{body}\r\n"
    )
}
