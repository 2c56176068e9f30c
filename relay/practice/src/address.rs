//! Addresses in From, To, Contact, Refer-To: name, URI, parameters.
//!
//! The URI itself is rsip's to read. The brackets and parameters around it are read here, because rsip refuses
//! quoted parameters such as `+sip.instance="<urn:uuid:…>"` and names with `<` in them, and drops `?Replaces=…`.

use rsip::Uri;

use crate::wire::escape_user;

/// A parsed address.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) uri: Uri,
    /// What follows `?` in the URI, still escaped.
    pub(crate) query: Option<String>,
    params: Vec<(String, String)>,
}

/// Reads one address.
pub(crate) fn parse(value: &str) -> Result<Address, rsip::Error> {
    let value = after_name(value.trim());
    let (uri, tail) = match value.split_once('<') {
        Some((_, rest)) => rest.split_once('>').unwrap_or((rest, "")),
        // Without brackets, parameters belong to the header and not to the URI (RFC 3261 §20.10).
        None => value.split_at(value.find(';').unwrap_or(value.len())),
    };
    let (uri, query) = match uri.split_once('?') {
        Some((uri, query)) => (uri, Some(query.to_owned())),
        None => (uri, None),
    };
    let params = split_outside_quotes(tail, ';')
        .into_iter()
        .filter(|param| !param.trim().is_empty())
        .map(|param| {
            let (name, value) = param.split_once('=').unwrap_or((param, ""));
            (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned())
        })
        .collect();
    Ok(Address { uri: read_uri(uri.trim())?, query, params })
}

/// Reads a URI. rsip knows no `tel:`, so a telephone number becomes a user of no host.
pub(crate) fn read_uri(text: &str) -> Result<Uri, rsip::Error> {
    match text.strip_prefix("tel:") {
        Some(number) => {
            Uri::try_from(format!("sip:{}@tel.invalid", number.split(';').next().unwrap_or_default()))
        }
        None => Uri::try_from(escape_user(text)),
    }
}

/// The user part of a URI, unescaped as far as we escaped it.
pub(crate) fn user(uri: &Uri) -> String {
    uri.user().unwrap_or_default().replace("%2E", ".")
}

/// The parts of a list of addresses, which commas divide (RFC 3261 §7.3.1).
pub(crate) fn list(value: &str) -> Vec<&str> {
    split_outside_quotes(value, ',')
}

impl Address {
    /// The value of a header parameter; empty for a flag.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The user part of the URI.
    pub(crate) fn user(&self) -> String {
        user(&self.uri)
    }
}

/// What follows a quoted display name.
fn after_name(value: &str) -> &str {
    let Some(rest) = value.strip_prefix('"') else { return value };
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return rest.get(at + 1..).unwrap_or_default().trim_start(),
            _ => escaped = false,
        }
    }
    value
}

fn split_outside_quotes(text: &str, at: char) -> Vec<&str> {
    let (mut quoted, mut bracketed) = (false, false);
    text.split(|c: char| {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        c == at && !quoted && !bracketed
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_of_a_browser_is_read_with_its_instance() {
        let contact = parse(
            "<sip:k3x@df7j.invalid;transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:0-1>\";expires=300",
        )
        .unwrap();
        assert_eq!(contact.uri.to_string(), "sip:k3x@df7j.invalid;transport=WS");
        assert_eq!(contact.param("+sip.instance"), Some("<urn:uuid:0-1>"));
        assert_eq!(contact.param("expires"), Some("300"));
        assert_eq!(list("<sip:a@b;x=1,2>, \"c, d\" <sip:e@f>").len(), 2);
    }

    #[test]
    fn names_numbers_and_queries_are_read() {
        assert_eq!(parse("\"A <b> \\\"c\" <sip:no.ra@d>;tag=7").unwrap().user(), "no.ra");
        assert_eq!(parse("sip:a@x;tag=7").unwrap().param("tag"), Some("7"));
        assert_eq!(parse("<tel:+4420;phone-context=x>").unwrap().user(), "+4420");
        let refer = parse("<sip:301@d?Replaces=a%40b%3Bto-tag%3D1>").unwrap();
        assert_eq!(
            (refer.user().as_str(), refer.query.as_deref()),
            ("301", Some("Replaces=a%40b%3Bto-tag%3D1"))
        );
    }
}
