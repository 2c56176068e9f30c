//! What a person typed, as an address to call.

use crate::ActError;
use crate::uri::{Scheme, Uri};

/// The address that `target` means: a `sip:` or `tel:` URI, `user@host`, or a number or name in our own `domain`.
///
/// A telephone number becomes a SIP address in our domain (RFC 3261 §19.1.6): most telephone systems take no `tel:`
/// Request-URI.
///
/// # Errors
/// [`ActError::BadTarget`] if it is none of these.
pub(super) fn target(target: &str, domain: &str) -> Result<Uri, ActError> {
    let target = target.trim();
    let at_home = |user: &str| Uri::sip(user, domain).map_err(|_| ActError::BadTarget);
    if let Ok(uri) = Uri::parse(target) {
        match uri.scheme() {
            Scheme::Sip | Scheme::Sips => return Ok(uri.without_headers()),
            Scheme::Tel => return at_home(&without_separators(&uri.user())),
            // `alice:b` or the like: not an address that we can call.
            Scheme::Other => return Err(ActError::BadTarget),
        }
    }
    if target.contains('@') {
        return Uri::parse(&format!("sip:{target}"))
            .map(|uri| uri.without_headers())
            .map_err(|_| ActError::BadTarget);
    }
    if is_dialled(target) {
        return at_home(&without_separators(target));
    }
    let is_name =
        !target.is_empty() && target.chars().all(|c| c.is_alphanumeric() || "-_.!~*'()&=+$,;?/#".contains(c));
    if is_name { at_home(target) } else { Err(ActError::BadTarget) }
}

/// Digits, `+`, `*`, `#` and what people write between them.
fn is_dialled(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit() || "*#".contains(c))
        && text.chars().all(|c| c.is_ascii_digit() || "+*#-.()/ \u{a0}".contains(c))
}

fn without_separators(number: &str) -> String {
    number.chars().filter(|c| !"-.()/ \u{a0}".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_addresses_are_understood() {
        for (typed, meant) in [
            ("200", "sip:200@pbx.example"),
            (" +44 (20) 7946-0018 ", "sip:+442079460018@pbx.example"),
            ("**21#", "sip:**21%23@pbx.example"),
            ("alice", "sip:alice@pbx.example"),
            ("bob@b.example", "sip:bob@b.example"),
            ("sip:bob@b.example;user=phone?Replaces=1", "sip:bob@b.example;user=phone"),
            ("tel:+1-201-555-0123", "sip:+12015550123@pbx.example"),
        ] {
            assert_eq!(
                target(typed, "pbx.example").map(|uri| uri.to_string()),
                Ok(meant.to_owned()),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_nobody_can_call_is_refused() {
        for typed in ["", "  ", "a b", "mailto:a@b.example", "sip:", "bob@", "2\r\n3"] {
            assert_eq!(target(typed, "pbx.example"), Err(ActError::BadTarget), "{typed:?}");
        }
    }
}
